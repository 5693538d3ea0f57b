//! Metadata of columns and fields, which travels as the text of a JSON object.

use flint_sql_spec::{Ident, Result};
use serde_json::{Map, Value};

use crate::missing;

/// The metadata, when there is any: absent, empty and `{}` are none.
///
/// # Errors
/// `CONNECT_INVALID_PLAN.ASSERTION_FAILURE` for a text that is no JSON object.
pub(crate) fn checked(json: Option<&str>) -> Result<Option<Ident>> {
    let Some(json) = json.filter(|json| !json.is_empty()) else {
        return Ok(None);
    };
    match serde_json::from_str::<Map<String, Value>>(json) {
        Ok(keys) => Ok((!keys.is_empty()).then(|| json.into())),
        Err(error) => {
            let message = format!("The metadata of a column must be a JSON object: {error}.");
            Err(missing::assertion(message))
        }
    }
}
