//! `encode` and `decode`: text as bytes of a charset, and back. What a charset can't say is an error.
//!
//! UTF-16 writes a mark of the order in front, and reads both orders; UTF-32 reads both and writes
//! the highest byte first.

use flint_sql_columnar::Raised;
use flint_sql_spec::{SqlError, condition};

use crate::each::{binaries, kernel, texts};
use crate::scalar::Scalar;

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("encode", |_| {
        kernel(|args| {
            let (text, charset) = (args.strings(0)?, args.strings(1)?);
            binaries(args.rows(), |row| {
                let Some((text, name)) = text.get(row).zip(charset.get(row)) else {
                    return Ok(None);
                };
                let charset = Charset::named(name, "`encode`")?;
                let bytes = charset.encode(text);
                bytes.map(Some).ok_or_else(|| malformed("`encode`", name))
            })
        })
    }),
    Scalar::new("decode", |_| {
        kernel(|args| {
            let (bytes, charset) = (args.binaries(0)?, args.strings(1)?);
            texts(args.rows(), |row| {
                let Some((bytes, name)) = bytes.get(row).zip(charset.get(row)) else {
                    return Ok(None);
                };
                let charset = Charset::named(name, "`decode`")?;
                let text = charset.decode(bytes);
                text.map(Some).ok_or_else(|| malformed("`decode`", name))
            })
        })
    }),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Charset {
    Ascii,
    Latin1,
    Utf8,
    Utf16,
    Utf16Be,
    Utf16Le,
    Utf32,
}

const NAMES: [(&str, Charset); 7] = [
    ("iso-8859-1", Charset::Latin1),
    ("us-ascii", Charset::Ascii),
    ("utf-16", Charset::Utf16),
    ("utf-16be", Charset::Utf16Be),
    ("utf-16le", Charset::Utf16Le),
    ("utf-32", Charset::Utf32),
    ("utf-8", Charset::Utf8),
];

fn malformed(function: &str, charset: &str) -> Raised {
    SqlError::new(condition::MALFORMED_CHARACTER_CODING)
        .with("function", function)
        .with("charset", charset)
        .into()
}

impl Charset {
    fn named(name: &str, function: &str) -> Result<Charset, Raised> {
        let found = NAMES
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, charset)| *charset).ok_or_else(|| {
            SqlError::new(condition::INVALID_PARAMETER_VALUE_CHARSET)
                .with("functionName", function)
                .with("parameter", "`charset`")
                .with("charset", name)
                .with("charsets", NAMES.map(|(name, _)| name).join(", "))
                .into()
        })
    }

    fn encode(self, text: &str) -> Option<Vec<u8>> {
        let units = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect();
        match self {
            Charset::Ascii => text.is_ascii().then(|| text.as_bytes().to_vec()),
            Charset::Latin1 => text.chars().map(|c| u8::try_from(c).ok()).collect(),
            Charset::Utf8 => Some(text.as_bytes().to_vec()),
            Charset::Utf16 if text.is_empty() => Some(Vec::new()),
            Charset::Utf16 => {
                let units = text.encode_utf16().flat_map(u16::to_be_bytes);
                Some([0xfe, 0xff].into_iter().chain(units).collect())
            }
            Charset::Utf16Be => Some(units(u16::to_be_bytes)),
            Charset::Utf16Le => Some(units(u16::to_le_bytes)),
            Charset::Utf32 => {
                let codes = text.chars().flat_map(|c| u32::from(c).to_be_bytes());
                Some(codes.collect())
            }
        }
    }

    fn decode(self, bytes: &[u8]) -> Option<String> {
        match self {
            Charset::Ascii if !bytes.is_ascii() => None,
            Charset::Ascii | Charset::Utf8 => String::from_utf8(bytes.to_vec()).ok(),
            Charset::Latin1 => Some(bytes.iter().map(|byte| char::from(*byte)).collect()),
            Charset::Utf16 => match bytes {
                [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
                [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
                bytes => utf16(bytes, u16::from_be_bytes),
            },
            Charset::Utf16Be => utf16(bytes, u16::from_be_bytes),
            Charset::Utf16Le => utf16(bytes, u16::from_le_bytes),
            Charset::Utf32 => match bytes {
                [0, 0, 0xfe, 0xff, rest @ ..] => utf32(rest, u32::from_be_bytes),
                [0xff, 0xfe, 0, 0, rest @ ..] => utf32(rest, u32::from_le_bytes),
                bytes => utf32(bytes, u32::from_be_bytes),
            },
        }
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, []) = bytes.as_chunks::<2>() else {
        return None;
    };
    let units = pairs.iter().map(|pair| unit(*pair));
    char::decode_utf16(units).collect::<Result<_, _>>().ok()
}

fn utf32(bytes: &[u8], code: fn([u8; 4]) -> u32) -> Option<String> {
    let (codes, []) = bytes.as_chunks::<4>() else {
        return None;
    };
    codes
        .iter()
        .map(|bytes| char::from_u32(code(*bytes)))
        .collect()
}
