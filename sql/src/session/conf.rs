//! [`RuntimeConfig`]: the configuration of a session.

use std::collections::BTreeMap;
use std::sync::Arc;

use flint_core::conf::{Conf, registry};
use flint_sql_analyzer::Settings;
use flint_sql_analyzer::types::Rules;
use flint_sql_execution::RecursionLimits;
use flint_sql_functions::FunctionSettings;
use flint_sql_parser::Dialect;
use flint_sql_spec::{Result, SqlError, condition};
use parking_lot::RwLock;

use super::keys;

/// The configuration of a session: `spark.conf`. Keys of the application can be read, those of SQL
/// can be set while it runs.
#[derive(Debug, Clone)]
pub struct RuntimeConfig {
    /// What the application was started with.
    base: Arc<BTreeMap<String, String>>,
    own: Arc<RwLock<BTreeMap<String, String>>>,
}

impl RuntimeConfig {
    pub(super) fn of(conf: &Conf) -> RuntimeConfig {
        let pairs = conf.get_all();
        let base = pairs
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        RuntimeConfig {
            base: Arc::new(base),
            own: Arc::default(),
        }
    }

    /// The same values, to be changed apart.
    pub(super) fn copied(&self) -> RuntimeConfig {
        RuntimeConfig {
            base: Arc::clone(&self.base),
            own: Arc::new(RwLock::new(self.own.read().clone())),
        }
    }

    /// The value of a key: as set, or its default.
    ///
    /// # Errors
    /// `SQL_CONF_NOT_FOUND` for a key that nobody set and that has no default.
    pub fn get(&self, key: &str) -> Result<String> {
        self.get_option(key).ok_or_else(|| {
            SqlError::new(condition::SQL_CONF_NOT_FOUND).with("sqlConf", quoted(key))
        })
    }

    /// The value of a key, or `default` where nobody set it.
    pub fn get_or(&self, key: &str, default: &str) -> String {
        self.as_set(key).unwrap_or_else(|| default.to_owned())
    }

    /// The value of a key, if it was set or has a default.
    pub fn get_option(&self, key: &str) -> Option<String> {
        self.as_set(key).or_else(|| default(key).map(str::to_owned))
    }

    /// The value that somebody set.
    pub(crate) fn as_set(&self, key: &str) -> Option<String> {
        let own = self.own.read().get(key).cloned();
        own.or_else(|| self.base.get(key).cloned())
    }

    /// All values that were set, by key.
    pub fn get_all(&self) -> BTreeMap<String, String> {
        let mut all = (*self.base).clone();
        all.extend(self.own.read().clone());
        all
    }

    /// Sets a key for this session, from the next query on.
    ///
    /// # Errors
    /// `INVALID_CONF_VALUE` if the key doesn't take the value; `CANNOT_MODIFY_CONFIG` for keys that
    /// are fixed when the application starts.
    pub fn set(&self, key: &str, value: impl ToString) -> Result<()> {
        let value = value.to_string();
        self.must_be_modifiable(key)?;
        keys::check(key, &value)?;
        self.own.write().insert(key.to_owned(), value);
        Ok(())
    }

    /// Takes back what was set in this session.
    ///
    /// # Errors
    /// `CANNOT_MODIFY_CONFIG` for keys that are fixed when the application starts.
    pub fn unset(&self, key: &str) -> Result<()> {
        self.must_be_modifiable(key)?;
        self.own.write().remove(key);
        Ok(())
    }

    /// Takes back everything that was set in this session.
    pub(crate) fn reset(&self) {
        self.own.write().clear();
    }

    /// Whether a key can be set while the application runs.
    pub fn is_modifiable(&self, key: &str) -> bool {
        registry::entry(key).is_none()
    }

    fn must_be_modifiable(&self, key: &str) -> Result<()> {
        if self.is_modifiable(key) {
            return Ok(());
        }
        Err(SqlError::new(condition::CANNOT_MODIFY_CONFIG).with("key", quoted(key)))
    }

    /// Keys of SQL with their values and meanings, for `SET -v`.
    pub(crate) fn documented(&self) -> Vec<(String, String, &'static str)> {
        let row = |entry: &registry::Entry| {
            let value = self.get_option(entry.key).unwrap_or_default();
            (entry.key.to_owned(), value, entry.doc)
        };
        keys::entries().map(row).collect()
    }

