//! Casts to string and to binary.

use std::fmt::Write;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BinaryArray, BinaryBuilder, StringArray, StringBuilder};
use arrow::datatypes::{ArrowPrimitiveType, Int8Type, Int16Type, Int32Type, Int64Type};
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, Result};

use super::each::{numbers, strings};
use super::{Conversion, Convert};
use crate::display::{Style, printer};

pub(super) fn to_text(conversion: &Conversion) -> Result<Convert> {
    let style = Style::cast(
        &conversion.zone_name,
        conversion.mode != super::Mode::Legacy,
    )?;
    let from = conversion.from.clone();
    if let DataType::Integer = from {
        return Ok(integers::<Int32Type>());
    }
    if let DataType::Long = from {
        return Ok(integers::<Int64Type>());
    }
    Ok(Box::new(move |column| {
        let print = printer(column, &from, &style)?;
        let mut found = StringBuilder::with_capacity(column.len(), 16 * column.len());
        let mut text = String::new();
        for row in 0..column.len() {
            if column.is_null(row) {
                found.append_null();
            } else {
                text.clear();
                print.write(row, &mut text);
                found.append_value(&text);
            }
        }
        Ok(Arc::new(found.finish()))
    }))
}

fn integers<I: ArrowPrimitiveType>() -> Convert
where
    I::Native: std::fmt::Display,
{
    Box::new(|column| {
        let column = numbers::<I>(column)?;
        let mut found = StringBuilder::with_capacity(column.len(), 8 * column.len());
        for value in column {
            match value {
                Some(value) => {
                    write!(found, "{value}").expect("a builder takes any text");
                    found.append_value("");
                }
                None => found.append_null(),
            }
        }
        Ok(Arc::new(found.finish()))
    })
}

pub(super) fn to_binary(conversion: &Conversion) -> Result<Option<Convert>> {
    Ok(Some(match &conversion.from {
        DataType::Byte => bytes::<Int8Type, 1>(i8::to_be_bytes),
        DataType::Short => bytes::<Int16Type, 2>(i16::to_be_bytes),
        DataType::Integer => bytes::<Int32Type, 4>(i32::to_be_bytes),
        DataType::Long => bytes::<Int64Type, 8>(i64::to_be_bytes),
        text if text.is_string() => Box::new(of_text),
        _ => return Ok(None),
    }))
}

fn of_text(column: &ArrayRef) -> Result<ArrayRef, Raised> {
    let text: StringArray = strings(column)?.clone();
    Ok(Arc::new(BinaryArray::from(text)))
}

/// The bytes of whole numbers, the highest first.
fn bytes<I: ArrowPrimitiveType, const N: usize>(convert: fn(I::Native) -> [u8; N]) -> Convert {
    Box::new(move |column| {
        let column = numbers::<I>(column)?;
        let mut found = BinaryBuilder::with_capacity(column.len(), N * column.len());
        column
            .iter()
            .for_each(|value| found.append_option(value.map(convert)));
        Ok(Arc::new(found.finish()))
    })
}
