//! What each action does, in this process and in others.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, Output};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::*;
use crate::error::{Error, Result};

const SOON: Duration = Duration::from_secs(20);

fn plain() -> Result<()> {
    crate::fault!("test.plain");
    Ok(())
}

fn keyed(key: u32) -> Result<()> {
    crate::fault!("test.keyed", key);
    Ok(())
}

#[test]
fn fires_as_often_as_armed_and_disarms_on_drop() {
    let _turn = exclusive();
    let fault = arm("test.plain", Action::Fail, 2);
    assert_eq!(
        plain(),
        Err(Error::Injected {
            point: "test.plain".into()
        })
    );
    assert!(plain().is_err());
    assert!(plain().is_ok());
    assert_eq!(fault.fired(), 2);
    drop(fault);
    let always = arm(
        "test.plain",
        Action::Error(Error::ContextStopped),
        usize::MAX,
    );
    assert_eq!(plain(), Err(Error::ContextStopped));
    drop(always);
    assert!(plain().is_ok());
}

#[test]
fn a_key_narrows_a_point() {
    let _turn = exclusive();
    let one = arm("test.keyed[3]", Action::Fail, usize::MAX);
    assert!(keyed(2).is_ok());
    assert_eq!(
        keyed(3),
        Err(Error::Injected {
            point: "test.keyed[3]".into()
        })
    );
    drop(one);
    let _all = arm("test.keyed", Action::Fail, usize::MAX);
    assert!(keyed(2).is_err() && keyed(3).is_err());
    assert_eq!(reached_here(), ["test.keyed[2]", "test.keyed[3]"]);
    assert!(reached().contains(&"test.keyed[3]".to_owned()));
}

#[test]
fn a_point_can_be_armed_for_one_thread() {
    let fault = arm_here("test.keyed[77]", Action::Fail, 1);
    assert_eq!(std::thread::spawn(|| keyed(77)).join().unwrap(), Ok(()));
    assert!(keyed(77).is_err());
    assert_eq!(fault.fired(), 1);
    assert_eq!(reached_here(), ["test.keyed[77]"]);
}

#[test]
fn fires_from_the_nth_hit() {
    let _turn = exclusive();
    let fault = arm_from("test.plain", 3, Action::Fail, 1);
    let ends: Vec<bool> = (0..4).map(|_| plain().is_ok()).collect();
    assert_eq!(ends, [true, true, false, true]);
    assert_eq!(fault.fired(), 1);
}

#[test]
fn panics_and_delays() {
    let _turn = exclusive();
    let fault = arm("test.plain", Action::Panic, 1);
    assert!(catch_unwind(AssertUnwindSafe(plain)).is_err());
    drop(fault);
    let _fault = arm("test.plain", Action::Delay(Duration::from_millis(20)), 1);
    let start = Instant::now();
    assert!(plain().is_ok());
    assert!(start.elapsed() >= Duration::from_millis(20));
}

#[test]
fn blocks_until_released() {
    let _turn = exclusive();
    let fault = arm("test.plain", Action::Block("gate".into()), 1);
    let (sent, ended) = mpsc::channel();
    let blocked = std::thread::spawn(move || sent.send(plain()).unwrap());
    assert!(fault.wait_fired(1, SOON));
    assert!(ended.try_recv().is_err(), "still blocked");
    release("gate");
    assert_eq!(ended.recv_timeout(SOON), Ok(Ok(())));
    blocked.join().unwrap();
}

#[test]
fn dropping_the_guard_releases_the_blocked() {
    let _turn = exclusive();
    let fault = arm("test.plain", Action::Block("dropped".into()), 1);
    let blocked = std::thread::spawn(plain);
    assert!(fault.wait_fired(1, SOON));
    drop(fault);
    assert_eq!(blocked.join().unwrap(), Ok(()));
}

#[test]
fn rules_are_refused_unless_understood() {
    let rules = rules::parse("a=fail*2@3; b[7]=delay(5ms);c=block(x)", None)
        .ok()
        .unwrap();
    assert_eq!((rules[0].skip, rules[0].left), (2, 2));
    assert_eq!(
        (rules[1].target.as_str(), &rules[1].action),
        ("b[7]", &Action::Delay(Duration::from_millis(5)))
    );
    assert_eq!(
        (&rules[2].action, rules[2].left),
        (&Action::Block("x".into()), usize::MAX)
    );
    for bad in ["a", "a=explode", "a=fail*x", "a=delay(5)", "a=fail@"] {
        assert!(rules::parse(bad, None).is_err(), "{bad}");
    }
}

/// Runs [`child`] in a process of its own.
fn run_child(faults: &str, tokens: Option<&std::path::Path>) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "fault::tests::child", "--ignored", "--nocapture"]);
    command.env("FLINT_FAULTS", faults);
    if let Some(dir) = tokens {
        command.env("FLINT_FAULT_TOKENS", dir);
    }
    command.output().unwrap()
}

#[test]
#[ignore = "the body of the child processes of the tests below"]
fn child() {
    let failed = (0..3).filter(|_| plain().is_err()).count();
    println!("\nfailed {failed}");
}

#[test]
fn another_process_is_armed_by_its_environment() {
    let out = run_child("test.plain=fail*2", None);
    assert!(
        String::from_utf8_lossy(&out.stdout).contains("failed 2\n"),
        "{out:?}"
    );
    let out = run_child("test.plain=abort@2", None);
    assert_eq!(out.status.code(), None, "ended by a signal");
    let out = run_child("test.plain=nonsense", None);
    assert!(!out.status.success());
}

#[test]
fn tokens_bound_the_faults_of_all_processes() {
    let dir = tempfile::tempdir().unwrap();
    fill_tokens(dir.path(), "test.plain", 4).unwrap();
    let runs: Vec<String> = (0..2)
        .map(|_| String::from_utf8(run_child("test.plain=fail", Some(dir.path())).stdout).unwrap())
        .collect();
    assert!(
        runs[0].contains("failed 3\n") && runs[1].contains("failed 1\n"),
        "{runs:?}"
    );
    assert_eq!(tokens_left(dir.path(), "test.plain").unwrap(), 0);
}

#[test]
fn another_process_is_released_by_a_file() {
    let dir = tempfile::tempdir().unwrap();
    fill_tokens(dir.path(), "test.plain", 1).unwrap();
    std::fs::write(dir.path().join("released.gate"), "").unwrap();
    let out = run_child("test.plain=block(gate)", Some(dir.path()));
    assert!(
        String::from_utf8_lossy(&out.stdout).contains("failed 0\n"),
        "{out:?}"
    );
    assert_eq!(tokens_left(dir.path(), "test.plain").unwrap(), 0);
}
