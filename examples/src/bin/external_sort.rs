//! A sort that is larger than memory: see [`flint_examples::rdd::external_sort`].

use std::process::ExitCode;

use flint_examples::rdd;

fn main() -> ExitCode {
    rdd::exit(rdd::external_sort::main())
}
