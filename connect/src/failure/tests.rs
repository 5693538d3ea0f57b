use flint_connect_protocol::rpc;
use flint_connect_protocol::spark::connect::fetch_error_details_response::query_context::ContextType;
use flint_sql_spec::{Origin, SqlError, SqlText, condition};
use prost::Message;
use tonic::Code;

use super::{ErrorStore, Failure, Phase, TRAILER_BYTES};

/// What a client reads from a status.
fn info(status: &tonic::Status) -> (rpc::Status, rpc::ErrorInfo) {
    let whole = rpc::Status::decode(status.details()).expect("a google.rpc.Status");
    let info = rpc::ErrorInfo::from_any(&whole.details[0]).expect("an ErrorInfo");
    (whole, info)
}

/// The classes that Python's client maps to exceptions of its own.
fn raised(error: &SqlError, phase: Phase) -> String {
    const KNOWN: [&str; 17] = [
        "org.apache.spark.sql.catalyst.parser.ParseException",
        "org.apache.spark.sql.AnalysisException",
        "org.apache.spark.sql.streaming.StreamingQueryException",
        "org.apache.spark.sql.execution.QueryExecutionException",
        "java.lang.NumberFormatException",
        "java.lang.IllegalArgumentException",
        "java.lang.ArithmeticException",
        "java.lang.UnsupportedOperationException",
        "java.lang.ArrayIndexOutOfBoundsException",
        "java.time.DateTimeException",
        "org.apache.spark.SparkRuntimeException",
        "org.apache.spark.SparkUpgradeException",
        "org.apache.spark.api.python.PythonException",
        "org.apache.spark.SparkNoSuchElementException",
        "org.apache.spark.SparkException",
        "org.apache.spark.sql.connect.common.InvalidPlanInput",
        "org.apache.spark.api.python.StreamingPythonRunner$StreamingPythonRunnerInitializationException",
    ];
    let (_, info) = info(&Failure::status_without_session(error, phase));
    let classes: Vec<String> =
        serde_json::from_str(&info.metadata["classes"]).expect("a list of names");
    assert_eq!(classes[0], info.reason);
    assert_eq!(classes.last().map(String::as_str), Some("java.lang.Object"));
    let known = classes.into_iter().find(|class| KNOWN.contains(&&**class));
    let name = known.unwrap_or_default();
    name.rsplit('.').next().unwrap_or_default().to_owned()
}

#[test]
fn clients_raise_what_they_raise_with_spark() {
    let cases = [
        (condition::PARSE_SYNTAX_ERROR, "ParseException"),
        (condition::TABLE_OR_VIEW_NOT_FOUND, "AnalysisException"),
        (
            condition::UNRESOLVED_COLUMN_WITH_SUGGESTION,
            "AnalysisException",
        ),
        (condition::PATH_NOT_FOUND, "AnalysisException"),
        (condition::DIVIDE_BY_ZERO, "ArithmeticException"),
        (
            condition::NUMERIC_VALUE_OUT_OF_RANGE_WITH_SUGGESTION,
            "ArithmeticException",
        ),
        (
            condition::INVALID_ARRAY_INDEX,
            "ArrayIndexOutOfBoundsException",
        ),
        (condition::CANNOT_PARSE_TIMESTAMP, "DateTimeException"),
        (
            condition::INVALID_CONF_VALUE_REQUIREMENT,
            "IllegalArgumentException",
        ),
        (condition::SQL_CONF_NOT_FOUND, "SparkNoSuchElementException"),
        (condition::USER_RAISED_EXCEPTION, "SparkRuntimeException"),
        (condition::NULL_MAP_KEY, "SparkRuntimeException"),
        (condition::FAILED_READ_FILE_NO_HINT, "SparkException"),
        (condition::SCALAR_SUBQUERY_TOO_MANY_ROWS, "SparkException"),
        (condition::INTERNAL_ERROR, "SparkException"),
        (
            condition::CONNECT_INVALID_PLAN_DATAFRAME_NOT_FOUND,
            "InvalidPlanInput",
        ),
        (
            condition::INCONSISTENT_BEHAVIOR_CROSS_VERSION_PARSE_DATETIME_BY_NEW_PARSER,
            "SparkUpgradeException",
        ),
        // A java.sql.SQLException, for which Python has none.
        (condition::INVALID_HANDLE_SESSION_NOT_FOUND, ""),
    ];
    for (condition, class) in cases {
        let error = SqlError::new(condition);
        assert_eq!(raised(&error, Phase::Run), class, "{error}");
        assert_eq!(raised(&error, Phase::Analysis), class, "{error}");
    }
    let parsing = SqlError::new(condition::INVALID_ESCAPE_CHAR).while_parsing();
    assert_eq!(raised(&parsing, Phase::Analysis), "ParseException");
}

#[test]
fn a_cast_fails_by_its_type() {
    for (target, class) in [
        ("\"INT\"", "NumberFormatException"),
        ("\"DECIMAL(3,1)\"", "NumberFormatException"),
        ("\"DATE\"", "DateTimeException"),
        ("\"TIMESTAMP_NTZ\"", "DateTimeException"),
        ("\"BOOLEAN\"", "SparkRuntimeException"),
    ] {
        let error = SqlError::new(condition::CAST_INVALID_INPUT).with("targetType", target);
        assert_eq!(raised(&error, Phase::Run), class, "{target}");
    }
}

