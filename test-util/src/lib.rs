//! What tests of the engine share: executors in child processes ([`process`]), one suite that
//! every backend must pass ([`conformance`]), an audit of what is left behind ([`leak`]), and a
//! small test runner for binaries that are executors too ([`runner`]).

pub mod conformance;
pub mod leak;
pub mod process;
pub mod runner;
