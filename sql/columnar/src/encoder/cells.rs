//! [`Cells`]: a column as values of the program.

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BooleanArray, ListArray, MapArray, PrimitiveArray,
    StringArray,
};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{
    DataType as ArrowType, Date32Type, Decimal128Type, DurationMicrosecondType, Float32Type,
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimeUnit, TimestampMicrosecondType,
};
use flint_sql_spec::{DataType, Ident, Result, SqlError};
use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};
use serde::forward_to_deserialize_any;

use super::codec_error::CodecError;
use super::trace::byte;
use crate::Raised;

/// What serde calls an exact decimal.
pub(super) const DECIMAL: &str = "DecimalValue";

/// A column from which values are read, row by row.
#[derive(Debug)]
pub struct Cells {
    kind: Kind,
    nulls: Option<NullBuffer>,
}

#[derive(Debug)]
enum Kind {
    Null,
    Boolean(BooleanArray),
    Int8(PrimitiveArray<Int8Type>),
    Int16(PrimitiveArray<Int16Type>),
    Int32(PrimitiveArray<Int32Type>),
    Int64(PrimitiveArray<Int64Type>),
    Float32(PrimitiveArray<Float32Type>),
    Float64(PrimitiveArray<Float64Type>),
    Decimal(PrimitiveArray<Decimal128Type>, u8, i8),
    Date(PrimitiveArray<Date32Type>),
    Timestamp(PrimitiveArray<TimestampMicrosecondType>),
    Duration(PrimitiveArray<DurationMicrosecondType>),
    String(StringArray),
    Binary(BinaryArray),
    List(ListArray, Box<Cells>),
    Map(MapArray, Box<(Cells, Cells)>),
    Struct(Vec<(Ident, Cells)>),
}

impl Cells {
    /// The cells of a column, to be read as values of a type: fields of structs in its order.
    ///
    /// # Errors
    /// If the column's layout is not one of those that can be read so.
    pub fn new(column: &ArrayRef, data_type: &DataType) -> Result<Cells> {
        let nulls = column.logical_nulls();
        let kind = match (column.data_type(), data_type) {
            (ArrowType::Null, _) => Kind::Null,
            (ArrowType::Boolean, _) => Kind::Boolean(column.as_boolean().clone()),
            (ArrowType::Int8, _) => Kind::Int8(column.as_primitive().clone()),
            (ArrowType::Int16, _) => Kind::Int16(column.as_primitive().clone()),
            (ArrowType::Int32, _) => Kind::Int32(column.as_primitive().clone()),
            (ArrowType::Int64, _) => Kind::Int64(column.as_primitive().clone()),
            (ArrowType::Float32, _) => Kind::Float32(column.as_primitive().clone()),
            (ArrowType::Float64, _) => Kind::Float64(column.as_primitive().clone()),
            (ArrowType::Decimal128(precision, scale), _) => {
                Kind::Decimal(column.as_primitive().clone(), *precision, *scale)
            }
            (ArrowType::Date32, _) => Kind::Date(column.as_primitive().clone()),
            (ArrowType::Timestamp(TimeUnit::Microsecond, _), _) => {
                Kind::Timestamp(column.as_primitive().clone())
            }
            (ArrowType::Duration(TimeUnit::Microsecond), _) => {
                Kind::Duration(column.as_primitive().clone())
            }
            (ArrowType::Utf8, _) => Kind::String(column.as_string().clone()),
            (ArrowType::Binary, _) => Kind::Binary(column.as_binary().clone()),
            // Scans may give views.
            (ArrowType::Utf8View, _) => {
                return Cells::new(&as_layout(column, &ArrowType::Utf8)?, data_type);
            }
            (ArrowType::BinaryView, _) => {
                return Cells::new(&as_layout(column, &ArrowType::Binary)?, data_type);
            }
            (ArrowType::List(_), DataType::Array { element, .. }) => {
                let list: ListArray = column.as_list().clone();
                let values = Cells::new(list.values(), element)?;
                Kind::List(list, Box::new(values))
            }
            (ArrowType::Map(..), DataType::Map { key, value, .. }) => {
                let map = column.as_map().clone();
                let keys = Cells::new(map.keys(), key)?;
                let values = Cells::new(map.values(), value)?;
                Kind::Map(map, Box::new((keys, values)))
            }
            (ArrowType::Struct(fields), DataType::Struct(wanted)) => {
                let whole = column.as_struct();
                let cells = wanted.iter().map(|field| {
                    let same = |name: &str| name == &*field.name;
                    let like = |name: &str| name.eq_ignore_ascii_case(&field.name);
                    let exact = fields.iter().position(|f| same(f.name()));
                    let at = exact.or_else(|| fields.iter().position(|f| like(f.name())));
                    let at = at.ok_or_else(|| misfit(column, data_type))?;
                    let cells = Cells::new(whole.column(at), &field.data_type)?;
                    Ok((field.name.clone(), cells))
                });
                Kind::Struct(cells.collect::<Result<_>>()?)
            }
            // Two byte strings.
            (ArrowType::Struct(_), DataType::Variant) => {
                let part = |name: &str| -> Result<(Ident, Cells)> {
                    let part = column.as_struct().column_by_name(name);
                    let part = part.ok_or_else(|| misfit(column, data_type))?;
                    Ok((name.into(), Cells::new(part, &DataType::Binary)?))
                };
                Kind::Struct(vec![part("value")?, part("metadata")?])
            }
            _ => return Err(misfit(column, data_type)),
        };
        Ok(Cells { kind, nulls })
    }

