//! Concurrent clients that ask, interrupt and are killed: `tests/pyspark/soak.py` in its short form.
//!
//! What the server holds is read from /proc, so that it is a process of its own: this test binary,
//! started again for [`serves`].

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::client::server;
use crate::pyspark::is_right_at;

/// Says that the process is the server's.
const SERVES: &str = "FLINT_SOAK_SERVES";

/// A server in a process of its own, until this is dropped.
struct Apart {
    child: Child,
    address: String,
    /// The server ends with it.
    _input: ChildStdin,
    _output: BufReader<ChildStdout>,
}

impl Apart {
    fn start() -> Apart {
        let mut child = Command::new(std::env::current_exe().expect("a path"))
            .args(["--exact", "soak::serves", "--ignored", "--nocapture"])
            .env(SERVES, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let input = child.stdin.take().expect("it is piped");
        let mut output = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut line = String::new();
        while !line.contains("sc://") {
            line.clear();
            let read = output.read_line(&mut line).expect("is text");
            assert!(read > 0, "the server did not start");
        }
        let address = line[line.find("sc://").unwrap_or_default()..]
            .trim()
            .to_owned();
        Apart {
            child,
            address,
            _input: input,
            _output: output,
        }
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        // Nothing of it is needed any more, however the test went.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
#[ignore = "the server of another test, in a process of its own"]
fn serves() {
    if std::env::var_os(SERVES).is_none() {
        return;
    }
    let server = server(|builder| builder);
    println!("sc://{}", server.address());
    let mut rest = Vec::new();
    std::io::stdin().read_to_end(&mut rest).expect("it ends");
}

#[test]
fn eight_clients_with_interrupts_and_kills_get_right_answers_and_leave_nothing() {
    let server = Apart::start();
    let pid = server.child.id().to_string();
    let args = [
        "--pid",
        &pid,
        "--minutes",
        "0.5",
        "--rounds",
        "2",
        "--rest",
        "4",
        "--kill-every",
        "4",
    ];
    is_right_at(&server.address, "soak.py", &args);
}
