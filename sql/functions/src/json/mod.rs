//! JSON: records to rows and back, by Spark's rules.
//!
//! - [`JsonParser`] reads texts against a schema, [`JsonSchemaInference`] finds the schema of texts,
//!   [`JsonGenerator`] writes rows; [`JsonOptions`] are the options of all of them. Files and the
//!   functions `from_json`, `to_json` and `schema_of_json` stand on these.
//! - `scan` makes tokens of a text once, without recursion; `convert` walks over tokens with a type.
//! - `path` is for `get_json_object`.
//!
//! Where a text is no JSON, nothing of its record is kept. Jackson reads on behind some mistakes
//! inside of strings, so that Spark keeps the fields before them; that is the one known difference.

mod base64;
mod convert;
mod copy;
mod functions;
mod generate;
mod infer;
mod options;
mod parse;
mod path;
mod scan;
mod value;

pub(crate) use base64::encode as write_base64;
pub(crate) use copy::quote;
pub(crate) use functions::{FUNCTIONS, json_tuple};
pub use generate::JsonGenerator;
pub use infer::JsonSchemaInference;
pub(crate) use options::Rules;
pub use options::{JsonOptions, JsonSession, ParseMode};
pub use parse::JsonParser;
pub(crate) use scan::{Kind, Tokens, scan};
pub(crate) use value::{Column, Value};
