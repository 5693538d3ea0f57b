//! Lines of text files ([`read_lines`]), with the semantics of Hadoop's `LineRecordReader`.
//!
//! # Which lines belong to a split
//!
//! A line ends with `\n`, `\r\n` or a lone `\r`, or with the file. For any offset `x > 0` let
//! `after(x)` be the end of the first line end that is found when reading from `x` on. The lines of
//! the split `start..end` are the bytes from `after(start)` (0 for the first split) up to
//! `after(end)`. So neighbours agree on every border, whatever lies there: a line that begins
//! exactly at the border, the two halves of a `\r\n`, or the middle of a character.
//!
//! # How they are read
//!
//! The file is read in blocks of [`InputOptions::buffer_bytes`], each cut behind its last line
//! end. A block is checked once for UTF-8 and becomes one shared buffer; its lines are slices of it
//! ([`Text`]). What was behind the cut moves to the front of the next block. When nobody holds a
//! line of a block any more by the time the next one is read, its memory is used again. A line
//! longer than the buffer makes it grow; each time the reader reads as much as it has, so that a
//! line costs time linear in its length.

use memchr::{memchr2, memchr2_iter, memrchr2};

use super::open::Input;
use super::options::{InputOptions, KillCheck};
use super::splits::FileSplit;
use crate::error::{Error, Result};
use crate::exec::{CHUNK, ChunkSource};
use crate::text::Text;

#[cfg(test)]
mod tests;

/// Read past the end of a split at first, to find the end of its last line.
const OVERLAP: u64 = 4 << 10;

/// The mark that some programs put before UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Opens the lines of one split, without their line ends. A byte order mark at the start of a file
/// is not part of its first line.
///
/// # Errors
/// Opening and reading give [`Error::Io`], and [`Error::Corrupt`] for files that can't be
/// decompressed or have become shorter than they were; [`Error::InvalidUtf8`] unless
/// `options.lossy_utf8`; and whatever `kill_check` gives. Offsets are those of the decompressed
/// file.
pub fn read_lines<'a>(
    split: &FileSplit,
    options: &InputOptions,
    kill_check: KillCheck<'a>,
) -> Result<Box<dyn ChunkSource<Text> + 'a>> {
    let opened = Input::open(&split.path, split.compression, split.start, split.end());
    let input = match opened {
        Ok(input) => Some(input),
        Err(error) => options.tolerate(error).map(|()| None)?,
    };
    let end = if split.compression.is_splittable() {
        split.end()
    } else {
        u64::MAX
    };
    Ok(Box::new(LineReader {
        input,
        options: options.clone(),
        kill_check,
        start: split.start,
        end,
        started: false,
        at_end: false,
        pending: Vec::new(),
        pending_at: split.start,
        block: Text::new(),
        emitted: 0,
    }))
}

struct LineReader<'a> {
    /// `None` once all lines are in `block`.
    input: Option<Input>,
    options: InputOptions,
    kill_check: KillCheck<'a>,
    start: u64,
    end: u64,
    /// Whether `pending` begins with the first line of the split.
    started: bool,
    /// Whether the file is read to its end.
    at_end: bool,
    /// What is read and not in a block yet, and its offset in the file.
    pending: Vec<u8>,
    pending_at: u64,
    /// Whole lines, the first `emitted` bytes of which are given out.
    block: Text,
    emitted: usize,
}

impl ChunkSource<Text> for LineReader<'_> {
    fn next(&mut self, out: &mut Vec<Text>) -> Result<bool> {
        (self.kill_check)()?;
        if self.emitted == self.block.len() && !self.next_block()? {
            return Ok(false);
        }
        self.emit(out);
        Ok(true)
    }
}

