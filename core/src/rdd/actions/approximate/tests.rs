//! Approximate actions against Spark's evaluators, at deadlines that tests turn by hand, and when
//! their job fails. No test waits for time to pass: partitions are held until a gate opens, and
//! the clock is moved when those that are not held have answered.

use std::sync::mpsc;

use super::*;
use crate::clock::ManualClock;
use crate::context::Context;

/// For what happens at once unless something is broken.
const SOON: Duration = Duration::from_secs(20);
/// A timeout that only a turned clock reaches.
const TIMEOUT: Duration = Duration::from_secs(3600);

/// Fields of the golden lines of one kind.
fn golden(kind: &str) -> Vec<Vec<&'static str>> {
    let lines = include_str!("../../../../golden/approximate.txt").lines();
    let fields = lines.map(|line| line.split(' ').collect::<Vec<_>>());
    let lines: Vec<_> = fields.filter(|f| f[0] == kind).collect();
    assert!(!lines.is_empty(), "{kind}");
    lines
}

/// A number as Scala writes it.
fn number(text: &str) -> f64 {
    match text {
        "Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        text => text.parse().unwrap(),
    }
}

fn near(ours: f64, spark: f64) -> bool {
    // Spark's solver of Student's quantiles stops at 1e-9.
    ours == spark || (ours - spark).abs() <= 1e-7 * spark.abs().max(1.0)
}

/// Holds an evaluator to Spark's, on parts that `parse` reads.
fn as_spark<V: Evaluator<Answer = BoundedDouble>>(
    kind: &str,
    make: impl Fn(Progress) -> V,
    parse: impl Fn(&str) -> Vec<V::Part>,
) {
    for line in golden(kind) {
        let [_, total, parts, confidence, expected @ ..] = line.as_slice() else {
            panic!("{line:?}");
        };
        let mut evaluator = make(Progress::new(total.parse().unwrap(), number(confidence)));
        for (i, part) in (0..).zip(parse(parts)) {
            evaluator.merge(i, part);
        }
        let BoundedDouble {
            mean,
            confidence,
            low,
            high,
        } = evaluator.current();
        for (ours, spark) in [mean, confidence, low, high].into_iter().zip(expected) {
            assert!(near(ours, number(spark)), "{ours}: {line:?}");
        }
    }
}

#[test]
fn evaluators_answer_as_sparks() {
    let counts = |parts: &str| {
        let parts = parts.split(',').filter(|p| !p.is_empty());
        parts.map(|n| n.parse().unwrap()).collect()
    };
    as_spark("count", Count::new, counts);
    let numbers = |part: &str| -> StatCounter {
        let numbers = part.split(',').filter(|x| !x.is_empty());
        numbers.map(number).collect()
    };
    // No partition and one without records look the same, and give the same.
    let parts = |parts: &str| parts.split('|').map(numbers).collect();
    as_spark("sum", Sum::new, parts);
    as_spark("mean", Mean::new, parts);
}

#[test]
fn of_each_key_the_count_is_bounded_as_the_whole_count() {
    let progress = Progress::new(4, 0.95);
    let (mut keys, mut count) = (GroupedCount::new(progress), Count::new(progress));
    assert!(keys.current().is_empty());
    keys.merge(1, vec![('a', 3), ('b', 1)]);
    keys.merge(3, vec![('a', 4)]);
    count.merge(1, 3);
    count.merge(3, 4);
    assert_eq!(keys.current()[&'a'], count.current());
    assert!(keys.current()[&'b'].mean > 1.0);
}

#[test]
fn certainty_has_infinite_bounds_until_all_is_known() {
    let progress = Progress::new(2, 1.0);
    let mut count = Count::new(progress);
    count.merge(0, 10);
    assert_eq!(
        (count.current().low, count.current().high),
        (10.0, f64::INFINITY)
    );
    let mut sum = Sum::new(progress);
    sum.merge(0, [1.0, 2.0].into_iter().collect());
    assert_eq!(sum.current().high, f64::INFINITY);
    sum.merge(1, [4.0].into_iter().collect());
    assert_eq!(sum.current(), BoundedDouble::exactly(7.0));
}

