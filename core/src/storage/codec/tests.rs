//! Round trips, hostile input and the layout of plain records.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

use proptest::prelude::*;
use serde::{Deserialize, Serialize, Serializer};

use super::*;
use crate::data::Total;

fn encoded<T: Data>(items: &[T]) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode_chunk(items, &mut bytes).unwrap();
    bytes
}

fn decoded<T: Data>(bytes: &[u8]) -> Result<Vec<T>> {
    let mut items = Vec::new();
    decode_chunk(bytes, &mut items)?;
    Ok(items)
}

/// Encodes and decodes, alone and behind other bytes and records, and tries every truncation.
fn check<T: Data + PartialEq + Debug>(items: Vec<T>) {
    let bytes = encoded(&items);
    assert_eq!(decoded::<T>(&bytes).unwrap(), items);

    let mut behind = b"before".to_vec();
    encode_chunk(&items, &mut behind).unwrap();
    assert_eq!(&behind[6..], &bytes[..], "encoding appends");
    let mut twice = items.clone();
    decode_chunk(&bytes, &mut twice).unwrap();
    assert_eq!(twice.len(), 2 * items.len(), "decoding appends");

    for end in 0..bytes.len() {
        let mut out = items.clone();
        let error = decode_chunk(&bytes[..end], &mut out).unwrap_err();
        assert!(matches!(error, Error::Codec { .. }), "{error}");
        assert_eq!(out, items, "nothing is left behind by an error");
    }
    let mut longer = bytes;
    longer.push(0);
    assert!(decoded::<T>(&longer).is_err(), "a byte too many");
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Unit;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Shape {
    Point,
    Circle(f64),
    Polygon {
        corners: Vec<(f64, f64)>,
        name: Option<String>,
    },
}

#[test]
fn numbers_round_trip() {
    check::<u64>(vec![0, 1, 127, 128, u64::MAX]);
    check::<i8>(vec![-128, 0, 127]);
    check::<u16>(vec![0, 0x1234]);
    check::<i128>(vec![i128::MIN, -1, i128::MAX]);
    check::<u128>(vec![u128::MAX]);
    check::<f32>(vec![f32::MIN, -0.0, f32::INFINITY]);
    check::<usize>(vec![0, usize::MAX]);
    check::<isize>(vec![isize::MIN, -1]);
    check(vec![true, false]);
    check(vec!['a', 'ß', '\u{10FFFF}']);
    check(vec![Total(1.5_f64), Total(f64::NAN)]);
}

#[test]
fn nan_keeps_its_bits() {
    let odd = f64::from_bits(0x7ff8_0000_dead_beef);
    assert_eq!(
        decoded::<f64>(&encoded(&[odd])).unwrap()[0].to_bits(),
        odd.to_bits()
    );
}

#[test]
fn tuples_of_numbers_round_trip() {
    check(vec![(1_u32, 2_u64), (3, 4)]);
    check(vec![(1_u8, 2.5_f64), (255, -1.0)]);
    check(vec![(true, 7_i64)]);
    check(vec![(1_u64, 2_u64, 0.5_f64)]);
    check(vec![((1_i32, 2_i32), 0.5_f64)]);
    check(vec![(1_i64, (2_u64, 3_u64))]);
    check(vec![(1_u64, (2.0_f64, 3_u64))]);
    // Not in the table: the same, but through serde.
    check(vec![(1_u8, 2_u16, 'x', -4_i128)]);
}

#[test]
fn text_and_nested_records_round_trip() {
    check(vec![String::new(), "é".repeat(300), "x".to_owned()]);
    check(vec![("key".to_owned(), 1_u64), (String::new(), u64::MAX)]);
    check(vec![vec![vec![1_u8], vec![]], vec![]]);
    check(vec![Some(Box::new((1_u32, "a".to_owned()))), None]);
    check(vec![
        HashMap::from([(1_u32, "a".to_owned())]),
        HashMap::new(),
    ]);
    check(vec![BTreeMap::from([("b".to_owned(), vec![1_i64, -1])])]);
    check(vec![
        Shape::Point,
        Shape::Circle(1.0),
        Shape::Polygon {
            corners: vec![(0.0, 1.0)],
            name: Some("p".to_owned()),
        },
    ]);
}

#[test]
fn empty_chunks_round_trip() {
    check::<u64>(vec![]);
    check::<(u32, f64)>(vec![]);
    check::<String>(vec![]);
    check::<()>(vec![]);
}

#[test]
fn records_without_bytes_keep_their_number() {
    check(vec![(); 5]);
    check(vec![Unit; 1000]);
    check(vec![((), Unit); 3]);
    check(vec![Vec::<()>::new(), vec![(); 4]]);
}

#[test]
fn more_than_one_piece_round_trips() {
    let numbers: Vec<u64> = (0..3 * PIECE as u64 + 7).map(|x| x * x).collect();
    assert_eq!(decoded::<u64>(&encoded(&numbers)).unwrap(), numbers);
    let pairs: Vec<(u32, f64)> = (0..2 * PIECE as u32 + 1)
        .map(|x| (x, f64::from(x)))
        .collect();
    assert_eq!(decoded::<(u32, f64)>(&encoded(&pairs)).unwrap(), pairs);
}

#[test]
fn plain_records_are_little_endian_without_padding() {
    assert_eq!(encoded(&[0x0102_0304_u32]), [1, 4, 3, 2, 1]);
    assert_eq!(encoded(&[(1_u8, 2_u32)]), [1, 1, 2, 0, 0, 0]);
    assert_eq!(encoded(&[5_usize]).len(), 1 + 8);
}

#[test]
fn impossible_values_are_refused() {
    assert!(decoded::<bool>(&[1, 2]).is_err());
    assert!(decoded::<char>(&[1, 0, 0xd8, 0, 0]).is_err());
    assert!(decoded::<String>(&[1, 1, 0xff]).is_err());
    assert!(decoded::<Shape>(&[1, 9]).is_err());
}

#[test]
fn huge_counts_allocate_nothing() {
    let mut bytes = encoded(&[u64::MAX]);
    // Now a count of u64::MAX, followed by nothing.
    bytes[0] = 10;
    let count = postcard::to_allocvec(&u64::MAX).unwrap();
    assert!(decoded::<u64>(&count).is_err());
    assert!(decoded::<()>(&count).is_err());
    assert!(decoded::<String>(&count).is_err());
    // A string and a vector that claim to be enormous.
    let claim = [&[1_u8][..], &count].concat();
    assert!(decoded::<String>(&claim).is_err());
    assert!(decoded::<Vec<u64>>(&claim).is_err());
    assert!(decoded::<HashMap<u64, u64>>(&claim).is_err());
    // A count that the width multiplies past the address space.
    assert!(decoded::<u128>(&[&count[..9], &[0x01], &[0; 32]].concat()).is_err());
}

#[derive(Clone, Deserialize)]
struct Unwilling;

impl Serialize for Unwilling {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("no"))
    }
}

