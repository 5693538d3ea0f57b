//! Q9: queries that are large or deep. Each ends, with rows or with a clean error.
//!
//! None takes a time that grows faster than its text: `FLINT_Q9_TIMES=1` prints what each took.

use std::fmt::Write;
use std::time::Instant;

use flint_sql::functions::col;
use flint_sql::{ExplainMode, Result, SparkSession};

fn spark() -> SparkSession {
    let session = SparkSession::builder().master("local[2]").create();
    session.expect("a session")
}

/// What `f` gives. Tells how long that took, if it is asked for.
fn timed<T>(what: &str, f: impl FnOnce() -> T) -> T {
    let begin = Instant::now();
    let found = f();
    let took = begin.elapsed();
    if std::env::var_os("FLINT_Q9_TIMES").is_some() {
        eprintln!("{took:?} {what:.60}");
    }
    found
}

/// The rows of a query's only column of numbers.
fn numbers(spark: &SparkSession, sql: &str) -> Result<Vec<i64>> {
    let rows = timed(sql, || spark.sql(sql).collect());
    rows?.iter().map(|row| row.get(0)).collect()
}

/// The condition of the error that a query ends with.
fn condition(spark: &SparkSession, sql: &str) -> String {
    let error = numbers(spark, sql).expect_err(sql);
    error.condition().name.to_string()
}

#[test]
fn q9_a_list_of_5000_columns() {
    let spark = spark();
    let columns: Vec<String> = (0..5000).map(|i| format!("id + {i} AS c{i}")).collect();
    let list = columns.join(", ");
    let one = format!("SELECT c4999 FROM (SELECT {list} FROM range(3)) ORDER BY 1");
    assert_eq!(numbers(&spark, &one), Ok(vec![4999, 5000, 5001]));
    let all = format!("SELECT {list} FROM range(3)");
    let rows = timed(&all, || spark.sql(&all).collect()).expect("rows");
    assert_eq!((rows.len(), rows[0].len()), (3, 5000));
}

#[test]
fn q9_a_query_over_300_columns() {
    let spark = spark();
    let columns: Vec<String> = (0..300).map(|i| format!("id + {i} AS c{i}")).collect();
    let wide = spark.sql(&format!("SELECT {} FROM range(100)", columns.join(", ")));
    wide.create_or_replace_temp_view("wide").expect("a view");
    let sums: Vec<String> = (0..300).map(|i| format!("sum(c{i})")).collect();
    let sums = sums.join(", ");
    let sql = format!("SELECT {sums} FROM wide WHERE c0 > 5 GROUP BY c1 % 7");
    for _ in 0..3 {
        let plan = timed(&sql, || spark.sql(&sql).explain_string(ExplainMode::Simple));
        plan.expect("a plan");
    }
    assert_eq!(spark.sql(&sql).schema().expect("columns").len(), 300);
}

#[test]
fn q9_a_union_of_1000() {
    let spark = spark();
    let parts: Vec<String> = (0..1000).map(|i| format!("SELECT {i}L AS n")).collect();
    let sql = format!("SELECT sum(n) FROM ({})", parts.join(" UNION ALL "));
    assert_eq!(numbers(&spark, &sql), Ok(vec![499_500]));
    let sql = format!("SELECT count(*) FROM ({})", parts.join(" UNION "));
    assert_eq!(numbers(&spark, &sql), Ok(vec![1000]));
    // A distinct one under one of all rows stays as it is.
    let mixed =
        "SELECT count(*) FROM (SELECT 1L UNION SELECT 1L UNION ALL SELECT 1L UNION ALL SELECT 2L)";
    assert_eq!(numbers(&spark, mixed), Ok(vec![3]));
}

#[test]
fn q9_a_list_of_10000_in_in() {
    let spark = spark();
    let items: Vec<String> = (0..10_000).map(|i| (i * 2).to_string()).collect();
    let items = items.join(", ");
    let sql = format!("SELECT count(*) FROM range(30000) WHERE id IN ({items})");
    assert_eq!(numbers(&spark, &sql), Ok(vec![10_000]));
}

