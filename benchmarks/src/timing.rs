//! Two programs, run in turn, compared by the medians of their times.
//!
//! Running them in turn, and not one after the other, lets a machine that slows down or is shared
//! slow both. Preparation of inputs and checking of answers stay outside the clock ([`timed`]).

use std::fmt::{self, Debug};
use std::num::NonZero;
use std::time::{Duration, Instant};

/// One run: how long it took and what it answered.
#[derive(Clone, Debug)]
pub struct Timed<A> {
    /// Wall time of the program alone.
    pub elapsed: Duration,
    /// What the program answered, in a form that the other side can be compared with.
    pub answer: A,
}

/// Times `program`, then, off the clock, reduces what it returned to a comparable answer.
pub fn timed<R, A>(program: impl FnOnce() -> R, answer: impl FnOnce(R) -> A) -> Timed<A> {
    let start = Instant::now();
    let result = program();
    let elapsed = start.elapsed();
    Timed {
        elapsed,
        answer: answer(result),
    }
}

/// Medians of two programs for one workload. Displays as a row of [`Comparison::HEADER`]'s table.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The workload.
    pub name: String,
    /// How often each side ran.
    pub runs: usize,
    /// Median time of the peer.
    pub peer: Duration,
    /// Median time of our program.
    pub ours: Duration,
}

impl Comparison {
    /// The head of the Markdown table that comparisons are rows of.
    pub const HEADER: &str =
        "| workload | runs | peer | ours | speed |\n| --- | ---: | ---: | ---: | ---: |";

    /// Our speed as a multiple of the peer's: 2.0 means half the time.
    pub fn ratio(&self) -> f64 {
        self.peer.as_secs_f64() / self.ours.as_secs_f64().max(f64::MIN_POSITIVE)
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            runs,
            peer,
            ours,
        } = self;
        write!(
            f,
            "| {name} | {runs} | {peer:.3?} | {ours:.3?} | {:.2}x |",
            self.ratio()
        )
    }
}

/// Runs both programs `runs` times in turn, after one run each that warms caches and is not counted.
///
/// # Panics
/// If the two answers of a round differ.
pub fn compare<A: PartialEq + Debug>(
    name: &str,
    runs: NonZero<usize>,
    mut peer: impl FnMut() -> Timed<A>,
    mut ours: impl FnMut() -> Timed<A>,
) -> Comparison {
    let mut times = (
        Vec::with_capacity(runs.get()),
        Vec::with_capacity(runs.get()),
    );
    for round in 0..=runs.get() {
        let (theirs, mine) = (peer(), ours());
        assert_eq!(
            theirs.answer, mine.answer,
            "{name}: the peer (left) and our program disagree"
        );
        if round > 0 {
            times.0.push(theirs.elapsed);
            times.1.push(mine.elapsed);
        }
    }
    Comparison {
        name: name.to_owned(),
        runs: runs.get(),
        peer: median(times.0),
        ours: median(times.1),
    }
}

/// Median time of one program alone, after one run that is not counted.
pub fn median_of<A>(runs: NonZero<usize>, mut program: impl FnMut() -> Timed<A>) -> Duration {
    program();
    median((0..runs.get()).map(|_| program().elapsed).collect())
}

/// The middle time, or the mean of the two in the middle.
///
/// # Panics
/// If there are no times.
pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    let middle = times.len() / 2;
    if times.len() % 2 == 1 {
        times[middle]
    } else {
        (times[middle - 1] + times[middle]) / 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after<A>(millis: u64, answer: A) -> Timed<A> {
        Timed {
            elapsed: Duration::from_millis(millis),
            answer,
        }
    }

    #[test]
    fn the_median_ignores_outliers() {
        let of =
            |millis: &[u64]| median(millis.iter().copied().map(Duration::from_millis).collect());
        assert_eq!(of(&[9_000, 3, 1]), Duration::from_millis(3));
        assert_eq!(of(&[4, 1, 9_000, 2]), Duration::from_millis(3));
    }

    #[test]
    fn the_sides_alternate_and_the_first_round_is_not_counted() {
        let order = std::cell::RefCell::new(Vec::new());
        let mut peer = [900, 10, 30, 20].into_iter();
        let mut ours = [1, 40, 50, 40].into_iter();
        let row = compare(
            "sum",
            NonZero::new(3).unwrap(),
            || {
                order.borrow_mut().push('p');
                after(peer.next().unwrap(), 7)
            },
            || {
                order.borrow_mut().push('o');
                after(ours.next().unwrap(), 7)
            },
        );
        assert_eq!(order.into_inner(), ['p', 'o', 'p', 'o', 'p', 'o', 'p', 'o']);
        assert_eq!(row.to_string(), "| sum | 3 | 20.000ms | 40.000ms | 0.50x |");
    }

    #[test]
    #[should_panic(expected = "disagree")]
    fn different_answers_are_refused() {
        compare("sum", NonZero::<usize>::MIN, || after(1, 1), || after(1, 2));
    }

    #[test]
    fn the_answer_is_taken_off_the_clock() {
        let run = timed(|| vec![3, 4], |v| v.len());
        assert_eq!(run.answer, 2);
        assert_eq!(
            median_of(NonZero::<usize>::MIN, || after(5, ())),
            Duration::from_millis(5)
        );
    }
}
