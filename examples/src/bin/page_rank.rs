//! The rank of pages by their links: see [`flint_examples::rdd::page_rank`].

use std::process::ExitCode;

use flint_examples::rdd;

fn main() -> ExitCode {
    rdd::exit(rdd::page_rank::main())
}
