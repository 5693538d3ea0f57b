//! The commands of `flint`, a file for each.

mod certificates;
pub(crate) mod completions;
pub(crate) mod connect;
pub(crate) mod man;
pub(crate) mod sql;
mod stop;
pub(crate) mod submit;
