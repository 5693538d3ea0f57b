//! [`CaseWhen`]: branches that are still being written.

use flint_sql_spec::Expr;

use super::{ApiCall, Column, ColumnOrLiteral};

/// Conditions and values, begun by [`when`](crate::functions::when).
///
/// Usable as a column as it is: rows for which no condition is true get null.
///
/// ```
/// use flint_sql::functions::{col, when};
/// let size = when(col("n").gt(100), "large")
///     .when(col("n").gt(10), "medium")
///     .otherwise("small");
/// # let _ = size;
/// ```
#[derive(Debug, Clone)]
#[must_use = "columns do nothing until a DataFrame uses them"]
pub struct CaseWhen {
    column: Column,
    branches: Vec<Expr>,
}

impl CaseWhen {
    #[track_caller]
    pub(crate) fn first(condition: Column, value: ColumnOrLiteral) -> CaseWhen {
        CaseWhen::with(ApiCall::of("when"), Vec::new(), condition, value)
    }

    fn with(
        mut call: ApiCall,
        mut branches: Vec<Expr>,
        condition: Column,
        value: ColumnOrLiteral,
    ) -> CaseWhen {
        branches.extend([call.expr(condition), call.value(value)]);
        let column = call.function("when", branches.clone());
        CaseWhen { column, branches }
    }

    /// Adds a branch for rows that no condition so far is true for.
    #[track_caller]
    pub fn when(self, condition: impl Into<Column>, value: impl Into<ColumnOrLiteral>) -> CaseWhen {
        let mut call = ApiCall::of("when");
        call.absorb(self.column.fault);
        CaseWhen::with(call, self.branches, condition.into(), value.into())
    }

    /// The value for all other rows.
    #[track_caller]
    pub fn otherwise(self, value: impl Into<ColumnOrLiteral>) -> Column {
        let mut call = ApiCall::of("otherwise");
        call.absorb(self.column.fault);
        let mut args = self.branches;
        args.push(call.value(value));
        call.function("when", args)
    }
}

impl std::ops::Deref for CaseWhen {
    type Target = Column;

    fn deref(&self) -> &Column {
        &self.column
    }
}

impl From<CaseWhen> for Column {
    fn from(case: CaseWhen) -> Column {
        case.column
    }
}
