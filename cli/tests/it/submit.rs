//! `flint submit`: what programs find, how they end, and how they are ended.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

use crate::{ended, flint, pyspark, run, send};

/// A program that can be executed.
fn program(folder: &Path, text: &str) -> String {
    let path = folder.join("program");
    fs::write(&path, text).expect("is written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("is ours");
    path.display().to_string()
}

#[test]
fn s20_programs_get_their_arguments_as_they_are_find_the_server_and_give_their_code() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "#!/bin/sh\necho \"$SPARK_REMOTE\"\necho \"$SPARK_CONNECT_MODE_ENABLED\"\n\
                echo \"${MASTER:-none}\"\nfor word; do echo \"<$word>\"; done\nexit 7\n";
    let path = program(folder.path(), text);
    let odd = ["--conf", "two words", "$(touch x)", "-e"];
    let args = [&["submit", "--master", "local[1]", &path], &odd as &[&str]].concat();
    let output = flint(&args).env("MASTER", "yarn").output();
    let found = ended(output.expect("the program starts"));
    assert_eq!(found.code, 7, "{}", found.err);
    let lines: Vec<&str> = found.out.lines().collect();
    let (address, token) = lines[0].split_once("/;token=").expect("a token");
    let port = address.strip_prefix("sc://localhost:").expect("loopback");
    assert_ne!(port.parse::<u16>().expect("a port"), 0);
    assert!(token.len() >= 32, "{token}");
    let expected = [
        "1",
        "none",
        "<--conf>",
        "<two words>",
        "<$(touch x)>",
        "<-e>",
    ];
    assert_eq!(lines[1..], expected);
    assert!(!folder.path().join("x").exists());
}

#[test]
fn a_signal_ends_the_program_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let text =
        "#!/bin/sh\ntrap 'kill $!; echo told; exit 9' TERM\nsleep 1000 &\necho ready\nwait\n";
    let path = program(folder.path(), text);
    let mut child = flint(&["submit", "--master", "local[1]", &path])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let out = BufReader::new(child.stdout.take().expect("it is piped"));
    let mut lines = out.lines().map(|line| line.expect("is text"));
    assert_eq!(lines.next().as_deref(), Some("ready"));
    send("TERM", &child);
    assert_eq!(lines.next().as_deref(), Some("told"));
    assert_eq!(child.wait().expect("it ends").code(), Some(9));
}

#[test]
fn a_program_that_is_not_there_is_told() {
    let found = run(&["submit", "/no/such/program"]);
    assert_eq!(found.code, 1);
    assert!(found.err.contains("/no/such/program"), "{}", found.err);
}

#[test]
fn python_programs_need_no_change() {
    let Some(python) = pyspark() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("main.py").display().to_string();
    let text = "\
import sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.appName('mine').getOrCreate()
print(spark.range(int(sys.argv[1])).count(), sys.argv[2:])
sys.exit(3)
";
    fs::write(&path, text).expect("is written");
    let found = run(&["submit", "--python", &python, &path, "5", "--more"]);
    assert_eq!(
        (found.code, found.out.as_str()),
        (3, "5 ['--more']\n"),
        "{}",
        found.err
    );
}
