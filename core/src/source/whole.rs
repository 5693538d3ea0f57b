//! Files as single records: whole text files ([`read_whole_texts`]) and binary files
//! ([`list_binary_files`]), several to a partition.
//!
//! Files are packed as Spark does with Hadoop's `CombineFileInputFormat` on one machine: in the
//! order of the listing, until a partition has reached a size; no file is cut.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::codec_by_extension::Compression;
use super::open::Input;
use super::options::{InputOptions, KillCheck};
use super::paths::{InputFile, file_uri};
use crate::error::{Error, Result};
use crate::exec::{CHUNK, ChunkSource};
use crate::text::Text;

/// Contents beyond which a reader of whole files ends a chunk, in bytes.
const CHUNK_BYTES: usize = 1 << 20;

/// Bytes of one file that are read between two questions whether to go on.
const STEP: usize = 1 << 20;

/// The least of it: a small file may be a large one compressed.
const LEAST_STEP: usize = 4 << 10;

/// The files of one partition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackedFiles {
    /// In the order in which they are read.
    pub files: Vec<InputFile>,
}

/// Packs whole files into partitions: each is full when its files have `max_bytes` or more
/// together. With `max_bytes` 0 there is one partition.
pub fn pack_files(files: &[InputFile], max_bytes: u64) -> Vec<PackedFiles> {
    let mut packed = Vec::new();
    let mut open: Vec<InputFile> = Vec::new();
    let mut bytes = 0;
    for file in files {
        bytes += file.len;
        open.push(file.clone());
        if max_bytes > 0 && bytes >= max_bytes {
            packed.push(PackedFiles {
                files: std::mem::take(&mut open),
            });
            bytes = 0;
        }
    }
    if !open.is_empty() {
        packed.push(PackedFiles { files: open });
    }
    packed
}

/// The partitions of `whole_text_files`: as many as asked for, if the files are about equal in
/// size. Empty files are records, too.
///
/// # Errors
/// [`Error::Argument`], if a file is compressed in a way that can't be read.
pub fn whole_text_splits(files: &[InputFile], min_partitions: usize) -> Result<Vec<PackedFiles>> {
    for file in files {
        Compression::of(&file.path)?;
    }
    let total: u64 = files.iter().map(|f| f.len).sum();
    Ok(pack_files(
        files,
        total.div_ceil(min_partitions.max(1) as u64),
    ))
}

/// The partitions of `binary_files`, by Spark's rule: `spark.files.maxPartitionBytes` at most and
/// `spark.files.openCostInBytes` at least, in between what gives each of the
/// `default_parallelism` or `min_partitions` (whichever is more) its share, an opened file counted
/// as `open_cost_bytes` more than it has.
pub fn binary_file_splits(
    files: &[InputFile],
    min_partitions: usize,
    default_parallelism: usize,
    max_partition_bytes: u64,
    open_cost_bytes: u64,
) -> Vec<PackedFiles> {
    let total: u64 = files.iter().map(|f| f.len + open_cost_bytes).sum();
    let share = total / default_parallelism.max(min_partitions).max(1) as u64;
    pack_files(files, share.max(open_cost_bytes).min(max_partition_bytes))
}

/// Opens whole text files as pairs of path (`file:/dir/name`) and content, decompressed by their
/// extensions. A byte order mark stays part of the content.
///
/// # Errors
/// Reading gives [`Error::Io`], [`Error::Corrupt`] and [`Error::InvalidUtf8`] as
/// [`read_lines`](super::read_lines) does. If the options tolerate one of them, the whole file is
/// left out.
pub fn read_whole_texts<'a>(
    split: &PackedFiles,
    options: &InputOptions,
    kill_check: KillCheck<'a>,
) -> Result<Box<dyn ChunkSource<(Text, Text)> + 'a>> {
    let files = split.files.clone().into_iter();
    Ok(Box::new(WholeTextReader {
        files,
        options: options.clone(),
        kill_check,
    }))
}

struct WholeTextReader<'a> {
    files: std::vec::IntoIter<InputFile>,
    options: InputOptions,
    kill_check: KillCheck<'a>,
}

