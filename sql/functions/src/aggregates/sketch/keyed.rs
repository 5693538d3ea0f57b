//! Aggregates of theta and tuple sketches.
//!
//! `theta_sketch_agg` and `tuple_sketch_agg_*` make them of rows, `*_union_agg` and
//! `*_intersection_agg` of sketches. [`Keyed`] is what theta and tuple sketches differ in.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, PrimitiveArray};
use arrow::compute::cast;
use arrow::datatypes::{ArrowPrimitiveType, DataType as ArrowType, Float64Type, Int32Type};
use flint_sql_columnar::Raised;
use flint_sql_spec::{Literal, SqlError};

use crate::aggregates::call::{Call, Made};
use crate::aggregates::fold::{Fold, Folded};
use crate::sketches::keys::Keys;
use crate::sketches::lg_entries;
use crate::sketches::theta::{
    self, Building, Compact, Entry, Intersection, MAX_THETA, Summary, Union,
};
use crate::sketches::tuple::{self, Mode, Moded, Number};

/// Theta sketches, or tuple sketches of a mode.
pub(super) trait Keyed: fmt::Debug + Send + Sync + 'static {
    type Summary: Summary;
    /// What stands beside the keys of a batch.
    type Beside: fmt::Debug;

    /// Whether a sketch of rows has no more keys than it was asked for.
    const TRIMMED: bool;

    fn join(&self) -> impl Fn(Self::Summary, Self::Summary) -> Self::Summary + Copy;
    fn write(&self, sketch: &Compact<Self::Summary>) -> Vec<u8>;
    fn parse(&self, function: &str, bytes: &[u8]) -> Result<Compact<Self::Summary>, Raised>;
    fn beside(&self, columns: &[ArrayRef]) -> Result<Self::Beside, Raised>;
    fn summary(&self, beside: &Self::Beside, row: usize) -> Self::Summary;
}

/// Theta sketches.
#[derive(Debug)]
pub(super) struct Theta;

impl Keyed for Theta {
    type Summary = ();
    type Beside = ();

    const TRIMMED: bool = true;

    fn join(&self) -> impl Fn((), ()) + Copy {
        theta::alone
    }

    fn write(&self, sketch: &Compact<()>) -> Vec<u8> {
        theta::write(sketch)
    }

    fn parse(&self, function: &str, bytes: &[u8]) -> Result<Compact<()>, Raised> {
        theta::parse(function, bytes)
    }

    fn beside(&self, _: &[ArrayRef]) -> Result<(), Raised> {
        Ok(())
    }

    fn summary(&self, (): &(), _: usize) {}
}

/// Tuple sketches of numbers that lie in columns of `A`.
pub(super) struct Tuple<A> {
    mode: Mode,
    of: PhantomData<fn() -> A>,
}

impl<A> fmt::Debug for Tuple<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tuple").field(&self.mode).finish()
    }
}

impl<A: ArrowPrimitiveType> Keyed for Tuple<A>
where
    A::Native: Number,
{
    type Summary = Moded<A::Native>;
    type Beside = PrimitiveArray<A>;

    const TRIMMED: bool = false;

    fn join(&self) -> impl Fn(Self::Summary, Self::Summary) -> Self::Summary + Copy {
        Moded::joined(self.mode)
    }

    fn write(&self, sketch: &Compact<Self::Summary>) -> Vec<u8> {
        tuple::write(sketch)
    }

    fn parse(&self, function: &str, bytes: &[u8]) -> Result<Compact<Self::Summary>, Raised> {
        tuple::parse(function, bytes)
    }

    fn beside(&self, columns: &[ArrayRef]) -> Result<PrimitiveArray<A>, Raised> {
        let numbers = cast(&columns[1], &A::DATA_TYPE)?;
        Ok(numbers.as_primitive::<A>().clone())
    }

    fn summary(&self, numbers: &PrimitiveArray<A>, row: usize) -> Self::Summary {
        Moded::none(self.mode).and(numbers.value(row))
    }
}

fn tuples<A: ArrowPrimitiveType>(call: &Call<'_>, at: usize) -> Result<Tuple<A>, Raised> {
    Ok(Tuple {
        mode: tuple::mode(call.name, call.site, at)?,
        of: PhantomData,
    })
}

/// The `lgNomEntries` of a theta sketch; NULL is 0, which is too small.
fn theta_size(call: &Call<'_>) -> Result<u8, Raised> {
    match call.site.constant(1) {
        Some(Literal::Integer(lg)) => lg_entries(call.name, *lg),
        None => lg_entries(call.name, 0),
        other => Err(SqlError::internal(format!("lgNomEntries {other:?}")).into()),
    }
}

