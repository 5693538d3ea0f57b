//! Words, top words and an inverted index of a directory of text: see [`flint_examples::rdd::text_report`].

fn main() -> flint_core::Result<()> {
    flint_examples::rdd::text_report::main()
}
