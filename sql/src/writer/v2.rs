//! [`DataFrameWriterV2`]: rows saved in tables of catalogs.

use flint_sql_spec::{
    Command, Expr, Ident, Options, Result, SqlError, WriteOperationV2, WriteV2Mode,
};

use crate::column::{ApiCall, Column, IntoColumns};
use crate::dataframe::{DataFrame, IntoNames};
use crate::options::{self, OptionValue};

/// Saves a DataFrame in a table, made by [`DataFrame::write_to`].
///
/// ```
/// # fn example(df: flint_sql::DataFrame) -> flint_sql::Result<()> {
/// use flint_sql::functions::{col, days};
/// df.write_to("db.sales").using("parquet").partitioned_by(days("at")).create()?;
/// df.write_to("db.sales").overwrite(col("year").eq(2026))?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "writers do nothing until they are told how to save"]
pub struct DataFrameWriterV2 {
    frame: DataFrame,
    table: Ident,
    provider: Option<Ident>,
    partitioning: Vec<Expr>,
    clustering_columns: Vec<Ident>,
    options: Options,
    properties: Options,
    with_schema_evolution: bool,
    fault: Option<SqlError>,
}

impl DataFrameWriterV2 {
    pub(crate) fn new(frame: DataFrame, table: &str) -> DataFrameWriterV2 {
        DataFrameWriterV2 {
            frame,
            table: table.into(),
            provider: None,
            partitioning: Vec::new(),
            clustering_columns: Vec::new(),
            options: Vec::new(),
            properties: Vec::new(),
            with_schema_evolution: false,
            fault: None,
        }
    }

    /// The format of a new table.
    pub fn using(mut self, provider: &str) -> DataFrameWriterV2 {
        self.provider = Some(provider.into());
        self
    }

    /// An option of the write.
    pub fn option(mut self, key: &str, value: impl OptionValue) -> DataFrameWriterV2 {
        options::set(&mut self.options, key, value);
        self
    }

    /// Several options of the write.
    pub fn options<K: AsRef<str>, V: OptionValue>(
        mut self,
        values: impl IntoIterator<Item = (K, V)>,
    ) -> DataFrameWriterV2 {
        for (key, value) in values {
            options::set(&mut self.options, key.as_ref(), value);
        }
        self
    }

    /// A property of a new table.
    pub fn table_property(mut self, key: &str, value: &str) -> DataFrameWriterV2 {
        options::set(&mut self.properties, key, value);
        self
    }

    /// Columns and transforms, such as [`days`](crate::functions::days), that partition a new table.
    #[track_caller]
    pub fn partitioned_by(mut self, columns: impl IntoColumns) -> DataFrameWriterV2 {
        let mut call = ApiCall::of("partitioned_by");
        call.absorb(self.fault.take());
        self.partitioning = call.exprs(columns);
        self.fault = call.into_parts().1;
        self
    }

    /// Columns whose values are kept near each other in a new table.
    pub fn cluster_by(mut self, columns: impl IntoNames) -> DataFrameWriterV2 {
        self.clustering_columns = columns.into_names();
        self
    }

    /// Adds columns that the table does not have yet.
    pub fn with_schema_evolution(mut self) -> DataFrameWriterV2 {
        self.with_schema_evolution = true;
        self
    }

    /// Makes a table of the rows.
    ///
    /// # Errors
    /// `TABLE_OR_VIEW_ALREADY_EXISTS`, what is wrong with the query, and what fails while writing.
    pub fn create(&self) -> Result<()> {
        self.run(WriteV2Mode::Create)
    }

    /// Replaces a table by one of the rows.
    ///
    /// # Errors
    /// `TABLE_OR_VIEW_NOT_FOUND`, what is wrong with the query, and what fails while writing.
    pub fn replace(&self) -> Result<()> {
        self.run(WriteV2Mode::Replace)
    }

    /// Makes or replaces a table.
    ///
    /// # Errors
    /// What is wrong with the query, and what fails while writing.
    pub fn create_or_replace(&self) -> Result<()> {
        self.run(WriteV2Mode::CreateOrReplace)
    }

    /// Adds the rows to a table.
    ///
    /// # Errors
    /// `TABLE_OR_VIEW_NOT_FOUND`, what is wrong with the query, and what fails while writing.
    pub fn append(&self) -> Result<()> {
        self.run(WriteV2Mode::Append)
    }

    /// Replaces the rows of a table for which a condition is true.
    ///
    /// # Errors
    /// As [`append`](Self::append).
    #[track_caller]
    pub fn overwrite(&self, condition: impl Into<Column>) -> Result<()> {
        let mut call = ApiCall::of("overwrite");
        let condition = call.expr(condition);
        match call.into_parts().1 {
            Some(fault) => Err(fault),
            None => self.run(WriteV2Mode::Overwrite(Some(condition))),
        }
    }

    /// Replaces the partitions of a table that the rows fall in.
    ///
    /// # Errors
    /// As [`append`](Self::append).
    pub fn overwrite_partitions(&self) -> Result<()> {
        self.run(WriteV2Mode::OverwritePartitions)
    }

    fn run(&self, mode: WriteV2Mode) -> Result<()> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        let command = Command::WriteV2(WriteOperationV2 {
            input: self.frame.ready()?.clone(),
            table: self.table.clone(),
            provider: self.provider.clone(),
            partitioning: self.partitioning.clone(),
            options: self.options.clone(),
            properties: self.properties.clone(),
            mode,
            clustering_columns: self.clustering_columns.clone(),
            with_schema_evolution: self.with_schema_evolution,
        });
        self.frame.spark_session().execute(&command).map(drop)
    }
}
