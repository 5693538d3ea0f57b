//! [`Converter`]: from tokens to values of a type, as Spark's `JacksonParser` converts them.
//!
//! A value that does not fit its type makes its record a bad one, of which the rest may be kept: a
//! field of the record itself is then null, and with partial results so are fields of inner structs.
//! An element of an array that does not fit makes the whole array null.

use std::borrow::Cow;
use std::collections::HashMap;

use arrow::datatypes::IntervalMonthDayNano;
use flint_sql_spec::{
    DataType, DayTimeRange, Result, SqlError, StructType, YearMonthRange, condition, with_stack,
};

use super::base64;
use super::options::{JsonOptions, Reads};
use super::scan::{Kind, Token, Tokens};
use super::value::Value;
use crate::cast::decimal_of_text;
use crate::datetime::{NANOS_PER_MICRO, interval_text};
use crate::pattern::TimeZone;
use crate::variant::{Builder, append_json};

/// Why a record is a bad one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cause {
    /// It is no JSON, or not of the schema.
    Record,
    /// An array where a struct should be.
    ArrayForStruct,
    /// Text that is no number of the type.
    Text {
        field: String,
        value: String,
        to: DataType,
    },
}

/// A value that does not fit, with what could be kept of it.
#[derive(Debug)]
pub(super) struct Misfit<'t> {
    pub(super) kept: Option<Value<'t>>,
    pub(super) cause: Cause,
}

impl Misfit<'_> {
    fn whole() -> Self {
        Misfit {
            kept: None,
            cause: Cause::Record,
        }
    }
}

/// A token and its parts as a variant; JSON's null is one, too.
fn variant<'t>(document: Document<'_, 't>, at: usize) -> Converted<'t> {
    let (mut builder, mut metadata) = (Builder::default(), Vec::new());
    append_json(document.text, document.tokens, at, &mut builder)
        .and_then(|_| builder.metadata(&mut metadata))
        .map_err(|_| Misfit::whole())?;
    Ok(Value::Variant([builder.value().to_vec(), metadata].into()))
}

pub(super) type Converted<'t> = Result<Value<'t>, Misfit<'t>>;

/// A text with its tokens.
#[derive(Clone, Copy)]
pub(super) struct Document<'a, 't> {
    pub(super) text: &'t str,
    pub(super) tokens: &'a Tokens,
    /// Characters of a string at most.
    pub(super) longest: usize,
}

/// Converts tokens to values of one type.
#[derive(Debug)]
pub(super) enum Converter {
    Boolean,
    /// Integers between two bounds; those above the largest byte wrap around, as in Jackson.
    Whole(i64, i64),
    /// The type, and whether strings may be `NaN` and the like.
    Float(DataType, bool),
    Decimal(u8, i8),
    Text,
    Binary,
    Date(Reads),
    Timestamp(Reads, TimeZone),
    TimestampNtz(Reads),
    YearMonth(YearMonthRange),
    DayTime(DayTimeRange),
    Interval,
    Variant,
    Void,
    Struct(Fields),
    Array(Box<Converter>),
    Map(Box<Converter>),
}

/// Fields of a struct by name.
#[derive(Debug)]
pub(super) struct Fields {
    pub(super) places: HashMap<Box<str>, usize>,
    pub(super) converters: Vec<Converter>,
    partial: bool,
}

impl Fields {
    /// # Errors
    /// As [`Converter::new`].
    pub(super) fn new(fields: &StructType, options: &JsonOptions) -> Result<Fields> {
        let places = fields.iter().enumerate();
        let converters = fields.iter().map(|f| Converter::new(&f.data_type, options));
        Ok(Fields {
            places: places.map(|(at, f)| (f.name.as_ref().into(), at)).collect(),
            converters: converters.collect::<Result<_>>()?,
            partial: options.session.partial_results,
        })
    }
}

