//! What columns are called inside.

use datafusion::common::Column;
use datafusion::logical_expr::Expr;
use flint_sql_analyzer::resolved::{Attribute, ColumnId};

/// The name of a column inside.
pub(crate) fn name(id: ColumnId) -> String {
    format!("#{}", id.0)
}

/// A column of the input.
pub(crate) fn column(attribute: &Attribute) -> Expr {
    by_name(name(attribute.id))
}

/// A column of the input that lowering made up.
pub(crate) fn by_name(name: impl Into<String>) -> Expr {
    Expr::Column(Column::new_unqualified(name))
}

/// An expression under the name of a column. One that has it already stays a plain column, which
/// the optimizer must be able to tell.
pub(crate) fn called(expr: Expr, id: ColumnId) -> Expr {
    called_by(expr, name(id))
}

/// An expression under a name.
pub(crate) fn called_by(expr: Expr, name: String) -> Expr {
    match &expr {
        Expr::Column(column) if column.relation.is_none() && column.name == name => expr,
        _ => expr.alias(name),
    }
}

/// The attributes without those that were there before.
pub(crate) fn unique(attributes: &[Attribute]) -> Vec<&Attribute> {
    let mut seen = std::collections::HashSet::new();
    attributes
        .iter()
        .filter(|attribute| seen.insert(attribute.id))
        .collect()
}
