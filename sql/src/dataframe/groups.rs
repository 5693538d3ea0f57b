//! Groups of rows.

use flint_sql_spec::{Expr, GroupKind};

use super::DataFrame;
use crate::column::{ApiCall, IntoColumns};
use crate::grouped::GroupedData;

impl DataFrame {
    /// Groups of rows with equal values in the given columns; one group of all rows for `()`.
    ///
    /// ```
    /// # fn example(df: flint_sql::DataFrame) {
    /// use flint_sql::functions::{max, sum};
    /// let shops = df.group_by("shop").agg((sum("amount"), max("day")));
    /// # }
    /// ```
    #[track_caller]
    pub fn group_by(&self, columns: impl IntoColumns) -> GroupedData {
        self.grouped(ApiCall::of("group_by"), columns, GroupKind::GroupBy)
    }

    /// The same as [`group_by`](Self::group_by).
    #[track_caller]
    pub fn groupby(&self, columns: impl IntoColumns) -> GroupedData {
        self.grouped(ApiCall::of("groupby"), columns, GroupKind::GroupBy)
    }

    /// Groups by every prefix of the given columns: subtotals and a total.
    #[track_caller]
    pub fn rollup(&self, columns: impl IntoColumns) -> GroupedData {
        self.grouped(ApiCall::of("rollup"), columns, GroupKind::Rollup)
    }

    /// Groups by every subset of the given columns.
    #[track_caller]
    pub fn cube(&self, columns: impl IntoColumns) -> GroupedData {
        self.grouped(ApiCall::of("cube"), columns, GroupKind::Cube)
    }

    /// Groups by each of several sets of the given columns.
    #[track_caller]
    pub fn grouping_sets<S: IntoColumns>(
        &self,
        sets: impl IntoIterator<Item = S>,
        columns: impl IntoColumns,
    ) -> GroupedData {
        let mut call = ApiCall::of("grouping_sets");
        let sets: Vec<Vec<Expr>> = sets.into_iter().map(|set| call.exprs(set)).collect();
        self.grouped(call, columns, GroupKind::GroupingSets(sets))
    }

    fn grouped(
        &self,
        mut call: ApiCall,
        columns: impl IntoColumns,
        group: GroupKind,
    ) -> GroupedData {
        let grouping = call.exprs(columns);
        let (_, fault) = call.into_parts();
        GroupedData::new(self.clone(), group, grouping, fault)
    }

    /// Aggregates over all rows: one row.
    #[track_caller]
    pub fn agg(&self, columns: impl IntoColumns) -> DataFrame {
        self.group_by(()).agg(columns)
    }
}
