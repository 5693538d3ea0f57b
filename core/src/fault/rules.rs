//! Rules from the environment, and the token files that bound faults across processes.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::points::{Action, Fired, Rule};

/// The rules of `FLINT_FAULTS`.
///
/// # Panics
/// If the variable can't be understood: a test that arms nothing must not pass.
pub(super) fn from_environment() -> Vec<Rule> {
    let Ok(text) = std::env::var("FLINT_FAULTS") else {
        return Vec::new();
    };
    let tokens = std::env::var_os("FLINT_FAULT_TOKENS").map(PathBuf::from);
    parse(&text, tokens.as_deref())
        .unwrap_or_else(|reason| panic!("FLINT_FAULTS=`{text}`: {reason}"))
}

pub(super) fn parse(text: &str, tokens: Option<&Path>) -> Result<Vec<Rule>, String> {
    let rules = text.split(';').map(str::trim).filter(|r| !r.is_empty());
    rules.map(|r| parse_rule(r, tokens)).collect()
}

fn parse_rule(rule: &str, tokens: Option<&Path>) -> Result<Rule, String> {
    let (target, what) = rule
        .split_once('=')
        .ok_or_else(|| format!("`{rule}` has no `=`"))?;
    let (what, nth) = split_number(what, '@', 1)?;
    let (what, times) = split_number(what, '*', usize::MAX)?;
    Ok(Rule {
        target: target.trim().to_owned(),
        action: parse_action(what.trim())?,
        skip: nth.saturating_sub(1),
        left: times,
        fired: Arc::new(Fired::default()),
        tokens: tokens.map(Path::to_owned),
        thread: None,
    })
}

fn split_number(text: &str, mark: char, default: usize) -> Result<(&str, usize), String> {
    match text.rsplit_once(mark) {
        None => Ok((text, default)),
        Some((head, n)) => Ok((
            head,
            n.trim()
                .parse()
                .map_err(|_| format!("`{n}` is not a number"))?,
        )),
    }
}

fn parse_action(text: &str) -> Result<Action, String> {
    let argument = |name: &str| {
        text.strip_prefix(name)?
            .strip_prefix('(')?
            .strip_suffix(')')
    };
    match text {
        "fail" => Ok(Action::Fail),
        "panic" => Ok(Action::Panic),
        "abort" => Ok(Action::Abort),
        _ => {
            if let Some(name) = argument("block") {
                return Ok(Action::Block(name.to_owned()));
            }
            let ms = argument("delay")
                .and_then(|d| d.strip_suffix("ms"))
                .and_then(|n| n.parse().ok());
            ms.map(|ms| Action::Delay(Duration::from_millis(ms)))
                .ok_or_else(|| {
                    format!("`{text}` is none of fail, panic, abort, delay(<n>ms), block(<name>)")
                })
        }
    }
}

/// What stands in a token's file name for the point.
fn token_prefix(target: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-[]".contains(c);
    let mut name: String = target
        .chars()
        .map(|c| if plain(c) { c } else { '_' })
        .collect();
    name.push('#');
    name
}

/// Makes `count` tokens for a point in `dir`: that many faults may fire in all processes together
/// that run with `FLINT_FAULT_TOKENS=dir`.
///
/// # Errors
/// If a file can't be made.
pub fn fill_tokens(dir: &Path, point: &str, count: usize) -> io::Result<()> {
    let prefix = token_prefix(point);
    (0..count).try_for_each(|n| File::create(dir.join(format!("{prefix}{n}"))).map(drop))
}

/// How many tokens of a point are left. Those gone are faults that fired.
///
/// # Errors
/// If the directory can't be read.
pub fn tokens_left(dir: &Path, point: &str) -> io::Result<usize> {
    Ok(tokens(dir, point)?.len())
}

fn tokens(dir: &Path, point: &str) -> io::Result<Vec<PathBuf>> {
    let prefix = token_prefix(point);
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            found.push(entry.path());
        }
    }
    Ok(found)
}

/// Takes one token of a point, if there is one that no other process takes first.
///
/// # Panics
/// If the directory can't be read: a test that fires nothing must not pass.
pub(super) fn take_token(dir: &Path, point: &str) -> bool {
    let tokens = tokens(dir, point)
        .unwrap_or_else(|e| panic!("FLINT_FAULT_TOKENS=`{}`: {e}", dir.display()));
    tokens.iter().any(|t| fs::remove_file(t).is_ok())
}
