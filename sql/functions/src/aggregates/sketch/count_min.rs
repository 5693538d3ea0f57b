//! `count_min_sketch`: how often values are there, at least, in the bytes that Spark writes.
//!
//! Cormode and Muthukrishnan, "An Improved Data Stream Summary" (2005). The bytes are a version, the
//! total, depth and width, the hashes' factors, then the counts row by row, the highest byte first.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType as ArrowType, Int64Type};
use flint_sql_columnar::Raised;
use flint_sql_spec::{Literal, SqlError};

use super::java_random::JavaRandom;
use crate::aggregates::call::{Call, Made};
use crate::aggregates::fold::{Fold, Folded};
use crate::hash::{Murmur3, RowHash};
use crate::site::Site;

const VERSION: i32 = 1;
/// Sketches of more counts than this are refused.
const MOST_COUNTS: f64 = (1 << 28) as f64;

/// `count_min_sketch(value, error, confidence, seed)`.
pub(super) fn make(call: &Call<'_>) -> Made {
    Ok(Folded::boxed(CountMin::of(call.site)?))
}

#[derive(Debug)]
struct CountMin {
    depth: usize,
    width: usize,
    factors: Vec<i64>,
}

/// The total, then the counts.
type Counts = Vec<i64>;

impl CountMin {
    fn of(site: &Site) -> Result<CountMin, Raised> {
        let constants = (site.constant(1), site.constant(2), site.constant(3));
        let (error, confidence, seed) = match constants {
            (
                Some(Literal::Double(error)),
                Some(Literal::Double(confidence)),
                Some(Literal::Integer(seed)),
            ) => (error.0, confidence.0, *seed),
            // Of a seed of 64 bits the lower half counts.
            (
                Some(Literal::Double(error)),
                Some(Literal::Double(confidence)),
                Some(Literal::Long(seed)),
            ) => (error.0, confidence.0, *seed as i32),
            _ => return Err(SqlError::internal("error, confidence and seed are constants").into()),
        };
        let width = (2.0 / error).ceil();
        let depth = (-(1.0 - confidence).ln() / 2.0_f64.ln()).ceil();
        let fits = error > 0.0 && confidence > 0.0 && confidence < 1.0;
        if !fits || width * depth > MOST_COUNTS {
            let message =
                format!("no sketch has the error {error} and the confidence {confidence}");
            return Err(SqlError::internal(message).into());
        }
        let mut random = JavaRandom::new(i64::from(seed));
        let depth = depth as usize;
        Ok(CountMin {
            depth,
            width: width as usize,
            factors: (0..depth)
                .map(|_| i64::from(random.next_below_largest()))
                .collect(),
        })
    }

    /// The place of a number in a row of counts.
    fn place(&self, number: i64, row: usize) -> usize {
        let hash = self.factors[row].wrapping_mul(number);
        // What is left of it by 2^31 - 1, about.
        let hash = hash.wrapping_add(hash >> 32) & i64::from(i32::MAX);
        hash as usize % self.width
    }

    /// The place of bytes with two hashes in a row of counts.
    fn place_of_bytes(&self, hashes: [u32; 2], row: usize) -> usize {
        let hash = (row as u32).wrapping_mul(hashes[1]).wrapping_add(hashes[0]);
        (hash as i32 % self.width as i32).unsigned_abs() as usize
    }

    fn bytes(&self, counts: &Counts) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(20 + 8 * (self.depth + counts.len()));
        bytes.extend_from_slice(&VERSION.to_be_bytes());
        bytes.extend_from_slice(&counts[0].to_be_bytes());
        bytes.extend_from_slice(&(self.depth as i32).to_be_bytes());
        bytes.extend_from_slice(&(self.width as i32).to_be_bytes());
        for number in self.factors.iter().chain(&counts[1..]) {
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        bytes
    }
}

impl Fold for CountMin {
    type State = Counts;
    type Rows<'a> = ArrayRef;
    type Saved<'a> = &'a BinaryArray;

    const HOLDS: bool = true;

    fn start(&self) -> Counts {
        vec![0; 1 + self.depth * self.width]
    }

    fn rows(&self, columns: &[ArrayRef]) -> Result<ArrayRef, Raised> {
        Ok(match columns[0].data_type() {
            ArrowType::Binary => Arc::clone(&columns[0]),
            ArrowType::Utf8 => cast(&columns[0], &ArrowType::Binary)?,
            _ => cast(&columns[0], &ArrowType::Int64)?,
        })
    }

    fn add(&self, state: &mut Counts, rows: &ArrayRef, row: usize) -> Result<(), Raised> {
        state[0] += 1;
        let hashes = rows.as_binary_opt::<i32>().map(|bytes| {
            let first = Murmur3::bytes(bytes.value(row), 0);
            [first, Murmur3::bytes(bytes.value(row), first)]
        });
        for line in 0..self.depth {
            let place = match hashes {
                Some(hashes) => self.place_of_bytes(hashes, line),
                None => self.place(rows.as_primitive::<Int64Type>().value(row), line),
            };
            state[1 + line * self.width + place] += 1;
        }
        Ok(())
    }

    fn layout(&self) -> Vec<ArrowType> {
        vec![ArrowType::Binary]
    }

    fn save(&self, states: &[Counts]) -> Result<Vec<ArrayRef>, Raised> {
        let bytes = |state: &Counts| -> Vec<u8> {
            state.iter().flat_map(|count| count.to_le_bytes()).collect()
        };
        let saved: BinaryArray = states.iter().map(|state| Some(bytes(state))).collect();
        Ok(vec![Arc::new(saved)])
    }

    fn saved<'a>(&self, columns: &'a [ArrayRef]) -> Result<&'a BinaryArray, Raised> {
        Ok(columns[0].as_binary::<i32>())
    }

    fn merge(&self, state: &mut Counts, saved: &&BinaryArray, row: usize) -> Result<(), Raised> {
        let (counts, _) = saved.value(row).as_chunks::<8>();
        for (known, count) in state.iter_mut().zip(counts) {
            *known += i64::from_le_bytes(*count);
        }
        Ok(())
    }

    fn finish(&self, states: &[Counts]) -> Result<ArrayRef, Raised> {
        let found: BinaryArray = states.iter().map(|state| Some(self.bytes(state))).collect();
        Ok(Arc::new(found))
    }

    fn held_bytes(&self, state: &Counts) -> usize {
        state.capacity() * size_of::<i64>()
    }
}
