//! The options of JSON files, and how readers and writers get them.

use flint_sql_functions::json::{JsonOptions, JsonSession};
use flint_sql_spec::Result;

use crate::options::{OptionMap, OptionUse};
use crate::settings::SourceSettings;
use crate::text::{Charset, Codec};

/// All options that Spark documents or reads, beside those of all files.
#[rustfmt::skip]
pub(crate) const OPTIONS: &[OptionUse] = &[
    OptionUse::read("allowBackslashEscapingAnyCharacter", "A backslash may stand before any character."),
    OptionUse::read("allowComments", "Comments of Java and C++ are passed over."),
    OptionUse::read("allowNonNumericNumbers", "NaN, Infinity and the like are numbers."),
    OptionUse::read("allowNumericLeadingZeros", "Numbers may begin with zeros."),
    OptionUse::read("allowSingleQuotes", "Strings may stand in single quotes."),
    OptionUse::read("allowUnquotedControlChars", "Control characters may stand in strings."),
    OptionUse::read("allowUnquotedFieldNames", "Names of fields may stand without quotes."),
    OptionUse::both("charset", "Another name of encoding."),
    OptionUse::read("columnNameOfCorruptRecord", "The column for records that don't fit."),
    OptionUse::both("compression", "How written files are packed; readers go by names of files."),
    OptionUse::both("dateFormat", "The form of dates."),
    OptionUse::read("dropFieldIfAllNull", "Inference leaves out what is always null."),
    OptionUse::read("enableDateTimeParsingFallback", "What does not fit a form is read as casts do."),
    OptionUse::both("encoding", "How characters are spelt."),
    OptionUse::write("ignoreNullFields", "Fields that are null are not written."),
    OptionUse::read("inferTimestamp", "Inference finds timestamps in strings."),
    OptionUse::both("lineSep", "What stands between records."),
    OptionUse::read("locale", "The language of dates and numbers: English alone."),
    OptionUse::read("maxNestingDepth", "How deep values nest."),
    OptionUse::read("maxNumLen", "Most digits of a number."),
    OptionUse::read("maxStringLen", "Most characters of a string."),
    OptionUse::read("mode", "What becomes of records that don't fit."),
    OptionUse::read("multiLine", "A file is one value."),
    OptionUse::read("prefersDecimal", "Inference makes decimals of numbers."),
    OptionUse::write("pretty", "Values are written over many lines."),
    OptionUse::read("primitivesAsString", "Inference makes strings of numbers and truth values."),
    OptionUse::read("samplingRatio", "The share of records that inference looks at."),
    OptionUse::refused("singleVariantColumn", "Records are variants."),
    OptionUse::both("timestampFormat", "The form of timestamps."),
    OptionUse::both("timestampNTZFormat", "The form of zoneless timestamps."),
    OptionUse::both("timeZone", "The zone of timestamps."),
    OptionUse::write("writeNonAsciiCharacterAsCodePoint", "Characters beyond ASCII are escaped."),
];

/// Reads the options of a reader or a writer.
///
/// # Errors
/// For values that options cannot have, and for refused options.
pub(super) fn read(options: OptionMap<'_>, settings: &SourceSettings) -> Result<JsonOptions> {
    options.refuse_unsupported("JSON", OPTIONS)?;
    if let Some(codec) = options.get("compression") {
        Codec::of_option(codec)?;
    }
    let session = JsonSession {
        time_zone: settings.time_zone.clone(),
        corrupt_column: settings.corrupt_column.clone(),
        partial_results: settings.json_partial_results,
        timestamps_without_zone: settings.timestamps_without_zone,
        ignore_null_fields: settings.json_ignore_null_fields,
        now: chrono::Utc::now().timestamp_micros(),
    };
    JsonOptions::read(|name| options.get(name), &session)
}

/// The character set that options name.
///
/// # Errors
/// `INVALID_PARAMETER_VALUE.CHARSET` for one that is not known.
pub(super) fn charset(options: &JsonOptions, asked_by: &str) -> Result<Option<Charset>> {
    let name = options.encoding.as_deref();
    name.map(|name| Charset::named(name, asked_by)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    /// The names that the options class of Spark 4.3 has, and those that its guide documents.
    const SPARK: &[&str] = &[
        "allowBackslashEscapingAnyCharacter",
        "allowComments",
        "allowNonNumericNumbers",
        "allowNumericLeadingZeros",
        "allowSingleQuotes",
        "allowUnquotedControlChars",
        "allowUnquotedFieldNames",
        "charset",
        "columnNameOfCorruptRecord",
        "compression",
        "dateFormat",
        "dropFieldIfAllNull",
        "enableDateTimeParsingFallback",
        "encoding",
        "ignoreNullFields",
        "inferTimestamp",
        "lineSep",
        "locale",
        "maxNestingDepth",
        "maxNumLen",
        "maxStringLen",
        "mode",
        "multiLine",
        "prefersDecimal",
        "pretty",
        "primitivesAsString",
        "samplingRatio",
        "singleVariantColumn",
        "timeZone",
        "timestampFormat",
        "timestampNTZFormat",
        "writeNonAsciiCharacterAsCodePoint",
        "ignoreCorruptFiles",
        "ignoreMissingFiles",
        "modifiedAfter",
        "modifiedBefore",
        "pathGlobFilter",
        "recursiveFileLookup",
    ];

    #[test]
    fn every_option_of_spark_is_known_and_acts_or_is_refused() {
        for name in SPARK {
            let (own, of_files) = crate::option_table("json").expect("a format");
            let mut known = own.iter().chain(of_files);
            assert!(known.any(|option| option.name == *name), "{name}");
        }
        assert!(OPTIONS.is_sorted_by_key(|option| option.name.to_lowercase()));
        let given = vec![("singleVariantColumn".into(), "v".into())];
        let settings = SourceSettings::new(Arc::default());
        let error = read(OptionMap(&given), &settings).expect_err("refused");
        assert!(error.to_string().contains("singleVariantColumn"), "{error}");
        let unknown = vec![("nonsense".into(), "v".into())];
        assert!(read(OptionMap(&unknown), &settings).is_ok());
    }
}
