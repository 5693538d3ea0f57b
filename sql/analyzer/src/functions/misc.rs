//! Functions about rows, types, sessions and hashes.

use flint_sql_spec::{DataType, Literal, Result, condition};

use super::binding::Binding;
use super::signature::{Arity, Family, Output, Signature, Special, alias};
use crate::naming;
use crate::resolved::Expr;
use crate::types::{Accept, Basic, has_variant, holds};

const S: Accept = Accept::Is(Basic::String);
const TEXT: Output = Output::Is(Basic::String);

pub(super) const FAMILY: Family = Family {
    table: &[
        Signature::new("typeof", &[Accept::Any], TEXT).never_null(),
        Signature::new("collation", &[S], TEXT).never_null(),
        Signature::new("uuid", &[], TEXT).never_null(),
        Signature::new("version", &[], TEXT).never_null(),
        Signature::new("current_user", &[], TEXT).never_null(),
        Signature::new("current_catalog", &[], TEXT).never_null(),
        Signature::new("current_database", &[], TEXT).never_null(),
        Signature::new("current_path", &[], TEXT).never_null(),
        Signature::new("monotonically_increasing_id", &[], Output::Is(Basic::Long)).never_null(),
        Signature::new("spark_partition_id", &[], Output::Is(Basic::Integer))
            .never_null()
            .upper(),
        Signature::new("input_file_name", &[], TEXT).never_null(),
        Signature::new("input_file_block_start", &[], Output::Is(Basic::Long)).never_null(),
        Signature::new("input_file_block_length", &[], Output::Is(Basic::Long)).never_null(),
        Signature::new("hash", &[Accept::Any], Output::Is(Basic::Integer))
            .and_rest(Accept::Any)
            .never_null()
            .check(has_hash),
        Signature::new("xxhash64", &[Accept::Any], Output::Is(Basic::Long))
            .and_rest(Accept::Any)
            .never_null()
            .check(has_hash),
        Signature::new(
            "bitmap_count",
            &[Accept::Is(Basic::Binary)],
            Output::Is(Basic::Long),
        )
        .exact(),
        Signature::new(
            "bitmap_bit_position",
            &[Accept::Is(Basic::Long)],
            Output::Is(Basic::Long),
        ),
        Signature::new(
            "bitmap_bucket_number",
            &[Accept::Is(Basic::Long)],
            Output::Is(Basic::Long),
        ),
    ],
    special: &[
        Special::new("assert_true", Arity::Between(1, 2), assert_true),
        Special::new("raise_error", Arity::Between(1, 1), raise_error),
    ],
    aliases: &[
        alias("user", "current_user"),
        alias("session_user", "current_user"),
        alias("current_schema", "current_database"),
    ],
};

fn assert_true(mut binding: Binding<'_>) -> Result<Expr> {
    if binding.args.len() == 1 {
        let text = format!("'{}' is not true!", naming::column_name(&binding.args[0]));
        binding
            .args
            .push(Expr::literal(Literal::String(text.into())));
    }
    binding.need(0, &Accept::Is(Basic::Boolean))?;
    binding.need(1, &S)?;
    Ok(binding.finish(DataType::Null, true))
}

fn raise_error(mut binding: Binding<'_>) -> Result<Expr> {
    let message = binding.args.remove(0);
    let key = Expr::literal(Literal::String("errorMessage".into()));
    let class = Expr::literal(Literal::String("USER_RAISED_EXCEPTION".into()));
    let mut parameters = binding.other("map", vec![key, message]);
    parameters.need(1, &S)?;
    let data_type = DataType::Map {
        key: flint_sql_spec::Node::new(DataType::STRING),
        value: flint_sql_spec::Node::new(DataType::STRING),
        value_contains_null: parameters.any_nullable(),
    };
    binding.args = vec![class, parameters.finish(data_type, false)];
    Ok(binding.finish(DataType::Null, true))
}

/// Maps and variants have no hash: equal ones may be stored differently.
fn has_hash(binding: &Binding<'_>) -> Result<()> {
    let is_map = |part: &DataType| matches!(part, DataType::Map { .. });
    if binding.args.iter().any(|arg| has_variant(arg.data_type())) {
        return Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_HASH_VARIANT_TYPE)
            .with("functionName", format!("`{}`", binding.name)));
    }
    if binding
        .args
        .iter()
        .any(|arg| holds(arg.data_type(), &is_map))
    {
        return Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_HASH_MAP_TYPE)
            .with("functionName", format!("`{}`", binding.name)));
    }
    Ok(())
}
