//! `join_with`: pairs of values.

use flint_sql_columnar::encoder::{RowType, value_type};
use flint_sql_spec::DataType;

use super::{Dataset, Record};
use crate::column::Column;
use crate::dataframe::{DataFrame, HowJoin};
use crate::functions::{col, lit, struct_, when};

impl<T: Record> Dataset<T> {
    /// Pairs of values for which a condition holds. A side that an outer join leaves empty is null,
    /// so it is read as an `Option`: say the type of the pairs.
    ///
    /// ```
    /// # let spark = flint_sql::SparkSession::builder().master("local[1]").get_or_create()?;
    /// let ids = spark.range(0, 3).as_::<i64>();
    /// let twice = spark.range_with(0, 6, 2, None).as_::<i64>();
    /// let on = ids.to_df().col("id").eq(twice.to_df().col("id"));
    /// let pairs = ids.join_with::<i64, (i64, Option<i64>)>(&twice, on, "left");
    /// let mut pairs = pairs.collect()?;
    /// pairs.sort();
    /// assert_eq!(pairs, [(0, Some(0)), (1, None), (2, Some(2))]);
    /// # Ok::<(), flint_sql::SqlError>(())
    /// ```
    #[track_caller]
    pub fn join_with<U: Record, P: Record>(
        &self,
        other: &Dataset<U>,
        on: impl Into<Column>,
        how: impl Into<HowJoin>,
    ) -> Dataset<P> {
        const HERE: &str = "__flint_here";
        const THERE: &str = "__flint_there";
        let left = self.frame.with_column(HERE, lit(true));
        let right = other.frame.with_column(THERE, lit(true));
        let side = |frame: &DataFrame, row: Option<&RowType>, mark: &str, name: &str| {
            when(col(mark).is_not_null(), value_of(frame, row)).alias(name)
        };
        let first = side(&self.frame, self.row.as_deref().ok(), HERE, "_1");
        let second = side(&other.frame, other.row.as_deref().ok(), THERE, "_2");
        left.join(&right, on.into(), how)
            .select((first, second))
            .as_()
    }
}

/// The columns of a DataFrame as one value of a type.
fn value_of(frame: &DataFrame, row: Option<&RowType>) -> Column {
    // Without a type the pairs have none either, and say so.
    let names: Vec<String> = match row {
        Some(row) if !row.by_position => row.fields.iter().map(|f| f.name.to_string()).collect(),
        _ => frame.columns().unwrap_or_default(),
    };
    let column = |name: &String| frame.col(&format!("`{}`", name.replace('`', "``")));
    match (row.is_some_and(RowType::is_flat), names.as_slice()) {
        (true, [only]) => column(only),
        _ => struct_(names.iter().map(column).collect::<Vec<_>>()),
    }
}

/// The columns of a type, of a column that holds values of it.
pub(super) fn columns_of<T: Record>(column: &str) -> Vec<Column> {
    match value_type::<T>() {
        Ok(found) => match (&found.data_type, found.nullable) {
            (DataType::Struct(fields), false) => fields
                .iter()
                .map(|field| col(column).get_field(&field.name).alias(&field.name))
                .collect(),
            _ => vec![col(column)],
        },
        // What has no type is refused where it is read.
        Err(_) => vec![col(column)],
    }
}
