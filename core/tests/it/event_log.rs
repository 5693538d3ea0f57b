//! Event logs: their fields are Spark's, their order is the engine's, their end is a whole file.

mod history;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use flint_core::conf::Conf;
use flint_core::{Context, ContextBuilder, Error, StorageLevel};
use serde_json::Value;

use crate::{eventually, names, numbers, until_killed};

const FIELDS: &str = include_str!("../golden/event_log_fields.jsonl");

/// Fields whose own fields are keys of users and machines: `FREE` of the script that made the list.
const FREE: &[&str] = &[
    "Properties",
    "JVM Information",
    "Spark Properties",
    "Hadoop Properties",
    "System Properties",
    "Metrics Properties",
    "Classpath Entries",
    "Log Urls",
    "Attributes",
    "Resources",
    "Executor Resource Requests",
    "Task Resource Requests",
];

/// A context that logs into `dir`, by default to one plain file.
fn logging(dir: &Path) -> ContextBuilder {
    Context::builder()
        .master("local[2]")
        .app_name("logged")
        .config("spark.eventLog.enabled", true)
        .config("spark.eventLog.dir", dir.display())
        .config("spark.eventLog.rolling.enabled", false)
        .config("spark.eventLog.compress", false)
}

fn events(text: &str) -> Vec<Value> {
    let lines = text.lines();
    lines.map(|l| serde_json::from_str(l).unwrap()).collect()
}

/// The events of a context's log, which is one plain file.
fn stopped(ctx: &Context) -> Vec<Value> {
    ctx.stop();
    let log = ctx.event_log().unwrap();
    assert_eq!((log.lost(), log.error()), (0, None));
    events(&std::fs::read_to_string(log.path()).unwrap())
}

fn name(event: &Value) -> String {
    let parts = [
        &event["Event"],
        &event["Task End Reason"]["Reason"],
        &event["Job Result"]["Result"],
    ];
    let parts: Vec<&str> = parts.into_iter().filter_map(Value::as_str).collect();
    parts.join("/")
}

fn of<'e>(events: &'e [Value], name: &str) -> Vec<&'e Value> {
    let name = format!("SparkListener{name}");
    events.iter().filter(|e| e["Event"] == name).collect()
}

/// `program` of `golden/make_event_log_fields.py`.
fn program(ctx: &Context) {
    ctx.set_job_group("group", "description");
    ctx.add_job_tag("tag").unwrap();
    let pairs = numbers(ctx, 100, 4)
        .map(|x| (x % 3, x))
        .persist(StorageLevel::MEMORY_AND_DISK)
        .unwrap();
    let sums = pairs.reduce_by_key(|a, b| a + b, 0);
    assert_eq!(sums.collect().unwrap().len(), 3);
    assert_eq!(sums.count().unwrap(), 3);
    pairs.unpersist();
    let fails = numbers(ctx, 1, 1).map(|x| 1 / x);
    assert!(matches!(fails.collect(), Err(Error::Job(_))));
}

/// All fields of a value, as paths.
fn paths(value: &Value, at: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let path = if at.is_empty() {
                    key.clone()
                } else {
                    format!("{at}/{key}")
                };
                if !FREE.contains(&key.as_str()) {
                    paths(value, &path, found);
                }
                found.insert(path);
            }
        }
        Value::Array(items) => {
            for item in items {
                paths(item, &format!("{at}[]"), found);
            }
        }
        _ => {}
    }
}

/// What Spark has of each event: all fields, and those that it can't read it without.
fn sparks() -> BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)> {
    let list = |value: &Value| {
        let items = value.as_array().unwrap().iter();
        items.map(|v| v.as_str().unwrap().to_owned()).collect()
    };
    let entries = events(FIELDS).into_iter().map(|e| {
        let name = e["event"].as_str().unwrap().to_owned();
        (name, (list(&e["fields"]), list(&e["needed"])))
    });
    entries.collect()
}

