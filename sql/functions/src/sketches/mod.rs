//! Sketches: summaries of much in few bytes, as Apache DataSketches for Java 6.2 makes them for Spark.
//!
//! - [`hll`]: how many different values there are, and [`theta`] the same with intersections and
//!   differences; [`tuple`] keeps a number beside each key.
//! - [`kll`]: how values are spread. [`frequent`]: which are there most often.
//!
//! Their bytes are Java's, so that sketches travel between the engines. HLL and KLL come from the
//! crate `datasketches`, Apache's own. The others are here: that crate refuses the smallest theta
//! sketches that Spark allows (16 entries), and its tables keep entries in another order than Java's,
//! which shows in the bytes of tuple sketches and in the order of equally frequent items.
//!
//! Here is what sketches are and the functions of rows over them; what makes them of rows is in
//! `aggregates::sketch`.

pub(crate) mod frequent;
pub(crate) mod hll;
pub(crate) mod keys;
pub(crate) mod kll;
mod murmur3;
pub(crate) mod reader;
pub(crate) mod theta;
pub(crate) mod tuple;

use flint_sql_columnar::Raised;
use flint_sql_spec::{SqlError, condition};

/// The functions of rows over sketches, by family.
pub(crate) const FUNCTIONS: &[&[crate::scalar::Scalar]] = &[
    frequent::FUNCTIONS,
    hll::FUNCTIONS,
    kll::FUNCTIONS,
    theta::FUNCTIONS,
    tuple::FUNCTIONS,
];

/// What is wrong with bytes that should be a sketch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    /// They are a sketch of another family, of this name.
    Family(&'static str),
    /// They are no sketch of the kind that was asked for.
    Bytes,
}

/// The families of sketches by the number that their bytes have for them, from 1.
const FAMILIES: [&str; 21] = [
    "ALPHA",
    "QUICKSELECT",
    "COMPACT",
    "UNION",
    "INTERSECTION",
    "A_NOT_B",
    "HLL",
    "QUANTILES",
    "TUPLE",
    "FREQUENCY",
    "RESERVOIR",
    "RESERVOIR_UNION",
    "VAROPT",
    "VAROPT_UNION",
    "KLL",
    "CPC",
    "REQ",
    "COUNTMIN",
    "EBPPS",
    "TDIGEST",
    "BLOOMFILTER",
];

/// Whether the third byte of a sketch says that it is of the family `expected`.
fn check_family(bytes: &[u8], expected: &'static str) -> Result<(), Broken> {
    let number = usize::from(*bytes.get(2).ok_or(Broken::Bytes)?);
    let index = number.checked_sub(1).ok_or(Broken::Bytes)?;
    match FAMILIES.get(index) {
        Some(found) if *found == expected => Ok(()),
        Some(found) => Err(Broken::Family(found)),
        None => Err(Broken::Bytes),
    }
}

/// `lgNomEntries` of theta and tuple sketches, the binary logarithm of how many keys they keep.
///
/// # Errors
/// `SKETCH_INVALID_LG_NOM_ENTRIES` unless it is from 4 to 26.
pub(crate) fn lg_entries(function: &str, value: i32) -> Result<u8, Raised> {
    match u8::try_from(value) {
        Ok(lg @ 4..=26) => Ok(lg),
        _ => Err(SqlError::new(condition::SKETCH_INVALID_LG_NOM_ENTRIES)
            .with("function", format!("`{function}`"))
            .with("min", "4")
            .with("max", "26")
            .with("value", value.to_string())
            .into()),
    }
}
