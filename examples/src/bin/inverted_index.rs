//! In which files each word occurs: see [`flint_examples::rdd::inverted_index`].

use std::process::ExitCode;

use flint_examples::rdd;

fn main() -> ExitCode {
    rdd::exit(rdd::inverted_index::main())
}
