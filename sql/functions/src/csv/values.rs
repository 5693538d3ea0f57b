//! [`Column`]: text of one column as values of its type.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, ArrowPrimitiveType, BinaryBuilder, BooleanBuilder, PrimitiveBuilder, StringBuilder,
};
use arrow::datatypes::{
    DataType as ArrowType, Date32Type, Decimal128Type, DurationMicrosecondType, Float32Type,
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, IntervalMonthDayNanoType,
    IntervalYearMonthType, Time64NanosecondType, TimestampMicrosecondType,
};
use flint_sql_columnar::arrow_type;
use flint_sql_spec::{DataType, Result, SqlError, condition};

use super::options::CsvOptions;
use crate::cast::Target;
use crate::datetime::interval_text;
use crate::text::{Written, float};

/// Collects the values of one column.
pub(super) trait Column: Send {
    /// Adds what the text says; `false` and NULL if it says nothing of the type.
    fn push(&mut self, text: &str) -> bool;
    /// Adds NULL.
    fn null(&mut self);
    /// The values so far.
    fn finish(&mut self) -> ArrayRef;
}

struct Primitive<T: ArrowPrimitiveType, F> {
    builder: PrimitiveBuilder<T>,
    parse: F,
}

impl<T: ArrowPrimitiveType, F: Fn(&str) -> Option<T::Native> + Send> Column for Primitive<T, F> {
    fn push(&mut self, text: &str) -> bool {
        let value = (self.parse)(text);
        self.builder.append_option(value);
        value.is_some()
    }

    fn null(&mut self) {
        self.builder.append_null();
    }

    fn finish(&mut self) -> ArrayRef {
        Arc::new(self.builder.finish())
    }
}

impl Column for StringBuilder {
    fn push(&mut self, text: &str) -> bool {
        self.append_value(text);
        true
    }

    fn null(&mut self) {
        self.append_null();
    }

    fn finish(&mut self) -> ArrayRef {
        Arc::new(StringBuilder::finish(self))
    }
}

impl Column for BinaryBuilder {
    fn push(&mut self, text: &str) -> bool {
        self.append_value(text);
        true
    }

    fn null(&mut self) {
        self.append_null();
    }

    fn finish(&mut self) -> ArrayRef {
        Arc::new(BinaryBuilder::finish(self))
    }
}

impl Column for BooleanBuilder {
    fn push(&mut self, text: &str) -> bool {
        let value = boolean(text);
        self.append_option(value);
        value.is_some()
    }

    fn null(&mut self) {
        self.append_null();
    }

    fn finish(&mut self) -> ArrayRef {
        Arc::new(BooleanBuilder::finish(self))
    }
}

/// What collects values of a type.
///
/// # Errors
/// `UNSUPPORTED_DATATYPE` for types that CSV cannot hold.
pub(super) fn column(data_type: &DataType, options: &CsvOptions) -> Result<Box<dyn Column>> {
    Ok(match data_type {
        DataType::Byte => primitive::<Int8Type>(data_type, |text| text.parse().ok())?,
        DataType::Short => primitive::<Int16Type>(data_type, |text| text.parse().ok())?,
        DataType::Integer => primitive::<Int32Type>(data_type, |text| text.parse().ok())?,
        DataType::Long => primitive::<Int64Type>(data_type, |text| text.parse().ok())?,
        DataType::Float => {
            let words = Words::of(options);
            primitive::<Float32Type>(data_type, move |text| {
                words.read(text).map(|n| n as f32).or_else(|| number(text))
            })?
        }
        DataType::Double => {
            let words = Words::of(options);
            primitive::<Float64Type>(data_type, move |text| {
                words.read(text).or_else(|| number(text))
            })?
        }
        DataType::Decimal { precision, scale } => {
            let (symbols, target) = (options.symbols, Target::new(*precision, *scale));
            primitive::<Decimal128Type>(data_type, move |text| {
                target.read(&Written::parse(&symbols.plain(text)?)?)
            })?
        }
        DataType::Boolean => Box::new(BooleanBuilder::new()),
        DataType::String(_) | DataType::Char(_) | DataType::VarChar(_) => {
            Box::new(StringBuilder::new())
        }
        DataType::Binary => Box::new(BinaryBuilder::new()),
        DataType::UserDefined(own) => column(&own.sql_type, options)?,
        _ => moment(data_type, options)?,
    })
}

