//! `avg` and `try_avg`.
//!
//! Decimals are summed as `sum` does and divided with the rounding of Spark's decimals; integers and
//! floats are summed as doubles; intervals are summed and divided, halves away from zero.

use std::marker::PhantomData;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowNativeTypeOp, AsArray, Int64Array, PrimitiveArray};
use arrow::datatypes::{
    DataType as ArrowType, Decimal128Type, Decimal256Type, DecimalType, DurationMicrosecondType,
    Float64Type, Int64Type, IntervalUnit, IntervalYearMonthType, TimeUnit, i256,
};
use flint_sql_columnar::Raised;
use flint_sql_spec::{SqlError, condition};

use super::call::{Aggregate, Call, Made};
use super::fold::{Fold, Folded};
use super::overflow::{Overflow, fits};
use super::sum::{Addend, addends, never_too_large};

pub(super) const FAMILY: &[Aggregate] = &[
    Aggregate::new("avg", make),
    Aggregate::new("try_avg", make),
    Aggregate::new("regr_avgx", make_second),
    Aggregate::new("regr_avgy", make),
];

fn make(call: &Call<'_>) -> Made {
    average(call, 0)
}

fn make_second(call: &Call<'_>) -> Made {
    average(call, 1)
}

/// The average of an argument, over the rows where no argument is null.
fn average(call: &Call<'_>, of: usize) -> Made {
    let result = call.result.clone();
    let input = call.input(of)?;
    let total = match (input, &result) {
        (ArrowType::Decimal128(precision, scale), ArrowType::Decimal128(..)) => {
            ArrowType::Decimal128((*precision + 10).min(38), *scale)
        }
        (_, other) => other.clone(),
    };
    Ok(match result {
        ArrowType::Float64 => Folded::boxed(Avg::<Float64Type, false>::new(call, of, total)),
        ArrowType::Decimal128(..) if never_too_large(input) => {
            Folded::boxed(Avg::<Decimal128Type, true>::new(call, of, total))
        }
        ArrowType::Decimal128(..) => {
            Folded::boxed(Avg::<Decimal128Type, false>::new(call, of, total))
        }
        ArrowType::Interval(IntervalUnit::YearMonth) => {
            Folded::boxed(Avg::<IntervalYearMonthType, false>::new(call, of, total))
        }
        ArrowType::Duration(TimeUnit::Microsecond) => {
            Folded::boxed(Avg::<DurationMicrosecondType, false>::new(call, of, total))
        }
        _ => return Err(call.unknown_type()),
    })
}

/// A sum that can be divided by a count.
trait Quotient: Addend + Sized {
    /// Whether a sum is one of its type.
    fn bound(_: Self::Native, _: &ArrowType) -> bool {
        true
    }

    /// The quotient; the count is not 0.
    fn over(total: Self::Native, count: i64, types: &Types)
    -> Result<Option<Self::Native>, Raised>;
}

impl Quotient for Float64Type {
    fn over(total: f64, count: i64, _: &Types) -> Result<Option<f64>, Raised> {
        Ok(Some(total / count as f64))
    }
}

impl Quotient for IntervalYearMonthType {
    fn over(total: i32, count: i64, _: &Types) -> Result<Option<i32>, Raised> {
        Ok(i32::try_from(half_up(i64::from(total), count)).ok())
    }
}

impl Quotient for DurationMicrosecondType {
    fn over(total: i64, count: i64, _: &Types) -> Result<Option<i64>, Raised> {
        Ok(Some(half_up(total, count)))
    }
}

impl Quotient for Decimal128Type {
    fn bound(total: i128, layout: &ArrowType) -> bool {
        matches!(layout, ArrowType::Decimal128(precision, _) if fits(total, *precision))
    }

    /// Spark divides with 38 digits after the point and rounds that to the result.
    fn over(total: i128, count: i64, types: &Types) -> Result<Option<i128>, Raised> {
        let (from, to) = (scale(&types.total), scale(&types.result));
        let quotient =
            short_quotient(total, count, from, to).or_else(|| quotient(total, count, from, to));
        match quotient.filter(|quotient| Self::bound(*quotient, &types.result)) {
            None if types.overflow == Overflow::Raises => {
                Err(types.out_of_range(total, count).into())
            }
            found => Ok(found),
        }
    }
}

/// Digits after the point.
fn scale(layout: &ArrowType) -> u32 {
    match layout {
        ArrowType::Decimal128(_, scale) => u32::from(scale.unsigned_abs()),
        _ => 0,
    }
}

