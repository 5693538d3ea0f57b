//! Lines that are the shell's own and no SQL: `.mode csv`, `.timer off`, `!help`.
//!
//! They begin with `.` as in duckdb or `!` as in Hive's shells, end with their line, and may stand in
//! scripts, too. A word that is none of them is an error that names it.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::Command;

use clap::ValueEnum;

use crate::failure::{Failure, Result};
use crate::output::Format;
use crate::runner::{Flow, Runner, standard_output};

/// What a command does with its argument.
type Act = fn(&mut Runner, &str) -> Result<Flow>;

/// Names, arguments, what they do.
const COMMANDS: [(&str, &str, &str, Act); 16] = [
    ("clear", "", "clears the screen", |_, _| {
        clear_screen();
        Ok(Flow::On)
    }),
    ("databases", "", "lists the schemas", |runner, _| {
        runner.statement("SHOW SCHEMAS")
    }),
    (
        "define",
        "[NAME=VALUE]",
        "defines a variable, ${NAME} in statements; lists them",
        define,
    ),
    (
        "describe",
        "TABLE",
        "lists the columns of a table",
        |runner, table| runner.statement(&format!("DESCRIBE TABLE {}", named("describe", table)?)),
    ),
    ("exit", "", "leaves", |_, _| Ok(Flow::Quit)),
    (
        "functions",
        "[PATTERN]",
        "lists functions, such as `.functions to_*`",
        |runner, pattern| runner.statement(&format!("SHOW FUNCTIONS{}", like(pattern))),
    ),
    ("help", "", "lists these commands", |_, _| {
        help();
        Ok(Flow::On)
    }),
    (
        "mode",
        "table|csv|json|markdown",
        "chooses the form of results",
        mode,
    ),
    (
        "output",
        "[FILE]",
        "writes results to a file; without one, to the terminal again",
        output,
    ),
    ("quit", "", "leaves", |_, _| Ok(Flow::Quit)),
    (
        "read",
        "FILE",
        "runs the statements of a file",
        |runner, path| runner.file(Path::new(named("read", path)?)),
    ),
    (
        "rows",
        "COUNT",
        "shows so many rows of a table, 0 for all",
        |runner, count| {
            runner.layout.rows = number("rows", count)?;
            Ok(Flow::On)
        },
    ),
    (
        "shell",
        "COMMAND",
        "runs a command of the system's shell",
        shell,
    ),
    (
        "tables",
        "[PATTERN]",
        "lists tables and views",
        |runner, pattern| runner.statement(&format!("SHOW TABLES{}", like(pattern))),
    ),
    (
        "timer",
        "on|off",
        "tells how long statements take, or not",
        timer,
    ),
    (
        "truncate",
        "COUNT",
        "cuts cells of tables, 0 for none",
        |runner, count| {
            runner.layout.truncate = number("truncate", count)?;
            Ok(Flow::On)
        },
    ),
];

/// Whether a statement is a line of the shell's own.
pub(crate) fn is_command(text: &str) -> bool {
    let rest = text.strip_prefix(['.', '!']);
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '?'))
        || text.eq_ignore_ascii_case("help")
        || text == "?"
}

/// The names of the commands, without what they begin with.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().map(|command| command.0)
}

