//! [`Pattern`]: dates and times as text of a form like `yyyy-MM-dd HH:mm:ss[.SSS][XXX]`.
//!
//! Letters mean what they do in Spark, and so in Java's `DateTimeFormatter` with strict rules:
//! `y` years, `M` and `L` months, `d` days, `D` days of the year, `H` `h` `k` `K` hours, `a` AM or
//! PM, `m` minutes, `s` seconds, `S` fractions, `X` `x` `Z` `O` offsets from UTC, `V` `z` `v` zones,
//! `G` eras; for writing also `E` days of the week, `Q` and `q` quarters, `F` sevenths of months.
//! Other text stands for itself; letters do so between single quotes, of which two are one.
//! Brackets enclose what may be missing.
//!
//! - `compile` makes `item`s of the text, once for a column; `write` and `read` walk over them.
//! - `resolve` makes dates and times of what a text said: what it doesn't say is 1970-01-01 00:00.
//! - `zones` has the names of zones.
//!
//! Without a pattern, [`Pattern::cast`] reads and writes as casts do.

mod compile;
mod item;
mod names;
mod read;
mod resolve;
mod write;
mod zones;

use flint_sql_spec::{Result, SqlError};

pub use zones::TimeZone;

use super::calendar::{MICROS_PER_DAY, NANOS_PER_MICRO};
use super::parse;
use crate::display::{write_date, write_time, write_timestamp};
use item::Item;
use resolve::Said;
use write::Moment;

/// The setting that errors name.
const POLICY: &str = "\"spark.sql.legacy.timeParserPolicy\"";

/// What a pattern is for: some letters can only be written, and fractions are read with fewer digits
/// than there are letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Read,
    Write,
}

/// A form of dates and times, looked at once. See the [module](self) for its letters.
///
/// ```
/// use flint_sql_functions::pattern::{Pattern, TimeZone};
///
/// # fn main() -> flint_sql_spec::Result<()> {
/// let zone = TimeZone::of("Europe/Paris")?;
/// let pattern = Pattern::for_writing("yyyy-MM-dd'T'HH:mm[XXX]")?;
/// let mut text = String::new();
/// pattern.write_timestamp(0, &zone, &mut text)?;
/// assert_eq!(text, "1970-01-01T01:00+01:00");
///
/// let pattern = Pattern::for_reading("d/M/y")?;
/// assert_eq!(pattern.read_date("2/1/1970"), Some(1));
/// assert_eq!(pattern.read_date("31/2/1970"), None);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    form: Form,
    text: Box<str>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    Items(Vec<Item>),
    /// What casts do; the moment at which the query began says today.
    Cast(i64),
}

impl Pattern {
    /// A pattern to write with.
    ///
    /// # Errors
    /// `INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION` for what Spark took only
    /// before 3.0, as letters of weeks; else `INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER`, `.LENGTH`
    /// or `.WITH_SUGGESTION` and `INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN`.
    pub fn for_writing(text: &str) -> Result<Pattern> {
        Pattern::compiled(text, Use::Write)
    }

    /// A pattern to write zoneless timestamps with, of which Spark before 3.0 had none.
    ///
    /// # Errors
    /// `INVALID_DATETIME_PATTERN.WITH_SUGGESTION` for whatever is wrong.
    pub fn for_writing_ntz(text: &str) -> Result<Pattern> {
        Pattern::for_writing(text).map_err(|_| compile::wrong(text))
    }

    /// A pattern to read zoneless timestamps with.
    ///
    /// # Errors
    /// As [`Self::for_writing_ntz`].
    pub fn for_reading_ntz(text: &str) -> Result<Pattern> {
        Pattern::for_reading(text).map_err(|_| compile::wrong(text))
    }

    /// A pattern to read with.
    ///
    /// # Errors
    /// As [`Self::for_writing`]; also for `E`, `F`, `Q` and `q`, which can't be read.
    pub fn for_reading(text: &str) -> Result<Pattern> {
        Pattern::compiled(text, Use::Read)
    }

    /// What Spark reads and writes where no pattern is given: as casts do. `now`, in microseconds
    /// since the epoch, says which day a time without a date is on.
    pub fn cast(now: i64) -> Pattern {
        Pattern {
            form: Form::Cast(now),
            text: "".into(),
        }
    }

    fn compiled(text: &str, what: Use) -> Result<Pattern> {
        Ok(Pattern {
            form: Form::Items(compile::compile(text, what)?),
            text: text.into(),
        })
    }

    /// Tells when the value had not all that the pattern asks for.
    fn whole(&self, written: Option<()>) -> Result<()> {
        written.ok_or_else(|| compile::wrong(&self.text))
    }

