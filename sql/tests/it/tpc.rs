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

#[test]
fn tpch_answers_as_spark_does() {
    answers(Benchmark::TpcH);
}

#[test]
fn tpcds_answers_as_spark_does() {
    answers(Benchmark::TpcDs);
}

fn answers(benchmark: Benchmark) {
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
    for partitions in [1, 7] {
        let spark = session(benchmark, &data, partitions);
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
                    "{} in {partitions} partitions: {difference}",
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
