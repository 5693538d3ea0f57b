//! Reading dates, timestamps and times of day as casts do: partial dates, one or two digits, zones.

use super::calendar::{MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_SECOND, day_of};
use super::zone::Zone;
use crate::text::trim_all;

/// Reads `yyyy`, `yyyy-[m]m` and `yyyy-[m]m-[d]d`, with a sign and up to seven digits in the year.
/// Behind a whole date, anything may follow a blank or a `T`.
pub(crate) fn date(text: &str) -> Option<i32> {
    let bytes = trim_all(text).as_bytes();
    let (negative, bytes) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        all => (false, all),
    };
    let mut parts = [1_i64; 3];
    let mut rest = bytes;
    for (at, part) in parts.iter_mut().enumerate() {
        let count = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        let fits = if at == 0 {
            (4..=7).contains(&count)
        } else {
            (1..=2).contains(&count)
        };
        if !fits {
            return None;
        }
        let (digits, behind) = rest.split_at(count);
        *part = number(digits);
        match behind {
            [] => break,
            [b'-', behind @ ..] if at < 2 => rest = behind,
            [b' ' | b'T', ..] if at == 2 => {}
            _ => return None,
        }
    }
    let year = if negative { -parts[0] } else { parts[0] };
    i32::try_from(day_of(year, parts[1], parts[2])?).ok()
}

fn number(digits: &[u8]) -> i64 {
    digits
        .iter()
        .fold(0, |value, digit| value * 10 + i64::from(digit - b'0'))
}

/// A timestamp as it is written.
#[derive(Debug, Clone)]
pub(crate) struct Moment {
    /// Days since the epoch; `None` where only a time of day is written.
    pub(crate) day: Option<i64>,
    /// Microseconds of the day.
    pub(crate) micros: i64,
    /// Nanoseconds behind them, where the caller asked for them.
    pub(crate) nanos: i64,
    /// The zone that is written.
    pub(crate) zone: Option<Zone>,
}

/// Reads a date, a date and a time, or a time alone, with or without a zone. Digits of the second's
/// fraction behind the ninth are left out.
pub(crate) fn moment(text: &str) -> Option<Moment> {
    let mut reader = Reader::new(trim_all(text).as_bytes())?;
    reader.run()?;
    reader.finish()
}

/// Segments of a timestamp: year, month, day, hour, minute, second, fraction.
struct Reader<'a> {
    bytes: &'a [u8],
    segments: [i64; 7],
    /// The segment that is being read.
    at: usize,
    value: i64,
    digits: usize,
    fraction_digits: usize,
    only_time: bool,
    sign: Option<i64>,
    zone: Option<&'a [u8]>,
    start: usize,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Option<Reader<'a>> {
        let sign = match bytes.first()? {
            b'-' => Some(-1),
            b'+' => Some(1),
            _ => None,
        };
        Some(Reader {
            bytes,
            segments: [1, 1, 1, 0, 0, 0, 0],
            at: 0,
            value: 0,
            digits: 0,
            fraction_digits: 0,
            only_time: false,
            sign,
            zone: None,
            start: usize::from(sign.is_some()),
        })
    }

    fn run(&mut self) -> Option<()> {
        let bytes = self.bytes;
        for (at, &byte) in bytes.iter().enumerate().skip(self.start) {
            if byte.is_ascii_digit() {
                self.digit(byte);
                continue;
            }
            match (self.at, byte) {
                (0, b'T') if at == 0 => {
                    self.only_time = true;
                    self.at = 3;
                }
                (0 | 1, b'-') => self.close(self.at + 1)?,
                (0, b':') if self.sign.is_none() => {
                    // What was read is an hour.
                    self.only_time = true;
                    self.at = 3;
                    self.close(4)?;
                    self.segments[0] = 1;
                }
                (2, b' ' | b'T') => self.close(3)?,
                (3 | 4, b':') => self.close(self.at + 1)?,
                (5, b'.') => self.close(6)?,
                (5 | 6, _) => {
                    self.close(7)?;
                    self.zone = Some(&bytes[at..]);
                    return Some(());
                }
                _ => return None,
            }
        }
        self.close(7)
    }

    fn digit(&mut self, byte: u8) {
        if self.at == 6 {
            self.fraction_digits += 1;
        }
        // Nanoseconds are nine digits; more is cut off.
        if self.at != 6 || self.digits < 9 {
            self.value = self
                .value
                .saturating_mul(10)
                .saturating_add(i64::from(byte - b'0'));
        }
        self.digits += 1;
    }

    /// Ends the segment, whose digits must be as many as it may have.
    fn close(&mut self, next: usize) -> Option<()> {
        let fits = match self.at {
            6 => true,
            0 => (4..=6).contains(&self.digits),
            _ => (1..=2).contains(&self.digits),
        };
        if !fits {
            return None;
        }
        self.segments[self.at] = self.value;
        (self.value, self.digits, self.at) = (0, 0, next);
        Some(())
    }

    fn finish(self) -> Option<Moment> {
        let [year, month, day, hour, minute, second, fraction] = self.segments;
        let missing = 9 - self.fraction_digits.min(9) as u32;
        let nanos = fraction * 10_i64.pow(missing);
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let zone = match self.zone {
            Some(name) => Some(Zone::named(std::str::from_utf8(name).ok()?.trim())?),
            None => None,
        };
        let day = match self.only_time {
            true => None,
            false => Some(day_of(year * self.sign.unwrap_or(1), month, day)?),
        };
        let seconds = (hour * 60 + minute) * 60 + second;
        Some(Moment {
            day,
            micros: seconds * MICROS_PER_SECOND + nanos / 1000,
            nanos: nanos % 1000,
            zone,
        })
    }
}

