//! Word count of a generated text, beside tables by hand over borrowed and over owned words.

use std::fs;
use std::hash::Hash;

use criterion::{Criterion, Throughput};
use flint_core::Text;
use hashbrown::HashMap;
use rayon::prelude::*;

use crate::{THREADS, context, input};

const WORDS: u64 = 1_000_000;
const DIFFERENT: u64 = 20_000;
const WORDS_PER_LINE: usize = 10;

type Counts<W> = HashMap<W, u64, foldhash::fast::FixedState>;

/// Counts what `own` makes of each word.
fn count<'a, W: Hash + Eq + Send>(text: &'a str, own: impl Fn(&'a str) -> W + Sync) -> Counts<W> {
    let lines: Vec<&str> = text.lines().collect();
    lines
        .par_chunks(lines.len().div_ceil(THREADS))
        .map(|part| {
            let mut counts = Counts::default();
            for word in part.iter().flat_map(|line| line.split_ascii_whitespace()) {
                *counts.entry(own(word)).or_default() += 1;
            }
            counts
        })
        .reduce(Counts::default, |mut all, part| {
            for (word, n) in part {
                *all.entry(word).or_default() += n;
            }
            all
        })
}

pub(crate) fn word_count(c: &mut Criterion) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("text");
    let words = input::words(WORDS, DIFFERENT);
    let lines: Vec<String> = words.chunks(WORDS_PER_LINE).map(|w| w.join(" ")).collect();
    fs::write(&path, lines.join("\n")).unwrap();
    let ctx = context();
    let name = path.display().to_string();
    let flint = || {
        let words = ctx.text_file(&name, THREADS).unwrap().flat_map(Text::words);
        let ones = words.map(|word| (word, 1_u64));
        ones.reduce_by_key(|a, b| a + b, 0).collect().unwrap()
    };
    // Reading is part of all three.
    let owned = || count(&fs::read_to_string(&path).unwrap(), str::to_owned);
    let borrowed = || count(&fs::read_to_string(&path).unwrap(), |word| word).len();
    let seen: Counts<String> = flint()
        .into_iter()
        .map(|(w, n)| (w.to_string(), n))
        .collect();
    assert_eq!(seen, owned());
    let mut group = c.benchmark_group("word_count");
    group.throughput(Throughput::Bytes(fs::metadata(&path).unwrap().len()));
    group.bench_function("flint", |b| b.iter(flint));
    group.bench_function("owned words by hand", |b| b.iter(owned));
    group.bench_function("borrowed words by hand", |b| b.iter(borrowed));
    group.finish();
}
