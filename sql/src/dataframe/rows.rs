//! Rows chosen, ordered and cut; hints and watermarks.

use flint_sql_spec::{Deduplicate, ExprKind, Hint, Literal, Relation, RelationKind, SubqueryAlias};

use super::{DataFrame, IntoNames};
use crate::column::{ApiCall, CaseWhen, Column, IntoColumns, sort_order};
use crate::session::ObserveAs;

/// A condition: a column, or text of SQL.
#[derive(Debug, Clone)]
pub struct Condition(Column);

impl From<&str> for Condition {
    fn from(text: &str) -> Condition {
        Condition(Column::of(ExprKind::ExpressionString(text.into()).into()))
    }
}

impl From<&String> for Condition {
    fn from(text: &String) -> Condition {
        text.as_str().into()
    }
}

impl From<Column> for Condition {
    fn from(column: Column) -> Condition {
        Condition(column)
    }
}

impl From<&Column> for Condition {
    fn from(column: &Column) -> Condition {
        Condition(column.clone())
    }
}

impl From<CaseWhen> for Condition {
    fn from(case: CaseWhen) -> Condition {
        Condition(case.into())
    }
}

impl DataFrame {
    /// The rows for which a condition is true.
    ///
    /// ```
    /// # fn example(df: flint_sql::DataFrame) {
    /// use flint_sql::functions::col;
    /// let adults = df.filter(col("age").geq(18));
    /// let same = df.filter("age >= 18");
    /// # }
    /// ```
    #[track_caller]
    pub fn filter(&self, condition: impl Into<Condition>) -> DataFrame {
        self.filtered(ApiCall::of("filter"), condition.into())
    }

