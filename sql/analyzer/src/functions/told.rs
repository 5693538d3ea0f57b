//! What errors say of some functions.
//!
//! Spark makes functions of others, and checks types where it has those: `try_element_at` is
//! `element_at` in its messages, and `contains` takes a STRING. Types that it takes besides are in
//! other lists than ours.

use flint_sql_spec::SqlError;

/// Functions that messages call by another name.
const CALLED: &[(&str, &str)] = &[
    ("btrim", "trim"),
    ("explode_outer", "explode"),
    ("inline_outer", "inline"),
    ("posexplode_outer", "posexplode"),
    ("try_aes_decrypt", "aes_decrypt"),
    ("try_element_at", "element_at"),
    ("try_make_interval", "make_interval"),
    ("try_make_timestamp", "make_timestamp"),
    ("try_parse_url", "parse_url"),
    ("try_to_binary", "to_binary"),
    ("try_url_decode", "url_decode"),
];

const TEXT: (&str, &str) = ("(\"STRING\" or \"BINARY\")", "\"STRING\"");
const ROUNDED: (&str, &str) = (
    "(\"BIGINT\" or \"DECIMAL\" or \"DOUBLE\")",
    "(\"DOUBLE\" or \"DECIMAL\" or \"BIGINT\")",
);
const FRACTIONS: (&str, &str) = (
    "(\"NUMERIC\" or \"INTERVAL YEAR TO MONTH\" or \"INTERVAL DAY TO SECOND\")",
    "((\"NUMERIC\" or \"INTERVAL DAY TO SECOND\" or \"INTERVAL YEAR TO MONTH\") or \"TIME\")",
);
const SPREAD: &str = "(\"NUMERIC\" or \"DATE\" or \"TIMESTAMP\" or \"TIMESTAMP_NTZ\" or \
    \"INTERVAL YEAR TO MONTH\" or \"INTERVAL DAY TO SECOND\" or \"TIME\")";
const SPREAD_ALL: (&str, &str) = (
    "(\"NUMERIC\" or \"DATE\" or \"TIMESTAMP\" or \"TIMESTAMP_NTZ\" or \
    \"INTERVAL YEAR TO MONTH\" or \"INTERVAL DAY TO SECOND\")",
    SPREAD,
);
const MOMENT: (&str, &str) = (
    "\"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)\"",
    "(\"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)\" or \
    \"(TIMESTAMP_LTZ(P) OR TIMESTAMP_NTZ(P) WITH P IN [7, 9])\")",
);
const READ: (&str, &str) = (
    "(\"STRING\" or \"DATE\" or \"TIMESTAMP\" or \"TIMESTAMP_NTZ\")",
    "(\"STRING\" or \"DATE\" or \"TIMESTAMP\" or \"TIMESTAMP_NTZ\" or \
    \"(TIMESTAMP_LTZ(P) OR TIMESTAMP_NTZ(P) WITH P IN [7, 9])\")",
);

/// What functions are said to take, in the place of what ours do.
const REQUIRED: &[(&str, (&str, &str))] = &[
    ("ceil", ROUNDED),
    ("contains", TEXT),
    (
        "date_format",
        (
            "(\"TIMESTAMP\" or \"TIME\")",
            "(\"TIMESTAMP\" or \"TIME\" or \
            \"(TIMESTAMP_LTZ(P) OR TIMESTAMP_NTZ(P) WITH P IN [7, 9])\")",
        ),
    ),
    (
        "date_trunc",
        (
            "\"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)\"",
            "(\"TIMESTAMP\" or \"(TIMESTAMP_LTZ(P) OR TIMESTAMP_NTZ(P) WITH P IN [7, 9])\")",
        ),
    ),
    ("endswith", TEXT),
    ("floor", ROUNDED),
    ("get", ("\"INTEGRAL\"", "\"INT\"")),
    (
        "histogram_numeric",
        (
            "(\"NUMERIC\" or \"INTERVAL YEAR TO MONTH\" or \"INTERVAL DAY TO SECOND\")",
            SPREAD,
        ),
    ),
    ("is_valid_utf8", TEXT),
    ("make_valid_utf8", TEXT),
    ("median", FRACTIONS),
    ("percentile", FRACTIONS),
    ("percentile_approx", SPREAD_ALL),
    ("regr_avgx", ("\"DOUBLE\"", "\"NUMERIC\"")),
    ("regr_avgy", ("\"DOUBLE\"", "\"NUMERIC\"")),
    ("startswith", TEXT),
    (
        "timestampdiff",
        (
            "\"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)\"",
            "\"TIMESTAMP\"",
        ),
    ),
    ("to_unix_timestamp", READ),
    ("try_validate_utf8", TEXT),
    ("unix_micros", MOMENT),
    ("unix_millis", MOMENT),
    ("unix_seconds", MOMENT),
    ("unix_timestamp", READ),
    ("validate_utf8", TEXT),
];

/// How many arguments functions are said to take: Spark looks at some of their forms only.
const COUNTS: &[(&str, &str)] = &[
    ("ceil", "2"),
    ("ceiling", "2"),
    ("current_timestamp", "[0, 1]"),
    ("floor", "2"),
    ("ifnull", "2"),
    ("localtimestamp", "[0, 1]"),
    ("make_timestamp_ltz", "[2, 6]"),
    ("now", "[0, 1]"),
    ("nvl", "2"),
    ("try_make_interval", "[1, 2, 3, 4, 5, 6, 7]"),
    ("try_make_timestamp_ltz", "6"),
    ("try_make_timestamp_ntz", "6"),
    ("uuid", "[0, 1]"),
];

fn of<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    table
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, said)| *said)
}

/// The number of arguments that a function is said to take.
pub(super) fn count(name: &str) -> Option<&'static str> {
    of(COUNTS, name)
}

/// The error of a function of ours as Spark has it. `written` is the name that the call has.
pub(super) fn as_told(error: SqlError, function: &str, written: &str) -> SqlError {
    if error.condition().name != "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE" {
        return error;
    }
    let mut error = error;
    let shown = error.parameter("sqlExpr").unwrap_or_default();
    let args = shown.strip_prefix(&format!("\"{written}("));
    if let (Some(other), Some(args)) = (of(CALLED, written), args)
        && !(written == "btrim" && args.contains(", "))
    {
        let shown = format!("\"{other}({args}");
        error = error.with("sqlExpr", shown);
    }
    if let Some((ours, theirs)) = of(REQUIRED, function)
        && error.parameter("requiredType") == Some(ours)
    {
        error = error.with("requiredType", theirs);
    }
    let earlier = match (function, error.parameter("paramIndex")) {
        // The unit is no argument there.
        ("timestampadd" | "timestampdiff", Some("second")) => Some("first"),
        ("timestampadd" | "timestampdiff", Some("third")) => Some("second"),
        // What is taken away is the last argument there.
        ("ltrim" | "rtrim", Some("second")) => Some("first"),
        ("ltrim" | "rtrim", Some("first")) if shown_as_trim(&error) => Some("second"),
        _ => None,
    };
    match earlier {
        Some(place) => error.with("paramIndex", place),
        None => error,
    }
}

/// Whether a call is shown as `TRIM(LEADING a FROM b)`.
fn shown_as_trim(error: &SqlError) -> bool {
    error
        .parameter("sqlExpr")
        .is_some_and(|sql| sql.contains(" FROM "))
}
