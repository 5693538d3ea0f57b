//! Cached queries: who reads them, where they are, when they are stale; checkpoints.

use flint_sql::functions::col;
use flint_sql::{DataFrame, ExplainMode, SaveMode, SparkSession, StorageLevel};

fn spark() -> SparkSession {
    let warehouse = tempfile::tempdir().expect("a folder").keep();
    SparkSession::builder()
        .master("local[2]")
        .config("spark.sql.warehouse.dir", warehouse.display())
        .create()
        .expect("a session")
}

fn reads_cache(frame: &DataFrame) -> bool {
    let plan = frame.explain_string(ExplainMode::Simple).expect("a plan");
    plan.contains("InMemoryTableScan")
}

fn run(spark: &SparkSession, sql: &str) {
    if let Err(error) = spark.run_sql(sql) {
        panic!("{sql}: {error}");
    }
}

#[test]
fn queries_with_an_equal_plan_read_the_cache() {
    let spark = spark();
    let frame = spark
        .range(0, 1000)
        .filter("id % 3 = 0")
        .with_column("x", col("id") * 2);
    assert_eq!(frame.storage_level(), Ok(StorageLevel::NONE));
    assert!(!reads_cache(&frame));
    let frame = frame.cache().expect("a query");
    assert_eq!(frame.storage_level(), Ok(StorageLevel::MEMORY_AND_DISK));
    assert!(reads_cache(&frame));
    assert!(
        spark.context().storage_status().is_empty(),
        "nothing was read yet"
    );
    assert_eq!(frame.count(), Ok(334));
    let stored = spark.context().storage_status();
    assert!(!stored.is_empty());
    // The same written anew, in a larger query, by another session.
    let again = spark
        .new_session()
        .range(0, 1000)
        .filter("id % 3 = 0")
        .with_column("x", col("id") * 2);
    let larger = again.filter("x > 1000").group_by(()).count();
    assert!(reads_cache(&larger));
    assert_eq!(
        larger.first().expect("a row").expect("a row").get::<i64>(0),
        Ok(167)
    );
    let other = spark
        .range(0, 1000)
        .filter("id % 3 = 1")
        .with_column("x", col("id") * 2);
    assert!(!reads_cache(&other));
    frame.unpersist().expect("a query");
    assert!(!reads_cache(&frame));
    assert!(spark.context().storage_status().is_empty());
    assert_eq!(frame.count(), Ok(334));
}

#[test]
fn levels_say_where_rows_are() {
    let spark = spark();
    for (i, (name, level)) in StorageLevel::NAMED.iter().enumerate().skip(1) {
        let frame = spark
            .range_with(0, 5000 + i as i64, 1, Some(3))
            .with_column("s", col("id").cast("string"));
        let frame = frame.persist_with(*level).expect("a query");
        assert_eq!(frame.storage_level(), Ok(*level), "{name}");
        for _ in 0..2 {
            assert_eq!(frame.count(), Ok(5000 + i as i64), "{name}");
        }
        let stored = spark.context().storage_status();
        assert_eq!(stored.len(), 3, "{name}");
        let in_memory = stored.iter().all(|block| block.memory_bytes > 0);
        assert_eq!(in_memory, level.use_memory(), "{name}: {stored:?}");
        let rows = frame.order_by("id").tail(1).expect("rows");
        assert_eq!(
            rows[0].get::<String>(1),
            Ok((4999 + i).to_string()),
            "{name}"
        );
        frame.unpersist().expect("a query");
    }
}

#[test]
fn what_does_not_fit_goes_to_disk_or_is_computed_again() {
    let spark = SparkSession::builder()
        .master("local[2]")
        .config("flint.memory.size", "4m")
        .create()
        .expect("a session");
    let compressed = "spark.sql.inMemoryColumnarStorage.compressed";
    spark.conf().set(compressed, false).expect("a key");
    let frame = spark
        .range_with(0, 600_000, 1, Some(4))
        .with_column("x", col("id") * 7);
    for level in [
        StorageLevel::MEMORY_AND_DISK,
        StorageLevel::MEMORY_ONLY,
        StorageLevel::DISK_ONLY,
    ] {
        let frame = frame.persist_with(level).expect("a query");
        for _ in 0..3 {
            let sum = frame
                .agg(flint_sql::functions::sum("x"))
                .first()
                .expect("a row");
            assert_eq!(
                sum.expect("a row").get::<i64>(0),
                Ok(7 * 599_999 * 300_000),
                "{level}"
            );
        }
        let stored = spark.context().storage_status();
        let on_disk = stored.iter().any(|block| block.disk_bytes > 0);
        assert_eq!(on_disk, level.use_disk(), "{level}: {stored:?}");
        assert_eq!(stored.len() == 4, level.use_disk(), "{level}: {stored:?}");
        frame.unpersist().expect("a query");
    }
}

