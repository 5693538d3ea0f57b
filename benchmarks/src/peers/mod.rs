//! What a Rust engineer would write by hand, without a framework: rayon for the cores, hashbrown
//! with foldhash for the tables. Fast, but plain: no tuning to one machine and no unsafe code.

pub mod cached_sum;
pub mod chain;
pub mod reduce_by_key;
pub mod sort_by_key;
pub mod word_count;

/// The peers' hash table.
pub(crate) type Table<K, V> = hashbrown::HashMap<K, V, foldhash::fast::FixedState>;

/// A pair as one number that depends on both halves: the ground of checksums that ignore order.
pub(crate) fn mix(key: u64, value: u64) -> u64 {
    let product =
        u128::from(key ^ 0x9E37_79B9_7F4A_7C15) * u128::from(value ^ 0xD1B5_4A32_D192_ED03);
    (product as u64) ^ (product >> 64) as u64
}

/// Records that each core should take at once, so that there is one part per core and none empty.
pub(crate) fn share_of(records: usize) -> usize {
    records.div_ceil(rayon::current_num_threads()).max(1)
}
