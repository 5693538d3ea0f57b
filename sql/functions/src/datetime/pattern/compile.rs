//! From a pattern's text to its items, by the rules of Java's `DateTimeFormatterBuilder` and what
//! Spark refuses before.
//!
//! Numbers that touch share digits: the first of them leaves to those behind it as many as they
//! always take, so that `yyyyMMdd` can be read.

use flint_sql_spec::{Result, SqlError, condition};

use super::Use;
use super::item::{Field, Item, Number, OffsetForm, Part, Sign};
use super::names::Style;
use crate::display::sql_value;

/// The items of a pattern.
///
/// # Errors
/// See [`super::Pattern::new`].
pub(super) fn compile(pattern: &str, what: Use) -> Result<Vec<Item>> {
    let items = check(pattern, what).and_then(|has_era| {
        let mut builder = Builder::new(!has_era);
        let done = if what == Use::Read && pattern.contains('S') {
            builder.append_with_fractions(pattern)
        } else {
            builder.append(pattern)
        };
        done.ok_or_else(|| wrong(pattern))?;
        Ok(builder.finish())
    });
    items.map_err(|error| {
        if is_simple(pattern) {
            let other = condition::INCONSISTENT_BEHAVIOR_CROSS_VERSION_DATETIME_PATTERN_RECOGNITION;
            SqlError::new(other)
                .with("pattern", sql_value(pattern))
                .with("config", super::POLICY)
                .with("docroot", DOCS)
        } else {
            error
        }
    })
}

const DOCS: &str = "https://spark.apache.org/docs/latest";

/// The error of a pattern that can't be used.
pub(super) fn wrong(pattern: &str) -> SqlError {
    SqlError::new(condition::INVALID_DATETIME_PATTERN_WITH_SUGGESTION)
        .with("pattern", sql_value(pattern))
        .with("docroot", DOCS)
}

/// The parts of a pattern outside of quotes.
fn plain_parts(pattern: &str) -> impl Iterator<Item = &str> {
    pattern.split('\'').step_by(2)
}

/// What Spark refuses; whether the pattern has an era.
fn check(pattern: &str, what: Use) -> Result<bool> {
    const LONGEST: [&str; 7] = [
        "GGGGG", "MMMMM", "LLLLL", "EEEEE", "QQQQQ", "qqqqq", "yyyyyyy",
    ];
    for part in plain_parts(pattern) {
        if let Some(letter) = part.chars().find(|c| "YWwuec".contains(*c)) {
            let week = condition::INCONSISTENT_BEHAVIOR_CROSS_VERSION_DATETIME_WEEK_BASED_PATTERN;
            return Err(SqlError::new(week).with("c", letter.to_string()));
        }
        let refused = |c: &char| "ABnNp".contains(*c) || what == Use::Read && "EFqQ".contains(*c);
        if let Some(letter) = part.chars().find(refused) {
            let illegal = condition::INVALID_DATETIME_PATTERN_ILLEGAL_CHARACTER;
            return Err(SqlError::new(illegal)
                .with("c", letter.to_string())
                .with("pattern", pattern));
        }
        if let Some(long) = LONGEST.iter().find(|long| part.contains(**long)) {
            let length = condition::INVALID_DATETIME_PATTERN_LENGTH;
            return Err(SqlError::new(length).with("pattern", *long));
        }
    }
    Ok(plain_parts(pattern).any(|part| part.contains('G')))
}

/// Whether Java's older `SimpleDateFormat` takes the pattern, which Spark used before.
pub(super) fn is_simple(pattern: &str) -> bool {
    // Two quotes are one, inside of quotes and outside, so only their number counts.
    if pattern.matches('\'').count() % 2 == 1 {
        return false;
    }
    plain_parts(pattern).all(|part| {
        let letters = part.chars().filter(char::is_ascii_alphabetic);
        !part.contains("XXXX")
            && letters
                .into_iter()
                .all(|c| "GyMdkHmsSEDFwWahKzZYuXL".contains(c))
    })
}

struct Frame {
    items: Vec<Item>,
    /// The number whose digits those that are appended to it leave.
    base: Option<usize>,
}

struct Builder {
    frames: Vec<Frame>,
    /// Whether `y` is the year that goes below zero.
    plain_years: bool,
}

