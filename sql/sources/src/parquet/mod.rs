//! Parquet files.
//!
//! The reader is DataFusion's; what is Spark's here: which schema a file has (`schema`), how columns
//! of a file become those of the table (`adapt`), which file an error is about (`guard`), and what
//! is known from footers before a scan (`footer`). `encode` writes.

mod adapt;
mod encode;
mod footer;
mod format;
mod schema;

pub(crate) use encode::ParquetEncoding;
pub(crate) use format::{OPTIONS, ParquetFormat};
pub(crate) use schema::nullable;
