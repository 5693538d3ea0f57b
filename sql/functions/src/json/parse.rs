//! [`JsonParser`]: texts to columns, with Spark's modes for what does not fit.

use std::borrow::Cow;
use std::fmt;

use arrow::array::ArrayRef;
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, Result, SqlError, StructType, condition};

use super::convert::{Cause, Converter, Document, Fields, Misfit, array, map, object};
use super::options::{JsonOptions, ParseMode};
use super::scan::{Kind, Tokens, decoded, scan};
use super::value::{Column, Value};

/// Reads JSON texts into columns of a schema.
///
/// A column of the name that [`JsonOptions::corrupt_column`] says, of type STRING, holds the records
/// that do not fit, in the mode `PERMISSIVE`.
///
/// ```
/// use arrow::array::AsArray;
/// use flint_sql_functions::json::{JsonOptions, JsonParser, JsonSession};
/// use flint_sql_spec::{DataType, StructField, StructType};
///
/// let options = JsonOptions::read(|_| None, &JsonSession::default())?;
/// let schema = StructType::new([StructField::new("a", DataType::Long, true)]);
/// let mut parser = JsonParser::records(&schema, &options)?;
/// assert_eq!(parser.parse(br#"[{"a": 1}, {"a": 2}]"#)?, 2);
/// assert_eq!(parser.parse(b"{")?, 1);
/// let columns = parser.finish().map_err(|error| error.0)?;
/// assert_eq!(columns[0].null_count(), 1);
/// # Ok::<(), flint_sql_spec::SqlError>(())
/// ```
pub struct JsonParser {
    root: Root,
    mode: ParseMode,
    options: JsonOptions,
    columns: Vec<Column>,
    /// Where bad records go.
    corrupt: Option<usize>,
    rows: usize,
    tokens: Tokens,
}

/// What a text is read as.
enum Root {
    /// A row; also an array of rows where several may come of one text.
    Struct(Fields, bool),
    /// One value; a struct alone is an array of it.
    Array(Converter),
    Map(Converter),
    /// Whatever it is.
    Variant,
}

impl fmt::Debug for JsonParser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonParser")
            .field("mode", &self.mode)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

/// A text that does not fit, with the rows that could be kept.
struct Bad<'t> {
    kept: Vec<Value<'t>>,
    cause: Cause,
}

impl Bad<'_> {
    fn nothing(cause: Cause) -> Self {
        let kept = Vec::new();
        Bad { kept, cause }
    }
}

impl JsonParser {
    /// A parser of records: a text is a row, or an array of rows.
    ///
    /// # Errors
    /// `INVALID_CORRUPT_RECORD_TYPE`, `INVALID_JSON_SCHEMA_MAP_TYPE`, `UNSUPPORTED_FEATURE` for types
    /// that are not read from JSON, and for wrong forms of dates and times.
    pub fn records(schema: &StructType, options: &JsonOptions) -> Result<JsonParser> {
        JsonParser::of_struct(schema, options, true)
    }

    /// A parser of single values, as `from_json` is: a struct's fields become columns, other types
    /// one column. An array is no struct.
    ///
    /// # Errors
    /// As [`Self::records`].
    pub fn value(data_type: &DataType, options: &JsonOptions) -> Result<JsonParser> {
        let root = match data_type {
            DataType::Struct(schema) => return JsonParser::of_struct(schema, options, false),
            DataType::Array { element, .. } => Root::Array(Converter::new(element, options)?),
            DataType::Variant => Root::Variant,
            _ => match Converter::new(data_type, options)? {
                Converter::Map(value) => Root::Map(*value),
                _ => {
                    return Err(SqlError::internal(format!(
                        "{} is no root of JSON",
                        data_type.sql()
                    )));
                }
            },
        };
        let columns = vec![Column::new(data_type)?];
        Ok(JsonParser::new(root, options, columns, None))
    }