    /// Columns side by side, as the fields of one value a row.
    pub(super) fn side_by_side(fields: Vec<(Ident, Cells)>) -> Cells {
        Cells {
            kind: Kind::Struct(fields),
            nulls: None,
        }
    }

    /// Whether a row is null.
    pub fn is_null(&self, row: usize) -> bool {
        match &self.nulls {
            Some(nulls) => nulls.is_null(row),
            None => matches!(self.kind, Kind::Null),
        }
    }

    /// The value of a row.
    ///
    /// # Errors
    /// `NOT_NULL_ASSERT_VIOLATION` for a null where the type takes none,
    /// `EXPRESSION_DECODING_FAILED` for what the type refuses.
    pub fn read<T: DeserializeOwned>(&self, row: usize) -> Result<T> {
        T::deserialize(Cell { cells: self, row }).map_err(CodecError::decoding)
    }
}

fn as_layout(column: &ArrayRef, layout: &ArrowType) -> Result<ArrayRef> {
    arrow::compute::cast(column, layout).map_err(|error| Raised::from(error).0)
}

fn misfit(column: &ArrayRef, data_type: &DataType) -> SqlError {
    SqlError::new(flint_sql_spec::condition::UNSUPPORTED_DESERIALIZER_DATA_TYPE_MISMATCH)
        .with("desiredType", data_type.sql())
        .with("dataType", column.data_type().to_string())
}

/// One value of a column.
#[derive(Clone, Copy)]
struct Cell<'a> {
    cells: &'a Cells,
    row: usize,
}

impl<'a> Cell<'a> {
    /// What there is, unless it is null.
    fn kind(self) -> std::result::Result<&'a Kind, CodecError> {
        match self.cells.is_null(self.row) {
            true => Err(CodecError::Null(Vec::new())),
            false => Ok(&self.cells.kind),
        }
    }

    fn unlike<T>(self, wanted: &str) -> std::result::Result<T, CodecError> {
        Err(CodecError::Other(format!("a value that is no {wanted}")))
    }
}

