//! Spark SQL in Rust: sessions, DataFrames and SQL text, with Spark's answers, names, types and
//! errors.
//!
//! ```
//! use flint_sql::SparkSession;
//! use flint_sql::functions::{col, sum};
//!
//! let spark = SparkSession::builder().master("local[2]").get_or_create()?;
//! let squares = spark.sql("SELECT id, id * id AS square FROM range(5)");
//! let total = squares.filter(col("id").gt(2)).agg(sum("square")).first()?;
//! assert_eq!(total.expect("one row").get::<i64>(0)?, 25);
//! # Ok::<(), flint_sql::SqlError>(())
//! ```
//!
//! A [`SparkSession`] makes [`DataFrame`]s of SQL text, files, tables and values. Their methods
//! write a query and never fail; [`functions`] and [`Column`]s write its expressions. Actions run it
//! and give [`Row`]s, Arrow batches or text. A [`Dataset`] has values of a type of the program in the
//! place of rows.
//!
//! A session takes what text and DataFrames say (`flint-sql-spec`), gives it its meaning
//! (`flint-sql-analyzer`), lowers it (`flint-sql-execution`) and runs it as a job of `flint-core`.

#![forbid(unsafe_code)]

pub mod catalog;
mod column;
mod dataframe;
mod dataset;
pub mod functions;
mod grouped;
mod na;
mod options;
mod reader;
mod row;
mod session;
mod show;
mod stat;
mod udf;
mod window;
mod writer;

pub use catalog::Catalog;
pub use column::{CaseWhen, Column, ColumnOrLiteral, IntoColumns, TypeName};
pub use dataframe::{Condition, DataFrame, HowJoin, IntoNames, JoinOn, Nearest};
pub use dataset::{Dataset, KeyValueGroupedDataset, Record};
pub use grouped::GroupedData;
pub use na::DataFrameNaFunctions;
pub use options::OptionValue;
pub use reader::{DataFrameReader, ReadSchema};
pub use row::{FromValue, Row, RowStream, Rows};
pub use session::{
    FlowWatch, Observation, ObserveAs, ObservedMetrics, PlanExtensions, QueryFlow, QueryFuture,
    QueryResult, QueryStream, RuntimeConfig, SparkSession, SparkSessionBuilder, parse_ddl,
    storage_level,
};
pub use stat::DataFrameStatFunctions;
pub use udf::{Aggregator, IntoUdf, UdfRegistration, UserDefinedFunction};
pub use window::{Window, WindowSpec};
pub use writer::{
    DataFrameWriter, DataFrameWriterV2, MergeIntoWriter, Mode, WhenMatched, WhenNotMatched,
    WhenNotMatchedBySource,
};

/// The engine below, whose plans rules of users see.
pub use datafusion;
pub use flint_core::{Context, StorageLevel};
/// The error for a message of another maker that nobody understands.
pub use flint_sql_analyzer::no_handler;
pub use flint_sql_columnar::encoder;
pub use flint_sql_execution::rules;
/// How values print.
pub use flint_sql_functions::display;
/// SQL text as programs need it that take several statements or show them.
pub use flint_sql_parser::{Script, TokenClass, classify_tokens, split_script};
pub use flint_sql_spec::{
    Collation, DataType, DayTimeField, DayTimeRange, DecimalValue, ExplainMode, Expr, Extension,
    JoinType, Literal, Relation, Result, SaveMode, SqlError, StructField, StructType, VariantValue,
    YearMonthField, YearMonthRange, condition,
};
