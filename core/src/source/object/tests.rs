use std::fs;

use serde::{Deserialize, Serialize};

use super::*;
use crate::text::Text;

/// An object file of these chunks, in memory.
fn written<T: Data>(chunks: &[Vec<T>]) -> Vec<u8> {
    let mut writer = ObjectWriter::new(Vec::new(), Path::new("/mem")).unwrap();
    for chunk in chunks {
        writer.write_chunk(chunk).unwrap();
    }
    writer.finish().unwrap()
}

/// The records of a file of these bytes.
fn read<T: Data>(bytes: &[u8]) -> Result<Vec<T>> {
    read_with(bytes, &InputOptions::default())
}

fn read_with<T: Data>(bytes: &[u8], options: &InputOptions) -> Result<Vec<T>> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("part-00000");
    fs::write(&path, bytes).unwrap();
    let [split] = object_splits(&[InputFile {
        path,
        len: bytes.len() as u64,
    }])
    .try_into()
    .unwrap();
    let mut out = Vec::new();
    let mut reader = read_objects(&split, options, &|| Ok(()))?;
    while reader.next(&mut out)? {}
    assert!(!reader.next(&mut out)?, "the end stays the end");
    Ok(out)
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Visit {
    user: Text,
    pages: Vec<(u32, f64)>,
    note: Option<String>,
}

#[test]
fn what_is_written_is_read() {
    let numbers: Vec<u64> = (0..5000).collect();
    let chunks: Vec<_> = numbers.chunks(1024).map(<[u64]>::to_vec).collect();
    assert_eq!(read::<u64>(&written(&chunks)).unwrap(), numbers);

    let visit = Visit {
        user: "ü".into(),
        pages: vec![(1, 0.5)],
        note: None,
    };
    let bytes = written(&[
        vec![visit.clone()],
        vec![],
        vec![visit.clone(), visit.clone()],
    ]);
    assert_eq!(read::<Visit>(&bytes).unwrap(), vec![visit; 3]);

    assert_eq!(read::<String>(&written::<String>(&[])).unwrap(), [""; 0]);
    assert_eq!(read::<()>(&written(&[vec![(); 7]])).unwrap().len(), 7);
}

#[test]
fn names_are_without_modules() {
    assert_eq!(name_of::<String>(), "String");
    assert_eq!(
        name_of::<(Text, Option<Vec<u64>>)>(),
        "(String, Option<Vec<u64>>)"
    );
    assert_eq!(name_of::<Visit>(), "Visit");
    assert_eq!(name_of::<Vec<[Text; 3]>>(), "Vec<[String; 3]>");
    assert_eq!(name_of::<&str>(), "&str");
}

#[test]
fn strings_and_texts_are_the_same() {
    let bytes = written(&[vec![("a".to_owned(), 1_u64)]]);
    assert_eq!(read::<(Text, u64)>(&bytes).unwrap(), [("a".into(), 1)]);
}

#[test]
fn another_type_is_refused() {
    let bytes = written(&[vec![1_u64]]);
    let error = read::<i64>(&bytes).unwrap_err();
    assert!(matches!(&error, Error::Codec { .. }), "{error}");
    let message = error.to_string();
    assert!(
        message.contains("part-00000") && message.contains("u64") && message.contains("i64"),
        "{message}"
    );
}

#[test]
fn every_truncation_is_noticed() {
    let bytes = written(&[
        vec!["one".to_owned(), "two".to_owned()],
        vec!["three".to_owned()],
    ]);
    for len in 0..bytes.len() {
        match read::<String>(&bytes[..len]) {
            Err(Error::Corrupt { place, .. }) => {
                assert!(place.contains("part-00000 at byte "), "{place}")
            }
            other => panic!("{len}: {other:?}"),
        }
    }
    let longer = [bytes, b"x".to_vec()].concat();
    assert!(matches!(
        read::<String>(&longer),
        Err(Error::Corrupt { .. })
    ));
}

#[test]
fn every_flipped_bit_is_noticed() {
    let bytes = written(&[vec![1_u32, 2], vec![3]]);
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(
            matches!(read::<u32>(&flipped), Err(Error::Corrupt { .. })),
            "bit {bit}"
        );
    }
}

#[test]
fn a_missing_block_is_noticed() {
    let bytes = written(&[vec![1_u32], vec![2]]);
    let block = (bytes.len() - written::<u32>(&[]).len()) / 2;
    let header = written::<u32>(&[]).len() - BLOCK_HEADER_LEN - 8;
    let cut = [&bytes[..header], &bytes[header + block..]].concat();
    let error = read::<u32>(&cut).unwrap_err().to_string();
    assert!(error.contains("blocks are missing"), "{error}");
}

#[test]
fn damage_can_be_tolerated() {
    let mut bytes = written(&[vec![1_u32], vec![2]]);
    let at = bytes.len() - BLOCK_HEADER_LEN - 8 - 1;
    bytes[at] ^= 1;
    let options = InputOptions {
        ignore_corrupt_files: true,
        ..InputOptions::default()
    };
    assert_eq!(read_with::<u32>(&bytes, &options).unwrap(), [1]);
    assert_eq!(read_with::<u32>(b"", &options).unwrap(), [0; 0]);
}
