//! Runs resolved plans of Spark SQL on DataFusion.
//!
//! 1. [`lower`](Lowering::plan) makes a logical plan of DataFusion from a resolved plan, node by
//!    node (`lower`) and expression by expression (`expr`). Columns are called by their ids
//!    (`#12`), without qualifiers, so that names of users are never ambiguous inside; they come back
//!    once, at the door.
//!    Before that `unnest` makes joins of subqueries whose references to the query around DataFusion
//!    cannot undo.
//! 2. [`session_state`] holds DataFusion's optimizer and planner as Flint uses them: no type
//!    coercion (the analyzer has done Spark's), our rules beside its own.
//! 3. What DataFusion has no operator for is an operator of ours (`operators`): one node and one
//!    execution plan that map batches, and a file for each thing that is done to them.
//!
//! Where DataFusion means something else than Spark, lowering says Spark's meaning in its terms:
//! floats are normalised where values are compared (0.0 is -0.0, NaN is NaN), nulls have a place in
//! every order, `EXCEPT ALL` counts rows.

#![forbid(unsafe_code)]

mod columns;
mod expr;
mod lower;
mod operators;
mod range;
pub mod rules;
mod state;
mod unnest;

pub use lower::{Lowering, RecursionLimits, Tables};
pub use operators::{Batches, EachBatch, NativeRows, NativeWork, Observed};
pub use operators::{decode_operator, encode_operator, gathered};
pub use state::{EngineSettings, session_state};
