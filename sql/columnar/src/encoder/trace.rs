//! [`value_type`]: the Spark type of a Rust type.
//!
//! `Deserialize` says what a type wants to be read from, if one plays along: [`Trace`] answers each
//! wish with a made-up value and writes the wish down. Sequences and maps get one element, so that
//! their types are asked for, too; an enum gets its first variant.

use std::fmt::Display;

use flint_sql_spec::{
    DataType, DayTimeRange, Node, Result, SqlError, StructField, StructType, condition,
};
use serde::de::value::{StrDeserializer, U8Deserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer,
    MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::codec_error::CodecError;
use super::values::{Date, DayTime, Timestamp, TimestampNtz};

/// How deep a type may nest. One that contains itself has no type in Spark.
const DEPTH: usize = 64;

/// The Spark type of a Rust type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueType {
    /// The type.
    pub data_type: DataType,
    /// Whether there can be nulls: it is an `Option`.
    pub nullable: bool,
    /// Whether it is a tuple, whose fields are taken by position.
    pub(super) tuple: bool,
}

/// The Spark type of a Rust type.
///
/// # Errors
/// `ENCODER_NOT_FOUND` for types that have none.
pub fn value_type<T: DeserializeOwned>() -> Result<ValueType> {
    let mut found = Found::default();
    let trace = Trace {
        found: &mut found,
        depth: 0,
    };
    let traced = T::deserialize(trace).map(drop);
    match (traced, found.byte) {
        (Ok(()), false) => Ok(found.value_type()),
        (Ok(()), true) => Err(none_for::<T>(&"u8 alone has no sign")),
        (Err(error), _) => Err(none_for::<T>(&error)),
    }
}

fn none_for<T>(reason: &dyn Display) -> SqlError {
    let name = std::any::type_name::<T>();
    SqlError::new(condition::ENCODER_NOT_FOUND)
        .with("typeName", format!("{name} ({reason})"))
        .with("docroot", "https://spark.apache.org/docs/latest")
}

/// What was asked for.
#[derive(Debug, Default)]
struct Found {
    data_type: Option<DataType>,
    nullable: bool,
    tuple: bool,
    /// A `u8`: as an element it makes its sequence binary.
    byte: bool,
}

impl Found {
    fn value_type(self) -> ValueType {
        ValueType {
            data_type: self.data_type.unwrap_or(DataType::Null),
            nullable: self.nullable,
            tuple: self.tuple,
        }
    }

    fn field(self, name: &str) -> std::result::Result<StructField, CodecError> {
        if self.byte {
            return Err(no_type("u8"));
        }
        let found = self.value_type();
        Ok(StructField::new(name, found.data_type, found.nullable))
    }
}

fn no_type(what: &str) -> CodecError {
    CodecError::custom(format!("{what} has no type in SQL"))
}

/// A deserializer that notes what is asked for.
struct Trace<'a> {
    found: &'a mut Found,
    depth: usize,
}

impl Trace<'_> {
    fn note(self, data_type: DataType) {
        self.found.data_type = Some(data_type);
    }

    /// Looks at a part of this.
    fn part<'de, S: DeserializeSeed<'de>>(
        depth: usize,
        seed: S,
    ) -> std::result::Result<(S::Value, Found), CodecError> {
        if depth >= DEPTH {
            return Err(no_type("a type inside of itself"));
        }
        let mut found = Found::default();
        let value = seed.deserialize(Trace {
            found: &mut found,
            depth: depth + 1,
        })?;
        Ok((value, found))
    }

    fn fields<'de, V: Visitor<'de>>(
        self,
        names: Vec<String>,
        tuple: bool,
        visitor: V,
    ) -> std::result::Result<V::Value, CodecError> {
        let mut fields = Fields {
            names: &names,
            found: Vec::with_capacity(names.len()),
            depth: self.depth,
        };
        let value = visitor.visit_seq(&mut fields)?;
        let fields = StructType::new(fields.found);
        self.found.tuple = tuple;
        self.found.data_type = Some(DataType::Struct(fields));
        Ok(value)
    }
}

macro_rules! plain {
    ($($method:ident: $data_type:expr, $visit:ident($value:expr);)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
            self.note($data_type);
            visitor.$visit($value)
        })+
    };
}

macro_rules! refused {
    ($($method:ident: $what:literal;)+) => {
        $(fn $method<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
            Err(no_type($what))
        })+
    };
}

