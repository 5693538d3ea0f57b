//! How often each word occurs: see [`flint_examples::rdd::word_count`].

use std::process::ExitCode;

use flint_examples::rdd;

fn main() -> ExitCode {
    rdd::exit(rdd::word_count::main())
}
