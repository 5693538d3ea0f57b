//! [`Item`]: a value that is counted, with Java's hash of it and its bytes.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Float32Array, Float64Array, Int8Array,
    Int16Array, Int32Array, Int64Array, StringArray,
};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType as ArrowType, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type,
};
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, SqlError};

use crate::sketches::murmur3;
use crate::sketches::reader::Reader;

/// A value that is counted. Floats are their bits, where all NaNs are one and zeros are two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    Boolean(bool),
    Byte(i8),
    Short(i16),
    /// Also a date, as days.
    Integer(i32),
    /// Also a timestamp, as microseconds.
    Long(i64),
    Float(u32),
    Double(u64),
    Text(Box<str>),
    Decimal(i128, i8),
}

/// What items are, by the type of their column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Boolean,
    Byte,
    Short,
    Integer,
    Long,
    Float,
    Double,
    Text,
    Decimal { precision: u8, scale: i8 },
}

impl Kind {
    /// What values of a type are, if they can be counted.
    pub(crate) fn of(data_type: &DataType) -> Option<Kind> {
        Some(match data_type {
            DataType::Boolean => Kind::Boolean,
            DataType::Byte => Kind::Byte,
            DataType::Short => Kind::Short,
            DataType::Integer | DataType::Date => Kind::Integer,
            DataType::Long | DataType::Timestamp | DataType::TimestampNtz => Kind::Long,
            DataType::Float => Kind::Float,
            DataType::Double => Kind::Double,
            DataType::Decimal { precision, scale } => Kind::Decimal {
                precision: *precision,
                scale: *scale,
            },
            text if text.is_string() => Kind::Text,
            _ => return None,
        })
    }

    /// The value of a row that is not null.
    pub(crate) fn item(self, column: &ArrayRef, row: usize) -> Item {
        match self {
            Kind::Boolean => Item::Boolean(column.as_boolean().value(row)),
            Kind::Byte => Item::Byte(column.as_primitive::<Int8Type>().value(row)),
            Kind::Short => Item::Short(column.as_primitive::<Int16Type>().value(row)),
            Kind::Integer => Item::Integer(column.as_primitive::<Int32Type>().value(row)),
            Kind::Long => Item::Long(column.as_primitive::<Int64Type>().value(row)),
            Kind::Float => Item::float(column.as_primitive::<Float32Type>().value(row)),
            Kind::Double => Item::double(column.as_primitive::<Float64Type>().value(row)),
            Kind::Text => Item::Text(column.as_string::<i32>().value(row).into()),
            Kind::Decimal { scale, .. } => {
                Item::Decimal(column.as_primitive::<Decimal128Type>().value(row), scale)
            }
        }
    }

    /// The column as one that [`Kind::item`] reads: dates and timestamps are numbers.
    pub(crate) fn readable(self, column: &ArrayRef) -> Result<ArrayRef, Raised> {
        Ok(match self {
            Kind::Integer => cast(column, &ArrowType::Int32)?,
            Kind::Long => cast(column, &ArrowType::Int64)?,
            _ => Arc::clone(column),
        })
    }

    /// Values as a column of a layout.
    pub(crate) fn column(
        self,
        items: &[Option<&Item>],
        layout: &ArrowType,
    ) -> Result<ArrayRef, Raised> {
        macro_rules! of {
            ($array:ty, $variant:ident, $value:ident => $shown:expr) => {
                Arc::new(<$array>::from_iter(items.iter().map(|item| match item {
                    Some(Item::$variant($value, ..)) => Some($shown),
                    _ => None,
                })))
            };
        }
        let column: ArrayRef = match self {
            Kind::Boolean => of!(BooleanArray, Boolean, value => *value),
            Kind::Byte => of!(Int8Array, Byte, value => *value),
            Kind::Short => of!(Int16Array, Short, value => *value),
            Kind::Integer => of!(Int32Array, Integer, value => *value),
            Kind::Long => of!(Int64Array, Long, value => *value),
            Kind::Float => of!(Float32Array, Float, bits => f32::from_bits(*bits)),
            Kind::Double => of!(Float64Array, Double, bits => f64::from_bits(*bits)),
            Kind::Text => of!(StringArray, Text, text => &**text),
            Kind::Decimal { precision, scale } => {
                let values = items.iter().map(|item| match item {
                    Some(Item::Decimal(value, _)) => Some(*value),
                    _ => None,
                });
                let column = Decimal128Array::from_iter(values);
                Arc::new(column.with_precision_and_scale(precision, scale)?)
            }
        };
        match column.data_type() == layout {
            true => Ok(column),
            false => Ok(cast(&column, layout)?),
        }
    }

