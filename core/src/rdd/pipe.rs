//! [`Rdd::pipe`]: records through the standard input and output of a command.
//!
//! The task's own thread computes the records, as their source can't change threads. A command may
//! refuse to read before its output is read, so a thread of its own writes to it, and another one
//! reads from it; both report to the task over one bounded channel, on which alone the task waits.
//! The task keeps at most [`AHEAD`] buffers on their way to the writer. When the task ends early,
//! the command is killed, both threads find their pipes or channels closed and end.

use std::collections::HashMap;
use std::fmt::Display;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::panic::Location;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::time::Duration;

use super::Rdd;
use super::step::{PullArgs, PullStep};
use super::view::Placement;
use crate::data::Data;
use crate::error::{Error, Result};
use crate::exec::feed::FeedSource;
use crate::exec::{ChunkSource, TaskContext};
use crate::text::Text;

/// Buffers that may be on their way to the command.
const AHEAD: usize = 2;
/// Bytes of a buffer, about.
const BUFFER: usize = 64 * 1024;
/// Lines that are handed over at a time.
const LINES: usize = 1024;
/// How long the task waits for the command before it looks whether it is still wanted.
const PATIENCE: Duration = Duration::from_millis(50);

/// A command line and what is added to its environment.
type Line = (Vec<String>, HashMap<String, String>);

/// What the threads tell the task.
enum Event {
    /// A buffer was written.
    Written,
    /// Input can't be written, for another reason than that the command reads no more.
    WriteFailed(io::Error),
    Lines(Vec<Text>),
    /// The command has closed its output, or that can't be read.
    Closed(io::Result<()>),
}

/// A command at work. Killed when dropped.
struct Piped<T> {
    name: String,
    cx: TaskContext,
    records: Option<FeedSource<T>>,
    chunk: Vec<T>,
    child: Child,
    /// To the writer; none when all is sent.
    input: Option<Sender<Vec<u8>>>,
    events: Receiver<Event>,
    on_the_way: usize,
    ended: bool,
}

impl<T> Drop for Piped<T> {
    fn drop(&mut self) {
        if !self.ended {
            // It may have ended meanwhile; then there is nothing to kill.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

fn failed(name: &str, reason: impl Into<String>) -> Error {
    Error::Command {
        command: name.to_owned(),
        reason: reason.into(),
    }
}

fn thread(name: &str, what: &str, run: impl FnOnce() + Send + 'static) -> Result<()> {
    std::thread::Builder::new()
        .name(format!("flint-pipe-{what}"))
        .spawn(run)
        .map(drop)
        .map_err(|e| failed(name, format!("has no thread for its {what}: {e}")))
}

/// Writes buffers until there are no more, or the command reads no more.
fn write_input(mut pipe: impl Write, buffers: &Receiver<Vec<u8>>, events: &SyncSender<Event>) {
    for buffer in buffers {
        let event = match pipe.write_all(&buffer) {
            Ok(()) => Event::Written,
            // A command may have enough, as `head` has.
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Event::Written,
            Err(e) => Event::WriteFailed(e),
        };
        if events.send(event).is_err() {
            return;
        }
    }
}

/// Reads lines until the command closes its output.
fn read_output(pipe: impl Read, events: &SyncSender<Event>) {
    let mut pipe = BufReader::with_capacity(BUFFER, pipe);
    let mut lines = Vec::new();
    let mut line = Vec::new();
    loop {
        line.clear();
        let end = match pipe.read_until(b'\n', &mut line) {
            Ok(0) => Some(Ok(())),
            Ok(_) => {
                lines.push(text_of(&line));
                None
            }
            Err(e) => Some(Err(e)),
        };
        // What is there is handed over before a wait for more.
        let due = lines.len() >= LINES || pipe.buffer().is_empty() || end.is_some();
        if due
            && !lines.is_empty()
            && events
                .send(Event::Lines(std::mem::take(&mut lines)))
                .is_err()
        {
            return;
        }
        if let Some(end) = end {
            // Nobody listens if the task has ended; then nobody needs to know.
            let _ = events.send(Event::Closed(end));
            return;
        }
    }
}

fn text_of(line: &[u8]) -> Text {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    Text::from(String::from_utf8_lossy(line))
}

fn log_errors(name: &str, pipe: impl Read) {
    let mut pipe = BufReader::new(pipe);
    let mut line = Vec::new();
    while matches!(pipe.read_until(b'\n', &mut line), Ok(n) if n > 0) {
        tracing::warn!(command = name, "{}", &*text_of(&line));
        line.clear();
    }
}

impl<T: Data + Display> Piped<T> {
    fn start(cx: &TaskContext, (line, vars): &Line, records: FeedSource<T>) -> Result<Self> {
        let name = line.join(" ");
        let (program, args) = line
            .split_first()
            .ok_or_else(|| Error::Internal("a pipe without a command".to_owned()))?;
        let mut child = Command::new(program)
            .args(args)
            .envs(vars)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|e| failed(&name, format!("can't be started: {e}")))?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (input, buffers) = channel();
        // Room for what the writer reports, so that it never waits behind the reader for long.
        let (report, events) = sync_channel(AHEAD + 2);
        let piped = Piped {
            name: name.clone(),
            cx: cx.clone(),
            records: Some(records),
            chunk: Vec::new(),
            child,
            input: Some(input),
            events,
            on_the_way: 0,
            ended: false,
        };
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
            return Err(Error::Internal("a piped command has no pipes".to_owned()));
        };
        let written = report.clone();
        thread(&name, "input", move || {
            write_input(stdin, &buffers, &written);
        })?;
        thread(&name, "output", move || read_output(stdout, &report))?;
        let command = name.clone();
        thread(&name, "errors", move || log_errors(&command, stderr))?;
        Ok(piped)
    }

    /// Sends records as long as they may be on their way.
    fn feed(&mut self) -> Result<()> {
        while let Some(records) = &mut self.records {
            if self.on_the_way >= AHEAD {
                return Ok(());
            }
            let mut buffer = Vec::with_capacity(BUFFER);
            let mut more = true;
            while more && buffer.len() < BUFFER {
                self.chunk.clear();
                more = records.next(&mut self.chunk)?;
                for record in &self.chunk {
                    writeln!(buffer, "{record}")
                        .map_err(|e| failed(&self.name, format!("can't be fed: {e}")))?;
                }
            }
            if let Some(input) = self.input.as_ref().filter(|_| !buffer.is_empty()) {
                // Fails if the writer has given up, which it reports itself.
                self.on_the_way += usize::from(input.send(buffer).is_ok());
            }
            if !more {
                self.records = None;
                // Lets the writer close the command's input.
                self.input = None;
            }
        }
        Ok(())
    }

    /// What happens next at the command.
    fn wait(&self) -> Result<Event> {
        loop {
            match self.events.recv_timeout(PATIENCE) {
                Ok(event) => return Ok(event),
                Err(RecvTimeoutError::Timeout) => self.cx.check_killed()?,
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(failed(&self.name, "lost the thread that reads its output"));
                }
            }
        }
    }

