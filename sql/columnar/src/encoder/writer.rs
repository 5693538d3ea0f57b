//! [`CellWriter`]: a column of values of the program.

mod parts;

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryBuilder, BooleanBuilder, Decimal128Builder, ListArray, MapArray,
    NullBufferBuilder, PrimitiveBuilder, StringBuilder, StructArray,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{
    DataType as ArrowType, Date32Type, DurationMicrosecondType, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
};
use flint_sql_spec::{DataType, Ident, Result, SqlError, condition};
use serde::ser::{Impossible, Serialize, Serializer};

use super::cells::DECIMAL;
use super::codec_error::CodecError;
use crate::{Raised, arrow_type};
use parts::{ElementsWriter, EntriesWriter, FieldsWriter};

type Written<T = ()> = std::result::Result<T, CodecError>;

/// A column that grows value by value.
#[derive(Debug)]
pub struct CellWriter {
    kind: Kind,
    layout: ArrowType,
    nullable: bool,
    len: usize,
}

#[derive(Debug)]
enum Kind {
    Boolean(BooleanBuilder),
    Int8(PrimitiveBuilder<Int8Type>),
    Int16(PrimitiveBuilder<Int16Type>),
    Int32(PrimitiveBuilder<Int32Type>),
    Int64(PrimitiveBuilder<Int64Type>),
    Float32(PrimitiveBuilder<Float32Type>),
    Float64(PrimitiveBuilder<Float64Type>),
    Date(PrimitiveBuilder<Date32Type>),
    Timestamp(PrimitiveBuilder<TimestampMicrosecondType>),
    Duration(PrimitiveBuilder<DurationMicrosecondType>),
    /// With the parts of the value that is being written.
    Decimal(Decimal128Builder, Parts),
    String(StringBuilder),
    /// With the bytes of the value that is being written.
    Binary(BinaryBuilder, Vec<u8>),
    List {
        offsets: Vec<i32>,
        nulls: NullBufferBuilder,
        values: Box<CellWriter>,
    },
    Map {
        offsets: Vec<i32>,
        nulls: NullBufferBuilder,
        entries: Box<(CellWriter, CellWriter)>,
    },
    Struct {
        nulls: NullBufferBuilder,
        fields: Vec<(Ident, CellWriter)>,
    },
}

/// Parts of an exact decimal, as they come.
#[derive(Debug, Default)]
struct Parts {
    unscaled: i128,
    scale: i8,
}

impl CellWriter {
    /// An empty column of a type, which takes nulls or not.
    ///
    /// # Errors
    /// If there is no layout for the type, or values of programs do not have it.
    pub fn new(data_type: &DataType, nullable: bool) -> Result<CellWriter> {
        let layout = arrow_type(data_type)?;
        let kind = match data_type {
            DataType::Boolean => Kind::Boolean(BooleanBuilder::new()),
            DataType::Byte => Kind::Int8(PrimitiveBuilder::new()),
            DataType::Short => Kind::Int16(PrimitiveBuilder::new()),
            DataType::Integer => Kind::Int32(PrimitiveBuilder::new()),
            DataType::Long => Kind::Int64(PrimitiveBuilder::new()),
            DataType::Float => Kind::Float32(PrimitiveBuilder::new()),
            DataType::Double => Kind::Float64(PrimitiveBuilder::new()),
            DataType::Date => Kind::Date(PrimitiveBuilder::new()),
            DataType::Timestamp | DataType::TimestampNtz => {
                Kind::Timestamp(PrimitiveBuilder::new().with_data_type(layout.clone()))
            }
            DataType::DayTimeInterval(_) => Kind::Duration(PrimitiveBuilder::new()),
            DataType::Decimal { .. } => {
                let builder = Decimal128Builder::new().with_data_type(layout.clone());
                Kind::Decimal(builder, Parts::default())
            }
            data_type if data_type.is_string() => Kind::String(StringBuilder::new()),
            DataType::Binary => Kind::Binary(BinaryBuilder::new(), Vec::new()),
            DataType::Array {
                element,
                contains_null,
            } => Kind::List {
                offsets: vec![0],
                nulls: NullBufferBuilder::new(0),
                values: Box::new(CellWriter::new(element, *contains_null)?),
            },
            DataType::Map {
                key,
                value,
                value_contains_null,
            } => Kind::Map {
                offsets: vec![0],
                nulls: NullBufferBuilder::new(0),
                entries: Box::new((
                    CellWriter::new(key, false)?,
                    CellWriter::new(value, *value_contains_null)?,
                )),
            },
            DataType::Struct(fields) => {
                let fields = fields.iter().map(|field| {
                    let writer = CellWriter::new(&field.data_type, field.nullable)?;
                    Ok((field.name.clone(), writer))
                });
                Kind::Struct {
                    nulls: NullBufferBuilder::new(0),
                    fields: fields.collect::<Result<_>>()?,
                }
            }
            other => {
                return Err(SqlError::new(condition::ENCODER_NOT_FOUND)
                    .with("typeName", other.sql())
                    .with("docroot", "https://spark.apache.org/docs/latest"));
            }
        };
        Ok(CellWriter {
            kind,
            layout,
            nullable,
            len: 0,
        })
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends a value.
    ///
    /// # Errors
    /// `NOT_NULL_ASSERT_VIOLATION` for a null where none is taken, `EXPRESSION_ENCODING_FAILED` for a
    /// value that does not have the column's type.
    pub fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        value.serialize(Slot(self)).map_err(CodecError::encoding)
    }

