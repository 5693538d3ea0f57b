//! The settings of an event log: `spark.eventLog.*`.

use std::path::PathBuf;

use crate::conf::Conf;
use crate::durable::Existing;
use crate::error::{Error, Result};
use crate::source::strip_scheme;

/// The least value of `spark.eventLog.rolling.maxFileSize`, in bytes. Spark's.
const LEAST_FILE_SIZE: u64 = 10 << 20;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    /// Where logs are; there already.
    pub(super) dir: PathBuf,
    pub(super) compress: bool,
    /// Bytes of a file before compression from which on a new one is begun; `None`: one file.
    pub(super) rolling: Option<u64>,
    pub(super) existing: Existing,
    pub(super) buffer_bytes: usize,
    pub(super) block_updates: bool,
}

impl Settings {
    /// `None` unless `spark.eventLog.enabled`.
    pub(super) fn of(conf: &Conf) -> Result<Option<Self>> {
        if !conf.get_bool("spark.eventLog.enabled")? {
            return Ok(None);
        }
        let buffer = conf.get_bytes("spark.eventLog.buffer.kb")?;
        Ok(Some(Settings {
            dir: dir(conf)?,
            // The one codec that the registry lets through.
            compress: conf.get_bool("spark.eventLog.compress")?,
            rolling: rolling(conf)?,
            existing: match conf.get_bool("spark.eventLog.overwrite")? {
                true => Existing::Replace,
                false => Existing::Refuse,
            },
            buffer_bytes: usize::try_from(buffer).unwrap_or(usize::MAX).max(1),
            block_updates: conf.get_bool("spark.eventLog.logBlockUpdates.enabled")?,
        }))
    }
}

fn dir(conf: &Conf) -> Result<PathBuf> {
    let key = "spark.eventLog.dir";
    let given = conf.get_str(key)?.trim();
    let path = strip_scheme(given).map_err(|error| refused(conf, key, error.to_string()))?;
    if path.is_empty() {
        return Err(refused(conf, key, "it names no directory".to_owned()));
    }
    Ok(PathBuf::from(path))
}

fn rolling(conf: &Conf) -> Result<Option<u64>> {
    let key = "spark.eventLog.rolling.maxFileSize";
    let bytes = conf.get_bytes(key)?;
    if !conf.get_bool("spark.eventLog.rolling.enabled")? {
        return Ok(None);
    }
    if bytes < LEAST_FILE_SIZE {
        return Err(refused(conf, key, "it must be at least 10m".to_owned()));
    }
    Ok(Some(bytes))
}

fn refused(conf: &Conf, key: &str, reason: String) -> Error {
    Error::Conf {
        key: key.to_owned(),
        value: conf.value(key).unwrap_or_default().to_owned(),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(pairs: &[(&str, &str)]) -> Result<Option<Settings>> {
        let mut conf = Conf::new();
        for (key, value) in pairs {
            conf.set(&format!("spark.eventLog.{key}"), value)?;
        }
        Settings::of(&conf)
    }

    #[test]
    fn defaults_are_sparks() {
        assert_eq!(settings(&[("compress", "false")]).unwrap(), None);
        let expected = Settings {
            dir: "/tmp/spark-events".into(),
            compress: true,
            rolling: Some(128 << 20),
            existing: Existing::Refuse,
            buffer_bytes: 100 << 10,
            block_updates: false,
        };
        assert_eq!(settings(&[("enabled", "true")]).unwrap(), Some(expected));
    }

    #[test]
    fn settings_are_read() {
        let given = settings(&[
            ("enabled", "true"),
            ("dir", "file:///var/log/flint"),
            ("compress", "false"),
            ("compression.codec", "ZSTD"),
            ("rolling.enabled", "false"),
            ("overwrite", "true"),
            ("buffer.kb", "8"),
            ("logBlockUpdates.enabled", "true"),
        ]);
        let expected = Settings {
            dir: "/var/log/flint".into(),
            compress: false,
            rolling: None,
            existing: Existing::Replace,
            buffer_bytes: 8 << 10,
            block_updates: true,
        };
        assert_eq!(given.unwrap(), Some(expected));
    }

    #[test]
    fn what_it_can_not_do_is_refused_by_name() {
        for (key, value, why) in [
            ("compression.codec", "lz4", "Flint does not have it yet"),
            ("compression.codec", "brotli", "it must be one of zstd"),
            ("dir", "hdfs://host/logs", "is on `hdfs`"),
            ("dir", "file:", "names no directory"),
            ("rolling.maxFileSize", "9m", "at least 10m"),
        ] {
            let error = settings(&[("enabled", "true"), (key, value)]).unwrap_err();
            let text = error.to_string();
            assert!(
                matches!(error, Error::Conf { .. }) && text.contains(key) && text.contains(why),
                "{text}"
            );
        }
    }
}
