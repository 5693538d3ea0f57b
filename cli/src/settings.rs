//! [`Settings`]: configuration from the command line, the environment and a file.
//!
//! The strongest first: `--master` and `--conf`, `FLINT_MASTER` and `FLINT_CONF`, the properties file.
//! No file is read that nobody named: a `spark-defaults.conf` made for a cluster must not change what
//! `flint` does on the machine.

use std::collections::BTreeMap;
use std::fs;

use flint_sql::SparkSession;

use crate::args::Common;
use crate::failure::{Failure, Result};

mod properties;

/// The variable with settings.
const VARIABLE: &str = "FLINT_CONF";

/// Keys and values that were set, the strongest of each key.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    values: BTreeMap<String, String>,
}

impl Settings {
    /// What the command line, the environment and the properties file say.
    pub(crate) fn gather(common: &Common) -> Result<Settings> {
        let mut settings = Settings::default();
        if let Some(path) = &common.properties_file {
            let text = fs::read_to_string(path).map_err(Failure::of_file(path))?;
            settings.of_file(&text);
        }
        if let Ok(text) = std::env::var(VARIABLE) {
            settings.values.extend(of_variable(&text)?);
        }
        settings.values.extend(
            common
                .master
                .iter()
                .map(|url| ("spark.master".to_owned(), url.clone())),
        );
        settings.values.extend(common.conf.iter().cloned());
        Ok(settings)
    }

    /// Takes the keys of a file over. Those of others' making are told of and left out, as Spark does.
    fn of_file(&mut self, text: &str) {
        for (key, value) in properties::read(text) {
            if key.starts_with("spark.") || key.starts_with("flint.") {
                self.values.insert(key, value);
            } else {
                tracing::warn!(
                    key,
                    "key of the properties file is neither Spark's nor Flint's: left out"
                );
            }
        }
    }

    /// Sets a key that nobody has set.
    pub(crate) fn or(mut self, key: &str, value: &str) -> Settings {
        self.values
            .entry(key.to_owned())
            .or_insert_with(|| value.to_owned());
        self
    }

    /// A session of an application with these settings.
    pub(crate) fn session(self) -> Result<SparkSession> {
        let mut builder = SparkSession::builder();
        for (key, value) in self.values {
            builder = builder.config(&key, value);
        }
        Ok(builder.create()?)
    }
}

/// Reads `key=value;key=value`; lines end settings, too.
fn of_variable(text: &str) -> Result<Vec<(String, String)>> {
    let parts = text.split([';', '\n']).map(str::trim);
    parts
        .filter(|part| !part.is_empty())
        .map(|part| match part.split_once('=') {
            Some((key, value)) if !key.trim().is_empty() => {
                Ok((key.trim().to_owned(), value.trim().to_owned()))
            }
            _ => Err(Failure::Usage(format!(
                "`{part}` in {VARIABLE} has to be KEY=VALUE"
            ))),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_stronger_than_files() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let text = "spark.app.name of-file\nspark.sql.ansi.enabled=false\nother.key 1\n";
        fs::write(file.path(), text).expect("is written");
        let common = Common {
            master: Some("local[2]".into()),
            conf: vec![("spark.app.name".into(), "of-flag".into())],
            properties_file: Some(file.path().to_owned()),
            log: None,
        };
        let settings = Settings::gather(&common)
            .expect("is fine")
            .or("spark.app.name", "of-program")
            .or("spark.sql.session.timeZone", "UTC");
        let expected = [
            ("spark.app.name", "of-flag"),
            ("spark.master", "local[2]"),
            ("spark.sql.ansi.enabled", "false"),
            ("spark.sql.session.timeZone", "UTC"),
        ];
        let found = settings
            .values
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()));
        assert!(found.eq(expected));
    }

    #[test]
    fn the_variable_is_a_list() {
        let found = of_variable("a=1; b = x=y \n\nc=;").expect("is a list");
        let expected = [("a", "1"), ("b", "x=y"), ("c", "")];
        assert!(
            found
                .iter()
                .map(|(k, v)| (k.as_str(), v.as_str()))
                .eq(expected)
        );
        assert_eq!(of_variable("a").expect_err("has no value").exit_code(), 2);
    }
}
