//! The `flint` program: SQL at a prompt and in scripts, a Spark Connect server, and a runner of
//! programs.
//!
//! Each command has a file in `commands`. What they share: `args` has the command line, `settings`
//! where configuration comes from, `log` what is told on the side, `failure` how it ends. SQL runs in
//! a `runner`, which the `shell` and scripts feed alike; `output` has the forms of results.
//!
//! *Streams*: results go to standard output, everything else to standard error.
//!
//! *Starting* does only what the command needs: `flint --version` starts no engine, and `flint sql -e`
//! no line editor.

mod args;
mod commands;
mod failure;
mod interrupt;
mod log;
mod output;
mod runner;
mod settings;
mod shell;
mod variables;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};
use failure::Result;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(failure) => {
            if let Some(told) = failure.told() {
                // When standard error is closed there is nobody to tell.
                let _ = writeln!(io::stderr(), "{told}");
            }
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode> {
    log::start(cli.common.log.as_deref())?;
    match cli.command {
        Command::Sql(args) => commands::sql::run(&cli.common, &args),
        Command::Connect(args) => commands::connect::run(&cli.common, &args),
        Command::Submit(args) => commands::submit::run(&cli.common, &args),
        Command::Completions { shell } => commands::completions::run(shell),
        Command::Man => commands::man::run(),
    }
}
