//! Where rows are: `repartition`, `repartition_by_range`, `coalesce` and their hints. The expected
//! partitions are Spark's (`local[1]`).

use flint_sql::functions::{col, spark_partition_id};
use flint_sql::{DataFrame, SparkSession};

fn spark() -> SparkSession {
    let session = SparkSession::builder().master("local[2]").create();
    session.expect("a session")
}

/// The values of the first column, by partition; empty partitions are not among them.
fn partitions(frame: &DataFrame) -> Vec<Vec<i64>> {
    let names = frame.columns().expect("columns");
    let placed = frame.select((col(&names[0]).cast("bigint"), spark_partition_id()));
    let mut partitions: Vec<(i32, Vec<i64>)> = Vec::new();
    for row in placed.collect().expect("rows") {
        let (value, partition) = (row.get(0).expect("a value"), row.get(1).expect("a number"));
        match partitions.last_mut() {
            Some((last, values)) if *last == partition => values.push(value),
            _ => partitions.push((partition, vec![value])),
        }
    }
    partitions.into_iter().map(|(_, values)| values).collect()
}

fn sorted(mut partitions: Vec<Vec<i64>>) -> Vec<Vec<i64>> {
    for partition in &mut partitions {
        partition.sort_unstable();
    }
    partitions
}

fn runs(ranges: &[std::ops::Range<i64>]) -> Vec<Vec<i64>> {
    ranges.iter().map(|range| range.clone().collect()).collect()
}

#[test]
fn coalesce_puts_neighbours_together() {
    let spark = spark();
    let seven = spark.range_with(0, 20, 1, Some(7));
    let of = |count: i32| partitions(&seven.coalesce(count));
    assert_eq!(of(1), [(0..20).collect::<Vec<_>>()]);
    assert_eq!(of(2), runs(&[0..8, 8..20]));
    assert_eq!(of(3), runs(&[0..5, 5..11, 11..20]));
    assert_eq!(of(5), runs(&[0..2, 2..5, 5..11, 11..14, 14..20]));
    let all = [0..2, 2..5, 5..8, 8..11, 11..14, 14..17, 17..20];
    assert_eq!(of(7), runs(&all));
    assert_eq!(of(9), runs(&all));
    let hinted = spark.sql("SELECT /*+ COALESCE(2) */ id FROM range(0, 10, 1, 5)");
    assert_eq!(partitions(&hinted), runs(&[0..4, 4..10]));
    let above = seven
        .coalesce(2)
        .filter(col("id").gt(3))
        .with_column("x", col("id") + 1);
    assert_eq!(partitions(&above), runs(&[4..8, 8..20]));
}

#[test]
fn ranges_are_of_equal_size_and_in_order() {
    let spark = spark();
    let seven = spark.range_with(0, 20, 1, Some(7));
    let of = |count: i32| sorted(partitions(&seven.repartition_by_range(Some(count), "id")));
    assert_eq!(of(1), [(0..20).collect::<Vec<_>>()]);
    assert_eq!(of(2), runs(&[0..10, 10..20]));
    assert_eq!(of(3), runs(&[0..7, 7..14, 14..20]));
    assert_eq!(of(4), runs(&[0..5, 5..10, 10..15, 15..20]));
    assert_eq!(
        of(7),
        runs(&[0..3, 3..6, 6..9, 9..12, 12..15, 15..18, 18..20])
    );
    let descending = seven.repartition_by_range(Some(3), col("id").desc());
    assert_eq!(
        sorted(partitions(&descending)),
        runs(&[13..20, 6..13, 0..6])
    );
    let hinted = spark.sql("SELECT /*+ REPARTITION_BY_RANGE(3, id) */ id FROM range(10)");
    assert_eq!(sorted(partitions(&hinted)), runs(&[0..4, 4..7, 7..10]));
    // What has no end before its input ran runs again for the sample.
    let shuffled = seven.repartition(5).group_by("id").count();
    let ranges = shuffled.repartition_by_range(Some(2), "id").coalesce(2);
    assert_eq!(sorted(partitions(&ranges)), runs(&[0..10, 10..20]));
}

#[test]
fn nulls_are_in_the_first_range_and_ties_in_one() {
    let spark = spark();
    let rows = spark.sql(
        "SELECT b, a FROM VALUES (3, 1), (null, 2), (1, 3), (3, 4), (2, 5), (null, 6), (3, 7) AS t(a, b)",
    );
    let of = |count: i32| sorted(partitions(&rows.repartition_by_range(Some(count), "a")));
    assert_eq!(of(2), [vec![2, 3, 5, 6], vec![1, 4, 7]]);
    assert_eq!(of(3), [vec![2, 3, 6], vec![1, 4, 5, 7]]);
    let two = rows.repartition_by_range(Some(3), ("a", "b"));
    assert_eq!(
        sorted(partitions(&two)),
        [vec![2, 3, 6], vec![1, 5], vec![4, 7]]
    );
}

#[test]
fn repartition_gives_the_number_that_was_asked_for() {
    let spark = spark();
    let rows = spark.range(0, 1000).repartition(5);
    let placed = rows.select(spark_partition_id().alias("p")).distinct();
    assert_eq!(placed.count().expect("a count"), 5);
    let by_value = spark.range(0, 1000).repartition_by(Some(4), col("id") % 10);
    let pairs = by_value
        .select((col("id") % 10, spark_partition_id()))
        .distinct();
    assert_eq!(pairs.count().expect("a count"), 10);
}

#[test]
fn limit_and_tail_go_by_the_order_of_partitions() {
    let spark = spark();
    let ids = |frame: &DataFrame| -> Vec<i64> {
        let rows = frame.collect().expect("rows");
        rows.iter()
            .map(|row| row.get(0).expect("a number"))
            .collect()
    };
    let many = spark
        .range_with(0, 100_000, 1, Some(13))
        .filter(col("id").geq(7));
    for _ in 0..20 {
        assert!(ids(&many.limit(30_000)).into_iter().eq(7..30_007));
        assert!(
            ids(&many.limit(30_000).offset(20_000))
                .into_iter()
                .eq(20_007..30_007)
        );
        let last = many.tail(5).expect("rows");
        let last: Vec<i64> = last
            .iter()
            .map(|row| row.get(0).expect("a number"))
            .collect();
        assert_eq!(last, [99_995, 99_996, 99_997, 99_998, 99_999]);
    }
    // More than the batches that partitions are ahead.
    assert!(ids(&many.limit(i32::MAX)).into_iter().eq(7..100_000));
}

#[test]
fn zip_with_index_counts_rows_partition_after_partition() {
    let frame = spark().range_with(0, 50_000, 1, Some(7));
    let zipped = frame.filter(col("id").geq(3)).zip_with_index("index");
    assert_eq!(zipped.columns().expect("columns"), ["id", "index"]);
    let rows = zipped.collect().expect("rows");
    for (at, row) in (0..).zip(&rows) {
        let (id, index): (i64, i64) = (row.get(0).expect("an id"), row.get(1).expect("an index"));
        assert_eq!((id, index), (at + 3, at));
    }
    assert_eq!(rows.len(), 49_997);
}
