//! Copies of slow tasks, on a clock by hand.

use std::time::Duration;

use crate::scheduler::tests::rig::*;
use crate::scheduler::*;

/// Executors `a` and `b` of two slots each.
fn rig(speculation: SpeculationConf) -> Rig {
    let conf = SchedulerConf {
        speculation: Some(speculation),
        ..SchedulerConf::default()
    };
    let mut rig = Rig::with(conf, 2);
    rig.add("b", 2);
    rig
}

/// Twice the median when half is done.
fn half() -> SpeculationConf {
    SpeculationConf {
        multiplier: 2.0,
        quantile: 0.5,
        ..SpeculationConf::default()
    }
}

/// Four tasks, of which three took 1 s, and the time is 2 s: the last one, at `b`, is not slow yet.
fn nearly_slow() -> Rig {
    let mut rig = rig(half());
    let launches = rig.submit(0, vec![result(0, 4, &[])]);
    let expected = ["0.0/0.0 a", "0.0/1.0 b", "0.0/2.0 a", "0.0/3.0 b"];
    assert_eq!(launched(&launches), expected);
    rig.now = Duration::from_secs(1);
    for id in ["0.0/0.0", "0.0/1.0", "0.0/2.0"] {
        assert!(launched(&rig.ok(id)).is_empty());
    }
    assert!(
        launched(&rig.at(2000)).is_empty(),
        "twice the median is not slow yet"
    );
    rig
}

fn slow() -> Rig {
    let mut rig = nearly_slow();
    assert_eq!(
        launched(&rig.at(2101)),
        ["0.0/3.1 a"],
        "on another executor"
    );
    rig
}

#[test]
fn the_first_success_wins_and_the_other_is_killed() {
    for (winner, loser) in [("0.0/3.1", "0.0/3.0"), ("0.0/3.0", "0.0/3.1")] {
        let mut rig = slow();
        let accepted = format!("accept {winner} [0]");
        let end = [
            accepted,
            format!("kill {loser}"),
            "end 0.0 ok".into(),
            "success 0".into(),
        ];
        assert_eq!(rig.ok(winner), end);
        assert!(rig.ok(loser).is_empty(), "its late success is not taken");
        rig.assert_idle();
    }
}

#[test]
fn the_scheduler_asks_to_be_woken_only_while_something_may_be_slow() {
    let mut rig = rig(half());
    let none = rig.submit(0, vec![result(0, 4, &[])]);
    assert!(!none.iter().any(|a| a.starts_with("wake")), "{none:?}");
    rig.now = Duration::from_secs(1);
    rig.ok("0.0/0.0");
    let woken = rig.ok("0.0/1.0");
    assert!(
        woken.contains(&"wake 0".to_owned()),
        "half is done: {woken:?}"
    );
    rig.ok("0.0/2.0");
    let last = rig.ok("0.0/3.0");
    assert!(!last.iter().any(|a| a.starts_with("wake")), "{last:?}");
    assert!(rig.at(5000).is_empty());
    rig.assert_idle();
}

#[test]
fn no_task_is_slow_before_enough_are_done_or_the_least_time_is_over() {
    let mut rig = rig(half());
    rig.submit(0, vec![result(0, 4, &[])]);
    rig.ok("0.0/0.0");
    assert!(launched(&rig.at(60_000)).is_empty(), "one of four");
    rig.drain();
    rig.submit(1, vec![result(1, 4, &[])]);
    for id in ["1.0/0.0", "1.0/1.0"] {
        rig.ok(id);
    }
    rig.at(60_099);
    assert_eq!(rig.launches, 8, "0 ms times 2, but 100 ms at least");
    let copies = rig.at(60_201);
    assert_eq!(launched(&copies), ["1.0/2.1 b", "1.0/3.1 a"]);
    rig.drain();
    rig.assert_idle();
}

#[test]
fn waiting_tasks_go_before_copies() {
    let conf = SchedulerConf {
        speculation: Some(SpeculationConf {
            quantile: 0.25,
            ..half()
        }),
        ..SchedulerConf::default()
    };
    let mut rig = Rig::with(conf, 1);
    rig.add("b", 1);
    rig.submit(0, vec![result(0, 4, &[])]);
    rig.now = Duration::from_secs(1);
    assert_eq!(launched(&rig.ok("0.0/0.0")), ["0.0/2.0 a"]);
    // Task 1, at `b`, is slow from here on, but there is no free slot.
    assert!(launched(&rig.at(2500)).is_empty());
    assert_eq!(launched(&rig.ok("0.0/2.0")), ["0.0/3.0 a"]);
    assert_eq!(launched(&rig.ok("0.0/3.0")), ["0.0/1.1 a"]);
    rig.drain();
    rig.assert_idle();
}