impl ChunkSource<(Text, Text)> for WholeTextReader<'_> {
    fn next(&mut self, out: &mut Vec<(Text, Text)>) -> Result<bool> {
        let mut records = 0;
        let mut bytes = 0;
        while records < CHUNK && bytes < CHUNK_BYTES {
            let Some(file) = self.files.next() else { break };
            match self.read(&file) {
                Ok(content) => {
                    records += 1;
                    bytes += content.len();
                    out.push((Text::from(file_uri(&file.path)), content));
                }
                Err(error) => self.options.tolerate(error)?,
            }
        }
        Ok(records > 0)
    }
}

impl WholeTextReader<'_> {
    fn read(&self, file: &InputFile) -> Result<Text> {
        let mut input = Input::open(&file.path, Compression::of(&file.path)?, 0, file.len)?;
        // Room for one byte more, so that the end is seen without growing.
        let room = usize::try_from(file.len)
            .unwrap_or(usize::MAX)
            .saturating_add(1);
        let mut bytes = Vec::with_capacity(room);
        loop {
            (self.kill_check)()?;
            if input.read(STEP.min(room.max(LEAST_STEP)), &mut bytes)? {
                break;
            }
        }
        bytes.shrink_to_fit();
        String::from_utf8(bytes).map(Text::from).or_else(|e| {
            if self.options.lossy_utf8 {
                return Ok(Text::from(String::from_utf8_lossy(e.as_bytes())));
            }
            let offset = e.utf8_error().valid_up_to() as u64;
            Err(Error::InvalidUtf8 {
                path: file.path.clone(),
                offset,
            })
        })
    }
}

/// A file as a record of `binary_files`: where it is, to be opened where and when it is needed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BinaryFile {
    path: PathBuf,
    len: u64,
}

impl BinaryFile {
    /// Its absolute path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its length in bytes when it was listed.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether it was empty when it was listed.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Opens it for reading. Nothing is decompressed.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn open(&self) -> Result<File> {
        File::open(&self.path).map_err(|e| Error::io("open", &self.path, e))
    }

    /// Reads all of it (Spark's `toArray`).
    ///
    /// # Errors
    /// [`Error::Io`], and [`Error::Corrupt`] if it has become shorter since it was listed.
    pub fn read(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(self.len as usize + 1);
        self.open()?
            .read_to_end(&mut bytes)
            .map_err(|e| Error::io("read", &self.path, e))?;
        if (bytes.len() as u64) < self.len {
            let reason = format!(
                "it had {} bytes when it was listed, and has {} now",
                self.len,
                bytes.len()
            );
            return Err(Error::corrupt(self.path.display(), reason));
        }
        Ok(bytes)
    }
}

