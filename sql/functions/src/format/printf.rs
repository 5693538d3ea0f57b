//! `format_string`: text with the arguments put in, by the rules of Java's `Formatter`.
//!
//! Arguments are what Spark hands to Java: dates are whole numbers of days, timestamps and intervals
//! those of their units, decimals text. Fractions are rounded half up from the shortest digits that
//! mean the number. Refused are `%h`, `%t`, and arguments that Java shows by their place in memory.

mod number;
mod spec;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, DurationMicrosecondType, Float32Type,
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, IntervalYearMonthType,
    Time64NanosecondType, TimestampMicrosecondType,
};
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, Result, SqlError, condition};

use crate::arguments::Arguments;
use crate::display::{write_double, write_float, write_plain_decimal};
use crate::each::{kernel, texts};
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;
use spec::{Piece, pieces};

pub(crate) const FUNCTIONS: &[Scalar] = &[Scalar::new("format_string", format_string)];

/// An argument.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Boolean(bool),
    /// A whole number of so many bits.
    Whole(i64, u32),
    /// A fraction, and how it is written by itself.
    Fraction(f64, String),
    Text(String),
}

impl Value {
    /// How it is written by itself.
    fn text(&self) -> String {
        match self {
            Value::Null => "null".to_owned(),
            Value::Boolean(value) => value.to_string(),
            Value::Whole(value, _) => value.to_string(),
            Value::Fraction(_, text) | Value::Text(text) => text.clone(),
        }
    }
}

fn format_string(site: &Site) -> Result<Kernel> {
    let types = site.arguments[1..].to_vec();
    let fixed = site.constant_text(0).map(checked).transpose()?;
    kernel(move |arguments: &Arguments| {
        let forms = arguments.strings(0)?;
        let columns = types
            .iter()
            .enumerate()
            .map(|(at, data_type)| {
                let (column, constant) = arguments.held(at + 1)?;
                values(column, constant, data_type)
            })
            .collect::<Result<Vec<_>, Raised>>()?;
        texts(arguments.rows(), |row| {
            let Some(text) = forms.get(row) else {
                return Ok(None);
            };
            let own;
            let pieces = match &fixed {
                Some(pieces) => pieces,
                None => {
                    own = checked(text)?;
                    &own
                }
            };
            let mut values = Vec::with_capacity(columns.len());
            for column in &columns {
                values.push(column(row)?);
            }
            Ok(Some(formatted(pieces, &values)?))
        })
    })
}

fn checked(form: &str) -> Result<Vec<Piece>> {
    if form.contains("%0$") {
        let zero = condition::INVALID_PARAMETER_VALUE_ZERO_INDEX;
        return Err(SqlError::new(zero)
            .with("parameter", "`strfmt`")
            .with("functionName", "`format_string`"));
    }
    pieces(form)
}

/// The text of the pieces and the arguments they ask for.
fn formatted(pieces: &[Piece], values: &[Value]) -> Result<String> {
    let mut out = String::new();
    let (mut next, mut last) = (0, None);
    for piece in pieces {
        let spec = match piece {
            Piece::Text(text) => {
                out.push_str(text);
                continue;
            }
            Piece::Spec(spec) => spec,
        };
        let at = match spec.index {
            spec::Index::None => {
                out.push_str(&spec.padded(if spec.conversion == 'n' { "\n" } else { "%" }));
                continue;
            }
            spec::Index::Next => {
                next += 1;
                Some(next - 1)
            }
            spec::Index::Last => last,
            spec::Index::At(at) => Some(at),
        };
        last = at;
        let Some(value) = at.and_then(|at| values.get(at)) else {
            return Err(spec.unexpected());
        };
        spec.write(value, &mut out)?;
    }
    Ok(out)
}

/// What gives the argument of a row.
type Values = Box<dyn Fn(usize) -> Result<Value>>;

fn each<T: ArrowPrimitiveType>(
    column: &ArrayRef,
    constant: bool,
    value: impl Fn(T::Native) -> Result<Value> + 'static,
) -> Values {
    let column = column.as_primitive::<T>().clone();
    Box::new(move |row| {
        let row = if constant { 0 } else { row };
        match column.is_valid(row) {
            true => value(column.value(row)),
            false => Ok(Value::Null),
        }
    })
}

fn whole<T: ArrowPrimitiveType<Native: Into<i64>>>(
    column: &ArrayRef,
    constant: bool,
) -> Result<Values, Raised> {
    let bits = 8 * size_of::<T::Native>() as u32;
    Ok(each::<T>(column, constant, move |value| {
        Ok(Value::Whole(value.into(), bits))
    }))
}

fn written(write: impl FnOnce(&mut String) -> std::fmt::Result) -> Result<String> {
    let mut text = String::new();
    write(&mut text).map_err(|_| SqlError::internal("text takes more text"))?;
    Ok(text)
}