impl Builder {
    fn new(plain_years: bool) -> Builder {
        let frames = vec![Frame {
            items: Vec::new(),
            base: None,
        }];
        Builder {
            frames,
            plain_years,
        }
    }

    fn frame(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("the outermost frame stays")
    }

    fn finish(mut self) -> Vec<Item> {
        while self.frames.len() > 1 {
            self.close();
        }
        self.frames.pop().expect("the outermost frame stays").items
    }

    /// Java's way with a pattern; `None` for what it refuses.
    fn append(&mut self, pattern: &str) -> Option<()> {
        let mut rest = pattern;
        while let Some(c) = rest.chars().next() {
            let length = match c {
                'a'..='z' | 'A'..='Z' => {
                    let count = rest.chars().take_while(|other| *other == c).count();
                    self.letter(c, count)?;
                    count
                }
                '\'' => {
                    let (text, length) = quoted(rest)?;
                    self.literal(&text);
                    length
                }
                '[' => {
                    self.frames.push(Frame {
                        items: Vec::new(),
                        base: None,
                    });
                    1
                }
                ']' if self.frames.len() > 1 => {
                    self.close();
                    1
                }
                ']' | '{' | '}' | '#' => return None,
                _ => {
                    self.literal(c.encode_utf8(&mut [0; 4]));
                    c.len_utf8()
                }
            };
            rest = &rest[length..];
        }
        Some(())
    }

    /// Spark's way with patterns that read fractions of any length up to the number of letters.
    fn append_with_fractions(&mut self, pattern: &str) -> Option<()> {
        for (at, part) in pattern.trim_end_matches('\'').split('\'').enumerate() {
            match part {
                "" if at != 0 => self.literal("'"),
                _ if at % 2 == 1 => self.literal(part),
                _ => self.append_part(part)?,
            }
        }
        Some(())
    }

    fn append_part(&mut self, part: &str) -> Option<()> {
        let mut rest = part;
        while !rest.is_empty() {
            let start = rest.find('S').unwrap_or(rest.len());
            let count = rest[start..].bytes().take_while(|b| *b == b'S').count();
            self.append(&rest[..start])?;
            match count {
                0 => {}
                1 => self.letter('S', 1)?,
                2..=9 => self.push(Item::Fraction(1, count)),
                _ => return None,
            }
            rest = &rest[start + count..];
        }
        Some(())
    }

    fn close(&mut self) {
        let frame = self.frames.pop().expect("a frame is open");
        if !frame.items.is_empty() {
            self.push(Item::Optional(frame.items));
        }
    }

    fn push(&mut self, item: Item) {
        let frame = self.frame();
        frame.items.push(item);
        frame.base = None;
    }

    fn literal(&mut self, text: &str) {
        let frame = self.frame();
        match frame.items.last_mut() {
            Some(Item::Literal(before)) => before.push_str(text),
            _ => frame.items.push(Item::Literal(text.to_owned())),
        }
        frame.base = None;
    }

    /// A number, or a fraction of so many digits, which numbers before it leave digits to.
    fn adjacent(&mut self, item: Item, fixed: Option<usize>) {
        let frame = self.frame();
        let at = frame.items.len();
        match (fixed, frame.base) {
            (Some(width), Some(base)) => {
                if let Item::Number(number) = &mut frame.items[base] {
                    number.following += width;
                }
            }
            (_, Some(base)) => {
                if let Item::Number(number) = &mut frame.items[base] {
                    number.following = 0;
                }
                frame.base = Some(at);
            }
            (_, None) => frame.base = Some(at),
        }
        frame.items.push(item);
    }

    fn number(&mut self, field: Field, least: usize, most: usize, sign: Sign) {
        let number = Number {
            field,
            least,
            most,
            sign,
            short_year: false,
            following: 0,
        };
        let fixed = number.is_fixed().then_some(most);
        self.adjacent(Item::Number(number), fixed);
    }

    /// A number of one digit or more, or of exactly two.
    fn one_or_two(&mut self, field: Field, count: usize) -> Option<()> {
        match count {
            1 => self.number(field, 1, 19, Sign::Normal),
            2 => self.number(field, 2, 2, Sign::Never),
            _ => return None,
        }
        Some(())
    }

