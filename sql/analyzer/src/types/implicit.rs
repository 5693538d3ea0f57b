//! What an argument is cast to where a function takes a certain type.

use flint_sql_spec::{Collation, DataType, DayTimeRange, Node, YearMonthRange};

use super::decimal::Digits;
use super::store::can_store_ansi;
use super::{Rules, force_nullable};

/// A type without parts, as tables of functions name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // the names of `DataType`'s variants
pub enum Basic {
    Null,
    Boolean,
    Byte,
    Short,
    Integer,
    Long,
    Float,
    Double,
    Decimal(u8, i8),
    String,
    Binary,
    Date,
    Time,
    Timestamp,
    TimestampNtz,
    CalendarInterval,
    YearMonthInterval,
    DayTimeInterval,
    Variant,
}

impl Basic {
    /// The type.
    pub fn data_type(self) -> DataType {
        match self {
            Basic::Null => DataType::Null,
            Basic::Boolean => DataType::Boolean,
            Basic::Byte => DataType::Byte,
            Basic::Short => DataType::Short,
            Basic::Integer => DataType::Integer,
            Basic::Long => DataType::Long,
            Basic::Float => DataType::Float,
            Basic::Double => DataType::Double,
            Basic::Decimal(precision, scale) => DataType::Decimal { precision, scale },
            Basic::String => DataType::STRING,
            Basic::Binary => DataType::Binary,
            Basic::Date => DataType::Date,
            Basic::Time => DataType::DEFAULT_TIME,
            Basic::Timestamp => DataType::Timestamp,
            Basic::TimestampNtz => DataType::TimestampNtz,
            Basic::CalendarInterval => DataType::CalendarInterval,
            Basic::YearMonthInterval => DataType::YearMonthInterval(YearMonthRange::WHOLE),
            Basic::DayTimeInterval => DataType::DayTimeInterval(DayTimeRange::WHOLE),
            Basic::Variant => DataType::Variant,
        }
    }
}

/// What a function takes as an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accept {
    /// Anything.
    Any,
    /// One type; for intervals and strings, with any range or collation.
    Is(Basic),
    /// Any number.
    Numeric,
    /// Any whole number.
    Integral,
    /// A decimal of any width.
    Decimal,
    /// A timestamp, with or without a zone.
    AnyTimestamp,
    /// A timestamp of more than six digits of a second.
    NanosTimestamp,
    /// Any array.
    Array,
    /// An array of a type.
    ArrayOf(Basic),
    /// Any map.
    Map,
    /// Any struct.
    Struct,
    /// Any of these; the first is preferred.
    AnyOf(&'static [Accept]),
}

impl Accept {
    /// Whether a value of the type is taken as it is.
    pub fn accepts(&self, data_type: &DataType) -> bool {
        match (self, data_type) {
            (Accept::Any, _) => true,
            (Accept::Is(Basic::String), other) => other.is_string(),
            (Accept::Is(Basic::DayTimeInterval), DataType::DayTimeInterval(_)) => true,
            (Accept::Is(Basic::YearMonthInterval), DataType::YearMonthInterval(_)) => true,
            (Accept::Is(Basic::Time), DataType::Time(_)) => true,
            (Accept::Is(basic), other) => basic.data_type() == *other,
            (Accept::Numeric, other) => other.is_numeric(),
            (Accept::Integral, other) => other.is_integral(),
            (Accept::Decimal, other) => matches!(other, DataType::Decimal { .. }),
            (Accept::AnyTimestamp, DataType::Timestamp | DataType::TimestampNtz) => true,
            (
                Accept::NanosTimestamp,
                DataType::TimestampLtzNanos(_) | DataType::TimestampNtzNanos(_),
            ) => true,
            (Accept::Array, DataType::Array { .. }) => true,
            (Accept::ArrayOf(basic), DataType::Array { element, .. }) => {
                Accept::Is(*basic).accepts(element)
            }
            (Accept::Map, DataType::Map { .. }) => true,
            (Accept::Struct, DataType::Struct(_)) => true,
            (Accept::AnyOf(several), other) => several.iter().any(|one| one.accepts(other)),
            _ => false,
        }
    }

    /// The type that NULL becomes here.
    pub fn default_type(&self, rules: &Rules) -> DataType {
        match self {
            Accept::Any => DataType::Null,
            Accept::Is(basic) => basic.data_type(),
            Accept::Numeric => DataType::Double,
            Accept::Integral => DataType::Integer,
            Accept::Decimal => DataType::Decimal {
                precision: 38,
                scale: 18,
            },
            Accept::AnyTimestamp => rules.timestamp(),
            Accept::NanosTimestamp => DataType::TimestampLtzNanos(9),
            Accept::Array => DataType::array(DataType::Null),
            Accept::ArrayOf(basic) => DataType::array(basic.data_type()),
            Accept::Map => DataType::map(DataType::Null, DataType::Null),
            Accept::Struct => DataType::structure([]),
            Accept::AnyOf(several) => several
                .first()
                .map_or(DataType::Null, |first| first.default_type(rules)),
        }
    }

    /// What error messages call it.
    pub fn sql(&self) -> String {
        let plain = match self {
            Accept::Any => "ANY",
            Accept::Numeric => "NUMERIC",
            Accept::Integral => "INTEGRAL",
            Accept::Decimal => "DECIMAL",
            Accept::AnyTimestamp => "(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)",
            Accept::NanosTimestamp => "(TIMESTAMP_LTZ(P) OR TIMESTAMP_NTZ(P) WITH P IN [7, 9])",
            Accept::Array => "ARRAY",
            Accept::Map => "MAP",
            Accept::Struct => "STRUCT",
            Accept::Is(Basic::Time) => "TIME",
            Accept::Is(basic) => return format!("\"{}\"", basic.data_type().sql()),
            Accept::ArrayOf(basic) => return format!("\"ARRAY<{}>\"", basic.data_type().sql()),
            Accept::AnyOf(several) => {
                let names: Vec<_> = several.iter().map(Accept::sql).collect();
                return format!("({})", names.join(" or "));
            }
        };
        format!("\"{plain}\"")
    }

