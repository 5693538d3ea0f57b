//! Summaries of many values in little memory, which can be merged in any order and sent.
//!
//! A sketch knows nothing of RDDs: the actions that use it make one in each task and merge them.

mod hyper_log_log;

pub use hyper_log_log::HyperLogLog;
