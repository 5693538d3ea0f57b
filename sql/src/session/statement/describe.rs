//! `DESCRIBE`.

use flint_sql_analyzer::Analyzer;
use flint_sql_spec::{
    DataType, Describe, Ident, Literal, Result, SqlError, StructField, StructType, condition,
    quote_part,
};

use super::super::{QueryResult, SparkSession};
use super::refused;

/// `DESCRIBE`.
pub(super) fn describe(session: &SparkSession, describe: &Describe) -> Result<QueryResult> {
    match describe {
        Describe::Query(query) => columns(&Analyzer::schema(&session.analyze(query)?)),
        Describe::Table {
            name,
            partition,
            column: None,
            extended: false,
            as_json: false,
        } if partition.is_empty() => {
            let parts = name.parts().unwrap_or_default();
            columns(&session.schema_of_table(parts)?)
        }
        Describe::Table {
            name,
            column: Some(column),
            extended: false,
            as_json: false,
            ..
        } => {
            let schema = session.schema_of_table(name.parts().unwrap_or_default())?;
            one_column(&schema, column)
        }
        other => Err(refused(&format!("Describe{other:?}"))),
    }
}

fn columns(schema: &StructType) -> Result<QueryResult> {
    let fields = [
        StructField::new("col_name", DataType::STRING, false),
        StructField::new("data_type", DataType::STRING, false),
        StructField::new("comment", DataType::STRING, true),
    ];
    let rows = schema.iter().map(|field| {
        vec![
            Literal::String(field.name.clone()),
            field.data_type.simple_string().into(),
            field
                .comment()
                .map_or(Literal::Null(DataType::STRING), Literal::from),
        ]
    });
    QueryResult::of(StructType::new(fields), rows.collect())
}

fn one_column(schema: &StructType, column: &[Ident]) -> Result<QueryResult> {
    let name = column.last().map(|part| &**part).unwrap_or_default();
    let found = schema
        .iter()
        .find(|field| field.name.eq_ignore_ascii_case(name));
    let Some(field) = found else {
        let known: Vec<String> = schema.iter().map(|field| quote_part(&field.name)).collect();
        return Err(SqlError::new(condition::UNRESOLVED_COLUMN_WITH_SUGGESTION)
            .with("objectName", quote_part(name))
            .with("proposal", known.join(", ")));
    };
    let fields = [
        StructField::new("info_name", DataType::STRING, false),
        StructField::new("info_value", DataType::STRING, false),
    ];
    let comment = field.comment().unwrap_or_else(|| "NULL".to_owned());
    let rows = [
        ("col_name", field.name.to_string()),
        ("data_type", field.data_type.simple_string()),
        ("comment", comment),
    ];
    let rows = rows
        .into_iter()
        .map(|(name, value)| vec![name.into(), value.into()]);
    QueryResult::of(StructType::new(fields), rows.collect())
}
