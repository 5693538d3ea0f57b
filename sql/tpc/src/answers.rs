//! Spark's answers to the queries, as `golden/make_answers.py` writes them.
//!
//! A file is gzip over lines of JSON. The first line says where the answers come from:
//!
//! ```json
//! {"benchmark": "tpch", "scale": 0.01, "spark": "4.3.0", "timeZone": "UTC", "ansi": true}
//! ```
//!
//! and each other line is one query's:
//!
//! ```json
//! {"query": "q3", "columns": [["k", "bigint"], ["d", "double"]], "limit": 2, "ties": [1, 2],
//!  "rows": [["7", "0.5"], ["8", null], ["9", "1.25"]]}
//! ```
//!
//! or says what Spark refused it with, as `{"query": "q90", "error": "DIVIDE_BY_ZERO"}`.
//!
//! Cells are text: decimals with all their digits, days as ISO 8601, doubles in the shortest form
//! that reads back, null as null.
//!
//! `ties` are the sizes of groups of rows whose sort keys are equal, in the order of the answer; it
//! is null where a query does not sort. Which of a group's rows comes first is nobody's promise, so
//! a group is a bag. With a limit, the groups reach to the end of the one that the limit cuts, even
//! beyond the limit: of that last group any rows will do, as many as there is room for. So a sort
//! key need not be a column of the answer, and no key is compared by itself.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use flate2::read::GzDecoder;
use serde_json::Value;

use crate::benchmark::sources;
use crate::cell::{Cell, Row};
use crate::{Benchmark, Error, Result};

/// What Spark answered to the queries of a benchmark.
#[derive(Clone, Debug)]
pub struct Answers {
    scale: f64,
    time_zone: String,
    by_query: HashMap<String, Answer>,
}

/// What Spark answered to a query.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    error: Option<String>,
    /// Names and Spark's types.
    pub(crate) columns: Vec<(String, String)>,
    pub(crate) rows: Vec<Row>,
    /// Sizes of groups of rows that tie; without them, rows come in any order.
    pub(crate) ties: Option<Vec<usize>>,
    pub(crate) limit: Option<usize>,
}

impl Answers {
    /// The answers at scale 0.01, which are part of the repository.
    ///
    /// # Errors
    /// If the sources of this crate can't be read.
    pub fn kept(benchmark: Benchmark) -> Result<Answers> {
        Answers::read(&sources().join("golden"), benchmark)
    }

    /// The answers in a directory that `make_answers.py --out` wrote.
    ///
    /// # Errors
    /// If there are none of this benchmark, or the file is damaged.
    pub fn read(dir: &Path, benchmark: Benchmark) -> Result<Answers> {
        let path = dir.join(format!("{benchmark}.jsonl.gz"));
        let file = File::open(&path).map_err(Error::io(&path))?;
        let mut values = Vec::new();
        for (at, line) in BufReader::new(GzDecoder::new(file)).lines().enumerate() {
            let line = line.map_err(Error::io(&path))?;
            let value = serde_json::from_str(&line).map_err(|e| e.to_string());
            values.push(value.map_err(|reason| damaged(&path, at, reason))?);
        }
        let (head, lines) = values
            .split_first()
            .ok_or_else(|| damaged(&path, 0, "the file is empty".to_owned()))?;
        let mut answers = Answers::of_head(head).map_err(|e| damaged(&path, 0, e))?;
        for (at, line) in lines.iter().enumerate() {
            let (query, answer) = Answer::of(line).map_err(|e| damaged(&path, at + 1, e))?;
            answers.by_query.insert(query, answer);
        }
        Ok(answers)
    }

    fn of_head(head: &Value) -> Result<Answers, String> {
        let scale = head["scale"].as_f64().ok_or("no scale")?;
        Ok(Answers {
            scale,
            time_zone: text(&head["timeZone"])?,
            by_query: HashMap::new(),
        })
    }

    /// The scale factor of the data that was asked.
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// `spark.sql.session.timeZone` of the session that answered.
    pub fn time_zone(&self) -> &str {
        &self.time_zone
    }

    /// The answer to the query of a name, `None` if Spark was not asked.
    pub fn get(&self, query: &str) -> Option<&Answer> {
        self.by_query.get(query)
    }
}

impl Answer {
    /// The condition of the error that is Spark's answer, `None` if it has rows.
    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// How many rows are right: with a limit, no more than it.
    pub fn row_count(&self) -> usize {
        self.limit
            .map_or(self.rows.len(), |limit| limit.min(self.rows.len()))
    }

