//! One type for several values.
//!
//! [`tightest_type`] loses nothing; [`common_type`] also goes from decimals to doubles and between
//! strings and other types, in the way of the mode. Both look inside arrays, maps and structs.

use flint_sql_spec::{
    Collation, DataType, DayTimeRange, Node, StructField, StructType, YearMonthRange, with_stack,
};

use super::decimal::{self, Digits};
use super::{Rules, force_nullable};

/// Numbers from the narrowest to the widest, decimals aside.
const PRECEDENCE: [DataType; 6] = [
    DataType::Byte,
    DataType::Short,
    DataType::Integer,
    DataType::Long,
    DataType::Float,
    DataType::Double,
];

/// The type that holds all values of both without loss.
pub fn tightest_type(a: &DataType, b: &DataType, rules: &Rules) -> Option<DataType> {
    if a == b {
        return Some(a.clone());
    }
    match (a, b) {
        (DataType::Null, other) | (other, DataType::Null) => Some(other.clone()),
        (DataType::Decimal { .. }, other) if other.is_integral() => wider_of_decimal(a, other),
        (other, DataType::Decimal { .. }) if other.is_integral() => wider_of_decimal(b, other),
        (DataType::Decimal { .. }, _) | (_, DataType::Decimal { .. }) => None,
        _ if a.is_numeric() && b.is_numeric() => Some(wider_number(a, b, rules)),
        (DataType::DayTimeInterval(a), DataType::DayTimeInterval(b)) => {
            Some(DataType::DayTimeInterval(DayTimeRange {
                start: a.start.min(b.start),
                end: a.end.max(b.end),
            }))
        }
        (DataType::YearMonthInterval(a), DataType::YearMonthInterval(b)) => {
            Some(DataType::YearMonthInterval(YearMonthRange {
                start: a.start.min(b.start),
                end: a.end.max(b.end),
            }))
        }
        _ => wider_time(a, b).or_else(|| {
            if rules.ansi {
                return None;
            }
            inside(a, b, rules, &|a, b| tightest_type(a, b, rules))
        }),
    }
}

fn wider_of_decimal(decimal: &DataType, integral: &DataType) -> Option<DataType> {
    let (wide, narrow) = (Digits::of(decimal)?, Digits::of(integral)?);
    wide.is_wider_than(narrow).then(|| decimal.clone())
}

/// The wider of two numbers. ANSI mode has double for a whole number and a float, which would lose
/// digits as a float.
fn wider_number(a: &DataType, b: &DataType, rules: &Rules) -> DataType {
    let last = PRECEDENCE
        .iter()
        .rev()
        .find(|known| *known == a || *known == b);
    match last {
        Some(DataType::Float) if rules.ansi => DataType::Double,
        Some(wider) => wider.clone(),
        None => DataType::Double,
    }
}

fn wider_time(a: &DataType, b: &DataType) -> Option<DataType> {
    use DataType::{Date, Time, Timestamp, TimestampLtzNanos, TimestampNtz, TimestampNtzNanos};
    match (a, b) {
        (Time(a), Time(b)) => Some(Time(*a.max(b))),
        (Timestamp, Date | TimestampNtz) | (Date | TimestampNtz, Timestamp) => Some(Timestamp),
        (TimestampNtz, Date) | (Date, TimestampNtz) => Some(TimestampNtz),
        (TimestampLtzNanos(a), TimestampLtzNanos(b) | TimestampNtzNanos(b))
        | (TimestampNtzNanos(a), TimestampLtzNanos(b)) => Some(TimestampLtzNanos(*a.max(b))),
        (TimestampNtzNanos(a), TimestampNtzNanos(b)) => Some(TimestampNtzNanos(*a.max(b))),
        (nanos @ TimestampLtzNanos(_), Date | Timestamp | TimestampNtz)
        | (Date | Timestamp | TimestampNtz, nanos @ TimestampLtzNanos(_))
        | (nanos @ TimestampNtzNanos(_), Date | TimestampNtz)
        | (Date | TimestampNtz, nanos @ TimestampNtzNanos(_)) => Some(nanos.clone()),
        (TimestampNtzNanos(p), Timestamp) | (Timestamp, TimestampNtzNanos(p)) => {
            Some(TimestampLtzNanos(*p))
        }
        _ => None,
    }
}

