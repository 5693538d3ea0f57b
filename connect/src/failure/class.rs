//! JVM classes of exceptions, by which clients choose what they raise.
//!
//! Python's client goes through an exception's class and those above it, and raises what the first
//! known one stands for: `SparkArithmeticException` is unknown to it, `java.lang.ArithmeticException`
//! is not. So the whole line up to `Object` is sent, as Spark does.

use std::iter::successors;

use flint_sql_spec::SqlError;

use super::conditions::CONDITIONS;

/// The part of a query's life that an error comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// While a plan was read, translated or analysed.
    Analysis,
    /// While it ran.
    Run,
}

/// A class of exceptions.
#[derive(Debug)]
pub(crate) struct Class {
    /// Its name with its package.
    pub(crate) name: &'static str,
    above: Option<&'static Class>,
}

impl Class {
    /// Its name and the names of those above it.
    pub(crate) fn hierarchy_names(&self) -> Vec<String> {
        successors(Some(self), |class| class.above)
            .map(|class| class.name.to_owned())
            .collect()
    }
}

macro_rules! classes {
    ($($constant:ident = $name:literal $(: $above:ident)?;)+) => {
        $(
            pub(super) static $constant: Class = Class {
                name: $name,
                above: classes!(@above $($above)?),
            };
        )+
    };
    (@above) => { None };
    (@above $above:ident) => { Some(&$above) };
}

classes! {
    OBJECT = "java.lang.Object";
    THROWABLE = "java.lang.Throwable": OBJECT;
    ERROR = "java.lang.Error": THROWABLE;
    VIRTUAL_MACHINE = "java.lang.VirtualMachineError": ERROR;
    OUT_OF_MEMORY = "java.lang.OutOfMemoryError": VIRTUAL_MACHINE;
    EXCEPTION = "java.lang.Exception": THROWABLE;
    IO = "java.io.IOException": EXCEPTION;
    FILE_NOT_FOUND = "java.io.FileNotFoundException": IO;
    FILE_ALREADY_EXISTS = "org.apache.hadoop.fs.FileAlreadyExistsException": IO;
    SQL = "java.sql.SQLException": EXCEPTION;
    SQL_NON_TRANSIENT = "java.sql.SQLNonTransientException": SQL;
    SQL_FEATURE_NOT_SUPPORTED = "java.sql.SQLFeatureNotSupportedException": SQL_NON_TRANSIENT;
    REFLECTIVE_OPERATION = "java.lang.ReflectiveOperationException": EXCEPTION;
    CLASS_NOT_FOUND = "java.lang.ClassNotFoundException": REFLECTIVE_OPERATION;
    RUNTIME = "java.lang.RuntimeException": EXCEPTION;
    ARITHMETIC = "java.lang.ArithmeticException": RUNTIME;
    CONCURRENT_MODIFICATION = "java.util.ConcurrentModificationException": RUNTIME;
    DATE_TIME = "java.time.DateTimeException": RUNTIME;
    ILLEGAL_ARGUMENT = "java.lang.IllegalArgumentException": RUNTIME;
    ILLEGAL_STATE = "java.lang.IllegalStateException": RUNTIME;
    INDEX_OUT_OF_BOUNDS = "java.lang.IndexOutOfBoundsException": RUNTIME;
    ARRAY_INDEX_OUT_OF_BOUNDS = "java.lang.ArrayIndexOutOfBoundsException": INDEX_OUT_OF_BOUNDS;
    NO_SUCH_ELEMENT = "java.util.NoSuchElementException": RUNTIME;
    NUMBER_FORMAT = "java.lang.NumberFormatException": ILLEGAL_ARGUMENT;
    SECURITY = "java.lang.SecurityException": RUNTIME;
    UNSUPPORTED_OPERATION = "java.lang.UnsupportedOperationException": RUNTIME;

    ANALYSIS = "org.apache.spark.sql.AnalysisException": EXCEPTION;
    PARSE = "org.apache.spark.sql.catalyst.parser.ParseException": ANALYSIS;
    INVALID_PLAN_INPUT = "org.apache.spark.sql.connect.common.InvalidPlanInput": EXCEPTION;
    PYTHON = "org.apache.spark.api.python.PythonException": RUNTIME;
    STREAMING_QUERY = "org.apache.spark.sql.streaming.StreamingQueryException": EXCEPTION;
    SPARK = "org.apache.spark.SparkException": EXCEPTION;
    CATALOG_NOT_FOUND = "org.apache.spark.sql.connector.catalog.CatalogNotFoundException": SPARK;
    SPARK_ARITHMETIC = "org.apache.spark.SparkArithmeticException": ARITHMETIC;
    SPARK_ARRAY_INDEX_OUT_OF_BOUNDS =
        "org.apache.spark.SparkArrayIndexOutOfBoundsException": ARRAY_INDEX_OUT_OF_BOUNDS;
    SPARK_CLASS_NOT_FOUND = "org.apache.spark.SparkClassNotFoundException": CLASS_NOT_FOUND;
    SPARK_CONCURRENT_MODIFICATION =
        "org.apache.spark.SparkConcurrentModificationException": CONCURRENT_MODIFICATION;
    SPARK_DATE_TIME = "org.apache.spark.SparkDateTimeException": DATE_TIME;
    SPARK_FILE_ALREADY_EXISTS =
        "org.apache.spark.SparkFileAlreadyExistsException": FILE_ALREADY_EXISTS;
    SPARK_FILE_NOT_FOUND = "org.apache.spark.SparkFileNotFoundException": FILE_NOT_FOUND;
    SPARK_ILLEGAL_ARGUMENT = "org.apache.spark.SparkIllegalArgumentException": ILLEGAL_ARGUMENT;
    SPARK_ILLEGAL_STATE = "org.apache.spark.SparkIllegalStateException": ILLEGAL_STATE;
    SPARK_NO_SUCH_ELEMENT = "org.apache.spark.SparkNoSuchElementException": NO_SUCH_ELEMENT;
    SPARK_NUMBER_FORMAT = "org.apache.spark.SparkNumberFormatException": NUMBER_FORMAT;
    SPARK_OUT_OF_MEMORY = "org.apache.spark.memory.SparkOutOfMemoryError": OUT_OF_MEMORY;
    SPARK_RUNTIME = "org.apache.spark.SparkRuntimeException": RUNTIME;
    SPARK_SECURITY = "org.apache.spark.SparkSecurityException": SECURITY;
    SPARK_SQL = "org.apache.spark.SparkSQLException": SQL;
    SPARK_SQL_FEATURE_NOT_SUPPORTED =
        "org.apache.spark.SparkSQLFeatureNotSupportedException": SQL_FEATURE_NOT_SUPPORTED;
    SPARK_UNSUPPORTED_OPERATION =
        "org.apache.spark.SparkUnsupportedOperationException": UNSUPPORTED_OPERATION;
    SPARK_UPGRADE = "org.apache.spark.SparkUpgradeException": RUNTIME;
}

