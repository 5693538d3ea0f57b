//! Reading text: blanks and numbers, by the rules of Spark's UTF8String and of Java.

/// The text without the blanks and control characters around it: bytes up to 0x20, and 0x7f.
pub(crate) fn trim_all(text: &str) -> &str {
    text.trim_matches(|c: char| c <= ' ' || c == '\u{7f}')
}

/// The text as Java's `String.trim` leaves it.
pub(crate) fn java_trim(text: &str) -> &str {
    text.trim_matches(|c: char| c <= ' ')
}

/// Reads a whole number with blanks around. With `fraction`, a point and digits may follow, which
/// are left out.
pub(crate) fn long(text: &str, fraction: bool) -> Option<i64> {
    let text = trim_all(text).as_bytes();
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        all => (false, all),
    };
    if digits.is_empty() {
        return None;
    }
    let mut value: i64 = 0;
    let mut rest = digits.iter();
    for &byte in rest.by_ref() {
        match byte {
            // Counting down from zero reaches the least number too.
            b'0'..=b'9' => {
                value = value.checked_mul(10)?.checked_sub(i64::from(byte - b'0'))?;
            }
            b'.' if fraction => break,
            _ => return None,
        }
    }
    if !rest.all(u8::is_ascii_digit) {
        return None;
    }
    if negative {
        Some(value)
    } else {
        value.checked_neg()
    }
}

/// Whether text is a number by Java's `Double.parseDouble`, and what of it Rust's parser can read:
/// without blanks and the letter of the type. The words for what is no number are read in any case,
/// as Spark does.
pub(crate) fn float<F: std::str::FromStr>(text: &str) -> Option<F> {
    let text = java_trim(text);
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    match unsigned.as_bytes().first()? {
        b'0'..=b'9' | b'.' => {}
        _ => return word(text, unsigned),
    }
    let text = text.strip_suffix(['d', 'D', 'f', 'F']).unwrap_or(text);
    text.parse().ok()
}

fn word<F: std::str::FromStr>(text: &str, unsigned: &str) -> Option<F> {
    let is = |known: &str| unsigned.eq_ignore_ascii_case(known);
    let signed_nan = is("nan") && unsigned.len() < text.len();
    if is("inf") || is("infinity") || (is("nan") && (!signed_nan || unsigned == "NaN")) {
        text.parse().ok()
    } else {
        None
    }
}

/// A decimal number as it is written: digits and the place of the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written<'a> {
    pub(crate) negative: bool,
    /// Digits before the point.
    pub(crate) whole: &'a [u8],
    /// Digits behind it.
    pub(crate) fraction: &'a [u8],
    pub(crate) exponent: i64,
}

impl<'a> Written<'a> {
    /// Reads what Java's `BigDecimal` reads: digits with a point and an exponent.
    pub(crate) fn parse(text: &'a str) -> Option<Written<'a>> {
        let text = text.as_bytes();
        let (negative, rest) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            all => (false, all),
        };
        let digits = |bytes: &[u8]| bytes.iter().take_while(|b| b.is_ascii_digit()).count();
        let (whole, rest) = rest.split_at(digits(rest));
        let (fraction, rest) = match rest {
            [b'.', rest @ ..] => rest.split_at(digits(rest)),
            rest => (&rest[..0], rest),
        };
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let exponent = match rest {
            [] => 0,
            [b'e' | b'E', rest @ ..] => {
                let exponent = std::str::from_utf8(rest).ok()?;
                i64::from(exponent.parse::<i32>().ok()?)
            }
            _ => return None,
        };
        Some(Written {
            negative,
            whole,
            fraction,
            exponent,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers() {
        assert_eq!(long(" -9223372036854775808\t", false), Some(i64::MIN));
        assert_eq!(long("9223372036854775808", false), None);
        assert_eq!((long("1.9", false), long("1.9", true)), (None, Some(1)));
        assert_eq!(
            (long(".", true), long("+", true), long("1.x", true)),
            (Some(0), None, None)
        );
    }

    #[test]
    fn floats() {
        assert_eq!(float::<f64>(" 1.5e3D "), Some(1500.0));
        assert_eq!(float::<f64>("-inf"), Some(f64::NEG_INFINITY));
        assert!(float::<f64>("nan").is_some_and(f64::is_nan));
        assert_eq!(float::<f64>("1L"), None);
        assert_eq!(float::<f64>(""), None);
        assert_eq!(float::<f64>("."), None);
    }
}
