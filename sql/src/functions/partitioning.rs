//! Transforms that partition tables, for [`DataFrameWriterV2`](crate::DataFrameWriterV2).

use super::*;

functions! {
    /// Partitions by the hash of a column, in so many buckets.
    fn bucket(buckets: ColumnOrLiteral, col: Column);
    /// Partitions by year.
    fn years(col: Column);
    /// Partitions by month.
    fn months(col: Column);
    /// Partitions by day.
    fn days(col: Column);
    /// Partitions by hour.
    fn hours(col: Column);
}
