//! Aggregates over distinct values, and those whose call hangs on what they are given.

use flint_sql_spec::{ExprKind, FunctionCall, Literal, ObjectName};

use super::*;

#[track_caller]
fn distinct(method: &str, function: &str, columns: Vec<Column>) -> Column {
    let mut call = ApiCall::of(method);
    let args = call.exprs(columns);
    let mut function = FunctionCall::new(ObjectName::bare(function), args);
    function.distinct = true;
    call.column(ExprKind::Function(function))
}

/// How many rows have a value; `count("*")` counts all rows.
///
/// ```
/// use flint_sql::functions::count;
/// let columns = [count("*"), count("email").alias("with_email")];
/// # let _ = columns;
/// ```
#[track_caller]
pub fn count(col: impl Into<Column>) -> Column {
    let mut call = ApiCall::of("count");
    let expr = call.expr(col);
    let counted = match expr.kind() {
        ExprKind::Star(star) if star.target.is_none() => call.literal(Literal::Integer(1)),
        _ => expr,
    };
    call.function("count", [counted])
}

/// How many different values, or rows of values, there are; rows with a null don't count.
#[track_caller]
pub fn count_distinct(columns: impl IntoColumns) -> Column {
    distinct("count_distinct", "count", columns.into_columns())
}

/// The sum of the different values.
#[track_caller]
pub fn sum_distinct(col: impl Into<Column>) -> Column {
    distinct("sum_distinct", "sum", vec![col.into()])
}

/// The different strings, one behind the other.
#[track_caller]
pub fn listagg_distinct(col: impl Into<Column>) -> Column {
    distinct("listagg_distinct", "listagg", vec![col.into()])
}

/// The different strings with a delimiter between them.
#[track_caller]
pub fn listagg_distinct_with(
    col: impl Into<Column>,
    delimiter: impl Into<ColumnOrLiteral>,
) -> Column {
    let columns = vec![col.into(), delimiter.into().into()];
    distinct("listagg_distinct", "listagg", columns)
}

/// The same as [`listagg_distinct`].
#[track_caller]
pub fn string_agg_distinct(col: impl Into<Column>) -> Column {
    distinct("string_agg_distinct", "string_agg", vec![col.into()])
}

/// The same as [`listagg_distinct_with`].
#[track_caller]
pub fn string_agg_distinct_with(
    col: impl Into<Column>,
    delimiter: impl Into<ColumnOrLiteral>,
) -> Column {
    let columns = vec![col.into(), delimiter.into().into()];
    distinct("string_agg_distinct", "string_agg", columns)
}
