//! Streaming queries: started, asked and told.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{ForeignFunction, Ident, Options, Relation};

/// Starts a streaming query.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WriteStream {
    /// The rows.
    pub input: Relation,
    /// The format of the sink.
    pub format: Ident,
    /// Options of the sink.
    pub options: Options,
    /// Partition columns.
    pub partition_columns: Vec<Ident>,
    /// When batches run; as soon as the last is done without it.
    pub trigger: Option<StreamTrigger>,
    /// `append`, `update` or `complete`.
    pub output_mode: Ident,
    /// The query's name; empty when it has none.
    pub query_name: Ident,
    /// Where to.
    pub sink: Option<StreamSink>,
    /// A writer for each row.
    pub foreach_writer: Option<ForeachFunction>,
    /// A function for each batch.
    pub foreach_batch: Option<ForeachFunction>,
    /// Clustering columns.
    pub clustering_columns: Vec<Ident>,
}

/// When batches of a streaming query run. Times are interval text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum StreamTrigger {
    /// At intervals.
    ProcessingTime(Ident),
    /// For what is there now, in several batches, and then ends.
    AvailableNow,
    /// For what is there now, in one batch, and then ends.
    Once,
    /// Continuously, with a checkpoint at intervals.
    Continuous(Ident),
    /// In real time, with batches of this length.
    RealTime(Ident),
}

/// Where a streaming query writes to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum StreamSink {
    /// Under a path.
    Path(Ident),
    /// In a table, by its name as SQL text.
    Table(Ident),
}

/// A function of the user that rows or batches go to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ForeachFunction(pub ForeignFunction);

/// A run of a streaming query.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct QueryInstance {
    /// The query's id, the same after a restart.
    pub id: Ident,
    /// The run's id.
    pub run_id: Ident,
}

/// Asks or tells a streaming query.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StreamingQueryCommand {
    /// Which.
    pub query: QueryInstance,
    /// What.
    pub action: StreamingQueryAction,
}

/// What a streaming query is asked or told.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum StreamingQueryAction {
    /// Its status.
    Status,
    /// Its last progress.
    LastProgress,
    /// Its last progresses.
    RecentProgress,
    /// To stop.
    Stop,
    /// To process what is there now.
    ProcessAllAvailable,
    /// Its plan.
    Explain {
        /// With logical plans.
        extended: bool,
    },
    /// Why it failed.
    Exception,
    /// To end.
    AwaitTermination {
        /// How long at most.
        timeout_ms: Option<i64>,
    },
}

/// Asks or tells the streaming queries of a session.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum StreamingManagerCommand {
    /// Those that run.
    Active,
    /// One by its id.
    GetQuery(Ident),
    /// For one to end.
    AwaitAnyTermination {
        /// How long at most.
        timeout_ms: Option<i64>,
    },
    /// To forget those that ended.
    ResetTerminated,
    /// A listener to add.
    AddListener(StreamListener),
    /// A listener to remove.
    RemoveListener(StreamListener),
    /// The listeners.
    ListListeners,
}

/// A listener of streaming events.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StreamListener {
    /// Its id.
    pub id: Ident,
    /// Code of the Scala client's own.
    pub payload: Arc<[u8]>,
    /// Code of another language.
    pub foreign: Option<ForeignFunction>,
}

/// Listens to streaming events over the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ListenerBusCommand {
    /// From now on.
    Add,
    /// No longer.
    Remove,
}