/// Statistics are merged in the order of partitions, whatever order they come in.
#[test]
fn the_order_of_arrival_does_not_show() {
    let parts: Vec<StatCounter> = (0..5)
        .map(|i| [0.1 * f64::from(i), 1e9, 1.0 / 3.0].into_iter().collect())
        .collect();
    let of = |order: [u32; 5]| {
        let mut sum = Sum::new(Progress::new(5, 0.9));
        for i in order {
            sum.merge(i, parts[i as usize]);
        }
        sum.current().mean.to_bits()
    };
    assert_eq!(of([0, 1, 2, 3, 4]), of([4, 2, 0, 1, 3]));
}

/// What holds partitions back.
#[derive(Clone, Default)]
struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    fn open(&self) {
        *self.0.0.lock() = true;
        self.0.1.notify_all();
    }

    fn pass(&self) {
        let mut open = self.0.0.lock();
        let timed_out = || panic!("nobody opened the gate");
        while !*open {
            if self.0.1.wait_for(&mut open, SOON).timed_out() {
                timed_out();
            }
        }
    }
}

/// An evaluator that tells of each merge.
struct Telling<V>(V, mpsc::Sender<u32>);

impl<V: Evaluator> Evaluator for Telling<V> {
    type Part = V::Part;
    type Answer = V::Answer;

    fn merge(&mut self, partition: u32, part: V::Part) {
        self.0.merge(partition, part);
        // The test may have gone on.
        self.1.send(partition).ok();
    }

    fn current(&self) -> V::Answer {
        self.0.current()
    }
}

/// A context by a clock that stands, and 100 numbers in four partitions, the last two of which
/// wait at the gate; behind it, the last one fails if told to.
fn held(fails: bool) -> (Context, Arc<ManualClock>, Gate, Rdd<i64>) {
    let clock = Arc::new(ManualClock::new());
    let builder = Context::builder().master("local[4]");
    let ctx = builder
        .clock(clock.clone() as Arc<dyn Clock>)
        .build()
        .unwrap();
    let gate = Gate::default();
    let at_gate = gate.clone();
    let numbers = ctx.range(0, 100, 1, 4).unwrap();
    let numbers = numbers.map_partitions_with_index(move |i, records| {
        if i >= 2 {
            at_gate.pass();
        }
        assert!(i < 3 || !fails, "partition {i} fails");
        records
    });
    (ctx, clock, gate, numbers)
}

/// Counts held numbers up to the timeout, which comes when two partitions have answered.
fn count_held(clock: &Arc<ManualClock>, numbers: &Rdd<i64>) -> PartialResult<BoundedDouble> {
    let (sent, merged) = mpsc::channel();
    let count = Telling(Count::new(numbers.progress(0.95).unwrap()), sent);
    let turned = Arc::clone(clock);
    let turning = std::thread::spawn(move || {
        let first = [merged.recv_timeout(SOON), merged.recv_timeout(SOON)];
        // Whatever came: the action must not wait for ever.
        turned.advance(TIMEOUT);
        assert!(
            first.contains(&Ok(0)) && first.contains(&Ok(1)),
            "{first:?}"
        );
    });
    let records = |records: PartitionIter<i64>| records.fold(0_u64, |n, _| n + 1);
    let count = numbers.approximate(records, count, TIMEOUT, Location::caller());
    turning.join().unwrap();
    count.unwrap()
}

#[test]
fn at_the_timeout_the_partitions_that_are_done_answer_and_the_job_goes_on() {
    let (ctx, clock, gate, numbers) = held(false);
    let count = count_held(&clock, &numbers);
    let known = *count.initial_value();
    assert!(!count.is_initial_value_final());
    assert_eq!((known.mean, known.confidence), (100.0, 0.95));
    // 50 seen, and a Poisson number of mean 50: its quantiles at 2.5 % and 97.5 %.
    assert_eq!((known.low, known.high), (50.0 + 37.0, 50.0 + 64.0));
    assert_eq!(known.to_string(), "[87.000, 114.000]");
    assert!(format!("{count:?}").starts_with("(partial: "), "{count:?}");
    assert_eq!(ctx.status_tracker().active_jobs().len(), 1);

    let (sent, told) = mpsc::channel();
    let (mapped, other) = (sent.clone(), ctx.clone());
    count.on_complete(move |n| {
        // Handlers may run actions.
        let more = other.range(0, 7, 1, 2).unwrap().count().unwrap();
        sent.send(n.mean + more as f64).unwrap();
    });
    let half = count.map(|n| n.mean / 2.0);
    assert_eq!(*half.initial_value(), 50.0);
    count.on_fail(|error| panic!("{error}"));
    gate.open();
    assert_eq!(count.get_final_value(), Ok(BoundedDouble::exactly(100.0)));
    assert_eq!(half.get_final_value(), Ok(50.0));
    assert_eq!(told.recv_timeout(SOON), Ok(107.0));
    assert!(format!("{count:?}").starts_with("(final: "), "{count:?}");
    // Handlers that come late are called at once.
    count.on_complete(move |n| mapped.send(n.mean).unwrap());
    assert_eq!(told.try_recv(), Ok(100.0));
}

