//! Sessions: configuration, names, tables, jobs.

use std::sync::Arc;

use flint_core::events::{Event, Listener};
use flint_sql::SparkSession;
use parking_lot::Mutex;

use crate::cells::texts;

fn spark() -> SparkSession {
    let warehouse = tempfile::tempdir().expect("a folder").keep();
    SparkSession::builder()
        .master("local[2]")
        .config("spark.sql.warehouse.dir", warehouse.display())
        .create()
        .expect("a session")
}

/// Rows as texts, sorted.
fn rows(spark: &SparkSession, sql: &str) -> Vec<Vec<String>> {
    let result = spark
        .run_sql(sql)
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    let null = |cell: Option<String>| cell.unwrap_or_else(|| "NULL".to_owned());
    let rows = texts(&result, spark, |_| false).into_iter();
    let mut rows: Vec<Vec<String>> = rows
        .map(|row| row.into_iter().map(null).collect())
        .collect();
    rows.sort();
    rows
}

/// The condition of the error that a statement ends with.
fn condition(spark: &SparkSession, sql: &str) -> String {
    let error = spark.run_sql(sql).expect_err("it is wrong");
    error.condition().name.to_string()
}

#[test]
fn sessions_share_tables_and_global_views_but_neither_views_nor_configuration() {
    let one = spark();
    let other = one.new_session();
    one.run_sql("CREATE TEMPORARY VIEW mine AS SELECT 1 AS x")
        .expect("a view");
    one.run_sql("CREATE GLOBAL TEMPORARY VIEW ours AS SELECT 2 AS x")
        .expect("a view");
    one.run_sql("CREATE TABLE stored AS SELECT 3 AS x")
        .expect("a table");
    assert_eq!(
        condition(&other, "SELECT * FROM mine"),
        "TABLE_OR_VIEW_NOT_FOUND"
    );
    assert_eq!(rows(&other, "SELECT * FROM global_temp.ours"), [["2"]]);
    assert_eq!(rows(&other, "SELECT * FROM stored"), [["3"]]);
    one.run_sql("SET spark.sql.ansi.enabled = false")
        .expect("a key");
    assert_eq!(rows(&one, "SELECT 1 / 0"), [["NULL"]]);
    assert_eq!(condition(&other, "SELECT 1 / 0"), "DIVIDE_BY_ZERO");
}

#[test]
fn configuration_is_checked_shown_and_reset() {
    let spark = spark();
    let set = |sql: &str| rows(&spark, sql);
    assert_eq!(
        set("SET spark.sql.caseSensitive"),
        [["spark.sql.caseSensitive", "false"]]
    );
    assert_eq!(
        set("SET spark.sql.nothing"),
        [["spark.sql.nothing", "<undefined>"]]
    );
    set("SET TIME ZONE 'Europe/Berlin'");
    assert_eq!(set("SELECT current_timezone()"), [["Europe/Berlin"]]);
    set("RESET");
    assert_eq!(
        spark.conf().get("spark.sql.session.timeZone").as_deref(),
        Ok("UTC")
    );
    assert_eq!(
        condition(&spark, "SET TIME ZONE 'Mars'"),
        "INVALID_CONF_VALUE.TIME_ZONE"
    );
    let wrong = "SET spark.sql.shuffle.partitions = none";
    assert_eq!(condition(&spark, wrong), "INVALID_CONF_VALUE.REQUIREMENT");
    let fixed = spark
        .conf()
        .set("spark.task.maxFailures", 1)
        .expect_err("it is fixed");
    assert_eq!(fixed.condition().name, "CANNOT_MODIFY_CONFIG");
    assert_eq!(
        spark.conf().get("spark.sql.ansi.enabled").as_deref(),
        Ok("true")
    );
}

#[test]
fn names_of_one_part_are_looked_for_in_the_current_schema() {
    let spark = spark();
    spark.run_sql("CREATE SCHEMA sales").expect("a schema");
    assert_eq!(
        condition(&spark, "CREATE SCHEMA Sales"),
        "SCHEMA_ALREADY_EXISTS"
    );
    spark.run_sql("USE sales").expect("it is there");
    spark.run_sql("CREATE TABLE t (a INT)").expect("a table");
    spark.run_sql("USE default").expect("it is there");
    assert_eq!(
        condition(&spark, "SELECT * FROM t"),
        "TABLE_OR_VIEW_NOT_FOUND"
    );
    assert!(rows(&spark, "SELECT * FROM sales.t").is_empty());
    assert_eq!(
        rows(&spark, "SHOW TABLES IN sales"),
        [["sales", "t", "false"]]
    );
    assert_eq!(condition(&spark, "DROP SCHEMA sales"), "SCHEMA_NOT_EMPTY");
    spark
        .run_sql("DROP SCHEMA sales CASCADE")
        .expect("it is there");
    assert_eq!(condition(&spark, "USE sales"), "SCHEMA_NOT_FOUND");
    assert_eq!(rows(&spark, "SHOW SCHEMAS"), [["default"]]);
}