    /// Reads a line, and the name of its query.
    pub(crate) fn of(line: &Value) -> Result<(String, Answer), String> {
        let query = text(&line["query"])?;
        if let Some(error) = line["error"].as_str() {
            let error = Some(error.to_owned());
            return Ok((
                query,
                Answer {
                    error,
                    ..Answer::default()
                },
            ));
        }
        let columns = list(&line["columns"])?.iter();
        let columns: Vec<_> = columns
            .map(|column| Ok::<_, String>((text(&column[0])?, text(&column[1])?)))
            .collect::<Result<_, _>>()?;
        let rows = list(&line["rows"])?.iter();
        let rows: Vec<_> = rows
            .map(|row| row_of(row, &columns))
            .collect::<Result<_, _>>()?;
        let ties = match &line["ties"] {
            Value::Null => None,
            ties => Some(
                list(ties)?
                    .iter()
                    .map(size)
                    .collect::<Result<Vec<_>, _>>()?,
            ),
        };
        if ties
            .as_ref()
            .is_some_and(|ties| ties.iter().sum::<usize>() != rows.len())
        {
            return Err("ties do not sum up to the rows".to_owned());
        }
        let limit = match &line["limit"] {
            Value::Null => None,
            limit => Some(size(limit)?),
        };
        let answer = Answer {
            error: None,
            columns,
            rows,
            ties,
            limit,
        };
        Ok((query, answer))
    }
}

fn row_of(row: &Value, columns: &[(String, String)]) -> Result<Row, String> {
    let cells = list(row)?;
    if cells.len() != columns.len() {
        return Err(format!(
            "{} cells in {} columns",
            cells.len(),
            columns.len()
        ));
    }
    let cell = |(cell, (_, type_name)): (&Value, &(String, String))| match cell {
        Value::Null => Ok(Cell::Null),
        cell => Cell::read(&text(cell)?, type_name),
    };
    cells.iter().zip(columns).map(cell).collect()
}

fn list(value: &Value) -> Result<&Vec<Value>, String> {
    value
        .as_array()
        .ok_or_else(|| format!("{value} is no list"))
}

fn text(value: &Value) -> Result<String, String> {
    let text = value.as_str().map(str::to_owned);
    text.ok_or_else(|| format!("{value} is no text"))
}

fn size(value: &Value) -> Result<usize, String> {
    let size = value.as_u64().and_then(|size| usize::try_from(size).ok());
    size.ok_or_else(|| format!("{value} is no size"))
}

fn damaged(path: &Path, at: usize, reason: String) -> Error {
    Error::Answers {
        path: path.to_owned(),
        line: at + 1,
        reason,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_query_has_its_answer() {
        for benchmark in Benchmark::ALL {
            let answers = Answers::kept(benchmark).unwrap();
            assert_eq!((answers.scale(), answers.time_zone()), (0.01, "UTC"));
            for query in benchmark.queries().unwrap() {
                assert!(
                    answers.get(&query.name).is_some(),
                    "{benchmark} {}",
                    query.name
                );
            }
        }
    }

    #[test]
    fn an_error_is_an_answer() {
        let line = json!({"query": "q", "error": "DIVIDE_BY_ZERO"});
        let (name, answer) = Answer::of(&line).unwrap();
        assert_eq!(
            (name.as_str(), answer.error()),
            ("q", Some("DIVIDE_BY_ZERO"))
        );
    }

    #[test]
    fn a_limit_bounds_the_rows() {
        let line = json!({
            "query": "q", "columns": [["n", "int"]], "limit": 2, "ties": [1, 2],
            "rows": [["1"], ["2"], ["2"]],
        });
        let (name, answer) = Answer::of(&line).unwrap();
        assert_eq!((name.as_str(), answer.row_count()), ("q", 2));
    }

    #[test]
    fn damage_is_told_with_its_place() {
        use std::io::Write;
        let dir = tempfile::tempdir().unwrap();
        let write = |text: &str| {
            let file = File::create(dir.path().join("tpch.jsonl.gz")).unwrap();
            let mut zip = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
            zip.write_all(text.as_bytes()).unwrap();
            zip.finish().unwrap();
            Answers::read(dir.path(), Benchmark::TpcH)
                .unwrap_err()
                .to_string()
        };
        assert!(write("").ends_with("line 1: the file is empty"));
        let head = r#"{"scale": 0.01, "timeZone": "UTC"}"#;
        let line = r#"{"query": "q", "columns": [["n", "int"]], "rows": [["1", "2"]]}"#;
        assert!(write(&format!("{head}\n{line}\n")).ends_with("line 2: 2 cells in 1 columns"));
        let line = r#"{"query": "q", "columns": [["n", "int"]], "rows": [["1"]], "ties": [2]}"#;
        assert!(write(&format!("{head}\n{line}\n")).contains("do not sum up"));
    }
}
