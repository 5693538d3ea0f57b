//! [`SourceSettings`]: what a session's configuration says about files.

use std::fmt;
use std::sync::Arc;

use chrono_tz::Tz;
use datafusion::execution::runtime_env::RuntimeEnv;
use flint_sql_spec::{Result, SqlError, condition};

/// What a session's configuration says about reading and writing files. [`SourceSettings::new`]
/// gives Spark's defaults; [`configured`](SourceSettings::configured) takes a session's values.
#[derive(Clone)]
pub struct SourceSettings {
    /// File systems, caches of footers, memory.
    pub runtime: Arc<RuntimeEnv>,
    /// `spark.sql.session.timeZone`; UTC at first.
    pub time_zone: Arc<str>,
    /// `spark.sql.ansi.enabled`.
    pub ansi: bool,
    /// `spark.sql.caseSensitive`.
    pub case_sensitive: bool,
    /// Whether `spark.sql.timestampType` is `TIMESTAMP_NTZ`.
    pub timestamps_without_zone: bool,
    /// `spark.sql.sources.partitionColumnTypeInference.enabled`.
    pub infer_partition_types: bool,
    /// `spark.sql.files.ignoreCorruptFiles`.
    pub ignore_corrupt_files: bool,
    /// `spark.sql.files.ignoreMissingFiles`.
    pub ignore_missing_files: bool,
    /// `spark.sql.files.maxRecordsPerFile`; zero is no limit.
    pub max_records_per_file: u64,
    /// `spark.sql.files.maxPartitionBytes`: the most of a file of text that one task reads.
    pub max_partition_bytes: u64,
    /// `spark.sql.files.openCostInBytes`: what opening a file counts as.
    pub open_cost_bytes: u64,
    /// Whether `spark.sql.sources.partitionOverwriteMode` is `DYNAMIC`.
    pub dynamic_overwrite: bool,
    /// `spark.sql.columnNameOfCorruptRecord`.
    pub corrupt_column: Arc<str>,
    /// `spark.sql.parquet.mergeSchema`.
    pub parquet_merge_schema: bool,
    /// `spark.sql.parquet.binaryAsString`.
    pub parquet_binary_as_string: bool,
    /// `spark.sql.parquet.int96AsTimestamp`.
    pub parquet_int96_as_timestamp: bool,
    /// `spark.sql.parquet.inferTimestampNTZ.enabled`.
    pub parquet_infer_ntz: bool,
    /// `spark.sql.parquet.filterPushdown`.
    pub parquet_pushdown: bool,
    /// `spark.sql.parquet.compression.codec`.
    pub parquet_codec: Arc<str>,
    /// `spark.sql.csv.parser.columnPruning.enabled`.
    pub csv_column_pruning: bool,
    /// `spark.sql.json.enablePartialResults`.
    pub json_partial_results: bool,
    /// `spark.sql.jsonGenerator.ignoreNullFields`.
    pub json_ignore_null_fields: bool,
}

impl fmt::Debug for SourceSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SourceSettings")
            .field("time_zone", &self.time_zone)
            .field("ansi", &self.ansi)
            .field("case_sensitive", &self.case_sensitive)
            .finish_non_exhaustive()
    }
}

impl SourceSettings {
    /// Spark's defaults.
    pub fn new(runtime: Arc<RuntimeEnv>) -> Self {
        SourceSettings {
            runtime,
            time_zone: "UTC".into(),
            ansi: true,
            case_sensitive: false,
            timestamps_without_zone: false,
            infer_partition_types: true,
            ignore_corrupt_files: false,
            ignore_missing_files: false,
            max_records_per_file: 0,
            max_partition_bytes: 128 << 20,
            open_cost_bytes: 4 << 20,
            dynamic_overwrite: false,
            corrupt_column: "_corrupt_record".into(),
            parquet_merge_schema: false,
            parquet_binary_as_string: false,
            parquet_int96_as_timestamp: true,
            parquet_infer_ntz: true,
            parquet_pushdown: true,
            parquet_codec: "snappy".into(),
            csv_column_pruning: true,
            json_partial_results: true,
            json_ignore_null_fields: true,
        }
    }

