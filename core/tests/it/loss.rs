//! Map outputs that are on disk, and ways to lose or damage them while a job reads them.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use flint_core::events::{Event, TaskOutcome};
use flint_core::scheduler::AttemptId;
use flint_core::{Context, Rdd};
use parking_lot::Mutex;

use crate::{Random, eventually};

/// Engine memory of contexts whose map outputs are to be on disk.
const MEMORY_BYTES: u64 = 64 << 10;

/// Bytes that records carry along: 500 of them don't fit into [`MEMORY_BYTES`].
pub(crate) const PAYLOAD: usize = 200;

/// A context with next to no memory.
pub(crate) fn spilling_context(master: &str, local: &Path) -> Context {
    Context::builder()
        .master(master)
        .memory_bytes(MEMORY_BYTES)
        .config("spark.local.dir", local.display())
        .build()
        .unwrap()
}

/// Numbers with a payload, dealt out to other partitions. Each partition of `numbers` must have
/// 500 at least, so that its map output is on disk, in a file of its own.
pub(crate) fn spilled(numbers: &Rdd<i64>, partitions: usize) -> Rdd<(i64, Vec<u8>)> {
    let records = numbers.map(|x| (x, vec![x as u8; PAYLOAD]));
    records.repartition(partitions).unwrap()
}

/// The files of map outputs in a context's [`Context::local_dirs`].
pub(crate) fn output_files(local_dirs: &[PathBuf]) -> Vec<PathBuf> {
    files(local_dirs, |name| name.starts_with("shuffle-"))
}

/// The files that tasks wrote for themselves alone, and to which something was written.
pub(crate) fn run_files(local_dirs: &[PathBuf]) -> Vec<PathBuf> {
    let mut runs = files(local_dirs, |name| {
        name.ends_with(".spill") && !name.starts_with("shuffle-")
    });
    runs.retain(|run| fs::metadata(run).is_ok_and(|m| m.len() > 100));
    runs
}

fn files(local_dirs: &[PathBuf], wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let entries = local_dirs.iter().filter_map(|dir| fs::read_dir(dir).ok());
    let mut files: Vec<PathBuf> = entries
        .flat_map(|entries| entries.map(|e| e.unwrap().path()))
        .filter(|path| wanted(&path.file_name().unwrap().to_string_lossy()))
        .collect();
    files.sort();
    files
}

/// What becomes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Damage {
    Deleted,
    Truncated,
    Flipped,
}

impl Damage {
    /// Damages a file at an offset below its length.
    pub(crate) fn apply(self, path: &Path, offset: u64) {
        match self {
            Damage::Deleted => fs::remove_file(path).unwrap(),
            Damage::Truncated => {
                let file = OpenOptions::new().write(true).open(path).unwrap();
                file.set_len(offset).unwrap();
            }
            Damage::Flipped => {
                let file = OpenOptions::new()
                    .read(true)
                    .write(true)
                    .open(path)
                    .unwrap();
                let mut byte = [0];
                file.read_exact_at(&mut byte, offset).unwrap();
                file.write_all_at(&[byte[0] ^ (1 << (offset % 8))], offset)
                    .unwrap();
            }
        }
    }

    /// Damages a file somewhere.
    pub(crate) fn anywhere(self, path: &Path, random: &mut Random) {
        let len = fs::metadata(path).unwrap().len();
        self.apply(path, random.below(len));
    }
}

/// Takes a context's map outputs away, once.
#[derive(Clone)]
pub(crate) struct Loss {
    local_dirs: Vec<PathBuf>,
    done: Arc<AtomicBool>,
}

impl Loss {
    pub(crate) fn new(ctx: &Context) -> Self {
        // Not the context itself: a closure that held it would keep it alive.
        Loss {
            local_dirs: ctx.local_dirs(),
            done: Arc::default(),
        }
    }

    /// The first call waits for a condition, and then deletes all files of map outputs.
    pub(crate) fn once_when(&self, ready: impl FnMut() -> bool) {
        if self.done.swap(true, Ordering::SeqCst) {
            return;
        }
        eventually("the moment of the loss comes", ready);
        let files = output_files(&self.local_dirs);
        assert!(!files.is_empty(), "no map output is on disk");
        for file in files {
            fs::remove_file(file).unwrap();
        }
    }
}

/// What a listener saw of tasks and stages.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Attempts that ended, how, and whether their result was taken.
    pub(crate) ends: Vec<(AttemptId, TaskOutcome, bool)>,
    /// Tasks that run now.
    pub(crate) running: i64,
    /// Attempts of stages after the first.
    pub(crate) stage_retries: u32,
    /// The stage that was made last: that of a job's results.
    pub(crate) last_stage: u64,
}

/// Listens to a context.
pub(crate) fn watch(ctx: &Context) -> Arc<Mutex<Seen>> {
    let seen = Arc::new(Mutex::new(Seen::default()));
    let notes = Arc::clone(&seen);
    let listener = move |event: &Event| {
        let mut seen = notes.lock();
        match event {
            Event::TaskStart { .. } => seen.running += 1,
            Event::TaskEnd {
                attempt,
                outcome,
                accepted,
                ..
            } => {
                seen.running -= 1;
                seen.ends.push((*attempt, outcome.clone(), *accepted));
            }
            Event::StageSubmitted { stage, attempt, .. } => {
                seen.last_stage = seen.last_stage.max(*stage);
                seen.stage_retries += u32::from(*attempt > 0);
            }
            _ => {}
        }
    };
    ctx.add_listener(Arc::new(listener)).unwrap();
    seen
}
