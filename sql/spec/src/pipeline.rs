//! Declarative pipelines: graphs of tables and the flows that fill them.

use serde::{Deserialize, Serialize};

use crate::{DataType, Expr, Extension, Ident, Options, Relation};

/// A step in building or running a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PipelineCommand {
    /// Starts a graph.
    CreateDataflowGraph {
        /// Catalog of unqualified names.
        default_catalog: Option<Ident>,
        /// Database of unqualified names.
        default_database: Option<Ident>,
        /// Settings of all flows.
        sql_conf: Options,
    },
    /// Adds a table, view or sink.
    DefineOutput(DefineOutput),
    /// Adds a flow.
    DefineFlow(DefineFlow),
    /// Forgets a graph.
    DropDataflowGraph {
        /// Which.
        graph: Option<Ident>,
    },
    /// Runs a graph.
    StartRun {
        /// Which.
        graph: Option<Ident>,
        /// Tables to be made anew.
        full_refresh: Vec<Ident>,
        /// Whether all are.
        full_refresh_all: bool,
        /// Tables to be brought up to date; all when empty.
        refresh: Vec<Ident>,
        /// Whether it is only checked.
        dry: bool,
        /// Where checkpoints go.
        storage: Option<Ident>,
    },
    /// Adds what a SQL file defines.
    DefineSqlGraphElements {
        /// The graph.
        graph: Option<Ident>,
        /// The file's path, for messages.
        path: Option<Ident>,
        /// Its text.
        text: Option<Ident>,
    },
    /// Asks which query functions the client shall run.
    QueryFunctionSignals {
        /// The graph.
        graph: Option<Ident>,
        /// Who asks.
        client: Option<Ident>,
    },
    /// Answers with the plan that a query function made.
    QueryFunctionResult {
        /// The flow.
        flow: Option<Ident>,
        /// The flow's resolved name: catalog, namespace, table.
        identifier: Vec<Ident>,
        /// The graph.
        graph: Option<Ident>,
        /// The plan.
        relation: Option<Relation>,
    },
    /// Runs flows into one output.
    ExecuteOutputFlows {
        /// The output.
        output: Option<DefineOutput>,
        /// The flows.
        flows: Vec<DefineFlow>,
        /// Whether it is made anew.
        full_refresh: bool,
        /// Where checkpoints go.
        storage: Option<Ident>,
        /// What plug-ins add.
        extensions: Vec<Extension>,
    },
    /// Something for a handler that is registered for its type.
    Extension(Extension),
}

/// A table, view or sink of a graph.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DefineOutput {
    /// The graph.
    pub graph: Option<Ident>,
    /// Its name.
    pub name: Option<Ident>,
    /// What it is.
    pub kind: Option<OutputKind>,
    /// Its comment.
    pub comment: Option<Ident>,
    /// Where it was written.
    pub location: Option<SourceLocation>,
    /// The rest.
    pub details: Option<OutputDetails>,
}

/// What an output is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OutputKind {
    /// A table made from its query at each run.
    MaterializedView,
    /// A table that flows append to.
    Table,
    /// A view for the run.
    TemporaryView,
    /// Something outside.
    Sink,
}

/// Details of an output.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OutputDetails {
    /// Of a table.
    Table {
        /// Properties.
        properties: Options,
        /// Partition columns.
        partition_columns: Vec<Ident>,
        /// The format.
        format: Option<Ident>,
        /// Columns; text is `DataType::Unparsed`.
        schema: Option<DataType>,
        /// Clustering columns.
        clustering_columns: Vec<Ident>,
    },
    /// Of a sink.
    Sink {
        /// Options.
        options: Options,
        /// The format.
        format: Option<Ident>,
    },
    /// For a handler that is registered for its type.
    Extension(Extension),
}

/// A flow into an output.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DefineFlow {
    /// The graph.
    pub graph: Option<Ident>,
    /// Its name.
    pub name: Option<Ident>,
    /// The output.
    pub target: Option<Ident>,
    /// Settings.
    pub sql_conf: Options,
    /// Who defines it.
    pub client: Option<Ident>,
    /// Where it was written.
    pub location: Option<SourceLocation>,
    /// Whether it runs once only.
    pub once: Option<bool>,
    /// What it writes.
    pub details: Option<FlowDetails>,
}

/// What a flow writes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FlowDetails {
    /// The rows of a plan; `None` when a query function is still to make it.
    WriteRelation(Option<Relation>),
    /// Changes of a source, applied.
    AutoCdc(Box<AutoCdc>),
    /// For a handler that is registered for its type.
    Extension(Extension),
}

/// How changes of a source are applied.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AutoCdc {
    /// The source.
    pub source: Option<Ident>,
    /// What names a row.
    pub keys: Vec<Expr>,
    /// What orders changes.
    pub sequence_by: Option<Expr>,
    /// Which changes delete.
    pub apply_as_deletes: Option<Expr>,
    /// Which changes empty the table.
    pub apply_as_truncates: Option<Expr>,
    /// Columns kept.
    pub columns: Vec<Expr>,
    /// Columns left out.
    pub except_columns: Vec<Expr>,
    /// Whether old rows stay, with their validity (type 2).
    pub keeps_history: bool,
    /// Columns whose changes make history.
    pub track_history: Vec<Expr>,
    /// Columns whose changes do not.
    pub track_history_except: Vec<Expr>,
    /// Columns whose nulls change nothing.
    pub ignore_null_updates: Vec<Expr>,
    /// Columns whose nulls do.
    pub ignore_null_updates_except: Vec<Expr>,
}

/// A place in a client's program.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SourceLocation {
    /// The file.
    pub file: Option<Ident>,
    /// The line, from 1.
    pub line: Option<i32>,
    /// The function or class around it.
    pub definition: Option<Ident>,
    /// What plug-ins add.
    pub extensions: Vec<Extension>,
}
