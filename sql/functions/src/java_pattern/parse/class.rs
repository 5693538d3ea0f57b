//! Classes of characters: `[a-z&&[^aeiou]]`.
//!
//! Classes in classes are united; `&&` cuts with all that follows up to the bracket; a caret at the
//! start turns the whole. A bracket right at the start is a character.

use regex_syntax::hir::ClassUnicode;

use super::{Parsed, Parser, Refused, folded, range};

impl Parser {
    /// What is behind a `[`, with the bracket that closes it.
    pub(super) fn class(&mut self) -> Parsed<ClassUnicode> {
        let set = self.class_inside()?;
        self.need(']')?;
        Ok(set)
    }

    /// A class up to its closing bracket.
    fn class_inside(&mut self) -> Parsed<ClassUnicode> {
        self.depth += 1;
        if self.depth > super::MOST_DEPTH {
            return Err(Refused);
        }
        let negative = self.took('^');
        let mut set = self.members()?;
        if negative {
            set.negate();
        }
        self.depth -= 1;
        Ok(set)
    }

    fn members(&mut self) -> Parsed<ClassUnicode> {
        let mut found: Option<ClassUnicode> = None;
        loop {
            match self.peek().ok_or(Refused)? {
                '[' => {
                    self.at += 1;
                    let inner = self.class()?;
                    add(&mut found, &inner);
                }
                '&' if self.text.get(self.at + 1) == Some(&'&') => {
                    self.at += 2;
                    let right = self.right_side()?;
                    found = match (found, right) {
                        (Some(mut left), Some(right)) => {
                            left.intersect(&right);
                            Some(left)
                        }
                        (left, right) => left.or(right),
                    };
                    if found.is_none() {
                        return Err(Refused);
                    }
                }
                ']' if found.is_some() => return found.ok_or(Refused),
                _ => {
                    let member = self.member()?;
                    add(&mut found, &member);
                }
            }
        }
    }

    /// What `&&` cuts with: classes, and what stands without brackets up to the end.
    fn right_side(&mut self) -> Parsed<Option<ClassUnicode>> {
        let mut right = None;
        loop {
            match self.peek().ok_or(Refused)? {
                ']' | '&' => return Ok(right),
                '[' => {
                    self.at += 1;
                    let inner = self.class()?;
                    add(&mut right, &inner);
                }
                _ => {
                    let inner = self.members()?;
                    add(&mut right, &inner);
                }
            }
        }
    }

    /// A character, a range of them, or a class by an escape.
    fn member(&mut self) -> Parsed<ClassUnicode> {
        let fold = self.flags.fold();
        let first = match self.next().ok_or(Refused)? {
            '\\' => match self.escaped_member()? {
                Ok(c) => c,
                Err(set) => return Ok(set),
            },
            c => c,
        };
        let one = || Ok(folded(range(first, first), fold));
        if self.peek() != Some('-') {
            return one();
        }
        match self.text.get(self.at + 1) {
            Some('[' | ']') => return one(),
            None => return Err(Refused),
            Some(_) => self.at += 1,
        }
        let last = match self.next().ok_or(Refused)? {
            '\\' => self.escaped_member()?.map_err(|_| Refused)?,
            c => c,
        };
        if last < first {
            return Err(Refused);
        }
        Ok(folded(range(first, last), fold))
    }
}

fn add(to: &mut Option<ClassUnicode>, more: &ClassUnicode) {
    match to {
        Some(set) => set.union(more),
        None => *to = Some(more.clone()),
    }
}