#[test]
fn inserts_pair_columns_and_convert_values() {
    let spark = spark();
    spark
        .run_sql("CREATE TABLE t (a INT, b STRING, p INT) PARTITIONED BY (p)")
        .expect("a table");
    spark
        .run_sql("INSERT INTO t VALUES (1, 'x', 7), (2, 'y', 8)")
        .expect("rows");
    spark
        .run_sql("INSERT INTO t (p, a) VALUES (9, 3L)")
        .expect("rows");
    spark
        .run_sql("INSERT INTO t BY NAME SELECT 9 AS p, 'z' AS b, 4 AS a")
        .expect("rows");
    let all = [
        ["1", "x", "7"],
        ["2", "y", "8"],
        ["3", "NULL", "9"],
        ["4", "z", "9"],
    ];
    assert_eq!(rows(&spark, "SELECT * FROM t"), all);
    assert_eq!(rows(&spark, "SELECT a FROM t WHERE p = 8"), [["2"]]);
    let too_few = "INSERT INTO t SELECT 1";
    let arity = "INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS";
    assert_eq!(condition(&spark, too_few), arity);
    let wrong_type = "INSERT INTO t SELECT date'2024-01-01', 'x', 1";
    let unsafe_cast = "INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST";
    assert_eq!(condition(&spark, wrong_type), unsafe_cast);
    let overflow = "INSERT INTO t SELECT 3000000000L, 'x', 1";
    assert!(spark.run_sql(overflow).is_err());
    assert_eq!(
        rows(&spark, "SELECT count(*) FROM t"),
        [["4"]],
        "nothing of it is there"
    );
    let itself = "INSERT OVERWRITE t SELECT * FROM t";
    assert_eq!(condition(&spark, itself), "UNSUPPORTED_OVERWRITE.TABLE");
    spark
        .run_sql("INSERT OVERWRITE t SELECT 5, 'w', 5")
        .expect("rows");
    assert_eq!(rows(&spark, "SELECT * FROM t"), [["5", "w", "5"]]);
    spark.run_sql("TRUNCATE TABLE t").expect("a table");
    assert!(rows(&spark, "SELECT * FROM t").is_empty());
    spark.run_sql("DROP TABLE t").expect("a table");
    assert_eq!(condition(&spark, "DROP TABLE t"), "TABLE_OR_VIEW_NOT_FOUND");
}

#[test]
fn a_failed_create_leaves_no_table() {
    let spark = spark();
    let failing = "CREATE TABLE t AS SELECT raise_error('no') AS x FROM range(3)";
    assert!(spark.run_sql(failing).is_err());
    assert_eq!(
        condition(&spark, "SELECT * FROM t"),
        "TABLE_OR_VIEW_NOT_FOUND"
    );
}

#[test]
fn queries_are_jobs_of_the_context() {
    #[derive(Default)]
    struct Jobs(Mutex<Vec<Option<String>>>);
    impl Listener for Jobs {
        fn on_event(&self, event: &Event) {
            if let Event::JobStart { group, .. } = event {
                self.0.lock().push(group.as_ref().map(ToString::to_string));
            }
        }
    }
    let spark = spark();
    let jobs = Arc::new(Jobs::default());
    spark
        .context()
        .add_listener(jobs.clone())
        .expect("a listener");
    spark.context().set_job_group("reports", "of the day");
    // As Spark's LocalTableScan: what needs no computing is no job.
    assert_eq!(rows(&spark, "SELECT 1 + 1, 'a'"), [["2", "a"]]);
    assert!(rows(&spark, "SELECT 1 WHERE false").is_empty());
    let values = "SELECT x FROM VALUES (1), (2) AS t(x)";
    assert_eq!(rows(&spark, values), [["1"], ["2"]]);
    assert_eq!(rows(&spark, "SELECT count(*) FROM range(10)"), [["10"]]);
    spark.context().clear_job_group();
    spark.stop();
    assert_eq!(*jobs.0.lock(), [Some("reports".to_owned())]);
}

#[test]
fn a_cancelled_query_ends() {
    let spark = spark();
    let cancelling = spark.context().clone();
    let waiting = spark.clone();
    let running = std::thread::spawn(move || {
        waiting.context().set_job_group("endless", "");
        waiting.run_sql("SELECT count(*) FROM range(100000000000) a WHERE id % 7 = 8")
    });
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while !running.is_finished() && std::time::Instant::now() < deadline {
        cancelling.cancel_job_group("endless");
        std::thread::yield_now();
    }
    let error = running
        .join()
        .expect("no panic")
        .expect_err("it was cancelled");
    assert_eq!(error.condition().name, "OPERATION_CANCELED");
    assert_eq!(rows(&spark, "SELECT 1"), [["1"]], "the session goes on");
}

#[test]
fn queries_run_inside_of_a_runtime_too() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build();
    let runtime = runtime.expect("a runtime");
    runtime.block_on(async {
        let spark = spark();
        assert_eq!(rows(&spark, "SELECT sum(id) FROM range(5)"), [["10"]]);
        drop(spark);
    });
}

