//! Intervals, times of day, and timestamps with nanoseconds.

use flint_connect_protocol::spark::connect::expression::literal as proto;
use flint_sql_spec::{DataType, DayTimeRange, Literal, Result, YearMonthRange};

use crate::data_type::{nanos_precision, time_precision};
use crate::missing;

const NANOS_OF_DAY: i64 = 24 * 60 * 60 * 1_000_000_000;

/// Months, of the fields that the type has.
pub(super) fn year_month(months: i32, expected: Option<&DataType>) -> Literal {
    let range = match expected {
        Some(DataType::YearMonthInterval(range)) => *range,
        _ => YearMonthRange::WHOLE,
    };
    Literal::YearMonthInterval { months, range }
}

/// Microseconds, of the fields that the type has.
pub(super) fn day_time(micros: i64, expected: Option<&DataType>) -> Literal {
    let range = match expected {
        Some(DataType::DayTimeInterval(range)) => *range,
        _ => DayTimeRange::WHOLE,
    };
    Literal::DayTimeInterval { micros, range }
}

/// A time of day.
pub(super) fn time_of_day(message: &proto::Time, expected: Option<&DataType>) -> Result<Literal> {
    if !(0..NANOS_OF_DAY).contains(&message.nano) {
        let nano = message.nano;
        let message = format!(
            "A time of day has 0 to {} nanoseconds, not {nano}.",
            NANOS_OF_DAY - 1
        );
        return Err(missing::assertion(message));
    }
    let precision = match expected {
        Some(DataType::Time(precision)) => *precision,
        _ => time_precision(message.precision)?,
    };
    Ok(Literal::Time {
        nanos: message.nano,
        precision,
    })
}

/// A zoneless timestamp with nanoseconds.
pub(super) fn zoneless(
    message: &proto::TimestampNtzNanos,
    expected: Option<&DataType>,
) -> Result<Literal> {
    Ok(Literal::TimestampNanos {
        zoned: false,
        micros: message.epoch_micros,
        nanos_within_micro: within_micro(message.nanos_within_micro)?,
        precision: match expected {
            Some(DataType::TimestampNtzNanos(precision)) => *precision,
            _ => nanos_precision(message.precision, "TIMESTAMP_NTZ")?,
        },
    })
}

/// An instant with nanoseconds.
pub(super) fn instant(
    message: &proto::TimestampLtzNanos,
    expected: Option<&DataType>,
) -> Result<Literal> {
    Ok(Literal::TimestampNanos {
        zoned: true,
        micros: message.epoch_micros,
        nanos_within_micro: within_micro(message.nanos_within_micro)?,
        precision: match expected {
            Some(DataType::TimestampLtzNanos(precision)) => *precision,
            _ => nanos_precision(message.precision, "TIMESTAMP_LTZ")?,
        },
    })
}

fn within_micro(nanos: i32) -> Result<u16> {
    let number = u16::try_from(nanos).ok().filter(|nanos| *nanos < 1000);
    number.ok_or_else(|| {
        let rule = "The nanoseconds within a microsecond are 0 to 999";
        missing::assertion(format!("{rule}, not {nanos}."))
    })
}
