//! Bytes from base 64, base 32 and hexadecimal digits, and base 32 from bytes.
//!
//! `unbase64` and `from_base32` pass over what are no digits, as Java's decoders of mail do;
//! `to_binary` does not, but for blanks.

use std::sync::LazyLock;

use flint_sql_columnar::Raised;
use flint_sql_spec::{Result, SqlError, condition};

use super::bytes::unhex;
use crate::display::sql_value;
use crate::each::{binaries, kernel, texts};
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("unbase64", |_| {
        kernel(|args| {
            let text = args.strings(0)?;
            binaries(args.rows(), |row| {
                let Some(text) = text.get(row) else {
                    return Ok(None);
                };
                let bytes = unbase64(text);
                bytes.map(Some).ok_or_else(|| malformed(text, "BASE64"))
            })
        })
    }),
    Scalar::new("to_base32", |_| {
        kernel(|args| {
            let bytes = args.binaries(0)?;
            texts(args.rows(), |row| Ok(bytes.get(row).map(base32)))
        })
    }),
    Scalar::new("from_base32", |_| {
        kernel(|args| {
            let text = args.strings(0)?;
            binaries(args.rows(), |row| Ok(text.get(row).map(unbase32)))
        })
    }),
    Scalar::new("to_binary", |site| to_binary(site, false)),
    Scalar::new("try_to_binary", |site| to_binary(site, true)),
];

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const NONE: u8 = u8::MAX;

static DIGITS64: LazyLock<[u8; 256]> = LazyLock::new(|| {
    let mut digits = [NONE; 256];
    for (value, digit) in BASE64.iter().enumerate() {
        digits[usize::from(*digit)] = value as u8;
    }
    digits
});

/// Reads base 64. Signs that are no digits are passed over; padding must be whole if there is some,
/// and no digit may follow it.
fn unbase64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'=' {
            if count == 0 || count == 2 && rest.next() != Some(b'=') {
                return None;
            }
            break;
        }
        let digit = DIGITS64[usize::from(byte)];
        if digit == NONE {
            continue;
        }
        (bits, count) = (bits << 6 | u32::from(digit), count + 1);
        if count == 4 {
            bytes.extend_from_slice(&bits.to_be_bytes()[1..]);
            (bits, count) = (0, 0);
        }
    }
    match count {
        1 => return None,
        2 => bytes.push((bits >> 4) as u8),
        3 => bytes.extend_from_slice(&(bits >> 2).to_be_bytes()[2..]),
        _ => {}
    }
    let digits_behind = rest.any(|byte| byte == b'=' || DIGITS64[usize::from(byte)] != NONE);
    (!digits_behind).then_some(bytes)
}

/// Whether text is base 64 without signs that are no digits, but for blanks.
fn is_base64(text: &str) -> bool {
    text.bytes().all(|byte| {
        byte == b'=' || byte.is_ascii_whitespace() || DIGITS64[usize::from(byte)] != NONE
    })
}

fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for chunk in bytes.chunks(5) {
        let mut eight = [0; 8];
        eight[3..3 + chunk.len()].copy_from_slice(chunk);
        let bits = u64::from_be_bytes(eight);
        let digits = (chunk.len() * 8).div_ceil(5);
        for place in 0..8 {
            text.push(match place < digits {
                true => char::from(BASE32[(bits >> (35 - 5 * place) & 31) as usize]),
                false => '=',
            });
        }
    }
    text
}

/// Reads base 32 up to the first padding; signs that are no digits are passed over. Bits that make no
/// whole byte are dropped; a digit alone is a byte.
fn unbase32(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 8 * 5);
    let (mut bits, mut count) = (0_u64, 0);
    for byte in text.bytes().take_while(|byte| *byte != b'=') {
        let digit = match byte.to_ascii_uppercase() {
            upper @ b'A'..=b'Z' => upper - b'A',
            digit @ b'2'..=b'7' => digit - b'2' + 26,
            _ => continue,
        };
        (bits, count) = (bits << 5 | u64::from(digit), count + 1);
        if count == 8 {
            bytes.extend_from_slice(&bits.to_be_bytes()[3..]);
            (bits, count) = (0, 0);
        }
    }
    if count == 1 {
        bytes.push((bits >> 2) as u8);
    } else {
        let (whole, dropped) = (count * 5 / 8, count * 5 % 8);
        bytes.extend_from_slice(&(bits >> dropped).to_be_bytes()[8 - whole..]);
    }
    bytes
}

fn malformed(text: &str, format: &str) -> Raised {
    SqlError::new(condition::CONVERSION_INVALID_INPUT)
        .with("str", sql_value(text))
        .with("fmt", sql_value(format))
        .with("targetType", "\"BINARY\"")
        .with("suggestion", "`try_to_binary`")
        .into()
}

/// `to_binary(text, format)`: the format is `hex` if there is none, in any case; an unknown one gives
/// NULL where nothing may fail.
fn to_binary(site: &Site, forgiving: bool) -> Result<Kernel> {
    let formatted = site.arguments.len() > 1;
    kernel(move |args| {
        let text = args.strings(0)?;
        let format = if formatted {
            Some(args.strings(1)?)
        } else {
            None
        };
        binaries(args.rows(), |row| {
            let format = match &format {
                Some(format) => format.get(row),
                None => Some("hex"),
            };
            let Some((text, format)) = text.get(row).zip(format) else {
                return Ok(None);
            };
            let upper = format.to_ascii_uppercase();
            let bytes = match upper.as_str() {
                "HEX" => unhex(text.as_bytes()),
                "UTF-8" | "UTF8" => Some(text.as_bytes().to_vec()),
                "BASE64" if is_base64(text) => unbase64(text),
                _ => None,
            };
            match bytes {
                None if !forgiving => Err(malformed(text, &upper)),
                bytes => Ok(bytes),
            }
        })
    })
}
