//! Spark's data types.
//!
//! [`DataType`] is plain data: nullability of elements and fields is part of a type, as in Spark.
//! Rendering sits beside: [`simple_string`](DataType::simple_string) and
//! [`sql`](DataType::sql) in `render`, [`json`](DataType::json) and its parser in `json`. DDL text
//! (`a INT, b ARRAY<STRING>`) is read by the parser crate.

mod interval;
mod json;
mod render;
mod string;
mod structure;
mod user_defined;

pub use interval::{DayTimeField, DayTimeRange, YearMonthField, YearMonthRange};
pub use string::Collation;
pub use structure::{StructField, StructType};
pub use user_defined::UserDefinedType;

use serde::{Deserialize, Serialize};

use crate::{Ident, Node};

/// A data type of Spark.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DataType {
    /// The type of an untyped NULL: `void`.
    Null,
    /// `boolean`.
    Boolean,
    /// 8-bit integer: `tinyint`.
    Byte,
    /// 16-bit integer: `smallint`.
    Short,
    /// 32-bit integer: `int`.
    Integer,
    /// 64-bit integer: `bigint`.
    Long,
    /// 32-bit float: `float`.
    Float,
    /// 64-bit float: `double`.
    Double,
    /// `decimal(precision,scale)`, of at most 38 digits.
    Decimal {
        /// Digits in all, 1 to 38.
        precision: u8,
        /// Digits after the point.
        scale: i8,
    },
    /// `string`, compared by its collation.
    String(Collation),
    /// `char(n)`: a string padded to `n` characters.
    Char(u32),
    /// `varchar(n)`: a string of at most `n` characters.
    VarChar(u32),
    /// `binary`.
    Binary,
    /// Days since 1970-01-01: `date`.
    Date,
    /// Time of day: `time(precision)`, 0 to 6 digits of a second (9 where nanoseconds are allowed).
    Time(u8),
    /// Microseconds since the epoch, shown in the session's zone: `timestamp`.
    Timestamp,
    /// Microseconds of a zoneless clock: `timestamp_ntz`.
    TimestampNtz,
    /// `timestamp_ltz(precision)`, 7 to 9 digits of a second.
    TimestampLtzNanos(u8),
    /// `timestamp_ntz(precision)`, 7 to 9 digits of a second.
    TimestampNtzNanos(u8),
    /// Months, days and microseconds, not comparable: `interval`.
    CalendarInterval,
    /// Whole months: `interval year to month` and its parts.
    YearMonthInterval(YearMonthRange),
    /// Microseconds: `interval day to second` and its parts.
    DayTimeInterval(DayTimeRange),
    /// `array<element>`.
    Array {
        /// Type of the elements.
        element: Node<DataType>,
        /// Whether elements may be null.
        contains_null: bool,
    },
    /// `map<key,value>`; keys are never null.
    Map {
        /// Type of the keys.
        key: Node<DataType>,
        /// Type of the values.
        value: Node<DataType>,
        /// Whether values may be null.
        value_contains_null: bool,
    },
    /// `struct<name:type,..>`.
    Struct(StructType),
    /// Semi-structured data: `variant`.
    Variant,
    /// `geometry(srid)`; `None` is any SRID.
    Geometry(Option<i32>),
    /// `geography(srid)`; `None` is any SRID.
    Geography(Option<i32>),
    /// A type of the user's own over one of these.
    UserDefined(Node<UserDefinedType>),
    /// DDL text that nobody has read yet, as clients may send it.
    Unparsed(Ident),
}

impl DataType {
    /// The plain `string` type.
    pub const STRING: DataType = DataType::String(Collation::Utf8Binary);
    /// What `decimal` alone means.
    pub const DEFAULT_DECIMAL: DataType = DataType::Decimal {
        precision: 10,
        scale: 0,
    };
    /// Most digits of a decimal.
    pub const MAX_PRECISION: u8 = 38;
    /// What `time` alone means.
    pub const DEFAULT_TIME: DataType = DataType::Time(6);

    /// An array whose elements may be null.
    pub fn array(element: DataType) -> DataType {
        DataType::Array {
            element: Node::new(element),
            contains_null: true,
        }
    }

    /// A map whose values may be null.
    pub fn map(key: DataType, value: DataType) -> DataType {
        let (key, value) = (Node::new(key), Node::new(value));
        DataType::Map {
            key,
            value,
            value_contains_null: true,
        }
    }

    /// A struct of the given fields.
    pub fn structure(fields: impl IntoIterator<Item = StructField>) -> DataType {
        DataType::Struct(StructType::new(fields))
    }

    /// Whether values are numbers.
    pub fn is_numeric(&self) -> bool {
        self.is_integral()
            || matches!(
                self,
                DataType::Float | DataType::Double | DataType::Decimal { .. }
            )
    }

    /// Whether values are whole numbers.
    pub fn is_integral(&self) -> bool {
        matches!(
            self,
            DataType::Byte | DataType::Short | DataType::Integer | DataType::Long
        )
    }

    /// Whether values are strings, padded and bounded ones among them.
    pub fn is_string(&self) -> bool {
        matches!(
            self,
            DataType::String(_) | DataType::Char(_) | DataType::VarChar(_)
        )
    }

    /// The fields, when it is a struct.
    pub fn as_struct(&self) -> Option<&StructType> {
        match self {
            DataType::Struct(fields) => Some(fields),
            _ => None,
        }
    }
}