impl Converter {
    /// # Errors
    /// For forms of dates and times that are wrong, and types that JSON is not read as.
    pub(super) fn new(data_type: &DataType, options: &JsonOptions) -> Result<Converter> {
        Ok(match data_type {
            DataType::Boolean => Converter::Boolean,
            DataType::Byte => Converter::Whole(i8::MIN.into(), u8::MAX.into()),
            DataType::Short => Converter::Whole(i16::MIN.into(), i16::MAX.into()),
            DataType::Integer => Converter::Whole(i32::MIN.into(), i32::MAX.into()),
            DataType::Long => Converter::Whole(i64::MIN, i64::MAX),
            DataType::Float | DataType::Double => {
                Converter::Float(data_type.clone(), options.rules.non_numeric)
            }
            DataType::Decimal { precision, scale } => Converter::Decimal(*precision, *scale),
            DataType::Binary => Converter::Binary,
            DataType::Date => Converter::Date(options.date_reads()?),
            DataType::Timestamp => {
                Converter::Timestamp(options.timestamp_reads()?, options.zone.clone())
            }
            DataType::TimestampNtz => Converter::TimestampNtz(options.ntz_reads()?),
            DataType::YearMonthInterval(range) => Converter::YearMonth(*range),
            DataType::DayTimeInterval(range) => Converter::DayTime(*range),
            DataType::CalendarInterval => Converter::Interval,
            DataType::Null => Converter::Void,
            DataType::Variant => Converter::Variant,
            DataType::Struct(fields) => {
                Converter::Struct(with_stack(|| Fields::new(fields, options))?)
            }
            DataType::Array { element, .. } => {
                let element = with_stack(|| Converter::new(element, options))?;
                Converter::Array(Box::new(element))
            }
            DataType::Map { key, value, .. } => {
                if !key.is_string() {
                    return Err(SqlError::new(condition::INVALID_JSON_SCHEMA_MAP_TYPE)
                        .with("jsonSchema", format!("\"{}\"", data_type.sql())));
                }
                let value = with_stack(|| Converter::new(value, options))?;
                Converter::Map(Box::new(value))
            }
            text if text.is_string() => Converter::Text,
            DataType::Time(_) => return Err(SqlError::new(condition::UNSUPPORTED_TIME_TYPE)),
            _ => {
                let feature = format!("{} from JSON", data_type.sql());
                return Err(SqlError::new(condition::NOT_SUPPORTED_YET).with("feature", feature));
            }
        })
    }

    /// The value of a token; `field` is what it is called, for errors.
    pub(super) fn convert<'t>(
        &self,
        document: Document<'_, 't>,
        at: usize,
        field: &str,
    ) -> Converted<'t> {
        let token = document.tokens.get(at);
        if let Converter::Variant = self {
            return variant(document, at);
        }
        if token.kind == Kind::Null {
            return Ok(Value::Null);
        }
        if token.is_longer(document.text, document.longest) {
            return Err(Misfit::whole());
        }
        match (self, token.kind) {
            (Converter::Void, _) => Ok(Value::Null),
            (Converter::Text, _) => Ok(Value::Text(text_of(token, document.text))),
            (Converter::Struct(fields), Kind::Object) => {
                with_stack(|| object(fields, document, at, false))
            }
            (Converter::Array(element), Kind::Array) => {
                with_stack(|| array(element, document, at, field))
            }
            (Converter::Map(value), Kind::Object) => with_stack(|| map(value, document, at)),
            (Converter::Float(to, words), _) => float(to, *words, token, document.text, field),
            _ => {
                let value = self.scalar(token, document.text);
                value.ok_or_else(Misfit::whole)
            }
        }
    }

    fn scalar<'t>(&self, token: Token, text: &'t str) -> Option<Value<'t>> {
        if token.kind == Kind::Text {
            return self.of_text(&token.text(text));
        }
        let raw = token.raw(text);
        match (self, token.kind) {
            (Converter::Boolean, Kind::True) => Some(Value::Boolean(true)),
            (Converter::Boolean, Kind::False) => Some(Value::Boolean(false)),
            (Converter::Whole(low, high), Kind::Integer) => {
                let value: i64 = raw.parse().ok()?;
                (*low..=*high)
                    .contains(&value)
                    .then_some(Value::Whole(value))
            }
            (Converter::Decimal(precision, scale), Kind::Integer | Kind::Float) => {
                decimal_of_text(raw, *precision, *scale).map(Value::Decimal)
            }
            (Converter::Timestamp(..), Kind::Integer) => {
                // Seconds; Java's product wraps around.
                let seconds: i64 = raw.parse().ok()?;
                Some(Value::Whole(seconds.wrapping_mul(1_000_000)))
            }
            _ => None,
        }
    }

    /// What a string says; an empty one says nothing.
    fn of_text<'t>(&self, text: &str) -> Option<Value<'t>> {
        if let Converter::Binary = self {
            return base64::decode(text).map(Value::Binary);
        }
        if text.is_empty() {
            return None;
        }
        match self {
            Converter::Decimal(precision, scale) => {
                let plain = text.replace(',', "");
                let fits = plain.trim() == plain;
                let value = fits.then(|| decimal_of_text(&plain, *precision, *scale));
                value.flatten().map(Value::Decimal)
            }
            Converter::Date(reads) => {
                let days = reads.find(|form| form.read_date(text));
                let days = days.or_else(|| reads.days(text))?;
                Some(Value::Whole(days.into()))
            }
            Converter::Timestamp(reads, zone) => reads
                .find(|form| form.read_timestamp(text, zone))
                .map(Value::Whole),
            Converter::TimestampNtz(reads) => reads
                .find(|form| form.read_timestamp_ntz(text, false))
                .map(Value::Whole),
            Converter::YearMonth(range) => {
                let months = interval_text::year_month(text, *range).ok()?;
                Some(Value::Whole(months.into()))
            }
            Converter::DayTime(range) => {
                interval_text::day_time(text, *range).ok().map(Value::Whole)
            }
            Converter::Interval => {
                let (months, days, micros) = interval_text::calendar(text)?;
                let nanos = micros.checked_mul(NANOS_PER_MICRO)?;
                let interval = IntervalMonthDayNano::new(months, days, nanos);
                Some(Value::Interval(interval))
            }
            _ => None,
        }
    }
}

