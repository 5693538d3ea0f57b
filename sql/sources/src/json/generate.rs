//! [`Generator`]: rows as JSON, as Spark's writer spells them.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{
    Date32Type, Decimal128Type, DurationMicrosecondType, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, IntervalYearMonthType, Time64NanosecondType,
    TimestampMicrosecondType,
};
use flint_sql_functions::pattern::{Pattern, TimeZone};
use flint_sql_spec::{DataType, Result, SqlError, StructType};

use crate::options::{OptionMap, unsupported};
use crate::settings::SourceSettings;
use crate::text::number;

/// Options of the writer.
#[derive(Debug, Clone)]
pub(crate) struct GeneratorOptions {
    date: Pattern,
    timestamp: Pattern,
    timestamp_ntz: Pattern,
    zone: TimeZone,
    ignore_null_fields: bool,
    escape_non_ascii: bool,
}

impl GeneratorOptions {
    /// Reads them.
    ///
    /// # Errors
    /// For values that they cannot have.
    pub(crate) fn read(options: OptionMap<'_>, settings: &SourceSettings) -> Result<Self> {
        let text = |name, default| options.get(name).unwrap_or(default);
        let zone = options.get("timeZone").unwrap_or(&settings.time_zone);
        Ok(GeneratorOptions {
            date: Pattern::for_writing(text("dateFormat", "yyyy-MM-dd"))?,
            timestamp: Pattern::for_writing(text(
                "timestampFormat",
                "yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX]",
            ))?,
            timestamp_ntz: Pattern::for_writing_ntz(text(
                "timestampNTZFormat",
                "yyyy-MM-dd'T'HH:mm:ss[.SSS]",
            ))?,
            zone: TimeZone::of(zone)?,
            ignore_null_fields: options
                .flag("ignoreNullFields", settings.json_ignore_null_fields)?,
            escape_non_ascii: options.flag("writeNonAsciiCharacterAsCodePoint", false)?,
        })
    }

    /// All that rows have, in UTC.
    pub(crate) fn exact() -> Result<Self> {
        Ok(GeneratorOptions {
            date: Pattern::for_writing("yyyy-MM-dd")?,
            timestamp: Pattern::for_writing("yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX")?,
            timestamp_ntz: Pattern::for_writing("yyyy-MM-dd'T'HH:mm:ss.SSSSSS")?,
            zone: TimeZone::utc(),
            ignore_null_fields: false,
            escape_non_ascii: false,
        })
    }
}

/// Writes rows.
#[derive(Debug, Clone)]
pub(crate) struct Generator {
    options: GeneratorOptions,
}

impl Generator {
    pub(crate) fn new(options: GeneratorOptions) -> Self {
        Generator { options }
    }

    /// One row as an object.
    ///
    /// # Errors
    /// For types that JSON has no equivalent of.
    pub(crate) fn row(
        &self,
        columns: &[ArrayRef],
        schema: &StructType,
        row: usize,
        out: &mut String,
    ) -> Result<()> {
        out.push('{');
        let mut first = true;
        for (column, field) in columns.iter().zip(schema.iter()) {
            let null = column.is_null(row) || field.data_type == DataType::Null;
            if null && self.options.ignore_null_fields {
                continue;
            }
            if !std::mem::take(&mut first) {
                out.push(',');
            }
            self.string(&field.name, out);
            out.push(':');
            self.value(column, &field.data_type, row, out)?;
        }
        out.push('}');
        Ok(())
    }

    fn value(
        &self,
        column: &ArrayRef,
        kind: &DataType,
        row: usize,
        out: &mut String,
    ) -> Result<()> {
        if column.is_null(row) || *kind == DataType::Null {
            out.push_str("null");
            return Ok(());
        }
        match kind {
            DataType::Array { element, .. } => {
                let values = column
                    .as_list_opt::<i32>()
                    .ok_or_else(|| misfit(kind))?
                    .value(row);
                out.push('[');
                for at in 0..values.len() {
                    if at > 0 {
                        out.push(',');
                    }
                    self.value(&values, element, at, out)?;
                }
                out.push(']');
            }
            DataType::Map { key, value, .. } => {
                let entries = column.as_map_opt().ok_or_else(|| misfit(kind))?.value(row);
                let (keys, values) = (entries.column(0), entries.column(1));
                out.push('{');
                let mut first = true;
                for at in 0..entries.len() {
                    if values.is_null(at) && self.options.ignore_null_fields {
                        continue;
                    }
                    if !std::mem::take(&mut first) {
                        out.push(',');
                    }
                    let mut text = String::new();
                    self.value(keys, key, at, &mut text)?;
                    match text.starts_with('"') {
                        true => out.push_str(&text),
                        false => self.string(&text, out),
                    }
                    out.push(':');
                    self.value(values, value, at, out)?;
                }
                out.push('}');
            }
            DataType::Struct(fields) => {
                let structure = column.as_struct_opt().ok_or_else(|| misfit(kind))?;
                self.row(structure.columns(), fields, row, out)?;
            }
            _ => self
                .scalar(column, kind, row, out)
                .ok_or_else(|| misfit(kind))??,
        }
        Ok(())
    }

