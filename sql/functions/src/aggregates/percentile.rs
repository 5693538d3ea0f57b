//! `percentile`, `median`, `percentile_cont`, `percentile_disc` and `percentile_approx`.
//!
//! All of them sort the group's values. `percentile_approx` is exact here, which is within the
//! accuracy that it promises; Spark is exact too for groups that its sketch holds whole.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowNativeTypeOp, AsArray, Float64Array, ListArray, UInt32Array,
};
use arrow::buffer::OffsetBuffer;
use arrow::compute::{SortColumn, SortOptions, cast, lexsort_to_indices, take};
use arrow::datatypes::{
    DataType as ArrowType, Float64Type, Int32Type, Int64Type, IntervalYearMonthType,
};
use flint_sql_columnar::Raised;
use flint_sql_spec::{Literal, SqlError, condition};

use super::call::{Aggregate, Call, Made};
use super::collect::empty_groups;
use super::gather::{Gather, Gathered};
use crate::float::normalized;

pub(super) const FAMILY: &[Aggregate] = &[
    Aggregate::new("percentile", |call| between(call, Some(1), 0, Some(2))),
    Aggregate::new("median", |call| between(call, None, 0, None)),
    Aggregate::new("percentile_cont", |call| between(call, Some(0), 1, None)).ordered(),
    Aggregate::new("percentile_disc", discrete).ordered(),
    Aggregate::new("percentile_approx", approximate),
];

/// The fractions that are asked for: the same in all rows of the argument in place `i`, a number or a
/// list. Any number if there are no rows: results are null.
fn wanted(gathered: &Gathered, i: usize, name: &str) -> Result<Vec<f64>, Raised> {
    let column = &gathered.columns[i];
    if column.is_empty() || column.is_null(0) {
        return Ok(vec![0.5]);
    }
    let numbers = match column.as_list_opt::<i32>() {
        Some(lists) => lists.value(0),
        None => column.slice(0, 1),
    };
    let numbers = cast(&numbers, &ArrowType::Float64)?;
    let found: Vec<f64> = numbers
        .as_primitive::<Float64Type>()
        .iter()
        .flatten()
        .collect();
    if let Some(wrong) = found.iter().find(|value| !(0.0..=1.0).contains(*value)) {
        return Err(out_of_range(
            name,
            "`percentage`",
            "[0.0, 1.0]",
            &format!("{wrong:?}"),
        ));
    }
    Ok(found)
}

fn out_of_range(name: &str, argument: &str, range: &str, found: &str) -> Raised {
    SqlError::new(condition::DATATYPE_MISMATCH_VALUE_OUT_OF_RANGE)
        .with("sqlExpr", format!("\"{name}\""))
        .with("exprName", argument)
        .with("valueRange", range)
        .with("currentValue", found)
        .into()
}

/// One result for each group and fraction, as lists where a list of fractions was asked for.
fn shaped(
    call: &Call<'_>,
) -> impl Fn(ArrayRef, &Gathered) -> Result<ArrayRef, Raised> + Send + Sync + 'static {
    let result = call.result.clone();
    move |values, gathered| {
        let ArrowType::List(element) = &result else {
            return Ok(cast(&values, &result)?);
        };
        let values = cast(&values, element.data_type())?;
        let groups = gathered.offsets.len() - 1;
        let width = values.len().checked_div(groups).unwrap_or(0);
        // A list is null as a whole where its group has no rows.
        let nulls = empty_groups(gathered);
        let lengths = nulls.iter().map(|known| if known { width } else { 0 });
        let kept = nulls
            .valid_indices()
            .flat_map(|group| group * width..(group + 1) * width);
        let kept: UInt32Array = kept.map(|place| place as u32).collect();
        let (values, offsets) = (
            take(&values, &kept, None)?,
            OffsetBuffer::from_lengths(lengths),
        );
        let element = Arc::new(element.as_ref().clone().with_nullable(true));
        let list = ListArray::try_new(element, offsets, values, Some(nulls))?;
        Ok(cast(&list, &result)?)
    }
}

