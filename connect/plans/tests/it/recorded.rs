//! What PySpark's client sends, recorded by `tests/record_plans.py`.
//!
//! `recorded_plans.spec` holds each plan's translation, one a line. With FLINT_PLANS_WRITE the test
//! writes it anew; read the difference.

use flint_connect_plans::plan;
use flint_connect_protocol::{decode, spark::connect as proto};
use flint_sql_spec::Plan;

/// The plans by name.
pub(crate) fn plans() -> impl Iterator<Item = (&'static str, proto::Plan)> {
    include_str!("../recorded_plans.txt").lines().map(|line| {
        let (name, text) = line.split_once('\t').expect("a name and a message");
        (name, decode(from_base64(text).into()).expect("a message"))
    })
}

/// One plan, translated.
pub(crate) fn translated(name: &str) -> Plan {
    let (_, message) = plans()
        .find(|(known, _)| *known == name)
        .unwrap_or_else(|| panic!("{name} is not recorded"));
    plan(&message).unwrap_or_else(|error| panic!("{name}: {error}"))
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

#[test]
fn every_recorded_plan_keeps_its_translation() {
    let mut found = String::new();
    for (name, message) in plans() {
        let made = plan(&message).unwrap_or_else(|error| panic!("{name}: {error}"));
        found += &format!("{name}\t{made:?}\n");
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recorded_plans.spec");
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
