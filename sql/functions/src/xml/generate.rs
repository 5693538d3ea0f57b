//! [`XmlGenerator`]: rows as records. Source: Spark's `StaxXmlGenerator`.

use std::fmt::Write as _;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{
    Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, Time64NanosecondType, TimestampMicrosecondType,
};
use flint_sql_spec::{DataType, Result, SqlError, StructType, condition, with_stack};

use super::options::XmlOptions;
use super::writer::TagWriter;
use crate::csv::invalid_option;
use crate::display::{write_decimal, write_double, write_float};
use crate::json::write_base64;
use crate::variant::{Content, Fault, Variant, Variants};

/// Writes rows as elements.
///
/// ```
/// use std::sync::Arc;
/// use arrow::array::{ArrayRef, Int32Array};
/// use flint_sql_functions::xml::{XmlGenerator, XmlOptions, XmlSession};
/// use flint_sql_spec::{DataType, StructField, StructType};
///
/// let column: ArrayRef = Arc::new(Int32Array::from(vec![1]));
/// let schema = StructType::new([StructField::new("a", DataType::Integer, true)]);
/// let options = XmlOptions::read(&|_| None, &XmlSession::default())?;
/// let mut text = String::new();
/// XmlGenerator::new(&options)?.row(&[column], &schema, 0, &mut text)?;
/// assert_eq!(text, "<ROW>\n    <a>1</a>\n</ROW>");
/// # Ok::<(), flint_sql_spec::SqlError>(())
/// ```
#[derive(Debug, Clone)]
pub struct XmlGenerator {
    options: XmlOptions,
    tag: String,
}

/// A value of a column.
#[derive(Clone, Copy)]
struct Cell<'a> {
    column: &'a ArrayRef,
    data_type: &'a DataType,
    row: usize,
}

impl Cell<'_> {
    fn is_null(&self) -> bool {
        *self.data_type == DataType::Null || self.column.is_null(self.row)
    }

    /// Where the parts of a list or a map lie.
    fn span(offsets: &[i32], row: usize) -> std::ops::Range<usize> {
        offsets[row] as usize..offsets[row + 1] as usize
    }
}

impl XmlGenerator {
    /// # Errors
    /// For an empty `attributePrefix`: what is an attribute could not be told then.
    pub fn new(options: &XmlOptions) -> Result<XmlGenerator> {
        if options.attribute_prefix.is_empty() {
            return Err(invalid_option("attributePrefix", ""));
        }
        options.moments.check_writing()?;
        Ok(XmlGenerator {
            tag: options.row_tag.clone().unwrap_or_else(|| "ROW".to_owned()),
            options: options.clone(),
        })
    }

    /// Whether values of a type can be written.
    ///
    /// # Errors
    /// `UNSUPPORTED_DATATYPE` for intervals, also inside of another type.
    pub fn check(data_type: &DataType) -> Result<()> {
        match data_type {
            DataType::Array { element, .. } => with_stack(|| XmlGenerator::check(element)),
            DataType::Map { value, .. } => with_stack(|| XmlGenerator::check(value)),
            DataType::Struct(fields) => fields
                .iter()
                .try_for_each(|f| with_stack(|| XmlGenerator::check(&f.data_type))),
            DataType::CalendarInterval
            | DataType::YearMonthInterval(_)
            | DataType::DayTimeInterval(_) => Err(unwritable(data_type)),
            _ => Ok(()),
        }
    }

    /// Appends a row.
    ///
    /// # Errors
    /// For names and characters that XML does not have, types that it does not hold, and formats
    /// that ask for what a value has not.
    pub fn row(
        &self,
        columns: &[ArrayRef],
        schema: &StructType,
        row: usize,
        out: &mut String,
    ) -> Result<()> {
        let mut tags = self.tags(out);
        tags.start(&self.tag)?;
        self.fields(columns, schema, row, &mut tags)?;
        tags.end();
        self.end(out);
        Ok(())
    }

