//! [`Program`]: a pattern as steps.

use regex_syntax::hir::ClassUnicode;

use super::TooCostly;
use crate::java_pattern::node::{Assert, Fold, Look, Node, Repeat};

/// Counted parts are written out; patterns that come to more steps are refused.
const MOST_STEPS: usize = 200_000;

/// What to do next. Places are those of other steps.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// One character of the set of that number.
    Set(usize),
    /// The first, and when that fails the second.
    Split(usize, usize),
    Jump(usize),
    /// Keeps where it is.
    Save(usize),
    /// Goes on elsewhere if nothing was taken since that slot was saved.
    Unmoved(usize, usize),
    Assert(Assert),
    Back(usize, Fold),
    /// The steps up to `end` are tried by themselves.
    Look {
        behind: bool,
        negative: bool,
        end: usize,
    },
    Atomic {
        end: usize,
    },
    /// The end of the pattern, or of a part that is tried by itself.
    Stop,
}

/// A pattern as steps.
#[derive(Debug)]
pub(in crate::java_pattern) struct Program {
    pub(super) steps: Vec<Step>,
    pub(super) sets: Vec<ClassUnicode>,
    /// Two for each group, the whole is the first; then one for each loop.
    pub(super) slots: usize,
    pub(super) groups: usize,
}

impl Program {
    /// The steps of a pattern of so many groups.
    ///
    /// # Errors
    /// [`TooCostly`].
    pub(in crate::java_pattern) fn new(node: &Node, groups: usize) -> Result<Program, TooCostly> {
        let mut program = Program {
            steps: Vec::new(),
            sets: Vec::new(),
            slots: 2 * (groups + 1),
            groups,
        };
        program.push(Step::Save(0))?;
        program.node(node)?;
        program.push(Step::Save(1))?;
        program.push(Step::Stop)?;
        Ok(program)
    }

    fn push(&mut self, step: Step) -> Result<usize, TooCostly> {
        if self.steps.len() >= MOST_STEPS {
            return Err(TooCostly);
        }
        self.steps.push(step);
        Ok(self.steps.len() - 1)
    }

    fn node(&mut self, node: &Node) -> Result<(), TooCostly> {
        match node {
            Node::Empty => {}
            Node::Set(set) => {
                self.sets.push(set.clone());
                self.push(Step::Set(self.sets.len() - 1))?;
            }
            Node::Concat(parts) => {
                for part in parts {
                    self.node(part)?;
                }
            }
            Node::Either(parts) => self.either(parts)?,
            Node::Group(number, inner) => {
                self.push(Step::Save(2 * number))?;
                self.node(inner)?;
                self.push(Step::Save(2 * number + 1))?;
            }
            Node::Repeat(repeat) => self.repeat(repeat)?,
            Node::Assert(assert) => drop(self.push(Step::Assert(*assert))?),
            Node::Look(look) => self.look(look)?,
            Node::Atomic(inner) => {
                let start = self.push(Step::Stop)?;
                self.node(inner)?;
                let end = self.push(Step::Stop)? + 1;
                self.steps[start] = Step::Atomic { end };
            }
            Node::Back { group, fold } => drop(self.push(Step::Back(*group, *fold))?),
        }
        Ok(())
    }

    fn either(&mut self, parts: &[Node]) -> Result<(), TooCostly> {
        let mut jumps = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            if at + 1 == parts.len() {
                self.node(part)?;
                break;
            }
            let split = self.push(Step::Stop)?;
            self.node(part)?;
            jumps.push(self.push(Step::Stop)?);
            self.steps[split] = Step::Split(split + 1, self.steps.len());
        }
        for jump in jumps {
            self.steps[jump] = Step::Jump(self.steps.len());
        }
        Ok(())
    }

    fn look(&mut self, look: &Look) -> Result<(), TooCostly> {
        let start = self.push(Step::Stop)?;
        self.node(&look.node)?;
        let end = self.push(Step::Stop)? + 1;
        self.steps[start] = Step::Look {
            behind: look.behind,
            negative: look.negative,
            end,
        };
        Ok(())
    }

    fn repeat(&mut self, repeat: &Repeat) -> Result<(), TooCostly> {
        for _ in 0..repeat.least {
            self.node(&repeat.node)?;
        }
        let Some(most) = repeat.most else {
            return self.endless(repeat);
        };
        let mut splits = Vec::new();
        for _ in repeat.least..most {
            splits.push(self.push(Step::Stop)?);
            self.node(&repeat.node)?;
        }
        for split in splits {
            self.steps[split] = choice(split + 1, self.steps.len(), repeat.lazy);
        }
        Ok(())
    }

    /// As often as it goes; a turn that takes nothing is the last.
    fn endless(&mut self, repeat: &Repeat) -> Result<(), TooCostly> {
        let slot = self.slots;
        self.slots += 1;
        let split = self.push(Step::Stop)?;
        self.push(Step::Save(slot))?;
        self.node(&repeat.node)?;
        let check = self.push(Step::Stop)?;
        self.push(Step::Jump(split))?;
        let end = self.steps.len();
        self.steps[check] = Step::Unmoved(slot, end);
        self.steps[split] = choice(split + 1, end, repeat.lazy);
        Ok(())
    }
}

fn choice(more: usize, end: usize, lazy: bool) -> Step {
    if lazy {
        Step::Split(end, more)
    } else {
        Step::Split(more, end)
    }
}
