//! Pi by throwing darts: see [`flint_examples::rdd::monte_carlo_pi`].

use std::process::ExitCode;

use flint_examples::rdd;

fn main() -> ExitCode {
    rdd::exit(rdd::monte_carlo_pi::main())
}
