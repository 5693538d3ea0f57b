//! Tasks that fail, jobs that are cancelled, and news that come late, twice or from nowhere.

use super::super::rig::{Rig, boom, job, job_failure, map, result};
use crate::error::Error;
use crate::scheduler::*;

#[test]
fn a_task_is_tried_as_often_as_the_limit_says() {
    for limit in [1, 2, 4] {
        let conf = SchedulerConf {
            max_task_failures: limit,
            ..SchedulerConf::default()
        };
        let mut rig = Rig::with(conf, 1);
        rig.submit(3, vec![result(9, 2, &[])]);
        for n in 0..limit {
            rig.fail(&format!("9.0/0.{n}"), boom(&format!("failure {n}")));
        }
        let failure = job_failure(rig.failure());
        assert_eq!(
            (failure.failures, failure.job, failure.stage),
            (limit, 3, 9)
        );
        assert_eq!(
            *failure.cause,
            boom("failure 0"),
            "the first cause is reported"
        );
        assert_eq!(rig.launches, limit);
        rig.assert_idle();
    }
}

#[test]
fn failures_count_for_each_task_by_itself() {
    let mut rig = Rig::new(3);
    rig.submit(0, vec![result(0, 3, &[])]);
    for n in 0..3 {
        for partition in 0..3 {
            rig.fail(&format!("0.0/{partition}.{n}"), boom("x"));
        }
    }
    rig.drain();
    assert_eq!((rig.succeeded.as_slice(), rig.launches), (&[0][..], 12));
}

#[test]
fn an_aborted_stage_kills_its_tasks_and_fails_every_job_that_needs_it() {
    let conf = SchedulerConf {
        max_task_failures: 1,
        ..SchedulerConf::default()
    };
    let mut rig = Rig::with(conf, 3);
    rig.submit(0, vec![map(0, 2, &[]), result(1, 1, &[0])]);
    rig.submit(1, vec![map(0, 2, &[]), result(2, 1, &[0])]);
    rig.submit(2, vec![result(3, 1, &[])]);
    let out = rig.fail("0.0/0.0", boom("x"));
    assert_eq!(
        out,
        ["failure 0", "kill 0.0/1.0", "end 0.0 failed", "failure 1"]
    );
    assert_eq!(
        rig.scheduler.slots().used,
        2,
        "a slot comes back when the attempt reports its end"
    );
    rig.killed("0.0/1.0");
    rig.drain();
    assert_eq!(rig.succeeded, [2]);
    rig.assert_idle();
}

#[test]
fn a_job_that_has_the_stage_but_does_not_need_it_goes_on() {
    let conf = SchedulerConf {
        max_task_failures: 1,
        ..SchedulerConf::default()
    };
    let mut rig = Rig::with(conf, 1);
    rig.submit(0, vec![map(0, 1, &[]), map(1, 1, &[0]), result(2, 1, &[1])]);
    rig.drain();
    rig.step(Event::OutputLost { shuffle: 0, map: 0 });
    rig.submit(1, vec![map(0, 1, &[]), result(3, 1, &[0])]);
    rig.submit(2, vec![map(0, 1, &[]), map(1, 1, &[0]), result(4, 1, &[1])]);
    rig.fail("0.1/0.0", boom("x"));
    rig.drain();
    assert_eq!(
        (rig.failed[0].0, rig.failed.len(), rig.succeeded.as_slice()),
        (1, 1, &[0, 2][..])
    );
}

#[test]
fn killed_attempts_do_not_count() {
    let conf = SchedulerConf {
        max_task_failures: 1,
        ..SchedulerConf::default()
    };
    let mut rig = Rig::with(conf, 1);
    rig.submit(0, vec![result(0, 1, &[])]);
    assert_eq!(rig.killed("0.0/0.0"), ["launch 0.0/0.1 a"]);
    let noticed = Error::TaskKilled {
        reason: "x".to_owned(),
    };
    assert_eq!(rig.fail("0.0/0.1", noticed), ["launch 0.0/0.2 a"]);
}

#[test]
fn late_repeated_and_unknown_news_do_nothing() {
    let mut rig = Rig::new(2);
    rig.submit(0, vec![result(0, 2, &[])]);
    for unknown in [
        "9.0/0.0",
        "0.1/0.0",
        "0.0/7.0",
        "0.0/0.1",
        "0.0/0.4294967295",
    ] {
        assert!(rig.ok(unknown).is_empty(), "{unknown}");
    }
    rig.ok("0.0/0.0");
    assert!(rig.ok("0.0/0.0").is_empty());
    assert!(rig.fail("0.0/0.0", boom("x")).is_empty());
    assert_eq!(rig.scheduler.slots().used, 1);
    rig.ok("0.0/1.0");
    assert!(rig.ok("0.0/1.0").is_empty());
    assert!(rig.cancel(0).is_empty());
    assert!(rig.lose("nobody", false).is_empty());
    assert_eq!(rig.scheduler.slots(), SlotStatus { total: 2, used: 0 });
}

#[test]
fn a_success_after_the_job_was_cancelled_frees_the_slot_and_no_more() {
    let mut rig = Rig::new(1);
    rig.submit(0, vec![map(0, 1, &[]), result(1, 1, &[0])]);
    let out = rig.cancel(0);
    assert_eq!(out, ["kill 0.0/0.0", "end 0.0 failed", "failure 0"]);
    let reason = "enough".to_owned();
    assert_eq!(*rig.failure(), Error::Cancelled { job: 0, reason });
    assert!(rig.ok("0.0/0.0").is_empty());
    rig.assert_idle();
}

#[test]
fn a_cancelled_tag_ends_jobs_that_run_and_jobs_to_come() {
    let mut rig = Rig::new(2);
    let tagged = |id: JobId, tag: &str| {
        let spec = job(id, vec![result(id, 1, &[])]);
        let tags = vec![tag.into()];
        Event::JobSubmitted(JobSpec { tags, ..spec })
    };
    rig.step(tagged(0, "mine"));
    rig.step(tagged(1, "other"));
    let out = rig.step(Event::TagCancelled {
        tag: "mine".into(),
        reason: "enough".to_owned(),
    });
    assert_eq!(out, ["kill 0.0/0.0", "end 0.0 failed", "failure 0"]);
    assert_eq!(rig.step(tagged(2, "mine")), ["failure 2"]);
    let cancelled = |job| {
        let reason = "enough".to_owned();
        (job, Error::Cancelled { job, reason })
    };
    assert_eq!(rig.failed, [cancelled(0), cancelled(2)]);
    rig.killed("0.0/0.0");
    rig.step(tagged(3, "another"));
    rig.drain();
    assert_eq!(rig.succeeded, [1, 3]);
    // A tag that was cancelled long ago is forgotten.
    for n in 0..1_000 {
        let (tag, reason) = (format!("later {n}").into(), String::new());
        rig.step(Event::TagCancelled { tag, reason });
    }
    rig.step(tagged(4, "mine"));
    rig.drain();
    assert_eq!(rig.succeeded, [1, 3, 4]);
    rig.assert_idle();
}

#[test]
fn cancelling_spares_what_another_job_needs() {
    let mut rig = Rig::new(2);
    rig.submit(0, vec![map(0, 2, &[]), result(1, 1, &[0])]);
    rig.submit(1, vec![map(0, 2, &[]), result(2, 1, &[0])]);
    assert_eq!(rig.cancel(0), ["failure 0"]);
    rig.drain();
    assert_eq!((rig.succeeded.as_slice(), rig.launches), (&[1][..], 3));
    rig.assert_idle();
}
