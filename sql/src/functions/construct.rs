//! Columns, constants, and calls by name: [`col`], [`lit`], [`expr`], [`call_function`].

use flint_sql_spec::{CallFunction, ExprKind, FunctionCall, ObjectName};

use super::*;
use crate::DataFrame;

/// The column of a name: `a`, `t.a`, `` `a.b` ``, `*`, `t.*`.
///
/// ```
/// use flint_sql::functions::col;
/// let total = col("price") * col("orders.quantity");
/// # let _ = total;
/// ```
#[track_caller]
pub fn col(name: &str) -> Column {
    let call = ApiCall::of("col");
    Column::from(name).or_at(call.origin())
}

/// The same as [`col`].
#[track_caller]
pub fn column(name: &str) -> Column {
    let call = ApiCall::of("column");
    Column::from(name).or_at(call.origin())
}

/// A constant; a column is given back as it is.
///
/// ```
/// use flint_sql::functions::lit;
/// let columns = [lit(1), lit("text"), lit(2.5), lit(None::<i32>), lit([1, 2])];
/// # let _ = columns;
/// ```
#[track_caller]
pub fn lit(value: impl Into<ColumnOrLiteral>) -> Column {
    let call = ApiCall::of("lit");
    value.into().0.or_at(call.origin())
}

/// An expression in SQL, which may have a name.
///
/// ```
/// use flint_sql::functions::expr;
/// let twice = expr("a * 2 AS twice");
/// # let _ = twice;
/// ```
#[track_caller]
pub fn expr(text: &str) -> Column {
    ApiCall::of("expr").column(ExprKind::ExpressionString(text.into()))
}

/// A call of a function by its name in SQL, such as `db.f`: one of Spark's or one of the user's.
#[track_caller]
pub fn call_function(name: &str, args: impl IntoColumns) -> Column {
    let mut call = ApiCall::of("call_function");
    let args = call.exprs(args);
    let name = name.into();
    call.column(ExprKind::CallFunction(CallFunction { name, args }))
}

/// A call of a function of the user by the name that it was registered under.
#[track_caller]
pub fn call_udf(name: &str, args: impl IntoColumns) -> Column {
    let mut call = ApiCall::of("call_udf");
    let args = call.exprs(args);
    call.column(ExprKind::Function(FunctionCall::new(
        ObjectName::bare(name),
        args,
    )))
}

/// Marks a DataFrame as small enough to be sent to every task of a join: the hint `broadcast`.
#[track_caller]
pub fn broadcast(frame: &DataFrame) -> DataFrame {
    frame.hint("broadcast", ())
}

functions! {
    /// A struct of the given columns, whose fields are called like them.
    fn struct_(..columns) = "struct";
    /// A struct of names and values in turn.
    fn named_struct(..names_and_values);
    /// The value that a user-defined type is stored as.
    fn unwrap_udt(col: Column);
}
