//! The order in which hash tables of Spark's executors hold values. No rule says which of several most
//! frequent values `mode` gives, or in which order `collect_set` has its values, but users see the same
//! every time; so it is found here from the values' hash codes.

use std::collections::HashMap;

use arrow::array::{Array, ArrayRef, AsArray, PrimitiveArray};
use arrow::datatypes::{
    ArrowPrimitiveType, DataType as ArrowType, Date32Type, Decimal128Type, DurationMicrosecondType,
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, IntervalUnit,
    IntervalYearMonthType, TimeUnit, TimestampMicrosecondType,
};

use crate::display::write_plain_decimal;
use crate::hash::{Murmur3, RowHash, SEED};

/// Whether equal whole numbers of different types have one hash code, as in sets, or each type its own,
/// as in counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Codes {
    /// Of Scala's `##`.
    Alike,
    /// Of Java's `hashCode`.
    ByType,
}

/// What gives the hash code of a row; `None` for types whose codes hang on more than the value.
pub(super) fn codes(column: &ArrayRef, codes: Codes) -> Option<Box<dyn Fn(usize) -> i32 + '_>> {
    fn each<'a, T: ArrowPrimitiveType>(
        column: &'a ArrayRef,
        code: impl Fn(T::Native) -> i32 + 'a,
    ) -> Option<Box<dyn Fn(usize) -> i32 + 'a>> {
        let column: &PrimitiveArray<T> = column.as_primitive_opt()?;
        Some(Box::new(move |row| code(column.value(row))))
    }
    let alike = codes == Codes::Alike;
    let long = move |value: i64| match i32::try_from(value) {
        Ok(small) if alike => small,
        _ => of_long(value),
    };
    match column.data_type() {
        ArrowType::Boolean => {
            let column = column.as_boolean();
            Some(Box::new(
                move |row| {
                    if column.value(row) { 1231 } else { 1237 }
                },
            ))
        }
        ArrowType::Int8 => each::<Int8Type>(column, i32::from),
        ArrowType::Int16 => each::<Int16Type>(column, i32::from),
        ArrowType::Int32 => each::<Int32Type>(column, |value| value),
        ArrowType::Date32 => each::<Date32Type>(column, |value| value),
        ArrowType::Interval(IntervalUnit::YearMonth) => {
            each::<IntervalYearMonthType>(column, |value| value)
        }
        ArrowType::Int64 => each::<Int64Type>(column, long),
        ArrowType::Timestamp(TimeUnit::Microsecond, _) => {
            each::<TimestampMicrosecondType>(column, long)
        }
        ArrowType::Duration(TimeUnit::Microsecond) => each::<DurationMicrosecondType>(column, long),
        ArrowType::Float32 => each::<Float32Type>(column, of_float),
        ArrowType::Float64 => each::<Float64Type>(column, of_double),
        ArrowType::Decimal128(_, scale) => {
            let scale = u8::try_from(*scale).ok()?;
            each::<Decimal128Type>(column, move |value| of_decimal(value, scale))
        }
        ArrowType::Utf8 => {
            let column = column.as_string::<i32>();
            Some(Box::new(move |row| {
                Murmur3::bytes(column.value(row).as_bytes(), SEED) as i32
            }))
        }
        _ => None,
    }
}

fn of_long(value: i64) -> i32 {
    (value ^ ((value as u64) >> 32) as i64) as i32
}

fn of_float(value: f32) -> i32 {
    let value = if value.is_nan() { f32::NAN } else { value };
    value.to_bits() as i32
}

fn of_double(value: f64) -> i32 {
    let value = if value.is_nan() { f64::NAN } else { value };
    of_long(value.to_bits() as i64)
}

/// As the narrowest number that it equals.
fn of_number(value: f64) -> i32 {
    if f64::from(value as i32) == value {
        value as i32
    } else if (value as i64) as f64 == value {
        of_long(value as i64)
    } else if f64::from(value as f32) == value {
        of_float(value as f32)
    } else {
        of_double(value)
    }
}

/// As a whole number or a double where it is one; else of its digits and its scale.
fn of_decimal(value: i128, scale: u8) -> i32 {
    let (mut digits, mut left) = (value, i32::from(scale));
    while digits % 10 == 0 && digits != 0 {
        (digits, left) = (digits / 10, left - 1);
    }
    if left <= 0 || digits == 0 {
        let whole = value / 10_i128.pow(scale.into());
        return match (i32::try_from(whole), i64::try_from(whole)) {
            (Ok(small), _) => small,
            (_, Ok(long)) => of_long(long),
            _ => of_digits(whole),
        };
    }
    let mut text = String::new();
    let written = write_plain_decimal(digits, left.clamp(0, 38) as i8, &mut text);
    let double: f64 = match written {
        Ok(()) => text.parse().unwrap_or(f64::NAN),
        Err(_) => f64::NAN,
    };
    if format!("{double}") == text {
        return of_number(double);
    }
    mixed_last(of_digits(digits), left)
}