    /// Appends a null.
    ///
    /// # Errors
    /// `NOT_NULL_ASSERT_VIOLATION` where none is taken.
    pub fn push_null(&mut self) -> Result<()> {
        match self.nullable {
            true => {
                self.gap();
                Ok(())
            }
            false => Err(CodecError::Null(Vec::new()).encoding()),
        }
    }

    /// The column.
    ///
    /// # Errors
    /// If the parts of a value do not fit together: a bug.
    pub fn finish(self) -> Result<ArrayRef> {
        self.finished().map_err(|error| error.0)
    }

    /// A null, or what lies under the null of a struct around.
    fn gap(&mut self) {
        self.len += 1;
        match &mut self.kind {
            Kind::Boolean(values) => values.append_null(),
            Kind::Int8(values) => values.append_null(),
            Kind::Int16(values) => values.append_null(),
            Kind::Int32(values) => values.append_null(),
            Kind::Int64(values) => values.append_null(),
            Kind::Float32(values) => values.append_null(),
            Kind::Float64(values) => values.append_null(),
            Kind::Date(values) => values.append_null(),
            Kind::Timestamp(values) => values.append_null(),
            Kind::Duration(values) => values.append_null(),
            Kind::Decimal(values, _) => values.append_null(),
            Kind::String(values) => values.append_null(),
            Kind::Binary(values, _) => values.append_null(),
            Kind::List { offsets, nulls, .. } | Kind::Map { offsets, nulls, .. } => {
                offsets.push(offsets.last().copied().unwrap_or_default());
                nulls.append_null();
            }
            Kind::Struct { nulls, fields } => {
                nulls.append_null();
                fields.iter_mut().for_each(|(_, field)| field.gap());
            }
        }
    }

    fn finished(self) -> Result<ArrayRef, Raised> {
        Ok(match self.kind {
            Kind::Boolean(mut values) => Arc::new(values.finish()),
            Kind::Int8(mut values) => Arc::new(values.finish()),
            Kind::Int16(mut values) => Arc::new(values.finish()),
            Kind::Int32(mut values) => Arc::new(values.finish()),
            Kind::Int64(mut values) => Arc::new(values.finish()),
            Kind::Float32(mut values) => Arc::new(values.finish()),
            Kind::Float64(mut values) => Arc::new(values.finish()),
            Kind::Date(mut values) => Arc::new(values.finish()),
            Kind::Timestamp(mut values) => Arc::new(values.finish()),
            Kind::Duration(mut values) => Arc::new(values.finish()),
            Kind::Decimal(mut values, _) => Arc::new(values.finish()),
            Kind::String(mut values) => Arc::new(values.finish()),
            Kind::Binary(mut values, _) => Arc::new(values.finish()),
            Kind::List {
                offsets,
                mut nulls,
                values,
            } => {
                let ArrowType::List(field) = self.layout else {
                    return Err(SqlError::internal("a list has the layout of one").into());
                };
                let offsets = OffsetBuffer::new(offsets.into());
                let values = values.finished()?;
                Arc::new(ListArray::try_new(field, offsets, values, nulls.finish())?)
            }
            Kind::Map {
                offsets,
                mut nulls,
                entries,
            } => {
                let ArrowType::Map(field, sorted) = self.layout else {
                    return Err(SqlError::internal("a map has the layout of one").into());
                };
                let ArrowType::Struct(fields) = field.data_type().clone() else {
                    return Err(SqlError::internal("a map's entries are structs").into());
                };
                let columns = vec![entries.0.finished()?, entries.1.finished()?];
                let entries = StructArray::try_new(fields, columns, None)?;
                let offsets = OffsetBuffer::new(offsets.into());
                let nulls = nulls.finish();
                Arc::new(MapArray::try_new(field, offsets, entries, nulls, sorted)?)
            }
            Kind::Struct { mut nulls, fields } => {
                let ArrowType::Struct(layout) = self.layout else {
                    return Err(SqlError::internal("a struct has the layout of one").into());
                };
                let columns = fields.into_iter().map(|(_, field)| field.finished());
                let columns = columns.collect::<Result<Vec<_>, Raised>>()?;
                let nulls = nulls.finish();
                Arc::new(StructArray::try_new_with_length(
                    layout, columns, nulls, self.len,
                )?)
            }
        })
    }

