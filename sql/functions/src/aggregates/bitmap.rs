//! `bitmap_construct_agg`, `bitmap_or_agg` and `bitmap_and_agg`: bitmaps of 4096 bytes, the lowest bit first.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BinaryArray, Int64Array};
use arrow::datatypes::{DataType as ArrowType, Int64Type};
use datafusion::common::ScalarValue;
use flint_sql_columnar::Raised;
use flint_sql_spec::{SqlError, condition};

use super::call::{Aggregate, Made};
use super::fold::{Fold, Folded};

/// Bytes of a bitmap.
const BYTES: usize = 4096;

pub(super) const FAMILY: &[Aggregate] = &[
    Aggregate::new("bitmap_construct_agg", |_| construct()).or(empty),
    Aggregate::new("bitmap_or_agg", |_| joined(false)).or(empty),
    Aggregate::new("bitmap_and_agg", |_| joined(true)).or(full),
];

fn construct() -> Made {
    Ok(Folded::boxed(Construct))
}

fn joined(all: bool) -> Made {
    Ok(Folded::boxed(Joined { all }))
}

fn empty(_: &ArrowType) -> datafusion::common::Result<ScalarValue> {
    Ok(ScalarValue::Binary(Some(vec![0; BYTES])))
}

fn full(_: &ArrowType) -> datafusion::common::Result<ScalarValue> {
    Ok(ScalarValue::Binary(Some(vec![0xff; BYTES])))
}

fn saved_bitmaps(states: &[Vec<u8>]) -> ArrayRef {
    let bitmaps: BinaryArray = states.iter().map(|bits| Some(bits.as_slice())).collect();
    Arc::new(bitmaps)
}

#[derive(Debug)]
struct Construct;

impl Fold for Construct {
    type State = Vec<u8>;
    type Rows<'a> = &'a Int64Array;
    type Saved<'a> = &'a BinaryArray;

    const HOLDS: bool = true;

    fn start(&self) -> Vec<u8> {
        vec![0; BYTES]
    }

    fn rows<'a>(&self, columns: &'a [ArrayRef]) -> Result<&'a Int64Array, Raised> {
        Ok(columns[0].as_primitive::<Int64Type>())
    }

    fn add(&self, state: &mut Vec<u8>, rows: &&Int64Array, row: usize) -> Result<(), Raised> {
        let position = rows.value(row);
        let byte = usize::try_from(position / 8).ok().filter(|_| position >= 0);
        match byte.and_then(|byte| state.get_mut(byte)) {
            Some(bits) => *bits |= 1 << (position % 8),
            None => {
                return Err(SqlError::new(condition::INVALID_BITMAP_POSITION)
                    .with("bitPosition", position.to_string())
                    .with("bitmapNumBytes", BYTES.to_string())
                    .with("bitmapNumBits", (BYTES * 8).to_string())
                    .into());
            }
        }
        Ok(())
    }

    fn layout(&self) -> Vec<ArrowType> {
        vec![ArrowType::Binary]
    }

    fn save(&self, states: &[Vec<u8>]) -> Result<Vec<ArrayRef>, Raised> {
        Ok(vec![saved_bitmaps(states)])
    }

    fn saved<'a>(&self, columns: &'a [ArrayRef]) -> Result<&'a BinaryArray, Raised> {
        Ok(columns[0].as_binary::<i32>())
    }

    fn merge(&self, state: &mut Vec<u8>, saved: &&BinaryArray, row: usize) -> Result<(), Raised> {
        for (known, bits) in state.iter_mut().zip(saved.value(row)) {
            *known |= bits;
        }
        Ok(())
    }

    fn finish(&self, states: &[Vec<u8>]) -> Result<ArrayRef, Raised> {
        Ok(saved_bitmaps(states))
    }

    fn held_bytes(&self, state: &Vec<u8>) -> usize {
        state.capacity()
    }
}

/// The bits that one of the bitmaps has, or all of them. A bitmap that is too short has no bits behind
/// its end.
#[derive(Debug)]
struct Joined {
    all: bool,
}

impl Fold for Joined {
    type State = Vec<u8>;
    type Rows<'a> = &'a BinaryArray;
    type Saved<'a> = &'a BinaryArray;

    const HOLDS: bool = true;

    fn start(&self) -> Vec<u8> {
        vec![if self.all { 0xff } else { 0 }; BYTES]
    }

    fn rows<'a>(&self, columns: &'a [ArrayRef]) -> Result<&'a BinaryArray, Raised> {
        Ok(columns[0].as_binary::<i32>())
    }

    fn add(&self, state: &mut Vec<u8>, rows: &&BinaryArray, row: usize) -> Result<(), Raised> {
        let bits = rows.value(row).iter().copied().chain(std::iter::repeat(0));
        for (known, bits) in state.iter_mut().zip(bits) {
            *known = if self.all {
                *known & bits
            } else {
                *known | bits
            };
        }
        Ok(())
    }

    fn layout(&self) -> Vec<ArrowType> {
        vec![ArrowType::Binary]
    }

    fn save(&self, states: &[Vec<u8>]) -> Result<Vec<ArrayRef>, Raised> {
        Ok(vec![saved_bitmaps(states)])
    }

    fn saved<'a>(&self, columns: &'a [ArrayRef]) -> Result<&'a BinaryArray, Raised> {
        self.rows(columns)
    }

    fn merge(&self, state: &mut Vec<u8>, saved: &&BinaryArray, row: usize) -> Result<(), Raised> {
        self.add(state, saved, row)
    }

    fn finish(&self, states: &[Vec<u8>]) -> Result<ArrayRef, Raised> {
        Ok(saved_bitmaps(states))
    }

    fn held_bytes(&self, state: &Vec<u8>) -> usize {
        state.capacity()
    }
}
