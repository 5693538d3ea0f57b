//! VARIANT: values that carry their types.
//!
//! Functions that take a variant take nothing else: only NULL is cast. What is put into one goes by
//! the rules of CAST, but for `to_variant_object`, which takes what has parts, maps and structs too.

use flint_sql_spec::{DataType, Result, SqlError, StructField, condition};

use super::binding::{Binding, quoted};
use super::json::read_schema;
use super::signature::{Arity, Family, Fill, Nulls, Output, Signature, Special};
use super::{Class, constant_string};
use crate::naming;
use crate::resolved::Expr;
use crate::types::{Accept, Basic, can_cast, goes_into_object};

const S: Accept = Accept::Is(Basic::String);
const V: Accept = Accept::Is(Basic::Variant);
const B: Accept = Accept::Is(Basic::Boolean);
const VARIANT: Output = Output::Is(Basic::Variant);
const TEXT: Output = Output::Is(Basic::String);
const TRUTH: Output = Output::Is(Basic::Boolean);

/// A value, a path in it, and what is put there.
const PUT: &[Accept] = &[V, S, Accept::Any];
const SET: &[Accept] = &[V, S, Accept::Any, B];

const fn put(name: &'static str, inputs: &'static [Accept]) -> Signature {
    let signature = Signature::new(name, inputs, VARIANT).strict();
    let signature = signature.check(goes_in);
    match inputs.len() {
        4 => signature.or(&[Fill::Bool(true)]),
        _ => signature,
    }
}

pub(super) const FAMILY: Family = Family {
    table: &[
        Signature::new("parse_json", &[S], VARIANT).strict(),
        Signature::new("try_parse_json", &[S], VARIANT)
            .strict()
            .always_null(),
        Signature::new("is_variant_null", &[V], TRUTH)
            .strict()
            .never_null(),
        Signature::new("is_valid_variant", &[V], TRUTH).strict(),
        Signature::new("schema_of_variant", &[V], TEXT).strict(),
        Signature::aggregate("schema_of_variant_agg", &[V], TEXT)
            .strict()
            .never_null(),
        put("variant_insert", PUT),
        put("try_variant_insert", PUT).always_null(),
        put("variant_set", SET),
        put("try_variant_set", SET).always_null(),
        put("variant_array_append", PUT),
        put("try_variant_array_append", PUT).always_null(),
        Signature::new("variant_delete", &[V, S], VARIANT)
            .and_rest(S)
            .strict()
            .nulls(Nulls::Arg(0)),
        Signature::new("variant_strip_nulls", &[V, B], VARIANT)
            .or(&[Fill::Bool(true)])
            .strict()
            .check(strips),
    ],
    special: &[
        Special::new("to_variant_object", Arity::Between(1, 1), to_variant_object),
        Special::new("variant_get", Arity::Between(2, 3), variant_get),
        Special::new("try_variant_get", Arity::Between(2, 3), variant_get),
        Special::new("variant_explode", Arity::Between(1, 1), explode).of(Class::Generator),
        Special::new("variant_explode_outer", Arity::Between(1, 1), explode).of(Class::Generator),
    ],
    aliases: &[],
};

/// The error that a value of a type is none of another.
fn no_cast(binding: &Binding<'_>, from: &DataType, to: &DataType) -> SqlError {
    binding
        .mismatch(condition::DATATYPE_MISMATCH_CAST_WITHOUT_SUGGESTION)
        .with("srcType", quoted(from))
        .with("targetType", quoted(to))
}

/// Checks that a variant can be made of what is put in, and that the flag is a constant.
fn goes_in(binding: &Binding<'_>) -> Result<()> {
    let from = binding.args[2].data_type();
    let (to, mode) = (DataType::Variant, binding.rules.cast_mode());
    if *from != DataType::Null && !can_cast(from, &to, mode) {
        return Err(no_cast(binding, from, &to));
    }
    match binding.args.len() {
        4 => binding.need_constant(3, "create_if_missing", "\"BOOLEAN\""),
        _ => Ok(()),
    }
}

fn strips(binding: &Binding<'_>) -> Result<()> {
    binding.need_constant(1, "include_arrays", "\"BOOLEAN\"")
}

fn to_variant_object(binding: Binding<'_>) -> Result<Expr> {
    let from = binding.args[0].data_type();
    let has_parts = matches!(
        from,
        DataType::Array { .. } | DataType::Map { .. } | DataType::Struct(_)
    );
    if !has_parts || !goes_into_object(from) {
        return Err(no_cast(&binding, from, &DataType::Variant));
    }
    let nullable = binding.any_nullable();
    Ok(binding.finish(DataType::Variant, nullable))
}

/// `variant_get(v, path[, type])`: the type is a constant, and no argument any more.
fn variant_get(mut binding: Binding<'_>) -> Result<Expr> {
    let written = binding.args.get(2).cloned();
    binding.args.truncate(2);
    let signature = Signature::new("variant_get", &[V, S], VARIANT).strict();
    binding.coerce(&signature);
    binding.check(&signature)?;
    let to = match written {
        Some(written) => wanted_type(&binding, &written)?,
        None => DataType::Variant,
    };
    let mode = binding.rules.cast_mode();
    if !matches!(to, DataType::Time(_)) && !can_cast(&DataType::Variant, &to, mode) {
        return Err(no_cast(&binding, &DataType::Variant, &to));
    }
    Ok(binding.finish(to, true))
}

fn wanted_type(binding: &Binding<'_>, written: &Expr) -> Result<DataType> {
    let Some(text) = constant_string(written) else {
        return Err(SqlError::new(condition::INVALID_SCHEMA_NON_STRING_LITERAL)
            .with("inputSchema", naming::quoted(written))
            .at(binding.origin));
    };
    let found = read_schema(&text)?;
    match found {
        DataType::Char(_) | DataType::VarChar(_) => {
            Err(SqlError::new(condition::UNSUPPORTED_CHAR_OR_VARCHAR_AS_STRING).at(binding.origin))
        }
        other => Ok(other),
    }
}

/// `variant_explode(input)`, of FROM alone.
fn explode(mut binding: Binding<'_>) -> Result<Expr> {
    let signature = Signature::new("variant_explode", &[V], VARIANT).strict();
    binding.coerce(&signature);
    binding.check(&signature)?;
    let row = DataType::structure([
        StructField::new("pos", DataType::Integer, false),
        StructField::new("key", DataType::STRING, true),
        StructField::new("value", DataType::Variant, false),
    ]);
    Ok(binding.finish(super::string::not_null_array(row), false))
}
