//! Casts to boolean.

use std::sync::Arc;

use arrow::array::{Array, ArrowPrimitiveType, BooleanArray, BooleanBuilder};
use arrow::datatypes::{
    Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType,
};
use flint_sql_spec::{DataType, Result};

use super::each::{is_zero, numbers, strings};
use super::error::invalid_input;
use super::{Conversion, Convert};
use crate::display::sql_value;
use crate::text::trim_all;

pub(super) fn to_boolean(conversion: &Conversion) -> Result<Option<Convert>> {
    Ok(Some(match &conversion.from {
        DataType::Byte => not_zero::<Int8Type>(),
        DataType::Short => not_zero::<Int16Type>(),
        DataType::Integer => not_zero::<Int32Type>(),
        DataType::Long => not_zero::<Int64Type>(),
        DataType::Timestamp => not_zero::<TimestampMicrosecondType>(),
        DataType::Decimal { .. } => not_zero::<Decimal128Type>(),
        DataType::Float => not_zero::<Float32Type>(),
        DataType::Double => not_zero::<Float64Type>(),
        DataType::Date => Box::new(|column| Ok(Arc::new(BooleanArray::new_null(column.len())))),
        text if text.is_string() => from_text(conversion.clone()),
        _ => return Ok(None),
    }))
}

fn not_zero<I: ArrowPrimitiveType>() -> Convert
where
    I::Native: PartialEq,
{
    Box::new(|column| {
        let column = numbers::<I>(column)?;
        Ok(Arc::new(BooleanArray::from_unary(column, |value| {
            !is_zero(value)
        })))
    })
}

fn from_text(conversion: Conversion) -> Convert {
    Box::new(move |column| {
        let column = strings(column)?;
        let mut found = BooleanBuilder::with_capacity(column.len());
        for text in column {
            let value = text.and_then(truth);
            match text {
                Some(text) if value.is_none() && conversion.is_ansi() => {
                    let value = sql_value(text);
                    return Err(invalid_input(value, &conversion.from, &conversion.to).into());
                }
                _ => found.append_option(value),
            }
        }
        Ok(Arc::new(found.finish()))
    })
}

/// The words for true and false, in any case, with blanks around.
pub(crate) fn truth(text: &str) -> Option<bool> {
    let word = trim_all(text);
    let is = |known: &&str| word.eq_ignore_ascii_case(known);
    if ["t", "true", "y", "yes", "1"].iter().any(is) {
        Some(true)
    } else if ["f", "false", "n", "no", "0"].iter().any(is) {
        Some(false)
    } else {
        None
    }
}
