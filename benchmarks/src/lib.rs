//! Whole programs, timed: what a Rust engineer would write by hand for a workload beside what
//! Flint and Apache Spark make of it.
//!
//! - [`data`] makes the inputs, always the same for one seed.
//! - [`peers`] holds one hand-written program per workload. Each returns an answer that can be
//!   compared, because a race that one side wins by a wrong answer says nothing.
//! - [`timing`] runs two programs in turn and compares their medians.
//! - [`process`] tells what this process takes: resident memory, files.
//! - [`plot`] draws lines into an SVG file.
//!
//! A workload joins the table by two closures handed to [`timing::compare`], which also demands
//! that their answers agree:
//!
//! ```
//! use std::num::NonZero;
//! use flint_benchmarks::peers::chain::{self, Chain, Dividing};
//! use flint_benchmarks::timing::{compare, timed};
//!
//! let runs = NonZero::new(3).expect("not zero");
//! let peer = || timed(|| chain::run::<Dividing>(1_000), |sum| sum);
//! let ours = || timed(|| (0..1_000).map(Dividing::first).filter(Dividing::keep).map(Dividing::last).sum(), |sum| sum);
//! let row = compare("chain, dividing", runs, peer, ours);
//! assert!(row.ratio() > 0.0);
//! ```
//!
//! The same workloads in Scala, for Spark itself, lie in `spark/`.

pub mod data;
pub mod peers;
pub mod plot;
pub mod process;
pub mod timing;
