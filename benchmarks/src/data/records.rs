//! Records of 100 bytes, some of them on few heavy keys: an input that is larger than memory and
//! whose sorted and grouped forms can be checked record by record without keeping them.
//!
//! Every value tells which record it belongs to, and every record can be made from its number
//! alone. So a checker needs neither the input nor the groups: the key must be the one of the
//! value's record, a group must have as many members as the generator gives it, and all records
//! together must have the right number and the right checksum.

use serde::{Deserialize, Serialize};

use crate::peers::mix;

/// Characters of a key.
const KEY_BYTES: usize = 16;
/// Characters of a value.
const VALUE_BYTES: usize = 84;
/// Characters of a record.
pub const RECORD_BYTES: usize = KEY_BYTES + VALUE_BYTES;
/// Keys that share the heavy records.
pub const HEAVY_KEYS: u64 = 64;
/// One record in so many is on a heavy key.
const HEAVY_ONE_IN: u64 = 10;
/// Numbers that fall on one light key; about a tenth of them are heavy instead.
const PER_LIGHT_KEY: u64 = 4;
/// Tells heavy keys from light ones, whose first digit can be anything.
const HEAVY_PREFIX: &str = "heavy-key-";

/// A set of records, given by how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Records {
    count: u64,
}

/// What records have in common whatever their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Number of records.
    pub records: u64,
    /// Wrapping sum of a hash of each record's number.
    pub checksum: u64,
}

impl Summary {
    /// Takes in the record of a number.
    #[inline]
    pub fn add(&mut self, number: u64) {
        self.records += 1;
        self.checksum = self.checksum.wrapping_add(mix(number, !number));
    }

    /// The summary of both.
    #[must_use]
    pub fn and(self, other: Summary) -> Summary {
        Summary {
            records: self.records + other.records,
            checksum: self.checksum.wrapping_add(other.checksum),
        }
    }
}

impl Records {
    /// So many records.
    pub fn new(count: u64) -> Self {
        Records { count }
    }

    /// Number of records.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The heavy key of a record, from 0, if it is on one.
    fn heavy(number: u64) -> Option<u64> {
        let draw = mix(number, 1);
        draw.is_multiple_of(HEAVY_ONE_IN)
            .then_some((draw >> 32) % HEAVY_KEYS)
    }

    fn light_keys(&self) -> u64 {
        self.count.div_ceil(PER_LIGHT_KEY).max(1)
    }

    /// The key of a record.
    pub fn key(&self, number: u64) -> String {
        match Self::heavy(number) {
            Some(heavy) => format!("{HEAVY_PREFIX}{heavy:06}"),
            None => {
                let mut key = String::with_capacity(KEY_BYTES);
                push_hex(&mut key, scatter(number % self.light_keys()));
                key
            }
        }
    }

    /// The value of a record: its number, and text that follows from it.
    pub fn value(number: u64) -> String {
        let mut value = String::with_capacity(VALUE_BYTES);
        push_hex(&mut value, number);
        value.push_str(filler(number));
        value
    }

    /// A record.
    pub fn record(&self, number: u64) -> (String, String) {
        (self.key(number), Self::value(number))
    }

    /// The number of the record that has this value, if one has.
    pub fn number_of(&self, value: &str) -> Option<u64> {
        let number = u64::from_str_radix(value.get(..KEY_BYTES)?, 16).ok()?;
        let right = number < self.count && value[KEY_BYTES..] == *filler(number);
        right.then_some(number)
    }

    /// How many records have the key of record `number`, given the sizes of the heavy groups.
    pub fn group_size(&self, number: u64, heavy_groups: &[u64]) -> u64 {
        match Self::heavy(number) {
            Some(heavy) => heavy_groups[heavy as usize],
            None => {
                let step = self.light_keys();
                let alike = (number % step..self.count).step_by(step as usize);
                alike.filter(|n| Self::heavy(*n).is_none()).count() as u64
            }
        }
    }

    /// The summary of all records, and the sizes of the heavy groups: found by counting through all
    /// numbers.
    pub fn expected(&self) -> (Summary, Vec<u64>) {
        let mut groups = vec![0; HEAVY_KEYS as usize];
        let mut summary = Summary::default();
        for number in 0..self.count {
            summary.add(number);
            if let Some(heavy) = Self::heavy(number) {
                groups[heavy as usize] += 1;
            }
        }
        (summary, groups)
    }
}

/// A permutation of all numbers (splitmix64's last step), so that different light keys stay
/// different and are spread over the whole range.
fn scatter(number: u64) -> u64 {
    let z = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Appends a number as 16 hexadecimal digits.
fn push_hex(text: &mut String, number: u64) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits: [u8; KEY_BYTES] =
        std::array::from_fn(|i| DIGITS[(number >> (60 - 4 * i)) as usize & 15]);
    text.push_str(std::str::from_utf8(&digits).expect("digits are ASCII"));
}

/// The end of the value of a record: a part of a text, from a place that the number tells. Making
/// records must not be what is measured.
fn filler(number: u64) -> &'static str {
    const TEXT: &str = "Four score and seven sparks ago our flints brought forth, upon this bench, \
                        a new sort, conceived in memory, and dedicated to the proposition that all \
                        records are made equal, whatever keys they have.";
    let places = TEXT.len() - (VALUE_BYTES - KEY_BYTES);
    let start = (scatter(number) % places as u64) as usize;
    &TEXT[start..][..VALUE_BYTES - KEY_BYTES]
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[test]
    fn groups_have_the_sizes_that_are_foretold() {
        let records = Records::new(10_001);
        let (summary, heavy) = records.expected();
        let mut groups: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        for n in 0..records.count() {
            groups.entry(records.key(n)).or_default().push(n);
        }
        for members in groups.values() {
            for n in members {
                assert_eq!(records.group_size(*n, &heavy), members.len() as u64);
            }
        }
        assert_eq!(summary.records, 10_001);
        let on_heavy: u64 = heavy.iter().sum();
        assert!((800..1_200).contains(&on_heavy), "{on_heavy}");
    }

    #[test]
    fn a_value_tells_its_record_and_is_of_the_right_size() {
        let records = Records::new(1_000);
        let mut values = BTreeSet::new();
        for n in 0..1_000 {
            let (key, value) = records.record(n);
            assert_eq!((key.len(), value.len()), (KEY_BYTES, VALUE_BYTES));
            assert_eq!(records.number_of(&value), Some(n));
            values.insert(value);
        }
        assert_eq!(values.len(), 1_000);
        assert_eq!(records.number_of(&Records::value(1_000)), None);
        assert_eq!(records.number_of("short"), None);
        let damaged = Records::value(5).replace('5', "6");
        assert_eq!(records.number_of(&damaged), None);
    }

    #[test]
    fn the_summary_sees_a_record_twice_and_one_missing() {
        let of = |numbers: &[u64]| {
            let mut summary = Summary::default();
            numbers.iter().for_each(|n| summary.add(*n));
            summary
        };
        assert_eq!(of(&[0, 1, 2]), of(&[2, 1]).and(of(&[0])));
        assert_ne!(of(&[0, 1, 2]), of(&[0, 1, 1]));
        assert_ne!(of(&[0, 1, 2]), of(&[0, 1]));
    }
}
