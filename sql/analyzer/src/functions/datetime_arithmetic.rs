//! `+`, `-`, `*` and `/` where dates, timestamps or intervals are among the sides.
//!
//! Spark replaces them by functions of their own, and so do we: `date_add`, `date_sub`,
//! `date_add_interval`, `date_sub_interval`, `time_add`, `time_sub`, `timestamp_minus`, `date_minus`,
//! `multiply_interval`, `divide_interval`. Names of columns show most of them as operators.

use flint_sql_spec::{DataType, DayTimeField, DayTimeRange, Result, SqlError, condition};

use super::binding::{Binding, cast_to};
use crate::resolved::Expr;
use crate::types::{Accept, Basic};

const TIMES: Accept = Accept::AnyOf(&[Accept::AnyTimestamp, Accept::NanosTimestamp]);

/// What a side is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Date,
    Timestamp,
    Days,
    DayTime,
    YearMonth,
    Calendar,
    Null,
    Text,
    Other,
}

fn side(expr: &Expr) -> Side {
    const DAYS: DayTimeRange = DayTimeRange {
        start: DayTimeField::Day,
        end: DayTimeField::Day,
    };
    match expr.data_type() {
        DataType::Date => Side::Date,
        DataType::Timestamp
        | DataType::TimestampNtz
        | DataType::TimestampLtzNanos(_)
        | DataType::TimestampNtzNanos(_) => Side::Timestamp,
        DataType::DayTimeInterval(DAYS) => Side::Days,
        DataType::DayTimeInterval(_) => Side::DayTime,
        DataType::YearMonthInterval(_) => Side::YearMonth,
        DataType::CalendarInterval => Side::Calendar,
        DataType::Null => Side::Null,
        other if other.is_string() => Side::Text,
        _ => Side::Other,
    }
}

type Done<'a> = std::result::Result<Result<Expr>, Box<Binding<'a>>>;

/// Whether times of day are computed with. Spark has them, but no arithmetic of them unless
/// `spark.sql.timeType.enabled` is set.
fn is_of_times(binding: &Binding<'_>) -> bool {
    use DataType::{DayTimeInterval, Time};
    match (binding.args[0].data_type(), binding.args[1].data_type()) {
        (Time(_), DayTimeInterval(_)) => true,
        (DayTimeInterval(_), Time(_)) => binding.name == "+",
        (Time(_), Time(_)) => binding.name == "-",
        _ => false,
    }
}

