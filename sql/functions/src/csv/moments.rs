//! [`Moments`]: dates, timestamps and times of day in text, under the formats of options.

use std::fmt::{self, Write};

use flint_sql_spec::{Result, SqlError, condition};

use super::options::GetOption;
use crate::datetime::{MICROS_PER_DAY, Zone, parse};

/// How dates, timestamps and times are written.
#[derive(Debug, Clone)]
pub(super) struct Moments {
    zone: Zone,
    /// The query's start.
    now: i64,
}

impl Moments {
    pub(super) fn read(get: &GetOption<'_>, zone: Zone, now: i64) -> Result<Moments> {
        for name in ["dateFormat", "timestampFormat", "timestampNTZFormat", "timeFormat"] {
            if get(name).is_some() {
                return Err(SqlError::new(condition::NOT_SUPPORTED_YET)
                    .with("feature", format!("the option {name} of CSV")));
            }
        }
        Ok(Moments { zone, now })
    }

    /// Days since the epoch.
    pub(super) fn date(&self, text: &str) -> Option<i32> {
        parse::date(text)
    }

    /// Whether inference takes text for a date.
    pub(super) fn infers_date(&self, text: &str) -> bool {
        self.date(text).is_some()
    }

    /// Microseconds since the epoch.
    pub(super) fn timestamp(&self, text: &str) -> Option<i64> {
        parse::moment(text)?.instant(&self.zone, self.now)
    }

    /// Microseconds of a clock without a zone; text with a zone is none.
    pub(super) fn timestamp_ntz(&self, text: &str) -> Option<i64> {
        parse::moment(text).filter(|m| m.zone.is_none())?.local()
    }

    /// Nanoseconds since midnight.
    pub(super) fn time(&self, text: &str) -> Option<i64> {
        parse::time(text)
    }
}

impl Moments {
    /// Whether inference takes text for a timestamp without a zone.
    pub(super) fn infers_ntz(&self, text: &str) -> bool {
        self.timestamp_ntz(text).is_some()
    }

    /// Whether inference takes text for a timestamp.
    pub(super) fn infers_timestamp(&self, text: &str) -> bool {
        self.timestamp(text).is_some()
    }

    /// Writes a date.
    pub(super) fn write_date(&self, days: i32, out: &mut String) -> fmt::Result {
        crate::display::write_date(i64::from(days), out)
    }

    /// Writes a timestamp: `2024-02-29T12:34:56.789Z`.
    pub(super) fn write_timestamp(&self, micros: i64, out: &mut String) -> fmt::Result {
        let offset = self.zone.offset_at(micros);
        self.write_timestamp_ntz(self.zone.local(micros), out)?;
        let minutes = offset.abs() / 60;
        match offset {
            0 => out.write_char('Z'),
            _ => write!(out, "{}{:02}:{:02}", if offset < 0 { '-' } else { '+' }, minutes / 60, minutes % 60),
        }
    }

    /// Writes a clock: `2024-02-29T12:34:56.789`.
    pub(super) fn write_timestamp_ntz(&self, micros: i64, out: &mut String) -> fmt::Result {
        let (day, rest) = (micros.div_euclid(MICROS_PER_DAY), micros.rem_euclid(MICROS_PER_DAY));
        crate::display::write_date(day, out)?;
        let (seconds, millis) = (rest / 1_000_000, rest % 1_000_000 / 1000);
        write!(out, "T{:02}:{:02}:{:02}.{millis:03}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    }

    /// Writes a time of day.
    pub(super) fn write_time(&self, nanos: i64, out: &mut String) -> fmt::Result {
        crate::display::write_time(nanos, out)
    }
}
