//! The file that a row is from: `input_file_name` and its kin. The analyzer hands them a part of the
//! file's hidden column, or nothing where rows are of no file.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray};
use flint_sql_spec::Result;

use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("input_file_block_length", place),
    Scalar::new("input_file_block_start", place),
    Scalar::new("input_file_name", name),
];

/// Paths as `file:///a` where the hidden column has `file:/a`; an empty text without a file.
fn name(site: &Site) -> Result<Kernel> {
    if site.arguments.is_empty() {
        return Ok(Arc::new(|args| {
            let empty = std::iter::repeat_n("", args.rows());
            Ok(Arc::new(StringArray::from_iter_values(empty)) as ArrayRef)
        }));
    }
    Ok(Arc::new(|args| {
        let paths = args.strings(0)?;
        let shown = (0..args.rows()).map(|row| {
            let path = paths.get(row)?;
            Some(match path.strip_prefix("file:/") {
                Some(rest) => format!("file:///{rest}"),
                None => path.to_owned(),
            })
        });
        Ok(Arc::new(shown.collect::<StringArray>()) as ArrayRef)
    }))
}

/// Where the file's piece begins, or how long it is; -1 without a file.
fn place(site: &Site) -> Result<Kernel> {
    if site.arguments.is_empty() {
        return Ok(Arc::new(|args| {
            Ok(Arc::new(Int64Array::from(vec![-1; args.rows()])) as ArrayRef)
        }));
    }
    Ok(Arc::new(|args| args.array(0)))
}
