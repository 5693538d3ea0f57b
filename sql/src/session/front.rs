//! What other front ends than this crate's own need of a session: plans that they have built come in
//! as spec.

use std::sync::Arc;

use flint_sql_spec::{Command, Relation, Result};

use super::{QueryFlow, QueryResult, SparkSession, statement};
use crate::dataframe::DataFrame;

impl SparkSession {
    /// The rows of a relation that was built elsewhere, as a DataFrame.
    ///
    /// ```
    /// use flint_sql_spec::{Range, RelationKind};
    /// # let spark = flint_sql::SparkSession::builder().master("local[1]").get_or_create()?;
    /// let numbers = RelationKind::Range(Range {
    ///     start: 0,
    ///     end: 5,
    ///     step: 1,
    ///     num_partitions: None,
    /// });
    /// assert_eq!(spark.data_frame(numbers.into()).count()?, 5);
    /// # Ok::<(), flint_sql::SqlError>(())
    /// ```
    pub fn data_frame(&self, relation: Relation) -> DataFrame {
        DataFrame::of(self.clone(), relation)
    }

    /// Runs a command that was built elsewhere, and gives its rows: none of no columns where it says
    /// nothing.
    ///
    /// # Errors
    /// Spark's error condition for what is wrong with it, or went wrong while it ran.
    pub fn execute(&self, command: &Command) -> Result<QueryResult> {
        statement::run(self, command)
    }

    /// Starts a query as one job, and gives its batches while it runs: see [`QueryFlow`].
    ///
    /// # Errors
    /// What is wrong with the relation. What goes wrong while it runs comes in place of a batch.
    pub fn flow(&self, relation: &Relation) -> Result<QueryFlow> {
        QueryFlow::start(self, relation)
    }

    /// Another session with this one's configuration, temporary views, functions and current
    /// database as they are now. Later changes of the one are not seen by the other. Relations that
    /// this session keeps, such as checkpoints, stay its own.
    #[must_use]
    pub fn clone_session(&self) -> SparkSession {
        let copy = SparkSession::over(Arc::clone(&self.inner.shared), self.conf().copied());
        let (from, to) = (&self.inner.names, &copy.inner.names);
        to.views.write().clone_from(&from.views.read());
        to.database.write().clone_from(&from.database.read());
        to.functions.write().clone_from(&from.functions.read());
        copy
    }
}