#[test]
fn one_slot_is_enough_for_any_number_of_partitions() {
    let spark = SparkSession::builder()
        .master("local[1]")
        .config("spark.sql.shuffle.partitions", 13)
        .create()
        .expect("a session");
    let sql = "SELECT count(*), sum(n) FROM (SELECT id % 100 AS k, count(*) AS n FROM range(10000) GROUP BY 1)";
    assert_eq!(rows(&spark, sql), [["100", "10000"]]);
}

#[test]
fn a_temporary_view_over_a_source() {
    let spark = spark();
    let place = tempfile::tempdir().expect("a place");
    let csv = place.path().join("two.csv");
    std::fs::write(&csv, "a,b\n1,x\n2,y\n").expect("written");
    let parquet = place.path().join("three");
    let three = parquet.display().to_string();
    spark.range(0, 3).write().parquet(&three).expect("written");
    let create = |what: &str, path: &std::path::Path, more: &str| {
        let options = format!("OPTIONS (path '{}'{more})", path.display());
        spark.run_sql(&format!("CREATE {what} {options}"))
    };
    create("TEMPORARY VIEW v USING parquet", &parquet, "").expect("a view");
    assert_eq!(spark.table("v").count(), Ok(3));
    let again = create("TEMPORARY VIEW v USING parquet", &parquet, "").expect_err("there is one");
    let exists = "TEMP_TABLE_OR_VIEW_ALREADY_EXISTS";
    assert_eq!(again.condition().name, exists);
    let typed = "OR REPLACE TEMPORARY VIEW v (a INT COMMENT 'x', b STRING) USING csv";
    create(typed, &csv, ", header true").expect("a view");
    assert_eq!(spark.sql("SELECT sum(a), max(b) FROM v").count(), Ok(1));
    let described = spark.sql("DESCRIBE v").collect().expect("columns");
    let texts = |at| {
        described
            .iter()
            .map(move |row| row.get::<Option<String>>(at))
    };
    let comments: Vec<_> = texts(2).collect();
    assert_eq!(comments, [Ok(Some("x".to_owned())), Ok(None)]);
    create(
        "GLOBAL TEMPORARY VIEW everywhere USING parquet",
        &parquet,
        "",
    )
    .expect("a view");
    assert_eq!(spark.table("global_temp.everywhere").count(), Ok(3));
    let wrong = [
        (
            "TEMPORARY VIEW d.w USING parquet",
            "INVALID_TEMP_OBJ_QUALIFIER",
        ),
        ("TEMPORARY VIEW w USING nosuch", "DATA_SOURCE_NOT_FOUND"),
        (
            "TEMPORARY VIEW IF NOT EXISTS w USING parquet",
            "PARSE_SYNTAX_ERROR",
        ),
    ];
    for (what, condition) in wrong {
        let error = create(what, &parquet, "").expect_err(what);
        assert_eq!(error.condition().name, condition, "{what}");
    }
    let missing = create(
        "TEMPORARY VIEW w USING parquet",
        &place.path().join("no"),
        "",
    );
    let missing = missing.expect_err("no files");
    assert_eq!(missing.condition().name, "PATH_NOT_FOUND");
}

#[test]
fn s21_what_is_set_is_listed_without_secrets() {
    let spark = spark();
    let set = |text: &str| format!("{:?}", rows(&spark, text));
    set("SET spark.my.password=hunter2");
    set("SET spark.my.name=flint");
    for list in ["SET", "SET -v", "SET spark.my.password"] {
        assert!(!set(list).contains("hunter2"), "{list}");
    }
    assert!(set("SET").contains("spark.my.password"));
    assert!(set("SET").contains("flint"));
    assert_eq!(
        spark.conf().get("spark.my.password").as_deref(),
        Ok("hunter2")
    );
}

/// Nothing is asked over the network, whatever a text names.
#[test]
fn s27_places_of_unknown_kinds_are_not_looked_at() {
    let spark = spark();
    for place in [
        "http://169.254.169.254/latest",
        "gopher://host/a",
        "s3a://bucket/a",
    ] {
        let query = format!("SELECT * FROM parquet.`{place}`");
        assert_eq!(condition(&spark, &query), "UNSUPPORTED_FEATURE", "{place}");
    }
}

#[test]
fn windows_of_time_are_columns_and_groups() {
    use flint_sql::functions::{self, col};
    let spark = spark();
    let text = "SELECT * FROM VALUES (TIMESTAMP'2021-01-01 00:06:00', 1), (NULL, 2) t(ts, v)";
    let frame = spark.sql(text);
    let wide = || functions::window_with(col("ts"), "10 minutes", "5 minutes", "0 minutes");
    let counts = frame.group_by([wide()]).count();
    assert_eq!(counts.columns(), Ok(vec!["window".into(), "count".into()]));
    assert_eq!(counts.count(), Ok(2));
    assert_eq!(frame.with_column("w", wide()).count(), Ok(2));
    assert_eq!(
        frame
            .with_column("w", functions::window(col("ts"), "5 minutes"))
            .count(),
        Ok(1)
    );
    let filtered = frame.filter(wide().get_field("start").is_not_null());
    let error = filtered.count().expect_err("rows would be needed");
    assert_eq!(error.condition().name, "UNSUPPORTED_FEATURE");
}