fn moment(data_type: &DataType, options: &CsvOptions) -> Result<Box<dyn Column>> {
    let moments = options.moments.clone();
    Ok(match data_type {
        DataType::Date => primitive::<Date32Type>(data_type, move |text| moments.date(text))?,
        DataType::Timestamp => {
            primitive::<TimestampMicrosecondType>(data_type, move |text| moments.timestamp(text))?
        }
        DataType::TimestampNtz => primitive::<TimestampMicrosecondType>(data_type, move |text| {
            moments.timestamp_ntz(text)
        })?,
        DataType::Time(_) => {
            primitive::<Time64NanosecondType>(data_type, move |text| moments.time(text))?
        }
        DataType::YearMonthInterval(range) => {
            let range = *range;
            primitive::<IntervalYearMonthType>(data_type, move |text| {
                interval_text::year_month(text, range).ok()
            })?
        }
        DataType::DayTimeInterval(range) => {
            let range = *range;
            primitive::<DurationMicrosecondType>(data_type, move |text| {
                interval_text::day_time(text, range).ok()
            })?
        }
        DataType::CalendarInterval => Box::new(Calendars(PrimitiveBuilder::new())),
        _ => {
            return Err(SqlError::new(condition::UNSUPPORTED_DATATYPE)
                .with("typeName", format!("\"{}\"", data_type.sql())));
        }
    })
}

/// Calendar intervals; text that is none is NULL, and no error.
struct Calendars(PrimitiveBuilder<IntervalMonthDayNanoType>);

impl Column for Calendars {
    fn push(&mut self, text: &str) -> bool {
        self.0.append_option(crate::cast::calendar_interval(text));
        true
    }

    fn null(&mut self) {
        self.0.append_null();
    }

    fn finish(&mut self) -> ArrayRef {
        Arc::new(self.0.finish())
    }
}

fn primitive<T: ArrowPrimitiveType>(
    data_type: &DataType,
    parse: impl Fn(&str) -> Option<T::Native> + Send + 'static,
) -> Result<Box<dyn Column>> {
    let layout: ArrowType = arrow_type(data_type)?;
    let builder = PrimitiveBuilder::<T>::new().with_data_type(layout);
    Ok(Box::new(Primitive { builder, parse }))
}

/// The words for what is no number.
struct Words {
    nan: String,
    positive: String,
    negative: String,
}

impl Words {
    fn of(options: &CsvOptions) -> Words {
        Words {
            nan: options.nan.clone(),
            positive: options.positive_infinity.clone(),
            negative: options.negative_infinity.clone(),
        }
    }

    fn read(&self, text: &str) -> Option<f64> {
        match text {
            nan if nan == self.nan => Some(f64::NAN),
            negative if negative == self.negative => Some(f64::NEG_INFINITY),
            positive if positive == self.positive => Some(f64::INFINITY),
            _ => None,
        }
    }
}

/// A number as Java's `Double.parseDouble` reads it, whose words are `NaN` and `Infinity` only.
pub(crate) fn number<F: std::str::FromStr>(text: &str) -> Option<F> {
    let word = text.trim_matches(|c: char| c <= ' ');
    let unsigned = word.strip_prefix(['+', '-']).unwrap_or(word);
    if unsigned.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return (unsigned == "NaN" || unsigned == "Infinity")
            .then(|| word.parse().ok())
            .flatten();
    }
    float(text)
}

/// `true` or `false`, in any case.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}