    /// Writes items one behind the other.
    pub(super) fn write<'a>(self, items: impl Iterator<Item = &'a Item>, bytes: &mut Vec<u8>) {
        if self == Kind::Boolean {
            let truths: Vec<bool> = items.map(|item| *item == Item::Boolean(true)).collect();
            let byte = |eight: &[bool]| {
                let bits = eight.iter().enumerate();
                bits.fold(0, |byte, (i, truth)| byte | u8::from(*truth) << i)
            };
            bytes.extend(truths.chunks(8).map(byte));
            return;
        }
        for item in items {
            self.write_one(item, bytes);
        }
    }

    fn write_one(self, item: &Item, bytes: &mut Vec<u8>) {
        let mut tagged = |tag: u8, number: &[u8]| {
            bytes.push(tag);
            bytes.extend_from_slice(number);
        };
        match item {
            Item::Boolean(_) => {}
            Item::Byte(value) => tagged(BYTE, &value.to_le_bytes()),
            Item::Short(value) => tagged(SHORT, &value.to_le_bytes()),
            Item::Integer(value) => tagged(INTEGER, &value.to_le_bytes()),
            Item::Float(bits) => tagged(FLOAT, &bits.to_le_bytes()),
            Item::Long(value) => bytes.extend_from_slice(&value.to_le_bytes()),
            Item::Double(bits) => bytes.extend_from_slice(&bits.to_le_bytes()),
            Item::Text(text) => sized(text.as_bytes(), bytes),
            Item::Decimal(value, _) => match self {
                Kind::Decimal {
                    precision: ..=9, ..
                } => {
                    tagged(INTEGER, &(*value as i32).to_le_bytes());
                }
                Kind::Decimal {
                    precision: ..=18, ..
                } => {
                    bytes.extend_from_slice(&(*value as i64).to_le_bytes());
                }
                _ => sized(shortest(&value.to_be_bytes()), bytes),
            },
        }
    }

    /// Reads `count` items.
    pub(super) fn read(self, reader: &mut Reader<'_>, count: usize) -> Option<Vec<Item>> {
        if self == Kind::Boolean {
            let bits = reader.bytes(count.div_ceil(8))?;
            let truth = |i: usize| Item::Boolean(bits[i / 8] >> (i % 8) & 1 == 1);
            return Some((0..count).map(truth).collect());
        }
        // No item is without bytes.
        if count > reader.left() {
            return None;
        }
        (0..count).map(|_| self.read_one(reader)).collect()
    }

    fn read_one(self, reader: &mut Reader<'_>) -> Option<Item> {
        let mut tag = |expected: u8| (reader.byte()? == expected).then_some(());
        match self {
            Kind::Boolean => return None,
            Kind::Byte => tag(BYTE)?,
            Kind::Short => tag(SHORT)?,
            Kind::Integer
            | Kind::Decimal {
                precision: ..=9, ..
            } => tag(INTEGER)?,
            Kind::Float => tag(FLOAT)?,
            Kind::Long | Kind::Double | Kind::Text | Kind::Decimal { .. } => {}
        }
        Some(match self {
            Kind::Boolean => return None,
            Kind::Byte => Item::Byte(i8::from_le_bytes(reader.array()?)),
            Kind::Short => Item::Short(i16::from_le_bytes(reader.array()?)),
            Kind::Integer => Item::Integer(reader.i32()?),
            Kind::Long => Item::Long(i64::from_le_bytes(reader.array()?)),
            Kind::Float => Item::float(f32::from_le_bytes(reader.array()?)),
            Kind::Double => Item::double(reader.f64()?),
            Kind::Text => {
                let length = reader.count()?;
                Item::Text(std::str::from_utf8(reader.bytes(length)?).ok()?.into())
            }
            Kind::Decimal {
                precision: ..=9,
                scale,
            } => Item::Decimal(i128::from(reader.i32()?), scale),
            Kind::Decimal {
                precision: ..=18,
                scale,
            } => Item::Decimal(i128::from(i64::from_le_bytes(reader.array()?)), scale),
            Kind::Decimal { scale, .. } => {
                let length = reader.count()?;
                Item::Decimal(signed(reader.bytes(length)?)?, scale)
            }
        })
    }
}

/// What stands before numbers of several types.
const BYTE: u8 = 2;
const SHORT: u8 = 3;
const FLOAT: u8 = 6;
const INTEGER: u8 = 9;

fn sized(content: &[u8], bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(&(content.len() as u32).to_le_bytes());
    bytes.extend_from_slice(content);
}

/// A number without leading bytes that only repeat its sign; the highest byte comes first.
fn shortest(mut bytes: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = bytes
        && let [next, ..] = rest
        && matches!((*first, *next), (0, ..0x80) | (0xff, 0x80..))
    {
        bytes = rest;
    }
    bytes
}

