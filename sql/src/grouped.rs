//! [`GroupedData`]: groups of rows that wait for aggregates.

use flint_sql_spec::{
    Aggregate, Expr, GroupKind, Ident, RelationKind, Result, SqlError, condition,
};

use crate::column::{ApiCall, Column, ColumnOrLiteral, IntoColumns};
use crate::dataframe::{DataFrame, IntoNames};

/// Groups of rows, made by [`DataFrame::group_by`] and its like.
///
/// What is aggregated gets the grouping columns in front.
///
/// ```
/// # fn example(df: flint_sql::DataFrame) {
/// let counts = df.group_by(["year", "town"]).count();
/// let towns = df.group_by("year").pivot_with("town", ["Oslo", "Rome"]).sum("sales");
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "groups do nothing until they are aggregated"]
pub struct GroupedData {
    frame: DataFrame,
    group: GroupKind,
    grouping: Vec<Expr>,
    fault: Option<SqlError>,
}

impl GroupedData {
    pub(crate) fn new(
        frame: DataFrame,
        group: GroupKind,
        grouping: Vec<Expr>,
        fault: Option<SqlError>,
    ) -> GroupedData {
        GroupedData {
            frame,
            group,
            grouping,
            fault,
        }
    }

    /// The given aggregates for each group.
    ///
    /// At least one must be given: else there is the fault `CANNOT_BE_EMPTY`.
    #[track_caller]
    pub fn agg(&self, columns: impl IntoColumns) -> DataFrame {
        self.aggregated(ApiCall::of("agg"), columns)
    }

    /// How many rows each group has, as column `count`.
    #[track_caller]
    pub fn count(&self) -> DataFrame {
        let call = ApiCall::of("count");
        let count = Expr::call("count", [call.literal(1)]).alias("count");
        self.aggregated(call, Column::of(count))
    }

    fn aggregated(&self, mut call: ApiCall, columns: impl IntoColumns) -> DataFrame {
        call.absorb(self.fault.clone());
        let aggregates = call.exprs(columns);
        if aggregates.is_empty() {
            call.refuse(SqlError::new(condition::CANNOT_BE_EMPTY).with("item", "exprs"));
        }
        let kind = RelationKind::Aggregate(Aggregate {
            input: self.frame.relation().clone(),
            group: self.group.clone(),
            grouping: self.grouping.clone(),
            aggregates,
            lists_output: false,
        });
        self.frame.derive(call, kind)
    }

    /// Turns the values of a column into columns, in their order.
    ///
    /// The values are looked up by a query of their own whenever the columns must be known: at
    /// `schema()` as at an action. They can be given instead: [`pivot_with`](Self::pivot_with). More
    /// than `spark.sql.pivotMaxValues` are refused.
    #[track_caller]
    pub fn pivot(&self, column: impl Into<Column>) -> GroupedData {
        self.pivoted(ApiCall::of("pivot"), column.into(), Vec::new())
    }

    /// Turns the given values of a column into columns.
    #[track_caller]
    pub fn pivot_with<V: Into<ColumnOrLiteral>>(
        &self,
        column: impl Into<Column>,
        values: impl IntoIterator<Item = V>,
    ) -> GroupedData {
        let mut call = ApiCall::of("pivot");
        let values = values.into_iter().map(|value| call.value(value)).collect();
        self.pivoted(call, column.into(), values)
    }

    fn pivoted(&self, mut call: ApiCall, column: Column, values: Vec<Expr>) -> GroupedData {
        call.absorb(self.fault.clone());
        let column = call.expr(column);
        match self.group {
            GroupKind::GroupBy => {}
            GroupKind::Pivot { .. } => call.refuse(
                SqlError::new(condition::REPEATED_CLAUSE)
                    .with("clause", "PIVOT")
                    .with("operation", "SUBQUERY"),
            ),
            _ => call.refuse(SqlError::new(
                condition::UNSUPPORTED_FEATURE_PIVOT_AFTER_GROUP_BY,
            )),
        }
        GroupedData {
            frame: self.frame.clone(),
            group: GroupKind::Pivot { column, values },
            grouping: self.grouping.clone(),
            fault: call.into_parts().1,
        }
    }

    /// An aggregate of the named columns, or of all columns of numbers.
    fn numeric(&self, call: ApiCall, function: &str, names: Vec<Ident>) -> DataFrame {
        match self.numeric_columns(names) {
            Ok(names) => {
                let aggregate = |name: &Ident| {
                    let argument = Column::from(&**name).expr;
                    Column::of(Expr::call(function, [argument])).or_at(call.origin())
                };
                let columns: Vec<Column> = names.iter().map(aggregate).collect();
                self.aggregated(call, columns)
            }
            Err(error) => {
                let mut call = call;
                call.refuse(error);
                self.aggregated(call, [Column::from("*")])
            }
        }
    }

    fn numeric_columns(&self, names: Vec<Ident>) -> Result<Vec<Ident>> {
        let schema = self.frame.schema()?;
        let numbers = schema.iter().filter(|field| field.data_type.is_numeric());
        if names.is_empty() {
            return Ok(numbers.map(|field| field.name.clone()).collect());
        }
        for name in &names {
            let field = schema
                .iter()
                .find(|field| field.name.eq_ignore_ascii_case(name));
            if field.is_some_and(|field| !field.data_type.is_numeric()) {
                return Err(SqlError::new(condition::NOT_NUMERIC_COLUMNS)
                    .with("invalid_columns", format!("['{name}']")));
            }
        }
        Ok(names)
    }
}

macro_rules! numeric {
    ($($(#[$doc:meta])* $name:ident = $function:literal;)+) => {
        impl GroupedData {
            $($(#[$doc])*
            ///
            /// Without names these are all columns of numbers, the grouping ones among them.
            #[track_caller]
            pub fn $name(&self, names: impl IntoNames) -> DataFrame {
                self.numeric(ApiCall::of(stringify!($name)), $function, names.into_names())
            })+
        }
    };
}

numeric! {
    /// The mean of each of the named columns.
    avg = "avg";
    /// The same as [`avg`](Self::avg).
    mean = "avg";
    /// The largest value of each of the named columns.
    max = "max";
    /// The smallest value of each of the named columns.
    min = "min";
    /// The sum of each of the named columns.
    sum = "sum";
}