    /// The same as [`filter`](Self::filter).
    #[track_caller]
    pub fn r#where(&self, condition: impl Into<Condition>) -> DataFrame {
        self.filtered(ApiCall::of("where"), condition.into())
    }

    fn filtered(&self, mut call: ApiCall, condition: Condition) -> DataFrame {
        let kind = RelationKind::Filter {
            input: self.relation().clone(),
            condition: call.expr(condition.0),
        };
        self.derive(call, kind)
    }

    /// The rows in order.
    ///
    /// ```
    /// # fn example(df: flint_sql::DataFrame) {
    /// use flint_sql::functions::col;
    /// let sorted = df.sort((col("age").desc(), "name"));
    /// # }
    /// ```
    #[track_caller]
    pub fn sort(&self, columns: impl IntoColumns) -> DataFrame {
        self.sorted(ApiCall::of("sort"), columns, true)
    }

    /// The same as [`sort`](Self::sort).
    #[track_caller]
    pub fn order_by(&self, columns: impl IntoColumns) -> DataFrame {
        self.sorted(ApiCall::of("order_by"), columns, true)
    }

    /// The rows of each partition in order.
    #[track_caller]
    pub fn sort_within_partitions(&self, columns: impl IntoColumns) -> DataFrame {
        self.sorted(ApiCall::of("sort_within_partitions"), columns, false)
    }

    fn sorted(&self, mut call: ApiCall, columns: impl IntoColumns, global: bool) -> DataFrame {
        let order = call.exprs(columns).into_iter().map(sort_order).collect();
        let kind = RelationKind::Sort {
            input: self.relation().clone(),
            order,
            global,
        };
        self.derive(call, kind)
    }

    /// The first rows; which ones is certain only after a sort.
    #[track_caller]
    pub fn limit(&self, count: i32) -> DataFrame {
        let call = ApiCall::of("limit");
        let kind = RelationKind::Limit {
            input: self.relation().clone(),
            limit: call.literal(count),
        };
        self.derive(call, kind)
    }

    /// All rows but the first ones.
    #[track_caller]
    pub fn offset(&self, count: i32) -> DataFrame {
        let call = ApiCall::of("offset");
        let kind = RelationKind::Offset {
            input: self.relation().clone(),
            offset: call.literal(count),
        };
        self.derive(call, kind)
    }

    /// The last rows, as a query.
    pub(super) fn last_rows(&self, call: ApiCall, count: i32) -> DataFrame {
        let kind = RelationKind::Tail {
            input: self.relation().clone(),
            limit: call.literal(count),
        };
        self.derive(call, kind)
    }

    /// Each row once.
    #[track_caller]
    pub fn distinct(&self) -> DataFrame {
        self.deduplicated(ApiCall::of("distinct"), None, false)
    }

    /// One row for each value of the given columns, or of all when there are none.
    #[track_caller]
    pub fn drop_duplicates(&self, columns: impl IntoNames) -> DataFrame {
        let call = ApiCall::of("drop_duplicates");
        self.deduplicated(call, Some(columns.into_names()), false)
    }

    /// The same for streams, which forget rows once the watermark is past them.
    #[track_caller]
    pub fn drop_duplicates_within_watermark(&self, columns: impl IntoNames) -> DataFrame {
        let call = ApiCall::of("drop_duplicates_within_watermark");
        self.deduplicated(call, Some(columns.into_names()), true)
    }

    fn deduplicated(
        &self,
        call: ApiCall,
        columns: Option<Vec<flint_sql_spec::Ident>>,
        within_watermark: bool,
    ) -> DataFrame {
        let columns = columns.unwrap_or_default();
        let kind = RelationKind::Deduplicate(Deduplicate {
            input: self.relation().clone(),
            all_columns: columns.is_empty(),
            columns,
            within_watermark,
        });
        self.derive(call, kind)
    }

    /// The same rows under a name, so that `col("name.a")` finds their columns.
    #[track_caller]
    pub fn alias(&self, name: &str) -> DataFrame {
        let kind = RelationKind::SubqueryAlias(SubqueryAlias {
            input: self.relation().clone(),
            alias: name.into(),
            qualifier: Vec::new(),
            columns: Vec::new(),
        });
        self.derive(ApiCall::of("alias"), kind)
    }

    /// Advice for the planner, such as `broadcast`, with its parameters.
    #[track_caller]
    pub fn hint(&self, name: &str, parameters: impl IntoColumns) -> DataFrame {
        let mut call = ApiCall::of("hint");
        let kind = RelationKind::Hint(Hint {
            input: self.relation().clone(),
            name: name.into(),
            parameters: call.exprs(parameters),
        });
        self.derive(call, kind)
    }

    /// Says how much later than the latest one a row's time may be, for streams.
    #[track_caller]
    pub fn with_watermark(&self, event_time: &str, delay: &str) -> DataFrame {
        let kind = RelationKind::WithWatermark {
            input: self.relation().clone(),
            event_time: event_time.into(),
            delay: delay.into(),
        };
        self.derive(ApiCall::of("with_watermark"), kind)
    }

    /// The rows with a column that counts them from 0 on, in the order of partitions.
    #[track_caller]
    pub fn zip_with_index(&self, name: &str) -> DataFrame {
        let call = ApiCall::of("zip_with_index");
        let id = flint_sql_spec::Expr::call("distributed_sequence_id", []);
        let index = Column::of(id).or_at(call.origin()).alias(name);
        self.select(("*", index))
    }

    /// Computes values over the rows on the side, while an action runs.
    ///
    /// The values are aggregates with names. An [`Observation`](crate::Observation) receives them.
    #[track_caller]
    pub fn observe(
        &self,
        observation: impl Into<ObserveAs>,
        metrics: impl IntoColumns,
    ) -> DataFrame {
        let mut call = ApiCall::of("observe");
        let target: ObserveAs = observation.into();
        if let Err(error) = self.spark_session().awaits(&target) {
            call.refuse(error);
        }
        let kind = RelationKind::CollectMetrics {
            input: self.relation().clone(),
            name: target.name,
            metrics: call.exprs(metrics),
        };
        self.derive(call, kind)
    }

    /// The rows beside those of another DataFrame, one by one.
    ///
    /// Both must be made of one DataFrame by choosing columns.
    #[track_caller]
    pub fn zip(&self, other: &DataFrame) -> DataFrame {
        let (left, right): (Relation, Relation) =
            (self.relation().clone(), other.relation().clone());
        let call = ApiCall::of("zip");
        self.derive_with(call, other, RelationKind::Zip { left, right })
    }

    /// One value in place of others: see [`na`](Self::na).
    #[track_caller]
    pub fn fillna(&self, value: impl Into<Literal>, columns: impl IntoNames) -> DataFrame {
        self.na().fill(value, columns)
    }

    /// Rows without nulls: see [`na`](Self::na).
    #[track_caller]
    pub fn dropna(&self, columns: impl IntoNames) -> DataFrame {
        self.na().drop("any", columns)
    }
}
