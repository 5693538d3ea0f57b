//! Types as text: Spark's simple strings and SQL.

use std::fmt::{self, Write};

use super::{Collation, DataType, StructField, StructType};
use crate::name::quote_part_if_needed;
use crate::node::with_stack;

impl DataType {
    /// The short form that `printSchema`, `typeof` and messages use. All fields of a struct are
    /// written, as in Spark's catalog strings and PySpark.
    ///
    /// ```
    /// use flint_sql_spec::{DataType, StructField};
    /// let row = DataType::structure([StructField::new("a", DataType::Integer, true)]);
    /// assert_eq!(DataType::array(row).simple_string(), "array<struct<a:int>>");
    /// assert_eq!(DataType::DEFAULT_DECIMAL.simple_string(), "decimal(10,0)");
    /// ```
    pub fn simple_string(&self) -> String {
        let mut out = String::new();
        write_simple(self, &mut out).expect("a String takes any text");
        out
    }

    /// The type as SQL, in upper case, with NOT NULL and comments of nested fields: what
    /// [`StructType::ddl`] is made of and error messages quote.
    pub fn sql(&self) -> String {
        let mut out = String::new();
        write_sql(self, &mut out).expect("a String takes any text");
        out
    }
}

impl StructType {
    /// The schema as DDL text: `a INT NOT NULL,b STRING COMMENT 'x'`.
    pub fn ddl(&self) -> String {
        let columns: Vec<_> = self.iter().map(|field| column(field, " ")).collect();
        columns.join(",")
    }
}

impl fmt::Display for DataType {
    /// Writes the simple string.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.simple_string())
    }
}

fn write_simple(data_type: &DataType, out: &mut String) -> fmt::Result {
    match data_type {
        DataType::Array { element, .. } => {
            out.push_str("array<");
            with_stack(|| write_simple(element, out))?;
            out.push('>');
        }
        DataType::Map { key, value, .. } => {
            out.push_str("map<");
            with_stack(|| write_simple(key, out))?;
            out.push(',');
            with_stack(|| write_simple(value, out))?;
            out.push('>');
        }
        DataType::Struct(fields) => {
            out.push_str("struct<");
            for (at, field) in fields.iter().enumerate() {
                let comma = if at > 0 { "," } else { "" };
                write!(out, "{comma}{}:", field.name)?;
                with_stack(|| write_simple(&field.data_type, out))?;
            }
            out.push('>');
        }
        flat => write_flat(flat, out)?,
    }
    Ok(())
}

/// Writes a type that has no other types inside.
fn write_flat(data_type: &DataType, out: &mut String) -> fmt::Result {
    match data_type {
        DataType::Decimal { precision, scale } => write!(out, "decimal({precision},{scale})"),
        DataType::String(Collation::Named(name)) => write!(out, "string collate {name}"),
        DataType::Char(length) => write!(out, "char({length})"),
        DataType::VarChar(length) => write!(out, "varchar({length})"),
        DataType::Time(precision) => write!(out, "time({precision})"),
        DataType::TimestampLtzNanos(precision) => write!(out, "timestamp_ltz({precision})"),
        DataType::TimestampNtzNanos(precision) => write!(out, "timestamp_ntz({precision})"),
        DataType::YearMonthInterval(range) => out.write_str(&range.type_name()),
        DataType::DayTimeInterval(range) => out.write_str(&range.type_name()),
        DataType::Geometry(srid) => write_spatial("geometry", *srid, out),
        DataType::Geography(srid) => write_spatial("geography", *srid, out),
        DataType::UserDefined(udt) => out.write_str(&udt.short_name()),
        DataType::Unparsed(text) => out.write_str(text),
        plain => out.write_str(plain_name(plain)),
    }
}

fn write_spatial(name: &str, srid: Option<i32>, out: &mut String) -> fmt::Result {
    match srid {
        Some(srid) => write!(out, "{name}({srid})"),
        None => write!(out, "{name}(any)"),
    }
}

/// The name of a type that has no parameters.
fn plain_name(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Null => "void",
        DataType::Boolean => "boolean",
        DataType::Byte => "tinyint",
        DataType::Short => "smallint",
        DataType::Integer => "int",
        DataType::Long => "bigint",
        DataType::Float => "float",
        DataType::Double => "double",
        DataType::String(_) => "string",
        DataType::Binary => "binary",
        DataType::Date => "date",
        DataType::Timestamp => "timestamp",
        DataType::TimestampNtz => "timestamp_ntz",
        DataType::CalendarInterval => "interval",
        DataType::Variant => "variant",
        DataType::Array { .. } => "array",
        DataType::Map { .. } => "map",
        DataType::Struct(_) => "struct",
        // Their names have parameters, and `write_flat` has dealt with them.
        _ => unreachable!("a type with parameters has no plain name"),
    }
}

