//! What a session keeps for later plans: rows that came before them, and relations by id.
//!
//! Rows come as a whole or in pieces, each under the hash that plans name it by. They stay until the
//! session ends. Checkpoints are known by ids; one goes when no relation holds its id any more.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use flint_core::StorageLevel;
use flint_sql_spec::{
    ChunkedLocalRelation, Ident, LocalRelation, Relation, RelationKind, Result, SqlError,
    StructType, condition,
};
use parking_lot::RwLock;

use super::SparkSession;
use super::cache::CachedTable;

/// Rows that came before the plans that name them.
#[derive(Debug, Default)]
pub(super) struct Kept {
    rows: RwLock<HashMap<Ident, LocalRelation>>,
    pieces: RwLock<HashMap<Ident, Arc<[u8]>>>,
    checkpoints: RwLock<HashMap<String, Checkpoint>>,
    /// Relations under ids that a front end gave them.
    named: RwLock<HashMap<String, Relation>>,
}

#[derive(Debug)]
struct Checkpoint {
    columns: StructType,
    table: CachedTable,
    /// The id as relations hold it.
    id: Weak<str>,
}

impl Kept {
    /// Takes over the rows that another session keeps. They are shared, not copied.
    pub(super) fn copy_rows(&self, from: &Kept) {
        self.rows.write().clone_from(&from.rows.read());
        self.pieces.write().clone_from(&from.pieces.read());
    }
}

impl SparkSession {
    /// Keeps rows for plans that name them by a hash: `CachedLocalRelation`.
    pub fn keep_local_relation(&self, hash: impl Into<Ident>, rows: LocalRelation) {
        self.inner.kept.rows.write().insert(hash.into(), rows);
    }

    /// Keeps a piece for plans that name it by a hash: an Arrow stream, or the text of a schema, of a
    /// `ChunkedCachedLocalRelation`.
    pub fn keep_piece(&self, hash: impl Into<Ident>, bytes: impl Into<Arc<[u8]>>) {
        let mut pieces = self.inner.kept.pieces.write();
        pieces.insert(hash.into(), bytes.into());
    }

    /// Keeps a relation under an id, by which later plans name it: `CachedRemoteRelation`.
    pub fn keep_relation(&self, id: &str, relation: Relation) {
        self.inner
            .kept
            .named
            .write()
            .insert(id.to_owned(), relation);
    }

    /// Forgets a relation that was kept under an id, if there is one.
    pub fn forget_relation(&self, id: &str) {
        self.inner.kept.named.write().remove(id);
    }

    /// The relation that was kept under an id.
    pub(super) fn kept_relation(&self, id: &str) -> Option<Relation> {
        self.inner.kept.named.read().get(id).cloned()
    }

    /// Keeps the rows of a relation, and gives a relation that stands for them.
    pub(crate) fn keep_checkpoint(
        &self,
        relation: &Relation,
        level: StorageLevel,
    ) -> Result<Relation> {
        let (columns, table) = self.checkpointed(relation, level)?;
        let id: Ident = format!("checkpoint-{}", self.next_plan_id()).into();
        let checkpoint = Checkpoint {
            columns,
            table,
            id: Arc::downgrade(&id),
        };
        let mut checkpoints = self.inner.kept.checkpoints.write();
        checkpoints.retain(|_, checkpoint| checkpoint.id.strong_count() > 0);
        checkpoints.insert(id.to_string(), checkpoint);
        Ok(RelationKind::CachedRemoteRelation { relation_id: id }.into())
    }

    /// The columns and rows of a checkpoint.
    pub(super) fn kept_table(&self, id: &Ident) -> Result<(StructType, CachedTable)> {
        let checkpoints = self.inner.kept.checkpoints.read();
        match checkpoints.get(&**id) {
            Some(found) => Ok((found.columns.clone(), found.table.clone())),
            None => Err(
                SqlError::new(condition::CONNECT_INVALID_PLAN_DATAFRAME_NOT_FOUND)
                    .with("dfId", &**id)
                    .with("sessionId", self.context().app_name()),
            ),
        }
    }

    /// The rows of a hash.
    pub(super) fn kept_rows(&self, hash: &Ident) -> Result<LocalRelation> {
        let found = self.inner.kept.rows.read().get(hash).cloned();
        found.ok_or_else(|| {
            self.missing(
                condition::CONNECT_INVALID_PLAN_NOT_FOUND_CACHED_LOCAL_RELATION,
                hash,
            )
        })
    }

    /// The streams of rows in pieces, each with the schema of all.
    pub(super) fn kept_pieces(&self, rows: &ChunkedLocalRelation) -> Result<Vec<LocalRelation>> {
        let schema: Option<Ident> = match &rows.schema_hash {
            Some(hash) => {
                let bytes = self.piece(hash)?;
                Some(String::from_utf8_lossy(&bytes).into())
            }
            None => None,
        };
        let piece = |hash: &Ident| {
            Ok(LocalRelation {
                data: Some(self.piece(hash)?),
                schema: schema.clone(),
            })
        };
        if rows.data_hashes.is_empty() {
            return Ok(vec![LocalRelation { data: None, schema }]);
        }
        rows.data_hashes.iter().map(piece).collect()
    }

    fn piece(&self, hash: &Ident) -> Result<Arc<[u8]>> {
        let found = self.inner.kept.pieces.read().get(hash).cloned();
        found.ok_or_else(|| {
            self.missing(
                condition::CONNECT_INVALID_PLAN_NOT_FOUND_CHUNKED_CACHED_LOCAL_RELATION,
                hash,
            )
        })
    }

    fn missing(&self, condition: flint_sql_spec::Condition, hash: &Ident) -> SqlError {
        SqlError::new(condition)
            .with("hash", &**hash)
            .with("sessionUUID", self.context().app_name())
    }
}