#[test]
fn a_copy_waits_for_another_executor() {
    let conf = SchedulerConf {
        speculation: Some(half()),
        ..SchedulerConf::default()
    };
    let mut rig = Rig::with(conf, 4);
    rig.submit(0, vec![result(0, 2, &[])]);
    rig.now = Duration::from_secs(1);
    rig.ok("0.0/0.0");
    rig.at(1500);
    assert!(
        launched(&rig.at(9000)).is_empty(),
        "free slots, but of the same executor"
    );
    assert_eq!(launched(&rig.add("b", 1)), ["0.0/1.1 b"]);
    rig.drain();
    rig.assert_idle();
}

#[test]
fn a_single_task_is_compared_with_a_threshold_if_there_is_one() {
    let mut plain = rig(half());
    plain.submit(0, vec![result(0, 1, &[])]);
    assert!(launched(&plain.at(60_000)).is_empty());

    let threshold = Some(Duration::from_secs(1));
    let mut rig = rig(SpeculationConf {
        threshold,
        ..half()
    });
    rig.submit(0, vec![result(0, 1, &[])]);
    assert!(launched(&rig.at(1000)).is_empty());
    assert_eq!(launched(&rig.at(1100)), ["0.0/0.1 b"]);
    rig.drain();
    rig.submit(1, vec![result(1, 3, &[])]);
    rig.at(5000);
    assert!(
        launched(&rig.at(9000)).is_empty(),
        "three tasks don't fit into an executor of two"
    );
    rig.drain();
    rig.assert_idle();
}

#[test]
fn a_failed_copy_counts_and_another_one_is_made() {
    let mut rig = slow();
    for attempt in 1..=3 {
        rig.fail(&format!("0.0/3.{attempt}"), boom("copy"));
        let copies = rig.at(3000 + u64::from(attempt as u32) * 1000);
        assert_eq!(launched(&copies), [format!("0.0/3.{} a", attempt + 1)]);
    }
    rig.fail("0.0/3.4", boom("copy"));
    assert_eq!(job_failure(rig.failure()).failures, 4);
    rig.killed("0.0/3.0");
    rig.assert_idle();
}

#[test]
fn a_killed_copy_does_not_count_and_gets_no_other() {
    let mut rig = slow();
    for _ in 0..2 {
        assert!(
            launched(&rig.killed("0.0/3.1")).is_empty(),
            "it may not commit"
        );
    }
    rig.at(8000);
    assert!(launched(&rig.at(9000)).is_empty());
    let again = rig.fail("0.0/3.0", boom("first"));
    assert_eq!(launched(&again), ["0.0/3.2 b"]);
    rig.drain();
    rig.assert_idle();
}

#[test]
fn a_copy_takes_the_place_of_a_lost_try() {
    let mut rig = slow();
    assert!(launched(&rig.lose("b", false)).is_empty(), "the copy runs");
    let end = rig.ok("0.0/3.1");
    assert!(end.contains(&"success 0".to_owned()), "{end:?}");
    rig.assert_idle();

    let mut rig = slow();
    rig.lose("a", true);
    rig.at(8000);
    assert!(
        launched(&rig.at(9000)).is_empty(),
        "only its own executor is left"
    );
    rig.ok("0.0/3.0");
    rig.assert_idle();
}

#[test]
fn cancelling_kills_both() {
    let mut rig = slow();
    let actions = rig.cancel(0);
    for id in ["0.0/3.0", "0.0/3.1"] {
        assert!(actions.contains(&format!("kill {id}")), "{actions:?}");
        rig.killed(id);
    }
    rig.assert_idle();
}

/// A copy in an attempt that is over is not slow, whoever else of the task ends.
#[test]
fn a_zombie_gets_no_copies() {
    let mut rig = rig(half());
    rig.submit(0, vec![map(0, 1, &[]), result(1, 4, &[0])]);
    rig.ok("0.0/0.0");
    rig.now = Duration::from_secs(1);
    rig.ok("1.0/0.0");
    rig.ok("1.0/1.0");
    let mut copies = rig.at(4000);
    copies.extend(rig.at(4200));
    assert_eq!(launched(&copies).len(), 2, "{copies:?}");
    let again = rig.fail("1.0/3.1", fetch(0, 0));
    assert!(again.contains(&"end 1.0 failed".to_owned()), "{again:?}");
    rig.killed("1.0/2.0");
    // Something else is a reason to look.
    let mut looked = rig.at(60_000);
    looked.extend(rig.submit(1, vec![result(9, 2, &[])]));
    looked.extend(rig.ok("9.0/0.0"));
    looked.extend(rig.add("c", 4));
    looked.extend(rig.at(60_100));
    let of_zombie: Vec<_> = launched(&looked)
        .into_iter()
        .filter(|l| l.starts_with("1.0"))
        .collect();
    assert!(of_zombie.is_empty(), "{of_zombie:?}");
    rig.drain();
    rig.succeeded.sort_unstable();
    assert_eq!(rig.succeeded, [0, 1]);
    rig.assert_idle();
}
