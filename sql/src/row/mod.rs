//! [`Row`]: one row of a result, and how its values become those of Rust.

mod rows;
mod stream;
mod value;

pub use rows::Rows;
pub use stream::RowStream;
pub use value::FromValue;

use std::fmt;

use serde::{Deserialize, Serialize};

use flint_sql_spec::{Literal, Result, SqlError, StructType, condition};

/// One row: values with the names and types of their columns.
///
/// ```
/// use flint_sql::{DataType, Literal, Row, StructField, StructType};
/// # fn main() -> flint_sql::Result<()> {
/// let schema = StructType::new([
///     StructField::new("name", DataType::STRING, false),
///     StructField::new("age", DataType::Integer, true),
/// ]);
/// let row = Row::new(schema, vec!["Ann".into(), Literal::Null(DataType::Integer)]);
/// let name: String = row.get(0)?;
/// let age: Option<i64> = row.get_by_name("age")?;
/// assert_eq!((name.as_str(), age), ("Ann", None));
/// assert_eq!(row.to_string(), "[Ann,null]");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Row {
    schema: StructType,
    values: Vec<Literal>,
}

impl Row {
    /// A row of values, one for each field of the schema.
    ///
    /// # Panics
    /// If there are more or fewer values than fields.
    pub fn new(schema: StructType, values: Vec<Literal>) -> Row {
        assert_eq!(schema.len(), values.len(), "a value for each field");
        Row { schema, values }
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no value at all.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Names and types of the values.
    pub fn schema(&self) -> &StructType {
        &self.schema
    }

    /// The values with their types.
    pub fn values(&self) -> &[Literal] {
        &self.values
    }

    /// The value at a position, from 0 on, as a type of Rust.
    ///
    /// A type that holds every value of the column's will do: an `int` can be had as `i64`. Nulls
    /// need an [`Option`].
    ///
    /// # Errors
    /// `ROW_VALUE_IS_NULL` for a null, `CANNOT_UP_CAST_DATATYPE` for a type that does not fit,
    /// `FIELD_NOT_FOUND` for a position behind the last.
    pub fn get<T: FromValue>(&self, index: usize) -> Result<T> {
        let Some((value, field)) = self.values.get(index).zip(self.schema.get(index)) else {
            return Err(self.no_field(&format!("#{index}")));
        };
        T::from_value(value, &field.data_type)
            .map_err(|error| error.with("index", index.to_string()))
    }

    /// The value of a name, as a type of Rust. Case counts; of several columns the first is taken.
    ///
    /// # Errors
    /// As [`get`](Self::get), and `FIELD_NOT_FOUND` for a name that there is not.
    pub fn get_by_name<T: FromValue>(&self, name: &str) -> Result<T> {
        self.get(self.index_of(name)?)
    }

    /// The position of a name, from 0 on.
    ///
    /// # Errors
    /// `FIELD_NOT_FOUND`.
    pub fn index_of(&self, name: &str) -> Result<usize> {
        let found = self.schema.iter().position(|field| &*field.name == name);
        found.ok_or_else(|| self.no_field(name))
    }

    /// Whether the value at a position is null, or there is none.
    pub fn is_null_at(&self, index: usize) -> bool {
        self.values.get(index).is_none_or(Literal::is_null)
    }

    /// The values in the order of the fields, without the row.
    pub fn into_values(self) -> Vec<Literal> {
        self.values
    }

    fn no_field(&self, name: &str) -> SqlError {
        let names: Vec<String> = self
            .schema
            .iter()
            .map(|field| format!("`{}`", field.name))
            .collect();
        SqlError::new(condition::FIELD_NOT_FOUND)
            .with("fieldName", format!("`{name}`"))
            .with("fields", names.join(", "))
    }
}

impl fmt::Display for Row {
    /// The values in brackets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (at, value) in self.values.iter().enumerate() {
            let comma = if at > 0 { "," } else { "" };
            write!(f, "{comma}{}", value::Shown(value))?;
        }
        f.write_str("]")
    }
}

impl fmt::Debug for Row {
    /// The values with their names, as Python's `Row` has them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Row(")?;
        for (at, (field, value)) in self.schema.iter().zip(&self.values).enumerate() {
            let comma = if at > 0 { ", " } else { "" };
            write!(f, "{comma}{}={}", field.name, value::Shown(value))?;
        }
        f.write_str(")")
    }
}
