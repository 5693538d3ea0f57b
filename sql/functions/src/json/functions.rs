//! The functions of SQL: `from_json`, `to_json`, `get_json_object`, `json_array_length`,
//! `json_object_keys`, `schema_of_json` and the generator `json_tuple`.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, Int32Builder, ListBuilder, StringArray, StringBuilder, StructArray,
};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType as ArrowType, Field};
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, Result, SqlError, StructType, condition};

use super::copy::copy;
use super::options::{JsonOptions, JsonSession, ParseMode, Rules};
use super::path::Path;
use super::scan::{Kind, Tokens, scan};
use super::{JsonGenerator, JsonParser, JsonSchemaInference};
use crate::arguments::Arguments;
use crate::generators::{Generated, Generator};
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("from_json", from_json),
    Scalar::new("to_json", to_json),
    Scalar::new("get_json_object", get_json_object),
    Scalar::new("json_array_length", json_array_length),
    Scalar::new("json_object_keys", json_object_keys),
    Scalar::new("schema_of_json", schema_of_json),
];

/// What functions without options go by, as in Hive.
fn hive_rules() -> Rules {
    Rules {
        control_chars: true,
        non_numeric: false,
        ..Rules::default()
    }
}

/// The options of a call, which the analyzer puts behind the first argument, names and values by
/// turns.
fn options_of(site: &Site) -> Vec<(&str, &str)> {
    let places = (1..site.arguments.len()).step_by(2);
    let pairs = places.map(|at| Some((site.constant_text(at)?, site.constant_text(at + 1)?)));
    pairs.flatten().collect()
}

fn json_options(site: &Site) -> Result<JsonOptions> {
    let pairs = options_of(site);
    let session = JsonSession {
        time_zone: (&*site.settings.time_zone).into(),
        corrupt_column: (&*site.settings.corrupt_column).into(),
        partial_results: site.settings.json_partial_results,
        ignore_null_fields: site.settings.json_ignore_null_fields,
        now: site.settings.now,
        ..JsonSession::default()
    };
    let given = |name: &str| {
        let mut pairs = pairs.iter().rev();
        pairs
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    };
    JsonOptions::read(given, &session)
}

fn from_json(site: &Site) -> Result<Kernel> {
    let options = json_options(site)?;
    if options.mode == ParseMode::DropMalformed {
        return Err(SqlError::new(condition::PARSE_MODE_UNSUPPORTED)
            .with("funcName", "`from_json`")
            .with("mode", "DROPMALFORMED"));
    }
    let result = site.result.clone();
    JsonParser::value(&result, &options)?;
    Ok(Arc::new(move |args| {
        let texts = args.strings(0)?;
        let mut parser = JsonParser::value(&result, &options)?;
        let mut valid = Vec::with_capacity(args.rows());
        for row in 0..args.rows() {
            let text = texts.get(row);
            let rows = match text {
                Some(text) => parser.parse_text(text)?,
                None => 0,
            };
            if rows == 0 {
                parser.add_null();
            }
            valid.push(rows > 0);
        }
        let mut columns = parser.finish()?;
        match arrow_struct(&result)? {
            Some(fields) => Ok(Arc::new(StructArray::try_new_with_length(
                fields,
                columns,
                Some(NullBuffer::from(valid)),
                args.rows(),
            )?) as ArrayRef),
            None => Ok(columns.swap_remove(0)),
        }
    }))
}

/// Fields of a struct's layout, if the type is one (a variant's layout is a struct, too).
fn arrow_struct(data_type: &DataType) -> Result<Option<arrow::datatypes::Fields>> {
    let layout = flint_sql_columnar::arrow_type(data_type)?;
    Ok(match (data_type, layout) {
        (DataType::Struct(_), ArrowType::Struct(fields)) => Some(fields),
        _ => None,
    })
}

fn to_json(site: &Site) -> Result<Kernel> {
    let generator = JsonGenerator::new(&json_options(site)?)?;
    let kind = site
        .arguments
        .first()
        .cloned()
        .ok_or_else(|| SqlError::internal("to_json without an argument"))?;
    JsonGenerator::check(&kind)?;
    Ok(Arc::new(move |args| {
        let column = args.array(0)?;
        let mut found = StringBuilder::new();
        let mut text = String::new();
        for row in 0..args.rows() {
            if column.is_null(row) || kind == DataType::Null {
                found.append_null();
                continue;
            }
            text.clear();
            generator.value(&column, &kind, row, &mut text)?;
            found.append_value(&text);
        }
        Ok(Arc::new(found.finish()) as ArrayRef)
    }))
}

fn get_json_object(site: &Site) -> Result<Kernel> {
    let constant = site.constant_text(1).map(Path::parse);
    Ok(Arc::new(move |args| {
        let (texts, paths) = (args.strings(0)?, args.strings(1)?);
        let rules = hive_rules();
        let mut tokens = Tokens::default();
        let found = (0..args.rows()).map(|row| {
            let text = texts.get(row)?;
            let parsed;
            let path = match &constant {
                Some(path) => path.as_ref()?,
                None => {
                    parsed = Path::parse(paths.get(row)?)?;
                    &parsed
                }
            };
            scan(text, &rules, &mut tokens).ok().filter(|any| *any)?;
            path.find(text, &tokens)
        });
        Ok(Arc::new(StringArray::from_iter(found)) as ArrayRef)
    }))
}

