//! What formats of text share: codecs, character sets, records of a file, and the scan that puts
//! them together.
//!
//! A format of text implements [`Reader`]: how the bytes of one file, or of a range of lines of it,
//! become batches. [`TextSource`] opens files, undoes their compression and hands [`Input`]s over.

pub(crate) mod charset;
pub(crate) mod codec;
mod hadoop_blocks;
mod input;
pub(crate) mod number;
mod packed;
pub(crate) mod records;
mod source;
mod split;

pub(crate) use charset::Charset;
pub(crate) use codec::Codec;
pub(crate) use input::{Input, open_file};
pub(crate) use packed::PackedText;
pub(crate) use records::{Records, Separator};
pub(crate) use source::{Batches, Reader, TextSource};
pub(crate) use split::split;