/// The common type of decimals and other numbers.
fn wider_decimal(a: &DataType, b: &DataType, rules: &Rules) -> Option<DataType> {
    let is_decimal = |data_type: &DataType| matches!(data_type, DataType::Decimal { .. });
    if !is_decimal(a) && !is_decimal(b) {
        return None;
    }
    match (Digits::of(a), Digits::of(b)) {
        (Some(a), Some(b)) => Some(decimal::wider(a, b, rules)),
        _ if a.is_numeric() && b.is_numeric() => Some(DataType::Double),
        _ => None,
    }
}

/// What a string and another type become in ANSI mode: the other type, or the widest of its kind.
pub fn promoted_string(a: &DataType, b: &DataType) -> Option<DataType> {
    match (a, b) {
        (DataType::Null, string) if string.is_string() => Some(string.clone()),
        (string, other) if string.is_string() => promoted_beside(string, other),
        (other, string) if string.is_string() => promoted_beside(string, other),
        _ => None,
    }
}

fn promoted_beside(string: &DataType, other: &DataType) -> Option<DataType> {
    match other {
        _ if other.is_integral() => Some(DataType::Long),
        DataType::Float | DataType::Double | DataType::Decimal { .. } => Some(DataType::Double),
        DataType::Null => Some(string.clone()),
        _ if other.is_string() => common_string(string, other),
        DataType::YearMonthInterval(_) | DataType::DayTimeInterval(_) => None,
        _ if is_atomic(other) => Some(other.clone()),
        _ => None,
    }
}

/// The string type of two: bounded ones become plain. Two collations have none.
fn common_string(a: &DataType, b: &DataType) -> Option<DataType> {
    let collation = |data_type: &DataType| match data_type {
        DataType::String(collation) => collation.clone(),
        _ => Collation::Utf8Binary,
    };
    let (a, b) = (collation(a), collation(b));
    (a == b).then_some(DataType::String(a))
}

/// Whether values of the type have no parts.
pub(super) fn is_atomic(data_type: &DataType) -> bool {
    !matches!(
        data_type,
        DataType::Null
            | DataType::CalendarInterval
            | DataType::Array { .. }
            | DataType::Map { .. }
            | DataType::Struct(_)
            | DataType::UserDefined(_)
            | DataType::Unparsed(_)
    )
}

/// What a string and another type become in legacy mode: a string.
fn promoted_to_string(a: &DataType, b: &DataType) -> Option<DataType> {
    let promotes = |other: &DataType| {
        is_atomic(other) && !matches!(other, DataType::Binary | DataType::Boolean)
    };
    match (a, b) {
        _ if a.is_string() && b.is_string() => common_string(a, b),
        (string, other) if string.is_string() && promotes(other) => Some(string.clone()),
        (other, string) if string.is_string() && promotes(other) => Some(string.clone()),
        _ => None,
    }
}

type Combine<'a> = &'a dyn Fn(&DataType, &DataType) -> Option<DataType>;

/// The common type of two arrays, maps or structs, by the common types of their parts.
fn inside(a: &DataType, b: &DataType, rules: &Rules, combine: Combine<'_>) -> Option<DataType> {
    with_stack(|| match (a, b) {
        (
            DataType::Array {
                element: a,
                contains_null: an,
            },
            DataType::Array {
                element: b,
                contains_null: bn,
            },
        ) => {
            let element = combine(a, b)?;
            let contains_null = *an || *bn || becomes_null(a, b, &element);
            Some(DataType::Array {
                element: Node::new(element),
                contains_null,
            })
        }
        (
            DataType::Map {
                key: ak,
                value: av,
                value_contains_null: an,
            },
            DataType::Map {
                key: bk,
                value: bv,
                value_contains_null: bn,
            },
        ) => {
            let key = combine(ak, bk).filter(|key| !becomes_null(ak, bk, key))?;
            let value = combine(av, bv)?;
            let value_contains_null = *an || *bn || becomes_null(av, bv, &value);
            Some(DataType::Map {
                key: Node::new(key),
                value: Node::new(value),
                value_contains_null,
            })
        }
        (DataType::Struct(a), DataType::Struct(b)) => inside_structs(a, b, rules, combine),
        _ => None,
    })
}

