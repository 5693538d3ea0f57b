//! [`write_json`]: a variant as JSON, as `to_json` and messages show it.
//!
//! What JSON has no form of is a string: dates, timestamps, bytes (Base64), UUIDs, and numbers that
//! are none. Decimals have no zeros behind the point, and no exponent.

use std::fmt::{self, Write};

use flint_sql_spec::with_stack;

use super::read::Content;
use super::{Fault, Variant};
use crate::datetime::Zone;
use crate::display::{write_date, write_double, write_float, write_plain_decimal, write_timestamp};
use crate::json::{quote, write_base64};

/// Appends a value; timestamps as a clock of the zone shows them.
pub(crate) fn write_json(variant: Variant<'_>, zone: &Zone, out: &mut String) -> Result<(), Fault> {
    match variant.content()? {
        Content::Object(fields) => with_stack(|| {
            out.push('{');
            for (at, field) in fields.iter().enumerate() {
                let (name, value) = field?;
                if at > 0 {
                    out.push(',');
                }
                quote(name, out);
                out.push(':');
                write_json(value, zone, out)?;
            }
            out.push('}');
            Ok(())
        }),
        Content::Array(elements) => with_stack(|| {
            out.push('[');
            for (at, element) in elements.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_json(element?, zone, out)?;
            }
            out.push(']');
            Ok(())
        }),
        flat => {
            write_flat(flat, zone, out).expect("a String takes any text");
            Ok(())
        }
    }
}

/// The JSON of a value.
pub(crate) fn json(variant: Variant<'_>, zone: &Zone) -> Result<String, Fault> {
    let mut out = String::new();
    write_json(variant, zone, &mut out)?;
    Ok(out)
}

fn write_flat(content: Content<'_>, zone: &Zone, out: &mut String) -> fmt::Result {
    match content {
        Content::Null => out.write_str("null"),
        Content::Boolean(value) => write!(out, "{value}"),
        Content::Long(value) => write!(out, "{value}"),
        Content::Double(value) if value.is_finite() => write_double(value, out),
        Content::Double(value) => quoted(out, |out| write_double(value, out)),
        Content::Float(value) if value.is_finite() => write_float(value, out),
        Content::Float(value) => quoted(out, |out| write_float(value, out)),
        Content::Decimal(value) => {
            let plain = value.plain();
            write_plain_decimal(plain.unscaled, plain.scale, out)
        }
        Content::Date(days) => quoted(out, |out| write_date(days.into(), out)),
        Content::Timestamp(micros) => quoted(out, |out| {
            let offset = zone.offset_at(micros);
            write_timestamp(micros, offset, 0, out)?;
            let sign = if offset < 0 { '-' } else { '+' };
            let minutes = offset.abs() / 60;
            write!(out, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
        }),
        Content::TimestampNtz(micros) => quoted(out, |out| write_timestamp(micros, 0, 0, out)),
        Content::Text(text) => {
            quote(text, out);
            Ok(())
        }
        Content::Binary(bytes) => quoted(out, |out| {
            write_base64(bytes, out);
            Ok(())
        }),
        Content::Uuid(bytes) => quoted(out, |out| write_uuid(bytes, out)),
        Content::Array(_) | Content::Object(_) => Ok(()),
    }
}

fn quoted(out: &mut String, inside: impl FnOnce(&mut String) -> fmt::Result) -> fmt::Result {
    out.push('"');
    inside(out)?;
    out.push('"');
    Ok(())
}

/// Sixteen bytes as hexadecimal digits, in five groups.
pub(crate) fn write_uuid(bytes: [u8; 16], out: &mut String) -> fmt::Result {
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        write!(out, "{byte:02x}")?;
    }
    Ok(())
}
