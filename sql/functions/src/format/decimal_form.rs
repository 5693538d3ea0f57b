//! `format_number`: by a number of digits behind the point, or by a form of Java's `DecimalFormat`.
//!
//! Numbers are rounded half to even. Forms have `#` and `0` for digits, `,` for groups, `.`, `%`, `‰`,
//! an exponent as `E0`, text around with quotes, and a form of its own for negative numbers behind
//! `;`. Exponents that are multiples of a number (`##0.#E0`) are refused.

use std::fmt::Write;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{
    ArrowPrimitiveType, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type,
};
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, Result, SqlError, condition};

use crate::arguments::Arguments;
use crate::each::{kernel, texts};
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(crate) const FUNCTIONS: &[Scalar] = &[Scalar::new("format_number", format_number)];

/// A number as it was given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number {
    Exact { unscaled: i128, scale: usize },
    Double(f64),
}

/// Digits of a number, rounded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Digits {
    pub(super) before: String,
    pub(super) behind: String,
}

impl Number {
    pub(super) fn is_negative(self) -> bool {
        match self {
            Number::Exact { unscaled, .. } => unscaled < 0,
            Number::Double(value) => value.is_sign_negative(),
        }
    }

    /// The size in decimal digits, all of them.
    fn plain(self) -> String {
        match self {
            Number::Exact { unscaled, scale } => {
                let digits = format!("{:0width$}", unscaled.unsigned_abs(), width = scale + 1);
                let (before, behind) = digits.split_at(digits.len() - scale);
                format!("{before}.{behind}")
            }
            Number::Double(value) => format!("{}", value.abs()),
        }
    }

    /// The size with at most so many digits behind the point, rounded half to even.
    fn rounded(self, most: usize) -> Digits {
        let plain = self.plain();
        let (before, behind) = plain.split_once('.').unwrap_or((&plain, ""));
        if behind.len() <= most {
            return Digits {
                before: before.to_owned(),
                behind: behind.to_owned(),
            };
        }
        let text = match self {
            // The value in binary decides where the shortest digits look like a half.
            Number::Double(value) => format!("{:.most$}", value.abs()),
            Number::Exact { .. } => half_even(before, behind, most),
        };
        let (before, behind) = text.split_once('.').unwrap_or((&text, ""));
        Digits {
            before: before.to_owned(),
            behind: behind.to_owned(),
        }
    }

    fn times(self, factor: i128) -> Number {
        match self {
            Number::Exact { unscaled, scale } => match unscaled.checked_mul(factor) {
                Some(unscaled) => Number::Exact { unscaled, scale },
                None => Number::Double(unscaled as f64 / 10_f64.powi(scale as i32) * factor as f64),
            },
            Number::Double(value) => Number::Double(value * factor as f64),
        }
    }
}

/// Digits cut to some behind the point.
fn half_even(before: &str, behind: &str, most: usize) -> String {
    let (kept, cut) = behind.split_at(most);
    let mut digits: Vec<u8> = before.bytes().chain(kept.bytes()).collect();
    let is_odd = digits.last().is_some_and(|digit| (digit - b'0') % 2 == 1);
    let (first, rest) = cut.split_at(1);
    let above = first > "5" || (first == "5" && rest.bytes().any(|digit| digit != b'0'));
    if above || (first == "5" && is_odd) {
        let nines = digits
            .iter()
            .rev()
            .take_while(|digit| **digit == b'9')
            .count();
        let at = digits.len() - nines;
        digits[at..].fill(b'0');
        match at.checked_sub(1) {
            Some(last) => digits[last] += 1,
            None => digits.insert(0, b'1'),
        }
    }
    let point = digits.len() - most;
    let text: String = digits.into_iter().map(char::from).collect();
    format!("{}.{}", &text[..point], &text[point..])
}

/// Appends digits with commas between groups of a size.
pub(super) fn grouped(digits: &str, size: usize, out: &mut String) {
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(size) {
            out.push(',');
        }
        out.push(digit);
    }
}

/// A form, read.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Form {
    prefix: String,
    suffix: String,
    negative: (String, String),
    least_before: usize,
    least_behind: usize,
    most_behind: usize,
    group: Option<usize>,
    factor: i128,
    /// Digits of the exponent, if there is one.
    exponent: Option<usize>,
}

impl Form {
    /// Groups of three and so many digits behind the point.
    fn digits(count: usize) -> Form {
        Form {
            prefix: String::new(),
            suffix: String::new(),
            negative: ("-".to_owned(), String::new()),
            least_before: 1,
            least_behind: count,
            most_behind: count,
            group: Some(3),
            factor: 1,
            exponent: None,
        }
    }

