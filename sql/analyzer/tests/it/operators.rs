//! What Spark says of DataFrames that SQL text cannot write.
//!
//! The answers were made by `tests/golden/make_frames.py`, which has the same names.

use std::cell::RefCell;
use std::collections::BTreeMap;

use flint_sql_analyzer::resolved::{Plan, PlanKind};
use flint_sql_analyzer::{Analyzer, Catalog, CatalogTable, Settings};
use flint_sql_spec::{
    Aggregate, AsOfDirection, AsOfJoin, DataSourceRead, DataType, Expr, ExprKind, Float, FreqItems,
    FunctionCall, GroupKind, Hint, Ident, JoinCriteria, JoinType, Literal, LocalRelation,
    ObjectName, Relation, RelationKind, Result, Sample, SampleBy, SqlError, SqlQuery,
    SubqueryAlias, WindowExpr, WindowRef, WindowSpec,
};
use serde_json::Value;

use super::frames::{column_of, select, table};
use super::{Views, golden, views};

/// Views, and rows that plans give when they are run during the analysis.
struct Running {
    views: Views,
    rows: Vec<Vec<Literal>>,
    ran: RefCell<Vec<Plan>>,
}

impl Catalog for Running {
    fn table(&self, name: &[Ident]) -> Result<Option<CatalogTable>> {
        self.views.table(name)
    }

    fn source(&self, read: &DataSourceRead) -> Result<CatalogTable> {
        self.views.source(read)
    }

    fn local(&self, rows: &LocalRelation) -> Result<CatalogTable> {
        self.views.local(rows)
    }

    fn search_path(&self) -> Vec<Ident> {
        self.views.search_path()
    }

    fn eager(&self, plan: &Plan) -> Result<Vec<Vec<Literal>>> {
        self.ran.borrow_mut().push(plan.clone());
        Ok(self.rows.clone())
    }
}

fn running(rows: Vec<Vec<Literal>>) -> Running {
    Running {
        views: views("own"),
        rows,
        ran: RefCell::default(),
    }
}

fn schema(catalog: &Running, relation: &Relation) -> Result<Vec<(String, String, bool)>> {
    let settings = Settings::default();
    let plan = Analyzer::new(catalog, &settings).analyze(relation)?;
    let schema = Analyzer::schema(&plan);
    let column = |f: &flint_sql_spec::StructField| {
        (f.name.to_string(), f.data_type.simple_string(), f.nullable)
    };
    Ok(schema.fields().iter().map(column).collect())
}

fn t() -> Relation {
    table("t", 1)
}

fn u() -> Relation {
    table("u", 2)
}

fn n() -> Relation {
    table("n", 3)
}

fn c(name: &str) -> Expr {
    Expr::column([name])
}

fn idents(names: &[&str]) -> Vec<Ident> {
    names.iter().map(|&name| name.into()).collect()
}

fn to(input: Relation, schema: &str) -> Relation {
    let schema = DataType::Unparsed(schema.into());
    RelationKind::ToSchema { input, schema }.into()
}

fn summary(input: Relation, statistics: &[&str]) -> Relation {
    let statistics = idents(statistics);
    RelationKind::Summary { input, statistics }.into()
}

fn describe(columns: &[&str]) -> Relation {
    let columns = idents(columns);
    RelationKind::Describe {
        input: u(),
        columns,
    }
    .into()
}

fn crosstab(first: &str, second: &str) -> Relation {
    RelationKind::Crosstab {
        input: u(),
        first: first.into(),
        second: second.into(),
    }
    .into()
}

fn freq_items(columns: &[&str]) -> Relation {
    RelationKind::FreqItems(FreqItems {
        input: u(),
        columns: idents(columns),
        support: None,
    })
    .into()
}

fn pivot(values: &[&str], aggregates: Vec<Expr>) -> Relation {
    RelationKind::Aggregate(Aggregate {
        input: u(),
        group: GroupKind::Pivot {
            column: c("k"),
            values: values.iter().map(|&value| Expr::literal(value)).collect(),
        },
        grouping: vec![c("a")],
        aggregates,
        lists_output: false,
    })
    .into()
}

