//! Maps.

use flint_sql_spec::{DataType, Node, Result, StructField, condition};

use super::binding::{Binding, quoted};
use super::signature::{Arity, Family, Fill, Nulls, Output, Signature, Special};
use super::string::not_null_array;
use crate::resolved::Expr;
use crate::types::{Accept, Basic, common_type_of, same_type, tightest_type};

const S: Accept = Accept::Is(Basic::String);
const M: Accept = Accept::Map;

pub(super) const FAMILY: Family = Family {
    table: &[
        Signature::new(
            "map_keys",
            &[M],
            Output::By(|binding| DataType::array(parts(binding).0)),
        )
        .strict(),
        Signature::new("map_values", &[M], Output::By(values)).strict(),
        Signature::new("map_entries", &[M], Output::By(entries)).strict(),
        Signature::new(
            "map_from_arrays",
            &[Accept::Array, Accept::Array],
            Output::By(from_arrays),
        )
        .strict(),
        Signature::new(
            "str_to_map",
            &[S, S, S],
            Output::By(|_| DataType::map(DataType::STRING, DataType::STRING)),
        )
        .or(&[Fill::Text(","), Fill::Text(":")])
        .nulls(Nulls::Any),
    ],
    special: &[
        Special::new("map", Arity::Pairs, map),
        Special::new("map_concat", Arity::AtLeast(0), concat),
        Special::new("map_from_entries", Arity::Between(1, 1), from_entries),
        Special::new("map_contains_key", Arity::Between(2, 2), contains_key),
    ],
    aliases: &[],
};

fn parts(binding: &Binding<'_>) -> (DataType, DataType, bool) {
    match binding.args[0].data_type() {
        DataType::Map {
            key,
            value,
            value_contains_null,
        } => ((**key).clone(), (**value).clone(), *value_contains_null),
        _ => (DataType::Null, DataType::Null, true),
    }
}

fn values(binding: &Binding<'_>) -> DataType {
    let (_, value, contains_null) = parts(binding);
    DataType::Array {
        element: Node::new(value),
        contains_null,
    }
}

fn entries(binding: &Binding<'_>) -> DataType {
    let (key, value, contains_null) = parts(binding);
    not_null_array(DataType::structure([
        StructField::new("key", key, false),
        StructField::new("value", value, contains_null),
    ]))
}

fn from_arrays(binding: &Binding<'_>) -> DataType {
    match (binding.args[0].data_type(), binding.args[1].data_type()) {
        (
            DataType::Array { element: key, .. },
            DataType::Array {
                element: value,
                contains_null,
            },
        ) => map_of((**key).clone(), (**value).clone(), *contains_null),
        _ => DataType::map(DataType::Null, DataType::Null),
    }
}

fn map_of(key: DataType, value: DataType, value_contains_null: bool) -> DataType {
    DataType::Map {
        key: Node::new(key),
        value: Node::new(value),
        value_contains_null,
    }
}

/// `map(k, v, ..)`.
fn map(mut binding: Binding<'_>) -> Result<Expr> {
    let mut found = Vec::new();
    for offset in [0, 1] {
        let places: Vec<usize> = (offset..binding.args.len()).step_by(2).collect();
        let types: Vec<DataType> = places.iter().map(|at| binding.type_of(*at)).collect();
        match common_type_of(&types, binding.rules) {
            Some(common) => {
                places.iter().for_each(|at| binding.cast(*at, &common));
                found.push(common);
            }
            None => {
                let args: Vec<Expr> = places.iter().map(|at| binding.args[*at].clone()).collect();
                let condition = if offset == 0 {
                    condition::DATATYPE_MISMATCH_CREATE_MAP_KEY_DIFF_TYPES
                } else {
                    condition::DATATYPE_MISMATCH_CREATE_MAP_VALUE_DIFF_TYPES
                };
                return Err(binding
                    .mismatch(condition)
                    .with("functionName", "`map`")
                    .with("dataType", Binding::bracketed_types(&args)));
            }
        }
    }
    if let Some(DataType::Map { .. }) = found.first() {
        return Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_INVALID_MAP_KEY_TYPE)
            .with("keyType", quoted(&found[0])));
    }
    let nullable = binding.args.iter().skip(1).step_by(2).any(Expr::nullable);
    let value = found.pop().unwrap_or(DataType::Null);
    let key = found.pop().unwrap_or(DataType::Null);
    Ok(binding.finish(map_of(key, value, nullable), false))
}

fn concat(mut binding: Binding<'_>) -> Result<Expr> {
    if binding.args.is_empty() {
        return Ok(binding.finish(map_of(DataType::STRING, DataType::STRING, false), false));
    }
    let all_maps = binding.args.iter().all(|arg| M.accepts(arg.data_type()));
    if !all_maps {
        let types = Binding::bracketed_types(&binding.args);
        return Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_MAP_CONCAT_DIFF_TYPES)
            .with("functionName", "`map_concat`")
            .with("dataType", types));
    }
    if !binding.cast_to_common() {
        let types = Binding::bracketed_types(&binding.args);
        return Err(binding.different_types("`map_concat`", types));
    }
    let nullable = binding.any_nullable();
    let data_type = binding.type_of(0);
    Ok(binding.finish(data_type, nullable))
}

fn from_entries(binding: Binding<'_>) -> Result<Expr> {
    let found = match binding.args[0].data_type() {
        DataType::Array {
            element,
            contains_null,
        } => match element.as_struct().map(|fields| fields.fields()) {
            Some([key, value]) => Some((
                map_of(
                    key.data_type.clone(),
                    value.data_type.clone(),
                    value.nullable,
                ),
                *contains_null,
            )),
            _ => None,
        },
        _ => None,
    };
    let Some((data_type, contains_null)) = found else {
        return Err(binding.unexpected(0, "\"ARRAY\" of pair \"STRUCT\""));
    };
    let nullable = binding.args[0].nullable() || contains_null;
    Ok(binding.finish(data_type, nullable))
}

fn contains_key(mut binding: Binding<'_>) -> Result<Expr> {
    let (key, ..) = parts(&binding);
    let other = binding.type_of(1);
    if other == DataType::Null {
        return Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_NULL_TYPE)
            .with("functionName", "`map_contains_key`"));
    }
    let common = tightest_type(&key, &other, binding.rules);
    if !M.accepts(binding.args[0].data_type()) || common.is_none() {
        return Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_MAP_FUNCTION_DIFF_TYPES)
            .with("functionName", "`map_contains_key`")
            .with("dataType", "\"MAP\"")
            .with("leftType", quoted(binding.args[0].data_type()))
            .with("rightType", quoted(&other)));
    }
    if let Some(common) = common.filter(|common| same_type(common, &key)) {
        binding.cast(1, &common);
    }
    let nullable = binding.any_nullable();
    Ok(binding.finish(DataType::Boolean, nullable))
}
