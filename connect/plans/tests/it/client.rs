//! PySpark's client still sends what is recorded.
//!
//! The variable `FLINT_PYSPARK_CONNECT` names a Python with `pyspark[connect]` 4.3; without it the
//! test says that it was skipped.

use std::io::Write;
use std::process::Command;

#[test]
fn the_client_sends_what_is_recorded() {
    let Some(python) = std::env::var_os("FLINT_PYSPARK_CONNECT") else {
        // Past the harness, which shows nothing of tests that pass.
        let told = "SKIPPED: FLINT_PYSPARK_CONNECT names no Python with pyspark[connect]\n";
        let _ = std::io::stderr().write_all(told.as_bytes());
        return;
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/record_plans.py");
    let mut recorder = Command::new(python);
    let done = recorder.args([script, "-"]).output().expect("Python runs");
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{errors}");
    let sent = String::from_utf8_lossy(&done.stdout);
    let recorded = include_str!("../recorded_plans.txt");
    for (sent, recorded) in sent.lines().zip(recorded.lines()) {
        assert_eq!(sent, recorded);
    }
    assert_eq!(sent.lines().count(), recorded.lines().count());
}
