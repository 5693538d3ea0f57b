//! Files of Spark's own, read; files of ours, read by Spark.

#![allow(clippy::unwrap_used)] // A test that fails may panic.

mod golden;
mod written;
