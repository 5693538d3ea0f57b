//! What follows a backslash.

use regex_syntax::hir::ClassUnicode;

use super::property::{property, unicode};
use super::{Parsed, Parser, Refused, range, ranges};
use crate::java_pattern::node::{Assert, Node};

impl Parser {
    /// An escape outside of classes; the backslash is read.
    pub(super) fn escaped(&mut self) -> Parsed<Node> {
        let c = self.raw().ok_or(Refused)?;
        let assert = match c {
            'A' => Assert::Start,
            'z' => Assert::End,
            'Z' => Assert::LastLine(self.flags.unix),
            'b' => Assert::Boundary,
            'B' => Assert::NoBoundary,
            'G' => Assert::Last,
            'R' => {
                self.at += 1;
                return Ok(line_break());
            }
            'k' => {
                self.at += 1;
                return self.back_by_name();
            }
            '1'..='9' => return Ok(self.back()),
            _ => {
                return Ok(match self.escaped_member()? {
                    Ok(c) => self.literal(c),
                    Err(set) => Node::Set(set),
                });
            }
        };
        self.at += 1;
        if assert == Assert::Boundary && self.raw() == Some('{') {
            return Err(Refused);
        }
        Ok(Node::Assert(assert))
    }

    /// `\12`: as many digits as make a group that is there.
    fn back(&mut self) -> Node {
        let mut group = 0;
        while let Some(digit) = self.raw().and_then(|c| c.to_digit(10)) {
            let longer = group * 10 + digit as usize;
            if group > 0 && longer > self.groups {
                break;
            }
            group = longer;
            self.at += 1;
        }
        let fold = self.flags.fold();
        Node::Back { group, fold }
    }

    fn back_by_name(&mut self) -> Parsed<Node> {
        if !self.took_raw('<') {
            return Err(Refused);
        }
        let name = self.name()?;
        let known = self.names.iter().find(|(known, _)| *known == name);
        let (_, group) = known.ok_or(Refused)?;
        Ok(Node::Back {
            group: *group,
            fold: self.flags.fold(),
        })
    }

    /// An escape that is a character, or else a set of them; the backslash is read.
    pub(super) fn escaped_member(&mut self) -> Parsed<Result<char, ClassUnicode>> {
        let c = self.raw().ok_or(Refused)?;
        self.at += 1;
        Ok(Ok(match c {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'f' => '\u{c}',
            'a' => '\u{7}',
            'e' => '\u{1b}',
            'c' => {
                let c = self.raw().ok_or(Refused)?;
                self.at += 1;
                char::from_u32(c as u32 ^ 0x40).ok_or(Refused)?
            }
            '0' => self.octal()?,
            'x' => self.hexadecimal()?,
            'u' => self.code_units()?,
            'p' | 'P' => {
                let mut set = self.family()?;
                if c == 'P' {
                    set.negate();
                }
                return Ok(Err(set));
            }
            'a'..='z' | 'A'..='Z' => return self.shorthand(c).map(Err),
            '1'..='9' => return Err(Refused),
            c => c,
        }))
    }

    /// `\d`, `\W` and their kin.
    fn shorthand(&self, c: char) -> Parsed<ClassUnicode> {
        let all = self.flags.unicode_class;
        let mut set = match (c.to_ascii_lowercase(), all) {
            ('d', false) => range('0', '9'),
            ('d', true) => unicode("Nd")?,
            ('w', false) => ranges(&[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]),
            ('w', true) => {
                let mut set = unicode("Alphabetic")?;
                for more in ["M", "Nd", "Pc", "Join_Control"] {
                    set.union(&unicode(more)?);
                }
                set
            }
            ('s', false) => ranges(&[('\t', '\r'), (' ', ' ')]),
            ('s', true) => unicode("White_Space")?,
            ('h', _) => ranges(&[
                ('\t', '\t'),
                (' ', ' '),
                ('\u{a0}', '\u{a0}'),
                ('\u{1680}', '\u{1680}'),
                ('\u{180e}', '\u{180e}'),
                ('\u{2000}', '\u{200a}'),
                ('\u{202f}', '\u{202f}'),
                ('\u{205f}', '\u{205f}'),
                ('\u{3000}', '\u{3000}'),
            ]),
            ('v', _) => vertical(),
            _ => return Err(Refused),
        };
        if c.is_ascii_uppercase() {
            set.negate();
        }
        Ok(set)
    }

    /// Up to three digits, the first of three below 4.
    fn octal(&mut self) -> Parsed<char> {
        let mut code = self.digit(8)?.ok_or(Refused)?;
        let mut left = if code <= 3 { 2 } else { 1 };
        while left > 0 {
            let Some(digit) = self.digit(8)? else { break };
            code = code * 8 + digit;
            left -= 1;
        }
        char::from_u32(code).ok_or(Refused)
    }

    fn digit(&mut self, radix: u32) -> Parsed<Option<u32>> {
        let digit = self.raw().and_then(|c| c.to_digit(radix));
        self.at += usize::from(digit.is_some());
        Ok(digit)
    }

    fn digits(&mut self, count: usize) -> Parsed<u32> {
        let mut code = 0;
        for _ in 0..count {
            code = code * 16 + self.digit(16)?.ok_or(Refused)?;
        }
        Ok(code)
    }

    /// `41` or `{1F600}`.
    fn hexadecimal(&mut self) -> Parsed<char> {
        if !self.took_raw('{') {
            return char::from_u32(self.digits(2)?).ok_or(Refused);
        }
        let mut code = self.digit(16)?.ok_or(Refused)?;
        while let Some(digit) = self.digit(16)? {
            code = code * 16 + digit;
            if code > u32::from(char::MAX) {
                return Err(Refused);
            }
        }
        if !self.took_raw('}') {
            return Err(Refused);
        }
        char::from_u32(code).ok_or(Refused)
    }

    /// Four digits, or eight in two halves for what is beyond.
    fn code_units(&mut self) -> Parsed<char> {
        let first = self.digits(4)? as u16;
        let mut units = vec![first];
        if (0xd800..0xdc00).contains(&first)
            && self.text.get(self.at..self.at + 2) == Some(&['\\', 'u'])
        {
            self.at += 2;
            units.push(self.digits(4)? as u16);
        }
        let mut found = char::decode_utf16(units);
        found.next().and_then(Result::ok).ok_or(Refused)
    }

    /// `L` or `{name}`.
    fn family(&mut self) -> Parsed<ClassUnicode> {
        let c = self.raw().ok_or(Refused)?;
        self.at += 1;
        if c != '{' {
            return property(&c.to_string(), &self.flags);
        }
        let rest = &self.text[self.at..];
        let end = rest.iter().position(|c| *c == '}').ok_or(Refused)?;
        let name: String = rest[..end].iter().collect();
        self.at += end + 1;
        property(&name, &self.flags)
    }
}

fn vertical() -> ClassUnicode {
    ranges(&[('\n', '\r'), ('\u{85}', '\u{85}'), ('\u{2028}', '\u{2029}')])
}

/// `\R`: both of `\r\n`, or one that goes down.
fn line_break() -> Node {
    let both = vec![Node::Set(range('\r', '\r')), Node::Set(range('\n', '\n'))];
    Node::Either(vec![Node::Concat(both), Node::Set(vertical())])
}
