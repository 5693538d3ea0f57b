//! [`speller`]: the text of values, before quotes and escapes.

use arrow::array::{Array, ArrowPrimitiveType, AsArray, PrimitiveArray};
use arrow::datatypes::{
    Date32Type, Decimal128Type, DurationMicrosecondType, IntervalYearMonthType,
    Time64NanosecondType, TimestampMicrosecondType,
};
use flint_sql_spec::{DataType, Result, SqlError, with_stack};

use super::options::CsvOptions;
use crate::display::{Style, printer, write_day_time, write_decimal, write_year_month};

/// Writes the value of a row.
pub(super) type Spell<'a> = Box<dyn Fn(usize, &mut String) -> Result<()> + Send + Sync + 'a>;

/// What writes the values of a column. Those of arrays, maps and structs are in brackets; a null
/// is the null value with a blank before it, or nothing.
///
/// # Errors
/// `INTERNAL_ERROR` for a column that doesn't lie as its type says.
pub(super) fn speller<'a>(
    column: &'a dyn Array,
    data_type: &DataType,
    options: &'a CsvOptions,
) -> Result<Spell<'a>> {
    let moments = &options.moments;
    Ok(match data_type {
        DataType::Null => Box::new(|_, _| Ok(())),
        DataType::Decimal { scale, .. } => {
            let scale = *scale;
            of::<Decimal128Type>(column, move |value, out| {
                done(write_decimal(value, scale, out))
            })?
        }
        DataType::Date => of::<Date32Type>(column, |days, out| moments.write_date(days, out))?,
        DataType::Timestamp => of::<TimestampMicrosecondType>(column, |micros, out| {
            moments.write_timestamp(micros, out)
        })?,
        DataType::TimestampNtz => of::<TimestampMicrosecondType>(column, |micros, out| {
            moments.write_timestamp_ntz(micros, out)
        })?,
        DataType::Time(_) => {
            of::<Time64NanosecondType>(column, |nanos, out| moments.write_time(nanos, out))?
        }
        DataType::YearMonthInterval(range) => {
            let range = *range;
            of::<IntervalYearMonthType>(column, move |months, out| {
                done(write_year_month(months, range, out))
            })?
        }
        DataType::DayTimeInterval(range) => {
            let range = *range;
            of::<DurationMicrosecondType>(column, move |micros, out| {
                done(write_day_time(micros, range, out))
            })?
        }
        DataType::UserDefined(own) => speller(column, &own.sql_type, options)?,
        DataType::Array { .. } | DataType::Map { .. } | DataType::Struct(_) => {
            with_stack(|| nested(column, data_type, options))?
        }
        _ => printed(column, data_type)?,
    })
}

/// Values whose text is that of a cast.
fn printed<'a>(column: &'a dyn Array, data_type: &DataType) -> Result<Spell<'a>> {
    let data_type = data_type.clone();
    let style = match data_type {
        DataType::Binary => Style::show("UTC")?,
        _ => Style::cast("UTC", false)?,
    };
    let texts: Vec<String> = {
        let printer = printer(column, &data_type, &style)?;
        (0..column.len()).map(|row| printer.text(row)).collect()
    };
    Ok(Box::new(move |row, out| {
        out.push_str(&texts[row]);
        Ok(())
    }))
}

fn of<'a, T: ArrowPrimitiveType>(
    column: &'a dyn Array,
    write: impl Fn(T::Native, &mut String) -> Result<()> + Send + Sync + 'a,
) -> Result<Spell<'a>> {
    let column: &PrimitiveArray<T> = column
        .as_primitive_opt()
        .ok_or_else(|| misfit(column.data_type()))?;
    Ok(Box::new(move |row, out| write(column.value(row), out)))
}

fn misfit(layout: &arrow::datatypes::DataType) -> SqlError {
    SqlError::internal(format!("a column of {layout} that should be another"))
}

fn nested<'a>(
    column: &'a dyn Array,
    data_type: &DataType,
    options: &'a CsvOptions,
) -> Result<Spell<'a>> {
    let misfit = || misfit(column.data_type());
    match data_type {
        DataType::Array { element, .. } => {
            let list = column.as_list_opt::<i32>().ok_or_else(misfit)?;
            let part = Part::new(list.values().as_ref(), element, options)?;
            Ok(Box::new(move |row, out| {
                out.push('[');
                for (at, place) in span(list.value_offsets(), row).enumerate() {
                    part.write(place, at, out)?;
                }
                out.push(']');
                Ok(())
            }))
        }
        DataType::Map { key, value, .. } => {
            let map = column.as_map_opt().ok_or_else(misfit)?;
            let key = Part::new(map.keys().as_ref(), key, options)?;
            let value = Part::new(map.values().as_ref(), value, options)?;
            Ok(Box::new(move |row, out| {
                out.push('{');
                for (at, place) in span(map.value_offsets(), row).enumerate() {
                    key.write(place, at, out)?;
                    out.push_str(" ->");
                    value.write_behind(place, out)?;
                }
                out.push('}');
                Ok(())
            }))
        }
        DataType::Struct(fields) => {
            let whole = column.as_struct_opt().ok_or_else(misfit)?;
            let parts = whole.columns().iter().zip(fields.iter());
            let parts: Vec<Part<'a>> = parts
                .map(|(part, field)| Part::new(part.as_ref(), &field.data_type, options))
                .collect::<Result<_>>()?;
            Ok(Box::new(move |row, out| {
                out.push('{');
                for (at, part) in parts.iter().enumerate() {
                    part.write(row, at, out)?;
                }
                out.push('}');
                Ok(())
            }))
        }
        _ => Err(misfit()),
    }
}

fn span(offsets: &[i32], row: usize) -> std::ops::Range<usize> {
    offsets[row] as usize..offsets[row + 1] as usize
}

/// Values inside of others.
struct Part<'a> {
    column: &'a dyn Array,
    spell: Spell<'a>,
    null_value: &'a str,
}

impl<'a> Part<'a> {
    fn new(
        column: &'a dyn Array,
        data_type: &DataType,
        options: &'a CsvOptions,
    ) -> Result<Part<'a>> {
        Ok(Part {
            column,
            spell: speller(column, data_type, options)?,
            null_value: &options.null_value,
        })
    }

    /// Adds a value, which is the `at`th of its list.
    fn write(&self, place: usize, at: usize, out: &mut String) -> Result<()> {
        if at > 0 {
            out.push(',');
            return self.write_behind(place, out);
        }
        if !self.is_null(place) {
            return (self.spell)(place, out);
        }
        out.push_str(self.null_value);
        Ok(())
    }

    /// Adds a blank and a value; nothing for a null that has no text.
    fn write_behind(&self, place: usize, out: &mut String) -> Result<()> {
        if !self.is_null(place) {
            out.push(' ');
            return (self.spell)(place, out);
        }
        if !self.null_value.is_empty() {
            out.push(' ');
        }
        out.push_str(self.null_value);
        Ok(())
    }

    fn is_null(&self, place: usize) -> bool {
        self.column.is_null(place) || *self.column.data_type() == arrow::datatypes::DataType::Null
    }
}

fn done(written: std::fmt::Result) -> Result<()> {
    written.map_err(|_| SqlError::internal("text takes more text"))
}
