//! Hashes of values, and digests of bytes.
//!
//! `hash` is MurmurHash3 of 32 bits and `xxhash64` is XXH64, both from the seed 42 and both through
//! the bytes that Spark takes of a value: so buckets and sketches that other engines made fit ours.
//! [`RowHash`] is what both have in common.

mod digest;
mod murmur3;
mod row_hash;
mod xxhash64;

use std::sync::Arc;

use arrow::array::PrimitiveArray;
use arrow::datatypes::{ArrowPrimitiveType, Int32Type, Int64Type};
use flint_sql_spec::Result;

pub(crate) use digest::FUNCTIONS as DIGESTS;
pub(crate) use murmur3::Murmur3;
pub(crate) use row_hash::{RowHash, hasher};
pub(crate) use xxhash64::XxHash64;

use crate::each::kernel;
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

/// What Spark's hashes begin with.
pub(crate) const SEED: u32 = 42;

/// The family of hashes.
pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("hash", |site| {
        hash::<Murmur3, Int32Type>(site, |hash| hash as i32)
    }),
    Scalar::new("xxhash64", |site| {
        hash::<XxHash64, Int64Type>(site, |hash| hash as i64)
    }),
];

/// The hash of all arguments: that of one is the seed of the next.
fn hash<H: RowHash, T: ArrowPrimitiveType>(
    site: &Site,
    shown: fn(H::State) -> T::Native,
) -> Result<Kernel> {
    let types = site.arguments.clone();
    kernel(move |args| {
        let columns = args.arrays()?;
        let mut hashes = vec![H::State::from(SEED); args.rows()];
        for (column, data_type) in columns.iter().zip(&types) {
            let hash = hasher::<H>(column, data_type)?;
            for (row, state) in hashes.iter_mut().enumerate() {
                *state = hash(row, *state);
            }
        }
        let values = hashes.into_iter().map(shown);
        Ok(Arc::new(PrimitiveArray::<T>::from_iter_values(values)))
    })
}
