//! Executors in child processes of the very same binary: master `local-cluster[n,cores,memMB]`.
//!
//! A binary that wants them calls [`init`] first thing in `main` and gives [`LocalCluster`] to the
//! context's builder. A child is the same executable with `FLINT_EXECUTOR_SOCKET` set, in which
//! `init` does not return.
//!
//! # Design
//! - *Control.* Driver and child share a socket pair; it is the child's standard input. Each side
//!   sees at once when the other is gone: a child whose driver died ends, so that there are no
//!   orphans; a child that died is reported as lost, and replaced.
//! - *Programs* are sent encoded, once per stage attempt and executor; a task is then only its
//!   attempt number. Results come back encoded.
//! - *Blocks* are asked for over Unix sockets in one directory: each executor serves the map
//!   outputs that it keeps, the driver broadcasts and the right to commit (`blocks`).
//! - *Builds.* An executor says which build it is before it is told anything else, and another
//!   build is refused with both names.
//! - *Frames* are a length and a message in postcard (`wire`).
//!
//! Everything of one context lies in one temporary directory, removed when the context stops.

mod backend;
mod blocks;
mod cluster;
mod executor;
mod wire;

pub use cluster::LocalCluster;

/// Set in a child: the driver's block socket.
const SOCKET_VAR: &str = "FLINT_EXECUTOR_SOCKET";
/// Set in a child: the executor's name.
const ID_VAR: &str = "FLINT_EXECUTOR_ID";
/// Set in a child by tests of refusal: the build that it pretends to be.
const BUILD_VAR: &str = "FLINT_EXECUTOR_BUILD";
/// The driver's socket in the directory of a cluster. An executor's is named after it.
const DRIVER_SOCKET: &str = "driver.sock";

/// Makes the process an executor if it was started as one; it then ends here. To be called first
/// thing in `main`.
pub fn init() {
    let Some(socket) = std::env::var_os(SOCKET_VAR) else {
        return;
    };
    let code = match executor::run(std::path::Path::new(&socket)) {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("executor ends: {error}");
            1
        }
    };
    std::process::exit(code);
}