#[test]
fn a_failing_record_names_its_type_and_leaves_nothing() {
    let mut bytes = b"before".to_vec();
    let error = encode_chunk(&[Unwilling], &mut bytes).unwrap_err();
    assert!(error.to_string().contains("Unwilling"), "{error}");
    assert_eq!(bytes, b"before");
}

proptest! {
    #[test]
    fn any_strings_round_trip(items: Vec<(String, Option<Vec<i32>>)>) {
        prop_assert_eq!(decoded::<(String, Option<Vec<i32>>)>(&encoded(&items)).unwrap(), items);
    }

    #[test]
    fn any_pairs_round_trip(items: Vec<(u32, i64)>) {
        prop_assert_eq!(decoded::<(u32, i64)>(&encoded(&items)).unwrap(), items);
    }

    #[test]
    fn any_bytes_are_decoded_or_refused(bytes: Vec<u8>) {
        let _ = decoded::<u64>(&bytes);
        let _ = decoded::<(u8, f64)>(&bytes);
        let _ = decoded::<bool>(&bytes);
        let _ = decoded::<()>(&bytes);
        let _ = decoded::<(String, Vec<Shape>)>(&bytes);
        let _ = decoded::<HashMap<String, Vec<u64>>>(&bytes);
    }

    #[test]
    fn flipped_bits_are_decoded_or_refused(items: Vec<(String, Vec<u32>)>, at: prop::sample::Index, bit in 0..8_u32) {
        let mut bytes = encoded(&items);
        let at = at.index(bytes.len());
        bytes[at] ^= 1_u8 << bit;
        let _ = decoded::<(String, Vec<u32>)>(&bytes);
    }
}
