//! `sum` and `try_sum`.
//!
//! Integers are summed as `bigint`, floats as `double`, a `decimal(p,s)` as `decimal(p+10,s)`,
//! intervals as they are. There is one state column, the sum; a decimal sum too large is a number in
//! it that no decimal is. Only `try_sum` of integers and intervals must remember an overflow beside
//! the sum.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::array::{
    Array, ArrayRef, ArrowNativeTypeOp, ArrowNumericType, AsArray, BooleanArray, PrimitiveArray,
};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType as ArrowType, Decimal128Type, DurationMicrosecondType, Float64Type, Int64Type,
    IntervalUnit, IntervalYearMonthType, TimeUnit,
};
use datafusion::common::Result as DataFusionResult;
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};
use datafusion_functions_aggregate_common::aggregate::groups_accumulator::prim_op::PrimitiveGroupsAccumulator;
use flint_sql_columnar::{Raised, to_datafusion};

use super::call::{Aggregate, Aggregation, Call, Made};
use super::fold::{Fold, Folded};
use super::overflow::{Overflow, TOO_LARGE, add_decimals, bound_decimals};

pub(super) const FAMILY: &[Aggregate] =
    &[Aggregate::new("sum", make), Aggregate::new("try_sum", make)];

fn make(call: &Call<'_>) -> Made {
    let total = call.result.clone();
    Ok(match total {
        ArrowType::Int64 => of::<Int64Type>(call, total),
        ArrowType::Float64 => of::<Float64Type>(call, total),
        ArrowType::Decimal128(..) => Box::new(Sum::<Decimal128Type>::new(call, total)),
        ArrowType::Interval(IntervalUnit::YearMonth) => of::<IntervalYearMonthType>(call, total),
        ArrowType::Duration(TimeUnit::Microsecond) => of::<DurationMicrosecondType>(call, total),
        _ => return Err(call.unknown_type()),
    })
}

fn of<N: Addend>(call: &Call<'_>, total: ArrowType) -> Box<dyn Aggregation> {
    let sum = Sum::<N>::new(call, total);
    if sum.overflow == Overflow::Null {
        return Folded::boxed(TrySum(sum));
    }
    Box::new(sum)
}

/// A number that sums are made of.
pub(super) trait Addend:
    ArrowNumericType<Native: ArrowNativeTypeOp + Send + Sync> + Send + Sync + fmt::Debug
{
    /// Whether values can be taken away again, without a trace.
    const EXACT: bool = true;

    /// The sum, and whether it was too large.
    fn plus(total: Self::Native, value: Self::Native) -> (Self::Native, bool) {
        match total.add_checked(value) {
            Ok(sum) => (sum, false),
            Err(_) => (total.add_wrapping(value), true),
        }
    }

    /// The same where [`never_too_large`] says that no sum can be.
    #[inline]
    fn plus_small(total: Self::Native, value: Self::Native) -> (Self::Native, bool) {
        Self::plus(total, value)
    }

    /// What is left without the value; `None` if the sum was too large.
    fn minus(total: Self::Native, value: Self::Native) -> Option<Self::Native> {
        Some(total.sub_wrapping(value))
    }
}

impl Addend for Int64Type {
    #[inline]
    fn plus(total: i64, value: i64) -> (i64, bool) {
        total.overflowing_add(value)
    }
}

impl Addend for DurationMicrosecondType {
    #[inline]
    fn plus(total: i64, value: i64) -> (i64, bool) {
        total.overflowing_add(value)
    }
}

impl Addend for IntervalYearMonthType {
    #[inline]
    fn plus(total: i32, value: i32) -> (i32, bool) {
        total.overflowing_add(value)
    }
}

impl Addend for Decimal128Type {
    /// Never too large: [`TOO_LARGE`] says so.
    #[inline]
    fn plus(total: i128, value: i128) -> (i128, bool) {
        (add_decimals(total, value), false)
    }

    #[inline]
    fn plus_small(total: i128, value: i128) -> (i128, bool) {
        (total.wrapping_add(value), false)
    }

