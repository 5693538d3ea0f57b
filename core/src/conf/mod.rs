//! Configuration: Spark's keys, and what Flint does with each of them.
//!
//! A [`Conf`] is a map from key to text, as Spark's `SparkConf`. What is special is the
//! [registry]: it knows Spark's public keys with type, default and state, so that a value of the
//! wrong form is an error where it is set, a key that means nothing to Flint is accepted with one
//! warning, and a key whose silent neglect would do harm is refused. A key that is not registered
//! is stored with a warning, because programs carry keys of their own.
//!
//! Values are text until they are asked for with a type: sizes as `512m`, times as `10s`, and a
//! plain number in the unit that Spark documents for the key.

mod master;
pub mod registry;
mod size;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

pub use master::{LocalThreads, MasterUrl};
pub use registry::{Entry, Kind, State};
pub use size::{ByteUnit, TimeUnit, parse_bytes, parse_duration};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// What is shown in place of a secret.
const REDACTED: &str = "*********(redacted)";

/// The settings of a context.
///
/// ```
/// use flint_core::conf::Conf;
/// use std::time::Duration;
///
/// let conf = Conf::new()
///     .with("spark.app.name", "word count")?
///     .with("spark.driver.maxResultSize", "512m")?;
/// assert_eq!(conf.get("spark.app.name"), Some("word count"));
/// assert_eq!(conf.get_bytes("spark.driver.maxResultSize")?, 512 << 20);
/// // Not set: the default of Spark, here a plain number of seconds.
/// assert_eq!(conf.get_duration("spark.network.timeout")?, Duration::from_secs(120));
/// assert!(Conf::new().with("spark.task.maxFailures", "often").is_err());
/// # Ok::<(), flint_core::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conf {
    settings: BTreeMap<String, String>,
}

impl Conf {
    /// A configuration in which nothing is set. No file and no environment variable is read.
    pub fn new() -> Self {
        Conf::default()
    }

    /// Sets a key. A key without effect, or one that is not registered, is stored with a warning
    /// the first time that it is set.
    ///
    /// # Errors
    /// [`Error::Conf`] if the value does not have the key's type, or Flint refuses it.
    pub fn set(&mut self, key: &str, value: impl fmt::Display) -> Result<()> {
        let value = value.to_string();
        let entry = registry::entry(key);
        if let Some(entry) = entry {
            entry.check(key, &value)?;
        }
        if self.settings.insert(key.to_owned(), value).is_none() {
            match entry.map(|e| e.state) {
                None => tracing::warn!(key, "configuration key is not known and is only stored"),
                Some(State::AcceptedWithoutEffect) => {
                    tracing::warn!(key, "configuration key is accepted without effect");
                }
                Some(State::Acts | State::Refused(_)) => {}
            }
        }
        Ok(())
    }

    /// Sets a key, for chains of calls.
    ///
    /// # Errors
    /// As [`Conf::set`].
    pub fn with(mut self, key: &str, value: impl fmt::Display) -> Result<Self> {
        self.set(key, value)?;
        Ok(self)
    }

    /// Sets a key unless it is set.
    ///
    /// # Errors
    /// As [`Conf::set`].
    pub fn set_if_missing(&mut self, key: &str, value: impl fmt::Display) -> Result<()> {
        if self.contains(key) {
            Ok(())
        } else {
            self.set(key, value)
        }
    }

