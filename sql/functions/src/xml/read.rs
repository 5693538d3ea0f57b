//! [`XmlParser`]: records to columns, with Spark's modes for what does not fit.
//!
//! Of a record with an element that does not fit, the fields before that element are kept; where its
//! text or its attributes do not fit, nothing is. Source: Spark's `StaxXmlParser`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use arrow::array::ArrayRef;
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, Result, SqlError, StructType, condition, with_stack};

use super::events::{Event, Start, events, is_blank};
use super::leaf::{Leaf, string};
use super::options::XmlOptions;
use super::variant::variant;
use crate::csv::ParseMode;
use crate::json::{Column, Value};

/// Reads records into columns of a schema.
///
/// A column of the name that [`XmlOptions::corrupt_column`] says, of type STRING, holds the records
/// that do not fit, in the mode `PERMISSIVE`.
///
/// ```
/// use flint_sql_functions::xml::{XmlOptions, XmlParser, XmlSession};
/// use flint_sql_spec::{DataType, StructField, StructType};
///
/// let options = XmlOptions::read(&|_| None, &XmlSession::default())?;
/// let schema = StructType::new([StructField::new("a", DataType::Long, true)]);
/// let mut parser = XmlParser::new(&schema, &options)?;
/// assert_eq!(parser.parse("<p><a>1</a></p>")?, 1);
/// assert_eq!(parser.parse("<p>")?, 1);
/// let columns = parser.finish().map_err(|error| error.0)?;
/// assert_eq!(columns[0].null_count(), 1);
/// # Ok::<(), flint_sql_spec::SqlError>(())
/// ```
pub struct XmlParser {
    root: Fields,
    options: XmlOptions,
    columns: Vec<Column>,
    /// Where bad records go.
    corrupt: Option<usize>,
    /// Whether a row is one variant.
    single: bool,
    rows: usize,
}

impl fmt::Debug for XmlParser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("XmlParser")
            .field("mode", &self.options.mode)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

/// A record that does not fit, with what is kept of it.
#[derive(Debug, Default)]
pub(super) struct Misfit {
    kept: Vec<Value<'static>>,
}

/// What an element is read as.
#[derive(Debug)]
enum Kind {
    Struct(Fields),
    Array(Box<Kind>),
    Map(Box<Kind>),
    Variant,
    Text,
    Leaf(Leaf),
}

/// The fields of a struct by their names.
#[derive(Debug)]
struct Fields {
    places: HashMap<String, usize>,
    kinds: Vec<Kind>,
    /// Where text goes that stands beside of elements.
    value: Option<usize>,
    /// Where elements go that no field is named after.
    wildcard: Option<usize>,
}

impl Kind {
    fn new(data_type: &DataType, options: &XmlOptions) -> Result<Kind> {
        Ok(match data_type {
            DataType::Struct(fields) => {
                Kind::Struct(with_stack(|| Fields::new(fields.iter(), options))?)
            }
            DataType::Array { element, .. } => {
                Kind::Array(Box::new(with_stack(|| Kind::new(element, options))?))
            }
            DataType::Map { value, .. } => {
                Kind::Map(Box::new(with_stack(|| Kind::new(value, options))?))
            }
            DataType::Variant => Kind::Variant,
            DataType::UserDefined(own) => Kind::new(&own.sql_type, options)?,
            _ if data_type.is_string() => Kind::Text,
            _ => Kind::Leaf(Leaf::of(data_type).ok_or_else(|| {
                SqlError::new(condition::UNSUPPORTED_DATATYPE)
                    .with("typeName", format!("\"{}\"", data_type.sql()))
            })?),
        })
    }

    /// The value of a text without elements.
    fn read(&self, text: &str, options: &XmlOptions) -> Result<Value<'static>, Misfit> {
        match self {
            Kind::Text => Ok(string(Cow::Borrowed(text), options)),
            Kind::Leaf(leaf) => leaf.read(text, options).ok_or_else(Misfit::default),
            _ => Err(Misfit::default()),
        }
    }
}

impl Fields {
    fn new<'f>(
        fields: impl Iterator<Item = &'f flint_sql_spec::StructField>,
        options: &XmlOptions,
    ) -> Result<Fields> {
        let (mut places, mut kinds) = (HashMap::new(), Vec::new());
        for (at, field) in fields.enumerate() {
            places
                .entry(options.key(&field.name).into_owned())
                .or_insert(at);
            kinds.push(Kind::new(&field.data_type, options)?);
        }
        let place = |name: &str| places.get(&*options.key(name)).copied();
        let (value, wildcard) = (place(&options.value_tag), place(&options.wildcard));
        Ok(Fields {
            kinds,
            value,
            wildcard,
            places,
        })
    }

    fn find(&self, name: &str, options: &XmlOptions) -> Option<usize> {
        self.places.get(&*options.key(name)).copied()
    }

    /// Sets a field, or adds to its array.
    fn put(&self, row: &mut [Value<'static>], at: usize, value: Value<'static>) {
        match (&self.kinds[at], &mut row[at]) {
            (Kind::Array(_), Value::Array(values)) => values.push(value),
            (Kind::Array(_), none) => *none = Value::Array(vec![value]),
            (_, place) => *place = value,
        }
    }

    /// What one value of a field is: an array's element, or the field itself.
    fn one(&self, at: usize) -> &Kind {
        match &self.kinds[at] {
            Kind::Array(element) => element,
            kind => kind,
        }
    }
}

