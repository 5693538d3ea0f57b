//! Files and other sources of Spark SQL.
//!
//! - [`open`] finds files, schema and partitions of a read and gives a [`Source`], a table that
//!   DataFusion scans.
//! - [`write()`] stages files and shows them when all are done.

#![forbid(unsafe_code)]

mod csv;
mod error;
mod files;
mod guard;
mod json;
mod metadata;
mod options;
mod parquet;
mod partitions;
mod plain;
mod request;
mod settings;
mod source;
mod table;
mod text;
mod write;

pub use json::json_lines;
pub use options::{OptionEffect, OptionUse, option_table};
pub use request::{ReadRequest, WriteRequest};
pub use settings::SourceSettings;
pub use source::{Source, open, shown_path};
pub use write::{WriteSummary, write};
