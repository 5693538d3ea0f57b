//! What is left behind: threads, file descriptors, child processes and temporary directories of
//! this process that were not there before. Linux only: it reads `/proc`.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// Threads and processes take a moment to be gone from `/proc` after they were waited for.
const DEADLINE: Duration = Duration::from_secs(5);

/// Fails the test that holds it if something is left behind when it is dropped.
///
/// Tests that run beside it on other threads would be blamed on it: it belongs in a test that runs
/// alone.
///
/// ```
/// let _guard = flint_test_util::leak::LeakGuard::new();
/// let ctx = flint_core::Context::local("local[2]")?;
/// assert_eq!(ctx.range(0, 10, 1, 2)?.count()?, 10);
/// drop(ctx);
/// # Ok::<(), flint_core::Error>(())
/// ```
#[derive(Debug)]
pub struct LeakGuard {
    before: Holdings,
}

impl LeakGuard {
    /// Notes what there is now.
    #[allow(clippy::new_without_default)] // a guard that is made by default guards nothing
    pub fn new() -> Self {
        LeakGuard {
            before: Holdings::now(),
        }
    }

    /// What there is now and was not before, once it has stopped to change or some seconds passed.
    pub fn leaks(&self) -> Holdings {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let leaks = Holdings::now().without(&self.before);
            if leaks.is_empty() || Instant::now() > deadline {
                return leaks;
            }
            std::thread::yield_now();
        }
    }
}

impl Drop for LeakGuard {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let leaks = self.leaks();
        assert!(leaks.is_empty(), "left behind: {leaks}");
    }
}

/// What a process has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// Names of threads, by number.
    pub threads: BTreeMap<u64, String>,
    /// Where file descriptors lead, by number.
    pub descriptors: BTreeMap<u64, String>,
    /// Names of child processes, by process id.
    pub children: BTreeMap<u64, String>,
    /// Temporary directories of the engine that this process made.
    pub directories: BTreeMap<String, String>,
}

impl Holdings {
    /// What this process has now.
    pub fn now() -> Self {
        let own = format!("/proc/{}/fd", std::process::id());
        let mut descriptors = numbered("/proc/self/fd", |path| {
            fs::read_link(path)
                .ok()
                .map(|target| target.display().to_string())
        });
        // The one that reads them.
        descriptors.retain(|_, target| *target != own);
        Holdings {
            threads: numbered("/proc/self/task", |path| text(&path.join("comm"))),
            descriptors,
            children: numbered("/proc", child),
            directories: directories(),
        }
    }

    /// What is here and not in `before`.
    pub fn without(mut self, before: &Holdings) -> Holdings {
        fn subtract<K: Ord>(from: &mut BTreeMap<K, String>, what: &BTreeMap<K, String>) {
            from.retain(|key, value| what.get(key) != Some(value));
        }
        subtract(&mut self.threads, &before.threads);
        subtract(&mut self.descriptors, &before.descriptors);
        subtract(&mut self.children, &before.children);
        subtract(&mut self.directories, &before.directories);
        self
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        *self == Holdings::default()
    }
}

impl fmt::Display for Holdings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "threads {:?}, descriptors {:?}, child processes {:?}, directories {:?}",
            self.threads,
            self.descriptors,
            self.children,
            self.directories.keys()
        )
    }
}

/// Entries of a directory that are numbers and about which `what` knows something.
fn numbered(dir: &str, what: impl Fn(&Path) -> Option<String>) -> BTreeMap<u64, String> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let number = entry.file_name().to_str()?.parse().ok()?;
            Some((number, what(&entry.path())?))
        })
        .collect()
}

fn text(path: &Path) -> Option<String> {
    fs::read_to_string(path)
        .ok()
        .map(|text| text.trim().to_owned())
}

/// The name of a process if it is a child of this one: `pid (name) state parent …`.
fn child(process: &Path) -> Option<String> {
    let stat = text(&process.join("stat"))?;
    let (start, rest) = stat.rsplit_once(')')?;
    let parent: u32 = rest.split_whitespace().nth(1)?.parse().ok()?;
    let name = start.split_once('(')?.1;
    (parent == std::process::id()).then(|| name.to_owned())
}

fn directories() -> BTreeMap<String, String> {
    let pid = std::process::id();
    let own = [format!("flint-{pid}-"), format!("flint-cluster-{pid}-")];
    let entries = fs::read_dir(std::env::temp_dir()).into_iter().flatten();
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| own.iter().any(|prefix| name.starts_with(prefix)))
        .map(|name| (name, String::new()))
        .collect()
}
