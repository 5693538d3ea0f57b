//! Spark's types and values as Arrow columns, and errors on their way through DataFusion.
//!
//! - [`arrow_type`] says how a column of a Spark type lies in memory, [`spark_type`] what a column
//!   that came from elsewhere is to Spark. Nothing else in Flint decides that, so a type can get a
//!   better layout in one place.
//! - [`scalar`] makes a constant of the executor from a [`Literal`](flint_sql_spec::Literal),
//!   [`literal`] the way back.
//! - [`encoder`] makes columns of values of the program, and values of columns.
//! - [`Raised`] is the error of kernels: Spark's condition, whatever layer it comes from.
//!
//! | Spark | Arrow |
//! | --- | --- |
//! | `string`, `char`, `varchar` | `Utf8` |
//! | `binary` | `Binary` |
//! | `decimal(p,s)` | `Decimal128(p,s)` |
//! | `timestamp` | `Timestamp(us, "UTC")` |
//! | `timestamp_ntz` | `Timestamp(us)` |
//! | `timestamp_ltz(p)`, `timestamp_ntz(p)` of 7 to 9 digits | `Timestamp(ns)` with or without zone |
//! | `time(p)` | `Time64(ns)` |
//! | `interval day to second` | `Duration(us)` |
//! | `interval year to month` | `Interval(YearMonth)` |
//! | `interval` | `Interval(MonthDayNano)` |
//! | `array<e>` | `List` of a field `element` |
//! | `map<k,v>` | `Map` of fields `key` and `value` |
//! | `variant` | `Struct` of binary fields `value` and `metadata`, the latter marked `variant: true` |
//! | `void` | `Null` |

#![forbid(unsafe_code)]

pub mod encoder;
mod error;
mod from_arrow;
mod literal;
mod to_arrow;

pub use error::{Raised, from_datafusion, to_datafusion};
pub use from_arrow::{is_variant, spark_schema, spark_type};
pub use literal::{literal, scalar};
pub use to_arrow::{arrow_field, arrow_schema, arrow_type};
