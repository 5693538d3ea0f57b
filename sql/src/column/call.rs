//! [`ApiCall`]: a call of a method of the API while its arguments are put together.

use flint_sql_spec::{Expr, ExprKind, FunctionCall, Literal, ObjectName, Origin, SqlError};

use super::{Column, ColumnOrLiteral, IntoColumns};

/// Where a call was made, and the first fault among its arguments.
#[derive(Debug)]
pub(crate) struct ApiCall {
    origin: Origin,
    fault: Option<SqlError>,
}

impl ApiCall {
    /// A call of `method` at the caller's line.
    #[track_caller]
    pub(crate) fn of(method: &str) -> ApiCall {
        ApiCall {
            origin: Origin::call(method),
            fault: None,
        }
    }

    /// Takes a column or a name as argument.
    pub(crate) fn expr(&mut self, column: impl Into<Column>) -> Expr {
        let column = column.into().or_at(&self.origin);
        self.absorb(column.fault);
        column.expr
    }

    /// Takes a column or a value as argument.
    pub(crate) fn value(&mut self, value: impl Into<ColumnOrLiteral>) -> Expr {
        self.expr(value.into().0)
    }

    /// Takes a list of columns and names as arguments.
    pub(crate) fn exprs(&mut self, columns: impl IntoColumns) -> Vec<Expr> {
        let columns = columns.into_columns();
        columns
            .into_iter()
            .map(|column| self.expr(column))
            .collect()
    }

    /// A constant made by the call itself.
    pub(crate) fn literal(&self, value: impl Into<Literal>) -> Expr {
        Expr::new(ExprKind::Literal(value.into()), self.origin.clone())
    }

    /// Takes over the fault of an argument, unless there is one already.
    pub(crate) fn absorb(&mut self, fault: Option<SqlError>) {
        if self.fault.is_none() {
            self.fault = fault.map(|fault| fault.or_at(&self.origin));
        }
    }

    /// Says that the call cannot mean anything.
    pub(crate) fn refuse(&mut self, error: SqlError) {
        self.absorb(Some(error));
    }

    /// The column that the call makes.
    pub(crate) fn column(self, kind: ExprKind) -> Column {
        Column {
            expr: Expr::new(kind, self.origin),
            fault: self.fault,
        }
    }

    /// A call of a function by name, as column.
    pub(crate) fn function(self, name: &str, args: impl IntoIterator<Item = Expr>) -> Column {
        let call = FunctionCall::new(ObjectName::bare(name), args);
        self.column(ExprKind::Function(call))
    }

    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }

    pub(crate) fn into_parts(self) -> (Origin, Option<SqlError>) {
        (self.origin, self.fault)
    }
}