    fn new(text: &str) -> Result<Form> {
        if text.is_empty() {
            return Ok(Form::digits(0));
        }
        let (positive, negative) = halves(text);
        let mut form = Form::digits(0);
        let (prefix, rest) = affix(positive, &mut form.factor);
        let length = rest
            .find(|c: char| !"#0,.".contains(c))
            .unwrap_or(rest.len());
        let (body, rest) = rest.split_at(length);
        form.body(body).ok_or_else(|| refused(text))?;
        let zeros = rest.strip_prefix('E').map(|rest| {
            let zeros = rest.bytes().take_while(|byte| *byte == b'0').count();
            (zeros, &rest[zeros..])
        });
        let rest = match zeros {
            Some((zeros, behind)) if zeros > 0 && form.group.is_none() => {
                let before = body.split('.').next().unwrap_or_default();
                if before.len() > form.least_before {
                    return Err(refused(text));
                }
                form.exponent = Some(zeros);
                behind
            }
            _ => rest,
        };
        let (suffix, rest) = affix(rest, &mut form.factor);
        if !rest.is_empty() {
            return Err(refused(text));
        }
        form.negative = match negative {
            Some(negative) => {
                let (before, rest) = affix(negative, &mut 1);
                let behind = rest.trim_start_matches(['#', '0', ',', '.', 'E']);
                (before, affix(behind, &mut 1).0)
            }
            None => (format!("-{prefix}"), suffix.clone()),
        };
        (form.prefix, form.suffix) = (prefix, suffix);
        Ok(form)
    }

    /// The digits of the form; `None` where a `0` is on the wrong side of a `#`.
    fn body(&mut self, body: &str) -> Option<()> {
        let (before, behind) = body.split_once('.').unwrap_or((body, ""));
        let has_point = body.contains('.');
        self.group = before
            .rfind(',')
            .map(|at| before.len() - at - 1)
            .filter(|size| *size > 0);
        let plain: String = before.chars().filter(|c| *c != ',').collect();
        let is_right = |digits: &str| digits.chars().all(|c| c == '0' || c == '#');
        let zeros = plain.trim_start_matches('#');
        let hashes = behind.trim_start_matches('0');
        if zeros.contains('#') || hashes.contains('0') || !is_right(&plain) || !is_right(behind) {
            return None;
        }
        self.least_before = zeros.len();
        self.least_behind = behind.len() - hashes.len();
        self.most_behind = behind.len();
        // A form of `#` alone has one digit before its point.
        if has_point && zeros.is_empty() && self.least_behind == 0 && !plain.is_empty() {
            self.least_before = 1;
        }
        Some(())
    }

    fn write(&self, number: Number, out: &mut String) {
        let negative = number.is_negative();
        let (prefix, suffix) = if negative {
            (&self.negative.0, &self.negative.1)
        } else {
            (&self.prefix, &self.suffix)
        };
        match number {
            Number::Double(value) if value.is_nan() => out.push_str("NaN"),
            Number::Double(value) if value.is_infinite() => {
                out.push_str(prefix);
                out.push('∞');
                out.push_str(suffix);
            }
            _ => {
                out.push_str(prefix);
                self.write_size(number.times(self.factor), out);
                out.push_str(suffix);
            }
        }
    }

    fn write_size(&self, number: Number, out: &mut String) {
        let Some(zeros) = self.exponent else {
            self.write_digits(&number.rounded(self.most_behind), out);
            return;
        };
        let significant = self.least_before + self.most_behind;
        let (digits, exponent) = scientific(number, significant.max(1));
        let (before, behind) = digits.split_at(self.least_before.min(digits.len()));
        let (before, behind) = (before.to_owned(), behind.to_owned());
        self.write_digits(&Digits { before, behind }, out);
        let exponent = exponent - self.least_before as i32 + 1;
        let sign = if exponent < 0 { "-" } else { "" };
        write!(out, "E{sign}{:0zeros$}", exponent.abs()).expect("text takes more text");
    }

    fn write_digits(&self, digits: &Digits, out: &mut String) {
        let start = out.len();
        let before = digits.before.trim_start_matches('0');
        let missing = self.least_before.saturating_sub(before.len());
        let before = format!("{}{before}", "0".repeat(missing));
        match self.group {
            Some(size) => grouped(&before, size, out),
            None => out.push_str(&before),
        }
        let behind = digits.behind.trim_end_matches('0');
        if behind.is_empty() && self.least_behind == 0 {
            if out.len() == start {
                out.push('0');
            }
            return;
        }
        write!(out, ".{behind:0<width$}", width = self.least_behind).expect("text takes more text");
    }
}

/// The first digits of a number, rounded, and the power of ten of the first.
fn scientific(number: Number, significant: usize) -> (String, i32) {
    let plain = number.plain();
    let (before, behind) = plain.split_once('.').unwrap_or((&plain, ""));
    let all = format!("{before}{behind}");
    let Some(first) = all.find(|c| c != '0') else {
        return ("0".repeat(significant), 0);
    };
    let exponent = before.len() as i32 - first as i32 - 1;
    let digits = &all[first..];
    if digits.len() <= significant {
        return (format!("{digits:0<significant$}"), exponent);
    }
    let (kept, cut) = digits.split_at(significant);
    let rounded = half_even(kept, cut, 0);
    let rounded = rounded.trim_end_matches('.');
    if rounded.len() > significant {
        return (rounded[..significant].to_owned(), exponent + 1);
    }
    (rounded.to_owned(), exponent)
}

