//! Spark's functions, as functions of Rust that build columns.
//!
//! Each is Spark's under its name in Rust's case; names that are words of Rust have an underscore at
//! the end ([`struct_`], [`typeof_`]). Nothing is computed here: a function only writes down the
//! call, and errors of names, types and numbers of arguments come where a DataFrame uses it.
//!
//! - *Arguments* that are [`Into<Column>`](Column) take a column or its name; those that are
//!   [`Into<ColumnOrLiteral>`](ColumnOrLiteral) take a column or a value, so that text is a string
//!   there. Lists are [`IntoColumns`].
//! - *Optional arguments* are those of a second form that ends in `_with`.
//! - *Nulls*: unless said otherwise the result is null when an argument is, and aggregates skip them.
//!
//! ```
//! use flint_sql::functions::{avg, col, round_with, upper};
//! let columns = (upper("name"), round_with(avg("score"), 2).alias("score"), col("town"));
//! # let _ = columns;
//! ```

use crate::column::{ApiCall, Column, ColumnOrLiteral, IntoColumns};

/// Writes functions that build calls: names in Rust, arguments with their kind, a list of columns
/// behind two dots, and the name in SQL where it is another.
macro_rules! functions {
    ($(
        $(#[$doc:meta])*
        fn $name:ident($($arg:ident: $kind:ident),* $(,)? $(..$rest:ident)?) $(= $spark:literal)?;
    )+) => {
        $(
            $(#[$doc])*
            #[track_caller]
            pub fn $name($($arg: impl Into<$kind>,)* $($rest: impl IntoColumns)?) -> Column {
                const NAME: &str = [$($spark,)? stringify!($name)][0];
                #[allow(unused_mut, reason = "some functions take no arguments")]
                let (mut call, mut args) = (ApiCall::of(stringify!($name)), Vec::new());
                $(
                    let $arg: $kind = $arg.into();
                    args.push(call.expr($arg));
                )*
                $(args.extend(call.exprs($rest));)?
                call.function(NAME, args)
            }
        )+
    };
}

mod aggregate;
mod array;
mod conditional;
mod construct;
mod datetime;
mod datetime_make;
mod digest;
mod distinct;
mod higher_order;
mod map;
mod math;
mod partitioning;
mod predicate;
mod random;
mod semi_structured;
mod session;
mod sketch;
mod sort;
mod spatial;
mod string;
mod text_search;
mod url;
mod variant;
mod vector;
mod window;

pub use aggregate::*;
pub use array::*;
pub use conditional::*;
pub use construct::*;
pub use datetime::*;
pub use datetime_make::*;
pub use digest::*;
pub use distinct::*;
pub use higher_order::*;
pub use map::*;
pub use math::*;
pub use partitioning::*;
pub use predicate::*;
pub use random::*;
pub use semi_structured::*;
pub use session::*;
pub use sketch::*;
pub use sort::*;
pub use spatial::*;
pub use string::*;
pub use text_search::*;
pub use url::*;
pub use variant::*;
pub use vector::*;
pub use window::*;

pub use crate::udf::{arrow_udf, udaf, udf};
