//! Functions that give rows. A generator's type is an array of structs, one field a column.

use flint_sql_spec::{DataType, Result, StructField, condition};

use super::Class;
use super::binding::{Binding, constant_integer, quoted};
use super::signature::{Arity, Family, Special};
use crate::resolved::Expr;
use crate::types::{Accept, Basic, same_type};

const fn generator(
    name: &'static str,
    arity: Arity,
    bind: fn(Binding<'_>) -> Result<Expr>,
) -> Special {
    Special::new(name, arity, bind).of(Class::Generator)
}

const ONE: Arity = Arity::Between(1, 1);

pub(super) const FAMILY: Family = Family {
    table: &[],
    special: &[
        generator("explode", ONE, explode),
        generator("explode_outer", ONE, explode),
        generator("posexplode", ONE, explode),
        generator("posexplode_outer", ONE, explode),
        generator("inline", ONE, inline),
        generator("inline_outer", ONE, inline),
        generator("stack", Arity::AtLeast(2), stack),
        generator("json_tuple", Arity::AtLeast(2), json_tuple),
    ],
    aliases: &[],
};

fn rows(binding: Binding<'_>, columns: Vec<StructField>) -> Expr {
    let row = DataType::structure(columns);
    binding.finish(super::string::not_null_array(row), false)
}

fn explode(binding: Binding<'_>) -> Result<Expr> {
    let mut columns = Vec::new();
    if binding.name.starts_with("pos") {
        columns.push(StructField::new("pos", DataType::Integer, false));
    }
    match binding.args[0].data_type() {
        DataType::Array {
            element,
            contains_null,
        } => columns.push(StructField::new("col", (**element).clone(), *contains_null)),
        DataType::Map {
            key,
            value,
            value_contains_null,
        } => {
            columns.push(StructField::new("key", (**key).clone(), false));
            columns.push(StructField::new(
                "value",
                (**value).clone(),
                *value_contains_null,
            ));
        }
        _ => return Err(binding.unexpected(0, "(\"ARRAY\" or \"MAP\")")),
    }
    Ok(rows(binding, columns))
}

fn inline(binding: Binding<'_>) -> Result<Expr> {
    let columns = match binding.args[0].data_type() {
        DataType::Array {
            element,
            contains_null,
        } => element.as_struct().map(|fields| {
            let nullable = |field: &StructField| StructField {
                nullable: field.nullable || *contains_null,
                ..field.clone()
            };
            fields.iter().map(nullable).collect()
        }),
        _ => None,
    };
    match columns {
        Some(columns) => Ok(rows(binding, columns)),
        None => Err(binding.unexpected(0, "\"ARRAY<STRUCT>\"")),
    }
}

/// `stack(n, ..)`: the arguments dealt out to `n` rows.
fn stack(mut binding: Binding<'_>) -> Result<Expr> {
    binding.need(0, &Accept::Is(Basic::Integer))?;
    binding.need_constant(0, "n", "\"INT\"")?;
    let count = constant_integer(&binding.args[0]).unwrap_or(0);
    if count < 1 {
        return Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_VALUE_OUT_OF_RANGE)
            .with("exprName", "`n`")
            .with("valueRange", "(0, 2147483647]")
            .with("currentValue", count.to_string()));
    }
    let values = binding.args.len() - 1;
    let width = values.div_ceil(usize::try_from(count).unwrap_or(1));
    let mut columns = Vec::new();
    for column in 0..width {
        let places: Vec<usize> = (column + 1..=values).step_by(width).collect();
        columns.push(stack_column(&mut binding, column, &places)?);
    }
    Ok(rows(binding, columns))
}

fn stack_column(binding: &mut Binding<'_>, column: usize, places: &[usize]) -> Result<StructField> {
    let typed = places
        .iter()
        .copied()
        .find(|at| *binding.args[*at].data_type() != DataType::Null);
    let data_type = typed.map_or(DataType::Null, |at| binding.type_of(at));
    for at in places.iter().copied() {
        if *binding.args[at].data_type() == DataType::Null {
            binding.cast(at, &data_type);
        }
        if !same_type(binding.args[at].data_type(), &data_type) {
            return Err(binding
                .mismatch(condition::DATATYPE_MISMATCH_STACK_COLUMN_DIFF_TYPES)
                .with("columnIndex", column.to_string())
                .with("leftParamIndex", typed.unwrap_or(0).to_string())
                .with("leftType", quoted(&data_type))
                .with("rightParamIndex", at.to_string())
                .with("rightType", quoted(binding.args[at].data_type())));
        }
    }
    Ok(StructField::new(&format!("col{column}"), data_type, true))
}

fn json_tuple(binding: Binding<'_>) -> Result<Expr> {
    for arg in &binding.args {
        if !arg.data_type().is_string() {
            return Err(binding
                .mismatch(condition::DATATYPE_MISMATCH_NON_STRING_TYPE)
                .with("funcName", "`json_tuple`"));
        }
    }
    let fields = (0..binding.args.len() - 1)
        .map(|at| StructField::new(&format!("c{at}"), DataType::STRING, true))
        .collect();
    Ok(rows(binding, fields))
}
