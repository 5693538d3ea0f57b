//! [`Tokenizer`]: text as records of values, as Univocity's parser takes it apart.
//!
//! A value is taken in one piece where that is possible: a plain one up to the next separator, a
//! quoted one without escapes up to its quote. All others go through a state machine that reads one
//! character after the other, with the answers of Univocity where files are broken: quotes in the
//! middle of values, text behind a closing quote, ends of files inside of quotes. Separators of more
//! than one character are read in `multiple`.
//!
//! Text may come in pieces: a record that ends with its piece is read anew when more is there.

use super::dialect::{Dialect, LineEnd, UnescapedQuote};
use super::record::{Fault, Record};

/// No character.
pub(super) const NONE: char = '\0';

/// What became of an attempt to read a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// A record, and what it is of the text.
    Record { start: usize, end: usize },
    /// The text may go on within the record.
    More,
    /// No records are left.
    End,
}

/// Why reading stopped within a record.
#[derive(Debug)]
pub(super) enum Stop {
    /// The text is over.
    End,
    Fault(Fault),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Stop {
        Stop::Fault(fault)
    }
}

pub(super) type Flow<T = ()> = Result<T, Stop>;

/// Takes text apart.
#[derive(Debug, Clone)]
pub(crate) struct Tokenizer {
    dialect: Dialect,
    line_end: Option<LineEnd>,
}

impl Tokenizer {
    pub(crate) fn new(dialect: Dialect) -> Tokenizer {
        let line_end = dialect.line_end;
        Tokenizer { dialect, line_end }
    }

    /// Reads a line as one record. `false` if there is none: the line is empty, or a comment.
    ///
    /// # Errors
    /// What makes the line no record.
    pub(crate) fn line(&mut self, line: &str, record: &mut Record) -> Result<bool, Fault> {
        if line.is_empty() || line.chars().next() == self.dialect.comment {
            record.clear();
            return Ok(false);
        }
        Ok(matches!(
            self.next(line, 0, true, record)?,
            Step::Record { .. }
        ))
    }

    /// Reads the next record of a text that begins at `from`. `whole` says that nothing follows the
    /// text.
    ///
    /// # Errors
    /// What makes the text no record.
    pub(crate) fn next(
        &mut self,
        text: &str,
        from: usize,
        whole: bool,
        record: &mut Record,
    ) -> Result<Step, Fault> {
        let line_end = match self.line_end {
            Some(known) => known,
            None => *self.line_end.insert(LineEnd::detect(text)),
        };
        let mut start = from;
        loop {
            record.clear();
            if text[start..].chars().next() == self.dialect.comment && start < text.len() {
                match after_line(&text[start..], line_end, self.dialect.newline()) {
                    Some(length) => start += length,
                    None if whole => return Ok(Step::End),
                    None => return Ok(Step::More),
                }
                continue;
            }
            let mut run = Run::new(&self.dialect, line_end, text, (start, whole), record);
            let ended = match run.record() {
                Ok(()) => true,
                Err(Stop::Fault(fault)) => return Err(fault),
                Err(Stop::End) if !whole => return Ok(Step::More),
                Err(Stop::End) => {
                    run.finish(start)?;
                    false
                }
            };
            let end = run.at;
            if record.len() > 0 {
                return Ok(Step::Record { start, end });
            }
            if !ended {
                return Ok(Step::End);
            }
            start = end;
        }
    }
}

/// How long the first line of a text is, with its end.
fn after_line(text: &str, line_end: LineEnd, newline: char) -> Option<usize> {
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        let pair = c == line_end.first
            && line_end
                .second
                .is_some_and(|s| chars.as_str().starts_with(s));
        if pair {
            return Some(at + c.len_utf8() + line_end.second.map_or(0, char::len_utf8));
        }
        if c == newline || (c == line_end.first && line_end.second.is_none()) {
            return Some(at + c.len_utf8());
        }
    }
    None
}

/// The reading of one record.
pub(super) struct Run<'a> {
    pub(super) dialect: &'a Dialect,
    line_end: LineEnd,
    text: &'a str,
    /// What line ends are seen as.
    pub(super) newline: char,
    /// Whether nothing follows the text.
    whole: bool,
    /// Where the next character is.
    pub(super) at: usize,
    /// The character that is looked at.
    pub(super) ch: char,
    /// The one before it, where that matters; NUL at the start of a value.
    pub(super) prev: char,
    /// The separator, if it is one character.
    pub(super) delimiter: char,
    /// How many characters of a longer separator have been seen.
    pub(super) matched: usize,
    /// Whether the value has a quote that was not escaped.
    pub(super) unescaped: bool,
    /// Whether line ends become `\n`.
    pub(super) normalize: bool,
    /// Whether blanks at the value's end go.
    pub(super) trim: bool,
    pub(super) out: &'a mut Record,
}