/// `theta_sketch_agg(key, lgNomEntries)`.
pub(super) fn theta_sketches(call: &Call<'_>) -> Made {
    let lg = theta_size(call)?;
    Ok(Folded::boxed(Sketches {
        name: call.name,
        lg,
        keyed: Theta,
    }))
}

/// `theta_union_agg(sketch, lgNomEntries)`.
pub(super) fn theta_unions(call: &Call<'_>) -> Made {
    let lg = theta_size(call)?;
    Ok(Folded::boxed(Unions {
        name: call.name,
        lg,
        keyed: Theta,
    }))
}

/// `theta_intersection_agg(sketch)`.
pub(super) fn theta_intersections(call: &Call<'_>) -> Made {
    Ok(Folded::boxed(Intersections {
        name: call.name,
        keyed: Theta,
    }))
}

fn tuple_sketches<A: ArrowPrimitiveType>(call: &Call<'_>) -> Made
where
    A::Native: Number,
{
    Ok(Folded::boxed(Sketches {
        name: call.name,
        lg: tuple::size(call.name, call.site, 2)?,
        keyed: tuples::<A>(call, 3)?,
    }))
}

fn tuple_unions<A: ArrowPrimitiveType>(call: &Call<'_>) -> Made
where
    A::Native: Number,
{
    Ok(Folded::boxed(Unions {
        name: call.name,
        lg: tuple::size(call.name, call.site, 1)?,
        keyed: tuples::<A>(call, 2)?,
    }))
}

fn tuple_intersections<A: ArrowPrimitiveType>(call: &Call<'_>) -> Made
where
    A::Native: Number,
{
    Ok(Folded::boxed(Intersections {
        name: call.name,
        keyed: tuples::<A>(call, 1)?,
    }))
}

/// `tuple_sketch_agg_double(key, summary, lgNomEntries, mode)`.
pub(super) fn double_sketches(call: &Call<'_>) -> Made {
    tuple_sketches::<Float64Type>(call)
}

/// `tuple_sketch_agg_integer(key, summary, lgNomEntries, mode)`.
pub(super) fn integer_sketches(call: &Call<'_>) -> Made {
    tuple_sketches::<Int32Type>(call)
}

/// `tuple_union_agg_double(sketch, lgNomEntries, mode)`.
pub(super) fn double_unions(call: &Call<'_>) -> Made {
    tuple_unions::<Float64Type>(call)
}

/// `tuple_union_agg_integer(sketch, lgNomEntries, mode)`.
pub(super) fn integer_unions(call: &Call<'_>) -> Made {
    tuple_unions::<Int32Type>(call)
}

/// `tuple_intersection_agg_double(sketch, mode)`.
pub(super) fn double_intersections(call: &Call<'_>) -> Made {
    tuple_intersections::<Float64Type>(call)
}

/// `tuple_intersection_agg_integer(sketch, mode)`.
pub(super) fn integer_intersections(call: &Call<'_>) -> Made {
    tuple_intersections::<Int32Type>(call)
}

/// A sketch of rows.
#[derive(Debug)]
struct Sketches<K> {
    name: &'static str,
    lg: u8,
    keyed: K,
}

/// A column of sketches.
fn written(sketches: impl Iterator<Item = Option<Vec<u8>>>) -> ArrayRef {
    Arc::new(sketches.collect::<BinaryArray>())
}

impl<K: Keyed> Fold for Sketches<K> {
    type State = Building<K::Summary>;
    type Rows<'a> = (Keys, K::Beside);
    type Saved<'a> = &'a BinaryArray;

    const HOLDS: bool = true;

    fn start(&self) -> Self::State {
        Building::new(self.lg)
    }

    fn rows(&self, columns: &[ArrayRef]) -> Result<Self::Rows<'static>, Raised> {
        Ok((Keys::new(&columns[0])?, self.keyed.beside(columns)?))
    }

    fn add(
        &self,
        state: &mut Self::State,
        rows: &Self::Rows<'_>,
        row: usize,
    ) -> Result<(), Raised> {
        if let Some(hash) = rows.0.hash(row) {
            state.add(hash, self.keyed.summary(&rows.1, row), self.keyed.join());
        }
        Ok(())
    }

    fn layout(&self) -> Vec<ArrowType> {
        vec![ArrowType::Binary]
    }

    fn save(&self, states: &[Self::State]) -> Result<Vec<ArrayRef>, Raised> {
        let bytes = |state: &Self::State| Some(self.keyed.write(&state.partial()));
        Ok(vec![written(states.iter().map(bytes))])
    }

    fn saved<'a>(&self, columns: &'a [ArrayRef]) -> Result<&'a BinaryArray, Raised> {
        Ok(columns[0].as_binary::<i32>())
    }

    fn merge(
        &self,
        state: &mut Self::State,
        saved: &&BinaryArray,
        row: usize,
    ) -> Result<(), Raised> {
        let sketch = self.keyed.parse(self.name, saved.value(row))?;
        state.merge(&sketch, self.keyed.join());
        Ok(())
    }

    fn finish(&self, states: &[Self::State]) -> Result<ArrayRef, Raised> {
        let sketch = |state: &Self::State| match K::TRIMMED {
            true => state.trimmed(self.keyed.join()),
            false => state.partial(),
        };
        let bytes = |state: &Self::State| Some(self.keyed.write(&sketch(state)));
        Ok(written(states.iter().map(bytes)))
    }

    fn held_bytes(&self, state: &Self::State) -> usize {
        state.held_bytes()
    }
}