#[test]
fn a_job_that_ends_in_time_gives_the_final_value_at_once() {
    let (_ctx, _clock, gate, numbers) = held(false);
    gate.open();
    let count = numbers.count_approx(TIMEOUT, 0.5).unwrap();
    assert!(count.is_initial_value_final());
    assert_eq!(*count.initial_value(), BoundedDouble::exactly(100.0));
    assert_eq!(count.get_final_value(), Ok(*count.initial_value()));
}

/// A timeout of nothing never waits, though all partitions are held.
#[test]
fn without_time_nothing_is_known() {
    let (ctx, _clock, gate, numbers) = held(false);
    let numbers = numbers.coalesce(1).unwrap();
    let count = numbers.count_approx(Duration::ZERO, 0.95).unwrap();
    let known = count.initial_value();
    assert_eq!((known.mean, known.confidence), (0.0, 0.0));
    assert_eq!((known.low, known.high), (0.0, f64::INFINITY));
    let mean = numbers.mean_approx(Duration::ZERO, 0.95).unwrap();
    assert_eq!(mean.initial_value().low, f64::NEG_INFINITY);
    // The end of the context is the end of the job, though its task is still held.
    let stopping = std::thread::spawn(move || ctx.stop());
    assert_eq!(count.get_final_value(), Err(Error::ContextStopped));
    assert_eq!(mean.get_final_value(), Err(Error::ContextStopped));
    gate.open();
    stopping.join().unwrap();
}

#[test]
fn a_failure_after_the_timeout_is_the_final_value() {
    let (_ctx, clock, gate, numbers) = held(true);
    let count = count_held(&clock, &numbers);
    assert_eq!(count.initial_value().mean, 100.0);
    let (sent, told) = mpsc::channel();
    let late = sent.clone();
    count.on_complete(|n| panic!("{n}"));
    count.on_fail(move |error| sent.send(error).unwrap());
    let mapped = count.map(|n| n.mean);
    gate.open();
    let error = count.get_final_value().unwrap_err();
    assert!(error.to_string().contains("partition 3 fails"), "{error}");
    assert_eq!(told.recv_timeout(SOON), Ok(error.clone()));
    assert_eq!(mapped.get_final_value(), Err(error.clone()));
    mapped.on_fail(move |error| late.send(error).unwrap());
    assert_eq!(told.try_recv(), Ok(error));
}

#[test]
fn a_failure_before_the_timeout_is_the_answer() {
    let (_ctx, _clock, gate, numbers) = held(true);
    gate.open();
    let error = numbers.sum_approx(TIMEOUT, 0.95).unwrap_err();
    assert!(error.to_string().contains("partition 3 fails"), "{error}");
}

/// Whatever becomes of the thread of a job, nobody waits for ever.
#[test]
fn a_job_that_never_ran_ends() {
    let state = State {
        evaluator: Count::new(Progress::new(1, 0.9)),
        end: None,
    };
    let running = Arc::new(Running {
        state: Mutex::new(state),
        changed: Condvar::new(),
    });
    let end = JobEnd {
        running: Arc::clone(&running),
        ending: Ending::new(),
    };
    let result = PartialResult::new(BoundedDouble::exactly(0.0), false, end.ending.awaited());
    drop(end);
    assert!(matches!(result.get_final_value(), Err(Error::Internal(_))));
    let known = running.wait(&ManualClock::new(), TIMEOUT);
    assert!(matches!(known, Err(Error::Internal(_))));
}

#[test]
fn a_panic_in_a_handler_harms_nobody() {
    let (_ctx, clock, gate, numbers) = held(false);
    let count = count_held(&clock, &numbers);
    let (sent, told) = mpsc::channel();
    count.on_complete(|_| panic!("a handler fails"));
    count.on_complete(move |n| sent.send(n.mean).unwrap());
    let mapped = count.map(|n| {
        assert!(n.confidence < 1.0, "known");
        n.mean
    });
    gate.open();
    assert_eq!(told.recv_timeout(SOON), Ok(100.0));
    assert!(matches!(mapped.get_final_value(), Err(Error::Panic { .. })));
}

