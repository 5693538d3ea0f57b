//! Apache Spark's RDD engine, native in Rust.

pub mod backend;
pub mod clock;
pub mod conf;
mod data;
pub mod durable;
mod error;
pub mod events;
pub mod exec;
pub mod fault;
pub mod output;
pub mod sampling;
pub mod scheduler;
pub mod shuffle;
pub mod source;
pub mod storage;
pub mod text;

pub use data::{Data, Key, Total};
pub use error::{CallSite, Error, ErrorKind, IoCause, JobFailure, Result};
pub use text::Text;