/// The form for positive numbers and the one for negative ones, with a `;` in between that is not
/// quoted.
fn halves(text: &str) -> (&str, Option<&str>) {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            ';' if !quoted => return (&text[..at], Some(&text[at + 1..])),
            _ => {}
        }
    }
    (text, None)
}

/// Text before or behind digits: it ends where digits begin. `%` and `‰` multiply.
fn affix<'a>(text: &'a str, factor: &mut i128) -> (String, &'a str) {
    let (mut found, mut quoted) = (String::new(), false);
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\'' if chars.peek().is_some_and(|(_, next)| *next == '\'') => {
                chars.next();
                found.push('\'');
            }
            '\'' => quoted = !quoted,
            '#' | '0' | ',' | '.' if !quoted => return (found, &text[at..]),
            '%' if !quoted => {
                *factor = 100;
                found.push(c);
            }
            '‰' if !quoted => {
                *factor = 1000;
                found.push(c);
            }
            _ => found.push(c),
        }
    }
    (found, "")
}

fn refused(text: &str) -> SqlError {
    let feature = format!("the form of numbers {text}");
    SqlError::new(condition::NOT_SUPPORTED_YET).with("feature", feature)
}

/// What gives the number of a row.
type Numbers = Box<dyn Fn(usize) -> Option<Number>>;

fn numbers(column: ArrayRef, constant: bool, data_type: &DataType) -> Result<Numbers, Raised> {
    fn of<T: ArrowPrimitiveType>(
        column: &ArrayRef,
        constant: bool,
        number: impl Fn(T::Native) -> Number + 'static,
    ) -> Numbers {
        let column = column.as_primitive::<T>().clone();
        Box::new(move |row| {
            let row = if constant { 0 } else { row };
            column.is_valid(row).then(|| number(column.value(row)))
        })
    }
    let whole = |unscaled: i128| Number::Exact { unscaled, scale: 0 };
    Ok(match data_type {
        DataType::Byte => of::<Int8Type>(&column, constant, move |n| whole(n.into())),
        DataType::Short => of::<Int16Type>(&column, constant, move |n| whole(n.into())),
        DataType::Integer => of::<Int32Type>(&column, constant, move |n| whole(n.into())),
        DataType::Long => of::<Int64Type>(&column, constant, move |n| whole(n.into())),
        DataType::Float => of::<Float32Type>(&column, constant, |n| Number::Double(n.into())),
        DataType::Double => of::<Float64Type>(&column, constant, Number::Double),
        DataType::Decimal { scale, .. } => {
            let scale = usize::try_from(*scale).unwrap_or(0);
            of::<Decimal128Type>(&column, constant, move |unscaled| Number::Exact {
                unscaled,
                scale,
            })
        }
        _ => return Err(SqlError::internal("a number is expected").into()),
    })
}

fn format_number(site: &Site) -> Result<Kernel> {
    let data_type = site.arguments.first().cloned().unwrap_or(DataType::Null);
    let by_text = site.arguments.get(1).is_some_and(DataType::is_string);
    let fixed = site.constant_text(1).map(Form::new).transpose()?;
    kernel(move |arguments: &Arguments| {
        let (column, constant) = arguments.held(0)?;
        let numbers = numbers(column, constant, &data_type)?;
        let write = |number: Option<Number>, form: &Form| {
            number.map(|number| {
                let mut text = String::new();
                form.write(number, &mut text);
                text
            })
        };
        if !by_text {
            let counts = arguments.numbers::<Int32Type>(1)?;
            return texts(arguments.rows(), |row| {
                let count = counts
                    .get(row)
                    .and_then(|count| usize::try_from(count).ok());
                Ok(count.and_then(|count| write(numbers(row), &Form::digits(count))))
            });
        }
        let forms = arguments.strings(1)?;
        texts(arguments.rows(), |row| match (&fixed, forms.get(row)) {
            (_, None) => Ok(None),
            (Some(form), _) => Ok(write(numbers(row), form)),
            (None, Some(text)) => Ok(write(numbers(row), &Form::new(text)?)),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(form: &str, number: f64) -> String {
        let mut out = String::new();
        Form::new(form)
            .expect("a form")
            .write(Number::Double(number), &mut out);
        out
    }

    #[test]
    fn forms_are_those_of_java() {
        assert_eq!(by("#,##0.00", 1234.567), "1,234.57");
        assert_eq!(by("#0.0%", 0.123), "12.3%");
        assert_eq!(by("000000.0", -1234.567), "-001234.6");
        assert_eq!(by("0.###E0", 12345.0), "1.234E4");
        assert_eq!(by("#.##", 0.0), "0");
        assert_eq!(by("#.00", 0.25), ".25");
        assert_eq!(by("'#'#;(#)", -5.0), "(5)");
        assert_eq!(by("", 1e20), "100,000,000,000,000,000,000");
    }

    #[test]
    fn halves_go_to_even() {
        assert_eq!(half_even("9", "95", 1), "10.0");
        assert_eq!(half_even("12", "25", 1), "12.2");
        assert_eq!(half_even("12", "251", 1), "12.3");
    }
}
