//! `approx_count_distinct`: HyperLogLog++ with Spark's answers.
//!
//! Heule, Nunkesser, Hall: "HyperLogLog in Practice" (EDBT 2013), without the sparse form. Of the
//! XXH64 of a value the first bits choose a register, which keeps the largest place of the first bit
//! among the others. `bias.txt` has the paper's measured corrections.

use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, AsArray, BinaryArray, Int64Array};
use arrow::datatypes::DataType as ArrowType;
use datafusion::common::ScalarValue;
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, Literal, SqlError, condition};

use crate::aggregates::call::{Call, Made};
use crate::aggregates::fold::{Fold, Folded};
use crate::hash::{SEED, XxHash64, hasher};

/// Spark's relative standard deviation, if none is asked for.
const DEVIATION: f64 = 0.05;
/// The least precision, which the tables begin with.
const LEAST: u32 = 4;
/// A sketch of 64 MiB; more makes no sense for numbers below 2^64.
const MOST: f64 = 26.0;
/// Corrections end before this precision.
const UNCORRECTED: u32 = 19;
/// How many measured estimates are looked at.
const NEIGHBOURS: usize = 6;

/// Below these counts, by precision, empty registers tell more than full ones.
const THRESHOLDS: [f64; 15] = [
    10.0, 20.0, 40.0, 80.0, 220.0, 400.0, 900.0, 1800.0, 3100.0, 6500.0, 15500.0, 20000.0, 50000.0,
    120000.0, 350000.0,
];

/// Measured estimates, and how much each is too high.
struct Measured {
    estimates: Vec<f64>,
    biases: Vec<f64>,
}

static MEASURED: LazyLock<Vec<Measured>> = LazyLock::new(|| {
    let numbers = |line: &str| -> Vec<f64> {
        let words = line.split(' ').map(str::parse);
        words.map(|word| word.expect("a number")).collect()
    };
    let lines: Vec<&str> = include_str!("bias.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    let pairs = lines.as_chunks::<2>().0.iter();
    pairs
        .map(|[estimates, biases]| Measured {
            estimates: numbers(estimates),
            biases: numbers(biases),
        })
        .collect()
});

/// None of no rows.
pub(super) fn none(_: &ArrowType) -> datafusion::common::Result<ScalarValue> {
    Ok(ScalarValue::Int64(Some(0)))
}

/// `approx_count_distinct(value)`, or with a relative standard deviation.
pub(super) fn make(call: &Call<'_>) -> Made {
    let deviation = match call.site.constant(1) {
        Some(Literal::Double(deviation)) => deviation.0,
        Some(other) => {
            let message = format!("a deviation that is no DOUBLE: {other:?}");
            return Err(SqlError::internal(message).into());
        }
        None => DEVIATION,
    };
    let precision = (2.0 * (1.106 / deviation).log2()).ceil();
    if !(f64::from(LEAST)..=MOST).contains(&precision) {
        return Err(SqlError::new(condition::FAILED_FUNCTION_CALL)
            .with("funcName", "`approx_count_distinct`")
            .into());
    }
    let of = call.site.arguments.first().cloned();
    Ok(Folded::boxed(DistinctCount {
        precision: precision as u32,
        of: of.unwrap_or(DataType::Null),
    }))
}

#[derive(Debug)]
struct DistinctCount {
    precision: u32,
    of: DataType,
}

impl Fold for DistinctCount {
    type State = Vec<u8>;
    type Rows<'a> = Box<dyn Fn(usize, u64) -> u64 + 'a>;
    type Saved<'a> = &'a BinaryArray;

    const HOLDS: bool = true;

    fn start(&self) -> Vec<u8> {
        vec![0; 1 << self.precision]
    }

    fn rows<'a>(&self, columns: &'a [ArrayRef]) -> Result<Self::Rows<'a>, Raised> {
        hasher::<XxHash64>(&columns[0], &self.of)
    }

    fn add(&self, state: &mut Vec<u8>, rows: &Self::Rows<'_>, row: usize) -> Result<(), Raised> {
        let hash = rows(row, u64::from(SEED));
        let register = (hash >> (64 - self.precision)) as usize;
        // The bit behind the hash ends the count where all others are 0.
        let rest = hash << self.precision | 1 << (self.precision - 1);
        let place = rest.leading_zeros() as u8 + 1;
        state[register] = state[register].max(place);
        Ok(())
    }

    fn layout(&self) -> Vec<ArrowType> {
        vec![ArrowType::Binary]
    }

    fn save(&self, states: &[Vec<u8>]) -> Result<Vec<ArrayRef>, Raised> {
        let saved: BinaryArray = states.iter().map(|state| Some(state.as_slice())).collect();
        Ok(vec![Arc::new(saved)])
    }

    fn saved<'a>(&self, columns: &'a [ArrayRef]) -> Result<&'a BinaryArray, Raised> {
        Ok(columns[0].as_binary::<i32>())
    }

    fn merge(&self, state: &mut Vec<u8>, saved: &&BinaryArray, row: usize) -> Result<(), Raised> {
        for (known, other) in state.iter_mut().zip(saved.value(row)) {
            *known = (*known).max(*other);
        }
        Ok(())
    }

    fn finish(&self, states: &[Vec<u8>]) -> Result<ArrayRef, Raised> {
        let counts = states.iter().map(|state| estimate(state, self.precision));
        Ok(Arc::new(Int64Array::from_iter_values(counts)))
    }

    fn held_bytes(&self, state: &Vec<u8>) -> usize {
        state.capacity()
    }
}

/// About how many different values these registers saw.
fn estimate(registers: &[u8], precision: u32) -> i64 {
    let count = registers.len() as f64;
    let inverse: f64 = registers
        .iter()
        .map(|place| 1.0 / (1_u64 << place) as f64)
        .sum();
    let empty = registers.iter().filter(|place| **place == 0).count();
    let alpha = match precision {
        4 => 0.673,
        5 => 0.697,
        6 => 0.709,
        _ => 0.7213 / (1.0 + 1.079 / count),
    };
    let raw = alpha * count * count / inverse;
    let corrected = || match precision < UNCORRECTED && raw < 5.0 * count {
        true => raw - bias(raw, precision),
        false => raw,
    };
    if empty == 0 {
        return rounded(corrected());
    }
    let by_empty = count * (count / empty as f64).ln();
    let few = THRESHOLDS
        .get((precision - LEAST) as usize)
        .is_some_and(|threshold| by_empty <= *threshold);
    if few || raw <= 2.5 * count {
        rounded(by_empty)
    } else {
        rounded(corrected())
    }
}

/// To the nearest, halves up.
fn rounded(value: f64) -> i64 {
    (value + 0.5).floor() as i64
}

/// The mean of what the nearest measured estimates were too high by.
fn bias(raw: f64, precision: u32) -> f64 {
    let Measured { estimates, biases } = &MEASURED[(precision - LEAST) as usize];
    let nearest = estimates.partition_point(|estimate| *estimate < raw);
    let distance = |at: usize| (raw - estimates[at]) * (raw - estimates[at]);
    let mut low = (nearest + 1).saturating_sub(NEIGHBOURS);
    let mut high = (low + NEIGHBOURS).min(estimates.len());
    while high < estimates.len() && distance(high) < distance(low) {
        (low, high) = (low + 1, high + 1);
    }
    let sum = biases[low..high].iter().fold(0.0, |sum, bias| sum + bias);
    sum / (high - low) as f64
}
