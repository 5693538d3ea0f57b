//! Plans of unusual size: no overflow on a small stack, and no time that grows with the square.

use super::{answer, views};

/// Runs on a stack as small as that of a task's thread may be.
fn on_a_small_stack(f: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(512 * 1024).spawn(f);
    thread.expect("a thread").join().expect("no overflow");
}

fn columns(sql: &str) -> usize {
    let found = answer(&views("own"), sql, true);
    found.unwrap_or_else(|e| panic!("{e}")).len()
}

#[test]
fn chains_of_ten_thousand_terms() {
    on_a_small_stack(|| {
        let conditions: Vec<String> = (0..10_000).map(|i| format!("a = {i}")).collect();
        let any = conditions.join(" OR ");
        assert_eq!(columns(&format!("SELECT a FROM t WHERE {any}")), 1);
        let sum = vec!["a"; 10_000].join(" + ");
        assert_eq!(columns(&format!("SELECT sum({sum}) FROM t")), 1);
    });
}

#[test]
fn lists_of_ten_thousand_items() {
    on_a_small_stack(|| {
        let items: Vec<String> = (0..10_000).map(|i| i.to_string()).collect();
        let sql = format!("SELECT a FROM t WHERE a IN ({})", items.join(", "));
        assert_eq!(columns(&sql), 1);
        let wide: Vec<String> = (0..2_000).map(|i| format!("a + {i} AS c{i}")).collect();
        let sql = format!("SELECT * FROM (SELECT {} FROM t) q", wide.join(", "));
        assert_eq!(columns(&sql), 2_000);
    });
}

#[test]
fn unions_and_subqueries_by_the_thousand() {
    on_a_small_stack(|| {
        let selects = vec!["SELECT a, b FROM t"; 1_000];
        assert_eq!(columns(&selects.join(" UNION ALL ")), 2);
        let mut nested = "SELECT a FROM t".to_owned();
        for _ in 0..300 {
            nested = format!("SELECT a FROM ({nested}) q");
        }
        assert_eq!(columns(&nested), 1);
    });
}
