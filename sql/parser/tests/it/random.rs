//! Random text, from fixed seeds: whatever comes in, a plan or an error comes out.

use flint_sql_parser::{parse_data_type, parse_expression, parse_plan, parse_schema};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

const WORDS: &[&str] = &[
    "select", "from", "where", "group", "by", "order", "limit", "t", "a", "b", "(", ")", ",", ".",
    "*", "+", "-", "'x'", "1", "1.5", "and", "or", "not", "in", "between", "is", "null", "case",
    "when", "then", "end", "join", "left", "on", "using", "union", "all", "with", "as", "lateral",
    "view", "pivot", "unpivot", "for", "values", "table", "insert", "into", "interval", "day",
    "cast", "over", "window", "|>", "->", "=>", "::", ":", "?", "[", "]", "<", ">", "=", "/*+",
    "*/", "`q`", ";", "create", "drop", "set", "show", "describe", "explain", "cache", "é", "$",
];

fn runner(seed: u8) -> TestRunner {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let config = Config {
        cases: 3_000,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new_with_rng(config, rng)
}

/// Parses with everything; the places of errors must lie in the text.
fn survive(text: &str) {
    let errors = [
        parse_plan(text).err(),
        parse_expression(text).err(),
        parse_data_type(text).err(),
        parse_schema(text).err(),
    ];
    for error in errors.into_iter().flatten() {
        assert!(!error.to_string().is_empty());
        for context in error.contexts() {
            let characters = text.chars().count() as i32;
            assert!((0..=characters).contains(&context.start_index), "{error}");
            assert!(context.stop_index < characters.max(1), "{error}");
        }
    }
}

#[test]
fn random_words_never_panic() {
    let words = prop::collection::vec(prop::sample::select(WORDS), 0..30);
    let parsed = runner(1).run(&words, |words| {
        survive(&words.join(" "));
        Ok(())
    });
    parsed.expect("no text makes the parser panic");
}

#[test]
fn random_characters_never_panic() {
    let parsed = runner(2).run(&any::<String>(), |text| {
        survive(&text);
        survive(&format!("select {text}"));
        Ok(())
    });
    parsed.expect("no text makes the parser panic");
}

#[test]
fn pieces_of_valid_statements_never_panic() {
    let statements: Vec<_> = include_str!("../golden/statements.txt")
        .split("\n;;\n")
        .collect();
    let cut = (
        prop::sample::select(statements),
        any::<prop::sample::Index>(),
        any::<bool>(),
    );
    let parsed = runner(3).run(&cut, |(statement, at, tail)| {
        let places: Vec<_> = statement.char_indices().map(|(place, _)| place).collect();
        if !places.is_empty() {
            let (head, rest) = statement.split_at(places[at.index(places.len())]);
            survive(if tail { rest } else { head });
        }
        Ok(())
    });
    parsed.expect("no text makes the parser panic");
}
