//! [`Record`]: the values of one record, in one piece of text.

use super::dialect::Dialect;

/// Why a record can't be taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// More values than `maxColumns`.
    TooManyColumns,
    /// A value of more characters than `maxCharsPerColumn`.
    TooLong,
    /// A quote that is not escaped, where that is an error.
    UnescapedQuote,
    /// Something other than a separator behind a quoted value.
    BehindQuote,
}

/// The values of one record. While it is read, the text behind the last value is the value that
/// comes next.
#[derive(Debug, Clone, Default)]
pub(crate) struct Record {
    text: String,
    ends: Vec<usize>,
}

impl Record {
    /// How many values there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The value in a place, if it has one.
    pub(crate) fn get(&self, at: usize) -> Option<&str> {
        let end = *self.ends.get(at)?;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        self.text.get(start..end)
    }

    /// All values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|at| self.get(at))
    }

    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    fn start(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }

    /// What there is of the next value.
    pub(super) fn open(&self) -> &str {
        &self.text[self.start()..]
    }

    pub(super) fn push(&mut self, c: char) {
        self.text.push(c);
    }

    pub(super) fn push_str(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Puts a character before the next value.
    pub(super) fn prepend(&mut self, c: char) {
        self.text.insert(self.start(), c);
    }

    /// Drops what there is of the next value.
    pub(super) fn reset(&mut self) {
        self.text.truncate(self.start());
    }

    /// Ends the value; one without characters is the dialect's empty one.
    pub(super) fn close(&mut self, trim: bool, dialect: &Dialect) -> Result<(), Fault> {
        let start = self.start();
        if let Some(max) = dialect.max_chars
            && self.text.len() - start > max
            && self.open().encode_utf16().count() > max
        {
            return Err(Fault::TooLong);
        }
        if trim {
            let kept = self.open().trim_end_matches(|c| c <= ' ').len();
            self.text.truncate(start + kept);
        }
        if self.text.len() == start {
            self.text.push_str(&dialect.empty_value);
        }
        self.end(dialect)
    }

    /// Adds a value that nothing of has been read.
    pub(super) fn add(&mut self, value: &str, dialect: &Dialect) -> Result<(), Fault> {
        self.text.push_str(value);
        self.end(dialect)
    }

    fn end(&mut self, dialect: &Dialect) -> Result<(), Fault> {
        if self.ends.len() >= dialect.max_columns {
            return Err(Fault::TooManyColumns);
        }
        self.ends.push(self.text.len());
        Ok(())
    }

    /// Takes the first `count` bytes of the open value out as a value, with the separator behind it.
    pub(super) fn split(
        &mut self,
        count: usize,
        behind: usize,
        dialect: &Dialect,
    ) -> Result<(), Fault> {
        let at = self.start() + count;
        self.text.replace_range(at..at + behind, "");
        if self.ends.len() >= dialect.max_columns {
            return Err(Fault::TooManyColumns);
        }
        self.ends.push(at);
        Ok(())
    }
}
