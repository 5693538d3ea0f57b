//! Values between separators of more than one character.

use super::dialect::{Dialect, UnescapedQuote};
use super::tokenizer::{Flow, NONE, Run};

impl Run<'_> {
    pub(super) fn values_between_words(&mut self) -> Flow {
        if self.dialect.trim_leading {
            self.skip_blanks_before_word()?;
        }
        while self.ch != self.newline {
            if self.dialect.trim_leading {
                self.skip_blanks_before_word()?;
            }
            if self.ch == self.newline || self.at_word()? {
                self.no_value()?;
            } else {
                self.unescaped = false;
                self.prev = NONE;
                if self.ch == self.dialect.quote && self.out.open().is_empty() {
                    self.trim = false;
                    self.normalize = self.dialect.normalize_quoted;
                    let read = self.quoted_before_word();
                    self.normalize = true;
                    read?;
                    self.close_quoted()?;
                } else {
                    self.trim = self.dialect.trim_trailing;
                    self.append_until_word()?;
                    self.close()?;
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

    fn skip_blanks_before_word(&mut self) -> Flow {
        while self.ch <= ' ' && self.ch != self.newline && self.ch != self.dialect.quote {
            self.ch = self.next()?;
            if self.dialect.delimiter[self.matched] == self.ch && self.at_word()? {
                self.no_value()?;
                self.ch = self.next()?;
            }
        }
        self.save_matched();
        Ok(())
    }

    /// What looked like the beginning of a separator was text.
    pub(super) fn save_matched(&mut self) {
        if self.matched < self.dialect.delimiter.len() {
            for c in &self.dialect.delimiter[..self.matched] {
                self.out.push(*c);
            }
        }
        self.matched = 0;
    }

    /// Whether a separator is here; steps over it. What is only the beginning of one becomes text.
    fn at_word(&mut self) -> Flow<bool> {
        let found = self.at_word_after_quote()?;
        if !found {
            self.save_matched();
        }
        Ok(found)
    }

    /// The same without making text of a beginning.
    fn at_word_after_quote(&mut self) -> Flow<bool> {
        while self.ch == self.dialect.delimiter[self.matched] {
            self.matched += 1;
            if self.matched == self.dialect.delimiter.len() {
                self.matched = 0;
                return Ok(true);
            }
            self.ch = self.next()?;
        }
        Ok(false)
    }

    pub(super) fn append_until_word(&mut self) -> Flow {
        let length = self.dialect.delimiter.len();
        while self.matched < length && self.ch != self.newline {
            if self.dialect.delimiter[self.matched] == self.ch {
                self.matched += 1;
                if self.matched == length {
                    break;
                }
            } else if self.matched > 0 {
                self.save_matched();
                continue;
            } else {
                self.out.push(self.ch);
            }
            self.ch = self.next()?;
        }
        self.save_matched();
        Ok(())
    }

    pub(super) fn quoted_before_word(&mut self) -> Flow {
        if self.prev != NONE && self.dialect.unescaped.runs_to_delimiter() {
            return self.not_quoted_after_all();
        }
        self.ch = self.next()?;
        let Dialect { quote, escape, .. } = *self.dialect;
        loop {
            if self.prev == quote && (self.ch <= ' ' || self.ch == self.newline) {
                break;
            }
            // Behind an escape a separator is text.
            if self.prev == quote && self.at_word()? {
                return Ok(());
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
                if self.unescaped && (self.ch == self.newline || self.at_word()?) {
                    return Ok(());
                }
            }
        }
        self.behind_quote_before_word()
    }

    fn behind_quote_before_word(&mut self) -> Flow {
        if self.ch == self.newline || self.ch > ' ' || self.at_word_after_quote()? {
            return Ok(());
        }
        let Dialect { quote, escape, .. } = *self.dialect;
        let mut blanks = String::new();
        while self.ch <= ' ' {
            blanks.push(self.ch);
            self.ch = self.next()?;
            if self.ch == self.newline || self.at_word_after_quote()? {
                return Ok(());
            }
        }
        if self.dialect.unescaped != UnescapedQuote::RaiseError {
            self.out.push(quote);
            self.out.push_str(&blanks);
            let runs = self.dialect.unescaped.runs_to_delimiter();
            if runs || (self.ch != quote && self.ch != escape) {
                self.out.push(self.ch);
            }
            self.prev = self.ch;
            self.quoted_again()?;
        }
        Ok(())
    }
}
