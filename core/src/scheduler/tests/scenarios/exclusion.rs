//! Executors and hosts that tasks keep away from.

use std::time::Duration;

use crate::error::Error;
use crate::scheduler::tests::rig::*;
use crate::scheduler::*;

fn with(exclusion: ExclusionConf, slots: u32) -> Rig {
    let conf = SchedulerConf {
        exclusion: Some(exclusion),
        ..SchedulerConf::default()
    };
    Rig::with(conf, slots)
}

fn excluded(rig: &Rig) -> (u32, Option<&Error>) {
    match &*job_failure(rig.failure()).cause {
        Error::Excluded {
            partition,
            most_recent,
            ..
        } => (*partition, most_recent.as_deref()),
        other => panic!("{other}"),
    }
}

#[test]
fn a_task_keeps_away_from_where_it_failed() {
    let mut rig = with(ExclusionConf::default(), 2);
    rig.submit(0, vec![result(0, 1, &[])]);
    assert!(rig.running.contains(&attempt("0.0/0.0")));
    rig.add("b", 1);
    assert_eq!(rig.fail("0.0/0.0", boom("bad disk")), ["launch 0.0/0.1 b"]);
    let end = rig.ok("0.0/0.1");
    assert!(end.contains(&"success 0".to_owned()), "{end:?}");
    rig.assert_idle();
}

#[test]
fn a_task_that_can_run_nowhere_fails_its_job_and_names_why() {
    let mut rig = with(ExclusionConf::default(), 1);
    rig.submit(0, vec![result(0, 2, &[])]);
    rig.submit(1, vec![result(1, 1, &[])]);
    rig.fail("0.0/0.0", boom("bad disk"));
    assert_eq!(excluded(&rig), (0, Some(&boom("bad disk"))));
    let text = rig.failure().to_string();
    for part in [
        "task 0 of stage 0.0 can't run anywhere",
        "bad disk",
        "spark.excludeOnFailure.*",
    ] {
        assert!(text.contains(part), "{text}");
    }
    // The engine goes on with others.
    rig.drain();
    assert_eq!(rig.succeeded, [1]);
    rig.assert_idle();
}

#[test]
fn a_task_waits_for_a_busy_executor_rather_than_go_back() {
    let mut rig = with(ExclusionConf::default(), 1);
    rig.add("b", 1);
    rig.submit(0, vec![result(0, 2, &[])]);
    assert!(
        launched(&rig.fail("0.0/0.0", boom("bad"))).is_empty(),
        "b is busy"
    );
    assert!(rig.failed.is_empty());
    rig.submit(1, vec![result(1, 1, &[])]);
    assert!(
        rig.running.contains(&attempt("1.0/0.0")),
        "others use the slot"
    );
    assert_eq!(launched(&rig.ok("0.0/1.0")), ["0.0/0.1 b"]);
    rig.drain();
    rig.assert_idle();
}

#[test]
fn two_failures_on_one_host_are_enough_for_a_task() {
    let mut rig = with(ExclusionConf::default(), 0);
    rig.add_at("a", "h", 1);
    rig.add_at("b", "h", 1);
    rig.submit(0, vec![result(0, 1, &[])]);
    rig.add_at("c", "h", 1);
    assert_eq!(rig.fail("0.0/0.0", boom("1")), ["launch 0.0/0.1 b"]);
    rig.fail("0.0/0.1", boom("2"));
    assert_eq!(
        excluded(&rig),
        (0, Some(&boom("2"))),
        "c is on the same host"
    );
    rig.assert_idle();
}

#[test]
fn a_stage_keeps_away_from_an_executor_where_two_tasks_failed() {
    let mut rig = with(ExclusionConf::default(), 2);
    rig.submit(0, vec![result(0, 8, &[])]);
    rig.add("b", 2);
    rig.fail("0.0/0.0", boom("bad"));
    assert!(
        rig.running.contains(&attempt("0.0/4.0")),
        "another task takes the slot at a"
    );
    rig.fail("0.0/1.0", boom("bad"));
    assert_eq!(
        rig.running.len(),
        3,
        "nothing more goes to a: {:?}",
        rig.running
    );
    rig.ok("0.0/4.0");
    assert_eq!(rig.running.len(), 2);
    let other = rig.submit(1, vec![result(1, 2, &[])]);
    assert_eq!(
        launched(&other),
        ["1.0/0.0 a", "1.0/1.0 a"],
        "other stages do go there"
    );
    rig.drain();
    assert_eq!((rig.succeeded.len(), rig.failed.len()), (2, 0));
    rig.assert_idle();
}

