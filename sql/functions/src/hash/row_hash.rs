//! [`RowHash`]: how a hash takes in values; [`hasher`] finds the bytes that it takes of each type.

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray};
use arrow::datatypes::{
    Date32Type, Decimal128Type, DurationMicrosecondType, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, IntervalMonthDayNanoType, IntervalYearMonthType,
    Time64NanosecondType, TimestampMicrosecondType,
};
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, SqlError};

/// Digits of decimals that Spark hashes as a long.
const MOST_LONG_DIGITS: u8 = 18;

/// A hash that goes from value to value: what one comes to is where the next begins.
pub(crate) trait RowHash: 'static {
    /// What it has come to.
    type State: Copy + From<u32> + 'static;

    fn int(value: i32, seed: Self::State) -> Self::State;
    fn long(value: i64, seed: Self::State) -> Self::State;
    fn bytes(bytes: &[u8], seed: Self::State) -> Self::State;
}

/// The hash of a row of a column, from a seed on.
pub(crate) type Hasher<'a, S> = Box<dyn Fn(usize, S) -> S + 'a>;

/// What hashes the rows of a column. Nulls leave the seed as it is; so do empty arrays and structs.
///
/// # Errors
/// `INTERNAL_ERROR` for types that have no hash.
pub(crate) fn hasher<'a, H: RowHash>(
    column: &'a ArrayRef,
    data_type: &DataType,
) -> Result<Hasher<'a, H::State>, Raised> {
    let whole = values::<H>(column, data_type)?;
    if column.null_count() == 0 {
        return Ok(whole);
    }
    Ok(Box::new(move |row, seed| match column.is_null(row) {
        true => seed,
        false => whole(row, seed),
    }))
}

fn values<'a, H: RowHash>(
    column: &'a ArrayRef,
    data_type: &DataType,
) -> Result<Hasher<'a, H::State>, Raised> {
    Ok(match data_type {
        DataType::Null => Box::new(|_, seed| seed),
        DataType::Boolean => {
            let values = column.as_boolean();
            Box::new(|row, seed| H::int(i32::from(values.value(row)), seed))
        }
        DataType::Byte => numbers::<Int8Type, H>(column, |value| Word::Int(value.into())),
        DataType::Short => numbers::<Int16Type, H>(column, |value| Word::Int(value.into())),
        DataType::Integer => numbers::<Int32Type, H>(column, Word::Int),
        DataType::Date => numbers::<Date32Type, H>(column, Word::Int),
        DataType::YearMonthInterval(_) => numbers::<IntervalYearMonthType, H>(column, Word::Int),
        DataType::Long => numbers::<Int64Type, H>(column, Word::Long),
        DataType::Timestamp | DataType::TimestampNtz => {
            numbers::<TimestampMicrosecondType, H>(column, Word::Long)
        }
        DataType::Time(_) => numbers::<Time64NanosecondType, H>(column, Word::Long),
        DataType::DayTimeInterval(_) => numbers::<DurationMicrosecondType, H>(column, Word::Long),
        DataType::Float => numbers::<Float32Type, H>(column, |value| Word::Int(float_bits(value))),
        DataType::Double => {
            numbers::<Float64Type, H>(column, |value| Word::Long(double_bits(value)))
        }
        DataType::Decimal { precision, .. } if *precision <= MOST_LONG_DIGITS => {
            numbers::<Decimal128Type, H>(column, |value| Word::Long(value as i64))
        }
        DataType::Decimal { .. } => {
            let values = column.as_primitive::<Decimal128Type>();
            Box::new(|row, seed| {
                let bytes = values.value(row).to_be_bytes();
                H::bytes(shortest(&bytes), seed)
            })
        }
        DataType::CalendarInterval => {
            let values = column.as_primitive::<IntervalMonthDayNanoType>();
            Box::new(|row, seed| {
                let value = values.value(row);
                let seed = H::long(value.nanoseconds / 1_000, seed);
                H::int(value.months, H::int(value.days, seed))
            })
        }
        DataType::Binary => {
            let values = column.as_binary::<i32>();
            Box::new(|row, seed| H::bytes(values.value(row), seed))
        }
        text if text.is_string() => {
            let values = column.as_string::<i32>();
            Box::new(|row, seed| H::bytes(values.value(row).as_bytes(), seed))
        }
        DataType::Array { element, .. } => {
            let lists = column.as_list::<i32>();
            let hash = hasher::<H>(lists.values(), element)?;
            Box::new(move |row, seed| {
                let range =
                    lists.value_offsets()[row] as usize..lists.value_offsets()[row + 1] as usize;
                range.fold(seed, |seed, at| hash(at, seed))
            })
        }
        DataType::Map { key, value, .. } => {
            let maps = column.as_map();
            let keys = hasher::<H>(maps.keys(), key)?;
            let values = hasher::<H>(maps.values(), value)?;
            Box::new(move |row, seed| {
                let range =
                    maps.value_offsets()[row] as usize..maps.value_offsets()[row + 1] as usize;
                range.fold(seed, |seed, at| values(at, keys(at, seed)))
            })
        }
        DataType::Struct(fields) => {
            let columns = column.as_struct().columns().iter();
            let hashes = columns.zip(fields.iter());
            let hashes = hashes
                .map(|(column, field)| hasher::<H>(column, &field.data_type))
                .collect::<Result<Vec<_>, Raised>>()?;
            Box::new(move |row, seed| hashes.iter().fold(seed, |seed, hash| hash(row, seed)))
        }
        other => {
            let message = format!("values of the type {} have no hash", other.sql());
            return Err(SqlError::internal(message).into());
        }
    })
}

/// What a number is hashed as.
enum Word {
    Int(i32),
    Long(i64),
}

fn numbers<T: ArrowPrimitiveType, H: RowHash>(
    column: &ArrayRef,
    word: fn(T::Native) -> Word,
) -> Hasher<'_, H::State> {
    let values: &PrimitiveArray<T> = column.as_primitive::<T>();
    Box::new(move |row, seed| match word(values.value(row)) {
        Word::Int(value) => H::int(value, seed),
        Word::Long(value) => H::long(value, seed),
    })
}

/// The bits of a number, where all NaN are one, and so are both zeros.
fn float_bits(value: f32) -> i32 {
    match value {
        0.0 => 0,
        value if value.is_nan() => f32::NAN.to_bits() as i32,
        value => value.to_bits() as i32,
    }
}

fn double_bits(value: f64) -> i64 {
    match value {
        0.0 => 0,
        value if value.is_nan() => f64::NAN.to_bits() as i64,
        value => value.to_bits() as i64,
    }
}

/// As few of the bytes as tell the number and its sign, the highest first: so Java writes them.
fn shortest(bytes: &[u8; 16]) -> &[u8] {
    let mut rest = &bytes[..];
    while let [first @ (0 | 0xff), second, ..] = rest {
        if first >> 7 != second >> 7 {
            break;
        }
        rest = &rest[1..];
    }
    rest
}
