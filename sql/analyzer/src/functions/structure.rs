//! Structs.

use flint_sql_spec::{
    DataType, Literal, Node, Result, SqlError, StructField, StructType, condition,
};

use super::binding::{Binding, constant_text};
use super::signature::{Arity, Family, Special};
use crate::naming;
use crate::resolved::{Expr, ExprKind};
use crate::types::Rules;

pub(super) const FAMILY: Family = Family {
    table: &[],
    special: &[
        Special::new("struct", Arity::AtLeast(0), structure),
        Special::new("named_struct", Arity::Pairs, named_structure),
    ],
    aliases: &[],
};

/// A field of a struct, or of each struct of an array, by name.
///
/// # Errors
/// `FIELD_NOT_FOUND`, `AMBIGUOUS_REFERENCE_TO_FIELDS`.
pub fn field(child: &Expr, fields: &StructType, name: &str, rules: &Rules) -> Result<Expr> {
    let found: Vec<usize> = (0..fields.len())
        .filter(|at| rules.same_name(&fields[*at].name, name))
        .collect();
    let [ordinal] = found[..] else {
        return Err(not_one_field(fields, name, found.len()));
    };
    Ok(field_at(child, fields, ordinal))
}

/// A field of a struct, or of each struct of an array, by position.
pub(crate) fn field_at(child: &Expr, fields: &StructType, ordinal: usize) -> Expr {
    let field = &fields[ordinal];
    let (data_type, nullable) = match child.data_type() {
        DataType::Array { contains_null, .. } => (
            DataType::Array {
                element: Node::new(field.data_type.clone()),
                contains_null: *contains_null || field.nullable,
            },
            child.nullable(),
        ),
        _ => (field.data_type.clone(), child.nullable() || field.nullable),
    };
    let kind = ExprKind::Field {
        child: child.clone(),
        ordinal,
        name: field.name.clone(),
    };
    Expr::new(kind, data_type, nullable).at(child.origin())
}

fn not_one_field(fields: &StructType, name: &str, count: usize) -> SqlError {
    let quoted = flint_sql_spec::quote_part(name);
    if count > 1 {
        return SqlError::new(condition::AMBIGUOUS_REFERENCE_TO_FIELDS)
            .with("field", quoted)
            .with("count", count.to_string());
    }
    let names: Vec<_> = fields
        .iter()
        .map(|field| flint_sql_spec::quote_part(&field.name))
        .collect();
    SqlError::new(condition::FIELD_NOT_FOUND)
        .with("fieldName", quoted)
        .with("fields", names.join(", "))
}

/// `struct(a, b)`: fields are named after columns, others `col1` and so on by their place.
fn structure(binding: Binding<'_>) -> Result<Expr> {
    let mut args = Vec::with_capacity(binding.args.len() * 2);
    let mut fields = Vec::with_capacity(binding.args.len());
    for (at, arg) in binding.args.iter().enumerate() {
        let name = match arg.kind() {
            ExprKind::Column(column) | ExprKind::Outer(column) | ExprKind::Variable(column) => {
                column.name.to_string()
            }
            ExprKind::Field { name, .. } => name.to_string(),
            _ => format!("col{}", at + 1),
        };
        fields.push(StructField::new(
            &name,
            arg.data_type().clone(),
            arg.nullable(),
        ));
        args.push(Expr::literal(Literal::String(name.into())));
        args.push(arg.clone());
    }
    let variables = |arg: &Expr| matches!(arg.kind(), ExprKind::Variable(_));
    let is_row = binding
        .origin
        .fragment()
        .is_some_and(|text| text.starts_with('('));
    let call = if is_row || binding.args.iter().any(variables) {
        binding.other("named_struct", args)
    } else {
        binding.replaced_by("named_struct", args)
    };
    Ok(call.finish(DataType::structure(fields), false))
}

fn named_structure(binding: Binding<'_>) -> Result<Expr> {
    let names: Vec<Option<&str>> = binding.args.iter().step_by(2).map(constant_text).collect();
    let wrong: Vec<String> = binding
        .args
        .iter()
        .step_by(2)
        .zip(&names)
        .filter(|(_, name)| name.is_none())
        .map(|(arg, _)| naming::quoted(arg))
        .collect();
    if !wrong.is_empty() {
        return Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_CREATE_NAMED_STRUCT_WITHOUT_FOLDABLE_STRING)
            .with("inputExprs", format!("[{}]", wrong.join(", "))));
    }
    let values = binding.args.iter().skip(1).step_by(2);
    let fields: Vec<_> = names
        .iter()
        .flatten()
        .zip(values)
        .map(|(name, value)| StructField::new(name, value.data_type().clone(), value.nullable()))
        .collect();
    Ok(binding.finish(DataType::structure(fields), false))
}
