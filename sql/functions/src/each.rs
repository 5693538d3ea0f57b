//! Loops over the rows of a call: what a function gives for a row, collected to a column.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, ArrowPrimitiveType, BinaryBuilder, BooleanBuilder, PrimitiveBuilder, StringBuilder,
};
use flint_sql_columnar::Raised;
use flint_sql_spec::Result;

use crate::arguments::Arguments;
use crate::limits::Filled;
use crate::scalar::Kernel;

/// What a row comes to: a value, null, or an error.
pub(crate) type Cell<T> = Result<Option<T>, Raised>;

/// A kernel of a function that needs nothing of its site.
///
/// # Errors
/// Never; makers of kernels may fail.
pub(crate) fn kernel(
    compute: impl Fn(&Arguments) -> Result<ArrayRef, Raised> + Send + Sync + 'static,
) -> Result<Kernel> {
    Ok(Arc::new(compute))
}

/// A column of texts.
///
/// # Errors
/// The first one of a row.
pub(crate) fn texts<S: AsRef<str>>(
    rows: usize,
    mut each: impl FnMut(usize) -> Cell<S>,
) -> Result<ArrayRef, Raised> {
    let mut column = StringBuilder::with_capacity(rows, rows * 8);
    let mut filled = Filled::default();
    for row in 0..rows {
        let text = each(row)?;
        filled.add(text.as_ref().map_or(0, |text| text.as_ref().len()))?;
        column.append_option(text);
    }
    Ok(Arc::new(column.finish()))
}

/// A column of bytes.
///
/// # Errors
/// The first one of a row.
pub(crate) fn binaries<B: AsRef<[u8]>>(
    rows: usize,
    mut each: impl FnMut(usize) -> Cell<B>,
) -> Result<ArrayRef, Raised> {
    let mut column = BinaryBuilder::with_capacity(rows, rows * 8);
    let mut filled = Filled::default();
    for row in 0..rows {
        let bytes = each(row)?;
        filled.add(bytes.as_ref().map_or(0, |bytes| bytes.as_ref().len()))?;
        column.append_option(bytes);
    }
    Ok(Arc::new(column.finish()))
}

/// A column of truth values.
///
/// # Errors
/// The first one of a row.
pub(crate) fn booleans(
    rows: usize,
    mut each: impl FnMut(usize) -> Cell<bool>,
) -> Result<ArrayRef, Raised> {
    let mut column = BooleanBuilder::with_capacity(rows);
    for row in 0..rows {
        column.append_option(each(row)?);
    }
    Ok(Arc::new(column.finish()))
}

/// A column of numbers.
///
/// # Errors
/// The first one of a row.
pub(crate) fn numbers<T: ArrowPrimitiveType>(
    rows: usize,
    mut each: impl FnMut(usize) -> Cell<T::Native>,
) -> Result<ArrayRef, Raised> {
    let mut column = PrimitiveBuilder::<T>::with_capacity(rows);
    for row in 0..rows {
        column.append_option(each(row)?);
    }
    Ok(Arc::new(column.finish()))
}
