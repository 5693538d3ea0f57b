//! Text files: each line a row with one column of strings, or each file.
//!
//! Spark hands on bytes that are no UTF-8; here they become U+FFFD, as Spark shows them.

mod encode;
mod format;
mod read;

pub(crate) use encode::TextEncoding;
pub(crate) use format::{OPTIONS, PlainFormat};

use flint_sql_spec::Result;

use crate::options::OptionMap;
use crate::settings::invalid;
use crate::text::{Charset, Separator};

/// What ends a line: in files the bytes of `lineSep` in the character set `encoding`.
fn separator(options: OptionMap<'_>) -> Result<Separator> {
    let charset = Charset::named(options.get("encoding").unwrap_or("UTF-8"), "TextOptions")?;
    match options.get("lineSep") {
        None => Ok(Separator::Newline),
        Some("") => Err(invalid("lineSep", "")),
        Some(text) => Ok(Separator::Bytes(charset.encode(text))),
    }
}