/// The places of a group's values in order, with how often each counts: `(value, ends of its ranks)`.
fn sorted(
    values: &ArrayRef,
    rows: &std::ops::Range<usize>,
    options: SortOptions,
) -> Result<Vec<usize>, Raised> {
    let key = SortColumn {
        values: values.slice(rows.start, rows.len()),
        options: Some(options),
    };
    let order = lexsort_to_indices(&[key], None)?;
    Ok(order
        .values()
        .iter()
        .map(|row| rows.start + *row as usize)
        .collect())
}

fn order_of(call: &Call<'_>) -> SortOptions {
    SortOptions {
        descending: call
            .options
            .first()
            .is_some_and(|options| options.descending),
        nulls_first: true,
    }
}

/// Percentiles between the two values nearest to their place.
fn between(call: &Call<'_>, at: Option<usize>, value: usize, weight: Option<usize>) -> Made {
    let (options, shape, name) = (order_of(call), shaped(call), call.name);
    let needed: Vec<usize> = match weight {
        Some(weight) => vec![value, weight],
        None if value < call.inputs.len() => vec![value],
        None => Vec::new(),
    };
    let finish = move |gathered: &Gathered| -> Result<ArrayRef, Raised> {
        let fractions = match at {
            Some(at) => wanted(gathered, at, name)?,
            None => vec![0.5],
        };
        let numbers = doubles(&normalized(&gathered.columns[value])?)?;
        let weights = match weight {
            Some(place) => Some(cast(&gathered.columns[place], &ArrowType::Int64)?),
            None => None,
        };
        let mut found = Vec::new();
        for rows in gathered.groups() {
            let ranked = Ranked::new(&numbers, weights.as_ref(), &rows, options)?;
            found.extend(fractions.iter().map(|fraction| ranked.between(*fraction)));
        }
        let found: ArrayRef = Arc::new(Float64Array::from(found));
        shape(truncated(found, &gathered.columns[value])?, gathered)
    };
    Ok(Gather::boxed(call, &needed, Arc::new(finish)))
}

/// The numbers of a column as doubles; intervals by their months or microseconds.
fn doubles(column: &ArrayRef) -> Result<ArrayRef, Raised> {
    let numbers = match column.data_type() {
        ArrowType::Interval(_) => {
            let months = column.as_primitive::<IntervalYearMonthType>();
            Arc::new(months.reinterpret_cast::<Int32Type>()) as ArrayRef
        }
        ArrowType::Duration(_) => cast(column, &ArrowType::Int64)?,
        _ => Arc::clone(column),
    };
    Ok(cast(&numbers, &ArrowType::Float64)?)
}

/// Results of intervals as whole months or microseconds; the largest where doubles are beyond it.
fn truncated(found: ArrayRef, of: &ArrayRef) -> Result<ArrayRef, Raised> {
    let numbers = found.as_primitive::<Float64Type>();
    Ok(match of.data_type() {
        ArrowType::Interval(_) => {
            Arc::new(numbers.unary::<_, IntervalYearMonthType>(|months| months as i32))
        }
        layout @ ArrowType::Duration(_) => {
            let micros = numbers.unary::<_, Int64Type>(|micros| micros as i64);
            cast(&micros, layout)?
        }
        _ => found,
    })
}

/// The values of a group in order, and the rank at which each ends.
struct Ranked {
    values: Vec<f64>,
    ends: Vec<i64>,
}