/// A total with `from` digits after the point, divided by a count and rounded to 38 and then to `to`
/// digits.
fn quotient(total: i128, count: i64, from: u32, to: u32) -> Option<i128> {
    let precise = i256::from_i128(total).wrapping_mul(power(38 - from));
    let quotient = half_up_wide(precise, i256::from_i128(i128::from(count)));
    half_up_wide(quotient, power(38 - to)).to_i128()
}

/// The same where 128 bits do. With 20 digits more than the result keeps, rounding twice is rounding
/// once: a quotient that is not halfway is further from there than half a unit of the 38th digit,
/// because no count has 20 digits.
fn short_quotient(total: i128, count: i64, from: u32, to: u32) -> Option<i128> {
    if to < from || to > 38 - 20 {
        return None;
    }
    let scaled = total.checked_mul(10_i128.pow(to - from))?;
    let divisor = i128::from(count);
    // Most totals are small, and 64 bits are divided several times faster.
    let (quotient, rest) = match i64::try_from(scaled) {
        Ok(scaled) => (i128::from(scaled / count), i128::from(scaled % count)),
        Err(_) => (scaled / divisor, scaled % divisor),
    };
    let half = rest.unsigned_abs() * 2 >= divisor.unsigned_abs();
    Some(quotient + if half { total.signum() } else { 0 })
}

fn power(digits: u32) -> i256 {
    i256::from_i128(10_i128.pow(digits))
}

/// The quotient, halves rounded away from zero; the divisor is positive.
fn half_up(value: i64, divisor: i64) -> i64 {
    let (quotient, rest) = (value / divisor, value % divisor);
    if rest.unsigned_abs() >= divisor.unsigned_abs() - rest.unsigned_abs() {
        quotient + value.signum()
    } else {
        quotient
    }
}

fn half_up_wide(value: i256, divisor: i256) -> i256 {
    let (quotient, rest) = (value.wrapping_div(divisor), value.wrapping_rem(divisor));
    if rest.wrapping_abs().wrapping_mul(i256::from_i128(2)) >= divisor {
        quotient.wrapping_add(value.signum())
    } else {
        quotient
    }
}

/// What sums and averages are.
#[derive(Debug)]
struct Types {
    total: ArrowType,
    result: ArrowType,
    overflow: Overflow,
}

/// An average. `SMALL` says that no sum can be too large, so that none is checked.
#[derive(Debug)]
struct Avg<N, const SMALL: bool> {
    /// The argument that is averaged.
    of: usize,
    types: Types,
    number: PhantomData<N>,
}

impl<N: Addend, const SMALL: bool> Avg<N, SMALL> {
    fn new(call: &Call<'_>, of: usize, total: ArrowType) -> Self {
        Avg {
            of,
            types: Types {
                overflow: Overflow::of(call, &total),
                total,
                result: call.result.clone(),
            },
            number: PhantomData,
        }
    }
}

impl Types {
    fn out_of_range(&self, total: i128, count: i64) -> SqlError {
        let (precision, scale) = match self.result {
            ArrowType::Decimal128(precision, scale) => (precision, scale),
            _ => (38, 0),
        };
        let total = i256::from_i128(total).wrapping_mul(power(18));
        let quotient = half_up_wide(total, i256::from_i128(i128::from(count)));
        let from = match self.total {
            ArrowType::Decimal128(_, scale) => scale,
            _ => 0,
        };
        SqlError::new(condition::NUMERIC_VALUE_OUT_OF_RANGE_WITH_SUGGESTION)
            .with(
                "value",
                Decimal256Type::format_decimal(quotient, 76, from + 18),
            )
            .with("precision", precision.to_string())
            .with("scale", scale.to_string())
            .with("config", "\"spark.sql.ansi.enabled\"")
    }
}

#[derive(Debug, Clone, Copy)]
struct State<T> {
    total: T,
    count: i64,
    /// Whether the total was too large once; it then means nothing.
    lost: bool,
}

impl<T: Copy> State<T> {
    fn total(&self) -> Option<T> {
        (!self.lost).then_some(self.total)
    }
}

