//! The rank of pages by their links: see [`flint_examples::rdd::page_rank`].

fn main() -> flint_core::Result<()> {
    flint_examples::rdd::page_rank::main()
}