    /// Appends a variant: an object as a row, each value of an array as one.
    ///
    /// # Errors
    /// As [`row`](Self::row).
    pub(super) fn variant(&self, variant: Variant<'_>, out: &mut String) -> Result<()> {
        let mut tags = self.tags(out);
        self.named_variant(&self.tag, variant, &mut tags)?;
        self.end(out);
        Ok(())
    }

    fn tags<'o>(&'o self, out: &'o mut String) -> TagWriter<'o> {
        let options = &self.options;
        TagWriter::new(out, &options.indent, options.validate_names)
    }

    /// Without indents each row has a line.
    fn end(&self, out: &mut String) {
        if self.options.indent.is_empty() {
            out.push('\n');
        }
    }

    fn is_attribute(&self, name: &str) -> bool {
        name != self.options.value_tag && name.starts_with(&self.options.attribute_prefix)
    }

    fn fields(
        &self,
        columns: &[ArrayRef],
        schema: &StructType,
        row: usize,
        tags: &mut TagWriter<'_>,
    ) -> Result<()> {
        for attributes in [true, false] {
            for (column, field) in columns.iter().zip(schema.iter()) {
                if self.is_attribute(&field.name) == attributes {
                    let cell = Cell {
                        column,
                        data_type: &field.data_type,
                        row,
                    };
                    self.child(&field.name, cell, tags)?;
                }
            }
        }
        Ok(())
    }

    /// A field: an attribute, elements of an array, or one element.
    fn child(&self, name: &str, cell: Cell<'_>, tags: &mut TagWriter<'_>) -> Result<()> {
        if self.is_attribute(name) {
            let name = &name[self.options.attribute_prefix.len()..];
            if cell.is_null() {
                let null = self.options.null_value.as_deref();
                return null.map_or(Ok(()), |null| tags.attribute(name, null));
            }
            let mut text = String::new();
            self.internal(cell, &mut text)?;
            return tags.attribute(name, &text);
        }
        match cell.data_type {
            DataType::Array { element, .. } if !cell.is_null() => {
                let list = cell.column.as_list::<i32>();
                for row in Cell::span(list.value_offsets(), cell.row) {
                    let cell = Cell {
                        column: list.values(),
                        data_type: element,
                        row,
                    };
                    self.element(name, cell, tags)?;
                }
                Ok(())
            }
            DataType::Variant if !cell.is_null() => {
                let variants = Variants::of(cell.column.as_ref()).map_err(|raised| raised.0)?;
                match variants.get(cell.row).map_err(damaged)? {
                    Some(variant) => self.named_variant(name, variant, tags),
                    None => Ok(()),
                }
            }
            _ => self.element(name, cell, tags),
        }
    }

    fn element(&self, name: &str, cell: Cell<'_>, tags: &mut TagWriter<'_>) -> Result<()> {
        if cell.is_null() && self.options.null_value.is_none() {
            return Ok(());
        }
        if name == self.options.value_tag {
            return self.content(cell, tags);
        }
        tags.start(name)?;
        self.content(cell, tags)?;
        tags.end();
        Ok(())
    }

    fn content(&self, cell: Cell<'_>, tags: &mut TagWriter<'_>) -> Result<()> {
        if cell.is_null() {
            return tags.text(self.options.null_value.as_deref().unwrap_or_default());
        }
        match cell.data_type {
            DataType::Struct(fields) => {
                let columns = cell.column.as_struct().columns();
                with_stack(|| self.fields(columns, fields, cell.row, tags))
            }
            DataType::Array { element, .. } => {
                let list = cell.column.as_list::<i32>();
                let mut items = Cell::span(list.value_offsets(), cell.row);
                items.try_for_each(|row| {
                    let cell = Cell {
                        column: list.values(),
                        data_type: element,
                        row,
                    };
                    with_stack(|| self.child(&self.options.array_element, cell, tags))
                })
            }
            DataType::Map { key, value, .. } => {
                let map = cell.column.as_map();
                let span = Cell::span(map.value_offsets(), cell.row);
                let mut entries = Vec::with_capacity(span.len());
                for row in span {
                    let mut name = String::new();
                    let (column, data_type) = (map.keys(), &**key);
                    let cell = Cell {
                        column,
                        data_type,
                        row,
                    };
                    self.internal(cell, &mut name)?;
                    entries.push((name, row));
                }
                for attributes in [true, false] {
                    let own = entries.iter();
                    for (name, row) in own.filter(|(n, _)| self.is_attribute(n) == attributes) {
                        let cell = Cell {
                            column: map.values(),
                            data_type: value,
                            row: *row,
                        };
                        with_stack(|| self.child(name, cell, tags))?;
                    }
                }
                Ok(())
            }
            DataType::UserDefined(own) => {
                let data_type = &own.sql_type;
                self.content(Cell { data_type, ..cell }, tags)
            }
            _ => {
                let mut text = String::new();
                self.leaf(cell, &mut text)?;
                tags.text(&text)
            }
        }
    }

