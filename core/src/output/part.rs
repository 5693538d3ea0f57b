//! The files of a save, with buffering and compression.

use std::fmt;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};

use crate::durable::{DurableFs, DurableWrite, Existing, io_error};
use crate::error::{Error, Result};

/// Bytes collected before they go to the compressor or the file.
const BUFFER_BYTES: usize = 64 * 1024;

/// How the files of a save are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// gzip at its usual level, 6; files end in `.gz`.
    Gzip,
    /// Zstandard at its usual level, 3; files end in `.zst`.
    Zstd,
}

impl Compression {
    /// What it adds to a file's name, with the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Compression::None => "",
            Compression::Gzip => ".gz",
            Compression::Zstd => ".zst",
        }
    }
}

/// A finished file of a task, not yet committed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartFile {
    /// Its name, without a directory.
    pub name: String,
    /// Its length in bytes, as written to the file.
    pub bytes: u64,
}

/// Writes one file of a task. Nothing of it is left if it is dropped before
/// [`PartWriter::finish`].
///
/// It is an [`io::Write`] with a buffer, so that single records can be written to it.
pub struct PartWriter {
    encoder: BufWriter<Encoder>,
    name: String,
    path: PathBuf,
    written: Arc<AtomicU64>,
}

impl PartWriter {
    pub(super) fn create(
        fs: &dyn DurableFs,
        path: PathBuf,
        name: String,
        compression: Compression,
    ) -> Result<Self> {
        crate::fault!("output.part.create", &name);
        let written = Arc::new(AtomicU64::new(0));
        let file = Counted {
            file: fs.open_write(&path, Existing::Refuse)?,
            written: Arc::clone(&written),
        };
        let encoder = match compression {
            Compression::None => Encoder::Plain(file),
            Compression::Gzip => {
                Encoder::Gzip(GzEncoder::new(file, flate2::Compression::default()))
            }
            Compression::Zstd => Encoder::Zstd(
                zstd::stream::write::Encoder::new(file, zstd::DEFAULT_COMPRESSION_LEVEL)
                    .map_err(|e| io_error("compress", &path, e))?,
            ),
        };
        Ok(PartWriter {
            encoder: BufWriter::with_capacity(BUFFER_BYTES, encoder),
            name,
            path,
            written,
        })
    }

    /// The typed error of a failed write to this file.
    pub fn error(&self, error: io::Error) -> Error {
        io_error("write", &self.path, error)
    }

    /// Bytes that went to the file so far; what is buffered is not counted.
    pub fn written_bytes(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    /// Writes what is buffered, ends the compressed stream and makes the file durable.
    ///
    /// # Errors
    /// If that fails; the file is then gone.
    pub fn finish(self) -> Result<PartFile> {
        let PartWriter {
            encoder,
            name,
            path,
            written,
        } = self;
        crate::fault!("output.part.finish", &name);
        let end = || {
            encoder
                .into_inner()
                .map_err(io::IntoInnerError::into_error)?
                .finish()
        };
        end().map_err(|e| io_error("write", &path, e))?.commit()?;
        Ok(PartFile {
            name,
            bytes: written.load(Ordering::Relaxed),
        })
    }
}

impl Write for PartWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.encoder.write(bytes)
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.encoder.write_all(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.encoder.flush()
    }
}

impl fmt::Debug for PartWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartWriter")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// What stands between the buffer and the file.
enum Encoder {
    Plain(Counted),
    Gzip(GzEncoder<Counted>),
    Zstd(zstd::stream::write::Encoder<'static, Counted>),
}

impl Encoder {
    fn finish(self) -> io::Result<Box<dyn DurableWrite>> {
        let counted = match self {
            Encoder::Plain(file) => file,
            Encoder::Gzip(encoder) => encoder.finish()?,
            Encoder::Zstd(encoder) => encoder.finish()?,
        };
        Ok(counted.file)
    }
}

impl Write for Encoder {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Encoder::Plain(w) => w.write(bytes),
            Encoder::Gzip(w) => w.write(bytes),
            Encoder::Zstd(w) => w.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Encoder::Plain(w) => w.flush(),
            Encoder::Gzip(w) => w.flush(),
            Encoder::Zstd(w) => w.flush(),
        }
    }
}

/// A file that counts its bytes.
struct Counted {
    file: Box<dyn DurableWrite>,
    written: Arc<AtomicU64>,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.file.write(bytes)?;
        self.written.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
