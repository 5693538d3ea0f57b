//! The samplers against real Spark: `golden/sampling.scala` made the answers.

use std::fmt::Debug;
use std::str::FromStr;

use super::*;
use crate::shuffle::{RangePlan, Sketch, resample_seed, sketch_seed};

/// An answer of Spark by its name.
fn golden<T: FromStr<Err: Debug>>(name: &str) -> Vec<T> {
    let lines = include_str!("../../golden/sampling.txt").lines();
    let line = lines
        .filter_map(|line| line.split_once(" ["))
        .find(|line| line.0 == name);
    let list = line
        .expect("there is such an answer")
        .1
        .trim_end_matches(']');
    list.split(", ").map(|item| item.parse().unwrap()).collect()
}

/// 0 to 199 in four partitions.
fn partitions() -> Vec<Vec<u32>> {
    (0..4).map(|p| (p * 50..p * 50 + 50).collect()).collect()
}

fn sample<S: Sampler>(mut sampler: S, seeds: impl IntoIterator<Item = i64>) -> Vec<u32> {
    let sampled = partitions()
        .into_iter()
        .zip(seeds)
        .map(|(mut partition, seed)| {
            sampler.set_seed(seed);
            sampler.sample_chunk(&mut partition);
            partition
        });
    sampled.flatten().collect()
}

#[test]
fn sample_takes_sparks_records() {
    let seeds = |seed| partition_seeds(seed, 4);
    assert_eq!(
        sample(BernoulliSampler::new(0.1), seeds(42)),
        golden::<u32>("sample_0.1_42")
    );
    assert_eq!(
        sample(BernoulliSampler::new(0.6), seeds(-3)),
        golden::<u32>("sample_0.6_-3")
    );
    assert_eq!(
        sample(PoissonSampler::new(0.2), seeds(7)),
        golden::<u32>("replace_0.2_7")
    );
    assert_eq!(
        sample(PoissonSampler::new(0.8), seeds(7)),
        golden::<u32>("replace_0.8_7")
    );
}

#[test]
fn random_split_takes_sparks_records() {
    for ((lower, upper), i) in split_ranges(&[1.0, 2.0, 1.0]).into_iter().zip(0..) {
        let part = sample(BernoulliCellSampler::new(lower, upper), 11..15);
        assert_eq!(part, golden::<u32>(&format!("split_{i}")));
    }
}

#[test]
fn take_sample_takes_sparks_records() {
    for (name, with_replacement) in [("take_20_5", false), ("take_replace_20_5", true)] {
        let mut random = JavaRandom::new(5);
        let fraction = fraction_for_sample_size(20, 200, with_replacement);
        let seeds = partition_seeds(i64::from(random.next_int()), 4);
        let mut taken = if with_replacement {
            sample(PoissonSampler::new(fraction), seeds)
        } else {
            sample(BernoulliSampler::new(fraction), seeds)
        };
        randomize_in_place(&mut taken, &mut random);
        assert_eq!(taken[..20], golden::<u32>(name));
    }
    let mut all: Vec<u32> = (0..200).collect();
    randomize_in_place(&mut all, &mut JavaRandom::new(5));
    assert_eq!(all[..20], golden::<u32>("take_all_5"));
}

#[test]
fn sample_by_key_takes_sparks_records() {
    let fraction = |i: &u32| [0.2, 0.5, 0.9][*i as usize % 3];
    let once = partitions()
        .into_iter()
        .zip(0..)
        .flat_map(|(records, partition)| {
            let mut strata = BernoulliStrata::new(13, partition);
            records
                .into_iter()
                .filter(move |i| strata.take(fraction(i)))
        });
    assert_eq!(once.collect::<Vec<_>>(), golden::<u32>("bykey"));
    let often = partitions()
        .into_iter()
        .zip(0..)
        .flat_map(|(records, partition)| {
            let mut strata = PoissonStrata::new(13, partition);
            records
                .into_iter()
                .flat_map(move |i| std::iter::repeat_n(i, strata.copies(fraction(&i)) as usize))
        });
    assert_eq!(often.collect::<Vec<_>>(), golden::<u32>("bykey_replace"));
}

#[test]
fn generators_give_sparks_numbers() {
    let mut x = XorShiftRandom::new(-12345);
    assert_eq!([(); 5].map(|()| x.next_int()), *golden::<i32>("xor_int"));
    assert_eq!([(); 3].map(|()| x.next_long()), *golden::<i64>("xor_long"));
    assert_eq!(
        [(); 3].map(|()| x.next_double()),
        *golden::<f64>("xor_double")
    );
    assert_eq!(
        [(); 5].map(|()| x.next_int_below(1000)),
        *golden::<i32>("xor_below")
    );
    assert_eq!(
        [(); 6].map(|()| x.next_gaussian()),
        *golden::<f64>("xor_gauss")
    );
    let mut java = JavaRandom::new(1);
    assert_eq!(
        [(); 20].map(|()| java.next_gaussian()),
        *golden::<f64>("java_gauss")
    );
    let mut poisson = Poisson::new(3.5, -99);
    assert_eq!(
        [(); 30].map(|()| poisson.sample()),
        *golden::<u32>("poisson_3.5")
    );
    assert_eq!(
        Reservoir::sample(0..500, 10, 77).0,
        golden::<u32>("reservoir")
    );
    let fractions = [
        fraction_for_sample_size(100, 10_000, false),
        fraction_for_sample_size(100, 10_000, true),
        fraction_for_sample_size(3, 1000, true),
    ];
    assert_eq!(fractions, *golden::<f64>("sketch_frac"));
}

/// The bounds that Spark would choose, given the ids of its RDDs.
fn bounds(inputs: &[Vec<i64>], ranges: usize, rdd: u64, mapped_rdd: u64) -> Vec<i64> {
    let plan = RangePlan::new(ranges, inputs.len());
    let sketches = inputs.iter().zip(0..).map(|(keys, partition)| {
        let mut reservoir = Reservoir::new(
            plan.sample_size_per_partition(),
            sketch_seed(mapped_rdd, partition),
        );
        keys.iter().for_each(|key| reservoir.offer(key));
        Sketch::new(partition, reservoir)
    });
    let mut candidates = plan.weigh(sketches.collect());
    if let Some(resample) = candidates.resample().cloned() {
        let seeds = partition_seeds(resample_seed(rdd), resample.partitions.len());
        let mut sampler = BernoulliSampler::new(resample.fraction);
        for (partition, seed) in resample.partitions.iter().zip(seeds) {
            let mut keys = inputs[*partition as usize].clone();
            sampler.set_seed(seed);
            sampler.sample_chunk(&mut keys);
            candidates.add(keys);
        }
    }
    candidates.bounds(i64::cmp)
}

#[test]
fn range_bounds_are_sparks() {
    let wide: Vec<Vec<i64>> = (0..5)
        .map(|p| {
            (p * 4000..(p + 1) * 4000)
                .map(|i| i * 7919 % 20011)
                .collect()
        })
        .collect();
    assert_eq!(bounds(&wide, 6, 16, 17), golden::<i64>("bounds"));
    let skewed: Vec<Vec<i64>> = (0..4)
        .map(|p| (0..if p == 3 { 40_000 } else { 50 }).collect())
        .collect();
    assert_eq!(bounds(&skewed, 5, 21, 22), golden::<i64>("skew_bounds"));
}
