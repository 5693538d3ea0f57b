//! The policy, alone and under threads.

use super::*;

const KIB: u64 = 1 << 10;

/// Holds reservations and gives them back whole when asked, last first.
struct Holder {
    class: ReclaimClass,
    held: Mutex<Vec<Reservation>>,
    asked: AtomicU64,
}

impl Holder {
    fn new(memory: &MemoryManager, class: ReclaimClass) -> Arc<Holder> {
        let holder = Arc::new(Holder {
            class,
            held: Mutex::default(),
            asked: AtomicU64::new(0),
        });
        memory.add_reclaimer(Arc::downgrade(&holder) as Weak<dyn Reclaimer>);
        holder
    }

    fn hold(&self, r: Reservation) {
        self.held.lock().push(r);
    }
}

impl Reclaimer for Holder {
    fn class(&self) -> ReclaimClass {
        self.class
    }

    fn reclaim(&self, wanted: u64) -> u64 {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let mut freed = 0;
        while freed < wanted {
            let Some(last) = self.held.lock().pop() else {
                break;
            };
            freed += last.bytes();
        }
        freed
    }
}

fn grown(task: &TaskMemory, bytes: u64) -> Reservation {
    let mut r = task.reservation();
    assert!(r.try_grow(bytes), "{bytes} bytes are granted");
    r
}

#[test]
fn bytes_are_counted_and_given_back() {
    let memory = MemoryManager::new(1000 * KIB, 0.5);
    let task = memory.task();
    let mut r = grown(&task, 600);
    assert!(r.try_resize(800));
    assert!(r.try_resize(300));
    assert_eq!(
        (r.bytes(), memory.used_execution(), task.used_bytes()),
        (300, 300, 300)
    );
    assert_eq!(memory.peak_execution(), 800);
    r.shrink(1000);
    assert_eq!(r.bytes(), 0, "no more is given back than was held");
    drop(grown(&task, 10));
    assert_eq!((memory.used_execution(), task.used_bytes()), (0, 0));
}

#[test]
fn a_lone_task_may_have_everything_and_no_more() {
    let memory = MemoryManager::new(1000 * KIB, 0.5);
    let mut r = grown(&memory.task(), 1000 * KIB);
    assert!(!r.try_grow(1));
    assert_eq!(r.bytes(), 1000 * KIB, "a refusal changes nothing");
    assert!(r.try_grow(0));
}

#[test]
fn each_of_n_tasks_gets_its_part() {
    let memory = MemoryManager::new(1000 * KIB, 0.5);
    let tasks: Vec<_> = (0..4).map(|_| memory.task()).collect();
    let held: Vec<_> = tasks.iter().map(|t| grown(t, 250 * KIB)).collect();
    for r in held {
        let mut r = r;
        assert!(!r.try_grow(1));
    }
    let clone = tasks[0].clone();
    drop(tasks);
    assert!(
        clone.reservation().try_grow(1000 * KIB),
        "ended tasks have no part"
    );
}

#[test]
fn a_task_ends_with_its_last_reservation() {
    let memory = MemoryManager::new(1000 * KIB, 0.5);
    let first = grown(&memory.task(), 1);
    let second = memory.task();
    assert!(!second.reservation().try_grow(600 * KIB));
    drop(first);
    assert!(second.reservation().try_grow(600 * KIB));
}

#[test]
fn the_floor_is_granted_beyond_the_pool() {
    let memory = MemoryManager::new(6400 * KIB, 0.5);
    assert_eq!(memory.floor_bytes(), 100 * KIB);
    let _all = grown(&memory.task(), 6400 * KIB);
    let late = memory.task();
    let mut r = grown(&late, 60 * KIB);
    assert!(!r.try_grow(41 * KIB));
    assert!(r.try_grow(40 * KIB));
    let mut other = late.reservation();
    assert!(
        !other.try_grow(1),
        "the floor is the task's, not the reservation's"
    );
    assert_eq!(memory.used_execution(), 6500 * KIB);
}

#[test]
fn execution_takes_back_storage_above_the_protected_region() {
    let memory = MemoryManager::new(1000 * KIB, 0.3);
    let cache = Holder::new(&memory, ReclaimClass::Cache);
    for _ in 0..8 {
        cache.hold(memory.reserve_storage(100 * KIB).unwrap());
    }
    let task = memory.task();
    let _r = grown(&task, 600 * KIB);
    assert_eq!(
        memory.used_storage(),
        400 * KIB,
        "no more is evicted than needed"
    );
    let _s = grown(&task, 100 * KIB);
    assert!(
        !task.reservation().try_grow(100 * KIB),
        "what is protected stays"
    );
    assert_eq!(memory.used_storage(), 300 * KIB);
}

