//! Values of answers as text and doubles, from Arrow and from Spark's answers.

use std::fmt;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float32Type, Float64Type};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};

/// One row of an answer.
pub(crate) type Row = Vec<Cell>;

/// One value of an answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Null,
    /// Everything that must agree to the last digit.
    Exact(String),
    /// Floats and doubles: sums of them hang on the order of their terms.
    Double(f64),
}

/// How far doubles may lie apart, as a part of the larger.
const TOLERANCE: f64 = 1e-9;

impl Cell {
    /// Reads the text of a value of one of Spark's types.
    pub(crate) fn read(text: &str, type_name: &str) -> Result<Cell, String> {
        match type_name {
            "double" | "float" => {
                let number = text.parse().map(Cell::Double);
                number.map_err(|_| format!("{text} is no {type_name}"))
            }
            _ => Ok(Cell::Exact(text.to_owned())),
        }
    }

    /// Whether two values are alike: equal, or doubles as near as 1e-9 of the larger.
    pub(crate) fn is_like(&self, other: &Cell) -> bool {
        match (self, other) {
            (Cell::Double(a), Cell::Double(b)) => {
                let near = || (a - b).abs() <= TOLERANCE * a.abs().max(b.abs());
                a == b || (a.is_nan() && b.is_nan()) || (a.is_finite() && b.is_finite() && near())
            }
            _ => self == other,
        }
    }

    /// What must be the same in rows that are alike: the value, or only that it is a double.
    pub(crate) fn exact(&self) -> Option<&str> {
        match self {
            Cell::Null => None,
            Cell::Exact(text) => Some(text),
            Cell::Double(_) => Some(""),
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cell::Null => f.write_str("null"),
            Cell::Exact(text) => f.write_str(text),
            Cell::Double(number) => write!(f, "{number:?}"),
        }
    }
}

/// Spark's name of a type that answers of the benchmarks have, `None` of any other.
pub(crate) fn type_name(data_type: &DataType) -> Option<String> {
    let name = match data_type {
        DataType::Boolean => "boolean",
        DataType::Int8 => "tinyint",
        DataType::Int16 => "smallint",
        DataType::Int32 => "int",
        DataType::Int64 => "bigint",
        DataType::Float32 => "float",
        DataType::Float64 => "double",
        DataType::Date32 => "date",
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "string",
        DataType::Null => "void",
        DataType::Decimal128(precision, scale) => {
            return Some(format!("decimal({precision},{scale})"));
        }
        _ => return None,
    };
    Some(name.to_owned())
}

/// The rows of batches.
///
/// # Errors
/// If a value has no text.
pub(crate) fn rows_of(batches: &[RecordBatch]) -> Result<Vec<Row>, ArrowError> {
    let mut rows = Vec::new();
    for batch in batches {
        let first = rows.len();
        rows.resize_with(first + batch.num_rows(), || {
            Row::with_capacity(batch.num_columns())
        });
        for column in batch.columns() {
            append_column(&mut rows[first..], column)?;
        }
    }
    Ok(rows)
}

fn append_column(rows: &mut [Row], column: &dyn Array) -> Result<(), ArrowError> {
    let options = FormatOptions::default();
    let formatter = ArrayFormatter::try_new(column, &options)?;
    for (at, row) in rows.iter_mut().enumerate() {
        row.push(match column.data_type() {
            _ if column.is_null(at) || column.data_type() == &DataType::Null => Cell::Null,
            DataType::Float64 => Cell::Double(column.as_primitive::<Float64Type>().value(at)),
            DataType::Float32 => {
                Cell::Double(column.as_primitive::<Float32Type>().value(at).into())
            }
            _ => Cell::Exact(formatter.value(at).try_to_string()?),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{
        ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, StringArray,
    };

    use super::*;

    #[test]
    fn values_are_spark_text() {
        let decimals = Decimal128Array::from(vec![-5, 12_300]);
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("i", Arc::new(Int64Array::from(vec![Some(-1), None]))),
            (
                "d",
                Arc::new(decimals.with_precision_and_scale(7, 2).unwrap()),
            ),
            ("t", Arc::new(Date32Array::from(vec![0, 10_957]))),
            ("s", Arc::new(StringArray::from(vec!["", "é"]))),
            ("b", Arc::new(BooleanArray::from(vec![true, false]))),
            ("f", Arc::new(Float64Array::from(vec![0.1, 1e300]))),
        ];
        let rows = rows_of(&[RecordBatch::try_from_iter(columns).unwrap()]).unwrap();
        let exact = |text: &str| Cell::Exact(text.to_owned());
        let first = [
            exact("-1"),
            exact("-0.05"),
            exact("1970-01-01"),
            exact(""),
            exact("true"),
        ];
        assert_eq!(rows[0][..5], first);
        let second = [
            Cell::Null,
            exact("123.00"),
            exact("2000-01-01"),
            exact("é"),
            exact("false"),
        ];
        assert_eq!(rows[1][..5], second);
        assert_eq!(
            (&rows[0][5], &rows[1][5]),
            (&Cell::Double(0.1), &Cell::Double(1e300))
        );
    }

    #[test]
    fn doubles_are_alike_within_the_tolerance() {
        let alike = |a, b| Cell::Double(a).is_like(&Cell::Double(b));
        assert!(alike(0.1 + 0.2, 0.3) && alike(0.0, -0.0) && alike(f64::NAN, f64::NAN));
        assert!(alike(f64::INFINITY, f64::INFINITY) && !alike(f64::INFINITY, f64::MAX));
        assert!(!alike(1.0, 1.0 + 1e-8) && !alike(0.0, 1e-300) && !alike(f64::NAN, 1.0));
        assert!(!Cell::Double(0.0).is_like(&Cell::Null));
    }

    #[test]
    fn spark_writes_what_python_repr_writes() {
        for text in ["1e+300", "0.1", "nan", "inf", "-inf", "5e-324"] {
            assert!(
                matches!(Cell::read(text, "double"), Ok(Cell::Double(_))),
                "{text}"
            );
        }
        assert!(Cell::read("one", "double").is_err());
    }
}