impl Moment {
    /// Microseconds since the epoch, in a zone where none is written; `now` tells today where no
    /// date is.
    pub(crate) fn instant(&self, session: &Zone, now: i64) -> Option<i64> {
        let zone = self.zone.as_ref().unwrap_or(session);
        let today = || zone.local(now).div_euclid(MICROS_PER_DAY);
        let day = self.day.unwrap_or_else(today);
        zone.instant(self.on(day)?)
    }

    /// What a zoneless clock shows; a zone that is written is left out, a date must be there.
    pub(crate) fn local(&self) -> Option<i64> {
        self.on(self.day?)
    }

    fn on(&self, day: i64) -> Option<i64> {
        let micros = i128::from(day) * i128::from(MICROS_PER_DAY) + i128::from(self.micros);
        i64::try_from(micros).ok()
    }
}

/// Reads a time of day: `[h]h:[m]m[:[s]s[.fraction]]`, with an optional `AM` or `PM`; nanoseconds
/// since midnight.
pub(crate) fn time(text: &str) -> Option<i64> {
    let text = trim_all(text);
    let half = match text.len().checked_sub(2).and_then(|at| text.get(at..)) {
        Some(word) if word.eq_ignore_ascii_case("AM") => Some(0),
        Some(word) if word.eq_ignore_ascii_case("PM") => Some(12 * MICROS_PER_HOUR * 1000),
        _ => None,
    };
    let clock = match half {
        Some(_) => trim_all(&text[..text.len() - 2]),
        None => text,
    };
    if clock.starts_with(['T', '+', '-']) || !clock.contains(':') {
        return None;
    }
    let moment = moment(clock)?;
    if moment.day.is_some() || moment.zone.is_some() {
        return None;
    }
    let nanos = moment.micros * 1000 + moment.nanos;
    let hours = moment.micros / MICROS_PER_HOUR;
    match half {
        None => Some(nanos),
        Some(_) if hours == 0 || hours > 12 => None,
        Some(half) => Some(nanos % (12 * MICROS_PER_HOUR * 1000) + half),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        assert_eq!(date("1970-1-2"), Some(1));
        assert_eq!(date(" 1971 "), Some(365));
        assert_eq!(date("1970-01-02 whatever"), Some(1));
        assert_eq!(date("1970-01-02x"), None);
        assert_eq!(date("1970-01T"), None);
        assert_eq!(date("970-01-01"), None);
        assert_eq!(date("+5881580-07-11"), Some(i32::MAX));
        assert_eq!(date("+5881580-07-12"), None);
    }

    #[test]
    fn timestamps() {
        let utc = |text: &str| moment(text).and_then(|found| found.instant(&Zone::UTC, 0));
        assert_eq!(utc("1970-01-01 00:00:01.5"), Some(1_500_000));
        assert_eq!(utc("1970-01-01T00:00:01+00:01"), Some(-59_000_000));
        assert_eq!(
            utc("1970-01-01 0:0:0.1234567 Europe/Paris"),
            Some(123_456 - 3_600_000_000)
        );
        assert_eq!(utc("12:00"), Some(12 * MICROS_PER_HOUR));
        assert_eq!(utc("T1:2:3"), Some(3_723_000_000));
        assert_eq!(utc("1970-01-01 24:00:00"), None);
        assert_eq!(utc("1970-01-01 00:00:00 Nowhere"), None);
    }
}
