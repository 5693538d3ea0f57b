//! Decimals: casts to them, rounding half up, and to floats, rounded once as `BigDecimal` does.

use std::sync::Arc;

use arrow::array::{ArrayRef, ArrowPrimitiveType};
use arrow::datatypes::{
    Decimal128Type, DurationMicrosecondType, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, IntervalYearMonthType, Time64NanosecondType, TimestampMicrosecondType,
};
use flint_sql_spec::{DataType, Result, SqlError, condition};

use super::each::{all, read, some, strict, truth};
use super::error::{invalid_input, out_of_range};
use super::interval::{decimal_of_day_time, year_month_unit};
use super::{Conversion, Convert};
use crate::display::{sql_value, write_double, write_plain_decimal};
use crate::text::{Written, java_trim};

const MAX_DIGITS: u32 = 38;

/// A decimal type that values must fit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    precision: u8,
    scale: i8,
    /// The least whole number that has too many digits.
    limit: i128,
}

impl Target {
    pub(crate) fn new(precision: u8, scale: i8) -> Target {
        let limit = 10_i128.checked_pow(precision.into()).unwrap_or(i128::MAX);
        Target {
            precision,
            scale,
            limit,
        }
    }

    /// The number, if it has few enough digits.
    pub(crate) fn check(self, unscaled: i128) -> Option<i128> {
        (unscaled.unsigned_abs() < self.limit.unsigned_abs()).then_some(unscaled)
    }

    /// `unscaled` times ten to the power of minus `scale`, as a number of this type; digits behind
    /// it are rounded half up, away from zero.
    pub(crate) fn rescale(self, unscaled: i128, scale: i64) -> Option<i128> {
        let missing = i64::from(self.scale) - scale;
        let power = |digits: u64| {
            u32::try_from(digits)
                .ok()
                .filter(|digits| *digits <= MAX_DIGITS)
        };
        if missing >= 0 {
            return match power(missing.unsigned_abs()) {
                Some(digits) => self.check(unscaled.checked_mul(10_i128.pow(digits))?),
                None => (unscaled == 0).then_some(0),
            };
        }
        match power(missing.unsigned_abs()) {
            Some(digits) => self.check(divide_half_up(unscaled, 10_i128.pow(digits))),
            None => Some(0),
        }
    }

    /// A number as it is written.
    pub(crate) fn read(self, written: &Written<'_>) -> Option<i128> {
        let digits = written.whole.iter().chain(written.fraction);
        let mut digits = digits.skip_while(|digit| **digit == b'0');
        // 38 digits decide, and the next one rounds; what follows only moves the point.
        let (mut value, mut taken) = (0_i128, 0_u32);
        for digit in digits.by_ref().take(MAX_DIGITS as usize) {
            value = value * 10 + i128::from(digit - b'0');
            taken += 1;
        }
        let rest = digits.clone().count() as i64;
        let scale = written.fraction.len() as i64 - written.exponent - rest;
        let unscaled = if rest > 0 && i64::from(self.scale) >= scale {
            // All digits that were taken count, and more: too many, or the next one rounds.
            let next = digits.next().map_or(0, |digit| i128::from(*digit - b'0'));
            let exact = i64::from(self.scale) == scale && taken == MAX_DIGITS;
            self.check(exact.then_some(value + i128::from(next >= 5))?)?
        } else {
            self.rescale(value, scale)?
        };
        Some(if written.negative {
            -unscaled
        } else {
            unscaled
        })
    }

    /// The number that Java prints for a float: not its exact value.
    fn of_double(self, value: f64) -> Option<i128> {
        let text = value.is_finite().then(|| format!("{value:e}"))?;
        self.read(&Written::parse(&text)?)
    }

    /// The number that a text says, blanks around it left out.
    pub(super) fn of_text(self, text: &str) -> Option<i128> {
        self.read(&Written::parse(java_trim(text))?)
    }

    fn error(self, value: String) -> SqlError {
        out_of_range(value, self.precision, self.scale)
    }
}

fn divide_half_up(value: i128, by: i128) -> i128 {
    if let (Ok(value), Ok(by)) = (i64::try_from(value), i64::try_from(by)) {
        let (quotient, rest) = (value / by, value % by);
        let up = rest.unsigned_abs() >= by.unsigned_abs().div_ceil(2);
        return i128::from(quotient + i64::from(up) * value.signum());
    }
    let (quotient, rest) = (value / by, value % by);
    let up = rest.unsigned_abs() >= by.unsigned_abs().div_ceil(2);
    quotient + i128::from(up) * value.signum()
}

