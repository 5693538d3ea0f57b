//! The server as its clients see it: calls of the protocol, and unmodified PySpark programs.

mod abuse;
mod access;
mod answers;
mod calls;
mod client;
mod damaged;
mod executions;
mod extensions;
mod progress;
mod pyspark;
mod rust_client;
mod sessions;
mod soak;
mod tls;
mod wire;
