//! Tests that need a process of their own: with limits, with file systems, or to be counted alone.
//!
//! Such a test runs twice. The first run, in the test harness, starts the second one, in a child
//! of the same binary; there [`place`] gives the directory that they share, and the test does its
//! work.

use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;

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
    let place = tempfile::tempdir().unwrap();
    let allowed = Command::new(OWN_MOUNTS[0])
        .args(&OWN_MOUNTS[1..])
        .args(["-c", "mount -t tmpfs -o size=1m none \"$0\""])
        .arg(place.path())
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
    let script = format!("exec 2>&1\n{before}\nexec \"$0\" \"$@\"");
    let mut child = Command::new(shell[0])
        .args(&shell[1..])
        .args(["-euc", &script])
        .arg(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(PLACE, place.path())
        .stdout(Stdio::piped())
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let mut pipe = child.stdout.take().unwrap();
    let (ended, end) = mpsc::channel();
    let reader = thread::spawn(move || {
        let mut text = Vec::new();
        pipe.read_to_end(&mut text).ok();
        ended.send(()).ok();
        String::from_utf8_lossy(&text).into_owned()
    });
    let hangs = end.recv_timeout(DEADLINE).is_err();
    if hangs {
        child.kill().unwrap();
    }
    let (status, text) = (child.wait().unwrap(), reader.join().unwrap());
    assert!(!hangs, "{test} hangs in a child\n{text}");
    assert!(status.success(), "{test} in a child: {status}\n{text}");
    assert!(
        place.path().join(DONE).exists(),
        "{test} did not run to its end\n{text}"
    );
}
