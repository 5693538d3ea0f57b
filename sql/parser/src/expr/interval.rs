//! Interval literals: `INTERVAL 1 YEAR 2 MONTHS`, `INTERVAL '1-2' YEAR TO MONTH`, `INTERVAL '1 day'`.

use flint_sql_spec::{
    DayTimeField, DayTimeRange, Expr, ExprKind, Literal, Result, SqlError, YearMonthField,
    YearMonthRange, condition,
};

use crate::cursor::Parser;
use crate::lexer::TokenKind;

const MICROS: i128 = 1_000_000;

/// Units in singular, lower case, with what they count: months or microseconds.
const UNITS: [(&str, Unit); 11] = [
    ("year", Unit::Months(12, YearMonthField::Year)),
    ("month", Unit::Months(1, YearMonthField::Month)),
    ("week", Unit::Micros(7 * 86_400 * MICROS, DayTimeField::Day)),
    ("day", Unit::Micros(86_400 * MICROS, DayTimeField::Day)),
    ("hour", Unit::Micros(3_600 * MICROS, DayTimeField::Hour)),
    ("minute", Unit::Micros(60 * MICROS, DayTimeField::Minute)),
    ("second", Unit::Micros(MICROS, DayTimeField::Second)),
    ("millisecond", Unit::Micros(1_000, DayTimeField::Second)),
    ("microsecond", Unit::Micros(1, DayTimeField::Second)),
    ("nanosecond", Unit::Nanos),
    ("quarter", Unit::None),
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Unit {
    Months(i128, YearMonthField),
    Micros(i128, DayTimeField),
    Nanos,
    /// Not one of intervals.
    None,
}

fn unit_of(word: &str) -> Option<Unit> {
    let lower = word.to_ascii_lowercase();
    let singular = lower.strip_suffix('s').unwrap_or(&lower);
    let found = UNITS
        .iter()
        .find(|(name, _)| *name == singular)
        .map(|(_, unit)| *unit);
    found.filter(|unit| *unit != Unit::None)
}

/// What went wrong with an interval's text.
pub(crate) enum Problem {
    /// Months beside days or shorter units.
    Mixed,
    /// Too large.
    Overflow,
    /// Not an interval, by the rule that it breaks and the piece at fault.
    Malformed(&'static str),
}

/// Sums of values with units.
#[derive(Default)]
struct Sum {
    months: i128,
    micros: i128,
    year_month: Option<(YearMonthField, YearMonthField)>,
    day_time: Option<(DayTimeField, DayTimeField)>,
}

impl Sum {
    /// Adds `number`, digits with a sign and perhaps a fraction.
    fn add(&mut self, number: &str, unit: Unit) -> Result<(), Problem> {
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let negative = whole.starts_with('-');
        let digits = whole.trim_start_matches(['-', '+']);
        let value: i128 = if digits.is_empty() && !fraction.is_empty() {
            0
        } else {
            i128::from(
                digits
                    .parse::<u64>()
                    .map_err(|_| Problem::Malformed("value"))?,
            )
        };
        let signed = |value: i128| if negative { -value } else { value };
        match unit {
            Unit::Months(factor, field) => {
                whole_only(fraction)?;
                self.months += signed(value) * factor;
                widen(&mut self.year_month, field);
            }
            Unit::Micros(factor, field) => {
                if field != DayTimeField::Second || factor != MICROS {
                    whole_only(fraction)?;
                }
                self.micros += signed(value * factor + fraction_micros(fraction)?);
                widen(&mut self.day_time, field);
            }
            Unit::Nanos => {
                whole_only(fraction)?;
                self.micros += signed(value / 1_000);
                widen(&mut self.day_time, DayTimeField::Second);
            }
            Unit::None => return Err(Problem::Malformed("unit")),
        }
        Ok(())
    }

    fn literal(self) -> Result<Literal, Problem> {
        match (self.year_month, self.day_time) {
            (Some(_), Some(_)) => Err(Problem::Mixed),
            (Some((start, end)), None) => {
                let months = i32::try_from(self.months).map_err(|_| Problem::Overflow)?;
                let range = YearMonthRange { start, end };
                Ok(Literal::YearMonthInterval { months, range })
            }
            (None, Some((start, end))) => {
                let micros = i64::try_from(self.micros).map_err(|_| Problem::Overflow)?;
                Ok(Literal::DayTimeInterval {
                    micros,
                    range: DayTimeRange { start, end },
                })
            }
            (None, None) => Err(Problem::Malformed("empty")),
        }
    }
}

fn widen<F: Ord + Copy>(range: &mut Option<(F, F)>, field: F) {
    let (start, end) = range.unwrap_or((field, field));
    *range = Some((start.min(field), end.max(field)));
}

fn whole_only(fraction: &str) -> Result<(), Problem> {
    if fraction.is_empty() {
        Ok(())
    } else {
        Err(Problem::Malformed("fraction"))
    }
}

/// Microseconds of the digits after a point; of nine digits the last three are dropped.
fn fraction_micros(fraction: &str) -> Result<i128, Problem> {
    if fraction.len() > 9 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Problem::Malformed("fraction"));
    }
    let padded = format!("{fraction:0<6}");
    padded[..6]
        .parse()
        .map_err(|_| Problem::Malformed("fraction"))
}