#[test]
fn the_log_has_the_fields_that_spark_has() {
    let dir = tempfile::tempdir().unwrap();
    let ctx = logging(dir.path())
        .config("spark.eventLog.logBlockUpdates.enabled", true)
        .build()
        .unwrap();
    program(&ctx);
    let log = stopped(&ctx);
    let spark = sparks();
    for event in &log {
        let name = name(event);
        let (fields, needed) = spark.get(&name).expect("Spark has such events");
        let mut ours = BTreeSet::new();
        paths(event, "", &mut ours);
        let unknown: Vec<_> = ours.difference(fields).collect();
        assert!(
            unknown.is_empty(),
            "Spark's {name} does not have {unknown:?}"
        );
        for field in needed {
            // Of a list that is empty, or something optional, nothing is needed.
            let holder = field.rsplit_once('/').map_or("", |(holder, _)| holder);
            let there = match holder.strip_suffix("[]") {
                Some(list) => ours.iter().any(|o| o.starts_with(&format!("{list}[]/"))),
                None => holder.is_empty() || ours.contains(holder),
            };
            assert!(!there || ours.contains(field), "{name} lacks {field}");
        }
    }
    // Those that Spark's log of the same program has, each as often.
    let count = |name: &str| log.iter().filter(|e| self::name(e) == name).count();
    let expected = [
        ("LogStart", 1),
        ("ResourceProfileAdded", 1),
        ("ExecutorAdded", 1),
        ("BlockManagerAdded", 1),
        ("EnvironmentUpdate", 1),
        ("ApplicationStart", 1),
        ("JobStart", 3),
        ("StageSubmitted", 4),
        ("TaskStart", 4 + 4 + 4 + 1),
        ("TaskEnd/Success", 12),
        ("TaskEnd/ExceptionFailure", 1),
        ("StageCompleted", 4),
        ("JobEnd/JobSucceeded", 2),
        ("JobEnd/JobFailed", 1),
        ("UnpersistRDD", 1),
        ("ApplicationEnd", 1),
    ];
    let counts: Vec<_> = expected
        .iter()
        .map(|(n, _)| (*n, count(&format!("SparkListener{n}"))))
        .collect();
    assert_eq!(counts, expected);
}

#[test]
fn the_log_says_what_happened() {
    let dir = tempfile::tempdir().unwrap();
    let ctx = logging(dir.path()).build().unwrap();
    program(&ctx);
    let log = stopped(&ctx);
    assert!(
        of(&log, "BlockUpdated").is_empty(),
        "by default they are left out"
    );
    assert_eq!(of(&log, "ApplicationStart")[0]["App Name"], "logged");
    let environment = of(&log, "EnvironmentUpdate")[0];
    assert_eq!(environment["Spark Properties"]["spark.master"], "local[2]");
    let job = of(&log, "JobStart")[0];
    let properties = [
        ("spark.job.description", "description"),
        ("spark.job.tags", "tag"),
        ("spark.jobGroup.id", "group"),
    ];
    for (key, value) in properties {
        assert_eq!(job["Properties"][key], value);
    }
    assert_eq!(job["Stage IDs"].as_array().unwrap().len(), 2);
    let map = &job["Stage Infos"][0];
    let rdds = map["RDD Info"].as_array().unwrap();
    let cached: Vec<_> = rdds
        .iter()
        .filter(|r| r["Storage Level"]["Use Memory"] == true)
        .collect();
    assert_eq!((rdds.len(), cached.len()), (2, 1));
    assert_eq!(cached[0]["Parent IDs"][0], rdds[1]["RDD ID"]);
    let ends = of(&log, "TaskEnd");
    let written: u64 = ends
        .iter()
        .filter(|e| e["Task Type"] == "ShuffleMapTask")
        .map(|e| &e["Task Metrics"]["Shuffle Write Metrics"]["Shuffle Records Written"])
        .map(|n| n.as_u64().unwrap())
        .sum();
    assert_eq!(written, 4 * 3);
    let failed = ends.iter().find(|e| e["Task Info"]["Failed"] == true);
    let reason = &failed.unwrap()["Task End Reason"];
    assert_eq!(reason["Class Name"], "flint_core::Error::Panic");
    let text = reason["Description"].as_str().unwrap();
    assert!(text.contains("divide by zero"), "{text}");
}

/// Of each job, its events in the log come between start and end, and stages end after their tasks.
fn check_order(log: &[Value]) {
    let at = |event: &Value| log.iter().position(|e| std::ptr::eq(e, event)).unwrap();
    for completed in of(log, "StageCompleted") {
        let stage = &completed["Stage Info"]["Stage ID"];
        let mut ends = of(log, "TaskEnd").into_iter();
        assert!(
            ends.all(|e| e["Stage ID"] != *stage || at(e) < at(completed)),
            "stage {stage} ended before its last task"
        );
    }
    for (start, end) in of(log, "JobStart").iter().zip(of(log, "JobEnd")) {
        assert!(at(start) < at(end));
    }
}

#[test]
fn stages_end_after_their_tasks_and_before_their_jobs() {
    let dir = tempfile::tempdir().unwrap();
    let ctx = logging(dir.path()).master("local[8]").build().unwrap();
    for _ in 0..60 {
        assert_eq!(numbers(&ctx, 8, 8).count().unwrap(), 8);
    }
    let log = stopped(&ctx);
    assert_eq!(of(&log, "TaskEnd").len(), 60 * 8);
    check_order(&log);
}

