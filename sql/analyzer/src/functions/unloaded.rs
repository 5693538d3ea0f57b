//! Functions of formats that come with packages of Spark's own: Avro and Protobuf. Without the package
//! Spark knows their names only, and so does Flint.

use flint_sql_spec::{Result, SqlError, condition};

use super::binding::{Binding, quoted};
use super::signature::{Arity, Family, Special};
use crate::resolved::Expr;

pub(super) const FAMILY: Family = Family {
    table: &[],
    special: &[
        Special::new("from_avro", Arity::Of(&[2, 3]), avro),
        Special::new("to_avro", Arity::Of(&[1, 2]), avro),
        Special::new("schema_of_avro", Arity::Of(&[1, 2]), avro),
        Special::new("from_protobuf", Arity::Of(&[2, 3, 4]), protobuf),
        Special::new("to_protobuf", Arity::Of(&[2, 3, 4]), protobuf),
    ],
    aliases: &[],
};

fn avro(binding: Binding<'_>) -> Result<Expr> {
    Err(unloaded(
        &binding,
        condition::AVRO_NOT_LOADED_SQL_FUNCTIONS_UNUSABLE,
    ))
}

fn protobuf(binding: Binding<'_>) -> Result<Expr> {
    let given = binding.args[0].data_type();
    if binding.name == "to_protobuf" && given.as_struct().is_none() {
        let given = quoted(given);
        return Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_NON_STRUCT_TYPE)
            .with("inputName", "data")
            .with("inputType", given));
    }
    Err(unloaded(
        &binding,
        condition::PROTOBUF_NOT_LOADED_SQL_FUNCTIONS_UNUSABLE,
    ))
}

fn unloaded(binding: &Binding<'_>, condition: condition::Condition) -> SqlError {
    SqlError::new(condition)
        .with("functionName", binding.name.to_uppercase())
        .at(binding.origin)
}
