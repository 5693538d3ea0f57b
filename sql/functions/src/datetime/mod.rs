//! Dates, clocks and zones as Spark counts them: days and microseconds since 1970-01-01 in the
//! proleptic Gregorian calendar.

mod calendar;
pub(crate) mod functions;
pub(crate) mod interval_text;
pub(crate) mod parse;
pub mod pattern;
mod zone;

pub(crate) use calendar::{
    Civil, MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND, NANOS_PER_MICRO,
    civil, day_of, days_in_month,
};
pub(crate) use zone::Zone;
