//! Structs of values: `named_struct`, and structs with other fields: `update_fields`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StructArray};
use arrow::datatypes::DataType as ArrowType;
use flint_sql_columnar::Raised;
use flint_sql_spec::{Literal, Result, SqlError};

use crate::layout::laid_out;
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("named_struct", named),
    Scalar::new("update_fields", updated),
];

/// Names, which the type of the result has too, and values by turns.
fn named(site: &Site) -> Result<Kernel> {
    let ArrowType::Struct(fields) = site.result_layout()? else {
        return Err(SqlError::internal("a struct lies in memory as a struct"));
    };
    Ok(Arc::new(move |args| {
        let part = |(i, field): (usize, &arrow::datatypes::FieldRef)| {
            laid_out(&args.array(2 * i + 1)?, field.data_type())
        };
        let columns: Result<Vec<_>, Raised> = fields.iter().enumerate().map(part).collect();
        Ok(Arc::new(StructArray::try_new_with_length(
            fields.clone(),
            columns?,
            None,
            args.rows(),
        )?))
    }))
}

/// A struct, a constant of the places in it that the fields of the result come from, and the value
/// that is where a place is empty. Null structs stay null.
fn updated(site: &Site) -> Result<Kernel> {
    let ArrowType::Struct(fields) = site.result_layout()? else {
        return Err(SqlError::internal("a struct lies in memory as a struct"));
    };
    let Some(Literal::String(places)) = site.constant(1) else {
        return Err(SqlError::internal("the places of fields are a constant"));
    };
    let places: Vec<Option<usize>> = places.split(',').map(|place| place.parse().ok()).collect();
    Ok(Arc::new(move |args| {
        let whole = args.array(0)?;
        let whole = whole.as_struct();
        let part = |(place, field): (&Option<usize>, &arrow::datatypes::FieldRef)| {
            let column: ArrayRef = match place {
                Some(at) => Arc::clone(whole.column(*at)),
                None => args.array(2)?,
            };
            laid_out(&column, field.data_type())
        };
        let columns: Result<Vec<_>, Raised> = places.iter().zip(&fields).map(part).collect();
        Ok(Arc::new(StructArray::try_new_with_length(
            fields.clone(),
            columns?,
            whole.nulls().cloned(),
            args.rows(),
        )?))
    }))
}
