//! Spark's rules of types: what fits together, what is cast to what, and how wide decimals get.
//!
//! Everything here is a function of types and [`Rules`], without expressions: [`common_type`] finds
//! one type for several values, [`can_cast`] says what CAST takes, [`implicit_cast`] what an argument
//! is cast to, [`decimal`] how many digits a result has, [`can_store`] what INSERT takes.
//!
//! ANSI mode goes by precedence lists and promotes strings to the type beside them; legacy mode
//! promotes to strings.

mod cast;
mod common_type;
pub mod decimal;
mod implicit;
mod store;

pub(crate) use cast::goes_into_object;
pub use cast::{can_cast, can_up_cast, cast_error, cast_is_nullable, force_nullable};
pub use common_type::{
    common_comparison_type, common_type, common_type_of, common_type_without_promotion,
    promoted_string, tightest_type,
};
pub use implicit::{Accept, Basic, casts_implicitly, implicit_cast};
pub use store::{StorePolicy, can_store};

use flint_sql_spec::{CastMode, DataType};

/// Settings of a session that types hang on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rules {
    /// `spark.sql.ansi.enabled`.
    pub ansi: bool,
    /// `spark.sql.decimalOperations.allowPrecisionLoss`: results that need more than 38 digits lose
    /// some after the point, down to six; otherwise they become NULL or an error.
    pub allow_precision_loss: bool,
    /// `spark.sql.legacy.decimal.retainFractionDigitsOnTruncate`: common types of decimals that need
    /// more than 38 digits keep those after the point.
    pub retain_fraction_digits: bool,
    /// `spark.sql.legacy.literal.pickMinimumPrecision`: a whole number beside a decimal has only as
    /// many digits as it needs.
    pub literal_minimum_precision: bool,
    /// `spark.sql.caseSensitive`, for names of struct fields.
    pub case_sensitive: bool,
    /// `spark.sql.timestampType` is `TIMESTAMP_NTZ`: what `to_timestamp` and the like give.
    pub timestamp_ntz: bool,
    /// `spark.sql.legacy.sizeOfNull`; Spark heeds it in legacy mode only.
    pub size_of_null: bool,
    /// `spark.sql.legacy.typeCoercion.datetimeToString.enabled`: dates are compared with strings as
    /// strings, in legacy mode.
    pub datetime_to_string: bool,
    /// `spark.sql.legacy.allowParameterlessCount`.
    pub allow_parameterless_count: bool,
}

impl Rules {
    /// The rules with every other setting at its default.
    pub fn new(ansi: bool) -> Rules {
        Rules {
            ansi,
            allow_precision_loss: true,
            retain_fraction_digits: false,
            literal_minimum_precision: true,
            case_sensitive: false,
            timestamp_ntz: false,
            size_of_null: true,
            datetime_to_string: false,
            allow_parameterless_count: false,
        }
    }

    /// What casts of the session do.
    pub fn cast_mode(&self) -> CastMode {
        if self.ansi {
            CastMode::Ansi
        } else {
            CastMode::Legacy
        }
    }

    /// What `TIMESTAMP` alone means.
    pub fn timestamp(&self) -> DataType {
        if self.timestamp_ntz {
            DataType::TimestampNtz
        } else {
            DataType::Timestamp
        }
    }

    /// Whether two names of fields are the same.
    pub fn same_name(&self, a: &str, b: &str) -> bool {
        if self.case_sensitive {
            a == b
        } else {
            a == b || a.to_lowercase() == b.to_lowercase()
        }
    }
}

impl Default for Rules {
    /// The rules of a new session: ANSI mode.
    fn default() -> Self {
        Rules::new(true)
    }
}

/// Whether values of the type can be compared by `<`, and so grouped, sorted and joined by.
pub fn is_orderable(data_type: &DataType) -> bool {
    match data_type {
        DataType::Map { .. }
        | DataType::CalendarInterval
        | DataType::Variant
        | DataType::Geometry(_)
        | DataType::Geography(_)
        | DataType::Unparsed(_) => false,
        DataType::Array { element, .. } => is_orderable(element),
        DataType::Struct(fields) => fields.iter().all(|field| is_orderable(&field.data_type)),
        DataType::UserDefined(udt) => is_orderable(&udt.sql_type),
        _ => true,
    }
}

/// Whether a type is of a kind, or one of its parts is.
pub fn holds(data_type: &DataType, is_it: &dyn Fn(&DataType) -> bool) -> bool {
    is_it(data_type)
        || match data_type {
            DataType::Array { element, .. } => holds(element, is_it),
            DataType::Map { key, value, .. } => holds(key, is_it) || holds(value, is_it),
            DataType::Struct(fields) => fields.iter().any(|f| holds(&f.data_type, is_it)),
            DataType::UserDefined(own) => holds(&own.sql_type, is_it),
            _ => false,
        }
}

/// Whether a type is VARIANT, or one of its parts is.
pub fn has_variant(data_type: &DataType) -> bool {
    holds(data_type, &|part| *part == DataType::Variant)
}

/// Whether both are the same type once nullability inside is left aside.
pub fn same_type(a: &DataType, b: &DataType) -> bool {
    match (a, b) {
        (DataType::Array { element: a, .. }, DataType::Array { element: b, .. }) => same_type(a, b),
        (
            DataType::Map {
                key: ak, value: av, ..
            },
            DataType::Map {
                key: bk, value: bv, ..
            },
        ) => same_type(ak, bk) && same_type(av, bv),
        (DataType::Struct(a), DataType::Struct(b)) => {
            a.len() == b.len()
                && a.iter()
                    .zip(b.iter())
                    .all(|(a, b)| a.name == b.name && same_type(&a.data_type, &b.data_type))
        }
        _ => a == b,
    }
}
