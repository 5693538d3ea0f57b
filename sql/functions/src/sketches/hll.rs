//! HyperLogLog sketches of DataSketches, by the crate of that name, in the bytes that Spark keeps.
//!
//! Spark keeps sketches with eight bits a register in the form that can be updated, which has room for
//! coupons that are still to come. The crate reads that form and writes the compact one: [`write`]
//! makes the room again.

use arrow::datatypes::Int64Type;
use datasketches::hll::{HllSketch, HllType, HllUnion};
use flint_sql_columnar::Raised;
use flint_sql_spec::{Result, SqlError, condition};

use super::theta::rounded;
use crate::each::{binaries, kernel, numbers};
use crate::scalar::{Kernel, Scalar};

/// What a coupon is in bytes.
const COUPON: usize = 4;
/// The bits of a coupon that choose its place.
const PLACE: u32 = (1 << 26) - 1;
/// The flag of the compact form.
const COMPACT: u8 = 8;

/// An empty sketch of `2^lg` registers.
///
/// # Errors
/// `HLL_INVALID_LG_K` unless `lg` is from 4 to 21.
pub(crate) fn sketch(function: &str, lg: i32) -> Result<HllSketch, Raised> {
    let made = u8::try_from(lg)
        .ok()
        .and_then(|lg| HllSketch::new(lg, HllType::Hll8).ok());
    made.ok_or_else(|| {
        SqlError::new(condition::HLL_INVALID_LG_K)
            .with("function", format!("`{function}`"))
            .with("min", "4")
            .with("max", "21")
            .with("value", lg.to_string())
            .into()
    })
}

/// The sketch in these bytes.
///
/// # Errors
/// `HLL_INVALID_INPUT_SKETCH_BUFFER`.
pub(crate) fn parse(function: &str, bytes: &[u8]) -> Result<HllSketch, Raised> {
    HllSketch::deserialize(bytes).map_err(|_| {
        SqlError::new(condition::HLL_INVALID_INPUT_SKETCH_BUFFER)
            .with("function", format!("`{function}`"))
            .into()
    })
}

/// The sketch in the form that can be updated.
pub(crate) fn write(sketch: &HllSketch) -> Vec<u8> {
    let mut bytes = sketch.serialize();
    bytes[5] &= !COMPACT;
    let slots = 1_usize << bytes[4];
    match bytes[7] & 3 {
        // A list of coupons, with room for others.
        0 => bytes.resize(8 + slots * COUPON, 0),
        // A set of coupons, by place.
        1 => {
            let (coupons, _) = bytes[12..].as_chunks::<COUPON>();
            let set = placed(coupons.iter().copied().map(u32::from_le_bytes), slots);
            bytes.truncate(12);
            bytes.extend(set.into_iter().flat_map(u32::to_le_bytes));
        }
        // Registers have one form.
        _ => {}
    }
    bytes
}

/// Coupons in a table of so many slots; 0 is none.
fn placed(coupons: impl Iterator<Item = u32>, slots: usize) -> Vec<u32> {
    let mut set = vec![0; slots];
    let (mask, lg) = (slots - 1, slots.trailing_zeros());
    for coupon in coupons {
        let stride = ((coupon & PLACE) >> lg | 1) as usize;
        let mut at = coupon as usize & mask;
        while set[at] != 0 && set[at] != coupon {
            at = (at + stride) & mask;
        }
        set[at] = coupon;
    }
    set
}

/// An empty union of sketches of at most `2^lg` registers, as sketches have them.
pub(crate) fn union_of(lg: u8) -> HllUnion {
    HllUnion::new(lg).expect("a size that a sketch has")
}

/// # Errors
/// `HLL_UNION_DIFFERENT_LG_K`, unless the sizes are the same or may be different.
pub(crate) fn check_sizes(
    function: &str,
    left: u8,
    right: u8,
    may_differ: bool,
) -> Result<(), Raised> {
    if left == right || may_differ {
        return Ok(());
    }
    Err(SqlError::new(condition::HLL_UNION_DIFFERENT_LG_K)
        .with("left", left.to_string())
        .with("right", right.to_string())
        .with("function", format!("`{function}`"))
        .into())
}

/// Functions of rows over HLL sketches.
pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("hll_sketch_estimate", |_| estimate()),
    Scalar::new("hll_union", |_| union()),
];

fn estimate() -> Result<Kernel> {
    kernel(|args| {
        let sketches = args.binaries(0)?;
        numbers::<Int64Type>(args.rows(), |row| {
            let sketch = sketches
                .get(row)
                .map(|bytes| parse("hll_sketch_estimate", bytes));
            Ok(sketch.transpose()?.map(|sketch| rounded(sketch.estimate())))
        })
    })
}

fn union() -> Result<Kernel> {
    kernel(|args| {
        let function = "hll_union";
        let (left, right) = (args.binaries(0)?, args.binaries(1)?);
        let may_differ = args.booleans(2)?;
        binaries(args.rows(), |row| {
            let Some((left, right)) = left.get(row).zip(right.get(row)) else {
                return Ok(None);
            };
            let Some(may_differ) = may_differ.get(row) else {
                return Ok(None);
            };
            let (left, right) = (parse(function, left)?, parse(function, right)?);
            let (left_lg, right_lg) = (left.lg_config_k(), right.lg_config_k());
            check_sizes(function, left_lg, right_lg, may_differ)?;
            let mut union = union_of(left_lg.min(right_lg));
            union.update(&left);
            union.update(&right);
            Ok(Some(write(&union.to_sketch(HllType::Hll8))))
        })
    })
}
