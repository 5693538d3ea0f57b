//! Arrays, maps and structs.
//!
//! Their types stand beside them. Clients before 4.1 put the types of elements inside of the value,
//! and PySpark 4.3 still does.
#![allow(deprecated, reason = "clients send the types inside of the value")]

use std::collections::HashMap;

use flint_connect_protocol::spark::connect::{self as connect, expression as proto};
use flint_sql_spec::{
    Condition, DataType, Float, Literal, Node, Result, SqlError, condition, with_stack,
};
use proto::literal::specialized_array::ValueType;

use super::{case, of_type};
use crate::{data_type, missing};

/// An array; its type or its element's must be told.
pub(super) fn array(
    message: &proto::literal::Array,
    expected: Option<&DataType>,
) -> Result<Literal> {
    let element = match expected {
        Some(DataType::Array { element, .. }) => (**element).clone(),
        _ => told(
            message.element_type.as_ref(),
            condition::CONNECT_INVALID_PLAN_ARRAY_LITERAL_MISSING_DATA_TYPE,
        )?,
    };
    let values = message.elements.iter();
    Ok(Literal::Array {
        values: Node::new(
            values
                .map(|one| inner(one, &element))
                .collect::<Result<_>>()?,
        ),
        element,
    })
}

/// A map; its type or those of keys and values must be told. Of equal keys the last value stays.
pub(super) fn map(message: &proto::literal::Map, expected: Option<&DataType>) -> Result<Literal> {
    let (key, value) = match expected {
        Some(DataType::Map { key, value, .. }) => ((**key).clone(), (**value).clone()),
        _ => {
            let absent = condition::CONNECT_INVALID_PLAN_MAP_LITERAL_MISSING_DATA_TYPE;
            let key = told(message.key_type.as_ref(), absent.clone())?;
            (key, told(message.value_type.as_ref(), absent)?)
        }
    };
    let (keys, values) = (&message.keys, &message.values);
    same_number("map literal", "keys", keys.len(), "values", values.len())?;
    let (mut entries, mut places) = (Vec::<(Literal, Literal)>::new(), HashMap::new());
    for (one, other) in keys.iter().zip(values) {
        let (one, other) = (inner(one, &key)?, inner(other, &value)?);
        if one.is_null() {
            return Err(SqlError::new(condition::NULL_MAP_KEY));
        }
        match places.get(&one) {
            Some(place) => {
                let (_, old): &mut (Literal, Literal) = &mut entries[*place];
                *old = other;
            }
            None => {
                places.insert(one.clone(), entries.len());
                entries.push((one, other));
            }
        }
    }
    let entries = Node::new(entries);
    Ok(Literal::Map {
        key,
        value,
        entries,
    })
}

/// A struct; its type must be told, and it has one value per field.
pub(super) fn structure(
    message: &proto::literal::Struct,
    expected: Option<&DataType>,
) -> Result<Literal> {
    let told = match expected {
        Some(expected) => expected.clone(),
        None => told(
            message.struct_type.as_ref(),
            condition::CONNECT_INVALID_PLAN_STRUCT_LITERAL_MISSING_DATA_TYPE,
        )?,
    };
    let DataType::Struct(fields) = told else {
        return Err(
            SqlError::new(condition::CONNECT_INVALID_PLAN_INCOMPATIBLE_LITERAL_DATA_TYPE)
                .with("dataTypeKindCase", case::of_type(&told))
                .with("literalTypeCase", "STRUCT"),
        );
    };
    let elements = &message.elements;
    same_number(
        "struct literal",
        "fields",
        fields.len(),
        "values",
        elements.len(),
    )?;
    let values = elements.iter().zip(fields.iter());
    let values = values.map(|(one, field)| inner(one, &field.data_type));
    Ok(Literal::Struct {
        values: Node::new(values.collect::<Result<_>>()?),
        fields,
    })
}

/// An array of values of one plain type.
pub(super) fn specialized(values: &ValueType) -> Literal {
    let literals = match values {
        ValueType::Bools(list) => each(&list.values, |value| Literal::Boolean(*value)),
        ValueType::Ints(list) => each(&list.values, |value| Literal::Integer(*value)),
        ValueType::Longs(list) => each(&list.values, |value| Literal::Long(*value)),
        ValueType::Floats(list) => each(&list.values, |value| Literal::Float(Float(*value))),
        ValueType::Doubles(list) => each(&list.values, |value| Literal::Double(Float(*value))),
        ValueType::Strings(list) => {
            each(&list.values, |text| Literal::String(text.as_str().into()))
        }
    };
    Literal::Array {
        element: case::element_of(values),
        values: Node::new(literals),
    }
}

fn each<V>(values: &[V], literal: impl Fn(&V) -> Literal) -> Vec<Literal> {
    values.iter().map(literal).collect()
}

/// A value inside of a collection.
fn inner(message: &proto::Literal, expected: &DataType) -> Result<Literal> {
    with_stack(|| of_type(message, expected))
}

/// A type inside of a value.
fn told(message: Option<&connect::DataType>, absent: Condition) -> Result<DataType> {
    match message {
        Some(message) => data_type::complete(message),
        None => Err(SqlError::new(absent)),
    }
}

fn same_number(what: &str, one: &str, ones: usize, other: &str, others: usize) -> Result<()> {
    if ones == others {
        return Ok(());
    }
    let message = format!("The {what} has {ones} {one} and {others} {other}.");
    Err(missing::assertion(message))
}
