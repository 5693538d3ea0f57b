//! Deep and long texts give a plan or an error, never an overflow.

use flint_sql_parser::{parse_data_type, parse_plan};
use flint_sql_spec::condition::FAILED_TO_PARSE_TOO_COMPLEX;

/// Runs `f` on a thread with a small stack, so that recursion on it would show.
fn on_small_stack(f: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(256 * 1024);
    thread
        .spawn(f)
        .expect("a thread starts")
        .join()
        .expect("nothing panics");
}

fn too_complex(text: &str) {
    let error = parse_plan(text).expect_err("is too deep");
    assert_eq!(error.condition(), &FAILED_TO_PARSE_TOO_COMPLEX);
}

#[test]
fn nesting_beyond_the_bound_is_refused() {
    on_small_stack(|| {
        const N: usize = 100_000;
        too_complex(&format!("select {}1{}", "(".repeat(N), ")".repeat(N)));
        too_complex(&format!("select {}a", "not ".repeat(N)));
        too_complex(&format!("select {}a", "- ".repeat(N)));
        too_complex(&format!("select {}a", "~".repeat(N)));
        too_complex(&format!("{}select 1{}", "(".repeat(N), ")".repeat(N)));
        too_complex(&format!(
            "select * from {}t{}",
            "(".repeat(N),
            ")".repeat(N)
        ));
        too_complex(&format!("select {}1{}", "f(".repeat(N), ")".repeat(N)));
        too_complex(&format!("select {}1{}", "a[".repeat(N), "]".repeat(N)));
        too_complex(&format!("select {}", "case when ".repeat(N)));
        too_complex(&format!("select {}", "x -> ".repeat(N)));
        too_complex(&"explain ".repeat(N));
        let deep_type = format!("{}int{}", "array<".repeat(N), ">".repeat(N));
        assert!(parse_data_type(&deep_type).is_err());
    });
}

#[test]
fn some_hundred_levels_are_no_problem() {
    on_small_stack(|| {
        const N: usize = 300;
        for text in [
            format!("select {}1{}", "(".repeat(N), ")".repeat(N)),
            format!("{}select 1{}", "(".repeat(N), ")".repeat(N)),
            format!("select {}1{}", "((select ".repeat(N), ") + 1)".repeat(N)),
            format!(
                "select * from {}t{}",
                "(select * from ".repeat(N),
                ") x".repeat(N)
            ),
            format!("select {}a", "not ".repeat(N)),
        ] {
            parse_plan(&text).expect("is not too deep");
        }
    });
}

#[test]
fn long_chains_parse_compare_print_and_drop() {
    on_small_stack(|| {
        const N: usize = 10_000;
        for text in [
            format!("select a{}", " + a".repeat(N)),
            format!("select a{}", " || a".repeat(N)),
            format!("select a from t where a{}", " and a".repeat(N)),
            format!("select a from t where a{}", " or a and b".repeat(N)),
            format!("select 1{}", " union all select 1".repeat(N)),
            format!("select 1{}", " intersect select 1".repeat(N)),
            format!("select a{}", "[0]".repeat(N)),
            format!("select f(a){}", ".b".repeat(N)),
            format!("select a{}", "::int".repeat(N)),
            format!("from t{}", " |> where a".repeat(N)),
            format!("select * from t{}", " join t".repeat(N)),
            format!("select a in (0{})", ", 1".repeat(N)),
            format!("select {}a", "a, ".repeat(N)),
        ] {
            let plan = parse_plan(&text).expect("chains have no bound");
            assert!(
                plan == parse_plan(&text).expect("it parsed before"),
                "{}",
                &text[..40]
            );
            assert!(format!("{plan:?}").len() > N);
        }
    });
}

/// Rules that try one reading before another must not do so at each level.
#[test]
fn nesting_costs_no_more_than_its_length() {
    on_small_stack(|| {
        const N: usize = 200;
        for (open, inside, close) in [
            ("substring(", "a", ", 1, 2)"),
            ("trim(", "a", ")"),
            ("cast(", "a", " as int)"),
            ("struct(", "a", ")"),
            ("first(", "a", ")"),
            ("position(", "a", ", b)"),
            ("(select ", "1", " from (select 1))"),
            ("((", "a", ") + 1)"),
            ("(from t |> aggregate group by ", "a", " as b)"),
            ("f(table(select ", "1", "))"),
        ] {
            let text = format!("select {}{inside}{}", open.repeat(N), close.repeat(N));
            parse_plan(&text).expect("is valid");
            let broken = format!("select {}{inside} $ {}", open.repeat(N), close.repeat(N));
            assert!(parse_plan(&broken).is_err());
        }
    });
}
