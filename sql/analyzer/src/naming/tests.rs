//! Names that the golden files do not have: windows, lambdas, subqueries. All are Spark's.

use flint_sql_spec::{CastMode, DataType, FrameUnit, Origin};

use super::column_name;
use crate::functions::{self, Modifiers};
use crate::resolved::{
    Attribute, Bound, ColumnId, Expr, ExprKind, Frame, Plan, PlanKind, SortKey, Subquery,
    SubqueryKind, Window,
};
use crate::types::Rules;

fn column(name: &str) -> Expr {
    Expr::column(&attribute(name, DataType::Integer))
}

fn attribute(name: &str, data_type: DataType) -> Attribute {
    Attribute {
        id: ColumnId(0),
        name: name.into(),
        data_type,
        nullable: false,
        metadata: None,
    }
}

fn call_with(name: &str, args: Vec<Expr>, modifiers: Modifiers) -> Expr {
    functions::bind(name, args, modifiers, &Rules::default(), &Origin::Unknown).expect("a call")
}

fn call(name: &str, args: impl IntoIterator<Item = Expr>) -> Expr {
    call_with(name, args.into_iter().collect(), Modifiers::default())
}

fn ascending(name: &str) -> SortKey {
    SortKey {
        expr: column(name),
        descending: false,
        nulls_first: true,
    }
}

fn over(function: Expr, partition_by: &[&str], frame: Option<Frame>) -> Expr {
    let (data_type, nullable) = (function.data_type().clone(), function.nullable());
    let window = Window {
        function,
        partition_by: partition_by.iter().map(|name| column(name)).collect(),
        order_by: vec![ascending("b")],
        frame: frame.expect("a frame"),
    };
    Expr::new(ExprKind::Window(window), data_type, nullable)
}

fn ignoring_nulls() -> Modifiers {
    Modifiers {
        ignore_nulls: Some(true),
        ..Modifiers::default()
    }
}

#[test]
fn windows() {
    let row_number = over(
        call("row_number", []),
        &["a"],
        functions::window_frame("row_number"),
    );
    assert_eq!(
        column_name(&row_number),
        "row_number() OVER (PARTITION BY a ORDER BY b ASC NULLS FIRST ROWS BETWEEN UNBOUNDED \
         PRECEDING AND CURRENT ROW)"
    );
    let rank = over(
        call("rank", [column("b")]),
        &[],
        functions::window_frame("rank"),
    );
    assert!(column_name(&rank).starts_with("RANK() OVER (ORDER BY b"));
    let lag = call(
        "lag",
        [
            column("b"),
            Expr::literal(2.into()),
            Expr::literal(0.into()),
        ],
    );
    assert_eq!(
        column_name(&over(lag, &[], Some(functions::offset_frame("lag", 2)))),
        "lag(b, 2, 0) OVER (ORDER BY b ASC NULLS FIRST ROWS BETWEEN -2 FOLLOWING AND -2 FOLLOWING)"
    );
    let frame = Frame {
        unit: FrameUnit::Range,
        lower: Bound::Preceding(Expr::literal(1.into())),
        upper: Bound::CurrentRow,
    };
    assert_eq!(
        column_name(&over(call("sum", [column("b")]), &["a", "b"], Some(frame))),
        "sum(b) OVER (PARTITION BY a, b ORDER BY b ASC NULLS FIRST RANGE BETWEEN 1 PRECEDING AND \
         CURRENT ROW)"
    );
}

#[test]
fn nulls_that_are_ignored() {
    let args = || vec![column("b"), Expr::literal(2.into())];
    let nth = call_with("nth_value", args(), ignoring_nulls());
    assert_eq!(column_name(&nth), "nth_value(b, 2) ignore nulls");
    let lag = call_with("lag", vec![column("b")], ignoring_nulls());
    assert_eq!(column_name(&lag), "lag(b, 1, NULL)");
    let first = call_with("first_value", vec![column("b")], ignoring_nulls());
    assert_eq!(column_name(&first), "first(b)");
}

#[test]
fn aggregates() {
    let condition = call(">", [column("a"), Expr::literal(1.into())]);
    let filtered = Modifiers {
        distinct: true,
        filter: Some(condition),
        ..Modifiers::default()
    };
    let sum = call_with("sum", vec![column("a")], filtered);
    assert_eq!(column_name(&sum), "sum(DISTINCT a) FILTER (WHERE (a > 1))");
    let within = Modifiers {
        order: vec![ascending("a")],
        ..Modifiers::default()
    };
    let percentile = call_with("percentile_cont", vec![Expr::literal(0.5.into())], within);
    assert_eq!(
        column_name(&percentile),
        "percentile_cont(0.5) WITHIN GROUP (ORDER BY a)"
    );
}

#[test]
fn lambdas() {
    let array = DataType::array(DataType::Integer);
    let values = Expr::column(&attribute("ar", array));
    let types = functions::lambda_parameters("transform", &[&values], 1, 0).expect("a lambda");
    assert_eq!(types, [(DataType::Integer, true)]);
    let parameter = attribute("x", DataType::Integer);
    let x = Expr::new(
        ExprKind::Variable(parameter.clone()),
        DataType::Integer,
        true,
    );
    let body = call("+", [x, Expr::literal(1.into())]);
    let lambda = ExprKind::Lambda {
        parameters: vec![parameter],
        body,
    };
    let lambda = Expr::new(lambda, DataType::Integer, true);
    assert_eq!(
        column_name(&call("transform", [values, lambda])),
        "transform(ar, lambdafunction((namedlambdavariable() + 1), namedlambdavariable()))"
    );
}

#[test]
fn subqueries() {
    let query = |kind| {
        let plan = Plan::new(PlanKind::OneRow, Vec::new());
        let kind = ExprKind::Subquery(Subquery {
            kind,
            plan,
            outer: Vec::new(),
        });
        Expr::new(kind, DataType::Boolean, false)
    };
    assert_eq!(
        column_name(&query(SubqueryKind::Scalar)),
        "scalarsubquery()"
    );
    assert_eq!(column_name(&query(SubqueryKind::Exists)), "exists()");
    let one = query(SubqueryKind::In(vec![column("a")]));
    assert_eq!(column_name(&one), "(a IN (listquery()))");
    let two = query(SubqueryKind::In(vec![column("a"), column("b")]));
    assert_eq!(
        column_name(&two),
        "(named_struct('a', a, 'b', b) IN (listquery()))"
    );
}

#[test]
fn only_a_cast_right_over_a_column_keeps_its_name() {
    let rules = Rules::default();
    let cast = |expr, to: &DataType| {
        functions::cast(expr, to, CastMode::Session, &rules, &Origin::Unknown).expect("a cast")
    };
    let once = cast(column("a"), &DataType::Long);
    assert_eq!(column_name(&once), "a");
    assert_eq!(
        column_name(&cast(once, &DataType::STRING)),
        "CAST(CAST(a AS BIGINT) AS STRING)"
    );
}
