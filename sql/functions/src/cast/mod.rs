//! CAST: `cast` in the ANSI mode or, where the site says so, the legacy one; `try_cast`, which gives
//! NULL where ANSI fails.
//!
//! [`converter`] takes a pair of types apart once and gives what converts columns: one kernel per
//! pair of flat types, and for arrays, maps and structs a walk over the parts. Every conversion of a
//! value either fits or fails; what a failure means is the mode's business: an error of Spark's
//! (`CAST_INVALID_INPUT`, `CAST_OVERFLOW`, `NUMERIC_VALUE_OUT_OF_RANGE`), NULL, or what Java makes of
//! the bits.

mod boolean;
mod decimal;
mod each;
mod error;
mod float;
mod integer;
mod interval;
mod moment;
mod nested;
mod text;

use std::sync::Arc;

use arrow::array::{ArrayRef, new_null_array};
use flint_sql_columnar::{Raised, arrow_type};
use flint_sql_spec::{DataType, Result, SqlError, condition, with_stack};

use crate::datetime::Zone;
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;
use crate::variant;

pub(crate) use decimal::Target;
pub(crate) use interval::calendar as calendar_interval;

pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("cast", |site| {
        make(site, if site.ansi { Mode::Ansi } else { Mode::Legacy })
    }),
    Scalar::new("try_cast", |site| make(site, Mode::Try)),
];

/// What becomes of a value that has no place in the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// An error.
    Ansi,
    /// NULL, or what is left of it.
    Legacy,
    /// NULL.
    Try,
}

/// What converts a column of one type to another, as many rows.
pub(crate) type Convert = Box<dyn Fn(&ArrayRef) -> Result<ArrayRef, Raised> + Send + Sync>;

/// One conversion: from, to, and what else it hangs on.
#[derive(Debug, Clone)]
pub(crate) struct Conversion {
    pub(crate) from: DataType,
    pub(crate) to: DataType,
    pub(crate) mode: Mode,
    /// The session's zone.
    pub(crate) zone: Zone,
    /// Its name.
    pub(crate) zone_name: flint_sql_spec::Ident,
    /// The query's start, in microseconds: clocks without a date are of that day.
    pub(crate) now: i64,
}

impl Conversion {
    /// The same for other types.
    fn between(&self, from: &DataType, to: &DataType) -> Conversion {
        let (from, to) = (from.clone(), to.clone());
        Conversion {
            from,
            to,
            ..self.clone()
        }
    }

    /// Whether failures are errors.
    fn is_ansi(&self) -> bool {
        self.mode == Mode::Ansi
    }

    /// Whether overflow leaves what Java's conversions leave.
    fn wraps(&self) -> bool {
        self.mode == Mode::Legacy
    }
}

/// The cast of a call's first argument to its result.
///
/// # Errors
/// As [`converter`].
pub(crate) fn make(site: &Site, mode: Mode) -> Result<Kernel> {
    let from = site
        .arguments
        .first()
        .ok_or_else(|| SqlError::internal("a cast without an argument"))?;
    let conversion = Conversion {
        from: from.clone(),
        to: site.result.clone(),
        mode,
        zone: Zone::of(&site.settings.time_zone)?,
        zone_name: site.settings.time_zone.clone(),
        now: site.settings.now,
    };
    if let Some(kernel) = site
        .constant_text(0)
        .and_then(|text| moment::special(text, &conversion))
    {
        return Ok(kernel);
    }
    let convert = converter(&conversion)?;
    Ok(Arc::new(move |arguments| convert(&arguments.array(0)?)))
}

/// What converts columns.
///
/// # Errors
/// `UNSUPPORTED_FEATURE` for a pair of types that no cast is known for: the analyzer lets through
/// only what Spark casts.
pub(crate) fn converter(conversion: &Conversion) -> Result<Convert> {
    let (from, to) = (&conversion.from, &conversion.to);
    if let DataType::UserDefined(own) = from {
        return with_stack(|| converter(&conversion.between(&own.sql_type, to)));
    }
    let layout = arrow_type(to)?;
    if from == to || (arrow_type(from)? == layout && is_plain_string(from) && is_plain_string(to)) {
        return Ok(Box::new(|column| Ok(Arc::clone(column))));
    }
    if *from == DataType::Null {
        return Ok(Box::new(move |column| {
            Ok(new_null_array(&layout, column.len()))
        }));
    }
    if *from == DataType::Date && to.is_numeric() && conversion.wraps() {
        return Ok(Box::new(move |column| {
            Ok(new_null_array(&layout, column.len()))
        }));
    }
    if *from == DataType::Variant {
        return Ok(from_variant(conversion));
    }
    if *to == DataType::Variant {
        let from = from.clone();
        return Ok(Box::new(move |column| variant::into_variant(column, &from)));
    }
    let convert = match to {
        DataType::Boolean => boolean::to_boolean(conversion)?,
        integral if integral.is_integral() => integer::to_integer(conversion)?,
        DataType::Float | DataType::Double => float::to_float(conversion)?,
        DataType::Decimal { precision, scale } => {
            decimal::to_decimal(conversion, Target::new(*precision, *scale))?
        }
        text if text.is_string() => Some(text::to_text(conversion)?),
        DataType::Binary => text::to_binary(conversion)?,
        DataType::Date => moment::to_date(conversion)?,
        DataType::Timestamp | DataType::TimestampNtz => moment::to_timestamp(conversion)?,
        DataType::TimestampLtzNanos(_) | DataType::TimestampNtzNanos(_) => {
            moment::to_nanos(conversion)?
        }
        DataType::Time(_) => moment::to_time(conversion)?,
        DataType::CalendarInterval
        | DataType::YearMonthInterval(_)
        | DataType::DayTimeInterval(_) => interval::to_interval(conversion)?,
        DataType::Array { .. } | DataType::Map { .. } | DataType::Struct(_) => {
            with_stack(|| nested::to_nested(conversion))?
        }
        _ => None,
    };
    convert.ok_or_else(|| unknown(from, to))
}

/// The cast of variants: a value that does not fit is an error, in the legacy mode too.
fn from_variant(conversion: &Conversion) -> Convert {
    let to = conversion.to.clone();
    let casts = variant::Casts {
        fails: conversion.mode != Mode::Try,
        zone: conversion.zone.clone(),
        zone_name: conversion.zone_name.clone(),
        now: conversion.now,
    };
    Box::new(move |column| {
        let variants = variant::Variants::of(&**column)?;
        let parts = (0..variants.len()).map(|row| variants.get(row));
        let parts: std::result::Result<Vec<_>, _> = parts.collect();
        let parts = parts.map_err(|fault| fault.error("cast"))?;
        variant::cast_variants(&parts, &to, &casts)
    })
}

/// The unscaled number that a text says, with a scale, if it has few enough digits.
pub(crate) fn decimal_of_text(text: &str, precision: u8, scale: i8) -> Option<i128> {
    Target::new(precision, scale).of_text(text)
}

fn is_plain_string(data_type: &DataType) -> bool {
    data_type.is_string()
}

fn unknown(from: &DataType, to: &DataType) -> SqlError {
    let feature = format!("casts from {} to {}", from.sql(), to.sql());
    SqlError::new(condition::NOT_SUPPORTED_YET).with("feature", feature)
}
