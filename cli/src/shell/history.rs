//! [`History`]: the file of statements that were typed.
//!
//! `FLINT_HISTORY` names it, and keeps none when it is empty; else it is `flint/sql_history` in
//! `XDG_STATE_HOME`, else in `~/.local/state`. Only its owner can read it. Statements that begin with a
//! blank are not kept. A history that cannot be read or written is no reason to stop: it is logged.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use rustyline::history::FileHistory;
use rustyline::{Editor, Helper};

/// Where statements are kept, if anywhere.
#[derive(Debug)]
pub(super) struct History {
    path: Option<PathBuf>,
}

impl History {
    /// The user's.
    pub(super) fn of_user() -> History {
        History {
            path: path(|name| env::var_os(name)),
        }
    }

    /// Reads what was kept.
    pub(super) fn load<H: Helper>(&self, editor: &mut Editor<H, FileHistory>) {
        if let Some(path) = self.path.as_deref().filter(|path| path.exists())
            && let Err(error) = editor.load_history(path)
        {
            tracing::warn!(%error, path = %path.display(), "the history cannot be read");
        }
    }

    /// Keeps what was typed since.
    pub(super) fn save<H: Helper>(&self, editor: &mut Editor<H, FileHistory>) {
        let Some(path) = &self.path else { return };
        let folder = path.parent().unwrap_or(Path::new("."));
        let made = fs::create_dir_all(folder).map_err(|error| error.to_string());
        let saved = made.and_then(|()| {
            editor
                .append_history(path)
                .map_err(|error| error.to_string())
        });
        if let Err(error) = saved {
            tracing::warn!(%error, path = %path.display(), "the history cannot be written");
        }
    }
}

fn path(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    if let Some(path) = variable("FLINT_HISTORY") {
        return (!path.is_empty()).then(|| path.into());
    }
    let set = |name| variable(name).filter(|value| !value.is_empty());
    let state = match set("XDG_STATE_HOME") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(set("HOME")?).join(".local/state"),
    };
    Some(state.join("flint/sql_history"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(set: &[(&str, &str)]) -> Option<String> {
        let found = path(|name| {
            let pair = set.iter().find(|(known, _)| *known == name);
            pair.map(|(_, value)| (*value).into())
        });
        found.map(|path| path.display().to_string())
    }

    #[test]
    fn the_file_is_the_users_choice() {
        let home = ("HOME", "/home/ann");
        let expected = "/home/ann/.local/state/flint/sql_history";
        assert_eq!(with(&[home]).as_deref(), Some(expected));
        let state = ("XDG_STATE_HOME", "/state");
        assert_eq!(
            with(&[home, state]).as_deref(),
            Some("/state/flint/sql_history")
        );
        assert_eq!(
            with(&[home, ("FLINT_HISTORY", "/h")]).as_deref(),
            Some("/h")
        );
        assert_eq!(with(&[home, ("FLINT_HISTORY", "")]), None);
        assert_eq!(with(&[]), None);
    }

    #[test]
    fn statements_of_many_lines_come_back_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let history = History {
            path: Some(folder.path().join("made/when/needed")),
        };
        let mut editor = Editor::<(), FileHistory>::new().expect("an editor");
        editor
            .add_history_entry("SELECT 1,\n  2;")
            .expect("is kept");
        history.save(&mut editor);
        let mut other = Editor::<(), FileHistory>::new().expect("an editor");
        history.load(&mut other);
        let lines: Vec<&String> = other.history().iter().collect();
        assert_eq!(lines, ["SELECT 1,\n  2;"]);
    }
}
