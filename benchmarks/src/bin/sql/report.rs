//! The table of times, ratios and means, as Markdown.
//!
//! The first engine, Flint unless it is left out, is what the others are measured by: a ratio above
//! 1 means that the first is faster. Means are geometric, over the queries that both answered.

use std::fmt::Write;
use std::time::Duration;

use flint_benchmarks::timing::median;

use crate::engine::Answer;

/// What the engines made of one query.
pub(crate) struct Row {
    query: String,
    cells: Vec<Cell>,
}

#[derive(Clone, Default)]
struct Cell {
    times: Vec<Duration>,
    rows: usize,
    error: Option<String>,
}

impl Row {
    pub(crate) fn new(query: &str, engines: usize) -> Row {
        Row {
            query: query.to_owned(),
            cells: vec![Cell::default(); engines],
        }
    }

    /// Notes an answer; its time only if it counts.
    pub(crate) fn add(&mut self, engine: usize, answer: Answer, counts: bool) {
        self.cells[engine].rows = answer.rows;
        if counts {
            self.cells[engine].times.push(answer.elapsed);
        }
    }

    pub(crate) fn fail(&mut self, engine: usize, reason: &str) {
        self.cells[engine].error = Some(reason.to_owned());
    }

    pub(crate) fn failed(&self, engine: usize) -> bool {
        self.cells[engine].error.is_some()
    }

    /// The median in seconds of what was answered.
    fn seconds(&self, engine: usize) -> Option<f64> {
        let cell = &self.cells[engine];
        let answered = cell.error.is_none() && !cell.times.is_empty();
        answered.then(|| median(cell.times.clone()).as_secs_f64())
    }

    /// Seconds of an engine for each second of the first.
    fn ratio(&self, engine: usize) -> Option<f64> {
        Some(self.seconds(engine)? / self.seconds(0)?.max(f64::MIN_POSITIVE))
    }
}

/// The table, row by row.
pub(crate) struct Report {
    engines: Vec<String>,
    rows: Vec<Row>,
}

impl Report {
    pub(crate) fn new(engines: Vec<String>) -> Report {
        Report {
            engines,
            rows: Vec::new(),
        }
    }

    /// The head of the table, with its rule.
    pub(crate) fn head(&self) -> String {
        let mut head = "| query |".to_owned();
        for (at, engine) in self.engines.iter().enumerate() {
            // Writing into a string does not fail.
            let _ = write!(head, " {engine} |{}", if at == 0 { "" } else { " ratio |" });
        }
        let columns = 2 * self.engines.len() - 1;
        format!("{head}\n| --- |{}", " ---: |".repeat(columns))
    }

    /// Adds a row, and gives its line.
    pub(crate) fn add(&mut self, row: Row) -> String {
        let mut line = format!("| {} |", row.query);
        for at in 0..self.engines.len() {
            let time = row.seconds(at).map_or("-".to_owned(), milliseconds);
            let _ = write!(line, " {time} |");
            if at > 0 {
                let ratio = row.ratio(at).map_or("-".to_owned(), times);
                let _ = write!(line, " {ratio} |");
            }
        }
        self.rows.push(row);
        line
    }

    /// The row of sums and means, then what was not answered, and answers of other sizes.
    pub(crate) fn tail(&self) -> String {
        let mut tail = "| all answered, geometric mean |".to_owned();
        for at in 0..self.engines.len() {
            let all: Vec<f64> = self.rows.iter().filter_map(|row| row.seconds(at)).collect();
            // No times sum up to -0.0, which shows.
            let sum = all.iter().sum::<f64>() + 0.0;
            let _ = write!(tail, " {} ({}) |", milliseconds(sum), all.len());
            if at > 0 {
                let ratios: Vec<f64> = self.rows.iter().filter_map(|row| row.ratio(at)).collect();
                let mean = geometric_mean(&ratios).map_or("-".to_owned(), times);
                let _ = write!(tail, " {mean} |");
            }
        }
        tail.push('\n');
        for row in &self.rows {
            for (engine, cell) in self.engines.iter().zip(&row.cells) {
                let rows = row.cells[0].rows;
                if let Some(error) = &cell.error {
                    let _ = write!(tail, "\n- {engine}, {}: {error}", row.query);
                } else if row.cells[0].error.is_none() && cell.rows != rows {
                    let (first, query) = (&self.engines[0], &row.query);
                    let _ = write!(
                        tail,
                        "\n- {query}: {engine} has {} rows, {first} {rows}",
                        cell.rows
                    );
                }
            }
        }
        tail
    }
}

fn milliseconds(seconds: f64) -> String {
    format!("{:.1} ms", seconds * 1e3)
}

fn times(ratio: f64) -> String {
    format!("{ratio:.2}x")
}

fn geometric_mean(ratios: &[f64]) -> Option<f64> {
    let logarithms: f64 = ratios.iter().map(|ratio| ratio.ln()).sum();
    (!ratios.is_empty()).then(|| (logarithms / ratios.len() as f64).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(row: &mut Row, engine: usize, millis: u64, rows: usize) {
        let elapsed = Duration::from_millis(millis);
        row.add(engine, Answer { elapsed, rows }, true);
    }

    #[test]
    fn rows_have_medians_and_ratios() {
        let mut report = Report::new(vec!["Flint".into(), "Other".into()]);
        assert_eq!(
            report.head(),
            "| query | Flint | Other | ratio |\n| --- | ---: | ---: | ---: |"
        );
        let mut row = Row::new("q1", 2);
        for millis in [30, 10, 20] {
            answered(&mut row, 0, millis, 5);
            answered(&mut row, 1, 2 * millis, 5);
        }
        assert_eq!(report.add(row), "| q1 | 20.0 ms | 40.0 ms | 2.00x |");
        let mut row = Row::new("q2", 2);
        answered(&mut row, 0, 20, 5);
        answered(&mut row, 1, 10, 6);
        assert_eq!(report.add(row), "| q2 | 20.0 ms | 10.0 ms | 0.50x |");
        let tail = "| all answered, geometric mean | 40.0 ms (2) | 50.0 ms (2) | 1.00x |\n\
                    \n- q2: Other has 6 rows, Flint 5";
        assert_eq!(report.tail(), tail);
    }

    #[test]
    fn what_fails_has_no_time_and_is_told() {
        let mut report = Report::new(vec!["Flint".into(), "Other".into()]);
        let mut row = Row::new("q1", 2);
        answered(&mut row, 0, 20, 5);
        row.fail(1, "no such function");
        assert!(row.failed(1) && !row.failed(0));
        assert_eq!(report.add(row), "| q1 | 20.0 ms | - | - |");
        let tail = "| all answered, geometric mean | 20.0 ms (1) | 0.0 ms (0) | - |\n\
                    \n- Other, q1: no such function";
        assert_eq!(report.tail(), tail);
    }

    #[test]
    fn a_round_that_does_not_count_has_no_time() {
        let mut row = Row::new("q1", 1);
        let elapsed = Duration::from_millis(5);
        row.add(0, Answer { elapsed, rows: 1 }, false);
        assert_eq!(row.seconds(0), None);
    }
}
