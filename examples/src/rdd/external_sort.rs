//! A sort of more records than fit in the engine's memory.
//!
//! Shows that memory bounds no answer: records that find no room are written to sorted runs on
//! disk and merged when they are read. The result is never collected: each partition is looked at
//! in place, and partitions follow each other in order.
//!
//! ```text
//! $ cargo run -p flint-examples --bin external_sort -- 1000000
//! sorting 1000000 records, about 123 MiB, in 16 MiB of memory
//! 1000000 records in order, from 0000070ec8a9db7d to ffffe514d0faa055
//! ```

use flint_core::{Context, PartitionIter, Result};
use serde::{Deserialize, Serialize};

use super::{argument, random};

const PARTITIONS: usize = 8;
/// Bytes of a record's text.
const PAYLOAD: usize = 90;
const MEMORY: u64 = 16 << 20;

/// What is known of a sorted sequence of keys, or of a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Number of records.
    pub records: u64,
    /// The first and the last key, if there is any.
    pub ends: Option<(u64, u64)>,
    /// Whether no key is smaller than the one before it.
    pub in_order: bool,
    /// A polynomial of all keys, which depends on their order, too.
    pub digest: u64,
    /// The polynomial's base to the power of the number of records.
    power: u64,
}

const BASE: u64 = 0x0000_0100_0000_01b3;

impl Answer {
    const EMPTY: Answer = Answer {
        records: 0,
        ends: None,
        in_order: true,
        digest: 0,
        power: 1,
    };

    fn of(keys: impl Iterator<Item = u64>) -> Self {
        keys.fold(Answer::EMPTY, |before, key| {
            before.followed_by(&Answer {
                records: 1,
                ends: Some((key, key)),
                in_order: true,
                digest: key,
                power: BASE,
            })
        })
    }

    /// The whole of two parts.
    fn followed_by(&self, next: &Answer) -> Answer {
        let (ends, meet) = match (self.ends, next.ends) {
            (Some((first, at)), Some((from, last))) => (Some((first, last)), at <= from),
            (one, other) => (one.or(other), true),
        };
        Answer {
            records: self.records + next.records,
            ends,
            in_order: self.in_order && next.in_order && meet,
            digest: self
                .digest
                .wrapping_mul(next.power)
                .wrapping_add(next.digest),
            power: self.power.wrapping_mul(next.power),
        }
    }
}

/// Record `n` of the input: a key and a text.
fn record(n: u64) -> (u64, String) {
    let key = random::number(n);
    let text = format!("{key:0>PAYLOAD$}");
    (key, text)
}

/// Sorts so many records by their keys and looks at the result.
///
/// # Errors
/// If the job fails, for instance because there is no room on disk.
pub fn run(ctx: &Context, records: u64) -> Result<Answer> {
    let parts = ctx
        .range(0, records as i64, 1, PARTITIONS)?
        .map(|n| record(n as u64))
        .sort_by_key(true, PARTITIONS)
        .run_job(|_, records: PartitionIter<(u64, String)>| {
            Ok(Answer::of(records.map(|(key, _)| key)))
        })?;
    Ok(parts
        .iter()
        .fold(Answer::EMPTY, |before, part| before.followed_by(part)))
}

/// The same answer without Flint.
pub fn plain(records: u64) -> Answer {
    let mut keys: Vec<u64> = (0..records).map(|n| record(n).0).collect();
    keys.sort_unstable();
    Answer::of(keys.into_iter())
}

/// The program: `external_sort [RECORDS]`.
///
/// # Errors
/// If the argument is not a number, or the job fails.
pub fn main() -> Result<()> {
    let records: u64 = argument(1, "RECORDS", 1_000_000)?;
    let ctx = Context::builder()
        .app_name("external_sort")
        .memory_bytes(MEMORY)
        .build()?;
    let bytes = records * (PAYLOAD + size_of::<(u64, String)>() + 8) as u64;
    println!(
        "sorting {records} records, about {} MiB, in {} MiB of memory",
        bytes >> 20,
        MEMORY >> 20
    );
    let answer = run(&ctx, records)?;
    let order = if answer.in_order {
        "in order"
    } else {
        "NOT in order"
    };
    let (first, last) = answer.ends.unwrap_or_default();
    println!(
        "{} records {order}, from {first:016x} to {last:016x}",
        answer.records
    );
    Ok(())
}
