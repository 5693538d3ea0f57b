//! Rows that come with the plan.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::Ident;

/// Rows in Arrow form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LocalRelation {
    /// An Arrow IPC stream; no rows without it.
    pub data: Option<Arc<[u8]>>,
    /// The schema as DDL text or JSON, over the stream's own.
    pub schema: Option<Ident>,
}

/// Rows in pieces that the session has already got.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ChunkedLocalRelation {
    /// Hashes of the pieces, in order.
    pub data_hashes: Vec<Ident>,
    /// Hash of the schema's text.
    pub schema_hash: Option<Ident>,
}

/// Whole numbers from `start` to before `end`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Range {
    /// First number.
    pub start: i64,
    /// Where it ends.
    pub end: i64,
    /// Distance, not 0.
    pub step: i64,
    /// How many partitions; the session's default without it.
    pub num_partitions: Option<i32>,
}
