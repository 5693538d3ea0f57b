//! Spark's own Rust client against our server: the program of `tests/rust-client`.
//!
//! It is a workspace of its own, with versions of Arrow and others that are not ours, and built here
//! below this test's target directory. Where it cannot be built, because a package is not on the
//! machine and there is no network, the test says so and passes.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::client::server;

/// Builds a package of the workspace; gives the program, or why there is none.
fn built(package: &str, protoc: Option<&Path>) -> Result<PathBuf, String> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rust-client");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rust-client");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let build = |offline: bool| {
        let mut command = Command::new(&cargo);
        command
            .current_dir(&workspace)
            .args(["build", "--locked", "--package", package])
            .args(offline.then_some("--offline"))
            .env("CARGO_TARGET_DIR", &target)
            // Flags of this build are not those of that one.
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS");
        if let Some(protoc) = protoc {
            command.env("PROTOC", protoc);
        }
        let output = command.output().map_err(|error| error.to_string())?;
        match output.status.success() {
            true => Ok(()),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    };
    build(true).or_else(|_| build(false))?;
    Ok(target.join("debug").join(package))
}

#[test]
fn the_first_hour_of_a_user_of_rust_goes_well() {
    let built = built("flint-protoc", None)
        .and_then(|protoc| built("flint-connect-rust-client", Some(&protoc)));
    let program = match built {
        Ok(program) => program,
        Err(why) => {
            eprintln!("SKIPPED: Spark's Rust client can't be built here: {why}");
            return;
        }
    };
    let server = server(|builder| builder);
    let output = Command::new(program)
        .arg(format!("sc://{}", server.address()))
        .output()
        .expect("it starts");
    let told = String::from_utf8_lossy(&output.stdout);
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}\n{wrong}");
}
