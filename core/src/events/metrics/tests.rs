use super::*;
use crate::events::sample;
use crate::scheduler::{AttemptId, ExecutorId};

fn metrics_of(events: &[Event]) -> EngineMetrics {
    let metrics = EngineMetrics::new();
    events.iter().for_each(|e| metrics.on_event(e));
    metrics
}

fn block(rdd: u64, partition: u32, executor: &str, memory_bytes: u64, disk_bytes: u64) -> Event {
    Event::BlockUpdated {
        rdd,
        partition,
        executor: ExecutorId::new(executor),
        level: if memory_bytes + disk_bytes > 0 {
            "MEMORY_AND_DISK"
        } else {
            "NONE"
        }
        .into(),
        memory_bytes,
        disk_bytes,
    }
}

#[test]
fn jobs_stages_and_tasks_are_counted_by_their_ends() {
    let late = AttemptId {
        stage: 0,
        stage_attempt: 0,
        partition: 2,
        attempt: 1,
    };
    let metrics = metrics_of(&[
        sample::job_start(0, &[0]),
        sample::job_start(1, &[0]),
        sample::job_start(2, &[0]),
        sample::stage_submitted(0, 0, 10),
        sample::task_start(0, 0, 0),
        sample::task_start(0, 0, 1),
        sample::task_start(0, 0, 2),
        sample::task_start(0, 0, 3),
        sample::task_succeeded(0, 0, 0),
        sample::task_failed(0, 0, 1),
        sample::task_end(late, TaskOutcome::Killed, false),
        sample::stage_completed(0, 0),
        Event::StageSkipped { job: 1, stage: 0 },
        sample::job_end(0),
        sample::job_failed(1),
    ]);
    let got = metrics.snapshot();
    let expected = MetricsSnapshot {
        jobs_active: 1,
        jobs_succeeded: 1,
        jobs_failed: 1,
        stages_succeeded: 1,
        stages_skipped: 1,
        tasks_active: 1,
        tasks_succeeded: 1,
        tasks_failed: 1,
        tasks_killed: 1,
        work: TaskMetrics {
            records_read: 300,
            run_time_us: 4_500_000,
            ..TaskMetrics::default()
        },
        ..MetricsSnapshot::default()
    };
    assert_eq!(got, expected);
}

#[test]
fn the_text_is_open_metrics() {
    let text = metrics_of(&[
        sample::job_start(0, &[0]),
        sample::task_start(0, 0, 0),
        sample::task_succeeded(0, 0, 0),
        block(1, 0, "1", 100, 20),
    ])
    .encode_text();
    for line in [
        "# TYPE flint_jobs_active gauge",
        "flint_jobs_active 1",
        "flint_jobs_completed_total{result=\"succeeded\"} 0",
        "flint_tasks_completed_total{result=\"succeeded\"} 1",
        "flint_tasks_completed_total{result=\"killed\"} 0",
        "# UNIT flint_task_run_time_seconds seconds",
        "flint_task_run_time_seconds_sum 1.5",
        "flint_task_run_time_seconds_count 1",
        "flint_task_run_time_seconds_bucket{le=\"4.096\"} 1",
        "flint_records_read_total 100",
        "flint_shuffle_written_bytes_total 0",
        "flint_cached_memory_bytes 100",
        "flint_cached_disk_bytes 20",
    ] {
        assert!(
            text.lines().any(|l| l == line),
            "no line `{line}` in:\n{text}"
        );
    }
    assert!(text.ends_with("# EOF\n"));
}

#[test]
fn cached_bytes_follow_their_blocks() {
    let metrics = metrics_of(&[
        Event::ExecutorAdded {
            executor: ExecutorId::new("a"),
            host: "h".into(),
            slots: 2,
            time_ms: 0,
        },
        block(1, 0, "a", 100, 0),
        block(1, 1, "b", 10, 0),
        block(2, 0, "a", 1, 0),
        block(2, 1, "b", 5, 0),
        block(1, 0, "a", 0, 60), // moved to disk
        block(2, 1, "b", 0, 0),  // dropped
    ]);
    let totals = |m: &EngineMetrics| {
        let s = m.snapshot();
        (s.cached_blocks, s.cached_memory_bytes, s.cached_disk_bytes)
    };
    assert_eq!(totals(&metrics), (3, 11, 60));
    metrics.on_event(&Event::RddUnpersisted { rdd: 2 });
    assert_eq!(totals(&metrics), (2, 10, 60));
    assert_eq!(metrics.snapshot().executors, 1);
    metrics.on_event(&Event::ExecutorRemoved {
        executor: ExecutorId::new("a"),
        reason: "lost".into(),
        time_ms: 0,
    });
    assert_eq!(totals(&metrics), (1, 10, 0));
    assert_eq!(metrics.snapshot().executors, 0);
}

#[test]
fn the_json_is_the_snapshot() {
    let metrics = EngineMetrics::new();
    metrics.on_event(&sample::job_start(0, &[0]));
    metrics.on_event(&sample::task_start(0, 0, 0));
    metrics.on_event(&sample::task_succeeded(0, 0, 0));
    let read: MetricsSnapshot = serde_json::from_str(&metrics.encode_json()).unwrap();
    assert_eq!(read, metrics.snapshot());
    assert_eq!((read.jobs_active, read.work.records_read), (1, 100));
}
