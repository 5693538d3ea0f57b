//! `sequence`: from a value to another, both included as far as steps meet them.
//!
//! Without a step it goes by one, or by a day, down if the end lies before the start. Months are
//! counted from the start, so that a short one leaves no trace on those behind it; days and hours
//! of timestamps are of the session's clocks.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType as ArrowType, DurationMicrosecondType, Int64Type, IntervalMonthDayNanoType,
    IntervalYearMonthType,
};
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, Result, SqlError};

use super::construct::{LIMIT, too_long};
use super::lists::{element, list};
use crate::arguments::Arguments;
use crate::datetime::functions::plus_months;
use crate::datetime::{MICROS_PER_DAY, NANOS_PER_MICRO, Zone};
use crate::limits::{self, MOST_OF_BATCH};
use crate::scalar::Kernel;
use crate::site::Site;

/// What one step adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    months: i64,
    days: i64,
    micros: i64,
}

/// What is stepped over.
#[derive(Debug, Clone)]
enum Line {
    Numbers,
    Dates,
    /// Instants that clocks of a zone show.
    Clock(Zone),
}

pub(super) fn sequence(site: &Site) -> Result<Kernel> {
    let field = element(site)?;
    let line = match &site.arguments[0] {
        DataType::Date => Line::Dates,
        DataType::Timestamp => Line::Clock(Zone::of(&site.settings.time_zone)?),
        DataType::TimestampNtz => Line::Clock(Zone::UTC),
        _ => Line::Numbers,
    };
    Ok(Arc::new(move |args| {
        let (starts, stops) = (whole(&args.array(0)?)?, whole(&args.array(1)?)?);
        let steps = steps(args, &line)?;
        let (mut values, mut ends, mut valid) = (Vec::new(), Vec::new(), Vec::new());
        for row in 0..args.rows() {
            let step = match &steps {
                Some(steps) => steps[row],
                None => Some(line.unit(starts.value(row) <= stops.value(row))),
            };
            let known = starts.is_valid(row) && stops.is_valid(row);
            if let Some(step) = step.filter(|_| known) {
                line.walk(starts.value(row), stops.value(row), step, &mut values)?
            }
            valid.push(known && step.is_some());
            ends.push(i32::try_from(values.len()).map_err(|_| too_long("sequence", values.len()))?);
        }
        let values: ArrayRef = Arc::new(Int64Array::from(values));
        let values = match field.data_type() {
            ArrowType::Date32 => cast(&cast(&values, &ArrowType::Int32)?, &ArrowType::Date32)?,
            other => cast(&values, other)?,
        };
        list(&field, ends, values, valid)
    }))
}

/// Whole numbers, days or microseconds as numbers.
fn whole(array: &ArrayRef) -> Result<Int64Array, Raised> {
    let array = match array.data_type() {
        ArrowType::Date32 => &cast(array, &ArrowType::Int32)?,
        _ => array,
    };
    Ok(cast(array, &ArrowType::Int64)?
        .as_primitive::<Int64Type>()
        .clone())
}

/// The step of each row, if the call has one.
fn steps(args: &Arguments, line: &Line) -> Result<Option<Vec<Option<Step>>>, Raised> {
    if args.len() < 3 {
        return Ok(None);
    }
    let array = args.array(2)?;
    let micros = |micros: i64| match line {
        // A day of an interval of days and hours is 24 hours, but for dates it is a day.
        Line::Dates => Step {
            months: 0,
            days: micros / MICROS_PER_DAY,
            micros: micros % MICROS_PER_DAY,
        },
        _ => Step {
            months: 0,
            days: 0,
            micros,
        },
    };
    let months = |months: i32| Step {
        months: i64::from(months),
        days: 0,
        micros: 0,
    };
    let steps: Vec<Option<Step>> = match array.data_type() {
        ArrowType::Duration(_) => {
            let array = array.as_primitive::<DurationMicrosecondType>();
            array.iter().map(|value| value.map(micros)).collect()
        }
        ArrowType::Interval(arrow::datatypes::IntervalUnit::YearMonth) => {
            let array = array.as_primitive::<IntervalYearMonthType>();
            array.iter().map(|value| value.map(months)).collect()
        }
        ArrowType::Interval(_) => {
            let array = array.as_primitive::<IntervalMonthDayNanoType>();
            let step = |value: arrow::datatypes::IntervalMonthDayNano| Step {
                months: i64::from(value.months),
                days: i64::from(value.days),
                micros: value.nanoseconds / NANOS_PER_MICRO,
            };
            array.iter().map(|value| value.map(step)).collect()
        }
        _ => {
            let step = |micros| Step {
                months: 0,
                days: 0,
                micros,
            };
            let array = whole(&array)?;
            array.iter().map(|value| value.map(step)).collect()
        }
    };
    Ok(Some(steps))
}