#[test]
fn writes_and_refreshes_make_caches_stale() {
    let spark = spark();
    run(&spark, "CREATE TABLE t AS SELECT 1 AS x");
    run(&spark, "CACHE TABLE t");
    let count = |sql: &str| spark.sql(sql).count();
    assert!(reads_cache(&spark.table("t")));
    assert_eq!(count("SELECT * FROM t"), Ok(1));
    run(&spark, "INSERT INTO t VALUES (2), (3)");
    assert_eq!(count("SELECT * FROM t"), Ok(3));
    assert!(reads_cache(&spark.table("t")));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("p").display().to_string();
    spark.range(0, 5).write().parquet(&path).expect("written");
    let files = spark.read().parquet([&*path]).cache().expect("a query");
    let count = || files.count().expect("rows");
    assert_eq!(count(), 5);
    // Tables of files have hidden columns, which nobody asks for here, and which no cache has.
    assert!(reads_cache(&files.filter("id > 1")));
    assert!(reads_cache(&files.group_by("id").count().select("count")));
    let names = files.select("_metadata.file_name");
    assert!(!reads_cache(&names));
    assert_eq!(names.count(), Ok(5));
    spark
        .range(5, 7)
        .write()
        .mode(SaveMode::Append)
        .parquet(&path)
        .expect("written");
    assert_eq!(count(), 7);
    // What others write is not seen until the cache is told.
    let other = self::spark();
    other
        .range(7, 8)
        .write()
        .mode(SaveMode::Append)
        .parquet(&path)
        .expect("written");
    assert_eq!(count(), 7);
    run(&spark, &format!("REFRESH '{path}'"));
    assert_eq!(count(), 8);
}

#[test]
fn statements_cache_tables_views_and_queries() {
    let spark = spark();
    run(
        &spark,
        "CREATE TEMPORARY VIEW v AS SELECT id FROM range(10)",
    );
    run(
        &spark,
        "CACHE LAZY TABLE v OPTIONS ('storageLevel' 'DISK_ONLY')",
    );
    assert_eq!(
        spark.table("v").storage_level(),
        Ok(StorageLevel::DISK_ONLY)
    );
    assert!(spark.context().storage_status().is_empty());
    run(&spark, "CACHE TABLE q AS SELECT id + 1 AS n FROM v");
    assert_eq!(spark.table("q").count(), Ok(10));
    assert!(!spark.context().storage_status().is_empty());
    run(&spark, "UNCACHE TABLE v");
    assert_eq!(spark.table("v").storage_level(), Ok(StorageLevel::NONE));
    assert!(reads_cache(&spark.table("q")));
    run(&spark, "UNCACHE TABLE IF EXISTS nothing");
    let missing = spark
        .run_sql("UNCACHE TABLE nothing")
        .expect_err("there is none");
    assert_eq!(missing.condition().name, "TABLE_OR_VIEW_NOT_FOUND");
    run(&spark, "CLEAR CACHE");
    assert!(!reads_cache(&spark.table("q")));
    assert!(spark.context().storage_status().is_empty());
    let refused = spark
        .run_sql("CACHE TABLE q OPTIONS ('color' 'red')")
        .expect_err("no option");
    assert_eq!(refused.condition().name, "UNSUPPORTED_FEATURE");
}

#[test]
fn settings_that_change_values_keep_caches_apart() {
    let spark = spark();
    let frame = spark.sql("SELECT CAST(TIMESTAMP_SECONDS(id) AS STRING) AS s FROM range(1)");
    let frame = frame.cache().expect("a query");
    frame.count().expect("rows");
    spark
        .conf()
        .set("spark.sql.session.timeZone", "Asia/Tokyo")
        .expect("a zone");
    assert!(!reads_cache(&frame));
    let shown = frame
        .first()
        .expect("a row")
        .expect("a row")
        .get::<String>(0);
    assert_eq!(shown.as_deref(), Ok("1970-01-01 09:00:00"));
}

#[test]
fn checkpoints_keep_rows_as_they_were() {
    let spark = spark();
    run(&spark, "CREATE TABLE t AS SELECT id FROM range(4)");
    let local = spark
        .table("t")
        .filter("id > 0")
        .local_checkpoint()
        .expect("rows");
    let folder = tempfile::tempdir().expect("a folder");
    assert!(spark.table("t").checkpoint().is_err());
    spark.context().set_checkpoint_dir(folder.path());
    let kept = spark
        .table("t")
        .filter("id > 0")
        .checkpoint()
        .expect("rows");
    run(&spark, "INSERT INTO t VALUES (10)");
    assert_eq!(local.count(), Ok(3));
    assert_eq!(kept.count(), Ok(3));
    assert_eq!(local.join(&kept, "id", "inner").count(), Ok(3));
    let lazy = spark
        .table("t")
        .local_checkpoint_with(false, StorageLevel::DISK_ONLY)
        .expect("a query");
    assert_eq!(lazy.count(), Ok(5));
    drop((local, lazy));
    // The next checkpoint takes away those that nobody holds.
    let last = spark.range(0, 1).local_checkpoint().expect("rows");
    let ids: std::collections::BTreeSet<u64> = spark
        .context()
        .storage_status()
        .iter()
        .map(|block| block.id.rdd)
        .collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(last.count(), Ok(1));
}