fn write_sql(data_type: &DataType, out: &mut String) -> fmt::Result {
    match data_type {
        DataType::Array { element, .. } => {
            out.push_str("ARRAY<");
            with_stack(|| write_sql(element, out))?;
            out.push('>');
        }
        DataType::Map { key, value, .. } => {
            out.push_str("MAP<");
            with_stack(|| write_sql(key, out))?;
            out.push_str(", ");
            with_stack(|| write_sql(value, out))?;
            out.push('>');
        }
        DataType::Struct(fields) => {
            let inner: Vec<_> = fields.iter().map(|field| column(field, ": ")).collect();
            write!(out, "STRUCT<{}>", inner.join(", "))?;
        }
        DataType::UserDefined(udt) => with_stack(|| write_sql(&udt.sql_type, out))?,
        DataType::String(Collation::Named(name)) => write!(out, "STRING COLLATE {name}")?,
        flat => {
            let mut name = String::new();
            write_flat(flat, &mut name)?;
            out.push_str(&name.to_ascii_uppercase());
        }
    }
    Ok(())
}

/// One column as DDL: name, type, NOT NULL, DEFAULT and COMMENT.
fn column(field: &StructField, between: &str) -> String {
    let mut out = format!("{}{between}", quote_part_if_needed(&field.name));
    with_stack(|| write_sql(&field.data_type, &mut out)).expect("a String takes any text");
    if !field.nullable {
        out.push_str(" NOT NULL");
    }
    if let Some(default) = field.metadata_text("CURRENT_DEFAULT") {
        out.push_str(" DEFAULT ");
        out.push_str(&default);
    }
    if let Some(comment) = field.comment() {
        let escaped = comment.replace('\\', "\\\\").replace('\'', "\\'");
        out.push_str(&format!(" COMMENT '{escaped}'"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::{DayTimeRange, YearMonthField, YearMonthRange};
    use super::*;
    use crate::Node;

    #[test]
    fn simple_strings_are_sparks() {
        let cases = [
            (DataType::Null, "void"),
            (DataType::Byte, "tinyint"),
            (DataType::Long, "bigint"),
            (
                DataType::Decimal {
                    precision: 10,
                    scale: 2,
                },
                "decimal(10,2)",
            ),
            (DataType::STRING, "string"),
            (
                DataType::String(Collation::of("UNICODE_CI")),
                "string collate UNICODE_CI",
            ),
            (DataType::VarChar(7), "varchar(7)"),
            (DataType::DEFAULT_TIME, "time(6)"),
            (DataType::CalendarInterval, "interval"),
            (
                DataType::DayTimeInterval(DayTimeRange::WHOLE),
                "interval day to second",
            ),
            (
                DataType::YearMonthInterval(YearMonthRange::only(YearMonthField::Month)),
                "interval month",
            ),
            (
                DataType::map(DataType::STRING, DataType::Double),
                "map<string,double>",
            ),
        ];
        for (data_type, expected) in cases {
            assert_eq!(data_type.simple_string(), expected);
        }
    }

    #[test]
    fn ddl_quotes_names_and_escapes_comments() {
        let inner = DataType::structure([StructField::new("x", DataType::Integer, false)]);
        let schema = StructType::new([
            StructField::new("a b", inner, true),
            StructField::new("c", DataType::STRING, false).with_metadata(r#"{"comment":"it's"}"#),
        ]);
        let expected = r"`a b` STRUCT<x: INT NOT NULL>,c STRING NOT NULL COMMENT 'it\'s'";
        assert_eq!(schema.ddl(), expected);
    }

    #[test]
    fn a_deep_type_renders() {
        let mut deep = DataType::Integer;
        for _ in 0..20_000 {
            deep = DataType::Array {
                element: Node::new(deep),
                contains_null: true,
            };
        }
        assert_eq!(deep.simple_string().len(), 20_000 * 7 + 3);
        assert_eq!(deep.sql().len(), 20_000 * 7 + 3);
    }
}
