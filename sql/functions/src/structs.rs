//! Structs of values: `named_struct`.

use std::sync::Arc;

use arrow::array::StructArray;
use arrow::datatypes::DataType as ArrowType;
use flint_sql_columnar::Raised;
use flint_sql_spec::{Result, SqlError};

use crate::layout::laid_out;
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(crate) const FUNCTIONS: &[Scalar] = &[Scalar::new("named_struct", named)];

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