/// The call, when it is of this kind; else the binding again.
pub(super) fn bind(binding: Binding<'_>) -> Done<'_> {
    match binding.name {
        "+" | "-" if is_of_times(&binding) => {
            let error = SqlError::new(condition::UNSUPPORTED_TIME_TYPE);
            Ok(Err(error.at(binding.origin)))
        }
        "+" => add(binding),
        "-" => subtract(binding),
        "*" => multiply(binding),
        "/" => divide(binding),
        _ => Err(Box::new(binding)),
    }
}

fn renamed<'a>(binding: &Binding<'a>, name: &'static str, args: Vec<Expr>) -> Binding<'a> {
    binding.other(name, args)
}

fn add(binding: Binding<'_>) -> Done<'_> {
    let (left, right) = (side(&binding.args[0]), side(&binding.args[1]));
    let (l, r) = (binding.args[0].clone(), binding.args[1].clone());
    use Side::{Calendar, Date, DayTime, Days, Null, Text, Timestamp, YearMonth};
    Ok(match (left, right) {
        (Date, Days) => add_days(&binding, l, r, false),
        (Days, Date) => add_days(&binding, r, l, false),
        (Date, DayTime) => time_shifted(&binding, "time_add", as_timestamp(&binding, &l), r),
        (DayTime, Date) => time_shifted(&binding, "time_add", as_timestamp(&binding, &r), l),
        (Date, YearMonth | Calendar) => date_shifted(&binding, "date_add_interval", l, r),
        (YearMonth | Calendar, Date) => date_shifted(&binding, "date_add_interval", r, l),
        (Timestamp, YearMonth) => time_shifted(&binding, "time_add", l, r),
        (YearMonth, Timestamp) => time_shifted(&binding, "time_add", r, l),
        (Calendar, Calendar) | (Days | DayTime, Days | DayTime) => return Err(Box::new(binding)),
        (Null, Days | DayTime | YearMonth) | (Days | DayTime | YearMonth, Null) => {
            return Err(Box::new(binding));
        }
        (_, Calendar | Days | DayTime) => shifted_as_written(&binding, "time_add", l, r),
        (Calendar | Days | DayTime, _) => shifted_as_written(&binding, "time_add", r, l),
        (Date, Null) | (Null, Date) => {
            let date = if left == Date { l } else { r };
            null_shift(&binding, "time_add", as_timestamp(&binding, &date))
        }
        (Timestamp, Null) => null_shift(&binding, "time_add", l),
        (Null, Timestamp) => null_shift(&binding, "time_add", r),
        (Date, other) if other != Text => plus_days(&binding, "date_add", l, r),
        (other, Date) if other != Text => plus_days(&binding, "date_add", r, l),
        _ => return Err(Box::new(binding)),
    })
}

fn subtract(binding: Binding<'_>) -> Done<'_> {
    let (left, right) = (side(&binding.args[0]), side(&binding.args[1]));
    let (l, r) = (binding.args[0].clone(), binding.args[1].clone());
    use Side::{Calendar, Date, DayTime, Days, Null, Text, Timestamp, YearMonth};
    Ok(match (left, right) {
        (Date, Days) => add_days(&binding, l, r, true),
        (Date, DayTime) => time_shifted(&binding, "time_sub", as_timestamp(&binding, &l), r),
        (Date, YearMonth | Calendar) => date_shifted(&binding, "date_sub_interval", l, r),
        (Timestamp, YearMonth) => time_shifted(&binding, "time_sub", l, r),
        (Calendar, Calendar) | (Days | DayTime, Days | DayTime) => return Err(Box::new(binding)),
        (Null, Days | DayTime | YearMonth) | (Days | DayTime | YearMonth, Null) => {
            return Err(Box::new(binding));
        }
        (_, Calendar | Days | DayTime) => shifted_as_written(&binding, "time_sub", l, r),
        (Timestamp, _) | (_, Timestamp) => timestamps(&binding, l, r),
        (_, Date) | (Date, Null) => dates(&binding, l, r),
        (Date, other) if other != Text => plus_days(&binding, "date_sub", l, r),
        _ => return Err(Box::new(binding)),
    })
}

fn as_timestamp(binding: &Binding<'_>, date: &Expr) -> Expr {
    cast_to(date, &DataType::Timestamp, binding.rules)
}

/// A date and whole days of an interval: `date_add` of its days.
fn add_days(binding: &Binding<'_>, date: Expr, days: Expr, negated: bool) -> Result<Expr> {
    let nullable = days.nullable();
    let mut count =
        renamed(binding, "extractansiintervaldays", vec![days]).finish(DataType::Integer, nullable);
    if negated {
        count = renamed(binding, "negative", vec![count]).finish(DataType::Integer, nullable);
    }
    plus_days(binding, "date_add", date, count)
}

fn plus_days(binding: &Binding<'_>, name: &'static str, date: Expr, days: Expr) -> Result<Expr> {
    super::datetime::add_days(renamed(binding, name, vec![date, days]))
}

/// A date and months of an interval: a date.
fn date_shifted(
    binding: &Binding<'_>,
    name: &'static str,
    date: Expr,
    interval: Expr,
) -> Result<Expr> {
    let call = renamed(binding, name, vec![date, interval]);
    let nullable = call.any_nullable();
    Ok(call.finish(DataType::Date, nullable))
}

/// A timestamp and an interval: a timestamp of the same kind.
fn time_shifted(
    binding: &Binding<'_>,
    name: &'static str,
    time: Expr,
    interval: Expr,
) -> Result<Expr> {
    let mut call = renamed(binding, name, vec![time, interval]);
    call.need(0, &TIMES)?;
    let (data_type, nullable) = (call.type_of(0), call.any_nullable());
    Ok(call.finish(data_type, nullable))
}

/// As [`time_shifted`], and cast back to what was written: a string stays one.
fn shifted_as_written(
    binding: &Binding<'_>,
    name: &'static str,
    time: Expr,
    interval: Expr,
) -> Result<Expr> {
    let written = time.data_type().clone();
    if written == DataType::Null {
        let interval_type = interval.data_type().clone();
        let nulls = cast_to(&time, &interval_type, binding.rules);
        return Ok(
            renamed(binding, binding.name, vec![nulls, interval]).finish(interval_type, true)
        );
    }
    let shifted = time_shifted(binding, name, time, interval)?;
    Ok(cast_to(&shifted, &written, binding.rules))
}

fn null_shift(binding: &Binding<'_>, name: &'static str, time: Expr) -> Result<Expr> {
    let null = Expr::literal(flint_sql_spec::Literal::NULL);
    let interval = cast_to(&null, &Basic::DayTimeInterval.data_type(), binding.rules);
    time_shifted(binding, name, time, interval)
}

fn timestamps(binding: &Binding<'_>, left: Expr, right: Expr) -> Result<Expr> {
    let mut call = renamed(binding, "timestamp_minus", vec![left, right]);
    call.need(0, &TIMES)?;
    call.need(1, &TIMES)?;
    let nullable = call.any_nullable();
    Ok(call.finish(Basic::DayTimeInterval.data_type(), nullable))
}

fn dates(binding: &Binding<'_>, left: Expr, right: Expr) -> Result<Expr> {
    let mut call = renamed(binding, "date_minus", vec![left, right]);
    call.need(0, &Accept::Is(Basic::Date))?;
    call.need(1, &Accept::Is(Basic::Date))?;
    let nullable = call.any_nullable();
    let days = DayTimeRange::only(DayTimeField::Day);
    Ok(call.finish(DataType::DayTimeInterval(days), nullable))
}

/// What an interval is after it is multiplied or divided.
fn whole_interval(interval: Side) -> Option<DataType> {
    match interval {
        Side::Days | Side::DayTime => Some(Basic::DayTimeInterval.data_type()),
        Side::YearMonth => Some(Basic::YearMonthInterval.data_type()),
        Side::Calendar => Some(DataType::CalendarInterval),
        _ => None,
    }
}

fn multiply(binding: Binding<'_>) -> Done<'_> {
    let (left, right) = (side(&binding.args[0]), side(&binding.args[1]));
    let (l, r) = (binding.args[0].clone(), binding.args[1].clone());
    if let Some(data_type) = whole_interval(left) {
        return Ok(scaled(&binding, "multiply_interval", l, r, data_type));
    }
    if let Some(data_type) = whole_interval(right) {
        return Ok(scaled(&binding, "multiply_interval", r, l, data_type));
    }
    Err(Box::new(binding))
}

fn divide(binding: Binding<'_>) -> Done<'_> {
    let (l, r) = (binding.args[0].clone(), binding.args[1].clone());
    match whole_interval(side(&l)) {
        Some(data_type) => Ok(scaled(&binding, "divide_interval", l, r, data_type)),
        None => Err(Box::new(binding)),
    }
}

fn scaled(
    binding: &Binding<'_>,
    name: &'static str,
    interval: Expr,
    number: Expr,
    data_type: DataType,
) -> Result<Expr> {
    let calendar = data_type == DataType::CalendarInterval;
    let mut call = renamed(binding, name, vec![interval, number]);
    let accept = if calendar {
        Accept::Is(Basic::Double)
    } else {
        Accept::Numeric
    };
    call.need(1, &accept)?;
    let nullable = call.any_nullable() || name == "divide_interval" || calendar;
    Ok(call.finish(data_type, nullable))
}
