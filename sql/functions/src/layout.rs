//! [`laid_out`]: a column under another name for the same layout. Types that Spark calls one may
//! differ, as Arrow has them, in the names and the nullability of nested fields; values stay where
//! they are.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, ListArray, MapArray, StructArray, UInt32Array, new_null_array,
};
use arrow::compute::{cast, take};
use arrow::datatypes::{DataType as ArrowType, FieldRef};
use flint_sql_columnar::Raised;
use flint_sql_spec::SqlError;

/// The column with the names and the nullability of `layout`; a void column as one of nulls. Fields
/// of structs go by their places.
///
/// # Errors
/// `INTERNAL_ERROR` if a null is where `layout` has none, or the types are others.
pub(crate) fn laid_out(array: &ArrayRef, layout: &ArrowType) -> Result<ArrayRef, Raised> {
    if array.data_type() == layout {
        return Ok(Arc::clone(array));
    }
    match (array.data_type(), layout) {
        (ArrowType::Null, _) => Ok(new_null_array(layout, array.len())),
        (ArrowType::List(_), ArrowType::List(field)) => list(array.as_list(), field),
        (ArrowType::Map(..), ArrowType::Map(field, sorted)) => {
            let shown = list(&ListArray::from(array.as_map().clone()), field)?;
            let shown = shown.as_list::<i32>();
            let entries = shown.values().as_struct().clone();
            let (offsets, nulls) = (shown.offsets().clone(), shown.nulls().cloned());
            let field = Arc::clone(field);
            let map = MapArray::try_new(field, offsets, entries, nulls, *sorted)?;
            Ok(Arc::new(map))
        }
        (ArrowType::Struct(from), ArrowType::Struct(fields)) if from.len() == fields.len() => {
            let whole = array.as_struct();
            let parts = whole.columns().iter().zip(fields);
            let columns: Result<Vec<_>, Raised> = parts
                .map(|(part, field)| laid_out(part, field.data_type()))
                .collect();
            let nulls = whole.nulls().cloned();
            let whole =
                StructArray::try_new_with_length(fields.clone(), columns?, nulls, whole.len())?;
            Ok(Arc::new(whole))
        }
        (from, _) if !from.is_nested() && !layout.is_nested() => Ok(cast(array, layout)?),
        (from, to) => Err(SqlError::internal(format!("a column of {from} is no {to}")).into()),
    }
}

/// The list with elements of `field`. Elements that no row shows may be null where `field` has none:
/// they go.
fn list(list: &ListArray, field: &FieldRef) -> Result<ArrayRef, Raised> {
    let hides = !field.is_nullable() && list.values().is_nullable();
    let list = if hides { &shown(list)? } else { list };
    let values = laid_out(list.values(), field.data_type())?;
    let (offsets, nulls) = (list.offsets().clone(), list.nulls().cloned());
    let list = ListArray::try_new(Arc::clone(field), offsets, values, nulls)?;
    Ok(Arc::new(list))
}

/// The same lists over only those elements that a row shows.
fn shown(list: &ListArray) -> Result<ListArray, Raised> {
    let rows = UInt32Array::from_iter_values(0..list.len() as u32);
    let rows = match list.nulls() {
        Some(nulls) => UInt32Array::new(rows.values().clone(), Some(nulls.clone())),
        None => rows,
    };
    Ok(take(list, &rows, None)?.as_list::<i32>().clone())
}

#[cfg(test)]
mod tests {
    use arrow::array::Int32Array;
    use arrow::buffer::{NullBuffer, OffsetBuffer};
    use arrow::datatypes::{Field, Fields};

    use super::*;

    #[test]
    fn fields_go_by_place_and_hidden_nulls_by_the_board() {
        let int = |name: &str, nullable| Field::new(name, ArrowType::Int32, nullable);
        let values: ArrayRef = Arc::new(Int32Array::from(vec![Some(1), None]));
        let element = Arc::new(int("item", true));
        let offsets = OffsetBuffer::from_lengths([1, 1]);
        let nulls = NullBuffer::from(vec![true, false]);
        let lists: ArrayRef = Arc::new(ListArray::new(element, offsets, values, Some(nulls)));
        let twice = Fields::from(vec![
            Field::new("a", lists.data_type().clone(), true),
            Field::new("a", lists.data_type().clone(), true),
        ]);
        let columns = vec![Arc::clone(&lists), Arc::clone(&lists)];
        let array: ArrayRef = Arc::new(StructArray::new(twice, columns, None));

        let element = ArrowType::List(Arc::new(int("element", false)));
        let wanted = ArrowType::Struct(Fields::from(vec![
            Field::new("x", element.clone(), true),
            Field::new("y", element, true),
        ]));
        let found = laid_out(&array, &wanted).expect("the same layout");
        assert_eq!(found.data_type(), &wanted);
        let column = found.as_struct().column(1).as_list::<i32>();
        assert_eq!(column.values().len(), 1);
        assert!(column.is_null(1));
    }
}
