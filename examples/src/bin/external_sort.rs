//! A sort that is larger than memory: see [`flint_examples::rdd::external_sort`].

fn main() -> flint_core::Result<()> {
    flint_examples::rdd::external_sort::main()
}
