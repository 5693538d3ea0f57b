use super::*;

#[test]
fn java_random_gives_the_jdk_numbers() {
    let mut r = JavaRandom::new(42);
    assert_eq!((r.next_int(), r.next_int()), (-1170105035, 234785527));
    assert_eq!(JavaRandom::new(42).next_long(), -5025562857975149833);
    assert_eq!(JavaRandom::new(42).next_double(), 0.7275636800328681);
    assert_eq!(JavaRandom::new(42).next_gaussian(), 1.1419053154730547);
    let mut r = JavaRandom::new(42);
    let below: Vec<i32> = (0..5).map(|_| r.next_int_below(10)).collect();
    assert_eq!(below, [0, 3, 8, 4, 0]);
}

#[test]
fn xorshift_gives_spark_sqls_numbers() {
    // `rand(0)`, `randn(0)`: Spark SQL's function documentation.
    assert_eq!(XorShiftRandom::new(0).next_double(), 0.7604953758285915);
    assert_eq!(XorShiftRandom::new(0).next_gaussian(), 1.6034991609278433);
    // `rand(42)` on one partition.
    let mut r = XorShiftRandom::new(42);
    assert_eq!(
        (r.next_double(), r.next_double()),
        (0.619189370225301, 0.5096018842446481)
    );
}

#[test]
fn cells_split_without_overlap_or_loss() {
    let mut counts = [0u32; 1000];
    for (lower, upper) in split_ranges(&[0.2, 0.3, 0.5]) {
        let mut sampler = BernoulliCellSampler::new(lower, upper);
        sampler.set_seed(11);
        let mut chunk: Vec<usize> = (0..1000).collect();
        sampler.sample_chunk(&mut chunk);
        for i in chunk {
            counts[i] += 1;
        }
    }
    assert!(counts.iter().all(|n| *n == 1));
}

#[test]
fn complement_takes_the_rest() {
    let mut some = BernoulliCellSampler::new(0.2, 0.6);
    let mut rest = some.clone().into_complement();
    some.set_seed(3);
    rest.set_seed(3);
    assert!((0..1000).all(|_| some.sample() + rest.sample() == 1));
}

#[test]
fn samples_have_the_expected_size() {
    for fraction in [0.01, 0.1, 0.4, 0.41, 0.9] {
        let mut bernoulli = BernoulliSampler::new(fraction);
        bernoulli.set_seed(5);
        let taken: u32 = (0..100_000).map(|_| bernoulli.sample()).sum();
        assert_near(
            f64::from(taken),
            fraction * 1e5,
            (1e5 * fraction * (1.0 - fraction)).sqrt(),
        );
    }
    for mean in [0.01, 0.3, 0.5, 2.0, 39.5, 40.0, 130.0] {
        let mut poisson = PoissonSampler::new(mean);
        poisson.set_seed(5);
        let taken: u32 = (0..20_000).map(|_| poisson.sample()).sum();
        assert_near(f64::from(taken), mean * 2e4, (mean * 2e4).sqrt());
    }
}

fn assert_near(seen: f64, expected: f64, deviation: f64) {
    assert!(
        (seen - expected).abs() < 5.0 * deviation,
        "{seen} is far from {expected}"
    );
}

#[test]
fn fractions_outside_the_unit_interval_take_all_or_nothing() {
    let take = |fraction| {
        let mut sampler = BernoulliSampler::new(fraction);
        sampler.set_seed(1);
        (0..100).map(|_| sampler.sample()).sum::<u32>()
    };
    assert_eq!(
        (take(0.0), take(-1e-7), take(1.0), take(1.0 + 1e-7)),
        (0, 0, 100, 100)
    );
    assert_eq!(PoissonSampler::new(0.0).sample(), 0);
}

#[test]
fn a_seed_fixes_the_sample_whatever_came_before() {
    fn draw<S: Sampler>(sampler: &mut S) -> Vec<u32> {
        sampler.set_seed(9);
        (0..500).map(|_| sampler.sample()).collect()
    }
    for fraction in [0.05, 0.7] {
        let mut bernoulli = BernoulliSampler::new(fraction);
        assert_eq!(draw(&mut bernoulli), draw(&mut bernoulli));
        let mut poisson = PoissonSampler::new(fraction);
        assert_eq!(draw(&mut poisson), draw(&mut poisson));
    }
}

#[test]
fn chunks_do_not_change_the_sample() {
    let mut whole: Vec<u32> = (0..5000).collect();
    let mut sampler = PoissonSampler::new(1.5);
    sampler.set_seed(77);
    sampler.sample_chunk(&mut whole);
    sampler.set_seed(77);
    let mut parts = Vec::new();
    for start in (0..5000u32).step_by(1000) {
        let mut chunk: Vec<u32> = (start..start + 1000).collect();
        sampler.sample_chunk(&mut chunk);
        parts.extend(chunk);
    }
    assert_eq!(whole, parts);
}

#[test]
fn reservoirs_count_all_and_keep_a_uniform_sample() {
    let (all, count) = Reservoir::sample(0..5, 10, 1);
    assert_eq!((all, count), (vec![0, 1, 2, 3, 4], 5));
    let mut hits = [0u32; 100];
    for seed in 0..2000 {
        let (kept, count) = Reservoir::sample(0..100usize, 10, seed);
        assert_eq!((kept.len(), count), (10, 100));
        for i in kept {
            hits[i] += 1;
        }
    }
    assert!(hits.iter().all(|n| (120..280).contains(n)), "{hits:?}");
}

#[test]
fn strata_follow_their_own_fractions() {
    let mut bernoulli = BernoulliStrata::new(4, 2);
    assert!((0..100).all(|_| !bernoulli.take(0.0)));
    assert!((0..100).all(|_| bernoulli.take(1.0)));
    let mut poisson = PoissonStrata::new(4, 2);
    assert_eq!(poisson.copies(0.0), 0);
    // Each mean has a generator of its own.
    let mut alone = PoissonStrata::new(4, 2);
    let mixed: Vec<u32> = (0..50)
        .map(|_| (poisson.copies(1.0), poisson.copies(2.0)).0)
        .collect();
    let single: Vec<u32> = (0..50).map(|_| alone.copies(1.0)).collect();
    assert_eq!(mixed, single);
}

#[test]
fn shuffling_keeps_every_item() {
    let mut items: Vec<u32> = (0..100).collect();
    randomize_in_place(&mut items, &mut JavaRandom::new(1));
    assert!(!items.is_sorted());
    items.sort_unstable();
    assert!(items.iter().copied().eq(0..100));
}