#[test]
fn a_context_that_stops_ends_its_jobs_in_the_log() {
    let dir = tempfile::tempdir().unwrap();
    let ctx = logging(dir.path()).build().unwrap();
    let stopping = ctx.clone();
    let begun = Arc::new(AtomicBool::new(false));
    let begins = Arc::clone(&begun);
    let endless = numbers(&ctx, 1, 1).map(move |x| {
        begins.store(true, Ordering::Relaxed);
        until_killed();
        x
    });
    let job = endless.count_async();
    // Not before: a stage that nobody was told of has no end in the log, either.
    eventually("the task runs", || begun.load(Ordering::Relaxed));
    let log = stopped(&stopping);
    assert_eq!(job.wait(), Err(Error::ContextStopped));
    let end = of(&log, "JobEnd")[0];
    assert_eq!(end["Job Result"]["Result"], "JobFailed");
    assert_eq!(of(&log, "StageCompleted").len(), 1);
    assert_eq!(log.last().unwrap()["Event"], "SparkListenerApplicationEnd");
}

#[test]
fn a_directory_that_can_not_be_used_is_an_error_at_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let absent = logging(&dir.path().join("absent")).build().unwrap_err();
    assert!(matches!(&absent, Error::Io { path, .. } if path.ends_with("absent")));
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let no_dir = logging(&file).build().unwrap_err();
    assert!(matches!(&no_dir, Error::Io { path, .. } if *path == file));
    // A name below a file can't be made, by root either.
    let rolling = logging(&file).config("spark.eventLog.rolling.enabled", true);
    assert!(rolling.build().is_err());
    let codec = logging(dir.path()).config("spark.eventLog.compression.codec", "lz4");
    let codec = codec.build().unwrap_err().to_string();
    assert!(codec.contains("lz4") && codec.contains("zstd"), "{codec}");
    assert_eq!(names(dir.path()), ["file"]);
}

#[test]
fn a_context_that_does_not_start_leaves_no_log() {
    for rolling in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let ctx = logging(dir.path())
            .config("spark.eventLog.rolling.enabled", rolling)
            .master("spark://nowhere:7077");
        assert!(matches!(ctx.build(), Err(Error::Master { .. })));
        assert!(names(dir.path()).is_empty());
    }
}

#[test]
fn two_contexts_have_two_logs() {
    let dir = tempfile::tempdir().unwrap();
    let conf = Conf::new()
        .with("spark.eventLog.rolling.enabled", true)
        .unwrap();
    let contexts: Vec<Context> = (0..2)
        .map(|_| logging(dir.path()).conf(&conf).build().unwrap())
        .collect();
    for ctx in &contexts {
        assert_eq!(numbers(ctx, 10, 2).count().unwrap(), 10);
    }
    let logs: Vec<String> = contexts
        .iter()
        .map(|ctx| {
            let dir = ctx.event_log().unwrap().path();
            let id = dir.file_name().unwrap().to_str().unwrap();
            let id = id.strip_prefix("eventlog_v2_").unwrap().to_owned();
            assert!(names(dir).contains(&format!("appstatus_{id}.inprogress")));
            ctx.stop();
            assert_eq!(
                names(dir),
                [format!("appstatus_{id}"), format!("events_1_{id}")]
            );
            let log = events(&std::fs::read_to_string(dir.join(format!("events_1_{id}"))).unwrap());
            assert_eq!(of(&log, "ApplicationStart")[0]["App ID"], *id);
            assert_eq!(
                (of(&log, "JobStart").len(), of(&log, "JobEnd").len()),
                (1, 1)
            );
            id
        })
        .collect();
    assert_ne!(logs[0], logs[1]);
}

#[test]
fn a_log_in_progress_shows_what_has_ended() {
    let dir = tempfile::tempdir().unwrap();
    let ctx = logging(dir.path()).build().unwrap();
    assert_eq!(numbers(&ctx, 10, 2).count().unwrap(), 10);
    let [name] = &names(dir.path())[..] else {
        panic!("one file, in progress");
    };
    assert!(name.ends_with(".inprogress"), "{name}");
    let path = dir.path().join(name);
    let read = || std::fs::read_to_string(&path).unwrap();
    eventually("the end of the job is there", || {
        read().contains("SparkListenerJobEnd")
    });
    let log = events(&read());
    assert_eq!(of(&log, "TaskEnd").len(), 2);
    check_order(&log);
}
