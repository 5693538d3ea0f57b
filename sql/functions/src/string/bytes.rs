//! Bytes as text: hexadecimal, base 64; code points.

use arrow::datatypes::{Int32Type, Int64Type};
use flint_sql_spec::{DataType, Result};

use crate::each::{binaries, kernel, numbers, texts};
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("hex", hex),
    Scalar::new("unhex", |_| {
        kernel(|args| {
            let text = args.strings(0)?;
            binaries(args.rows(), |row| {
                Ok(text.get(row).and_then(|text| unhex(text.as_bytes())))
            })
        })
    }),
    Scalar::new("base64", |_| {
        kernel(|args| {
            let bytes = args.binaries(0)?;
            texts(args.rows(), |row| Ok(bytes.get(row).map(base64)))
        })
    }),
    Scalar::new("ascii", |_| {
        kernel(|args| {
            let text = args.strings(0)?;
            let first = |text: &str| text.chars().next().map_or(0, |c| c as i32);
            numbers::<Int32Type>(args.rows(), |row| Ok(text.get(row).map(first)))
        })
    }),
    Scalar::new("chr", |_| {
        kernel(|args| {
            let code = args.numbers::<Int64Type>(0)?;
            texts(args.rows(), |row| Ok(code.get(row).map(chr)))
        })
    }),
];

/// The character of the low eight bits; none for negative numbers.
fn chr(code: i64) -> String {
    if code < 0 {
        return String::new();
    }
    char::from((code & 0xff) as u8).to_string()
}

fn hex(site: &Site) -> Result<Kernel> {
    match site.arguments.first() {
        Some(DataType::Long) => kernel(|args| {
            let number = args.numbers::<Int64Type>(0)?;
            texts(args.rows(), |row| {
                Ok(number.get(row).map(|number| format!("{number:X}")))
            })
        }),
        Some(DataType::Binary) => kernel(|args| {
            let bytes = args.binaries(0)?;
            texts(args.rows(), |row| Ok(bytes.get(row).map(hexadecimal)))
        }),
        _ => kernel(|args| {
            let text = args.strings(0)?;
            texts(args.rows(), |row| {
                Ok(text.get(row).map(|text| hexadecimal(text.as_bytes())))
            })
        }),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |half: u8| char::from(DIGITS[usize::from(half)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

/// Pairs of digits as bytes. A digit too many is the first byte by itself; what is no digit makes
/// null.
pub(super) fn unhex(digits: &[u8]) -> Option<Vec<u8>> {
    let half = |digit: &u8| char::from(*digit).to_digit(16).map(|value| value as u8);
    let (alone, pairs) = digits.split_at(digits.len() % 2);
    let mut bytes = Vec::with_capacity(digits.len().div_ceil(2));
    for digit in alone {
        bytes.push(half(digit)?);
    }
    for pair in pairs.chunks_exact(2) {
        bytes.push(half(&pair[0])? << 4 | half(&pair[1])?);
    }
    Some(bytes)
}

/// Base 64 in lines of 76 digits, as mail has it.
fn base64(bytes: &[u8]) -> String {
    const LINE_BYTES: usize = 57;
    let lines: Vec<String> = bytes.chunks(LINE_BYTES).map(base64_line).collect();
    lines.join("\r\n")
}

fn base64_line(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut three = [0; 3];
        three[..chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= chunk.len() {
                char::from(digit)
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_and_read() {
        assert_eq!(base64(b"Spark SQL"), "U3BhcmsgU1FM");
        assert_eq!(
            (base64(b"a"), base64(b"ab")),
            ("YQ==".into(), "YWI=".into())
        );
        assert_eq!(unhex(b"F0a"), Some(vec![0xf, 0x0a]));
        assert_eq!(unhex(b"0g"), None);
        assert_eq!(hexadecimal(&[0, 171]), "00AB");
    }
}
