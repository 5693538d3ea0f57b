//! Spill files: temporary, checked when read, removed when done.
//!
//! [`LocalDirs`] gives each context a directory `flint-<pid>-<nonce>` in every root of
//! `spark.local.dir`. A file is written once through a [`SpillWriter`], block by block, and then
//! read by [`BlockSpan`] from the [`SpillFile`] it became. Each block carries its length and CRC-32
//! in its span, so a file that was truncated or damaged gives [`Error::Corrupt`], never wrong
//! records.
//!
//! # What is removed when
//! A file goes with its `SpillFile`, or with its writer if that is dropped unfinished or failed.
//! The directories go with the last user of `LocalDirs`. What a killed process left is swept by
//! the next `LocalDirs` in the same root: each directory holds a file `owner` that its process
//! keeps locked, and whose lock the system releases when the process is gone. (A process id would
//! not do: containers that share a volume reuse the same few.)
//!
//! Nothing is synced: after a crash of the machine spill files are worthless anyway.
//!
//! # Cost
//! A finished file holds no descriptor. [`SpillFile::read_block`] opens it anew;
//! [`SpillFile::reader`] keeps it open for a run of reads.

use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use crate::data::Data;
use crate::error::{Error, Result};
use crate::storage::codec::{decode_chunk, encode_chunk};

mod dirs;
#[cfg(test)]
mod tests;

pub use dirs::LocalDirs;

/// Bytes that a writer collects before it writes them.
const BUFFER_BYTES: usize = 128 << 10;

/// Where a block is in its file, and how to tell that it is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockSpan {
    /// The first byte in the file, from 0.
    pub offset: u64,
    /// Bytes.
    pub len: u32,
    /// CRC-32 (as in gzip) of the bytes.
    pub crc: u32,
    /// Records in the block; 0 for plain bytes.
    pub records: u32,
}

/// A spill file being written. Removed if it is dropped unfinished, and as soon as a write fails.
#[derive(Debug)]
pub struct SpillWriter {
    out: BufWriter<File>,
    offset: u64,
    /// The block being encoded.
    scratch: Vec<u8>,
    /// Set once a write failed.
    failed: Option<Error>,
    place: Option<Place>,
}

/// The file on disk. Removes it on drop.
#[derive(Debug)]
struct Place {
    path: PathBuf,
    root: usize,
    dirs: Arc<LocalDirs>,
}

impl Drop for Place {
    fn drop(&mut self) {
        match fs::remove_file(&self.path) {
            Err(e) if e.kind() != ErrorKind::NotFound => {
                tracing::warn!(path = %self.path.display(), error = %e, "can't remove a spill file");
            }
            _ => {}
        }
    }
}

impl SpillWriter {
    /// Encodes records as one block.
    ///
    /// # Errors
    /// [`Error::Codec`] if they can't be encoded or take 4 GiB or more: the file is as before.
    /// [`Error::Io`] with the path if they can't be written: the file is gone, and every later
    /// call ends with the same error.
    pub fn write_block<T: Data>(&mut self, items: &[T]) -> Result<BlockSpan> {
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        let written = encode_chunk(items, &mut scratch)
            .and_then(|()| self.write(&scratch, u32::try_from(items.len()).ok()));
        self.scratch = scratch;
        written
    }

    /// Writes bytes as one block.
    ///
    /// # Errors
    /// As [`SpillWriter::write_block`].
    pub fn write_bytes(&mut self, bytes: &[u8]) -> Result<BlockSpan> {
        self.write(bytes, Some(0))
    }

    /// Writes what [`encode_chunk`] made of `records` records as one block.
    ///
    /// # Errors
    /// As [`SpillWriter::write_block`].
    pub fn write_encoded(&mut self, bytes: &[u8], records: u32) -> Result<BlockSpan> {
        self.write(bytes, Some(records))
    }

    /// Bytes written so far.
    pub fn len(&self) -> u64 {
        self.offset
    }

    /// Whether nothing was written yet.
    pub fn is_empty(&self) -> bool {
        self.offset == 0
    }

    /// Ends the file and makes it readable.
    ///
    /// # Errors
    /// [`Error::Io`] with the path if the last bytes can't be written, or an earlier write failed.
    pub fn finish(mut self) -> Result<Arc<SpillFile>> {
        self.check()?;
        if let Err(e) = self.out.flush() {
            let error = Error::io("write spill file", self.path(), e);
            return Err(self.fail(error));
        }
        let place = self
            .place
            .take()
            .ok_or_else(|| Error::Internal("a spill file without a path".to_owned()))?;
        place.dirs.note(place.root, true);
        Ok(Arc::new(SpillFile {
            place,
            len: self.offset,
        }))
    }

    fn check(&self) -> Result<()> {
        self.failed.clone().map_or(Ok(()), Err)
    }

    fn write(&mut self, bytes: &[u8], records: Option<u32>) -> Result<BlockSpan> {
        self.check()?;
        let (Ok(len), Some(records)) = (u32::try_from(bytes.len()), records) else {
            return Err(Error::Codec {
                op: "spill".to_owned(),
                type_name: "block".to_owned(),
                reason: format!(
                    "a block of {} bytes is over the limit of 4 GiB",
                    bytes.len()
                ),
            });
        };
        if let Err(e) = self.put(bytes) {
            return Err(self.fail(e));
        }
        let span = BlockSpan {
            offset: self.offset,
            len,
            crc: crc32fast::hash(bytes),
            records,
        };
        self.offset += u64::from(len);
        Ok(span)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        // The key is the directory: each context has its own.
        crate::fault!(
            "spill.write",
            self.path().parent().unwrap_or(Path::new("")).display()
        );
        let written = self.out.write_all(bytes);
        written.map_err(|e| Error::io("write spill file", self.path(), e))
    }

