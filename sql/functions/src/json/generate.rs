//! [`JsonGenerator`]: rows as JSON, as Spark's writer spells them.

use std::fmt::Write as _;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{
    Date32Type, Decimal128Type, DurationMicrosecondType, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, IntervalMonthDayNanoType, IntervalYearMonthType,
    Time64NanosecondType, TimestampMicrosecondType,
};
use flint_sql_spec::{DataType, Result, SqlError, StructType, condition, with_stack};

use super::base64;
use super::copy::escape;
use super::options::JsonOptions;
use crate::datetime::NANOS_PER_MICRO;
use crate::display::{
    write_calendar_interval, write_day_time, write_decimal, write_double, write_float, write_time,
    write_year_month,
};
use crate::pattern::{Pattern, TimeZone};
use crate::variant::{Variants, write_json};

/// Writes rows as JSON texts.
///
/// ```
/// use std::sync::Arc;
/// use arrow::array::{ArrayRef, Int32Array};
/// use flint_sql_functions::json::{JsonGenerator, JsonOptions, JsonSession};
/// use flint_sql_spec::{DataType, StructField, StructType};
///
/// let column: ArrayRef = Arc::new(Int32Array::from(vec![Some(1), None]));
/// let schema = StructType::new([StructField::new("a", DataType::Integer, true)]);
/// let options = JsonOptions::read(|_| None, &JsonSession::default())?;
/// let generator = JsonGenerator::new(&options)?;
/// let mut text = String::new();
/// generator.row(&[column], &schema, 0, &mut text)?;
/// assert_eq!(text, r#"{"a":1}"#);
/// # Ok::<(), flint_sql_spec::SqlError>(())
/// ```
#[derive(Debug, Clone)]
pub struct JsonGenerator {
    date: Pattern,
    timestamp: Pattern,
    ntz: Pattern,
    zone: TimeZone,
    ignore_null_fields: bool,
    escape_non_ascii: bool,
    pretty: bool,
}

impl JsonGenerator {
    /// # Errors
    /// For forms of dates and times that are wrong.
    pub fn new(options: &JsonOptions) -> Result<JsonGenerator> {
        Ok(JsonGenerator {
            date: options.date_writes()?,
            timestamp: options.timestamp_writes()?,
            ntz: options.ntz_writes()?,
            zone: options.zone.clone(),
            ignore_null_fields: options.ignore_null_fields,
            escape_non_ascii: options.escape_non_ascii,
            pretty: options.pretty,
        })
    }

    /// Whether values of a type can be written.
    ///
    /// # Errors
    /// `UNSUPPORTED_FEATURE` for a type that cannot, also inside of another.
    pub fn check(data_type: &DataType) -> Result<()> {
        match data_type {
            DataType::TimestampLtzNanos(_) | DataType::TimestampNtzNanos(_) => {
                Err(unwritable(data_type))
            }
            DataType::Array { element, .. } => with_stack(|| JsonGenerator::check(element)),
            DataType::Map { value, .. } => with_stack(|| JsonGenerator::check(value)),
            DataType::Struct(fields) => fields
                .iter()
                .try_for_each(|f| with_stack(|| JsonGenerator::check(&f.data_type))),
            _ => Ok(()),
        }
    }

    /// Appends a row as an object.
    ///
    /// # Errors
    /// For types that JSON has no equivalent of.
    pub fn row(
        &self,
        columns: &[ArrayRef],
        schema: &StructType,
        row: usize,
        out: &mut String,
    ) -> Result<()> {
        self.object(columns, schema, row, 0, out)
    }

    /// Appends a value.
    ///
    /// # Errors
    /// As [`Self::row`].
    pub fn value(
        &self,
        column: &ArrayRef,
        data_type: &DataType,
        row: usize,
        out: &mut String,
    ) -> Result<()> {
        self.part(column, data_type, row, 0, out)
    }

    fn object(
        &self,
        columns: &[ArrayRef],
        schema: &StructType,
        row: usize,
        depth: usize,
        out: &mut String,
    ) -> Result<()> {
        out.push('{');
        let mut first = true;
        for (column, field) in columns.iter().zip(schema.iter()) {
            let null = is_null(column, row) || field.data_type == DataType::Null;
            if null && self.ignore_null_fields {
                continue;
            }
            self.next(&mut first, depth + 1, out);
            self.string(&field.name, out);
            self.colon(out);
            self.part(column, &field.data_type, row, depth + 1, out)?;
        }
        self.close('}', first, depth, out);
        Ok(())
    }