impl LineReader<'_> {
    /// Appends up to [`CHUNK`] lines of the block, which has one at least.
    fn emit(&mut self, out: &mut Vec<Text>) {
        let bytes = self.block.as_bytes();
        let from = self.emitted;
        let mut line = from;
        for end in memchr2_iter(b'\n', b'\r', &bytes[from..])
            .map(|i| from + i)
            .take(2 * CHUNK)
        {
            if end < line {
                // The second half of a `\r\n`.
                continue;
            }
            out.push(self.block.slice(line..end));
            line = end + line_end_len(&bytes[end..]);
            self.emitted = line;
        }
        if self.emitted == from {
            // Without an end: the last line of the file.
            out.push(self.block.slice(from..));
            self.emitted = bytes.len();
        }
    }

    /// Puts the next whole lines into `block`. `false`: there is none.
    fn next_block(&mut self) -> Result<bool> {
        let Some(input) = &self.input else {
            return Ok(false);
        };
        let path = input.path().to_owned();
        self.reuse_block();
        if !self.started && !self.start_reading()? {
            self.input = None;
            return Ok(false);
        }
        let len = loop {
            if let Some(len) = self.lines_end() {
                break len;
            }
            self.fill()?;
        };
        if len == 0 {
            self.input = None;
            return Ok(false);
        }
        let rest = self.pending.split_off(len);
        let bytes = std::mem::replace(&mut self.pending, rest);
        let offset = self.pending_at;
        self.pending_at += len as u64;
        let text = String::from_utf8(bytes).or_else(|e| {
            if self.options.lossy_utf8 {
                return Ok(String::from_utf8_lossy(e.as_bytes()).into_owned());
            }
            let offset = offset + e.utf8_error().valid_up_to() as u64;
            Err(Error::InvalidUtf8 { path, offset })
        })?;
        self.block = Text::from(text);
        self.emitted = 0;
        Ok(true)
    }

    /// Uses the memory of the last block for the next one, if nobody else does.
    fn reuse_block(&mut self) {
        let block = std::mem::take(&mut self.block);
        self.emitted = 0;
        let Some(mut buffer) = block.try_into_vec() else {
            return;
        };
        // That of a very long line is given back.
        if buffer.capacity() <= 4 * self.options.buffer_bytes {
            buffer.clear();
            buffer.extend_from_slice(&self.pending);
            self.pending = buffer;
        }
    }

    /// Moves to the first line of the split. `false`: no line begins in it.
    fn start_reading(&mut self) -> Result<bool> {
        self.started = true;
        if self.start == 0 {
            while self.pending.len() < BYTE_ORDER_MARK.len() && !self.at_end {
                self.fill()?;
            }
            if self.pending.starts_with(BYTE_ORDER_MARK) {
                self.drop_pending(BYTE_ORDER_MARK.len());
                // The first line begins with the mark, and so belongs to a split that ends in it.
                self.end = self.end.max(self.pending_at);
            }
            return Ok(true);
        }
        loop {
            match self.line_start(0) {
                Some(at) => {
                    self.drop_pending(at);
                    return Ok(self.pending_at <= self.end);
                }
                None if self.at_end || self.pending_at > self.end => return Ok(false),
                // A `\r` may be half of a line end.
                None if self.pending.ends_with(b"\r") => self.drop_pending(self.pending.len() - 1),
                None => self.drop_pending(self.pending.len()),
            }
            self.fill()?;
        }
    }

    fn drop_pending(&mut self, len: usize) {
        self.pending.drain(..len);
        self.pending_at += len as u64;
    }

    /// The end of the first line end in `pending[from..]`. `None` if it is not read yet.
    fn line_start(&self, from: usize) -> Option<usize> {
        let rest = self.pending.get(from..)?;
        let end = memchr2(b'\n', b'\r', rest)?;
        if end + 1 == rest.len() && rest[end] == b'\r' && !self.at_end {
            return None;
        }
        Some(from + end + line_end_len(&rest[end..]))
    }

    /// How much of `pending` is whole lines of this split, 0 if there are no more. `None` if that
    /// is not read yet.
    fn lines_end(&mut self) -> Option<usize> {
        if self.pending_at > self.end {
            return Some(0);
        }
        let split_end = usize::try_from(self.end - self.pending_at).unwrap_or(usize::MAX);
        if self.pending.len() > split_end
            && let Some(len) = self.line_start(split_end)
        {
            return Some(len);
        }
        if self.at_end {
            return Some(self.pending.len());
        }
        // Not behind a `\r` at the very end, which may be half of a line end.
        let known = self.pending.strip_suffix(b"\r").unwrap_or(&self.pending);
        memrchr2(b'\n', b'\r', known).map(|last| last + 1)
    }

    /// Reads on.
    fn fill(&mut self) -> Result<()> {
        (self.kill_check)()?;
        let Some(input) = &mut self.input else {
            self.at_end = true;
            return Ok(());
        };
        let at = self.pending_at + self.pending.len() as u64;
        let most = self.options.buffer_bytes.max(self.pending.len()).max(1) as u64;
        let wanted = if at < self.end {
            most.min((self.end - at).saturating_add(OVERLAP))
        } else {
            most.min((at - self.end).max(OVERLAP))
        };
        match input.read(wanted as usize, &mut self.pending) {
            Ok(at_end) => self.at_end = at_end,
            Err(error) => {
                self.options.tolerate(error)?;
                // The lines before the damage are good; the one that it hit is not.
                let good = memrchr2(b'\n', b'\r', &self.pending).map_or(0, |last| last + 1);
                self.pending.truncate(good);
                self.at_end = true;
            }
        }
        Ok(())
    }
}

/// The length of the line end that `bytes` begin with.
fn line_end_len(bytes: &[u8]) -> usize {
    if bytes.starts_with(b"\r\n") { 2 } else { 1 }
}
