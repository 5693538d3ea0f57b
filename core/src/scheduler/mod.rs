//! The DAG scheduler: a pure state machine, `step(event, now) -> actions`.

pub mod types;

pub use types::*;
