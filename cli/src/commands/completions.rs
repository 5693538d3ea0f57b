//! `flint completions`: what shells need to complete `flint`'s command line.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use crate::args::Cli;
use crate::failure::{Failure, Result};

/// Prints the completions of a shell.
pub(crate) fn run(shell: Shell) -> Result<ExitCode> {
    // The generator cannot report a closed pipe, memory cannot have one.
    let mut script = Vec::new();
    generate(shell, &mut Cli::command(), "flint", &mut script);
    io::stdout()
        .write_all(&script)
        .map_err(Failure::of_output)?;
    Ok(ExitCode::SUCCESS)
}
