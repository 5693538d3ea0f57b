//! Sums and quotients of intervals.
//!
//! Intervals of months and of microseconds fail when they overflow, in both modes. A calendar
//! interval has three parts, which are added one by one, and wrap around in legacy mode.

use arrow::array::ArrowPrimitiveType;
use arrow::datatypes::{
    DurationMicrosecondType, Int64Type, IntervalMonthDayNano, IntervalMonthDayNanoType,
    IntervalYearMonthType,
};
use flint_sql_spec::{DataType, Result};

use super::failure::{Missing, by_zero, interval_overflow, overflow};
use super::integers::Whole;
use super::rows::Settled;
use super::{Operator, binary, no_kernel};
use crate::scalar::Kernel;
use crate::site::Site;

pub(super) fn operator(operator: Operator, site: &Site, missing: Missing) -> Result<Kernel> {
    match site.arguments.first() {
        Some(DataType::YearMonthInterval(_)) => {
            of_type::<IntervalYearMonthType>(operator, site, missing)
        }
        Some(DataType::DayTimeInterval(_)) => {
            of_type::<DurationMicrosecondType>(operator, site, missing)
        }
        Some(DataType::CalendarInterval) => calendar(operator, site, missing),
        _ => Err(no_kernel(operator.symbol(), site)),
    }
}

fn of_type<T>(operator: Operator, site: &Site, missing: Missing) -> Result<Kernel>
where
    T: ArrowPrimitiveType<Native: Whole + Into<i64>>,
{
    let failing = if missing == Missing::Null {
        missing
    } else {
        Missing::Raise
    };
    let exact = move |_, _| failing.none(|| interval_overflow(Some(operator.forgiving())));
    match operator {
        Operator::Add => binary::<T, T, T>(site, Whole::plus, exact),
        Operator::Subtract => binary::<T, T, T>(site, Whole::minus, exact),
        Operator::IntegralDivide => binary::<T, T, Int64Type>(
            site,
            |a, b| {
                let (a, b): (i64, i64) = (a.into(), b.into());
                (a.over(b).0, b == 0)
            },
            move |_, _| missing.none(|| by_zero(operator)),
        ),
        _ => Err(no_kernel(operator.symbol(), site)),
    }
}

fn calendar(operator: Operator, site: &Site, missing: Missing) -> Result<Kernel> {
    let combine: fn(IntervalMonthDayNano, IntervalMonthDayNano) -> (IntervalMonthDayNano, bool) =
        match operator {
            Operator::Add => |a, b| {
                interval(
                    a.months.plus(b.months),
                    a.days.plus(b.days),
                    a.nanoseconds.plus(b.nanoseconds),
                )
            },
            Operator::Subtract => |a, b| {
                interval(
                    a.months.minus(b.months),
                    a.days.minus(b.days),
                    a.nanoseconds.minus(b.nanoseconds),
                )
            },
            _ => return Err(no_kernel(operator.symbol(), site)),
        };
    type Calendar = IntervalMonthDayNanoType;
    binary::<Calendar, Calendar, Calendar>(site, combine, move |a, b| {
        wrapped(missing, combine(a, b).0)
    })
}

fn interval(
    months: (i32, bool),
    days: (i32, bool),
    nanoseconds: (i64, bool),
) -> (IntervalMonthDayNano, bool) {
    let value = IntervalMonthDayNano {
        months: months.0,
        days: days.0,
        nanoseconds: nanoseconds.0,
    };
    (value, months.1 | days.1 | nanoseconds.1)
}

/// Every part negated, and whether one wrapped around.
pub(super) fn opposite(value: IntervalMonthDayNano) -> (IntervalMonthDayNano, bool) {
    interval(
        value.months.opposite(),
        value.days.opposite(),
        value.nanoseconds.opposite(),
    )
}

/// What an interval of which a part wrapped around comes to.
pub(super) fn wrapped(
    missing: Missing,
    value: IntervalMonthDayNano,
) -> Settled<IntervalMonthDayNano> {
    let value = (missing == Missing::Wrap).then_some(value);
    missing.settle(value, || overflow("overflow", None))
}