#[test]
fn final_values_are_those_of_the_exact_actions() {
    let ctx = Context::local("local[2]").unwrap();
    let numbers = ctx.range(0, 1000, 1, 7).unwrap().map(|x| x * x % 37);
    let is = |result: Result<PartialResult<BoundedDouble>>, value: f64| {
        assert_eq!(
            result.unwrap().get_final_value(),
            Ok(BoundedDouble::exactly(value))
        );
    };
    is(numbers.count_approx(SOON, 0.95), 1000.0);
    is(numbers.mean_approx(SOON, 0.95), numbers.mean().unwrap());
    is(
        numbers.sum_approx(SOON, 0.95),
        numbers.stats().unwrap().sum(),
    );
    let values = numbers.count_by_value_approx(SOON, 0.95).unwrap();
    let values = values.map(|all| all.into_iter().map(|(k, n)| (k, n.mean as u64)).collect());
    assert_eq!(values.get_final_value(), numbers.count_by_value());
    let pairs = numbers.map(|x| (x % 3, x));
    let keys = pairs.count_by_key_approx(SOON, 0.95).unwrap();
    let keys = keys.map(|all| all.into_iter().map(|(k, n)| (k, n.mean as u64)).collect());
    assert_eq!(keys.get_final_value(), pairs.count_by_key());
}

#[test]
fn edges() {
    let ctx = Context::local("local[2]").unwrap();
    let none = ctx.empty_rdd::<i64>();
    let count = none.count_approx(Duration::ZERO, 0.95).unwrap();
    assert_eq!(count.get_final_value(), Ok(BoundedDouble::exactly(0.0)));
    assert_eq!(
        none.mean_approx(SOON, 0.95).unwrap().get_final_value(),
        Ok(BoundedDouble::exactly(0.0))
    );
    let some = ctx.range(0, 10, 1, 2).unwrap();
    for wrong in [-0.1, 1.1, f64::NAN] {
        let refused = some.count_approx(SOON, wrong).unwrap_err();
        assert!(matches!(&refused, Error::Argument { name, .. } if name == "confidence"));
    }
    let inner = some.clone();
    let nested = some.map(move |_| inner.count_approx(SOON, 0.95).is_err());
    assert_eq!(nested.collect(), Ok(vec![true; 10]));
    // The longest timeout is no overflow.
    assert!(some.count_approx(Duration::MAX, 0.95).is_ok());
}

#[test]
fn distinct_records_are_counted_within_the_error_asked_for() {
    let ctx = Context::local("local[2]").unwrap();
    let numbers = ctx.range(0, 60_000, 1, 5).unwrap();
    for (n, relative_sd) in [(10, 0.05), (3000, 0.05), (20_000, 0.01), (20_000, 0.1)] {
        let counted = numbers
            .map(move |x| x % n)
            .count_approx_distinct(relative_sd)
            .unwrap();
        let off = (counted as f64 / n as f64 - 1.0).abs();
        assert!(off < 3.0 * relative_sd, "{counted} of {n}");
    }
    assert_eq!(ctx.empty_rdd::<i64>().count_approx_distinct(0.05), Ok(0));
    let again = || numbers.count_approx_distinct(0.05).unwrap();
    assert_eq!(again(), again());
    assert_eq!(
        again(),
        numbers
            .repartition(3)
            .unwrap()
            .count_approx_distinct(0.05)
            .unwrap()
    );
    assert!(numbers.count_approx_distinct(0.000_01).is_err());

    let pairs = numbers.map(|x| (x % 4, x / 4 % (10 << (2 * (x % 4)))));
    for partitions in [0, 3] {
        let by_key = pairs
            .count_approx_distinct_by_key(0.02, partitions)
            .unwrap();
        assert_eq!(by_key.num_partitions(), if partitions == 0 { 5 } else { 3 });
        for (key, counted) in by_key.collect().unwrap() {
            let n = (10 << (2 * key)) as f64;
            assert!((counted as f64 / n - 1.0).abs() < 0.06, "{counted} of {n}");
        }
        assert_eq!(by_key.count(), Ok(4));
    }
    assert!(pairs.count_approx_distinct_by_key(0.0, 0).is_err());
}
