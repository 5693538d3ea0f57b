//! The configuration keys of SQL: what each takes, what it is without being set, what it does.
//!
//! Keys that begin with `spark.sql.` and are not here are stored and read back, as Spark does with
//! keys of others' making.

use flint_core::conf::{ByteUnit, Entry, Kind, State};
use flint_sql_spec::{Result, SqlError, condition};

use super::client_keys;
use super::convert::from_core;

pub(super) const NO_EFFECT: State = State::AcceptedWithoutEffect;

pub(super) const fn key(
    key: &'static str,
    kind: Kind,
    default: &'static str,
    state: State,
    doc: &'static str,
) -> Entry {
    Entry::new(key, kind, Some(default), state, doc)
}

pub(super) const COUNT: Kind = Kind::Int { min: 1 };

#[rustfmt::skip]
const ENTRIES: &[Entry] = &[
    key("flint.sql.batch.size", COUNT, "8192", State::Acts, "Rows of a batch that operators work on. Without being set, fewer where memory is small."),
    key("spark.sql.adaptive.enabled", Kind::Bool, "true", NO_EFFECT, "Plans again while a query runs."),
    key("spark.sql.ansi.doubleQuotedIdentifiers", Kind::Bool, "false", State::Acts, "Whether text in double quotes is a name, in ANSI mode."),
    key("spark.sql.ansi.enabled", Kind::Bool, "true", State::Acts, "Overflow, wrong casts and the like are errors, not nulls."),
    key("spark.sql.autoBroadcastJoinThreshold", Kind::Bytes(ByteUnit::Byte), "10485760", State::Acts, "Largest side of a join that every partition gets whole, in bytes."),
    key("spark.sql.caseSensitive", Kind::Bool, "false", State::Acts, "Whether names differ by case."),
    key("spark.sql.columnNameOfCorruptRecord", Kind::Text, "_corrupt_record", State::Acts, "The column for records of JSON and CSV that don't fit the schema."),
    key("spark.sql.cteRecursionLevelLimit", Kind::Int { min: -1 }, "100", State::Acts, "Most levels of a recursive query; -1 for any number."),
    key("spark.sql.cteRecursionRowLimit", Kind::Int { min: -1 }, "1000000", State::Acts, "Too many rows of a recursive query without LIMIT; -1 for any number."),
    key("spark.sql.decimalOperations.allowPrecisionLoss", Kind::Bool, "true", State::Acts, "Decimals of more than 38 digits lose some after the point."),
    key("spark.sql.files.ignoreCorruptFiles", Kind::Bool, "false", State::Acts, "Damaged files end where they are damaged."),
    key("spark.sql.files.ignoreMissingFiles", Kind::Bool, "false", State::Acts, "Files that are gone are passed over."),
    key("spark.sql.files.maxPartitionBytes", Kind::Bytes(ByteUnit::Byte), "128m", State::Acts, "Largest part of files that one partition reads."),
    key("spark.sql.files.openCostInBytes", Kind::Bytes(ByteUnit::Byte), "4194304", State::Acts, "What opening a file counts as, when files are divided."),
    key("spark.sql.groupByAliases", Kind::Bool, "true", State::Acts, "GROUP BY sees aliases of the list."),
    key("spark.sql.groupByOrdinal", Kind::Bool, "true", State::Acts, "Numbers in GROUP BY are places in the list."),
    key("spark.sql.json.enablePartialResults", Kind::Bool, "true", State::Acts, "Fields of inner JSON objects that don't fit are null alone."),
    key("spark.sql.jsonGenerator.ignoreNullFields", Kind::Bool, "true", State::Acts, "Fields that are null are not written as JSON."),
    key("spark.sql.inMemoryColumnarStorage.compressed", Kind::Bool, "true", State::Acts, "Whether cached batches are compressed."),
    key("spark.sql.legacy.allowParameterlessCount", Kind::Bool, "false", State::Acts, "count() is allowed."),
    key("spark.sql.legacy.decimal.retainFractionDigitsOnTruncate", Kind::Bool, "false", State::Acts, "Common types of decimals keep the digits after the point."),
    key("spark.sql.legacy.literal.pickMinimumPrecision", Kind::Bool, "true", State::Acts, "A whole number beside a decimal has only as many digits as it needs."),
    key("spark.sql.legacy.sizeOfNull", Kind::Bool, "true", State::Acts, "In legacy mode size(NULL) is -1."),
    key("spark.sql.legacy.timeParserPolicy", Kind::OneOf(&["CORRECTED", "EXCEPTION", "LEGACY"]), "CORRECTED", State::Acts, "How datetime patterns are read."),
    key("spark.sql.legacy.typeCoercion.datetimeToString.enabled", Kind::Bool, "false", State::Acts, "In legacy mode dates are compared with strings as strings."),
    key("spark.sql.mapKeyDedupPolicy", Kind::OneOf(&["EXCEPTION", "LAST_WIN"]), "EXCEPTION", State::Acts, "What a key that comes twice in a map does."),
    key("spark.sql.optimizer.excludedRules", Kind::Text, "", State::Acts, "Names of optimizer rules, with commas, that do not run."),
    key("spark.sql.orderByOrdinal", Kind::Bool, "true", State::Acts, "Numbers in ORDER BY are places in the list."),
    key("spark.sql.parser.escapedStringLiterals", Kind::Bool, "false", State::Acts, "Whether a backslash in a string of SQL is a backslash."),
    key("spark.sql.pivotMaxValues", COUNT, "10000", State::Acts, "Most values of a pivot that doesn't list them."),
    key("spark.sql.session.timeZone", Kind::Text, "UTC", State::Acts, "Where days begin."),
    key("spark.sql.shuffle.partitions", COUNT, "200", State::Acts, "How many partitions exchanges make. Without being set, as many as there are slots."),
    key("spark.sql.sources.default", Kind::Text, "parquet", State::Acts, "The format of tables and files that name none."),
    key("spark.sql.sources.partitionOverwriteMode", Kind::OneOf(&["STATIC", "DYNAMIC"]), "STATIC", State::Acts, "What overwriting a partitioned table removes."),
    key("spark.sql.timestampType", Kind::OneOf(&["TIMESTAMP_LTZ", "TIMESTAMP_NTZ"]), "TIMESTAMP_LTZ", State::Acts, "What TIMESTAMP alone means."),
    key("spark.sql.transposeMaxValues", COUNT, "500", State::Acts, "Most rows of a transposition."),
    key("spark.sql.view.maxNestedViewDepth", COUNT, "100", State::Acts, "Most views one over the other."),
    key("spark.sql.warehouse.dir", Kind::Text, "spark-warehouse", State::Acts, "Where tables are kept."),
];