#[test]
fn a_stage_keeps_away_from_a_host_where_two_executors_are_bad() {
    let mut rig = with(ExclusionConf::default(), 0);
    for executor in ["a", "b"] {
        rig.add_at(executor, "h", 2);
    }
    rig.submit(0, vec![result(0, 9, &[])]);
    rig.add_at("c", "g", 1);
    for partition in 0..4 {
        rig.fail(&format!("0.0/{partition}.0"), boom("bad"));
    }
    let at_h = |rig: &Rig| rig.running.len() - usize::from(rig.scheduler.slots().used > 0);
    let before = at_h(&rig);
    assert!(
        launched(&rig.add_at("d", "h", 2)).is_empty(),
        "a new one on a bad host"
    );
    assert_eq!(at_h(&rig), before);
    assert_eq!(launched(&rig.add_at("e", "f", 1)).len(), 1);
    rig.drain();
    assert_eq!((rig.succeeded.len(), rig.failed.len()), (1, 0));
    rig.assert_idle();
}

#[test]
fn all_keep_away_from_an_executor_for_a_time() {
    let timeout = Duration::from_secs(10);
    let mut rig = with(
        ExclusionConf {
            timeout,
            ..ExclusionConf::default()
        },
        2,
    );
    rig.submit(0, vec![result(0, 2, &[])]);
    rig.add("b", 2);
    for id in ["0.0/0.0", "0.0/1.0"] {
        rig.fail(id, boom("bad"));
    }
    rig.drain();
    // Only now, because the stage succeeded: the tasks were not to blame.
    let next = rig.submit(1, vec![result(1, 3, &[])]);
    assert_eq!(launched(&next), ["1.0/0.0 b", "1.0/1.0 b"]);
    assert!(next.contains(&"wake 10".to_owned()), "{next:?}");
    assert!(launched(&rig.at(9_999)).is_empty());
    assert_eq!(launched(&rig.at(10_000)), ["1.0/2.0 a"]);
    rig.drain();
    rig.assert_idle();
}

#[test]
fn a_stage_that_failed_excludes_nobody_for_others() {
    let mut rig = with(ExclusionConf::default(), 2);
    rig.submit(0, vec![result(0, 2, &[])]);
    rig.fail("0.0/0.0", boom("bad"));
    rig.killed("0.0/1.0");
    assert_eq!(rig.failed.len(), 1);
    assert_eq!(launched(&rig.submit(1, vec![result(1, 2, &[])])).len(), 2);
    rig.drain();
    rig.assert_idle();
}

#[test]
fn while_there_is_no_executor_there_is_hope() {
    let mut rig = with(ExclusionConf::default(), 1);
    rig.submit(0, vec![result(0, 1, &[])]);
    rig.lose("a", false);
    assert!(
        rig.failed.is_empty(),
        "the loss counts against `a`, but another may come"
    );
    assert_eq!(launched(&rig.add("b", 1)), ["0.0/0.1 b"]);
    rig.drain();
    assert_eq!(rig.succeeded, [0]);
    rig.assert_idle();
}

#[test]
fn an_executor_that_loses_outputs_is_avoided_if_asked_for() {
    for (fetch_failures, place) in [(false, "a"), (true, "b")] {
        let exclusion = ExclusionConf {
            fetch_failures,
            ..ExclusionConf::default()
        };
        let mut rig = with(exclusion, 1);
        rig.submit(0, vec![map(0, 1, &[]), result(1, 1, &[0])]);
        rig.ok("0.0/0.0");
        rig.add("b", 1);
        let again = rig.fail("1.0/0.0", fetch(0, 0));
        let place = format!("0.1/0.0 {place}");
        assert!(
            launched(&again).contains(&place.as_str()) || !fetch_failures,
            "{again:?}"
        );
        rig.drain();
        assert_eq!(rig.succeeded, [0]);
        rig.assert_idle();
    }
}

#[test]
fn copies_keep_away_too() {
    let conf = SchedulerConf {
        exclusion: Some(ExclusionConf::default()),
        speculation: Some(SpeculationConf {
            quantile: 0.5,
            ..SpeculationConf::default()
        }),
        ..SchedulerConf::default()
    };
    let mut rig = Rig::with(conf, 1);
    rig.add("b", 1);
    rig.submit(0, vec![result(0, 2, &[])]);
    rig.now = Duration::from_secs(1);
    rig.ok("0.0/1.0");
    assert_eq!(launched(&rig.fail("0.0/0.0", boom("bad"))), ["0.0/0.1 b"]);
    rig.at(9_000);
    assert!(launched(&rig.at(10_000)).is_empty(), "it failed at a");
    assert_eq!(launched(&rig.add("c", 1)), ["0.0/0.2 c"]);
    rig.drain();
    rig.assert_idle();
}
