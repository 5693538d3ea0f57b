//! Spark's functions over Arrow columns, as functions of DataFusion.
//!
//! The analyzer has decided already what a call means: which function, arguments of the types it
//! takes, the type it gives, ANSI or not. Here is what computes. A function is an entry of its
//! family's table: a name and a maker, which looks at the call's [`Site`] once and gives a
//! [`Kernel`] for its types; the kernel sees columns only.
//!
//! - [`scalar`] gives DataFusion's function of a call; [`aggregate`] that of an aggregate,
//!   [`window`], [`higher_order`] and [`generator`] those of the other kinds.
//! - A function is its name and its site, both of which are plain data: so calls are comparable,
//!   and [`encode`] and [`decode`] let plans travel.
//! - Operators that the executor knows itself, with Spark's meaning (comparison, AND, CASE, IN and
//!   so on), are not here: lowering makes its expressions of them.
//!
//! A new function is one entry in one family file: `Scalar::new("name", make)`.

#![forbid(unsafe_code)]

mod aggregates;
mod arguments;
mod arithmetic;
mod arrays;
mod bitmap;
mod cast;
mod cipher;
mod complete;
pub mod csv;
mod datetime;
pub mod display;
mod each;
mod failing;
mod field;
mod float;
mod forgiving;
mod format;
mod generators;
mod hash;
mod higher_order;
mod input_file;
mod java_pattern;
pub mod json;
mod keys;
mod layout;
mod limits;
mod maps;
mod math;
mod native;
mod nested;
mod raise;
mod registry;
mod scalar;
mod session;
mod site;
mod sketches;
mod string;
mod structs;
mod text;
mod url;
mod variant;
mod vector;
mod windows;
pub mod xml;
pub mod xpath;

pub use aggregates::{
    SparkAggregate, aggregate, aggregate_names, decode_aggregate, encode_aggregate,
};
pub use arguments::{Arguments, Cells};
pub use datetime::pattern;
pub use failing::can_fail;
pub use generators::{Generated, Generator, generator};
pub use higher_order::higher_order;
pub use java_pattern::{like_pattern, whole_matches};
pub use native::{
    Called, NativeAggregate, NativeKernel, NativeState, guarded, native_aggregate, native_scalar,
};
pub use registry::{names, scalar};
pub use scalar::{Kernel, Scalar, SparkScalar, decode, encode};
pub use site::{FunctionSettings, Site};
pub use windows::{WindowCall, window};
