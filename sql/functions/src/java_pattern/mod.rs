//! Patterns of Java's: `rlike`, `regexp_replace`, `split` and their kin.
//!
//! [`parse`] reads a pattern as `java.util.regex` does. Most patterns are translated for the `regex`
//! crate ([`linear`]), whose time is linear in the text; what it can't match takes a matcher that
//! goes back ([`backtrack`]), and so do the few texts in which Java's anchors mean more. Both find
//! the same matches where both can: the first from the left, the first way of it.

mod backtrack;
mod compiled;
mod functions;
mod like;
mod linear;
mod node;
mod parse;
mod query_key;
mod replacement;
mod split;

use std::sync::OnceLock;

use backtrack::{Program, TooCostly};
use flint_sql_columnar::Raised;
use linear::Needs;
use node::Node;
use regex::Regex;

pub(crate) use functions::FUNCTIONS;
pub(crate) use like::FUNCTIONS as LIKES;
pub use like::like_pattern;
pub(crate) use query_key::QueryKey;

/// Memory that a translated pattern may take.
const MOST_BYTES: usize = 64 << 20;

/// A pattern, ready to match.
#[derive(Debug)]
struct Pattern {
    node: Node,
    groups: usize,
    names: Vec<(String, usize)>,
    linear: Option<(Regex, Needs)>,
    steps: OnceLock<Result<Program, TooCostly>>,
}

/// Which texts a regular expression of Java matches from end to end.
///
/// ```
/// let found = flint_sql_functions::whole_matches("(?i)col.", &["Col1", "Col12"])?;
/// assert_eq!(found, [true, false]);
/// # Ok::<(), flint_sql_spec::SqlError>(())
/// ```
///
/// # Errors
/// `INVALID_PARAMETER_VALUE.PATTERN`, and an error where the search takes too long.
pub fn whole_matches(pattern: &str, texts: &[&str]) -> flint_sql_spec::Result<Vec<bool>> {
    // Read once as it is, so that what is wrong with it is told of the pattern itself.
    compiled::read(pattern, "colRegex")?;
    let whole = compiled::read(&format!("^(?:{pattern})\\z"), "colRegex")?;
    let met = |text: &&str| whole.is_match(text).map_err(|error| Raised::from(error).0);
    texts.iter().map(met).collect()
}

/// Where a match and its groups are; `None` for a group that took no part.
#[derive(Debug, Clone, Default)]
struct Found {
    places: Vec<Option<(usize, usize)>>,
}

impl Found {
    /// Where the whole is.
    fn whole(&self) -> (usize, usize) {
        self.group(0).expect("a match is somewhere")
    }

    fn group(&self, number: usize) -> Option<(usize, usize)> {
        self.places.get(number).copied().flatten()
    }
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// [`parse::Refused`] for what Java refuses.
    fn new(pattern: &str) -> Result<Pattern, parse::Refused> {
        let syntax = parse::parse(pattern)?;
        let linear = linear::translate(&syntax.node).and_then(|(text, needs)| {
            let built = regex::RegexBuilder::new(&text)
                .size_limit(MOST_BYTES)
                .nest_limit(1_000)
                .build();
            // What is too large for it may be small enough step by step.
            built.ok().map(|regex| (regex, needs))
        });
        Ok(Pattern {
            node: syntax.node,
            groups: syntax.groups,
            names: syntax.names,
            linear,
            steps: OnceLock::new(),
        })
    }

    fn linear(&self, text: &str) -> Option<&Regex> {
        let (regex, needs) = self.linear.as_ref()?;
        needs.met_by(text).then_some(regex)
    }

    fn steps(&self) -> Result<&Program, TooCostly> {
        let steps = self
            .steps
            .get_or_init(|| Program::new(&self.node, self.groups));
        steps.as_ref().map_err(|error| *error)
    }

    /// Whether a part of the text matches.
    fn is_match(&self, text: &str) -> Result<bool, TooCostly> {
        match self.linear(text) {
            Some(regex) => Ok(regex.is_match(text)),
            None => Ok(backtrack::search(self.steps()?, text, 0, 0)?.is_some()),
        }
    }

    /// The matches in a text, one after the other.
    fn matches<'a>(&'a self, text: &'a str) -> Matches<'a> {
        Matches {
            pattern: self,
            regex: self.linear(text),
            text,
            next: Some(0),
            last: 0,
        }
    }
}

/// Goes from match to match as Java's matchers do: an empty match may follow right behind another
/// one, and after an empty one it goes on a character further.
#[derive(Debug)]
struct Matches<'a> {
    pattern: &'a Pattern,
    regex: Option<&'a Regex>,
    text: &'a str,
    next: Option<usize>,
    last: usize,
}

impl Matches<'_> {
    /// Where the next match is.
    fn next_place(&mut self) -> Result<Option<(usize, usize)>, TooCostly> {
        let Some(from) = self.next else {
            return Ok(None);
        };
        let found = match self.regex {
            Some(regex) => regex
                .find_at(self.text, from)
                .map(|found| (found.start(), found.end())),
            None => self.search(from)?.map(|found| found.whole()),
        };
        self.advance(found);
        Ok(found)
    }

    /// The next match with its groups.
    fn next_found(&mut self) -> Result<Option<Found>, TooCostly> {
        let Some(from) = self.next else {
            return Ok(None);
        };
        let found = match self.regex {
            Some(regex) => {
                let mut places = regex.capture_locations();
                let found = regex.captures_read_at(&mut places, self.text, from);
                found.map(|_| Found {
                    places: (0..places.len()).map(|group| places.get(group)).collect(),
                })
            }
            None => self.search(from)?,
        };
        self.advance(found.as_ref().map(Found::whole));
        Ok(found)
    }

    fn search(&self, from: usize) -> Result<Option<Found>, TooCostly> {
        let slots = backtrack::search(self.pattern.steps()?, self.text, from, self.last)?;
        Ok(slots.map(|slots| Found {
            places: slots
                .as_chunks::<2>()
                .0
                .iter()
                .map(|[start, end]| start.zip(*end))
                .collect(),
        }))
    }

    fn advance(&mut self, found: Option<(usize, usize)>) {
        self.next = found.and_then(|(start, end)| {
            self.last = end;
            if start < end {
                return Some(end);
            }
            let skipped = self.text[end..].chars().next()?;
            Some(end + skipped.len_utf8())
        });
    }
}
