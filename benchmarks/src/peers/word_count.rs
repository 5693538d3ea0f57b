//! Word count over a file, twice: with an owned string per word, the program that comes first to
//! mind, and with borrowed words over the whole file in memory, about the best that plain Rust does.
//!
//! Words are what ASCII white space separates. Each core takes chunk after chunk and counts into a
//! table of its own; the tables, one per core, are merged at the end, the smaller into the larger.

use std::fs::{self, File};
use std::hash::Hash;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Table, mix};

/// Bytes that a core takes at once: small enough that all cores end together.
const CHUNK_BYTES: usize = 16 << 20;

/// What a word count answers, whatever the order of words: comparable and small.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Words, each as often as it occurs.
    pub words: u64,
    /// Distinct words.
    pub distinct: usize,
    /// Checksum over words and counts that ignores their order.
    pub checksum: u64,
}

impl<W: AsRef<str>> FromIterator<(W, u64)> for Counts {
    /// Takes each word once, with its count.
    fn from_iter<I: IntoIterator<Item = (W, u64)>>(counts: I) -> Self {
        counts
            .into_iter()
            .fold(Self::default(), |all, (word, count)| Self {
                words: all.words + count,
                distinct: all.distinct + 1,
                checksum: all.checksum.wrapping_add(mix(fnv1a(word.as_ref()), count)),
            })
    }
}

/// The FNV-1a hash: slow and fixed, right for a checksum.
fn fnv1a(word: &str) -> u64 {
    word.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

/// Counts with a `String` made of every word. Reads the file line by line in chunks; memory holds
/// the tables only.
///
/// # Errors
/// When the file cannot be read or is not UTF-8.
pub fn owned(path: &Path) -> io::Result<Counts> {
    let length = fs::metadata(path)?.len();
    let starts: Vec<u64> = (0..length).step_by(CHUNK_BYTES).collect();
    let table = count_all(&starts, |table, &start| {
        count_lines(table, path, start, start + CHUNK_BYTES as u64)
    })?;
    Ok(table.into_iter().collect())
}

/// Counts the lines that begin in `start..end`.
fn count_lines(
    table: &mut Table<String, u64>,
    path: &Path,
    start: u64,
    end: u64,
) -> io::Result<()> {
    let mut file = BufReader::with_capacity(1 << 18, File::open(path)?);
    let mut position = start.saturating_sub(1);
    file.seek(SeekFrom::Start(position))?;
    if start > 0 {
        // Ends the line that began before `start`; reading from one byte earlier keeps a line
        // that begins right at `start`.
        position += file.skip_until(b'\n')? as u64;
    }
    let mut line = String::new();
    while position < end {
        line.clear();
        let read = file.read_line(&mut line)?;
        if read == 0 {
            break;
        }
        position += read as u64;
        for word in line.split_ascii_whitespace() {
            *table.entry(word.to_owned()).or_default() += 1;
        }
    }
    Ok(())
}

/// Counts with words that borrow from the file, which is read to memory whole.
///
/// # Errors
/// When the file cannot be read or is not UTF-8.
pub fn borrowed(path: &Path) -> io::Result<Counts> {
    let bytes = fs::read(path)?;
    let chunks: Vec<&[u8]> = Chunks { rest: &bytes }.collect();
    let table = count_all(&chunks, |table, chunk| {
        let text = std::str::from_utf8(chunk)
            .map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))?;
        for word in text.split_ascii_whitespace() {
            *table.entry(word).or_default() += 1;
        }
        Ok(())
    })?;
    Ok(table.into_iter().collect())
}

/// Lets every core take the next chunk as long as there is one, and merges the tables of all.
fn count_all<C: Sync, W: Hash + Eq + Send>(
    chunks: &[C],
    count: impl Fn(&mut Table<W, u64>, &C) -> io::Result<()> + Sync,
) -> io::Result<Table<W, u64>> {
    let next = AtomicUsize::new(0);
    let tables = rayon::broadcast(|_| {
        let mut table = Table::default();
        while let Some(chunk) = chunks.get(next.fetch_add(1, Ordering::Relaxed)) {
            count(&mut table, chunk)?;
        }
        Ok::<_, io::Error>(table)
    });
    tables
        .into_iter()
        .try_fold(Table::default(), |all, table| Ok(merge(all, table?)))
}

/// Cuts bytes behind the first line end that follows each [`CHUNK_BYTES`].
struct Chunks<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Chunks<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let tail = self.rest.get(CHUNK_BYTES..).unwrap_or_default();
        let length =
            memchr::memchr(b'\n', tail).map_or(self.rest.len(), |end| CHUNK_BYTES + end + 1);
        let (chunk, rest) = self.rest.split_at(length);
        self.rest = rest;
        Some(chunk)
    }
}

fn merge<W: Hash + Eq>(mut left: Table<W, u64>, mut right: Table<W, u64>) -> Table<W, u64> {
    if left.len() < right.len() {
        std::mem::swap(&mut left, &mut right);
    }
    for (word, count) in right {
        *left.entry(word).or_default() += count;
    }
    left
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tempfile::NamedTempFile;

    use super::*;
    use crate::data::ZipfText;

    fn plainly(text: &str) -> Counts {
        let mut counts = BTreeMap::new();
        for word in text.split_ascii_whitespace() {
            *counts.entry(word).or_insert(0) += 1;
        }
        counts.into_iter().collect()
    }

    fn check(text: &str) {
        let file = NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        assert_eq!(owned(file.path()).unwrap(), plainly(text));
        assert_eq!(borrowed(file.path()).unwrap(), plainly(text));
    }

    #[test]
    fn small_files() {
        for text in ["", "\n", "a", "a b  a\n\nb\r\nc\ta", "ä ö\nä\n"] {
            check(text);
        }
    }

    #[test]
    fn lines_across_chunks_are_counted_once() {
        let mut text = Vec::new();
        let bytes = 2 * CHUNK_BYTES as u64 + 1_000;
        ZipfText::new(1_000, 3).write(bytes, &mut text).unwrap();
        check(std::str::from_utf8(&text).unwrap());
    }

    #[test]
    fn a_line_may_begin_or_end_at_a_chunk() {
        for offset in [CHUNK_BYTES - 2, CHUNK_BYTES - 1, CHUNK_BYTES] {
            check(&format!("{}\nb c\n", "a".repeat(offset)));
        }
        check(&"a".repeat(CHUNK_BYTES + 1));
    }

    #[test]
    fn invalid_utf8_is_an_error() {
        let file = NamedTempFile::new().unwrap();
        fs::write(file.path(), b"ok \xff\n").unwrap();
        assert_eq!(
            owned(file.path()).unwrap_err().kind(),
            io::ErrorKind::InvalidData
        );
        assert_eq!(
            borrowed(file.path()).unwrap_err().kind(),
            io::ErrorKind::InvalidData
        );
    }
}
