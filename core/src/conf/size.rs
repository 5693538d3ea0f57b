//! Sizes and times as Spark writes them: a whole number and a unit, `512m` or `10s`.
//!
//! Units are binary (`1k` is 1,024 bytes) and case does not matter. Numbers have no fraction, as
//! in Spark: write `1536m`, not `1.5g`. Negative values are refused: no key of the registry has a
//! meaning for them.

use std::time::Duration;

/// A unit of sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteUnit {
    /// One byte.
    Byte,
    /// 1,024 bytes.
    Kibibyte,
    /// 1,024² bytes.
    Mebibyte,
    /// 1,024³ bytes.
    Gibibyte,
    /// 1,024⁴ bytes.
    Tebibyte,
    /// 1,024⁵ bytes.
    Pebibyte,
}

impl ByteUnit {
    /// Bytes in one of it.
    pub fn bytes(self) -> u64 {
        1 << (10 * self as u32)
    }

    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "b" => ByteUnit::Byte,
            "k" | "kb" => ByteUnit::Kibibyte,
            "m" | "mb" => ByteUnit::Mebibyte,
            "g" | "gb" => ByteUnit::Gibibyte,
            "t" | "tb" => ByteUnit::Tebibyte,
            "p" | "pb" => ByteUnit::Pebibyte,
            _ => return None,
        })
    }
}

/// A unit of times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    /// A microsecond.
    Microsecond,
    /// A millisecond.
    Millisecond,
    /// A second.
    Second,
    /// A minute.
    Minute,
    /// An hour.
    Hour,
    /// A day.
    Day,
}

impl TimeUnit {
    fn micros(self) -> u64 {
        match self {
            TimeUnit::Microsecond => 1,
            TimeUnit::Millisecond => 1_000,
            TimeUnit::Second => 1_000_000,
            TimeUnit::Minute => 60 * 1_000_000,
            TimeUnit::Hour => 3_600 * 1_000_000,
            TimeUnit::Day => 86_400 * 1_000_000,
        }
    }

    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "us" => TimeUnit::Microsecond,
            "ms" => TimeUnit::Millisecond,
            "s" => TimeUnit::Second,
            "m" | "min" => TimeUnit::Minute,
            "h" => TimeUnit::Hour,
            "d" => TimeUnit::Day,
            _ => return None,
        })
    }
}

/// Reads a size. A number without a unit is in `default`.
///
/// ```
/// use flint_core::conf::{ByteUnit, parse_bytes};
/// assert_eq!(parse_bytes("2g", ByteUnit::Byte), Ok(2 << 30));
/// assert_eq!(parse_bytes("3", ByteUnit::Mebibyte), Ok(3 << 20));
/// assert!(parse_bytes("1.5g", ByteUnit::Byte).is_err());
/// ```
///
/// # Errors
/// What must be written instead, for people to read.
pub fn parse_bytes(text: &str, default: ByteUnit) -> Result<u64, String> {
    let (number, unit) = split(text, "a size such as 512k, 50m or 1g")?;
    let unit = match unit.as_str() {
        "" => default,
        name => ByteUnit::named(name)
            .ok_or_else(|| format!("`{name}` is none of the units b, k, m, g, t, p"))?,
    };
    number
        .checked_mul(unit.bytes())
        .ok_or_else(|| "it exceeds 2^64 - 1 bytes".to_owned())
}

/// Reads a time. A number without a unit is in `default`.
///
/// ```
/// use flint_core::conf::{TimeUnit, parse_duration};
/// use std::time::Duration;
/// assert_eq!(parse_duration("5min", TimeUnit::Second), Ok(Duration::from_secs(300)));
/// assert_eq!(parse_duration("120", TimeUnit::Second), Ok(Duration::from_secs(120)));
/// assert!(parse_duration("-1s", TimeUnit::Second).is_err());
/// ```
///
/// # Errors
/// What must be written instead, for people to read.
pub fn parse_duration(text: &str, default: TimeUnit) -> Result<Duration, String> {
    let (number, unit) = split(text, "a time such as 100ms, 10s or 5min")?;
    let unit = match unit.as_str() {
        "" => default,
        name => TimeUnit::named(name)
            .ok_or_else(|| format!("`{name}` is none of the units us, ms, s, m, min, h, d"))?,
    };
    let micros = number.checked_mul(unit.micros());
    micros
        .map(Duration::from_micros)
        .ok_or_else(|| "it exceeds 2^64 - 1 microseconds".to_owned())
}

/// The number and the unit, in lower case.
fn split(text: &str, wanted: &str) -> Result<(u64, String), String> {
    let text = text.trim().to_ascii_lowercase();
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    if digits.is_empty() || !unit.chars().all(|c| c.is_ascii_alphabetic()) {
        return Err(format!("it must be {wanted}: a whole number and a unit"));
    }
    let number = digits
        .parse()
        .map_err(|_| "the number is too large".to_owned())?;
    Ok((number, unit.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_binary_and_case_does_not_matter() {
        let cases = [
            ("1", 1 << 20),
            ("1b", 1),
            ("2K", 2048),
            ("2kb", 2048),
            ("3m", 3 << 20),
            (" 1G ", 1 << 30),
        ];
        for (text, bytes) in cases {
            assert_eq!(parse_bytes(text, ByteUnit::Mebibyte), Ok(bytes), "{text}");
        }
        assert_eq!(parse_bytes("1tb", ByteUnit::Byte), Ok(1 << 40));
        assert_eq!(parse_bytes("1p", ByteUnit::Byte), Ok(1 << 50));
        assert_eq!(
            parse_bytes("18446744073709551615", ByteUnit::Byte),
            Ok(u64::MAX)
        );
    }

    #[test]
    fn what_is_not_a_size_is_refused() {
        for text in [
            "",
            "m",
            "1.5g",
            "-1",
            "1 m",
            "1x",
            "16384p",
            "99999999999999999999",
            "1m2",
        ] {
            assert!(parse_bytes(text, ByteUnit::Byte).is_err(), "{text}");
        }
    }

    #[test]
    fn times_have_units() {
        let cases = [
            ("7", 7_000),
            ("7us", 0),
            ("7ms", 7),
            ("7s", 7_000),
            ("7m", 420_000),
            ("7min", 420_000),
        ];
        for (text, ms) in cases {
            let time = parse_duration(text, TimeUnit::Second).unwrap();
            assert_eq!(time.as_millis(), ms, "{text}");
        }
        assert_eq!(
            parse_duration("2h", TimeUnit::Second),
            Ok(Duration::from_secs(7_200))
        );
        assert_eq!(
            parse_duration("1D", TimeUnit::Second),
            Ok(Duration::from_secs(86_400))
        );
        for text in ["", "s", "-1s", "1.5s", "1w", "99999999999999999d"] {
            assert!(parse_duration(text, TimeUnit::Second).is_err(), "{text}");
        }
    }
}
