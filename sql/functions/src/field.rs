//! Fields of structs, and of the structs of an array, by position.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, StructArray, make_array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field};
use flint_sql_columnar::Raised;
use flint_sql_spec::{Literal, Result, SqlError};

use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("getstructfield", of_struct),
    Scalar::new("getarraystructfields", of_array),
];

/// The place that the second argument names.
fn ordinal(site: &Site) -> Result<usize> {
    match site.constant(1) {
        Some(Literal::Integer(ordinal)) => usize::try_from(*ordinal).ok(),
        _ => None,
    }
    .ok_or_else(|| SqlError::internal("the place of a field is a constant"))
}

fn of_struct(site: &Site) -> Result<Kernel> {
    let ordinal = ordinal(site)?;
    Ok(Arc::new(move |args| {
        field(args.array(0)?.as_struct(), ordinal)
    }))
}

fn of_array(site: &Site) -> Result<Kernel> {
    let ordinal = ordinal(site)?;
    Ok(Arc::new(move |args| {
        let array = args.array(0)?;
        let list = array.as_list::<i32>();
        let values = field(list.values().as_struct(), ordinal)?;
        let element = Field::new("element", values.data_type().clone(), true);
        let (offsets, nulls) = (list.offsets().clone(), list.nulls().cloned());
        Ok(Arc::new(ListArray::try_new(
            Arc::new(element),
            offsets,
            values,
            nulls,
        )?) as ArrayRef)
    }))
}

/// The field's values, null where the struct is.
pub(crate) fn field(array: &StructArray, ordinal: usize) -> Result<ArrayRef, Raised> {
    let column = array.column(ordinal);
    if array.null_count() == 0 || column.data_type() == &DataType::Null {
        return Ok(Arc::clone(column));
    }
    let nulls = NullBuffer::union(array.nulls(), column.logical_nulls().as_ref());
    let data = column.to_data().into_builder().nulls(nulls).build()?;
    Ok(make_array(data))
}

#[cfg(test)]
mod tests {
    use arrow::array::Int32Array;
    use arrow::datatypes::Fields;

    use super::*;

    #[test]
    fn a_null_struct_has_null_fields() {
        let fields = Fields::from(vec![Field::new("a", DataType::Int32, true)]);
        let column: ArrayRef = Arc::new(Int32Array::from(vec![Some(1), Some(2), None]));
        let nulls = NullBuffer::from(vec![true, false, true]);
        let array = StructArray::new(fields, vec![column], Some(nulls));
        let found = field(&array, 0).expect("a field");
        assert_eq!(
            found.as_ref(),
            &Int32Array::from(vec![Some(1), None, None]) as &dyn Array
        );
    }
}
