//! Sketches: small summaries for counts and quantiles of much.

use super::*;

functions! {
    /// A HyperLogLog sketch of the values.
    fn hll_sketch_agg(col: Column);
    /// A HyperLogLog sketch of a size.
    fn hll_sketch_agg_with(col: Column, lg_config_k: ColumnOrLiteral) = "hll_sketch_agg";
    /// HyperLogLog sketches of one size united.
    fn hll_union_agg(col: Column);
    /// HyperLogLog sketches united, of different sizes if so said.
    fn hll_union_agg_with(col: Column, allow_different_lg_config_k: ColumnOrLiteral) = "hll_union_agg";
    /// About how many different values a HyperLogLog sketch has seen.
    fn hll_sketch_estimate(col: Column);
    /// Two HyperLogLog sketches of one size united.
    fn hll_union(col1: Column, col2: Column);
    /// Two HyperLogLog sketches united, of different sizes if so said.
    fn hll_union_with(col1: Column, col2: Column, allow_different_lg_config_k: ColumnOrLiteral) = "hll_union";
    /// A theta sketch of the values.
    fn theta_sketch_agg(col: Column);
    /// A theta sketch of a size.
    fn theta_sketch_agg_with(col: Column, lg_nom_entries: ColumnOrLiteral) = "theta_sketch_agg";
    /// Theta sketches united.
    fn theta_union_agg(col: Column);
    /// Theta sketches united in one of a size.
    fn theta_union_agg_with(col: Column, lg_nom_entries: ColumnOrLiteral) = "theta_union_agg";
    /// Theta sketches intersected.
    fn theta_intersection_agg(col: Column);
    /// About how many different values a theta sketch has seen.
    fn theta_sketch_estimate(col: Column);
    /// Two theta sketches united.
    fn theta_union(col1: Column, col2: Column);
    /// Two theta sketches united in one of a size.
    fn theta_union_with(col1: Column, col2: Column, lg_nom_entries: ColumnOrLiteral) = "theta_union";
    /// Two theta sketches intersected.
    fn theta_intersection(col1: Column, col2: Column);
    /// What the first theta sketch has seen and the second has not.
    fn theta_difference(col1: Column, col2: Column);
    /// How many values a KLL sketch of bigints has seen.
    fn kll_sketch_get_n_bigint(col: Column);
    /// How many values a KLL sketch of floats has seen.
    fn kll_sketch_get_n_float(col: Column);
    /// How many values a KLL sketch of doubles has seen.
    fn kll_sketch_get_n_double(col: Column);
    /// Two KLL sketches of bigints as one.
    fn kll_sketch_merge_bigint(left: Column, right: Column);
    /// Two KLL sketches of floats as one.
    fn kll_sketch_merge_float(left: Column, right: Column);
    /// Two KLL sketches of doubles as one.
    fn kll_sketch_merge_double(left: Column, right: Column);
    /// The value of a rank in a KLL sketch of bigints.
    fn kll_sketch_get_quantile_bigint(sketch: Column, rank: Column);
    /// The value of a rank in a KLL sketch of floats.
    fn kll_sketch_get_quantile_float(sketch: Column, rank: Column);
    /// The value of a rank in a KLL sketch of doubles.
    fn kll_sketch_get_quantile_double(sketch: Column, rank: Column);
    /// The rank of a value in a KLL sketch of bigints.
    fn kll_sketch_get_rank_bigint(sketch: Column, quantile: Column);
    /// The rank of a value in a KLL sketch of floats.
    fn kll_sketch_get_rank_float(sketch: Column, quantile: Column);
    /// The rank of a value in a KLL sketch of doubles.
    fn kll_sketch_get_rank_double(sketch: Column, quantile: Column);
    /// A KLL sketch of bigints as text for people.
    fn kll_sketch_to_string_bigint(col: Column);
    /// A KLL sketch of floats as text for people.
    fn kll_sketch_to_string_float(col: Column);
    /// A KLL sketch of doubles as text for people.
    fn kll_sketch_to_string_double(col: Column);
    /// A KLL sketch of bigints.
    fn kll_sketch_agg_bigint(col: Column);
    /// A KLL sketch of bigints of a size.
    fn kll_sketch_agg_bigint_with(col: Column, k: ColumnOrLiteral) = "kll_sketch_agg_bigint";
    /// A KLL sketch of floats.
    fn kll_sketch_agg_float(col: Column);
    /// A KLL sketch of floats of a size.
    fn kll_sketch_agg_float_with(col: Column, k: ColumnOrLiteral) = "kll_sketch_agg_float";
    /// A KLL sketch of doubles.
    fn kll_sketch_agg_double(col: Column);
    /// A KLL sketch of doubles of a size.
    fn kll_sketch_agg_double_with(col: Column, k: ColumnOrLiteral) = "kll_sketch_agg_double";
    /// KLL sketches of bigints as one.
    fn kll_merge_agg_bigint(col: Column);
    /// KLL sketches of bigints as one of a size.
    fn kll_merge_agg_bigint_with(col: Column, k: ColumnOrLiteral) = "kll_merge_agg_bigint";
    /// KLL sketches of floats as one.
    fn kll_merge_agg_float(col: Column);
    /// KLL sketches of floats as one of a size.
    fn kll_merge_agg_float_with(col: Column, k: ColumnOrLiteral) = "kll_merge_agg_float";
    /// KLL sketches of doubles as one.
    fn kll_merge_agg_double(col: Column);
    /// KLL sketches of doubles as one of a size.
    fn kll_merge_agg_double_with(col: Column, k: ColumnOrLiteral) = "kll_merge_agg_double";
    /// A tuple sketch of keys with sums of doubles.
    fn tuple_sketch_agg_double(key: Column, summary: Column);
    /// A tuple sketch of keys with doubles, of a size and a way to merge them.
    fn tuple_sketch_agg_double_with(key: Column, summary: Column, lg_nom_entries: ColumnOrLiteral, mode: ColumnOrLiteral) = "tuple_sketch_agg_double";
    /// A tuple sketch of keys with sums of integers.
    fn tuple_sketch_agg_integer(key: Column, summary: Column);
    /// A tuple sketch of keys with integers, of a size and a way to merge them.
    fn tuple_sketch_agg_integer_with(key: Column, summary: Column, lg_nom_entries: ColumnOrLiteral, mode: ColumnOrLiteral) = "tuple_sketch_agg_integer";
    /// Tuple sketches with doubles united.
    fn tuple_union_agg_double(col: Column);
    /// Tuple sketches with doubles united, of a size and a way to merge.
    fn tuple_union_agg_double_with(col: Column, lg_nom_entries: ColumnOrLiteral, mode: ColumnOrLiteral) = "tuple_union_agg_double";
    /// Tuple sketches with integers united.
    fn tuple_union_agg_integer(col: Column);
    /// Tuple sketches with integers united, of a size and a way to merge.
    fn tuple_union_agg_integer_with(col: Column, lg_nom_entries: ColumnOrLiteral, mode: ColumnOrLiteral) = "tuple_union_agg_integer";
    /// Tuple sketches with doubles intersected.
    fn tuple_intersection_agg_double(col: Column);
    /// Tuple sketches with doubles intersected, with a way to merge.
    fn tuple_intersection_agg_double_with(col: Column, mode: ColumnOrLiteral) = "tuple_intersection_agg_double";
    /// Tuple sketches with integers intersected.
    fn tuple_intersection_agg_integer(col: Column);
    /// Tuple sketches with integers intersected, with a way to merge.
    fn tuple_intersection_agg_integer_with(col: Column, mode: ColumnOrLiteral) = "tuple_intersection_agg_integer";
    /// About how many different keys a tuple sketch with doubles has seen.
    fn tuple_sketch_estimate_double(col: Column);
    /// About how many different keys a tuple sketch with integers has seen.
    fn tuple_sketch_estimate_integer(col: Column);
    /// The doubles of a tuple sketch summed.
    fn tuple_sketch_summary_double(col: Column);
    /// The doubles of a tuple sketch merged in a way.
    fn tuple_sketch_summary_double_with(col: Column, mode: ColumnOrLiteral) = "tuple_sketch_summary_double";
    /// The integers of a tuple sketch summed.
    fn tuple_sketch_summary_integer(col: Column);
    /// The integers of a tuple sketch merged in a way.
    fn tuple_sketch_summary_integer_with(col: Column, mode: ColumnOrLiteral) = "tuple_sketch_summary_integer";
    /// The share of keys that a tuple sketch with doubles keeps.
    fn tuple_sketch_theta_double(col: Column);
    /// The share of keys that a tuple sketch with integers keeps.
    fn tuple_sketch_theta_integer(col: Column);
    /// Two tuple sketches with doubles united.
    fn tuple_union_double(col1: Column, col2: Column);
    /// Two tuple sketches with doubles united, of a size and a way to merge.
    fn tuple_union_double_with(col1: Column, col2: Column, lg_nom_entries: ColumnOrLiteral, mode: ColumnOrLiteral) = "tuple_union_double";
    /// Two tuple sketches with integers united.
    fn tuple_union_integer(col1: Column, col2: Column);
    /// Two tuple sketches with integers united, of a size and a way to merge.
    fn tuple_union_integer_with(col1: Column, col2: Column, lg_nom_entries: ColumnOrLiteral, mode: ColumnOrLiteral) = "tuple_union_integer";
    /// A tuple sketch with doubles and a theta sketch united.
    fn tuple_union_theta_double(col1: Column, col2: Column);
    /// A tuple sketch with doubles and a theta sketch united, of a size and a way to merge.
    fn tuple_union_theta_double_with(col1: Column, col2: Column, lg_nom_entries: ColumnOrLiteral, mode: ColumnOrLiteral) = "tuple_union_theta_double";
    /// A tuple sketch with integers and a theta sketch united.
    fn tuple_union_theta_integer(col1: Column, col2: Column);
    /// A tuple sketch with integers and a theta sketch united, of a size and a way to merge.
    fn tuple_union_theta_integer_with(col1: Column, col2: Column, lg_nom_entries: ColumnOrLiteral, mode: ColumnOrLiteral) = "tuple_union_theta_integer";
    /// Two tuple sketches with doubles intersected.
    fn tuple_intersection_double(col1: Column, col2: Column);
    /// Two tuple sketches with doubles intersected, with a way to merge.
    fn tuple_intersection_double_with(col1: Column, col2: Column, mode: ColumnOrLiteral) = "tuple_intersection_double";
    /// Two tuple sketches with integers intersected.
    fn tuple_intersection_integer(col1: Column, col2: Column);
    /// Two tuple sketches with integers intersected, with a way to merge.
    fn tuple_intersection_integer_with(col1: Column, col2: Column, mode: ColumnOrLiteral) = "tuple_intersection_integer";
    /// A tuple sketch with doubles and a theta sketch intersected.
    fn tuple_intersection_theta_double(col1: Column, col2: Column);
    /// A tuple sketch with doubles and a theta sketch intersected, with a way to merge.
    fn tuple_intersection_theta_double_with(col1: Column, col2: Column, mode: ColumnOrLiteral) = "tuple_intersection_theta_double";
    /// A tuple sketch with integers and a theta sketch intersected.
    fn tuple_intersection_theta_integer(col1: Column, col2: Column);
    /// A tuple sketch with integers and a theta sketch intersected, with a way to merge.
    fn tuple_intersection_theta_integer_with(col1: Column, col2: Column, mode: ColumnOrLiteral) = "tuple_intersection_theta_integer";
    /// What the first tuple sketch with doubles has seen and the second has not.
    fn tuple_difference_double(col1: Column, col2: Column);
    /// What the first tuple sketch with integers has seen and the second has not.
    fn tuple_difference_integer(col1: Column, col2: Column);
    /// What a tuple sketch with doubles has seen and a theta sketch has not.
    fn tuple_difference_theta_double(col1: Column, col2: Column);
    /// What a tuple sketch with integers has seen and a theta sketch has not.
    fn tuple_difference_theta_integer(col1: Column, col2: Column);
}