impl<'de> Deserializer<'de> for Trace<'_> {
    type Error = CodecError;

    plain! {
        deserialize_bool: DataType::Boolean, visit_bool(false);
        deserialize_i8: DataType::Byte, visit_i8(0);
        deserialize_i16: DataType::Short, visit_i16(0);
        deserialize_i32: DataType::Integer, visit_i32(0);
        deserialize_i64: DataType::Long, visit_i64(0);
        deserialize_f32: DataType::Float, visit_f32(0.0);
        deserialize_f64: DataType::Double, visit_f64(0.0);
        deserialize_char: DataType::STRING, visit_char('a');
        deserialize_str: DataType::STRING, visit_str("");
        deserialize_string: DataType::STRING, visit_str("");
        deserialize_bytes: DataType::Binary, visit_bytes(&[]);
        deserialize_byte_buf: DataType::Binary, visit_bytes(&[]);
    }

    refused! {
        deserialize_any: "a type that tells only when it is read what it is";
        deserialize_u16: "u16";
        deserialize_u32: "u32";
        deserialize_u64: "u64";
        deserialize_i128: "i128";
        deserialize_u128: "u128";
        deserialize_unit: "the empty tuple";
        deserialize_identifier: "a name";
        deserialize_ignored_any: "what nobody reads";
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        self.found.byte = true;
        visitor.visit_u8(0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        self.found.nullable = true;
        visitor.visit_some(self)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: V,
    ) -> Result<V::Value, Self::Error> {
        Err(no_type(name))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        let data_type = match name {
            Date::NAME => DataType::Date,
            Timestamp::NAME => DataType::Timestamp,
            TimestampNtz::NAME => DataType::TimestampNtz,
            DayTime::NAME => DataType::DayTimeInterval(DayTimeRange::WHOLE),
            _ => return visitor.visit_newtype_struct(self),
        };
        self.found.data_type = Some(data_type);
        // The number inside is not what the column is.
        let mut number = Found::default();
        visitor.visit_newtype_struct(Trace {
            found: &mut number,
            depth: self.depth,
        })
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        let mut one = One {
            found: Vec::new(),
            depth: self.depth,
        };
        let value = visitor.visit_seq(&mut one)?;
        let element = one
            .found
            .pop()
            .ok_or_else(|| no_type("an empty sequence"))?;
        self.found.data_type = Some(if element.byte && !element.nullable {
            DataType::Binary
        } else {
            let element = element.field("element")?;
            DataType::Array {
                contains_null: element.nullable,
                element: Node::new(element.data_type),
            }
        });
        Ok(value)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        let names = (1..=len).map(|at| format!("_{at}")).collect();
        self.fields(names, true, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        let mut one = One {
            found: Vec::new(),
            depth: self.depth,
        };
        let map = visitor.visit_map(&mut one)?;
        let (Some(value), Some(key)) = (one.found.pop(), one.found.pop()) else {
            return Err(no_type("an empty map"));
        };
        let (key, value) = (key.field("key")?, value.field("value")?);
        if key.nullable {
            return Err(no_type("a map of optional keys"));
        }
        self.found.data_type = Some(DataType::Map {
            key: Node::new(key.data_type),
            value_contains_null: value.nullable,
            value: Node::new(value.data_type),
        });
        Ok(map)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        if name == super::cells::DECIMAL {
            self.found.data_type = Some(DataType::Decimal {
                precision: 38,
                scale: 18,
            });
            return visitor.visit_seq(super::cells::DecimalParts::new(0, 38, 18));
        }
        let names = fields.iter().map(|&name| name.to_owned()).collect();
        self.fields(names, false, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        let Some(first) = variants.first() else {
            return Err(no_type(name));
        };
        self.found.data_type = Some(DataType::STRING);
        visitor.visit_enum(Variant { name: first })
    }
}

/// The fields of a struct, one after the other.
struct Fields<'a> {
    names: &'a [String],
    found: Vec<StructField>,
    depth: usize,
}

impl<'de> SeqAccess<'de> for &mut Fields<'_> {
    type Error = CodecError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, CodecError> {
        let Some(name) = self.names.get(self.found.len()) else {
            return Ok(None);
        };
        let (value, found) = Trace::part(self.depth, seed)?;
        self.found.push(found.field(name)?);
        Ok(Some(value))
    }
}

/// One element of a sequence, or one entry of a map.
struct One {
    found: Vec<Found>,
    depth: usize,
}

impl<'de> SeqAccess<'de> for &mut One {
    type Error = CodecError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, CodecError> {
        if !self.found.is_empty() {
            return Ok(None);
        }
        let (value, found) = Trace::part(self.depth, seed)?;
        self.found.push(found);
        Ok(Some(value))
    }
}

impl<'de> MapAccess<'de> for &mut One {
    type Error = CodecError;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, CodecError> {
        self.next_element_seed(seed)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<S::Value, CodecError> {
        let (value, found) = Trace::part(self.depth, seed)?;
        self.found.push(found);
        Ok(value)
    }
}

/// An enum's first variant, which must have no data.
struct Variant {
    name: &'static str,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = CodecError;
    type Variant = Variant;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Variant), CodecError> {
        let name: StrDeserializer<'_, CodecError> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant {
    type Error = CodecError;

    fn unit_variant(self) -> Result<(), CodecError> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, _: S) -> Result<S::Value, CodecError> {
        Err(no_type("an enum with data"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, CodecError> {
        Err(no_type("an enum with data"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, CodecError> {
        Err(no_type("an enum with data"))
    }
}

/// A byte as serde reads one.
pub(super) fn byte(value: u8) -> U8Deserializer<CodecError> {
    value.into_deserializer()
}