    fn new(
        root: Root,
        options: &JsonOptions,
        columns: Vec<Column>,
        corrupt: Option<usize>,
    ) -> JsonParser {
        JsonParser {
            root,
            mode: options.mode,
            options: options.clone(),
            columns,
            corrupt,
            rows: 0,
            tokens: Tokens::default(),
        }
    }

    fn of_struct(schema: &StructType, options: &JsonOptions, arrays: bool) -> Result<JsonParser> {
        let corrupt = schema
            .iter()
            .position(|field| *field.name == *options.corrupt_column);
        if let Some(at) = corrupt {
            check_corrupt_column(schema, at)?;
        }
        let own = schema.iter().enumerate();
        let own = own.filter(|(at, _)| Some(*at) != corrupt);
        let own = StructType::new(own.map(|(_, field)| field.clone()));
        let root = Root::Struct(Fields::new(&own, options)?, arrays);
        let columns = schema.iter().map(|f| Column::new(&f.data_type));
        let columns = columns.collect::<Result<_>>()?;
        Ok(JsonParser::new(root, options, columns, corrupt))
    }

    /// Rows since the columns were taken last.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Reads a text of UTF-8, and adds what it says; the number of rows. A text of blanks has none.
    ///
    /// # Errors
    /// In the mode `FAILFAST`, `MALFORMED_RECORD_IN_PARSING`.
    pub fn parse(&mut self, record: &[u8]) -> Result<usize> {
        match decoded(record, &self.options.rules, &mut self.tokens) {
            Ok(text) => self.parse_text(text),
            Err(text) => self.reject(&text),
        }
    }

    /// As [`Self::parse`], for a text that is decoded.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn parse_text(&mut self, text: &str) -> Result<usize> {
        let mut tokens = std::mem::take(&mut self.tokens);
        let added = match scan(text, &self.options.rules, &mut tokens) {
            Ok(false) => Ok(0),
            Ok(true) => {
                let document = Document {
                    text,
                    tokens: &tokens,
                    longest: self.options.rules.text_length,
                };
                match self.convert(document) {
                    Ok(rows) => {
                        rows.iter().for_each(|row| self.add(row, None));
                        Ok(rows.len())
                    }
                    Err(bad) => self.misfit(bad, text),
                }
            }
            Err(_) => self.reject(text),
        };
        self.tokens = tokens;
        added
    }

    /// Adds a text that cannot be read at all, by the mode.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn reject(&mut self, text: &str) -> Result<usize> {
        self.misfit(Bad::nothing(Cause::Record), text)
    }

    /// Adds a row of nulls.
    pub fn add_null(&mut self) {
        self.add(&Value::Null, None);
    }

    fn convert<'t>(&self, document: Document<'_, 't>) -> Result<Vec<Value<'t>>, Bad<'t>> {
        let token = document.tokens.get(0);
        match (&self.root, token.kind) {
            (Root::Struct(fields, _), Kind::Object) => one(object(fields, document, 0, true)),
            (Root::Struct(fields, true), Kind::Array) => rows(fields, document),
            (Root::Struct(..), Kind::Array) => Err(Bad::nothing(Cause::ArrayForStruct)),
            (Root::Array(element), Kind::Array) => one(array(element, document, 0, "")),
            (Root::Array(Converter::Struct(fields)), Kind::Object) => {
                let row = object(fields, document, 0, false).map(|row| Value::Array(vec![row]));
                one(row.map_err(|misfit| Misfit {
                    kept: None,
                    ..misfit
                }))
            }
            (Root::Map(value), Kind::Object) => one(map(value, document, 0)),
            (Root::Variant, _) => one(Converter::Variant.convert(document, 0, "")),
            _ => Err(Bad::nothing(Cause::Record)),
        }
    }

    fn misfit(&mut self, bad: Bad<'_>, text: &str) -> Result<usize> {
        match self.mode {
            ParseMode::DropMalformed => Ok(0),
            ParseMode::FailFast => Err(malformed(&bad.cause, text)),
            ParseMode::Permissive if bad.kept.is_empty() => {
                self.add(&Value::Null, Some(text));
                Ok(1)
            }
            ParseMode::Permissive => {
                bad.kept.iter().for_each(|row| self.add(row, Some(text)));
                Ok(bad.kept.len())
            }
        }
    }

    fn add(&mut self, row: &Value<'_>, corrupt: Option<&str>) {
        self.rows += 1;
        let Root::Struct(..) = self.root else {
            self.columns.iter_mut().for_each(|column| column.push(row));
            return;
        };
        let mut values: &[Value<'_>] = match row {
            Value::Struct(values) => values,
            _ => &[],
        };
        for (at, column) in self.columns.iter_mut().enumerate() {
            if Some(at) == self.corrupt {
                column.push(&corrupt.map_or(Value::Null, |text| Value::Text(Cow::Borrowed(text))));
                continue;
            }
            match values.split_first() {
                Some((value, rest)) => {
                    column.push(value);
                    values = rest;
                }
                None => column.push(&Value::Null),
            }
        }
    }

    /// The columns of all rows so far; after that there are none.
    ///
    /// # Errors
    /// If nested columns are not as their type says.
    pub fn finish(&mut self) -> Result<Vec<ArrayRef>, Raised> {
        self.rows = 0;
        self.columns.iter_mut().map(Column::finish).collect()
    }
}