/// Runs a line of the shell's own.
pub(crate) fn run(runner: &mut Runner, line: &str) -> Result<Flow> {
    let line = line.trim().trim_start_matches(['.', '!']);
    let (name, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    // Who ends it like SQL means the same; a shell's command may have semicolons.
    let ended = |text: &'_ str| text.trim().trim_end_matches(';').trim_end().to_owned();
    let name = ended(name).to_lowercase();
    let argument = match name.as_str() {
        "shell" => argument.trim().to_owned(),
        _ => ended(argument),
    };
    let wanted = match name.as_str() {
        "?" | "h" => "help",
        "q" => "quit",
        "sh" => "shell",
        "source" => "read",
        "schemas" => "databases",
        other => other,
    };
    match COMMANDS.iter().find(|command| command.0 == wanted) {
        Some(command) => (command.3)(runner, &argument),
        None => Err(Failure::Usage(format!(
            "there is no command .{name}; .help lists them, and .shell runs the system's"
        ))),
    }
}

/// Clears the screen, if there is one.
pub(crate) fn clear_screen() {
    if io::stdout().is_terminal() {
        let mut out = io::stdout();
        // The next prompt is drawn anyway.
        let _ = write!(out, "\u{1b}[H\u{1b}[2J").and_then(|()| out.flush());
    }
}

fn help() {
    let mut text = String::new();
    for (name, argument, meaning, _) in COMMANDS {
        let usage = format!(".{name} {argument}");
        text.push_str(&format!("{usage:<32} {meaning}\n"));
    }
    text.push_str("Statements of SQL end with a semicolon. Ctrl-C cancels what runs.\n");
    // When standard error is closed there is nobody to tell.
    let _ = io::stderr().write_all(text.as_bytes());
}

/// The argument of a command that needs one.
fn named<'a>(command: &str, argument: &'a str) -> Result<&'a str> {
    match argument.is_empty() {
        true => Err(Failure::Usage(format!(
            ".{command} needs an argument; see .help"
        ))),
        false => Ok(argument),
    }
}

fn number(command: &str, argument: &str) -> Result<usize> {
    argument
        .parse()
        .map_err(|_| Failure::Usage(format!(".{command} needs a number, not `{argument}`")))
}

fn like(pattern: &str) -> String {
    match pattern.is_empty() {
        true => String::new(),
        false => format!(
            " LIKE '{}'",
            pattern.replace('\\', "\\\\").replace('\'', "\\'")
        ),
    }
}

fn define(runner: &mut Runner, argument: &str) -> Result<Flow> {
    if let Some((name, value)) = argument.split_once('=') {
        runner.variables.define(name.trim(), value.trim());
        return Ok(Flow::On);
    }
    if !argument.is_empty() {
        return Err(Failure::Usage(".define needs NAME=VALUE".to_owned()));
    }
    for (name, value) in runner.variables.iter() {
        writeln!(runner.out, "{name}={value}").map_err(Failure::of_output)?;
    }
    runner.out.flush().map_err(Failure::of_output)?;
    Ok(Flow::On)
}

fn mode(runner: &mut Runner, argument: &str) -> Result<Flow> {
    runner.layout.format = Format::from_str(argument, true).map_err(|_| {
        Failure::Usage(format!(
            ".mode needs table, csv, json or markdown, not `{argument}`"
        ))
    })?;
    Ok(Flow::On)
}

fn output(runner: &mut Runner, argument: &str) -> Result<Flow> {
    runner.out = match argument {
        "" | "stdout" => standard_output(),
        path => {
            let path = Path::new(path);
            let file = File::create(path).map_err(Failure::of_file(path))?;
            Box::new(io::BufWriter::new(file))
        }
    };
    Ok(Flow::On)
}

fn shell(_: &mut Runner, command: &str) -> Result<Flow> {
    let command = named("shell", command)?;
    let status = Command::new("sh").arg("-c").arg(command).status();
    let status = status.map_err(Failure::of_system("running the system's shell"))?;
    match status.success() {
        true => Ok(Flow::On),
        false => Err(Failure::Usage(format!("`{command}` ended with {status}"))),
    }
}

fn timer(runner: &mut Runner, argument: &str) -> Result<Flow> {
    runner.timer = match argument.to_lowercase().as_str() {
        "on" | "true" => true,
        "off" | "false" => false,
        other => {
            return Err(Failure::Usage(format!(
                ".timer needs on or off, not `{other}`"
            )));
        }
    };
    Ok(Flow::On)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_shell_are_told_from_sql() {
        for line in [".timer on", "!help", ".?", "help", "?"] {
            assert!(is_command(line), "{line}");
        }
        for text in ["SELECT .5", ".5", "! true", "", "-- .help", "helpful"] {
            assert!(!is_command(text), "{text}");
        }
    }

    #[test]
    fn commands_are_sorted_for_help() {
        assert!(names().is_sorted());
    }

    #[test]
    fn patterns_are_strings_of_sql() {
        assert_eq!(like(""), "");
        assert_eq!(like("it's*"), " LIKE 'it\\'s*'");
    }
}
