//! A place in one text: the document, or the text that replaces an entity.

use super::characters::{Version, is_space};
use crate::xpath::error::XmlError;

/// The longest name that Java's reader takes, in UTF-16 units.
const LONGEST_NAME: usize = 1000;

/// Reads a text from its start to its end.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    version: Version,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str, version: Version) -> Self {
        Self {
            text,
            at: 0,
            version,
        }
    }

    /// Goes to the place of another cursor in the same text.
    pub(super) fn go_on_from(&mut self, other: &Cursor<'_>) {
        self.at = other.at;
    }

    pub(super) fn version(&self) -> Version {
        self.version
    }

    /// The text that is not read yet.
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Takes the next character.
    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Takes the mark if it comes next.
    pub(super) fn take(&mut self, mark: &str) -> bool {
        let found = self.rest().starts_with(mark);
        if found {
            self.at += mark.len();
        }
        found
    }

    /// Takes the mark, or fails.
    pub(super) fn expect(&mut self, mark: &str, message: &str) -> Result<(), XmlError> {
        if self.take(mark) {
            Ok(())
        } else {
            Err(self.error(message))
        }
    }

    /// Takes white space, and tells whether there was any.
    pub(super) fn skip_space(&mut self) -> bool {
        !self.take_while(is_space).is_empty()
    }

    /// Takes white space, or fails.
    pub(super) fn expect_space(&mut self) -> Result<(), XmlError> {
        if self.skip_space() {
            Ok(())
        } else {
            Err(self.error("White space is missing here."))
        }
    }

    /// Takes all that fulfills the condition.
    pub(super) fn take_while(&mut self, mut fits: impl FnMut(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c| !fits(c)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    /// Takes the text before the mark and the mark; nothing where the mark does not come.
    pub(super) fn take_before(&mut self, mark: &str) -> Option<&'a str> {
        let (before, _) = self.rest().split_once(mark)?;
        self.at += before.len() + mark.len();
        Some(before)
    }

    /// Takes a name (XML 1.0, section 2.3).
    pub(super) fn name(&mut self) -> Result<&'a str, XmlError> {
        if !self.peek().is_some_and(|c| self.version.starts_name(c)) {
            return Err(self.error("A name is expected here."));
        }
        self.name_token()
    }

    /// Takes a name token, which may start with any character of names.
    pub(super) fn name_token(&mut self) -> Result<&'a str, XmlError> {
        let version = self.version;
        let name = self.take_while(|c| version.continues_name(c));
        if name.is_empty() {
            return Err(self.error("A name is expected here."));
        }
        if name.len() > LONGEST_NAME && name.encode_utf16().count() > LONGEST_NAME {
            return Err(self.error("A name has more than 1000 characters."));
        }
        Ok(name)
    }

    /// Takes a text in quotes of either kind.
    pub(super) fn quoted(&mut self) -> Result<&'a str, XmlError> {
        let quote = self.quote()?;
        self.take_before(quote)
            .ok_or_else(|| self.error("A quote is missing."))
    }

    /// Takes an opening quote.
    pub(super) fn quote(&mut self) -> Result<&'static str, XmlError> {
        ["\"", "'"]
            .into_iter()
            .find(|quote| self.take(quote))
            .ok_or_else(|| self.error("A quote is expected here."))
    }

    /// Takes the rest of a comment, behind `<!--`.
    pub(super) fn comment(&mut self) -> Result<&'a str, XmlError> {
        let Some(data) = self.take_before("--") else {
            return Err(self.error("A comment has no end."));
        };
        self.expect(">", "A comment has a \"--\" before its end.")?;
        Ok(data)
    }

    /// Takes the rest of a processing instruction, behind `<?`: its target and its data.
    pub(super) fn instruction(&mut self) -> Result<(&'a str, &'a str), XmlError> {
        let target = self.name()?;
        if target.eq_ignore_ascii_case("xml") {
            return Err(self.error("A processing instruction may not be called \"xml\"."));
        }
        let spaced = self.skip_space();
        let Some(data) = self.take_before("?>") else {
            return Err(self.error("A processing instruction has no end."));
        };
        if !spaced && !data.is_empty() {
            return Err(
                self.error("White space is missing behind the target of a processing instruction.")
            );
        }
        Ok((target, data))
    }

    /// An error at this place.
    pub(super) fn error(&self, message: impl Into<String>) -> XmlError {
        let before = self.text.get(..self.at).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        XmlError {
            message: message.into(),
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        }
    }
}