/// The interval that `text` writes: `[interval] number unit ..`.
pub(crate) fn interval_of_text(text: &str) -> Result<Literal, Problem> {
    sum_of_text(text)?.literal()
}

/// Months and microseconds of the interval that `text` writes.
pub(crate) fn parts_of_text(text: &str) -> Result<(i128, i128), Problem> {
    let sum = sum_of_text(text)?;
    if sum.year_month.is_none() && sum.day_time.is_none() {
        return Err(Problem::Malformed("empty"));
    }
    Ok((sum.months, sum.micros))
}

fn sum_of_text(text: &str) -> Result<Sum, Problem> {
    let spaced = text
        .trim()
        .to_ascii_lowercase()
        .replace('-', " -")
        .replace('+', " +");
    let mut words = spaced.split_whitespace().peekable();
    words.next_if_eq(&"interval");
    let mut sum = Sum::default();
    while let Some(word) = words.next() {
        // A sign may stand apart from its number.
        let number = if matches!(word, "-" | "+") {
            format!("{word}{}", words.next().unwrap_or_default())
        } else {
            word.to_owned()
        };
        let unit = words
            .next()
            .and_then(unit_of)
            .ok_or(Problem::Malformed("unit"))?;
        sum.add(&number, unit)?;
    }
    Ok(sum)
}

impl Parser {
    /// Whether a value of an interval comes after the current word.
    pub(crate) fn interval_follows(&self) -> bool {
        let number = |ahead| {
            matches!(
                self.kind_ahead(ahead),
                TokenKind::Integer | TokenKind::Decimal
            )
        };
        let signed = self.sign_ahead(1, "-") || self.sign_ahead(1, "+");
        let ahead = 1 + usize::from(signed);
        (number(ahead) || self.string_ahead(ahead)) && self.name_ahead(ahead + 1)
    }

    /// Whether a unit comes after the string or strings here.
    pub(crate) fn unit_follows_string(&self) -> bool {
        let after = (0..)
            .find(|ahead| !self.string_ahead(*ahead))
            .unwrap_or_default();
        let token = self.token_ahead(after);
        token.kind == TokenKind::Word && unit_of(self.text_of(token)).is_some()
    }

    pub(crate) fn interval(&mut self) -> Result<Expr> {
        let start = self.start();
        self.expect_word("INTERVAL")?;
        self.interval_after_word(start)
    }

    /// Values and units, after the word.
    pub(crate) fn interval_after_word(&mut self, start: usize) -> Result<Expr> {
        let mut sum = Sum::default();
        let mut count = 0;
        while count == 0 || self.interval_value_here() {
            let value_start = self.start();
            let sign = if self.eat_sign("-") { "-" } else { "" };
            self.eat_sign("+");
            let text = self.interval_number()?;
            let unit_token = self.token();
            let unit_word = self.text_of(unit_token).to_ascii_lowercase();
            self.name()?;
            if count == 0 && self.at_word("TO") && self.name_ahead(1) {
                self.bump();
                let end = self.name()?.to_ascii_lowercase();
                return self.unit_to_unit(
                    start,
                    value_start,
                    &format!("{sign}{text}"),
                    &unit_word,
                    &end,
                );
            }
            let unit = unit_of(&unit_word).ok_or_else(|| self.unexpected_at(unit_token))?;
            let number = match (sign, text.strip_prefix('-')) {
                ("-", Some(positive)) => positive.to_owned(),
                _ => format!("{sign}{text}"),
            };
            let added = sum.add(number.trim(), unit);
            added.map_err(|problem| self.interval_error(start, &text, problem))?;
            count += 1;
        }
        let literal = sum.literal();
        let source = self.source_from(start).to_owned();
        let literal = literal.map_err(|problem| self.interval_error(start, &source, problem))?;
        Ok(self.expr_from(start, ExprKind::Literal(literal)))
    }

    fn interval_value_here(&self) -> bool {
        let signed = self.at_sign("-") || self.at_sign("+");
        let ahead = usize::from(signed);
        let kind = self.kind_ahead(ahead);
        let number = matches!(kind, TokenKind::Integer | TokenKind::Decimal);
        (number || self.string_ahead(ahead)) && self.name_ahead(ahead + 1) && {
            let unit = self.token_ahead(ahead + 1);
            unit_of(self.text_of(unit)).is_some() || self.word_ahead(ahead + 2, "TO")
        }
    }

    fn interval_number(&mut self) -> Result<String> {
        if self.at_string() {
            return self.string().map(|text| text.trim().to_owned());
        }
        let token = self.bump();
        Ok(self.text_of(token).to_owned())
    }

    /// `INTERVAL '1 day'`.
    pub(crate) fn interval_text(&mut self, start: usize, text: &str) -> Result<Expr> {
        let literal = interval_of_text(text).map_err(|problem| match problem {
            Problem::Mixed => self.interval_error(start, text, Problem::Mixed),
            _ => self.bad_typed_literal(start, "INTERVAL", text),
        })?;
        Ok(self.expr_from(start, ExprKind::Literal(literal)))
    }

