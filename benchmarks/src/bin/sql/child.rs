//! Engines in Python: a child process for each, which lives as long as the program, so that its
//! caches and its just-in-time compiler are as warm as ours.

use std::io::{BufRead, BufReader, Write};
use std::num::NonZero;
use std::path::Path;
use std::process::{Child as Process, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::engine::{Answer, Engine, Outcome};

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
