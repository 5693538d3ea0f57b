//! [`Symbols`]: how a language writes decimal numbers.

use flint_sql_spec::{Result, SqlError, condition};

/// The marks of decimal numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Symbols {
    /// Whether it is American English, for which Java's own reader of numbers is used.
    american: bool,
    point: char,
    group: char,
}

/// Languages that write `1.234,5`.
const COMMA_AND_POINT: &[&str] = &[
    "ca", "da", "de", "el", "es", "gl", "hr", "id", "is", "it", "nl", "pt", "ro", "sl", "sr", "tr",
    "vi",
];
/// Languages that write `1 234,5`, with a blank that does not break.
const COMMA_AND_BLANK: &[&str] = &[
    "bg", "cs", "et", "fi", "hu", "lt", "lv", "nb", "nn", "no", "pl", "ru", "sk", "sv", "uk",
];
/// Languages that write `1,234.5`.
const POINT_AND_COMMA: &[&str] = &["en", "he", "hi", "ja", "ko", "th", "zh"];

impl Symbols {
    /// Those of a language tag such as `de-DE`; American without one.
    ///
    /// # Errors
    /// `UNSUPPORTED_FEATURE` for a language that is not known here.
    pub(crate) fn of(tag: Option<&str>) -> Result<Symbols> {
        let symbols = |american, point, group| Symbols {
            american,
            point,
            group,
        };
        let Some(tag) = tag.filter(|tag| !tag.eq_ignore_ascii_case("en-US")) else {
            return Ok(symbols(true, '.', ','));
        };
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        let language = language.to_ascii_lowercase();
        let is_one = |all: &[&str]| all.contains(&language.as_str());
        if tag.eq_ignore_ascii_case("de-CH") {
            return Ok(symbols(false, '.', '’'));
        }
        if is_one(COMMA_AND_POINT) {
            return Ok(symbols(false, ',', '.'));
        }
        if is_one(COMMA_AND_BLANK) {
            return Ok(symbols(false, ',', '\u{a0}'));
        }
        if language == "fr" {
            return Ok(symbols(false, ',', '\u{202f}'));
        }
        if is_one(POINT_AND_COMMA) {
            return Ok(symbols(false, '.', ','));
        }
        Err(SqlError::new(condition::NOT_SUPPORTED_YET)
            .with("feature", format!("numbers in the language {tag}")))
    }

    /// The same for inference, which takes American numbers as they are.
    pub(crate) fn plain_in_inference(self, text: &str) -> Option<String> {
        match self.american {
            true => Some(text.to_owned()),
            false => self.plain(text),
        }
    }

    /// The number as Java's `BigDecimal` would read it; `None` if it is none in this language.
    pub(crate) fn plain(self, text: &str) -> Option<String> {
        if self.american {
            return Some(text.replace(',', ""));
        }
        let mut plain = String::with_capacity(text.len());
        let mut behind_point = false;
        for (at, c) in text.char_indices() {
            match c {
                '0'..='9' => plain.push(c),
                '-' if at == 0 => plain.push(c),
                c if c == self.point && !behind_point => {
                    behind_point = true;
                    plain.push('.');
                }
                c if c == self.group && !behind_point && at > 0 => {}
                _ => return None,
            }
        }
        Some(plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_differ() {
        let plain = |tag, text| Symbols::of(Some(tag)).expect("known").plain(text);
        assert_eq!(plain("de-DE", "1.000,5").as_deref(), Some("1000.5"));
        assert_eq!(plain("en-GB", "1,000.5").as_deref(), Some("1000.5"));
        assert_eq!(plain("en-US", "1,000.5").as_deref(), Some("1000.5"));
        assert_eq!(plain("fr", "1e3"), None);
        assert!(Symbols::of(Some("xx")).is_err());
    }
}
