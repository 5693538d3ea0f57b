//! `flint sql`: statements of texts, files, standard input, or typed at a prompt.

use std::io::{self, IsTerminal, Read};
use std::path::Path;
use std::process::ExitCode;

use crate::args::{Common, SqlArgs};
use crate::failure::{Failure, Result};
use crate::interrupt::Interrupts;
use crate::output::Layout;
use crate::runner::{Flow, Runner};
use crate::settings::Settings;
use crate::shell;
use crate::variables::Variables;

/// Runs what the arguments say.
pub(crate) fn run(common: &Common, args: &SqlArgs) -> Result<ExitCode> {
    let is_typed = args.execute.is_empty() && args.file.is_empty() && io::stdin().is_terminal();
    let session = Settings::gather(common)?
        .or("spark.app.name", "flint sql")
        .session()?;
    let interrupts =
        Interrupts::watch(&session, is_typed).map_err(Failure::of_system("watching for Ctrl-C"))?;
    let layout = Layout {
        format: args.output,
        rows: args.rows,
        truncate: args.truncate,
        header: !args.no_header,
    };
    let mut runner = Runner::new(session, layout, interrupts);
    runner.variables = Variables::new(args.define.iter().cloned());
    runner.timer = args.timer || is_typed;
    runner.verbose = args.verbose;
    let session = runner.session.clone();
    let ran = statements(runner, args, is_typed);
    // Who watches for Ctrl-C holds the session as long as the process lives.
    session.stop();
    ran.map(|()| ExitCode::SUCCESS)
}

/// Runs everything that is to be run, in its order.
fn statements(mut runner: Runner, args: &SqlArgs, is_typed: bool) -> Result<()> {
    if let Some(name) = &args.database {
        let name = name.replace('`', "``");
        runner.statement(&format!("USE `{name}`"))?;
    }
    for path in &args.init {
        if runner.file(path)? == Flow::Quit {
            return Ok(());
        }
    }
    match is_typed {
        true => shell::run(runner),
        false => batch(&mut runner, &args.execute, &args.file),
    }
}

/// Runs the texts or files, or standard input when there are none.
fn batch(runner: &mut Runner, texts: &[String], files: &[impl AsRef<Path>]) -> Result<()> {
    for text in texts {
        if runner.script(text, "-e")? == Flow::Quit {
            return Ok(());
        }
    }
    for path in files.iter().map(AsRef::as_ref) {
        let flow = match path == Path::new("-") {
            true => standard_input(runner)?,
            false => runner.file(path)?,
        };
        if flow == Flow::Quit {
            return Ok(());
        }
    }
    if texts.is_empty() && files.is_empty() {
        standard_input(runner)?;
    }
    Ok(())
}

/// Runs the statements of standard input once all of it is there.
fn standard_input(runner: &mut Runner) -> Result<Flow> {
    let mut text = String::new();
    io::stdin()
        .read_to_string(&mut text)
        .map_err(Failure::of_system("reading standard input"))?;
    runner.script(&text, "standard input")
}
