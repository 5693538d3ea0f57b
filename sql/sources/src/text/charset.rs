//! [`Charset`]: how text files spell characters. Spark's list: UTF-8, US-ASCII, ISO-8859-1, UTF-16 and
//! UTF-32, both of them also with `LE` or `BE`.
//!
//! What is no character becomes U+FFFD, as in Java's decoders.

use std::borrow::Cow;

use flint_sql_spec::{Result, SqlError, condition};

/// Names as Spark lists them.
const NAMES: &str = "ISO-8859-1, US-ASCII, UTF-16, UTF-16BE, UTF-16LE, UTF-32, UTF-8";

/// How characters are spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Charset {
    Utf8,
    Ascii,
    Latin1,
    /// Big-endian unless it begins with the mark of the other order.
    Utf16,
    Utf16Le,
    Utf16Be,
    Utf32,
    Utf32Le,
    Utf32Be,
}

impl Charset {
    /// The character set of a name, in any case.
    ///
    /// # Errors
    /// `INVALID_PARAMETER_VALUE.CHARSET`, that names the function that asks, for other names.
    pub(crate) fn named(name: &str, asked_by: &str) -> Result<Charset> {
        Ok(match name.to_ascii_uppercase().as_str() {
            "UTF-8" => Charset::Utf8,
            "US-ASCII" => Charset::Ascii,
            "ISO-8859-1" => Charset::Latin1,
            "UTF-16" => Charset::Utf16,
            "UTF-16LE" => Charset::Utf16Le,
            "UTF-16BE" => Charset::Utf16Be,
            "UTF-32" => Charset::Utf32,
            "UTF-32LE" => Charset::Utf32Le,
            "UTF-32BE" => Charset::Utf32Be,
            _ => {
                return Err(SqlError::new(condition::INVALID_PARAMETER_VALUE_CHARSET)
                    .with("functionName", format!("`{asked_by}`"))
                    .with("parameter", "`charset`")
                    .with("charset", name)
                    .with("charsets", NAMES));
            }
        })
    }

    /// Whether each ASCII character is one byte, so that lines can be found without decoding.
    pub(crate) fn is_bytewise(self) -> bool {
        matches!(self, Charset::Utf8 | Charset::Ascii | Charset::Latin1)
    }

    /// The text that bytes spell.
    pub(crate) fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Charset::Utf8 => String::from_utf8_lossy(bytes),
            Charset::Ascii => bytes
                .iter()
                .map(|b| {
                    if b.is_ascii() {
                        char::from(*b)
                    } else {
                        '\u{fffd}'
                    }
                })
                .collect(),
            Charset::Latin1 => bytes.iter().map(|b| char::from(*b)).collect(),
            Charset::Utf16 => match bytes {
                [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
                [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
                all => utf16(all, u16::from_be_bytes),
            }
            .into(),
            Charset::Utf16Le => utf16(bytes, u16::from_le_bytes).into(),
            Charset::Utf16Be => utf16(bytes, u16::from_be_bytes).into(),
            Charset::Utf32 => match bytes {
                [0xff, 0xfe, 0, 0, rest @ ..] => utf32(rest, u32::from_le_bytes),
                [0, 0, 0xfe, 0xff, rest @ ..] => utf32(rest, u32::from_be_bytes),
                all => utf32(all, u32::from_be_bytes),
            }
            .into(),
            Charset::Utf32Le => utf32(bytes, u32::from_le_bytes).into(),
            Charset::Utf32Be => utf32(bytes, u32::from_be_bytes).into(),
        }
    }

    /// The bytes that spell a text; what the set lacks becomes a question mark. As in Java, UTF-16
    /// begins with a mark of its order.
    pub(crate) fn encode(self, text: &str) -> Vec<u8> {
        let units = |to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<u8>>();
        let chars = |to: fn(u32) -> [u8; 4]| text.chars().flat_map(|c| to(c.into())).collect();
        let up_to = |most: u32| {
            let byte = |c: char| match u32::from(c) {
                code if code <= most => code as u8,
                _ => b'?',
            };
            text.chars().map(byte).collect()
        };
        match self {
            Charset::Utf8 => text.as_bytes().to_vec(),
            Charset::Ascii => up_to(0x7f),
            Charset::Latin1 => up_to(0xff),
            Charset::Utf16 => [vec![0xfe, 0xff], units(u16::to_be_bytes)].concat(),
            Charset::Utf16Le => units(u16::to_le_bytes),
            Charset::Utf16Be => units(u16::to_be_bytes),
            Charset::Utf32 | Charset::Utf32Be => chars(u32::to_be_bytes),
            Charset::Utf32Le => chars(u32::to_le_bytes),
        }
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    let mut text: String = char::decode_utf16(units)
        .map(|c| c.unwrap_or('\u{fffd}'))
        .collect();
    if !rest.is_empty() {
        text.push('\u{fffd}');
    }
    text
}

fn utf32(bytes: &[u8], code: fn([u8; 4]) -> u32) -> String {
    let (codes, rest) = bytes.as_chunks::<4>();
    let mut text: String = codes
        .iter()
        .map(|four| char::from_u32(code(*four)).unwrap_or('\u{fffd}'))
        .collect();
    if !rest.is_empty() {
        text.push('\u{fffd}');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back() {
        for name in [
            "utf-8", "UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE",
        ] {
            let charset = Charset::named(name, "read").expect("known");
            let text = "aé日😀";
            assert_eq!(charset.decode(&charset.encode(text)), text, "{name}");
        }
        let latin = Charset::named("iso-8859-1", "read").expect("known");
        assert_eq!(latin.decode(&latin.encode("é日")), "é?");
        assert_eq!(Charset::Ascii.decode(b"a\xe9"), "a\u{fffd}");
        assert_eq!(Charset::Utf16Le.decode(b"a\0b"), "a\u{fffd}");
        let error = Charset::named("klingon", "read").expect_err("unknown");
        assert_eq!(error.condition().name, "INVALID_PARAMETER_VALUE.CHARSET");
    }
}
