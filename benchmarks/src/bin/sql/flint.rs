//! Flint: a session over views of the files.

use std::num::NonZero;
use std::path::Path;
use std::time::Instant;

use flint_sql::SparkSession;

use crate::engine::{Answer, Engine, Outcome};

pub(crate) struct Flint {
    session: SparkSession,
}

impl Flint {
    pub(crate) fn open(data: &Path, tables: &[&str], threads: NonZero<usize>) -> Outcome<Flint> {
        let session = SparkSession::builder()
            .master(&format!("local[{threads}]"))
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", threads)
            .config("spark.ui.showConsoleProgress", false)
            // What Spark gets, too (`engine.py`).
            .config("spark.driver.memory", "8g")
            .create()?;
        for table in tables {
            let directory = data.join(table);
            let path = directory.display();
            session.run_sql(&format!(
                "CREATE TEMPORARY VIEW {table} AS SELECT * FROM parquet.`{path}`"
            ))?;
        }
        Ok(Flint { session })
    }
}

impl Engine for Flint {
    fn name(&self) -> &str {
        concat!("Flint ", env!("CARGO_PKG_VERSION"))
    }

    fn run(&mut self, text: &str) -> Outcome<Answer> {
        let start = Instant::now();
        let answer = self.session.run_sql(text)?;
        let elapsed = start.elapsed();
        let rows = answer.num_rows();
        Ok(Answer { elapsed, rows })
    }
}
