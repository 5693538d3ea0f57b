//! [`variant_json`]: a variant as JSON.

use flint_sql_spec::{Result, VariantValue};

use crate::datetime::Zone;
use crate::variant::{Variant, write_json};

/// The JSON of a variant, timestamps as a clock of the zone shows them. What JSON has no form of is a
/// string: dates, timestamps, bytes as Base64.
///
/// ```
/// use flint_sql_functions::display::variant_json;
/// use flint_sql_spec::VariantValue;
///
/// let whole = VariantValue {
///     value: [2, 1, 0, 0, 2, 0x0c, 1].into(),
///     metadata: [1, 1, 0, 1, b'a'].into(),
/// };
/// assert_eq!(variant_json(&whole, "UTC")?, r#"{"a":1}"#);
/// # Ok::<(), flint_sql_spec::SqlError>(())
/// ```
///
/// # Errors
/// `MALFORMED_VARIANT` for bytes that are none, `INVALID_TIMEZONE`.
pub fn variant_json(variant: &VariantValue, zone: &str) -> Result<String> {
    let zone = Zone::of(zone)?;
    let mut out = String::new();
    Variant::new(&variant.value, &variant.metadata)
        .and_then(|variant| write_json(variant, &zone, &mut out))
        .map_err(|fault| fault.error("to_json"))?;
    Ok(out)
}