fn transpose(input: Relation, index: Vec<Expr>) -> Relation {
    RelationKind::Transpose { input, index }.into()
}

fn zip(left: Relation, right: Relation) -> Relation {
    RelationKind::Zip { left, right }.into()
}

fn as_of(join_type: JoinType, direction: AsOfDirection, tolerance: Option<i32>) -> Relation {
    RelationKind::AsOfJoin(AsOfJoin {
        left: u(),
        right: n(),
        left_as_of: column_of(2, "a"),
        right_as_of: column_of(3, "id"),
        criteria: JoinCriteria::None,
        join_type,
        tolerance: tolerance.map(Expr::literal),
        allow_exact_matches: true,
        direction,
    })
    .into()
}

fn observe(name: &str, metrics: Vec<Expr>) -> Relation {
    RelationKind::CollectMetrics {
        input: u(),
        name: name.into(),
        metrics,
    }
    .into()
}

/// `withField`.
fn set(structure: Expr, field: &str, value: Expr) -> Expr {
    ExprKind::UpdateFields {
        structure,
        field: field.into(),
        value: Some(value),
    }
    .into()
}

/// `dropFields`.
fn unset(structure: Expr, fields: &[&str]) -> Expr {
    fields.iter().fold(structure, |structure, field| {
        ExprKind::UpdateFields {
            structure,
            field: (*field).into(),
            value: None,
        }
        .into()
    })
}

/// `expr(text)`.
fn text(text: &str) -> Expr {
    ExprKind::ExpressionString(text.into()).into()
}

fn grouped(input: Relation, grouping: Vec<Expr>, aggregates: Vec<Expr>) -> Relation {
    RelationKind::Aggregate(Aggregate {
        input,
        group: GroupKind::GroupBy,
        grouping,
        aggregates,
        lists_output: false,
    })
    .into()
}

fn watermark(event_time: &str, delay: &str) -> Relation {
    RelationKind::WithWatermark {
        input: t(),
        event_time: event_time.into(),
        delay: delay.into(),
    }
    .into()
}

fn distinct_of(arg: Expr) -> Expr {
    let mut call = FunctionCall::new(ObjectName::bare("count"), [arg]);
    call.distinct = true;
    ExprKind::Function(call).into()
}

fn plus_one(expr: Expr) -> Expr {
    Expr::call("+", [expr, Expr::literal(1)])
}

fn distinct(name: &str, column: &str) -> Expr {
    let mut call = FunctionCall::new(ObjectName::bare(name), [c(column)]);
    call.distinct = true;
    ExprKind::Function(call).into()
}

fn row_number() -> Expr {
    let order = flint_sql_spec::SortOrder {
        expr: c("a"),
        direction: flint_sql_spec::Direction::Ascending,
        nulls: flint_sql_spec::NullOrder::Default,
    };
    ExprKind::Window(WindowExpr {
        function: Expr::call("row_number", []),
        window: WindowRef::Spec(WindowSpec {
            order_by: vec![order],
            ..WindowSpec::default()
        }),
    })
    .into()
}

