//! [`DataFrame`]: a query that is still being written.
//!
//! A DataFrame is a relation of the spec and the session it belongs to: a cheap handle. Methods that
//! transform it only write the spec and never fail; what is wrong with it comes out at
//! [`schema`](DataFrame::schema) or at an action, with the line of the program that wrote it. Every
//! DataFrame has a plan id, so that `df.col("a")` means the column of that very DataFrame, also
//! after a join of it with itself.
//!
//! The methods are in files by topic: columns, rows, groups, joins, sets, samples, shapes,
//! statistics, actions, explanations, views.

mod action;
mod asynchronous;
mod cached;
mod columns;
mod explain;
mod groups;
mod joins;
mod partitions;
mod rows;
mod samples;
mod schema;
mod sets;
mod shapes;
mod statistics;
mod views;

pub use columns::IntoNames;
pub use joins::{HowJoin, JoinOn, Nearest};
pub use rows::Condition;

use flint_sql_spec::{
    Attribute, ExprKind, ObjectName, Relation, RelationKind, Result, SqlError, SubqueryKind,
    condition,
};

use crate::column::{ApiCall, Column, column_expr};
use crate::na::DataFrameNaFunctions;
use crate::session::SparkSession;
use crate::stat::DataFrameStatFunctions;
use crate::writer::{DataFrameWriter, DataFrameWriterV2, MergeIntoWriter};

/// A query over rows with named columns, to be run by an action.
///
/// ```
/// # fn example(spark: flint_sql::SparkSession) -> flint_sql::Result<()> {
/// use flint_sql::functions::{avg, col};
/// let people = spark.table("people");
/// let towns = people
///     .filter(col("age").geq(18))
///     .group_by("town")
///     .agg(avg("income").alias("income"))
///     .order_by(col("income").desc());
/// towns.show()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "DataFrames do nothing until an action runs them"]
pub struct DataFrame {
    session: SparkSession,
    relation: Relation,
    fault: Option<SqlError>,
}

impl DataFrame {
    /// The rows of a relation.
    pub(crate) fn new(session: SparkSession, relation: Relation) -> DataFrame {
        let relation = relation.with_plan_id(session.next_plan_id());
        DataFrame {
            session,
            relation,
            fault: None,
        }
    }

    /// The rows of a relation, which keeps its plan id.
    pub(crate) fn of(session: SparkSession, relation: Relation) -> DataFrame {
        DataFrame {
            session,
            relation,
            fault: None,
        }
    }

    /// What a call makes in a session.
    pub(crate) fn made(session: &SparkSession, call: ApiCall, kind: RelationKind) -> DataFrame {
        let (origin, fault) = call.into_parts();
        DataFrame {
            fault,
            ..DataFrame::new(session.clone(), Relation::new(kind, origin))
        }
    }

    /// What a call makes of this DataFrame.
    pub(crate) fn derive(&self, mut call: ApiCall, kind: RelationKind) -> DataFrame {
        if let Some(fault) = &self.fault {
            call.absorb(Some(fault.clone()));
        }
        DataFrame::made(&self.session, call, kind)
    }

    /// What a call makes of this DataFrame and another.
    pub(crate) fn derive_with(
        &self,
        mut call: ApiCall,
        other: &DataFrame,
        kind: RelationKind,
    ) -> DataFrame {
        call.absorb(self.fault());
        call.absorb(other.fault());
        if !self.session.is(&other.session) {
            call.refuse(SqlError::new(condition::SESSION_NOT_SAME));
        }
        DataFrame::made(&self.session, call, kind)
    }

    pub(crate) fn relation(&self) -> &Relation {
        &self.relation
    }

    pub(crate) fn fault(&self) -> Option<SqlError> {
        self.fault.clone()
    }

    /// The relation, or why there can be none.
    pub(crate) fn ready(&self) -> Result<&Relation> {
        match &self.fault {
            Some(fault) => Err(fault.clone()),
            None => Ok(&self.relation),
        }
    }

    /// The query as spec: what SQL text is parsed to, too.
    ///
    /// # Errors
    /// What an argument of a method has wrong, such as a name with odd backticks.
    pub fn to_relation(&self) -> Result<Relation> {
        self.ready().cloned()
    }