    fn path(&self) -> &Path {
        self.place.as_ref().map_or(Path::new(""), |p| &p.path)
    }

    /// Removes the file and remembers why.
    fn fail(&mut self, error: Error) -> Error {
        if let Some(place) = self.place.take() {
            place.dirs.note(place.root, false);
        }
        self.failed = Some(error.clone());
        error
    }
}

/// A finished spill file. Removed on drop.
#[derive(Debug)]
pub struct SpillFile {
    place: Place,
    len: u64,
}

impl SpillFile {
    /// Reads one block and appends its records to `out`.
    ///
    /// # Errors
    /// [`Error::Corrupt`] naming file and offset if the bytes are not the ones written;
    /// [`Error::Io`] if the file can't be opened or read; [`Error::Codec`] if the records are of
    /// another type. `out` is then as it was.
    pub fn read_block<T: Data>(&self, span: &BlockSpan, out: &mut Vec<T>) -> Result<()> {
        let bytes = self.read_bytes(span)?;
        self.decode(span, &bytes, out)
    }

    /// Reads the bytes of one block.
    ///
    /// # Errors
    /// As [`SpillFile::read_block`].
    pub fn read_bytes(&self, span: &BlockSpan) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.read_from(
            &mut Opened {
                file: self.open()?,
                position: 0,
            },
            span,
            &mut bytes,
        )?;
        Ok(bytes)
    }

    /// Opens the file for several reads. The reader holds one descriptor, and keeps the file.
    ///
    /// # Errors
    /// [`Error::Io`] if it can't be opened.
    pub fn reader(self: &Arc<Self>) -> Result<SpillReader> {
        let opened = Opened {
            file: self.open()?,
            position: 0,
        };
        Ok(SpillReader {
            spill: Arc::clone(self),
            opened,
            scratch: Vec::new(),
        })
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.place.path
    }

    /// Its bytes.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether it holds no byte.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn open(&self) -> Result<File> {
        File::open(self.path()).map_err(|e| Error::io("open spill file", self.path(), e))
    }

    fn read_from(&self, opened: &mut Opened, span: &BlockSpan, bytes: &mut Vec<u8>) -> Result<()> {
        let end = span.offset.checked_add(u64::from(span.len));
        if end.is_none_or(|end| end > self.len) {
            return Err(self.corrupt(span, &format!("the file ends at {}", self.len)));
        }
        bytes.clear();
        bytes.resize(span.len as usize, 0);
        opened
            .read_exact_at(span.offset, bytes)
            .map_err(|e| match e.kind() {
                ErrorKind::UnexpectedEof => self.corrupt(span, "the file was truncated"),
                _ => Error::io("read spill file", self.path(), e),
            })?;
        let crc = crc32fast::hash(bytes);
        if crc != span.crc {
            return Err(self.corrupt(
                span,
                &format!("checksum {crc:08x} instead of {:08x}", span.crc),
            ));
        }
        Ok(())
    }

    fn decode<T: Data>(&self, span: &BlockSpan, bytes: &[u8], out: &mut Vec<T>) -> Result<()> {
        let start = out.len();
        decode_chunk(bytes, out)?;
        let records = out.len() - start;
        if records != span.records as usize {
            out.truncate(start);
            return Err(self.corrupt(
                span,
                &format!("{records} records instead of {}", span.records),
            ));
        }
        Ok(())
    }

    fn corrupt(&self, span: &BlockSpan, reason: &str) -> Error {
        let place = self.path().display();
        Error::corrupt(
            place,
            format!(
                "block of {} bytes at offset {}: {reason}",
                span.len, span.offset
            ),
        )
    }
}

/// An open spill file. Reading blocks in the order of writing costs no seek.
#[derive(Debug)]
pub struct SpillReader {
    spill: Arc<SpillFile>,
    opened: Opened,
    scratch: Vec<u8>,
}

impl SpillReader {
    /// Reads one block and appends its records to `out`.
    ///
    /// # Errors
    /// As [`SpillFile::read_block`].
    pub fn read_block<T: Data>(&mut self, span: &BlockSpan, out: &mut Vec<T>) -> Result<()> {
        self.spill
            .read_from(&mut self.opened, span, &mut self.scratch)?;
        self.spill.decode(span, &self.scratch, out)
    }

    /// Reads the bytes of one block into `bytes`, in place of what was there.
    ///
    /// # Errors
    /// As [`SpillFile::read_block`].
    pub fn read_into(&mut self, span: &BlockSpan, bytes: &mut Vec<u8>) -> Result<()> {
        self.spill.read_from(&mut self.opened, span, bytes)
    }
}

/// A file and where its next read begins.
#[derive(Debug)]
struct Opened {
    file: File,
    position: u64,
}

impl Opened {
    fn read_exact_at(&mut self, offset: u64, bytes: &mut [u8]) -> io::Result<()> {
        if self.position != offset {
            self.file.seek(SeekFrom::Start(offset))?;
        }
        // After a failed read the position is anywhere: make the next read seek.
        self.position = u64::MAX;
        self.file.read_exact(bytes)?;
        self.position = offset + bytes.len() as u64;
        Ok(())
    }
}
