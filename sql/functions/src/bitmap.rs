//! Bitmaps of numbers in buckets of 32,768: where a number is, and how many there are.
//!
//! Numbers above zero are in buckets from 1 on, each number at the bit of what is left of it; others
//! in buckets from 0 down.

use arrow::datatypes::Int64Type;

use crate::each::{kernel, numbers};
use crate::scalar::Scalar;

/// The family of bitmaps.
pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("bitmap_bit_position", |_| {
        kernel(|args| {
            let number = args.numbers::<Int64Type>(0)?;
            numbers::<Int64Type>(args.rows(), |row| Ok(number.get(row).map(position)))
        })
    }),
    Scalar::new("bitmap_bucket_number", |_| {
        kernel(|args| {
            let number = args.numbers::<Int64Type>(0)?;
            numbers::<Int64Type>(args.rows(), |row| Ok(number.get(row).map(bucket)))
        })
    }),
    Scalar::new("bitmap_count", |_| {
        kernel(|args| {
            let bits = args.binaries(0)?;
            let count = |bytes: &[u8]| bytes.iter().map(|byte| i64::from(byte.count_ones())).sum();
            numbers::<Int64Type>(args.rows(), |row| Ok(bits.get(row).map(count)))
        })
    }),
];

const BITS: i64 = 8 * 4096;

fn position(number: i64) -> i64 {
    match number {
        1.. => (number - 1) % BITS,
        _ => number.wrapping_neg().wrapping_rem(BITS).abs(),
    }
}

fn bucket(number: i64) -> i64 {
    match number {
        1.. => 1 + (number - 1) / BITS,
        _ => number / BITS,
    }
}
