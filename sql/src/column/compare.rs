//! Comparisons, tests for null and membership, and operators of bits.

use flint_sql_spec::{ExprKind, Subquery, SubqueryKind, SubqueryPlan};

use super::{ApiCall, Column, ColumnOrLiteral};
use crate::DataFrame;

macro_rules! binary {
    ($($(#[$doc:meta])* $method:ident = $function:literal;)+) => {
        impl Column {
            $($(#[$doc])*
            #[track_caller]
            pub fn $method(&self, other: impl Into<ColumnOrLiteral>) -> Column {
                self.binary(stringify!($method), $function, other)
            })+
        }
    };
}

binary! {
    /// Whether both are equal; null when either is null.
    ///
    /// ```
    /// # use flint_sql::functions::col;
    /// let named = col("name").eq("Ann");
    /// # let _ = named;
    /// ```
    eq = "==";
    /// The same as [`eq`](Self::eq).
    equal_to = "==";
    /// Whether both are equal, where nulls are equal to each other and to nothing else: never null.
    eq_null_safe = "<=>";
    /// Whether this is greater; NaN is greater than every number.
    gt = ">";
    /// Whether this is less.
    lt = "<";
    /// Whether this is greater or equal.
    geq = ">=";
    /// Whether this is less or equal.
    leq = "<=";
    /// `AND`: the method form of `&`.
    and = "and";
    /// `OR`: the method form of `|`.
    or = "or";
    /// The bits that both have.
    bitwise_and = "&";
    /// The bits that either has.
    bitwise_or = "|";
    /// The bits that exactly one has.
    bitwise_xor = "^";
    /// This to the power of the other, as a double.
    pow = "power";
}

impl Column {
    /// Whether both differ; null when either is null.
    #[track_caller]
    pub fn ne(&self, other: impl Into<ColumnOrLiteral>) -> Column {
        self.binary("ne", "==", other).unary("ne", "not")
    }

    /// The same as [`ne`](Self::ne).
    #[track_caller]
    pub fn not_equal(&self, other: impl Into<ColumnOrLiteral>) -> Column {
        self.binary("not_equal", "==", other)
            .unary("not_equal", "not")
    }

    /// Whether the value is null.
    #[track_caller]
    pub fn is_null(&self) -> Column {
        self.unary("is_null", "isnull")
    }

    /// Whether the value is not null.
    #[track_caller]
    pub fn is_not_null(&self) -> Column {
        self.unary("is_not_null", "isnotnull")
    }

    /// Whether the value is NaN; false for null.
    #[track_caller]
    pub fn is_nan(&self) -> Column {
        self.unary("is_nan", "isnan")
    }

    /// Whether the value is between two others, both included.
    ///
    /// ```
    /// # use flint_sql::functions::col;
    /// let teen = col("age").between(13, 19);
    /// # let _ = teen;
    /// ```
    #[track_caller]
    pub fn between(
        &self,
        lower: impl Into<ColumnOrLiteral>,
        upper: impl Into<ColumnOrLiteral>,
    ) -> Column {
        let lower = self.binary("between", ">=", lower);
        lower.binary("between", "and", self.binary("between", "<=", upper))
    }

    /// Whether the value is one of a list; null when it is not and the list has a null.
    ///
    /// ```
    /// # use flint_sql::functions::col;
    /// let primary = col("colour").isin(["red", "green", "blue"]);
    /// # let _ = primary;
    /// ```
    #[track_caller]
    pub fn isin<V: Into<ColumnOrLiteral>>(&self, values: impl IntoIterator<Item = V>) -> Column {
        let mut call = ApiCall::of("isin");
        let mut args = vec![call.expr(self)];
        for value in values {
            args.push(call.value(value));
        }
        call.function("in", args)
    }

    /// Whether the value is among those of a query with one column. A struct made by
    /// [`struct_`](crate::functions::struct_) is compared column by column.
    #[track_caller]
    pub fn isin_query(&self, query: &DataFrame) -> Column {
        let mut call = ApiCall::of("isin");
        let expr = call.expr(self);
        let values = match expr.as_call("struct") {
            Some(fields) => fields.to_vec(),
            None => vec![expr],
        };
        subquery(call, query, SubqueryKind::In(values))
    }
}

/// A query as a value.
pub(crate) fn subquery(mut call: ApiCall, query: &DataFrame, kind: SubqueryKind) -> Column {
    call.absorb(query.fault());
    let plan = SubqueryPlan::Here(query.relation().clone());
    call.column(ExprKind::Subquery(Subquery { kind, plan }))
}
