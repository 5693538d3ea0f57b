//! The server as its clients see it: calls of the protocol, and unmodified PySpark programs.

mod calls;
mod client;
mod executions;
mod pyspark;
mod sessions;