/// A place in the parts of a record.
pub(super) struct Cursor<'e, 't> {
    parts: &'e [Event<'t>],
    at: usize,
}

impl<'e, 't> Cursor<'e, 't> {
    pub(super) fn new(parts: &'e [Event<'t>]) -> Cursor<'e, 't> {
        Cursor { parts, at: 0 }
    }

    /// The next part; behind the last one there are ends only.
    pub(super) fn next(&mut self) -> &'e Event<'t> {
        let part = self.parts.get(self.at).unwrap_or(&Event::End);
        self.at += 1;
        part
    }

    fn peek(&self) -> &'e Event<'t> {
        self.parts.get(self.at).unwrap_or(&Event::End)
    }

    /// Goes behind the end of an element whose start has been taken.
    fn skip(&mut self) {
        let mut depth = 1;
        while depth > 0 {
            match self.next() {
                Event::Start(_) => depth += 1,
                Event::End => depth -= 1,
                Event::Text(_) => {}
            }
        }
    }

    /// What an element holds, tags and all, with entities replaced.
    fn content(&mut self) -> Cow<'e, str> {
        if let (Event::Text(text), Some(Event::End)) = (self.peek(), self.parts.get(self.at + 1)) {
            self.at += 2;
            return Cow::Borrowed(text);
        }
        let (mut out, mut open) = (String::new(), Vec::new());
        loop {
            match self.next() {
                Event::Start(Start { name, attributes }) => {
                    out.extend(["<", name]);
                    for (name, value) in attributes {
                        out.extend([" ", name, "=\"", value, "\""]);
                    }
                    out.push('>');
                    open.push(name);
                }
                Event::Text(text) => out.push_str(text),
                Event::End => match open.pop() {
                    Some(name) => out.extend(["</", name, ">"]),
                    None => return Cow::Owned(out),
                },
            }
        }
    }
}

impl XmlParser {
    /// A parser of records: a record is a row.
    ///
    /// # Errors
    /// `INVALID_CORRUPT_RECORD_TYPE`, and `UNSUPPORTED_DATATYPE` for types that XML does not hold.
    pub fn new(schema: &StructType, options: &XmlOptions) -> Result<XmlParser> {
        let corrupt = schema
            .iter()
            .position(|field| *field.name == *options.corrupt_column);
        if let Some(field) = corrupt.and_then(|at| schema.get(at))
            && !field.data_type.is_string()
        {
            return Err(SqlError::new(condition::INVALID_CORRUPT_RECORD_TYPE)
                .with("columnName", format!("`{}`", field.name))
                .with("actualType", format!("\"{}\"", field.data_type.sql())));
        }
        let own = schema.iter().enumerate();
        let own = own.filter(|(at, _)| Some(*at) != corrupt);
        let columns = schema.iter().map(|field| Column::new(&field.data_type));
        Ok(XmlParser {
            root: Fields::new(own.map(|(_, field)| field), options)?,
            options: options.clone(),
            columns: columns.collect::<Result<_>>()?,
            corrupt,
            single: false,
            rows: 0,
        })
    }

    /// A parser of records into one column of variants.
    ///
    /// # Errors
    /// None; it is a result as that of [`new`](Self::new) is.
    pub fn variants(options: &XmlOptions) -> Result<XmlParser> {
        Ok(XmlParser {
            root: Fields::new([].iter(), options)?,
            options: options.clone(),
            columns: vec![Column::new(&DataType::Variant)?],
            corrupt: None,
            single: true,
            rows: 0,
        })
    }

    /// Rows since the columns were taken last.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Reads a record and adds what it says; the number of rows, 0 for one that is left out.
    ///
    /// # Errors
    /// In the mode `FAILFAST`, `MALFORMED_RECORD_IN_PARSING`.
    pub fn parse(&mut self, record: &str) -> Result<usize> {
        match self.convert(record) {
            Ok(row) => self.add(&row, None),
            Err(Misfit { kept }) => match self.options.mode {
                ParseMode::DropMalformed => return Ok(0),
                ParseMode::FailFast => return Err(self.malformed()),
                ParseMode::Permissive => self.add(&kept, Some(record)),
            },
        }
        Ok(1)
    }

    /// Adds a row of nulls.
    pub fn add_null(&mut self) {
        self.add(&[], None);
    }

    fn malformed(&self) -> SqlError {
        let nulls = vec!["null"; self.columns.len()];
        SqlError::new(condition::MALFORMED_RECORD_IN_PARSING_WITHOUT_SUGGESTION)
            .with("badRecord", format!("[{}]", nulls.join(",")))
            .with("failFastMode", "FAILFAST")
    }

