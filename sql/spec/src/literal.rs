//! Constant values of every type.
//!
//! Comparing and hashing literals is exact: floats by their bits, so that NaN equals itself and the
//! two zeros differ. Spark's comparisons of values are the analyzer's and the engine's business.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{DataType, DayTimeRange, Ident, Node, StructType, YearMonthRange};

/// A constant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Literal {
    /// NULL of a type; `DataType::Null` when nothing says which.
    Null(DataType),
    /// `TRUE` or `FALSE`.
    Boolean(bool),
    /// `1Y`.
    Byte(i8),
    /// `1S`.
    Short(i16),
    /// `1`.
    Integer(i32),
    /// `1L`.
    Long(i64),
    /// `1.0F`.
    Float(Float<f32>),
    /// `1.0D`.
    Double(Float<f64>),
    /// `1.0` or `1.0BD`.
    Decimal(DecimalValue),
    /// A string.
    String(Ident),
    /// `X'1F'`.
    Binary(Arc<[u8]>),
    /// Days since 1970-01-01.
    Date(i32),
    /// Time of day.
    Time {
        /// Nanoseconds since midnight.
        nanos: i64,
        /// Digits of a second.
        precision: u8,
    },
    /// Microseconds since the epoch, in UTC.
    Timestamp(i64),
    /// Microseconds of a zoneless clock.
    TimestampNtz(i64),
    /// A timestamp with more digits than microseconds.
    TimestampNanos {
        /// Whether it is an instant (LTZ) or a zoneless clock (NTZ).
        zoned: bool,
        /// Microseconds since the epoch.
        micros: i64,
        /// Nanoseconds above them, 0 to 999.
        nanos_within_micro: u16,
        /// Digits of a second.
        precision: u8,
    },
    /// Months, days and microseconds.
    CalendarInterval {
        /// Months.
        months: i32,
        /// Days.
        days: i32,
        /// Microseconds.
        micros: i64,
    },
    /// Months.
    YearMonthInterval {
        /// Months in all.
        months: i32,
        /// Fields of the type.
        range: YearMonthRange,
    },
    /// Microseconds.
    DayTimeInterval {
        /// Microseconds in all.
        micros: i64,
        /// Fields of the type.
        range: DayTimeRange,
    },
    /// An array.
    Array {
        /// Type of the elements.
        element: DataType,
        /// The elements.
        values: Node<Vec<Literal>>,
    },
    /// A map.
    Map {
        /// Type of the keys.
        key: DataType,
        /// Type of the values.
        value: DataType,
        /// The pairs, in order.
        entries: Node<Vec<(Literal, Literal)>>,
    },
    /// A struct.
    Struct {
        /// Names and types.
        fields: StructType,
        /// One value per field.
        values: Node<Vec<Literal>>,
    },
    /// A value that carries its type.
    Variant(VariantValue),
}

/// A variant as its two byte strings, in the layout of Spark and Parquet.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct VariantValue {
    /// The value, whose objects name their fields by number.
    pub value: Arc<[u8]>,
    /// The names.
    pub metadata: Arc<[u8]>,
}

/// An exact decimal: `unscaled` times ten to the power of minus `scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DecimalValue {
    /// All digits, as one integer.
    pub unscaled: i128,
    /// Digits of the type, 1 to 38.
    pub precision: u8,
    /// Digits of the type after the point.
    pub scale: i8,
}

/// All digits, as SQL writes them: `-0.0120`, and `1200` for 12 with the scale -2.
impl fmt::Display for DecimalValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.unscaled < 0 { "-" } else { "" };
        let digits = self.unscaled.unsigned_abs();
        let places = usize::from(self.scale.unsigned_abs());
        if self.scale <= 0 {
            let places = if digits == 0 { 0 } else { places };
            return write!(f, "{sign}{digits}{:0<places$}", "");
        }
        let digits = format!("{digits:0>width$}", width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        write!(f, "{sign}{whole}.{fraction}")
    }
}

/// A float that compares and hashes by its bits.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Float<F>(pub F);