    /// Goes on to another field; in lines of their own where texts are to be pretty.
    fn next(&self, first: &mut bool, depth: usize, out: &mut String) {
        if !std::mem::take(first) {
            out.push(',');
        }
        if self.pretty {
            out.push('\n');
            (0..depth).for_each(|_| out.push_str("  "));
        }
    }

    fn colon(&self, out: &mut String) {
        out.push_str(if self.pretty { " : " } else { ":" });
    }

    fn close(&self, bracket: char, empty: bool, depth: usize, out: &mut String) {
        if self.pretty && empty {
            out.push(' ');
        } else if self.pretty {
            out.push('\n');
            (0..depth).for_each(|_| out.push_str("  "));
        }
        out.push(bracket);
    }

    fn part(
        &self,
        column: &ArrayRef,
        kind: &DataType,
        row: usize,
        depth: usize,
        out: &mut String,
    ) -> Result<()> {
        if is_null(column, row) || *kind == DataType::Null {
            out.push_str("null");
            return Ok(());
        }
        match kind {
            DataType::Array { element, .. } => {
                with_stack(|| self.array(column, kind, element, row, depth, out))
            }
            DataType::Map { .. } => with_stack(|| self.map(column, kind, row, depth, out)),
            DataType::Struct(fields) => {
                let structure = column.as_struct_opt().ok_or_else(|| misfit(kind))?;
                with_stack(|| self.object(structure.columns(), fields, row, depth, out))
            }
            DataType::Variant => {
                let variants = Variants::of(&**column).map_err(|error| error.0)?;
                let written = match variants.get(row) {
                    Ok(Some(variant)) => write_json(variant, self.zone.offsets(), out),
                    other => other.map(|_| ()),
                };
                written.map_err(|fault| fault.error("to_json"))
            }
            DataType::UserDefined(own) => {
                with_stack(|| self.part(column, &own.sql_type, row, depth, out))
            }
            _ => self
                .scalar(column, kind, row, out)
                .ok_or_else(|| misfit(kind))?,
        }
    }

    fn array(
        &self,
        column: &ArrayRef,
        kind: &DataType,
        element: &DataType,
        row: usize,
        depth: usize,
        out: &mut String,
    ) -> Result<()> {
        let list = column.as_list_opt::<i32>().ok_or_else(|| misfit(kind))?;
        let ends = list.value_offsets();
        out.push('[');
        for at in ends[row]..ends[row + 1] {
            if at > ends[row] {
                out.push(',');
            }
            if self.pretty {
                out.push(' ');
            }
            self.part(list.values(), element, at as usize, depth, out)?;
        }
        out.push_str(if self.pretty { " ]" } else { "]" });
        Ok(())
    }

    fn map(
        &self,
        column: &ArrayRef,
        kind: &DataType,
        row: usize,
        depth: usize,
        out: &mut String,
    ) -> Result<()> {
        let (DataType::Map { key, value, .. }, Some(map)) = (kind, column.as_map_opt()) else {
            return Err(misfit(kind));
        };
        let ends = map.value_offsets();
        out.push('{');
        let mut first = true;
        for at in ends[row] as usize..ends[row + 1] as usize {
            self.next(&mut first, depth + 1, out);
            let mut name = String::new();
            crate::display::printer(map.keys(), key, &self.keys()?)?.write(at, &mut name);
            self.string(&name, out);
            self.colon(out);
            self.part(map.values(), value, at, depth + 1, out)?;
        }
        self.close('}', first, depth, out);
        Ok(())
    }