pub(super) fn to_decimal(conversion: &Conversion, target: Target) -> Result<Option<Convert>> {
    Ok(Some(match &conversion.from {
        DataType::Boolean => from_boolean(conversion, target)?,
        DataType::Byte => whole::<Int8Type>(conversion, target, i128::from)?,
        DataType::Short => whole::<Int16Type>(conversion, target, i128::from)?,
        DataType::Integer => whole::<Int32Type>(conversion, target, i128::from)?,
        DataType::Long => whole::<Int64Type>(conversion, target, i128::from)?,
        DataType::Float => floating::<Float32Type>(conversion, target, f64::from)?,
        DataType::Double => floating::<Float64Type>(conversion, target, |value| value)?,
        DataType::Timestamp => {
            scaled::<TimestampMicrosecondType>(conversion, target, 6, i128::from)?
        }
        DataType::Decimal { precision, scale } => {
            from_decimal(conversion, target, *precision, *scale)?
        }
        DataType::Time(_) => scaled::<Time64NanosecondType>(conversion, target, 9, i128::from)?,
        DataType::YearMonthInterval(range) => {
            let unit = year_month_unit(*range);
            let months = move |months: i32| i128::from(months / unit);
            always::<IntervalYearMonthType>(conversion, target, 0, months)?
        }
        DataType::DayTimeInterval(range) => {
            let range = *range;
            let (_, scale) = decimal_of_day_time(0, range);
            let number = move |micros: i64| decimal_of_day_time(micros, range).0;
            always::<DurationMicrosecondType>(conversion, target, scale, number)?
        }
        text if text.is_string() => from_text(conversion, target)?,
        _ => return Ok(None),
    }))
}

fn from_boolean(conversion: &Conversion, target: Target) -> Result<Convert> {
    match target.rescale(1, 0) {
        Some(one) => truth::<Decimal128Type>(conversion, move |value| if value { one } else { 0 }),
        None => {
            let fails = conversion.is_ansi();
            let layout = flint_sql_columnar::arrow_type(&conversion.to)?;
            Ok(Box::new(move |column| {
                let column = super::each::booleans(column)?;
                if fails && column.true_count() > 0 {
                    return Err(target.error("1".to_owned()).into());
                }
                let zeros = column.iter().map(|value| match value {
                    Some(false) => Some(0_i128),
                    _ => None,
                });
                let found: arrow::array::Decimal128Array = zeros.collect();
                Ok(Arc::new(found.with_data_type(layout.clone())))
            }))
        }
    }
}

fn whole<I: ArrowPrimitiveType>(
    conversion: &Conversion,
    target: Target,
    read: fn(I::Native) -> i128,
) -> Result<Convert> {
    scaled::<I>(conversion, target, 0, read)
}

/// Numbers that come with digits behind the point, as `read` gives them.
fn scaled<I: ArrowPrimitiveType>(
    conversion: &Conversion,
    target: Target,
    scale: i8,
    read: impl Fn(I::Native) -> i128 + Copy + Send + Sync + 'static,
) -> Result<Convert> {
    let error = move |value| target.error(plain(read(value), scale));
    let missing = i32::from(target.scale) - i32::from(scale);
    if let Ok(missing @ 0..) = u32::try_from(missing)
        && let Some(power) = 10_i128.checked_pow(missing)
    {
        // The hot way: one multiplication, of numbers of at most 64 bits.
        return some::<I, Decimal128Type>(
            conversion,
            move |value| target.check(read(value).checked_mul(power)?),
            error,
        );
    }
    let convert = move |value| target.rescale(read(value), i64::from(scale));
    some::<I, Decimal128Type>(conversion, convert, error)
}

/// The same with an error in the legacy mode too.
fn always<I: ArrowPrimitiveType>(
    conversion: &Conversion,
    target: Target,
    scale: i8,
    read: impl Fn(I::Native) -> i128 + Clone + Send + Sync + 'static,
) -> Result<Convert> {
    let again = read.clone();
    strict::<I, Decimal128Type>(
        conversion,
        move |value| target.rescale(read(value), i64::from(scale)),
        move |value| target.error(plain(again(value), scale)),
    )
}

