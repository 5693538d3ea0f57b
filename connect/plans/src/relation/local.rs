//! Rows that come with the plan, or that the session has already got.

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{
    ChunkedLocalRelation, LocalRelation, Range, RelationKind, Result, SqlError, condition,
};

use crate::names::{names, optional};

/// Rows in Arrow form, which is left as it is; no rows when there is a schema only.
pub(super) fn local(message: &proto::LocalRelation) -> Result<RelationKind> {
    if message.data.is_none() && message.schema.is_none() {
        return Err(SqlError::new(
            condition::CONNECT_INVALID_PLAN_SCHEMA_REQUIRED_FOR_LOCAL_RELATION,
        ));
    }
    Ok(RelationKind::LocalRelation(LocalRelation {
        data: message.data.as_ref().map(|data| data.as_ref().into()),
        schema: optional(message.schema.as_ref()),
    }))
}

/// Rows by the hash of their message.
pub(super) fn cached_local(message: &proto::CachedLocalRelation) -> RelationKind {
    RelationKind::CachedLocalRelation {
        hash: message.hash.as_str().into(),
    }
}

/// Rows by the hashes of their pieces.
pub(super) fn chunked_local(message: &proto::ChunkedCachedLocalRelation) -> Result<RelationKind> {
    if message.data_hashes.is_empty() {
        return Err(SqlError::new(
            condition::CONNECT_INVALID_PLAN_CHUNKED_CACHED_LOCAL_RELATION_WITHOUT_DATA,
        ));
    }
    Ok(RelationKind::ChunkedCachedLocalRelation(
        ChunkedLocalRelation {
            data_hashes: names(&message.data_hashes),
            schema_hash: optional(message.schema_hash.as_ref()),
        },
    ))
}

/// A relation that the session keeps.
pub(super) fn cached_remote(message: &proto::CachedRemoteRelation) -> RelationKind {
    RelationKind::CachedRemoteRelation {
        relation_id: message.relation_id.as_str().into(),
    }
}

/// Numbers, from 0 unless it is said from where.
pub(super) fn range(message: &proto::Range) -> RelationKind {
    RelationKind::Range(Range {
        start: message.start(),
        end: message.end,
        step: message.step,
        num_partitions: message.num_partitions,
    })
}