/// The number of such bytes.
fn signed(bytes: &[u8]) -> Option<i128> {
    let first = *bytes.first().filter(|_| bytes.len() <= 16)?;
    let start = if first < 0x80 { 0 } else { -1 };
    Some(
        bytes
            .iter()
            .fold(start, |number, byte| number << 8 | i128::from(*byte)),
    )
}

impl Item {
    fn float(value: f32) -> Item {
        Item::Float(if value.is_nan() {
            0x7fc0_0000
        } else {
            value.to_bits()
        })
    }

    fn double(value: f64) -> Item {
        let nan = 0x7ff8_0000_0000_0000;
        Item::Double(if value.is_nan() { nan } else { value.to_bits() })
    }

    /// Java's `hashCode`.
    fn hash_code(&self) -> i32 {
        match self {
            Item::Boolean(true) => 1231,
            Item::Boolean(false) => 1237,
            Item::Byte(value) => i32::from(*value),
            Item::Short(value) => i32::from(*value),
            Item::Integer(value) => *value,
            Item::Long(value) => long_hash(*value),
            Item::Float(bits) => *bits as i32,
            Item::Double(bits) => long_hash(*bits as i64),
            Item::Text(text) => text.encode_utf16().fold(0_i32, |hash, unit| {
                hash.wrapping_mul(31).wrapping_add(i32::from(unit))
            }),
            Item::Decimal(value, scale) => decimal_hash(*value, *scale),
        }
    }

    /// The hash that chooses a slot: the last steps of MurmurHash3 over Java's.
    pub(super) fn slot_hash(&self) -> u64 {
        murmur3::finished(i64::from(self.hash_code()) as u64)
    }
}

fn long_hash(value: i64) -> i32 {
    (value ^ (value as u64 >> 32) as i64) as i32
}

/// Scala's hash of a decimal: of the whole number, of the double, or of digits and scale.
fn decimal_hash(value: i128, scale: i8) -> i32 {
    let (mut digits, mut scale) = (value, i32::from(scale));
    while scale > 0 && digits % 10 == 0 {
        (digits, scale) = (digits / 10, scale - 1);
    }
    if scale <= 0 {
        let power = 10_i128.checked_pow(scale.unsigned_abs());
        return whole_hash(digits.saturating_mul(power.unwrap_or(i128::MAX)));
    }
    let shown = format!("{digits}e-{scale}");
    let double: f64 = shown.parse().unwrap_or(f64::NAN);
    if written(double) == Some((digits, scale)) {
        return double_hash(double);
    }
    mix_last(big_hash(digits), scale)
}

/// The digits and the scale that a double is written with.
fn written(double: f64) -> Option<(i128, i32)> {
    let shown = format!("{double:e}");
    let (mantissa, exponent) = shown.split_once('e')?;
    let places = mantissa
        .split_once('.')
        .map_or(0, |(_, places)| places.len());
    let digits = mantissa.replace('.', "").parse().ok()?;
    Some((digits, places as i32 - exponent.parse::<i32>().ok()?))
}

fn whole_hash(value: i128) -> i32 {
    match (i32::try_from(value), i64::try_from(value)) {
        (Ok(small), _) => small,
        (_, Ok(long)) => long_hash(long),
        _ => big_hash(value),
    }
}

/// Java's hash of a `BigInteger`.
fn big_hash(value: i128) -> i32 {
    let size = value.unsigned_abs();
    let words = (0..4).rev().map(|i| (size >> (32 * i)) as i32);
    let hash = words
        .skip_while(|word| *word == 0)
        .fold(0_i32, |hash, word| hash.wrapping_mul(31).wrapping_add(word));
    if value < 0 { hash.wrapping_neg() } else { hash }
}

fn double_hash(value: f64) -> i32 {
    if f64::from(value as f32) == value {
        return (value as f32).to_bits() as i32;
    }
    long_hash(value.to_bits() as i64)
}

/// A step of MurmurHash3 of 32 bits without its end.
fn mix_last(hash: i32, data: i32) -> i32 {
    let data = (data as u32).wrapping_mul(0xcc9e_2d51).rotate_left(15);
    (hash as u32 ^ data.wrapping_mul(0x1b87_3593)) as i32
}

/// The kind of values of a type that the analyzer lets be counted.
///
/// # Errors
/// `INTERNAL_ERROR` for another type.
pub(crate) fn kind(data_type: &DataType) -> Result<Kind, Raised> {
    Kind::of(data_type)
        .ok_or_else(|| SqlError::internal(format!("{} is not counted", data_type.sql())).into())
}