fn inside_structs(
    a: &StructType,
    b: &StructType,
    rules: &Rules,
    combine: Combine<'_>,
) -> Option<DataType> {
    if a.len() != b.len() {
        return None;
    }
    let fields: Option<Vec<_>> = a
        .iter()
        .zip(b.iter())
        .map(|(a, b)| {
            if !rules.same_name(&a.name, &b.name) {
                return None;
            }
            let common = combine(&a.data_type, &b.data_type)?;
            let nullable =
                a.nullable || b.nullable || becomes_null(&a.data_type, &b.data_type, &common);
            Some(StructField::new(&a.name, common, nullable))
        })
        .collect();
    fields.map(DataType::structure)
}

fn becomes_null(a: &DataType, b: &DataType, common: &DataType) -> bool {
    force_nullable(a, common) || force_nullable(b, common)
}

/// The type that values of both types are cast to where they meet: in `CASE`, `coalesce`, a set
/// operation.
pub fn common_type(a: &DataType, b: &DataType, rules: &Rules) -> Option<DataType> {
    let recurse = |a: &DataType, b: &DataType| common_type(a, b, rules);
    let found = tightest_type(a, b, rules).or_else(|| wider_decimal(a, b, rules));
    if rules.ansi {
        found
            .or_else(|| inside(a, b, rules, &recurse))
            .or_else(|| promoted_string(a, b))
    } else {
        found
            .or_else(|| promoted_to_string(a, b))
            .or_else(|| inside(a, b, rules, &recurse))
    }
}

/// As [`common_type`], but strings stay apart from other types.
pub fn common_type_without_promotion(
    a: &DataType,
    b: &DataType,
    rules: &Rules,
) -> Option<DataType> {
    let recurse = |a: &DataType, b: &DataType| common_type_without_promotion(a, b, rules);
    tightest_type(a, b, rules)
        .or_else(|| wider_decimal(a, b, rules))
        .or_else(|| {
            (a.is_string() && b.is_string())
                .then(|| common_string(a, b))
                .flatten()
        })
        .or_else(|| inside(a, b, rules, &recurse))
}

/// The common type of many; NULL's type of none. Legacy mode takes strings first, because promotion
/// to strings hangs on the order.
pub fn common_type_of<'a>(
    types: impl IntoIterator<Item = &'a DataType>,
    rules: &Rules,
) -> Option<DataType> {
    let mut types: Vec<&DataType> = types.into_iter().collect();
    if !rules.ansi {
        types.sort_by_key(|data_type| !has_string(data_type));
    }
    types.into_iter().try_fold(DataType::Null, |common, next| {
        common_type(&common, next, rules)
    })
}

fn has_string(data_type: &DataType) -> bool {
    match data_type {
        DataType::Array { element, .. } => has_string(element),
        other => other.is_string(),
    }
}

/// The type that legacy mode compares a string and another value in.
pub fn common_comparison_type(a: &DataType, b: &DataType, rules: &Rules) -> Option<DataType> {
    match (a, b) {
        (string, other) if string.is_string() => comparison_beside(string, other, rules),
        (other, string) if string.is_string() => comparison_beside(string, other, rules),
        _ => None,
    }
}

fn comparison_beside(string: &DataType, other: &DataType, rules: &Rules) -> Option<DataType> {
    match other {
        DataType::Date | DataType::Timestamp | DataType::TimestampNtz
            if rules.datetime_to_string =>
        {
            Some(string.clone())
        }
        DataType::Null => Some(string.clone()),
        DataType::Decimal { .. } => Some(DataType::Double),
        DataType::YearMonthInterval(_) | DataType::DayTimeInterval(_) => None,
        _ if other.is_string() => None,
        _ if is_atomic(other) => Some(other.clone()),
        _ => None,
    }
}
