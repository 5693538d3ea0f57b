//! JSON and CSV text.

use flint_sql_spec::{DataType, Result, condition};

use super::binding::{Binding, constant_text, quoted};
use super::signature::{Arity, Family, Output, Signature, Special};
use crate::resolved::Expr;
use crate::types::{Accept, Basic};

const S: Accept = Accept::Is(Basic::String);
const TEXT: Output = Output::Is(Basic::String);

pub(super) const FAMILY: Family = Family {
    table: &[
        Signature::new("get_json_object", &[S, S], TEXT)
            .always_null()
            .strict(),
        Signature::new("json_array_length", &[S], Output::Is(Basic::Integer))
            .always_null()
            .strict(),
        Signature::new(
            "json_object_keys",
            &[S],
            Output::By(|_| DataType::array(DataType::STRING)),
        )
        .always_null(),
        Signature::new("schema_of_json", &[S, Accept::Map], TEXT)
            .optional(1)
            .never_null(),
        Signature::new("schema_of_csv", &[S, Accept::Map], TEXT)
            .optional(1)
            .never_null(),
        Signature::new("to_csv", &[Accept::Struct, Accept::Map], TEXT)
            .optional(1)
            .always_null(),
    ],
    special: &[
        Special::new("to_json", Arity::Between(1, 2), to_json),
        Special::new("from_json", Arity::Between(2, 3), from_text),
        Special::new("from_csv", Arity::Between(2, 3), from_text),
    ],
    aliases: &[],
};

fn to_json(binding: Binding<'_>) -> Result<Expr> {
    const TAKES: Accept = Accept::AnyOf(&[
        Accept::Struct,
        Accept::Array,
        Accept::Map,
        Accept::Is(Basic::Variant),
        Accept::Is(Basic::Null),
    ]);
    if !TAKES.accepts(binding.args[0].data_type()) {
        return Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_INVALID_JSON_SCHEMA)
            .with("schema", quoted(binding.args[0].data_type())));
    }
    Ok(binding.finish(DataType::STRING, true))
}

/// `from_json(text, schema)`: the schema is a constant, DDL or a type's JSON, that the parser reads.
fn from_text(mut binding: Binding<'_>) -> Result<Expr> {
    binding.need(0, &S)?;
    let Some(schema) = constant_text(&binding.args[1]) else {
        return Err(
            flint_sql_spec::SqlError::new(condition::INVALID_SCHEMA_NON_STRING_LITERAL)
                .with("inputSchema", crate::naming::quoted(&binding.args[1]))
                .at(binding.origin),
        );
    };
    let data_type = read_schema(schema)?;
    if binding.name == "from_csv" && data_type.as_struct().is_none() {
        return Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_INVALID_JSON_SCHEMA)
            .with("schema", quoted(&data_type)));
    }
    binding.shown = Some(vec![binding.args[0].clone()]);
    Ok(binding.finish(data_type, true))
}

/// A type of DDL text or JSON, everything in it nullable.
fn read_schema(text: &str) -> Result<DataType> {
    if let Some(data_type) = DataType::from_json(text) {
        return Ok(data_type);
    }
    match flint_sql_parser::parse_schema(text) {
        Ok(fields) => Ok(DataType::Struct(fields)),
        Err(error) => flint_sql_parser::parse_data_type(text).map_err(|_| error),
    }
}