    fn minus(total: i128, value: i128) -> Option<i128> {
        (total != TOO_LARGE).then(|| total - value)
    }
}

impl Addend for Float64Type {
    #[inline]
    fn plus(total: f64, value: f64) -> (f64, bool) {
        (total + value, false)
    }

    const EXACT: bool = false;
}

/// Whether no number of rows makes a sum of such numbers too large for 128 bits: 19 digits, as many
/// rows as 64 bits count.
pub(super) fn never_too_large(addend: &ArrowType) -> bool {
    matches!(addend, ArrowType::Decimal128(precision, _) if *precision <= 19)
}

/// The numbers of a column, in the layout of their sum.
pub(super) fn addends<N: Addend>(
    column: &ArrayRef,
    total: &ArrowType,
) -> Result<PrimitiveArray<N>, Raised> {
    if let Some(numbers) = column.as_primitive_opt::<N>() {
        return Ok(numbers.clone());
    }
    Ok(cast(column, total)?.as_primitive::<N>().clone())
}

#[derive(Debug)]
struct Sum<N> {
    total: ArrowType,
    overflow: Overflow,
    /// Whether no sum can be too large.
    small: bool,
    of: PhantomData<N>,
}

impl<N: Addend> Sum<N> {
    fn new(call: &Call<'_>, total: ArrowType) -> Sum<N> {
        Sum {
            overflow: Overflow::of(call, &total),
            small: call.input(0).is_ok_and(never_too_large),
            total,
            of: PhantomData,
        }
    }

    fn copy(&self) -> Sum<N> {
        Sum {
            total: self.total.clone(),
            ..*self
        }
    }

    fn of_groups<F>(&self, overflowed: Arc<AtomicBool>, add: F) -> Box<dyn GroupsAccumulator>
    where
        F: Fn(&mut N::Native, N::Native) + Send + Sync + 'static,
    {
        Box::new(Sums {
            inner: PrimitiveGroupsAccumulator::<N, F>::new(&self.total, add),
            sum: self.copy(),
            overflowed,
        })
    }

    fn raise(&self) -> Raised {
        Overflow::error(&self.total, "try_sum").into()
    }
}

impl<N: Addend> Aggregation for Sum<N> {
    fn state(&self) -> Vec<ArrowType> {
        vec![self.total.clone()]
    }

    fn accumulator(&self) -> Result<Box<dyn Accumulator>, Raised> {
        Folded::new(self.copy()).accumulator()
    }

    fn groups(&self) -> Result<Box<dyn GroupsAccumulator>, Raised> {
        let overflowed = Arc::new(AtomicBool::new(false));
        if self.small {
            let add = |total: &mut N::Native, value| *total = N::plus_small(*total, value).0;
            return Ok(self.of_groups(overflowed, add));
        }
        let flag = Arc::clone(&overflowed);
        let add = move |total: &mut N::Native, value: N::Native| {
            let (sum, overflow) = N::plus(*total, value);
            *total = sum;
            if overflow {
                flag.store(true, Ordering::Relaxed);
            }
        };
        Ok(self.of_groups(overflowed, add))
    }

    fn retracting(&self) -> Result<Option<Box<dyn Accumulator>>, Raised> {
        let make = || Folded::new(Retracted(self.copy())).accumulator();
        N::EXACT.then(make).transpose()
    }
}

/// Sums of groups. The numbers are added by DataFusion's accumulator; what is too large is found
/// behind it.
struct Sums<N, F>
where
    N: Addend,
    F: Fn(&mut N::Native, N::Native) + Send + Sync + 'static,
{
    inner: PrimitiveGroupsAccumulator<N, F>,
    sum: Sum<N>,
    /// Whether any sum was too large since that was last asked.
    overflowed: Arc<AtomicBool>,
}

