//! Plans that PySpark's client sends, recorded by `tests/record_plans.py`.

use flint_connect_plans::plan;
use flint_connect_protocol::{decode, spark::connect as proto};
use flint_sql_spec::Plan;

use crate::corpus::{PLANS, keeps, messages};

/// The plans by name.
fn plans() -> impl Iterator<Item = (&'static str, proto::Plan)> {
    messages(PLANS).map(|(name, bytes)| (name, decode(bytes.into()).expect("a message")))
}

/// One plan, translated.
pub(crate) fn translated(name: &str) -> Plan {
    let (_, message) = plans()
        .find(|(known, _)| *known == name)
        .unwrap_or_else(|| panic!("{name} is not recorded"));
    plan(&message).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn every_recorded_plan_keeps_its_translation() {
    let found = plans().map(|(name, message)| {
        let made = plan(&message).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name.to_owned(), made)
    });
    keeps("recorded_plans", found);
}
