//! `to_binary` and `try_to_binary`: text as bytes, of hexadecimal digits, of Base64, or in UTF-8.

use flint_sql_spec::{Result, SqlError, condition};

use crate::arguments::Arguments;
use crate::display::sql_value;
use crate::each::{binaries, kernel};
use crate::scalar::{Kernel, Scalar};

pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("to_binary", |_| to_binary(true)),
    Scalar::new("try_to_binary", |_| to_binary(false)),
];

fn to_binary(fails: bool) -> Result<Kernel> {
    kernel(move |arguments: &Arguments| {
        let values = arguments.strings(0)?;
        let forms = match arguments.len() {
            1 => None,
            _ => Some(arguments.strings(1)?),
        };
        binaries(arguments.rows(), |row| {
            let form = match &forms {
                None => Some("hex"),
                Some(forms) => forms.get(row),
            };
            let (Some(text), Some(form)) = (values.get(row), form) else {
                return Ok(None);
            };
            match bytes(text, &form.to_ascii_lowercase()) {
                None if fails => Err(malformed(text, form).into()),
                found => Ok(found),
            }
        })
    })
}

fn malformed(text: &str, form: &str) -> SqlError {
    SqlError::new(condition::CONVERSION_INVALID_INPUT)
        .with("str", sql_value(text))
        .with("fmt", sql_value(&form.to_ascii_uppercase()))
        .with("targetType", "\"BINARY\"")
        .with("suggestion", "`try_to_binary`")
}

fn bytes(text: &str, form: &str) -> Option<Vec<u8>> {
    match form {
        "hex" => hex(text.as_bytes()),
        "base64" => base64(text.as_bytes()),
        "utf-8" | "utf8" => Some(text.as_bytes().to_vec()),
        _ => None,
    }
}

/// Two digits a byte; of an odd number the first is a byte of its own.
fn hex(digits: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let (first, rest) = digits.split_at(digits.len() % 2);
    let pairs = first.chunks(1).chain(rest.chunks(2));
    pairs
        .map(|pair| {
            let value = pair
                .iter()
                .try_fold(0, |value, byte| digit(byte).map(|digit| value * 16 + digit))?;
            u8::try_from(value).ok()
        })
        .collect()
}

/// Base64 with blanks in between; the padding may be missing, but must be right where it is.
fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let text: Vec<u8> = text
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    let padding = text.iter().rev().take_while(|byte| **byte == b'=').count();
    let letters = &text[..text.len() - padding];
    let fits = padding == 0 || (padding <= 2 && text.len().is_multiple_of(4));
    if !fits || letters.len() % 4 == 1 {
        return None;
    }
    let mut bytes = Vec::with_capacity(letters.len() / 4 * 3 + 2);
    for group in letters.chunks(4) {
        let mut value = 0;
        for letter in group {
            value = value << 6 | six_bits(*letter)?;
        }
        value <<= 6 * (4 - group.len());
        let [_, first, second, third] = u32::to_be_bytes(value);
        bytes.extend(&[first, second, third][..group.len() - 1]);
    }
    Some(bytes)
}

fn six_bits(letter: u8) -> Option<u32> {
    let value = match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(value.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_bytes() {
        assert_eq!(bytes("abc", "hex"), Some(vec![0x0a, 0xbc]));
        assert_eq!(bytes("YW Jj", "base64"), Some(b"abc".to_vec()));
        assert_eq!(bytes("YWJ", "base64"), Some(b"ab".to_vec()));
        assert_eq!(bytes("a!", "base64"), None);
        assert_eq!(bytes("xyz", "hex"), None);
    }
}
