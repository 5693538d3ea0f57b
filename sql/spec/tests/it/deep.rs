//! Trees of any depth can be dropped, cloned, compared, hashed, printed and encoded.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use flint_sql_spec::{DataType, Expr, Node, Relation, RelationKind};

const DEPTH: usize = 100_000;

/// Runs `f` on a thread with a small stack, so that recursion on it would show.
fn on_small_stack(f: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(256 * 1024);
    thread
        .spawn(f)
        .expect("a thread starts")
        .join()
        .expect("nothing panics");
}

fn deep_expr(depth: usize) -> Expr {
    (0..depth).fold(Expr::column(["a"]), |expr, _| {
        Expr::call("+", [expr, Expr::literal(1)])
    })
}

fn deep_relation(depth: usize) -> Relation {
    let leaf = Relation::from(RelationKind::Unknown);
    (0..depth).fold(leaf, |input, _| {
        RelationKind::Filter {
            input,
            condition: Expr::literal(true),
        }
        .into()
    })
}

#[test]
fn a_million_levels_drop_on_a_small_stack() {
    on_small_stack(|| {
        drop(deep_expr(1_000_000));
        drop(deep_relation(1_000_000));
        let deep = (0..1_000_000).fold(DataType::Integer, |element, _| DataType::Array {
            element: Node::new(element),
            contains_null: false,
        });
        drop(deep);
    });
}

#[test]
fn a_deep_tree_dropped_by_two_threads_at_once_is_freed() {
    on_small_stack(|| {
        let one = deep_expr(DEPTH);
        let other = one.clone();
        let (sent, received) = std::sync::mpsc::channel::<()>();
        let thread = std::thread::Builder::new()
            .stack_size(256 * 1024)
            .spawn(move || {
                sent.send(()).expect("the other side waits");
                drop(other);
            });
        received.recv().expect("the thread starts");
        drop(one);
        thread
            .expect("a thread starts")
            .join()
            .expect("nothing panics");
    });
}

#[test]
fn deep_trees_compare_hash_and_print() {
    on_small_stack(|| {
        let (one, other) = (deep_expr(DEPTH), deep_expr(DEPTH));
        assert!(one == other);
        assert!(one != deep_expr(DEPTH - 1));
        let hash = |expr: &Expr| {
            let mut hasher = DefaultHasher::new();
            expr.hash(&mut hasher);
            hasher.finish()
        };
        assert_eq!(hash(&one), hash(&other));
        assert!(format!("{one:?}").len() > DEPTH);
        assert!(deep_relation(DEPTH) == deep_relation(DEPTH));
    });
}

#[test]
fn deep_trees_travel() {
    on_small_stack(|| {
        let relation = deep_relation(DEPTH);
        let bytes = postcard::to_allocvec(&relation).expect("plain data encodes");
        let back: Relation = postcard::from_bytes(&bytes).expect("what was encoded decodes");
        assert!(back == relation);
    });
}
