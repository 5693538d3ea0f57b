//! Gives Spark SQL plans their meaning.

#![forbid(unsafe_code)]

pub mod functions;
pub mod naming;
pub mod resolved;
pub mod types;
