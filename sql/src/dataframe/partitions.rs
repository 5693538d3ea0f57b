//! In how many partitions rows are, and by what they are divided.

use flint_sql_spec::{Expr, ExprKind, RelationKind, SqlError, condition};

use super::DataFrame;
use crate::column::{ApiCall, Column, IntoColumns, sort_order};

/// A number of partitions: must be positive.
fn checked(call: &mut ApiCall, num_partitions: i32) -> i32 {
    if num_partitions <= 0 {
        call.refuse(
            SqlError::new(condition::VALUE_NOT_POSITIVE)
                .with("arg_name", "num_partitions")
                .with("arg_value", num_partitions.to_string()),
        );
    }
    num_partitions
}

impl DataFrame {
    /// The rows in at most so many partitions, merged without moving rows.
    #[track_caller]
    pub fn coalesce(&self, num_partitions: i32) -> DataFrame {
        self.in_partitions(ApiCall::of("coalesce"), num_partitions, false)
    }

    /// The rows in so many partitions, evenly.
    ///
    /// ```
    /// # fn example(df: flint_sql::DataFrame) {
    /// let even = df.repartition(8);
    /// let by_town = df.repartition_by(None, "town");
    /// # }
    /// ```
    #[track_caller]
    pub fn repartition(&self, num_partitions: i32) -> DataFrame {
        self.in_partitions(ApiCall::of("repartition"), num_partitions, true)
    }

    fn in_partitions(&self, mut call: ApiCall, num_partitions: i32, shuffle: bool) -> DataFrame {
        let kind = RelationKind::Repartition {
            input: self.relation().clone(),
            num_partitions: checked(&mut call, num_partitions),
            shuffle,
        };
        self.derive(call, kind)
    }

    /// The rows divided by the hash of columns, in so many partitions or the session's number.
    #[track_caller]
    pub fn repartition_by(
        &self,
        num_partitions: Option<i32>,
        columns: impl IntoColumns,
    ) -> DataFrame {
        let mut call = ApiCall::of("repartition");
        let exprs = call.exprs(columns);
        self.divided(call, num_partitions, exprs)
    }

    /// The rows divided by ranges of columns, in so many partitions or the session's number.
    #[track_caller]
    pub fn repartition_by_range(
        &self,
        num_partitions: Option<i32>,
        columns: impl IntoColumns,
    ) -> DataFrame {
        let mut call = ApiCall::of("repartition_by_range");
        let ordered = |expr: Expr| {
            let origin = expr.origin().clone();
            Expr::new(ExprKind::SortOrder(sort_order(expr)), origin)
        };
        let exprs: Vec<Expr> = call.exprs(columns).into_iter().map(ordered).collect();
        if exprs.is_empty() {
            call.refuse(SqlError::new(condition::CANNOT_BE_EMPTY).with("item", "cols"));
        }
        self.divided(call, num_partitions, exprs)
    }

    /// Each row in the partition whose number a column gives, modulo the number of partitions.
    #[track_caller]
    pub fn repartition_by_id(&self, num_partitions: i32, id: impl Into<Column>) -> DataFrame {
        let mut call = ApiCall::of("repartition_by_id");
        let id = ExprKind::DirectShufflePartitionId(call.expr(id));
        let exprs = vec![Expr::new(id, call.origin().clone())];
        self.divided(call, Some(num_partitions), exprs)
    }

    fn divided(
        &self,
        mut call: ApiCall,
        num_partitions: Option<i32>,
        exprs: Vec<Expr>,
    ) -> DataFrame {
        let kind = RelationKind::RepartitionByExpression {
            input: self.relation().clone(),
            exprs,
            num_partitions: num_partitions.map(|number| checked(&mut call, number)),
        };
        self.derive(call, kind)
    }
}