impl<'a> Run<'a> {
    fn new(
        dialect: &'a Dialect,
        line_end: LineEnd,
        text: &'a str,
        (from, whole): (usize, bool),
        out: &'a mut Record,
    ) -> Run<'a> {
        let delimiter = match *dialect.delimiter {
            [one] => one,
            _ => NONE,
        };
        Run {
            dialect,
            line_end,
            text,
            newline: dialect.newline(),
            whole,
            at: from,
            ch: NONE,
            prev: NONE,
            delimiter,
            matched: 0,
            unescaped: false,
            normalize: true,
            trim: false,
            out,
        }
    }

    fn record(&mut self) -> Flow {
        self.ch = self.next()?;
        if self.dialect.delimiter.len() == 1 {
            self.values()
        } else {
            self.values_between_words()
        }
    }

    /// The next character; line ends are `\n`.
    pub(super) fn next(&mut self) -> Flow<char> {
        let bytes = self.text.as_bytes();
        let c = match bytes.get(self.at) {
            None => return Err(Stop::End),
            Some(byte) if byte.is_ascii() => {
                self.at += 1;
                char::from(*byte)
            }
            Some(_) => {
                let c = self.text[self.at..].chars().next().ok_or(Stop::End)?;
                self.at += c.len_utf8();
                c
            }
        };
        if c != self.line_end.first || !self.normalize {
            return Ok(c);
        }
        match self.line_end.second {
            None => Ok(self.newline),
            Some(second) if self.text[self.at..].starts_with(second) => {
                self.at += second.len_utf8();
                Ok(self.newline)
            }
            Some(_) => Ok(c),
        }
    }

    fn values(&mut self) -> Flow {
        if self.dialect.trim_leading {
            self.skip_blanks()?;
        }
        while self.ch != self.newline {
            if self.dialect.trim_leading {
                self.skip_blanks()?;
            }
            if self.ch == self.delimiter || self.ch == self.newline {
                self.no_value()?;
            } else {
                self.unescaped = false;
                self.prev = NONE;
                if self.ch == self.dialect.quote {
                    if self.quoted_whole()? {
                        continue;
                    }
                    self.trim = false;
                    self.normalize = self.dialect.normalize_quoted;
                    let read = self.quoted();
                    self.normalize = true;
                    read?;
                    self.close_quoted()?;
                } else {
                    self.plain()?;
                }
            }
            if self.ch != self.newline {
                self.ch = self.next()?;
                if self.ch == self.newline {
                    self.no_value()?;
                }
            }
        }
        Ok(())
    }

    fn skip_blanks(&mut self) -> Flow {
        while self.ch <= ' '
            && self.ch != self.delimiter
            && self.ch != self.newline
            && self.ch != self.dialect.quote
        {
            self.ch = self.next()?;
        }
        Ok(())
    }

    /// A value without characters.
    pub(super) fn no_value(&mut self) -> Flow {
        Ok(self.out.add(&self.dialect.null_value, self.dialect)?)
    }

    pub(super) fn close(&mut self) -> Flow {
        Ok(self.out.close(self.trim, self.dialect)?)
    }

    pub(super) fn close_quoted(&mut self) -> Flow {
        let split = self.unescaped && self.dialect.unescaped == UnescapedQuote::BackToDelimiter;
        if split && self.out.open().is_empty() {
            return Ok(());
        }
        self.close()
    }

    /// A value without quotes before it.
    fn plain(&mut self) -> Flow {
        let start = self.at - self.ch.len_utf8();
        if let Some(end) = self.plain_end(start) {
            let value = &self.text[start..end];
            if self.fits(value) {
                let shown = match self.dialect.trim_trailing {
                    true => value.trim_end_matches(|c| c <= ' '),
                    false => value,
                };
                let shown = match shown {
                    "" => &self.dialect.null_value,
                    shown => shown,
                };
                self.out.add(shown, self.dialect)?;
                self.at = end;
                self.ch = self.next()?;
                return Ok(());
            }
        }
        self.trim = self.dialect.trim_trailing;
        self.ch = self.append_until([self.delimiter, self.newline, self.newline])?;
        self.close()
    }

    /// Where the separator or line end is that ends a plain value; `None` if the text ends before.
    fn plain_end(&self, start: usize) -> Option<usize> {
        let (first, second) = (self.line_end.first, self.line_end.second);
        let rest = &self.text[start..];
        if self.delimiter.is_ascii() && first.is_ascii() {
            let (delimiter, first) = (self.delimiter as u8, first as u8);
            let mut from = 0;
            loop {
                let at = from + memchr::memchr2(delimiter, first, &rest.as_bytes()[from..])?;
                let ends = rest.as_bytes()[at] == delimiter
                    || second.is_none_or(|second| rest[at + 1..].starts_with(second));
                if ends {
                    return Some(start + at);
                }
                from = at + 1;
            }
        }
        let ends = |(at, c): &(usize, char)| {
            *c == self.delimiter
                || *c == first
                    && second.is_none_or(|second| rest[at + c.len_utf8()..].starts_with(second))
        };
        rest.char_indices().find(ends).map(|(at, _)| start + at)
    }

    fn fits(&self, value: &str) -> bool {
        match self.dialect.max_chars {
            Some(max) => value.len() <= max || value.encode_utf16().count() <= max,
            None => true,
        }
    }

    /// Takes a quoted value that has no escapes, no line ends and nothing behind it, and what
    /// separates it from the next; `false` if it is none such.
    fn quoted_whole(&mut self) -> Flow<bool> {
        let Some(end) = self.quoted_end() else {
            return Ok(false);
        };
        let value = &self.text[self.at..end];
        if !self.fits(value) {
            return Ok(false);
        }
        let value = if value.is_empty() {
            &self.dialect.empty_value
        } else {
            value
        };
        self.out.add(value, self.dialect)?;
        self.at = end + self.dialect.quote.len_utf8();
        // The value is there, so an end of the text ends the record as it is.
        self.ch = self.next_or_line_end()?;
        if self.ch == self.delimiter {
            self.ch = self.next_or_line_end()?;
            if self.ch == self.newline {
                self.no_value()?;
            }
        }
        Ok(true)
    }

    /// The next character, or a line end if the text is over.
    fn next_or_line_end(&mut self) -> Flow<char> {
        match self.next() {
            Err(Stop::End) if self.whole => Ok(self.newline),
            next => next,
        }
    }

    /// Where the closing quote is, if a separator or `\n` follows it.
    fn quoted_end(&self) -> Option<usize> {
        let Dialect { quote, escape, .. } = *self.dialect;
        let (rest, start) = (&self.text[self.at..], self.at);
        let mut before = quote;
        let mut chars = rest.char_indices();
        while let Some((at, c)) = chars.next() {
            let following = || chars.clone().next().map(|(_, c)| c);
            if c == quote {
                let next = following()?;
                let ends = before != escape && (next == self.delimiter || next == self.newline);
                return ends.then_some(start + at);
            }
            if c == escape {
                let next = following()?;
                if next == quote || next == self.dialect.escape_escape {
                    return None;
                }
            } else if c == self.line_end.first && self.dialect.normalize_quoted {
                let second = self.line_end.second;
                if second.is_none() || second == following() {
                    return None;
                }
            }
            before = c;
        }
        None
    }

    /// Appends characters up to one that stops; gives that.
    pub(super) fn append_until(&mut self, stops: [char; 3]) -> Flow<char> {
        let mut c = self.ch;
        while !stops.contains(&c) {
            self.out.push(c);
            c = self.next()?;
        }
        Ok(c)
    }

    /// What happens at the end of the text, which began at `from`.
    fn finish(&mut self, from: usize) -> Result<(), Fault> {
        let consume = self.closes_at_end();
        let nothing = self.out.open().is_empty();
        let read = self.at > from;
        if consume || !nothing {
            self.out.close(self.trim, self.dialect)
        } else if read {
            self.out.add(&self.dialect.null_value, self.dialect)
        } else {
            Ok(())
        }
    }

    /// Whether what has been read at the end of the text is a value, even if it is empty.
    fn closes_at_end(&mut self) -> bool {
        if self.ch == self.dialect.quote {
            if self.prev == self.dialect.quote {
                return true;
            }
            if !self.unescaped {
                self.out.push(self.dialect.quote);
            }
        }
        let open = self.prev != NONE && self.ch != self.delimiter && self.ch != self.newline;
        if self.matched > 0 {
            self.save_matched();
            return true;
        }
        open
    }
}
