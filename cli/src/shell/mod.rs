//! The prompt of `flint sql`.
//!
//! A line editor reads one statement at a time, over as many lines as it takes: Enter begins a new line
//! until a semicolon ends the statement. Ctrl-C forgets what is typed, or cancels what runs; Ctrl-D and
//! `quit` leave. What is read runs in a [`Runner`], as scripts do.

mod completion;
mod highlight;
mod history;
mod keywords;
pub(crate) mod meta;
mod names;

use std::cell::RefCell;
use std::io::{self, Write};

use flint_sql::split_script;
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{ColorMode, CompletionType, Config, Context, Editor, Helper};

use crate::args::VERSION;
use crate::failure::{Failure, Result};
use crate::log::no_color;
use crate::runner::{Flow, Runner};
use completion::Completion;
use history::History;
use names::SessionNames;

/// Reads statements and runs them until the user leaves.
pub(crate) fn run(mut runner: Runner) -> Result<()> {
    let config = Config::builder()
        .completion_type(CompletionType::List)
        .history_ignore_space(true)
        .color_mode(match no_color() {
            true => ColorMode::Disabled,
            false => ColorMode::Enabled,
        })
        .auto_add_history(true)
        .build();
    let mut editor: Editor<Assistant, FileHistory> =
        Editor::with_config(config).map_err(of_editor)?;
    editor.set_helper(Some(Assistant {
        completion: RefCell::new(Completion::new(SessionNames::new(&runner.session))),
    }));
    let history = History::of_user();
    history.load(&mut editor);
    greet();
    loop {
        let prompt = format!("flint ({})> ", names::current_schema(&runner.session));
        match editor.readline(prompt.as_str()) {
            Ok(text) => {
                history.save(&mut editor);
                if typed(&mut runner, &text) == Flow::Quit {
                    return Ok(());
                }
            }
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => return Ok(()),
            Err(error) => return Err(of_editor(error)),
        }
    }
}

/// Runs what was typed. What fails is told, and the shell goes on.
fn typed(runner: &mut Runner, text: &str) -> Flow {
    let ran = match is_one_line(text) {
        true => runner.statement(text),
        false => pieces(runner, text),
    };
    ran.unwrap_or_else(|failure| {
        if let Some(told) = failure.told() {
            // When standard error is closed there is nobody to tell.
            let _ = writeln!(io::stderr(), "{told}");
        }
        Flow::On
    })
}

/// Runs typed statements up to the first that fails, whose place the user knows.
fn pieces(runner: &mut Runner, text: &str) -> Result<Flow> {
    for piece in split_script(text).statements() {
        if runner.statement(&text[piece])? == Flow::Quit {
            return Ok(Flow::Quit);
        }
    }
    Ok(Flow::On)
}

fn greet() {
    let _ = writeln!(
        io::stderr(),
        "Flint {VERSION}. Statements end with a semicolon. Type .help for help, quit to leave."
    );
}

fn of_editor(error: ReadlineError) -> Failure {
    let error = match error {
        ReadlineError::Io(error) => error,
        other => io::Error::other(other),
    };
    Failure::of_system("the terminal")(error)
}

/// Whether a text is a line of the shell's own, or a word that needs no semicolon.
fn is_one_line(text: &str) -> bool {
    let text = text.trim();
    let words = ["quit", "exit", "clear", "help", "?"];
    meta::is_command(text) || words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether all of a text can run.
fn is_complete(text: &str) -> bool {
    let script = split_script(text);
    is_one_line(text) || (script.rest.is_none() && !script.is_open)
}

/// What helps while a statement is typed.
struct Assistant {
    completion: RefCell<Completion<SessionNames>>,
}

impl Helper for Assistant {}

impl Hinter for Assistant {
    type Hint = String;
}

impl Completer for Assistant {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        pos: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(self.completion.borrow_mut().at(line, pos))
    }
}

impl Highlighter for Assistant {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> std::borrow::Cow<'l, str> {
        highlight::coloured(line).into()
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        kind != CmdKind::MoveCursor
    }
}

impl Validator for Assistant {
    fn validate(&self, typed: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(match is_complete(typed.input()) {
            true => ValidationResult::Valid(None),
            false => ValidationResult::Incomplete,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::is_complete;

    #[test]
    fn statements_go_on_until_their_semicolon() {
        for complete in [
            "",
            "SELECT 1;",
            "SELECT 1; SELECT 2;",
            "SELECT ';'; -- done",
            ".timer on",
            "!help",
            "quit",
            "EXIT",
            "-- nothing",
        ] {
            assert!(is_complete(complete), "{complete}");
        }
        for open in [
            "SELECT 1",
            "SELECT 1; SELECT",
            "SELECT ';",
            "SELECT 1; /* not yet;",
            "SELECT `a;",
            "quit now",
        ] {
            assert!(!is_complete(open), "{open}");
        }
    }
}
