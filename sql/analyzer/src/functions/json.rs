//! JSON, CSV and XML text.

use flint_sql_spec::{
    DataType, Node, Result, SqlError, StructField, StructType, condition, with_stack,
};

use super::binding::{Binding, constant_text, quoted};
use super::signature::{Arity, Family, Output, Signature, Special};
use crate::resolved::{Expr, ExprKind};
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
    ],
    special: &[
        Special::new("to_json", Arity::Between(1, 2), to_json),
        Special::new("from_json", Arity::Between(2, 3), from_text),
        Special::new("from_csv", Arity::Between(2, 3), from_text),
        Special::new("schema_of_json", Arity::Between(1, 2), schema_of),
        Special::new("schema_of_csv", Arity::Between(1, 2), schema_of),
        Special::new("to_csv", Arity::Between(1, 2), to_csv),
        Special::new("from_xml", Arity::Between(2, 3), from_text),
        Special::new("schema_of_xml", Arity::Between(1, 2), schema_of),
        Special::new("to_xml", Arity::Between(1, 2), to_xml),
    ],
    aliases: &[],
};

/// Lays out the options of a call: a `map` of constants becomes arguments behind the first, names
/// and values by turns. What was written is what names of columns show.
fn options(binding: &mut Binding<'_>, at: usize) -> Result<()> {
    binding.shown = Some(vec![binding.args[0].clone()]);
    let given = binding.args.get(at).cloned();
    binding.args.truncate(1);
    let Some(given) = given else {
        return Ok(());
    };
    let entries = match given.kind() {
        ExprKind::Call(call) if &*call.function == "map" => &call.args,
        _ => {
            return Err(
                SqlError::new(condition::INVALID_OPTIONS_NON_MAP_FUNCTION).at(binding.origin)
            );
        }
    };
    for entry in entries {
        let Some(text) = constant_text(entry) else {
            let shown = format!("\"{}\"", given.data_type().sql());
            return Err(SqlError::new(condition::INVALID_OPTIONS_NON_STRING_TYPE)
                .with("mapType", shown)
                .at(binding.origin));
        };
        binding.args.push(Expr::literal(text.into()));
    }
    if entries.is_empty() {
        return Err(SqlError::new(condition::INVALID_OPTIONS_NON_STRING_TYPE)
            .with("mapType", format!("\"{}\"", given.data_type().sql()))
            .at(binding.origin));
    }
    Ok(())
}

fn to_csv(mut binding: Binding<'_>) -> Result<Expr> {
    if binding.args[0].data_type().as_struct().is_none() {
        let found = quoted(binding.args[0].data_type());
        return Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_UNSUPPORTED_INPUT_TYPE)
            .with("functionName", "`to_csv`")
            .with("dataType", found));
    }
    options(&mut binding, 1)?;
    Ok(binding.finish(DataType::STRING, true))
}

fn to_xml(mut binding: Binding<'_>) -> Result<Expr> {
    const TAKES: Accept = Accept::AnyOf(&[
        Accept::Struct,
        Accept::Is(Basic::Variant),
        Accept::Is(Basic::Null),
    ]);
    if !TAKES.accepts(binding.args[0].data_type()) {
        binding.need(0, &Accept::Struct)?;
    }
    options(&mut binding, 1)?;
    Ok(binding.finish(DataType::STRING, true))
}

/// `schema_of_csv(text)`: the text is a constant.
fn schema_of(mut binding: Binding<'_>) -> Result<Expr> {
    let found = match binding.args[0].as_literal() {
        Some(literal) if literal.is_null() => Some(true),
        _ => constant_text(&binding.args[0]).map(|_| false),
    };
    match found {
        Some(false) => need_text(&mut binding)?,
        Some(true) => {
            let format = format_of(binding.name);
            return Err(binding
                .mismatch(condition::DATATYPE_MISMATCH_UNEXPECTED_NULL)
                .with("exprName", format));
        }
        None => {
            need_text(&mut binding)?;
            let (format, shown) = (
                format_of(binding.name),
                crate::naming::quoted(&binding.args[0]),
            );
            let found = quoted(binding.args[0].data_type());
            return Err(binding
                .mismatch(condition::DATATYPE_MISMATCH_NON_FOLDABLE_INPUT)
                .with("inputName", format!("`{format}`"))
                .with("inputType", found)
                .with("inputExpr", shown));
        }
    }
    options(&mut binding, 1)?;
    Ok(binding.finish(DataType::STRING, false))
}