    /// The type, when it is one and no class of types.
    fn concrete(&self) -> Option<DataType> {
        match self {
            Accept::Is(basic) => Some(basic.data_type()),
            Accept::ArrayOf(basic) => Some(DataType::array(basic.data_type())),
            _ => None,
        }
    }
}

/// The type that a value of type `from` is cast to where `to` is taken; its own when it fits.
pub fn implicit_cast(from: &DataType, to: &Accept, rules: &Rules) -> Option<DataType> {
    if to.accepts(from) {
        return Some(from.clone());
    }
    if rules.ansi {
        ansi(from, to, rules)
    } else {
        legacy(from, to, rules)
    }
}

/// Whether the mode casts a value of one type to another one by itself, where that is asked for.
pub fn casts_implicitly(from: &DataType, to: &DataType, rules: &Rules) -> bool {
    if from == to || *from == DataType::Null {
        return true;
    }
    if rules.ansi {
        casts_to_type(from, to)
    } else {
        legacy_casts(from, to)
    }
}

fn ansi(from: &DataType, to: &Accept, rules: &Rules) -> Option<DataType> {
    match to {
        _ if *from == DataType::Null => return Some(to.default_type(rules)),
        Accept::AnyOf(several) => return ansi_any_of(from, several, rules),
        _ => {}
    }
    match to {
        Accept::Decimal if from.is_numeric() => Digits::for_type(from).map(Digits::bounded),
        Accept::Decimal if from.is_string() => Some(to.default_type(rules)),
        Accept::Numeric if from.is_string() => Some(DataType::Double),
        Accept::AnyTimestamp if from.is_string() || *from == DataType::Date => {
            Some(rules.timestamp())
        }
        Accept::Is(basic) if from.is_string() => match basic {
            Basic::CalendarInterval | Basic::Null => None,
            Basic::YearMonthInterval | Basic::DayTimeInterval => None,
            _ => Some(basic.data_type()),
        },
        _ => {
            let target = to.concrete()?;
            can_store_ansi(from, &target).then(|| keep_collation(from, target))
        }
    }
}

/// A string made of a string keeps its collation.
fn keep_collation(from: &DataType, target: DataType) -> DataType {
    match (from, target) {
        (DataType::String(Collation::Named(_)), DataType::String(_)) => from.clone(),
        (_, target) => target,
    }
}

/// Of the types that `from` can be cast to, the one that can be cast to all others.
fn ansi_any_of(from: &DataType, several: &[Accept], rules: &Rules) -> Option<DataType> {
    let possible: Vec<DataType> = several
        .iter()
        .filter_map(|one| implicit_cast(from, one, rules))
        .collect();
    if possible.len() <= 1 {
        return possible.into_iter().next();
    }
    let fits = |from: &DataType, to: &DataType| from == to || casts_to_type(from, to);
    let closest = possible
        .iter()
        .find(|one| possible.iter().all(|other| fits(one, other)))?;
    if *closest == DataType::Float && possible.contains(&DataType::Double) {
        return Some(DataType::Double);
    }
    Some(closest.clone())
}

/// Whether ANSI mode casts a value of one type to another one by itself.
fn casts_to_type(from: &DataType, to: &DataType) -> bool {
    if from.is_string() && super::common_type::is_atomic(to) {
        return true;
    }
    can_store_ansi(from, to)
}

fn legacy(from: &DataType, to: &Accept, rules: &Rules) -> Option<DataType> {
    if let Accept::AnyOf(several) = to {
        if *from == DataType::Null {
            return Some(to.default_type(rules));
        }
        return several
            .iter()
            .find_map(|one| implicit_cast(from, one, rules));
    }
    if *from == DataType::Null {
        return Some(to.default_type(rules));
    }
    match to {
        Accept::Numeric if from.is_string() => Some(DataType::Double),
        Accept::Decimal if from.is_numeric() => Digits::for_type(from).map(Digits::bounded),
        Accept::Decimal if from.is_string() => Some(to.default_type(rules)),
        Accept::AnyTimestamp if from.is_string() || *from == DataType::Date => {
            Some(rules.timestamp())
        }
        Accept::Is(basic) => {
            let target = basic.data_type();
            legacy_casts(from, &target).then_some(target)
        }
        Accept::ArrayOf(basic) => match from {
            DataType::Array {
                element,
                contains_null,
            } => {
                let element_type = legacy(element, &Accept::Is(*basic), rules)?;
                let contains_null = *contains_null || force_nullable(element, &element_type);
                Some(DataType::Array {
                    element: Node::new(element_type),
                    contains_null,
                })
            }
            _ => None,
        },
        _ => None,
    }
}

/// Whether legacy mode casts a value of one type to another one by itself.
fn legacy_casts(from: &DataType, to: &DataType) -> bool {
    let is_time = |data_type: &DataType| {
        matches!(
            data_type,
            DataType::Date | DataType::Timestamp | DataType::TimestampNtz | DataType::Time(_)
        )
    };
    (from.is_numeric() && to.is_numeric())
        || (is_time(from) && is_time(to))
        || (from.is_string() && (to.is_numeric() || is_time(to) || *to == DataType::Binary))
        || (to.is_string() && super::common_type::is_atomic(from))
}
