//! Opens a file, decompresses it, and tells what goes wrong: whether the operating system could
//! not read it ([`Error::Io`]) or what it holds makes no sense ([`Error::Corrupt`]).

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::codec_by_extension::Compression;
use super::decompress::decompressed;
use crate::error::{Error, Result};

/// An open file: its bytes, decompressed.
pub(super) struct Input {
    path: PathBuf,
    compression: Compression,
    bytes: Box<dyn Read>,
    len: u64,
}

impl Input {
    /// Opens a file that had at least `expected_len` bytes when it was listed, at offset `start`,
    /// which is 0 if it is compressed.
    ///
    /// # Errors
    /// [`Error::Io`] if it can't be opened, [`Error::Corrupt`] if it has become shorter.
    pub(super) fn open(
        path: &Path,
        compression: Compression,
        start: u64,
        expected_len: u64,
    ) -> Result<Input> {
        let mut file = File::open(path).map_err(|e| Error::io("open", path, e))?;
        let len = file
            .metadata()
            .map_err(|e| Error::io("open", path, e))?
            .len();
        if len < expected_len {
            return Err(Error::corrupt(
                path.display(),
                format!(
                    "it had at least {expected_len} bytes when it was listed, and has {len} now"
                ),
            ));
        }
        if start > 0 {
            file.seek(SeekFrom::Start(start))
                .map_err(|e| Error::io("seek in", path, e))?;
        }
        let bytes: Box<dyn Read> = match len {
            // An empty file is empty when decompressed, too, though it is no archive.
            0 => Box::new(io::empty()),
            _ => decompressed(file, compression).map_err(|e| Error::io("decompress", path, e))?,
        };
        Ok(Input {
            path: path.to_owned(),
            compression,
            bytes,
            len,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The length of the file itself, in bytes.
    pub(super) fn file_len(&self) -> u64 {
        self.len
    }

    /// Appends the next `most` bytes to `buffer`, fewer only at the end. Returns whether the end
    /// was reached. What was read before an error is in `buffer`.
    pub(super) fn read(&mut self, most: usize, buffer: &mut Vec<u8>) -> Result<bool> {
        buffer.reserve(most);
        match self.bytes.by_ref().take(most as u64).read_to_end(buffer) {
            Ok(n) => Ok(n < most),
            Err(e) => Err(self.failed(e)),
        }
    }

    /// A decoder's own errors carry no code of the operating system.
    fn failed(&self, e: io::Error) -> Error {
        if self.compression == Compression::None || e.raw_os_error().is_some() {
            return Error::io("read", &self.path, e);
        }
        let what = match e.kind() {
            io::ErrorKind::UnexpectedEof => "it is truncated".to_owned(),
            _ => e.to_string(),
        };
        Error::corrupt(
            self.path.display(),
            format!("can't decompress it as {:?}: {what}", self.compression),
        )
    }
}