/// The class that stands for an error.
pub(crate) fn of(error: &SqlError, phase: Phase) -> &'static Class {
    if error.is_parse_error() {
        return &PARSE;
    }
    let condition = error.condition();
    if condition.name == "CAST_INVALID_INPUT" {
        return of_cast(error);
    }
    let listed = listed(&condition.name).or_else(|| listed(condition.class()));
    match (listed, phase) {
        (Some(class), _) => class,
        (None, Phase::Run) if !is_about_the_query(error.sql_state()) => &SPARK_RUNTIME,
        (None, _) => &ANALYSIS,
    }
}

fn listed(name: &str) -> Option<&'static Class> {
    let of_class = |(_, names): &&(&Class, &str)| names.split(' ').any(|known| known == name);
    CONDITIONS.iter().find(of_class).map(|(class, _)| *class)
}

/// Texts that no value of a type can be read from: the type decides.
fn of_cast(error: &SqlError) -> &'static Class {
    let target = error.parameter("targetType").unwrap_or_default();
    match target.trim_matches('"') {
        "BOOLEAN" => &SPARK_RUNTIME,
        name if name.starts_with("DATE") || name.starts_with("TIME") => &SPARK_DATE_TIME,
        _ => &SPARK_NUMBER_FORMAT,
    }
}

/// Whether a SQLSTATE says that the query is wrong, or asks for what there is not, whenever that is
/// found: classes 0A, 42, 46 and 56.
fn is_about_the_query(sql_state: &str) -> bool {
    ["0A", "42", "46", "56"]
        .iter()
        .any(|class| sql_state.starts_with(class))
}
