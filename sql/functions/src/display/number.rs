//! Numbers as Java prints them.

use std::fmt::{self, Write};

/// `Double.toString`: plain from 10^-3 to 10^7, else with an exponent; the fewest digits that read
/// back as the same number, at least one behind the point.
pub(crate) fn write_double(value: f64, out: &mut String) -> fmt::Result {
    if value == value.trunc() && value.abs() < 1e7 && (value != 0.0 || value.is_sign_positive()) {
        return write!(out, "{}.0", value as i64);
    }
    let mut shortest = Digits::default();
    write!(shortest, "{value:e}")?;
    if shortest.has_one_digit() {
        // Of the two-digit forms Java takes the nearest: 4.9E-324, not 5E-324.
        shortest = Digits::default();
        write!(shortest, "{value:.1e}")?;
    }
    write_java(shortest.text(), out)
}

/// `Float.toString`.
pub(crate) fn write_float(value: f32, out: &mut String) -> fmt::Result {
    if value == value.trunc() && value.abs() < 1e7 && (value != 0.0 || value.is_sign_positive()) {
        return write!(out, "{}.0", value as i64);
    }
    let mut shortest = Digits::default();
    write!(shortest, "{value:e}")?;
    if shortest.has_one_digit() {
        shortest = Digits::default();
        write!(shortest, "{value:.1e}")?;
    }
    write_java(shortest.text(), out)
}

/// A number in scientific form, on the stack: at most 17 digits, a sign, a point and an exponent.
#[derive(Default)]
struct Digits {
    bytes: [u8; 32],
    length: usize,
}

impl Digits {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).expect("only text was written")
    }

    fn has_one_digit(&self) -> bool {
        let text = self.text();
        text.contains('e') && !text.contains('.')
    }
}

impl Write for Digits {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length + text.len();
        let place = self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?;
        place.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

/// Lays out `-1.5e-7` as Java does.
fn write_java(scientific: &str, out: &mut String) -> fmt::Result {
    let (sign, rest) = match scientific.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", scientific),
    };
    match rest {
        "NaN" => return out.write_str("NaN"),
        "inf" => return write!(out, "{sign}Infinity"),
        _ => out.push_str(sign),
    }
    let (mantissa, exponent) = rest.split_once('e').unwrap_or((rest, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (first, behind) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let behind = behind.trim_end_matches('0');
    if first == "0" {
        return out.write_str("0.0");
    }
    match exponent {
        0..7 => {
            let whole = (exponent as usize).min(behind.len());
            let (before, after) = behind.split_at(whole);
            let zeros = exponent as usize - whole;
            let after = if after.is_empty() { "0" } else { after };
            write!(out, "{first}{before}{:0<zeros$}.{after}", "")
        }
        -3..0 => {
            let zeros = (-exponent - 1) as usize;
            write!(out, "0.{:0<zeros$}{first}{behind}", "")
        }
        _ => {
            let behind = if behind.is_empty() { "0" } else { behind };
            write!(out, "{first}.{behind}E{exponent}")
        }
    }
}

/// A decimal without an exponent.
pub(crate) fn write_plain_decimal(unscaled: i128, scale: i8, out: &mut String) -> fmt::Result {
    if unscaled < 0 {
        out.push('-');
    }
    let unscaled = unscaled.unsigned_abs();
    if scale <= 0 {
        let zeros = if unscaled == 0 {
            0
        } else {
            usize::from(scale.unsigned_abs())
        };
        return write!(out, "{unscaled}{:0<zeros$}", "");
    }
    let scale = usize::from(scale.unsigned_abs());
    let power = 10_u128.pow(scale as u32);
    match (u64::try_from(unscaled), u64::try_from(power)) {
        (Ok(unscaled), Ok(power)) => {
            write!(out, "{}.{:0scale$}", unscaled / power, unscaled % power)
        }
        _ => write!(out, "{}.{:0scale$}", unscaled / power, unscaled % power),
    }
}

/// `BigDecimal.toString`: with an exponent below 10^-6, and where the scale is negative.
pub(crate) fn write_decimal(unscaled: i128, scale: i8, out: &mut String) -> fmt::Result {
    let length = unscaled.unsigned_abs().checked_ilog10().unwrap_or(0) as i32 + 1;
    let adjusted = length - 1 - i32::from(scale);
    if scale == 0 || (scale > 0 && adjusted >= -6) {
        return write_plain_decimal(unscaled, scale, out);
    }
    if unscaled < 0 {
        out.push('-');
    }
    let digits = unscaled.unsigned_abs().to_string();
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    write!(out, "{first}{point}{rest}E{adjusted:+}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed<T>(value: T, write: fn(T, &mut String) -> fmt::Result) -> String {
        let mut out = String::new();
        write(value, &mut out).expect("a String takes any text");
        out
    }

    #[test]
    fn doubles_print_as_in_java() {
        for (value, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (-1.5, "-1.5"),
            (100.0, "100.0"),
            (123_456.0, "123456.0"),
            (9_999_999.0, "9999999.0"),
            (1e7, "1.0E7"),
            (12_345_678.9, "1.23456789E7"),
            (0.001, "0.001"),
            (0.0123, "0.0123"),
            (0.000_99, "9.9E-4"),
            (1e23, "1.0E23"),
            (4.9e-324, "4.9E-324"),
            (2e-323, "2.0E-323"),
            (f64::MAX, "1.7976931348623157E308"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(printed(value, write_double), text);
        }
        assert_eq!(printed(3.402_823_5e38_f32, write_float), "3.4028235E38");
        assert_eq!(printed(1e-45_f32, write_float), "1.4E-45");
        assert_eq!(printed(0.1_f32, write_float), "0.1");
    }

    #[test]
    fn decimals_print_as_in_java() {
        let both = |unscaled, scale| {
            let (mut plain, mut java) = (String::new(), String::new());
            write_plain_decimal(unscaled, scale, &mut plain).expect("a String takes any text");
            write_decimal(unscaled, scale, &mut java).expect("a String takes any text");
            (plain, java)
        };
        let pair = |plain: &str, java: &str| (plain.to_owned(), java.to_owned());
        assert_eq!(both(-1050, 2), pair("-10.50", "-10.50"));
        assert_eq!(both(1, 7), pair("0.0000001", "1E-7"));
        assert_eq!(both(0, 18), pair("0.000000000000000000", "0E-18"));
        assert_eq!(both(-15, 8), pair("-0.00000015", "-1.5E-7"));
        assert_eq!(both(15, -2), pair("1500", "1.5E+3"));
        assert_eq!(both(10_i128.pow(37), 0).0.len(), 38);
    }
}
