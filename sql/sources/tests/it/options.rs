//! Every option that Spark documents for a format is in the format's table.

use flint_sql_sources::option_table;

/// Options by format, as Spark 4.3 documents them.
const DOCUMENTED: &[(&str, &str)] = &[
    (
        "csv",
        "sep delimiter extension encoding charset quote quoteAll escape escapeQuotes comment header \
         inferSchema preferDate enforceSchema ignoreLeadingWhiteSpace ignoreTrailingWhiteSpace \
         nullValue nanValue positiveInf negativeInf dateFormat timestampFormat timestampNTZFormat \
         timeFormat enableDateTimeParsingFallback maxColumns maxCharsPerColumn mode \
         columnNameOfCorruptRecord multiLine charToEscapeQuoteEscaping samplingRatio emptyValue \
         locale lineSep unescapedQuoteHandling compression codec timeZone inputBufferSize \
         columnPruning singleVariantColumn",
    ),
    ("text", "wholetext lineSep compression encoding"),
    (
        "parquet",
        "datetimeRebaseMode int96RebaseMode mergeSchema compression parquet.compression",
    ),
];
/// Options of all formats of files.
const OF_FILES: &str = "pathGlobFilter recursiveFileLookup modifiedBefore modifiedAfter \
                        ignoreCorruptFiles ignoreMissingFiles basePath maxRecordsPerFile \
                        partitionOverwriteMode";

#[test]
fn every_documented_option_is_in_its_table() {
    for (format, names) in DOCUMENTED {
        let (own, of_files) = option_table(format).unwrap();
        let has = |name: &str| own.iter().chain(of_files).any(|option| option.name == name);
        let missing: Vec<&str> = names
            .split_whitespace()
            .chain(OF_FILES.split_whitespace())
            .filter(|name| !has(name))
            .collect();
        assert!(missing.is_empty(), "{format}: {missing:?}");
        let unknown: Vec<&str> = own
            .iter()
            .map(|option| option.name)
            .filter(|name| !names.split_whitespace().any(|known| known == *name))
            .collect();
        assert!(unknown.is_empty(), "{format} has also {unknown:?}");
    }
}
