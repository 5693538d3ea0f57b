//! The scheduler under seeded faults.
//!
//! [`plan`] makes jobs, executors, settings (pools, copies of slow tasks, exclusion) and faults from
//! a seed; [`world`] plays them: executors that
//! start, finish, die and come back, a network that delays, reorders, repeats and loses messages,
//! and a driver that knows where outputs are; [`check`] holds what must be true at every step and
//! at the end. A run is a pure function of its plan, so a failure is repeated by its seed, and
//! shrunk by leaving out jobs, faults and settings one by one while it stays a failure.

mod check;
mod driver;
mod executor;
mod plan;
mod report;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};

use plan::Plan;
use report::Report;
use world::World;

/// Runs a plan. Both a broken rule and a panic of the scheduler are failures.
fn run(plan: &Plan) -> Result<Report, String> {
    catch_unwind(AssertUnwindSafe(|| World::new(plan).run())).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(format!("panic: {}", text.unwrap_or("?")))
    })
}

/// Leaves out jobs, faults and settings while the plan keeps failing.
fn shrink(plan: Plan) -> Plan {
    let mut smallest = plan;
    loop {
        match smallest.smaller().into_iter().find(|p| run(p).is_err()) {
            Some(smaller) => smallest = smaller,
            None => return smallest,
        }
    }
}

/// Runs one seed and panics with the smallest failing plan and its events.
fn run_seed(seed: u64) -> Report {
    let plan = Plan::of(seed);
    match run(&plan) {
        Ok(report) => report,
        Err(first) => {
            let small = shrink(plan);
            let (result, log) = World::new(&small).run_logged();
            let last = result.err().unwrap_or_else(|| "a panic".to_owned());
            panic!(
                "seed {seed}: {first}\nsmallest plan: {small:#?}\n{}\n{last}",
                log.join("\n")
            );
        }
    }
}

#[test]
fn seeds() {
    let mut all = Report::default();
    for seed in 0..5000 {
        all.add(&run_seed(seed));
    }
    // What never happened was never tested.
    println!("{all:?}");
    all.assert_all_seen();
}

/// More seeds than a test run has time for: `FLINT_SEEDS=100000 cargo test -p flint-core --lib
/// many_seeds -- --ignored`.
#[test]
#[ignore = "as long as one likes"]
fn many_seeds() {
    let count = std::env::var("FLINT_SEEDS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(20_000);
    for seed in 5000..5000 + count {
        run_seed(seed);
    }
}

#[test]
fn a_seed_gives_the_same_run_again() {
    for seed in 0..20 {
        let plan = Plan::of(seed);
        assert_eq!(
            World::new(&plan).run_logged().1,
            World::new(&plan).run_logged().1
        );
    }
}

#[test]
fn without_faults_every_job_succeeds_with_one_launch_for_each_task() {
    for seed in 0..200 {
        let plan = Plan {
            faults: Vec::new(),
            ends_alone: false,
            speculation: None,
            ..Plan::of(seed)
        };
        let report = run(&plan).unwrap();
        assert_eq!(
            (report.failed(), report.fetch_failures),
            (0, 0),
            "seed {seed}"
        );
        assert_eq!(
            report.launches,
            report.accepted + report.yields,
            "seed {seed}"
        );
    }
}
