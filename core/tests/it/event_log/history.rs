//! Spark's own history server opens our logs, and its answers are those kept as a golden.
//!
//! Needs Java 17 and PySpark 4.3, which `$FLINT_PYTHON` (or `python3`) can import; without them it
//! says so and does nothing. It takes about ten seconds, so it is run by hand:
//!
//! ```sh
//! cargo test -p flint-core --test it history_server -- --ignored --nocapture
//! ```
//!
//! With `GOLDEN_OUT=core/tests/golden/history_server.json` it writes the answers instead of comparing
//! them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use flint_core::Context;
use serde_json::{Map, Value};

use super::{logging, program};
use crate::DEADLINE;

const GOLDEN: &str = include_str!("../../golden/history_server.json");

/// What is asked of each application, below `/api/v1/applications/ID`.
const QUESTIONS: &[&str] = &[
    "",
    "/jobs",
    "/stages",
    "/stages/0/0/taskList",
    "/allexecutors",
];

/// Answers that differ from run to run, or machine to machine.
fn is_volatile(key: &str) -> bool {
    let ends = [
        "Time",
        "Epoch",
        "lastUpdated",
        "uration",
        "Delay",
        "User",
        "Memory",
        "logSourceFullPath",
        "logSourceName",
    ];
    ends.iter().any(|end| key.ends_with(end))
}

fn pyspark() -> Option<PathBuf> {
    let python = std::env::var("FLINT_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let found = Command::new(python)
        .args([
            "-c",
            "import pyspark; print(pyspark.__version__, pyspark.__path__[0])",
        ])
        .output()
        .ok()?;
    let text = String::from_utf8(found.stdout).ok()?;
    let (version, path) = text.trim().split_once(' ')?;
    version.starts_with("4.3.").then(|| PathBuf::from(path))
}

struct Server {
    process: Child,
    port: u16,
    log: mpsc::Receiver<String>,
}

impl Server {
    /// Starts it on the logs of a directory.
    fn start(spark: &Path, logs: &Path) -> Self {
        let options = [
            format!("-Dspark.history.fs.logDirectory=file://{}", logs.display()),
            "-Dspark.history.ui.port=0".to_owned(),
        ];
        let mut process = Command::new(spark.join("bin/spark-class"))
            .arg("org.apache.spark.deploy.history.HistoryServer")
            .env("SPARK_HOME", spark)
            .env("SPARK_HISTORY_OPTS", options.join(" "))
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let stderr = BufReader::new(process.stderr.take().unwrap());
        let (send, log) = mpsc::channel();
        thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                eprintln!("{line}");
                send.send(line).ok();
            }
        });
        let mut server = Server {
            process,
            port: 0,
            log,
        };
        let line = server.wait_for("and started at http://");
        let port = line.trim_end_matches('/').rsplit(':').next().unwrap();
        server.port = port.parse().unwrap();
        server
    }

    /// Waits for a line of its log.
    fn wait_for(&self, text: &str) -> String {
        let end = Instant::now() + DEADLINE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let line = self.log.recv_timeout(left).expect("it says so in time");
            if line.contains(text) {
                return line;
            }
        }
    }

    fn get(&self, path: &str) -> Value {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        write!(
            stream,
            "GET /api/v1{path} HTTP/1.0\r\nHost: localhost\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(" 200 "), "{path}: {answer}");
        serde_json::from_str(body).unwrap()
    }

    /// Waits until it has read the logs of so many applications.
    fn wait_for_applications(&self, count: usize) {
        let end = Instant::now() + DEADLINE;
        while self.get("/applications").as_array().unwrap().len() < count {
            assert!(Instant::now() < end, "it finds {count} applications");
            thread::yield_now();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// An answer without what differs from run to run.
fn stable(value: Value, app: &str) -> Value {
    match value {
        Value::Object(fields) => {
            let mut kept = Map::new();
            for (key, value) in fields {
                let value = match is_volatile(&key) && !value.is_null() {
                    true => Value::from("*"),
                    false => stable(value, app),
                };
                kept.insert(key, value);
            }
            Value::Object(kept)
        }
        Value::Array(items) => items.into_iter().map(|v| stable(v, app)).collect(),
        Value::String(text) => Value::from(without_places(&text).replace(app, "APP")),
        other => other,
    }
}

/// A text without lines and columns of source files.
fn without_places(text: &str) -> String {
    let mut parts = text.split(".rs:");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
        out.push_str(".rs");
        out.push_str(rest);
    }
    out
}

fn log_of(dir: &Path, form: &str) -> String {
    let conf = logging(dir).master("local[1]").app_name(form);
    let conf = match form {
        "rolling compressed" => conf
            .config("spark.eventLog.rolling.enabled", true)
            .config("spark.eventLog.compress", true),
        _ => conf,
    };
    let ctx: Context = conf.build().unwrap();
    program(&ctx);
    let path = ctx.event_log().unwrap().path().to_owned();
    ctx.stop();
    let name = path.file_name().unwrap().to_str().unwrap();
    name.trim_start_matches("eventlog_v2_").to_owned()
}

#[test]
#[ignore = "starts a JVM: run it by hand (see the module's text)"]
fn history_server_shows_our_logs() {
    let Some(spark) = pyspark() else {
        eprintln!("SKIPPED: no PySpark 4.3, set FLINT_PYTHON to a Python that has it");
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let forms = ["one file", "rolling compressed"];
    let apps = forms.map(|form| log_of(dir.path(), form));
    let server = Server::start(&spark, dir.path());
    server.wait_for_applications(apps.len());
    let mut answers = Map::new();
    for (form, app) in forms.iter().zip(&apps) {
        for question in QUESTIONS {
            let answer = server.get(&format!("/applications/{app}{question}"));
            answers.insert(format!("{form}: {question}"), stable(answer, app));
        }
    }
    let answers = Value::Object(answers);
    if let Some(out) = std::env::var_os("GOLDEN_OUT") {
        // Tests run in the directory of their crate.
        let out = Path::new("..").join(out);
        let text = serde_json::to_string_pretty(&answers).unwrap() + "\n";
        std::fs::write(out, text).unwrap();
        return;
    }
    let golden: Value = serde_json::from_str(GOLDEN).unwrap();
    assert_eq!(answers, golden);
}
