//! Summaries of many values in little memory: how many different ones there are, how often each is
//! there, how they are spread.

mod count_min;
mod distinct_count;
mod histogram;
mod hll;
mod java_random;
mod keyed;
mod kll;
mod top_k;

use datafusion::common::ScalarValue;

use super::call::{Aggregate, Call, Made};

/// A function whose result is never NULL.
const fn never_null(name: &'static str, make: fn(&Call<'_>) -> Made) -> Aggregate {
    Aggregate::new(name, make).or(|layout| ScalarValue::try_from(layout))
}

/// The families of summaries.
pub(super) const FAMILY: &[Aggregate] = &[
    Aggregate::new("approx_count_distinct", distinct_count::make)
        .or(distinct_count::none)
        .indifferent_to_repeats(),
    never_null("approx_top_k", top_k::make),
    never_null("approx_top_k_accumulate", top_k::make_accumulate),
    never_null("approx_top_k_combine", top_k::make_combine),
    never_null("count_min_sketch", count_min::make),
    never_null("hll_sketch_agg", hll::make_sketch).indifferent_to_repeats(),
    never_null("hll_union_agg", hll::make_union),
    Aggregate::new("histogram_numeric", histogram::make),
    never_null("kll_merge_agg_bigint", kll::merged_longs),
    never_null("kll_merge_agg_double", kll::merged_doubles),
    never_null("kll_merge_agg_float", kll::merged_floats),
    never_null("kll_sketch_agg_bigint", kll::longs),
    never_null("kll_sketch_agg_double", kll::doubles),
    never_null("kll_sketch_agg_float", kll::floats),
    never_null("theta_intersection_agg", keyed::theta_intersections),
    never_null("theta_sketch_agg", keyed::theta_sketches).indifferent_to_repeats(),
    never_null("theta_union_agg", keyed::theta_unions),
    never_null("tuple_intersection_agg_double", keyed::double_intersections),
    never_null(
        "tuple_intersection_agg_integer",
        keyed::integer_intersections,
    ),
    never_null("tuple_sketch_agg_double", keyed::double_sketches),
    never_null("tuple_sketch_agg_integer", keyed::integer_sketches),
    never_null("tuple_union_agg_double", keyed::double_unions),
    never_null("tuple_union_agg_integer", keyed::integer_unions),
];
