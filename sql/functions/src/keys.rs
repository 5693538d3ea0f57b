//! [`Keys`]: values of any type as bytes that are equal, and lie in order, as Spark's values do.

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::DataType as ArrowType;
use arrow::row::{Row, RowConverter, Rows, SortField};
use flint_sql_columnar::Raised;

use crate::float::normalized;

/// The values of a column as bytes: equal where Spark's values are equal (NaN equals NaN, -0.0
/// equals 0.0, null equals null), and less where they are less, null before all others.
#[derive(Debug)]
pub(crate) struct Keys {
    rows: Rows,
}

impl Keys {
    /// The keys of one column.
    pub(crate) fn of(column: &ArrayRef) -> Result<Keys, Raised> {
        let [keys] = Keys::of_all([column])?;
        Ok(keys)
    }

    /// The keys of columns of one type, which are comparable with each other.
    pub(crate) fn of_all<const N: usize>(columns: [&ArrayRef; N]) -> Result<[Keys; N], Raised> {
        let layout = columns.first().map_or(&ArrowType::Null, |c| c.data_type());
        let converter = RowConverter::new(vec![SortField::new(layout.clone())])?;
        let mut found = Vec::with_capacity(N);
        for column in columns {
            let column = crate::layout::laid_out(&normalized(column)?, layout)?;
            let rows = converter.convert_columns(&[column])?;
            found.push(Keys { rows });
        }
        Ok(found.try_into().expect("as many keys as columns"))
    }

    /// The key of a value.
    pub(crate) fn at(&self, i: usize) -> Row<'_> {
        self.rows.row(i)
    }
}
