//! What a server's log says: see [`flint_examples::rdd::log_analysis`].

use std::process::ExitCode;

use flint_examples::rdd;

fn main() -> ExitCode {
    rdd::exit(rdd::log_analysis::main())
}