    /// The same with what a configuration says: `get` gives the value of a key that is set.
    ///
    /// # Errors
    /// `STDS_INVALID_OPTION_VALUE.WITH_MESSAGE` for a value that its key cannot have.
    pub fn configured(mut self, get: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let conf = Conf(&get);
        conf.text("spark.sql.session.timeZone", &mut self.time_zone);
        conf.flag("spark.sql.ansi.enabled", &mut self.ansi)?;
        conf.flag("spark.sql.caseSensitive", &mut self.case_sensitive)?;
        if let Some(kind) = get("spark.sql.timestampType") {
            self.timestamps_without_zone = kind.eq_ignore_ascii_case("TIMESTAMP_NTZ");
        }
        conf.flag(
            "spark.sql.sources.partitionColumnTypeInference.enabled",
            &mut self.infer_partition_types,
        )?;
        conf.flag(
            "spark.sql.files.ignoreCorruptFiles",
            &mut self.ignore_corrupt_files,
        )?;
        conf.flag(
            "spark.sql.files.ignoreMissingFiles",
            &mut self.ignore_missing_files,
        )?;
        conf.number(
            "spark.sql.files.maxRecordsPerFile",
            &mut self.max_records_per_file,
        )?;
        conf.bytes(
            "spark.sql.files.maxPartitionBytes",
            &mut self.max_partition_bytes,
        )?;
        conf.bytes("spark.sql.files.openCostInBytes", &mut self.open_cost_bytes)?;
        if let Some(mode) = get("spark.sql.sources.partitionOverwriteMode") {
            self.dynamic_overwrite = overwrites_dynamically(&mode)?;
        }
        conf.text(
            "spark.sql.columnNameOfCorruptRecord",
            &mut self.corrupt_column,
        );
        conf.flag(
            "spark.sql.parquet.mergeSchema",
            &mut self.parquet_merge_schema,
        )?;
        conf.flag(
            "spark.sql.parquet.binaryAsString",
            &mut self.parquet_binary_as_string,
        )?;
        conf.flag(
            "spark.sql.parquet.int96AsTimestamp",
            &mut self.parquet_int96_as_timestamp,
        )?;
        conf.flag(
            "spark.sql.parquet.inferTimestampNTZ.enabled",
            &mut self.parquet_infer_ntz,
        )?;
        conf.flag(
            "spark.sql.parquet.filterPushdown",
            &mut self.parquet_pushdown,
        )?;
        conf.text(
            "spark.sql.parquet.compression.codec",
            &mut self.parquet_codec,
        );
        conf.flag(
            "spark.sql.csv.parser.columnPruning.enabled",
            &mut self.csv_column_pruning,
        )?;
        conf.flag(
            "spark.sql.json.enablePartialResults",
            &mut self.json_partial_results,
        )?;
        conf.flag(
            "spark.sql.jsonGenerator.ignoreNullFields",
            &mut self.json_ignore_null_fields,
        )?;
        Ok(self)
    }

    /// The time zone, read.
    ///
    /// # Errors
    /// `STDS_INVALID_OPTION_VALUE.WITH_MESSAGE` for what is no region, such as an offset.
    pub(crate) fn zone(&self) -> Result<Zone> {
        Zone::parse(&self.time_zone)
            .ok_or_else(|| invalid("spark.sql.session.timeZone", &self.time_zone))
    }
}

/// A region's time, or a fixed offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zone {
    Region(Tz),
    /// Seconds east of Greenwich.
    Fixed(i32),
}

impl Zone {
    /// `Europe/Paris`, `UTC`, `Z`, `+01:00`, `GMT-8` and the like.
    pub(crate) fn parse(text: &str) -> Option<Zone> {
        if let Ok(region) = text.parse::<Tz>() {
            return Some(Zone::Region(region));
        }
        let rest = ["UTC", "GMT", "UT"]
            .iter()
            .find_map(|prefix| text.strip_prefix(prefix))
            .unwrap_or(text);
        if rest == "Z" || rest.is_empty() {
            return Some(Zone::Fixed(0));
        }
        let (sign, digits) = match rest.as_bytes().first()? {
            b'+' => (1, &rest[1..]),
            b'-' => (-1, &rest[1..]),
            _ => return None,
        };
        let mut seconds = 0;
        let mut unit = 3600;
        let parts: Vec<&str> = match digits.len() {
            4 | 6 if !digits.contains(':') => digits
                .as_bytes()
                .chunks(2)
                .filter_map(|c| std::str::from_utf8(c).ok())
                .collect(),
            _ => digits.split(':').collect(),
        };
        for part in parts {
            if part.is_empty() || part.len() > 2 || unit == 0 {
                return None;
            }
            seconds += part.parse::<u32>().ok()? as i32 * unit;
            unit /= 60;
        }
        (seconds <= 18 * 3600).then_some(Zone::Fixed(sign * seconds))
    }
}

