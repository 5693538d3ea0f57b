//! Aggregates: one value for many rows.
//!
//! ```
//! use flint_sql::functions::{avg, max_by, sum};
//! let columns = [sum("amount"), avg("amount"), max_by("shop", "amount").alias("best")];
//! # let _ = columns;
//! ```

use super::*;

functions! {
    /// Whether the value is true for at least one row.
    fn some(col: Column);
    /// The same as [`some`].
    fn bool_or(col: Column);
    /// Whether the value is true for every row.
    fn every(col: Column);
    /// The same as [`every`].
    fn bool_and(col: Column);
    /// Some value of the group, null or not.
    fn any_value(col: Column);
    /// Some value of the group, with a choice to skip nulls.
    fn any_value_with(col: Column, ignore_nulls: ColumnOrLiteral) = "any_value";
    /// About how many different values there are, within 5 %.
    fn approx_count_distinct(col: Column);
    /// About how many different values there are, within a relative standard deviation.
    fn approx_count_distinct_with(col: Column, rsd: ColumnOrLiteral) = "approx_count_distinct";
    /// The percentile (or an array of them) within an error of 1/10000 in rank.
    fn approx_percentile(col: Column, percentage: ColumnOrLiteral);
    /// The percentile (or an array of them) within an error of 1/`accuracy` in rank.
    fn approx_percentile_with(col: Column, percentage: ColumnOrLiteral, accuracy: ColumnOrLiteral) = "approx_percentile";
    /// The same as [`approx_percentile`].
    fn percentile_approx(col: Column, percentage: ColumnOrLiteral);
    /// The same as [`approx_percentile_with`].
    fn percentile_approx_with(col: Column, percentage: ColumnOrLiteral, accuracy: ColumnOrLiteral) = "percentile_approx";
    /// All values in an array, without nulls, in no certain order.
    fn array_agg(col: Column);
    /// The same as [`array_agg`].
    fn collect_list(col: Column);
    /// The different values in an array, in no certain order.
    fn collect_set(col: Column);
    /// The different elements of all arrays in one, in no certain order.
    fn collect_union(col: Column);
    /// The mean.
    fn avg(col: Column);
    /// The same as [`avg`].
    fn mean(col: Column) = "avg";
    /// The bits that all values have.
    fn bit_and(col: Column);
    /// The bits that some value has.
    fn bit_or(col: Column);
    /// The bits that an odd number of values have.
    fn bit_xor(col: Column);
    /// Pearson's correlation of two columns.
    fn corr(col1: Column, col2: Column);
    /// For how many rows the value is true.
    fn count_if(col: Column);
    /// A count-min sketch as binary, with a random seed.
    fn count_min_sketch_with(col: Column, eps: ColumnOrLiteral, confidence: ColumnOrLiteral, seed: ColumnOrLiteral) = "count_min_sketch";
    /// The covariance of a population.
    fn covar_pop(col1: Column, col2: Column);
    /// The covariance of a sample.
    fn covar_samp(col1: Column, col2: Column);
    /// The value of the first row, in an order that is only certain in a window.
    fn first(col: Column);
    /// The value of the first row, with a choice to skip nulls.
    fn first_with(col: Column, ignore_nulls: ColumnOrLiteral) = "first";
    /// The same as [`first`].
    fn first_value(col: Column);
    /// The same as [`first_with`].
    fn first_value_with(col: Column, ignore_nulls: ColumnOrLiteral) = "first_value";
    /// The value of the last row, in an order that is only certain in a window.
    fn last(col: Column);
    /// The value of the last row, with a choice to skip nulls.
    fn last_with(col: Column, ignore_nulls: ColumnOrLiteral) = "last";
    /// The same as [`last`].
    fn last_value(col: Column);
    /// The same as [`last_with`].
    fn last_value_with(col: Column, ignore_nulls: ColumnOrLiteral) = "last_value";
    /// Whether a grouping column is left out of the row's grouping set: 1 if so, else 0.
    fn grouping(col: Column);
    /// The bits of [`grouping`] for the given columns, or all grouping columns.
    fn grouping_id(..columns);
    /// A histogram as an array of points, with at most `bins` of them.
    fn histogram_numeric(col: Column, bins: ColumnOrLiteral);
    /// How heavy the tails are, beyond those of a normal distribution.
    fn kurtosis(col: Column);
    /// The strings, one behind the other.
    fn listagg(col: Column);
    /// The strings with a delimiter between them.
    fn listagg_with(col: Column, delimiter: ColumnOrLiteral) = "listagg";
    /// The same as [`listagg`].
    fn string_agg(col: Column);
    /// The same as [`listagg_with`].
    fn string_agg_with(col: Column, delimiter: ColumnOrLiteral) = "string_agg";
    /// The largest value.
    fn max(col: Column);
    /// The value of the row in which another is largest.
    fn max_by(col: Column, ord: Column);
    /// The values of the `k` rows in which another is largest, in that order.
    fn max_by_with(col: Column, ord: Column, k: ColumnOrLiteral) = "max_by";
    /// The middle value, or the mean of the two in the middle.
    fn median(col: Column);
    /// The smallest value.
    fn min(col: Column);
    /// The value of the row in which another is smallest.
    fn min_by(col: Column, ord: Column);
    /// The values of the `k` rows in which another is smallest, in that order.
    fn min_by_with(col: Column, ord: Column, k: ColumnOrLiteral) = "min_by";
    /// The value that occurs most often; any of them when there are several.
    fn mode(col: Column);
    /// The value that occurs most often; of several the smallest when `deterministic` is true.
    fn mode_with(col: Column, deterministic: ColumnOrLiteral) = "mode";
    /// The exact percentile (or an array of them), interpolated.
    fn percentile(col: Column, percentage: ColumnOrLiteral);
    /// The exact percentile of values that count several times.
    fn percentile_with(col: Column, percentage: ColumnOrLiteral, frequency: ColumnOrLiteral) = "percentile";
    /// All values multiplied.
    fn product(col: Column);
    /// The mean of x, over pairs of y and x without nulls.
    fn regr_avgx(y: Column, x: Column);
    /// The mean of y, over pairs of y and x without nulls.
    fn regr_avgy(y: Column, x: Column);
    /// How many pairs of y and x have no null.
    fn regr_count(y: Column, x: Column);
    /// Where the line that fits best has x = 0.
    fn regr_intercept(y: Column, x: Column);
    /// How well a line fits: the square of the correlation.
    fn regr_r2(y: Column, x: Column);
    /// The slope of the line that fits best.
    fn regr_slope(y: Column, x: Column);
    /// The sum of squares of x around its mean.
    fn regr_sxx(y: Column, x: Column);
    /// The sum of products of x and y around their means.
    fn regr_sxy(y: Column, x: Column);
    /// The sum of squares of y around its mean.
    fn regr_syy(y: Column, x: Column);
    /// How lopsided the values are.
    fn skewness(col: Column);
    /// The standard deviation of a sample.
    fn stddev(col: Column);
    /// The same as [`stddev`].
    fn std(col: Column);
    /// The same as [`stddev`].
    fn stddev_samp(col: Column);
    /// The standard deviation of a population.
    fn stddev_pop(col: Column);
    /// The sum; null when there is no value.
    fn sum(col: Column);
    /// The mean, or null when it overflows.
    fn try_avg(col: Column);
    /// The sum, or null when it overflows.
    fn try_sum(col: Column);
    /// The variance of a population.
    fn var_pop(col: Column);
    /// The variance of a sample.
    fn var_samp(col: Column);
    /// The same as [`var_samp`].
    fn variance(col: Column);
    /// Positions as one bitmap.
    fn bitmap_construct_agg(col: Column);
    /// Bitmaps united.
    fn bitmap_or_agg(col: Column);
    /// Bitmaps intersected.
    fn bitmap_and_agg(col: Column);
    /// The schema that fits all variants, as DDL text.
    fn schema_of_variant_agg(v: Column);
    /// Vectors averaged element by element.
    fn vector_avg(col: Column);
    /// Vectors added element by element.
    fn vector_sum(col: Column);
}
