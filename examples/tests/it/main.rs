//! Every program's answer against that of its plain twin.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod rdd;
