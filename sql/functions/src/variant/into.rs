//! Values of other types as variants: CAST and `to_variant_object`.
//!
//! Maps and structs become objects, names in the order of their fields; arrays stay arrays, with
//! JSON's null for NULL. A cast leaves maps and structs to `to_variant_object`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray};
use arrow::datatypes::{
    Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, TimestampMicrosecondType,
};
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, Result, SqlError, condition, with_stack};

use super::{Builder, Fault, Variants, VariantsBuilder};
use crate::scalar::Kernel;
use crate::site::Site;

/// What appends the value of a row.
pub(crate) type Writer<'a> = Box<dyn Fn(usize, &mut Builder) -> Result<(), Fault> + 'a>;

pub(super) fn to_variant_object(site: &Site) -> Result<Kernel> {
    let from = site
        .arguments
        .first()
        .cloned()
        .ok_or_else(|| SqlError::internal("to_variant_object without an argument"))?;
    Ok(Arc::new(move |args| {
        variants_of(&args.array(0)?, &from, "to_variant_object")
    }))
}

/// A column as variants; NULL stays NULL.
pub(crate) fn into_variant(column: &ArrayRef, from: &DataType) -> Result<ArrayRef, Raised> {
    variants_of(column, from, "cast")
}

fn variants_of(column: &ArrayRef, from: &DataType, function: &str) -> Result<ArrayRef, Raised> {
    let write = writer(column, from)?;
    let (mut builder, mut found) = (Builder::default(), VariantsBuilder::default());
    for row in 0..column.len() {
        if column.is_null(row) {
            found.null();
            continue;
        }
        write(row, &mut builder)
            .and_then(|()| found.push(&mut builder))
            .map_err(|fault| fault.error(function))?;
    }
    found.finish()
}

/// What appends the values of a column; NULL as JSON's null.
///
/// # Errors
/// `UNSUPPORTED_FEATURE` for types that variants do not hold.
pub(crate) fn writer<'a>(column: &'a ArrayRef, from: &DataType) -> Result<Writer<'a>, Raised> {
    if *from == DataType::Null {
        return Ok(Box::new(|_, builder| builder.null()));
    }
    let write = with_stack(|| values(column, from))?;
    Ok(Box::new(move |row, builder| match column.is_null(row) {
        true => builder.null(),
        false => write(row, builder),
    }))
}

fn values<'a>(column: &'a ArrayRef, from: &DataType) -> Result<Writer<'a>, Raised> {
    let misfit = || {
        SqlError::internal(format!(
            "a column of {} is no {}",
            column.data_type(),
            from.sql()
        ))
    };
    Ok(match from {
        DataType::Boolean => {
            let column = column.as_boolean_opt().ok_or_else(misfit)?;
            Box::new(|row, builder| builder.boolean(column.value(row)))
        }
        DataType::Byte => numbers::<Int8Type>(column, |value, to| to.long(value.into()))?,
        DataType::Short => numbers::<Int16Type>(column, |value, to| to.long(value.into()))?,
        DataType::Integer => numbers::<Int32Type>(column, |value, to| to.long(value.into()))?,
        DataType::Long => numbers::<Int64Type>(column, |value, to| to.long(value))?,
        DataType::Float => numbers::<Float32Type>(column, |value, to| to.float(value))?,
        DataType::Double => numbers::<Float64Type>(column, |value, to| to.double(value))?,
        DataType::Decimal { scale, .. } => {
            let scale = u8::try_from(*scale).map_err(|_| misfit())?;
            numbers::<Decimal128Type>(column, move |value, to| to.decimal(value, scale))?
        }
        DataType::Date => numbers::<Date32Type>(column, |value, to| to.date(value))?,
        DataType::Timestamp => {
            numbers::<TimestampMicrosecondType>(column, |value, to| to.timestamp(value))?
        }
        DataType::TimestampNtz => {
            numbers::<TimestampMicrosecondType>(column, |value, to| to.timestamp_ntz(value))?
        }
        text if text.is_string() => {
            let column = column.as_string_opt::<i32>().ok_or_else(misfit)?;
            Box::new(|row, builder| builder.text(column.value(row)))
        }
        DataType::Binary => {
            let column = column.as_binary_opt::<i32>().ok_or_else(misfit)?;
            Box::new(|row, builder| builder.binary(column.value(row)))
        }
        DataType::Variant => {
            let column = Variants::of(&**column)?;
            Box::new(move |row, builder| match column.get(row)? {
                Some(value) => builder.copy(value),
                None => builder.null(),
            })
        }
        DataType::Array { element, .. } => array(column, element, &misfit)?,
        DataType::Map { value, .. } => map(column, value, &misfit)?,
        DataType::Struct(fields) => {
            let column = column.as_struct_opt().ok_or_else(misfit)?;
            let parts = column.columns().iter().zip(fields.iter());
            let parts = parts
                .map(|(part, field)| Ok((field.name.to_string(), writer(part, &field.data_type)?)));
            let parts = parts.collect::<Result<Vec<_>, Raised>>()?;
            Box::new(move |row, builder| {
                let mut object = builder.object();
                for (name, write) in &parts {
                    builder.field(&mut object, name);
                    write(row, builder)?;
                }
                builder.close_object(object)
            })
        }
        DataType::UserDefined(own) => values(column, &own.sql_type)?,
        other => {
            let feature = format!("values of {} in variants", other.sql());
            let error = SqlError::new(condition::NOT_SUPPORTED_YET).with("feature", feature);
            return Err(error.into());
        }
    })
}

fn numbers<'a, T: ArrowPrimitiveType>(
    column: &'a ArrayRef,
    write: impl Fn(T::Native, &mut Builder) -> Result<(), Fault> + 'a,
) -> Result<Writer<'a>, Raised> {
    let column = column.as_primitive_opt::<T>().ok_or_else(|| {
        let (found, wanted) = (column.data_type(), T::DATA_TYPE);
        SqlError::internal(format!("a column of {found} where {wanted} was expected"))
    })?;
    Ok(Box::new(move |row, builder| {
        write(column.value(row), builder)
    }))
}

fn array<'a>(
    column: &'a ArrayRef,
    element: &DataType,
    misfit: &dyn Fn() -> SqlError,
) -> Result<Writer<'a>, Raised> {
    let list = column.as_list_opt::<i32>().ok_or_else(misfit)?;
    let write = writer(list.values(), element)?;
    Ok(Box::new(move |row, builder| {
        let offsets = list.value_offsets();
        let mut array = builder.array();
        for at in offsets[row]..offsets[row + 1] {
            builder.element(&mut array);
            write(at as usize, builder)?;
        }
        builder.close_array(&array)
    }))
}

fn map<'a>(
    column: &'a ArrayRef,
    value: &DataType,
    misfit: &dyn Fn() -> SqlError,
) -> Result<Writer<'a>, Raised> {
    let map = column.as_map_opt().ok_or_else(misfit)?;
    let keys = map.keys().as_string_opt::<i32>().ok_or_else(misfit)?;
    let write = writer(map.values(), value)?;
    Ok(Box::new(move |row, builder| {
        let offsets = map.value_offsets();
        let mut object = builder.object();
        for at in offsets[row]..offsets[row + 1] {
            builder.field(&mut object, keys.value(at as usize));
            write(at as usize, builder)?;
        }
        builder.close_object(object)
    }))
}