    /// How keys of maps print.
    fn keys(&self) -> Result<crate::display::Style> {
        crate::display::Style::cast(self.zone.id(), true)
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
                let value = column.as_boolean_opt()?.value(row);
                out.push_str(if value { "true" } else { "false" });
            }
            DataType::Byte => plain(column.as_primitive_opt::<Int8Type>()?.value(row), out),
            DataType::Short => plain(column.as_primitive_opt::<Int16Type>()?.value(row), out),
            DataType::Integer => plain(column.as_primitive_opt::<Int32Type>()?.value(row), out),
            DataType::Long => plain(column.as_primitive_opt::<Int64Type>()?.value(row), out),
            DataType::Float => {
                let value = column.as_primitive_opt::<Float32Type>()?.value(row);
                self.real(value.is_finite(), |out| write_float(value, out), out);
            }
            DataType::Double => {
                let value = column.as_primitive_opt::<Float64Type>()?.value(row);
                self.real(value.is_finite(), |out| write_double(value, out), out);
            }
            DataType::Decimal { scale, .. } => {
                let value = column.as_primitive_opt::<Decimal128Type>()?.value(row);
                done(write_decimal(value, *scale, out));
            }
            DataType::String(_) | DataType::Char(_) | DataType::VarChar(_) => {
                self.string(column.as_string_opt::<i32>()?.value(row), out);
            }
            DataType::Binary => {
                out.push('"');
                base64::encode(column.as_binary_opt::<i32>()?.value(row), out);
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
        let micros = || {
            let column = column.as_primitive_opt::<TimestampMicrosecondType>()?;
            Some(column.value(row))
        };
        let written = match kind {
            DataType::Date => {
                let days = column.as_primitive_opt::<Date32Type>()?.value(row);
                self.date.write_date(days, &mut text)
            }
            DataType::Timestamp => self
                .timestamp
                .write_timestamp(micros()?, &self.zone, &mut text),
            DataType::TimestampNtz => self.ntz.write_timestamp_ntz(micros()?, &mut text),
            _ => interval_or_time(column, kind, row, &mut text)?,
        };
        if written.is_ok() {
            self.string(&text, out);
        }
        Some(written)
    }

    fn real(
        &self,
        finite: bool,
        write: impl FnOnce(&mut String) -> std::fmt::Result,
        out: &mut String,
    ) {
        if finite {
            done(write(out));
        } else {
            out.push('"');
            done(write(out));
            out.push('"');
        }
    }

    /// A string with what JSON escapes.
    fn string(&self, text: &str, out: &mut String) {
        out.push('"');
        for c in text.chars() {
            match c {
                c if self.escape_non_ascii && !c.is_ascii() => {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        done(write!(out, "\\u{unit:04X}"));
                    }
                }
                c => escape(c, out),
            }
        }
        out.push('"');
    }
}

fn done(written: std::fmt::Result) {
    written.expect("a String takes any text");
}

/// Whether a row is null; a column of VOID has nothing else.
fn is_null(column: &ArrayRef, row: usize) -> bool {
    column.is_null(row) || column.data_type() == &arrow::datatypes::DataType::Null
}

fn interval_or_time(
    column: &ArrayRef,
    kind: &DataType,
    row: usize,
    text: &mut String,
) -> Option<Result<()>> {
    match kind {
        DataType::Time(_) => {
            let nanos = column.as_primitive_opt::<Time64NanosecondType>()?;
            done(write_time(nanos.value(row), text));
        }
        DataType::YearMonthInterval(range) => {
            let months = column.as_primitive_opt::<IntervalYearMonthType>()?;
            done(write_year_month(months.value(row), *range, text));
        }
        DataType::DayTimeInterval(range) => {
            let micros = column.as_primitive_opt::<DurationMicrosecondType>()?;
            done(write_day_time(micros.value(row), *range, text));
        }
        DataType::CalendarInterval => {
            let interval = column.as_primitive_opt::<IntervalMonthDayNanoType>()?;
            let value = interval.value(row);
            let micros = value.nanoseconds / NANOS_PER_MICRO;
            done(write_calendar_interval(
                value.months,
                value.days,
                micros,
                text,
            ));
        }
        _ => return Some(Err(unwritable(kind))),
    }
    Some(Ok(()))
}

fn unwritable(kind: &DataType) -> SqlError {
    let feature = format!("{} as JSON", kind.sql());
    SqlError::new(condition::NOT_SUPPORTED_YET).with("feature", feature)
}

fn misfit(kind: &DataType) -> SqlError {
    SqlError::internal(format!("a column that should be {} is not", kind.sql()))
}

fn plain(value: impl std::fmt::Display, out: &mut String) {
    done(write!(out, "{value}"));
}
