//! Errors: their kind and Spark's condition.
//!
//! The client does not fetch errors' details, so that a query context is never there; and it takes
//! every error of a parser for one of the analysis.

use spark_connect::{DataFrame, SparkError, SparkSession};
use spark_connect_core::error::SparkErrorKind;

use crate::Outcome;

/// The error that a frame's rows end with.
fn error(frame: &DataFrame) -> SparkError {
    frame.collect().expect_err("an error")
}

/// Asserts the condition of an error.
pub(crate) fn is(error: &SparkError, condition: &str) {
    assert_eq!(error.get_condition().as_deref(), Some(condition), "{error}");
}

pub(crate) fn analysis_exceptions_by_class(spark: &SparkSession) -> Outcome {
    let unknown = error(&spark.range(1)?.select(["nothing"]));
    is(&unknown, "UNRESOLVED_COLUMN.WITH_SUGGESTION");
    assert_eq!(unknown.kind, SparkErrorKind::Analysis);
    let unknown = error(&spark.table("no_such_table")?);
    is(&unknown, "TABLE_OR_VIEW_NOT_FOUND");
    assert_eq!(unknown.kind, SparkErrorKind::Analysis);
    Ok(())
}

pub(crate) fn parse_exceptions(spark: &SparkSession) -> Outcome {
    let wrong = error(&spark.sql("SELEC 1")?);
    is(&wrong, "PARSE_SYNTAX_ERROR");
    assert_eq!(wrong.kind, SparkErrorKind::Analysis);
    Ok(())
}

pub(crate) fn arithmetic_exceptions_by_class(spark: &SparkSession) -> Outcome {
    let wrong = error(&spark.sql("SELECT 1 / (id - id) FROM range(3)")?);
    is(&wrong, "DIVIDE_BY_ZERO");
    assert_eq!(wrong.kind, SparkErrorKind::Arithmetic);
    Ok(())
}

pub(crate) fn error_details(spark: &SparkSession) -> Outcome {
    let wrong = error(&spark.sql("SELECT nothing FROM range(1)")?);
    is(&wrong, "UNRESOLVED_COLUMN.WITH_SUGGESTION");
    assert_eq!(wrong.get_sql_state().as_deref(), Some("42703"));
    let parameters = wrong.get_message_parameters().unwrap_or_default();
    let parameters = parameters
        .get("messageParameters")
        .cloned()
        .unwrap_or_default();
    for part in [r#""objectName":"`nothing`""#, r#""proposal":"`id`""#] {
        assert!(parameters.contains(part), "{part} is not in {parameters}");
    }
    Ok(())
}