impl Ranked {
    fn new(
        numbers: &ArrayRef,
        weights: Option<&ArrayRef>,
        rows: &std::ops::Range<usize>,
        options: SortOptions,
    ) -> Result<Ranked, Raised> {
        let order = sorted(numbers, rows, options)?;
        let (numbers, mut total) = (numbers.as_primitive::<Float64Type>(), 0_i64);
        let mut ranked = Ranked {
            values: Vec::with_capacity(order.len()),
            ends: Vec::with_capacity(order.len()),
        };
        for row in order.into_iter().filter(|row| numbers.is_valid(*row)) {
            let weight =
                weights.map_or(1, |weights| weights.as_primitive::<Int64Type>().value(row));
            if weight < 0 {
                let wrong = condition::NEGATIVE_VALUES_IN_FREQUENCY_EXPRESSION;
                return Err(SqlError::new(wrong)
                    .with("frequencyExpression", "\"boundreference()\"")
                    .with("negativeValue", format!("{weight}L"))
                    .into());
            }
            total = total.add_wrapping(weight);
            if weight > 0 {
                ranked.values.push(numbers.value(row));
                ranked.ends.push(total);
            }
        }
        Ok(ranked)
    }

    /// The value that has this place, counted from 0.
    fn at(&self, place: i64) -> f64 {
        let i = self.ends.partition_point(|end| *end < place + 1);
        self.values[i.min(self.values.len() - 1)]
    }

    fn between(&self, fraction: f64) -> Option<f64> {
        let last = *self.ends.last()? - 1;
        let place = last as f64 * fraction;
        let (lower, higher) = (place.floor(), place.ceil());
        let (low, high) = (self.at(lower as i64), self.at(higher as i64));
        if lower == higher || low == high {
            return Some(low);
        }
        Some((higher - place) * low + (place - lower) * high)
    }
}

/// The values that have a fraction of all behind them.
fn discrete(call: &Call<'_>) -> Made {
    let (options, shape, name) = (order_of(call), shaped(call), call.name);
    let finish = move |gathered: &Gathered| -> Result<ArrayRef, Raised> {
        let fractions = wanted(gathered, 0, name)?;
        let values = normalized(&gathered.columns[1])?;
        let places = exact_places(&values, gathered, &fractions, options)?;
        let found = take(&values, &places, None)?;
        let found = if matches!(
            values.data_type(),
            ArrowType::Interval(_) | ArrowType::Duration(_)
        ) {
            found
        } else {
            cast(&found, &ArrowType::Float64)?
        };
        shape(found, gathered)
    };
    Ok(Gather::boxed(call, &[], Arc::new(finish)))
}

/// Where the values are that have a fraction of all at or before them.
fn exact_places(
    values: &ArrayRef,
    gathered: &Gathered,
    fractions: &[f64],
    options: SortOptions,
) -> Result<UInt32Array, Raised> {
    let mut places = Vec::new();
    for rows in gathered.groups() {
        let order = sorted(values, &rows, options)?;
        let order: Vec<usize> = order
            .into_iter()
            .filter(|row| values.is_valid(*row))
            .collect();
        places.extend(fractions.iter().map(|fraction| {
            let rank = (order.len() as f64 * fraction).ceil() as usize;
            let place = rank.saturating_sub(1).min(order.len().saturating_sub(1));
            order.get(place).map(|row| *row as u32)
        }));
    }
    Ok(UInt32Array::from(places))
}

fn approximate(call: &Call<'_>) -> Made {
    let accuracy = match call.site.constant(2) {
        Some(Literal::Byte(value)) => i64::from(*value),
        Some(Literal::Short(value)) => i64::from(*value),
        Some(Literal::Integer(value)) => i64::from(*value),
        Some(Literal::Long(value)) => *value,
        _ => 10_000,
    };
    if !(1..=i64::from(i32::MAX)).contains(&accuracy) {
        let found = accuracy.to_string();
        return Err(out_of_range(
            call.name,
            "accuracy",
            "(0, 2147483647]",
            &found,
        ));
    }
    let (shape, name) = (shaped(call), call.name);
    let finish = move |gathered: &Gathered| -> Result<ArrayRef, Raised> {
        let fractions = wanted(gathered, 1, name)?;
        let values = normalized(&gathered.columns[0])?;
        let places = exact_places(&values, gathered, &fractions, SortOptions::default())?;
        shape(take(&values, &places, None)?, gathered)
    };
    Ok(Gather::boxed(call, &[0], Arc::new(finish)))
}