    fn unit_to_unit(
        &self,
        start: usize,
        place: usize,
        text: &str,
        from: &str,
        to: &str,
    ) -> Result<Expr> {
        let year_month = (
            YearMonthField::from_name(from),
            YearMonthField::from_name(to),
        );
        let day_time = (DayTimeField::from_name(from), DayTimeField::from_name(to));
        let literal = match (year_month, day_time) {
            ((Some(from), Some(to)), _) if from < to => year_to_month(text),
            (_, (Some(from), Some(to))) if from < to => day_to_second(text, from, to),
            _ => {
                let condition = condition::INVALID_INTERVAL_FORMAT_UNSUPPORTED_FROM_TO_EXPRESSION;
                let error = self.error_from(place, condition).with("input", text);
                return Err(error.with("from", from).with("to", to));
            }
        };
        let literal = literal.map_err(|problem| self.interval_error(start, text, problem))?;
        Ok(self.expr_from(start, ExprKind::Literal(literal)))
    }

    fn interval_error(&self, start: usize, input: &str, problem: Problem) -> SqlError {
        let condition = match problem {
            Problem::Mixed => condition::MIXED_INTERVAL_UNITS,
            Problem::Overflow => condition::INVALID_INTERVAL_FORMAT_ARITHMETIC_EXCEPTION,
            Problem::Malformed("unit") => condition::INVALID_INTERVAL_FORMAT_INVALID_UNIT,
            Problem::Malformed("fraction") => condition::INVALID_INTERVAL_FORMAT_INVALID_FRACTION,
            Problem::Malformed("empty") => condition::INVALID_INTERVAL_FORMAT_INPUT_IS_EMPTY,
            Problem::Malformed("shape") => {
                condition::INVALID_INTERVAL_FORMAT_UNMATCHED_FORMAT_STRING
            }
            Problem::Malformed(_) => condition::INVALID_INTERVAL_FORMAT_INVALID_VALUE,
        };
        let parameter = match problem {
            Problem::Mixed => return self.error_from(start, condition).with("literal", input),
            _ => format!("'{input}'"),
        };
        self.error_from(start, condition).with("input", parameter)
    }
}

const SHAPE: Problem = Problem::Malformed("shape");

fn signed(text: &str) -> (&str, i128) {
    match text.trim().strip_prefix('-') {
        Some(rest) => (rest, -1),
        None => (text.trim().trim_start_matches('+'), 1),
    }
}

/// `y-m`.
fn year_to_month(text: &str) -> Result<Literal, Problem> {
    let (text, sign) = signed(text);
    let (years, months) = text.split_once('-').ok_or(SHAPE)?;
    let years: u32 = years.parse().map_err(|_| SHAPE)?;
    let months: u32 = months.parse().map_err(|_| SHAPE)?;
    if months > 11 {
        return Err(SHAPE);
    }
    let months = sign * (i128::from(years) * 12 + i128::from(months));
    let months = i32::try_from(months).map_err(|_| Problem::Overflow)?;
    Ok(Literal::YearMonthInterval {
        months,
        range: YearMonthRange::WHOLE,
    })
}

/// `d h:m:s.f`, of which only the fields `from` to `to` are written.
fn day_to_second(text: &str, from: DayTimeField, to: DayTimeField) -> Result<Literal, Problem> {
    let (text, sign) = signed(text);
    let mut micros: i128 = 0;
    let mut clock = text;
    if from == DayTimeField::Day {
        let (days, rest) = text.split_once(char::is_whitespace).ok_or(SHAPE)?;
        micros += i128::from(days.parse::<u32>().map_err(|_| SHAPE)?) * 86_400 * MICROS;
        clock = rest.trim();
    }
    let first = from.max(DayTimeField::Hour);
    let parts: Vec<_> = clock.split(':').collect();
    if parts.len() != to as usize - first as usize + 1 {
        return Err(SHAPE);
    }
    for (at, part) in parts.into_iter().enumerate() {
        let (whole, fraction) = part.split_once('.').unwrap_or((part, ""));
        let value: u32 = whole.parse().map_err(|_| SHAPE)?;
        let (factor, most) = match first as usize + at {
            1 => (
                3_600,
                if from == DayTimeField::Day {
                    23
                } else {
                    u32::MAX
                },
            ),
            2 => (60, if at > 0 { 59 } else { u32::MAX }),
            _ => (1, if at > 0 { 59 } else { u32::MAX }),
        };
        if value > most || (factor != 1 && !fraction.is_empty()) {
            return Err(SHAPE);
        }
        micros += i128::from(value) * factor * MICROS + fraction_micros(fraction)?;
    }
    let micros = i64::try_from(sign * micros).map_err(|_| Problem::Overflow)?;
    let range = DayTimeRange::new(from, to).ok_or(SHAPE)?;
    Ok(Literal::DayTimeInterval { micros, range })
}
