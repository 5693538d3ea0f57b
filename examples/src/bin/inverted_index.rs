//! In which files each word occurs: see [`flint_examples::rdd::inverted_index`].

fn main() -> flint_core::Result<()> {
    flint_examples::rdd::inverted_index::main()
}
