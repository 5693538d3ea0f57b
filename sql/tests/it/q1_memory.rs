//! Q1: queries larger than their memory. What can spill gives the same rows at 8 MiB as at 1 GiB;
//! what cannot ends with Spark's error for it. Afterwards nothing is held and no file is left.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, Instant};

use arrow::row::{RowConverter, SortField};
use flint_sql::SparkSession;

/// About 30 MiB of rows: numbers that repeat, numbers that don't, texts.
const ROWS: &str = "SELECT id, (id * 7919) % 200000 AS k, \
                    concat('text of some length for row ', (id * 31) % 200000) AS s FROM range(200000)";

fn spark(memory: &str) -> SparkSession {
    let spark = SparkSession::builder()
        .master("local[2]")
        .config("flint.memory.size", memory)
        .create()
        .expect("a session");
    spark
        .conf()
        .set("spark.sql.shuffle.partitions", 3)
        .expect("a key");
    let rows = spark.sql(ROWS).create_or_replace_temp_view("t");
    rows.expect("a view");
    spark
}

/// How many rows a query has, and a number that hangs on which they are but not on their order.
fn summary(spark: &SparkSession, sql: &str) -> (usize, u64) {
    let batches = spark.sql(sql).to_arrow();
    let batches = batches.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let (mut count, mut sum) = (0, 0_u64);
    for batch in &batches {
        let fields = batch
            .schema()
            .fields()
            .iter()
            .map(|f| SortField::new(f.data_type().clone()))
            .collect();
        let rows = RowConverter::new(fields)
            .and_then(|converter| converter.convert_columns(batch.columns()));
        for row in &rows.expect("rows as bytes") {
            let mut hasher = DefaultHasher::new();
            row.as_ref().hash(&mut hasher);
            (count, sum) = (count + 1, sum.wrapping_add(hasher.finish()));
        }
    }
    (count, sum)
}

fn leftovers(spark: &SparkSession) -> Vec<std::path::PathBuf> {
    let files = |folder: &std::path::Path| -> Vec<std::path::PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
    };
    let below = spark
        .context()
        .local_dirs()
        .into_iter()
        .flat_map(|dir| files(&dir));
    let inside = below.flat_map(|path| {
        if path.is_dir() {
            files(&path)
        } else {
            vec![path]
        }
    });
    inside.filter(|path| !path.ends_with("owner")).collect()
}

/// Whether the files of a query that failed go: threads that read them let go of them a bit later.
fn goes(spark: &SparkSession) -> bool {
    let end = Instant::now() + Duration::from_secs(20);
    while Instant::now() < end {
        if leftovers(spark).is_empty() {
            return true;
        }
        std::thread::yield_now();
    }
    false
}

fn same_rows(sql: &str) {
    let (small, large) = (spark("8m"), spark("1g"));
    assert_eq!(summary(&small, sql), summary(&large, sql));
    assert_eq!(small.context().memory_used().0, 0);
    assert_eq!(leftovers(&small), Vec::<std::path::PathBuf>::new());
}

#[test]
fn q1_sort() {
    let (small, large) = (spark("8m"), spark("1g"));
    let sql = "SELECT k, s FROM t ORDER BY k DESC, id";
    let rows = |spark: &SparkSession| {
        let batches = spark.sql(sql).to_arrow().expect("rows");
        arrow::compute::concat_batches(&batches[0].schema(), &batches).expect("one batch")
    };
    assert!(rows(&small) == rows(&large));
    assert_eq!(leftovers(&small), Vec::<std::path::PathBuf>::new());
}

#[test]
fn q1_hash_aggregate() {
    same_rows("SELECT s, count(*) AS n, sum(id) AS total, max(k) AS k FROM t GROUP BY s");
}

#[test]
fn q1_sort_merge_join() {
    same_rows("SELECT /*+ MERGE(b) */ a.id, a.s, b.s AS z FROM t a JOIN t b ON a.k = b.id");
}

/// Many sorts hold their rows at once: their shares must leave room for all of them.
#[test]
fn q1_many_sort_merge_joins() {
    same_rows(
        "SELECT /*+ MERGE(b, c, d, e, f) */ a.id, a.s, b.s AS sb, c.s AS sc, d.s AS sd, e.s AS se, f.s AS sf \
         FROM t a JOIN t b ON a.k = b.id JOIN t c ON b.k + 1 = c.id JOIN t d ON c.k + 2 = d.id \
         JOIN t e ON d.k + 3 = e.id JOIN t f ON e.k + 4 = f.id",
    );
}

#[test]
fn q1_joins_whose_hash_table_does_not_fit_are_sorted() {
    same_rows("SELECT a.id, a.s, b.s AS z FROM t a LEFT JOIN t b ON a.k = b.id");
}

#[test]
fn q1_window() {
    same_rows("SELECT id, sum(id) OVER (PARTITION BY k % 1000 ORDER BY id) AS total, s FROM t");
}

#[test]
fn q1_distinct() {
    same_rows("SELECT DISTINCT k, s FROM t");
}

#[test]
fn q1_repartition() {
    same_rows("SELECT /*+ REPARTITION(5, k) */ * FROM t");
    same_rows("SELECT /*+ REPARTITION_BY_RANGE(5, k) */ * FROM t");
}

#[test]
fn q1_top_k() {
    same_rows("SELECT k, s FROM t ORDER BY s, k LIMIT 100");
}

#[test]
fn q1_what_cannot_spill_is_a_memory_error() {
    let spark = spark("8m");
    for sql in [
        "SELECT size(collect_list(s)) FROM t",
        "SELECT size(collect_list(concat(a.s, b.s))) FROM t a JOIN t b ON a.id = b.k",
    ] {
        let error = spark.sql(sql).collect().expect_err(sql);
        assert_eq!(
            error.condition().name,
            "UNABLE_TO_ACQUIRE_MEMORY",
            "{sql}: {error}"
        );
        assert_eq!(spark.context().memory_used().0, 0);
    }
    assert!(goes(&spark));
    let rows = spark.sql("SELECT count(*) FROM t").collect().expect("rows");
    assert_eq!(rows[0].get::<i64>(0), Ok(200_000));
}
