//! Columns turned into rows and back.

use flint_sql_spec::{Expr, RelationKind, Unpivot, UnpivotValue};

use super::{DataFrame, IntoNames};
use crate::column::{ApiCall, Column, IntoColumns};

impl DataFrame {
    /// Columns turned into rows: each row once for each of `values`, with the column's name in
    /// `variable` and its value in `value`. `ids` stay.
    ///
    /// ```
    /// # fn example(df: flint_sql::DataFrame) {
    /// let long = df.unpivot("id", ["jan", "feb"], "month", "sales");
    /// let all = df.unpivot_rest("id", "column", "value");
    /// # }
    /// ```
    #[track_caller]
    pub fn unpivot(
        &self,
        ids: impl IntoColumns,
        values: impl IntoColumns,
        variable: &str,
        value: &str,
    ) -> DataFrame {
        let call = ApiCall::of("unpivot");
        self.unpivoted(call, ids, Some(values.into_columns()), variable, value)
    }

    /// All columns but `ids` turned into rows.
    #[track_caller]
    pub fn unpivot_rest(&self, ids: impl IntoColumns, variable: &str, value: &str) -> DataFrame {
        let call = ApiCall::of("unpivot");
        self.unpivoted(call, ids, None, variable, value)
    }

    /// The same as [`unpivot`](Self::unpivot).
    #[track_caller]
    pub fn melt(
        &self,
        ids: impl IntoColumns,
        values: impl IntoColumns,
        variable: &str,
        value: &str,
    ) -> DataFrame {
        let call = ApiCall::of("melt");
        self.unpivoted(call, ids, Some(values.into_columns()), variable, value)
    }

    fn unpivoted(
        &self,
        mut call: ApiCall,
        ids: impl IntoColumns,
        values: Option<Vec<Column>>,
        variable: &str,
        value: &str,
    ) -> DataFrame {
        let ids = call.exprs(ids);
        let one = |expr: Expr| UnpivotValue {
            exprs: vec![expr],
            alias: None,
        };
        let values = values.map(|columns| call.exprs(columns));
        let kind = RelationKind::Unpivot(Unpivot {
            input: self.relation().clone(),
            ids: Some(ids),
            values: values.map(|exprs| exprs.into_iter().map(one).collect()),
            variable: variable.into(),
            value_columns: vec![value.into()],
            include_nulls: true,
        });
        self.derive(call, kind)
    }

    /// Rows turned into columns and columns into rows; the first column gives the new names.
    #[track_caller]
    pub fn transpose(&self) -> DataFrame {
        self.transposed(ApiCall::of("transpose"), ())
    }

    /// Rows turned into columns and columns into rows; the given column gives the new names.
    #[track_caller]
    pub fn transpose_by(&self, index: impl Into<Column>) -> DataFrame {
        self.transposed(ApiCall::of("transpose"), index.into())
    }

    fn transposed(&self, mut call: ApiCall, index: impl IntoColumns) -> DataFrame {
        let kind = RelationKind::Transpose {
            input: self.relation().clone(),
            index: call.exprs(index),
        };
        self.derive(call, kind)
    }

    /// How often pairs of values of two columns occur: see [`stat`](Self::stat).
    #[track_caller]
    pub fn crosstab(&self, first: &str, second: &str) -> DataFrame {
        self.stat().crosstab(first, second)
    }

    /// Values that occur often: see [`stat`](Self::stat).
    #[track_caller]
    pub fn freq_items(&self, columns: impl IntoNames) -> DataFrame {
        self.stat().freq_items(columns)
    }
}
