//! The two benchmarks: names of tables, texts of queries.
//!
//! Texts are read from `queries/` of this crate's sources when asked for, so a program that uses
//! them runs where the repository lies.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::tables;
use crate::{Error, Result};

/// A benchmark of the TPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Benchmark {
    /// TPC-H: 8 tables, 22 queries.
    TpcH,
    /// TPC-DS: 24 tables, 99 queries in 103 statements.
    TpcDs,
}

/// A query of a benchmark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// `q1`, or `q14a` where a query of the benchmark is more than one statement.
    pub name: String,
    /// SQL, without a semicolon at its end.
    pub text: String,
}

impl Benchmark {
    /// Both.
    pub const ALL: [Benchmark; 2] = [Benchmark::TpcH, Benchmark::TpcDs];

    /// The name in directories, files and commands: `tpch` or `tpcds`.
    pub fn name(self) -> &'static str {
        match self {
            Benchmark::TpcH => "tpch",
            Benchmark::TpcDs => "tpcds",
        }
    }

    /// The names of the tables, in alphabetical order.
    pub fn tables(self) -> impl Iterator<Item = &'static str> {
        tables::of(self).iter().map(|table| table.name)
    }

    /// The queries, in the order of their numbers.
    ///
    /// # Errors
    /// If the files of this crate's sources can't be read.
    pub fn queries(self) -> Result<Vec<Query>> {
        let folder = sources().join("queries").join(self.name());
        let mut queries = Vec::new();
        for entry in fs::read_dir(&folder).map_err(Error::io(&folder))? {
            let path = entry.map_err(Error::io(&folder))?.path();
            if path.extension().is_some_and(|extension| extension == "sql") {
                queries.push(read(&path)?);
            }
        }
        queries.sort_by_cached_key(|query| number(&query.name));
        Ok(queries)
    }
}

fn read(path: &Path) -> Result<Query> {
    let text = fs::read_to_string(path).map_err(Error::io(path))?;
    let name = path.file_stem().unwrap_or_default();
    Ok(Query {
        name: name.to_string_lossy().into_owned(),
        text: text.trim_end().trim_end_matches(';').to_owned(),
    })
}

/// What queries sort by: the number, then the letter.
fn number(name: &str) -> (u32, String) {
    let digits: String = name.chars().filter(char::is_ascii_digit).collect();
    (digits.parse().unwrap_or(u32::MAX), name.to_owned())
}

/// The directory of this crate's sources.
pub(crate) fn sources() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

impl fmt::Display for Benchmark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Benchmark {
    type Err = String;

    fn from_str(name: &str) -> Result<Benchmark, String> {
        let found = Benchmark::ALL.into_iter().find(|b| b.name() == name);
        found.ok_or_else(|| format!("{name} is neither tpch nor tpcds"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_queries_are_there_in_order() {
        let names = |benchmark: Benchmark| -> Vec<String> {
            let queries = benchmark.queries().unwrap();
            queries.into_iter().map(|query| query.name).collect()
        };
        let of_h: Vec<String> = (1..=22).map(|n| format!("q{n}")).collect();
        assert_eq!(names(Benchmark::TpcH), of_h);
        let of_ds = names(Benchmark::TpcDs);
        assert_eq!(of_ds.len(), 103);
        assert_eq!(of_ds[12..16], ["q13", "q14a", "q14b", "q15"]);
    }

    #[test]
    fn texts_end_without_semicolons() {
        for benchmark in Benchmark::ALL {
            for query in benchmark.queries().unwrap() {
                assert!(!query.text.ends_with([';', '\n', ' ']), "{}", query.name);
            }
        }
    }

    #[test]
    fn tables_are_known_by_name() {
        let of_h: Vec<_> = Benchmark::TpcH.tables().collect();
        let names = "customer lineitem nation orders part partsupp region supplier";
        assert_eq!(of_h.join(" "), names);
        assert_eq!(Benchmark::TpcDs.tables().count(), 24);
        assert!(Benchmark::TpcDs.tables().is_sorted());
    }

    #[test]
    fn names_are_read_back() {
        for benchmark in Benchmark::ALL {
            assert_eq!(benchmark.name().parse(), Ok(benchmark));
        }
        assert!("tpcc".parse::<Benchmark>().is_err());
    }
}
