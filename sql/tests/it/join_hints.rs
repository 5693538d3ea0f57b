//! Join hints and `spark.sql.autoBroadcastJoinThreshold`: which join is run, and that every way gives
//! the same rows.

use flint_sql::{ExplainMode, SparkSession};

fn spark() -> SparkSession {
    let spark = SparkSession::builder().master("local[2]").create();
    let spark = spark.expect("a session");
    for (name, sql) in [
        ("t", "SELECT id % 50 AS k, id AS v FROM range(400)"),
        ("u", "SELECT id % 80 AS k, id AS w FROM range(0, 60, 3)"),
    ] {
        let view = spark.sql(sql).create_or_replace_temp_view(name);
        view.expect("a view");
    }
    spark
}

fn plan(spark: &SparkSession, sql: &str) -> String {
    let plan = spark.sql(sql).explain_string(ExplainMode::Simple);
    plan.unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// The joins of a query's plan, outer ones first.
fn joins(spark: &SparkSession, sql: &str) -> Vec<String> {
    let plan = plan(spark, sql);
    let joins = plan.lines().filter(|line| line.contains("Join"));
    joins
        .map(|line| {
            let (name, rest) = line.trim().split_once(':').unwrap_or((line.trim(), ""));
            let mode = ["CollectLeft", "Partitioned"];
            let mode = mode.iter().find(|mode| rest.contains(*mode));
            format!("{name} {}", mode.unwrap_or(&"")).trim().to_owned()
        })
        .collect()
}

#[test]
fn hints_choose_joins() {
    let spark = spark();
    let of = |hint: &str| {
        joins(
            &spark,
            &format!("SELECT {hint} * FROM t JOIN u ON t.k = u.k"),
        )
    };
    assert_eq!(of("/*+ BROADCAST(u) */"), ["HashJoinExec CollectLeft"]);
    assert_eq!(of("/*+ MAPJOIN(t) */"), ["HashJoinExec CollectLeft"]);
    assert_eq!(of("/*+ MERGE(u) */"), ["SortMergeJoinExec"]);
    assert_eq!(of("/*+ SHUFFLE_MERGE(t, u) */"), ["SortMergeJoinExec"]);
    assert_eq!(of("/*+ SHUFFLE_HASH(t) */"), ["HashJoinExec Partitioned"]);
    assert_eq!(of("/*+ SHUFFLE_REPLICATE_NL(u) */"), ["NestedLoopJoinExec"]);
    // The stronger one wins; names that are not there count for nothing.
    assert_eq!(
        of("/*+ MERGE(t), BROADCAST(u) */"),
        ["HashJoinExec CollectLeft"]
    );
    assert_eq!(of("/*+ MERGE(nobody) */"), of(""));
    assert!(!plan(&spark, "SELECT /*+ MERGE(u) */ * FROM t JOIN u USING (k)").contains("Advice"));
}

#[test]
fn a_hint_is_about_the_join_right_above() {
    let spark = spark();
    let three = "SELECT /*+ MERGE(u) */ t.v FROM t JOIN u ON t.k = u.k JOIN t AS s ON s.v = u.w";
    assert_eq!(
        joins(&spark, three).last().map(String::as_str),
        Some("SortMergeJoinExec")
    );
    assert_eq!(
        joins(&spark, three)
            .iter()
            .filter(|join| join.starts_with("Sort"))
            .count(),
        1
    );
    let frame = spark
        .table("t")
        .join(&spark.table("u").hint("merge", ()), "k", "inner");
    let plan = frame.explain_string(ExplainMode::Simple).expect("a plan");
    assert!(plan.contains("SortMergeJoin"), "{plan}");
}

#[test]
fn the_threshold_says_what_is_broadcast() {
    let spark = spark();
    let sql = "SELECT * FROM t JOIN (VALUES (1L, 'a'), (2L, 'b')) AS s(k, n) ON t.k = s.k";
    assert_eq!(joins(&spark, sql), ["HashJoinExec CollectLeft"]);
    spark
        .conf()
        .set("spark.sql.autoBroadcastJoinThreshold", "-1")
        .expect("a key");
    assert_eq!(joins(&spark, sql), ["HashJoinExec Partitioned"]);
}

#[test]
fn every_way_gives_the_same_rows() {
    let spark = spark();
    let hints = ["BROADCAST", "MERGE", "SHUFFLE_HASH", "SHUFFLE_REPLICATE_NL"];
    let kinds = [
        "JOIN",
        "LEFT JOIN",
        "RIGHT JOIN",
        "FULL JOIN",
        "LEFT SEMI JOIN",
        "LEFT ANTI JOIN",
    ];
    for kind in kinds {
        for condition in [
            "t.k = u.k",
            "t.k = u.k AND t.v < u.w + 60",
            "t.k = u.k AND t.v + u.w > 300",
        ] {
            let rows = |hint: &str| {
                let sql = format!("SELECT {hint} t.* FROM t {kind} u ON {condition} ORDER BY ALL");
                let rows = spark.sql(&sql).collect();
                let rows = rows.unwrap_or_else(|error| panic!("{sql}: {error}"));
                rows.iter().map(ToString::to_string).collect::<Vec<_>>()
            };
            let plain = rows("");
            assert!(!plain.is_empty());
            for hint in hints {
                for side in ["t", "u"] {
                    let hint = format!("/*+ {hint}({side}) */");
                    assert_eq!(rows(&hint), plain, "{hint} {kind} {condition}");
                }
            }
        }
    }
}
