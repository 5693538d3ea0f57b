//! Paths of `get_json_object`: `$.name`, `['name']`, `[0]`, `[*]` and `.*`.
//!
//! What is found is written anew, without the blanks of the text: a string alone without its quotes,
//! several finds as an array.

use flint_sql_spec::with_stack;

use super::copy::copy;
use super::scan::{Kind, Tokens};

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Name(String),
    Index(usize),
    /// All elements.
    All,
    /// All fields, of which Spark finds none.
    AllFields,
}

/// A path, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path(Vec<Step>);

impl Path {
    /// A path of Spark's; `None` for other text, by which nothing is found.
    pub(super) fn parse(text: &str) -> Option<Path> {
        let mut rest = text.strip_prefix('$')?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, behind) = step(rest)?;
            steps.push(step);
            rest = behind;
        }
        Some(Path(steps))
    }
}

fn step(rest: &str) -> Option<(Step, &str)> {
    if let Some(inside) = rest.strip_prefix("['") {
        let (name, behind) = inside.split_once('\'')?;
        let behind = behind.strip_prefix(']')?;
        let step = match name {
            "*" => Step::AllFields,
            "" => return None,
            name if name.contains('?') => return None,
            name => Step::Name(name.to_owned()),
        };
        return Some((step, behind));
    }
    // An index.
    if let Some(inside) = rest.strip_prefix('[') {
        let (index, behind) = inside.split_once(']')?;
        let step = match index {
            "*" => Step::All,
            digits if digits.bytes().all(|b| b.is_ascii_digit()) => {
                Step::Index(digits.parse().ok()?)
            }
            _ => return None,
        };
        return Some((step, behind));
    }
    let inside = rest.strip_prefix('.')?;
    let end = inside.find(['.', '[']).unwrap_or(inside.len());
    let (name, behind) = inside.split_at(end);
    match name {
        "" => None,
        "*" => Some((Step::AllFields, behind)),
        name => Some((Step::Name(name.to_owned()), behind)),
    }
}

/// How finds are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// A string without quotes.
    Raw,
    /// As JSON.
    Quoted,
    /// Elements of arrays instead of arrays.
    Flat,
}

/// What a path finds in a text.
struct Search<'a> {
    text: &'a str,
    tokens: &'a Tokens,
}

impl Path {
    /// What the path finds, as text; `None` if nothing.
    pub(super) fn find(&self, text: &str, tokens: &Tokens) -> Option<String> {
        let mut found = Finds::default();
        let search = Search { text, tokens };
        search
            .walk(0, &self.0, Style::Raw, &mut found)
            .then_some(found.out)
    }
}

/// Finds, with commas between them.
#[derive(Debug, Default)]
struct Finds {
    out: String,
    count: usize,
}

impl Finds {
    fn next(&mut self) {
        if self.count > 0 {
            self.out.push(',');
        }
        self.count += 1;
    }

    /// Adds finds of their own as an array.
    fn array(&mut self, inner: &Finds) {
        self.next();
        self.out.push('[');
        self.out.push_str(&inner.out);
        self.out.push(']');
    }
}

