//! Backends against the conformance suite, and what only executor processes can do wrong. This
//! binary is its own executor.

#![allow(clippy::unwrap_used)]

mod stragglers;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use flint_core::backend::ClusterManager;
use flint_core::{Context, Error};
use flint_test_util::conformance::{self, Backend};
use flint_test_util::leak::LeakGuard;
use flint_test_util::process::{self, LocalCluster};
use flint_test_util::runner::Runner;

/// In a process that is to start a cluster, say who the executors are, and be killed.
const VICTIM_VAR: &str = "FLINT_TEST_VICTIM";

fn main() -> ExitCode {
    process::init();
    if std::env::var_os(VICTIM_VAR).is_some() {
        be_a_victim();
    }
    let mut runner = Runner::from_args();
    conformance::run(&mut runner, Backend::Threads, || {
        Context::local("local[2,4]").unwrap()
    });
    conformance::run(&mut runner, Backend::Processes(2), || {
        cluster(&LocalCluster::new())
    });
    runner.test("another_build_is_refused_by_name", another_build);
    runner.test("a_killed_executor_is_replaced", replaced);
    runner.test("nothing_is_left_behind", nothing_is_left_behind);
    runner.test("executors_end_with_their_driver", no_orphans);
    stragglers::run(&mut runner);
    runner.finish()
}

fn cluster(manager: &Arc<LocalCluster>) -> Context {
    Context::builder()
        .master("local-cluster[2,1,64]")
        .cluster_manager(Arc::clone(manager) as Arc<dyn ClusterManager>)
        .build()
        .unwrap()
}

fn another_build() {
    let _guard = LeakGuard::new();
    let error = Context::builder()
        .master("local-cluster[2,1,64]")
        .cluster_manager(LocalCluster::pretending("0123456789abcdef"))
        .build()
        .unwrap_err();
    match &error {
        Error::ForeignBuild { theirs, ours } => {
            assert_eq!(ours, "0123456789abcdef");
            assert_ne!(theirs, ours);
        }
        other => panic!("another error: {other}"),
    }
    assert!(error.to_string().contains("0123456789abcdef"), "{error}");
}

fn replaced() {
    let manager = LocalCluster::new();
    let ctx = cluster(&manager);
    let before = manager.executors();
    manager.kill(&before[0].0).unwrap();
    poll("a replacement", || {
        let now = manager.executors();
        now.len() == 2 && !now.contains(&before[0])
    });
    let sums = ctx.range(0, 100, 1, 8).unwrap().with(1).map(|k, x| x + k);
    assert_eq!(sums.count().unwrap(), 100);
    assert!(manager.kill(&before[0].0).is_err(), "it is gone");
}

fn nothing_is_left_behind() {
    let _guard = LeakGuard::new();
    let ctx = cluster(&LocalCluster::new());
    let pairs = ctx
        .range(0, 100, 1, 4)
        .unwrap()
        .with(7)
        .map(|k, x| (x % k, x));
    let sums = pairs.with(()).reduce_by_key(|(), a, b| a + b, 2);
    assert_eq!(sums.count().unwrap(), 7);
    ctx.stop();
}

/// The driver is killed, and can't tell its executors anything.
fn no_orphans() {
    use std::io::{BufRead, BufReader};
    let mut driver = std::process::Command::new(std::env::current_exe().unwrap())
        .env(VICTIM_VAR, "1")
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(driver.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let executors: Vec<u32> = line
        .split_whitespace()
        .map(|p| p.parse().unwrap())
        .collect();
    assert_eq!(executors.len(), 2);
    assert!(executors.iter().all(|&pid| lives(pid)));
    driver.kill().unwrap();
    driver.wait().unwrap();
    poll("the executors' end", || {
        !executors.iter().any(|&pid| lives(pid))
    });
}

#[allow(clippy::print_stdout)] // how it tells the test
fn be_a_victim() -> ! {
    let manager = LocalCluster::new();
    let _ctx = cluster(&manager);
    let pids = manager
        .executors()
        .into_iter()
        .map(|(_, pid)| pid.to_string());
    println!("{}", pids.collect::<Vec<_>>().join(" "));
    loop {
        std::thread::park();
    }
}

/// Whether a process runs: a dead one that nobody waited for does not.
fn lives(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ")
        .is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

fn poll(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !done() {
        assert!(Instant::now() < deadline, "no sign of {what}");
        std::thread::yield_now();
    }
}
