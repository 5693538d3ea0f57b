//! Parts of structs, arrays and maps.

use flint_sql_spec::{ExprKind, SqlError, condition};

use super::{ApiCall, Column, ColumnOrLiteral};

impl Column {
    /// A field of a struct, by name.
    ///
    /// ```
    /// # use flint_sql::functions::col;
    /// let town = col("address").get_field("town");
    /// # let _ = town;
    /// ```
    #[track_caller]
    pub fn get_field(&self, name: &str) -> Column {
        self.part("get_field", name)
    }

    /// An element of an array by its position from 0 on, or the value of a key in a map.
    #[track_caller]
    pub fn get_item(&self, key: impl Into<ColumnOrLiteral>) -> Column {
        self.part("get_item", key)
    }

    #[track_caller]
    fn part(&self, method: &str, key: impl Into<ColumnOrLiteral>) -> Column {
        let mut call = ApiCall::of(method);
        let (child, extraction) = (call.expr(self), call.value(key));
        call.column(ExprKind::ExtractValue { child, extraction })
    }

    /// The struct with a field added or replaced; a dotted name means a field of a field.
    #[track_caller]
    pub fn with_field(&self, name: &str, value: impl Into<ColumnOrLiteral>) -> Column {
        let mut call = ApiCall::of("with_field");
        let (structure, value) = (call.expr(self), call.value(value));
        call.column(ExprKind::UpdateFields {
            structure,
            field: name.into(),
            value: Some(value),
        })
    }

    /// The struct without some of its fields; those that it does not have are ignored.
    ///
    /// At least one name must be given: else there is the fault `CANNOT_BE_EMPTY`.
    #[track_caller]
    pub fn drop_fields<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Column {
        let mut call = ApiCall::of("drop_fields");
        let mut names = names.into_iter().peekable();
        if names.peek().is_none() {
            call.refuse(SqlError::new(condition::CANNOT_BE_EMPTY).with("item", "drop_fields"));
        }
        let first = call.expr(self);
        let dropped = names.fold(first, |structure, name| {
            let kind = ExprKind::UpdateFields {
                structure,
                field: name.into(),
                value: None,
            };
            flint_sql_spec::Expr::new(kind, call.origin().clone())
        });
        call.column(dropped.kind().clone())
    }
}
