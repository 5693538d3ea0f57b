//! How often each word occurs: see [`flint_examples::rdd::word_count`].

fn main() -> flint_core::Result<()> {
    flint_examples::rdd::word_count::main()
}