/// The files of a partition as pairs of path (`file:/dir/name`) and file. Nothing is opened.
pub fn list_binary_files(split: &PackedFiles) -> Vec<(Text, BinaryFile)> {
    let record = |f: &InputFile| {
        (
            Text::from(file_uri(&f.path)),
            BinaryFile {
                path: f.path.clone(),
                len: f.len,
            },
        )
    };
    split.files.iter().map(record).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn files(lens: &[u64]) -> Vec<InputFile> {
        lens.iter()
            .enumerate()
            .map(|(i, len)| InputFile {
                path: format!("/{i}").into(),
                len: *len,
            })
            .collect()
    }

    fn lens(packed: &[PackedFiles]) -> Vec<Vec<u64>> {
        packed
            .iter()
            .map(|p| p.files.iter().map(|f| f.len).collect())
            .collect()
    }

    #[test]
    fn whole_texts_are_packed_by_size() {
        let packed = |sizes: &[u64], n| lens(&whole_text_splits(&files(sizes), n).unwrap());
        assert_eq!(packed(&[5, 5, 5, 5], 2), [[5, 5], [5, 5]]);
        assert_eq!(packed(&[5, 5, 5], 2), [vec![5, 5], vec![5]], "8 each");
        assert_eq!(packed(&[100, 1, 1], 3), [vec![100], vec![1, 1]]);
        assert_eq!(packed(&[1, 1, 100], 3), [[1, 1, 100]]);
        assert_eq!(packed(&[5, 0, 0], 1), [vec![5], vec![0, 0]]);
        assert_eq!(packed(&[0, 0], 2), [[0, 0]]);
        assert_eq!(packed(&[], 2), [[0; 0]; 0]);
        assert_eq!(packed(&[7], 0), [[7]]);
    }

    #[test]
    fn binary_files_are_packed_by_share_and_open_cost() {
        let packed = |sizes: &[u64], min, cores| {
            lens(&binary_file_splits(&files(sizes), min, cores, 100, 10))
        };
        // 40 bytes and 40 for opening, for 2: share 40.
        assert_eq!(packed(&[10, 10, 10, 10], 2, 1), [[10, 10, 10, 10]]);
        assert_eq!(packed(&[10, 10, 10, 10], 2, 8), [[10], [10], [10], [10]]);
        assert_eq!(
            packed(&[1, 1, 1], 9, 1),
            [[1, 1, 1]],
            "not below the cost of opening"
        );
        assert_eq!(
            packed(&[90, 90, 90], 1, 1),
            [vec![90, 90], vec![90]],
            "not over the maximum, but for whole files"
        );
    }

    #[test]
    fn reads_texts_whole() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, content: &[u8]| {
            let path = dir.path().join(name);
            fs::write(&path, content).unwrap();
            InputFile {
                len: content.len() as u64,
                path,
            }
        };
        let gz = |content: &[u8]| {
            let mut e = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            std::io::Write::write_all(&mut e, content).unwrap();
            e.finish().unwrap()
        };
        let mut split = PackedFiles {
            files: vec![
                write("a", b"\xEF\xBB\xBFone\r\ntwo"),
                write("b", b""),
                write("c.gz", &gz("packed ü\n".repeat(1000).as_bytes())),
            ],
        };
        let read = |split: &PackedFiles, options: &InputOptions| {
            let mut out = Vec::new();
            let mut reader = read_whole_texts(split, options, &|| Ok(()))?;
            while reader.next(&mut out)? {}
            Ok(out)
        };
        let strict = InputOptions::default();
        let out = read(&split, &strict).unwrap();
        let uri = |name: &str| format!("file:{}", dir.path().join(name).display());
        assert_eq!(out[0], (uri("a").into(), "\u{feff}one\r\ntwo".into()));
        assert_eq!(out[1], (uri("b").into(), Text::new()));
        assert_eq!(out[2].1, "packed ü\n".repeat(1000));

        split.files.push(write("d", b"ab\xFFc"));
        let path = dir.path().join("d");
        assert_eq!(
            read(&split, &strict),
            Err(Error::InvalidUtf8 { path, offset: 2 })
        );
        let lossy = InputOptions {
            lossy_utf8: true,
            ..strict.clone()
        };
        assert_eq!(read(&split, &lossy).unwrap()[3].1, "ab\u{fffd}c");

        fs::remove_file(dir.path().join("b")).unwrap();
        let error = read(&split, &lossy).unwrap_err();
        assert!(
            matches!(&error, Error::Io { path, .. } if path.ends_with("b")),
            "{error}"
        );
        let tolerant = InputOptions {
            ignore_missing_files: true,
            ..lossy
        };
        assert_eq!(read(&split, &tolerant).unwrap().len(), 3);
    }

    #[test]
    fn binary_files_open_when_asked() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.gz");
        fs::write(&path, b"\xFF\x00").unwrap();
        let split = PackedFiles {
            files: vec![InputFile {
                path: path.clone(),
                len: 2,
            }],
        };
        let [(name, file)] = list_binary_files(&split).try_into().unwrap();
        assert_eq!(name, format!("file:{}", path.display()));
        assert_eq!(
            (file.len(), file.is_empty(), file.path()),
            (2, false, path.as_path())
        );
        assert_eq!(file.read().unwrap(), b"\xFF\x00");
        fs::write(&path, b"1").unwrap();
        assert!(matches!(file.read(), Err(Error::Corrupt { .. })));
    }

    #[test]
    fn a_killed_task_stops_reading() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x");
        fs::write(&path, "x").unwrap();
        let split = PackedFiles {
            files: vec![InputFile { path, len: 1 }],
        };
        let killed = Error::TaskKilled {
            reason: "test".into(),
        };
        let check = || Err(killed.clone());
        let mut reader = read_whole_texts(&split, &InputOptions::default(), &check).unwrap();
        assert_eq!(reader.next(&mut Vec::new()), Err(killed.clone()));
    }
}
