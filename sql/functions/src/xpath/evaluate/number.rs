//! Numbers as strings and strings as numbers (XPath 1.0, sections 4.2 and 4.4).

/// Reads a number: digits with an optional point and an optional sign in front, between characters up
/// to the space. Anything else is NaN.
pub(super) fn parse_number(text: &str) -> f64 {
    let text = text.trim_matches(|c| c <= ' ');
    if !text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.'))
    {
        return f64::NAN;
    }
    text.parse().unwrap_or(f64::NAN)
}

/// Writes a number without an exponent, with the digits of `Double.toString` in Java 17: the fewest
/// that read back as the same number, but at least two, and for whole numbers all that mean something.
pub(super) fn write_number(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    let sign = if number < 0.0 { "-" } else { "" };
    let size = number.abs();
    if size.is_infinite() {
        return format!("{sign}Infinity");
    }
    if size.fract() == 0.0 && size < EXACT_END {
        return format!("{sign}{}", whole(size));
    }
    let shortest = format!("{size:e}");
    let (digits, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    // Of two numbers of as many digits that are as near, the even one.
    let places = digits.len().saturating_sub(2).max(1);
    let nearest = format!("{size:.places$e}");
    let is_even = match places {
        1 => nearest
            .split_once('e')
            .is_some_and(|(_, other)| other == exponent),
        _ => nearest.parse() == Ok(size),
    };
    format!(
        "{sign}{}",
        without_exponent(if is_even { &nearest } else { &shortest })
    )
}

/// Whole numbers up to this one have 63 bits at most.
const EXACT_END: f64 = 9_223_372_036_854_775_808.0;

/// Writes a whole number. Java rounds off the last digit of numbers from 59 bits, and the last two from
/// 62 bits.
fn whole(size: f64) -> u64 {
    let exact = size as u64;
    let unit = match u64::BITS - exact.leading_zeros() {
        0..59 => 1,
        59..62 => 10,
        _ => 100,
    };
    (exact + unit / 2) / unit * unit
}

/// Writes a number in scientific form without its exponent.
fn without_exponent(scientific: &str) -> String {
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let digits = mantissa.replace('.', "");
    let digits = digits.trim_end_matches('0');
    match exponent.parse::<usize>() {
        Ok(exponent) => match digits.split_at_checked(exponent + 1) {
            Some((whole, part)) if !part.is_empty() => format!("{whole}.{part}"),
            _ => format!("{digits:0<width$}", width = exponent + 1),
        },
        Err(_) => {
            let zeros = exponent.trim_start_matches('-').parse().unwrap_or(1) - 1;
            format!("0.{}{digits}", "0".repeat(zeros))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{parse_number, write_number};

    #[test]
    fn numbers_are_written_without_an_exponent() {
        let cases = [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (-1.5, "-1.5"),
            (1e21, "1000000000000000000000"),
            (1.25e-7, "0.000000125"),
            (123_456_789.125, "123456789.125"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ];
        for (number, text) in cases {
            assert_eq!(write_number(number), text);
        }
        let least = write_number(5e-324);
        assert!(
            least.starts_with("0.000") && least.ends_with("49"),
            "{least}"
        );
    }

    #[test]
    fn strings_are_numbers_without_exponent_and_plus() {
        for (text, number) in [(" 12\n", 12.0), ("-.5", -0.5), ("7.", 7.0), ("-0", -0.0)] {
            assert_eq!(parse_number(text).to_bits(), f64::to_bits(number), "{text}");
        }
        for text in [
            "", "+1", "1e3", "--1", ".", "-", "1 2", "Infinity", "\u{a0}1",
        ] {
            assert!(parse_number(text).is_nan(), "{text}");
        }
    }
}