fn frames() -> BTreeMap<&'static str, Relation> {
    let sum = || Expr::call("sum", [c("v")]);
    let max = Expr::call("max", [c("w")]).alias("m");
    let two_names = select(&t(), [c("a"), c("b").alias("A")]);
    let sampled = RelationKind::SampleBy(SampleBy {
        input: u(),
        column: c("k"),
        fractions: vec![(Literal::from("x"), Float(0.5))],
        seed: Some(3),
    });
    let filtered = RelationKind::Filter {
        input: u(),
        condition: Expr::call(">", [c("a"), Expr::literal(1)]),
    };
    BTreeMap::from([
        ("to: order and types", to(u(), "w bigint, a string")),
        ("to: missing", to(u(), "w int, new date")),
        ("to: missing and needed", to(u(), "nope int not null")),
        ("to: nullable", to(u(), "w int not null")),
        ("to: wrong type", to(u(), "k int")),
        (
            "to: nested",
            to(
                t(),
                "s struct<y: string, x: bigint, z: date>, arr array<bigint>",
            ),
        ),
        (
            "to: nested and needed",
            to(t(), "s struct<q: string not null>"),
        ),
        ("to: map", to(t(), "m map<string, bigint>")),
        (
            "to: times and decimals",
            to(t(), "e timestamp, f date, d decimal(5, 1)"),
        ),
        ("to: boolean", to(t(), "g int")),
        ("to: ambiguous", to(two_names, "a int")),
        (
            "withField",
            select(&t(), [set(c("s"), "X", Expr::literal("new"))]),
        ),
        (
            "withField: added",
            select(
                &t(),
                [set(set(c("s"), "z", Expr::literal(1)), "`a.b`", c("a"))],
            ),
        ),
        (
            "withField: nested",
            select(
                &t(),
                [unset(
                    set(Expr::call("struct", [c("s")]), "s.y", Expr::literal(1)),
                    &["s.x"],
                )],
            ),
        ),
        (
            "withField: no struct",
            select(&t(), [set(c("s"), "x.y", Expr::literal(1))]),
        ),
        (
            "withField: no field",
            select(&t(), [set(c("s"), "q.y", Expr::literal(1))]),
        ),
        ("dropFields", select(&t(), [unset(c("s"), &["x", "nope"])])),
        (
            "dropFields: all",
            select(&t(), [unset(c("s"), &["x", "y"])]),
        ),
        ("expr: star", select(&u(), [text("*"), text("a AS b")])),
        (
            "expr: star in functions",
            grouped(
                u(),
                Vec::new(),
                vec![Expr::call("count", [text("*")]), distinct_of(text("*"))],
            ),
        ),
        (
            "expr: names in a struct",
            select(
                &u(),
                [Expr::call("struct", [text("a AS b"), c("k")]).alias("s")],
            ),
        ),
        (
            "expr: generator",
            select(&t(), [text("explode(arr) AS item"), text("a")]),
        ),
        (
            "groupBy: field",
            grouped(
                t(),
                vec![Expr::column(["s", "x"])],
                vec![Expr::call("max", [Expr::column(["s", "y"])]).alias("m")],
            ),
        ),
        (
            "pivot: fields",
            RelationKind::Aggregate(Aggregate {
                input: t(),
                group: GroupKind::Pivot {
                    column: Expr::column(["s", "y"]),
                    values: vec![Expr::literal("p")],
                },
                grouping: vec![Expr::column(["s", "x"])],
                aggregates: vec![Expr::call("sum", [c("a")])],
                lists_output: false,
            })
            .into(),
        ),
        (
            "mode: deterministic",
            grouped(
                u(),
                Vec::new(),
                vec![
                    Expr::call("mode", [c("a"), Expr::literal(true)]),
                    Expr::call("mode", [c("a"), Expr::literal(false)]),
                ],
            ),
        ),
        (
            "product",
            grouped(u(), Vec::new(), vec![Expr::call("product", [c("a")])]),
        ),
        (
            "current_database",
            select(&u(), [Expr::call("current_database", [])]),
        ),
        ("withWatermark", watermark("f", "10 minutes")),
        (
            "withWatermark: nothing of it is asked",
            watermark("nope", "1 month"),
        ),
        ("withWatermark: field", watermark("s.x", "1 minute")),
        ("withWatermark: no interval", watermark("f", "x minutes")),
        (
            "randomSplit",
            RelationKind::Sample(Sample {
                input: t(),
                lower: Float(0.0),
                upper: Float(1.0 / 3.0),
                with_replacement: false,
                seed: Some(3),
                deterministic_order: true,
            })
            .into(),
        ),
        ("summary", summary(u(), &[])),
        (
            "summary: chosen",
            summary(u(), &["count_distinct", "approx_count_distinct", "5%"]),
        ),
        ("summary: unknown", summary(u(), &["nope"])),
        ("summary: no percentile", summary(u(), &["x%"])),
        (
            "summary: nothing to describe",
            summary(select(&t(), [c("arr")]), &[]),
        ),
        ("describe", describe(&["v", "k"])),
        ("describe: unknown", describe(&["nope"])),
        ("crosstab", crosstab("a", "k")),
        ("crosstab: unknown", crosstab("a", "nope")),
        ("freqItems", freq_items(&["a", "k"])),
        ("freqItems: unknown", freq_items(&["nope"])),
        ("sampleBy", sampled.into()),
        ("pivot: no values", pivot(&[], vec![sum()])),
        ("pivot: values", pivot(&["x", "y"], vec![sum()])),
        ("pivot: two", pivot(&["x"], vec![sum(), max])),
        (
            "transpose",
            transpose(select(&u(), [c("a"), c("w")]), Vec::new()),
        ),
        ("transpose: types", transpose(u(), Vec::new())),
        (
            "transpose: no column",
            transpose(u(), vec![plus_one(c("a"))]),
        ),
        (
            "zip",
            zip(
                select(&u(), [c("a")]),
                select(&u(), [c("v"), plus_one(c("w")).alias("x")]),
            ),
        ),
        ("zip: other rows", zip(u(), n())),
        ("zip: filtered", zip(u(), filtered.into())),
        (
            "asOf",
            as_of(JoinType::Inner, AsOfDirection::Backward, None),
        ),
        (
            "asOf: left, nearest",
            as_of(JoinType::LeftOuter, AsOfDirection::Nearest, Some(1)),
        ),
        (
            "asOf: negative",
            as_of(JoinType::Inner, AsOfDirection::Backward, Some(-1)),
        ),
        (
            "observe",
            observe(
                "o",
                vec![
                    Expr::call("count", [c("a")]).alias("n"),
                    plus_one(sum()).alias("s"),
                ],
            ),
        ),
        (
            "observe: random",
            observe(
                "o",
                vec![Expr::call("sum", [Expr::call("rand", [Expr::literal(1)])]).alias("s")],
            ),
        ),
        (
            "observe: distinct",
            observe("o", vec![distinct("count", "a")]),
        ),
        ("observe: column", observe("o", vec![c("a")])),
        ("observe: window", observe("o", vec![row_number()])),
        (
            "observe: no name",
            observe("", vec![Expr::call("count", [c("a")])]),
        ),
    ])
}

