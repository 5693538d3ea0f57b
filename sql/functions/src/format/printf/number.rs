//! Fractions for `%e`, `%f`, `%g` and `%a`.

use super::super::decimal_form::grouped;
use super::spec::Spec;

/// A number's size by a conversion.
pub(super) fn size(spec: &Spec, value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return "Infinity".to_owned();
    }
    match spec.conversion.to_ascii_lowercase() {
        'a' => hexadecimal(value),
        'e' => scientific(value, spec.precision.unwrap_or(6)),
        'f' => fixed(spec, value, spec.precision.unwrap_or(6)),
        _ => general(spec, value),
    }
}

/// The shortest digits that mean the number, and the place of the point among them.
fn shortest(value: f64) -> (Vec<u8>, i32) {
    let plain = format!("{value}");
    let (before, behind) = plain.split_once('.').unwrap_or((&plain, ""));
    let digits: Vec<u8> = before
        .bytes()
        .chain(behind.bytes())
        .map(|b| b - b'0')
        .collect();
    let zeros = digits.iter().take_while(|digit| **digit == 0).count();
    if zeros == digits.len() {
        return (vec![0], 1);
    }
    (digits[zeros..].to_vec(), before.len() as i32 - zeros as i32)
}

/// The first `count` digits, rounded half up; whether a digit was put before them.
fn cut(digits: &[u8], count: usize) -> (Vec<u8>, bool) {
    let mut kept: Vec<u8> = digits.iter().copied().take(count).collect();
    kept.resize(count, 0);
    if digits.get(count).is_none_or(|digit| *digit < 5) {
        return (kept, false);
    }
    for digit in kept.iter_mut().rev() {
        if *digit < 9 {
            *digit += 1;
            return (kept, false);
        }
        *digit = 0;
    }
    kept.insert(0, 1);
    (kept, true)
}

fn text(digits: &[u8]) -> String {
    digits
        .iter()
        .map(|digit| char::from(b'0' + digit))
        .collect()
}

fn fixed(spec: &Spec, value: f64, precision: usize) -> String {
    let (digits, point) = shortest(value);
    let mut all = vec![0; usize::try_from(1 - point).unwrap_or(0)];
    all.extend(&digits);
    let before = usize::try_from(point.max(1)).unwrap_or(1);
    let (kept, carried) = cut(&all, before + precision);
    let (front, back) = kept.split_at(before + usize::from(carried));
    let (front, back) = (text(front), text(back));
    let mut out = String::new();
    if spec.has(',') {
        grouped(&front, 3, &mut out);
    } else {
        out = front;
    }
    if precision > 0 || spec.has('#') {
        out.push('.');
        out.push_str(&back);
    }
    out
}

fn scientific(value: f64, precision: usize) -> String {
    let (digits, point) = shortest(value);
    let (kept, carried) = cut(&digits, precision + 1);
    let exponent = if value == 0.0 { 0 } else { point - 1 } + i32::from(carried);
    let (first, rest) = kept[..=precision].split_at(1);
    let dot = if precision > 0 { "." } else { "" };
    let sign = if exponent < 0 { '-' } else { '+' };
    format!(
        "{}{dot}{}e{sign}{:02}",
        text(first),
        text(rest),
        exponent.abs()
    )
}

/// `%f` or `%e`, by the number's size; the precision is that of all digits.
fn general(spec: &Spec, value: f64) -> String {
    let precision = spec.precision.unwrap_or(6).max(1);
    if value == 0.0 {
        return fixed(spec, value, precision - 1);
    }
    let (digits, point) = shortest(value);
    let point = point + i32::from(cut(&digits, precision).1);
    // From 0.0001 on, and below ten to the precision.
    if point < -3 || i64::from(point) > precision as i64 {
        return scientific(value, precision - 1);
    }
    let behind = precision as i32 - point;
    fixed(spec, value, usize::try_from(behind).unwrap_or(0))
}

/// Java's `Double.toHexString`.
fn hexadecimal(value: f64) -> String {
    const MANTISSA: u64 = (1 << 52) - 1;
    if value == 0.0 {
        return "0x0.0p0".to_owned();
    }
    let bits = value.to_bits();
    let (exponent, mantissa) = ((bits >> 52 & 0x7ff) as i32, bits & MANTISSA);
    let (first, exponent) = match exponent {
        0 => (0, -1022),
        _ => (1, exponent - 1023),
    };
    let digits = format!("{mantissa:013x}");
    let digits = digits.trim_end_matches('0');
    let digits = if digits.is_empty() { "0" } else { digits };
    format!("0x{first}.{digits}p{exponent}")
}
