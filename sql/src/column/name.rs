//! Names of columns in text form, and what they mean: a column, all columns, or those of a table.

use flint_sql_spec::{
    Attribute, Expr, ExprKind, ObjectName, PlanId, Result, Star, attribute_parts,
};

use super::Column;

/// The column of a name, of the DataFrame `plan_id` when it is given.
pub(super) fn column(name: &str, plan_id: Option<PlanId>) -> Column {
    match column_expr(name, plan_id) {
        Ok(expr) => Column::of(expr),
        Err(fault) => Column {
            expr: Expr::column([name]),
            fault: Some(fault),
        },
    }
}

/// The expression that a name means: `*`, `t.*` or a column.
pub(crate) fn column_expr(name: &str, plan_id: Option<PlanId>) -> Result<Expr> {
    let star = |target| Star {
        target,
        plan_id,
        except: Vec::new(),
    };
    let kind = match name.strip_suffix(".*") {
        _ if name == "*" => ExprKind::Star(star(None)),
        Some(target) => ExprKind::Star(star(Some(attribute_parts(target)?))),
        None => ExprKind::Attribute(Attribute {
            name: ObjectName::Parts(attribute_parts(name)?),
            plan_id,
            is_metadata: false,
        }),
    };
    Ok(kind.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_names_are_refused() {
        for name in ["a`b", "`a", "`a`b", "a.", ".a", "a..b", "a.`b", "a`b`"] {
            let error = column_expr(name, None).expect_err(name);
            assert_eq!(error.condition().name, "INVALID_ATTRIBUTE_NAME_SYNTAX");
        }
    }
}
