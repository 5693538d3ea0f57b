//! [`Zone`]: time zones by Spark's names, with Java's rules where a clock skips or repeats an hour.
//!
//! The time zone database ends with the year 2099; later years take the offsets of an earlier year
//! with the same calendar, as the last rules of a zone go on for ever. A zone's changes are laid out
//! as a sorted table once, since a column asks for thousands of offsets.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::{OffsetComponents, Tz};
use flint_sql_spec::{Result, SqlError, condition};

use super::calendar::{MICROS_PER_DAY, MICROS_PER_SECOND, civil, day_of, is_leap};

const SECONDS_PER_DAY: i64 = 86_400;

/// A time zone.
#[derive(Debug, Clone)]
pub(crate) enum Zone {
    /// Always the same distance from UTC, in seconds.
    Fixed(i32),
    /// A region, whose offset changes.
    Region(Arc<Changes>),
}

/// When the offset of a region changes.
#[derive(Debug)]
pub(crate) struct Changes {
    /// Seconds since the epoch, ascending.
    at: Vec<i64>,
    /// The offsets before the first, between them, and after the last.
    offsets: Vec<i32>,
}

static REGIONS: LazyLock<Mutex<HashMap<Tz, Arc<Changes>>>> = LazyLock::new(Mutex::default);

impl Zone {
    /// UTC itself.
    pub(crate) const UTC: Zone = Zone::Fixed(0);

    /// The zone of a name that Spark knows: a region, `Z`, an offset like `+05:30`, or one with
    /// `UTC`, `GMT` or `UT` before it; also Java's old three letters. `None` for other text.
    pub(crate) fn named(name: &str) -> Option<Zone> {
        if name == "Z" {
            return Some(Zone::UTC);
        }
        if name.starts_with(['+', '-']) {
            return offset(name).map(Zone::Fixed);
        }
        for prefix in ["UTC", "GMT", "UT"] {
            match name.strip_prefix(prefix) {
                Some("") => return Some(Zone::UTC),
                Some(rest) if rest.starts_with(['+', '-']) => return offset(rest).map(Zone::Fixed),
                _ => {}
            }
        }
        match short(name) {
            Some(long) if long.starts_with(['+', '-']) => offset(long).map(Zone::Fixed),
            Some(long) => region(long),
            None => region(name),
        }
    }

    /// The zone of a name.
    ///
    /// # Errors
    /// `INVALID_TIMEZONE` when there is none.
    pub(crate) fn of(name: &str) -> Result<Zone> {
        Zone::named(name)
            .ok_or_else(|| SqlError::new(condition::INVALID_TIMEZONE).with("timeZone", name))
    }

    /// The id that Java gives to the zone of a name: offsets have two digits for hours and minutes.
    pub(crate) fn id(&self, name: &str) -> String {
        let seconds = match self {
            Zone::Region(_) => return short(name).unwrap_or(name).to_owned(),
            Zone::Fixed(seconds) => *seconds,
        };
        let prefixes = ["UTC", "GMT", "UT"];
        let prefix = prefixes.iter().find(|prefix| name.starts_with(**prefix));
        let size = seconds.unsigned_abs();
        let (hours, minutes, rest) = (size / 3600, size / 60 % 60, size % 60);
        let sign = if seconds < 0 { '-' } else { '+' };
        let offset = match (seconds, rest) {
            (0, _) if prefix.is_some() => String::new(),
            (0, _) => "Z".to_owned(),
            (_, 0) => format!("{sign}{hours:02}:{minutes:02}"),
            _ => format!("{sign}{hours:02}:{minutes:02}:{rest:02}"),
        };
        format!("{}{offset}", prefix.unwrap_or(&""))
    }

    /// Whether clocks of a region are put forward at an instant.
    pub(crate) fn is_summer(region: Tz, micros: i64) -> bool {
        let seconds = within_table(micros.div_euclid(MICROS_PER_SECOND)).max(start_of_year(1800));
        let at = DateTime::from_timestamp(seconds, 0).expect("within the calendar's years");
        let offset = region.offset_from_utc_datetime(&at.naive_utc());
        // Ireland's clocks are put back in winter, which Java tells as all others.
        let irish = matches!(region, Tz::Europe__Dublin | Tz::Eire) && seconds > 0;
        let ahead = offset.dst_offset().num_seconds() > 0;
        ahead || irish && offset.fix().local_minus_utc() > 0
    }

    /// Seconds that the zone's clocks are ahead of UTC at an instant.
    pub(crate) fn offset_at(&self, micros: i64) -> i32 {
        match self {
            Zone::Fixed(offset) => *offset,
            Zone::Region(changes) => changes.offset_at(micros.div_euclid(MICROS_PER_SECOND)),
        }
    }