/// Floats by the digits that Java prints. What is no number is NULL in every mode.
fn floating<I: ArrowPrimitiveType>(
    conversion: &Conversion,
    target: Target,
    read: fn(I::Native) -> f64,
) -> Result<Convert> {
    let numbers = some::<I, Decimal128Type>(
        conversion,
        move |value| target.of_double(read(value)),
        move |value| target.error(plain_double(read(value))),
    )?;
    Ok(Box::new(move |column| {
        let typed = super::each::numbers::<I>(column)?;
        let finite = |value| read(value).is_finite();
        if typed.iter().flatten().all(finite) {
            return numbers(column);
        }
        let finite = typed.unary_opt::<_, I>(|value| finite(value).then_some(value));
        numbers(&(Arc::new(finite) as ArrayRef))
    }))
}

fn from_decimal(
    conversion: &Conversion,
    target: Target,
    precision: u8,
    scale: i8,
) -> Result<Convert> {
    let missing = i32::from(target.scale) - i32::from(scale);
    let widens = i32::from(target.precision) - i32::from(precision) >= missing;
    if missing >= 0 && widens {
        let power = 10_i128.pow(missing.unsigned_abs());
        return all::<Decimal128Type, Decimal128Type>(conversion, move |value| value * power);
    }
    some::<Decimal128Type, Decimal128Type>(
        conversion,
        move |value| target.rescale(value, i64::from(scale)),
        move |value| target.error(plain(value, scale)),
    )
}

fn from_text(conversion: &Conversion, target: Target) -> Result<Convert> {
    let types = conversion.clone();
    read::<Decimal128Type>(
        conversion,
        move |text| target.of_text(text),
        move |text| match Written::parse(java_trim(text)) {
            None => invalid_input(sql_value(text), &types.from, &types.to),
            Some(written) if Target::new(38, 0).is_too_long(&written) => {
                SqlError::new(condition::NUMERIC_OUT_OF_SUPPORTED_RANGE).with("value", text)
            }
            Some(written) => target.error(plain_written(&written)),
        },
    )
}

impl Target {
    /// Whether a number has more than 38 digits before its point.
    fn is_too_long(self, written: &Written<'_>) -> bool {
        let digits = written.whole.iter().chain(written.fraction);
        let count = digits.skip_while(|digit| **digit == b'0').count() as i64;
        let behind = written.fraction.len() as i64 - written.exponent;
        count - behind > i64::from(self.precision)
    }
}

fn plain(unscaled: i128, scale: i8) -> String {
    let mut out = String::new();
    write_plain_decimal(unscaled, scale, &mut out).expect("a String takes any text");
    out
}

/// The digits that Java prints for a double, without an exponent.
fn plain_double(value: f64) -> String {
    let mut text = String::new();
    write_double(value, &mut text).expect("a String takes any text");
    Written::parse(&text).map_or(text.clone(), |written| plain_written(&written))
}

/// A number without its exponent.
fn plain_written(written: &Written<'_>) -> String {
    let digits = written
        .whole
        .iter()
        .chain(written.fraction)
        .map(|b| char::from(*b));
    let mut digits: String = digits.skip_while(|digit| *digit == '0').collect();
    let scale = written.fraction.len() as i64 - written.exponent;
    if scale <= 0 {
        digits.extend(std::iter::repeat_n('0', scale.unsigned_abs() as usize));
    } else {
        let scale = scale as usize;
        let width = scale + 1;
        digits = format!("{digits:0>width$}");
        digits.insert(digits.len() - scale, '.');
    }
    if digits.is_empty() {
        digits.push('0');
    }
    format!("{}{digits}", if written.negative { "-" } else { "" })
}

/// The double nearest to a decimal: rounded once, as `BigDecimal.doubleValue` does.
pub(crate) fn double_of_decimal(unscaled: i128, scale: i8) -> f64 {
    const EXACT: u128 = 1 << 53;
    const POWERS: [f64; 23] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];
    // Both sides are exact, so one division rounds once.
    match POWERS.get(usize::try_from(scale).unwrap_or(usize::MAX)) {
        Some(power) if unscaled.unsigned_abs() <= EXACT => unscaled as f64 / power,
        _ => format!("{unscaled}e{}", -i32::from(scale))
            .parse()
            .expect("digits with an exponent are a number"),
    }
}

/// The float nearest to a decimal.
fn float_of_decimal_text(unscaled: i128, scale: i8) -> f32 {
    format!("{unscaled}e{}", -i32::from(scale))
        .parse()
        .expect("digits with an exponent are a number")
}

pub(super) fn float_of_decimal(unscaled: i128, scale: i8) -> f32 {
    float_of_decimal_text(unscaled, scale)
}