fn one<'t>(converted: Result<Value<'t>, Misfit<'t>>) -> Result<Vec<Value<'t>>, Bad<'t>> {
    match converted {
        Ok(value) => Ok(vec![value]),
        Err(Misfit { kept, cause }) => Err(Bad {
            kept: kept.into_iter().collect(),
            cause,
        }),
    }
}

/// The rows of an array, none of which may be null.
fn rows<'t>(fields: &Fields, document: Document<'_, 't>) -> Result<Vec<Value<'t>>, Bad<'t>> {
    let (mut rows, mut first) = (Vec::new(), None);
    let end = document.tokens.get(0).next;
    let mut at = 1;
    while at < end {
        let token = document.tokens.get(at);
        if token.kind != Kind::Object {
            return Err(Bad::nothing(Cause::Record));
        }
        match object(fields, document, at, false) {
            Ok(row) => rows.push(row),
            Err(Misfit {
                kept: Some(row),
                cause,
            }) => {
                rows.push(row);
                first = first.or(Some(cause));
            }
            Err(misfit) => return Err(Bad::nothing(misfit.cause)),
        }
        at = token.next;
    }
    match first {
        None => Ok(rows),
        Some(cause) => Err(Bad { kept: rows, cause }),
    }
}

fn check_corrupt_column(schema: &StructType, at: usize) -> Result<()> {
    let field = schema.get(at);
    match field.filter(|field| !field.data_type.is_string()) {
        None => Ok(()),
        Some(field) => Err(SqlError::new(condition::INVALID_CORRUPT_RECORD_TYPE)
            .with("columnName", format!("`{}`", field.name))
            .with("actualType", format!("\"{}\"", field.data_type.sql()))),
    }
}

fn malformed(cause: &Cause, record: &str) -> SqlError {
    let condition = match cause {
        Cause::Record => condition::MALFORMED_RECORD_IN_PARSING_WITHOUT_SUGGESTION,
        Cause::ArrayForStruct => {
            condition::MALFORMED_RECORD_IN_PARSING_CANNOT_PARSE_JSON_ARRAYS_AS_STRUCTS
        }
        Cause::Text { .. } => {
            condition::MALFORMED_RECORD_IN_PARSING_CANNOT_PARSE_STRING_AS_DATATYPE
        }
    };
    let error = SqlError::new(condition)
        .with("badRecord", record)
        .with("failFastMode", "FAILFAST");
    match cause {
        Cause::Text { field, value, to } => error
            .with("fieldName", format!("`{field}`"))
            .with("fieldValue", format!("'{value}'"))
            .with("inputType", "StringType")
            .with("targetType", format!("\"{}\"", to.sql())),
        _ => error,
    }
}