    fn add(&mut self, row: &[Value<'static>], corrupt: Option<&str>) {
        self.rows += 1;
        let mut values = row.iter();
        for (at, column) in self.columns.iter_mut().enumerate() {
            if Some(at) == self.corrupt {
                column.push(&corrupt.map_or(Value::Null, |text| Value::Text(Cow::Borrowed(text))));
            } else {
                column.push(values.next().unwrap_or(&Value::Null));
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

    fn convert(&self, record: &str) -> Result<Vec<Value<'static>>, Misfit> {
        let parts = events(record).map_err(|_| Misfit::default())?;
        let mut cursor = Cursor::new(&parts);
        let Event::Start(root) = cursor.next() else {
            return Err(Misfit::default());
        };
        if self.single {
            return Ok(vec![variant(&mut cursor, root, &self.options)?]);
        }
        self.object(&mut cursor, &self.root, &root.attributes)
    }

    /// The fields of an element whose start has been taken.
    fn object(
        &self,
        cursor: &mut Cursor<'_, '_>,
        fields: &Fields,
        attributes: &[(String, Cow<'_, str>)],
    ) -> Result<Vec<Value<'static>>, Misfit> {
        let options = &self.options;
        let mut row = vec![Value::Null; fields.kinds.len()];
        for (name, value) in attributes {
            let field = options.attribute(name);
            if let Some(at) = field.and_then(|name| fields.find(&name, options)) {
                row[at] = fields.kinds[at].read(value, options)?;
            }
        }
        loop {
            match cursor.next() {
                Event::Start(start) => match fields.find(options.name(&start.name), options) {
                    Some(at) => {
                        let kind = fields.one(at);
                        match with_stack(|| self.element(cursor, kind, Some(start))) {
                            Ok(value) => fields.put(&mut row, at, value),
                            Err(_) => return Err(Misfit { kept: row }),
                        }
                    }
                    None => match fields.wildcard {
                        Some(at) => fields.put(&mut row, at, string(cursor.content(), options)),
                        None => cursor.skip(),
                    },
                },
                Event::Text(text) if is_blank(text) => {}
                Event::Text(text) => {
                    if let Some(at) = fields.value {
                        fields.put(&mut row, at, fields.one(at).read(text, options)?);
                    }
                }
                Event::End => return Ok(row),
            }
        }
    }

    /// The value of an element whose start has been taken; values of maps have no attributes.
    fn element(
        &self,
        cursor: &mut Cursor<'_, '_>,
        kind: &Kind,
        start: Option<&Start<'_>>,
    ) -> Result<Value<'static>, Misfit> {
        let attributes = start.map_or(&[][..], |start| &start.attributes);
        match kind {
            Kind::Struct(fields) => Ok(Value::Struct(self.object(cursor, fields, attributes)?)),
            Kind::Variant => {
                let bare = Start {
                    name: String::new(),
                    attributes: Vec::new(),
                };
                variant(cursor, start.unwrap_or(&bare), &self.options)
            }
            Kind::Text => match cursor.content() {
                none if none.is_empty() && self.options.null_value.as_deref() == Some("") => {
                    Ok(Value::Null)
                }
                text => Ok(string(text, &self.options)),
            },
            Kind::Map(_) | Kind::Array(_) | Kind::Leaf(_) => {
                if matches!(cursor.peek(), Event::Text(text) if is_blank(text)) {
                    cursor.next();
                }
                match (kind, cursor.peek()) {
                    (_, Event::End) => {
                        cursor.next();
                        Ok(Value::Null)
                    }
                    (Kind::Map(value), Event::Start(_)) => self.map(cursor, value, attributes),
                    (Kind::Leaf(leaf), Event::Text(text)) => {
                        cursor.next();
                        match cursor.next() {
                            Event::End => {
                                leaf.read(text, &self.options).ok_or_else(Misfit::default)
                            }
                            _ => Err(Misfit::default()),
                        }
                    }
                    _ => Err(Misfit::default()),
                }
            }
        }
    }

    /// A map of an element's attributes and elements; the last one of a name counts.
    fn map(
        &self,
        cursor: &mut Cursor<'_, '_>,
        kind: &Kind,
        attributes: &[(String, Cow<'_, str>)],
    ) -> Result<Value<'static>, Misfit> {
        let options = &self.options;
        let mut entries: Vec<(Cow<'static, str>, Value<'static>)> = Vec::new();
        let mut put = |name: String, value| match entries.iter_mut().find(|(n, _)| *n == name) {
            Some((_, place)) => *place = value,
            None => entries.push((Cow::Owned(name), value)),
        };
        for (name, value) in attributes {
            if let Some(name) = options.attribute(name) {
                put(name, kind.read(value, options)?);
            }
        }
        loop {
            match cursor.next() {
                Event::Start(start) => {
                    let value = with_stack(|| self.element(cursor, kind, None))?;
                    put(options.name(&start.name).to_owned(), value);
                }
                Event::Text(text) if is_blank(text) => {}
                Event::Text(text) => put(options.value_tag.clone(), kind.read(text, options)?),
                Event::End => return Ok(Value::Map(entries)),
            }
        }
    }
}
