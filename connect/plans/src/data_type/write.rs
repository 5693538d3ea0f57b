//! Messages from types.

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{DataType, StructField, with_stack};
use proto::data_type::{self as kinds, Kind};

use super::{ANY_SRID, user_defined};

/// The message of a type, every parameter written out.
///
/// ```
/// use flint_connect_plans::{data_type, data_type_message};
/// use flint_sql_spec::DataType;
/// let maps = DataType::array(DataType::map(DataType::STRING, DataType::Long));
/// assert_eq!(data_type(&data_type_message(&maps))?, maps);
/// # Ok::<(), flint_sql_spec::SqlError>(())
/// ```
pub fn data_type_message(data_type: &DataType) -> proto::DataType {
    proto::DataType {
        kind: Some(kind(data_type)),
    }
}

fn kind(data_type: &DataType) -> Kind {
    match data_type {
        DataType::Null => Kind::Null(kinds::Null::default()),
        DataType::Boolean => Kind::Boolean(kinds::Boolean::default()),
        DataType::Byte => Kind::Byte(kinds::Byte::default()),
        DataType::Short => Kind::Short(kinds::Short::default()),
        DataType::Integer => Kind::Integer(kinds::Integer::default()),
        DataType::Long => Kind::Long(kinds::Long::default()),
        DataType::Float => Kind::Float(kinds::Float::default()),
        DataType::Double => Kind::Double(kinds::Double::default()),
        DataType::Decimal { precision, scale } => Kind::Decimal(kinds::Decimal {
            precision: Some(i32::from(*precision)),
            scale: Some(i32::from(*scale)),
            ..Default::default()
        }),
        DataType::String(collation) => Kind::String(kinds::String {
            collation: collation.name().to_owned(),
            ..Default::default()
        }),
        DataType::Char(length) => Kind::Char(kinds::Char {
            length: signed(*length),
            ..Default::default()
        }),
        DataType::VarChar(length) => Kind::VarChar(kinds::VarChar {
            length: signed(*length),
            ..Default::default()
        }),
        DataType::Binary => Kind::Binary(kinds::Binary::default()),
        DataType::Date => Kind::Date(kinds::Date::default()),
        DataType::Time(precision) => Kind::Time(kinds::Time {
            precision: Some(i32::from(*precision)),
            ..Default::default()
        }),
        DataType::Timestamp => Kind::Timestamp(kinds::Timestamp::default()),
        DataType::TimestampNtz => Kind::TimestampNtz(kinds::TimestampNtz::default()),
        DataType::TimestampLtzNanos(precision) => {
            Kind::TimestampLtzNanos(kinds::TimestampLtzNanos {
                precision: Some(i32::from(*precision)),
                ..Default::default()
            })
        }
        DataType::TimestampNtzNanos(precision) => {
            Kind::TimestampNtzNanos(kinds::TimestampNtzNanos {
                precision: Some(i32::from(*precision)),
                ..Default::default()
            })
        }
        DataType::CalendarInterval => Kind::CalendarInterval(kinds::CalendarInterval::default()),
        DataType::YearMonthInterval(range) => Kind::YearMonthInterval(kinds::YearMonthInterval {
            start_field: Some(range.start as i32),
            end_field: Some(range.end as i32),
            ..Default::default()
        }),
        DataType::DayTimeInterval(range) => Kind::DayTimeInterval(kinds::DayTimeInterval {
            start_field: Some(range.start as i32),
            end_field: Some(range.end as i32),
            ..Default::default()
        }),
        DataType::Array {
            element,
            contains_null,
        } => Kind::Array(Box::new(kinds::Array {
            element_type: Some(boxed(element)),
            contains_null: *contains_null,
            ..Default::default()
        })),
        DataType::Map {
            key,
            value,
            value_contains_null,
        } => Kind::Map(Box::new(kinds::Map {
            key_type: Some(boxed(key)),
            value_type: Some(boxed(value)),
            value_contains_null: *value_contains_null,
            ..Default::default()
        })),
        DataType::Struct(fields) => Kind::Struct(kinds::Struct {
            fields: fields.iter().map(field).collect(),
            ..Default::default()
        }),
        DataType::Variant => Kind::Variant(kinds::Variant::default()),
        DataType::Geometry(srid) => Kind::Geometry(kinds::Geometry {
            srid: srid.unwrap_or(ANY_SRID),
            ..Default::default()
        }),
        DataType::Geography(srid) => Kind::Geography(kinds::Geography {
            srid: srid.unwrap_or(ANY_SRID),
            ..Default::default()
        }),
        DataType::UserDefined(udt) => Kind::Udt(Box::new(user_defined::message(udt))),
        DataType::Unparsed(text) => Kind::Unparsed(kinds::Unparsed {
            data_type_string: text.to_string(),
        }),
    }
}

/// The message of a type inside of another.
pub(super) fn boxed(data_type: &DataType) -> Box<proto::DataType> {
    Box::new(with_stack(|| data_type_message(data_type)))
}

fn field(field: &StructField) -> kinds::StructField {
    kinds::StructField {
        name: field.name.to_string(),
        data_type: Some(*boxed(&field.data_type)),
        nullable: field.nullable,
        metadata: field.metadata.as_deref().map(str::to_owned),
    }
}

/// A length of the wire. Spark has none above its 32-bit integers, so none is cut off.
fn signed(length: u32) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}
