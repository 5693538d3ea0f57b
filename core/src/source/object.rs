//! Object files: records in the engine's own encoding, as `save_as_object_file` writes them and
//! `object_file` reads them.
//!
//! # Format, version 1
//!
//! All numbers are little-endian.
//!
//! ```text
//! file   = header block* end
//! header = "FlintObj" version:u32 name_len:u32 type_name crc:u32      crc of all before it
//! block  = records:u32 len:u32 crc:u32 payload                        crc of records, len, payload
//! end    = a block with 0 records and the number of all records (u64) as its payload
//! ```
//!
//! A payload is a chunk as [`encode_chunk`] makes it. A file without its end is truncated; so one
//! that was cut between blocks is noticed, too. The CRC is CRC-32 (IEEE).
//!
//! The type name is that of the records without its modules, with `Text` written as `String`: so
//! a type may move, and strings be read as either. Anything else is refused rather than decoded to
//! garbage. What a type's fields are, the file does not know: it must be read with the type that it
//! was written with.

use std::any::type_name;
use std::io::Write;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use super::codec_by_extension::Compression;
use super::open::Input;
use super::options::{InputOptions, KillCheck};
use super::paths::InputFile;
use super::splits::FileSplit;
use crate::data::Data;
use crate::error::{Error, Result};
use crate::exec::ChunkSource;
use crate::storage::codec::{decode_chunk, encode_chunk};

#[cfg(test)]
mod tests;

const MAGIC: &[u8; 8] = b"FlintObj";
const VERSION: u32 = 1;
/// Magic, version and length of the type's name.
const HEADER_LEN: usize = 16;
/// Records, length and CRC.
const BLOCK_HEADER_LEN: usize = 12;
/// No type has a longer name.
const MAX_NAME_LEN: usize = 1 << 16;

/// The name of `T` without modules.
fn name_of<T>() -> String {
    let full = type_name::<T>();
    let mut name = String::new();
    for part in full.split_inclusive(|c: char| !c.is_alphanumeric() && c != '_') {
        match part.strip_suffix(':') {
            // `a::b::C` comes as `a:`, `:`, `b:`, `:`, `C`.
            Some(_) => {}
            None => name.push_str(part),
        }
    }
    let is_text = |c: &str| c == "Text";
    let mut renamed = String::new();
    for part in name.split_inclusive(|c: char| !c.is_alphanumeric() && c != '_') {
        let word = part.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '_');
        renamed.push_str(if is_text(word) { "String" } else { word });
        renamed.push_str(&part[word.len()..]);
    }
    renamed
}

/// Writes one object file.
#[derive(Debug)]
pub struct ObjectWriter<T, W> {
    sink: W,
    path: PathBuf,
    records: u64,
    payload: Vec<u8>,
    of: PhantomData<fn(T)>,
}

