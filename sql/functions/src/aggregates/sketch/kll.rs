//! `kll_sketch_agg_*` and `kll_merge_agg_*`.

use std::marker::PhantomData;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, PrimitiveArray};
use arrow::compute::cast;
use arrow::datatypes::{ArrowPrimitiveType, DataType as ArrowType};
use datasketches::kll::{KllFloat, KllSketch};
use flint_sql_columnar::Raised;

use crate::aggregates::call::{Call, Made};
use crate::aggregates::fold::{Fold, Folded};
use crate::sketches::kll::{Item, K, invalid, parse, size, sketch};

/// `kll_sketch_agg_bigint(value, k)`.
pub(super) fn longs(call: &Call<'_>) -> Made {
    sketches::<i64>(call)
}

/// `kll_sketch_agg_float(value, k)`.
pub(super) fn floats(call: &Call<'_>) -> Made {
    sketches::<KllFloat<f32>>(call)
}

/// `kll_sketch_agg_double(value, k)`.
pub(super) fn doubles(call: &Call<'_>) -> Made {
    sketches::<KllFloat<f64>>(call)
}

/// `kll_merge_agg_bigint(sketch, k)`.
pub(super) fn merged_longs(call: &Call<'_>) -> Made {
    merges::<i64>(call)
}

/// `kll_merge_agg_float(sketch, k)`.
pub(super) fn merged_floats(call: &Call<'_>) -> Made {
    merges::<KllFloat<f32>>(call)
}

/// `kll_merge_agg_double(sketch, k)`.
pub(super) fn merged_doubles(call: &Call<'_>) -> Made {
    merges::<KllFloat<f64>>(call)
}

fn sketches<I: Item>(call: &Call<'_>) -> Made {
    Ok(Folded::boxed(Sketches::<I> {
        name: call.name,
        k: size(call.name, call.site)?.unwrap_or(K),
        of: PhantomData,
    }))
}

fn merges<I: Item>(call: &Call<'_>) -> Made {
    Ok(Folded::boxed(Merges::<I> {
        name: call.name,
        k: size(call.name, call.site)?,
        of: PhantomData,
    }))
}

/// A sketch of rows.
#[derive(Debug)]
struct Sketches<I> {
    name: &'static str,
    k: u16,
    of: PhantomData<fn() -> I>,
}

/// Bytes that a sketch holds, about.
fn held<I: Item>(sketch: &KllSketch<I>) -> usize {
    sketch.num_retained() * size_of::<I>()
}

impl<I: Item> Fold for Sketches<I> {
    type State = KllSketch<I>;
    type Rows<'a> = PrimitiveArray<I::Column>;
    type Saved<'a> = &'a BinaryArray;

    const HOLDS: bool = true;

    fn start(&self) -> KllSketch<I> {
        sketch(self.k)
    }

    fn rows(&self, columns: &[ArrayRef]) -> Result<PrimitiveArray<I::Column>, Raised> {
        let values = cast(&columns[0], &I::Column::DATA_TYPE)?;
        Ok(values.as_primitive::<I::Column>().clone())
    }

    fn add(
        &self,
        state: &mut KllSketch<I>,
        rows: &PrimitiveArray<I::Column>,
        row: usize,
    ) -> Result<(), Raised> {
        if let Some(item) = I::of(rows.value(row)) {
            state.update(item);
        }
        Ok(())
    }

    fn layout(&self) -> Vec<ArrowType> {
        vec![ArrowType::Binary]
    }

    fn save(&self, states: &[KllSketch<I>]) -> Result<Vec<ArrayRef>, Raised> {
        Ok(vec![self.finish(states)?])
    }

    fn saved<'a>(&self, columns: &'a [ArrayRef]) -> Result<&'a BinaryArray, Raised> {
        Ok(columns[0].as_binary::<i32>())
    }

    fn merge(
        &self,
        state: &mut KllSketch<I>,
        saved: &&BinaryArray,
        row: usize,
    ) -> Result<(), Raised> {
        let other = parse(self.name, saved.value(row))?;
        state.merge(&other).map_err(|_| invalid(self.name))
    }

    fn finish(&self, states: &[KllSketch<I>]) -> Result<ArrayRef, Raised> {
        let found: BinaryArray = states.iter().map(|state| Some(state.serialize())).collect();
        Ok(Arc::new(found))
    }

    fn held_bytes(&self, state: &KllSketch<I>) -> usize {
        held(state)
    }
}

/// A sketch of sketches, of a size, or of the size of the first.
#[derive(Debug)]
struct Merges<I> {
    name: &'static str,
    k: Option<u16>,
    of: PhantomData<fn() -> I>,
}

impl<I: Item> Fold for Merges<I> {
    type State = Option<KllSketch<I>>;
    type Rows<'a> = &'a BinaryArray;
    type Saved<'a> = &'a BinaryArray;

    const HOLDS: bool = true;

    fn start(&self) -> Option<KllSketch<I>> {
        self.k.map(sketch)
    }

    fn rows<'a>(&self, columns: &'a [ArrayRef]) -> Result<&'a BinaryArray, Raised> {
        Ok(columns[0].as_binary::<i32>())
    }

    fn add(
        &self,
        state: &mut Option<KllSketch<I>>,
        rows: &&BinaryArray,
        row: usize,
    ) -> Result<(), Raised> {
        let other = parse(self.name, rows.value(row))?;
        match state {
            Some(known) => known.merge(&other).map_err(|_| invalid(self.name))?,
            None => *state = Some(other),
        }
        Ok(())
    }

    fn layout(&self) -> Vec<ArrowType> {
        vec![ArrowType::Binary]
    }

    fn save(&self, states: &[Option<KllSketch<I>>]) -> Result<Vec<ArrayRef>, Raised> {
        let bytes = |state: &Option<KllSketch<I>>| state.as_ref().map(KllSketch::serialize);
        let saved: BinaryArray = states.iter().map(bytes).collect();
        Ok(vec![Arc::new(saved)])
    }

    fn saved<'a>(&self, columns: &'a [ArrayRef]) -> Result<&'a BinaryArray, Raised> {
        self.rows(columns)
    }

    fn merge(
        &self,
        state: &mut Option<KllSketch<I>>,
        saved: &&BinaryArray,
        row: usize,
    ) -> Result<(), Raised> {
        if saved.is_null(row) {
            return Ok(());
        }
        self.add(state, saved, row)
    }

    fn finish(&self, states: &[Option<KllSketch<I>>]) -> Result<ArrayRef, Raised> {
        let none = sketch::<I>(K).serialize();
        let found = states.iter().map(|state| match state {
            Some(sketch) => Some(sketch.serialize()),
            None => Some(none.clone()),
        });
        Ok(Arc::new(found.collect::<BinaryArray>()))
    }

    fn held_bytes(&self, state: &Option<KllSketch<I>>) -> usize {
        state.as_ref().map_or(0, held)
    }
}