    /// What clocks of the zone show at an instant, as microseconds of a zoneless clock.
    pub(crate) fn local(&self, micros: i64) -> i64 {
        micros.saturating_add(i64::from(self.offset_at(micros)) * MICROS_PER_SECOND)
    }

    /// When clocks of the zone show this. Of two instants it is the earlier; what they skip is as
    /// much later as they skip.
    pub(crate) fn instant(&self, local: i64) -> Option<i64> {
        let minus = |offset: i32| local.checked_sub(i64::from(offset) * MICROS_PER_SECOND);
        let changes = match self {
            Zone::Fixed(offset) => return minus(*offset),
            Zone::Region(changes) => changes,
        };
        let seconds = local.div_euclid(MICROS_PER_SECOND);
        let before = changes.offset_at(seconds - SECONDS_PER_DAY);
        let after = changes.offset_at(seconds + SECONDS_PER_DAY);
        let shows = |offset: i32| changes.offset_at(seconds - i64::from(offset)) == offset;
        if before != after && !shows(before) && shows(after) {
            return minus(after);
        }
        minus(before)
    }

    /// The instant at which a day starts: usually midnight.
    pub(crate) fn start_of_day(&self, days: i32) -> Option<i64> {
        self.instant(i64::from(days).checked_mul(MICROS_PER_DAY)?)
    }
}

impl Changes {
    fn offset_at(&self, seconds: i64) -> i32 {
        let seconds = within_table(seconds);
        self.offsets[self.at.partition_point(|at| *at <= seconds)]
    }

    /// Walks through the time that the database covers and finds each change by halving.
    fn of(zone: Tz) -> Changes {
        const STEP: i64 = 8 * SECONDS_PER_DAY;
        let offset = |seconds: i64| {
            let at = DateTime::from_timestamp(seconds, 0).expect("within the calendar's years");
            zone.offset_from_utc_datetime(&at.naive_utc())
                .fix()
                .local_minus_utc()
        };
        let (first, last) = (start_of_year(1800), start_of_year(2101));
        let mut now = offset(first);
        let (mut at, mut offsets) = (Vec::new(), vec![now]);
        for start in (first..last).step_by(STEP as usize) {
            let end = start + STEP;
            let then = offset(end);
            if then != now {
                let (mut low, mut high) = (start, end);
                while high - low > 1 {
                    let middle = low + (high - low) / 2;
                    if offset(middle) == now {
                        low = middle
                    } else {
                        high = middle
                    }
                }
                at.push(high);
                offsets.push(then);
                now = then;
            }
        }
        Changes { at, offsets }
    }
}

fn start_of_year(year: i64) -> i64 {
    day_of(year, 1, 1).expect("every year has a first of January") * SECONDS_PER_DAY
}

/// The instant itself, or for years behind the database the same moment of a year that has as many
/// days and starts at the same day of the week.
fn within_table(seconds: i64) -> i64 {
    const LAST: i64 = 2099;
    let days = seconds.div_euclid(SECONDS_PER_DAY);
    if days < 47_482 {
        return seconds;
    }
    let year = civil(days).year;
    if year <= LAST {
        return seconds;
    }
    let start = start_of_year(year);
    let weekday = |start: i64| (start / SECONDS_PER_DAY).rem_euclid(7);
    let same = |other: &i64| {
        is_leap(*other) == is_leap(year) && weekday(start_of_year(*other)) == weekday(start)
    };
    let twin = (LAST - 27..=LAST).find(same).unwrap_or(LAST);
    start_of_year(twin) + (seconds - start)
}

fn region(name: &str) -> Option<Zone> {
    let zone: Tz = name.parse().ok()?;
    let mut known = REGIONS
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    let changes = known
        .entry(zone)
        .or_insert_with(|| Arc::new(Changes::of(zone)));
    Some(Zone::Region(Arc::clone(changes)))
}

