//! `docs/functions.md`: every function of Spark with its state, made of what the session knows and of
//! what its documented examples give. `FLINT_PAGE_WRITE=1` writes it anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use flint_sql::SparkSession;
use serde_json::Value;

const HEAD: &str = "# Functions\n\n\
    Every function of Spark 4.3 and what Flint makes of it. A test writes this page \
    (`FLINT_PAGE_WRITE=1 cargo test -p flint-sql --test it functions_page`) and fails when it is not \
    true; the examples are those of Spark's documentation, held against Spark's own answers.\n";

fn path(name: &str) -> String {
    format!("{}/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn text(name: &str) -> String {
    let path = path(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Functions of packages that neither Spark nor Flint has by itself: their examples are errors.
const UNLOADED: &[&str] = &[
    "from_avro",
    "to_avro",
    "schema_of_avro",
    "from_protobuf",
    "to_protobuf",
];

/// What the documented examples of a function give.
#[derive(Default)]
struct Examples {
    all: usize,
    /// Why some differ.
    differing: BTreeMap<String, usize>,
}

impl Examples {
    fn state(&self, is_known: bool) -> (&'static str, String) {
        let differing: usize = self.differing.values().sum();
        let reasons: Vec<String> = self
            .differing
            .iter()
            .map(|(reason, n)| format!("{n} {reason}"))
            .collect();
        match (is_known, self.all) {
            (false, _) => ("refused", String::new()),
            (true, 0) => ("works", "no example with an answer".to_owned()),
            (true, 1) if differing == 0 => ("works", "1 example".to_owned()),
            (true, all) if differing == 0 => ("works", format!("{all} examples")),
            (true, all) => (
                "differs",
                format!("of {all} examples {}", reasons.join(", ")),
            ),
        }
    }
}

fn examples() -> BTreeMap<String, Examples> {
    let wrong = text("tests/golden/functions_wrong.txt");
    let wrong: BTreeMap<String, &str> = wrong
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(": "))
        .map(|(reason, sql)| (sql.replace("\\n", "\n"), reason))
        .collect();
    let mut examples: BTreeMap<String, Examples> = BTreeMap::new();
    for line in text("tests/golden/functions.jsonl").lines() {
        let example: Value = serde_json::from_str(line).expect("JSON");
        let text = |key: &str| example[key].as_str().expect("text").to_owned();
        let of_function = examples.entry(text("function")).or_default();
        of_function.all += 1;
        if let Some(reason) = wrong.get(&text("sql")) {
            *of_function
                .differing
                .entry((*reason).to_owned())
                .or_default() += 1;
        }
    }
    examples
}

/// The names that the session answers to. Some are grammar, and in no list of functions.
fn known() -> BTreeSet<String> {
    let spark = SparkSession::builder().master("local[1]").create();
    let shown = spark.expect("a session").sql("SHOW SYSTEM FUNCTIONS");
    let rows = shown.collect().expect("rows");
    let mut known: BTreeSet<String> = rows.iter().map(|row| row.get(0).expect("a name")).collect();
    for grammar in ["!=", "<>", "case", "cast", "collate", "range"] {
        known.insert(grammar.to_owned());
    }
    known
}

fn page() -> String {
    let (known, examples) = (known(), examples());
    let (mut works, mut all, mut body) = (0, 0, String::new());
    let none = Examples::default();
    for line in text("tests/golden/function_groups.txt").lines() {
        let Some((group, names)) = line.split_once(": ").filter(|_| !line.starts_with('#')) else {
            continue;
        };
        writeln!(
            body,
            "\n## {group}\n\n| function | state | |\n| --- | --- | --- |"
        )
        .expect("text");
        for name in names.split(' ') {
            let of_function = examples.get(name).unwrap_or(&none);
            let (state, more) = match UNLOADED.contains(&name) {
                true => ("refused", "as in Spark without its package".to_owned()),
                false => of_function.state(known.contains(name)),
            };
            all += 1;
            works += usize::from(state == "works");
            let shown = name.replace('|', "\\|");
            writeln!(body, "| `{shown}` | {state} | {more} |").expect("text");
        }
    }
    format!("{HEAD}\n{works} of {all} work.\n{body}")
}

#[test]
fn the_page_of_functions_is_true() {
    let (file, page) = ("../docs/functions.md", page());
    if std::env::var_os("FLINT_PAGE_WRITE").is_some() {
        std::fs::create_dir_all(path("../docs")).expect("a folder");
        return std::fs::write(path(file), page).expect("the page can be written");
    }
    let kept = text(file);
    let differing = page.lines().zip(kept.lines()).find(|(now, was)| now != was);
    assert!(
        page == kept,
        "docs/functions.md is not true any more, first at {differing:?}; FLINT_PAGE_WRITE=1 writes it"
    );
}