    fn finish(&mut self) -> Result<()> {
        let status = self
            .child
            .wait()
            .map_err(|e| failed(&self.name, format!("can't be waited for: {e}")))?;
        self.ended = true;
        if status.success() {
            return Ok(());
        }
        Err(failed(&self.name, reason_of(status)))
    }
}

fn reason_of(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("exited with code {code}"),
        // `signal: 9 (SIGKILL)` and the like.
        None => format!("was ended by {status}"),
    }
}

impl<T: Data + Display> ChunkSource<Text> for Piped<T> {
    fn next(&mut self, out: &mut Vec<Text>) -> Result<bool> {
        while !self.ended {
            self.feed()?;
            match self.wait()? {
                Event::Written => self.on_the_way -= 1,
                Event::WriteFailed(e) => {
                    return Err(failed(&self.name, format!("can't be written to: {e}")));
                }
                Event::Lines(mut lines) => {
                    out.append(&mut lines);
                    return Ok(true);
                }
                Event::Closed(Ok(())) => self.finish()?,
                Event::Closed(Err(e)) => {
                    return Err(failed(&self.name, format!("can't be read: {e}")));
                }
            }
        }
        Ok(false)
    }
}

fn pipe_kernel<T: Data + Display>(
    mut args: PullArgs<'_, Line, ()>,
) -> Result<Box<dyn ChunkSource<Text>>> {
    let records = args.input()?.chunks::<T>();
    Ok(Box::new(Piped::start(args.cx, &args.code.env, records)?))
}

impl<T: Data + Display> Rdd<T> {
    /// The lines that `command` (a program and its arguments) prints when it reads the records as
    /// lines. It runs once for each partition, also for empty ones, in the working directory of
    /// the process.
    ///
    /// Lines that are not UTF-8 get U+FFFD in the place of what can't be decoded. A command that
    /// stops reading early is no failure. What it prints to its standard error is logged.
    ///
    /// # Errors
    /// [`Error::Argument`] without a program. A command that can't be started or that exits with
    /// another code than 0 fails the job with [`Error::Command`].
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let sorted = ctx.parallelize(vec!['b', 'a'], 1).pipe(&["sort"])?;
    /// assert_eq!(sorted.collect()?, ["a", "b"]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn pipe(&self, command: &[&str]) -> Result<Rdd<Text>> {
        self.pipe_with_env(command, &[])
    }

    /// [`pipe`](Self::pipe), with variables added to the command's environment.
    ///
    /// # Errors
    /// As [`pipe`](Self::pipe).
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let command = ["sh", "-c", "echo $GREETING"];
    /// let printed = ctx.range(0, 2, 1, 2)?.pipe_with_env(&command, &[("GREETING", "hello")])?;
    /// assert_eq!(printed.collect()?, ["hello", "hello"]);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn pipe_with_env(&self, command: &[&str], vars: &[(&str, &str)]) -> Result<Rdd<Text>> {
        if command.is_empty() {
            return Err(Error::argument("command", "it must name a program"));
        }
        let site = Location::caller();
        let command: Vec<String> = command.iter().map(|&part| part.to_owned()).collect();
        let vars: HashMap<String, String> = vars
            .iter()
            .map(|&(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let view = self.with((command, vars));
        let code = view.ship((), site);
        let step = PullStep::<Text, Line, (), _>::handle(code, pipe_kernel::<T>);
        Ok(view.pulled("pipe", step, Placement::Lost, site))
    }
}
