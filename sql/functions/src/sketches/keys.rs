//! [`Keys`]: a column's values as the bytes that sketches hash.
//!
//! Whole numbers are 8 bytes, floats are doubles with one zero and one NaN, texts are UTF-8, and
//! arrays are their elements end to end, where NULL counts as 0. Empty texts, bytes and arrays are no
//! keys.

use std::ops::Deref;

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, BinaryArray, Float64Array, Int64Array, ListArray,
    StringArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType as ArrowType, Float64Type, Int32Type, Int64Type, ToByteSlice};
use flint_sql_columnar::Raised;
use flint_sql_spec::SqlError;

use super::murmur3;

/// What hashes of keys begin with in DataSketches.
const SEED: u64 = 9001;

/// A column of keys.
#[derive(Debug)]
pub(crate) enum Keys {
    Longs(Int64Array),
    Doubles(Float64Array),
    Texts(StringArray),
    Binaries(BinaryArray),
    /// Arrays of INT.
    Integers(ListArray),
    /// Arrays of BIGINT.
    Numbers(ListArray),
}

/// The bytes of a key.
#[derive(Debug)]
pub(crate) enum Key<'a> {
    Number([u8; 8]),
    Bytes(&'a [u8]),
    Many(Vec<u8>),
}

impl Deref for Key<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Key::Number(bytes) => bytes,
            Key::Bytes(bytes) => bytes,
            Key::Many(bytes) => bytes,
        }
    }
}

impl Keys {
    /// # Errors
    /// `INTERNAL_ERROR` for a type that the analyzer lets nowhere be a key.
    pub(crate) fn new(column: &ArrayRef) -> Result<Keys, Raised> {
        let item = match column.data_type() {
            ArrowType::List(item) => Some(item.data_type()),
            _ => None,
        };
        Ok(match (column.data_type(), item) {
            (ArrowType::Null | ArrowType::Int32 | ArrowType::Int64, _) => {
                let longs = cast(column, &ArrowType::Int64)?;
                Keys::Longs(longs.as_primitive::<Int64Type>().clone())
            }
            (ArrowType::Float32 | ArrowType::Float64, _) => {
                let doubles = cast(column, &ArrowType::Float64)?;
                Keys::Doubles(doubles.as_primitive::<Float64Type>().clone())
            }
            (ArrowType::Utf8, _) => Keys::Texts(column.as_string::<i32>().clone()),
            (ArrowType::Binary, _) => Keys::Binaries(column.as_binary::<i32>().clone()),
            (_, Some(ArrowType::Int32)) => Keys::Integers(column.as_list::<i32>().clone()),
            (_, Some(ArrowType::Int64)) => Keys::Numbers(column.as_list::<i32>().clone()),
            (other, _) => {
                return Err(SqlError::internal(format!("sketches have no keys of {other}")).into());
            }
        })
    }

    /// The key of a row that is not null, if its value is one.
    pub(crate) fn get(&self, row: usize) -> Option<Key<'_>> {
        let key = match self {
            Keys::Longs(column) => Key::Number(column.value(row).to_le_bytes()),
            Keys::Doubles(column) => Key::Number(canonical(column.value(row)).to_le_bytes()),
            Keys::Texts(column) => Key::Bytes(column.value(row).as_bytes()),
            Keys::Binaries(column) => Key::Bytes(column.value(row)),
            Keys::Integers(column) => Key::Many(elements::<Int32Type>(&column.value(row))),
            Keys::Numbers(column) => Key::Many(elements::<Int64Type>(&column.value(row))),
        };
        (!key.is_empty()).then_some(key)
    }

    /// The hash of a row that is not null, of 63 bits, if its value is a key.
    pub(crate) fn hash(&self, row: usize) -> Option<u64> {
        Some(murmur3::hash(&self.get(row)?, SEED) >> 1)
    }
}

/// The bits of a double, the same for both zeros and for all NaNs.
fn canonical(value: f64) -> u64 {
    if value == 0.0 {
        0
    } else if value.is_nan() {
        0x7ff8_0000_0000_0000
    } else {
        value.to_bits()
    }
}

fn elements<T: ArrowPrimitiveType>(list: &ArrayRef) -> Vec<u8> {
    let numbers = list.as_primitive::<T>();
    let mut bytes = Vec::with_capacity(list.len() * size_of::<T::Native>());
    for number in numbers {
        bytes.extend_from_slice(number.unwrap_or_default().to_byte_slice());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn hashes_are_those_of_spark() {
        let hash = |column: ArrayRef| Keys::new(&column).expect("keys").hash(0);
        let one = Some(0x05a1_86bd_cb7d_f915);
        assert_eq!(hash(Arc::new(Int64Array::from(vec![1]))), one);
        // An array of two INTs has the bytes of one BIGINT.
        let pair = ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1), None])]);
        assert_eq!(hash(Arc::new(pair)), one);
        let text = StringArray::from(vec!["a"]);
        assert_eq!(hash(Arc::new(text)), Some(0x7b01_0785_521d_c117));
        let zeros = [0.0, -0.0].map(|zero| hash(Arc::new(Float64Array::from(vec![zero]))));
        assert_eq!(zeros[0], zeros[1]);
        assert_eq!(hash(Arc::new(StringArray::from(vec![""]))), None);
    }
}
