//! [`CompareStringViews`]: filters look at strings as the scan has them.
//!
//! Scans may give strings as views (Arrow's `Utf8View`), which a cast above the scan turns into the
//! plain strings of the rest of the plan. A filter that was pushed below that cast has taken it
//! along, and would copy every string before it is compared. Views compare and match as plain
//! strings do, byte by byte, so the cast goes: `CAST(c AS Utf8) = 'x'` is `c = 'x'`, and likewise for
//! lists, patterns and tests for null.

use arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr::{InList, Like};
use datafusion::logical_expr::{
    BinaryExpr, Cast, Expr, ExprSchemable, Filter, LogicalPlan, Operator,
};
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};
use datafusion::scalar::ScalarValue;

/// Takes casts from views to strings out of comparisons in filters.
#[derive(Debug)]
pub(super) struct CompareStringViews;

impl OptimizerRule for CompareStringViews {
    fn name(&self) -> &str {
        "compare_string_views"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::TopDown)
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        _: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        match plan {
            LogicalPlan::Filter(filter) => {
                let schema = filter.input.schema();
                let seen = filter
                    .predicate
                    .transform_up(|expr| compared_as_views(expr, schema))?;
                let (input, changed) = (filter.input, seen.transformed);
                let filter = LogicalPlan::Filter(Filter::try_new(seen.data, input)?);
                Ok(Transformed::new_transformed(filter, changed))
            }
            LogicalPlan::TableScan(mut scan) => {
                let schema = DFSchema::try_from_qualified_schema(
                    scan.table_name.clone(),
                    &scan.source.schema(),
                )?;
                let mut changed = false;
                let mut filters = Vec::with_capacity(scan.filters.len());
                for filter in std::mem::take(&mut scan.filters) {
                    let seen = filter.transform_up(|expr| compared_as_views(expr, &schema))?;
                    changed |= seen.transformed;
                    filters.push(seen.data);
                }
                scan.filters = filters;
                let scan = LogicalPlan::TableScan(scan);
                Ok(Transformed::new_transformed(scan, changed))
            }
            other => Ok(Transformed::no(other)),
        }
    }
}

/// The same test without casts of views, if it has any that may go.
pub(super) fn compared_as_views(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let is_cast = |expr: &Expr| cast_view(expr, schema).is_some();
    let view = |expr: &Expr| cast_view(expr, schema).or_else(|| view_literal(expr));
    let found = match &expr {
        Expr::BinaryExpr(BinaryExpr { left, op, right })
            if compares(*op) && (is_cast(left) || is_cast(right)) =>
        {
            let sides = view(left).zip(view(right));
            sides.map(|(left, right)| {
                Expr::BinaryExpr(BinaryExpr::new(Box::new(left), *op, Box::new(right)))
            })
        }
        Expr::InList(list) if is_cast(&list.expr) => {
            let items: Option<Vec<Expr>> = list.list.iter().map(view).collect();
            view(&list.expr).zip(items).map(|(value, items)| {
                Expr::InList(InList::new(Box::new(value), items, list.negated))
            })
        }
        Expr::Like(like) if is_cast(&like.expr) => {
            let sides = view(&like.expr).zip(view(&like.pattern));
            sides.map(|(value, pattern)| {
                Expr::Like(Like {
                    expr: Box::new(value),
                    pattern: Box::new(pattern),
                    ..like.clone()
                })
            })
        }
        Expr::IsNull(value) => cast_view(value, schema).map(|c| Expr::IsNull(Box::new(c))),
        Expr::IsNotNull(value) => cast_view(value, schema).map(|c| Expr::IsNotNull(Box::new(c))),
        _ => None,
    };
    Ok(match found {
        Some(found) => Transformed::yes(found),
        None => Transformed::no(expr),
    })
}

fn compares(op: Operator) -> bool {
    use Operator::{Eq, Gt, GtEq, IsDistinctFrom, IsNotDistinctFrom, Lt, LtEq, NotEq};
    matches!(
        op,
        Eq | NotEq | Lt | LtEq | Gt | GtEq | IsDistinctFrom | IsNotDistinctFrom
    )
}

/// The view in a cast of a view to a string.
fn cast_view(expr: &Expr, schema: &DFSchema) -> Option<Expr> {
    match expr {
        Expr::Cast(Cast { expr, field }) if *field.data_type() == DataType::Utf8 => {
            is_view(expr, schema).then(|| expr.as_ref().clone())
        }
        _ => None,
    }
}

pub(super) fn is_view(expr: &Expr, schema: &DFSchema) -> bool {
    matches!(expr.get_type(schema), Ok(DataType::Utf8View))
}

/// A literal string as a view.
fn view_literal(expr: &Expr) -> Option<Expr> {
    match expr {
        Expr::Literal(ScalarValue::Utf8(text), metadata) => Some(Expr::Literal(
            ScalarValue::Utf8View(text.clone()),
            metadata.clone(),
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use arrow::datatypes::{Field, Schema};
    use datafusion::logical_expr::{LogicalPlanBuilder, cast, col, lit, table_scan};
    use datafusion::optimizer::OptimizerContext;

    use super::*;

    fn rewritten(predicate: Expr) -> String {
        let schema = Schema::new(vec![
            Field::new("view", DataType::Utf8View, true),
            Field::new("plain", DataType::Utf8, true),
        ]);
        let scan = table_scan(Some("t"), &schema, None).unwrap();
        let plan = LogicalPlanBuilder::from(scan.build().unwrap())
            .filter(predicate)
            .unwrap()
            .build()
            .unwrap();
        let context = OptimizerContext::new();
        match CompareStringViews.rewrite(plan, &context).unwrap().data {
            LogicalPlan::Filter(filter) => filter.predicate.to_string(),
            other => panic!("{other}"),
        }
    }

    fn text() -> Expr {
        cast(col("view"), DataType::Utf8)
    }

    #[test]
    fn comparisons_lists_patterns_and_nulls_look_at_views() {
        assert_eq!(rewritten(text().eq(lit("x"))), r#"t.view = Utf8View("x")"#);
        assert_eq!(rewritten(lit("x").lt(text())), r#"Utf8View("x") < t.view"#);
        assert_eq!(rewritten(text().eq(text())), "t.view = t.view");
        assert_eq!(
            rewritten(text().in_list(vec![lit("a"), lit("b")], true)),
            r#"t.view NOT IN ([Utf8View("a"), Utf8View("b")])"#
        );
        assert_eq!(
            rewritten(text().not_like(lit("a%"))),
            r#"t.view NOT LIKE Utf8View("a%")"#
        );
        assert_eq!(rewritten(text().is_null()), "t.view IS NULL");
        let both = text().eq(lit("x")).or(text().is_not_null());
        assert_eq!(
            rewritten(both),
            r#"t.view = Utf8View("x") OR t.view IS NOT NULL"#
        );
    }

    #[test]
    fn what_needs_plain_strings_keeps_its_cast() {
        for kept in [
            text().eq(col("plain")),
            col("plain").eq(lit("x")),
            text().in_list(vec![col("plain")], false),
            cast(col("plain"), DataType::Utf8).eq(lit("x")),
        ] {
            let same = kept.to_string();
            let same = same.replace("view", "t.view").replace("plain", "t.plain");
            assert_eq!(rewritten(kept), same);
        }
    }
}
