//! Broadcasts and accumulators.

use std::sync::Arc;

use flint_core::{Accumulate, Error};
use serde::{Deserialize, Serialize};

use crate::{context, eventually, numbers};

#[test]
fn tasks_read_a_broadcast() {
    let ctx = context("local[2]");
    let names = ctx.broadcast(vec!["zero".to_owned(), "one".to_owned()]);
    let words = numbers(&ctx, 4, 3)
        .with(names.clone())
        .map(|names, i| names.value()[i as usize % 2].clone());
    assert_eq!(words.collect().unwrap(), ["zero", "one", "zero", "one"]);
    let captured = names.clone();
    let lengths = numbers(&ctx, 2, 2).map(move |i| captured.value()[i as usize].len());
    assert_eq!(lengths.collect().unwrap(), [4, 3]);
    names.unpersist();
    assert_eq!(words.count().unwrap(), 4);
}

#[test]
fn a_destroyed_broadcast_fails_its_readers() {
    let ctx = context("local[2]");
    let b = ctx.broadcast(7_u32);
    let rdd = numbers(&ctx, 2, 2).with(b.clone()).map(|b, _| *b.value());
    assert_eq!(rdd.collect().unwrap(), [7, 7]);
    b.destroy();
    assert!(b.try_value().is_err());
    let error = rdd.collect().unwrap_err();
    assert!(matches!(error.root_cause(), Error::Panic { .. }), "{error}");
    assert_eq!(numbers(&ctx, 2, 2).count().unwrap(), 2);
}

#[test]
fn a_broadcast_goes_with_its_last_handle() {
    let ctx = context("local[2]");
    let value = Arc::new("shared".to_owned());
    let b = ctx.broadcast(Arc::clone(&value));
    let rdd = numbers(&ctx, 2, 2)
        .with(b.clone())
        .map(|b, _| b.value().len());
    assert_eq!(rdd.collect().unwrap(), [6, 6]);
    drop(b);
    assert_eq!(rdd.collect().unwrap(), [6, 6], "the RDD holds a handle");
    drop(rdd);
    eventually("the value is freed", || Arc::strong_count(&value) == 1);
}

#[test]
fn accumulators_of_numbers_and_lists() {
    let ctx = context("local[2]");
    let (long, double) = (
        ctx.long_accumulator("long"),
        ctx.double_accumulator("double"),
    );
    let odd = ctx.collection_accumulator::<i64>("odd");
    let env = (long.clone(), double.clone(), odd.clone());
    let rdd = numbers(&ctx, 10, 3)
        .with(env)
        .map(|(long, double, odd), x| {
            long.add(x);
            double.add(x as f64 / 2.0);
            if x % 2 == 1 {
                odd.add(x);
            }
            x
        });
    assert_eq!((long.sum(), long.count()), (0, 0));
    rdd.count().unwrap();
    assert_eq!((long.sum(), long.count(), long.avg()), (45, 10, 4.5));
    assert_eq!((double.sum(), double.count()), (22.5, 10));
    let mut seen = odd.value();
    seen.sort_unstable();
    assert_eq!(seen, [1, 3, 5, 7, 9]);
    rdd.count().unwrap();
    assert_eq!(
        long.sum(),
        90,
        "a transformation that runs twice counts twice, as in Spark"
    );
    long.reset();
    long.add(5);
    assert_eq!((long.sum(), long.count()), (5, 1), "the driver adds too");
    assert_eq!(long.name(), Some("long"));
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Longest(String);

impl Accumulate for Longest {
    type Input = String;

    fn add(&mut self, word: String) {
        if word.len() > self.0.len() {
            self.0 = word;
        }
    }

    fn merge(&mut self, other: Self) {
        self.add(other.0);
    }
}

#[test]
fn an_accumulator_of_one_s_own() {
    let ctx = context("local[2]");
    let longest = ctx.register("longest", Longest::default());
    let words = ["to", "be", "or", "not", "question"]
        .map(str::to_owned)
        .to_vec();
    let rdd = ctx
        .parallelize(words, 3)
        .with(longest.clone())
        .map(|longest, word| {
            longest.add(word.clone());
            word
        });
    assert_eq!(rdd.count().unwrap(), 5);
    assert_eq!(longest.value(), Longest("question".to_owned()));
}

#[derive(Clone, Serialize, Deserialize)]
struct Fragile;

impl Accumulate for Fragile {
    type Input = ();

    fn add(&mut self, (): ()) {}

    fn merge(&mut self, _: Self) {
        panic!("can't merge");
    }
}

#[test]
fn an_accumulator_that_can_t_be_merged_fails_its_job() {
    let ctx = context("local[2]");
    let fragile = ctx.register("fragile", Fragile);
    let rdd = numbers(&ctx, 4, 2).with(fragile).map(|fragile, x| {
        fragile.add(());
        x
    });
    let error = rdd.count().unwrap_err();
    assert!(error.to_string().contains("can't merge"), "{error}");
    assert_eq!(numbers(&ctx, 4, 2).count().unwrap(), 4);
}
