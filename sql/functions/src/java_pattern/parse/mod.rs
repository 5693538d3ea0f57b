//! Reads patterns as `java.util.regex` of Java 17 does.
//!
//! Text between `\Q` and `\E` is escaped first, as Java does it. What Java refuses is refused; so are
//! `\X`, `\b{g}` and `\N{name}`, which nothing here can match.

mod class;
mod escape;
mod property;

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

use super::node::{Assert, Fold, Look, Node, Repeat};

/// Nesting that is read; more is refused, as Java's stack ends too.
const MOST_DEPTH: usize = 200;
/// Java's largest count is that of an int.
const MOST_COUNT: u32 = i32::MAX as u32;

/// A pattern that Java refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refused;

type Parsed<T> = Result<T, Refused>;

/// A pattern that was read.
#[derive(Debug, Clone)]
pub(super) struct Syntax {
    pub(super) node: Node,
    /// How many groups have numbers.
    pub(super) groups: usize,
    /// Names of groups.
    pub(super) names: Vec<(String, usize)>,
}

#[derive(Debug, Clone, Copy)]
struct Flags {
    case: bool,
    unicode_case: bool,
    unicode_class: bool,
    unix: bool,
    lines: bool,
    dot_all: bool,
    comments: bool,
}

impl Flags {
    fn fold(self) -> Fold {
        match (self.case, self.unicode_case) {
            (false, _) => Fold::None,
            (true, false) => Fold::Ascii,
            (true, true) => Fold::Unicode,
        }
    }
}

struct Parser {
    text: Vec<char>,
    at: usize,
    flags: Flags,
    groups: usize,
    names: Vec<(String, usize)>,
    depth: usize,
}

/// Reads a pattern.
///
/// # Errors
/// [`Refused`], for what Java refuses.
pub(super) fn parse(pattern: &str) -> Parsed<Syntax> {
    let mut parser = Parser {
        text: unquoted(pattern),
        at: 0,
        flags: Flags {
            case: false,
            unicode_case: false,
            unicode_class: false,
            unix: false,
            lines: false,
            dot_all: false,
            comments: false,
        },
        groups: 0,
        names: Vec::new(),
        depth: 0,
    };
    let node = parser.alternatives()?;
    if parser.peek().is_some() {
        return Err(Refused);
    }
    Ok(Syntax {
        node,
        groups: parser.groups,
        names: parser.names,
    })
}

/// The pattern with text between `\Q` and `\E` escaped.
fn unquoted(pattern: &str) -> Vec<char> {
    let Some(start) = pattern.find("\\Q") else {
        return pattern.chars().collect();
    };
    // A backslash that is escaped itself begins no quote; Java does not look at that.
    let mut out: Vec<char> = pattern[..start].chars().collect();
    let mut rest = &pattern[start..];
    while let Some(from) = rest.find("\\Q") {
        out.extend(rest[..from].chars());
        let quoted = &rest[from + 2..];
        let end = quoted.find("\\E").unwrap_or(quoted.len());
        for c in quoted[..end].chars() {
            if c.is_ascii() && !c.is_ascii_alphanumeric() {
                out.push('\\');
            }
            out.push(c);
        }
        rest = quoted.get(end + 2..).unwrap_or("");
    }
    out.extend(rest.chars());
    out
}

/// A set of one range of characters.
fn range(from: char, to: char) -> ClassUnicode {
    ClassUnicode::new([ClassUnicodeRange::new(from, to)])
}

/// A set of ranges.
fn ranges(all: &[(char, char)]) -> ClassUnicode {
    ClassUnicode::new(
        all.iter()
            .map(|(from, to)| ClassUnicodeRange::new(*from, *to)),
    )
}

/// The set with letters in both cases.
fn folded(mut set: ClassUnicode, fold: Fold) -> ClassUnicode {
    match fold {
        Fold::None => {}
        Fold::Unicode => set.case_fold_simple(),
        Fold::Ascii => {
            let mut letters = ranges(&[('A', 'Z'), ('a', 'z')]);
            letters.intersect(&set);
            for part in letters.ranges() {
                let other = |c: char| char::from(c as u8 ^ 0x20);
                set.union(&range(other(part.start()), other(part.end())));
            }
        }
    }
    set
}

