//! Takes the steps of a program over a text.

use std::sync::LazyLock;

use regex_syntax::hir::ClassUnicode;

use super::TooCostly;
use super::program::{Program, Step};
use crate::java_pattern::node::{Assert, Fold};
use crate::java_pattern::parse::{ends_line, word_characters};

/// Steps that one search may take.
const MOST_TURNS: usize = 10_000_000;

/// Where groups begin and end, by twos; the whole match is the first.
pub(in crate::java_pattern) type Slots = Vec<Option<usize>>;

/// What to do when a step fails.
enum Undo {
    /// Go on there.
    Retry { step: usize, at: usize },
    /// Put back what a slot was.
    Slot { slot: usize, was: Option<usize> },
    /// Put back what all were.
    All(Slots),
}

struct Run<'a> {
    program: &'a Program,
    text: &'a str,
    /// Where the last match ended.
    last: usize,
    slots: Slots,
    undo: Vec<Undo>,
    turns: usize,
}

/// The first match from `from` on.
///
/// # Errors
/// [`TooCostly`].
pub(in crate::java_pattern) fn search(
    program: &Program,
    text: &str,
    from: usize,
    last: usize,
) -> Result<Option<Slots>, TooCostly> {
    let mut run = Run {
        program,
        text,
        last,
        slots: vec![None; program.slots],
        undo: Vec::new(),
        turns: 0,
    };
    let mut at = from;
    loop {
        if run.attempt(0, at, None)?.is_some() {
            let mut slots = run.slots;
            slots.truncate(2 * (program.groups + 1));
            return Ok(Some(slots));
        }
        match text[at..].chars().next() {
            Some(c) => at += c.len_utf8(),
            None => return Ok(None),
        }
    }
}

impl Run<'_> {
    /// Where steps end that begin here; at `goal`, if there is one. Fails with all slots as before.
    fn attempt(
        &mut self,
        first: usize,
        start: usize,
        goal: Option<usize>,
    ) -> Result<Option<usize>, TooCostly> {
        let base = self.undo.len();
        let (mut step, mut at) = (first, start);
        loop {
            self.turns += 1;
            if self.turns > MOST_TURNS {
                return Err(TooCostly);
            }
            let next = match self.program.steps[step] {
                Step::Stop if goal.is_none_or(|goal| goal == at) => {
                    self.undo.truncate(base);
                    return Ok(Some(at));
                }
                Step::Stop => None,
                other => self.step(other, step, at)?,
            };
            match next.or_else(|| self.back_to(base)) {
                Some(next) => (step, at) = next,
                None => return Ok(None),
            }
        }
    }

    /// Undoes steps up to the last one that has another way.
    fn back_to(&mut self, base: usize) -> Option<(usize, usize)> {
        while self.undo.len() > base {
            match self.undo.pop()? {
                Undo::Retry { step, at } => return Some((step, at)),
                Undo::Slot { slot, was } => self.slots[slot] = was,
                Undo::All(slots) => self.slots = slots,
            }
        }
        None
    }

    /// Takes a step: where it leads.
    fn step(
        &mut self,
        step: Step,
        number: usize,
        at: usize,
    ) -> Result<Option<(usize, usize)>, TooCostly> {
        let next = number + 1;
        Ok(match step {
            Step::Set(set) => {
                let c = self.text[at..].chars().next();
                let taken = c.filter(|c| contains(&self.program.sets[set], *c));
                taken.map(|c| (next, at + c.len_utf8()))
            }
            Step::Split(one, other) => {
                self.undo.push(Undo::Retry { step: other, at });
                Some((one, at))
            }
            Step::Jump(to) => Some((to, at)),
            Step::Save(slot) => {
                let was = self.slots[slot].replace(at);
                self.undo.push(Undo::Slot { slot, was });
                Some((next, at))
            }
            Step::Unmoved(slot, end) if self.slots[slot] == Some(at) => Some((end, at)),
            Step::Unmoved(..) => Some((next, at)),
            Step::Assert(assert) => self.holds(assert, at).then_some((next, at)),
            Step::Back(group, fold) => self.again(group, fold, at).map(|at| (next, at)),
            Step::Atomic { end } => {
                self.undo.push(Undo::All(self.slots.clone()));
                self.attempt(next, at, None)?.map(|at| (end, at))
            }
            Step::Look {
                behind,
                negative,
                end,
            } => {
                let before = self.slots.clone();
                let found = match behind {
                    true => self.behind(next, at)?,
                    false => self.attempt(next, at, None)?.is_some(),
                };
                if found && negative {
                    self.slots = before;
                } else {
                    self.undo.push(Undo::All(before));
                }
                (found != negative).then_some((end, at))
            }
            Step::Stop => None,
        })
    }

    /// Whether steps lead from some place up to here.
    fn behind(&mut self, first: usize, at: usize) -> Result<bool, TooCostly> {
        let mut start = at;
        loop {
            if self.attempt(first, start, Some(at))?.is_some() {
                return Ok(true);
            }
            match self.text[..start].chars().next_back() {
                Some(c) => start -= c.len_utf8(),
                None => return Ok(false),
            }
        }
    }

    /// The end of what a group took, if it stands here once more.
    fn again(&self, group: usize, fold: Fold, at: usize) -> Option<usize> {
        let start = (*self.slots.get(2 * group)?)?;
        let end = (*self.slots.get(2 * group + 1)?)?;
        let (taken, rest) = (self.text.get(start..end)?, &self.text[at..]);
        match fold {
            Fold::None => rest.starts_with(taken).then_some(at + taken.len()),
            Fold::Ascii => {
                let here = rest.get(..taken.len())?;
                here.eq_ignore_ascii_case(taken).then_some(at + taken.len())
            }
            Fold::Unicode => {
                let mut here = rest.chars();
                let lower = |c: char| c.to_lowercase().to_string();
                let same = taken
                    .chars()
                    .all(|c| here.next().is_some_and(|other| lower(c) == lower(other)));
                same.then(|| self.text.len() - here.as_str().len())
            }
        }
    }

    fn holds(&self, assert: Assert, at: usize) -> bool {
        let (before, after) = self.text.split_at(at);
        let between = before.ends_with('\r') && after.starts_with('\n');
        let ends = |c: char, unix: bool| c == '\n' || !unix && ends_line(c);
        match assert {
            Assert::Start => at == 0,
            Assert::End => after.is_empty(),
            Assert::LastLine(unix) => {
                let is_end =
                    |rest: &str| rest.chars().count() == 1 && rest.ends_with(|c| ends(c, unix));
                after.is_empty() || !unix && after == "\r\n" || is_end(after) && (unix || !between)
            }
            Assert::LineStart(unix) => {
                let new = at == 0 || before.ends_with(|c| ends(c, unix)) && (unix || !between);
                !after.is_empty() && new
            }
            Assert::LineEnd(unix) => {
                after.is_empty() || after.starts_with(|c| ends(c, unix)) && (unix || !between)
            }
            Assert::Boundary => word(before.chars().next_back()) != word(after.chars().next()),
            Assert::NoBoundary => word(before.chars().next_back()) == word(after.chars().next()),
            Assert::Last => at == self.last,
        }
    }
}

fn word(c: Option<char>) -> bool {
    static WORD: LazyLock<ClassUnicode> = LazyLock::new(word_characters);
    c.is_some_and(|c| contains(&WORD, c))
}

fn contains(set: &ClassUnicode, c: char) -> bool {
    let ranges = set.ranges();
    let place = ranges.partition_point(|range| range.end() < c);
    ranges.get(place).is_some_and(|range| range.start() <= c)
}
