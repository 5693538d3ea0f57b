//! What is logged, on standard error: `--log`, else `FLINT_LOG`, else warnings.

use std::io;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::failure::{Failure, Result};

/// Begins to log. Levels are names, or lists of names and `module=name`.
pub(crate) fn start(levels: Option<&str>) -> Result<()> {
    let levels = filter(levels.unwrap_or("warn"))?;
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(io::IsTerminal::is_terminal(&io::stderr()) && !no_color());
    let registry = tracing_subscriber::registry().with(levels).with(lines);
    registry
        .try_init()
        .map_err(|error| Failure::Usage(format!("the log cannot be started: {error}")))
}

/// Whether the user wants no colours anywhere, by the variable that programs agree on.
pub(crate) fn no_color() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

fn filter(levels: &str) -> Result<Targets> {
    let wrong = |part: &str| {
        Failure::Usage(format!(
            "`{part}` is no level of the log: off, error, warn, info, debug, trace, or MODULE=LEVEL"
        ))
    };
    let mut targets = Targets::new();
    for part in levels
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let (module, level) = match part.split_once('=') {
            Some((module, level)) => (Some(module), level),
            None => (None, part),
        };
        let level: LevelFilter = level.parse().map_err(|_| wrong(part))?;
        targets = match module {
            Some(module) => targets.with_target(module, level),
            None => targets.with_default(level),
        };
    }
    Ok(targets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_names_and_lists() {
        let levels = filter("warn, flint_core=debug").expect("is a list");
        assert_eq!(levels.default_level(), Some(LevelFilter::WARN));
        assert!(levels.would_enable("flint_core::context", &tracing::Level::DEBUG));
        assert!(!levels.would_enable("flint_sql", &tracing::Level::INFO));
        assert_eq!(filter("loud").expect_err("is no level").exit_code(), 2);
    }
}
