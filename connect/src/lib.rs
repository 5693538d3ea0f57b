//! A Spark Connect server: unmodified PySpark programs, and other clients of the protocol, run on
//! Flint.
//!
//! [`ConnectServer`] listens (`listen`) and keeps sessions (`sessions`): each is a session of `flint-sql`, with
//! executions (`execution`) that go on when a connection is lost. `service` has the calls. A plan is
//! translated to spec by `flint-connect-plans` and run by `run`, or asked about by `analyze`; `artifacts`
//! come beside plans; `extensions` handles messages of other makers; `failure` makes errors what clients expect. `auth` lets nobody near any of it
//! without the token. Nothing here knows what a plan means.

#![forbid(unsafe_code)]

mod analyze;
mod artifacts;
mod auth;
mod config;
mod decompress;
mod execution;
mod extensions;
mod failure;
mod lingering;
mod listen;
mod run;
mod server;
mod service;
mod sessions;

pub use extensions::{CommandHandler, ExpressionHandler, Planner, RelationHandler};
pub use server::{ConnectServer, ConnectServerBuilder, StartError};
