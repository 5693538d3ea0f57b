//! Pi by throwing darts: see [`flint_examples::rdd::monte_carlo_pi`].

fn main() -> flint_core::Result<()> {
    flint_examples::rdd::monte_carlo_pi::main()
}
