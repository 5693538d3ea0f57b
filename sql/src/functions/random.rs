//! Random values.
//!
//! Without a seed one is chosen when the function is called, so that a DataFrame gives the same
//! rows each time it is computed, and another one others.

use std::hash::{BuildHasher, Hasher, RandomState};

use super::*;

/// A seed that differs from call to call.
pub(crate) fn fresh_seed() -> i64 {
    // Hashers of the standard library are keyed at random; nobody must be able to repeat this.
    (RandomState::new().build_hasher().finish() >> 1) as i64
}

/// A double from 0 up to 1, evenly.
#[track_caller]
pub fn rand() -> Column {
    rand_with(fresh_seed())
}

/// A double of the standard normal distribution.
#[track_caller]
pub fn randn() -> Column {
    randn_with(fresh_seed())
}

/// Letters and digits at random.
#[track_caller]
pub fn randstr(length: impl Into<ColumnOrLiteral>) -> Column {
    randstr_with(length, fresh_seed())
}

/// A number of a range, evenly.
#[track_caller]
pub fn uniform(min: impl Into<ColumnOrLiteral>, max: impl Into<ColumnOrLiteral>) -> Column {
    uniform_with(min, max, fresh_seed())
}

/// A random UUID as text.
#[track_caller]
pub fn uuid() -> Column {
    uuid_with(fresh_seed())
}

/// The elements of an array in random order.
#[track_caller]
pub fn shuffle(col: impl Into<Column>) -> Column {
    shuffle_with(col, fresh_seed())
}

/// A count-min sketch as binary.
#[track_caller]
pub fn count_min_sketch(
    col: impl Into<Column>,
    eps: impl Into<ColumnOrLiteral>,
    confidence: impl Into<ColumnOrLiteral>,
) -> Column {
    count_min_sketch_with(col, eps, confidence, fresh_seed())
}

functions! {
    /// A double from 0 up to 1, evenly, by a seed.
    fn rand_with(seed: ColumnOrLiteral) = "rand";
    /// A double of the standard normal distribution, by a seed.
    fn randn_with(seed: ColumnOrLiteral) = "randn";
    /// Letters and digits at random, by a seed.
    fn randstr_with(length: ColumnOrLiteral, seed: ColumnOrLiteral) = "randstr";
    /// A number of a range, evenly, by a seed.
    fn uniform_with(min: ColumnOrLiteral, max: ColumnOrLiteral, seed: ColumnOrLiteral) = "uniform";
    /// A random UUID as text, by a seed.
    fn uuid_with(seed: ColumnOrLiteral) = "uuid";
    /// The elements of an array in random order, by a seed.
    fn shuffle_with(col: Column, seed: ColumnOrLiteral) = "shuffle";
}
