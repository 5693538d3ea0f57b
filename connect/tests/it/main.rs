//! The server as its clients see it: calls of the protocol, and unmodified PySpark programs.

mod abuse;
mod access;
mod answers;
mod calls;
mod client;
mod executions;
mod pyspark;
mod sessions;
mod tls;
mod wire;
