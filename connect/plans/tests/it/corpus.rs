//! What PySpark's client sends: files of names and messages in base64, one a line.
//!
//! Beside each lies a `.spec` file with the translations. With FLINT_PLANS_WRITE the tests write it
//! anew; read the difference.

use std::fmt::Debug;

use flint_connect_plans::expression;
use flint_connect_protocol::{decode, spark::connect as proto};
use flint_sql_spec::Expr;

/// Expressions and types, recorded by `tests/record_expressions.py`.
pub(crate) const EXPRESSIONS: &str = include_str!("../recorded_expressions.txt");

/// Plans, recorded by `tests/record_plans.py`.
pub(crate) const PLANS: &str = include_str!("../recorded_plans.txt");

/// Names and messages of a file.
pub(crate) fn messages(file: &str) -> impl Iterator<Item = (&str, Vec<u8>)> {
    file.lines().map(|line| {
        let (name, text) = line.split_once('\t').expect("a name and a message");
        (name, from_base64(text))
    })
}

/// A recorded expression, translated.
pub(crate) fn recorded(name: &str) -> Expr {
    let (_, bytes) = messages(EXPRESSIONS)
        .find(|(known, _)| *known == name)
        .unwrap_or_else(|| panic!("{name} is not recorded"));
    let message: proto::Expression = decode(bytes.into()).expect("a message");
    expression(&message).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Compares translations with those kept in `tests/NAME.spec`.
pub(crate) fn keeps<T: Debug>(file: &str, found: impl Iterator<Item = (String, T)>) {
    let found: String = found
        .map(|(name, made)| format!("{name}\t{made:?}\n"))
        .collect();
    let path = format!("{}/tests/{file}.spec", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("FLINT_PLANS_WRITE").is_some() {
        std::fs::write(path, &found).expect("the source tree can be written");
        return;
    }
    let known = std::fs::read_to_string(path).expect("it is in the source tree");
    for (known, found) in known.lines().zip(found.lines()) {
        assert_eq!(known, found);
    }
    assert_eq!(known.lines().count(), found.lines().count());
}

fn from_base64(text: &str) -> Vec<u8> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for byte in text.bytes().filter(|byte| *byte != b'=') {
        held = held << 6 | u32::from(digit(byte));
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    bytes
}
