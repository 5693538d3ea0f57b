//! Rows as values: [`RowType`], [`RowReader`], [`RowWriter`].

use arrow::array::ArrayRef;
use flint_sql_spec::{DataType, Result, SqlError, StructField, StructType};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::cells::Cells;
use super::trace::{ValueType, value_type};
use super::writer::CellWriter;

/// The columns of a type of the program. A struct has its fields, a tuple `_1`, `_2`, .., anything
/// else the one column `value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowType {
    /// The columns.
    pub fields: StructType,
    /// Whether columns of a source are taken by position.
    pub by_position: bool,
    /// Whether the value is the one column itself.
    flat: bool,
}

impl RowType {
    /// The columns of a type.
    ///
    /// # Errors
    /// As [`value_type`].
    pub fn of<T: DeserializeOwned>() -> Result<RowType> {
        value_type::<T>().map(RowType::from)
    }

    /// Whether the value is the one column itself, and no struct of columns.
    pub fn is_flat(&self) -> bool {
        self.flat
    }

    fn whole(&self) -> (DataType, bool) {
        match (self.flat, self.fields.first()) {
            (true, Some(value)) => (value.data_type.clone(), value.nullable),
            _ => (DataType::Struct(self.fields.clone()), false),
        }
    }
}

impl From<ValueType> for RowType {
    fn from(value: ValueType) -> RowType {
        match value.data_type {
            DataType::Struct(fields) if !value.nullable => RowType {
                fields,
                by_position: value.tuple,
                flat: false,
            },
            data_type => RowType {
                fields: StructType::new([StructField::new("value", data_type, value.nullable)]),
                by_position: true,
                flat: true,
            },
        }
    }
}

/// Reads the rows of a batch.
#[derive(Debug)]
pub struct RowReader {
    cells: Cells,
}

impl RowReader {
    /// A reader over columns in the order of a type.
    ///
    /// # Errors
    /// If the layout of a column cannot be read so.
    pub fn new(columns: &[ArrayRef], row: &RowType) -> Result<RowReader> {
        let mut cells = Vec::with_capacity(columns.len());
        for (column, field) in columns.iter().zip(row.fields.iter()) {
            cells.push((field.name.clone(), Cells::new(column, &field.data_type)?));
        }
        let cells = match row.flat {
            true => cells
                .pop()
                .map(|(_, cells)| cells)
                .ok_or_else(|| SqlError::internal("a row of one value has a column"))?,
            false => Cells::side_by_side(cells),
        };
        Ok(RowReader { cells })
    }

    /// The value of a row.
    ///
    /// # Errors
    /// As [`Cells::read`].
    pub fn read<T: DeserializeOwned>(&self, row: usize) -> Result<T> {
        self.cells.read(row)
    }
}

/// Makes columns of rows.
#[derive(Debug)]
pub struct RowWriter {
    cells: CellWriter,
    flat: bool,
}

impl RowWriter {
    /// A writer of columns of a type.
    ///
    /// # Errors
    /// As [`CellWriter::new`].
    pub fn new(row: &RowType) -> Result<RowWriter> {
        let (data_type, nullable) = row.whole();
        Ok(RowWriter {
            cells: CellWriter::new(&data_type, nullable)?,
            flat: row.flat,
        })
    }

    /// Appends a row.
    ///
    /// # Errors
    /// As [`CellWriter::push`].
    pub fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.cells.push(value)
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The columns.
    ///
    /// # Errors
    /// As [`CellWriter::finish`].
    pub fn finish(self) -> Result<Vec<ArrayRef>> {
        match self.flat {
            true => Ok(vec![self.cells.finish()?]),
            false => self.cells.finish_fields(),
        }
    }
}
