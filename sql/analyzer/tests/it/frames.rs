//! What only DataFrames can say: columns that name their frame.

use flint_sql_analyzer::{Analyzer, Settings};
use flint_sql_spec::{
    Attribute, DropNa, Expr, ExprKind, FillNa, Join, JoinCriteria, JoinType, Literal, NamedTable,
    ObjectName, PlanId, Relation, RelationKind, ReplaceNa, Result,
};

use super::views;

pub(super) fn table(name: &str, plan_id: PlanId) -> Relation {
    let kind = RelationKind::NamedTable(NamedTable {
        name: ObjectName::bare(name),
        options: Vec::new(),
        is_streaming: false,
        time_travel: None,
    });
    Relation::from(kind).with_plan_id(plan_id)
}

/// `df["name"]`.
pub(super) fn column_of(plan_id: PlanId, name: &str) -> Expr {
    ExprKind::Attribute(Attribute {
        name: ObjectName::bare(name),
        plan_id: Some(plan_id),
        is_metadata: false,
    })
    .into()
}

fn join(left: &Relation, right: &Relation, on: Expr) -> Relation {
    RelationKind::Join(Join {
        left: left.clone(),
        right: right.clone(),
        join_type: JoinType::Inner,
        criteria: JoinCriteria::On(on),
        pair_of_structs: None,
    })
    .into()
}

pub(super) fn select(input: &Relation, exprs: impl IntoIterator<Item = Expr>) -> Relation {
    RelationKind::Project {
        input: Some(input.clone()),
        exprs: exprs.into_iter().collect(),
    }
    .into()
}

fn filter(input: &Relation, condition: Expr) -> Relation {
    RelationKind::Filter {
        input: input.clone(),
        condition,
    }
    .into()
}

/// Names of the columns, or the condition of the error.
fn names(relation: &Relation) -> Result<Vec<String>, String> {
    let (views, settings) = (views("own"), Settings::default());
    let plan = Analyzer::new(&views, &settings).analyze(relation);
    let plan = plan.map_err(|e| e.condition().name.to_string())?;
    let schema = Analyzer::schema(&plan);
    Ok(schema.fields().iter().map(|f| f.name.to_string()).collect())
}

#[test]
fn columns_of_either_side_of_a_join() {
    let (t, u) = (table("t", 1), table("u", 2));
    let on = Expr::call("==", [column_of(1, "a"), column_of(2, "a")]);
    let joined = join(&t, &u, on);
    let both = select(
        &joined,
        [column_of(2, "a"), column_of(1, "b"), column_of(2, "k")],
    );
    assert_eq!(names(&both).unwrap(), ["a", "b", "k"]);
    let unqualified = select(&joined, [Expr::column(["a"])]);
    assert_eq!(names(&unqualified).unwrap_err(), "AMBIGUOUS_REFERENCE");
}

#[test]
fn a_frame_joined_with_itself_is_ambiguous_and_one_derived_from_it_is_not() {
    let t = table("t", 1);
    let on = Expr::call("==", [column_of(1, "a"), column_of(1, "a")]);
    assert_eq!(
        names(&join(&t, &t, on)).unwrap_err(),
        "AMBIGUOUS_COLUMN_REFERENCE"
    );
    let derived = filter(&t, Expr::call(">", [column_of(1, "a"), Expr::literal(1)]));
    assert_eq!(names(&derived).unwrap().len(), 13);
    let narrowed = select(&t, [column_of(1, "b")]).with_plan_id(3);
    let over = filter(
        &narrowed,
        Expr::call(">", [column_of(1, "a"), Expr::literal(1)]),
    );
    assert_eq!(
        names(&over).unwrap(),
        ["b"],
        "the column below is still known"
    );
}

#[test]
fn a_column_of_another_frame_is_refused() {
    let t = table("t", 1);
    let found = names(&select(&t, [column_of(9, "a")])).unwrap_err();
    assert_eq!(found, "CANNOT_RESOLVE_DATAFRAME_COLUMN");
    assert_eq!(
        names(&select(&t, [column_of(1, "nope")])).unwrap_err(),
        "UNRESOLVED_COLUMN.WITH_SUGGESTION"
    );
}

/// Types and nullability of the columns.
fn types(relation: &Relation) -> Vec<(String, String, bool)> {
    let (views, settings) = (views("own"), Settings::default());
    let plan = Analyzer::new(&views, &settings).analyze(relation);
    let schema = Analyzer::schema(&plan.unwrap_or_else(|e| panic!("{e}")));
    let column = |f: &flint_sql_spec::StructField| {
        let (name, data_type) = (f.name.to_string(), f.data_type.simple_string());
        (name, data_type, f.nullable)
    };
    schema.fields().iter().map(column).collect()
}

#[test]
fn a_value_fills_columns_of_its_kind_alone() {
    let fill = |values: Vec<Literal>, columns: &[&str]| -> Relation {
        RelationKind::FillNa(FillNa {
            input: table("u", 1),
            columns: columns.iter().map(|&c| c.into()).collect(),
            values,
        })
        .into()
    };
    let own = |a, k, v, w| {
        let columns = [
            ("a", "int", a),
            ("k", "string", k),
            ("v", "double", v),
            ("w", "bigint", w),
        ];
        columns.map(|(n, t, null)| (n.to_owned(), t.to_owned(), null))
    };
    let all = types(&fill(vec![Literal::Long(0)], &[]));
    assert_eq!(all, own(false, true, false, false));
    let text = types(&fill(vec![Literal::from("x")], &[]));
    assert_eq!(text, own(true, false, true, true));
    let each = types(&fill(
        vec![Literal::Long(1), Literal::from("x")],
        &["w", "k"],
    ));
    assert_eq!(each, own(true, false, true, false));
    let none = types(&fill(vec![Literal::Boolean(true)], &["w", "k"]));
    assert_eq!(none, own(true, true, true, true));
    assert_eq!(
        names(&fill(vec![Literal::Long(0)], &["nope"])).unwrap_err(),
        "UNRESOLVED_COLUMN.WITH_SUGGESTION"
    );
}

#[test]
fn values_are_replaced_and_rows_left_out_by_name() {
    let replace: Relation = RelationKind::ReplaceNa(ReplaceNa {
        input: table("u", 1),
        columns: Vec::new(),
        replacements: vec![(Literal::Double(flint_sql_spec::Float(1.0)), Literal::NULL)],
    })
    .into();
    assert_eq!(types(&replace).len(), 4);
    assert_eq!(types(&replace)[0], ("a".to_owned(), "int".to_owned(), true));
    let drop: Relation = RelationKind::DropNa(DropNa {
        input: replace,
        columns: vec!["k".into()],
        min_non_nulls: None,
    })
    .into();
    assert_eq!(names(&drop).unwrap(), ["a", "k", "v", "w"]);
}

#[test]
fn partitioning_hints_partition() {
    let found = |hint: &str| {
        let sql = format!("SELECT /*+ {hint} */ a FROM u");
        super::answer(&views("own"), &sql, true).map_err(|e| e.condition().name.to_string())
    };
    for hint in [
        "REPARTITION(3)",
        "REPARTITION(3, a)",
        "REPARTITION(a)",
        "COALESCE(2)",
        "REBALANCE",
        "REBALANCE(2, a)",
        "REPARTITION",
        "REPARTITION_BY_RANGE(3)",
    ] {
        assert_eq!(found(hint).map(|columns| columns.len()), Ok(1), "{hint}");
    }
    let unknown = found("REPARTITION(nope)").unwrap_err();
    assert_eq!(unknown, "UNRESOLVED_COLUMN.WITH_SUGGESTION");
}
