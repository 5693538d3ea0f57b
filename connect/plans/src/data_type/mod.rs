//! Types, in both directions.
//!
//! Reading checks what Spark checks when it builds a type: precisions, scales, lengths and fields of
//! intervals. Writing gives what Spark's own server gives, which clients read schemas from.

mod read;
mod user_defined;
mod write;

pub use read::data_type;
pub(crate) use read::{collation, complete, decimal_type, nanos_precision, time_precision};
pub use write::data_type_message;

/// How the wire says "any spatial reference system".
const ANY_SRID: i32 = -1;
