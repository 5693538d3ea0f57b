use std::sync::atomic::AtomicUsize;
use std::sync::mpsc::{self, Receiver, Sender};

use super::*;

const LONG: Duration = Duration::from_secs(30);

fn end(job: u64) -> Event {
    Event::JobEnd {
        job,
        error: None,
        time_ms: 0,
    }
}

fn job_of(event: &Event) -> u64 {
    match event {
        Event::JobEnd { job, .. } => *job,
        other => panic!("unexpected {other:?}"),
    }
}

/// A listener that keeps the jobs of the events it is given.
fn recorder() -> (Arc<Mutex<Vec<u64>>>, Arc<dyn Listener>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let copy = Arc::clone(&seen);
    (seen, Arc::new(move |e: &Event| copy.lock().push(job_of(e))))
}

/// A listener that tells when it is called and returns when it is told to.
fn gate() -> (Receiver<u64>, Sender<()>, Arc<dyn Listener>) {
    let (entered_tx, entered) = mpsc::channel();
    let (open, open_rx) = mpsc::channel::<()>();
    let ends = Mutex::new((entered_tx, open_rx));
    let listener = move |e: &Event| {
        let ends = ends.lock();
        // The test may have ended: then nobody is to be waited for.
        if ends.0.send(job_of(e)).is_ok() {
            let _ = ends.1.recv();
        }
    };
    (entered, open, Arc::new(listener))
}

#[test]
fn each_listener_sees_all_events_in_order() {
    let bus = EventBus::new(DEFAULT_CAPACITY);
    let (a, listener_a) = recorder();
    let (b, listener_b) = recorder();
    bus.add_listener(listener_a).unwrap();
    bus.add_listener(listener_b).unwrap();
    (0..1_000).for_each(|job| bus.post(end(job)));
    assert!(bus.flush(LONG));
    assert_eq!(*a.lock(), (0..1_000).collect::<Vec<_>>());
    assert_eq!(*a.lock(), *b.lock());
}

#[test]
fn each_poster_keeps_its_order() {
    let bus = EventBus::new(DEFAULT_CAPACITY);
    let (seen, listener) = recorder();
    bus.add_listener(listener).unwrap();
    thread::scope(|s| {
        for poster in 0..4 {
            let bus = &bus;
            s.spawn(move || (0..500).for_each(|i| bus.post(end(poster * 1_000 + i))));
        }
    });
    assert!(bus.flush(LONG));
    let seen = seen.lock();
    for poster in 0..4 {
        let own: Vec<u64> = seen
            .iter()
            .filter(|j| **j / 1_000 == poster)
            .map(|j| j % 1_000)
            .collect();
        assert_eq!(own, (0..500).collect::<Vec<_>>());
    }
}

#[test]
fn without_listeners_no_event_is_made_and_no_thread_started() {
    let bus = EventBus::new(DEFAULT_CAPACITY);
    bus.post_with(|| unreachable!("nobody listens"));
    assert!(bus.thread.lock().is_none());
    assert!(bus.flush(Duration::ZERO));
    let (seen, listener) = recorder();
    let id = bus.add_listener(listener).unwrap();
    assert!(bus.remove_listener(id));
    assert!(!bus.remove_listener(id));
    bus.post_with(|| unreachable!("nobody listens any more"));
    bus.stop();
    assert!(seen.lock().is_empty());
}

#[test]
fn a_listener_sees_only_what_is_posted_after_its_adding_and_before_its_removal() {
    let bus = EventBus::new(DEFAULT_CAPACITY);
    let (entered, open, listener) = gate();
    bus.add_listener(listener).unwrap();
    let (early, listener) = recorder();
    let early_id = bus.add_listener(listener).unwrap();
    bus.post(end(0));
    bus.post(end(1));
    assert_eq!(entered.recv_timeout(LONG), Ok(0)); // event 1 waits in the queue
    let (late, listener) = recorder();
    bus.add_listener(listener).unwrap();
    assert!(bus.remove_listener(early_id));
    bus.post(end(2));
    drop(open);
    assert!(bus.flush(LONG));
    assert!(!early.lock().contains(&1));
    assert_eq!(*late.lock(), [2]);
}