#[test]
fn frames_mean_what_spark_says() {
    let mut frames = frames();
    let mut wrong = Vec::new();
    for line in golden("frames.jsonl").lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        let name = line["name"].as_str().expect("a name");
        let frame = frames
            .remove(name)
            .unwrap_or_else(|| panic!("no frame {name}"));
        let expected = match super::expected(&line) {
            Ok(columns) => Ok(columns),
            Err(_) => Err(line["condition"].as_str().expect("a condition").to_owned()),
        };
        let found = schema(&running(Vec::new()), &frame);
        let found = found.map_err(|e| e.condition().name.to_string());
        if found != expected {
            wrong.push(format!("{name}\n  Spark: {expected:?}\n  Flint: {found:?}"));
        }
    }
    assert!(frames.is_empty(), "without an answer: {:?}", frames.keys());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_pivot_without_values_has_those_that_a_run_gives() {
    let rows = vec![vec![Literal::Null(DataType::STRING)], vec!["x".into()]];
    let catalog = running(rows);
    let sum = Expr::call("sum", [c("v")]);
    let columns = schema(&catalog, &pivot(&[], vec![sum.clone()])).unwrap();
    let names: Vec<&str> = columns.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["a", "null", "x"]);
    let ran = catalog.ran.take();
    let [plan] = ran.as_slice() else {
        panic!("one run, not {}", ran.len());
    };
    assert!(matches!(plan.kind(), PlanKind::Sort { .. }));

    let settings = Settings {
        pivot_max_values: 1,
        ..Settings::default()
    };
    let refused = Analyzer::new(&catalog, &settings).analyze(&pivot(&[], vec![sum]));
    let refused: SqlError = refused.unwrap_err();
    assert_eq!(refused.condition().name, "_LEGACY_ERROR_TEMP_1324");
}

