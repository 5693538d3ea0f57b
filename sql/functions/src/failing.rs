//! [`can_fail`]: calls that raise errors for some values of their arguments.

use datafusion::logical_expr::Expr;
use flint_sql_spec::DataType;

use crate::scalar::SparkScalar;
use crate::site::Site;

/// Whether the expression itself, its arguments aside, raises an error for some values: division by
/// zero, overflow, text that is no number. It must not be computed for rows that a condition beside
/// it leaves out.
pub fn can_fail(expr: &Expr) -> bool {
    let Expr::ScalarFunction(call) = expr else {
        return false;
    };
    match call.func.inner().downcast_ref::<SparkScalar>() {
        Some(ours) => fails(ours.definition_name(), ours.site()),
        None => false,
    }
}

fn fails(name: &str, site: &Site) -> bool {
    match name {
        "+" | "-" | "*" | "negative" | "abs" => site.ansi && !has_room(&site.result),
        "/" | "%" | "div" | "mod" | "pmod" => site.ansi,
        "cast" => site.ansi && cast_fails(site),
        "getitem" | "element_at" | "elt" | "next_day" | "conv" | "make_date" | "make_timestamp"
        | "make_interval" | "make_dt_interval" | "make_ym_interval" | "to_date"
        | "to_timestamp" | "to_unix_timestamp" | "unix_timestamp" | "parse_url" | "url_decode" => {
            site.ansi
        }
        _ => name.starts_with("xpath") || ALWAYS.contains(&name),
    }
}

/// Functions that raise errors whatever the mode.
const ALWAYS: &[&str] = &[
    "aes_decrypt",
    "array_insert",
    "assert_true",
    "from_avro",
    "from_csv",
    "from_json",
    "from_xml",
    "map_from_arrays",
    "parse_json",
    "raise_error",
    "sequence",
    "slice",
    "to_binary",
    "to_char",
    "to_number",
    "variant_get",
];

/// Whether all results fit: decimals with more digits than are needed, and floating point.
fn has_room(result: &DataType) -> bool {
    match result {
        DataType::Decimal { precision, .. } => *precision < 38,
        DataType::Float | DataType::Double => true,
        _ => false,
    }
}

fn cast_fails(site: &Site) -> bool {
    let Some(from) = site.arguments.first() else {
        return true;
    };
    let is_moment = |data_type: &DataType| {
        matches!(
            data_type,
            DataType::Date | DataType::Timestamp | DataType::TimestampNtz
        )
    };
    let to = &site.result;
    let to_text = to.is_string() || *to == DataType::Binary;
    !to_text && *from != DataType::Null && !(is_moment(from) && is_moment(to))
}