#[test]
fn cache_goes_before_shuffle_outputs() {
    let memory = MemoryManager::new(1000 * KIB, 0.0);
    let outputs = Holder::new(&memory, ReclaimClass::ShuffleOutput);
    let cache = Holder::new(&memory, ReclaimClass::Cache);
    let task = memory.task();
    outputs.hold(grown(&task, 400 * KIB).detach());
    cache.hold(memory.reserve_storage(400 * KIB).unwrap());
    assert_eq!(task.used_bytes(), 0, "detached bytes are not the task's");
    assert_eq!(memory.used_execution(), 400 * KIB);

    let _r = grown(&task, 500 * KIB);
    assert_eq!(
        (memory.used_storage(), outputs.asked.load(Ordering::Relaxed)),
        (0, 0)
    );
    let _s = grown(&task, 400 * KIB);
    assert_eq!(
        memory.used_execution(),
        900 * KIB,
        "the output went to disk"
    );
}

#[test]
fn storage_evicts_storage_only() {
    let memory = MemoryManager::new(1000 * KIB, 0.5);
    let cache = Holder::new(&memory, ReclaimClass::Cache);
    let outputs = Holder::new(&memory, ReclaimClass::ShuffleOutput);
    outputs.hold(grown(&memory.task(), 500 * KIB).detach());
    cache.hold(memory.reserve_storage(300 * KIB).unwrap());
    cache.hold(memory.reserve_storage(200 * KIB).unwrap());

    assert!(memory.reserve_storage(501 * KIB).is_none());
    assert_eq!(
        memory.used_storage(),
        500 * KIB,
        "nothing is evicted for what can't fit"
    );
    assert!(memory.reserve_storage(100 * KIB).is_some());
    assert_eq!(outputs.asked.load(Ordering::Relaxed), 0);
}

#[test]
fn growing_without_reclaiming_tells_what_is_missing() {
    let memory = MemoryManager::new(1000 * KIB, 0.5);
    let cache = Holder::new(&memory, ReclaimClass::Cache);
    cache.hold(memory.reserve_storage(800 * KIB).unwrap());
    let mut r = memory.storage_reservation();
    assert_eq!(r.try_grow_free(300 * KIB), Err(100 * KIB));
    assert_eq!(r.try_grow_free(200 * KIB), Ok(()));
    assert_eq!(cache.asked.load(Ordering::Relaxed), 0);
}

#[test]
fn dropped_reclaimers_are_forgotten() {
    let memory = MemoryManager::new(1000 * KIB, 0.0);
    drop(Holder::new(&memory, ReclaimClass::Cache));
    let cached = memory.reserve_storage(1000 * KIB);
    assert!(!memory.task().reservation().try_grow(500 * KIB));
    drop(cached);
}

#[test]
fn absurd_requests_are_refused() {
    let memory = MemoryManager::new(1000, f64::NAN);
    assert!(!memory.task().reservation().try_grow(u64::MAX));
    assert!(memory.reserve_storage(u64::MAX).is_none());
    let mut r = grown(&memory.task(), 500);
    assert!(!r.try_grow(u64::MAX));
}

#[test]
fn threads_never_exceed_the_pool_and_leave_nothing_behind() {
    let memory = MemoryManager::new(1000 * KIB, 0.3);
    let cache = Holder::new(&memory, ReclaimClass::Cache);
    let limit = memory.total_bytes() + 8 * memory.floor_bytes();
    std::thread::scope(|scope| {
        for thread in 0..8_u64 {
            let (memory, cache) = (memory.clone(), Arc::clone(&cache));
            scope.spawn(move || {
                let mut random = thread + 1;
                for round in 0..300 {
                    random = random.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
                    let bytes = (random >> 40) % (400 * KIB);
                    if thread % 2 == 0 {
                        if let Some(r) = memory.reserve_storage(bytes) {
                            cache.hold(r);
                        }
                    } else {
                        let task = memory.task();
                        let mut r = task.reservation();
                        let granted = r.try_grow(bytes);
                        assert!(
                            granted || bytes > memory.floor_bytes(),
                            "round {round}: the floor holds"
                        );
                        if granted && round % 3 == 0 {
                            let _kept = r.detach();
                            assert_eq!(task.used_bytes(), 0);
                        }
                    }
                    let used = memory.used_execution() + memory.used_storage();
                    // The two are read one after the other: allow for what moved in between.
                    assert!(used <= 2 * limit);
                }
            });
        }
    });
    assert!(memory.peak_execution() <= limit);
    cache.held.lock().clear();
    assert_eq!((memory.used_execution(), memory.used_storage()), (0, 0));
}
