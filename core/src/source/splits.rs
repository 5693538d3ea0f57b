//! Files cut into splits by size ([`line_splits`]): the arithmetic of Hadoop's `FileInputFormat`,
//! so that a program has the partitions it has on Spark.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::codec_by_extension::Compression;
use super::options::InputOptions;
use super::paths::InputFile;
use crate::error::Result;

/// A rest of up to this many splits becomes one.
const SPLIT_SLOP: f64 = 1.1;

/// A part of a file: one partition.
///
/// Where records have no fixed length, those that begin in it belong to it (see
/// [`read_lines`](super::read_lines) for the exact rule).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSplit {
    /// The file.
    pub path: PathBuf,
    /// Offset of the first byte.
    pub start: u64,
    /// Number of bytes.
    pub len: u64,
    /// Whether, and how, the file is compressed. If so, the split is the whole file.
    pub compression: Compression,
}

impl FileSplit {
    /// The offset behind the last byte.
    pub fn end(&self) -> u64 {
        self.start + self.len
    }
}

/// Splits of text files, about `min_partitions` or more. Compressed files are not cut.
///
/// ```
/// use flint_core::source::{InputFile, InputOptions, line_splits};
///
/// let files = [InputFile { path: "/data/log".into(), len: 1000 }];
/// let splits = line_splits(&files, 3, &InputOptions::default())?;
/// let lengths: Vec<u64> = splits.iter().map(|s| s.len).collect();
/// assert_eq!(lengths, [333, 333, 334]);
/// # Ok::<(), flint_core::Error>(())
/// ```
///
/// # Errors
/// [`Error::Argument`](crate::Error::Argument), if a file is compressed in a way that can't be
/// read.
pub fn line_splits(
    files: &[InputFile],
    min_partitions: usize,
    options: &InputOptions,
) -> Result<Vec<FileSplit>> {
    let total: u64 = files.iter().map(|f| f.len).sum();
    let goal = total / (min_partitions.max(1) as u64);
    let split_bytes = goal
        .min(options.block_bytes)
        .max(options.min_split_bytes)
        .max(1);
    let mut splits = Vec::new();
    for file in files {
        let compression = Compression::of(&file.path)?;
        cut(
            file,
            if compression.is_splittable() {
                split_bytes
            } else {
                u64::MAX
            },
            compression,
            options,
            &mut splits,
        );
    }
    Ok(splits)
}

/// Appends splits of `split_bytes` each; the last one of a file is up to 1.1 of it.
pub(super) fn cut(
    file: &InputFile,
    split_bytes: u64,
    compression: Compression,
    options: &InputOptions,
    splits: &mut Vec<FileSplit>,
) {
    if file.len == 0 && options.ignore_empty_splits {
        return;
    }
    let mut split = |start, len| {
        splits.push(FileSplit {
            path: file.path.clone(),
            start,
            len,
            compression,
        })
    };
    let mut rest = file.len;
    while rest as f64 / split_bytes as f64 > SPLIT_SLOP {
        split(file.len - rest, split_bytes);
        rest -= split_bytes;
    }
    if rest > 0 || file.len == 0 {
        split(file.len - rest, rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(
        files: &[(&str, u64)],
        min_partitions: usize,
        options: &InputOptions,
    ) -> Vec<(u64, u64)> {
        let files: Vec<_> = files
            .iter()
            .map(|(p, len)| InputFile {
                path: p.into(),
                len: *len,
            })
            .collect();
        let splits = line_splits(&files, min_partitions, options).unwrap();
        splits.iter().map(|s| (s.start, s.len)).collect()
    }

    #[test]
    fn as_hadoop_cuts() {
        let options = InputOptions::default();
        // The rest of 1.1 splits stays together; one byte more is cut.
        assert_eq!(ranges(&[("a", 21)], 2, &options), [(0, 10), (10, 11)]);
        assert_eq!(ranges(&[("a", 11)], 1, &options), [(0, 11)]);
        assert_eq!(ranges(&[("a", 23)], 2, &options), [(0, 11), (11, 12)]);
        assert_eq!(
            ranges(&[("a", 5)], 3, &options),
            [(0, 1), (1, 1), (2, 1), (3, 1), (4, 1)]
        );
        assert_eq!(ranges(&[("a", 3)], 10, &options), [(0, 1), (1, 1), (2, 1)]);
        // The goal is over all files together.
        assert_eq!(
            ranges(&[("a", 100), ("b", 10)], 2, &options),
            [(0, 55), (55, 45), (0, 10)]
        );
        assert_eq!(ranges(&[("a", 10)], 0, &options), [(0, 10)]);
    }

    #[test]
    fn blocks_and_minimum_bound_the_size() {
        let options = InputOptions {
            block_bytes: 40,
            ..InputOptions::default()
        };
        assert_eq!(
            ranges(&[("a", 100)], 1, &options),
            [(0, 40), (40, 40), (80, 20)]
        );
        let options = InputOptions {
            min_split_bytes: 60,
            block_bytes: 40,
            ..InputOptions::default()
        };
        assert_eq!(ranges(&[("a", 100)], 50, &options), [(0, 60), (60, 40)]);
    }

    #[test]
    fn empty_and_compressed_files() {
        let mut options = InputOptions::default();
        assert_eq!(ranges(&[("a", 0)], 2, &options), []);
        assert_eq!(ranges(&[("a.gz", 100), ("b", 0)], 4, &options), [(0, 100)]);
        options.ignore_empty_splits = false;
        assert_eq!(
            ranges(&[("a", 0), ("b.zst", 0)], 2, &options),
            [(0, 0), (0, 0)]
        );
        let refused = [InputFile {
            path: "/x.xz".into(),
            len: 1,
        }];
        assert!(line_splits(&refused, 1, &options).is_err());
    }
}
