//! The analyzer beside Apache Spark's: what both say of the same statements.
//!
//! The answers were made by `tests/golden/make_schemas.py`.

mod types;

use std::collections::BTreeMap;

use flint_sql_analyzer::{
    Analyzer, Catalog, CatalogTable, CatalogTableKind, Settings, types::Rules,
};
use flint_sql_spec::{DataSourceRead, Ident, Plan, Result, SqlError, StructType};
use serde_json::Value;

/// Temporary views by name.
struct Views(BTreeMap<String, StructType>);

impl Catalog for Views {
    fn table(&self, name: &[Ident]) -> Result<Option<CatalogTable>> {
        let [name] = name else { return Ok(None) };
        let name = name.to_lowercase();
        Ok(self.0.get(&name).map(|columns| CatalogTable {
            name: vec![name.as_str().into()],
            kind: CatalogTableKind::Table {
                columns: columns.clone(),
                handle: name.as_str().into(),
            },
        }))
    }

    fn source(&self, _: &DataSourceRead) -> Result<CatalogTable> {
        Err(SqlError::internal("there are no sources here"))
    }

    fn search_path(&self) -> Vec<Ident> {
        vec!["spark_catalog".into(), "default".into()]
    }
}

fn golden(name: &str) -> String {
    let path = format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn views(suite: &str) -> Views {
    let tables: Value = serde_json::from_str(&golden("tables.json")).expect("JSON");
    let tables = tables[suite].as_object().expect("tables");
    let parse = |(name, columns): (&String, &Value)| {
        let columns = columns.as_str().expect("text");
        let schema = flint_sql_parser::parse_schema(columns).expect("columns");
        (name.clone(), schema)
    };
    Views(tables.iter().map(parse).collect())
}

/// What the analyzer says: columns, or condition and SQLSTATE.
fn answer(views: &Views, sql: &str, ansi: bool) -> Result<Vec<(String, String, bool)>> {
    let settings = Settings {
        rules: Rules::new(ansi),
        ..Settings::default()
    };
    let Plan::Relation(query) = flint_sql_parser::parse_plan(sql)? else {
        return Err(SqlError::internal("a command"));
    };
    let plan = Analyzer::new(views, &settings).analyze(&query)?;
    let schema = Analyzer::schema(&plan);
    let columns = schema.fields().iter();
    Ok(columns
        .map(|c| (c.name.to_string(), c.data_type.simple_string(), c.nullable))
        .collect())
}

/// What Spark says. Conditions of old have no SQLSTATE there.
fn expected(line: &Value) -> std::result::Result<Vec<(String, String, bool)>, String> {
    if let Some(columns) = line["columns"].as_array() {
        let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
        let column = |c: &Value| (text(&c[0]), text(&c[1]), c[2].as_bool().unwrap_or_default());
        return Ok(columns.iter().map(column).collect());
    }
    let text = |key: &str| line[key].as_str().unwrap_or("none").to_owned();
    Err(format!("{} {}", text("condition"), text("sql_state")))
}

/// Statements whose answers differ, with the reason. The list must only get shorter.
const DIFFERENT: &[(&str, &str)] = &[
    (
        "SELECT DATE '2020-01-01', TIMESTAMP '2020-01-01 00:00:00', X'AB', 1L, 2S, 3Y, 1.5BD, 2.5F, 1e3",
        "the name of a timestamp literal needs the session's time zone, which the analyzer has not yet",
    ),
    (
        "SELECT a FROM t GROUP BY a HAVING sum(c) > 1 ORDER BY sum(d)",
        "Spark does not look for aggregates of ORDER BY below HAVING; the query has a meaning",
    ),
    (
        "SELECT a, (SELECT count(*) FROM u WHERE u.a = t.a AND EXISTS (SELECT 1 FROM n WHERE n.id = t.h)) FROM t",
        "Spark's subqueries see one query around them, ours all",
    ),
    (
        "SELECT nth_value(a, 2) OVER (ORDER BY e), first_value(a) OVER (ORDER BY e), last(a) IGNORE NULLS OVER (ORDER BY e) FROM t",
        "the name of a function over a window hides IGNORE NULLS",
    ),
    (
        "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY c), mode(b) FROM t",
        "the name of percentile_cont leaves out ASC NULLS FIRST",
    ),
    (
        "SELECT TIMESTAMPADD(DAY, 1, f), TIMESTAMPDIFF(HOUR, f, f), date_trunc('MONTH', f), trunc(e, 'YEAR') FROM t",
        "timestampadd and timestampdiff are not there yet",
    ),
    (
        "SELECT array_sort(arr), sort_array(arr), slice(arr, 1, 2), flatten(array(arr)), array_join(array(b), ','), arrays_zip(arr, arr) FROM t",
        "the name of array_sort does not show Spark's comparison",
    ),
];

#[test]
fn means_what_spark_says() {
    let mut suites: BTreeMap<String, Views> = BTreeMap::new();
    let (mut wrong, mut checked) = (Vec::new(), 0);
    for line in golden("schemas.jsonl").lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        let (kind, sql) = (
            line["kind"].as_str().unwrap(),
            line["sql"].as_str().unwrap(),
        );
        let suite = match kind.split_once('/') {
            Some((suite, _)) => suite,
            None => "own",
        };
        let views = suites
            .entry(suite.to_owned())
            .or_insert_with(|| views(suite));
        let expected = expected(&line);
        let state = |e: &SqlError| match &line["sql_state"] {
            Value::Null => "none".to_owned(),
            _ => e.sql_state().to_owned(),
        };
        let found = answer(views, sql, line["ansi"].as_bool().unwrap())
            .map_err(|e| format!("{} {}", e.condition().name, state(&e)));
        let known = DIFFERENT
            .iter()
            .any(|(statement, _)| *statement == sql || *statement == kind);
        checked += 1;
        if (found != expected) != known {
            wrong.push(format!(
                "{kind} (ANSI {}): {}\n  Spark: {expected:?}\n  Flint: {found:?}",
                line["ansi"],
                if kind == "statement" { sql } else { "" }
            ));
        }
    }
    assert!(checked > 400, "only {checked} answers");
    assert!(
        wrong.is_empty(),
        "{} of {checked}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
