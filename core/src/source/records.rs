//! Binary records of fixed length ([`read_records`]): Spark's `binaryRecords`.

use super::codec_by_extension::Compression;
use super::open::Input;
use super::options::{InputOptions, KillCheck};
use super::paths::InputFile;
use super::splits::{FileSplit, cut};
use crate::error::{Error, Result};
use crate::exec::{CHUNK, ChunkSource};

/// Bytes that a reader reads at once, unless a record is longer.
const BUFFER: usize = 256 << 10;

/// Splits of files of `record_bytes`-byte records: blocks, rounded down to whole records.
///
/// # Errors
/// - [`Error::Argument`] if `record_bytes` is 0, or a file is compressed.
/// - [`Error::Corrupt`] naming the first file that does not end with a whole record (Spark finds
///   it when it gets there).
pub fn record_splits(
    files: &[InputFile],
    record_bytes: usize,
    options: &InputOptions,
) -> Result<Vec<FileSplit>> {
    if record_bytes == 0 {
        return Err(Error::argument("record_length", "must be positive, was 0"));
    }
    let record = record_bytes as u64;
    let split_bytes = options.block_bytes.max(options.min_split_bytes);
    let split_bytes = (split_bytes / record).max(1) * record;
    let mut splits = Vec::new();
    for file in files {
        if Compression::of(&file.path)? != Compression::None {
            let reason = format!(
                "`{}` is compressed, which files of fixed-length records can't be",
                file.path.display()
            );
            return Err(Error::argument("path", reason));
        }
        if file.len % record != 0 {
            let reason = format!(
                "its length {} is not a multiple of the record length {record}",
                file.len
            );
            return Err(Error::corrupt(file.path.display(), reason));
        }
        cut(file, split_bytes, Compression::None, options, &mut splits);
    }
    Ok(splits)
}

/// Opens the records of one split that [`record_splits`] made for the same `record_bytes`.
///
/// # Errors
/// Opening and reading give [`Error::Io`], and [`Error::Corrupt`] if the file has become shorter.
pub fn read_records<'a>(
    split: &FileSplit,
    record_bytes: usize,
    options: &InputOptions,
    kill_check: KillCheck<'a>,
) -> Result<Box<dyn ChunkSource<Vec<u8>> + 'a>> {
    let input = match Input::open(&split.path, Compression::None, split.start, split.end()) {
        Ok(input) => Some(input),
        Err(error) => options.tolerate(error).map(|()| None)?,
    };
    let reader = RecordReader {
        input,
        rest: split.len,
        record_bytes,
        buffer: Vec::new(),
        options: options.clone(),
        kill_check,
    };
    Ok(Box::new(reader))
}

struct RecordReader<'a> {
    /// `None` at the end.
    input: Option<Input>,
    /// Bytes of the split that are not read yet.
    rest: u64,
    record_bytes: usize,
    buffer: Vec<u8>,
    options: InputOptions,
    kill_check: KillCheck<'a>,
}

impl ChunkSource<Vec<u8>> for RecordReader<'_> {
    fn next(&mut self, out: &mut Vec<Vec<u8>>) -> Result<bool> {
        (self.kill_check)()?;
        if let Err(error) = self.fill() {
            self.input = None;
            self.options.tolerate(error)?;
        }
        out.extend(
            self.buffer
                .chunks_exact(self.record_bytes)
                .map(<[u8]>::to_vec),
        );
        Ok(self.buffer.len() >= self.record_bytes)
    }
}

impl RecordReader<'_> {
    /// Replaces the buffer by the next whole records.
    fn fill(&mut self) -> Result<()> {
        self.buffer.clear();
        let Some(input) = &mut self.input else {
            return Ok(());
        };
        let records = (BUFFER / self.record_bytes).clamp(1, CHUNK);
        let wanted = self.rest.min((records * self.record_bytes) as u64);
        self.rest -= wanted;
        if input.read(wanted as usize, &mut self.buffer)? {
            return Err(Error::corrupt(
                input.path().display(),
                "it ended while it was read",
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn read(splits: &[FileSplit], record_bytes: usize) -> Result<Vec<Vec<u8>>> {
        let mut out = Vec::new();
        for split in splits {
            let mut reader =
                read_records(split, record_bytes, &InputOptions::default(), &|| Ok(()))?;
            while reader.next(&mut out)? {}
        }
        Ok(out)
    }

    #[test]
    fn every_record_once_for_every_split_size() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("records");
        let content: Vec<u8> = (0..=249).collect();
        fs::write(&path, &content).unwrap();
        let file = InputFile { path, len: 250 };
        for record_bytes in [1, 2, 5, 125, 250] {
            for block_bytes in [1, 3, 7, 60, 1000] {
                let options = InputOptions {
                    block_bytes,
                    ..InputOptions::default()
                };
                let splits =
                    record_splits(std::slice::from_ref(&file), record_bytes, &options).unwrap();
                let expected: Vec<_> = content.chunks(record_bytes).map(<[u8]>::to_vec).collect();
                assert_eq!(read(&splits, record_bytes).unwrap(), expected);
            }
        }
    }

    #[test]
    fn refuses_what_does_not_fit() {
        let options = InputOptions::default();
        let file = |name: &str, len| {
            [InputFile {
                path: name.into(),
                len,
            }]
        };
        let error = record_splits(&file("/x/odd", 10), 3, &options).unwrap_err();
        assert!(
            matches!(&error, Error::Corrupt { place, .. } if place == "/x/odd"),
            "{error}"
        );
        assert!(matches!(
            record_splits(&file("/x", 10), 0, &options),
            Err(Error::Argument { .. })
        ));
        assert!(matches!(
            record_splits(&file("/x.gz", 9), 3, &options),
            Err(Error::Argument { .. })
        ));
        assert_eq!(record_splits(&file("/x", 0), 3, &options).unwrap(), []);
    }

    #[test]
    fn a_file_that_shrank_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("records");
        fs::write(&path, [0; 6]).unwrap();
        let splits =
            record_splits(&[InputFile { path, len: 9 }], 3, &InputOptions::default()).unwrap();
        assert!(matches!(read(&splits, 3), Err(Error::Corrupt { .. })));
    }
}