impl Parser {
    /// The next character, past comments if there are any.
    fn peek(&mut self) -> Option<char> {
        if self.flags.comments {
            while let Some(&c) = self.text.get(self.at) {
                if c == '#' {
                    while self.text.get(self.at).is_some_and(|c| !ends_line(*c)) {
                        self.at += 1;
                    }
                } else if matches!(c, ' ' | '\t'..='\r') {
                    self.at += 1;
                } else {
                    break;
                }
            }
        }
        self.text.get(self.at).copied()
    }

    /// The next character, whatever it is.
    fn raw(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let found = self.peek();
        self.at += usize::from(found.is_some());
        found
    }

    /// Whether the next character is this one, which is read then.
    fn took(&mut self, c: char) -> bool {
        let is = self.peek() == Some(c);
        self.at += usize::from(is);
        is
    }

    fn took_raw(&mut self, c: char) -> bool {
        let is = self.raw() == Some(c);
        self.at += usize::from(is);
        is
    }

    fn need(&mut self, c: char) -> Parsed<()> {
        if self.took(c) { Ok(()) } else { Err(Refused) }
    }

    fn alternatives(&mut self) -> Parsed<Node> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err(Refused);
        }
        let mut parts = vec![self.sequence()?];
        while self.took('|') {
            parts.push(self.sequence()?);
        }
        self.depth -= 1;
        Ok(match parts.len() {
            1 => parts.remove(0),
            _ => Node::Either(parts),
        })
    }

    fn sequence(&mut self) -> Parsed<Node> {
        let mut parts = Vec::new();
        while let Some(c) = self.peek() {
            let part = match c {
                '|' | ')' => break,
                '(' => match self.group()? {
                    Some(group) => group,
                    None => continue,
                },
                '[' => {
                    self.at += 1;
                    Node::Set(self.class()?)
                }
                '*' | '+' | '?' => return Err(Refused),
                // Java counts nothing there; so a second count, too, says nothing.
                '{' => Node::Empty,
                _ => self.atom()?,
            };
            parts.push(self.repeated(part)?);
        }
        Ok(Node::concat(parts))
    }

    fn atom(&mut self) -> Parsed<Node> {
        let (lines, unix) = (self.flags.lines, self.flags.unix);
        Ok(match self.next().ok_or(Refused)? {
            '^' if lines => Node::Assert(Assert::LineStart(unix)),
            '^' => Node::Assert(Assert::Start),
            '$' if lines => Node::Assert(Assert::LineEnd(unix)),
            '$' => Node::Assert(Assert::LastLine(unix)),
            '.' => Node::Set(self.dot()),
            '\\' => return self.escaped(),
            c => self.literal(c),
        })
    }

    fn dot(&self) -> ClassUnicode {
        let mut set = match (self.flags.dot_all, self.flags.unix) {
            (true, _) => ClassUnicode::empty(),
            (false, true) => range('\n', '\n'),
            (false, false) => ranges(&[
                ('\n', '\n'),
                ('\r', '\r'),
                ('\u{85}', '\u{85}'),
                ('\u{2028}', '\u{2029}'),
            ]),
        };
        set.negate();
        set
    }

    fn literal(&self, c: char) -> Node {
        Node::Set(folded(range(c, c), self.flags.fold()))
    }

    /// A part between parentheses; none for flags alone.
    fn group(&mut self) -> Parsed<Option<Node>> {
        self.at += 1;
        let before = self.flags;
        if !self.took('?') {
            self.groups += 1;
            let number = self.groups;
            let inner = self.inside()?;
            self.flags = before;
            return Ok(Some(Node::Group(number, Box::new(inner))));
        }
        let look = |node, behind, negative| {
            Node::Look(Box::new(Look {
                node,
                behind,
                negative,
            }))
        };
        let found = match self.next().ok_or(Refused)? {
            ':' => self.inside()?,
            '=' => look(self.inside()?, false, false),
            '!' => look(self.inside()?, false, true),
            '>' => Node::Atomic(Box::new(self.inside()?)),
            '<' if self.took_raw('=') => look(self.inside()?, true, false),
            '<' if self.took_raw('!') => look(self.inside()?, true, true),
            '<' => {
                let name = self.name()?;
                if self.names.iter().any(|(known, _)| *known == name) {
                    return Err(Refused);
                }
                self.groups += 1;
                let number = self.groups;
                self.names.push((name, number));
                Node::Group(number, Box::new(self.inside()?))
            }
            _ => {
                self.at -= 1;
                self.read_flags()?;
                match self.next().ok_or(Refused)? {
                    // Until the end of the part around.
                    ')' => return Ok(None),
                    ':' => self.inside()?,
                    _ => return Err(Refused),
                }
            }
        };
        self.flags = before;
        Ok(Some(found))
    }

    fn inside(&mut self) -> Parsed<Node> {
        let inner = self.alternatives()?;
        self.need(')')?;
        Ok(inner)
    }

    /// A name and the `>` behind it.
    fn name(&mut self) -> Parsed<String> {
        let mut name = String::new();
        while let Some(c) = self.raw() {
            self.at += 1;
            match c {
                '>' if !name.is_empty() => return Ok(name),
                'a'..='z' | 'A'..='Z' => name.push(c),
                '0'..='9' if !name.is_empty() => name.push(c),
                _ => return Err(Refused),
            }
        }
        Err(Refused)
    }

    fn read_flags(&mut self) -> Parsed<()> {
        let mut on = true;
        loop {
            let flags = &mut self.flags;
            match self.text.get(self.at) {
                Some('i') => flags.case = on,
                Some('m') => flags.lines = on,
                Some('s') => flags.dot_all = on,
                Some('d') => flags.unix = on,
                Some('u') => flags.unicode_case = on,
                Some('x') => flags.comments = on,
                Some('U') => (flags.unicode_class, flags.unicode_case) = (on, on),
                Some('-') if on => on = false,
                _ => return Ok(()),
            }
            self.at += 1;
        }
    }

    /// The part as often as what stands behind it says.
    fn repeated(&mut self, node: Node) -> Parsed<Node> {
        let (least, most) = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => {
                self.at += 1;
                self.counts()?
            }
            _ => return Ok(node),
        };
        // The sign itself; counts are read up to their brace.
        self.at += 1;
        let (lazy, possessive) = match self.peek() {
            Some('?') => (true, false),
            Some('+') => (false, true),
            _ => (false, false),
        };
        self.at += usize::from(lazy || possessive);
        let repeat = Node::Repeat(Box::new(Repeat {
            node,
            least,
            most,
            lazy,
        }));
        Ok(if possessive {
            Node::Atomic(Box::new(repeat))
        } else {
            repeat
        })
    }

    /// `{least,most}` up to its brace.
    fn counts(&mut self) -> Parsed<(u32, Option<u32>)> {
        let least = self.count()?.ok_or(Refused)?;
        let most = if self.took_raw(',') {
            self.count()?
        } else {
            Some(least)
        };
        if self.raw() != Some('}') || most.is_some_and(|most| most < least) {
            return Err(Refused);
        }
        Ok((least, most))
    }

    fn count(&mut self) -> Parsed<Option<u32>> {
        let mut count: Option<u32> = None;
        while let Some(digit) = self.raw().and_then(|c| c.to_digit(10)) {
            let more = count.unwrap_or(0).checked_mul(10);
            let more = more.and_then(|more| more.checked_add(digit));
            let more = more.filter(|more| *more <= MOST_COUNT).ok_or(Refused)?;
            count = Some(more);
            self.at += 1;
        }
        Ok(count)
    }
}

/// Whether a character ends a line.
pub(super) fn ends_line(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What `\b` takes for parts of words: as Java 17 also beyond ASCII.
pub(super) fn word_characters() -> ClassUnicode {
    let mut set = range('_', '_');
    for name in ["L", "Nd", "Mn"] {
        set.union(&property::unicode(name).expect("Unicode has these categories"));
    }
    set
}
