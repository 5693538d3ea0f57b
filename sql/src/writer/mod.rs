//! Rows saved: [`DataFrameWriter`], [`DataFrameWriterV2`], [`MergeIntoWriter`].

mod merge;
mod v1;
mod v2;

pub use merge::{MergeIntoWriter, WhenMatched, WhenNotMatched, WhenNotMatchedBySource};
pub use v1::{DataFrameWriter, Mode};
pub use v2::DataFrameWriterV2;
