//! [`Records`]: the records of a stream of bytes, one after the other, in bounded memory.
//!
//! A range of a file has the records that start behind its first byte and up to its end, and the
//! file's first one; so every record is in exactly one range, wherever the cuts are.

use std::io::{self, Read};

const BUFFER: usize = 64 << 10;
/// No record is longer than what Java's arrays hold.
const LONGEST: usize = i32::MAX as usize;

/// What ends a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Separator {
    /// A line feed, a carriage return, or both in this order.
    Newline,
    /// These bytes, of which there is one at least.
    Bytes(Vec<u8>),
}

impl Separator {
    /// Whether records can be found from the middle of a file.
    pub(crate) fn can_split(&self) -> bool {
        match self {
            Separator::Newline => true,
            // Where longer ones begin cannot be told from the middle.
            Separator::Bytes(bytes) => bytes.len() == 1,
        }
    }
}

/// Reads records.
pub(crate) struct Records<R> {
    input: R,
    separator: Separator,
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    /// Where in the file `start` is.
    at: u64,
    /// Records that start behind it belong to another range.
    last: u64,
    longest: usize,
}

impl<R: Read> Records<R> {
    /// The records of a whole stream.
    pub(crate) fn new(input: R, separator: Separator) -> Self {
        Records {
            input,
            separator,
            buffer: vec![0; BUFFER].into(),
            start: 0,
            end: 0,
            at: 0,
            last: u64::MAX,
            longest: LONGEST,
        }
    }

    /// The records of a range of a file; the input begins where the range does.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub(crate) fn of_range(
        input: R,
        separator: Separator,
        range: std::ops::Range<u64>,
    ) -> io::Result<Self> {
        let mut records = Records::new(input, separator);
        records.at = range.start;
        records.last = range.end;
        if range.start > 0 {
            let mut of_the_range_before = Vec::new();
            records.read(&mut of_the_range_before)?;
        }
        Ok(records)
    }

    /// Reads a record without what ends it; `false` at the end, where `record` is empty.
    ///
    /// # Errors
    /// If the input fails, or a record is longer than 2 GiB.
    pub(crate) fn next(&mut self, record: &mut Vec<u8>) -> io::Result<bool> {
        record.clear();
        if self.at > self.last {
            return Ok(false);
        }
        self.read(record)
    }

    fn read(&mut self, record: &mut Vec<u8>) -> io::Result<bool> {
        match &self.separator {
            Separator::Newline => self.line(record),
            Separator::Bytes(bytes) => {
                let bytes = bytes.clone();
                self.until(&bytes, record)
            }
        }
    }

    /// Whether there are bytes.
    fn fill(&mut self) -> io::Result<bool> {
        while self.start == self.end {
            match self.input.read(&mut self.buffer) {
                Ok(0) => return Ok(false),
                Ok(count) => (self.start, self.end) = (0, count),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// Moves bytes to the record, and passes over more behind them.
    fn take(&mut self, count: usize, passed: usize, record: &mut Vec<u8>) -> io::Result<()> {
        if record.len() + count > self.longest {
            return Err(io::Error::other("a record is longer than 2 GiB"));
        }
        record.extend_from_slice(&self.buffer[self.start..self.start + count]);
        self.start += count + passed;
        self.at += (count + passed) as u64;
        Ok(())
    }

    fn line(&mut self, record: &mut Vec<u8>) -> io::Result<bool> {
        let mut any = false;
        while self.fill()? {
            any = true;
            let bytes = &self.buffer[self.start..self.end];
            match memchr::memchr2(b'\n', b'\r', bytes) {
                None => self.take(bytes.len(), 0, record)?,
                Some(at) => {
                    let returned = bytes[at] == b'\r';
                    self.take(at, 1, record)?;
                    if returned && self.fill()? && self.buffer[self.start] == b'\n' {
                        self.take(0, 1, record)?;
                    }
                    return Ok(true);
                }
            }
        }
        Ok(any)
    }

    fn until(&mut self, separator: &[u8], record: &mut Vec<u8>) -> io::Result<bool> {
        let Some(last) = separator.last() else {
            return Err(io::Error::other("records that nothing ends"));
        };
        let mut any = false;
        while self.fill()? {
            any = true;
            let bytes = &self.buffer[self.start..self.end];
            match memchr::memchr(*last, bytes) {
                None => self.take(bytes.len(), 0, record)?,
                Some(at) => {
                    self.take(at + 1, 0, record)?;
                    if record.ends_with(separator) {
                        record.truncate(record.len() - separator.len());
                        return Ok(true);
                    }
                }
            }
        }
        Ok(any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut records: Records<&[u8]>) -> Vec<String> {
        let (mut found, mut record) = (Vec::new(), Vec::new());
        while records.next(&mut record).expect("memory is read") {
            found.push(String::from_utf8_lossy(&record).into_owned());
        }
        found
    }

    fn bytes(separator: &str) -> Separator {
        Separator::Bytes(separator.as_bytes().to_vec())
    }

    #[test]
    fn lines_end_in_three_ways() {
        let lines = all(Records::new(b"a\nb\r\nc\rd\n\ne", Separator::Newline));
        assert_eq!(lines, ["a", "b", "c", "d", "", "e"]);
        assert_eq!(all(Records::new(b"", Separator::Newline)).len(), 0);
        assert_eq!(all(Records::new(b"a\r", Separator::Newline)), ["a"]);
    }

    #[test]
    fn other_ends() {
        assert_eq!(all(Records::new(b"a||b|c||", bytes("||"))), ["a", "b|c"]);
        assert_eq!(all(Records::new(b"a|\nb", bytes("|"))), ["a", "\nb"]);
    }

    #[test]
    fn every_record_is_in_one_range() {
        let file = b"ab\r\nc\n\n\r\rdef\ng\r\n\nhij";
        for separator in [Separator::Newline, bytes("\n")] {
            let whole = all(Records::new(&file[..], separator.clone()));
            for first in 0..=file.len() {
                for second in first..=file.len() {
                    let mut parts = Vec::new();
                    for (from, to) in [(0, first), (first, second), (second, file.len())] {
                        if from == to {
                            continue;
                        }
                        let range = from as u64..to as u64;
                        let part = Records::of_range(&file[from..], separator.clone(), range);
                        parts.extend(all(part.expect("memory is read")));
                    }
                    assert_eq!(parts, whole, "{first} {second} {separator:?}");
                }
            }
        }
    }

    #[test]
    fn no_record_is_longer_than_allowed() {
        let mut records = Records::new(&b"abcdef\n"[..], Separator::Newline);
        records.longest = 5;
        assert!(records.next(&mut Vec::new()).is_err());
    }
}
