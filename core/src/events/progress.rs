//! Progress bars for long stages, on the console.
//!
//! [`ConsoleProgress`] draws Spark's bars for stages that have run for more than half a second:
//!
//! ```text
//! [Stage 3:==============>                            (12 + 2) / 30]
//! ```
//!
//! 12 of 30 tasks are done, 2 are running. At most three stages are shown, one a line, those with
//! the lowest ids; a bar disappears with its stage. Events only change the counts
//! ([`model`]); a thread of its own draws them (with `indicatif`) five times a second while a
//! stage runs, and sleeps otherwise.

mod model;

use std::fmt;
use std::io::IsTerminal;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use parking_lot::{Condvar, Mutex, MutexGuard};

use self::model::{ProgressModel, StageBar};
use super::event::Event;
use super::listener::Listener;
use crate::error::{Error, Result};

/// The bars are drawn again after this time (Spark's `spark.ui.consoleProgress.update.interval`).
const DRAW_EVERY: Duration = Duration::from_millis(200);

/// A listener that draws progress bars (`spark.ui.showConsoleProgress`). Dropping it removes
/// them.
///
/// The bars share the terminal with the program: what it prints while a bar is shown may stand on
/// the bar's line, as with Spark.
pub struct ConsoleProgress {
    shared: Arc<Shared>,
    drawer: Option<JoinHandle<()>>,
}

struct Shared {
    started: Instant,
    state: Mutex<State>,
    /// The set of running stages changed between empty and not, or the end has come.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    model: ProgressModel,
    closed: bool,
}

impl ConsoleProgress {
    /// Bars on standard error; `None` if that is no terminal.
    ///
    /// # Errors
    /// [`Error::Io`] if the drawing thread can't be started.
    pub fn on_stderr() -> Result<Option<Self>> {
        if !std::io::stderr().is_terminal() {
            return Ok(None);
        }
        Self::start(ProgressDrawTarget::stderr()).map(Some)
    }

    fn start(target: ProgressDrawTarget) -> Result<Self> {
        let shared = Arc::new(Shared {
            started: Instant::now(),
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let drawing = Arc::clone(&shared);
        let drawer = thread::Builder::new()
            .name("flint-progress".into())
            .spawn(move || drawing.draw_all(Bars::new(target)))
            .map_err(|e| Error::io("start", "thread flint-progress", e))?;
        Ok(ConsoleProgress {
            shared,
            drawer: Some(drawer),
        })
    }
}

impl Listener for ConsoleProgress {
    fn on_event(&self, event: &Event) {
        let now = self.shared.started.elapsed();
        let mut state = self.shared.state.lock();
        let was_idle = state.model.is_idle();
        state.model.apply(event, now);
        let changed = state.model.is_idle() != was_idle;
        drop(state);
        if changed {
            self.shared.changed.notify_one();
        }
    }
}

impl Drop for ConsoleProgress {
    fn drop(&mut self) {
        self.shared.state.lock().closed = true;
        self.shared.changed.notify_one();
        if let Some(drawer) = self.drawer.take()
            && drawer.join().is_err()
        {
            tracing::error!("the thread that draws progress bars panicked");
        }
    }
}

impl fmt::Debug for ConsoleProgress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsoleProgress")
            .field("model", &self.shared.state.lock().model)
            .finish_non_exhaustive()
    }
}

impl Shared {
    /// The life of the drawing thread.
    fn draw_all(&self, mut bars: Bars) {
        let mut state = self.state.lock();
        while !state.closed {
            let wanted = state.model.bars(self.started.elapsed());
            MutexGuard::unlocked(&mut state, || bars.draw(&wanted));
            if state.closed {
                break;
            }
            if !state.model.is_idle() {
                self.changed.wait_for(&mut state, DRAW_EVERY);
            } else if wanted.is_empty() {
                self.changed.wait(&mut state);
            }
        }
        drop(state);
        bars.draw(&[]);
    }
}

/// What is on the terminal.
struct Bars {
    all: MultiProgress,
    style: ProgressStyle,
    /// The bars shown, from top to bottom.
    shown: Vec<(StageBar, ProgressBar)>,
}

impl Bars {
    fn new(target: ProgressDrawTarget) -> Self {
        let style = ProgressStyle::with_template("[{prefix}:{wide_bar}{msg}]")
            .expect("the template is a constant")
            .progress_chars("=> ");
        Bars {
            all: MultiProgress::with_draw_target(target),
            style,
            shown: Vec::new(),
        }
    }

    /// Makes the terminal show these stages, in this order.
    fn draw(&mut self, wanted: &[StageBar]) {
        self.shown.retain(|(stage, bar)| {
            let keep = wanted.iter().any(|w| w.stage == stage.stage);
            if !keep {
                bar.finish_and_clear();
                self.all.remove(bar);
            }
            keep
        });
        // Both lists are ordered by stage, and all that is shown is wanted.
        for (place, want) in wanted.iter().enumerate() {
            match self.shown.get_mut(place) {
                Some((shown, _)) if shown == want => {}
                Some((shown, bar)) if shown.stage == want.stage => {
                    *shown = *want;
                    set(bar, want);
                    bar.force_draw(); // the setters draw too, but not all of them in one moment
                }
                _ => self.insert(place, want),
            }
        }
    }

    fn insert(&mut self, place: usize, want: &StageBar) {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden())
            .with_style(self.style.clone())
            .with_prefix(format!("Stage {}", want.stage));
        set(&bar, want);
        let bar = self.all.insert(place, bar);
        bar.force_draw();
        self.shown.insert(place, (*want, bar));
    }
}

fn set(bar: &ProgressBar, want: &StageBar) {
    bar.set_length(want.total.into());
    bar.set_position(want.done.into());
    bar.set_message(format!(
        "({} + {}) / {}",
        want.done, want.running, want.total
    ));
}

#[cfg(test)]
#[path = "progress/tests.rs"]
mod tests;