impl<N: Quotient, const SMALL: bool> Avg<N, SMALL> {
    fn result(&self, state: &State<N::Native>) -> Result<Option<N::Native>, Raised> {
        if state.count == 0 {
            return Ok(None);
        }
        match state
            .total()
            .filter(|total| N::bound(*total, &self.types.total))
        {
            Some(total) => N::over(total, state.count, &self.types),
            None if self.types.overflow == Overflow::Raises => {
                Err(Overflow::error(&self.types.total, "try_avg").into())
            }
            None => Ok(None),
        }
    }
}

impl<N: Quotient, const SMALL: bool> Fold for Avg<N, SMALL> {
    type State = State<N::Native>;
    type Rows<'a> = PrimitiveArray<N>;
    type Saved<'a> = (PrimitiveArray<N>, Int64Array);

    const RETRACTS: bool = N::EXACT;

    fn start(&self) -> Self::State {
        State {
            total: N::Native::ZERO,
            count: 0,
            lost: false,
        }
    }

    fn rows<'a>(&self, columns: &'a [ArrayRef]) -> Result<Self::Rows<'a>, Raised> {
        addends(&columns[self.of], &self.types.total)
    }

    #[inline]
    fn add(
        &self,
        state: &mut Self::State,
        rows: &Self::Rows<'_>,
        row: usize,
    ) -> Result<(), Raised> {
        state.count += 1;
        self.plus(state, rows.value(row));
        Ok(())
    }

    fn remove(
        &self,
        state: &mut Self::State,
        rows: &Self::Rows<'_>,
        row: usize,
    ) -> Result<(), Raised> {
        state.count -= 1;
        if state.count == 0 {
            *state = self.start();
        } else if let Some(left) = N::minus(state.total, rows.value(row)) {
            state.total = left;
        } else {
            state.lost = true;
        }
        Ok(())
    }

    fn layout(&self) -> Vec<ArrowType> {
        vec![self.types.total.clone(), ArrowType::Int64]
    }

    fn save(&self, states: &[Self::State]) -> Result<Vec<ArrayRef>, Raised> {
        let totals: PrimitiveArray<N> = states.iter().map(State::total).collect();
        let counts: Int64Array = states.iter().map(|state| Some(state.count)).collect();
        Ok(vec![
            Arc::new(totals.with_data_type(self.types.total.clone())),
            Arc::new(counts),
        ])
    }

    fn saved<'a>(&self, columns: &'a [ArrayRef]) -> Result<Self::Saved<'a>, Raised> {
        let totals = columns[0].as_primitive::<N>().clone();
        Ok((totals, columns[1].as_primitive::<Int64Type>().clone()))
    }

    fn merge(
        &self,
        state: &mut Self::State,
        saved: &Self::Saved<'_>,
        row: usize,
    ) -> Result<(), Raised> {
        state.count += saved.1.value(row);
        if saved.0.is_null(row) {
            state.lost = true;
        } else {
            self.plus(state, saved.0.value(row));
        }
        Ok(())
    }

    fn finish(&self, states: &[Self::State]) -> Result<ArrayRef, Raised> {
        let results = states.iter().map(|state| self.result(state));
        let results: PrimitiveArray<N> = results.collect::<Result<_, _>>()?;
        Ok(Arc::new(results.with_data_type(self.types.result.clone())))
    }
}

impl<N: Addend, const SMALL: bool> Avg<N, SMALL> {
    #[inline]
    fn plus(&self, state: &mut State<N::Native>, value: N::Native) {
        let (sum, overflow) = match SMALL {
            true => N::plus_small(state.total, value),
            false => N::plus(state.total, value),
        };
        state.total = sum;
        state.lost |= overflow;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_division_is_spark_s_long_one() {
        let mut seed = 7_u64;
        let mut next = || {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            i128::from((seed >> 8) as i64)
        };
        let mut compared = 0;
        for round in 0..20_000 {
            let count = 1 + i64::try_from(next() % 1_000).unwrap() * (round % 7 + 1);
            // Halves are as likely as anything else.
            let total = next() % 10_i128.pow(1 + round as u32 % 16) * i128::from(count) / 2;
            let total = if round % 2 == 0 {
                total
            } else {
                -total + next() % 3
            };
            for (from, to) in [(0, 4), (2, 6), (4, 4), (14, 18)] {
                if let Some(short) = short_quotient(total, count, from, to) {
                    assert_eq!(
                        Some(short),
                        quotient(total, count, from, to),
                        "{total} / {count}, {from} to {to}"
                    );
                    compared += 1;
                }
            }
        }
        assert!(compared > 60_000);
        assert_eq!(short_quotient(1, 3, 2, 19), None);
    }
}
