//! [`Path`]: where in a variant: `$.name`, `$['name']`, `$["name"]`, `$[0]`.
//!
//! Names behind a point go on to the next point or bracket, blanks included. Wildcards are none.

use super::{Fault, Variant};

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// A field of an object.
    Name(String),
    /// An element of an array, from 0.
    Index(usize),
}

/// A path, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path(pub(crate) Vec<Step>);

impl Path {
    /// The path that a text says; `None` for other text.
    pub(crate) fn parse(text: &str) -> Option<Path> {
        let mut rest = text.strip_prefix('$')?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, behind) = step(rest)?;
            steps.push(step);
            rest = behind;
        }
        Some(Path(steps))
    }

    /// The part of a value; `None` if there is none.
    pub(crate) fn find<'a>(&self, variant: Variant<'a>) -> Result<Option<Variant<'a>>, Fault> {
        let mut found = variant;
        for step in &self.0 {
            let next = match step {
                Step::Name(name) => found.field(name)?,
                Step::Index(at) => found.element(*at)?,
            };
            match next {
                Some(next) => found = next,
                None => return Ok(None),
            }
        }
        Ok(Some(found))
    }
}

fn step(rest: &str) -> Option<(Step, &str)> {
    let named = |name: &str| (!name.is_empty()).then(|| Step::Name(name.to_owned()));
    if let Some(inside) = rest.strip_prefix('.') {
        let end = inside.find(['.', '[']).unwrap_or(inside.len());
        let (name, behind) = inside.split_at(end);
        return Some((named(name)?, behind));
    }
    let inside = rest.strip_prefix('[')?;
    for quote in ['\'', '"'] {
        if let Some(inside) = inside.strip_prefix(quote) {
            let (name, behind) = inside.split_once(quote)?;
            let step = named(name).filter(|_| !name.contains('?'))?;
            return Some((step, behind.strip_prefix(']')?));
        }
    }
    let (index, behind) = inside.split_once(']')?;
    let is_number = !index.is_empty() && index.bytes().all(|b| b.is_ascii_digit());
    let index: u32 = index.parse().ok().filter(|_| is_number)?;
    let is_int = i32::try_from(index).is_ok();
    is_int.then_some((Step::Index(index as usize), behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read() {
        let name = |name: &str| Step::Name(name.to_owned());
        let found = |text| Path::parse(text).map(|path| path.0);
        assert_eq!(found("$"), Some(vec![]));
        assert_eq!(
            found(r#"$.a b['c.d']["e'f"][12]"#),
            Some(vec![name("a b"), name("c.d"), name("e'f"), Step::Index(12)])
        );
        for wrong in [
            "", "a", " $", "$.", "$a", "$[", "$[a]", "$[-1]", "$[+1]", "$['a", "$[]",
        ] {
            assert_eq!(found(wrong), None, "{wrong}");
        }
        assert_eq!(found("$[99999999999]"), None);
    }
}
