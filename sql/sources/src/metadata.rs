//! `_metadata`: what is known of the file that a row is from, as a hidden column of every source of
//! files.
//!
//! It lies behind the partition columns of a table as one more of them: a value for each file, or
//! for each piece of one. Parquet's `row_index`, which has a value for each row, is not in it.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray, StructArray, TimestampMicrosecondArray};
use arrow::datatypes::{DataType as ArrowType, FieldRef};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::scalar::ScalarValue;
use flint_sql_columnar::{arrow_field, arrow_type};
use flint_sql_spec::{DataType, Result, SqlError, StructField, StructType};

use crate::files::Location;

/// The column's name.
pub(crate) const NAME: &str = "_metadata";
/// What its field says of itself.
const MARK: &str = r#"{"__file_source_metadata_col":true,"__metadata_col":"_metadata"}"#;

/// The column.
pub(crate) fn field() -> StructField {
    let part = |name: &str, data_type| StructField::new(name, data_type, false);
    let parts = StructType::new([
        part("file_path", DataType::STRING),
        part("file_name", DataType::STRING),
        part("file_size", DataType::Long),
        part("file_block_start", DataType::Long),
        part("file_block_length", DataType::Long),
        part("file_modification_time", DataType::Timestamp),
    ]);
    StructField::new(NAME, DataType::Struct(parts), false).with_metadata(MARK)
}

/// The column as it lies in batches.
///
/// # Errors
/// None: its types have a layout.
pub(crate) fn layout() -> Result<FieldRef> {
    let field = field();
    arrow_field(NAME, &field.data_type, field.nullable)
}

/// The value of a file, or of a piece of one.
///
/// # Errors
/// None: its parts lie as their types say.
pub(crate) fn value(location: &Location, file: &PartitionedFile) -> Result<ScalarValue> {
    let ArrowType::Struct(fields) = arrow_type(&field().data_type)? else {
        return Err(SqlError::internal("a struct lies as a struct"));
    };
    let meta = &file.object_meta;
    let (size, range) = (meta.size as i64, file.range.as_ref());
    let start = range.map_or(0, |range| range.start);
    let length = range.map_or(size, |range| range.end - range.start);
    let path = encoded(&location.display_of(&meta.location));
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    let number = |value: i64| -> ArrayRef { Arc::new(Int64Array::from(vec![value])) };
    // Files are changed at whole milliseconds, to Spark.
    let changed = meta.last_modified.timestamp_millis().saturating_mul(1000);
    let changed = TimestampMicrosecondArray::from(vec![changed]).with_timezone("UTC");
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from(vec![path])),
        Arc::new(StringArray::from(vec![name])),
        number(size),
        number(start),
        number(length),
        Arc::new(changed),
    ];
    let whole = StructArray::try_new(fields, columns, None)
        .map_err(|error| SqlError::internal(error.to_string()))?;
    Ok(ScalarValue::Struct(Arc::new(whole)))
}

/// A path with what a URI cannot hold in hexadecimal, as Java's `URI` has it.
pub(crate) fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for c in path.chars() {
        let plain = c.is_ascii_alphanumeric() || "_-!.~'()*,;:$&+=@/".contains(c);
        if plain || (!c.is_ascii() && !c.is_whitespace() && !c.is_control()) {
            out.push(c);
            continue;
        }
        let mut bytes = [0; 4];
        for byte in c.encode_utf8(&mut bytes).bytes() {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_uris() {
        assert_eq!(
            encoded("file:/a/p q=1/x y%é+.csv"),
            "file:/a/p%20q=1/x%20y%25é+.csv"
        );
    }
}
