//! Dates, times and intervals made of their parts.

use super::*;

functions! {
    /// The date of a year, month and day.
    fn make_date(year: Column, month: Column, day: Column);
    /// The interval of days, hours, minutes and seconds.
    fn make_dt_interval(days: Column, hours: Column, mins: Column, secs: Column);
    /// The interval of years, months, weeks, days, hours, minutes and seconds.
    ///
    /// ```
    /// use flint_sql::functions::make_interval;
    /// let half_a_year = make_interval(0, 6, 0, 0, 0, 0, 0);
    /// # let _ = half_a_year;
    /// ```
    fn make_interval(years: Column, months: Column, weeks: Column, days: Column, hours: Column, mins: Column, secs: Column);
    /// The same as [`make_interval`], or null when it overflows.
    fn try_make_interval(years: Column, months: Column, weeks: Column, days: Column, hours: Column, mins: Column, secs: Column);
    /// The interval of years and months.
    fn make_ym_interval(years: Column, months: Column);
    /// The time of day of an hour, minute and second.
    fn make_time(hour: Column, minute: Column, second: Column);
    /// The timestamp of its parts in the session's zone.
    fn make_timestamp(years: Column, months: Column, days: Column, hours: Column, mins: Column, secs: Column);
    /// The timestamp of its parts in a zone.
    fn make_timestamp_with(years: Column, months: Column, days: Column, hours: Column, mins: Column, secs: Column, zone: Column) = "make_timestamp";
    /// The timestamp of a date and a time of day in the session's zone.
    fn make_timestamp_of(date: Column, time: Column) = "make_timestamp";
    /// The timestamp of a date and a time of day in a zone.
    fn make_timestamp_of_with(date: Column, time: Column, zone: Column) = "make_timestamp";
    /// The same as [`make_timestamp`], or null when a part is out of its range.
    fn try_make_timestamp(years: Column, months: Column, days: Column, hours: Column, mins: Column, secs: Column);
    /// The same as [`make_timestamp_with`], or null when a part is out of its range.
    fn try_make_timestamp_with(years: Column, months: Column, days: Column, hours: Column, mins: Column, secs: Column, zone: Column) = "try_make_timestamp";
    /// The same as [`make_timestamp_of`], or null when it does not fit.
    fn try_make_timestamp_of(date: Column, time: Column) = "try_make_timestamp";
    /// The same as [`make_timestamp_of_with`], or null when it does not fit.
    fn try_make_timestamp_of_with(date: Column, time: Column, zone: Column) = "try_make_timestamp";
    /// The timestamp of its parts, with the session's zone.
    fn make_timestamp_ltz(years: Column, months: Column, days: Column, hours: Column, mins: Column, secs: Column);
    /// The timestamp of its parts in a zone.
    fn make_timestamp_ltz_with(years: Column, months: Column, days: Column, hours: Column, mins: Column, secs: Column, zone: Column) = "make_timestamp_ltz";
    /// The same as [`make_timestamp_ltz`], or null when a part is out of its range.
    fn try_make_timestamp_ltz(years: Column, months: Column, days: Column, hours: Column, mins: Column, secs: Column);
    /// The same as [`make_timestamp_ltz_with`], or null when a part is out of its range.
    fn try_make_timestamp_ltz_with(years: Column, months: Column, days: Column, hours: Column, mins: Column, secs: Column, zone: Column) = "try_make_timestamp_ltz";
    /// The zoneless timestamp of its parts.
    fn make_timestamp_ntz(years: Column, months: Column, days: Column, hours: Column, mins: Column, secs: Column);
    /// The zoneless timestamp of a date and a time of day.
    fn make_timestamp_ntz_of(date: Column, time: Column) = "make_timestamp_ntz";
    /// The same as [`make_timestamp_ntz`], or null when a part is out of its range.
    fn try_make_timestamp_ntz(years: Column, months: Column, days: Column, hours: Column, mins: Column, secs: Column);
    /// The same as [`make_timestamp_ntz_of`], or null when it does not fit.
    fn try_make_timestamp_ntz_of(date: Column, time: Column) = "try_make_timestamp_ntz";
}
