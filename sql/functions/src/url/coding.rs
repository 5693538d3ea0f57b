//! `url_encode` and `url_decode`: text as forms send it. A blank is a plus.

use flint_sql_spec::{Result, SqlError, condition};

use crate::each::{kernel, texts};
use crate::scalar::{Kernel, Scalar};

/// The family of text in URLs.
pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("url_encode", |_| {
        kernel(|args| {
            let text = args.strings(0)?;
            texts(args.rows(), |row| Ok(text.get(row).map(encoded)))
        })
    }),
    Scalar::new("url_decode", |_| decode(false)),
    Scalar::new("try_url_decode", |_| decode(true)),
];

fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'.' | b'-' | b'*' | b'_' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn decode(forgiving: bool) -> Result<Kernel> {
    kernel(move |args| {
        let text = args.strings(0)?;
        texts(args.rows(), |row| {
            let Some(text) = text.get(row) else {
                return Ok(None);
            };
            match decoded(text) {
                None if !forgiving => Err(SqlError::new(condition::CANNOT_DECODE_URL)
                    .with("url", text)
                    .into()),
                found => Ok(found),
            }
        })
    })
}

/// The text, where `%` stands before two hexadecimal digits always. Bytes that are no UTF-8 are
/// replaced.
fn decoded(text: &str) -> Option<String> {
    let digit = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes().iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => (digit(rest.next())? << 4 | digit(rest.next())?) as u8,
            byte => *byte,
        });
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
