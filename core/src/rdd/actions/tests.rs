//! Actions against Spark's answers (`core/tests/golden`), at their edges, and when user code fails.

mod behaviour;
mod golden;

use crate::context::Context;
use crate::data::Data;
use crate::rdd::Rdd;

fn ctx() -> Context {
    Context::local("local[2]").expect("a local context starts")
}

/// An RDD of exactly these partitions.
fn of_parts<T: Data>(ctx: &Context, parts: Vec<Vec<T>>) -> Rdd<T> {
    if parts.is_empty() {
        return ctx.empty_rdd();
    }
    let n = parts.len();
    ctx.parallelize(parts, n).flat_map(|part| part)
}
