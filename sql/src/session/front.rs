//! What other front ends than this crate's own need of a session: plans that they have built come in
//! as spec.

use std::sync::Arc;

use flint_sql_spec::{
    Command, DataType, Literal, Plan, Relation, RelationKind, Result, SqlError, SqlQuery,
    StorageLevel as Level, StructField, StructType, condition,
};

use flint_core::StorageLevel;

use super::{QueryFlow, QueryResult, SparkSession, statement};
use crate::dataframe::DataFrame;

impl SparkSession {
    /// The rows of a relation of the spec, such as [`DataFrame::to_relation`] gives and clients send,
    /// as a DataFrame. A plan id that the relation has stays its own.
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
        match relation.plan_id() {
            Some(_) => DataFrame::of(self.clone(), relation),
            None => DataFrame::new(self.clone(), relation),
        }
    }

    /// Runs a command that was built elsewhere, and gives its rows: none of no columns where it says
    /// nothing.
    ///
    /// # Errors
    /// Spark's error condition for what is wrong with it, or went wrong while it ran.
    pub fn execute(&self, command: &Command) -> Result<QueryResult> {
        statement::run(self, command)
    }

    /// What `spark.sql` of a client does at once: a command runs, and its rows are given; a query is
    /// analysed, and nothing is given. The relation is SQL text, or `WithRelations` over it.
    ///
    /// # Errors
    /// What is wrong with the text, or went wrong while the command ran.
    pub fn sql_command(&self, relation: &Relation) -> Result<Option<QueryResult>> {
        let ran = self.sql_if_command(relation)?;
        if ran.is_none() {
            self.analyze(relation)?;
        }
        Ok(ran)
    }

    /// Runs SQL text if it is a command, and gives its rows; a query is only parsed. The relation is
    /// as for [`sql_command`](Self::sql_command).
    ///
    /// # Errors
    /// What is wrong with the syntax; what is wrong with the command, or went wrong while it ran.
    pub fn sql_if_command(&self, relation: &Relation) -> Result<Option<QueryResult>> {
        let query = sql_text(relation)?;
        match self.parsed(&query.text)? {
            Plan::Relation(_) => Ok(None),
            Plan::Command(_) => {
                let query = query.clone();
                let command = Command::Sql { query, input: None };
                self.execute(&command).map(Some)
            }
        }
    }

    /// The rows of what is no query, although it comes as a relation: a call of the catalog, SQL text
    /// that is a command, and rows as a text to be shown. `None` for queries.
    ///
    /// # Errors
    /// What is wrong with it, or went wrong while it ran.
    pub fn answered(&self, relation: &Relation) -> Result<Option<QueryResult>> {
        let most = |count: i32| usize::try_from(count).unwrap_or(0);
        let (name, text) = match relation.kind() {
            RelationKind::Catalog(call) => {
                return self.execute(&Command::Catalog(call.clone())).map(Some);
            }
            RelationKind::Sql(_) => return self.sql_if_command(relation),
            RelationKind::ShowString {
                input,
                num_rows,
                truncate,
                vertical,
            } => {
                let rows = self.data_frame(input.clone());
                let text = rows.show_string(most(*num_rows), most(*truncate), *vertical)?;
                // Spark ends the line that says how many there are, too.
                let ended = text.ends_with('\n');
                ("show_string", if ended { text } else { text + "\n" })
            }
            RelationKind::HtmlString {
                input,
                num_rows,
                truncate,
            } => {
                let rows = self.data_frame(input.clone());
                let text = rows.html_string(most(*num_rows), most(*truncate))?;
                ("html_string", text)
            }
            _ => return Ok(None),
        };
        let schema = StructType::new([StructField::new(name, DataType::STRING, false)]);
        let rows = vec![vec![Literal::String(text.into())]];
        QueryResult::of(schema, rows).map(Some)
    }

    /// Starts a query as one job, and gives its batches while it runs: see [`QueryFlow`].
    ///
    /// # Errors
    /// What is wrong with the relation. What goes wrong while it runs comes in place of a batch.
    pub fn flow(&self, relation: &Relation) -> Result<QueryFlow> {
        QueryFlow::start(self, relation)
    }

    /// Another session with this one's configuration, temporary views, functions, current database
    /// and rows that came before plans, as they are now. Later changes of the one are not seen by the
    /// other. Relations that this session keeps, such as checkpoints, stay its own.
    #[must_use]
    pub fn clone_session(&self) -> SparkSession {
        let copy = SparkSession::over(Arc::clone(&self.inner.shared), self.conf().copied());
        let (from, to) = (&self.inner.names, &copy.inner.names);
        to.views.write().clone_from(&from.views.read());
        to.database.write().clone_from(&from.database.read());
        to.functions.write().clone_from(&from.functions.read());
        copy.inner.kept.copy_rows(&self.inner.kept);
        copy.inner
            .extensions
            .write()
            .clone_from(&self.inner.extensions.read());
        copy
    }
}

/// The SQL text that a relation is.
fn sql_text(relation: &Relation) -> Result<&SqlQuery> {
    match relation.kind() {
        RelationKind::Sql(query) => Ok(query),
        RelationKind::WithRelations { root, .. } => sql_text(root),
        other => {
            let other = format!("{other:?}");
            let kind: String = other.chars().take_while(|c| c.is_alphanumeric()).collect();
            let wrong = condition::CONNECT_INVALID_PLAN_SQL_COMMAND_EXPECTS_SQL_OR_WITH_RELATIONS;
            Err(SqlError::new(wrong).with("other", kind))
        }
    }
}

/// Where blocks are kept, as the engine says it.
///
/// # Errors
/// `REQUIREMENT_FAILED` for a level that there is not, such as one without any copy.
pub fn storage_level(level: &Level) -> Result<StorageLevel> {
    let copies = u8::try_from(level.replication).unwrap_or(0);
    let (disk, memory) = (level.use_disk, level.use_memory);
    StorageLevel::new(disk, memory, level.use_off_heap, level.deserialized, copies).map_err(
        |error| SqlError::new(condition::REQUIREMENT_FAILED).with("message", error.to_string()),
    )
}
