//! [`Schema`]: the type that holds all of some variants; `schema_of_variant`.
//!
//! Whole numbers are BIGINT whatever they take; decimals are as wide as they must be. Objects have the
//! fields of all. Where nothing narrower holds two values, VARIANT does.

use std::cmp::Ordering;
use std::fmt::{self, Write};
use std::sync::Arc;

use arrow::array::{ArrayRef, StringBuilder};
use flint_sql_spec::{DataType, Result, SqlError, StructField, quote_part_if_needed, with_stack};

use super::read::{Content, java_order};
use super::{Fault, Variant, Variants};
use crate::scalar::Kernel;
use crate::site::Site;

/// Digits of a decimal at most, and those that hold every BIGINT.
const MOST_DIGITS: i16 = 38;
const LONG: DataType = DataType::Decimal {
    precision: 20,
    scale: 0,
};

/// The type of the variants so far: a struct is an object, its fields in the order of their names.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Schema(DataType);

pub(super) fn schema_of_variant(_: &Site) -> Result<Kernel> {
    Ok(Arc::new(|args| {
        let variants = Variants::argument(args, 0)?;
        let mut found = StringBuilder::new();
        for row in 0..args.rows() {
            let schema = match variants.get(row) {
                Ok(Some(variant)) => Schema::of(variant).map(Some),
                other => other.map(|_| None),
            };
            let schema = schema.map_err(|fault| fault.error("schema_of_variant"))?;
            found.append_option(schema.map(|schema| schema.to_string()));
        }
        Ok(Arc::new(found.finish()) as ArrayRef)
    }))
}

impl Default for Schema {
    /// That of no variants.
    fn default() -> Schema {
        Schema(DataType::Null)
    }
}

impl Schema {
    /// The type of one variant.
    pub(crate) fn of(variant: Variant<'_>) -> Result<Schema, Fault> {
        type_of(variant).map(Schema)
    }

    /// The same for more variants.
    pub(crate) fn add(&mut self, other: Schema) {
        let known = std::mem::replace(&mut self.0, DataType::Null);
        self.0 = merged(known, other.0);
    }

    /// As text that [`Schema::restored`] reads.
    pub(crate) fn saved(&self) -> String {
        self.0.json()
    }

    /// # Errors
    /// `INTERNAL_ERROR` for other text.
    pub(crate) fn restored(text: &str) -> Result<Schema> {
        let found = DataType::from_json(text);
        found
            .map(Schema)
            .ok_or_else(|| SqlError::internal("a schema that can't be read"))
    }

    /// Bytes that it takes, roughly.
    pub(crate) fn size(&self) -> usize {
        size_of(&self.0)
    }
}

fn size_of(data_type: &DataType) -> usize {
    const ONE: usize = size_of_val(&DataType::Null);
    match data_type {
        DataType::Array { element, .. } => ONE + with_stack(|| size_of(element)),
        DataType::Struct(fields) => fields.iter().fold(ONE, |size, field| {
            size + field.name.len() + with_stack(|| size_of(&field.data_type))
        }),
        _ => ONE,
    }
}

fn type_of(variant: Variant<'_>) -> Result<DataType, Fault> {
    Ok(match variant.content()? {
        Content::Null => DataType::Null,
        Content::Boolean(_) => DataType::Boolean,
        Content::Long(_) => DataType::Long,
        Content::Double(_) => DataType::Double,
        Content::Float(_) => DataType::Float,
        Content::Decimal(value) => {
            let value = value.plain();
            DataType::Decimal {
                precision: value.digits().max(value.scale as u8),
                scale: value.scale,
            }
        }
        Content::Date(_) => DataType::Date,
        Content::Timestamp(_) => DataType::Timestamp,
        Content::TimestampNtz(_) => DataType::TimestampNtz,
        Content::Text(_) | Content::Uuid(_) => DataType::STRING,
        Content::Binary(_) => DataType::Binary,
        Content::Array(elements) => with_stack(|| {
            let merge =
                |known, element: Result<Variant<'_>, Fault>| Ok(merged(known, type_of(element?)?));
            let element = elements.iter().try_fold(DataType::Null, merge)?;
            Ok(DataType::array(element))
        })?,
        Content::Object(fields) => with_stack(|| {
            let field = |field: Result<(&str, Variant<'_>), Fault>| {
                let (name, value) = field?;
                Ok(StructField::new(name, type_of(value)?, true))
            };
            let fields: Result<Vec<_>, Fault> = fields.iter().map(field).collect();
            Ok(DataType::structure(fields?))
        })?,
    })
}

