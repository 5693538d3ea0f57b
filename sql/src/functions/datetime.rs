//! Dates, times and timestamps: now, parts, sums, conversions.
//!
//! ```
//! use flint_sql::functions::{date_add, date_format, to_date_with, year};
//! let columns = [
//!     year("day"),
//!     date_add("day", 7),
//!     date_format("day", "dd.MM.yyyy"),
//!     to_date_with("text", "yyyy-MM-dd"),
//! ];
//! # let _ = columns;
//! ```

use super::*;

functions! {
    /// The date at the start of the query, in the session's time zone.
    fn current_date();
    /// The same as [`current_date`].
    fn curdate();
    /// The time of day at the start of the query.
    fn current_time();
    /// The time of day at the start of the query, with so many digits of a second.
    fn current_time_with(precision: ColumnOrLiteral) = "current_time";
    /// The instant at the start of the query.
    fn current_timestamp();
    /// The same as [`current_timestamp`].
    fn now();
    /// The name of the session's time zone.
    fn current_timezone();
    /// The date and time at the start of the query, without a time zone.
    fn localtimestamp();
    /// The date so many months later.
    fn add_months(start: Column, months: Column);
    /// The zoneless time of one zone as that of another.
    fn convert_timezone(target_zone: ColumnOrLiteral, time: Column);
    /// The zoneless time of a given zone as that of another.
    fn convert_timezone_with(source_zone: ColumnOrLiteral, target_zone: ColumnOrLiteral, time: Column) = "convert_timezone";
    /// The date so many days later.
    fn date_add(start: Column, days: Column);
    /// The same as [`date_add`].
    fn dateadd(start: Column, days: Column);
    /// The date so many days before.
    fn date_sub(start: Column, days: Column);
    /// How many days there are between two dates.
    fn datediff(end: Column, start: Column);
    /// The same as [`datediff`].
    fn date_diff(end: Column, start: Column);
    /// A date or time as text of a pattern.
    fn date_format(date: Column, format: ColumnOrLiteral);
    /// The date so many days after 1970-01-01.
    fn date_from_unix_date(days: Column);
    /// A part of a date, time or interval, such as `year`.
    fn date_part(field: ColumnOrLiteral, source: Column);
    /// The same as [`date_part`].
    fn datepart(field: ColumnOrLiteral, source: Column);
    /// The same as [`date_part`].
    fn extract(field: ColumnOrLiteral, source: Column);
    /// A timestamp cut to a unit, such as `hour`.
    fn date_trunc(format: ColumnOrLiteral, timestamp: Column);
    /// A date cut to a unit, such as `month`.
    fn trunc(date: Column, format: ColumnOrLiteral);
    /// The day of the month, 1 to 31.
    fn day(col: Column);
    /// The same as [`day`].
    fn dayofmonth(col: Column);
    /// The day of the week, from 1 for Sunday to 7.
    fn dayofweek(col: Column);
    /// The day of the year, 1 to 366.
    fn dayofyear(col: Column);
    /// The short name of the day of the week, such as `Mon`.
    fn dayname(col: Column);
    /// The short name of the month, such as `Jan`.
    fn monthname(col: Column);
    /// The hour, 0 to 23.
    fn hour(col: Column);
    /// The minute, 0 to 59.
    fn minute(col: Column);
    /// The second, 0 to 59.
    fn second(col: Column);
    /// The month, 1 to 12.
    fn month(col: Column);
    /// The quarter of the year, 1 to 4.
    fn quarter(col: Column);
    /// The day of the week, from 0 for Monday to 6.
    fn weekday(col: Column);
    /// The week of the year, 1 to 53.
    fn weekofyear(col: Column);
    /// The year.
    fn year(col: Column);
    /// The last day of the date's month.
    fn last_day(date: Column);
    /// How many months there are between two times, rounded to 8 digits.
    fn months_between(date1: Column, date2: Column);
    /// How many months there are between two times, rounded to 8 digits or not.
    fn months_between_with(date1: Column, date2: Column, round_off: ColumnOrLiteral) = "months_between";
    /// The first date behind this that is a day of the week, such as `Mon`.
    fn next_day(date: Column, day_of_week: ColumnOrLiteral);
    /// A count of seconds as text of the session's zone.
    fn from_unixtime(timestamp: Column);
    /// A count of seconds as text of a pattern.
    fn from_unixtime_with(timestamp: Column, format: ColumnOrLiteral) = "from_unixtime";
    /// A time of UTC as the time of a zone.
    fn from_utc_timestamp(timestamp: Column, zone: ColumnOrLiteral);
    /// A time of a zone as the time of UTC.
    fn to_utc_timestamp(timestamp: Column, zone: ColumnOrLiteral);
    /// Text or a time as date.
    fn to_date(col: Column);
    /// Text of a pattern as date.
    fn to_date_with(col: Column, format: ColumnOrLiteral) = "to_date";
    /// Text or a time as date, or null when it is none.
    fn try_to_date(col: Column);
    /// Text of a pattern as date, or null when it is none.
    fn try_to_date_with(col: Column, format: ColumnOrLiteral) = "try_to_date";
    /// Text as time of day.
    fn to_time(col: Column);
    /// Text of a pattern as time of day.
    fn to_time_with(col: Column, format: Column) = "to_time";
    /// Text as time of day, or null when it is none.
    fn try_to_time(col: Column);
    /// Text of a pattern as time of day, or null when it is none.
    fn try_to_time_with(col: Column, format: Column) = "try_to_time";
    /// Text as timestamp.
    fn to_timestamp(col: Column);
    /// Text of a pattern as timestamp.
    fn to_timestamp_with(col: Column, format: ColumnOrLiteral) = "to_timestamp";
    /// Text as timestamp with the session's zone.
    fn to_timestamp_ltz(timestamp: Column);
    /// Text of a pattern as timestamp with the session's zone.
    fn to_timestamp_ltz_with(timestamp: Column, format: Column) = "to_timestamp_ltz";
    /// Text as timestamp without a zone.
    fn to_timestamp_ntz(timestamp: Column);
    /// Text of a pattern as timestamp without a zone.
    fn to_timestamp_ntz_with(timestamp: Column, format: Column) = "to_timestamp_ntz";
    /// Text as timestamp, or null when it is none.
    fn try_to_timestamp(col: Column);
    /// Text of a pattern as timestamp, or null when it is none.
    fn try_to_timestamp_with(col: Column, format: Column) = "try_to_timestamp";
    /// The instant's seconds since 1970, of a time or text.
    fn to_unix_timestamp(timestamp: Column);
    /// The instant's seconds since 1970, of text of a pattern.
    fn to_unix_timestamp_with(timestamp: Column, format: Column) = "to_unix_timestamp";
    /// The seconds since 1970 at the start of the query.
    fn unix_timestamp();
    /// The instant's seconds since 1970, of text of a pattern.
    fn unix_timestamp_with(timestamp: Column, format: ColumnOrLiteral) = "unix_timestamp";
    /// The days since 1970-01-01.
    fn unix_date(col: Column);
    /// The microseconds since 1970.
    fn unix_micros(col: Column);
    /// The milliseconds since 1970, cut.
    fn unix_millis(col: Column);
    /// The nanoseconds since 1970.
    fn unix_nanos(col: Column);
    /// The seconds since 1970, cut.
    fn unix_seconds(col: Column);
    /// The instant so many seconds after 1970.
    fn timestamp_seconds(col: Column);
    /// The instant so many milliseconds after 1970.
    fn timestamp_millis(col: Column);
    /// The instant so many microseconds after 1970.
    fn timestamp_micros(col: Column);
    /// The instant so many nanoseconds after 1970.
    fn timestamp_nanos(col: Column);
    /// The time so many units later.
    fn timestamp_add(unit: ColumnOrLiteral, quantity: Column, time: Column) = "timestampadd";
    /// How many whole units there are between two times.
    fn timestamp_diff(unit: ColumnOrLiteral, start: Column, end: Column) = "timestampdiff";
    /// The start of the bucket of an interval's size that the time is in.
    fn time_bucket(size: ColumnOrLiteral, time: Column);
    /// The start of the bucket that the time is in, when buckets are counted from an origin.
    fn time_bucket_with(size: ColumnOrLiteral, time: Column, origin: ColumnOrLiteral) = "time_bucket";
    /// How many whole units there are between two times of day.
    fn time_diff(unit: Column, start: Column, end: Column);
    /// A time of day cut to a unit.
    fn time_trunc(unit: Column, time: Column);
    /// The time of day so many seconds after midnight.
    fn time_from_seconds(col: Column);
    /// The time of day so many milliseconds after midnight.
    fn time_from_millis(col: Column);
    /// The time of day so many microseconds after midnight.
    fn time_from_micros(col: Column);
    /// The seconds since midnight.
    fn time_to_seconds(col: Column);
    /// The milliseconds since midnight.
    fn time_to_millis(col: Column);
    /// The microseconds since midnight.
    fn time_to_micros(col: Column);
}
