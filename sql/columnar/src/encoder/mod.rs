//! Values of the program as columns, and back: any type that serde knows.
//!
//! - [`value_type`] finds the Spark type of a Rust type without a value: it runs the type's own
//!   `Deserialize` over made-up values and writes down what it asks for.
//! - [`Cells`] reads values out of a column, [`CellWriter`] makes a column of values. [`RowReader`] and
//!   [`RowWriter`] do so for rows.
//!
//! Both are made once for a batch; per value there is one `match` and serde's own monomorphic code.
//! Fields of structs are looked up by name when the reader is made, never per row.
//!
//! | Rust | Spark |
//! | --- | --- |
//! | `bool`, `i8` to `i64`, `f32`, `f64` | `boolean`, `tinyint` to `bigint`, `float`, `double` |
//! | `String`, `char`, enums without data | `string` |
//! | `Vec<u8>` | `binary` |
//! | [`Date`], [`Timestamp`], [`TimestampNtz`], [`DayTime`] | `date`, `timestamp`, `timestamp_ntz`, `interval day to second` |
//! | `DecimalValue` | `decimal(38,18)` |
//! | `Option<T>` | nullable `T`; everything else is not null |
//! | `Vec<T>`, sets | `array` |
//! | maps | `map` |
//! | structs | `struct`, or the columns of a row |
//! | tuples, `[T; N]` | `struct` of `_1`, `_2`, .., or the columns of a row by position |
//!
//! Numbers without sign, 128-bit numbers, `()` and enums with data have no Spark type: they are
//! `ENCODER_NOT_FOUND`.

mod cells;
mod codec_error;
mod row;
mod trace;
mod values;
mod writer;

pub use cells::Cells;
pub use row::{RowReader, RowType, RowWriter};
pub use trace::{ValueType, value_type};
pub use values::{Date, DayTime, Timestamp, TimestampNtz};
pub use writer::CellWriter;

#[cfg(test)]
mod tests;
