//! Results as texts, as a cast to STRING prints them.

use flint_sql::{QueryResult, SparkSession};
use flint_sql_functions::display::{Style, printer};
use flint_sql_spec::DataType;

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
                    let print = printer(column, &field.data_type, &style).expect("a printer");
                    Some(print.text(row))
                });
            rows.push(cells.collect());
        }
    }
    rows
}
