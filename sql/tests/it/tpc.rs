//! All queries of TPC-H and TPC-DS against Spark's answers, over Parquet, in one partition and in
//! seven.
//!
//! Scale 0.01, whose answers are kept. Another scale's are made first, by
//! `python3 sql/tpc/golden/make_answers.py --scale 0.1 --out DIR`; with `FLINT_TPC_ANSWERS=DIR` this
//! test takes them, and makes data of their scale. `FLINT_TPC_ONLY` names queries, separated by
//! commas.

use std::path::PathBuf;
use std::sync::Arc;

use flint_sql::SparkSession;
use flint_sql_columnar::arrow_schema;
use flint_sql_tpc::{Answers, Benchmark, Data, compare};

const WHOLE: usize = 8192;

#[test]
fn tpch_answers_as_spark_does() {
    answers(Benchmark::TpcH, &[(1, WHOLE), (7, WHOLE)], wanted);
}

#[test]
fn tpcds_answers_as_spark_does() {
    answers(Benchmark::TpcDs, &[(1, WHOLE), (7, WHOLE)], wanted);
}

/// Row Q4: answers hang neither on partitions nor on batches. Batches of a row are slow: without
/// `FLINT_Q4=all` only queries over the smaller tables run with them.
#[test]
fn q4_tpch_answers_in_any_partitions_and_batches() {
    let all = std::env::var("FLINT_Q4").is_ok_and(|asked| asked == "all");
    let small = ["q2", "q11", "q16", "q22"];
    let chosen = |name: &str| all || small.contains(&name);
    let ways: Vec<(usize, usize)> = [1, 2, 7]
        .into_iter()
        .flat_map(|partitions| [1, 2, WHOLE].map(|rows| (partitions, rows)))
        .collect();
    answers(Benchmark::TpcH, &ways, chosen);
}

fn answers(benchmark: Benchmark, ways: &[(usize, usize)], wanted: impl Fn(&str) -> bool) {
    let answers = match std::env::var("FLINT_TPC_ANSWERS") {
        Ok(folder) => Answers::read(&PathBuf::from(folder), benchmark),
        Err(_) => Answers::kept(benchmark),
    };
    let answers = answers.expect("Spark's answers");
    let scale = answers.scale();
    let data = folder(&format!("{benchmark}-{scale}"));
    let written = Data::new(benchmark, scale).write_parquet(&data, 3);
    written.expect("the tables are written");
    let mut wrong = Vec::new();
    for &(partitions, rows) in ways {
        let spark = session(benchmark, &data, partitions);
        let conf = spark.conf().set("flint.sql.batch.size", rows);
        conf.expect("a number of rows");
        for query in benchmark.queries().expect("the queries") {
            if !wanted(&query.name) {
                continue;
            }
            let expected = answers
                .get(&query.name)
                .expect("Spark answered every query");
            let found = match spark.run_sql(&query.text) {
                Ok(result) => {
                    let schema = Arc::new(arrow_schema(&result.schema).expect("a layout"));
                    compare(expected, &schema, &result.batches).map_err(|d| d.to_string())
                }
                Err(error) if expected.error() == Some(error.condition().name.as_ref()) => Ok(()),
                Err(error) => Err(error.to_string()),
            };
            if let Err(difference) = found {
                let difference: String = difference.chars().take(800).collect();
                wrong.push(format!(
                    "{} in {partitions} partitions, batches of {rows}: {difference}",
                    query.name
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

/// A session in which the tables are views over their files.
fn session(benchmark: Benchmark, data: &std::path::Path, partitions: usize) -> SparkSession {
    let spark = SparkSession::builder()
        .master("local[2]")
        .config("spark.sql.shuffle.partitions", partitions)
        .create()
        .expect("a session");
    for table in benchmark.tables() {
        let path = data.join(table);
        let view = format!(
            "CREATE TEMPORARY VIEW {table} AS SELECT * FROM parquet.`{}`",
            path.display()
        );
        spark
            .run_sql(&view)
            .unwrap_or_else(|error| panic!("{view}: {error}"));
    }
    spark
}

fn wanted(name: &str) -> bool {
    match std::env::var("FLINT_TPC_ONLY") {
        Ok(only) => only.split(',').any(|query| query == name),
        Err(_) => true,
    }
}

/// Where data is kept between runs.
fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}
