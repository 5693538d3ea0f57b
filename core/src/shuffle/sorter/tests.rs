use super::*;
use crate::exec::CHUNK;
use crate::shuffle::NaturalOrder;
use crate::shuffle::test_memory::{Bench, drain, random};

fn sort_all<T: Data, O: KeyOrder<T>>(
    bench: &Bench,
    order: O,
    ties: Ties,
    input: &[T],
    chunk: usize,
) -> (Vec<T>, u64) {
    let mut sorter = ExternalSorter::new(order, &bench.task(), bench.dirs()).with_ties(ties);
    for part in input.chunks(chunk) {
        sorter.push(&mut part.to_vec()).unwrap();
    }
    let spilled = sorter.spilled_bytes();
    (drain(&mut sorter.finish().unwrap()), spilled)
}

#[test]
fn any_memory_gives_the_same_order() {
    let input: Vec<(u64, u64)> = random(20_000).map(|r| (r % 1000, r)).collect();
    for kib in [4, 64, 300, 4096] {
        let bench = Bench::new(kib << 10);
        for chunk in [1, 100, 1024, 20_000] {
            let input = if chunk == 1 {
                &input[..2000]
            } else {
                &input[..]
            };
            let mut expected = input.to_vec();
            expected.sort();
            let (sorted, spilled) = sort_all(&bench, NaturalOrder, Ties::Any, input, chunk);
            assert!(sorted == expected, "{kib} KiB, chunks of {chunk}");
            match kib {
                4 => assert!(spilled > 0),
                4096 => assert_eq!(spilled, 0),
                _ => {}
            }
        }
        bench.assert_clean();
    }
}

#[test]
fn equal_records_keep_their_order_across_runs_and_passes() {
    // 16 KiB of memory: hundreds of runs, merged a few at a time.
    let bench = Bench::new(16 << 10);
    let input: Vec<(u8, u32)> = random(30_000)
        .zip(0..)
        .map(|(r, i)| ((r % 7) as u8, i))
        .collect();
    let (sorted, spilled) = sort_all(
        &bench,
        |a: &(u8, u32), b: &(u8, u32)| a.0.cmp(&b.0),
        Ties::InOrder,
        &input,
        64,
    );
    let mut expected = input;
    expected.sort_by_key(|r| r.0);
    assert!(spilled > 0);
    assert!(sorted == expected);
    bench.assert_clean();
}

#[test]
fn records_of_very_different_sizes_are_sorted() {
    let bench = Bench::new(256 << 10);
    let input: Vec<String> = random(3000)
        .map(|r| {
            format!(
                "{r:020}{}",
                "x".repeat(if r % 100 == 0 {
                    50_000
                } else {
                    (r % 50) as usize
                })
            )
        })
        .collect();
    let (sorted, spilled) = sort_all(&bench, NaturalOrder, Ties::InOrder, &input, 100);
    let mut expected = input;
    expected.sort();
    assert!(spilled > 1 << 20);
    assert!(sorted == expected);
    bench.assert_clean();
}

#[test]
fn memory_is_counted_and_given_back() {
    let bench = Bench::new(64 << 20);
    let task = bench.task();
    let mut sorter = ExternalSorter::new(NaturalOrder, &task, bench.dirs());
    for start in 0..100u64 {
        let mut chunk: Vec<String> = (0..1000)
            .map(|i| format!("{:0100}", i * 100 + start))
            .collect();
        sorter.push(&mut chunk).unwrap();
    }
    // 100,000 strings of 24 bytes inline and at least 100 on the heap.
    assert!(task.used_bytes() > 12 << 20, "{}", task.used_bytes());
    let mut sorted = sorter.finish().unwrap();
    let held = task.used_bytes();
    let mut out = Vec::new();
    for _ in 0..50 {
        sorted.next(&mut out).unwrap();
    }
    assert!(
        task.used_bytes() < held * 2 / 3,
        "what was handed out is not counted any more"
    );
    drop(sorted);
    drop(task);
    bench.assert_clean();
}

#[test]
fn an_empty_sort_is_empty() {
    let bench = Bench::new(1 << 20);
    let (sorted, _) = sort_all::<u64, _>(&bench, NaturalOrder, Ties::Any, &[], 10);
    assert!(sorted.is_empty());
    bench.assert_clean();
}

/// Run by hand: `cargo test --lib -- --ignored --nocapture as_fast`.
#[test]
#[ignore = "a measurement"]
fn as_fast_as_a_slice() {
    let input: Vec<(u64, u64)> = random(10_000_000).map(|r| (r, r)).collect();
    let bench = Bench::new(4 << 30);
    for ties in [Ties::InOrder, Ties::Any, Ties::InOrder, Ties::Any] {
        let start = std::time::Instant::now();
        let mut plain = input.clone();
        match ties {
            Ties::InOrder => plain.sort_by_key(|record| record.0),
            Ties::Any => plain.sort_unstable_by_key(|record| record.0),
        }
        let by_hand = start.elapsed();
        let start = std::time::Instant::now();
        let order = |a: &(u64, u64), b: &(u64, u64)| a.0.cmp(&b.0);
        let mut sorter = ExternalSorter::new(order, &bench.task(), bench.dirs()).with_ties(ties);
        let mut chunk = Vec::new();
        for part in input.chunks(CHUNK) {
            chunk.extend_from_slice(part);
            sorter.push(&mut chunk).unwrap();
        }
        let mut sorted = sorter.finish().unwrap();
        let mut count = 0;
        while sorted.next(&mut chunk).unwrap() {
            count += chunk.len();
            chunk.clear();
        }
        let ours = start.elapsed();
        assert_eq!(count, input.len());
        println!("{ties:?}: slice {by_hand:?}, sorter {ours:?}");
    }
}