impl<N, F> Sums<N, F>
where
    N: Addend,
    F: Fn(&mut N::Native, N::Native) + Send + Sync + 'static,
{
    fn check(&self) -> DataFusionResult<()> {
        if self.sum.overflow == Overflow::Raises && self.overflowed.load(Ordering::Relaxed) {
            return Err(self.sum.raise().into());
        }
        Ok(())
    }

    fn addends(&self, values: &[ArrayRef]) -> DataFusionResult<ArrayRef> {
        if values[0].as_primitive_opt::<N>().is_some() {
            return Ok(Arc::clone(&values[0]));
        }
        Ok(cast(&values[0], &self.sum.total)?)
    }
}

impl<N, F> GroupsAccumulator for Sums<N, F>
where
    N: Addend,
    F: Fn(&mut N::Native, N::Native) + Send + Sync + 'static,
{
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> DataFusionResult<()> {
        let values = self.addends(values)?;
        self.inner
            .update_batch(&[values], group_indices, opt_filter, total_num_groups)?;
        self.check()
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> DataFusionResult<ArrayRef> {
        let totals = self.inner.evaluate(emit_to)?;
        bound_decimals(&totals, self.sum.overflow, "try_sum").map_err(to_datafusion)
    }

    fn state(&mut self, emit_to: EmitTo) -> DataFusionResult<Vec<ArrayRef>> {
        self.inner.state(emit_to)
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> DataFusionResult<()> {
        self.inner
            .merge_batch(values, group_indices, total_num_groups)?;
        self.check()
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> DataFusionResult<Vec<ArrayRef>> {
        self.inner
            .convert_to_state(&[self.addends(values)?], opt_filter)
    }

    fn size(&self) -> usize {
        self.inner.size()
    }
}

/// A sum of all rows, or of a frame that only grows.
impl<N: Addend> Fold for Sum<N> {
    type State = Option<N::Native>;
    type Rows<'a> = PrimitiveArray<N>;
    type Saved<'a> = PrimitiveArray<N>;

    fn start(&self) -> Self::State {
        None
    }

    fn rows<'a>(&self, columns: &'a [ArrayRef]) -> Result<Self::Rows<'a>, Raised> {
        addends(&columns[0], &self.total)
    }

    fn add(
        &self,
        state: &mut Self::State,
        rows: &Self::Rows<'_>,
        row: usize,
    ) -> Result<(), Raised> {
        let (sum, overflow) = N::plus(state.unwrap_or(N::Native::ZERO), rows.value(row));
        if overflow && self.overflow == Overflow::Raises {
            return Err(self.raise());
        }
        *state = Some(sum);
        Ok(())
    }

    fn layout(&self) -> Vec<ArrowType> {
        vec![self.total.clone()]
    }

    fn save(&self, states: &[Self::State]) -> Result<Vec<ArrayRef>, Raised> {
        let totals: PrimitiveArray<N> = states.iter().copied().collect();
        Ok(vec![Arc::new(totals.with_data_type(self.total.clone()))])
    }

    fn saved<'a>(&self, columns: &'a [ArrayRef]) -> Result<Self::Saved<'a>, Raised> {
        Ok(columns[0].as_primitive::<N>().clone())
    }

    fn merge(
        &self,
        state: &mut Self::State,
        saved: &Self::Saved<'_>,
        row: usize,
    ) -> Result<(), Raised> {
        if saved.is_valid(row) {
            self.add(state, saved, row)?;
        }
        Ok(())
    }

    fn finish(&self, states: &[Self::State]) -> Result<ArrayRef, Raised> {
        let totals = self.save(states)?.remove(0);
        Ok(bound_decimals(&totals, self.overflow, "try_sum")?)
    }
}

/// A sum of a frame that loses rows, with the number of its rows.
#[derive(Debug)]
struct Retracted<N>(Sum<N>);

impl<N: Addend> Fold for Retracted<N> {
    type State = (Option<N::Native>, u64);
    type Rows<'a> = PrimitiveArray<N>;
    type Saved<'a> = PrimitiveArray<N>;

    const RETRACTS: bool = true;

    fn start(&self) -> Self::State {
        (None, 0)
    }