impl Line {
    fn unit(&self, up: bool) -> Step {
        let one = if up { 1 } else { -1 };
        let (days, micros) = match self {
            Line::Numbers => (0, one),
            _ => (one, 0),
        };
        Step {
            months: 0,
            days,
            micros,
        }
    }

    fn walk(&self, start: i64, stop: i64, step: Step, values: &mut Vec<i64>) -> Result<(), Raised> {
        if matches!(self, Line::Dates) && step.months == 0 && step.days == 0 {
            return Err(SqlError::internal(
                "sequence step must be an interval day to second of day granularity if start \
                 and end values are dates",
            )
            .into());
        }
        let up = (step.months, step.days, step.micros) > (0, 0, 0);
        let fits = start == stop || (step != Step::ZERO && up == (start < stop));
        if !fits {
            return Err(SqlError::internal(format!(
                "Illegal sequence boundaries: {start} to {stop}"
            ))
            .into());
        }
        if let Some(unit) = self.size(step) {
            let length = (i128::from(stop) - i128::from(start)) / unit + 1;
            if length > i128::from(LIMIT) {
                return Err(too_long(
                    "sequence",
                    i64::try_from(length).unwrap_or(i64::MAX),
                ));
            }
            let all = values.len() as i128 + length;
            if all > MOST_OF_BATCH as i128 {
                return Err(limits::too_long("sequence", all, MOST_OF_BATCH));
            }
        }
        let mut count = 0;
        while let Some(value) = self.at(start, step, count) {
            if (up && value > stop) || (!up && value < stop) {
                break;
            }
            values.push(value);
            if step == Step::ZERO {
                break;
            }
            count += 1;
        }
        Ok(())
    }

    /// How far a step goes, about: months are of 28 days. `None` for one that stays.
    fn size(&self, step: Step) -> Option<i128> {
        let days = i128::from(step.months) * 28 + i128::from(step.days);
        let micros = i128::from(step.micros);
        let day = i128::from(MICROS_PER_DAY);
        let size = match self {
            Line::Numbers => micros,
            Line::Dates => days + micros / day,
            Line::Clock(_) => days * day + micros,
        };
        (size != 0).then_some(size)
    }

    /// The value after so many steps; `None` if there is none so far away.
    fn at(&self, start: i64, step: Step, count: i64) -> Option<i64> {
        let months = step.months.checked_mul(count)?;
        let days = step.days.checked_mul(count)?;
        let micros = step.micros.checked_mul(count)?;
        let zone = match self {
            Line::Numbers => return start.checked_add(micros),
            Line::Dates => {
                let date = plus_months(start, months).ok()?;
                let hours = micros.div_euclid(MICROS_PER_DAY);
                return i64::from(date).checked_add(days)?.checked_add(hours);
            }
            Line::Clock(zone) => zone,
        };
        if (months, days) == (0, 0) {
            return start.checked_add(micros);
        }
        let local = zone.local(start);
        let (date, time) = (
            local.div_euclid(MICROS_PER_DAY),
            local.rem_euclid(MICROS_PER_DAY),
        );
        let date = plus_months(date, months).ok()?;
        let date = i64::from(date).checked_add(days)?;
        let local = date.checked_mul(MICROS_PER_DAY)?.checked_add(time)?;
        zone.instant(local)?.checked_add(micros)
    }
}

impl Step {
    const ZERO: Step = Step {
        months: 0,
        days: 0,
        micros: 0,
    };
}
