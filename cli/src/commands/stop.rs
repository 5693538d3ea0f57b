//! [`Stop`]: the signals that tell a server to end, SIGTERM and Ctrl-C.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::process;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

use crate::failure::{Failure, Result};

/// How long the end may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Signals that have come since it was made.
#[derive(Debug)]
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Begins to listen, inside of a runtime.
    pub(super) fn listen() -> Result<Signals> {
        let of = |kind| signal(kind).map_err(Failure::of_system("listening for signals"));
        Ok(Signals {
            terminate: of(SignalKind::terminate())?,
            interrupt: of(SignalKind::interrupt())?,
        })
    }

    /// Whether one has come.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        // Both are asked, so that both wake the waiter.
        let (one, other) = (self.terminate.poll_recv(cx), self.interrupt.poll_recv(cx));
        match one.is_ready() || other.is_ready() {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }

    /// Waits for one.
    pub(super) async fn next(&mut self) {
        poll_fn(|cx| self.poll(cx)).await;
    }
}

/// What runs the futures of signals and programs on the thread that waits for them.
pub(super) fn runtime() -> Result<Runtime> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::of_system("listening for signals"))
}

/// Waits until the program is told to end.
#[derive(Debug)]
pub(super) struct Stop {
    runtime: Runtime,
    signals: Signals,
}

impl Stop {
    /// Begins to watch.
    pub(super) fn watch() -> Result<Stop> {
        let runtime = runtime()?;
        let signals = {
            let _entered = runtime.enter();
            Signals::listen()?
        };
        Ok(Stop { runtime, signals })
    }

    /// Waits for a signal, or for an end that comes by itself; says whether it was a signal. From then
    /// on a second one, or an end that takes too long, ends the process at once with code 1.
    pub(super) fn wait(self, ended: impl FnOnce() + Send + 'static) -> bool {
        let Stop {
            runtime,
            mut signals,
        } = self;
        let (sent, told) = oneshot::channel();
        std::thread::spawn(move || {
            ended();
            // Nobody waits any more when a signal has come.
            let _ = sent.send(());
        });
        let mut told = pin!(told);
        let told_to = runtime.block_on(poll_fn(|cx| match signals.poll(cx) {
            Poll::Ready(()) => Poll::Ready(true),
            Poll::Pending => told.as_mut().poll(cx).map(|_| false),
        }));
        std::thread::spawn(move || {
            // Either way it is time.
            let _ =
                runtime.block_on(async { tokio::time::timeout(PATIENCE, signals.next()).await });
            process::exit(1);
        });
        told_to
    }
}
