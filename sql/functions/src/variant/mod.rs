//! VARIANT: values that carry their types, in the binary layout of Spark and Parquet.
//!
//! A variant is two byte strings. *Metadata* is the dictionary of the names of fields; the *value*
//! refers to names by number, and holds whole numbers in as few bytes as they need. The layout is
//! Parquet's "Variant Binary Encoding", version 1, and what is left open there (names in order of
//! first appearance, not sorted; parts of an object in the order in which they came; the width of
//! offsets) is as Spark writes it, so that bytes are equal.
//!
//! - `read` takes values apart, `build` puts them together, `column` is columns of both.
//! - `parse` and `text` go from and to JSON; `into` and `convert` from and to the other types.
//! - `path` finds parts; `get`, `edit`, `schema` and `explode` are the functions of SQL.
//!
//! A value is at most 128 MiB. Keys are ordered as Java orders strings: by UTF-16.

mod build;
mod column;
mod convert;
mod edit;
mod explode;
mod get;
mod into;
mod parse;
mod path;
mod read;
mod schema;
mod text;

use flint_sql_spec::{SqlError, condition};

pub(crate) use build::Builder;
pub(crate) use column::{Variants, VariantsBuilder};
pub(crate) use convert::{Casts, cast_variants};
pub(crate) use explode::variant_explode;
pub(crate) use into::{into_variant, writer};
pub(crate) use parse::{append_json, decimal};
pub(crate) use read::{Content, Variant};
pub(crate) use schema::Schema;
pub(crate) use text::write_json;

use crate::scalar::Scalar;

/// The functions of rows.
pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("parse_json", parse::parse_json),
    Scalar::new("try_parse_json", parse::try_parse_json),
    Scalar::new("to_variant_object", into::to_variant_object),
    Scalar::new("is_variant_null", get::is_variant_null),
    Scalar::new("is_valid_variant", get::is_valid_variant),
    Scalar::new("variant_get", get::variant_get),
    Scalar::new("try_variant_get", get::try_variant_get),
    Scalar::new("schema_of_variant", schema::schema_of_variant),
    Scalar::new("variant_insert", edit::variant_insert),
    Scalar::new("try_variant_insert", edit::try_variant_insert),
    Scalar::new("variant_set", edit::variant_set),
    Scalar::new("try_variant_set", edit::try_variant_set),
    Scalar::new("variant_array_append", edit::variant_array_append),
    Scalar::new("try_variant_array_append", edit::try_variant_array_append),
    Scalar::new("variant_delete", edit::variant_delete),
    Scalar::new("variant_strip_nulls", edit::variant_strip_nulls),
];

/// Why a variant cannot be read or built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The bytes are no variant.
    Malformed,
    /// A kind of value that Spark does not know, by its number.
    UnknownKind(u8),
    /// It would be larger than [`build::SIZE_LIMIT`].
    TooLarge,
    /// Two fields of an object have this name.
    DuplicateKey(String),
}

impl Fault {
    /// Spark's error; `function` is who built the value.
    pub(crate) fn error(self, function: &str) -> SqlError {
        match self {
            Fault::Malformed => SqlError::new(condition::MALFORMED_VARIANT),
            Fault::UnknownKind(id) => SqlError::new(condition::UNKNOWN_PRIMITIVE_TYPE_IN_VARIANT)
                .with("id", id.to_string()),
            Fault::TooLarge => SqlError::new(condition::VARIANT_SIZE_LIMIT)
                .with("sizeLimit", "128.0 MiB")
                .with("functionName", format!("`{function}`")),
            Fault::DuplicateKey(key) => {
                SqlError::new(condition::VARIANT_DUPLICATE_KEY).with("key", key)
            }
        }
    }
}
