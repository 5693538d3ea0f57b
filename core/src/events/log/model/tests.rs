use serde_json::Value;

use super::*;
use crate::error::Error;
use crate::events::{TaskOutcome, sample};
use crate::scheduler::AttemptId;

/// What a model makes of events.
fn lines(events: &[Event]) -> Vec<Value> {
    let mut model = Model::new(64 << 20, true);
    let mut lines = Vec::new();
    for event in events {
        model.record(event, &mut |line| {
            lines.push(serde_json::to_value(line).unwrap())
        });
    }
    lines
}

fn names(lines: &[Value]) -> Vec<&str> {
    let names = lines.iter().map(|l| l["Event"].as_str().unwrap());
    names
        .map(|n| n.trim_start_matches("SparkListener"))
        .collect()
}

fn executor_added(name: &str) -> Event {
    Event::ExecutorAdded {
        executor: ExecutorId::new(name),
        host: "host".into(),
        slots: 4,
        time_ms: 900,
    }
}

fn executor_removed(name: &str) -> Event {
    Event::ExecutorRemoved {
        executor: ExecutorId::new(name),
        reason: "it fell silent".into(),
        time_ms: 1_400,
    }
}

#[test]
fn a_line_begins_with_its_event() {
    let model = Model::new(64 << 20, false);
    let mut heads = Vec::new();
    model.head(&mut |line| heads.push(serde_json::to_string(&line).unwrap()));
    assert_eq!(
        heads[0],
        r#"{"Event":"SparkListenerLogStart","Spark Version":"4.3.0"}"#
    );
    assert!(heads[1].starts_with(r#"{"Event":"SparkListenerResourceProfileAdded","#));
}

#[test]
fn times_and_ids_are_sparks() {
    let log = lines(&[
        sample::job_start(7, &[3]),
        sample::stage_submitted(3, 2, 10),
        sample::task_start(3, 2, 5),
        sample::task_start(3, 2, 6),
        sample::task_succeeded(3, 2, 6),
        sample::stage_completed(3, 2),
    ]);
    assert_eq!(log[0]["Submission Time"], 1_007);
    let submitted = &log[1]["Stage Info"];
    assert_eq!(
        (&submitted["Stage ID"], &submitted["Stage Attempt ID"]),
        (&3.into(), &2.into())
    );
    assert_eq!(submitted["Submission Time"], 1_100);
    assert_eq!(submitted.get("Completion Time"), None);
    let info = &log[4]["Task Info"];
    assert_eq!((&info["Task ID"], &info["Index"]), (&1.into(), &6.into()));
    assert_eq!(
        (&info["Launch Time"], &info["Finish Time"]),
        (&1_200.into(), &1_500.into())
    );
    assert_eq!(log[4]["Task Type"], "ResultTask");
    assert_eq!(log[4]["Task Metrics"]["Executor Run Time"], 1_500);
    assert_eq!(log[4]["Task Metrics"]["Input Metrics"]["Records Read"], 100);
    assert_eq!(log[5]["Stage Info"]["Completion Time"], 1_900);
    assert_eq!(log[5]["Stage Info"]["Submission Time"], 1_100);
}

#[test]
fn a_lost_executor_ends_its_tasks_once() {
    let log = lines(&[
        executor_added("1"),
        sample::job_start(0, &[0, 1]),
        sample::stage_submitted(0, 0, 10),
        sample::task_start(0, 0, 5),
        executor_removed("1"),
        sample::task_failed(0, 0, 5),
    ]);
    assert_eq!(
        names(&log)[5..],
        ["TaskEnd", "BlockManagerRemoved", "ExecutorRemoved"]
    );
    assert_eq!(log[5]["Task End Reason"]["Reason"], "ExecutorLostFailure");
    assert_eq!(log[5]["Task Type"], "ShuffleMapTask");
    assert_eq!(log[5]["Task Info"]["Host"], "host");
    assert_eq!(log[5]["Task Info"]["Finish Time"], 1_400);
}

#[test]
fn a_job_that_is_given_up_ends_its_stages() {
    let log = lines(&[
        sample::job_start(0, &[0, 1]),
        sample::job_start(1, &[0, 2]),
        sample::stage_submitted(0, 0, 10),
        sample::job_failed(0),
        sample::job_failed(1),
        sample::stage_completed(0, 0),
    ]);
    assert_eq!(
        names(&log)[3..],
        ["JobEnd", "StageCompleted", "JobEnd"],
        "with the last job that has the stage"
    );
    assert_eq!(
        log[4]["Stage Info"]["Failure Reason"],
        "user code failed: no"
    );
    assert_eq!(
        log[5]["Job Result"]["Exception"]["Message"],
        "user code failed: no"
    );
}

#[test]
fn the_end_of_the_application_ends_its_jobs() {
    let log = lines(&[
        sample::job_start(0, &[0]),
        Event::ApplicationEnd { time_ms: 9 },
    ]);
    assert_eq!(names(&log), ["JobStart", "JobEnd", "ApplicationEnd"]);
    assert_eq!(log[1]["Job Result"]["Result"], "JobFailed");
}

/// The reason and the flags of a task that ended so.
fn end_of(outcome: TaskOutcome, accepted: bool) -> (Value, bool, bool) {
    let attempt = AttemptId {
        stage: 0,
        stage_attempt: 0,
        partition: 0,
        attempt: 0,
    };
    let log = lines(&[
        sample::task_start(0, 0, 0),
        sample::task_end(attempt, outcome, accepted),
    ]);
    let flag = |name: &str| log[1]["Task Info"][name].as_bool().unwrap();
    (
        log[1]["Task End Reason"].clone(),
        flag("Failed"),
        flag("Killed"),
    )
}

#[test]
fn ends_of_tasks_have_sparks_reasons() {
    let fetch = Error::FetchFailed {
        shuffle: 1,
        map: 2,
        reduce: 3,
        executor: "4".into(),
        reason: "gone".into(),
    };
    let lost = Error::ExecutorLost {
        executor: "4".into(),
        reason: "gone".into(),
    };
    for (outcome, accepted, reason, failed, killed) in [
        (TaskOutcome::Success, true, "Success", false, false),
        (TaskOutcome::Success, false, "TaskKilled", false, true),
        (TaskOutcome::Killed, false, "TaskKilled", false, true),
        (
            TaskOutcome::Failed(fetch),
            false,
            "FetchFailed",
            true,
            false,
        ),
        (
            TaskOutcome::Failed(lost),
            false,
            "ExecutorLostFailure",
            true,
            false,
        ),
        (
            TaskOutcome::Failed(Error::ContextStopped),
            false,
            "ExceptionFailure",
            true,
            false,
        ),
    ] {
        let (end, is_failed, is_killed) = end_of(outcome, accepted);
        assert_eq!(end["Reason"], reason);
        assert_eq!((is_failed, is_killed), (failed, killed), "{reason}");
        if reason == "FetchFailed" {
            assert_eq!(
                (&end["Map Index"], &end["Reduce ID"]),
                (&2.into(), &3.into())
            );
            assert_ne!(end["Block Manager Address"]["Port"], 0);
        }
        if reason == "ExceptionFailure" {
            assert_eq!(end["Class Name"], "flint_core::Error::ContextStopped");
        }
    }
}

#[test]
fn blocks_are_where_they_are_now() {
    let block = |level: StorageLevel, memory_bytes, disk_bytes| {
        let event = Event::BlockUpdated {
            rdd: 4,
            partition: 2,
            executor: ExecutorId::driver(),
            level: level.to_string(),
            memory_bytes,
            disk_bytes,
        };
        lines(&[event])[0]["Block Updated Info"].clone()
    };
    let spilled = block(StorageLevel::MEMORY_AND_DISK, 0, 10);
    assert_eq!(spilled["Block ID"], "rdd_4_2");
    let at = |info: &Value| {
        let level = &info["Storage Level"];
        (level["Use Memory"] == true, level["Use Disk"] == true)
    };
    assert_eq!(at(&spilled), (false, true));
    assert_eq!(
        at(&block(StorageLevel::MEMORY_AND_DISK, 10, 0)),
        (true, false)
    );
    assert_eq!(at(&block(StorageLevel::NONE, 0, 0)), (false, false));
    let own = StorageLevel::new(true, true, false, true, 4).unwrap();
    let own = block(own, 10, 0);
    assert_eq!(own["Storage Level"]["Replication"], 4);
}

#[test]
fn ends_without_a_start_are_left_out() {
    assert!(
        lines(&[
            sample::task_succeeded(0, 0, 0),
            sample::stage_completed(0, 0)
        ])
        .is_empty()
    );
}