impl PartialEq for Float<f32> {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

impl PartialEq for Float<f64> {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

impl Eq for Float<f32> {}
impl Eq for Float<f64> {}

impl Hash for Float<f32> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

impl Hash for Float<f64> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

impl Literal {
    /// NULL of no known type.
    pub const NULL: Literal = Literal::Null(DataType::Null);

    /// The type of the value.
    pub fn data_type(&self) -> DataType {
        match self {
            Literal::Null(data_type) => data_type.clone(),
            Literal::Boolean(_) => DataType::Boolean,
            Literal::Byte(_) => DataType::Byte,
            Literal::Short(_) => DataType::Short,
            Literal::Integer(_) => DataType::Integer,
            Literal::Long(_) => DataType::Long,
            Literal::Float(_) => DataType::Float,
            Literal::Double(_) => DataType::Double,
            Literal::Decimal(DecimalValue {
                precision, scale, ..
            }) => DataType::Decimal {
                precision: *precision,
                scale: *scale,
            },
            Literal::String(_) => DataType::STRING,
            Literal::Binary(_) => DataType::Binary,
            Literal::Date(_) => DataType::Date,
            Literal::Time { precision, .. } => DataType::Time(*precision),
            Literal::Timestamp(_) => DataType::Timestamp,
            Literal::TimestampNtz(_) => DataType::TimestampNtz,
            Literal::TimestampNanos {
                zoned: true,
                precision,
                ..
            } => DataType::TimestampLtzNanos(*precision),
            Literal::TimestampNanos { precision, .. } => DataType::TimestampNtzNanos(*precision),
            Literal::CalendarInterval { .. } => DataType::CalendarInterval,
            Literal::YearMonthInterval { range, .. } => DataType::YearMonthInterval(*range),
            Literal::DayTimeInterval { range, .. } => DataType::DayTimeInterval(*range),
            Literal::Array { element, values } => DataType::Array {
                element: Node::new(element.clone()),
                contains_null: values.iter().any(Literal::is_null),
            },
            Literal::Map {
                key,
                value,
                entries,
            } => DataType::Map {
                key: Node::new(key.clone()),
                value: Node::new(value.clone()),
                value_contains_null: entries.iter().any(|(_, value)| value.is_null()),
            },
            Literal::Struct { fields, .. } => DataType::Struct(fields.clone()),
            Literal::Variant(_) => DataType::Variant,
        }
    }

    /// Whether it is NULL.
    pub fn is_null(&self) -> bool {
        matches!(self, Literal::Null(_))
    }
}

impl DecimalValue {
    /// A value with the narrowest type that holds it, unless it takes more than 38 digits.
    pub fn narrowest(unscaled: i128, scale: i8) -> Option<DecimalValue> {
        let digits = unscaled
            .unsigned_abs()
            .checked_ilog10()
            .map_or(1, |log| log + 1) as u8;
        let precision = digits.max(scale.max(0) as u8);
        (precision <= DataType::MAX_PRECISION).then_some(DecimalValue {
            unscaled,
            precision,
            scale,
        })
    }
}

macro_rules! literal_from {
    ($($from:ty => $variant:ident),+ $(,)?) => {
        $(impl From<$from> for Literal {
            fn from(value: $from) -> Literal {
                Literal::$variant(value.into())
            }
        })+
    };
}

literal_from!(bool => Boolean, i8 => Byte, i16 => Short, i32 => Integer, i64 => Long,
    f32 => Float, f64 => Double, &str => String, String => String, DecimalValue => Decimal);

impl From<f32> for Float<f32> {
    fn from(value: f32) -> Self {
        Float(value)
    }
}

impl From<f64> for Float<f64> {
    fn from(value: f64) -> Self {
        Float(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_compare_by_bits() {
        assert_eq!(Literal::from(f64::NAN), Literal::from(f64::NAN));
        assert_ne!(Literal::from(0.0), Literal::from(-0.0));
    }

    #[test]
    fn decimals_take_the_narrowest_type() {
        let value = DecimalValue::narrowest(-15, 3).expect("few digits");
        assert_eq!((value.precision, value.scale), (3, 3));
        assert_eq!(
            DecimalValue::narrowest(0, 0).map(|value| value.precision),
            Some(1)
        );
        assert_eq!(DecimalValue::narrowest(10_i128.pow(38), 0), None);
    }
}
