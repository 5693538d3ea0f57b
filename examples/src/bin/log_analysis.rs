//! What a server's log says: see [`flint_examples::rdd::log_analysis`].

fn main() -> flint_core::Result<()> {
    flint_examples::rdd::log_analysis::main()
}
