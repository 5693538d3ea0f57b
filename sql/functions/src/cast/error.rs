//! What casts fail with.

use flint_sql_spec::{DataType, SqlError, condition};

const ANSI: &str = "\"spark.sql.ansi.enabled\"";

/// A type as messages quote it.
fn quoted(data_type: &DataType) -> String {
    format!("\"{}\"", data_type.sql())
}

/// `CAST_INVALID_INPUT`: `value` is the literal of what cannot be read.
pub(crate) fn invalid_input(value: String, from: &DataType, to: &DataType) -> SqlError {
    SqlError::new(condition::CAST_INVALID_INPUT)
        .with("expression", value)
        .with("sourceType", quoted(from))
        .with("targetType", quoted(to))
        .with("ansiConfig", ANSI)
}

/// `CAST_OVERFLOW`: `value` is the literal of what doesn't fit.
pub(crate) fn overflow(value: String, from: &DataType, to: &DataType) -> SqlError {
    SqlError::new(condition::CAST_OVERFLOW)
        .with("value", value)
        .with("sourceType", quoted(from))
        .with("targetType", quoted(to))
        .with("ansiConfig", ANSI)
}

/// `NUMERIC_VALUE_OUT_OF_RANGE`: a number with more digits than the decimal type has.
pub(crate) fn out_of_range(value: String, precision: u8, scale: i8) -> SqlError {
    SqlError::new(condition::NUMERIC_VALUE_OUT_OF_RANGE_WITH_SUGGESTION)
        .with("value", value)
        .with("precision", precision.to_string())
        .with("scale", scale.to_string())
        .with("config", ANSI)
}
