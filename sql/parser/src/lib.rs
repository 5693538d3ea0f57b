//! Spark SQL, read into Flint's [spec](flint_sql_spec).
//!
//! A recursive-descent parser over tokens of its own, with precedence climbing for
//! expressions. It decides what the text says and nothing else: names, types, functions and the
//! names of columns without an alias are the analyzer's. Every expression and relation has its place
//! in the text, so that errors and generated names can show it.
//!
//! - *Words*: nearly every keyword is allowed as a name, as in Spark without
//!   `spark.sql.ansi.enforceReservedKeywords`; only the words that join relations are not taken for
//!   a table's alias.
//! - *Depth* is bounded, chains are not: nesting beyond some thousands of levels is
//!   `FAILED_TO_PARSE_TOO_COMPLEX`, on any thread, whatever its stack.
//! - *Errors* are Spark's: condition, SQLSTATE, parameters, line and position.
//!
//! ```
//! use flint_sql_parser::{parse_plan, parse_data_type};
//! let plan = parse_plan("select a + 1 from t where b > 2").expect("is valid");
//! let error = parse_plan("select a from t whree b > 2").expect_err("has a typing error");
//! assert_eq!(error.sql_state(), "42601");
//! assert_eq!(parse_data_type("array<int>").expect("is a type").simple_string(), "array<int>");
//! # let _ = plan;
//! ```

#![forbid(unsafe_code)]

mod cursor;
mod data_type;
mod datetime;
mod dialect;
mod expr;
mod lexer;
mod parens;
mod query;
mod query_text;
mod script;
mod statement;
mod string_literal;

use flint_sql_spec::{
    DataType, Expr, Ident, Plan, Relation, Result, SqlError, StructType, condition,
};

use crate::cursor::Parser;

pub use dialect::Dialect;
pub use script::{Script, TokenClass, classify_tokens, split_script};

/// Reads one statement or query; a semicolon may end it.
///
/// # Errors
/// Spark's conditions for text that is not valid, with line and position.
pub fn parse_plan(text: &str) -> Result<Plan> {
    parse_plan_in(text, Dialect::default())
}

/// As [`parse_plan`], for a session that reads strings in another way.
///
/// ```
/// use flint_sql_parser::{Dialect, parse_plan_in};
///
/// let dialect = Dialect { double_quoted_identifiers: true, ..Dialect::default() };
/// parse_plan_in("SELECT a AS \"a b\"", dialect)?;
/// # Ok::<(), flint_sql_spec::SqlError>(())
/// ```
///
/// # Errors
/// As [`parse_plan`].
pub fn parse_plan_in(text: &str, dialect: Dialect) -> Result<Plan> {
    Parser::within(text, dialect)?.whole(Parser::plan)
}

/// Reads a query.
///
/// # Errors
/// Spark's conditions for text that is not valid, a statement that is no query among them.
pub fn parse_query(text: &str) -> Result<Relation> {
    Parser::new(text)?.whole(Parser::query)
}

/// Reads an expression, with or without a name: what `expr` and `selectExpr` take.
///
/// # Errors
/// Spark's conditions for text that is not valid.
pub fn parse_expression(text: &str) -> Result<Expr> {
    Parser::new(text)?.whole(Parser::named_expr)
}

/// Reads an interval, such as `10 minutes` or `1 month 2 days`, as a number of microseconds; a month
/// counts 31 days.
///
/// # Errors
/// `CANNOT_PARSE_INTERVAL`.
///
/// ```
/// assert_eq!(flint_sql_parser::parse_duration("1 minute -1 second")?, 59_000_000);
/// # Ok::<(), flint_sql_spec::SqlError>(())
/// ```
pub fn parse_duration(text: &str) -> Result<i128> {
    const MONTH: i128 = 31 * 24 * 60 * 60 * 1_000_000;
    parse_interval(text).map(|(months, micros)| months * MONTH + micros)
}

/// Reads an interval, such as `10 minutes` or `1 month 2 days`, as numbers of months and microseconds.
///
/// # Errors
/// `CANNOT_PARSE_INTERVAL`.
///
/// ```
/// assert_eq!(flint_sql_parser::parse_interval("1 year -1 second")?, (12, -1_000_000));
/// # Ok::<(), flint_sql_spec::SqlError>(())
/// ```
pub fn parse_interval(text: &str) -> Result<(i128, i128)> {
    expr::parts_of_text(text).map_err(|_| {
        SqlError::new(condition::CANNOT_PARSE_INTERVAL).with("intervalString", format!("'{text}'"))
    })
}

/// Reads a data type, such as `array<struct<a:int>>`.
///
/// # Errors
/// Spark's conditions for text that is no type.
pub fn parse_data_type(text: &str) -> Result<DataType> {
    Parser::new(text)?.whole(Parser::data_type)
}

/// Reads a schema as DDL: `a INT NOT NULL, b STRING COMMENT 'x'`.
///
/// # Errors
/// Spark's conditions for text that is no schema.
pub fn parse_schema(text: &str) -> Result<StructType> {
    Parser::new(text)?
        .whole(Parser::schema)
        .map(StructType::new)
}

/// The places of the parameters `?` in a text, as offsets in bytes.
///
/// ```
/// assert_eq!(flint_sql_parser::positional_parameters("SELECT ?, '?', ?"), Ok(vec![7, 15]));
/// ```
///
/// # Errors
/// Spark's conditions for text that cannot be split into tokens.
pub fn positional_parameters(text: &str) -> Result<Vec<usize>> {
    Ok(Parser::new(text)?.places_of("?"))
}

/// Reads a dotted name, such as `db.t` or a column's.
///
/// # Errors
/// Spark's conditions for text that is no name.
pub fn parse_name(text: &str) -> Result<Vec<Ident>> {
    Parser::new(text)?.whole(Parser::dotted)
}
