//! `from_xml`, `to_xml` and `schema_of_xml`. Behind its first argument a call has its options, names
//! and values by turns, all of them constants.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray, StringBuilder, StructArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::DataType as ArrowType;
use flint_sql_columnar::arrow_type;
use flint_sql_spec::{DataType, Result, SqlError, StructField, StructType, condition};

use super::options::XmlSession;
use super::{XmlGenerator, XmlInference, XmlOptions, XmlParser};
use crate::csv::ParseMode;
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;
use crate::variant::Variants;

pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("from_xml", from_xml),
    Scalar::new("schema_of_xml", schema_of_xml),
    Scalar::new("to_xml", to_xml),
];

fn options(site: &Site) -> Result<XmlOptions> {
    let pairs: Vec<(&str, &str)> = (1..site.arguments.len())
        .step_by(2)
        .filter_map(|at| Some((site.constant_text(at)?, site.constant_text(at + 1)?)))
        .collect();
    let get = |name: &str| {
        let mut given = pairs.iter().rev();
        given
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| (*value).to_owned())
    };
    let session = XmlSession {
        time_zone: site.settings.time_zone.to_string(),
        corrupt_column: site.settings.corrupt_column.to_string(),
        now: site.settings.now,
        ..XmlSession::default()
    };
    XmlOptions::read(&get, &session)
}

/// Calls have a row for each text, so none can be left out.
fn keeps_all(options: &XmlOptions, function: &str) -> Result<()> {
    match options.mode {
        ParseMode::DropMalformed => Err(SqlError::new(condition::PARSE_MODE_UNSUPPORTED)
            .with("funcName", format!("`{function}`"))
            .with("mode", "DROPMALFORMED")),
        _ => Ok(()),
    }
}

fn from_xml(site: &Site) -> Result<Kernel> {
    let options = options(site)?;
    keeps_all(&options, "from_xml")?;
    let schema = match &site.result {
        DataType::Struct(fields) => {
            Some(StructType::new(fields.iter().map(|field| {
                StructField::new(&field.name, field.data_type.clone(), true)
            })))
        }
        _ => None,
    };
    let parser = move || match &schema {
        Some(schema) => XmlParser::new(schema, &options),
        None => XmlParser::variants(&options),
    };
    parser()?;
    let layout = arrow_type(&site.result)?;
    let single = site.result == DataType::Variant;
    Ok(Arc::new(move |args| {
        let texts = args.strings(0)?;
        let mut parser = parser()?;
        let mut valid = Vec::with_capacity(args.rows());
        for row in 0..args.rows() {
            let text = texts.get(row);
            match text {
                Some(text) => {
                    parser.parse(text)?;
                }
                None => parser.add_null(),
            }
            valid.push(text.is_some());
        }
        let mut columns = parser.finish()?;
        match &layout {
            _ if single => Ok(columns.swap_remove(0)),
            ArrowType::Struct(fields) => Ok(Arc::new(StructArray::try_new_with_length(
                fields.clone(),
                columns,
                Some(NullBuffer::from(valid)),
                args.rows(),
            )?) as ArrayRef),
            _ => Err(SqlError::internal("from_xml gives structs").into()),
        }
    }))
}

fn schema_of_xml(site: &Site) -> Result<Kernel> {
    let options = options(site)?;
    keeps_all(&options, "schema_of_xml")?;
    let Some(text) = site.constant_text(0) else {
        return Err(SqlError::internal("schema_of_xml takes a constant"));
    };
    let mut inference = XmlInference::new(&options);
    inference.record(text)?;
    let schema = inference.schema().sql();
    Ok(Arc::new(move |args| {
        let values = std::iter::repeat_n(&schema, args.rows());
        Ok(Arc::new(StringArray::from_iter_values(values)) as ArrayRef)
    }))
}

fn to_xml(site: &Site) -> Result<Kernel> {
    let generator = XmlGenerator::new(&options(site)?)?;
    let kind = site.arguments.first().cloned();
    let kind = kind.ok_or_else(|| SqlError::internal("to_xml takes a value"))?;
    Ok(Arc::new(move |args| {
        let whole = args.array(0)?;
        let mut found = StringBuilder::new();
        let mut text = String::new();
        let variants = match kind {
            DataType::Variant => Some(Variants::of(whole.as_ref())?),
            _ => None,
        };
        for row in 0..whole.len() {
            if kind == DataType::Null || whole.is_null(row) {
                found.append_null();
                continue;
            }
            text.clear();
            match (&kind, &variants) {
                (DataType::Struct(fields), _) => {
                    let columns = whole.as_struct().columns();
                    generator.row(columns, fields, row, &mut text)?;
                }
                (_, Some(variants)) => {
                    let variant = variants.get(row).map_err(|fault| fault.error("to_xml"))?;
                    if let Some(variant) = variant {
                        generator.variant(variant, &mut text)?;
                    }
                }
                _ => return Err(SqlError::internal("to_xml takes structs").into()),
            }
            found.append_value(&text);
        }
        Ok(Arc::new(found.finish()) as ArrayRef)
    }))
}