impl<'de> Deserializer<'de> for Cell<'_> {
    type Error = CodecError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        let row = self.row;
        match self.kind()? {
            Kind::Null => Err(CodecError::Null(Vec::new())),
            Kind::Boolean(values) => visitor.visit_bool(values.value(row)),
            Kind::Int8(values) => visitor.visit_i8(values.value(row)),
            Kind::Int16(values) => visitor.visit_i16(values.value(row)),
            Kind::Int32(values) => visitor.visit_i32(values.value(row)),
            Kind::Int64(values) => visitor.visit_i64(values.value(row)),
            Kind::Float32(values) => visitor.visit_f32(values.value(row)),
            Kind::Float64(values) => visitor.visit_f64(values.value(row)),
            Kind::Decimal(values, precision, scale) => {
                visitor.visit_seq(DecimalParts::new(values.value(row), *precision, *scale))
            }
            Kind::Date(values) => visitor.visit_i32(values.value(row)),
            Kind::Timestamp(values) => visitor.visit_i64(values.value(row)),
            Kind::Duration(values) => visitor.visit_i64(values.value(row)),
            Kind::String(values) => visitor.visit_str(values.value(row)),
            Kind::Binary(values) => visitor.visit_bytes(values.value(row)),
            Kind::List(list, values) => {
                let offsets = list.value_offsets();
                visitor.visit_seq(Elements {
                    cells: values,
                    next: offsets[row] as usize,
                    end: offsets[row + 1] as usize,
                })
            }
            Kind::Map(map, entries) => {
                let offsets = map.value_offsets();
                visitor.visit_map(Entries {
                    keys: &entries.0,
                    values: &entries.1,
                    next: offsets[row] as usize,
                    end: offsets[row + 1] as usize,
                })
            }
            Kind::Struct(fields) => visitor.visit_seq(Fields {
                fields,
                next: 0,
                row,
            }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        match self.cells.is_null(self.row) {
            true => visitor.visit_none(),
            false => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, CodecError> {
        visitor.visit_newtype_struct(self)
    }

    /// Bytes are a sequence of numbers to most types.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        match self.kind()? {
            Kind::Binary(values) => visitor.visit_seq(Bytes(values.value(self.row).iter())),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        match self.kind()? {
            Kind::Struct(fields) => visitor.visit_map(Fields {
                fields,
                next: 0,
                row: self.row,
            }),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, CodecError> {
        match self.kind()? {
            Kind::String(values) => {
                let text: StrDeserializer<'_, CodecError> =
                    values.value(self.row).into_deserializer();
                visitor.visit_enum(text)
            }
            _ => self.unlike(name),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct tuple tuple_struct struct identifier ignored_any
    }
}

/// The elements of an array.
struct Elements<'a> {
    cells: &'a Cells,
    next: usize,
    end: usize,
}

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = CodecError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, CodecError> {
        if self.next == self.end {
            return Ok(None);
        }
        let (cells, row) = (self.cells, self.next);
        self.next += 1;
        let value = seed.deserialize(Cell { cells, row });
        value.map(Some).map_err(|error| error.inside("element"))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.end - self.next)
    }
}

/// The entries of a map.
struct Entries<'a> {
    keys: &'a Cells,
    values: &'a Cells,
    next: usize,
    end: usize,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = CodecError;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, CodecError> {
        if self.next == self.end {
            return Ok(None);
        }
        let (cells, row) = (self.keys, self.next);
        let key = seed.deserialize(Cell { cells, row });
        key.map(Some).map_err(|error| error.inside("key"))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<S::Value, CodecError> {
        let (cells, row) = (self.values, self.next);
        self.next += 1;
        let value = seed.deserialize(Cell { cells, row });
        value.map_err(|error| error.inside("value"))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.end - self.next)
    }
}

/// The fields of a struct, in the order of the type.
struct Fields<'a> {
    fields: &'a [(Ident, Cells)],
    next: usize,
    row: usize,
}

impl<'de> SeqAccess<'de> for Fields<'_> {
    type Error = CodecError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, CodecError> {
        let Some((name, cells)) = self.fields.get(self.next) else {
            return Ok(None);
        };
        self.next += 1;
        let row = self.row;
        let value = seed.deserialize(Cell { cells, row });
        value.map(Some).map_err(|error| error.inside(name))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.fields.len() - self.next)
    }
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = CodecError;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, CodecError> {
        let Some((name, _)) = self.fields.get(self.next) else {
            return Ok(None);
        };
        let name: StrDeserializer<'_, CodecError> = (&**name).into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<S::Value, CodecError> {
        match self.next_element_seed(seed)? {
            Some(value) => Ok(value),
            None => Err(CodecError::Other("a field behind the last".to_owned())),
        }
    }
}

/// The bytes of a binary value.
struct Bytes<'a>(std::slice::Iter<'a, u8>);

impl<'de> SeqAccess<'de> for Bytes<'_> {
    type Error = CodecError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, CodecError> {
        match self.0.next() {
            Some(value) => seed.deserialize(byte(*value)).map(Some),
            None => Ok(None),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

/// The fields of an exact decimal.
pub(super) struct DecimalParts {
    unscaled: i128,
    precision: u8,
    scale: i8,
    next: usize,
}

impl DecimalParts {
    pub(super) fn new(unscaled: i128, precision: u8, scale: i8) -> DecimalParts {
        DecimalParts {
            unscaled,
            precision,
            scale,
            next: 0,
        }
    }
}

impl<'de> SeqAccess<'de> for DecimalParts {
    type Error = CodecError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, CodecError> {
        self.next += 1;
        match self.next {
            1 => seed
                .deserialize(self.unscaled.into_deserializer())
                .map(Some),
            2 => seed
                .deserialize(self.precision.into_deserializer())
                .map(Some),
            3 => seed.deserialize(self.scale.into_deserializer()).map(Some),
            _ => Ok(None),
        }
    }
}