    /// A value without parts; `None` if the column is not of the type's layout.
    fn scalar(
        &self,
        column: &ArrayRef,
        kind: &DataType,
        row: usize,
        out: &mut String,
    ) -> Option<Result<()>> {
        match kind {
            DataType::Boolean => {
                out.push_str(if column.as_boolean_opt()?.value(row) {
                    "true"
                } else {
                    "false"
                });
            }
            DataType::Byte => plain(column.as_primitive_opt::<Int8Type>()?.value(row), out),
            DataType::Short => plain(column.as_primitive_opt::<Int16Type>()?.value(row), out),
            DataType::Integer => plain(column.as_primitive_opt::<Int32Type>()?.value(row), out),
            DataType::Long => plain(column.as_primitive_opt::<Int64Type>()?.value(row), out),
            DataType::Float => {
                let value = column.as_primitive_opt::<Float32Type>()?.value(row);
                self.real(value.is_finite(), &number::float(value), out);
            }
            DataType::Double => {
                let value = column.as_primitive_opt::<Float64Type>()?.value(row);
                self.real(value.is_finite(), &number::double(value), out);
            }
            DataType::Decimal { scale, .. } => {
                let value = column.as_primitive_opt::<Decimal128Type>()?.value(row);
                out.push_str(&number::decimal(value, *scale));
            }
            DataType::String(_) | DataType::Char(_) | DataType::VarChar(_) => {
                self.string(column.as_string_opt::<i32>()?.value(row), out);
            }
            DataType::Binary => {
                out.push('"');
                base64(column.as_binary_opt::<i32>()?.value(row), out);
                out.push('"');
            }
            _ => return self.time(column, kind, row, out),
        }
        Some(Ok(()))
    }

    fn time(
        &self,
        column: &ArrayRef,
        kind: &DataType,
        row: usize,
        out: &mut String,
    ) -> Option<Result<()>> {
        let mut text = String::new();
        let written = match kind {
            DataType::Date => {
                let days = column.as_primitive_opt::<Date32Type>()?.value(row);
                self.options.date.write_date(days, &mut text)
            }
            DataType::Timestamp => {
                let micros = column
                    .as_primitive_opt::<TimestampMicrosecondType>()?
                    .value(row);
                let zone = &self.options.zone;
                self.options
                    .timestamp
                    .write_timestamp(micros, zone, &mut text)
            }
            DataType::TimestampNtz => {
                let micros = column
                    .as_primitive_opt::<TimestampMicrosecondType>()?
                    .value(row);
                self.options
                    .timestamp_ntz
                    .write_timestamp_ntz(micros, &mut text)
            }
            DataType::Time(_) => {
                let nanos = column
                    .as_primitive_opt::<Time64NanosecondType>()?
                    .value(row);
                Pattern::cast(0).write_time(nanos, &mut text)
            }
            DataType::YearMonthInterval(_) => {
                let months = column
                    .as_primitive_opt::<IntervalYearMonthType>()?
                    .value(row);
                text = year_month(months);
                Ok(())
            }
            DataType::DayTimeInterval(_) => {
                let micros = column
                    .as_primitive_opt::<DurationMicrosecondType>()?
                    .value(row);
                text = day_time(micros);
                Ok(())
            }
            _ => Err(unsupported(format!("{} as JSON", kind.sql()))),
        };
        Some(written.map(|()| self.string(&text, out)))
    }

    fn real(&self, finite: bool, text: &str, out: &mut String) {
        if finite {
            out.push_str(text)
        } else {
            self.string(text, out)
        }
    }

    /// A string with what JSON escapes.
    fn string(&self, text: &str, out: &mut String) {
        out.push('"');
        for c in text.chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                '\u{8}' => out.push_str("\\b"),
                '\u{c}' => out.push_str("\\f"),
                c if u32::from(c) < 0x20 => out.push_str(&format!("\\u{:04X}", u32::from(c))),
                c if self.options.escape_non_ascii && !c.is_ascii() => {
                    let mut units = [0; 2];
                    for unit in c.encode_utf16(&mut units) {
                        out.push_str(&format!("\\u{unit:04X}"));
                    }
                }
                c => out.push(c),
            }
        }
        out.push('"');
    }
}

fn misfit(kind: &DataType) -> SqlError {
    SqlError::internal(format!("a column that should be {} is not", kind.sql()))
}

fn plain(value: impl ToString, out: &mut String) {
    out.push_str(&value.to_string());
}

/// `INTERVAL '1-2' YEAR TO MONTH`.
pub(crate) fn year_month(months: i32) -> String {
    let sign = if months < 0 { "-" } else { "" };
    let months = months.unsigned_abs();
    format!(
        "INTERVAL '{sign}{}-{}' YEAR TO MONTH",
        months / 12,
        months % 12
    )
}

/// `INTERVAL '1 02:03:04.5' DAY TO SECOND`.
pub(crate) fn day_time(micros: i64) -> String {
    let sign = if micros < 0 { "-" } else { "" };
    let micros = micros.unsigned_abs();
    let (seconds, fraction) = (micros / 1_000_000, micros % 1_000_000);
    let mut text = format!(
        "INTERVAL '{sign}{} {:02}:{:02}:{:02}",
        seconds / 86400,
        seconds / 3600 % 24,
        seconds / 60 % 60,
        seconds % 60
    );
    if fraction != 0 {
        text.push_str(format!(".{fraction:06}").trim_end_matches('0'));
    }
    text + "' DAY TO SECOND"
}

/// Bytes as Base64.
pub(crate) fn base64(bytes: &[u8], out: &mut String) {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let letter = LETTERS[(group >> (18 - 6 * at) & 63) as usize];
            out.push(if at <= chunk.len() {
                char::from(letter)
            } else {
                '='
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_intervals_are_text() {
        let mut out = String::new();
        base64(b"hello", &mut out);
        assert_eq!(out, "aGVsbG8=");
        assert_eq!(year_month(-14), "INTERVAL '-1-2' YEAR TO MONTH");
        assert_eq!(
            day_time(93_784_500_000),
            "INTERVAL '1 02:03:04.5' DAY TO SECOND"
        );
    }
}