#[test]
fn a_crosstab_counts_pairs_and_fills_what_is_missing() {
    let catalog = running(vec![vec!["null".into()], vec!["y".into()]]);
    let columns = schema(&catalog, &crosstab("a", "k")).unwrap();
    let count = |name: &str| (name.to_owned(), "bigint".to_owned(), false);
    assert_eq!(columns[0], ("a_k".to_owned(), "string".to_owned(), true));
    assert_eq!(columns[1..], [count("null"), count("y")]);
}

#[test]
fn a_transposition_is_an_inline_table_of_the_rows_that_a_run_gives() {
    let rows = vec![
        vec!["b".into(), Literal::NULL, Literal::from(5.5)],
        vec!["x".into(), Literal::from(1.0), Literal::from(2.5)],
    ];
    let catalog = running(rows);
    let input = select(&u(), [c("k"), c("a"), c("v")]);
    let settings = Settings::default();
    let plan = Analyzer::new(&catalog, &settings)
        .analyze(&transpose(input, Vec::new()))
        .unwrap();
    let ddl = Analyzer::schema(&plan).ddl();
    assert_eq!(ddl, "key STRING NOT NULL,b DOUBLE,x DOUBLE");
    let PlanKind::Values(rows) = plan.kind() else {
        panic!("{plan:?}");
    };
    let literal = |row: &[flint_sql_analyzer::resolved::Expr]| -> Vec<Literal> {
        row.iter()
            .map(|e| e.as_literal().unwrap().clone())
            .collect()
    };
    let null = Literal::Null(DataType::Double);
    assert_eq!(literal(&rows[0]), ["a".into(), null, Literal::from(1.0)]);
    assert_eq!(
        literal(&rows[1]),
        ["v".into(), Literal::from(5.5), Literal::from(2.5)]
    );
}

/// Names of the columns of SQL text with arguments, or the condition of the error.
fn names_of(text: &str, named: &[(&str, Literal)], positional: &[Literal]) -> Vec<String> {
    let named = named
        .iter()
        .map(|(name, value)| ((*name).into(), Expr::literal(value.clone())));
    let query = RelationKind::Sql(flint_sql_spec::SqlQuery {
        text: text.into(),
        named: named.collect(),
        positional: positional.iter().cloned().map(Expr::literal).collect(),
    });
    match schema(&running(Vec::new()), &query.into()) {
        Ok(columns) => columns.into_iter().map(|(name, ..)| name).collect(),
        Err(error) => vec![error.condition().name.to_string()],
    }
}

#[test]
fn text_takes_arguments_by_name_or_by_position() {
    let both = [("x", Literal::Integer(1)), ("y", "a".into())];
    assert_eq!(names_of("SELECT :x + 1, :y", &both, &[]), ["(1 + 1)", "a"]);
    let table = [("x", "t".into())];
    assert_eq!(names_of("SELECT a FROM IDENTIFIER(:x)", &table, &[]), ["a"]);
    let two = [Literal::from(1.5), "b".into()];
    assert_eq!(
        names_of("SELECT ? + 1, '?', ?", &[], &two),
        ["(1.5 + 1)", "?", "b"]
    );
    let unbound = ["UNBOUND_SQL_PARAMETER"];
    assert_eq!(names_of("SELECT :z", &both, &[]), unbound);
    assert_eq!(names_of("SELECT ?, ?, ?", &[], &two), unbound);
    let mixed = ["INVALID_QUERY_MIXED_QUERY_PARAMETERS"];
    assert_eq!(names_of("SELECT ?, :x", &[], &two), mixed);
}

