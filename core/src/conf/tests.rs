//! What can be set, what is read, and what is shown.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

fn reason(result: Result<impl fmt::Debug>) -> String {
    match result {
        Err(Error::Conf { reason, .. }) => reason,
        other => panic!("no configuration error: {other:?}"),
    }
}

#[test]
fn set_get_remove() {
    let mut conf = Conf::new();
    assert_eq!(
        (conf.get("spark.app.name"), conf.contains("spark.app.name")),
        (None, false)
    );
    conf.set("spark.app.name", "a").unwrap();
    conf.set("spark.app.name", "b").unwrap();
    conf.set_if_missing("spark.app.name", "c").unwrap();
    conf.set("spark.default.parallelism", 8).unwrap();
    let all: Vec<_> = conf.get_all().collect();
    assert_eq!(
        all,
        [("spark.app.name", "b"), ("spark.default.parallelism", "8")]
    );
    assert_eq!(conf.remove("spark.app.name").as_deref(), Some("b"));
    assert_eq!(conf.remove("spark.app.name"), None);
}

#[test]
fn unknown_keys_are_stored() {
    let conf = Conf::new()
        .with("my.key", "anything")
        .unwrap()
        .with("spark.sql.x", 1)
        .unwrap();
    assert_eq!(conf.get("my.key"), Some("anything"));
    assert_eq!(conf.get_int("spark.sql.x"), Ok(1));
    let hadoop = Conf::new().with("spark.hadoop.fs.x", "y").unwrap();
    assert_eq!(
        hadoop
            .get_all_with_prefix("spark.hadoop.")
            .collect::<Vec<_>>(),
        [("fs.x", "y")]
    );
}

#[test]
fn defaults_are_in_force_but_not_set() {
    let conf = Conf::new();
    assert_eq!(conf.get("spark.task.maxFailures"), None);
    assert_eq!(conf.value("spark.task.maxFailures"), Some("4"));
    assert_eq!(conf.get_int("spark.task.maxFailures"), Ok(4));
    assert_eq!(conf.get_double("spark.memory.fraction"), Ok(0.6));
    assert_eq!(conf.get_bytes("spark.driver.maxResultSize"), Ok(1 << 30));
    assert_eq!(conf.get_bytes("flint.files.maxSplitBytes"), Ok(32 << 20));
    assert_eq!(conf.get_bool("spark.hadoop.validateOutputSpecs"), Ok(true));
    assert!(reason(conf.get_bytes("flint.memory.size")).contains("no default"));
}

#[test]
fn plain_numbers_are_in_the_unit_of_the_key() {
    let conf = Conf::new()
        .with("spark.driver.memory", 512)
        .unwrap()
        .with("spark.driver.maxResultSize", 0)
        .unwrap()
        .with("spark.network.timeout", 7)
        .unwrap()
        .with("spark.locality.wait", 7)
        .unwrap();
    assert_eq!(conf.get_bytes("spark.driver.memory"), Ok(512 << 20));
    assert_eq!(conf.get_bytes("spark.driver.maxResultSize"), Ok(0));
    assert_eq!(
        conf.get_duration("spark.network.timeout"),
        Ok(Duration::from_secs(7))
    );
    assert_eq!(
        conf.get_duration("spark.locality.wait"),
        Ok(Duration::from_millis(7))
    );
}

#[test]
fn values_of_the_wrong_form_are_errors_that_name_them() {
    for (key, value) in [
        ("spark.task.maxFailures", "0"),
        ("spark.default.parallelism", "many"),
        ("spark.memory.fraction", "1.5"),
        ("spark.memory.fraction", "NaN"),
        ("spark.driver.memory", "1.5g"),
        ("spark.network.timeout", "soon"),
        ("spark.hadoop.validateOutputSpecs", "yes"),
        ("spark.scheduler.mode", "LIFO"),
        ("spark.ui.port", "http"),
    ] {
        match Conf::new().with(key, value) {
            Err(Error::Conf {
                key: k, value: v, ..
            }) => assert_eq!((k.as_str(), v.as_str()), (key, value)),
            other => panic!("{key}={value}: {other:?}"),
        }
    }
    let untyped = Conf::new().with("my.size", "large").unwrap();
    assert!(reason(untyped.get_bytes("my.size")).contains("size"));
}

#[test]
fn refused_keys_are_refused_unless_they_say_the_default() {
    let kill = "spark.excludeOnFailure.killExcludedExecutors";
    assert!(reason(Conf::new().with(kill, true)).contains("not killed"));
    assert!(Conf::new().with(kill, "false").is_ok());
    let unknown = Conf::new().with("spark.excludeOnFailure.task.maxAttempts", 2);
    assert!(reason(unknown).contains("no such setting"));
    assert!(
        reason(Conf::new().with("spark.io.encryption.enabled", true)).contains("not encrypted")
    );
    assert!(
        Conf::new()
            .with("spark.io.encryption.enabled", false)
            .is_ok()
    );
    assert!(Conf::new().with("spark.ssl.enabled", true).is_err());
}

