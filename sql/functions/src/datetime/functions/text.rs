//! Text of a form as dates and timestamps, and dates and timestamps as text of a form.
//!
//! `to_date`, `to_timestamp` and their kin read by a pattern, or as casts do where none is given.
//! What isn't text is cast, whatever the pattern. Unreadable text is an error in ANSI mode and NULL
//! otherwise, and always NULL for the functions that try.

use std::sync::Arc;

use arrow::array::{ArrayRef, PrimitiveBuilder, StringArray, StringBuilder, new_null_array};
use arrow::datatypes::{
    ArrowPrimitiveType, Date32Type, Int64Type, Time64NanosecondType, TimestampMicrosecondType,
};
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, Result, SqlError, condition};

use super::unexpected;
use crate::arguments::{Arguments, Cells};
use crate::cast::{self, Mode};
use crate::datetime::pattern::{Pattern, TimeZone};
use crate::datetime::{MICROS_PER_DAY, MICROS_PER_SECOND};
use crate::display::sql_value;
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("date_format", date_format),
    Scalar::new("from_unixtime", from_unixtime),
    Scalar::new("to_date", |site| to_moment(site, "try_to_date")),
    Scalar::new("to_timestamp", |site| to_moment(site, "try_to_timestamp")),
    Scalar::new("to_timestamp_ltz", |site| {
        to_moment(site, "try_to_timestamp")
    }),
    Scalar::new("to_timestamp_ntz", |site| {
        to_moment(site, "try_to_timestamp")
    }),
    Scalar::new("to_unix_timestamp", unix_timestamp),
    Scalar::new("try_to_date", try_to_moment),
    Scalar::new("try_to_timestamp", try_to_moment),
    Scalar::new("unix_timestamp", unix_timestamp),
];

/// The patterns of a call: one for all rows, or each row's own.
#[derive(Clone)]
struct Patterns {
    place: usize,
    fixed: Option<Arc<Pattern>>,
    make: fn(&str) -> Result<Pattern>,
}

impl Patterns {
    fn of(site: &Site, place: usize, make: fn(&str) -> Result<Pattern>) -> Result<Patterns> {
        refuse_legacy(site)?;
        let fixed = site.constant_text(place).map(make).transpose()?;
        Ok(Patterns {
            place,
            fixed: fixed.map(Arc::new),
            make,
        })
    }

    fn rows(&self, arguments: &Arguments) -> Result<Rows<'_>, Raised> {
        Ok(Rows {
            patterns: self,
            texts: arguments.strings(self.place)?,
            last: None,
        })
    }
}

/// Patterns of rows, of which the last is kept: most rows have the same.
struct Rows<'a> {
    patterns: &'a Patterns,
    texts: Cells<StringArray>,
    last: Option<(String, Pattern)>,
}

impl Rows<'_> {
    fn get(&mut self, row: usize) -> Result<Option<&Pattern>> {
        if let Some(fixed) = &self.patterns.fixed {
            return Ok(Some(fixed));
        }
        let Some(text) = self.texts.get(row) else {
            return Ok(None);
        };
        if self.last.as_ref().is_none_or(|(known, _)| known != text) {
            self.last = Some((text.to_owned(), (self.patterns.make)(text)?));
        }
        Ok(self.last.as_ref().map(|(_, pattern)| pattern))
    }

    /// The pattern's text.
    fn text(&self, row: usize) -> &str {
        self.texts.get(row).unwrap_or_default()
    }
}

/// The parsers of Spark before 3.0 are another calendar's, which nothing here knows.
fn refuse_legacy(site: &Site) -> Result<()> {
    let policy = &site.settings.time_parser_policy;
    if policy.eq_ignore_ascii_case("CORRECTED") {
        return Ok(());
    }
    let feature = format!("spark.sql.legacy.timeParserPolicy={policy}");
    Err(SqlError::new(condition::NOT_SUPPORTED_YET).with("feature", feature))
}

/// Texts, each written by a row's pattern.
fn written<T: ArrowPrimitiveType>(
    patterns: Patterns,
    write: impl Fn(&Pattern, T::Native, &mut String) -> Result<()> + Send + Sync + 'static,
) -> Kernel {
    Arc::new(move |arguments: &Arguments| {
        let values = arguments.numbers::<T>(0)?;
        let mut forms = patterns.rows(arguments)?;
        let mut found = StringBuilder::with_capacity(arguments.rows(), arguments.rows() * 16);
        let mut text = String::new();
        for row in 0..arguments.rows() {
            match (values.get(row), forms.get(row)?) {
                (Some(value), Some(pattern)) => {
                    text.clear();
                    write(pattern, value, &mut text)?;
                    found.append_value(&text);
                }
                _ => found.append_null(),
            }
        }
        Ok(Arc::new(found.finish()) as ArrayRef)
    })
}

fn date_format(site: &Site) -> Result<Kernel> {
    let patterns = Patterns::of(site, 1, Pattern::for_writing)?;
    let zone = TimeZone::of(&site.settings.time_zone)?;
    match site.arguments.first() {
        Some(DataType::Timestamp) => Ok(written::<TimestampMicrosecondType>(
            patterns,
            move |pattern, micros, text| pattern.write_timestamp(micros, &zone, text),
        )),
        Some(DataType::Time(_)) => Ok(written::<Time64NanosecondType>(
            patterns,
            Pattern::write_time,
        )),
        _ => Err(unexpected(site)),
    }
}

