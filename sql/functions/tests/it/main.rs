//! Functions against Spark's own answers, which `tests/golden` holds with the scripts that asked.

#![allow(clippy::unwrap_used)]

mod call;
mod calls;
mod casts;
mod csv;
mod operators;
mod patterns;