#[test]
fn q9_views_over_views() {
    let spark = spark();
    let create = |sql: &str| spark.run_sql(sql).map(|_| ());
    create("CREATE TEMPORARY VIEW v0 AS SELECT id AS n FROM range(3)").expect("a view");
    let over = |i: i32| {
        format!(
            "CREATE TEMPORARY VIEW v{i} AS SELECT n + 1 AS n FROM v{}",
            i - 1
        )
    };
    for i in 1..100 {
        create(&over(i)).expect("a view");
    }
    assert_eq!(numbers(&spark, "SELECT min(n) FROM v99"), Ok(vec![99]));
    create(&over(100)).expect("a view, which nobody has read yet");
    let deepest = condition(&spark, "SELECT min(n) FROM v100");
    assert_eq!(deepest, "VIEW_EXCEED_MAX_NESTED_DEPTH");
    let key = "spark.sql.view.maxNestedViewDepth";
    spark.conf().set(key, 101).expect("a key");
    assert_eq!(numbers(&spark, "SELECT min(n) FROM v100"), Ok(vec![100]));
}

#[test]
fn q9_deep_expressions() {
    let spark = spark();
    let mut sum = String::from("SELECT 0L");
    let mut any = String::from("SELECT count(*) FROM range(10) WHERE id = -1");
    for i in 0..1000 {
        write!(sum, " + {i}L").expect("text");
        write!(any, " OR id = {}", i * 9).expect("text");
    }
    assert_eq!(numbers(&spark, &sum), Ok(vec![499_500]));
    assert_eq!(numbers(&spark, &any), Ok(vec![2]));
}

#[test]
fn q9_long_chains_of_calls() {
    let spark = spark();
    let mut frame = spark.range(0, 3);
    for _ in 0..300 {
        frame = frame.with_column("id", col("id") + 1).filter("id > 0");
    }
    let rows = timed("300 columns and filters", || frame.collect()).expect("rows");
    assert_eq!(rows[0].get::<i64>(0), Ok(300));
    let mut nested = String::from("SELECT id FROM range(3)");
    for i in 0..100 {
        nested = format!("SELECT id + 1 AS id FROM ({nested}) AS t{i}");
    }
    let sql = format!("SELECT min(id) FROM ({nested})");
    assert_eq!(numbers(&spark, &sql), Ok(vec![100]));
}

#[test]
fn q9_recursions_without_end() {
    let spark = spark();
    let endless =
        "WITH RECURSIVE t(n) AS (SELECT 1L UNION ALL SELECT n + 1 FROM t) SELECT n FROM t";
    assert_eq!(condition(&spark, endless), "RECURSION_LEVEL_LIMIT_EXCEEDED");
    let many = "WITH RECURSIVE t(n) AS (SELECT 1L UNION ALL SELECT n + k FROM t CROSS JOIN \
                (SELECT explode(array(1L, 2L, 3L, 4L)) AS k)) SELECT count(*) FROM t";
    assert_eq!(condition(&spark, many), "RECURSION_ROW_LIMIT_EXCEEDED");
}

/// Spark's answers with a limit of 50 rows: just as many are too many, unless a LIMIT says how many
/// are wanted.
#[test]
fn q9_rows_of_recursions_are_bounded_as_sparks() {
    let spark = spark();
    let key = "spark.sql.cteRecursionRowLimit";
    spark.conf().set(key, 50).expect("a key");
    let up_to = |last: i64, behind: &str| {
        let sql = format!(
            "WITH RECURSIVE t(n) AS (SELECT 1L UNION ALL SELECT n + 1 FROM t WHERE n < {last}) \
             SELECT n FROM t{behind}"
        );
        numbers(&spark, &sql)
            .map(|rows| rows.len())
            .map_err(|error| error.condition().name.to_string())
    };
    let exceeded = || Err("RECURSION_ROW_LIMIT_EXCEEDED".to_owned());
    assert_eq!(up_to(49, ""), Ok(49));
    assert_eq!(up_to(50, ""), exceeded());
    assert_eq!(up_to(60, ""), exceeded());
    for wanted in [10, 49, 50, 51, 60] {
        assert_eq!(up_to(99, &format!(" LIMIT {wanted}")), Ok(wanted));
    }
    let deeper = up_to(150, " LIMIT 150");
    assert_eq!(deeper, Err("RECURSION_LEVEL_LIMIT_EXCEEDED".to_owned()));
    spark.conf().set(key, -1).expect("a key");
    spark
        .conf()
        .set("spark.sql.cteRecursionLevelLimit", -1)
        .expect("a key");
    assert_eq!(up_to(150, ""), Ok(150));
}
