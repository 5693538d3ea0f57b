//! `from_csv`, `to_csv` and `schema_of_csv`. Behind its first argument a call has its options, names
//! and values by turns, all of them constants.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringArray, StringBuilder, StructArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::DataType as ArrowType;
use flint_sql_columnar::arrow_type;
use flint_sql_spec::{DataType, Literal, Result, SqlError, StructField, StructType, condition};

use super::generate::{CsvWriter, parts};
use super::infer::Inference;
use super::options::{CsvOptions, CsvSession, ParseMode};
use super::reader::{CsvReader, check_corrupt_column};
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("from_csv", from_csv),
    Scalar::new("schema_of_csv", schema_of_csv),
    Scalar::new("to_csv", to_csv),
];

/// The options of a call, and those it cannot do without.
fn options(site: &Site, also: &[(&str, &str)]) -> Result<CsvOptions> {
    let text = |at: usize| match site.constant(at) {
        Some(Literal::String(text)) => Some(text.to_string()),
        _ => None,
    };
    let pairs: Vec<(String, String)> = (1..site.arguments.len())
        .step_by(2)
        .filter_map(|at| Some((text(at)?, text(at + 1)?)))
        .collect();
    let get = |name: &str| {
        let own = also.iter().find(|(known, _)| *known == name);
        let given = pairs.iter().rev();
        own.map(|(_, value)| (*value).to_owned()).or_else(|| {
            given
                .clone()
                .find(|(known, _)| known.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.clone())
        })
    };
    let session = CsvSession {
        time_zone: site.settings.time_zone.to_string(),
        now: site.settings.now,
        ..CsvSession::default()
    };
    CsvOptions::read(&get, &session)
}

/// A line end that no text has: calls read one record.
const NO_LINE_END: (&str, &str) = ("lineSep", "\u{ffff}");

fn nullable(fields: &StructType) -> StructType {
    StructType::new(
        fields
            .iter()
            .map(|field| StructField::new(&field.name, field.data_type.clone(), true)),
    )
}

fn from_csv(site: &Site) -> Result<Kernel> {
    let options = options(site, &[NO_LINE_END])?;
    let Some(fields) = site.result.as_struct() else {
        return Err(SqlError::internal("from_csv gives structs"));
    };
    if options.mode == ParseMode::DropMalformed {
        return Err(SqlError::new(condition::PARSE_MODE_UNSUPPORTED)
            .with("funcName", "`from_csv`")
            .with("mode", "DROPMALFORMED"));
    }
    let schema = nullable(fields);
    check_corrupt_column(&schema, &options.corrupt_column)?;
    CsvReader::new(&options, &schema, &schema)?;
    let layout = arrow_type(&DataType::Struct(schema.clone()))?;
    Ok(Arc::new(move |args| {
        let lines = args.strings(0)?;
        let mut reader = CsvReader::new(&options, &schema, &schema)?;
        let mut valid = Vec::with_capacity(args.rows());
        for row in 0..args.rows() {
            let line = lines.get(row);
            valid.push(line.is_some());
            reader.line(line.unwrap_or_default()).or_else(|error| {
                // Of a null there is nothing to say.
                if line.is_some() {
                    Err(error)
                } else {
                    reader.line(",")
                }
            })?;
        }
        let columns = reader.finish()?;
        let ArrowType::Struct(fields) = &layout else {
            return Err(SqlError::internal("a struct lies as a struct").into());
        };
        let nulls = NullBuffer::from(valid);
        let whole =
            StructArray::try_new_with_length(fields.clone(), columns, Some(nulls), args.rows())?;
        Ok(Arc::new(whole) as ArrayRef)
    }))
}

fn to_csv(site: &Site) -> Result<Kernel> {
    let options = options(site, &[])?;
    let Some(DataType::Struct(fields)) = site.arguments.first() else {
        return Err(SqlError::internal("to_csv takes structs"));
    };
    let writer = CsvWriter::new(&options, fields);
    Ok(Arc::new(move |args| {
        let whole = args.array(0)?;
        let columns = parts(&whole);
        let rows = writer.rows(&columns)?;
        let mut found = StringBuilder::new();
        let mut line = String::new();
        for row in 0..whole.len() {
            if whole.is_null(row) {
                found.append_null();
                continue;
            }
            line.clear();
            rows.write(row, &mut line)?;
            // A record without a character is none.
            found.append_option((!line.is_empty()).then_some(&line));
        }
        Ok(Arc::new(found.finish()) as ArrayRef)
    }))
}

fn schema_of_csv(site: &Site) -> Result<Kernel> {
    let options = options(
        site,
        &[NO_LINE_END, ("inferSchema", "true"), ("header", "false")],
    )?;
    let Some(line) = site.constant_text(0) else {
        return Err(SqlError::internal("schema_of_csv takes a constant"));
    };
    let mut inference = Inference::begin(&options, line)?
        .ok_or_else(|| SqlError::internal("a line without values"))?;
    inference.line(line)?;
    let schema = DataType::Struct(inference.schema()).sql();
    Ok(Arc::new(move |args| {
        let values = std::iter::repeat_n(&schema, args.rows());
        Ok(Arc::new(StringArray::from_iter_values(values)) as ArrayRef)
    }))
}
