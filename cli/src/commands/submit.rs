//! `flint submit`: a program beside a server of its own.
//!
//! The server listens on a free port of the loopback interface and asks for a token that only the
//! program knows. The program finds both in its environment, where Spark's clients look for them, so a
//! PySpark program that says `SparkSession.builder.getOrCreate()` needs no change. A `.py` file is run
//! by Python, any other file by itself. When the program has ended, so does the server, and the
//! program's exit code is that of `flint`.

use std::ffi::OsString;
use std::future::{Future, poll_fn};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::pin::pin;
use std::process::{ExitCode, ExitStatus};
use std::task::Poll;
use std::time::Duration;

use flint_connect::ConnectServer;
use tokio::process::{Child, Command};

use super::stop::{Signals, runtime};
use crate::args::{Common, SubmitArgs};
use crate::failure::{Failure, Result};
use crate::settings::Settings;

/// How long a program may take to end when it is told to.
const PATIENCE: Duration = Duration::from_secs(10);

/// Variables that would lead the program's session elsewhere.
const ELSEWHERE: [&str; 3] = ["MASTER", "SPARK_API_MODE", "SPARK_LOCAL_REMOTE"];

/// Runs the program to its end.
pub(crate) fn run(common: &Common, args: &SubmitArgs) -> Result<ExitCode> {
    let (path, _) = args.program();
    let name = args.name.clone().unwrap_or_else(|| name_of(path));
    let session = Settings::gather(common)?
        .or("spark.app.name", &name)
        .session()?;
    let token = (!args.insecure).then(|| uuid::Uuid::new_v4().to_string());
    let mut builder = ConnectServer::builder(session.clone())
        .host("127.0.0.1")
        .port(0);
    if let Some(token) = &token {
        builder = builder.token(token.clone());
    }
    let server = builder.start().map_err(Failure::of_server)?;
    let mut command = command(args);
    environment(&mut command, server.address().port(), token.as_deref());
    let ended = runtime()?.block_on(program(command, path));
    server.stop();
    session.stop();
    ended.map(exit_code)
}

/// Starts the program and waits for its end, or ends it when a signal comes.
async fn program(mut command: Command, path: &Path) -> Result<ExitStatus> {
    let mut signals = Signals::listen()?;
    let mut child = command
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| Failure::File {
            path: path_of(&command, path),
            error,
        })?;
    let ended = {
        let mut waiting = pin!(child.wait());
        poll_fn(|cx| match waiting.as_mut().poll(cx) {
            Poll::Ready(ended) => Poll::Ready(Some(ended)),
            Poll::Pending => signals.poll(cx).map(|()| None),
        })
        .await
    };
    let ended = match ended {
        Some(ended) => ended,
        None => end(&mut child).await,
    };
    ended.map_err(Failure::of_system("waiting for the program"))
}

/// Asks the program to end, and makes it end if it does not.
async fn end(child: &mut Child) -> std::io::Result<ExitStatus> {
    if let Some(id) = child.id() {
        let asked = Command::new("kill")
            .arg("-TERM")
            .arg(id.to_string())
            .status();
        if asked.await.is_ok_and(|status| status.success())
            && let Ok(ended) = tokio::time::timeout(PATIENCE, child.wait()).await
        {
            return ended;
        }
    }
    child.kill().await?;
    child.wait().await
}

/// The program with its arguments.
fn command(args: &SubmitArgs) -> Command {
    let (program, arguments) = args.program();
    let is_python = program.extension().is_some_and(|end| end == "py");
    let mut command = match is_python {
        true => {
            let python = args.python.clone().unwrap_or_else(|| "python3".into());
            let mut command = Command::new(python);
            command.arg(program);
            command
        }
        false => Command::new(executable(program)),
    };
    command.args(arguments);
    command
}

/// A name without a folder means a file here, as for Python, and no program of the PATH.
fn executable(path: &Path) -> OsString {
    match path.components().count() {
        1 => Path::new(".").join(path).into(),
        _ => path.into(),
    }
}

/// What Spark's clients go by.
fn environment(command: &mut Command, port: u16, token: Option<&str>) {
    for name in ELSEWHERE {
        command.env_remove(name);
    }
    // Clients take a token without TLS for this very name only.
    let mut url = format!("sc://localhost:{port}");
    match token {
        Some(token) => {
            url.push_str(&format!("/;token={token}"));
            command.env("SPARK_CONNECT_AUTHENTICATE_TOKEN", token);
        }
        None => {
            command.env_remove("SPARK_CONNECT_AUTHENTICATE_TOKEN");
        }
    }
    command
        .env("SPARK_REMOTE", url)
        .env("SPARK_CONNECT_MODE_ENABLED", "1");
}

/// The file that could not be started.
fn path_of(command: &Command, program: &Path) -> std::path::PathBuf {
    let started = Path::new(command.as_std().get_program());
    match program.exists() {
        true => started.to_owned(),
        false => program.to_owned(),
    }
}

fn name_of(program: &Path) -> String {
    let name = program.file_name().unwrap_or(program.as_os_str());
    name.to_string_lossy().into_owned()
}

/// The program's own code; 128 and its number for a signal, as shells have it.
fn exit_code(status: ExitStatus) -> ExitCode {
    let signal = || status.signal().map(|signal| 128 + signal);
    let code = status.code().or_else(signal).unwrap_or(1);
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
