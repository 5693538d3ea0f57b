//! Estimates against what the collections say they have allocated.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::counter::malloc;
use super::*;

/// The truth: bytes on the heap, by the capacities that the collections really have.
trait Heap {
    fn heap(&self) -> usize;
}

macro_rules! no_heap {
    ($($type:ty),*) => { $( impl Heap for $type { fn heap(&self) -> usize { 0 } } )* };
}

no_heap!(u8, u32, u64, f64);

impl Heap for String {
    fn heap(&self) -> usize {
        malloc(self.capacity())
    }
}

impl<T: Heap> Heap for Vec<T> {
    fn heap(&self) -> usize {
        malloc(self.capacity() * size_of::<T>()) + self.iter().map(Heap::heap).sum::<usize>()
    }
}

impl<T: Heap> Heap for Option<T> {
    fn heap(&self) -> usize {
        self.as_ref().map_or(0, Heap::heap)
    }
}

impl<A: Heap, B: Heap> Heap for (A, B) {
    fn heap(&self) -> usize {
        self.0.heap() + self.1.heap()
    }
}

impl<K: Heap + Eq + std::hash::Hash, V: Heap> Heap for HashMap<K, V> {
    fn heap(&self) -> usize {
        let entries: usize = self.iter().map(|(k, v)| k.heap() + v.heap()).sum();
        table::<(K, V)>(self.capacity()) + entries
    }
}

impl<K: Heap + Eq + std::hash::Hash> Heap for HashSet<K> {
    fn heap(&self) -> usize {
        table::<K>(self.capacity()) + self.iter().map(Heap::heap).sum::<usize>()
    }
}

/// The allocation of a table with room for `capacity` entries, as the very implementation that the
/// standard library uses says.
fn table<E>(capacity: usize) -> usize {
    malloc(hashbrown::HashTable::<E>::with_capacity(capacity).allocation_size())
}

#[track_caller]
fn assert_near(estimate: usize, truth: usize) {
    let ratio = estimate as f64 / truth as f64;
    assert!(
        (0.75..=1.25).contains(&ratio),
        "estimated {estimate} bytes where {truth} are used: {ratio:.2}"
    );
}

/// Checks one record, and a stream of chunks of such records.
#[track_caller]
fn check<T: Data + Heap>(make: impl Fn(u64) -> T) {
    let mut estimator = SizeEstimator::new();
    let (mut estimate, mut truth, mut alone) = (0, 0, 0);
    for chunk in 0..20 {
        let records: Vec<T> = (0..1024).map(|i| make(mix(chunk * 1024 + i))).collect();
        truth += records
            .iter()
            .map(|r| size_of::<T>() + r.heap())
            .sum::<usize>();
        alone += records.iter().map(deep_size).sum::<usize>();
        estimate += estimator.estimate(&records);
    }
    assert_near(alone, truth);
    assert_near(estimate, truth);
}

