use super::*;
use crate::durable::{FaultyFs, FsFault, FsOp, LocalFs};
use crate::events::sample;

fn conf(dir: &Path) -> Conf {
    Conf::new()
        .with("spark.eventLog.enabled", true)
        .and_then(|c| c.with("spark.eventLog.dir", dir.display()))
        .and_then(|c| c.with("spark.eventLog.rolling.enabled", false))
        .and_then(|c| c.with("spark.eventLog.compress", false))
        .unwrap()
}

fn log(dir: &Path, fs: FaultyFs) -> Arc<EventLog> {
    let fs: Arc<dyn DurableFs> = Arc::new(fs);
    EventLog::start(&conf(dir), &fs, "app").unwrap().unwrap()
}

fn faulty() -> FaultyFs {
    FaultyFs::new(LocalFs::new())
}

#[test]
fn a_log_is_whole_when_it_stops() {
    let dir = tempfile::tempdir().unwrap();
    let log = log(dir.path(), faulty());
    for job in 0..3 {
        log.on_event(&sample::job_start(job, &[job]));
        log.on_event(&sample::job_end(job));
    }
    log.stop();
    log.stop();
    assert_eq!((log.lost(), log.error()), (0, None));
    let text = std::fs::read_to_string(log.path()).unwrap();
    assert_eq!(text.lines().count(), 2 + 3 * 2);
    assert!(text.ends_with("\n"));
}

/// How many operations the file system has done when a log has its head.
fn operations_of_the_start() -> usize {
    let dir = tempfile::tempdir().unwrap();
    let fs = faulty();
    let _log = log(dir.path(), fs.clone());
    fs.operations().len()
}

#[test]
fn a_write_that_fails_ends_the_log_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let fs = faulty();
    fs.inject(operations_of_the_start() + 1, FsFault::NoSpace);
    let log = log(dir.path(), fs.clone());
    log.on_event(&sample::job_start(0, &[0]));
    log.on_event(&sample::job_end(0));
    log.on_event(&sample::job_start(1, &[1]));
    log.stop();
    assert_eq!(fs.fired(), 1);
    assert_eq!(fs.operations().last().unwrap().op, FsOp::Write);
    assert_eq!(log.lost(), 2, "the one that failed and the one after it");
    let error = log.error().unwrap().to_string();
    assert!(error.contains("Write") && error.contains("app"), "{error}");
    assert!(!log.path().exists(), "it stays in progress");
    let left = std::fs::read_to_string(dir.path().join("app.inprogress")).unwrap();
    assert_eq!(left.lines().count(), 3);
    assert!(left.lines().last().unwrap().contains("JobStart"));
}

#[test]
fn a_head_that_can_not_be_written_is_an_error_at_the_start() {
    for nth in 0..operations_of_the_start() {
        let dir = tempfile::tempdir().unwrap();
        let fs = faulty();
        fs.inject(nth, FsFault::Fail);
        let shared: Arc<dyn DurableFs> = Arc::new(fs.clone());
        let started = EventLog::start(&conf(dir.path()), &shared, "app");
        assert!(matches!(started, Err(Error::Io { .. })), "{nth}");
        assert_eq!(fs.fired(), 1);
    }
}

#[test]
fn what_does_not_fit_the_queue_is_counted() {
    let dir = tempfile::tempdir().unwrap();
    let conf = conf(dir.path())
        .with("spark.scheduler.listenerbus.eventqueue.capacity", 2)
        .unwrap();
    let fs: Arc<dyn DurableFs> = Arc::new(LocalFs::new());
    let log = EventLog::start(&conf, &fs, "app").unwrap().unwrap();
    {
        // The log's thread waits for this, and holds one event at most.
        let _held = log.recorder.hold();
        for job in 0..10 {
            log.on_event(&sample::job_end(job));
        }
        assert!((7..=8).contains(&log.queue.dropped()));
    }
    log.stop();
    let text = std::fs::read_to_string(log.path()).unwrap();
    assert_eq!(text.lines().count() as u64, 2 + 10 - log.lost());
}

#[test]
fn a_log_of_a_context_that_does_not_start_is_deleted() {
    for rolling in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let conf = conf(dir.path())
            .with("spark.eventLog.rolling.enabled", rolling)
            .unwrap();
        let fs: Arc<dyn DurableFs> = Arc::new(LocalFs::new());
        let log = EventLog::start(&conf, &fs, "app").unwrap().unwrap();
        assert_eq!(fs.list(dir.path()).unwrap().len(), 1);
        log.discard();
        assert!(fs.list(dir.path()).unwrap().is_empty());
    }
}
