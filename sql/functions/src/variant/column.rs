//! [`Variants`] and [`VariantsBuilder`]: columns of variants, read and made.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, BinaryBuilder, StructArray};
use arrow::buffer::NullBuffer;
use arrow::compute::cast;
use arrow::datatypes::DataType as ArrowType;
use flint_sql_columnar::{Raised, arrow_type};
use flint_sql_spec::{DataType, SqlError};

use super::{Builder, Fault, Variant};
use crate::arguments::Arguments;

/// A column of variants; a constant is held once.
#[derive(Debug)]
pub(crate) struct Variants {
    values: BinaryArray,
    metadata: BinaryArray,
    nulls: Option<NullBuffer>,
    constant: bool,
}

impl Variants {
    /// A column as variants. One of nulls only may be of no type.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` for a column of another layout.
    pub(crate) fn of(column: &dyn Array) -> Result<Variants, Raised> {
        Variants::held(column, false)
    }

    /// An argument of a call.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub(crate) fn argument(args: &Arguments, at: usize) -> Result<Variants, Raised> {
        let (column, constant) = args.held(at)?;
        Variants::held(&*column, constant)
    }

    fn held(column: &dyn Array, constant: bool) -> Result<Variants, Raised> {
        if *column.data_type() == ArrowType::Null {
            let nothing = BinaryArray::new_null(column.len());
            return Ok(Variants {
                values: nothing.clone(),
                metadata: nothing,
                nulls: Some(NullBuffer::new_null(column.len())),
                constant,
            });
        }
        let whole = column.as_struct_opt().ok_or_else(|| misfit(column))?;
        let part = |name: &str| {
            let part = whole.column_by_name(name).ok_or_else(|| misfit(column))?;
            Ok::<_, Raised>(cast(part, &ArrowType::Binary)?.as_binary::<i32>().clone())
        };
        Ok(Variants {
            values: part("value")?,
            metadata: part("metadata")?,
            nulls: whole.nulls().cloned(),
            constant,
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// The value of a row.
    ///
    /// # Errors
    /// `MALFORMED_VARIANT`.
    pub(crate) fn get(&self, row: usize) -> Result<Option<Variant<'_>>, Fault> {
        let row = if self.constant { 0 } else { row };
        if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return Ok(None);
        }
        Variant::new(self.values.value(row), self.metadata.value(row)).map(Some)
    }
}

fn misfit(column: &dyn Array) -> SqlError {
    SqlError::internal(format!(
        "a column of {} holds no variants",
        column.data_type()
    ))
}

/// A column of variants while it is made.
#[derive(Debug, Default)]
pub(crate) struct VariantsBuilder {
    values: BinaryBuilder,
    metadata: BinaryBuilder,
    valid: Vec<bool>,
    names: Vec<u8>,
}

impl VariantsBuilder {
    /// Appends what a builder has made, and clears it.
    ///
    /// # Errors
    /// `TooLarge` if the names are.
    pub(crate) fn push(&mut self, made: &mut Builder) -> Result<(), Fault> {
        self.names.clear();
        made.metadata(&mut self.names)?;
        self.values.append_value(made.value());
        self.metadata.append_value(&self.names);
        self.valid.push(true);
        made.clear();
        Ok(())
    }

    /// Appends the two parts of a value.
    pub(crate) fn push_bytes(&mut self, value: &[u8], metadata: &[u8]) {
        self.values.append_value(value);
        self.metadata.append_value(metadata);
        self.valid.push(true);
    }

    /// Appends a value as it is, with the whole dictionary that it came with.
    ///
    /// # Errors
    /// `MALFORMED_VARIANT`.
    pub(crate) fn push_part(&mut self, variant: Variant<'_>) -> Result<(), Fault> {
        self.push_bytes(variant.bytes()?, variant.metadata());
        Ok(())
    }

    pub(crate) fn null(&mut self) {
        self.values.append_value([]);
        self.metadata.append_value([]);
        self.valid.push(false);
    }

    /// The column; this is empty again.
    ///
    /// # Errors
    /// Never for a layout of variants.
    pub(crate) fn finish(&mut self) -> Result<ArrayRef, Raised> {
        let ArrowType::Struct(fields) = arrow_type(&DataType::Variant)? else {
            return Err(SqlError::internal("a variant lies in memory as a struct").into());
        };
        let nulls = NullBuffer::from(std::mem::take(&mut self.valid));
        let nulls = (nulls.null_count() > 0).then_some(nulls);
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.values.finish()),
            Arc::new(self.metadata.finish()),
        ];
        Ok(Arc::new(StructArray::try_new(fields, columns, nulls)?))
    }
}