    /// The value that was set. Defaults are not looked at; [`Conf::value`] does that.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.settings.get(key).map(String::as_str)
    }

    /// The value in force: what was set, else the key's default if it has one.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.get(key).or_else(|| registry::entry(key)?.default)
    }

    /// All that was set, by key.
    pub fn get_all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.settings.iter().map(|(k, v)| (k.as_str(), v.as_str()))
    }

    /// All that was set under a prefix, the prefix cut off: `spark.hadoop.` for example.
    pub fn get_all_with_prefix(&self, prefix: &str) -> impl Iterator<Item = (&str, &str)> {
        self.get_all()
            .filter_map(move |(k, v)| Some((k.strip_prefix(prefix)?, v)))
    }

    /// Whether the key was set.
    pub fn contains(&self, key: &str) -> bool {
        self.settings.contains_key(key)
    }

    /// Forgets what was set, and returns it. The default is in force again.
    pub fn remove(&mut self, key: &str) -> Option<String> {
        self.settings.remove(key)
    }

    /// All that was set, for people to read: values that look like secrets are hidden, by the
    /// rule of `spark.redaction.regex`.
    pub fn redacted(&self) -> impl Iterator<Item = (&str, &str)> {
        self.get_all().map(|(k, v)| (k, shown_value(k, v)))
    }

    /// A value in force that is text.
    ///
    /// # Errors
    /// [`Error::Conf`] if it is not set and has no default.
    pub fn get_str(&self, key: &str) -> Result<&str> {
        self.value(key)
            .ok_or_else(|| conf_error(key, "", "it is not set and has no default"))
    }

    /// A value in force that is `true` or `false`.
    ///
    /// # Errors
    /// [`Error::Conf`] if it is something else, or is not set and has no default.
    pub fn get_bool(&self, key: &str) -> Result<bool> {
        self.typed(key, |_, v| parse_bool(v))
    }

    /// A value in force that is a whole number.
    ///
    /// # Errors
    /// [`Error::Conf`] if it is something else, or is not set and has no default.
    pub fn get_int(&self, key: &str) -> Result<i64> {
        self.typed(key, |_, v| parse_int(v))
    }

    /// A value in force that is a number.
    ///
    /// # Errors
    /// [`Error::Conf`] if it is something else, or is not set and has no default.
    pub fn get_double(&self, key: &str) -> Result<f64> {
        self.typed(key, |_, v| parse_double(v))
    }

    /// A value in force that is a size, in bytes. A plain number is in the key's unit, and in bytes
    /// if the key is not registered as a size.
    ///
    /// # Errors
    /// [`Error::Conf`] if it is something else, or is not set and has no default.
    pub fn get_bytes(&self, key: &str) -> Result<u64> {
        self.typed(key, |kind, v| match kind {
            Some(Kind::Bytes(unit)) => parse_bytes(v, unit),
            _ => parse_bytes(v, ByteUnit::Byte),
        })
    }

    /// A value in force that is a duration. A plain number is in the key's unit, and in
    /// milliseconds if the key is not registered as a duration.
    ///
    /// # Errors
    /// [`Error::Conf`] if it is something else, or is not set and has no default.
    pub fn get_duration(&self, key: &str) -> Result<Duration> {
        self.typed(key, |kind, v| match kind {
            Some(Kind::Duration(unit)) => parse_duration(v, unit),
            _ => parse_duration(v, TimeUnit::Millisecond),
        })
    }

    /// Memory that the engine has for execution and storage together, in bytes:
    /// `flint.memory.size`, else `spark.memory.fraction` of `spark.driver.memory`.
    ///
    /// # Errors
    /// [`Error::Conf`] if it is 0.
    pub fn engine_memory_bytes(&self) -> Result<u64> {
        let (key, bytes) = if self.contains("flint.memory.size") {
            ("flint.memory.size", self.get_bytes("flint.memory.size")?)
        } else {
            let fraction = self.get_double("spark.memory.fraction")?;
            let driver = self.get_bytes("spark.driver.memory")?;
            ("spark.driver.memory", (driver as f64 * fraction) as u64)
        };
        if bytes == 0 {
            let reason = "it leaves the engine no memory";
            return Err(conf_error(key, self.get_str(key)?, reason));
        }
        Ok(bytes)
    }

    /// The part of the engine's memory that running tasks can't take from cached blocks, from 0 up
    /// to, but not including, 1: `spark.memory.storageFraction`.
    ///
    /// # Errors
    /// [`Error::Conf`] for a value outside of that range.
    pub fn storage_fraction(&self) -> Result<f64> {
        let key = "spark.memory.storageFraction";
        let fraction = self.get_double(key)?;
        if !(0.0..1.0).contains(&fraction) {
            return Err(conf_error(key, self.get_str(key)?, "it must be in [0, 1)"));
        }
        Ok(fraction)
    }

    /// The directories below which temporary files are made: `spark.local.dir`, a comma-separated
    /// list; by default the system's directory of temporary files.
    ///
    /// # Errors
    /// [`Error::Conf`] if the list is empty.
    pub fn local_dirs(&self) -> Result<Vec<std::path::PathBuf>> {
        let key = "spark.local.dir";
        let Some(list) = self.get(key) else {
            return Ok(vec![std::env::temp_dir()]);
        };
        let dirs: Vec<_> = list
            .split(',')
            .map(str::trim)
            .filter(|d| !d.is_empty())
            .collect();
        if dirs.is_empty() {
            return Err(conf_error(key, list, "it names no directory"));
        }
        Ok(dirs.into_iter().map(std::path::PathBuf::from).collect())
    }

    /// The limit of `spark.driver.maxResultSize` in bytes; `None` if it is 0, which is unlimited.
    ///
    /// # Errors
    /// [`Error::Conf`] if the configuration was received with a value that is no size.
    pub fn max_result_bytes(&self) -> Result<Option<u64>> {
        let bytes = self.get_bytes("spark.driver.maxResultSize")?;
        Ok((bytes > 0).then_some(bytes))
    }

    fn typed<T>(
        &self,
        key: &str,
        parse: impl FnOnce(Option<Kind>, &str) -> Result<T, String>,
    ) -> Result<T> {
        let value = self.get_str(key)?;
        parse(registry::entry(key).map(|e| e.kind), value)
            .map_err(|reason| conf_error(key, value, reason))
    }
}

/// Shows the settings with secrets hidden.
impl fmt::Debug for Conf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.redacted()).finish()
    }
}

fn conf_error(key: &str, value: &str, reason: impl Into<String>) -> Error {
    let value = if is_secret(key) { REDACTED } else { value };
    Error::Conf {
        key: key.to_owned(),
        value: value.to_owned(),
        reason: reason.into(),
    }
}

/// A value of a key for people to read: what looks like a secret is hidden, by the rule of
/// `spark.redaction.regex`.
///
/// ```
/// use flint_core::conf::shown_value;
///
/// assert_eq!(shown_value("spark.app.name", "word count"), "word count");
/// assert_eq!(shown_value("spark.my.password", "hunter2"), "*********(redacted)");
/// ```
pub fn shown_value<'a>(key: &str, value: &'a str) -> &'a str {
    match is_secret(key) || is_secret(value) {
        true => REDACTED,
        false => value,
    }
}

/// Spark's `(?i)secret|password|token|access[.]?key`.
fn is_secret(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    [
        "secret",
        "password",
        "token",
        "accesskey",
        "access.key",
        "access key",
    ]
    .iter()
    .any(|word| text.contains(word))
}

fn parse_bool(value: &str) -> Result<bool, String> {
    match value.trim().to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err("it must be true or false".to_owned()),
    }
}

fn parse_int(value: &str) -> Result<i64, String> {
    value
        .trim()
        .parse()
        .map_err(|_| "it must be a whole number".to_owned())
}

fn parse_double(value: &str) -> Result<f64, String> {
    match value.trim().parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        _ => Err("it must be a number".to_owned()),
    }
}

#[cfg(test)]
mod tests;