    /// Appends an instant in microseconds since the epoch, as clocks of a zone show it.
    ///
    /// # Errors
    /// `INVALID_DATETIME_PATTERN.WITH_SUGGESTION` when a number needs more room than it has.
    pub fn write_timestamp(&self, micros: i64, zone: &TimeZone, out: &mut String) -> Result<()> {
        match &self.form {
            Form::Items(items) => {
                self.whole(write::items(items, &Moment::instant(micros, zone), out))
            }
            Form::Cast(_) => done(write_timestamp(micros, zone.offset_at(micros), 0, out)),
        }
    }

    /// Appends what a zoneless clock shows, in microseconds.
    ///
    /// # Errors
    /// As [`Self::write_timestamp`]; also when the pattern asks for a zone outside of brackets.
    pub fn write_timestamp_ntz(&self, micros: i64, out: &mut String) -> Result<()> {
        match &self.form {
            Form::Items(items) => self.whole(write::items(items, &Moment::local(micros), out)),
            Form::Cast(_) => done(write_timestamp(micros, 0, 0, out)),
        }
    }

    /// Appends a date, in days since the epoch.
    ///
    /// # Errors
    /// As [`Self::write_timestamp`]; also when the pattern asks for a time or zone outside of
    /// brackets.
    pub fn write_date(&self, days: i32, out: &mut String) -> Result<()> {
        match &self.form {
            Form::Items(items) => self.whole(write::items(items, &Moment::date(days.into()), out)),
            Form::Cast(_) => done(write_date(days.into(), out)),
        }
    }

    /// Appends a time of day, in nanoseconds since midnight.
    ///
    /// # Errors
    /// As [`Self::write_timestamp`]; also when the pattern asks for a date or zone outside of
    /// brackets.
    pub fn write_time(&self, nanos: i64, out: &mut String) -> Result<()> {
        match &self.form {
            Form::Items(items) => self.whole(write::items(items, &Moment::time(nanos), out)),
            Form::Cast(_) => done(write_time(nanos, out)),
        }
    }

    /// The instant that a text says, in microseconds; in this zone unless it says another. `None`
    /// for text of another form, for dates and times that there are not, and for what 64 bits can't
    /// count.
    pub fn read_timestamp(&self, text: &str, zone: &TimeZone) -> Option<i64> {
        match &self.form {
            Form::Items(items) => {
                let said = said(items, text)?;
                let local = on(said.date()?, said.nanos()?)?;
                match said.zone()? {
                    Some(other) => other.instant(local),
                    None => zone.zone().instant(local),
                }
            }
            Form::Cast(now) => parse::moment(text)?.instant(zone.zone(), *now),
        }
    }

    /// What a zoneless clock shows by a text, in microseconds. A zone that the text says is left
    /// out, or makes it `None` unless `allows_zone`. Also `None` as for [`Self::read_timestamp`].
    pub fn read_timestamp_ntz(&self, text: &str, allows_zone: bool) -> Option<i64> {
        match &self.form {
            Form::Items(items) => {
                let said = said(items, text)?;
                if !allows_zone && said.zone()?.is_some() {
                    return None;
                }
                on(said.date()?, said.nanos()?)
            }
            Form::Cast(_) => {
                let moment = parse::moment(text)?;
                if !allows_zone && moment.zone.is_some() {
                    return None;
                }
                moment.local()
            }
        }
    }

    /// The date that a text says, in days since the epoch; `None` as for [`Self::read_timestamp`].
    pub fn read_date(&self, text: &str) -> Option<i32> {
        match &self.form {
            Form::Items(items) => i32::try_from(said(items, text)?.date()?).ok(),
            Form::Cast(_) => parse::date(text),
        }
    }

    /// The time of day that a text says, in nanoseconds since midnight; `None` as for
    /// [`Self::read_timestamp`].
    pub fn read_time(&self, text: &str) -> Option<i64> {
        match &self.form {
            Form::Items(items) => said(items, text)?.nanos(),
            Form::Cast(_) => parse::time(text),
        }
    }
}

/// What the whole text says.
fn said(items: &[Item], text: &str) -> Option<Said> {
    let mut said = Said::default();
    let end = read::items(items, text, 0, &mut said)?;
    if end < text.len() {
        return None;
    }
    said.resolved()
}

/// A day and nanoseconds of it, in microseconds.
fn on(day: i64, nanos: i64) -> Option<i64> {
    day.checked_mul(MICROS_PER_DAY)?
        .checked_add(nanos / NANOS_PER_MICRO)
}

fn done(written: std::fmt::Result) -> Result<()> {
    written.map_err(|_| SqlError::internal("text takes more text"))
}
