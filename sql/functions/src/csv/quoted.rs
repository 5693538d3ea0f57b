//! Quoted values, one character after the other: escapes, quotes that nobody escaped, text behind the
//! closing quote.

use super::dialect::{Dialect, UnescapedQuote};
use super::record::Fault;
use super::tokenizer::{Flow, NONE, Run};

impl Run<'_> {
    /// Reads the value behind a quote, up to the separator. With a character before it that was
    /// looked at already, the value turned out to be no quoted one.
    pub(super) fn quoted(&mut self) -> Flow {
        if self.prev != NONE && self.dialect.unescaped.runs_to_delimiter() {
            return self.not_quoted_after_all();
        }
        self.ch = self.next()?;
        let Dialect { quote, escape, .. } = *self.dialect;
        loop {
            let ends = self.ch <= ' ' || self.ch == self.delimiter || self.ch == self.newline;
            if self.prev == quote && ends {
                break;
            }
            if self.ch != quote && self.ch != escape {
                if self.prev == quote {
                    let goes_on = self.unescaped_quote()?;
                    if goes_on && self.dialect.unescaped == UnescapedQuote::SkipValue {
                        break;
                    }
                    return Ok(());
                }
                self.inside()?;
            } else {
                self.quote_or_escape()?;
                self.prev = self.ch;
                self.ch = self.next()?;
                if self.unescaped && (self.ch == self.delimiter || self.ch == self.newline) {
                    return Ok(());
                }
            }
        }
        self.behind_quote()
    }

    /// Characters that are neither quote nor escape.
    pub(super) fn inside(&mut self) -> Flow {
        let Dialect {
            quote,
            escape,
            escape_escape,
            ..
        } = *self.dialect;
        if self.prev == escape && escape != NONE {
            self.out.push(escape);
        }
        self.ch = self.append_until([quote, escape, escape_escape])?;
        self.prev = self.ch;
        self.ch = self.next()?;
        Ok(())
    }

    /// The value has a quote inside, so all up to the separator is text.
    pub(super) fn not_quoted_after_all(&mut self) -> Flow {
        if self.dialect.unescaped == UnescapedQuote::SkipValue {
            return self.skip_value();
        }
        self.out.prepend(self.dialect.quote);
        self.ch = self.next()?;
        self.trim = self.dialect.trim_trailing;
        if self.dialect.delimiter.len() > 1 {
            return self.append_until_word();
        }
        self.ch = self.append_until([self.delimiter, self.newline, self.newline])?;
        Ok(())
    }

    /// Reads on in a value with text behind a quote.
    pub(super) fn quoted_again(&mut self) -> Flow {
        match self.dialect.delimiter.len() {
            1 => self.quoted(),
            _ => self.quoted_before_word(),
        }
    }

    /// Blanks behind the closing quote go; with other text behind them the quote was none.
    fn behind_quote(&mut self) -> Flow {
        let Dialect { quote, escape, .. } = *self.dialect;
        if self.ch != self.delimiter && self.ch != self.newline && self.ch <= ' ' {
            let mut blanks = String::new();
            while self.ch <= ' ' && self.ch != self.delimiter {
                blanks.push(self.ch);
                self.ch = self.next()?;
                if self.ch == self.newline {
                    return Ok(());
                }
            }
            if self.ch != self.delimiter && self.dialect.unescaped != UnescapedQuote::RaiseError {
                self.out.push(quote);
                self.out.push_str(&blanks);
                let runs = self.dialect.unescaped.runs_to_delimiter();
                if runs || (self.ch != quote && self.ch != escape) {
                    self.out.push(self.ch);
                }
                self.prev = self.ch;
                self.quoted()?;
            }
        }
        if self.ch != self.delimiter && self.ch != self.newline {
            return Err(Fault::BehindQuote.into());
        }
        Ok(())
    }

    /// A quote or an escape: what it stands for depends on the character before it.
    pub(super) fn quote_or_escape(&mut self) -> Flow {
        let Dialect {
            quote,
            escape,
            escape_escape,
            ..
        } = *self.dialect;
        if self.ch == escape && self.prev == escape_escape && escape_escape != NONE {
            self.out.push(escape);
            self.ch = NONE;
        } else if self.prev == escape {
            if self.ch == quote {
                self.out.push(quote);
                self.ch = NONE;
            } else {
                self.out.push(self.prev);
            }
        } else if self.ch == quote && self.prev == quote {
            self.out.push(quote);
        } else if self.prev == quote {
            self.unescaped_quote_in_plain()?;
        }
        Ok(())
    }

    /// An escape behind a quote that did not end the value.
    fn unescaped_quote_in_plain(&mut self) -> Flow {
        match self.dialect.unescaped {
            UnescapedQuote::SkipValue => self.skip_value(),
            UnescapedQuote::RaiseError => Err(Fault::UnescapedQuote.into()),
            _ => {
                self.out.push(self.dialect.quote);
                self.prev = self.ch;
                self.plain_with_escapes()
            }
        }
    }

    fn plain_with_escapes(&mut self) -> Flow {
        let Dialect { quote, escape, .. } = *self.dialect;
        while self.ch != self.delimiter && self.ch != self.newline {
            if self.ch != quote && self.ch != escape {
                if self.prev == quote {
                    return self.unescaped_quote_in_plain();
                }
                self.out.push(self.ch);
            } else {
                self.quote_or_escape()?;
            }
            self.prev = self.ch;
            self.ch = self.next()?;
        }
        Ok(())
    }

    /// Text behind a quote inside of a quoted value; `false` if the value is skipped.
    pub(super) fn unescaped_quote(&mut self) -> Flow<bool> {
        self.unescaped = true;
        match self.dialect.unescaped {
            UnescapedQuote::BackToDelimiter => {
                while let Some((at, length)) = self.first_delimiter() {
                    self.out.split(at, length, self.dialect)?;
                }
                self.out.push(self.ch);
                self.prev = NONE;
                self.quoted_again()?;
                Ok(true)
            }
            UnescapedQuote::StopAtClosingQuote | UnescapedQuote::StopAtDelimiter => {
                self.out.push(self.dialect.quote);
                self.out.push(self.ch);
                self.prev = self.ch;
                self.quoted_again()?;
                Ok(true)
            }
            UnescapedQuote::SkipValue => {
                self.skip_value()?;
                Ok(false)
            }
            UnescapedQuote::RaiseError => Err(Fault::UnescapedQuote.into()),
        }
    }

    /// Where the first separator is in what there is of the value.
    fn first_delimiter(&self) -> Option<(usize, usize)> {
        let word: String = self.dialect.delimiter.iter().collect();
        let at = self.out.open().find(&word)?;
        Some((at, word.len()))
    }

    fn skip_value(&mut self) -> Flow {
        self.out.reset();
        if self.dialect.delimiter.len() == 1 {
            while self.ch != self.delimiter && self.ch != self.newline {
                self.ch = self.next()?;
            }
            return Ok(());
        }
        while self.matched < self.dialect.delimiter.len() && self.ch != self.newline {
            let fits = self.dialect.delimiter[self.matched] == self.ch;
            self.matched = if fits { self.matched + 1 } else { 0 };
            self.ch = self.next()?;
        }
        Ok(())
    }
}