    /// The text of a value without parts.
    fn leaf(&self, cell: Cell<'_>, out: &mut String) -> Result<()> {
        let Cell { column, row, .. } = cell;
        let moments = &self.options.moments;
        match cell.data_type {
            DataType::Date => {
                moments.write_date(column.as_primitive::<Date32Type>().value(row), out)
            }
            DataType::Timestamp => {
                let micros = column.as_primitive::<TimestampMicrosecondType>().value(row);
                moments.write_timestamp(micros, out)
            }
            DataType::TimestampNtz => {
                let micros = column.as_primitive::<TimestampMicrosecondType>().value(row);
                moments.write_timestamp_ntz(micros, out)
            }
            DataType::Time(_) => moments.write_time(
                column.as_primitive::<Time64NanosecondType>().value(row),
                out,
            ),
            _ => self.internal(cell, out),
        }
    }

    /// A value as attributes have it: dates and times are numbers there, and what has parts is in
    /// brackets.
    fn internal(&self, cell: Cell<'_>, out: &mut String) -> Result<()> {
        let Cell { column, row, .. } = cell;
        if cell.is_null() {
            out.push_str("null");
            return Ok(());
        }
        let written = match cell.data_type {
            DataType::Boolean => write!(out, "{}", column.as_boolean().value(row)),
            DataType::Byte => write!(out, "{}", column.as_primitive::<Int8Type>().value(row)),
            DataType::Short => write!(out, "{}", column.as_primitive::<Int16Type>().value(row)),
            DataType::Integer => write!(out, "{}", column.as_primitive::<Int32Type>().value(row)),
            DataType::Date => write!(out, "{}", column.as_primitive::<Date32Type>().value(row)),
            DataType::Long => write!(out, "{}", column.as_primitive::<Int64Type>().value(row)),
            DataType::Timestamp | DataType::TimestampNtz => {
                let micros = column.as_primitive::<TimestampMicrosecondType>().value(row);
                write!(out, "{micros}")
            }
            DataType::Time(_) => {
                let nanos = column.as_primitive::<Time64NanosecondType>().value(row);
                write!(out, "{nanos}")
            }
            DataType::Float => write_float(column.as_primitive::<Float32Type>().value(row), out),
            DataType::Double => write_double(column.as_primitive::<Float64Type>().value(row), out),
            DataType::Decimal { scale, .. } => {
                let unscaled = column.as_primitive::<Decimal128Type>().value(row);
                write_decimal(unscaled, *scale, out)
            }
            DataType::Binary => {
                let bytes = column.as_binary::<i32>().value(row).iter();
                let bytes: Vec<String> = bytes.map(|byte| format!("{byte:02X}")).collect();
                write!(out, "[{}]", bytes.join(" "))
            }
            data_type if data_type.is_string() => {
                out.write_str(column.as_string::<i32>().value(row))
            }
            DataType::Struct(fields) => {
                let columns = column.as_struct().columns().iter().zip(fields.iter());
                let cells = columns.map(|(column, field)| Cell {
                    column,
                    data_type: &field.data_type,
                    row,
                });
                return self.list(cells, out);
            }
            DataType::Array { element, .. } => {
                let list = column.as_list::<i32>();
                let cells = Cell::span(list.value_offsets(), row).map(|row| Cell {
                    column: list.values(),
                    data_type: element,
                    row,
                });
                return self.list(cells, out);
            }
            DataType::UserDefined(own) => {
                let data_type = &own.sql_type;
                return self.internal(Cell { data_type, ..cell }, out);
            }
            other => return Err(unwritable(other)),
        };
        written.map_err(|_| SqlError::internal("text takes more text"))
    }

