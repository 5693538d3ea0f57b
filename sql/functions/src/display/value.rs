//! Bytes, and values as the SQL that makes them, which messages quote.

use std::fmt::{self, Write};

/// Bytes as text: what is no UTF-8 is replaced. In hexadecimal they are `[61 62]`.
pub(super) fn write_binary(bytes: &[u8], hexadecimal: bool, out: &mut String) -> fmt::Result {
    if !hexadecimal {
        return out.write_str(&String::from_utf8_lossy(bytes));
    }
    out.push('[');
    for (at, byte) in bytes.iter().enumerate() {
        let space = if at > 0 { " " } else { "" };
        write!(out, "{space}{byte:02X}")?;
    }
    out.write_char(']')
}

/// Text as a literal of SQL.
pub(crate) fn sql_value(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}
