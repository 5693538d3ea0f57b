//! Frequent items: which values are there most often, for `approx_top_k` and its kin.
//!
//! Misra and Gries, "Finding Repeated Elements" (1982), as DataSketches' `ItemsSketch` does it: counts of
//! some items are kept; when there is no room, the median count is taken away from all of them, which
//! is how much too low a count can be at most.
//!
//! Bytes: a head of eight (groups of eight before the counts, version, family, binary logarithms of the
//! largest and the present number of slots, flags), the number of items, the weight of all that came,
//! what counts may lack, the counts, then the items. Spark appends the count of NULLs, the highest byte
//! first.

mod item;
mod map;
mod state;

use flint_sql_columnar::Raised;
use flint_sql_spec::{SqlError, condition};

pub(crate) use item::{Item, Kind, kind};
pub(super) use state::FUNCTIONS;
pub(crate) use state::{TopItems, kind_of_ddl, ranking};

use super::reader::Reader;
use map::Map;

const VERSION: u8 = 1;
const FAMILY: u8 = 10;
const EMPTY: u8 = 5;
/// The binary logarithm of the slots that a sketch begins with.
const LG_FIRST: u8 = 3;
/// How many counts a median is taken of.
const SAMPLE: usize = 1024;
/// More items are not tracked.
pub(crate) const MOST: i32 = 1_000_000;

/// Which items are there most often.
#[derive(Debug, Clone)]
pub(crate) struct FrequentItems {
    lg_most: u8,
    map: Map,
    /// All that came.
    weight: i64,
    /// How much was taken away from each count.
    offset: i64,
}

impl FrequentItems {
    /// A sketch that tracks so many items.
    pub(crate) fn new(tracked: i32) -> FrequentItems {
        let least = (f64::from(tracked) / 0.75).ceil();
        let lg = (least.ln() / 2_f64.ln()).ceil();
        FrequentItems::of_size((lg as u8).max(LG_FIRST), LG_FIRST)
    }

    fn of_size(lg_most: u8, lg: u8) -> FrequentItems {
        FrequentItems {
            lg_most,
            map: Map::new(lg),
            weight: 0,
            offset: 0,
        }
    }

    pub(crate) fn held_bytes(&self) -> usize {
        self.map.held_bytes()
    }

    pub(crate) fn add(&mut self, item: Item, count: i64) {
        self.weight += count;
        self.map.add(item, count);
        if self.map.active() <= self.map.capacity() {
            return;
        }
        if self.map.lg() < self.lg_most {
            self.map.grow();
        } else {
            let sample = SAMPLE.min((1 << self.lg_most) / 4 * 3);
            self.offset += self.map.purge(sample);
        }
    }

    pub(crate) fn merge(&mut self, other: &FrequentItems) {
        if other.map.active() == 0 {
            return;
        }
        let weight = self.weight + other.weight;
        for (item, count) in other.map.by_steps() {
            self.add(item.clone(), count);
        }
        self.offset += other.offset;
        self.weight = weight;
    }

    /// Items that are certainly more frequent than what is missing, the most frequent first, with
    /// how often they are there at most.
    pub(crate) fn most_frequent(&self) -> Vec<(&Item, i64)> {
        let certain = self
            .map
            .by_steps()
            .filter(|(_, count)| *count >= self.offset);
        let mut items: Vec<_> = certain
            .map(|(item, count)| (item, count + self.offset))
            .collect();
        items.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        items
    }

    /// The sketch as bytes.
    pub(crate) fn write(&self, kind: Kind) -> Vec<u8> {
        let count = self.map.active();
        let (longs, flags) = if count == 0 { (1, EMPTY) } else { (4, 0) };
        let lg = self.map.lg();
        let mut bytes = vec![longs, VERSION, FAMILY, self.lg_most, lg, flags, 0, 0];
        if count == 0 {
            return bytes;
        }
        for number in [count as i64, self.weight, self.offset] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        for (_, count) in self.map.by_slot() {
            bytes.extend_from_slice(&count.to_le_bytes());
        }
        kind.write(self.map.by_slot().map(|(item, _)| item), &mut bytes);
        bytes
    }