    fn rows<'a>(&self, columns: &'a [ArrayRef]) -> Result<Self::Rows<'a>, Raised> {
        self.0.rows(columns)
    }

    fn add(
        &self,
        state: &mut Self::State,
        rows: &Self::Rows<'_>,
        row: usize,
    ) -> Result<(), Raised> {
        state.1 += 1;
        self.0.add(&mut state.0, rows, row)
    }

    fn remove(
        &self,
        state: &mut Self::State,
        rows: &Self::Rows<'_>,
        row: usize,
    ) -> Result<(), Raised> {
        state.1 -= 1;
        state.0 = match state {
            (Some(total), 1..) => N::minus(*total, rows.value(row)),
            _ => None,
        };
        Ok(())
    }

    fn layout(&self) -> Vec<ArrowType> {
        self.0.layout()
    }

    fn save(&self, states: &[Self::State]) -> Result<Vec<ArrayRef>, Raised> {
        let totals: Vec<_> = states.iter().map(|(total, _)| *total).collect();
        self.0.save(&totals)
    }

    fn saved<'a>(&self, columns: &'a [ArrayRef]) -> Result<Self::Saved<'a>, Raised> {
        self.0.saved(columns)
    }

    fn merge(
        &self,
        state: &mut Self::State,
        saved: &Self::Saved<'_>,
        row: usize,
    ) -> Result<(), Raised> {
        self.0.merge(&mut state.0, saved, row)
    }

    fn finish(&self, states: &[Self::State]) -> Result<ArrayRef, Raised> {
        let totals: Vec<_> = states.iter().map(|(total, _)| *total).collect();
        self.0.finish(&totals)
    }
}

/// A sum that is NULL once it was too large.
#[derive(Debug)]
struct TrySum<N>(Sum<N>);

impl<N: Addend> Fold for TrySum<N> {
    type State = (Option<N::Native>, bool);
    type Rows<'a> = PrimitiveArray<N>;
    type Saved<'a> = (PrimitiveArray<N>, BooleanArray);

    fn start(&self) -> Self::State {
        (None, false)
    }

    fn rows<'a>(&self, columns: &'a [ArrayRef]) -> Result<Self::Rows<'a>, Raised> {
        self.0.rows(columns)
    }

    fn add(
        &self,
        state: &mut Self::State,
        rows: &Self::Rows<'_>,
        row: usize,
    ) -> Result<(), Raised> {
        let (sum, overflow) = N::plus(state.0.unwrap_or(N::Native::ZERO), rows.value(row));
        *state = (Some(sum), state.1 || overflow);
        Ok(())
    }

    fn layout(&self) -> Vec<ArrowType> {
        vec![self.0.total.clone(), ArrowType::Boolean]
    }

    fn save(&self, states: &[Self::State]) -> Result<Vec<ArrayRef>, Raised> {
        let totals: Vec<_> = states.iter().map(|(total, _)| *total).collect();
        let overflowed: BooleanArray = states
            .iter()
            .map(|(_, overflowed)| Some(*overflowed))
            .collect();
        let mut saved = self.0.save(&totals)?;
        saved.push(Arc::new(overflowed));
        Ok(saved)
    }

    fn saved<'a>(&self, columns: &'a [ArrayRef]) -> Result<Self::Saved<'a>, Raised> {
        Ok((
            columns[0].as_primitive::<N>().clone(),
            columns[1].as_boolean().clone(),
        ))
    }

    fn merge(
        &self,
        state: &mut Self::State,
        saved: &Self::Saved<'_>,
        row: usize,
    ) -> Result<(), Raised> {
        if saved.0.is_valid(row) {
            self.add(state, &saved.0, row)?;
        }
        state.1 |= saved.1.value(row);
        Ok(())
    }

    fn finish(&self, states: &[Self::State]) -> Result<ArrayRef, Raised> {
        let totals: Vec<_> = states
            .iter()
            .map(|(total, overflowed)| total.filter(|_| !overflowed))
            .collect();
        self.0.finish(&totals)
    }
}