/// Reads `+h`, `+hh`, `+hhmm`, `+hh:mm`, `+hh:mm:ss` and the like, up to 18 hours. With colons, hours
/// and minutes may have one digit.
fn offset(text: &str) -> Option<i32> {
    let negative = text.starts_with('-');
    let digits = text.get(1..)?;
    let number = |part: &str, lengths: &[usize]| -> Option<i32> {
        let plain = lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| part.parse().ok())?
    };
    let parts: Vec<&str> = digits.split(':').collect();
    let (hours, minutes, seconds) = match *parts.as_slice() {
        [all] if all.len() <= 2 => (number(all, &[1, 2])?, 0, 0),
        [all] if all.len() == 4 && all.is_ascii() => {
            (number(&all[..2], &[2])?, number(&all[2..], &[2])?, 0)
        }
        [all] if all.len() == 6 && all.is_ascii() => (
            number(&all[..2], &[2])?,
            number(&all[2..4], &[2])?,
            number(&all[4..], &[2])?,
        ),
        [hours, minutes] => (number(hours, &[1, 2])?, number(minutes, &[1, 2])?, 0),
        [hours, minutes, seconds] => (
            number(hours, &[1, 2])?,
            number(minutes, &[2])?,
            number(seconds, &[2])?,
        ),
        _ => return None,
    };
    let total = hours * 3600 + minutes * 60 + seconds;
    let fits = minutes < 60 && seconds < 60 && total <= 18 * 3600;
    fits.then_some(if negative { -total } else { total })
}

/// Java's `ZoneId.SHORT_IDS`.
fn short(name: &str) -> Option<&'static str> {
    Some(match name {
        "ACT" => "Australia/Darwin",
        "AET" => "Australia/Sydney",
        "AGT" => "America/Argentina/Buenos_Aires",
        "ART" => "Africa/Cairo",
        "AST" => "America/Anchorage",
        "BET" => "America/Sao_Paulo",
        "BST" => "Asia/Dhaka",
        "CAT" => "Africa/Harare",
        "CNT" => "America/St_Johns",
        "CST" => "America/Chicago",
        "CTT" => "Asia/Shanghai",
        "EAT" => "Africa/Addis_Ababa",
        "ECT" => "Europe/Paris",
        "EST" => "-05:00",
        "HST" => "-10:00",
        "IET" => "America/Indiana/Indianapolis",
        "IST" => "Asia/Kolkata",
        "JST" => "Asia/Tokyo",
        "MIT" => "Pacific/Apia",
        "MST" => "-07:00",
        "NET" => "Asia/Yerevan",
        "NST" => "Pacific/Auckland",
        "PLT" => "Asia/Karachi",
        "PNT" => "America/Phoenix",
        "PRT" => "America/Puerto_Rico",
        "PST" => "America/Los_Angeles",
        "SST" => "Pacific/Guadalcanal",
        "VST" => "Asia/Ho_Chi_Minh",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn micros(days: (i64, i64, i64), hour: i64, minute: i64) -> i64 {
        let day = day_of(days.0, days.1, days.2).expect("a date");
        day * MICROS_PER_DAY + (hour * 60 + minute) * 60 * MICROS_PER_SECOND
    }

    #[test]
    fn clocks_skip_and_repeat_as_in_java() {
        let zone = Zone::named("America/Los_Angeles").expect("a region");
        let gap = zone.instant(micros((2021, 3, 14), 2, 30));
        assert_eq!(gap, Some(micros((2021, 3, 14), 10, 30)));
        let overlap = zone.instant(micros((2021, 11, 7), 1, 30));
        assert_eq!(overlap, Some(micros((2021, 11, 7), 8, 30)));
        assert_eq!(
            zone.offset_at(micros((1800, 1, 1), 0, 0)),
            -(7 * 3600 + 52 * 60 + 58)
        );
    }

    #[test]
    fn the_last_rules_go_on() {
        let zone = Zone::named("America/Los_Angeles").expect("a region");
        for year in [2050, 2099, 2100, 2101, 2500, 9999, 200_000] {
            assert_eq!(
                zone.offset_at(micros((year, 7, 1), 0, 0)),
                -7 * 3600,
                "{year}"
            );
            assert_eq!(
                zone.offset_at(micros((year, 1, 1), 12, 0)),
                -8 * 3600,
                "{year}"
            );
        }
    }

    #[test]
    fn offsets_have_many_forms() {
        let fixed = |name: &str| match Zone::named(name) {
            Some(Zone::Fixed(offset)) => Some(offset),
            _ => None,
        };
        for (name, seconds) in [
            ("+1", 3600),
            ("-01:30", -5400),
            ("+1:3", 3780),
            ("+0530", 19_800),
            ("UTC+8", 28_800),
            ("GMT-03:00:15", -10_815),
            ("UT", 0),
            ("Z", 0),
            ("EST", -18_000),
        ] {
            assert_eq!(fixed(name), Some(seconds), "{name}");
        }
        for name in ["+19:00", "+1:60", "", "Nowhere/Land", "+", "+123", "+é"] {
            assert!(Zone::named(name).is_none(), "{name}");
        }
    }
}
