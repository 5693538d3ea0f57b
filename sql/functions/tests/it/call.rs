//! Calls of functions as the executor makes them.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::Field;
use datafusion::config::ConfigOptions;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs};
use flint_sql_columnar::from_datafusion;
use flint_sql_functions::{Site, scalar};
use flint_sql_spec::{DataType, Result};

/// The function's answers for columns of arguments.
pub(crate) fn call(name: &str, site: &Site, columns: Vec<ArrayRef>) -> Result<ArrayRef> {
    let function = scalar(name, site)?.unwrap_or_else(|| panic!("there is no function {name}"));
    let rows = columns.first().map_or(1, |column| column.len());
    let fields = columns
        .iter()
        .map(|column| Arc::new(Field::new("argument", column.data_type().clone(), true)))
        .collect();
    let layout = site.result_layout()?;
    let found = function
        .invoke_with_args(ScalarFunctionArgs {
            args: columns.into_iter().map(ColumnarValue::Array).collect(),
            arg_fields: fields,
            number_rows: rows,
            return_field: Arc::new(Field::new("result", layout, true)),
            config_options: Arc::new(ConfigOptions::default()),
        })
        .map_err(from_datafusion)?;
    found.into_array(rows).map_err(from_datafusion)
}

/// A type by the name that SQL has for it.
pub(crate) fn type_named(name: &str) -> DataType {
    let name = match name {
        "tinyint" => "byte",
        "smallint" => "short",
        "int" => "integer",
        "bigint" => "long",
        other => other,
    };
    DataType::from_json(&format!("\"{name}\"")).unwrap_or_else(|| panic!("no type {name}"))
}
