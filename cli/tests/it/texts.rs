//! Version, help, completions, manual page, and arguments that make no sense.

use crate::{out_of, run};

#[test]
fn the_version_is_flints_and_sparks() {
    let version = format!("flint {} (Spark 4.3.0)\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(out_of(&["--version"]), version);
    assert_eq!(out_of(&["-V"]), version);
}

#[test]
fn every_shell_gets_completions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = out_of(&["completions", shell]);
        assert!(script.contains("properties-file"), "{shell}");
        let knows_values = ["bash", "zsh", "fish"].contains(&shell);
        assert!(!knows_values || script.contains("markdown"), "{shell}");
    }
    assert_eq!(run(&["completions", "cmd"]).code, 2);
}

#[test]
fn the_manual_has_every_command() {
    let manual = out_of(&["man"]);
    for part in [".TH flint 1", ".TH flint-sql 1", "FLINT_LOG", "FLINT_CONF"] {
        assert!(manual.contains(part), "{part}");
    }
}

#[test]
fn what_makes_no_sense_ends_with_2() {
    for args in [
        &["sql", "--output", "xml"] as &[&str],
        &["sql", "-e", "SELECT 1", "-f", "x.sql"],
        &["sql", "--conf", "spark.app.name", "-e", "SELECT 1"],
        &["sql", "--log", "loud", "-e", "SELECT 1"],
        &["nothing"],
        &[],
    ] {
        let ended = run(args);
        assert_eq!(ended.code, 2, "{args:?}");
        assert!(ended.out.is_empty() && !ended.err.is_empty(), "{args:?}");
    }
}