/// A string, or another token as it stands in the text.
fn text_of(token: Token, text: &str) -> Cow<'_, str> {
    match token.kind {
        Kind::Text => token.text(text),
        _ => Cow::Borrowed(token.raw(text)),
    }
}

fn float<'t>(
    to: &DataType,
    words: bool,
    token: Token,
    text: &'t str,
    field: &str,
) -> Converted<'t> {
    let number = |raw: &str| -> Option<f64> {
        let infinite = |sign: f64| Some(sign * f64::INFINITY);
        match raw {
            "Infinity" | "+Infinity" | "INF" | "+INF" => infinite(1.0),
            "-Infinity" | "-INF" => infinite(-1.0),
            "NaN" => Some(f64::NAN),
            digits if *to == DataType::Float => digits.parse::<f32>().ok().map(f64::from),
            digits => digits.parse().ok(),
        }
    };
    let found = match token.kind {
        Kind::Integer | Kind::Float => number(token.raw(text)),
        Kind::Text => {
            let said = token.text(text);
            const WORDS: [&str; 6] = ["NaN", "Infinity", "+Infinity", "-Infinity", "+INF", "-INF"];
            match words && WORDS.contains(&&*said) {
                true => number(&said),
                false if said.is_empty() => None,
                false => {
                    let cause = Cause::Text {
                        field: field.to_owned(),
                        value: said.into_owned(),
                        to: to.clone(),
                    };
                    return Err(Misfit { kept: None, cause });
                }
            }
        }
        _ => None,
    };
    found.map(Value::Real).ok_or_else(Misfit::whole)
}

/// Fields of an object, each by its name as it is written; of one that is there twice, the last.
pub(super) fn object<'t>(
    fields: &Fields,
    document: Document<'_, 't>,
    at: usize,
    is_root: bool,
) -> Converted<'t> {
    let mut values = vec![Value::Null; fields.converters.len()];
    let mut first: Option<Cause> = None;
    let end = document.tokens.get(at).next;
    let mut name_at = at + 1;
    while name_at < end {
        let value_at = name_at + 1;
        let name = document.tokens.get(name_at).text(document.text);
        name_at = document.tokens.get(value_at).next;
        let Some(place) = fields.places.get(&*name).copied() else {
            continue;
        };
        match fields.converters[place].convert(document, value_at, &name) {
            Ok(value) => values[place] = value,
            Err(Misfit {
                kept: Some(value),
                cause,
            }) if fields.partial => {
                values[place] = value;
                first = first.or(Some(cause));
            }
            Err(misfit) if is_root || fields.partial => first = first.or(Some(misfit.cause)),
            Err(misfit) => {
                return Err(Misfit {
                    kept: None,
                    ..misfit
                });
            }
        }
    }
    whole_or_kept(Value::Struct(values), first)
}

fn whole_or_kept(value: Value<'_>, cause: Option<Cause>) -> Converted<'_> {
    match cause {
        None => Ok(value),
        Some(cause) => Err(Misfit {
            kept: Some(value),
            cause,
        }),
    }
}

/// Elements of an array.
pub(super) fn array<'t>(
    element: &Converter,
    document: Document<'_, 't>,
    at: usize,
    field: &str,
) -> Converted<'t> {
    let mut values = Vec::new();
    let mut first = None;
    let end = document.tokens.get(at).next;
    let mut element_at = at + 1;
    while element_at < end {
        match element.convert(document, element_at, field) {
            Ok(value) => values.push(value),
            Err(Misfit {
                kept: Some(value),
                cause,
            }) => {
                values.push(value);
                first = first.or(Some(cause));
            }
            Err(misfit) => return Err(misfit),
        }
        element_at = document.tokens.get(element_at).next;
    }
    whole_or_kept(Value::Array(values), first)
}

/// Fields of an object as entries of a map.
pub(super) fn map<'t>(
    converter: &Converter,
    document: Document<'_, 't>,
    at: usize,
) -> Converted<'t> {
    let mut entries = Vec::new();
    let mut first = None;
    let end = document.tokens.get(at).next;
    let mut name_at = at + 1;
    while name_at < end {
        let value_at = name_at + 1;
        let name = document.tokens.get(name_at).text(document.text);
        match converter.convert(document, value_at, &name) {
            Ok(value) => entries.push((name, value)),
            Err(Misfit {
                kept: Some(value),
                cause,
            }) => {
                entries.push((name, value));
                first = first.or(Some(cause));
            }
            Err(misfit) => return Err(misfit),
        }
        name_at = document.tokens.get(value_at).next;
    }
    whole_or_kept(Value::Map(entries), first)
}
