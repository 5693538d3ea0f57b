//! `hll_sketch_agg` and `hll_union_agg`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, BooleanArray};
use arrow::datatypes::DataType as ArrowType;
use datasketches::hash::value::raw_bytes;
use datasketches::hll::{HllSketch, HllType};
use flint_sql_columnar::Raised;
use flint_sql_spec::{Literal, SqlError};

use crate::aggregates::call::{Call, Made};
use crate::aggregates::fold::{Fold, Folded};
use crate::sketches::hll::{check_sizes, parse, sketch, union_of, write};
use crate::sketches::keys::Keys;

/// The size of a union of no sketches.
const LG: i32 = 12;

/// `hll_sketch_agg(value, lgConfigK)`.
pub(super) fn make_sketch(call: &Call<'_>) -> Made {
    let lg = match call.site.constant(1) {
        Some(Literal::Integer(lg)) => *lg,
        // NULL, which Java takes for 0.
        None => 0,
        other => return Err(SqlError::internal(format!("lgConfigK {other:?}")).into()),
    };
    let empty = sketch(call.name, lg)?;
    Ok(Folded::boxed(Sketches { empty }))
}

#[derive(Debug)]
struct Sketches {
    empty: HllSketch,
}

fn merged(into: &HllSketch, other: &HllSketch) -> HllSketch {
    let mut union = union_of(into.lg_config_k());
    union.update(into);
    union.update(other);
    union.to_sketch(HllType::Hll8)
}

impl Fold for Sketches {
    type State = HllSketch;
    type Rows<'a> = Keys;
    type Saved<'a> = &'a BinaryArray;

    const HOLDS: bool = true;

    fn start(&self) -> HllSketch {
        self.empty.clone()
    }

    fn rows(&self, columns: &[ArrayRef]) -> Result<Keys, Raised> {
        Keys::new(&columns[0])
    }

    fn add(&self, state: &mut HllSketch, rows: &Keys, row: usize) -> Result<(), Raised> {
        if let Some(key) = rows.get(row) {
            state.update(raw_bytes::from_slice(&key));
        }
        Ok(())
    }

    fn layout(&self) -> Vec<ArrowType> {
        vec![ArrowType::Binary]
    }

    fn save(&self, states: &[HllSketch]) -> Result<Vec<ArrayRef>, Raised> {
        Ok(vec![self.finish(states)?])
    }

    fn saved<'a>(&self, columns: &'a [ArrayRef]) -> Result<&'a BinaryArray, Raised> {
        Ok(columns[0].as_binary::<i32>())
    }

    fn merge(&self, state: &mut HllSketch, saved: &&BinaryArray, row: usize) -> Result<(), Raised> {
        *state = merged(state, &parse("hll_sketch_agg", saved.value(row))?);
        Ok(())
    }

    fn finish(&self, states: &[HllSketch]) -> Result<ArrayRef, Raised> {
        let found: BinaryArray = states.iter().map(|state| Some(write(state))).collect();
        Ok(Arc::new(found))
    }

    fn held_bytes(&self, state: &HllSketch) -> usize {
        state.estimated_size()
    }
}

/// `hll_union_agg(sketch, allowDifferentLgConfigK)`.
pub(super) fn make_union(_: &Call<'_>) -> Made {
    Ok(Folded::boxed(Unions))
}

/// Unites sketches. The first one says how large the union is; whether others may be of another size
/// is asked for each row.
#[derive(Debug)]
struct Unions;

/// The union so far, and whether sizes may differ.
#[derive(Debug, Clone, Default)]
struct United {
    sketch: Option<HllSketch>,
    may_differ: bool,
}

impl United {
    fn add(&mut self, other: HllSketch) -> Result<(), Raised> {
        let function = "hll_union_agg";
        self.sketch = Some(match &self.sketch {
            None => {
                let mut union = union_of(other.lg_config_k());
                union.update(&other);
                union.to_sketch(HllType::Hll8)
            }
            Some(known) => {
                let (left, right) = (known.lg_config_k(), other.lg_config_k());
                check_sizes(function, left, right, self.may_differ)?;
                merged(known, &other)
            }
        });
        Ok(())
    }
}

impl Fold for Unions {
    type State = United;
    type Rows<'a> = (&'a BinaryArray, &'a BooleanArray);
    type Saved<'a> = (&'a BinaryArray, &'a BooleanArray);

    const TAKES_NULLS: bool = true;
    const HOLDS: bool = true;

    fn start(&self) -> United {
        United::default()
    }

    fn rows<'a>(&self, columns: &'a [ArrayRef]) -> Result<Self::Rows<'a>, Raised> {
        Ok((columns[0].as_binary::<i32>(), columns[1].as_boolean()))
    }

    fn add(&self, state: &mut United, rows: &Self::Rows<'_>, row: usize) -> Result<(), Raised> {
        let (sketches, may_differ) = rows;
        if sketches.is_null(row) {
            return Ok(());
        }
        state.may_differ = may_differ.is_valid(row) && may_differ.value(row);
        state.add(parse("hll_union_agg", sketches.value(row))?)
    }

    fn layout(&self) -> Vec<ArrowType> {
        vec![ArrowType::Binary, ArrowType::Boolean]
    }

    fn save(&self, states: &[United]) -> Result<Vec<ArrayRef>, Raised> {
        let sketches: BinaryArray = states
            .iter()
            .map(|state| state.sketch.as_ref().map(write))
            .collect();
        let may_differ: BooleanArray = states.iter().map(|state| Some(state.may_differ)).collect();
        Ok(vec![Arc::new(sketches), Arc::new(may_differ)])
    }

    fn saved<'a>(&self, columns: &'a [ArrayRef]) -> Result<Self::Saved<'a>, Raised> {
        self.rows(columns)
    }

    fn merge(&self, state: &mut United, saved: &Self::Saved<'_>, row: usize) -> Result<(), Raised> {
        self.add(state, saved, row)
    }

    fn finish(&self, states: &[United]) -> Result<ArrayRef, Raised> {
        let none = write(&sketch("hll_union_agg", LG)?);
        let found = states.iter().map(|state| match &state.sketch {
            Some(sketch) => Some(write(sketch)),
            None => Some(none.clone()),
        });
        Ok(Arc::new(found.collect::<BinaryArray>()))
    }

    fn held_bytes(&self, state: &United) -> usize {
        state.sketch.as_ref().map_or(0, HllSketch::estimated_size)
    }
}
