//! Columns that directories are named after: `year=2024/month=01/part-0.parquet`.
//!
//! - `escape` spells values as names of directories, and back;
//! - `value` reads values and infers types;
//! - `discover` finds the columns of a read, and each file's values.

mod discover;
mod escape;
mod value;

pub(crate) use discover::{Partitions, discover};
use escape::unescape;
pub(crate) use escape::{DEFAULT_PARTITION, escape};
