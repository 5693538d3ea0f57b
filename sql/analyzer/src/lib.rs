//! Gives Spark SQL plans their meaning.

#![forbid(unsafe_code)]

pub mod resolved;
