//! [`Arguments`]: the columns of a call, where a constant is one value for all rows.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, BinaryArray, BooleanArray, PrimitiveArray,
    StringArray, new_null_array,
};
use arrow::buffer::NullBuffer;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::ColumnarValue;
use flint_sql_columnar::Raised;
use flint_sql_spec::SqlError;

/// The arguments of a call for a batch of rows.
#[derive(Debug)]
pub struct Arguments {
    values: Vec<ColumnarValue>,
    rows: usize,
}

/// A column read row by row; a constant is held once.
#[derive(Debug, Clone)]
pub struct Cells<A> {
    array: A,
    constant: bool,
}

impl Arguments {
    /// Arguments for `rows` rows.
    pub fn new(values: Vec<ColumnarValue>, rows: usize) -> Arguments {
        Arguments { values, rows }
    }

    /// Rows of the batch.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The constant in place `i`, if it is one.
    pub fn constant(&self, i: usize) -> Option<&ScalarValue> {
        match self.values.get(i)? {
            ColumnarValue::Scalar(value) => Some(value),
            ColumnarValue::Array(_) => None,
        }
    }

    /// The argument as it came.
    pub fn value(&self, i: usize) -> &ColumnarValue {
        &self.values[i]
    }

    /// The argument as a column of [`rows`](Self::rows) values; a constant is repeated.
    ///
    /// # Errors
    /// If a constant cannot be repeated.
    pub fn array(&self, i: usize) -> Result<ArrayRef, Raised> {
        Ok(match &self.values[i] {
            ColumnarValue::Array(array) => Arc::clone(array),
            ColumnarValue::Scalar(ScalarValue::Null) => {
                new_null_array(&arrow::datatypes::DataType::Null, self.rows)
            }
            ColumnarValue::Scalar(value) => value.to_array_of_size(self.rows)?,
        })
    }

    /// All arguments as columns.
    ///
    /// # Errors
    /// As [`Self::array`].
    pub fn arrays(&self) -> Result<Vec<ArrayRef>, Raised> {
        (0..self.len()).map(|i| self.array(i)).collect()
    }

    /// The argument as a column, or as a column of one value when it is constant, and which.
    pub(crate) fn held(&self, i: usize) -> Result<(ArrayRef, bool), Raised> {
        Ok(match &self.values[i] {
            ColumnarValue::Array(array) => (Arc::clone(array), false),
            ColumnarValue::Scalar(value) => (value.to_array()?, true),
        })
    }

    /// The argument, read as text.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` if it is no text.
    pub fn strings(&self, i: usize) -> Result<Cells<StringArray>, Raised> {
        self.typed(i, |array| array.as_string_opt::<i32>().cloned())
    }

    /// The argument, read as bytes.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` if it is not binary.
    pub fn binaries(&self, i: usize) -> Result<Cells<BinaryArray>, Raised> {
        self.typed(i, |array| array.as_binary_opt::<i32>().cloned())
    }

    /// The argument, read as truth values.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` if it is not boolean.
    pub fn booleans(&self, i: usize) -> Result<Cells<BooleanArray>, Raised> {
        self.typed(i, |array| array.as_boolean_opt().cloned())
    }

    /// The argument, read as numbers of one type.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` if it has another type.
    pub fn numbers<T: ArrowPrimitiveType>(
        &self,
        i: usize,
    ) -> Result<Cells<PrimitiveArray<T>>, Raised> {
        self.typed(i, |array| array.as_primitive_opt::<T>().cloned())
    }

    fn typed<A>(&self, i: usize, read: fn(&ArrayRef) -> Option<A>) -> Result<Cells<A>, Raised> {
        let (array, constant) = self.held(i)?;
        let found = read(&array).ok_or_else(|| {
            let found = array.data_type();
            SqlError::internal(format!("argument {i} has the unexpected type {found}"))
        })?;
        Ok(Cells {
            array: found,
            constant,
        })
    }
}

impl<A: Array> Cells<A> {
    /// The column, of one value when it is constant.
    pub fn array(&self) -> &A {
        &self.array
    }

    /// Whether it is one value for all rows.
    pub fn is_constant(&self) -> bool {
        self.constant
    }

    /// Whether it is NULL for all rows.
    pub fn is_constant_null(&self) -> bool {
        self.constant && self.array.is_null(0)
    }

    /// Which rows are null, unless it is a constant or none is.
    pub fn nulls(&self) -> Option<&NullBuffer> {
        self.array.nulls().filter(|_| !self.constant)
    }

    fn at(&self, row: usize) -> Option<usize> {
        let row = if self.constant { 0 } else { row };
        self.array.is_valid(row).then_some(row)
    }
}

impl Cells<StringArray> {
    /// The text of a row.
    pub fn get(&self, row: usize) -> Option<&str> {
        self.at(row).map(|row| self.array.value(row))
    }
}

impl Cells<BinaryArray> {
    /// The bytes of a row.
    pub fn get(&self, row: usize) -> Option<&[u8]> {
        self.at(row).map(|row| self.array.value(row))
    }
}

impl Cells<BooleanArray> {
    /// The truth of a row.
    pub fn get(&self, row: usize) -> Option<bool> {
        self.at(row).map(|row| self.array.value(row))
    }
}

impl<T: ArrowPrimitiveType> Cells<PrimitiveArray<T>> {
    /// The number of a row.
    pub fn get(&self, row: usize) -> Option<T::Native> {
        self.at(row).map(|row| self.array.value(row))
    }
}
