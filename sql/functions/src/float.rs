//! Floats in the form that equality and order look at: `normalizenanandzero`, which plans put around
//! values that are compared, grouped, joined or sorted by.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, ListArray, MapArray, PrimitiveArray, StructArray,
};
use arrow::datatypes::{DataType, Float32Type, Float64Type};
use flint_sql_columnar::Raised;
use flint_sql_spec::{Result, SqlError};

use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(crate) const FUNCTIONS: &[Scalar] = &[Scalar::new("normalizenanandzero", normalize)];

fn normalize(_: &Site) -> Result<Kernel> {
    Ok(Arc::new(|args| normalized(&args.array(0)?)))
}

/// The column with 0.0 for -0.0 and one NaN for all, also inside of nested values.
pub(crate) fn normalized(array: &ArrayRef) -> Result<ArrayRef, Raised> {
    Ok(match array.data_type() {
        DataType::Float32 => {
            floats::<Float32Type>(array, |v| if v.is_nan() { f32::NAN } else { v + 0.0 })
        }
        DataType::Float64 => {
            floats::<Float64Type>(array, |v| if v.is_nan() { f64::NAN } else { v + 0.0 })
        }
        DataType::List(field) => {
            let list = array.as_list::<i32>();
            let values = normalized(list.values())?;
            let (offsets, nulls) = (list.offsets().clone(), list.nulls().cloned());
            Arc::new(ListArray::try_new(field.clone(), offsets, values, nulls)?)
        }
        DataType::Struct(_) => Arc::new(normalized_struct(array.as_struct())?),
        DataType::Map(field, sorted) => {
            let map = array.as_map();
            let entries = normalized_struct(map.entries())?;
            let (offsets, nulls) = (map.offsets().clone(), map.nulls().cloned());
            Arc::new(MapArray::try_new(
                field.clone(),
                offsets,
                entries,
                nulls,
                *sorted,
            )?)
        }
        _ => Arc::clone(array),
    })
}

fn normalized_struct(array: &StructArray) -> Result<StructArray, Raised> {
    let DataType::Struct(fields) = array.data_type() else {
        return Err(SqlError::internal("a struct has fields").into());
    };
    let columns: Result<Vec<_>, Raised> = array.columns().iter().map(normalized).collect();
    let nulls = array.nulls().cloned();
    Ok(StructArray::try_new_with_length(
        fields.clone(),
        columns?,
        nulls,
        array.len(),
    )?)
}

fn floats<T: ArrowPrimitiveType>(
    array: &ArrayRef,
    normal: impl Fn(T::Native) -> T::Native,
) -> ArrayRef {
    let normalized: PrimitiveArray<T> = array.as_primitive::<T>().unary(normal);
    Arc::new(normalized)
}

#[cfg(test)]
mod tests {
    use arrow::array::Float64Array;

    use super::*;

    #[test]
    fn zeros_and_nans_become_one() {
        let negative = -f64::NAN;
        let array: ArrayRef = Arc::new(Float64Array::from(vec![-0.0, negative, 1.5]));
        let found = normalized(&array).expect("floats");
        let found: Vec<u64> = found
            .as_primitive::<Float64Type>()
            .iter()
            .flatten()
            .map(f64::to_bits)
            .collect();
        assert_eq!(
            found,
            [0.0_f64.to_bits(), f64::NAN.to_bits(), 1.5_f64.to_bits()]
        );
    }
}
