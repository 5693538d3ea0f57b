//! Days since 1970-01-01 as year, month and day, and back.
//!
//! Spark's dates span more than eleven million years, more than calendars of libraries do, so the
//! arithmetic is here: years start in March, so that the day that leap years add is the last one.

pub(crate) const MICROS_PER_SECOND: i64 = 1_000_000;
pub(crate) const MICROS_PER_MINUTE: i64 = 60 * MICROS_PER_SECOND;
pub(crate) const MICROS_PER_HOUR: i64 = 60 * MICROS_PER_MINUTE;
pub(crate) const MICROS_PER_DAY: i64 = 24 * MICROS_PER_HOUR;
pub(crate) const NANOS_PER_MICRO: i64 = 1000;

const DAYS_PER_ERA: i64 = 146_097;
/// Days from the first of March of year 0 to 1970-01-01.
const EPOCH: i64 = 719_468;

/// A date in parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Civil {
    /// The year; 0 is the one before year 1.
    pub(crate) year: i64,
    /// 1 to 12.
    pub(crate) month: i64,
    /// 1 to 31.
    pub(crate) day: i64,
}

/// The parts of a day.
pub(crate) fn civil(days: i64) -> Civil {
    let shifted = days + EPOCH;
    let era = shifted.div_euclid(DAYS_PER_ERA);
    let of_era = shifted.rem_euclid(DAYS_PER_ERA);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Civil { year, month, day }
}

/// The day of a date in parts; `None` if there is no such date.
pub(crate) fn day_of(year: i64, month: i64, day: i64) -> Option<i64> {
    let exists = (1..=12).contains(&month) && 1 <= day && day <= days_in_month(year, month);
    exists.then(|| {
        let year = year - i64::from(month <= 2);
        let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let from_march = (month + 9) % 12;
        let day_of_year = (153 * from_march + 2) / 5 + day - 1;
        let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * DAYS_PER_ERA + of_era - EPOCH
    })
}

/// How many days a month has.
pub(crate) fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Whether February has 29 days.
pub(crate) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_agree() {
        for days in (-800_000..800_000)
            .step_by(37)
            .chain([i64::from(i32::MAX), i64::from(i32::MIN)])
        {
            let Civil { year, month, day } = civil(days);
            assert_eq!(day_of(year, month, day), Some(days));
        }
        assert_eq!(day_of(1970, 1, 1), Some(0));
        assert_eq!(day_of(2000, 2, 29), Some(11_016));
        assert_eq!(day_of(-4, 2, 29), Some(-720_930));
    }

    #[test]
    fn dates_that_are_none() {
        assert_eq!(day_of(2019, 2, 29), None);
        assert_eq!(day_of(1900, 2, 29), None);
        assert_eq!(day_of(2020, 13, 1), None);
        assert_eq!(day_of(2020, 1, 0), None);
    }
}
