//! How words sound and how alike they are; check digits.

use arrow::datatypes::{Float64Type, Int32Type};
use flint_sql_spec::Result;

use crate::each::{booleans, kernel, numbers, texts};
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("soundex", |_| {
        kernel(|args| {
            let text = args.strings(0)?;
            texts(args.rows(), |row| Ok(text.get(row).map(soundex)))
        })
    }),
    Scalar::new("levenshtein", levenshtein),
    Scalar::new("jaro_winkler_similarity", |_| {
        kernel(|args| {
            let (a, b) = (args.strings(0)?, args.strings(1)?);
            numbers::<Float64Type>(args.rows(), |row| {
                Ok(a.get(row).zip(b.get(row)).map(|(a, b)| jaro_winkler(a, b)))
            })
        })
    }),
    Scalar::new("luhn_check", |_| {
        kernel(|args| {
            let text = args.strings(0)?;
            booleans(args.rows(), |row| Ok(text.get(row).map(luhn)))
        })
    }),
];

/// Digits of letters: `0` for vowels, `7` for letters that are passed over.
const SOUNDS: &[u8; 26] = b"01230127022455012623017202";

fn soundex(text: &str) -> String {
    let letter = |byte: u8| byte.to_ascii_uppercase();
    let sound = |byte: u8| SOUNDS[usize::from(letter(byte) - b'A')];
    let bytes = text.as_bytes();
    let Some(first) = bytes.first().filter(|byte| byte.is_ascii_alphabetic()) else {
        return text.to_owned();
    };
    let mut code = String::from(char::from(letter(*first)));
    let mut last = sound(*first);
    for byte in &bytes[1..] {
        if !byte.is_ascii_alphabetic() {
            last = b'0';
            continue;
        }
        let next = sound(*byte);
        if next == b'7' {
            continue;
        }
        if next != b'0' && next != last {
            code.push(char::from(next));
            if code.len() > 3 {
                break;
            }
        }
        last = next;
    }
    while code.len() < 4 {
        code.push('0');
    }
    code
}

/// How many characters must be added, dropped or changed; -1 if more than the third argument says,
/// in which a null is zero, unless it is one for all rows.
fn levenshtein(site: &Site) -> Result<Kernel> {
    let limited = site.arguments.len() == 3;
    kernel(move |args| {
        let (a, b) = (args.strings(0)?, args.strings(1)?);
        let limit = if limited {
            Some(args.numbers::<Int32Type>(2)?)
        } else {
            None
        };
        numbers::<Int32Type>(args.rows(), |row| {
            let Some((a, b)) = a.get(row).zip(b.get(row)) else {
                return Ok(None);
            };
            let found = distance(a, b);
            let Some(limit) = &limit else {
                return Ok(Some(found));
            };
            if limit.is_constant_null() {
                return Ok(None);
            }
            let limit = limit.get(row).unwrap_or(0);
            Ok(Some(if found > limit { -1 } else { found }))
        })
    })
}

fn distance(a: &str, b: &str) -> i32 {
    let b: Vec<char> = b.chars().collect();
    let mut costs: Vec<i32> = (0..=b.len() as i32).collect();
    for (i, c) in a.chars().enumerate() {
        let mut diagonal = costs[0];
        costs[0] = i as i32 + 1;
        for (j, d) in b.iter().enumerate() {
            let changed = diagonal + i32::from(c != *d);
            diagonal = costs[j + 1];
            costs[j + 1] = changed.min(costs[j] + 1).min(diagonal + 1);
        }
    }
    costs[b.len()]
}

/// From 0 to 1: characters in common, their order, and how alike the beginnings are.
fn jaro_winkler(a: &str, b: &str) -> f64 {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.is_empty() && b.is_empty() {
        return 1.0;
    }
    let reach = (a.len().max(b.len()) / 2).saturating_sub(1);
    let mut taken = vec![false; b.len()];
    let mut matched = Vec::new();
    for (i, c) in a.iter().enumerate() {
        let window = i.saturating_sub(reach)..b.len().min(i + reach + 1);
        if let Some(j) = window.into_iter().find(|&j| !taken[j] && b[j] == *c) {
            taken[j] = true;
            matched.push(*c);
        }
    }
    if matched.is_empty() {
        return 0.0;
    }
    let others = b
        .iter()
        .zip(&taken)
        .filter(|(_, taken)| **taken)
        .map(|(c, _)| c);
    let moved = matched.iter().zip(others).filter(|(a, b)| a != b).count() / 2;
    let common = matched.len() as f64;
    let shares =
        common / a.len() as f64 + common / b.len() as f64 + (common - moved as f64) / common;
    let jaro = shares / 3.0;
    let prefix = a.iter().zip(&b).take(4).take_while(|(a, b)| a == b).count() as f64;
    jaro + prefix * 0.1 * (1.0 - jaro)
}

/// Whether the digits' last one checks the others; nothing but digits does.
fn luhn(text: &str) -> bool {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let digits = text.bytes().rev().map(|byte| u32::from(byte - b'0'));
    let weighed = digits
        .enumerate()
        .map(|(i, digit)| match (i % 2, digit * 2) {
            (0, _) => digit,
            (_, double @ 10..) => double - 9,
            (_, double) => double,
        });
    weighed.sum::<u32>() % 10 == 0
}
