//! `bool_and`, `bool_or`, `bit_and`, `bit_or` and `bit_xor`: NULL for no values.

use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, BitXor};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, BooleanArray, PrimitiveArray};
use arrow::datatypes::{DataType as ArrowType, Int8Type, Int16Type, Int32Type, Int64Type};
use flint_sql_columnar::Raised;

use super::call::{Aggregate, Call, Made};
use super::fold::{Fold, Folded};

pub(super) const FAMILY: &[Aggregate] = &[
    Aggregate::new("bool_and", |_| truth(|a, b| a & b)).indifferent_to_repeats(),
    Aggregate::new("bool_or", |_| truth(|a, b| a | b)).indifferent_to_repeats(),
    Aggregate::new("bit_and", |call| of(call, Op::And)).indifferent_to_repeats(),
    Aggregate::new("bit_or", |call| of(call, Op::Or)).indifferent_to_repeats(),
    Aggregate::new("bit_xor", |call| of(call, Op::Xor)),
];

#[derive(Debug, Clone, Copy)]
enum Op {
    And,
    Or,
    Xor,
}

impl Op {
    fn join<T: BitAnd<Output = T> + BitOr<Output = T> + BitXor<Output = T>>(self, a: T, b: T) -> T {
        match self {
            Op::And => a & b,
            Op::Or => a | b,
            Op::Xor => a ^ b,
        }
    }
}

fn truth(join: fn(bool, bool) -> bool) -> Made {
    Ok(Folded::boxed(Truth { join }))
}

fn of(call: &Call<'_>, op: Op) -> Made {
    Ok(match call.result {
        ArrowType::Int8 => Folded::boxed(Bits::<Int8Type>::new(op)),
        ArrowType::Int16 => Folded::boxed(Bits::<Int16Type>::new(op)),
        ArrowType::Int32 => Folded::boxed(Bits::<Int32Type>::new(op)),
        ArrowType::Int64 => Folded::boxed(Bits::<Int64Type>::new(op)),
        _ => return Err(call.unknown_type()),
    })
}

#[derive(Debug)]
struct Bits<N> {
    op: Op,
    of: PhantomData<N>,
}

impl<N> Bits<N> {
    fn new(op: Op) -> Bits<N> {
        Bits {
            op,
            of: PhantomData,
        }
    }
}

impl<N> Fold for Bits<N>
where
    N: ArrowPrimitiveType + std::fmt::Debug + Send + Sync,
    N::Native: BitAnd<Output = N::Native> + BitOr<Output = N::Native> + BitXor<Output = N::Native>,
{
    type State = Option<N::Native>;
    type Rows<'a> = &'a PrimitiveArray<N>;
    type Saved<'a> = &'a PrimitiveArray<N>;

    fn start(&self) -> Self::State {
        None
    }

    fn rows<'a>(&self, columns: &'a [ArrayRef]) -> Result<Self::Rows<'a>, Raised> {
        Ok(columns[0].as_primitive::<N>())
    }

    fn add(
        &self,
        state: &mut Self::State,
        rows: &Self::Rows<'_>,
        row: usize,
    ) -> Result<(), Raised> {
        let value = rows.value(row);
        *state = Some(state.map_or(value, |known| self.op.join(known, value)));
        Ok(())
    }

    fn layout(&self) -> Vec<ArrowType> {
        vec![N::DATA_TYPE]
    }

    fn save(&self, states: &[Self::State]) -> Result<Vec<ArrayRef>, Raised> {
        Ok(vec![self.finish(states)?])
    }

    fn saved<'a>(&self, columns: &'a [ArrayRef]) -> Result<Self::Saved<'a>, Raised> {
        self.rows(columns)
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
        Ok(Arc::new(
            states.iter().copied().collect::<PrimitiveArray<N>>(),
        ))
    }
}

#[derive(Debug)]
struct Truth {
    join: fn(bool, bool) -> bool,
}

impl Fold for Truth {
    type State = Option<bool>;
    type Rows<'a> = &'a BooleanArray;
    type Saved<'a> = &'a BooleanArray;

    fn start(&self) -> Option<bool> {
        None
    }

    fn rows<'a>(&self, columns: &'a [ArrayRef]) -> Result<&'a BooleanArray, Raised> {
        Ok(columns[0].as_boolean())
    }

    fn add(
        &self,
        state: &mut Option<bool>,
        rows: &&BooleanArray,
        row: usize,
    ) -> Result<(), Raised> {
        let value = rows.value(row);
        *state = Some(state.map_or(value, |known| (self.join)(known, value)));
        Ok(())
    }

    fn layout(&self) -> Vec<ArrowType> {
        vec![ArrowType::Boolean]
    }

    fn save(&self, states: &[Option<bool>]) -> Result<Vec<ArrayRef>, Raised> {
        Ok(vec![self.finish(states)?])
    }

    fn saved<'a>(&self, columns: &'a [ArrayRef]) -> Result<&'a BooleanArray, Raised> {
        self.rows(columns)
    }

    fn merge(
        &self,
        state: &mut Option<bool>,
        saved: &&BooleanArray,
        row: usize,
    ) -> Result<(), Raised> {
        if saved.is_valid(row) {
            self.add(state, saved, row)?;
        }
        Ok(())
    }

    fn finish(&self, states: &[Option<bool>]) -> Result<ArrayRef, Raised> {
        Ok(Arc::new(states.iter().copied().collect::<BooleanArray>()))
    }
}
