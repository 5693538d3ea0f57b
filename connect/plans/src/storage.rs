//! Where blocks are kept, in both directions.

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::StorageLevel;

/// The storage level of a message.
pub fn storage_level(level: &proto::StorageLevel) -> StorageLevel {
    StorageLevel {
        use_disk: level.use_disk,
        use_memory: level.use_memory,
        use_off_heap: level.use_off_heap,
        deserialized: level.deserialized,
        replication: level.replication,
    }
}

/// The message of a storage level.
///
/// ```
/// use flint_connect_plans::{storage_level, storage_level_message};
/// use flint_connect_protocol::spark::connect as proto;
/// let disk = proto::StorageLevel { use_disk: true, replication: 1, ..Default::default() };
/// assert_eq!(storage_level_message(&storage_level(&disk)), disk);
/// ```
pub fn storage_level_message(level: &StorageLevel) -> proto::StorageLevel {
    proto::StorageLevel {
        use_disk: level.use_disk,
        use_memory: level.use_memory,
        use_off_heap: level.use_off_heap,
        deserialized: level.deserialized,
        replication: level.replication,
    }
}
