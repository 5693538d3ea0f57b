//! One suite for every backend, over the public interface alone: whatever runs the tasks, answers,
//! refusals and failures are the same.
//!
//! Closures here capture nothing; what they need is in their environment, so that every operator
//! runs in another process as it is.

mod failures;
mod keyed;
mod operators;
mod ordered;
mod variables;

use flint_core::Context;

use crate::runner::Runner;

/// What runs the tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Threads of the driver, as by `local[2,4]`.
    Threads,
    /// So many executor processes, which can be killed without harm.
    Processes(usize),
}

/// What one case gets.
#[derive(Debug)]
pub(crate) struct Setup<'a> {
    pub(crate) ctx: &'a Context,
    pub(crate) backend: Backend,
}

type Case = (&'static str, fn(&Setup<'_>) -> flint_core::Result<()>);

/// Runs every case on the context that `make` gives, each as a test of `runner`. Tasks must be
/// tried more than once.
pub fn run(runner: &mut Runner, backend: Backend, make: impl Fn() -> Context) {
    let name = match backend {
        Backend::Threads => "threads",
        Backend::Processes(_) => "processes",
    };
    let mut ctx = None;
    for (case, check) in operators::CASES
        .iter()
        .chain(keyed::CASES)
        .chain(ordered::CASES)
        .chain(variables::CASES)
        .chain(failures::CASES)
    {
        let test = format!("conformance::{name}::{case}");
        if !runner.wants(&test) {
            continue;
        }
        runner.test(&test, || {
            let ctx = ctx.get_or_insert_with(&make);
            let setup = Setup { ctx, backend };
            if let Err(error) = check(&setup) {
                panic!("{error}");
            }
        });
    }
    if let Some(ctx) = ctx {
        ctx.stop();
    }
}