fn json_array_length(_: &Site) -> Result<Kernel> {
    Ok(Arc::new(|args| {
        let texts = args.strings(0)?;
        let rules = hive_rules();
        let mut tokens = Tokens::default();
        let mut found = Int32Builder::with_capacity(args.rows());
        for row in 0..args.rows() {
            found.append_option(texts.get(row).and_then(|text| {
                let end = root_of(text, Kind::Array, &rules, &mut tokens)?;
                let mut at = 1;
                let mut count = 0;
                while at < end {
                    count += 1;
                    at = tokens.get(at).next;
                }
                Some(count)
            }));
        }
        Ok(Arc::new(found.finish()) as ArrayRef)
    }))
}

/// Where the parts of the first value end, if it is of this kind.
fn root_of(text: &str, kind: Kind, rules: &Rules, tokens: &mut Tokens) -> Option<usize> {
    scan(text, rules, tokens).ok().filter(|any| *any)?;
    let root = tokens.get(0);
    (root.kind == kind).then_some(root.next)
}

fn json_object_keys(_: &Site) -> Result<Kernel> {
    Ok(Arc::new(|args| {
        let texts = args.strings(0)?;
        let rules = hive_rules();
        let mut tokens = Tokens::default();
        let element = Arc::new(Field::new("element", ArrowType::Utf8, true));
        let mut found = ListBuilder::new(StringBuilder::new()).with_field(element);
        for row in 0..args.rows() {
            let end = texts.get(row).and_then(|text| {
                let end = root_of(text, Kind::Object, &rules, &mut tokens)?;
                Some((text, end))
            });
            if let Some((text, end)) = end {
                let mut at = 1;
                while at < end {
                    found.values().append_value(tokens.get(at).text(text));
                    at = tokens.get(at + 1).next;
                }
            }
            found.append(end.is_some());
        }
        Ok(Arc::new(found.finish()) as ArrayRef)
    }))
}

fn schema_of_json(site: &Site) -> Result<Kernel> {
    let options = json_options(site)?;
    Ok(Arc::new(move |args| {
        let texts = args.strings(0)?;
        let mut inference = JsonSchemaInference::new(&options)?;
        let mut found = StringBuilder::new();
        for row in 0..args.rows() {
            let Some(text) = texts.get(row) else {
                found.append_null();
                continue;
            };
            let kind = inference.type_of(text).ok_or_else(|| {
                SqlError::new(condition::MALFORMED_RECORD_IN_PARSING_WITHOUT_SUGGESTION)
                    .with("badRecord", text)
                    .with("failFastMode", "FAILFAST")
            })?;
            found.append_value(shown_type(&inference, &kind).sql());
        }
        Ok(Arc::new(found.finish()) as ArrayRef)
    }))
}

/// The type that `schema_of_json` tells: what is empty is an empty struct.
fn shown_type(inference: &JsonSchemaInference, kind: &DataType) -> DataType {
    let empty = || DataType::Struct(StructType::new([]));
    match (inference.canonical(kind), kind) {
        (Some(found), _) => found,
        (None, DataType::Struct(_)) => empty(),
        (None, DataType::Array { .. }) => DataType::array(empty()),
        (None, _) => DataType::STRING,
    }
}

/// `json_tuple(text, name, ..)`: the fields of an object, as strings.
pub(crate) fn json_tuple(site: &Site) -> Result<Generator> {
    let count = site.arguments.len().saturating_sub(1);
    Ok(Generator(Arc::new(move |args| {
        let mut columns: Vec<StringBuilder> = (0..count).map(|_| StringBuilder::new()).collect();
        fields_of(args, &mut columns)?;
        let columns = columns.iter_mut().map(|column| {
            let column: ArrayRef = Arc::new(column.finish());
            column
        });
        Ok(Generated {
            lengths: vec![1; args.rows()],
            columns: columns.collect(),
        })
    })))
}

fn fields_of(args: &Arguments, columns: &mut [StringBuilder]) -> Result<(), Raised> {
    let texts = args.strings(0)?;
    let names = (1..=columns.len()).map(|place| args.strings(place));
    let names = names.collect::<Result<Vec<_>, _>>()?;
    let rules = hive_rules();
    let mut tokens = Tokens::default();
    for row in 0..args.rows() {
        let mut found: Vec<Option<String>> = vec![None; columns.len()];
        let text = texts.get(row).unwrap_or_default();
        let end = root_of(text, Kind::Object, &rules, &mut tokens).unwrap_or(0);
        let mut at = 1;
        while at < end {
            let name = tokens.get(at).text(text);
            let value = tokens.get(at + 1);
            for (place, wanted) in names.iter().enumerate() {
                if value.kind == Kind::Null || wanted.get(row) != Some(&*name) {
                    continue;
                }
                let mut shown = String::new();
                match value.kind {
                    Kind::Text => shown.push_str(&value.text(text)),
                    _ => copy(text, &tokens, at + 1, &mut shown),
                }
                found[place] = Some(shown);
            }
            at = value.next;
        }
        let found = columns.iter_mut().zip(found);
        found.for_each(|(column, value)| column.append_option(value));
    }
    Ok(())
}
