//! Configuration keys that clients of Spark Connect go by.
//!
//! Clients ask the session for them, some before the first DataFrame of local rows, and parse the
//! answers: each must have a default. What the client does with a value is the client's.

use flint_core::conf::{ByteUnit, Entry, Kind, State, TimeUnit};

use super::keys::{COUNT, NO_EFFECT, key};

#[rustfmt::skip]
pub(super) const ENTRIES: &[Entry] = &[
    key("spark.connect.progress.reportInterval", Kind::Duration(TimeUnit::Millisecond), "2s", State::Acts, "How often clients are told how far a query is; -1 for never."),
    key("spark.connect.session.planCompression.defaultAlgorithm", Kind::OneOf(&["NONE", "ZSTD"]), "ZSTD", State::Acts, "How clients compress plans."),
    key("spark.connect.session.planCompression.threshold", Kind::Int { min: -1 }, "10485760", State::Acts, "From how many bytes on clients compress plans; -1 for never."),
    key("spark.python.sql.dataFrameDebugging.enabled", Kind::Bool, "true", State::Acts, "Whether clients tell where columns were written."),
    key("spark.sql.connect.serverStacktrace.enabled", Kind::Bool, "true", State::Acts, "Whether clients show the server's stack traces, of which Flint has none."),
    key("spark.sql.execution.arrow.maxRecordsPerBatch", Kind::Int { min: -1 }, "10000", State::Acts, "Most rows of a batch that a client gets; no bound for 0 and less."),
    key("spark.sql.execution.arrow.pyspark.enabled", Kind::Bool, "true", State::Acts, "Whether Python clients move rows as columns."),
    key("spark.sql.execution.arrow.pyspark.fallback.enabled", Kind::Bool, "true", State::Acts, "Whether Python clients move rows otherwise when they can't as columns."),
    key("spark.sql.execution.arrow.pyspark.selfDestruct.enabled", Kind::Bool, "false", State::Acts, "Whether toPandas frees columns while it converts them."),
    key("spark.sql.execution.arrow.useLargeVarTypes", Kind::Bool, "false", State::Acts, "Whether clients make strings and binaries with long offsets."),
    key("spark.sql.execution.pandas.convertToArrowArraySafely", Kind::Bool, "true", State::Acts, "Whether clients refuse values that lose something."),
    key("spark.sql.execution.pandas.inferPandasDictAsMap", Kind::Bool, "false", State::Acts, "Whether clients take dictionaries in pandas for maps."),
    key("spark.sql.execution.pandas.structHandlingMode", Kind::OneOf(&["legacy", "row", "dict"]), "legacy", State::Acts, "What structs are in pandas."),
    key("spark.sql.execution.pyspark.binaryAsBytes", Kind::Bool, "true", State::Acts, "Whether binaries are bytes in Python, or byte arrays."),
    key("spark.sql.execution.pythonUDF.arrow.enabled", Kind::Bool, "true", NO_EFFECT, "Whether Python functions get columns."),
    key("spark.sql.execution.pythonUDTF.arrow.enabled", Kind::Bool, "true", NO_EFFECT, "Whether Python table functions get columns."),
    key("spark.sql.pyspark.inferNestedDictAsStruct.enabled", Kind::Bool, "false", State::Acts, "Whether clients take nested dictionaries for structs."),
    key("spark.sql.pyspark.jvmStacktrace.enabled", Kind::Bool, "false", State::Acts, "Whether clients show the server's stack traces, of which Flint has none."),
    key("spark.sql.pyspark.legacy.inferArrayTypeFromFirstElement.enabled", Kind::Bool, "false", State::Acts, "Whether clients go by the first element of an array alone."),
    key("spark.sql.pyspark.legacy.inferMapTypeFromFirstPair.enabled", Kind::Bool, "false", State::Acts, "Whether clients go by the first pair of a map alone."),
    key("spark.sql.repl.eagerEval.enabled", Kind::Bool, "false", State::Acts, "Whether notebooks show the rows of a DataFrame."),
    key("spark.sql.repl.eagerEval.maxNumRows", COUNT, "20", State::Acts, "Most rows that notebooks show."),
    key("spark.sql.repl.eagerEval.truncate", Kind::Int { min: 0 }, "20", State::Acts, "Most characters of a cell that notebooks show; 0 for all."),
    key("spark.sql.session.localRelationBatchOfChunksSizeBytes", Kind::Bytes(ByteUnit::Byte), "1073741824", State::Acts, "Most bytes of local rows that clients send at once."),
    key("spark.sql.session.localRelationCacheThreshold", Kind::Bytes(ByteUnit::Byte), "1048576", State::Acts, "From how many bytes on clients send local rows once, apart from plans."),
    key("spark.sql.session.localRelationChunkSizeBytes", Kind::Bytes(ByteUnit::Byte), "16777216", State::Acts, "Most bytes of a piece of local rows."),
    key("spark.sql.session.localRelationChunkSizeRows", COUNT, "10000", State::Acts, "Most rows of a piece of local rows."),
    key("spark.sql.session.localRelationSizeLimit", Kind::Bytes(ByteUnit::Byte), "3221225472", State::Acts, "Most bytes of local rows."),
];
