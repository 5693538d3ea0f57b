//! How values print: as a cast to STRING does it, and as `show()` does.
//!
//! [`printer`] looks at a column's type once; what it gives writes the value of a row. Layout of
//! numbers is Java's, of dates and clocks that of Spark's formatters.
//!
//! ```
//! use arrow::array::Float64Array;
//! use flint_sql_functions::display::{Style, printer};
//! use flint_sql_spec::DataType;
//!
//! let column = Float64Array::from(vec![Some(1e10), None]);
//! let style = Style::show("UTC")?;
//! let print = printer(&column, &DataType::Double, &style)?;
//! assert_eq!((print.text(0), print.text(1)), ("1.0E10".to_owned(), "NULL".to_owned()));
//! # Ok::<(), flint_sql_spec::SqlError>(())
//! ```

mod clock;
mod interval;
mod nested;
mod number;
mod value;
mod variant;

pub(crate) use clock::{write_date, write_time, write_timestamp};
pub(crate) use interval::{write_calendar_interval, write_day_time, write_year_month};
pub(crate) use number::{write_decimal, write_double, write_float, write_plain_decimal};
pub(crate) use value::sql_value;
pub use variant::variant_json;

use std::fmt;

use arrow::array::{Array, ArrowPrimitiveType, AsArray, PrimitiveArray};
use arrow::datatypes::{
    Date32Type, Decimal128Type, DurationMicrosecondType, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, IntervalMonthDayNanoType, IntervalYearMonthType,
    Time64NanosecondType, TimestampMicrosecondType, TimestampNanosecondType,
};
use flint_sql_spec::{DataType, Result, SqlError, with_stack};

use crate::datetime::{NANOS_PER_MICRO, Zone};

/// What is left open by a value alone.
#[derive(Debug, Clone)]
pub struct Style {
    zone: Zone,
    null: &'static str,
    braces: [char; 2],
    plain_decimals: bool,
    hex_binary: bool,
}

impl Style {
    /// How `CAST(value AS STRING)` prints in a session zone. Decimals have an exponent outside of
    /// ANSI mode, when they are far below one.
    ///
    /// # Errors
    /// `INVALID_TIMEZONE`.
    pub fn cast(zone: &str, ansi: bool) -> Result<Style> {
        Ok(Style {
            zone: Zone::of(zone)?,
            null: "null",
            braces: ['{', '}'],
            plain_decimals: ansi,
            hex_binary: false,
        })
    }

    /// How `show()` prints: NULL in capitals, bytes as hexadecimal digits.
    ///
    /// # Errors
    /// `INVALID_TIMEZONE`.
    pub fn show(zone: &str) -> Result<Style> {
        Ok(Style {
            null: "NULL",
            plain_decimals: true,
            hex_binary: true,
            ..Style::cast(zone, true)?
        })
    }
}

type Write<'a> = Box<dyn Fn(usize, &mut String) -> fmt::Result + 'a>;

/// Writes the values of one column.
pub struct Printer<'a> {
    column: &'a dyn Array,
    null: &'static str,
    write: Write<'a>,
}

impl Printer<'_> {
    /// Adds the value of a row to a text; nulls print as the style says.
    pub fn write(&self, row: usize, out: &mut String) {
        self.try_write(row, out).expect("a String takes any text");
    }

    /// The value of a row as a text of its own.
    pub fn text(&self, row: usize) -> String {
        let mut out = String::new();
        self.write(row, &mut out);
        out
    }

    fn try_write(&self, row: usize, out: &mut String) -> fmt::Result {
        if self.column.is_null(row) {
            out.push_str(self.null);
            Ok(())
        } else {
            (self.write)(row, out)
        }
    }
}

impl fmt::Debug for Printer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Printer")
            .field("type", self.column.data_type())
            .finish_non_exhaustive()
    }
}

/// What writes the values of a column of a type.
///
/// # Errors
/// `INTERNAL_ERROR` if the column doesn't lie as its type says.
pub fn printer<'a>(
    column: &'a dyn Array,
    data_type: &DataType,
    style: &'a Style,
) -> Result<Printer<'a>> {
    Ok(Printer {
        column,
        null: style.null,
        write: with_stack(|| writer(column, data_type, style))?,
    })
}