fn from_unixtime(site: &Site) -> Result<Kernel> {
    let patterns = Patterns::of(site, 1, Pattern::for_writing)?;
    let zone = TimeZone::of(&site.settings.time_zone)?;
    let write = move |pattern: &Pattern, seconds: i64, text: &mut String| {
        pattern.write_timestamp(seconds.wrapping_mul(MICROS_PER_SECOND), &zone, text)
    };
    Ok(written::<Int64Type>(patterns, write))
}

fn to_moment(site: &Site, alternative: &'static str) -> Result<Kernel> {
    let mode = if site.ansi { Mode::Ansi } else { Mode::Legacy };
    parsed(site, mode, alternative)
}

fn try_to_moment(site: &Site) -> Result<Kernel> {
    parsed(site, Mode::Try, "")
}

/// The call's first argument as it is cast, for what has no pattern or needs none.
fn as_cast(site: &Site, mode: Mode) -> Result<Kernel> {
    let of_one = Site {
        arguments: site.arguments[..1].to_vec(),
        constants: site.constants[..1].to_vec(),
        ..site.clone()
    };
    let cast = cast::make(&of_one, mode)?;
    let layout = site.result_layout()?;
    Ok(Arc::new(move |arguments: &Arguments| {
        if arguments.len() > 1 && arguments.strings(1)?.is_constant_null() {
            return Ok(new_null_array(&layout, arguments.rows()));
        }
        cast(arguments)
    }))
}

fn parsed(site: &Site, mode: Mode, alternative: &'static str) -> Result<Kernel> {
    let is_text = site.arguments.first().is_some_and(DataType::is_string);
    if site.arguments.len() == 1 || !is_text {
        return as_cast(site, mode);
    }
    let zone = TimeZone::of(&site.settings.time_zone)?;
    let fails = (mode == Mode::Ansi).then_some(alternative);
    match site.result {
        DataType::Date => {
            let patterns = Patterns::of(site, 1, Pattern::for_reading)?;
            read::<Date32Type>(site, patterns, fails, move |pattern, text| {
                let local = zone.zone().local(pattern.read_timestamp(text, &zone)?);
                i32::try_from(local.div_euclid(MICROS_PER_DAY)).ok()
            })
        }
        DataType::Timestamp => {
            let patterns = Patterns::of(site, 1, Pattern::for_reading)?;
            read::<TimestampMicrosecondType>(site, patterns, fails, move |pattern, text| {
                pattern.read_timestamp(text, &zone)
            })
        }
        DataType::TimestampNtz => {
            let patterns = Patterns::of(site, 1, Pattern::for_reading_ntz)?;
            read::<TimestampMicrosecondType>(site, patterns, fails, |pattern, text| {
                pattern.read_timestamp_ntz(text, true)
            })
        }
        _ => Err(unexpected(site)),
    }
}

/// Texts, each read by a row's pattern. Unreadable ones are NULL, or an error that names what to use
/// instead.
fn read<T: ArrowPrimitiveType>(
    site: &Site,
    patterns: Patterns,
    fails: Option<&'static str>,
    read: impl Fn(&Pattern, &str) -> Option<T::Native> + Send + Sync + 'static,
) -> Result<Kernel> {
    let layout = site.result_layout()?;
    Ok(Arc::new(move |arguments: &Arguments| {
        let values = arguments.strings(0)?;
        let mut forms = patterns.rows(arguments)?;
        let mut found = PrimitiveBuilder::<T>::with_capacity(arguments.rows());
        for row in 0..arguments.rows() {
            let (Some(text), Some(pattern)) = (values.get(row), forms.get(row)?) else {
                found.append_null();
                continue;
            };
            match (read(pattern, text), fails) {
                (Some(value), _) => found.append_value(value),
                (None, None) => found.append_null(),
                (None, Some(alternative)) => {
                    return Err(unreadable(text, forms.text(row), alternative).into());
                }
            }
        }
        Ok(Arc::new(found.finish().with_data_type(layout.clone())))
    }))
}

fn unreadable(text: &str, pattern: &str, alternative: &str) -> SqlError {
    let message = format!(
        "Text {} is not of the form {}",
        sql_value(text),
        sql_value(pattern)
    );
    SqlError::new(condition::CANNOT_PARSE_TIMESTAMP)
        .with("message", message)
        .with("func", format!("`{alternative}`"))
}

/// Whole seconds since the epoch; fractions are cut off, towards the epoch.
fn unix_timestamp(site: &Site) -> Result<Kernel> {
    let zone = TimeZone::of(&site.settings.time_zone)?;
    match site.arguments.first() {
        Some(DataType::Timestamp | DataType::TimestampNtz) => {
            super::one::<TimestampMicrosecondType, Int64Type>(site, |micros| {
                micros / MICROS_PER_SECOND
            })
        }
        Some(DataType::Date) => super::maybe::<Date32Type, Int64Type>(site, move |days| {
            let start = zone.zone().start_of_day(days);
            Ok(start.map(|micros| micros / MICROS_PER_SECOND))
        }),
        Some(text) if text.is_string() => {
            let patterns = Patterns::of(site, 1, Pattern::for_reading)?;
            let fails = site.ansi.then_some("try_to_timestamp");
            read::<Int64Type>(site, patterns, fails, move |pattern, text| {
                let micros = pattern.read_timestamp(text, &zone)?;
                Some(micros / MICROS_PER_SECOND)
            })
        }
        _ => Err(unexpected(site)),
    }
}
