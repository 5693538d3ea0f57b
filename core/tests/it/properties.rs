//! What a context and its jobs are called and told: names, defaults, groups, tags, properties.

use std::sync::{Arc, mpsc};
use std::thread;

use flint_core::events::Event;
use flint_core::{Context, Error};

use crate::{DEADLINE, context, eventually, numbers, until_killed};

/// Group, tags and description of a job.
type Told = (Option<String>, Vec<String>, Option<String>);

/// What the events say of a job that this thread starts now.
fn told(ctx: &Context) -> Told {
    let (seen, jobs) = mpsc::channel();
    let listener = Arc::new(move |event: &Event| {
        if let Event::JobStart {
            group,
            tags,
            description,
            ..
        } = event
        {
            let told = (group.clone(), tags.clone(), description.clone());
            seen.send(told).ok();
        }
    });
    let listener = ctx.add_listener(listener).unwrap();
    assert_eq!(numbers(ctx, 10, 2).count().unwrap(), 10);
    let told = jobs.recv_timeout(DEADLINE).unwrap();
    assert!(ctx.remove_listener(listener));
    told
}

#[test]
fn a_job_has_the_group_tags_and_description_of_its_thread() {
    let ctx = context("local[2]");
    assert_eq!(told(&ctx), (None, vec![], None));
    ctx.set_job_group("reports", "all reports");
    ctx.set_job_description("the weekly report");
    ctx.add_job_tag("weekly").unwrap();
    ctx.add_job_tag("slow").unwrap();
    ctx.add_job_tag("weekly").unwrap();
    let mut tags = ctx.job_tags();
    tags.sort();
    assert_eq!(tags, ["slow", "weekly"]);
    let (group, mut tags, description) = told(&ctx);
    tags.sort();
    assert_eq!(group.as_deref(), Some("reports"));
    assert_eq!(tags, ["slow", "weekly"]);
    assert_eq!(description.as_deref(), Some("the weekly report"));
    let elsewhere = ctx.clone();
    let other = thread::spawn(move || told(&elsewhere)).join().unwrap();
    assert_eq!(other, (None, vec![], None), "another thread has its own");
    ctx.clear_job_group();
    ctx.remove_job_tag("slow");
    assert_eq!(told(&ctx), (None, vec!["weekly".to_owned()], None));
    ctx.clear_job_tags();
    assert_eq!(told(&ctx), (None, vec![], None));
}

#[test]
fn tags_that_could_not_be_told_apart_are_refused() {
    let ctx = context("local[2]");
    for tag in ["", "a,b"] {
        assert!(matches!(ctx.add_job_tag(tag), Err(Error::Argument { .. })));
    }
    assert!(ctx.job_tags().is_empty());
}

#[test]
fn local_properties_belong_to_a_thread() {
    let ctx = context("local[2]");
    ctx.set_local_property("source", Some("web"));
    ctx.set_local_property("source", Some("shop"));
    assert_eq!(ctx.local_property("source").as_deref(), Some("shop"));
    let elsewhere = ctx.clone();
    let other = thread::spawn(move || elsewhere.local_property("source"));
    assert_eq!(other.join().unwrap(), None);
    ctx.set_local_property("source", None);
    assert_eq!(ctx.local_property("source"), None);
}

#[test]
fn defaults_come_from_the_master_and_the_configuration() {
    for (master, parallelism, files) in [("local[8]", 8, 2), ("local", 1, 1)] {
        let ctx = context(master);
        assert_eq!(ctx.default_parallelism(), parallelism);
        assert_eq!(ctx.default_min_partitions(), files);
        assert_eq!(
            ctx.parallelize(vec![0; 20], 0).num_partitions(),
            parallelism
        );
    }
    let ctx = Context::builder()
        .master("local[2]")
        .app_name("visits")
        .config("spark.default.parallelism", 5)
        .config("spark.checkpoint.dir", "/nonexistent/checkpoints")
        .build()
        .unwrap();
    assert_eq!((ctx.app_name(), ctx.default_parallelism()), ("visits", 5));
    let dir = ctx.checkpoint_dir().unwrap();
    assert_eq!(dir.to_str(), Some("/nonexistent/checkpoints"));
    let set = tempfile::tempdir().unwrap();
    ctx.set_checkpoint_dir(set.path());
    assert_eq!(ctx.checkpoint_dir().as_deref(), Some(set.path()));
}

#[test]
fn an_rdd_is_named_for_all_its_handles() {
    let ctx = context("local[2]");
    let rdd = numbers(&ctx, 10, 2);
    let same = rdd.clone();
    assert_eq!(rdd.name(), None);
    rdd.set_name("visits");
    assert_eq!(same.name().as_deref(), Some("visits"));
    assert!(same.map(|x| x).to_debug_string().contains("visits"));
}

#[test]
fn an_async_action_tells_its_jobs_and_its_end() {
    let ctx = context("local[2]");
    ctx.add_job_tag("mine").unwrap();
    let (running, ran) = mpsc::channel();
    let endless = numbers(&ctx, 2, 2).for_each_async(move |_| {
        running.send(()).ok();
        until_killed();
    });
    ran.recv_timeout(DEADLINE).unwrap();
    let jobs = endless.job_ids();
    assert_eq!(jobs.len(), 1);
    assert!(!endless.is_completed());
    assert_eq!(ctx.status_tracker().job_ids_for_tag("mine"), jobs);
    ctx.cancel_job(jobs[0]);
    eventually("the action ends", || endless.is_completed());
    let end = endless.wait();
    assert!(matches!(end, Err(Error::Cancelled { .. })), "{end:?}");
    assert!(ctx.status_tracker().active_jobs().is_empty());
    ctx.cancel_job(jobs[0]);
    assert_eq!(numbers(&ctx, 10, 4).count().unwrap(), 10);
}