    fn flag(&self, key: &str) -> bool {
        self.get_option(key)
            .is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
    }

    fn count(&self, key: &str) -> usize {
        let value = self
            .get_option(key)
            .and_then(|value| value.trim().parse().ok());
        value.unwrap_or(usize::MAX)
    }

    /// What the analyzer goes by.
    pub(crate) fn analysis(&self) -> Settings {
        let rules = Rules {
            allow_precision_loss: self.flag("spark.sql.decimalOperations.allowPrecisionLoss"),
            retain_fraction_digits: self
                .flag("spark.sql.legacy.decimal.retainFractionDigitsOnTruncate"),
            literal_minimum_precision: self.flag("spark.sql.legacy.literal.pickMinimumPrecision"),
            case_sensitive: self.flag("spark.sql.caseSensitive"),
            timestamp_ntz: self
                .get_or("spark.sql.timestampType", "")
                .eq_ignore_ascii_case("TIMESTAMP_NTZ"),
            size_of_null: self.flag("spark.sql.legacy.sizeOfNull"),
            datetime_to_string: self.flag("spark.sql.legacy.typeCoercion.datetimeToString.enabled"),
            allow_parameterless_count: self.flag("spark.sql.legacy.allowParameterlessCount"),
            ..Rules::new(self.flag("spark.sql.ansi.enabled"))
        };
        Settings {
            rules,
            case_sensitive: self.flag("spark.sql.caseSensitive"),
            group_by_ordinal: self.flag("spark.sql.groupByOrdinal"),
            order_by_ordinal: self.flag("spark.sql.orderByOrdinal"),
            group_by_aliases: self.flag("spark.sql.groupByAliases"),
            pivot_max_values: self.count("spark.sql.pivotMaxValues"),
            transpose_max_values: self.count("spark.sql.transposeMaxValues"),
            max_view_depth: self.count("spark.sql.view.maxNestedViewDepth"),
            dialect: self.dialect(),
        }
    }

    /// How SQL text is read.
    pub(crate) fn dialect(&self) -> Dialect {
        Dialect {
            escaped_string_literals: self.flag("spark.sql.parser.escapedStringLiterals"),
            double_quoted_identifiers: self.flag("spark.sql.ansi.enabled")
                && self.flag("spark.sql.ansi.doubleQuotedIdentifiers"),
        }
    }

    /// How far recursions go. Negative numbers are no bounds.
    pub(crate) fn recursion(&self) -> RecursionLimits {
        let bound = |key: &str| self.get_option(key)?.trim().parse().ok();
        RecursionLimits {
            levels: bound("spark.sql.cteRecursionLevelLimit"),
            rows: bound("spark.sql.cteRecursionRowLimit"),
        }
    }

    /// What functions go by, in a query that begins `now` microseconds after the epoch.
    pub(crate) fn functions(&self, now: i64, database: &str) -> FunctionSettings {
        let text = |key: &str| self.get_option(key).unwrap_or_default();
        FunctionSettings {
            time_zone: text("spark.sql.session.timeZone").trim().into(),
            now,
            user: std::env::var("USER")
                .unwrap_or_else(|_| "root".to_owned())
                .into(),
            database: database.into(),
            time_parser_policy: text("spark.sql.legacy.timeParserPolicy").into(),
            last_key_wins: text("spark.sql.mapKeyDedupPolicy").eq_ignore_ascii_case("LAST_WIN"),
            size_of_null: self.flag("spark.sql.legacy.sizeOfNull"),
            corrupt_column: text("spark.sql.columnNameOfCorruptRecord").into(),
            json_partial_results: self.flag("spark.sql.json.enablePartialResults"),
            json_ignore_null_fields: self.flag("spark.sql.jsonGenerator.ignoreNullFields"),
            ..FunctionSettings::default()
        }
    }
}

fn default(key: &str) -> Option<&'static str> {
    match keys::entry(key) {
        Some(entry) => entry.default,
        None => registry::entry(key).and_then(|entry| entry.default),
    }
}

fn quoted(key: &str) -> String {
    format!("\"{key}\"")
}
