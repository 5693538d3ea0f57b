//! Summaries of many values in little memory: how many different ones there are, how often each is
//! there, how they are spread.

mod count_min;
mod distinct_count;
mod histogram;
mod java_random;

use datafusion::common::ScalarValue;

use super::call::Aggregate;

/// The families of summaries.
pub(super) const FAMILY: &[Aggregate] = &[
    Aggregate::new("approx_count_distinct", distinct_count::make)
        .or(distinct_count::none)
        .indifferent_to_repeats(),
    Aggregate::new("count_min_sketch", count_min::make).or(|layout| ScalarValue::try_from(layout)),
    Aggregate::new("histogram_numeric", histogram::make),
];
