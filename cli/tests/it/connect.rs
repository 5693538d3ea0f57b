//! `flint connect`: its line, its signals, and whom it lets in.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::{flint, pyspark, run, send};

/// A server that runs; it is killed when a test fails.
struct Server {
    child: Child,
    out: BufReader<ChildStdout>,
    line: String,
}

impl Server {
    fn start(args: &[&str]) -> Server {
        let all = [&["connect", "--port", "0", "--master", "local[2]"], args].concat();
        let mut child = flint(&all)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut out = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut line = String::new();
        out.read_line(&mut line).expect("is text");
        Server { child, out, line }
    }

    fn address(&self) -> SocketAddr {
        let address = self
            .line
            .trim()
            .strip_prefix("Spark Connect server at sc://");
        address.expect("the line").parse().expect("an address")
    }

    /// Sends a signal; gives the exit code and what was printed after the line.
    fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        send(signal, &self.child);
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).expect("is text");
        (self.child.wait().expect("it ends").code(), rest)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended unless the test failed.
        let _ = self.child.kill();
    }
}

#[test]
fn one_line_says_that_it_is_ready_and_signals_end_it() {
    for signal in ["TERM", "INT"] {
        let server = Server::start(&[]);
        let address = server.address();
        assert!(address.ip().is_loopback() && address.port() != 0);
        TcpStream::connect(address).expect("it listens");
        assert_eq!(server.stop(signal), (Some(0), String::new()), "{signal}");
        assert!(TcpStream::connect(address).is_err(), "it listens no more");
    }
}

#[test]
fn open_addresses_need_a_token() {
    let open = ["connect", "--host", "0.0.0.0", "--port", "0"];
    let refused = run(&open);
    assert_eq!((refused.code, refused.out.as_str()), (2, ""));
    assert!(refused.err.contains("token"), "{}", refused.err);

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("token").display().to_string();
    fs::write(&file, "secret\n").expect("is written");
    let server = Server::start(&["--host", "0.0.0.0", "--token-file", &file]);
    assert!(server.address().ip().is_unspecified());
    assert!(!server.line.contains("secret"));
    assert_eq!(server.stop("TERM").0, Some(0));
    let server = Server::start(&["--host", "0.0.0.0", "--insecure"]);
    assert_eq!(server.stop("TERM").0, Some(0));

    fs::write(&file, "\n").expect("is written");
    let refused = run(&["connect", "--port", "0", "--token-file", &file]);
    assert_eq!(refused.code, 2, "an empty token protects nobody");
}

#[test]
fn what_cannot_be_served_is_told() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("is bound").port().to_string();
    let refused = run(&["connect", "--port", &port]);
    assert_eq!((refused.code, refused.out.as_str()), (1, ""));
    assert!(refused.err.contains(&port), "{}", refused.err);
    assert_eq!(
        run(&["connect", "--tls-cert", "/no/file"]).code,
        2,
        "a key is missing"
    );
    let files = ["--tls-cert", "/no/cert", "--tls-key", "/no/key"];
    let refused = run(&[&["connect", "--port", "0"], &files as &[&str]].concat());
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("/no/cert"), "{}", refused.err);
}

#[test]
fn pyspark_connects() {
    let Some(python) = pyspark() else { return };
    let server = Server::start(&[]);
    let program = "\
import sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.remote(sys.argv[1]).getOrCreate()
print(spark.range(10).count())
";
    let output = Command::new(python)
        .args(["-c", program, &format!("sc://{}", server.address())])
        .output()
        .expect("Python starts");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "10\n", "{told}");
    assert_eq!(server.stop("TERM").0, Some(0));
}
