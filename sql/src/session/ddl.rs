//! Types as DDL text: what clients send where a type is asked for as text.

use flint_sql_spec::{DataType, Result, StructType};

/// Reads the columns of a table (`a INT NOT NULL, b STRING`), or else one type (`array<int>`), or
/// else what could stand inside of `struct<..>`. Empty text is a struct without fields.
///
/// ```
/// use flint_sql::parse_ddl;
/// assert_eq!(parse_ddl("a int, b string")?.simple_string(), "struct<a:int,b:string>");
/// assert_eq!(parse_ddl("array<int>")?.simple_string(), "array<int>");
/// assert!(parse_ddl("a, b").is_err());
/// # Ok::<(), flint_sql::SqlError>(())
/// ```
///
/// # Errors
/// What is wrong with the text when it is read as columns.
pub fn parse_ddl(text: &str) -> Result<DataType> {
    let columns = match flint_sql_parser::parse_schema(text) {
        Ok(columns) => return Ok(DataType::Struct(columns)),
        Err(_) if text.trim().is_empty() => {
            return Ok(DataType::Struct(StructType::new(Vec::new())));
        }
        Err(error) => error,
    };
    flint_sql_parser::parse_data_type(text)
        .or_else(|_| flint_sql_parser::parse_data_type(&format!("struct<{}>", text.trim())))
        .map_err(|_| columns)
}