    fn list<'a>(&self, cells: impl Iterator<Item = Cell<'a>>, out: &mut String) -> Result<()> {
        out.push('[');
        for (at, cell) in cells.enumerate() {
            if at > 0 {
                out.push(',');
            }
            with_stack(|| self.internal(cell, out))?;
        }
        out.push(']');
        Ok(())
    }

    /// A variant of a name: an array's values have one each.
    fn named_variant(
        &self,
        name: &str,
        variant: Variant<'_>,
        tags: &mut TagWriter<'_>,
    ) -> Result<()> {
        if let Content::Array(elements) = variant.content().map_err(damaged)? {
            for element in elements.iter() {
                let element = element.map_err(damaged)?;
                let nested = matches!(element.content().map_err(damaged)?, Content::Array(_));
                let name = if nested {
                    &self.options.array_element
                } else {
                    name
                };
                with_stack(|| self.named_variant(name, element, tags))?;
            }
            return Ok(());
        }
        let content = variant.content().map_err(damaged)?;
        if name == self.options.value_tag {
            return self.variant_text(content, tags);
        }
        tags.start(name)?;
        if let Content::Object(fields) = content {
            for attributes in [true, false] {
                for field in fields.iter() {
                    let (name, value) = field.map_err(damaged)?;
                    match self.is_attribute(name) {
                        own if own != attributes => {}
                        true => {
                            let mut text = String::new();
                            let content = value.content().map_err(damaged)?;
                            self.variant_leaf(content, &mut text)?;
                            tags.attribute(&name[self.options.attribute_prefix.len()..], &text)?;
                        }
                        false => with_stack(|| self.named_variant(name, value, tags))?,
                    }
                }
            }
        } else {
            self.variant_text(content, tags)?;
        }
        tags.end();
        Ok(())
    }

    fn variant_text(&self, content: Content<'_>, tags: &mut TagWriter<'_>) -> Result<()> {
        let null = self.options.null_value.as_deref();
        if let Content::Null = content {
            return null.map_or(Ok(()), |null| tags.text(null));
        }
        let mut text = String::new();
        self.variant_leaf(content, &mut text)?;
        tags.text(&text)
    }

    fn variant_leaf(&self, content: Content<'_>, out: &mut String) -> Result<()> {
        let moments = &self.options.moments;
        let written = match content {
            Content::Null => {
                out.push_str(self.options.null_value.as_deref().unwrap_or_default());
                Ok(())
            }
            Content::Boolean(value) => write!(out, "{value}"),
            Content::Long(value) => write!(out, "{value}"),
            Content::Double(value) => write_double(value, out),
            Content::Float(value) => write_float(value, out),
            Content::Decimal(value) => {
                let plain = value.plain();
                write_decimal(plain.unscaled, plain.scale, out)
            }
            Content::Text(text) => out.write_str(text),
            Content::Date(days) => return moments.write_date(days, out),
            Content::Timestamp(micros) => return moments.write_timestamp(micros, out),
            Content::TimestampNtz(micros) => return moments.write_timestamp_ntz(micros, out),
            Content::Binary(bytes) => {
                write_base64(bytes, out);
                Ok(())
            }
            Content::Uuid(bytes) => write!(out, "{:032x}", u128::from_be_bytes(bytes)),
            // Spark's writer has no attributes of such.
            Content::Array(_) | Content::Object(_) => {
                return Err(unwritable(&DataType::Variant));
            }
        };
        written.map_err(|_| SqlError::internal("text takes more text"))
    }
}

fn damaged(fault: Fault) -> SqlError {
    fault.error("to_xml")
}

fn unwritable(data_type: &DataType) -> SqlError {
    SqlError::new(condition::UNSUPPORTED_DATATYPE)
        .with("typeName", format!("\"{}\"", data_type.sql()))
}