/// The entry of a key.
pub(super) fn entry(key: &str) -> Option<&'static Entry> {
    entries().find(|entry| entry.key == key)
}

/// All keys with a meaning.
pub(super) fn entries() -> impl Iterator<Item = &'static Entry> {
    ENTRIES.iter().chain(client_keys::ENTRIES)
}

/// Checks a value.
pub(super) fn check(key: &str, value: &str) -> Result<()> {
    if key == "spark.sql.session.timeZone" && !is_zone(value) {
        return Err(SqlError::new(condition::INVALID_CONF_VALUE_TIME_ZONE)
            .with("confName", key)
            .with("confValue", value));
    }
    match entry(key) {
        Some(entry) if is_switch(entry.key) && value.trim() == "-1" => Ok(()),
        Some(entry) => entry.check(key, value).map_err(from_core),
        None => Ok(()),
    }
}

/// Whether -1 switches something off: broadcasts, reports of progress.
fn is_switch(key: &str) -> bool {
    key.ends_with("Threshold") || key.ends_with("reportInterval")
}

/// Whether a text names a time zone: a region or an offset.
fn is_zone(text: &str) -> bool {
    let text = text.trim();
    text.parse::<arrow::array::timezone::Tz>().is_ok()
        || matches!(text, "Z" | "UTC" | "GMT")
        || text
            .strip_prefix("GMT")
            .or_else(|| text.strip_prefix("UTC"))
            .is_some_and(is_offset)
        || is_offset(text)
}

fn is_offset(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(['+', '-']) else {
        return false;
    };
    let mut parts = rest.split(':');
    let within = |part: Option<&str>, most: u32| match part {
        None => true,
        Some(part) => part.len() <= 2 && part.parse::<u32>().is_ok_and(|n| n <= most),
    };
    let hours = parts.next();
    hours.is_some_and(|h| !h.is_empty())
        && within(hours, 18)
        && within(parts.next(), 59)
        && within(parts.next(), 59)
        && parts.next().is_none()
}
