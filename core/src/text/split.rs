//! Owned iterators over the parts of a [`Text`]: words, fields, lines.
//!
//! Each owns its text and gives slices of it; nothing is allocated per text or part. They cut
//! exactly where their namesakes of `str` cut.
//!
//! White space is found by a table over bytes: a byte is part of a word, or ASCII white space, or
//! may begin a wider white space character (only four values can), which is then decoded. The end
//! of an ASCII word is found eight bytes at a time, by arithmetic on a `u64`.

use std::iter::FusedIterator;

use memchr::{memchr, memmem};

use super::Text;

/// What a byte of UTF-8 says about white space.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Part of a word, whatever follows.
    Word,
    /// White space by itself.
    Space,
    /// The first byte of some white space characters, and of others.
    Lead,
}

const CLASSES: [Class; 256] = classes();

const fn classes() -> [Class; 256] {
    let mut table = [Class::Word; 256];
    let spaces = b"\t\n\x0b\x0c\r ";
    let mut i = 0;
    while i < spaces.len() {
        table[spaces[i] as usize] = Class::Space;
        i += 1;
    }
    // U+0085 and U+00A0; U+1680; U+2000 to U+205F; U+3000.
    let leads = [0xC2, 0xE1, 0xE2, 0xE3];
    let mut i = 0;
    while i < leads.len() {
        table[leads[i]] = Class::Lead;
        i += 1;
    }
    table
}

/// The length of the white space character at `at`, 0 if another character is there. `at` is a
/// character boundary before the end.
fn wide_space_len(text: &str, at: usize) -> usize {
    match text[at..].chars().next() {
        Some(c) if c.is_whitespace() => c.len_utf8(),
        _ => 0,
    }
}

/// The eight bytes from `at` on, the first one lowest. Near the end, where fewer are left, zeros
/// stand in for the rest; `None` in a text shorter than eight bytes and at the end.
#[inline]
fn load_eight(bytes: &[u8], at: usize) -> Option<u64> {
    if let Some(eight) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        return Some(u64::from_le_bytes(*eight));
    }
    let eight = bytes.last_chunk()?;
    let missing = (at + 8).checked_sub(bytes.len()).filter(|m| *m < 8)?;
    Some(u64::from_le_bytes(*eight) >> (missing * 8))
}

/// The high bit of each byte of `eight` that is ASCII white space or not ASCII. Exact in every
/// byte: no carry leaves one.
#[inline]
const fn not_ascii_word(eight: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * ONES;
    let low = eight & !HIGH;
    let not_space = (low ^ (b' ' as u64 * ONES)) + 0x7F * ONES;
    let from_tab = low + (0x80 - b'\t' as u64) * ONES;
    let over_return = low + (0x7F - b'\r' as u64) * ONES;
    (!not_space | (from_tab & !over_return) | eight) & HIGH
}

/// The words of a text ([`Text::words`]).
#[derive(Clone, Debug)]
pub struct Words {
    text: Text,
    at: usize,
}

impl Words {
    #[inline]
    pub(super) fn new(text: Text) -> Self {
        Words { text, at: 0 }
    }

    /// The first position from `at` on where a word begins, or the end.
    #[inline]
    fn word_start(text: &str, mut at: usize) -> usize {
        let bytes = text.as_bytes();
        while let Some(&byte) = bytes.get(at) {
            at += match CLASSES[byte as usize] {
                Class::Word => break,
                Class::Space => 1,
                Class::Lead => match wide_space_len(text, at) {
                    0 => break,
                    len => len,
                },
            };
        }
        at
    }

