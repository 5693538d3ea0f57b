//! Whole numbers: `factorial`, `bin`, `conv`, `width_bucket`.

use arrow::datatypes::{
    DurationMicrosecondType, Float64Type, Int32Type, Int64Type, IntervalYearMonthType,
};
use flint_sql_spec::{DataType, Result};

use crate::arguments::Arguments;
use crate::arithmetic::{Missing, overflow, unary};
use crate::each::{Cell, kernel, numbers, texts};
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("factorial", factorial),
    Scalar::new("bin", |_| {
        kernel(|args| {
            let number = args.numbers::<Int64Type>(0)?;
            texts(args.rows(), |row| {
                Ok(number.get(row).map(|number| format!("{number:b}")))
            })
        })
    }),
    Scalar::new("conv", conv),
    Scalar::new("width_bucket", width_bucket),
];

/// Null outside of 0 to 20.
fn factorial(site: &Site) -> Result<Kernel> {
    unary::<Int32Type, Int64Type>(
        site,
        |_| (0, true),
        |n| Ok((0..=20).contains(&n).then(|| (1..=i64::from(n)).product())),
    )
}

/// A number written to one base, as it is written to another one. A negative base to write to means
/// that the number is signed. What begins with no digit is 0.
fn conv(site: &Site) -> Result<Kernel> {
    let missing = Missing::of(site);
    kernel(move |args| {
        let text = args.strings(0)?;
        let (from, to) = (args.numbers::<Int32Type>(1)?, args.numbers::<Int32Type>(2)?);
        texts(args.rows(), |row| {
            let all = (text.get(row), from.get(row), to.get(row));
            let (Some(text), Some(from), Some(to)) = all else {
                return Ok(None);
            };
            converted(text, from, to, missing)
        })
    })
}

fn converted(text: &str, from: i32, to: i32, missing: Missing) -> Cell<String> {
    let text = text.trim_matches(' ');
    let bases = 2..=36;
    if !bases.contains(&from) || !bases.contains(&to.saturating_abs()) || text.is_empty() {
        return Ok(None);
    }
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let from = from.unsigned_abs();
    let mut value: Option<u64> = Some(0);
    for digit in digits.chars().map_while(|c| c.to_digit(from)) {
        value = value
            .and_then(|value| value.checked_mul(u64::from(from)))
            .and_then(|value| value.checked_add(u64::from(digit)));
    }
    let value = match value {
        Some(value) => value,
        None if missing == Missing::Raise => {
            return missing.none(|| overflow("Overflow in function conv()", None));
        }
        None => u64::MAX,
    };
    // Signed results take the bits as a signed number; unsigned ones wrap a negative one around.
    let signed = to < 0;
    let value = match (negative, signed) {
        (true, true) if value.cast_signed() < 0 => u64::MAX,
        (true, _) if value.cast_signed() >= 0 => value.wrapping_neg(),
        (true, _) => u64::MAX,
        (false, _) => value,
    };
    let minus = signed && value.cast_signed() < 0;
    let size = if minus {
        value.cast_signed().unsigned_abs()
    } else {
        value
    };
    let digits = in_base(size, u64::from(to.unsigned_abs()));
    Ok(Some(if minus { format!("-{digits}") } else { digits }))
}

fn in_base(mut value: u64, base: u64) -> String {
    let mut digits = Vec::new();
    loop {
        let digit = char::from_digit((value % base) as u32, base as u32);
        digits.push(
            digit
                .expect("a rest is a digit of its base")
                .to_ascii_uppercase(),
        );
        value /= base;
        if value == 0 {
            return digits.iter().rev().collect();
        }
    }
}

/// Which of equal parts between two bounds a value lies in; 0 before them, one more behind them.
fn width_bucket(site: &Site) -> Result<Kernel> {
    match site.arguments[0] {
        DataType::YearMonthInterval(_) => kernel(|args| {
            let [value, low, high] = [0, 1, 2].map(|i| args.numbers::<IntervalYearMonthType>(i));
            let (value, low, high) = (value?, low?, high?);
            let get = |row: usize| {
                let all = (value.get(row)?, low.get(row)?, high.get(row)?);
                Some((f64::from(all.0), f64::from(all.1), f64::from(all.2)))
            };
            buckets(args, get)
        }),
        DataType::DayTimeInterval(_) => kernel(|args| {
            let [value, low, high] = [0, 1, 2].map(|i| args.numbers::<DurationMicrosecondType>(i));
            let (value, low, high) = (value?, low?, high?);
            let get = |row: usize| {
                Some((
                    value.get(row)? as f64,
                    low.get(row)? as f64,
                    high.get(row)? as f64,
                ))
            };
            buckets(args, get)
        }),
        _ => kernel(|args| {
            let [value, low, high] = [0, 1, 2].map(|i| args.numbers::<Float64Type>(i));
            let (value, low, high) = (value?, low?, high?);
            buckets(args, |row| {
                Some((value.get(row)?, low.get(row)?, high.get(row)?))
            })
        }),
    }
}

fn buckets(
    args: &Arguments,
    get: impl Fn(usize) -> Option<(f64, f64, f64)>,
) -> Result<arrow::array::ArrayRef, flint_sql_columnar::Raised> {
    let count = args.numbers::<Int64Type>(3)?;
    numbers::<Int64Type>(args.rows(), |row| {
        Ok(get(row)
            .zip(count.get(row))
            .and_then(|((value, low, high), count)| bucket(value, low, high, count)))
    })
}

fn bucket(value: f64, low: f64, high: f64, count: i64) -> Option<i64> {
    let unusable = !low.is_finite() || !high.is_finite() || low == high || value.is_nan();
    if count <= 0 || count == i64::MAX || unusable {
        return None;
    }
    let (lower, upper) = (low.min(high), low.max(high));
    let place = if low < high {
        if value < lower {
            return Some(0);
        }
        if value >= upper {
            return Some(count + 1);
        }
        count as f64 * (value - lower) / (upper - lower)
    } else {
        if value > upper {
            return Some(0);
        }
        if value <= lower {
            return Some(count + 1);
        }
        count as f64 * (upper - value) / (upper - lower)
    };
    Some(place as i64 + 1)
}