/// Of the 32-bit words of a large number.
fn of_digits(value: i128) -> i32 {
    let size = value.unsigned_abs();
    let words = (0..4).rev().map(|word| (size >> (32 * word)) as u32);
    let code = words.fold(0_u32, |code, word| code.wrapping_mul(31).wrapping_add(word));
    (if value < 0 { code.wrapping_neg() } else { code }) as i32
}

fn mixed_last(hash: i32, data: i32) -> i32 {
    let data = (data as u32)
        .wrapping_mul(0xcc9e_2d51)
        .rotate_left(15)
        .wrapping_mul(0x1b87_3593);
    (hash as u32 ^ data) as i32
}

/// The places of different values, by their codes in the order in which they came, as a set of Scala
/// holds them: by the low bits of the code, which buckets then keep sorted.
pub(super) fn in_set(codes: &[i32]) -> Vec<usize> {
    let mut buckets = 16;
    // A table grows when three quarters of it are taken.
    while codes.len() * 4 >= buckets * 3 {
        buckets *= 2;
    }
    let improved = |place: &usize| codes[*place] ^ ((codes[*place] as u32) >> 16) as i32;
    let mut places: Vec<usize> = (0..codes.len()).collect();
    places.sort_by_key(|place| {
        let code = improved(place);
        (code as u32 as usize & (buckets - 1), code)
    });
    places
}

/// The same as Spark's own map of counts holds them: where the code leads to, or the next free place.
pub(super) fn in_counts(codes: &[i32]) -> Vec<usize> {
    fn put(table: &mut HashMap<usize, usize>, slots: usize, code: i32, place: usize) {
        let mut slot = Murmur3::int(code, 0) as usize & (slots - 1);
        let mut step = 1;
        while table.contains_key(&slot) {
            slot = (slot + step) & (slots - 1);
            step += 1;
        }
        table.insert(slot, place);
    }
    fn in_order(table: HashMap<usize, usize>) -> Vec<usize> {
        let mut taken: Vec<_> = table.into_iter().collect();
        taken.sort_unstable();
        taken.into_iter().map(|(_, place)| place).collect()
    }
    let (mut slots, mut table) = (64, HashMap::new());
    for (place, code) in codes.iter().enumerate() {
        put(&mut table, slots, *code, place);
        if table.len() > slots * 7 / 10 {
            slots *= 2;
            let held = in_order(std::mem::take(&mut table));
            for place in held {
                put(&mut table, slots, codes[place], place);
            }
        }
    }
    in_order(table)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Decimal128Array, Float64Array, Int64Array, StringArray};

    use super::*;

    fn order(column: ArrayRef, kind: Codes) -> Vec<usize> {
        let code = codes(&column, kind).expect("codes");
        let codes: Vec<i32> = (0..column.len()).map(code).collect();
        match kind {
            Codes::Alike => in_set(&codes),
            Codes::ByType => in_counts(&codes),
        }
    }

    // What Spark 4.3 answers for these values.
    #[test]
    fn sets() {
        let numbers = (0..13).map(|n| n * 7919);
        let column = Arc::new(Int64Array::from_iter_values(numbers));
        let expected = [0, 11, 9, 7, 5, 3, 1, 12, 10, 8, 6, 4, 2];
        assert_eq!(order(column, Codes::Alike), expected);
        let texts = ["a", "bb", "ccc", "dddd", "eeeee", "ffffff"];
        let column = Arc::new(StringArray::from_iter_values(texts.into_iter().chain([
            "ggggggg",
            "hhhhhhhh",
            "iiiiiiiii",
        ])));
        assert_eq!(order(column, Codes::Alike), [1, 4, 0, 2, 5, 8, 7, 6, 3]);
        let doubles = [1e20, 4_611_686_018_427_387_904.0, 3e9, 0.5];
        let column = Arc::new(Float64Array::from_iter_values(
            doubles.into_iter().chain([f64::NAN, f64::INFINITY]),
        ));
        assert_eq!(order(column, Codes::Alike), [3, 1, 5, 4, 2, 0]);
        let decimals = [
            10_000_000_000_050,
            25,
            300,
            700,
            1_234_567_890_123_456_789_050,
        ];
        let column = Decimal128Array::from_iter_values(decimals);
        let column = column.with_precision_and_scale(22, 2).expect("decimals");
        assert_eq!(order(Arc::new(column), Codes::Alike), [1, 0, 2, 3, 4]);
    }

    #[test]
    fn counts() {
        let column = Arc::new(Int64Array::from_iter_values(0..200));
        assert_eq!(order(column, Codes::ByType)[0], 147);
        let column = Arc::new(StringArray::from_iter_values(["zeta", "alpha", "mid"]));
        assert_eq!(order(column, Codes::ByType)[0], 2);
    }
}