impl Search<'_> {
    /// Places of an array's elements.
    fn elements(&self, at: usize) -> impl Iterator<Item = usize> {
        let end = self.tokens.get(at).next;
        let mut next = at + 1;
        std::iter::from_fn(move || {
            let this = (next < end).then_some(next)?;
            next = self.tokens.get(this).next;
            Some(this)
        })
    }

    /// Whether something was found.
    fn walk(&self, at: usize, path: &[Step], style: Style, finds: &mut Finds) -> bool {
        with_stack(|| self.walk_on(at, path, style, finds))
    }

    fn walk_on(&self, at: usize, path: &[Step], style: Style, finds: &mut Finds) -> bool {
        let token = self.tokens.get(at);
        match (token.kind, path) {
            (Kind::Text, []) if style == Style::Raw => {
                finds.next();
                finds.out.push_str(&token.text(self.text));
                true
            }
            (Kind::Array, []) if style == Style::Flat => self.all(at, &[], Style::Flat, finds),
            (_, []) => {
                finds.next();
                copy(self.text, self.tokens, at, &mut finds.out);
                true
            }
            (Kind::Object, [Step::Name(name), rest @ ..]) => {
                self.field(at, name, rest, style, finds)
            }
            (Kind::Array, [Step::All, Step::All, rest @ ..]) => {
                let mut inner = Finds::default();
                let found = self.all(at, rest, Style::Flat, &mut inner);
                finds.array(&inner);
                found
            }
            (Kind::Array, [Step::All, rest @ ..]) if style != Style::Quoted => {
                let inside = if style == Style::Raw {
                    Style::Quoted
                } else {
                    style
                };
                self.some(at, rest, inside, finds)
            }
            (Kind::Array, [Step::All, rest @ ..]) => {
                let mut inner = Finds::default();
                let found = self.all(at, rest, Style::Quoted, &mut inner);
                finds.array(&inner);
                found
            }
            (Kind::Array, [Step::Index(index), rest @ ..]) => {
                let style = match rest.first() {
                    Some(Step::All) => Style::Quoted,
                    _ => style,
                };
                let element = self.elements(at).nth(*index);
                element.is_some_and(|element| self.walk(element, rest, style, finds))
            }
            _ => false,
        }
    }

    /// The finds of all elements.
    fn all(&self, at: usize, path: &[Step], style: Style, finds: &mut Finds) -> bool {
        let elements = self.elements(at);
        elements.fold(false, |found, element| {
            self.walk(element, path, style, finds) | found
        })
    }

    /// The finds of all elements as an array; a single one stands alone.
    fn some(&self, at: usize, path: &[Step], style: Style, finds: &mut Finds) -> bool {
        let mut inner = Finds::default();
        let elements = self.elements(at);
        let count = elements
            .filter(|element| self.walk(*element, path, style, &mut inner))
            .count();
        match count {
            0 => return false,
            1 => {
                finds.next();
                finds.out.push_str(&inner.out);
            }
            _ => finds.array(&inner),
        }
        true
    }

    /// The first field of a name in which something is found; one that is null ends the search there.
    fn field(&self, at: usize, name: &str, path: &[Step], style: Style, finds: &mut Finds) -> bool {
        let end = self.tokens.get(at).next;
        let mut name_at = at + 1;
        while name_at < end {
            let value = self.tokens.get(name_at + 1);
            let named = self.tokens.get(name_at).text(self.text) == name;
            if named && value.kind != Kind::Null && self.walk(name_at + 1, path, style, finds) {
                return true;
            }
            name_at = value.next;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::options::Rules;
    use crate::json::scan::scan;

    fn found(text: &str, path: &str) -> Option<String> {
        let mut tokens = Tokens::default();
        scan(text, &Rules::default(), &mut tokens).ok()?;
        Path::parse(path)?.find(text, &tokens)
    }

    #[test]
    fn paths_find_what_spark_finds() {
        let text = r#"{"a":"b","n":null,"l":[{"x":1},{"x":"y"},{"z":[1,2]}],"m":[[1,2],[3]],"o":{"p.q":1.50}}"#;
        for (path, expected) in [
            ("$.a", Some("b")),
            ("$.n", None),
            ("$.l[1].x", Some("y")),
            ("$.l[*].x", Some(r#"[1,"y"]"#)),
            ("$.l[*].z", Some("[1,2]")),
            ("$.m[*][*]", Some("[1,2,3]")),
            ("$.m[0]", Some("[1,2]")),
            ("$['o']['p.q']", Some("1.5")),
            ("$.o", Some(r#"{"p.q":1.5}"#)),
            ("$.*", None),
            ("$.l[9]", None),
            ("a", None),
            ("$.", None),
            ("$[x]", None),
        ] {
            assert_eq!(found(text, path).as_deref(), expected, "{path}");
        }
    }
}
