use super::*;
use crate::events::sample;

fn status_of(events: &[Event]) -> AppStatus {
    let status = AppStatus::default();
    events.iter().for_each(|e| status.on_event(e));
    status
}

#[test]
fn a_job_is_followed_from_start_to_end() {
    let status = status_of(&[
        sample::job_start(0, &[4, 5]),
        sample::stage_submitted(4, 0, 10),
        sample::task_start(4, 0, 0),
        sample::task_start(4, 0, 1),
        sample::task_start(4, 0, 2),
        sample::task_succeeded(4, 0, 0),
        sample::task_failed(4, 0, 1),
    ]);
    let job = status.job(0).unwrap();
    assert_eq!(
        (job.status, job.num_tasks, job.duration_ms()),
        (JobStatus::Running, 20, None)
    );
    assert_eq!(job.name, "step 5 at main.rs:5");
    assert_eq!(
        job.tasks,
        TaskCounts {
            active: 1,
            completed: 1,
            failed: 1,
            killed: 0
        }
    );
    assert_eq!(status.active_jobs(), [job]);
    let stage = status.stage(4).unwrap();
    assert_eq!(
        (stage.status, stage.metrics.records_read),
        (StageStatus::Active, 200)
    );
    assert_eq!(status.stage(5).unwrap().status, StageStatus::Pending);
    assert_eq!(status.stage(5).unwrap().parents, [4]);

    status.on_event(&sample::stage_completed(4, 0));
    status.on_event(&sample::stage_submitted(5, 0, 10));
    status.on_event(&sample::stage_completed(5, 0));
    status.on_event(&sample::job_end(0));
    let job = status.job(0).unwrap();
    assert_eq!(
        (job.status, job.completed_stages, job.duration_ms()),
        (JobStatus::Succeeded, 2, Some(1_000))
    );
    assert_eq!(status.stage(4).unwrap().duration_ms(), Some(800));
    assert!(status.active_jobs().is_empty());
}

#[test]
fn a_failed_job_takes_its_stages_along() {
    let status = status_of(&[
        sample::job_start(0, &[0, 1]),
        sample::stage_submitted(0, 0, 10),
        sample::job_failed(0),
    ]);
    let job = status.job(0).unwrap();
    assert_eq!(job.status, JobStatus::Failed);
    assert!(job.error.is_some());
    let stage = status.stage(0).unwrap();
    assert_eq!(
        (stage.status, stage.error),
        (StageStatus::Failed, job.error)
    );
    assert_eq!(status.stage(1).unwrap().status, StageStatus::Skipped);
    status.on_event(&sample::job_start(1, &[0, 1]));
    assert_eq!(status.stage(0).unwrap().status, StageStatus::Failed);
    assert_eq!(status.stage(1).unwrap().status, StageStatus::Pending);
}

#[test]
fn attempts_are_kept_apart() {
    let status = status_of(&[
        sample::job_start(0, &[0]),
        sample::stage_submitted(0, 0, 10),
        sample::task_start(0, 0, 3),
        sample::stage_completed(0, 0),
        sample::stage_submitted(0, 1, 2),
        sample::task_failed(0, 0, 3),
    ]);
    let attempts = status.stage_attempts(0);
    assert_eq!(
        attempts
            .iter()
            .map(|s| (s.attempt, s.num_tasks))
            .collect::<Vec<_>>(),
        [(0, 10), (1, 2)]
    );
    assert_eq!(attempts[0].tasks.failed, 1);
    assert_eq!(attempts[1].tasks, TaskCounts::default());
    assert_eq!(attempts[1].name, attempts[0].name);
}

#[test]
fn a_stage_skipped_by_a_second_job_keeps_its_first_run() {
    let status = status_of(&[
        sample::job_start(0, &[0, 1]),
        sample::stage_submitted(0, 0, 10),
        sample::stage_completed(0, 0),
        sample::stage_submitted(1, 0, 10),
        sample::stage_completed(1, 0),
        sample::job_end(0),
        sample::job_start(1, &[0, 2]),
        Event::StageSkipped { job: 1, stage: 0 },
        sample::stage_submitted(2, 0, 10),
    ]);
    assert_eq!(status.stage(0).unwrap().status, StageStatus::Complete);
    assert_eq!(status.job(1).unwrap().skipped_stages, 1);
    assert_eq!(status.job(0).unwrap().skipped_stages, 0);
}

#[test]
fn tasks_of_a_shared_stage_count_for_each_running_job() {
    let status = status_of(&[
        sample::job_start(0, &[0, 1]),
        sample::job_start(1, &[0, 2]),
        sample::stage_submitted(0, 0, 10),
        sample::task_start(0, 0, 0),
        sample::job_end(0),
        sample::task_succeeded(0, 0, 0),
    ]);
    assert_eq!(status.job(0).unwrap().tasks, TaskCounts::default());
    assert_eq!(status.job(1).unwrap().tasks.completed, 1);
    assert_eq!(status.stage(0).unwrap().status, StageStatus::Active);
}

#[test]
fn the_oldest_that_ended_make_room() {
    let status = AppStatus::new(3, 3);
    status.on_event(&sample::job_start(0, &[0]));
    status.on_event(&sample::stage_submitted(0, 0, 1));
    for id in 1..10 {
        status.on_event(&sample::job_start(id, &[id]));
        status.on_event(&sample::stage_submitted(id, 0, 1));
        status.on_event(&sample::stage_completed(id, 0));
        status.on_event(&sample::job_end(id));
    }
    assert_eq!(
        status.jobs().iter().map(|j| j.id).collect::<Vec<_>>(),
        [0, 8, 9]
    );
    assert_eq!(
        status.stages().iter().map(|s| s.id).collect::<Vec<_>>(),
        [0, 8, 9]
    );
}
