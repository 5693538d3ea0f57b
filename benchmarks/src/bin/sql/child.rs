//! Engines in Python: a child process for each, which lives as long as the program, so that its
//! caches and its just-in-time compiler are as warm as ours. What it does after an answer (compiling,
//! collecting garbage) is waited for, so that it takes nothing from the engine whose turn is next.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::num::NonZero;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child as Process, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::engine::{Answer, Engine, Outcome};

/// For how long a child must have computed nothing, and how long that is waited for.
const REST: Duration = Duration::from_millis(60);
const PATIENCE: Duration = Duration::from_secs(3);

/// An engine behind `benchmarks/sql/engine.py`, which says how they talk.
pub(crate) struct Child {
    name: String,
    process: Process,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Child {
    pub(crate) fn start(engine: &str, data: &Path, threads: NonZero<usize>) -> Outcome<Child> {
        let variable = format!("{}_PYTHON", engine.to_uppercase());
        let python = std::env::var(variable).unwrap_or_else(|_| "python3".to_owned());
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("sql/engine.py");
        let mut process = Command::new(python)
            .arg(script)
            .arg(engine)
            .arg(data)
            .arg(threads.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        let answers = process.stdout.take().ok_or("no output of the child")?;
        let mut child = Child {
            name: String::new(),
            questions: process.stdin.take(),
            process,
            answers: BufReader::new(answers),
        };
        let name = child.answer().map_err(|_| "its Python has it not")?;
        child.name = name["engine"].as_str().unwrap_or(engine).to_owned();
        Ok(child)
    }

    fn answer(&mut self) -> Outcome<Value> {
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            return Err("the engine's process has ended".into());
        }
        Ok(serde_json::from_str(&line)?)
    }

    /// Waits until the child and what it started compute no more; where that can't be seen, not at
    /// all.
    fn settle(&self) {
        let begin = Instant::now();
        let mut used = ticks(self.process.id());
        while used.is_some() && begin.elapsed() < PATIENCE {
            thread::sleep(REST);
            let now = ticks(self.process.id());
            if now == used {
                return;
            }
            used = now;
        }
    }
}

/// CPU time of a group's processes, in the clock's ticks.
fn ticks(group: u32) -> Option<u64> {
    let processes = fs::read_dir("/proc").ok()?.flatten();
    let stats = processes.filter_map(|one| fs::read_to_string(one.path().join("stat")).ok());
    // After the name, which may hold blanks: state, parent, group, ..., and user's and system's time
    // as the 12th and 13th.
    Some(stats.fold(0, |sum, stat| {
        let fields = stat.rsplit(')').next().unwrap_or_default();
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let number = |at: usize| fields.get(at).and_then(|text| text.parse::<u64>().ok());
        match number(2) == Some(u64::from(group)) {
            true => sum + number(11).unwrap_or(0) + number(12).unwrap_or(0),
            false => sum,
        }
    }))
}

impl Engine for Child {
    fn name(&self) -> &str {
        &self.name
    }

    fn run(&mut self, text: &str) -> Outcome<Answer> {
        let questions = self.questions.as_mut().ok_or("no input of the child")?;
        writeln!(questions, "{}", json!({ "query": text }))?;
        questions.flush()?;
        let answer = self.answer()?;
        self.settle();
        match (answer["seconds"].as_f64(), answer["rows"].as_u64()) {
            (Some(seconds), Some(rows)) => Ok(Answer {
                elapsed: Duration::try_from_secs_f64(seconds)?,
                rows: usize::try_from(rows)?,
            }),
            _ => Err(answer["error"].as_str().unwrap_or("no answer").into()),
        }
    }
}

impl Drop for Child {
    /// The end of its input ends the child.
    fn drop(&mut self) {
        self.questions = None;
        // It has answered all that it was asked; how it ends is no matter.
        self.process.wait().ok();
    }
}