    /// The columns of a struct without nulls.
    pub(super) fn finish_fields(self) -> Result<Vec<ArrayRef>> {
        match self.kind {
            Kind::Struct { fields, .. } => fields
                .into_iter()
                .map(|(_, field)| field.finish())
                .collect(),
            _ => Err(SqlError::internal("only structs have fields")),
        }
    }

    fn unlike<T>(&self, given: &str) -> Written<T> {
        let layout = &self.layout;
        Err(CodecError::Other(format!(
            "{given} in a column of {layout}"
        )))
    }

    fn whole(&mut self, value: i64) -> Written {
        let far = |_| CodecError::Other(format!("{value} is out of range"));
        match &mut self.kind {
            Kind::Int8(values) => values.append_value(value.try_into().map_err(far)?),
            Kind::Int16(values) => values.append_value(value.try_into().map_err(far)?),
            Kind::Int32(values) => values.append_value(value.try_into().map_err(far)?),
            Kind::Int64(values) => values.append_value(value),
            Kind::Date(values) => values.append_value(value.try_into().map_err(far)?),
            Kind::Timestamp(values) => values.append_value(value),
            Kind::Duration(values) => values.append_value(value),
            // The scale of a decimal, the part that has a sign.
            Kind::Decimal(_, parts) => {
                parts.scale = value.try_into().map_err(far)?;
                return Ok(());
            }
            _ => return self.unlike("a whole number"),
        }
        self.len += 1;
        Ok(())
    }

    fn text(&mut self, text: &str) -> Written {
        match &mut self.kind {
            Kind::String(values) => values.append_value(text),
            _ => return self.unlike("text"),
        }
        self.len += 1;
        Ok(())
    }

    fn fields(&mut self, len: usize) -> Written<FieldsWriter<'_>> {
        match &self.kind {
            Kind::Struct { fields, .. } if fields.len() >= len => Ok(FieldsWriter {
                writer: self,
                next: 0,
            }),
            Kind::Decimal(..) if len == 3 => Ok(FieldsWriter {
                writer: self,
                next: 0,
            }),
            _ => self.unlike("a struct"),
        }
    }
}

macro_rules! numbers {
    ($($method:ident($number:ty) => $as:ident;)+) => {
        $(fn $method(self, value: $number) -> Written {
            self.0.$as(value.into())
        })+
    };
}

macro_rules! refused {
    ($($method:ident($number:ty) => $what:literal;)+) => {
        $(fn $method(self, _: $number) -> Written {
            self.0.unlike($what)
        })+
    };
}

/// A column that takes a value.
struct Slot<'a>(&'a mut CellWriter);

impl<'a> Serializer for Slot<'a> {
    type Ok = ();
    type Error = CodecError;
    type SerializeSeq = ElementsWriter<'a>;
    type SerializeTuple = FieldsWriter<'a>;
    type SerializeTupleStruct = FieldsWriter<'a>;
    type SerializeTupleVariant = Impossible<(), CodecError>;
    type SerializeMap = EntriesWriter<'a>;
    type SerializeStruct = FieldsWriter<'a>;
    type SerializeStructVariant = Impossible<(), CodecError>;

    numbers! {
        serialize_i8(i8) => whole;
        serialize_i16(i16) => whole;
        serialize_i32(i32) => whole;
        serialize_i64(i64) => whole;
    }

    refused! {
        serialize_u16(u16) => "a number without sign";
        serialize_u32(u32) => "a number without sign";
        serialize_u64(u64) => "a number without sign";
        serialize_u128(u128) => "a number without sign";
    }