fn values(column: ArrayRef, constant: bool, data_type: &DataType) -> Result<Values, Raised> {
    let at = move |row| if constant { 0 } else { row };
    Ok(match data_type {
        DataType::Null => Box::new(|_| Ok(Value::Null)),
        DataType::Boolean => {
            let column = column.as_boolean().clone();
            Box::new(move |row| {
                let row = at(row);
                Ok(match column.is_valid(row) {
                    true => Value::Boolean(column.value(row)),
                    false => Value::Null,
                })
            })
        }
        text if text.is_string() => {
            let column = column.as_string::<i32>().clone();
            Box::new(move |row| {
                let row = at(row);
                Ok(match column.is_valid(row) {
                    true => Value::Text(column.value(row).to_owned()),
                    false => Value::Null,
                })
            })
        }
        DataType::Byte => whole::<Int8Type>(&column, constant)?,
        DataType::Short => whole::<Int16Type>(&column, constant)?,
        DataType::Integer => whole::<Int32Type>(&column, constant)?,
        DataType::Long => whole::<Int64Type>(&column, constant)?,
        DataType::Date => whole::<Date32Type>(&column, constant)?,
        DataType::Timestamp | DataType::TimestampNtz => {
            whole::<TimestampMicrosecondType>(&column, constant)?
        }
        DataType::Time(_) => whole::<Time64NanosecondType>(&column, constant)?,
        DataType::DayTimeInterval(_) => whole::<DurationMicrosecondType>(&column, constant)?,
        DataType::YearMonthInterval(_) => whole::<IntervalYearMonthType>(&column, constant)?,
        DataType::Float => each::<Float32Type>(&column, constant, |value| {
            let text = written(|out| write_float(value, out))?;
            Ok(Value::Fraction(value.into(), text))
        }),
        DataType::Double => each::<Float64Type>(&column, constant, |value| {
            let text = written(|out| write_double(value, out))?;
            Ok(Value::Fraction(value, text))
        }),
        DataType::Decimal { scale, .. } => {
            let scale = *scale;
            each::<Decimal128Type>(&column, constant, move |value| {
                let text = written(|out| write_plain_decimal(value, scale, out))?;
                Ok(Value::Text(text))
            })
        }
        other => {
            let feature = format!("format_string with {}", other.sql());
            return Err(SqlError::new(condition::NOT_SUPPORTED_YET)
                .with("feature", feature)
                .into());
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printf(form: &str, values: &[Value]) -> Result<String> {
        formatted(&checked(form)?, values)
    }

    fn int(value: i64) -> Value {
        Value::Whole(value, 32)
    }

    fn double(value: f64) -> Value {
        Value::Fraction(value, value.to_string())
    }

    #[test]
    fn whole_numbers() {
        let n = int(42);
        let written = printf(
            "%5d|%-5d|%05d|%+d|%,d|%(d",
            &[n.clone(), n.clone(), n.clone(), n, int(1_234_567), int(-5)],
        );
        assert_eq!(
            written.expect("text"),
            "   42|42   |00042|+42|1,234,567|(5)"
        );
        assert_eq!(
            printf("%x %o %#X", &[int(-1), int(8), int(255)]).expect("text"),
            "ffffffff 10 0XFF"
        );
        assert!(printf("%d", &[double(1.5)]).is_err());
        assert!(printf("%d", &[]).is_err());
    }

    #[test]
    fn fractions() {
        let written = printf(
            "%.2f %8.3f %e %g",
            &[double(1.5), double(2.25), double(12345.678), double(0.0001)],
        );
        assert_eq!(
            written.expect("text"),
            "1.50    2.250 1.234568e+04 0.000100000"
        );
        assert_eq!(
            printf(
                "%.0f %.1f %05.1f",
                &[double(0.5), double(0.25), double(-2.25)]
            )
            .expect("text"),
            "1 0.3 -02.3"
        );
        assert_eq!(
            printf(
                "%.20f %g %a",
                &[double(0.1), double(123_456.789), double(1.0)]
            )
            .expect("text"),
            "0.10000000000000000000 123457 0x1.0p0"
        );
    }

    #[test]
    fn texts_and_places() {
        let (a, b) = (Value::Text("abc".into()), Value::Text("x".into()));
        assert_eq!(
            printf("%2$s %1$S %<.2s|%-3s|%%|%5%", &[a, b]).expect("text"),
            "x ABC ab|abc|%|    %"
        );
        assert_eq!(
            printf(
                "%s %b %d %c",
                &[Value::Null, Value::Null, Value::Null, int(97)]
            )
            .expect("text"),
            "null false null a"
        );
        let nulls = [Value::Null, Value::Null];
        assert_eq!(printf("%5.1f|%.2e", &nulls).expect("text"), "    n|nu");
    }
}
