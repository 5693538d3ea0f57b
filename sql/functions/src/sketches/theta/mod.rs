//! Theta sketches: how many different keys there are, in unions, intersections and differences.
//!
//! A sketch keeps the keys whose hashes are below theta, a share of all hashes that shrinks as keys
//! come: with `n` keys below a share `t` there are about `n / t`. Bar-Yossef et al., "Counting Distinct
//! Elements in a Data Stream" (2002); Dasgupta et al., "A Framework for Estimating Stream Expression
//! Cardinalities" (2016). Tuple sketches are the same with a [`Summary`] beside each key.

mod bytes;
mod sets;
mod table;

use std::fmt;

use arrow::datatypes::{Int32Type, Int64Type};
use flint_sql_columnar::Raised;
use flint_sql_spec::{Result, SqlError, condition};

pub(crate) use bytes::{read, write};
pub(crate) use sets::{Building, Intersection, Union, difference};
pub(crate) use table::Entry;

use super::{Broken, lg_entries};
use crate::arguments::Arguments;
use crate::each::{binaries, kernel, numbers};
use crate::scalar::{Kernel, Scalar};

/// The theta of a sketch that keeps all keys: hashes have 63 bits.
pub(crate) const MAX_THETA: u64 = i64::MAX as u64;

/// `lgNomEntries` where none is asked for.
pub(crate) const LG_ENTRIES: i32 = 12;

/// What a sketch keeps beside a key.
pub(crate) trait Summary: Copy + Default + fmt::Debug + Send + Sync + 'static {}

/// Theta sketches keep keys alone.
impl Summary for () {}

/// A finished sketch.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Compact<S> {
    /// Keys have hashes below this.
    pub(crate) theta: u64,
    /// Whether no key ever came: there can be none below a theta that is not the largest.
    pub(crate) empty: bool,
    pub(crate) entries: Vec<Entry<S>>,
}

impl<S> Compact<S> {
    pub(crate) fn new(theta: u64, empty: bool, entries: Vec<Entry<S>>) -> Compact<S> {
        Compact {
            theta: if empty { MAX_THETA } else { theta },
            empty,
            entries,
        }
    }

    /// The share of hashes below theta.
    pub(crate) fn share(&self) -> f64 {
        self.theta as f64 / MAX_THETA as f64
    }

    /// Whether not all keys are there.
    pub(crate) fn estimates(&self) -> bool {
        self.theta < MAX_THETA && !self.empty
    }

    /// About how many keys there are.
    pub(crate) fn estimate(&self) -> f64 {
        self.entries.len() as f64 / self.share()
    }
}

/// The theta sketch in these bytes.
///
/// # Errors
/// `THETA_INVALID_INPUT_SKETCH_BUFFER`, and `.._FAMILY` for another family's bytes.
pub(crate) fn parse(function: &str, bytes: &[u8]) -> Result<Compact<()>, Raised> {
    read(bytes).map_err(|broken| {
        let error = match broken {
            Broken::Bytes => SqlError::new(condition::THETA_INVALID_INPUT_SKETCH_BUFFER),
            Broken::Family(found) => {
                SqlError::new(condition::THETA_INVALID_INPUT_SKETCH_BUFFER_FAMILY)
                    .with("expectedFamily", "COMPACT")
                    .with("actualFamily", found)
            }
        };
        error.with("function", format!("`{function}`")).into()
    })
}

/// The union of some sketches' keys needs nothing of summaries that are none.
pub(crate) fn alone((): (), (): ()) {}

/// Functions of rows over theta sketches.
pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("theta_sketch_estimate", |_| estimate()),
    Scalar::new("theta_union", |_| union()),
    Scalar::new("theta_intersection", |_| {
        pairs("theta_intersection", |first, second| {
            let mut both = Intersection::default();
            both.add(first, alone);
            both.add(second, alone);
            both.result().unwrap_or_else(|| first.clone())
        })
    }),
    Scalar::new("theta_difference", |_| {
        pairs("theta_difference", |first, second| {
            difference(first, second)
        })
    }),
];

fn estimate() -> Result<Kernel> {
    kernel(|args| {
        let sketches = args.binaries(0)?;
        numbers::<Int64Type>(args.rows(), |row| {
            let sketch = sketches
                .get(row)
                .map(|bytes| parse("theta_sketch_estimate", bytes));
            Ok(sketch.transpose()?.map(|sketch| rounded(sketch.estimate())))
        })
    })
}

/// To the nearest, halves up, as Java rounds.
pub(super) fn rounded(value: f64) -> i64 {
    (value + 0.5).floor() as i64
}

/// Both sketches of a row, unless one is null.
fn both(
    args: &Arguments,
    function: &'static str,
) -> Result<impl Fn(usize) -> Result<Option<[Compact<()>; 2]>, Raised>, Raised> {
    let (first, second) = (args.binaries(0)?, args.binaries(1)?);
    Ok(move |row| {
        let Some((first, second)) = first.get(row).zip(second.get(row)) else {
            return Ok(None);
        };
        Ok(Some([parse(function, first)?, parse(function, second)?]))
    })
}

fn union() -> Result<Kernel> {
    kernel(|args| {
        let function = "theta_union";
        let (sketches, lg) = (both(args, function)?, args.numbers::<Int32Type>(2)?);
        binaries(args.rows(), |row| {
            let Some(lg) = lg.get(row) else {
                return Ok(None);
            };
            let Some(sketches) = sketches(row)? else {
                return Ok(None);
            };
            let mut union = Union::new(lg_entries(function, lg)?);
            sketches.iter().for_each(|sketch| union.add(sketch, alone));
            Ok(Some(write(&union.result())))
        })
    })
}

fn pairs(
    function: &'static str,
    of: fn(&Compact<()>, &Compact<()>) -> Compact<()>,
) -> Result<Kernel> {
    kernel(move |args| {
        let sketches = both(args, function)?;
        binaries(args.rows(), |row| {
            let sketches = sketches(row)?;
            Ok(sketches.map(|[first, second]| write(&of(&first, &second))))
        })
    })
}