/// Whether a partition overwrite mode is the dynamic one.
pub(crate) fn overwrites_dynamically(mode: &str) -> Result<bool> {
    match mode.to_ascii_uppercase().as_str() {
        "DYNAMIC" => Ok(true),
        "STATIC" => Ok(false),
        _ => Err(invalid("partitionOverwriteMode", mode)),
    }
}

/// The values of a configuration, read.
struct Conf<'a>(&'a dyn Fn(&str) -> Option<String>);

impl Conf<'_> {
    fn text(&self, key: &str, to: &mut Arc<str>) {
        if let Some(value) = (self.0)(key) {
            *to = value.into();
        }
    }

    fn flag(&self, key: &'static str, to: &mut bool) -> Result<()> {
        if let Some(value) = (self.0)(key) {
            *to = flag(&value).ok_or_else(|| invalid(key, &value))?;
        }
        Ok(())
    }

    /// A size: `128MB`, `4m`, `1000`.
    fn bytes(&self, key: &'static str, to: &mut u64) -> Result<()> {
        if let Some(value) = (self.0)(key) {
            *to = size(&value).ok_or_else(|| invalid(key, &value))?;
        }
        Ok(())
    }

    /// A count; negative ones are zero.
    fn number(&self, key: &'static str, to: &mut u64) -> Result<()> {
        if let Some(value) = (self.0)(key) {
            let number: i64 = value.trim().parse().map_err(|_| invalid(key, &value))?;
            *to = u64::try_from(number).unwrap_or(0);
        }
        Ok(())
    }
}

/// Bytes, with a unit that Spark knows.
fn size(text: &str) -> Option<u64> {
    let text = text.trim().to_ascii_lowercase();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (count, unit) = text.split_at(digits);
    let shift = match unit.trim_end_matches('b') {
        "" => 0,
        "k" => 10,
        "m" => 20,
        "g" => 30,
        "t" => 40,
        "p" => 50,
        _ => return None,
    };
    count.parse::<u64>().ok()?.checked_mul(1 << shift)
}

/// `true` or `false`, in any case.
pub(crate) fn flag(text: &str) -> Option<bool> {
    match text.trim() {
        t if t.eq_ignore_ascii_case("true") => Some(true),
        f if f.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// An option or a setting with a value that it cannot have.
pub(crate) fn invalid(name: &str, value: &str) -> SqlError {
    SqlError::new(condition::STDS_INVALID_OPTION_VALUE_WITH_MESSAGE)
        .with("optionName", name)
        .with("message", format!("`{value}` is none of its values."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_regions_or_offsets() {
        assert_eq!(Zone::parse("+01:30"), Some(Zone::Fixed(5400)));
        assert_eq!(Zone::parse("GMT-8"), Some(Zone::Fixed(-8 * 3600)));
        assert_eq!(Zone::parse("Z"), Some(Zone::Fixed(0)));
        assert!(matches!(Zone::parse("Europe/Paris"), Some(Zone::Region(_))));
        assert_eq!(Zone::parse("Nowhere"), None);
        assert_eq!(Zone::parse("+25:00"), None);
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!(size("128MB"), Some(128 << 20));
        assert_eq!(size("10"), Some(10));
        assert_eq!(size("4k"), Some(4096));
        assert_eq!(size("4q"), None);
    }

    #[test]
    fn a_configuration_is_read_once() {
        let get = |key: &str| match key {
            "spark.sql.caseSensitive" => Some("TRUE".to_owned()),
            "spark.sql.files.maxRecordsPerFile" => Some("10".to_owned()),
            _ => None,
        };
        let defaults = SourceSettings::new(Arc::default());
        let settings = defaults.clone().configured(get).expect("fine values");
        assert!(settings.case_sensitive);
        assert_eq!(settings.max_records_per_file, 10);
        let wrong = defaults
            .configured(|_| Some("x".to_owned()))
            .expect_err("no flag");
        assert_eq!(
            wrong.condition().name,
            "STDS_INVALID_OPTION_VALUE.WITH_MESSAGE"
        );
    }
}