    /// The sketch in these bytes.
    pub(crate) fn read(bytes: &[u8], kind: Kind) -> Option<FrequentItems> {
        let mut reader = Reader::new(bytes);
        let [longs, version, family, lg_most, lg, flags, _, _] = reader.array()?;
        let sizes = lg_most <= 30 && lg <= lg_most.max(LG_FIRST);
        if (version, family) != (VERSION, FAMILY) || !sizes {
            return None;
        }
        let empty = flags & EMPTY != 0;
        match (longs, empty) {
            (1, true) => return Some(FrequentItems::of_size(lg_most, LG_FIRST)),
            (4, false) => {}
            _ => return None,
        }
        let count = reader.count()?;
        reader.bytes(4)?;
        let (weight, offset) = (reader.u64()? as i64, reader.u64()? as i64);
        let (counts, _) = reader.bytes(count.checked_mul(8)?)?.as_chunks::<8>();
        let items = kind.read(&mut reader, count)?;
        // A table of fewer bytes than its items have is no reason for much memory.
        let lg = lg.clamp(LG_FIRST, LG_FIRST.max((count * 2).ilog2() as u8 + 2));
        let mut sketch = FrequentItems::of_size(lg_most, lg);
        sketch.offset = offset;
        for (item, count) in items.into_iter().zip(counts) {
            match i64::from_le_bytes(*count) {
                0 => {}
                count @ 1.. => sketch.add(item, count),
                _ => return None,
            }
        }
        sketch.weight = weight;
        Some(sketch)
    }
}

/// The error when a count that a call asks for is not above zero.
fn check_positive(name: &str, value: i32) -> Result<(), Raised> {
    if value > 0 {
        return Ok(());
    }
    Err(SqlError::new(condition::APPROX_TOP_K_NON_POSITIVE_ARG)
        .with("argName", format!("`{name}`"))
        .with("argValue", value.to_string())
        .into())
}

/// The error when a count that a call asks for is NULL.
pub(crate) fn not_null(name: &str, value: Option<i32>) -> Result<i32, Raised> {
    value.ok_or_else(|| {
        SqlError::new(condition::APPROX_TOP_K_NULL_ARG)
            .with("argName", format!("`{name}`"))
            .into()
    })
}

/// # Errors
/// `APPROX_TOP_K_NULL_ARG`, `APPROX_TOP_K_NON_POSITIVE_ARG`.
pub(crate) fn check_k(k: Option<i32>) -> Result<i32, Raised> {
    let k = not_null("k", k)?;
    check_positive("k", k)?;
    Ok(k)
}

/// # Errors
/// `APPROX_TOP_K_NULL_ARG`, `APPROX_TOP_K_NON_POSITIVE_ARG`,
/// `APPROX_TOP_K_MAX_ITEMS_TRACKED_EXCEEDS_LIMIT`.
pub(crate) fn check_tracked(tracked: Option<i32>) -> Result<i32, Raised> {
    let tracked = not_null("maxItemsTracked", tracked)?;
    if tracked > MOST {
        return Err(
            SqlError::new(condition::APPROX_TOP_K_MAX_ITEMS_TRACKED_EXCEEDS_LIMIT)
                .with("maxItemsTracked", tracked.to_string())
                .with("limit", MOST.to_string())
                .into(),
        );
    }
    check_positive("maxItemsTracked", tracked)?;
    Ok(tracked)
}

/// # Errors
/// `APPROX_TOP_K_MAX_ITEMS_TRACKED_LESS_THAN_K`.
pub(crate) fn check_enough(tracked: i32, k: i32) -> Result<(), Raised> {
    if tracked >= k {
        return Ok(());
    }
    Err(
        SqlError::new(condition::APPROX_TOP_K_MAX_ITEMS_TRACKED_LESS_THAN_K)
            .with("maxItemsTracked", tracked.to_string())
            .with("k", k.to_string())
            .into(),
    )
}
