//! What is done rather than asked for: writes, registrations, streaming, SQL statements.

mod ddl;
mod merge;
mod resource;
mod show;
mod statement;
mod streaming;
mod table;
mod write;

pub use ddl::{
    AlterColumn, AlterTable, AlterTableAction, ColumnDef, ColumnPosition, Constraint,
    ConstraintKind, CreateTable, CreateTableMode, CreateView, Generated, Identity, Partitioning,
    RowFormat, TableBody, ViewKind, ViewSchemaMode,
};
pub use merge::{Assignment, MergeAction, MergeActionKind, MergeInto};
pub use resource::{ExecutorResource, ResourceProfile, StorageLevel};
pub use show::{Describe, Show};
pub use statement::{ConfValue, ExplainMode, Statement};
pub use streaming::{
    ForeachFunction, ListenerBusCommand, QueryInstance, StreamListener, StreamSink, StreamTrigger,
    StreamingManagerCommand, StreamingQueryAction, StreamingQueryCommand, WriteStream,
};
pub use table::{Insert, InsertMode, InsertTarget, PartitionSpec};
pub use write::{
    BucketBy, CreateDataFrameView, SaveMode, SaveTarget, TableSaveMethod, WriteOperation,
    WriteOperationV2, WriteV2Mode,
};

use serde::{Deserialize, Serialize};

use crate::{
    CatalogCall, Extension, Ident, InlineDataSource, InlineFunction, InlineTableFunction,
    MlCommand, Options, PipelineCommand, Relation, SqlQuery,
};

/// What a session is asked to do: rows to be made, or a command.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Plan {
    /// Rows.
    Relation(Relation),
    /// A command.
    Command(Box<Command>),
}

/// A command.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Command {
    /// Registers a function.
    RegisterFunction(InlineFunction),
    /// Registers a table function.
    RegisterTableFunction(InlineTableFunction),
    /// Registers a data source.
    RegisterDataSource(InlineDataSource),
    /// Saves rows, in the API's first form.
    Write(WriteOperation),
    /// Saves rows, in the API's second form.
    WriteV2(WriteOperationV2),
    /// Names a relation for the session.
    CreateDataFrameView(CreateDataFrameView),
    /// Runs SQL text at once if it is a command.
    Sql {
        /// The text and its arguments.
        query: SqlQuery,
        /// A relation in place of the text: `Sql` or `WithRelations` over one.
        input: Option<Relation>,
    },
    /// Starts a streaming query.
    WriteStream(WriteStream),
    /// Asks or tells a streaming query.
    StreamingQuery(StreamingQueryCommand),
    /// Asks or tells the session's streaming queries.
    StreamingManager(StreamingManagerCommand),
    /// Listens to streaming events.
    ListenerBus(ListenerBusCommand),
    /// Lists resources of the driver.
    GetResources,
    /// Registers what tasks and executors need.
    CreateResourceProfile(ResourceProfile),
    /// Makes rows and keeps them, with the lineage cut.
    Checkpoint {
        /// The rows.
        relation: Relation,
        /// On executors' disks rather than in the checkpoint folder.
        local: bool,
        /// Now rather than at the first use.
        eager: bool,
        /// Where blocks of a local one are kept.
        level: Option<StorageLevel>,
    },
    /// Forgets a relation that the session keeps.
    RemoveCachedRemoteRelation {
        /// Its id in the session.
        relation_id: Ident,
    },
    /// Updates, deletes and inserts by comparing with a source.
    MergeInto(MergeInto),
    /// Trains, saves, loads or measures models.
    Ml(MlCommand),
    /// Runs a command of an external engine.
    ExecuteExternal {
        /// The runner's class or name.
        runner: Ident,
        /// The command.
        command: Ident,
        /// Its options.
        options: Options,
    },
    /// Builds or runs a declarative pipeline.
    Pipeline(PipelineCommand),
    /// Asks or changes the catalog, where no rows are wanted.
    Catalog(CatalogCall),
    /// A statement of SQL.
    Statement(Statement),
    /// Something for a handler that is registered for its type.
    Extension(Extension),
}

impl From<Relation> for Plan {
    fn from(relation: Relation) -> Plan {
        Plan::Relation(relation)
    }
}

impl From<Command> for Plan {
    fn from(command: Command) -> Plan {
        Plan::Command(Box::new(command))
    }
}

impl From<Statement> for Plan {
    fn from(statement: Statement) -> Plan {
        Command::Statement(statement).into()
    }
}
