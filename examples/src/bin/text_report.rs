//! Words, top words and an inverted index of a directory of text: see [`flint_examples::rdd::text_report`].

use std::process::ExitCode;

use flint_examples::rdd;

fn main() -> ExitCode {
    rdd::exit(rdd::text_report::main())
}
