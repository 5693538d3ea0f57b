//! Results as texts, as a cast to STRING prints them.

use arrow::array::ArrayRef;
use flint_sql::{QueryResult, SparkSession};
use flint_sql_functions::display::{Style, printer};
use flint_sql_spec::{DataType, StructField};

/// Rows of cells; columns that `hex` is true for as hexadecimal digits.
pub(crate) fn texts(
    result: &QueryResult,
    spark: &SparkSession,
    hex: impl Fn(&DataType) -> bool,
) -> Vec<Vec<Option<String>>> {
    let zone = spark
        .conf()
        .get("spark.sql.session.timeZone")
        .expect("a zone");
    let ansi = spark.conf().get("spark.sql.ansi.enabled").expect("a flag") == "true";
    let style = Style::cast(&zone, ansi).expect("a style");
    let mut rows = Vec::new();
    for batch in &result.batches {
        for row in 0..batch.num_rows() {
            let cells = result
                .schema
                .iter()
                .zip(batch.columns())
                .map(|(field, column)| {
                    if column.is_null(row) || field.data_type == DataType::Null {
                        return None;
                    }
                    if hex(&field.data_type) {
                        let bytes = arrow::array::AsArray::as_binary::<i32>(column).value(row);
                        return Some(bytes.iter().map(|byte| format!("{byte:02X}")).collect());
                    }
                    if field.data_type == DataType::Variant {
                        return variant_text(&printed(column, field, &style, row));
                    }
                    Some(printed(column, field, &style, row))
                });
            rows.push(cells.collect());
        }
    }
    rows
}

fn printed(column: &ArrayRef, field: &StructField, style: &Style, row: usize) -> String {
    let print = printer(column, &field.data_type, style).expect("a printer");
    print.text(row)
}

/// A variant as a cast of it prints: strings are themselves, and JSON's null is NULL.
fn variant_text(json: &str) -> Option<String> {
    match json {
        "null" => None,
        text if text.starts_with('"') => serde_json::from_str(text).ok(),
        other => Some(other.to_owned()),
    }
}
