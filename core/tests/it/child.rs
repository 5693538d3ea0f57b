//! Tests that need a process of their own: with limits, with file systems, or to be counted alone.
//!
//! Such a test runs twice. The first run, in the test harness, starts the second one, in a child
//! of the same binary; there [`place`] gives the directory that they share, and the test does its
//! work.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::DEADLINE;

const PLACE: &str = "FLINT_TEST_PLACE";

/// Written by a child that came to its end: a name of a test that no longer exists runs nothing
/// and succeeds.
const DONE: &str = "done";

/// In the child, the directory that it shares with its parent.
pub(crate) fn place() -> Option<PathBuf> {
    std::env::var_os(PLACE).map(PathBuf::from)
}

/// To be called by the child at the end of its work.
pub(crate) fn done() {
    fs::write(place().unwrap().join(DONE), "").unwrap();
}

/// Runs a test (by its whole name) of this binary in a child, after the shell commands `before`,
/// which the process keeps the limits of. Fails if the child does.
pub(crate) fn run(test: &str, before: &str) {
    run_below(&["sh"], test, before);
}

/// As [`run`], in a mount namespace of its own: what is mounted there nobody else sees. Returns
/// false, and says so, where the system does not allow that.
pub(crate) fn run_with_mounts(test: &str, before: &str) -> bool {
    const OWN_MOUNTS: &[&str] = &["unshare", "--mount", "--map-root-user", "sh"];
    let allowed = Command::new(OWN_MOUNTS[0])
        .args(&OWN_MOUNTS[1..])
        .args(["-c", "mount -t tmpfs -o size=1m none /mnt"])
        .output()
        .is_ok_and(|ended| ended.status.success());
    if !allowed {
        eprintln!("SKIPPED {test}: this system lets nobody mount anything");
        return false;
    }
    run_below(OWN_MOUNTS, test, before);
    true
}

fn run_below(shell: &[&str], test: &str, before: &str) {
    let place = tempfile::tempdir().unwrap();
    let output = place.path().join("output");
    let log = fs::File::create(&output).unwrap();
    let script = format!("{before}\nexec \"$0\" \"$@\"");
    let mut child = Command::new(shell[0])
        .args(&shell[1..])
        .args(["-euc", &script])
        .arg(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(PLACE, place.path())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let end = Instant::now() + DEADLINE;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break Some(status);
        }
        if Instant::now() > end {
            child.kill().unwrap();
            child.wait().unwrap();
            break None;
        }
        std::thread::yield_now();
    };
    let text = fs::read_to_string(&output).unwrap_or_default();
    let succeeded = status.is_some_and(|s| s.success());
    assert!(succeeded, "{test} in a child: {status:?}\n{text}");
    assert!(
        exists(place.path()),
        "{test} did not run to its end\n{text}"
    );
}

fn exists(place: &Path) -> bool {
    place.join(DONE).exists()
}
