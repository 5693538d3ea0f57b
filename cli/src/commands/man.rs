//! `flint man`: the manual page. The pages of the commands follow that of the program.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::CommandFactory;
use clap_mangen::Man;

use crate::args::Cli;
use crate::failure::{Failure, Result};

/// Prints the manual.
pub(crate) fn run() -> Result<ExitCode> {
    let mut page = Vec::new();
    let mut program = Cli::command();
    program.build();
    let render = |command: &clap::Command, page: &mut Vec<u8>| {
        Man::new(command.clone())
            .render(page)
            .map_err(Failure::of_output)
    };
    render(&program, &mut page)?;
    for command in program.get_subcommands() {
        if command.get_name() != "help" {
            let name = format!("flint-{}", command.get_name());
            render(&command.clone().display_name(name), &mut page)?;
        }
    }
    io::stdout().write_all(&page).map_err(Failure::of_output)?;
    Ok(ExitCode::SUCCESS)
}
