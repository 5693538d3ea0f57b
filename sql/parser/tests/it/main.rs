//! The parser from outside: golden answers of Spark, benchmarks' queries, depth, random text.

mod depth;
mod golden;
mod queries;
mod random;
mod shapes;