/// A union of sketches.
#[derive(Debug)]
struct Unions<K> {
    name: &'static str,
    lg: u8,
    keyed: K,
}

impl<K: Keyed> Fold for Unions<K> {
    type State = Union<K::Summary>;
    type Rows<'a> = &'a BinaryArray;
    type Saved<'a> = &'a BinaryArray;

    const HOLDS: bool = true;

    fn start(&self) -> Self::State {
        Union::new(self.lg)
    }

    fn rows<'a>(&self, columns: &'a [ArrayRef]) -> Result<&'a BinaryArray, Raised> {
        Ok(columns[0].as_binary::<i32>())
    }

    fn add(&self, state: &mut Self::State, rows: &&BinaryArray, row: usize) -> Result<(), Raised> {
        let sketch = self.keyed.parse(self.name, rows.value(row))?;
        state.add(&sketch, self.keyed.join());
        Ok(())
    }

    fn layout(&self) -> Vec<ArrowType> {
        vec![ArrowType::Binary]
    }

    fn save(&self, states: &[Self::State]) -> Result<Vec<ArrayRef>, Raised> {
        Ok(vec![self.finish(states)?])
    }

    fn saved<'a>(&self, columns: &'a [ArrayRef]) -> Result<&'a BinaryArray, Raised> {
        self.rows(columns)
    }

    fn merge(
        &self,
        state: &mut Self::State,
        saved: &&BinaryArray,
        row: usize,
    ) -> Result<(), Raised> {
        self.add(state, saved, row)
    }

    fn finish(&self, states: &[Self::State]) -> Result<ArrayRef, Raised> {
        let bytes = |state: &Self::State| Some(self.keyed.write(&state.result()));
        Ok(written(states.iter().map(bytes)))
    }

    fn held_bytes(&self, state: &Self::State) -> usize {
        state.held_bytes()
    }
}

/// An intersection of sketches; that of none is empty.
#[derive(Debug)]
struct Intersections<K> {
    name: &'static str,
    keyed: K,
}

impl<K: Keyed> Fold for Intersections<K> {
    type State = Intersection<K::Summary>;
    type Rows<'a> = &'a BinaryArray;
    type Saved<'a> = &'a BinaryArray;

    const HOLDS: bool = true;

    fn start(&self) -> Self::State {
        Intersection::default()
    }

    fn rows<'a>(&self, columns: &'a [ArrayRef]) -> Result<&'a BinaryArray, Raised> {
        Ok(columns[0].as_binary::<i32>())
    }

    fn add(&self, state: &mut Self::State, rows: &&BinaryArray, row: usize) -> Result<(), Raised> {
        let sketch = self.keyed.parse(self.name, rows.value(row))?;
        state.add(&sketch, self.keyed.join());
        Ok(())
    }

    fn layout(&self) -> Vec<ArrowType> {
        vec![ArrowType::Binary]
    }

    fn save(&self, states: &[Self::State]) -> Result<Vec<ArrayRef>, Raised> {
        let bytes = |state: &Self::State| Some(self.keyed.write(&state.result()?));
        Ok(vec![written(states.iter().map(bytes))])
    }

    fn saved<'a>(&self, columns: &'a [ArrayRef]) -> Result<&'a BinaryArray, Raised> {
        self.rows(columns)
    }

    fn merge(
        &self,
        state: &mut Self::State,
        saved: &&BinaryArray,
        row: usize,
    ) -> Result<(), Raised> {
        if saved.is_null(row) {
            return Ok(());
        }
        self.add(state, saved, row)
    }

    fn finish(&self, states: &[Self::State]) -> Result<ArrayRef, Raised> {
        let none = || Compact::new(MAX_THETA, true, Vec::<Entry<K::Summary>>::new());
        let bytes =
            |state: &Self::State| Some(self.keyed.write(&state.result().unwrap_or_else(none)));
        Ok(written(states.iter().map(bytes)))
    }

    fn held_bytes(&self, state: &Self::State) -> usize {
        state.held_bytes()
    }
}
