//! Damaged rows: an error each time, never the end of the process.

use std::sync::Arc;

use arrow::array::{ArrayRef, DictionaryArray, Int64Array, ListArray, StringArray, StructArray};
use arrow::datatypes::{DataType, Field, Int32Type, Int64Type};
use arrow::ipc::writer::{IpcWriteOptions, StreamWriter};

use super::*;

/// A stream of two batches with columns of all shapes.
fn stream(compression: Option<CompressionType>) -> Vec<u8> {
    let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("one"), None, Some("zwölf")]));
    let known: DictionaryArray<Int32Type> = vec![Some("a"), Some("b"), None].into_iter().collect();
    let lists = ListArray::from_iter_primitive::<Int64Type, _, _>([
        Some(vec![Some(1), None]),
        None,
        Some(vec![]),
    ]);
    let field = Arc::new(Field::new("inner", DataType::Utf8, true));
    let structs = StructArray::from(vec![(field, Arc::clone(&texts))]);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("number", Arc::new(Int64Array::from(vec![1, 2, 3]))),
        ("text", texts),
        ("known", Arc::new(known)),
        ("list", Arc::new(lists)),
        ("struct", Arc::new(structs)),
    ];
    let batch = RecordBatch::try_from_iter(columns).expect("columns of three");
    let options = IpcWriteOptions::default().try_with_compression(compression);
    let options = options.expect("a codec");
    let mut bytes = Vec::new();
    let mut writer =
        StreamWriter::try_new_with_options(&mut bytes, &batch.schema(), options).expect("a schema");
    for _ in 0..2 {
        writer.write(&batch).expect("written");
    }
    writer.finish().expect("written");
    drop(writer);
    bytes
}

fn of(data: Vec<u8>) -> LocalRelation {
    LocalRelation {
        data: Some(data.into()),
        schema: None,
    }
}

/// Numbers that look random, the same ones for each seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    /// Damages some bytes, as lengths, counts and offsets would be.
    fn damage(&mut self, bytes: &mut Vec<u8>) {
        const WORDS: [u64; 6] = [0, 1, 1 << 31, 1 << 40, u64::MAX >> 1, u64::MAX];
        for _ in 0..=self.below(3) {
            let at = self.below(bytes.len());
            match self.below(4) {
                0 => bytes[at] ^= 1 << self.below(8),
                1 => bytes[at] = self.below(256) as u8,
                2 => bytes.truncate(at + 1),
                _ => {
                    let word = WORDS[self.below(WORDS.len())].to_le_bytes();
                    let end = bytes.len().min(at / 8 * 8 + 8);
                    let start = at / 8 * 8;
                    bytes[start..end].copy_from_slice(&word[..end - start]);
                }
            }
        }
    }
}

#[test]
fn whole_streams_are_read() {
    let codecs = [
        None,
        Some(CompressionType::ZSTD),
        Some(CompressionType::LZ4_FRAME),
    ];
    for compression in codecs {
        let (schema, batches) = decoded(&of(stream(compression))).expect("a stream");
        assert_eq!(schema.fields().len(), 5);
        assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), 6);
    }
}

#[test]
fn s7_damaged_streams_are_errors() {
    let codecs = [
        None,
        Some(CompressionType::ZSTD),
        Some(CompressionType::LZ4_FRAME),
    ];
    let (mut read, mut refused) = (0, 0);
    for compression in codecs {
        let whole = stream(compression);
        for seed in 0..4_000 {
            let mut bytes = whole.clone();
            Chance(seed).damage(&mut bytes);
            match decoded(&of(bytes)) {
                Ok((_, batches)) => {
                    read += 1;
                    // What was let through can be looked at.
                    let shown: usize = batches.iter().map(|batch| format!("{batch:?}").len()).sum();
                    assert!(shown < 1 << 20, "seed {seed}");
                }
                Err(error) => {
                    refused += 1;
                    assert_ne!(
                        error.condition().name,
                        "INTERNAL_ERROR",
                        "seed {seed}: {error}"
                    );
                }
            }
        }
    }
    assert!(
        read > 100 && refused > 4_000,
        "{read} read, {refused} refused"
    );
}

#[test]
fn s6_declared_lengths_are_not_believed() {
    let whole = stream(Some(CompressionType::ZSTD));
    let mut refused = 0;
    // Wherever the length of a compressed buffer may be.
    for at in (0..whole.len() - 8).step_by(8) {
        let mut bytes = whole.clone();
        bytes[at..at + 8].copy_from_slice(&(1_u64 << 40).to_le_bytes());
        refused += usize::from(decoded(&of(bytes)).is_err());
    }
    assert!(refused > 20, "{refused}");
}

#[test]
fn rows_must_fit_the_schema_that_is_told() {
    let relation = LocalRelation {
        schema: Some("a INT, b STRING".into()),
        ..of(stream(None))
    };
    let error = decoded(&relation).expect_err("five columns");
    assert_eq!(
        error.condition().name,
        "CONNECT_INVALID_PLAN.ASSERTION_FAILURE"
    );
    let nothing = LocalRelation {
        data: None,
        schema: None,
    };
    let error = decoded(&nothing).expect_err("no columns");
    let missing = "CONNECT_INVALID_PLAN.SCHEMA_REQUIRED_FOR_LOCAL_RELATION";
    assert_eq!(error.condition().name, missing);
}