/// The argument that must be a constant: the schema, so that the type of the result is known, the text
/// whose schema is asked for, or an expression of XPath.
pub(crate) fn constant_argument(function: &str) -> Option<usize> {
    match function {
        "from_json" | "from_csv" | "from_xml" => Some(1),
        name if name.starts_with("xpath") => Some(1),
        "schema_of_json" | "schema_of_csv" | "schema_of_xml" => Some(0),
        _ => None,
    }
}

/// The first argument is a text; others are not cast to one.
fn need_text(binding: &mut Binding<'_>) -> Result<()> {
    let found = binding.args[0].data_type();
    if !found.is_string() && *found != DataType::Null {
        return Err(binding.unexpected(0, &S.sql()));
    }
    binding.need(0, &S)
}

/// What a function reads or writes: `json`, `csv` or `xml`.
fn format_of(name: &str) -> &str {
    name.rsplit('_').next().unwrap_or(name)
}

fn to_json(mut binding: Binding<'_>) -> Result<Expr> {
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
    options(&mut binding, 1)?;
    Ok(binding.finish(DataType::STRING, true))
}

/// `from_json(text, schema)`: the schema is a constant, DDL or a type's JSON, that the parser reads.
fn from_text(mut binding: Binding<'_>) -> Result<Expr> {
    need_text(&mut binding)?;
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
    if binding.name == "from_xml" {
        check_xml(&binding, &data_type)?;
    }
    options(&mut binding, 2)?;
    Ok(binding.finish(nullable(&data_type), true))
}

/// The type with everything in it nullable: a text need not say it.
fn nullable(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Array { element, .. } => DataType::array(with_stack(|| nullable(element))),
        DataType::Map { key, value, .. } => DataType::Map {
            key: Node::new(with_stack(|| nullable(key))),
            value: Node::new(with_stack(|| nullable(value))),
            value_contains_null: true,
        },
        DataType::Struct(fields) => DataType::Struct(StructType::new(fields.iter().map(|field| {
            let data_type = with_stack(|| nullable(&field.data_type));
            StructField {
                data_type,
                nullable: true,
                ..field.clone()
            }
        }))),
        other => other.clone(),
    }
}

/// XML is read as structs and variants, and keys of its maps are strings.
fn check_xml(binding: &Binding<'_>, data_type: &DataType) -> Result<()> {
    let condition = match data_type {
        DataType::Struct(_) if has_other_keys(data_type) => {
            condition::DATATYPE_MISMATCH_INVALID_XML_MAP_KEY_TYPE
        }
        DataType::Struct(_) | DataType::Variant => return Ok(()),
        _ => condition::DATATYPE_MISMATCH_INVALID_XML_SCHEMA,
    };
    Err(binding
        .mismatch(condition)
        .with("schema", quoted(data_type)))
}

fn has_other_keys(data_type: &DataType) -> bool {
    match data_type {
        DataType::Map { key, value, .. } => {
            !key.is_string() || with_stack(|| has_other_keys(value))
        }
        DataType::Array { element, .. } => with_stack(|| has_other_keys(element)),
        DataType::Struct(fields) => fields
            .iter()
            .any(|field| with_stack(|| has_other_keys(&field.data_type))),
        _ => false,
    }
}

/// A type of DDL text or JSON, everything in it nullable.
pub(super) fn read_schema(text: &str) -> Result<DataType> {
    if let Some(data_type) = DataType::from_json(text) {
        return Ok(data_type);
    }
    match flint_sql_parser::parse_schema(text) {
        Ok(fields) => Ok(DataType::Struct(fields)),
        Err(error) => flint_sql_parser::parse_data_type(text).map_err(|_| error),
    }
}
