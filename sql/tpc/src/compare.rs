//! An engine's answer held against Spark's.
//!
//! Columns must agree in name and type. Rows are bags: first all of them, then, where the query
//! sorts, each group of ties at its place ([`Answers`](crate::Answers) says what groups are). Two
//! rows are alike if their values are: equal, or doubles as near as 1e-9 of the larger.

use std::collections::HashMap;
use std::fmt;

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;

use crate::Answer;
use crate::cell::{Cell, Row, rows_of, type_name};

/// How an answer differs from Spark's. Displays over several lines, with some of the rows.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Difference {
    /// Names or types of columns.
    Columns {
        /// Spark's, each as `name type`.
        expected: Vec<String>,
        /// The engine's.
        found: Vec<String>,
    },
    /// Rows that Spark has and the engine has not, or the other way.
    Rows {
        /// How many rows Spark answered.
        expected: usize,
        /// How many rows the engine answered.
        found: usize,
        /// Rows that are not found, as text.
        missing: Vec<String>,
        /// Rows that Spark has not, as text.
        unexpected: Vec<String>,
    },
    /// The right rows in a wrong order.
    Order {
        /// The first place that is wrong, from 0.
        at: usize,
        /// What stands there.
        found: String,
        /// What may stand there: the rows that tie.
        expected: Vec<String>,
    },
    /// Rows where Spark refuses the query with this condition.
    NoError(String),
    /// A value that can't be written as text.
    Unreadable(String),
}

/// Compares an answer with Spark's.
///
/// # Errors
/// The first kind of [`Difference`]: columns, then rows, then their order.
/// [`Difference::NoError`] if Spark has no rows but an [`error`](Answer::error).
pub fn compare(
    expected: &Answer,
    schema: &Schema,
    batches: &[RecordBatch],
) -> Result<(), Difference> {
    if let Some(condition) = expected.error() {
        return Err(Difference::NoError(condition.to_owned()));
    }
    compare_columns(expected, schema)?;
    let found = rows_of(batches).map_err(|error| Difference::Unreadable(error.to_string()))?;
    compare_rows(expected, &found)?;
    compare_order(expected, &found)
}

fn compare_columns(expected: &Answer, schema: &Schema) -> Result<(), Difference> {
    let expected: Vec<String> = expected
        .columns
        .iter()
        .map(|(name, type_name)| format!("{name} {type_name}"))
        .collect();
    let name = |data_type| type_name(data_type).unwrap_or_else(|| data_type.to_string());
    let found: Vec<String> = schema
        .fields()
        .iter()
        .map(|field| format!("{} {}", field.name(), name(field.data_type())))
        .collect();
    if expected == found {
        return Ok(());
    }
    Err(Difference::Columns { expected, found })
}

fn compare_rows(expected: &Answer, found: &[Row]) -> Result<(), Difference> {
    let (required, optional) = expected.rows.split_at(expected.required());
    let mut bag = Bag::of(required);
    let beyond: Vec<&Row> = found.iter().filter(|row| !bag.take(row)).collect();
    let mut rest = Bag::of(optional);
    let unexpected: Vec<&Row> = beyond.into_iter().filter(|row| !rest.take(row)).collect();
    let missing = bag.left();
    if missing.is_empty() && unexpected.is_empty() && found.len() == expected.row_count() {
        return Ok(());
    }
    Err(Difference::Rows {
        expected: expected.row_count(),
        found: found.len(),
        missing: texts(&missing),
        unexpected: texts(&unexpected),
    })
}

fn compare_order(expected: &Answer, found: &[Row]) -> Result<(), Difference> {
    let Some(ties) = &expected.ties else {
        return Ok(());
    };
    let mut begin = 0;
    for size in ties {
        let group = &expected.rows[begin..begin + size];
        let mut bag = Bag::of(group);
        let here = found.iter().enumerate().skip(begin).take(*size);
        for (at, row) in here {
            if !bag.take(row) {
                return Err(Difference::Order {
                    at,
                    found: text(row),
                    expected: texts(&group.iter().collect::<Vec<_>>()),
                });
            }
        }
        begin += size;
    }
    Ok(())
}

