//! The `flint` program.

fn main() {}
