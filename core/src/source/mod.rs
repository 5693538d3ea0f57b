//! Input: files as records.
//!
//! The stages, in the order in which data passes through them:
//!
//! 1. [`list_files`] turns what a user wrote (lists, globs, directories) into files, on the driver.
//! 2. [`line_splits`], [`record_splits`], [`pack_files`] and their kin cut the files into
//!    descriptions of partitions, with Spark's arithmetic. Descriptions are plain data: they ship
//!    to any process that sees the same files.
//! 3. [`read_lines`], [`read_whole_texts`], [`list_binary_files`], [`read_records`] and
//!    [`read_objects`] read one partition, chunk by chunk.
//!
//! ```
//! use flint_core::Text;
//! use flint_core::source::{InputOptions, line_splits, list_files, read_lines};
//!
//! let options = InputOptions::default();
//! let files = list_files(concat!(env!("CARGO_MANIFEST_DIR"), "/*.toml"), &options)?;
//! let mut lines: Vec<Text> = Vec::new();
//! for split in line_splits(&files, 3, &options)? {
//!     let mut reader = read_lines(&split, &options, &|| Ok(()))?;
//!     while reader.next(&mut lines)? {}
//! }
//! assert_eq!(lines[0], "[package]");
//! # Ok::<(), flint_core::Error>(())
//! ```
//!
//! Nothing here knows of RDDs, tasks or contexts: a reader takes its split, the [`InputOptions`]
//! and a [`KillCheck`].
//!
//! What goes wrong is never passed over in silence: a file that is gone, shrank, is damaged or not
//! UTF-8 is an error that names it. The options that tolerate it log what they drop.

mod codec_by_extension;
#[cfg(test)]
mod codec_tests;
mod decompress;
mod glob;
#[cfg(any(test, feature = "lz4", feature = "snappy"))]
mod hadoop_blocks;
mod lines;
mod object;
mod open;
mod options;
mod paths;
mod records;
mod splits;
mod whole;

pub use codec_by_extension::Compression;
pub use lines::read_lines;
pub use object::{ObjectWriter, object_splits, read_objects};
pub use options::{InputOptions, KillCheck};
pub(crate) use paths::strip_scheme;
pub use paths::{InputFile, file_uri, list_files};
pub use records::{read_records, record_splits};
pub use splits::{FileSplit, line_splits};
pub use whole::{
    BinaryFile, PackedFiles, binary_file_splits, list_binary_files, pack_files, read_whole_texts,
    whole_text_splits,
};