/// A fixed random number for each index.
fn mix(i: u64) -> u64 {
    let x = (i + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (x ^ (x >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 16
}

fn text(len: u64) -> String {
    "x".repeat(len as usize)
}

#[test]
fn fixed_size_records_are_exact() {
    assert_eq!(deep_size(&1_u64), 8);
    assert_eq!(deep_size(&(1_u8, 2_u64)), 16);
    assert_eq!(deep_size(&()), 0);
    assert_eq!(
        SizeEstimator::new().estimate(&[(1_u32, 2.0_f64); 100]),
        1600
    );
    assert_eq!(SizeEstimator::new().estimate(&[(); 100]), 0);
}

#[test]
fn strings() {
    check(|r| text(r % 40));
    check(|r| text(r % 1000));
    check(|r| (text(r % 20), text(r % 300)));
    check(|r| vec![text(r % 30); (r % 5) as usize]);
    check(|r| (text(3), r));
}

#[test]
fn nested_vectors() {
    check(|r| vec![r; (r % 50) as usize]);
    check(|r| (r, vec![r as u32; (r % 20) as usize]));
    check(|r| vec![vec![0_u8; (r % 100) as usize]; (r % 7) as usize]);
    check(|r| vec![(r as u32, 1.0_f64); (r % 9) as usize]);
    check(|r| vec![(1_u8, (r, 2_u8)); (r % 9 + 3) as usize]);
}

#[test]
fn vectors_with_spare_room() {
    fn pushed(len: u64) -> Vec<u64> {
        let mut all = Vec::new();
        (0..len).for_each(|i| all.push(i));
        all
    }
    check(|r| pushed(r % 50));
    check(|r| (text(r % 10), pushed(r % 1000)));
    check(|r| vec![pushed(r % 20); 3]);
}

#[derive(Clone, Serialize, Deserialize)]
enum Tree {
    Leaf(u64),
    Node(Box<Tree>, String, Box<Tree>),
}

impl<T: Heap> Heap for Box<T> {
    fn heap(&self) -> usize {
        malloc(size_of::<T>()) + T::heap(self)
    }
}

impl Heap for Tree {
    fn heap(&self) -> usize {
        match self {
            Tree::Leaf(_) => 0,
            Tree::Node(a, name, b) => a.heap() + name.heap() + b.heap(),
        }
    }
}

#[test]
fn boxes() {
    check(|r| Box::new((r, text(r % 50))));
    check(|r| (r % 2 == 0).then(|| Box::new((text(r % 40), r))));
    check(|r| {
        Tree::Node(
            Box::new(Tree::Leaf(r)),
            text(r % 100),
            Box::new(Tree::Leaf(r)),
        )
    });
}

#[derive(Clone, Deserialize)]
struct Short(String);

impl Serialize for Short {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(SHARED_TEXT, self.0.as_str())
    }
}

#[test]
fn shared_texts_are_inline_or_a_part_of_a_buffer() {
    assert_eq!(deep_size(&Short(text(23))), 24);
    assert_eq!(deep_size(&(Short(text(5)), 1_u64)), 32);
    assert_eq!(deep_size(&Short(text(100))), 124);
    assert_eq!(
        deep_size(&(Short(text(5)), text(5))),
        48 + malloc(5),
        "strings beside are strings"
    );
}

#[test]
fn options() {
    check(|r| (r % 2 == 0).then(|| text(r % 100)));
    check(|r| vec![Some(r); (r % 10) as usize]);
    check(|r| vec![(r % 3 > 0).then(|| text(r % 50)); 4]);
}

#[test]
fn hash_maps_and_sets() {
    check(|r| (0..r % 100).map(|k| (k, r)).collect::<HashMap<u64, u64>>());
    check(|r| {
        (0..r % 20)
            .map(|k| (text(k + 5), r as u32))
            .collect::<HashMap<String, u32>>()
    });
    check(|r| (0..r % 60).collect::<HashSet<u64>>());
    check(|r| {
        vec![
            (0..r % 10)
                .map(|k| text(k + 1))
                .collect::<HashSet<String>>();
            2
        ]
    });
}

#[test]
fn skewed_lengths() {
    // A long tail: one record of a thousand is a hundred times the rest.
    check(|r| {
        text(if r.is_multiple_of(1000) {
            20_000
        } else {
            r % 60
        })
    });
    // Most bytes in few records.
    check(|r| vec![r; if r.is_multiple_of(50) { 5_000 } else { 2 }]);
    // All over the orders of magnitude.
    check(|r| text(1 << (r % 13)));
}

#[test]
fn records_that_grow_are_followed() {
    let mut estimator = SizeEstimator::new();
    let (mut estimate, mut truth) = (0, 0);
    for chunk in 0..40 {
        let records: Vec<String> = (0..1024).map(|i| text(chunk * 50 + mix(i) % 20)).collect();
        truth += records
            .iter()
            .map(|r| size_of::<String>() + r.heap())
            .sum::<usize>();
        estimate += estimator.estimate(&records);
    }
    assert_near(estimate, truth);
}

#[test]
fn b_trees_are_near_the_middle_of_what_they_may_take() {
    let map: BTreeMap<u64, u64> = (0..10_000).map(|k| (k, k)).collect();
    // A node holds 5 to 11 entries of 16 bytes, plus its header.
    let (least, most) = (10_000 * 16, 10_000 / 5 * (11 * 16 + 24));
    let size = deep_size(&map);
    assert!((least..=most).contains(&size), "{size}");
}

#[derive(Clone, Serialize, Deserialize)]
struct Person {
    name: String,
    age: u8,
    address: Option<Address>,
}

#[derive(Clone, Serialize, Deserialize)]
enum Address {
    Unknown,
    Street { name: String, number: u32 },
    Box(u64),
}

impl Heap for Person {
    fn heap(&self) -> usize {
        self.name.heap()
            + match &self.address {
                Some(Address::Street { name, .. }) => name.heap(),
                _ => 0,
            }
    }
}

#[test]
fn structs_and_enums() {
    let person = |r: u64| Person {
        name: text(r % 30),
        age: 3,
        address: match r % 4 {
            0 => None,
            1 => Some(Address::Unknown),
            2 => Some(Address::Box(r)),
            _ => Some(Address::Street {
                name: text(r % 80),
                number: 1,
            }),
        },
    };
    check(person);
    check(move |r| vec![person(r), person(r + 3), person(r + 2)]);
}

#[derive(Clone, Deserialize)]
struct Secret(String);

impl Serialize for Secret {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("not shown"))
    }
}

#[test]
fn what_serde_refuses_counts_inline() {
    let secret = Secret("x".repeat(100));
    assert_eq!(
        (deep_size(&secret), secret.0.len()),
        (size_of::<String>(), 100)
    );
}

#[test]
fn empty_chunks_take_nothing() {
    assert_eq!(SizeEstimator::new().estimate::<String>(&[]), 0);
}