impl<T: Data, W: Write> ObjectWriter<T, W> {
    /// Begins a file on `sink`, which should be buffered. `path` is named in errors.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn new(sink: W, path: &Path) -> Result<Self> {
        let name = name_of::<T>();
        let mut header = Vec::with_capacity(HEADER_LEN + name.len() + 4);
        header.extend(MAGIC);
        header.extend(VERSION.to_le_bytes());
        header.extend((name.len() as u32).to_le_bytes());
        header.extend(name.as_bytes());
        header.extend(crc32fast::hash(&header).to_le_bytes());
        let mut writer = ObjectWriter {
            sink,
            path: path.to_owned(),
            records: 0,
            payload: Vec::new(),
            of: PhantomData,
        };
        writer.write(&header)?;
        Ok(writer)
    }

    /// Writes a chunk as one block (as several, if it is larger than 4 GiB when encoded).
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Codec`] if a record can't be encoded, or has 4 GiB or more.
    pub fn write_chunk(&mut self, items: &[T]) -> Result<()> {
        if items.is_empty() {
            return Ok(());
        }
        let mut payload = std::mem::take(&mut self.payload);
        payload.clear();
        encode_chunk(items, &mut payload)?;
        if u32::try_from(payload.len()).is_ok() && u32::try_from(items.len()).is_ok() {
            self.write_block(items.len() as u32, &payload)?;
            self.records += items.len() as u64;
            self.payload = payload;
            return Ok(());
        }
        drop(payload);
        let (first, second) = items.split_at(items.len() / 2);
        if first.is_empty() {
            return Err(Error::Codec {
                op: "encode".to_owned(),
                type_name: type_name::<T>().to_owned(),
                reason: "one record has more than 4 GiB".to_owned(),
            });
        }
        self.write_chunk(first)?;
        self.write_chunk(second)
    }

    /// Ends the file and gives the sink back, flushed.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn finish(mut self) -> Result<W> {
        self.write_block(0, &self.records.to_le_bytes())?;
        self.sink
            .flush()
            .map_err(|e| Error::io("write", &self.path, e))?;
        Ok(self.sink)
    }

    fn write_block(&mut self, records: u32, payload: &[u8]) -> Result<()> {
        let mut header = [0; BLOCK_HEADER_LEN];
        header[..4].copy_from_slice(&records.to_le_bytes());
        header[4..8].copy_from_slice(&(payload.len() as u32).to_le_bytes());
        let crc = block_crc(&header[..8], payload);
        header[8..].copy_from_slice(&crc.to_le_bytes());
        self.write(&header)?;
        self.write(payload)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.sink
            .write_all(bytes)
            .map_err(|e| Error::io("write", &self.path, e))
    }
}

fn block_crc(fields: &[u8], payload: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(fields);
    crc.update(payload);
    crc.finalize()
}

/// The partitions of object files: each file is one.
pub fn object_splits(files: &[InputFile]) -> Vec<FileSplit> {
    let split = |f: &InputFile| FileSplit {
        path: f.path.clone(),
        start: 0,
        len: f.len,
        compression: Compression::None,
    };
    files.iter().map(split).collect()
}

/// Opens the records of one object file.
///
/// # Errors
/// Opening and reading give [`Error::Io`]; [`Error::Corrupt`] with file and offset for what is no
/// object file, of an unknown version, damaged or truncated; [`Error::Codec`] if the file holds
/// records of another type.
pub fn read_objects<'a, T: Data>(
    split: &FileSplit,
    options: &InputOptions,
    kill_check: KillCheck<'a>,
) -> Result<Box<dyn ChunkSource<T> + 'a>> {
    let mut reader = ObjectReader {
        blocks: None,
        options: options.clone(),
        kill_check,
        of: PhantomData,
    };
    let opened = Blocks::open(split).and_then(|mut blocks| {
        blocks.read_header(&name_of::<T>())?;
        Ok(blocks)
    });
    match opened {
        Ok(blocks) => reader.blocks = Some(blocks),
        Err(error) => options.tolerate(error)?,
    }
    Ok(Box::new(reader))
}

struct ObjectReader<'a, T> {
    /// `None` at the end.
    blocks: Option<Blocks>,
    options: InputOptions,
    kill_check: KillCheck<'a>,
    of: PhantomData<fn() -> T>,
}

impl<T: Data> ChunkSource<T> for ObjectReader<'_, T> {
    fn next(&mut self, out: &mut Vec<T>) -> Result<bool> {
        (self.kill_check)()?;
        let Some(blocks) = &mut self.blocks else {
            return Ok(false);
        };
        match blocks.next(out) {
            Ok(true) => Ok(true),
            Ok(false) => {
                self.blocks = None;
                Ok(false)
            }
            Err(error) => {
                self.blocks = None;
                self.options.tolerate(error)?;
                Ok(false)
            }
        }
    }
}

/// The blocks of an open file.
struct Blocks {
    input: Input,
    /// Offset of what is read next.
    at: u64,
    records: u64,
    buffer: Vec<u8>,
}

impl Blocks {
    fn open(split: &FileSplit) -> Result<Self> {
        let input = Input::open(&split.path, Compression::None, 0, split.len)?;
        Ok(Blocks {
            input,
            at: 0,
            records: 0,
            buffer: Vec::new(),
        })
    }

    fn corrupt(&self, at: u64, reason: impl Into<String>) -> Error {
        Error::corrupt(
            format!("{} at byte {at}", self.input.path().display()),
            reason,
        )
    }

    /// Appends exactly `len` bytes to the buffer.
    fn read(&mut self, len: usize) -> Result<()> {
        let left = self.input.file_len().saturating_sub(self.at);
        if len as u64 > left || (len > 0 && self.input.read(len, &mut self.buffer)?) {
            return Err(self.corrupt(
                self.at,
                format!("it is truncated: {len} bytes are wanted, {left} are left"),
            ));
        }
        self.at += len as u64;
        Ok(())
    }

    fn u32_at(&self, at: usize) -> u32 {
        let bytes = self.buffer[at..]
            .first_chunk()
            .expect("the caller read what it asks for");
        u32::from_le_bytes(*bytes)
    }

    fn read_header(&mut self, name: &str) -> Result<()> {
        self.read(HEADER_LEN)?;
        if !self.buffer.starts_with(MAGIC) {
            return Err(self.corrupt(0, "it is no object file"));
        }
        let version = self.u32_at(8);
        if version != VERSION {
            return Err(self.corrupt(
                8,
                format!("version {version} of the format is unknown, {VERSION} is known"),
            ));
        }
        let name_len = self.u32_at(12) as usize;
        if name_len > MAX_NAME_LEN {
            return Err(self.corrupt(12, "the type's name is too long"));
        }
        self.read(name_len + 4)?;
        let (header, crc) = self.buffer.split_at(HEADER_LEN + name_len);
        if crc != crc32fast::hash(header).to_le_bytes() {
            return Err(self.corrupt(0, "the header's checksum is wrong"));
        }
        let theirs = String::from_utf8_lossy(&header[HEADER_LEN..]);
        if theirs != name {
            return Err(Error::Codec {
                op: "decode".to_owned(),
                type_name: name.to_owned(),
                reason: format!(
                    "`{}` holds records of type `{theirs}`",
                    self.input.path().display()
                ),
            });
        }
        Ok(())
    }

    /// Appends the records of the next block. `false`: that was the end.
    fn next<T: Data>(&mut self, out: &mut Vec<T>) -> Result<bool> {
        let start = self.at;
        self.buffer.clear();
        self.read(BLOCK_HEADER_LEN)?;
        let (records, len, crc) = (self.u32_at(0), self.u32_at(4), self.u32_at(8));
        self.read(len as usize)?;
        let (fields, payload) = self.buffer.split_at(BLOCK_HEADER_LEN);
        if block_crc(&fields[..8], payload) != crc {
            return Err(self.corrupt(start, "a block's checksum is wrong"));
        }
        if records == 0 {
            return self.check_end(start).map(|()| false);
        }
        let before = out.len();
        decode_chunk(payload, out)?;
        if out.len() - before != records as usize {
            return Err(self.corrupt(start, "a block has not as many records as it says"));
        }
        self.records += u64::from(records);
        Ok(true)
    }

    fn check_end(&self, start: u64) -> Result<()> {
        if self.buffer[BLOCK_HEADER_LEN..] != self.records.to_le_bytes() {
            return Err(self.corrupt(
                start,
                format!("blocks are missing: {} records were read", self.records),
            ));
        }
        if self.at < self.input.file_len() {
            return Err(self.corrupt(self.at, "there is something behind the end"));
        }
        Ok(())
    }
}
