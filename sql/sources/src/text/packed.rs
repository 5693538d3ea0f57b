//! [`PackedText`]: text that is written into a file, in its character set and packed by its codec.

use flint_sql_spec::{Result, SqlError, condition};

use super::charset::Charset;
use super::codec::{Codec, Packer};

/// The bytes of one file of text.
pub(crate) struct PackedText {
    charset: Charset,
    /// `None` once finished.
    packer: Option<Packer>,
}

impl PackedText {
    /// An empty file.
    ///
    /// # Errors
    /// If the codec cannot be set up.
    pub(crate) fn new(charset: Charset, codec: Codec) -> Result<PackedText> {
        Ok(PackedText {
            charset,
            packer: Some(codec.packer().map_err(failed)?),
        })
    }

    /// Adds text.
    ///
    /// # Errors
    /// If it cannot be packed, or the file is finished.
    pub(crate) fn write(&mut self, text: &str) -> Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        let packer = self
            .packer
            .as_mut()
            .ok_or_else(|| SqlError::internal("rows for a file that is finished"))?;
        match self.charset {
            Charset::Utf8 => packer.write(text.as_bytes()),
            charset => packer.write(&charset.encode(text)),
        }
        .map_err(failed)?;
        // Only the file's first bytes tell the order of the others.
        if self.charset == Charset::Utf16 {
            self.charset = Charset::Utf16Be;
        }
        Ok(())
    }

    /// Adds bytes as they are.
    ///
    /// # Errors
    /// As [`write`](PackedText::write).
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Result<()> {
        self.packer
            .as_mut()
            .ok_or_else(|| SqlError::internal("rows for a file that is finished"))?
            .write(bytes)
            .map_err(failed)
    }

    /// Bytes that are ready.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        self.packer.as_mut().map(Packer::take).unwrap_or_default()
    }

    /// The rest of the file.
    ///
    /// # Errors
    /// If it cannot be packed.
    pub(crate) fn finish(&mut self) -> Result<Vec<u8>> {
        match self.packer.take() {
            Some(packer) => packer.finish().map_err(failed),
            None => Ok(Vec::new()),
        }
    }
}

fn failed(error: std::io::Error) -> SqlError {
    SqlError::new(condition::TASK_WRITE_FAILED)
        .with("path", "a text file")
        .caused_by(SqlError::internal(error.to_string()))
}
