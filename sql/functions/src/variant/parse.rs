//! `parse_json`, `try_parse_json`: JSON text as variants.
//!
//! Whole numbers that 64 bits hold are such; other numbers without an exponent are decimals where 38
//! digits do, and doubles otherwise. What stands behind the first value is not looked at. A text that
//! is no JSON, names a field twice or has half of a surrogate pair is malformed as a whole.

use std::sync::Arc;

use flint_sql_columnar::Raised;
use flint_sql_spec::{Result, SqlError, condition, with_stack};

use super::{Builder, Fault, VariantsBuilder};
use crate::json::{Kind, Rules, Tokens, scan};
use crate::scalar::Kernel;
use crate::site::Site;

/// Characters of a string at most, as in Jackson.
const LONGEST: usize = 20_000_000;

pub(super) fn parse_json(_: &Site) -> Result<Kernel> {
    Ok(make("parse_json", false))
}

pub(super) fn try_parse_json(_: &Site) -> Result<Kernel> {
    Ok(make("try_parse_json", true))
}

fn make(function: &'static str, forgives: bool) -> Kernel {
    Arc::new(move |args| {
        let texts = args.strings(0)?;
        let rules = rules();
        let (mut tokens, mut builder) = (Tokens::default(), Builder::default());
        let mut found = VariantsBuilder::default();
        for row in 0..args.rows() {
            let Some(text) = texts.get(row) else {
                found.null();
                continue;
            };
            builder.clear();
            match parse(text, &rules, &mut tokens, &mut builder) {
                Ok(()) => found.push(&mut builder).map_err(|f| f.error(function))?,
                Err(_) if forgives => found.null(),
                Err(fault) => return Err(malformed(fault, function, text)),
            }
        }
        found.finish()
    })
}

/// The error for a text: only its size is told apart.
fn malformed(fault: Fault, function: &str, text: &str) -> Raised {
    match fault {
        Fault::TooLarge => fault.error(function),
        _ => SqlError::new(condition::MALFORMED_RECORD_IN_PARSING_WITHOUT_SUGGESTION)
            .with("badRecord", text)
            .with("failFastMode", "FAILFAST"),
    }
    .into()
}

/// JSON to the letter, however deep.
fn rules() -> Rules {
    Rules {
        single_quotes: false,
        non_numeric: false,
        depth: usize::MAX,
        ..Rules::default()
    }
}

fn parse(
    text: &str,
    rules: &Rules,
    tokens: &mut Tokens,
    builder: &mut Builder,
) -> Result<(), Fault> {
    match scan(text, rules, tokens) {
        Ok(true) => append_json(text, tokens, 0, builder).map(|_| ()),
        _ => Err(Fault::Malformed),
    }
}

/// Appends the value of a token; gives the token behind it.
///
/// # Errors
/// For strings that are none, and for what the builder refuses.
pub(crate) fn append_json(
    text: &str,
    tokens: &Tokens,
    at: usize,
    builder: &mut Builder,
) -> Result<usize, Fault> {
    let token = tokens.get(at);
    match token.kind {
        Kind::Object => with_stack(|| {
            let (mut object, mut next) = (builder.object(), at + 1);
            while next < token.next {
                let name = tokens.get(next);
                if name.has_half_pair(text) {
                    return Err(Fault::Malformed);
                }
                builder.field(&mut object, &name.text(text));
                next = append_json(text, tokens, next + 1, builder)?;
            }
            builder.close_object(object)
        })?,
        Kind::Array => with_stack(|| {
            let (mut array, mut next) = (builder.array(), at + 1);
            while next < token.next {
                builder.element(&mut array);
                next = append_json(text, tokens, next, builder)?;
            }
            builder.close_array(&array)
        })?,
        Kind::Name | Kind::Text if token.has_half_pair(text) || token.is_longer(text, LONGEST) => {
            return Err(Fault::Malformed);
        }
        Kind::Name | Kind::Text => builder.text(&token.text(text))?,
        Kind::True => builder.boolean(true)?,
        Kind::False => builder.boolean(false)?,
        Kind::Null => builder.null()?,
        Kind::Integer | Kind::Float => append_number(token.raw(text), builder)?,
    }
    Ok(token.next)
}

fn append_number(raw: &str, builder: &mut Builder) -> Result<(), Fault> {
    if let Ok(whole) = raw.parse::<i64>() {
        return builder.long(whole);
    }
    if let Some((unscaled, scale)) = decimal(raw) {
        return builder.decimal(unscaled, scale);
    }
    match raw {
        "NaN" => builder.double(f64::NAN),
        "INF" | "+INF" | "+Infinity" => builder.double(f64::INFINITY),
        "-INF" => builder.double(f64::NEG_INFINITY),
        // The form has been checked; what is too large is infinite.
        number => builder.double(number.parse().map_err(|_| Fault::Malformed)?),
    }
}

/// A number without an exponent, if it has at most 38 digits, and as many behind the point.
pub(crate) fn decimal(raw: &str) -> Option<(i128, u8)> {
    let digits = raw.strip_prefix('-').unwrap_or(raw);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let scale = u8::try_from(fraction.len()).ok().filter(|s| *s <= 38)?;
    let mut unscaled = 0_i128;
    for byte in whole.bytes().chain(fraction.bytes()) {
        let digit = byte.is_ascii_digit().then(|| i128::from(byte - b'0'))?;
        unscaled = unscaled.checked_mul(10)?.checked_add(digit)?;
        if unscaled >= 10_i128.pow(38) {
            return None;
        }
    }
    let negative = raw.starts_with('-');
    Some((if negative { -unscaled } else { unscaled }, scale))
}
