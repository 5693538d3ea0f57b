//! TPC-H and TPC-DS as material for tests and benchmarks of SQL: data, queries, Spark's answers.
//!
//! - [`Data`] writes a benchmark's tables as Parquet, the same rows for the same scale factor on
//!   every machine.
//! - [`Benchmark`] knows the names of the tables and the text of the queries.
//! - [`Answers`] are what Apache Spark said to each query over that data, made by
//!   `golden/make_answers.py` and kept beside it.
//! - [`compare`] holds the answer of another engine against Spark's, and tells the difference so
//!   that a reader can act on it.
//!
//! Nothing here runs SQL, and nothing here depends on Flint: any engine that gives Arrow batches can
//! be compared.
//!
//! ```no_run
//! use flint_sql_tpc::{Answers, Benchmark, compare, tpch};
//!
//! # fn run(_: &str) -> (arrow::datatypes::SchemaRef, Vec<arrow::array::RecordBatch>) { unreachable!() }
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! tpch(0.01).write_parquet("/tmp/tpch-0.01".as_ref(), 1)?;
//! let answers = Answers::kept(Benchmark::TpcH)?;
//! for query in Benchmark::TpcH.queries()? {
//!     let (schema, batches) = run(&query.text);
//!     let expected = answers.get(&query.name).ok_or("Spark answered every query")?;
//!     compare(expected, &schema, &batches)?;
//! }
//! # Ok(()) }
//! ```
//!
//! TPC-H and TPC-DS are trademarks of the Transaction Processing Performance Council. What is
//! measured with this crate is no TPC result.

#![forbid(unsafe_code)]

mod answers;
mod benchmark;
mod cell;
mod compare;
mod data;
mod error;
mod tables;

pub use answers::{Answer, Answers};
pub use benchmark::{Benchmark, Query};
pub use compare::{Difference, compare};
pub use data::{Data, tpcds, tpch};
pub use error::{Error, Result};