    /// The session that runs it.
    pub fn spark_session(&self) -> &SparkSession {
        &self.session
    }

    /// A column of this DataFrame: never of another that has one of that name too.
    ///
    /// ```
    /// # fn example(left: flint_sql::DataFrame, right: flint_sql::DataFrame) {
    /// let pairs = left.join(&right, left.col("id").eq(right.col("id")), "inner");
    /// let ids = pairs.select(left.col("id"));
    /// # }
    /// ```
    #[track_caller]
    pub fn col(&self, name: &str) -> Column {
        let mut call = ApiCall::of("col");
        let plan_id = self.relation.plan_id();
        match column_expr(name, plan_id) {
            Ok(expr) => call.column(expr.kind().clone()),
            Err(fault) => {
                call.refuse(fault);
                call.column(column_of(name))
            }
        }
    }

    /// All columns whose names match a regular expression in backticks.
    #[track_caller]
    pub fn col_regex(&self, pattern: &str) -> Column {
        ApiCall::of("col_regex").column(ExprKind::Regex {
            pattern: pattern.into(),
            plan_id: self.relation.plan_id(),
        })
    }

    /// A hidden column of a source, such as `_metadata`.
    #[track_caller]
    pub fn metadata_column(&self, name: &str) -> Column {
        ApiCall::of("metadata_column").column(ExprKind::Attribute(Attribute {
            name: ObjectName::bare(name),
            plan_id: self.relation.plan_id(),
            is_metadata: true,
        }))
    }

    /// The one value of this query of one row and column, as part of another query; null without a
    /// row.
    #[track_caller]
    pub fn scalar(&self) -> Column {
        crate::column::subquery(ApiCall::of("scalar"), self, SubqueryKind::Scalar)
    }

    /// Whether this query has a row, as part of another query.
    #[track_caller]
    pub fn exists(&self) -> Column {
        crate::column::subquery(ApiCall::of("exists"), self, SubqueryKind::Exists)
    }

    /// Methods for nulls.
    pub fn na(&self) -> DataFrameNaFunctions<'_> {
        DataFrameNaFunctions::new(self)
    }

    /// Methods for statistics.
    pub fn stat(&self) -> DataFrameStatFunctions<'_> {
        DataFrameStatFunctions::new(self)
    }

    /// Saves the rows in files or tables.
    pub fn write(&self) -> DataFrameWriter {
        DataFrameWriter::new(self.clone())
    }

    /// Saves the rows in a table of a catalog.
    pub fn write_to(&self, table: &str) -> DataFrameWriterV2 {
        DataFrameWriterV2::new(self.clone(), table)
    }

    /// Updates a table by comparing it with these rows.
    #[track_caller]
    pub fn merge_into(&self, table: &str, condition: impl Into<Column>) -> MergeIntoWriter {
        MergeIntoWriter::new(self.clone(), table, condition.into())
    }

    /// Applies a function of DataFrames, for chains.
    pub fn transform(&self, f: impl FnOnce(DataFrame) -> DataFrame) -> DataFrame {
        f(self.clone())
    }
}

fn column_of(name: &str) -> ExprKind {
    ExprKind::Attribute(Attribute {
        name: ObjectName::bare(name),
        plan_id: None,
        is_metadata: false,
    })
}

impl std::fmt::Debug for DataFrame {
    /// The columns with their types, or what is wrong.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.schema() {
            Ok(schema) => {
                let columns = schema
                    .iter()
                    .map(|field| format!("{}: {}", field.name, field.data_type.simple_string()));
                write!(f, "DataFrame[{}]", columns.collect::<Vec<_>>().join(", "))
            }
            Err(error) => write!(f, "DataFrame[{error}]"),
        }
    }
}

/// A table's name as in SQL; a name that is none is a fault of the call.
pub(crate) fn table_name(call: &mut ApiCall, text: &str) -> ObjectName {
    match flint_sql_parser::parse_name(text) {
        Ok(parts) => ObjectName::Parts(parts),
        Err(error) => {
            call.refuse(error);
            ObjectName::bare(text)
        }
    }
}
