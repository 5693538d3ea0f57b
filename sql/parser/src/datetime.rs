//! Dates and times in literals.

/// Days since 1970-01-01 of `[+-]y[-m[-d]]`, with anything after a blank or `T` ignored.
pub(crate) fn date(text: &str) -> Option<i32> {
    let text = text.trim();
    let (text, negative) = match text.strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (text.strip_prefix('+').unwrap_or(text), false),
    };
    let mut parts = text.splitn(3, '-');
    let year = digits(parts.next()?, 4, 7)?;
    let month = parts.next().map_or(Some(1), |month| digits(month, 1, 2))?;
    let day = parts.next().map_or(Some(1), |day| {
        digits(day.split([' ', 'T']).next().unwrap_or_default(), 1, 2)
    })?;
    let year = if negative { -year } else { year };
    i32::try_from(days_of(year, month, day)?).ok()
}

/// Whether the text names a moment by the current time.
pub(crate) fn is_relative(text: &str) -> bool {
    let words = ["epoch", "now", "today", "tomorrow", "yesterday"];
    words
        .iter()
        .any(|word| text.trim().eq_ignore_ascii_case(word))
}

/// A timestamp as written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Timestamp {
    /// Microseconds on a zoneless clock; `None` when only a time of day is written.
    micros: Option<i64>,
}

impl Timestamp {
    /// The clock's value, whatever zone is written beside it.
    pub(crate) fn zoneless(&self) -> Option<i64> {
        self.micros
    }
}

/// Reads `date[( |T)time[zone]]` or `[T]time[zone]`.
pub(crate) fn timestamp(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let split = text.find([' ', 'T']);
    let (day, time) = match split {
        Some(at) if at > 0 => (Some(date(&text[..at])?), &text[at + 1..]),
        Some(_) => (None, &text[1..]),
        None if text.contains(':') => (None, text),
        None => {
            return date(text).map(|days| Timestamp {
                micros: Some(micros_of(days, 0)),
            });
        }
    };
    let clock_end = time.find(|c: char| !(c.is_ascii_digit() || ":.".contains(c)));
    let (clock, zone) = time.split_at(clock_end.unwrap_or(time.len()));
    if !is_zone(zone.trim()) {
        return None;
    }
    let nanos = clock_nanos(clock, true)?;
    Some(Timestamp {
        micros: day.map(|days| micros_of(days, nanos / 1_000)),
    })
}

fn micros_of(days: i32, micros: i64) -> i64 {
    i64::from(days)
        .saturating_mul(86_400_000_000)
        .saturating_add(micros)
}

/// Nanoseconds since midnight of `h:m[:s[.fraction]][ AM|PM]`.
pub(crate) fn time_of_day(text: &str) -> Option<i64> {
    let text = text.trim();
    let upper = text.to_ascii_uppercase();
    let half = upper
        .strip_suffix("AM")
        .map(|_| 0)
        .or(upper.strip_suffix("PM").map(|_| 12));
    let Some(half) = half else {
        return clock_nanos(text.trim_start_matches('T'), false);
    };
    let clock = text[..text.len() - 2].trim();
    let nanos = clock_nanos(clock, false)?;
    let hour = nanos / HOUR_NANOS;
    if !(1..=12).contains(&hour) {
        return None;
    }
    Some(nanos - hour * HOUR_NANOS + (hour % 12 + half) * HOUR_NANOS)
}

const HOUR_NANOS: i64 = 3_600_000_000_000;

fn clock_nanos(clock: &str, hour_alone: bool) -> Option<i64> {
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let parts: Vec<_> = clock.split(':').collect();
    if parts.len() > 3 || (parts.len() < 2 && !hour_alone) {
        return None;
    }
    let limits = [23, 59, 59];
    let mut seconds = 0;
    for (at, limit) in limits.into_iter().enumerate() {
        let value = parts.get(at).map_or(Some(0), |part| digits(part, 1, 2))?;
        if value > limit {
            return None;
        }
        seconds = seconds * 60 + value;
    }
    if !fraction.is_empty() && (parts.len() < 3 || !fraction.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let micros = format!("{fraction:0<6}");
    Some((seconds * 1_000_000 + digits(&micros[..6], 6, 6)?) * 1_000)
}

/// Whether this has the shape of a time zone: an offset or a region's name.
fn is_zone(zone: &str) -> bool {
    zone.is_empty()
        || zone.starts_with(['+', '-'])
            && zone[1..].bytes().all(|b| b.is_ascii_digit() || b == b':')
        || zone.starts_with(|c: char| c.is_ascii_alphabetic())
            && zone
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"/_+-:".contains(&b))
}

fn digits(text: &str, least: usize, most: usize) -> Option<i64> {
    let fits = (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar, if there is such a day.
fn days_of(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    // Years begin in March, so that the leap day is the last one.
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_count_from_the_epoch() {
        for (text, days) in [
            ("1970-01-01", Some(0)),
            ("2020-02-29", Some(18_321)),
            ("2021-02-29", None),
            ("1969-12-31", Some(-1)),
            ("2020", Some(18_262)),
            ("2020-1-2", Some(18_263)),
            ("0001-01-01", Some(-719_162)),
            ("2020-01-01T00:00", Some(18_262)),
            ("x", None),
            ("20-01-01", None),
            ("", None),
        ] {
            assert_eq!(date(text), days, "{text}");
        }
    }

    #[test]
    fn timestamps_have_times_and_zones() {
        let micros = |text| timestamp(text).map(|t| t.zoneless());
        assert_eq!(micros("1970-01-01 00:00:01.5"), Some(Some(1_500_000)));
        assert_eq!(micros("1970-01-01T00:00:01Z"), Some(Some(1_000_000)));
        assert_eq!(
            micros("1970-01-01 00:00:01 Europe/Paris"),
            Some(Some(1_000_000))
        );
        assert_eq!(micros("12:30:00"), Some(None));
        assert_eq!(micros("1970-01-01 25:00:00"), None);
        assert_eq!(micros("yesterday at noon"), None);
    }

    #[test]
    fn times_know_halves_of_the_day() {
        assert_eq!(time_of_day("10:11:12"), Some(36_672_000_000_000));
        assert_eq!(time_of_day("12:00:00 AM"), Some(0));
        assert_eq!(time_of_day("1:00 PM"), Some(13 * HOUR_NANOS));
        assert_eq!(time_of_day("24:00"), None);
    }
}
