//! `stack(n, ..)`: the arguments dealt out to `n` rows.

use std::sync::Arc;

use arrow::array::{ArrayRef, new_null_array};
use arrow::compute::interleave;
use arrow::datatypes::DataType as ArrowType;
use flint_sql_columnar::{Raised, arrow_type};
use flint_sql_spec::{DataType, Literal, Result, SqlError};

use super::{Generated, Generator};
use crate::site::Site;

pub(super) fn stack(site: &Site) -> Result<Generator> {
    let count = match site.constant(0) {
        Some(Literal::Integer(count)) => usize::try_from(*count).ok().filter(|count| *count > 0),
        _ => None,
    };
    let count = count.ok_or_else(|| SqlError::internal("the rows of stack are a constant"))?;
    let layouts = columns(&site.result)?;
    Ok(Generator(Arc::new(move |args| {
        let rows = args.rows();
        let values = args.arrays()?;
        let width = layouts.len();
        let column = |at: usize, layout: &ArrowType| -> Result<ArrayRef, Raised> {
            let mut parts: Vec<ArrayRef> = Vec::with_capacity(count);
            for made in 0..count {
                // The first argument is the count; the last row may lack values.
                parts.push(match values.get(1 + made * width + at) {
                    Some(part) if part.data_type() == layout => Arc::clone(part),
                    Some(part) => arrow::compute::cast(part, layout)?,
                    None => new_null_array(layout, rows),
                });
            }
            let parts: Vec<_> = parts.iter().map(|part| part.as_ref()).collect();
            let order: Vec<_> = (0..rows)
                .flat_map(|row| (0..count).map(move |made| (made, row)))
                .collect();
            Ok(interleave(&parts, &order)?)
        };
        let columns = layouts
            .iter()
            .enumerate()
            .map(|(at, layout)| column(at, layout));
        Ok(Generated {
            lengths: vec![count; rows],
            columns: columns.collect::<Result<_, _>>()?,
        })
    })))
}

/// The layouts of a generator's columns.
fn columns(result: &DataType) -> Result<Vec<ArrowType>> {
    let fields = match result {
        DataType::Array { element, .. } => element.as_struct(),
        _ => None,
    };
    let fields = fields.ok_or_else(|| SqlError::internal("a generator gives structs"))?;
    fields
        .iter()
        .map(|field| arrow_type(&field.data_type))
        .collect()
}
