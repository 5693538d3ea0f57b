//! `NOT IN` over files: a plain join where files hold no nulls, one that watches for them where they
//! may come up, and the same rows as over rows of which nothing is known.

use flint_sql::{ExplainMode, SparkSession};

/// Queries, and whether their joins must watch for nulls.
const QUERIES: [(&str, bool); 8] = [
    (
        "SELECT v FROM full WHERE k NOT IN (SELECT k FROM few)",
        false,
    ),
    (
        "SELECT v FROM full WHERE v > 3 AND k NOT IN (SELECT k + 0 AS k FROM few)",
        true,
    ),
    (
        "SELECT v FROM full WHERE k NOT IN (SELECT f.k FROM few f JOIN full g ON f.k = g.k WHERE g.v > 1)",
        false,
    ),
    (
        "SELECT v FROM full WHERE k NOT IN (SELECT f.k FROM full g LEFT JOIN few f ON f.k = g.k)",
        true,
    ),
    (
        "SELECT v FROM full WHERE k NOT IN (SELECT g.k FROM full g LEFT JOIN few f ON f.k = g.k WHERE g.v > 5)",
        false,
    ),
    (
        "SELECT v FROM full WHERE k NOT IN (SELECT k FROM holes)",
        true,
    ),
    (
        "SELECT v FROM holes WHERE k NOT IN (SELECT k FROM few)",
        true,
    ),
    (
        "SELECT v FROM full WHERE k NOT IN (SELECT k FROM holes WHERE k IS NOT NULL)",
        true,
    ),
];

const TABLES: [(&str, &str); 3] = [
    ("full", "SELECT id % 50 AS k, id AS v FROM range(400)"),
    ("few", "SELECT id % 80 AS k FROM range(0, 60, 3)"),
    (
        "holes",
        "SELECT nullif(id % 40, 7) AS k, id AS v FROM range(300)",
    ),
];

fn session() -> SparkSession {
    let spark = SparkSession::builder().master("local[2]").create();
    spark.expect("a session")
}

fn values(spark: &SparkSession, sql: &str) -> Vec<i64> {
    let rows = spark.sql(&format!("{sql} ORDER BY v")).collect();
    let rows = rows.unwrap_or_else(|error| panic!("{sql}: {error}"));
    rows.iter()
        .map(|row| row.get(0).expect("a value"))
        .collect()
}

#[test]
fn not_in_watches_for_nulls_where_there_may_be_some() {
    let folder = tempfile::tempdir().expect("a folder");
    let (files, memory) = (session(), session());
    for (name, sql) in TABLES {
        let path = folder.path().join(name).display().to_string();
        let write = memory.sql(sql).repartition(3).write().parquet(&path);
        write.expect("files");
        let view = files
            .read()
            .parquet(&path)
            .create_or_replace_temp_view(name);
        view.expect("a view");
        let view = memory.sql(sql).create_or_replace_temp_view(name);
        view.expect("a view");
    }
    for (sql, watches) in QUERIES {
        let plan = files.sql(sql).explain_string(ExplainMode::Simple);
        let plan = plan.unwrap_or_else(|error| panic!("{sql}: {error}"));
        assert_eq!(plan.contains("null_aware"), watches, "{sql}\n{plan}");
        assert_eq!(values(&files, sql), values(&memory, sql), "{sql}");
    }
}
