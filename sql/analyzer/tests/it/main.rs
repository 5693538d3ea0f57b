//! The analyzer beside Apache Spark's: what both say of the same statements.
//!
//! The answers were made by `tests/golden/make_schemas.py`.

mod deep;
mod frames;
mod operators;
mod types;

use std::collections::BTreeMap;

use flint_sql_analyzer::{
    Analyzer, Catalog, CatalogTable, CatalogTableKind, Settings, types::Rules,
};
use flint_sql_spec::{DataSourceRead, Ident, LocalRelation, Plan, Result, SqlError, StructType};
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
                hidden: StructType::new([]),
                handle: name.as_str().into(),
            },
        }))
    }

    fn source(&self, _: &DataSourceRead) -> Result<CatalogTable> {
        Err(SqlError::internal("there are no sources here"))
    }

    fn local(&self, _: &LocalRelation) -> Result<CatalogTable> {
        Err(SqlError::internal("there are no rows here"))
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

/// Parameters of messages that hold the same on both sides.
fn parameters<'a>(all: impl Iterator<Item = (&'a str, &'a str)>) -> BTreeMap<String, String> {
    // Spark's own are its classes, its documentation, its column ids and the qualifiers that it
    // shows; its order of proposals follows no distance that we could find.
    let own = [
        "docroot",
        "classCanonicalName",
        "hint",
        "grouping",
        "groupingColumns",
        "mismatchedColumns",
        "proposal",
        "plan",
        "groupByColumns",
        "groupingIdColumn",
        "windowExpr",
        "class",
    ];
    all.filter(|(name, _)| !own.contains(name))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
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
    let all = line["parameters"].as_object().into_iter().flatten();
    let all = parameters(all.map(|(k, v)| (k.as_str(), v.as_str().unwrap_or_default())));
    Err(format!(
        "{} {} {all:?}",
        text("condition"),
        text("sql_state")
    ))
}

/// Statements whose answers differ, with the reason. The list must only get shorter.
const DIFFERENT: &[(&str, &str)] = &[
    (
        "SELECT count(*) FROM t GROUP BY sum(a)",
        "Spark shows the column with its table",
    ),
    (
        "SELECT * FROM u PIVOT (v FOR k IN ('x'))",
        "Spark shows the column with its table",
    ),
    (
        "SELECT explode(arr) + 1 FROM t",
        "Spark shows the whole expression, Flint the generator in it",
    ),
    (
        "SELECT a FROM t WHERE a > ALL (SELECT a FROM u)",
        "the parser stops at the name ALL's argument, Spark's at the parenthesis",
    ),
    (
        "SELECT a FROM t GROUP BY a HAVING sum(c) > 1 ORDER BY sum(d)",
        "Spark does not look for aggregates of ORDER BY below HAVING; the query has a meaning",
    ),
    (
        "SELECT a AS x, x.y FROM t",
        "Spark shows the name of the list, Flint what it stands for",
    ),
    (
        "SELECT TIMESTAMP '2020-01-01 00:00:00', TIMESTAMP '2020-01-01 00:00:00+05:00'",
        "as above: the session's time zone",
    ),
    (
        "SELECT TIMESTAMP '2020-01-01 12:00:00 America/Los_Angeles'",
        "as above: the session's time zone",
    ),
    (
        "SELECT transform(a, x -> x) FROM t",
        "Flint has no type for the lambda's parameter, and refuses the lambda before the array",
    ),
    (
        "SELECT IDENTIFIER(b) FROM t",
        "Spark shows the column with its table",
    ),
    (
        "SELECT a FROM t WHERE sum(a) > 1",
        "Spark shows the column with its table",
    ),
    (
        "FROM u |> WHERE sum(v) > 1",
        "Spark shows the column with its table",
    ),
    (
        "SELECT count(*) FROM t GROUP BY max(a)",
        "Spark shows the column with its table",
    ),
    (
        "SELECT k FROM u GROUP BY k HAVING max(v)",
        "Spark finds out when the query runs",
    ),
    (
        "SELECT k FROM u QUALIFY row_number() OVER (ORDER BY v)",
        "Spark finds out when the query runs",
    ),
    (
        "SELECT sum(v) OVER (ORDER BY k RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM u",
        "types of bounds are not checked against the order yet",
    ),
    (
        "SELECT k, sum(v) AS s FROM u GROUP BY k QUALIFY row_number() OVER (ORDER BY sum(v)) = 1",
        "Spark does not look for aggregates of QUALIFY below the groups; the query has a meaning",
    ),
    (
        "SELECT k, row_number() OVER w AS rn FROM u WINDOW w AS (ORDER BY v) QUALIFY rn < 3",
        "QUALIFY behind WINDOW is not parsed yet",
    ),
    (
        "SELECT a FROM u DISTRIBUTE BY k SORT BY v",
        "behind DISTRIBUTE BY only columns of the list are in sight yet",
    ),
    (
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n, n FROM r) SELECT n FROM r",
        "Spark counts columns later, and then misses the name",
    ),
    (
        "WITH RECURSIVE r(n) AS (SELECT a FROM u UNION ALL SELECT max(n) FROM r) SELECT n FROM r",
        "places of a recursive reference are not checked yet",
    ),
    (
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT u.a FROM u LEFT JOIN r ON u.a = r.n) SELECT n FROM r",
        "places of a recursive reference are not checked yet",
    ),
    (
        "SELECT upper(explode(array(b))) FROM t",
        "Spark shows the whole expression, Flint the generator in it",
    ),
    (
        "SELECT sum(explode(arr)) FROM t",
        "Spark shows the whole expression, Flint the generator in it",
    ),
    (
        "SELECT a FROM t LATERAL VIEW nosuch(arr) q AS x",
        "Spark looks for a function of the catalog, which has none here",
    ),
    (
        "FROM u |> AGGREGATE a GROUP BY k",
        "Spark has a condition of its own for pipes, and shows the column's id",
    ),
];

/// Checks that there are ten statements of each query form, and five errors.
fn enough_of_each(forms: &BTreeMap<String, (usize, usize)>) {
    assert!(forms.len() > 30, "only {} forms", forms.len());
    for (form, &(examples, errors)) in forms {
        assert!(examples >= 10, "only {examples} statements of {form}");
        // The queries of benchmarks are all right.
        let benchmark = form.starts_with("tpc");
        assert!(benchmark || errors >= 5, "only {errors} errors of {form}");
    }
}

#[test]
fn means_what_spark_says() {
    let mut suites: BTreeMap<String, Views> = BTreeMap::new();
    let (mut wrong, mut checked) = (Vec::new(), 0);
    let mut forms: BTreeMap<String, (usize, usize)> = BTreeMap::new();
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
        if line["ansi"] == true {
            let form = line["form"].as_str().expect("a form").to_owned();
            let (examples, errors) = forms.entry(form).or_default();
            *examples += 1;
            *errors += usize::from(expected.is_err());
        }
        let state = |e: &SqlError| match &line["sql_state"] {
            Value::Null => "none".to_owned(),
            _ => e.sql_state().to_owned(),
        };
        let found = answer(views, sql, line["ansi"].as_bool().unwrap()).map_err(|e| {
            let all = parameters(e.parameters());
            format!("{} {} {all:?}", e.condition().name, state(&e))
        });
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
    assert!(checked > 1000, "only {checked} answers");
    enough_of_each(&forms);
    assert!(
        wrong.is_empty(),
        "{} of {checked}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