#[test]
fn a_full_queue_drops_the_newest_and_counts_them() {
    let bus = EventBus::new(3);
    let (entered, open, listener) = gate();
    let (seen, recorder) = recorder();
    bus.add_listener(listener).unwrap();
    bus.add_listener(recorder).unwrap();
    bus.post(end(0));
    assert_eq!(entered.recv_timeout(LONG), Ok(0)); // being delivered: not in the queue any more
    (1..=10).for_each(|job| bus.post(end(job)));
    assert_eq!(bus.dropped(), 7);
    drop(open);
    assert!(bus.flush(LONG));
    assert_eq!(*seen.lock(), [0, 1, 2, 3]);
    bus.post(end(11));
    assert!(bus.flush(LONG));
    assert_eq!(*seen.lock(), [0, 1, 2, 3, 11]);
}

#[test]
fn drops_are_warned_of_once_a_minute() {
    let mut drops = Drops::default();
    let start = Instant::now();
    assert_eq!(drops.count(start), Some(1));
    assert_eq!(drops.count(start + Duration::from_secs(1)), None);
    assert_eq!(drops.count(start + Duration::from_secs(59)), None);
    assert_eq!(drops.count(start + Duration::from_secs(61)), Some(3));
    assert_eq!(drops.unreported(), None);
    assert_eq!(drops.count(start + Duration::from_secs(62)), None);
    assert_eq!(drops.unreported(), Some(1));
    assert_eq!(drops.total, 5);
}

#[test]
fn a_panicking_listener_harms_neither_the_others_nor_itself() {
    let bus = EventBus::new(DEFAULT_CAPACITY);
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&calls);
    bus.add_listener(Arc::new(move |_: &Event| {
        counter.fetch_add(1, Ordering::Relaxed);
        // Not a panic!(): the hook would print it.
        panic::resume_unwind(Box::new("on purpose"));
    }))
    .unwrap();
    let (seen, listener) = recorder();
    bus.add_listener(listener).unwrap();
    (0..3).for_each(|job| bus.post(end(job)));
    assert!(bus.flush(LONG));
    assert_eq!(calls.load(Ordering::Relaxed), 3);
    assert_eq!(*seen.lock(), [0, 1, 2]);
}

#[test]
fn flush_gives_up_at_its_deadline() {
    let bus = EventBus::new(DEFAULT_CAPACITY);
    let (entered, open, listener) = gate();
    bus.add_listener(listener).unwrap();
    bus.post(end(0));
    assert_eq!(entered.recv_timeout(LONG), Ok(0));
    assert!(!bus.flush(Duration::from_millis(1)));
    drop(open);
    assert!(bus.flush(LONG));
}

#[test]
fn stop_delivers_what_waits_and_takes_nothing_more() {
    let bus = EventBus::new(DEFAULT_CAPACITY);
    let (seen, listener) = recorder();
    let held = Arc::downgrade(&listener);
    bus.add_listener(listener).unwrap();
    (0..100).for_each(|job| bus.post(end(job)));
    bus.stop();
    assert_eq!(*seen.lock(), (0..100).collect::<Vec<_>>());
    assert!(held.upgrade().is_none(), "a stopped bus holds no listener");
    bus.post_with(|| unreachable!("the bus is stopped"));
    let (late, listener) = recorder();
    bus.add_listener(listener).unwrap();
    bus.post(end(100));
    bus.stop();
    assert_eq!(seen.lock().len(), 100);
    assert!(late.lock().is_empty());
}

#[test]
fn a_dropped_bus_delivers_what_waits() {
    let (done, wait) = mpsc::channel();
    let done = Mutex::new(done);
    let bus = EventBus::new(DEFAULT_CAPACITY);
    bus.add_listener(Arc::new(move |e: &Event| {
        done.lock().send(job_of(e)).unwrap()
    }))
    .unwrap();
    (0..3).for_each(|job| bus.post(end(job)));
    drop(bus);
    assert_eq!(wait.iter().collect::<Vec<_>>(), [0, 1, 2]);
}

#[test]
fn a_listener_may_use_its_own_bus() {
    let bus = Arc::new(EventBus::new(DEFAULT_CAPACITY));
    let (seen, listener) = recorder();
    bus.add_listener(listener).unwrap();
    let own = Arc::downgrade(&bus);
    bus.add_listener(Arc::new(move |e: &Event| {
        let Some(bus) = own.upgrade() else { return };
        assert!(!bus.flush(LONG), "it can't wait for itself");
        match job_of(e) {
            0 => bus.post(end(1)),
            _ => bus.stop(),
        }
    }))
    .unwrap();
    bus.post(end(0));
    let handle = bus.thread.lock().take();
    assert!(matches!(handle.map(JoinHandle::join), Some(Ok(()))));
    assert_eq!(*seen.lock(), [0, 1]);
}