fn writer<'a>(column: &'a dyn Array, data_type: &DataType, style: &'a Style) -> Result<Write<'a>> {
    use std::fmt::Write as _;
    Ok(match data_type {
        DataType::Null => Box::new(|_, out| out.write_str(style.null)),
        DataType::Boolean => {
            let column = column
                .as_boolean_opt()
                .ok_or_else(|| misfit(column, data_type))?;
            Box::new(|row, out| write!(out, "{}", column.value(row)))
        }
        DataType::Byte => of::<Int8Type>(column, |value, out| write!(out, "{value}"))?,
        DataType::Short => of::<Int16Type>(column, |value, out| write!(out, "{value}"))?,
        DataType::Integer => of::<Int32Type>(column, |value, out| write!(out, "{value}"))?,
        DataType::Long => of::<Int64Type>(column, |value, out| write!(out, "{value}"))?,
        DataType::Float => of::<Float32Type>(column, write_float)?,
        DataType::Double => of::<Float64Type>(column, write_double)?,
        DataType::Decimal { scale, .. } => {
            let (scale, plain) = (*scale, style.plain_decimals);
            of::<Decimal128Type>(column, move |value, out| match plain {
                true => write_plain_decimal(value, scale, out),
                false => write_decimal(value, scale, out),
            })?
        }
        DataType::String(_) | DataType::Char(_) | DataType::VarChar(_) => {
            let column = column
                .as_string_opt::<i32>()
                .ok_or_else(|| misfit(column, data_type))?;
            Box::new(|row, out| out.write_str(column.value(row)))
        }
        DataType::Binary => {
            let column = column
                .as_binary_opt::<i32>()
                .ok_or_else(|| misfit(column, data_type))?;
            Box::new(|row, out| value::write_binary(column.value(row), style.hex_binary, out))
        }
        DataType::UserDefined(own) => writer(column, &own.sql_type, style)?,
        clock if clock::is_clock(clock) => clock_writer(column, data_type, style)?,
        _ => nested::writer(column, data_type, style)?,
    })
}

/// Writers of dates, times and intervals.
fn clock_writer<'a>(
    column: &'a dyn Array,
    data_type: &DataType,
    style: &'a Style,
) -> Result<Write<'a>> {
    let zone = &style.zone;
    Ok(match data_type {
        DataType::Date => of::<Date32Type>(column, |days, out| write_date(i64::from(days), out))?,
        DataType::Time(_) => of::<Time64NanosecondType>(column, write_time)?,
        DataType::Timestamp => of::<TimestampMicrosecondType>(column, |micros, out| {
            write_timestamp(micros, zone.offset_at(micros), 0, out)
        })?,
        DataType::TimestampNtz => of::<TimestampMicrosecondType>(column, |micros, out| {
            write_timestamp(micros, 0, 0, out)
        })?,
        DataType::TimestampLtzNanos(_) => of::<TimestampNanosecondType>(column, |nanos, out| {
            let micros = nanos.div_euclid(NANOS_PER_MICRO);
            write_timestamp(
                micros,
                zone.offset_at(micros),
                nanos.rem_euclid(NANOS_PER_MICRO),
                out,
            )
        })?,
        DataType::TimestampNtzNanos(_) => of::<TimestampNanosecondType>(column, |nanos, out| {
            let micros = nanos.div_euclid(NANOS_PER_MICRO);
            write_timestamp(micros, 0, nanos.rem_euclid(NANOS_PER_MICRO), out)
        })?,
        DataType::YearMonthInterval(range) => {
            let range = *range;
            of::<IntervalYearMonthType>(column, move |value, out| {
                write_year_month(value, range, out)
            })?
        }
        DataType::DayTimeInterval(range) => {
            let range = *range;
            of::<DurationMicrosecondType>(column, move |value, out| {
                write_day_time(value, range, out)
            })?
        }
        _ => of::<IntervalMonthDayNanoType>(column, |value, out| {
            let micros = value.nanoseconds / NANOS_PER_MICRO;
            write_calendar_interval(value.months, value.days, micros, out)
        })?,
    })
}

/// The writer of a column of numbers or what is kept as numbers.
fn of<'a, T: ArrowPrimitiveType>(
    column: &'a dyn Array,
    write: impl Fn(T::Native, &mut String) -> fmt::Result + 'a,
) -> Result<Write<'a>> {
    let column: &PrimitiveArray<T> = column.as_primitive_opt().ok_or_else(|| {
        let (found, wanted) = (column.data_type(), T::DATA_TYPE);
        SqlError::internal(format!("a column of {found} where {wanted} prints"))
    })?;
    Ok(Box::new(move |row, out| write(column.value(row), out)))
}

fn misfit(column: &dyn Array, data_type: &DataType) -> SqlError {
    let (found, wanted) = (column.data_type(), data_type.sql());
    SqlError::internal(format!("a column of {found} is no {wanted}"))
}