impl Answer {
    /// How many rows, from the first, must be there: all up to a group that the limit cuts.
    fn required(&self) -> usize {
        let (all, count) = (self.rows.len(), self.row_count());
        match &self.ties {
            _ if all == count => all,
            // Without an order, any rows will do.
            None => 0,
            Some(ties) => all - ties.last().copied().unwrap_or(0),
        }
    }
}

/// Rows to be found, each once.
struct Bag<'a> {
    /// By what must agree exactly, so that few rows are compared by their doubles.
    rows: HashMap<Vec<Option<&'a str>>, Vec<&'a Row>>,
}

impl<'a> Bag<'a> {
    fn of(rows: &'a [Row]) -> Bag<'a> {
        let mut bag = HashMap::<_, Vec<&Row>>::new();
        for row in rows {
            bag.entry(exact(row)).or_default().push(row);
        }
        Bag { rows: bag }
    }

    /// Takes a row that is like `wanted` out, if there is one.
    fn take(&mut self, wanted: &'a Row) -> bool {
        let Some(rows) = self.rows.get_mut(&exact(wanted)) else {
            return false;
        };
        let alike = |row: &&Row| row.iter().zip(wanted).all(|(a, b)| a.is_like(b));
        let found = rows.iter().position(alike);
        found.map(|at| rows.swap_remove(at)).is_some()
    }

    fn left(self) -> Vec<&'a Row> {
        self.rows.into_values().flatten().collect()
    }
}

fn exact(row: &Row) -> Vec<Option<&str>> {
    row.iter().map(Cell::exact).collect()
}

fn text(row: &Row) -> String {
    let cells: Vec<String> = row.iter().map(Cell::to_string).collect();
    cells.join(" | ")
}

fn texts(rows: &[&Row]) -> Vec<String> {
    let mut texts: Vec<String> = rows.iter().map(|row| text(row)).collect();
    texts.sort_unstable();
    texts
}

impl std::error::Error for Difference {}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Difference::Columns { expected, found } => {
                write!(f, "other columns than Spark's {}:", expected.len())?;
                let columns = expected.len().max(found.len());
                for at in (0..columns).filter(|at| expected.get(*at) != found.get(*at)) {
                    let name =
                        |side: &[String]| side.get(at).map_or("none".to_owned(), Clone::clone);
                    write!(
                        f,
                        "\n  {}: {}, Spark has {}",
                        at + 1,
                        name(found),
                        name(expected)
                    )?;
                }
                Ok(())
            }
            Difference::Rows {
                expected,
                found,
                missing,
                unexpected,
            } => {
                write!(f, "{found} rows, Spark has {expected}")?;
                sample(f, "missing", missing)?;
                sample(f, "not Spark's", unexpected)
            }
            Difference::Order {
                at,
                found,
                expected,
            } => {
                write!(
                    f,
                    "the right rows in another order, from row {} on:\n  {found}",
                    at + 1
                )?;
                sample(f, "Spark has there", expected)
            }
            Difference::NoError(condition) => write!(f, "rows, where Spark raises {condition}"),
            Difference::Unreadable(reason) => f.write_str(reason),
        }
    }
}

/// The first rows of a list, and how many there are.
fn sample(f: &mut fmt::Formatter<'_>, title: &str, rows: &[String]) -> fmt::Result {
    const SHOWN: usize = 5;
    if rows.is_empty() {
        return Ok(());
    }
    write!(f, "\n{title} ({}):", rows.len())?;
    for row in rows.iter().take(SHOWN) {
        write!(f, "\n  {row}")?;
    }
    if rows.len() > SHOWN {
        f.write_str("\n  ..")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