/// The type that holds both.
fn merged(left: DataType, right: DataType) -> DataType {
    use DataType::{Date, Decimal, Double, Float, Long, Null, Timestamp, TimestampNtz};
    if left == right {
        return left;
    }
    match (left, right) {
        (Null, other) | (other, Null) => other,
        (Double, Long | Float | Decimal { .. }) | (Long | Float | Decimal { .. }, Double) => Double,
        (Float, Long) | (Long, Float) => Float,
        (Float, Decimal { .. }) | (Decimal { .. }, Float) => Double,
        (Long, decimal @ Decimal { .. }) | (decimal @ Decimal { .. }, Long) => {
            merged(LONG, decimal)
        }
        (
            Decimal {
                precision: left,
                scale: left_scale,
            },
            Decimal {
                precision: right,
                scale: right_scale,
            },
        ) => {
            let scale = left_scale.max(right_scale);
            let whole = (i16::from(left) - i16::from(left_scale))
                .max(i16::from(right) - i16::from(right_scale));
            match whole + i16::from(scale) {
                precision if precision <= MOST_DIGITS => Decimal {
                    precision: precision as u8,
                    scale,
                },
                _ => Double,
            }
        }
        (Date, moment @ (Timestamp | TimestampNtz)) => moment,
        (moment @ (Timestamp | TimestampNtz), Date) => moment,
        (Timestamp, TimestampNtz) | (TimestampNtz, Timestamp) => Timestamp,
        (DataType::Array { element: left, .. }, DataType::Array { element: right, .. }) => {
            let element = with_stack(|| merged((*left).clone(), (*right).clone()));
            DataType::array(element)
        }
        (DataType::Struct(left), DataType::Struct(right)) => {
            DataType::structure(merged_fields(left.fields(), right.fields()))
        }
        _ => DataType::Variant,
    }
}

/// Fields of either, in the order of their names, which both are in.
fn merged_fields(left: &[StructField], right: &[StructField]) -> Vec<StructField> {
    let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
    let mut found = Vec::new();
    loop {
        let order = match (left.peek(), right.peek()) {
            (Some(left), Some(right)) => java_order(&left.name, &right.name),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return found,
        };
        let mut field = None;
        if order != Ordering::Greater {
            field = left.next().cloned();
        }
        if order != Ordering::Less
            && let Some(right) = right.next()
        {
            field = Some(match field {
                Some(left) => StructField {
                    data_type: with_stack(|| merged(left.data_type, right.data_type.clone())),
                    ..left
                },
                None => right.clone(),
            });
        }
        found.extend(field);
    }
}

impl fmt::Display for Schema {
    /// As `schema_of_variant` tells it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        write_type(&self.0, &mut out)?;
        f.write_str(&out)
    }
}

fn write_type(data_type: &DataType, out: &mut String) -> fmt::Result {
    match data_type {
        DataType::Array { element, .. } => {
            out.push_str("ARRAY<");
            with_stack(|| write_type(element, out))?;
            out.push('>');
            Ok(())
        }
        DataType::Struct(fields) => {
            out.push_str("OBJECT<");
            for (at, field) in fields.iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                write!(out, "{}: ", quote_part_if_needed(&field.name))?;
                with_stack(|| write_type(&field.data_type, out))?;
            }
            out.push('>');
            Ok(())
        }
        flat => out.write_str(&flat.sql()),
    }
}
