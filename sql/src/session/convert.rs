//! Errors of the engine below as errors of SQL.

use flint_core::Error;
use flint_sql_spec::{SqlError, condition};

/// An error of core with the condition that fits it.
pub(crate) fn from_core(error: Error) -> SqlError {
    match &error {
        Error::Cancelled { .. } => SqlError::new(condition::OPERATION_CANCELED),
        Error::Conf { key, value, reason } => {
            SqlError::new(condition::INVALID_CONF_VALUE_REQUIREMENT)
                .with("confName", key.clone())
                .with("confValue", value.clone())
                .with("confRequirement", reason.clone())
        }
        _ => SqlError::internal(error.to_string()),
    }
}