#[test]
fn keys_of_the_scheduler_act_with_sparks_defaults() {
    for (key, default) in [
        ("spark.scheduler.mode", Some("FIFO")),
        ("spark.scheduler.allocation.file", None),
        ("spark.speculation", Some("false")),
        ("spark.speculation.interval", Some("100ms")),
        ("spark.speculation.multiplier", Some("3")),
        ("spark.speculation.quantile", Some("0.9")),
        ("spark.speculation.minTaskRuntime", Some("100ms")),
        ("spark.speculation.task.duration.threshold", None),
        ("spark.excludeOnFailure.enabled", Some("false")),
        ("spark.excludeOnFailure.timeout", Some("1h")),
        (
            "spark.excludeOnFailure.task.maxTaskAttemptsPerNode",
            Some("2"),
        ),
    ] {
        let entry = registry::entry(key).unwrap();
        assert_eq!(
            (entry.key, entry.default, entry.state),
            (key, default, State::Acts)
        );
    }
    assert!(Conf::new().with("spark.scheduler.mode", "fair").is_ok());
    assert!(Conf::new().with("spark.speculation.quantile", 1.5).is_err());
}

#[test]
fn memory_and_result_limits() {
    let conf = Conf::new();
    assert_eq!(conf.engine_memory_bytes(), Ok(644_245_094));
    assert_eq!(conf.max_result_bytes(), Ok(Some(1 << 30)));
    let conf = conf
        .with("flint.memory.size", "256m")
        .unwrap()
        .with("spark.driver.maxResultSize", 0)
        .unwrap();
    assert_eq!(conf.engine_memory_bytes(), Ok(256 << 20));
    assert_eq!(conf.max_result_bytes(), Ok(None));
    let none = Conf::new().with("spark.memory.fraction", 0).unwrap();
    assert!(reason(none.engine_memory_bytes()).contains("no memory"));
}

/// Counts the warnings of the thread that it is installed on.
#[derive(Clone, Default)]
struct Warnings(Arc<AtomicUsize>);

impl tracing::Subscriber for Warnings {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        *metadata.level() == tracing::Level::WARN
    }
    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }
    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, _: &tracing::Event<'_>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

#[test]
fn keys_without_effect_warn_once() {
    let warnings = Warnings::default();
    tracing::subscriber::with_default(warnings.clone(), || {
        let mut conf = Conf::new();
        for (key, value, total) in [
            ("spark.app.name", "a", 0),
            ("spark.executor.memory", "2g", 1),
            ("spark.executor.memory", "3g", 1),
            ("spark.speculation", "true", 1),
            ("spark.speculation.efficiency.enabled", "true", 2),
            ("my.key", "1", 3),
            ("my.key", "2", 3),
        ] {
            conf.set(key, value).unwrap();
            assert_eq!(warnings.0.load(Ordering::Relaxed), total, "{key}={value}");
        }
    });
}

#[test]
fn secrets_are_not_shown() {
    let conf = Conf::new()
        .with("my.db.PASSWORD", "hush")
        .unwrap()
        .with("spark.hadoop.fs.s3a.access.key", "hush")
        .unwrap()
        .with("my.options", "user=a;token=hush")
        .unwrap()
        .with("spark.app.name", "shown")
        .unwrap();
    let text = format!("{conf:?}");
    assert!(!text.contains("hush") && text.contains("shown"), "{text}");
    assert_eq!(conf.get("my.db.PASSWORD"), Some("hush"));
    let error = conf.get_int("my.db.PASSWORD").unwrap_err().to_string();
    assert!(!error.contains("hush"), "{error}");
}

#[test]
fn the_registry_is_consistent() {
    let entries = registry::entries();
    assert!(entries.len() >= 120);
    assert!(
        entries.is_sorted_by(|a, b| a.key < b.key),
        "sorted, without doubles"
    );
    for e in entries {
        assert!(e.doc.ends_with('.') && !e.doc.contains('|'), "{}", e.key);
        if let Some(default) = e.default {
            assert_eq!(e.check(e.key, default), Ok(()), "{}", e.key);
        }
    }
}

#[test]
fn the_table_has_a_row_for_each_key() {
    let table = registry::markdown();
    assert_eq!(table.lines().count(), registry::entries().len() + 2);
    assert!(table.contains("| `spark.driver.maxResultSize` | `1g` | size (b) | acts | "));
    assert!(
        table
            .lines()
            .all(|l| l.split(" | ").count() == 5 || l.starts_with("|---")),
        "{table}"
    );
}