    fn year(&mut self, count: usize) {
        let field = if self.plain_years {
            Field::Year
        } else {
            Field::YearOfEra
        };
        match count {
            2 => {
                let number = Number {
                    field,
                    least: 2,
                    most: 2,
                    sign: Sign::Never,
                    short_year: true,
                    following: 0,
                };
                self.adjacent(Item::Number(number), Some(2));
            }
            1 | 3 => self.number(field, count, 19, Sign::Normal),
            _ => self.number(field, count, 19, Sign::ExceedsPad),
        }
    }

    fn named(&mut self, field: Field, count: usize) -> Option<()> {
        let style = style(count)?;
        self.push(Item::Name(field, style));
        Some(())
    }

    fn letter(&mut self, letter: char, count: usize) -> Option<()> {
        match letter {
            'y' => self.year(count),
            'M' | 'L' if count <= 2 => self.one_or_two(Field::Month, count)?,
            'Q' | 'q' if count <= 2 => self.one_or_two(Field::Quarter, count)?,
            'M' | 'L' => self.named(Field::Month, count)?,
            'Q' | 'q' => self.named(Field::Quarter, count)?,
            'E' => self.named(Field::Weekday, count)?,
            'G' => self.named(Field::Era, count)?,
            'a' if count == 1 => self.named(Field::Half, 1)?,
            'F' if count == 1 => self.one_or_two(Field::DayOfWeekInMonth, 1)?,
            'd' => self.one_or_two(Field::DayOfMonth, count)?,
            'H' => self.one_or_two(Field::Hour, count)?,
            'k' => self.one_or_two(Field::ClockHour, count)?,
            'K' => self.one_or_two(Field::HourOfHalf, count)?,
            'h' => self.one_or_two(Field::ClockHourOfHalf, count)?,
            'm' => self.one_or_two(Field::Minute, count)?,
            's' => self.one_or_two(Field::Second, count)?,
            'D' if count == 1 => self.one_or_two(Field::DayOfYear, 1)?,
            'D' if count <= 3 => self.number(Field::DayOfYear, count, 3, Sign::Never),
            'S' if count <= 9 => self.adjacent(Item::Fraction(count, count), Some(count)),
            'g' if count <= 19 => self.number(Field::JulianDay, count, 19, Sign::Normal),
            _ => {
                let item = zone_item(letter, count)?;
                self.push(item);
            }
        }
        Some(())
    }
}

/// The length of a name with so many letters.
fn style(count: usize) -> Option<Style> {
    match count {
        1..=3 => Some(Style::Short),
        4 => Some(Style::Full),
        _ => None,
    }
}

fn zone_item(letter: char, count: usize) -> Option<Item> {
    let short_or_full = || (count == 1 || count == 4).then(|| style(count))?;
    Some(match letter {
        'V' if count == 2 => Item::ZoneId,
        'z' => Item::ZoneName(style(count)?),
        'v' => Item::GenericZoneName(short_or_full()?),
        'O' => Item::GmtOffset(short_or_full()?),
        'Z' if count == 4 => Item::GmtOffset(Style::Full),
        'Z' if count < 4 => offset(2, "+0000"),
        'Z' if count == 5 => offset(5, "Z"),
        'X' if count <= 5 => offset(count, "Z"),
        'x' if count <= 5 => offset(count, ["+00", "+0000", "+00:00"][zero_of(count)]),
        _ => return None,
    })
}

/// Which of the three ways to write no offset goes with so many letters.
fn zero_of(count: usize) -> usize {
    match count {
        1 => 0,
        2 | 4 => 1,
        _ => 2,
    }
}

/// The offset that so many letters `X` or `x` mean.
fn offset(count: usize, zero: &'static str) -> Item {
    Item::Offset(OffsetForm {
        minutes: if count == 1 {
            Part::UnlessZero
        } else {
            Part::Always
        },
        seconds: if count > 3 {
            Part::UnlessZero
        } else {
            Part::Never
        },
        colon: count == 3 || count == 5,
        zero,
    })
}

/// The text between the quotes at the front, and how long it is with them. Two quotes are one.
fn quoted(text: &str) -> Option<(String, usize)> {
    let mut found = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c != '\'' {
            found.push(c);
        } else if chars.peek().is_some_and(|(_, next)| *next == '\'') {
            chars.next();
            found.push('\'');
        } else {
            if found.is_empty() {
                found.push('\'');
            }
            return Some((found, at + 1));
        }
    }
    None
}