    fn serialize_bool(self, value: bool) -> Written {
        match &mut self.0.kind {
            Kind::Boolean(values) => values.append_value(value),
            _ => return self.0.unlike("a boolean"),
        }
        self.0.len += 1;
        Ok(())
    }

    /// A byte of a binary value, or the precision of a decimal, which its type says anew.
    fn serialize_u8(self, value: u8) -> Written {
        match &mut self.0.kind {
            Kind::Binary(_, bytes) => bytes.push(value),
            Kind::Decimal(..) => {}
            _ => return self.0.unlike("a number without sign"),
        }
        Ok(())
    }

    fn serialize_i128(self, value: i128) -> Written {
        match &mut self.0.kind {
            Kind::Decimal(_, parts) => parts.unscaled = value,
            _ => return self.0.unlike("a number of 128 bits"),
        }
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Written {
        match &mut self.0.kind {
            Kind::Float32(values) => values.append_value(value),
            Kind::Float64(values) => values.append_value(value.into()),
            _ => return self.0.unlike("a float"),
        }
        self.0.len += 1;
        Ok(())
    }

    fn serialize_f64(self, value: f64) -> Written {
        match &mut self.0.kind {
            Kind::Float64(values) => values.append_value(value),
            _ => return self.0.unlike("a double"),
        }
        self.0.len += 1;
        Ok(())
    }

    fn serialize_char(self, value: char) -> Written {
        self.0.text(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Written {
        self.0.text(value)
    }

    fn serialize_bytes(self, value: &[u8]) -> Written {
        match &mut self.0.kind {
            Kind::Binary(values, _) => values.append_value(value),
            _ => return self.0.unlike("bytes"),
        }
        self.0.len += 1;
        Ok(())
    }

    fn serialize_none(self) -> Written {
        match self.0.nullable {
            true => {
                self.0.gap();
                Ok(())
            }
            false => Err(CodecError::Null(Vec::new())),
        }
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Written {
        self.0.unlike("nothing")
    }

    fn serialize_unit_struct(self, name: &'static str) -> Written {
        self.0.unlike(name)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Written {
        self.0.text(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Written {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Written {
        self.0.unlike(name)
    }

    fn serialize_seq(self, _: Option<usize>) -> Written<ElementsWriter<'a>> {
        match &mut self.0.kind {
            Kind::Binary(_, bytes) => bytes.clear(),
            Kind::List { .. } => {}
            _ => return self.0.unlike("a sequence"),
        }
        Ok(ElementsWriter(self.0))
    }

    fn serialize_tuple(self, len: usize) -> Written<FieldsWriter<'a>> {
        self.0.fields(len)
    }

    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Written<FieldsWriter<'a>> {
        self.0.fields(len)
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Written<Self::SerializeTupleVariant> {
        self.0.unlike(name)
    }

    fn serialize_map(self, _: Option<usize>) -> Written<EntriesWriter<'a>> {
        match &self.0.kind {
            Kind::Map { .. } => Ok(EntriesWriter(self.0)),
            _ => self.0.unlike("a map"),
        }
    }

    fn serialize_struct(self, name: &'static str, len: usize) -> Written<FieldsWriter<'a>> {
        if name == DECIMAL && !matches!(self.0.kind, Kind::Decimal(..)) {
            return self.0.unlike("an exact decimal");
        }
        self.0.fields(len)
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Written<Self::SerializeStructVariant> {
        self.0.unlike(name)
    }
}

impl Parts {
    /// The digits at the scale of a column, rounded half up.
    fn scaled(&self, layout: &ArrowType) -> Written<i128> {
        let ArrowType::Decimal128(precision, scale) = layout else {
            return Err(CodecError::Other("a decimal of no decimal type".to_owned()));
        };
        let far = || CodecError::Other(format!("a decimal of more digits than {layout}"));
        let shift = i32::from(*scale) - i32::from(self.scale);
        let power = 10_i128.checked_pow(shift.unsigned_abs()).ok_or_else(far)?;
        let value = if shift >= 0 {
            self.unscaled.checked_mul(power).ok_or_else(far)?
        } else {
            let (whole, rest) = (self.unscaled / power, self.unscaled % power);
            let up = i128::from(rest.unsigned_abs() >= power.unsigned_abs().div_ceil(2));
            whole + up * self.unscaled.signum()
        };
        let most = 10_i128.checked_pow(u32::from(*precision)).ok_or_else(far)?;
        match value.abs() < most {
            true => Ok(value),
            false => Err(far()),
        }
    }
}
