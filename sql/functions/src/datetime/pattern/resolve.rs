//! [`Said`]: what a text said, and the date, time and zone that follow from it.
//!
//! Rules are strict, as Spark asks Java for: values that contradict each other, or that no calendar
//! or clock has, make the text unreadable. What isn't said is that of 1970-01-01 00:00.

use super::item::{FIELDS, Field};
use crate::datetime::calendar::{MICROS_PER_SECOND, NANOS_PER_MICRO, civil, day_of, is_leap};
use crate::datetime::zone::Zone;

/// The first day of the modified Julian count, in days before the epoch.
pub(super) const JULIAN_EPOCH: i64 = 40_587;
/// The latest year of Java's calendar.
const LAST_YEAR: i64 = 999_999_999;

/// What a text said.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    values: [Option<i64>; FIELDS],
    zone: Option<Zone>,
}

impl Said {
    /// Takes down a value; `None` if the text said another before.
    pub(super) fn set(&mut self, field: Field, value: i64) -> Option<()> {
        let known = self.values[field as usize].get_or_insert(value);
        (*known == value).then_some(())
    }

    /// Takes down a zone.
    pub(super) fn set_zone(&mut self, zone: Zone) {
        self.zone = Some(zone);
    }

    fn get(&self, field: Field) -> Option<i64> {
        self.values[field as usize]
    }

    /// The same with years and hours that others come to; `None` if something is out of range or
    /// contradicts.
    pub(super) fn resolved(mut self) -> Option<Said> {
        self.resolve_year()?;
        self.resolve_hours()?;
        for (field, most) in [
            (Field::HourOfHalf, 11),
            (Field::Hour, 23),
            (Field::Minute, 59),
            (Field::Second, 59),
        ] {
            if !self
                .get(field)
                .is_none_or(|value| (0..=most).contains(&value))
            {
                return None;
            }
        }
        let offset = self.get(Field::Offset).unwrap_or(0);
        (offset.abs() <= 18 * 3600).then_some(self)
    }

    fn resolve_year(&mut self) -> Option<()> {
        if let Some(year) = self.get(Field::YearOfEra) {
            if !(1..=LAST_YEAR).contains(&year) {
                return None;
            }
            let before = self.get(Field::Era) == Some(0);
            self.set(Field::Year, if before { 1 - year } else { year })?;
        }
        let year = self.get(Field::Year).unwrap_or(0);
        (year.abs() <= LAST_YEAR).then_some(())
    }

    fn resolve_hours(&mut self) -> Option<()> {
        for (clock, most, field) in [
            (Field::ClockHour, 24, Field::Hour),
            (Field::ClockHourOfHalf, 12, Field::HourOfHalf),
        ] {
            if let Some(hour) = self.get(clock) {
                if !(1..=most).contains(&hour) {
                    return None;
                }
                self.set(field, hour % most)?;
            }
        }
        match (self.get(Field::Half), self.get(Field::HourOfHalf)) {
            (Some(half), Some(hour)) if (0..12).contains(&hour) => {
                self.set(Field::Hour, half * 12 + hour)?;
            }
            _ => {}
        }
        self.agrees_with_hour().then_some(())
    }

    /// Whether the halves of the day are those of the hour; it isn't looked at where smaller parts
    /// of the time are missing in between.
    fn agrees_with_hour(&self) -> bool {
        let Some(hour) = self.get(Field::Hour) else {
            return true;
        };
        let (minute, second, nano) = (
            self.get(Field::Minute).is_some(),
            self.get(Field::Second).is_some(),
            self.get(Field::Nano).is_some(),
        );
        let is_gapless = [minute, second, nano].is_sorted_by_key(|is_said| !is_said);
        if !is_gapless {
            return true;
        }
        let is = |field, expected| self.get(field).is_none_or(|value| value == expected);
        is(Field::Half, hour / 12) && is(Field::HourOfHalf, hour % 12)
    }

    /// The date, in days since the epoch.
    pub(super) fn date(&self) -> Option<i64> {
        let (year, month, day) = (
            self.get(Field::Year),
            self.get(Field::Month),
            self.get(Field::DayOfMonth),
        );
        let is_whole = year.is_some() && month.is_some() && day.is_some();
        let year = year.unwrap_or(1970);
        let found = match (self.get(Field::JulianDay), self.get(Field::DayOfYear)) {
            (Some(count), _) => count.checked_sub(JULIAN_EPOCH)?,
            (_, Some(of_year)) if !is_whole => {
                let longest = if is_leap(year) { 366 } else { 365 };
                if !(1..=longest).contains(&of_year) {
                    return None;
                }
                day_of(year, 1, 1)? + of_year - 1
            }
            _ => day_of(year, month.unwrap_or(1), day.unwrap_or(1))?,
        };
        self.agrees_with_date(found).then_some(found)
    }

    fn agrees_with_date(&self, days: i64) -> bool {
        const MOST: i64 = LAST_YEAR * 366;
        if days.abs() > MOST {
            return false;
        }
        let date = civil(days);
        let is = |field, expected| self.get(field).is_none_or(|value| value == expected);
        let of_year = day_of(date.year, 1, 1).map(|first| days - first + 1);
        is(Field::Year, date.year)
            && is(Field::Month, date.month)
            && is(Field::DayOfMonth, date.day)
            && of_year.is_some_and(|of_year| is(Field::DayOfYear, of_year))
    }

    /// The time of day, in nanoseconds since midnight. An afternoon without hours begins at 12.
    pub(super) fn nanos(&self) -> Option<i64> {
        let hour = self
            .get(Field::Hour)
            .or(self.get(Field::HourOfHalf))
            .or(self.get(Field::Half).map(|half| half * 12))
            .unwrap_or(0);
        let part = |field| self.get(field).unwrap_or(0);
        let seconds = (hour * 60 + part(Field::Minute)) * 60 + part(Field::Second);
        Some(seconds * MICROS_PER_SECOND * NANOS_PER_MICRO + part(Field::Nano))
    }

    /// The zone, if the text said one.
    pub(super) fn zone(&self) -> Option<Option<Zone>> {
        if self.zone.is_some() {
            return Some(self.zone.clone());
        }
        match self.get(Field::Offset) {
            Some(offset) => Some(Some(Zone::Fixed(i32::try_from(offset).ok()?))),
            None => Some(None),
        }
    }
}