#[test]
fn fields_of_a_struct_are_named_by_aliases() {
    let name = |text: &str| {
        let columns = schema(&running(Vec::new()), &sql(text)).unwrap();
        (columns[0].0.clone(), columns[0].1.clone())
    };
    let named = |name: &str, data_type: &str| (name.to_owned(), data_type.to_owned());
    assert_eq!(
        name("SELECT struct(1 AS p, 'q' AS r)"),
        named("struct(1 AS p, q AS r)", "struct<p:int,r:string>")
    );
    assert_eq!(
        name("SELECT struct(a AS x, b) FROM t"),
        named("struct(a AS x, b)", "struct<x:int,b:string>")
    );
}

fn sql(text: &str) -> Relation {
    flint_sql_parser::parse_query(text).expect("a query")
}

#[test]
fn statistics_of_two_columns_are_one_row() {
    let pair = |kind: RelationKind| schema(&running(Vec::new()), &kind.into());
    let cov = |first: &str| {
        pair(RelationKind::Cov {
            input: u(),
            first: first.into(),
            second: "v".into(),
        })
    };
    let double = |name: &str| vec![(name.to_owned(), "double".to_owned(), false)];
    assert_eq!(cov("a").unwrap(), double("cov"));
    assert_eq!(cov("k").unwrap_err().condition().name, "REQUIREMENT_FAILED");
    let corr = pair(RelationKind::Corr {
        input: u(),
        first: "a".into(),
        second: "w".into(),
        method: None,
    });
    assert_eq!(corr.unwrap(), double("corr"));
    let quantiles = pair(RelationKind::ApproxQuantile(
        flint_sql_spec::ApproxQuantile {
            input: u(),
            columns: idents(&["a", "v"]),
            probabilities: vec![Float(0.5)],
            relative_error: Float(0.0),
        },
    ));
    let (name, data_type, _) = &quantiles.unwrap()[0];
    assert_eq!(
        (&**name, &**data_type),
        ("approx_quantile", "array<array<double>>")
    );
}

#[test]
fn sql_text_mentions_the_views_that_come_with_it() {
    let view = |name: &str, input: Relation| -> Relation {
        RelationKind::SubqueryAlias(SubqueryAlias {
            input,
            alias: name.into(),
            qualifier: Vec::new(),
            columns: Vec::new(),
        })
        .into()
    };
    let with = |references| -> Relation {
        let query = SqlQuery {
            text: "SELECT k FROM given WHERE a > :least".into(),
            named: vec![("least".into(), Expr::literal(1))],
            positional: Vec::new(),
        };
        RelationKind::WithRelations {
            root: RelationKind::Sql(query).into(),
            references,
        }
        .into()
    };
    let found = schema(&running(Vec::new()), &with(vec![view("given", u())])).unwrap();
    assert_eq!(found[0].0, "k");
    let other = schema(&running(Vec::new()), &with(vec![view("other", u())]));
    let condition = other.unwrap_err().condition().name.to_string();
    assert_eq!(condition, "TABLE_OR_VIEW_NOT_FOUND");
}

#[test]
fn hints_name_columns_by_strings_too() {
    let hint = |parameters| -> Relation {
        RelationKind::Hint(Hint {
            input: u(),
            name: "repartition".into(),
            parameters,
        })
        .into()
    };
    let columns = |parameters| schema(&running(Vec::new()), &hint(parameters));
    let by_column = columns(vec![Expr::literal(3), c("a")]).unwrap();
    let by_string = columns(vec![Expr::literal(3), Expr::literal("a")]).unwrap();
    assert_eq!(by_column, by_string);
    let wrong = columns(vec![Expr::literal(3), Expr::literal(1.5)]).unwrap_err();
    assert_eq!(wrong.condition().name, "_LEGACY_ERROR_TEMP_1047");
}