#[test]
fn conditions_that_spark_has_not_go_by_phase_and_sqlstate() {
    let data = SqlError::new(flint_sql_spec::Condition::new("MINE", "22000", "Odd."));
    assert_eq!(raised(&data, Phase::Run), "SparkRuntimeException");
    assert_eq!(raised(&data, Phase::Analysis), "AnalysisException");
    let query = SqlError::new(flint_sql_spec::Condition::new("MINE", "42000", "Odd."));
    assert_eq!(raised(&query, Phase::Run), "AnalysisException");
}

#[test]
fn a_status_tells_what_fits_and_the_store_the_rest() {
    let store = ErrorStore::default();
    let error = SqlError::new(condition::DIVIDE_BY_ZERO).with("config", "\"ansi\"");
    let status = Failure::status(&error, Phase::Run, &store);
    assert_eq!(status.code(), Code::Internal);
    assert_eq!(status.message(), error.to_string());
    let (whole, info) = info(&status);
    assert_eq!(whole.code, 13);
    assert_eq!(whole.message, error.to_string());
    assert_eq!(info.domain, "org.apache.spark");
    assert_eq!(info.metadata["errorClass"], "DIVIDE_BY_ZERO");
    assert_eq!(info.metadata["sqlState"], "22012");
    assert_eq!(
        info.metadata["messageParameters"],
        r#"{"config":"\"ansi\""}"#
    );
    let id = &info.metadata["errorId"];
    assert!(store.take(id).is_some());
    assert!(store.take(id).is_none(), "it is read once");
}

#[test]
fn large_errors_are_cut_to_what_clients_accept() {
    let texts = ["x", "ä", "日", "🦀", "\n", "% "].map(|text| text.repeat(40_000));
    for text in texts.iter().chain(&[String::from("short")]) {
        let error = SqlError::new(condition::INTERNAL_ERROR).with("message", text.as_str());
        let status = Failure::status(&error, Phase::Run, &ErrorStore::default());
        let mut headers = http_headers(&status);
        let message = headers.remove(0);
        let details = headers.remove(0);
        assert!(message.len() + details.len() <= TRAILER_BYTES);
        assert!(status.message().chars().count() <= 2048);
        let (_, info) = info(&status);
        let whole = status.message() == error.to_string();
        assert_eq!(whole, text == "short");
        assert_eq!(info.metadata.contains_key("errorClass"), whole);
        assert_eq!(info.metadata.contains_key("messageParameters"), whole);
        assert_eq!(whole, !status.message().ends_with("..."));
        // The message still begins as it did.
        let start = status.message().trim_end_matches("...");
        assert!(error.to_string().starts_with(start));
        assert!(whole || start.len() > 400);
    }
}

/// The trailers of a status as they are sent.
fn http_headers(status: &tonic::Status) -> Vec<Vec<u8>> {
    let response = status.clone().into_http::<tonic::body::Body>();
    ["grpc-message", "grpc-status-details-bin"]
        .map(|name| response.headers()[name].as_bytes().to_vec())
        .to_vec()
}

#[test]
fn details_tell_places_and_causes() {
    let text = SqlText::of_object("select a / 0", "VIEW", "v");
    let cause = SqlError::new(condition::DIVIDE_BY_ZERO).at(&Origin::sql(&text, 7..12));
    let error = SqlError::new(condition::FAILED_EXECUTE_UDF)
        .with("functionName", "f")
        .at(&Origin::call("select"))
        .caused_by(cause);
    let told = Failure::new(error.clone(), Phase::Run).details();
    assert_eq!(told.root_error_idx, Some(0));
    let [outer, inner] = &told.errors[..] else {
        panic!("{told:?}");
    };
    assert_eq!((outer.cause_idx, inner.cause_idx), (Some(1), None));
    assert_eq!(outer.message, error.to_string());
    assert_eq!(
        outer.error_type_hierarchy[0],
        "org.apache.spark.SparkException"
    );
    assert!(outer.stack_trace.is_empty());
    let outer = outer.spark_throwable.as_ref().expect("Spark's errors are");
    assert_eq!(outer.error_class.as_deref(), Some("FAILED_EXECUTE_UDF"));
    assert_eq!(outer.message_parameters["functionName"], "f");
    let place = &outer.query_contexts[0];
    assert_eq!(place.context_type(), ContextType::Dataframe);
    assert_eq!(place.fragment, "select");
    assert!(place.call_site.contains("tests.rs"), "{place:?}");
    assert!(place.summary.contains("\"select\" was called from"));
    let inner = inner.spark_throwable.as_ref().expect("Spark's errors are");
    assert_eq!(inner.sql_state.as_deref(), Some("22012"));
    let place = &inner.query_contexts[0];
    assert_eq!(place.context_type(), ContextType::Sql);
    assert_eq!((place.start_index, place.stop_index), (7, 11));
    assert_eq!((&*place.object_type, &*place.object_name), ("VIEW", "v"));
    assert_eq!(place.fragment, "a / 0");
    assert!(
        place
            .summary
            .starts_with("== SQL of VIEW v (line 1, position 8) ==\n")
    );
}

#[test]
fn the_store_is_bounded() {
    let store = ErrorStore::default();
    let ids: Vec<String> = (0..25)
        .map(|_| store.keep(Failure::new(SqlError::internal("odd"), Phase::Run)))
        .collect();
    assert!(store.take(&ids[4]).is_none());
    assert!(store.take(&ids[5]).is_some());
    assert!(store.take(&ids[24]).is_some());
    assert!(store.take("").is_none());
}
