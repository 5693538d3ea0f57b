//! Names, types, nullability and errors of expressions: what Spark answered to each is in
//! `golden/types_cases.jsonl` and `golden/types_grid.jsonl`, made by `golden/make_types.py`.
//!
//! What is not right yet stands in `golden/types_wrong.txt`, one key a line. The list must be exact:
//! a case that becomes right must leave it. `FLINT_BLESS=1` rewrites it.

mod tree;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use flint_sql_analyzer::naming::column_name;
use flint_sql_analyzer::resolved::{Expr, ExprKind};
use flint_sql_analyzer::types::Rules;
use flint_sql_spec::{DataType, SqlError, StructField};
use serde_json::Value;

use tree::Table;

fn golden(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "golden", name]
        .iter()
        .collect()
}

fn read(name: &str) -> String {
    let path = golden(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The first column that an expression gives: a generator's first, else its own.
fn first_column(expr: &Expr) -> (String, DataType, bool) {
    if let ExprKind::Call(call) = expr.kind() {
        let generates = flint_sql_analyzer::functions::class_of(&call.function)
            == Some(flint_sql_analyzer::functions::Class::Generator);
        if let (true, DataType::Array { element, .. }) = (generates, expr.data_type()) {
            let fields = element.as_struct().expect("a generator gives structs");
            let field: &StructField = &fields[0];
            let outer = call.function.ends_with("_outer");
            let nullable = field.nullable || outer;
            return (field.name.to_string(), field.data_type.clone(), nullable);
        }
    }
    (column_name(expr), expr.data_type().clone(), expr.nullable())
}

/// Errors of whole plans, which single expressions cannot give.
const OF_PLANS: [&str; 2] = [
    "WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE",
    "UNSUPPORTED_GROUPING_EXPRESSION",
];

/// How an answer differs from Spark's, if it does.
fn difference(case: &Value, answer: &Result<Expr, SqlError>) -> Option<String> {
    match (case["error"].as_str(), answer) {
        (None, Ok(expr)) => {
            let (name, data_type, nullable) = first_column(expr);
            let expected = DataType::from_json(&case["json"].to_string()).expect("a type");
            let expected_name = case["name"].as_str().expect("a name");
            let expected_null = case["nullable"].as_bool().expect("nullability");
            if name != expected_name {
                return Some(format!("name {name}, expected {expected_name}"));
            }
            if data_type != expected {
                let (found, wanted) = (data_type.json(), expected.json());
                return Some(format!("type {found}, expected {wanted}"));
            }
            (nullable != expected_null).then(|| format!("nullable {nullable}"))
        }
        (Some(wanted), Ok(_)) if OF_PLANS.contains(&wanted) => None,
        (Some(wanted), Err(error)) => {
            if error.condition().name != wanted {
                return Some(format!(
                    "error {}, expected {wanted}",
                    error.condition().name
                ));
            }
            if Some(error.sql_state()) != case["state"].as_str() {
                return Some(format!("state {}", error.sql_state()));
            }
            let expected = case["parameters"].as_object().expect("parameters");
            expected.iter().find_map(|(name, value)| {
                let found = error.parameter(name);
                (found != value.as_str()).then(|| format!("{name}: {found:?}, expected {value}"))
            })
        }
        (None, Err(error)) => Some(format!(
            "error {} {:?}",
            error.condition().name,
            error.parameters().collect::<Vec<_>>()
        )),
        (Some(wanted), Ok(expr)) => Some(format!("{}, expected {wanted}", expr.data_type())),
    }
}

/// As the grid has answers: the type and `?`, or `!` and the condition.
fn short(answer: &Result<Expr, SqlError>) -> String {
    match answer {
        Ok(expr) => {
            let (_, data_type, nullable) = first_column(expr);
            format!("{data_type}{}", if nullable { "?" } else { "" })
        }
        Err(error) => format!("!{}", error.condition().name),
    }
}

struct Report {
    wrong: BTreeSet<String>,
    right: usize,
    details: Vec<String>,
}

fn replay() -> Report {
    let table = Table::read(&read("types_table.json"));
    let mut report = Report {
        wrong: BTreeSet::new(),
        right: 0,
        details: Vec::new(),
    };
    let mut tell = |key: String, difference: Option<String>| match difference {
        Some(difference) => {
            report.details.push(format!("{key} :: {difference}"));
            report.wrong.insert(key);
        }
        None => report.right += 1,
    };
    for line in read("types_cases.jsonl").lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        let rules = Rules::new(case["ansi"].as_bool().expect("a mode"));
        let answer = table.expression(&case["expr"], &rules);
        let mode = if rules.ansi { "ansi" } else { "legacy" };
        let key = format!("{mode} {}", case["sql"].as_str().expect("SQL"));
        tell(key, difference(&case, &answer));
    }
    for line in read("types_grid.jsonl").lines() {
        let row: Value = serde_json::from_str(line).expect("JSON");
        let rules = Rules::new(row["ansi"].as_bool().expect("a mode"));
        let mode = if rules.ansi { "ansi" } else { "legacy" };
        for (column, expected) in row["results"].as_object().expect("results") {
            let tree = tree::with_column(&row["call"], column);
            let found = short(&table.expression(&tree, &rules));
            let expected = expected.as_str().expect("an answer");
            if OF_PLANS.iter().any(|of_plan| expected.ends_with(of_plan)) {
                continue;
            }
            let key = format!("{mode} grid {} {column}", row["call"]);
            tell(
                key,
                (found != expected).then(|| format!("{found}, expected {expected}")),
            );
        }
    }
    report
}

/// How long the list of what is wrong may be; it only gets shorter.
const MOST_WRONG: usize = 150;

#[test]
fn names_types_and_errors_are_sparks() {
    let report = replay();
    if let Some(path) = std::env::var_os("FLINT_DETAILS") {
        fs::write(path, report.details.join("\n")).expect("a file for details");
    }
    if std::env::var_os("FLINT_BLESS").is_some() {
        let lines: Vec<&str> = report.wrong.iter().map(String::as_str).collect();
        fs::write(golden("types_wrong.txt"), lines.join("\n") + "\n").expect("the list is written");
    }
    let text = read("types_wrong.txt");
    let known: BTreeSet<String> = text.lines().map(str::to_owned).collect();
    let fresh: Vec<_> = report.wrong.difference(&known).take(20).collect();
    let gone: Vec<_> = known.difference(&report.wrong).take(20).collect();
    assert!(known.len() <= MOST_WRONG, "{} are wrong", known.len());
    assert!(report.right > 38_000, "{} cases are right", report.right);
    assert!(fresh.is_empty(), "wrong and not listed: {fresh:#?}");
    assert!(gone.is_empty(), "listed as wrong and right: {gone:#?}");
}
