//! [`Dialect`]: the characters and habits of one kind of CSV.

/// What a quote means that nobody escaped, inside of a quoted value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnescapedQuote {
    /// It is text; the value ends with its closing quote.
    StopAtClosingQuote,
    /// It is text, as are all quotes up to the next separator: the value was no quoted one.
    StopAtDelimiter,
    /// The value had ended at its first separator.
    BackToDelimiter,
    /// The value is left out.
    SkipValue,
    /// An error.
    RaiseError,
}

impl UnescapedQuote {
    /// Whether a value with such a quote goes on to the next separator.
    pub(super) fn runs_to_delimiter(self) -> bool {
        matches!(
            self,
            UnescapedQuote::StopAtDelimiter
                | UnescapedQuote::SkipValue
                | UnescapedQuote::BackToDelimiter
        )
    }
}

/// What ends a record: one or two characters, which readers see as `\n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LineEnd {
    pub(crate) first: char,
    pub(crate) second: Option<char>,
}

impl LineEnd {
    pub(crate) const NEWLINE: LineEnd = LineEnd {
        first: '\n',
        second: None,
    };

    /// The one that a text uses first.
    pub(crate) fn detect(text: &str) -> LineEnd {
        let Some(at) = text.find(['\n', '\r']) else {
            return LineEnd::NEWLINE;
        };
        let second = text[at..].starts_with("\r\n").then_some('\n');
        let first = if text[at..].starts_with('\n') {
            '\n'
        } else {
            '\r'
        };
        LineEnd { first, second }
    }
}

/// The characters and habits of one kind of CSV. A character that is not there is NUL.
#[derive(Debug, Clone)]
pub(crate) struct Dialect {
    /// What stands between values: one character or more.
    pub(crate) delimiter: Vec<char>,
    pub(crate) quote: char,
    /// What makes a quote text.
    pub(crate) escape: char,
    /// What makes an escape text.
    pub(crate) escape_escape: char,
    /// What begins a record that is none.
    pub(crate) comment: Option<char>,
    pub(crate) trim_leading: bool,
    pub(crate) trim_trailing: bool,
    /// What a value is that has no characters.
    pub(crate) null_value: String,
    /// What a quoted value is that has no characters.
    pub(crate) empty_value: String,
    pub(crate) max_columns: usize,
    /// Units of UTF-16 in one value.
    pub(crate) max_chars: Option<usize>,
    pub(crate) unescaped: UnescapedQuote,
    /// `None` where the text tells.
    pub(crate) line_end: Option<LineEnd>,
    /// Whether line ends inside of quotes become `\n`.
    pub(crate) normalize_quoted: bool,
}

impl Dialect {
    /// What line ends are seen as: the line end itself if it is one character that was chosen.
    pub(super) fn newline(&self) -> char {
        match self.line_end {
            Some(LineEnd {
                first,
                second: None,
            }) => first,
            _ => '\n',
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_end_counts() {
        let pair = |first, second| LineEnd { first, second };
        assert_eq!(LineEnd::detect("a\r\nb\n"), pair('\r', Some('\n')));
        assert_eq!(LineEnd::detect("a\rb\n"), pair('\r', None));
        assert_eq!(LineEnd::detect("a\nb\r\n"), pair('\n', None));
        assert_eq!(LineEnd::detect("a"), LineEnd::NEWLINE);
    }
}
