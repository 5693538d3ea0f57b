//! A test runner for binaries whose `main` must do something before any test: a name, a closure,
//! a line of output.

#![allow(clippy::print_stdout)] // what a test runner is for

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

/// Runs tests one by one and counts how they end.
///
/// Understands a part of a test's name as its argument, and `--list`; other options of the
/// standard harness are accepted and do nothing.
///
/// ```
/// let mut runner = flint_test_util::runner::Runner::with_filter(None);
/// runner.test("addition", || assert_eq!(1 + 1, 2));
/// assert_eq!((runner.passed(), runner.failed()), (1, 0));
/// ```
#[derive(Debug)]
pub struct Runner {
    filter: Option<String>,
    list: bool,
    passed: usize,
    failed: usize,
}

impl Runner {
    /// A runner that does what the command line says.
    pub fn from_args() -> Self {
        let args: Vec<String> = std::env::args().skip(1).collect();
        let filter = args.iter().find(|a| !a.starts_with('-')).cloned();
        let list = args.iter().any(|a| a == "--list");
        Runner {
            list,
            ..Self::with_filter(filter)
        }
    }

    /// A runner of the tests whose names contain `filter`.
    pub fn with_filter(filter: Option<String>) -> Self {
        Runner {
            filter,
            list: false,
            passed: 0,
            failed: 0,
        }
    }

    /// Whether a test would run.
    pub fn wants(&self, name: &str) -> bool {
        self.filter.as_ref().is_none_or(|f| name.contains(f))
    }

    /// Runs a test, which fails by panicking.
    pub fn test(&mut self, name: &str, test: impl FnOnce()) {
        if !self.wants(name) {
            return;
        }
        if self.list {
            println!("{name}: test");
            return;
        }
        if catch_unwind(AssertUnwindSafe(test)).is_ok() {
            self.passed += 1;
            println!("test {name} ... ok");
        } else {
            self.failed += 1;
            println!("test {name} ... FAILED");
        }
    }

    /// Tests that passed so far.
    pub fn passed(&self) -> usize {
        self.passed
    }

    /// Tests that failed so far.
    pub fn failed(&self) -> usize {
        self.failed
    }

    /// Prints the counts. Fails if a test did.
    pub fn finish(self) -> ExitCode {
        if !self.list {
            println!("\n{} passed, {} failed", self.passed, self.failed);
        }
        if self.failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}