    /// The first position from `at` on where white space begins, or the end.
    #[inline]
    fn word_end(text: &str, mut at: usize) -> usize {
        let bytes = text.as_bytes();
        while let Some(eight) = load_eight(bytes, at) {
            let marks = not_ascii_word(eight);
            if marks == 0 {
                at += 8;
                continue;
            }
            at += (marks.trailing_zeros() / 8) as usize;
            match bytes.get(at) {
                Some(&byte) if byte >= 0x80 => return Words::word_end_bytewise(text, at),
                _ => return at,
            }
        }
        if at > bytes.len() {
            bytes.len()
        } else {
            Words::word_end_bytewise(text, at)
        }
    }

    fn word_end_bytewise(text: &str, mut at: usize) -> usize {
        let bytes = text.as_bytes();
        while let Some(&byte) = bytes.get(at) {
            match CLASSES[byte as usize] {
                Class::Word => {}
                Class::Space => break,
                Class::Lead if wide_space_len(text, at) > 0 => break,
                Class::Lead => {}
            }
            at += 1;
        }
        at
    }
}

impl Iterator for Words {
    type Item = Text;

    #[inline]
    fn next(&mut self) -> Option<Text> {
        let text = self.text.as_str();
        let start = Words::word_start(text, self.at);
        let end = Words::word_end(text, start);
        self.at = end;
        if start == end {
            return None;
        }
        Some(self.text.slice_ref(&text[start..end]))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some((self.text.len() - self.at).div_ceil(2)))
    }
}

impl FusedIterator for Words {}

/// The parts of a text between separators ([`Text::split_text`]).
#[derive(Clone, Debug)]
pub struct Split {
    text: Text,
    separator: Text,
    /// Where the next part begins.
    at: usize,
    /// Where the search for its end begins: behind `at` only for the empty separator, which is
    /// found between all characters and at both ends. `None`: there is no separator any more.
    from: Option<usize>,
    done: bool,
}

impl Split {
    #[inline]
    pub(super) fn new(text: Text, separator: Text) -> Self {
        Split {
            text,
            separator,
            at: 0,
            from: Some(0),
            done: false,
        }
    }

    /// Where the next separator begins.
    #[inline]
    fn next_separator(&self) -> Option<usize> {
        let from = self.from?;
        let rest = &self.text.as_bytes()[from..];
        let found = match self.separator.as_bytes() {
            [] => Some(0),
            [byte] => memchr(*byte, rest),
            separator => memmem::find(rest, separator),
        };
        found.map(|i| from + i)
    }

    /// The end of the character at `at`, `None` at the end of the text.
    fn after_character(&self, at: usize) -> Option<usize> {
        self.text[at..].chars().next().map(|c| at + c.len_utf8())
    }
}

impl Iterator for Split {
    type Item = Text;

    #[inline]
    fn next(&mut self) -> Option<Text> {
        if self.done {
            return None;
        }
        let Some(end) = self.next_separator() else {
            self.done = true;
            return Some(self.text.slice(self.at..));
        };
        let part = self.text.slice(self.at..end);
        self.at = end + self.separator.len();
        self.from = if self.separator.is_empty() {
            self.after_character(end)
        } else {
            Some(self.at)
        };
        Some(part)
    }
}

impl FusedIterator for Split {}

/// The lines of a text ([`Text::lines_text`]).
#[derive(Clone, Debug)]
pub struct Lines {
    text: Text,
    at: usize,
}

impl Lines {
    #[inline]
    pub(super) fn new(text: Text) -> Self {
        Lines { text, at: 0 }
    }
}

impl Iterator for Lines {
    type Item = Text;

    #[inline]
    fn next(&mut self) -> Option<Text> {
        let rest = &self.text.as_str()[self.at..];
        if rest.is_empty() {
            return None;
        }
        let (line, used) = match memchr(b'\n', rest.as_bytes()) {
            Some(end) => {
                let line = &rest[..end];
                (line.strip_suffix('\r').unwrap_or(line), end + 1)
            }
            None => (rest, rest.len()),
        };
        let line = self.text.slice_ref(line);
        self.at += used;
        Some(line)
    }
}

impl FusedIterator for Lines {}
