//! [`DataFrameWriter`]: rows saved in files and tables.

use flint_sql_spec::{
    BucketBy, Command, Ident, Options, Result, SaveMode, SaveTarget, SqlError, TableSaveMethod,
    WriteOperation, condition,
};

use crate::dataframe::{DataFrame, IntoNames};
use crate::options::{self, OptionValue};

/// Saves a DataFrame, made by [`DataFrame::write`].
///
/// ```
/// # fn example(df: flint_sql::DataFrame) -> flint_sql::Result<()> {
/// df.write().mode("overwrite").partition_by("year").parquet("sales")?;
/// df.write().format("json").option("compression", "gzip").save("sales.json")?;
/// df.write().save_as_table("sales")?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "writers do nothing until they are told where to save"]
pub struct DataFrameWriter {
    frame: DataFrame,
    source: Option<Ident>,
    mode: Option<SaveMode>,
    sort_columns: Vec<Ident>,
    partition_columns: Vec<Ident>,
    clustering_columns: Vec<Ident>,
    bucket_by: Option<BucketBy>,
    options: Options,
    with_schema_evolution: bool,
    fault: Option<SqlError>,
}

/// What happens to what is there: a [`SaveMode`], or its name in Spark.
///
/// Names are `append`, `overwrite`, `ignore`, `error`, `errorifexists` and `default`, in any case.
#[derive(Debug, Clone)]
pub struct Mode(Result<SaveMode, String>);

impl From<SaveMode> for Mode {
    fn from(mode: SaveMode) -> Mode {
        Mode(Ok(mode))
    }
}

impl From<&str> for Mode {
    fn from(name: &str) -> Mode {
        Mode(match &*name.to_lowercase() {
            "append" => Ok(SaveMode::Append),
            "overwrite" => Ok(SaveMode::Overwrite),
            "ignore" => Ok(SaveMode::Ignore),
            "error" | "errorifexists" | "default" => Ok(SaveMode::ErrorIfExists),
            _ => Err(name.to_owned()),
        })
    }
}

impl DataFrameWriter {
    pub(crate) fn new(frame: DataFrame) -> DataFrameWriter {
        DataFrameWriter {
            frame,
            source: None,
            mode: None,
            sort_columns: Vec::new(),
            partition_columns: Vec::new(),
            clustering_columns: Vec::new(),
            bucket_by: None,
            options: Vec::new(),
            with_schema_evolution: false,
            fault: None,
        }
    }

    /// What happens to what is there; without it that is an error.
    ///
    /// A name that is none is `INVALID_SAVE_MODE` when rows are saved.
    pub fn mode(mut self, mode: impl Into<Mode>) -> DataFrameWriter {
        match mode.into().0 {
            Ok(mode) => self.mode = Some(mode),
            Err(name) => {
                let error = SqlError::new(condition::INVALID_SAVE_MODE);
                self.fault = Some(error.with("mode", format!("\"{name}\"")));
            }
        }
        self
    }

    /// The format of files, or a source's name; the session's default without it.
    pub fn format(mut self, source: &str) -> DataFrameWriter {
        self.source = Some(source.into());
        self
    }

    /// An option of the source.
    pub fn option(mut self, key: &str, value: impl OptionValue) -> DataFrameWriter {
        options::set(&mut self.options, key, value);
        self
    }

    /// Several options of the source.
    pub fn options<K: AsRef<str>, V: OptionValue>(
        mut self,
        values: impl IntoIterator<Item = (K, V)>,
    ) -> DataFrameWriter {
        for (key, value) in values {
            options::set(&mut self.options, key.as_ref(), value);
        }
        self
    }

    /// Columns whose values become folders.
    pub fn partition_by(mut self, columns: impl IntoNames) -> DataFrameWriter {
        self.partition_columns = columns.into_names();
        self
    }

    /// Columns by whose hash rows are divided into so many buckets, for tables.
    pub fn bucket_by(mut self, buckets: i32, columns: impl IntoNames) -> DataFrameWriter {
        self.bucket_by = Some(BucketBy {
            columns: columns.into_names(),
            num_buckets: buckets,
        });
        self
    }

    /// Columns that rows of a bucket are sorted by.
    pub fn sort_by(mut self, columns: impl IntoNames) -> DataFrameWriter {
        self.sort_columns = columns.into_names();
        self
    }

    /// Columns whose values are kept near each other, for tables.
    pub fn cluster_by(mut self, columns: impl IntoNames) -> DataFrameWriter {
        self.clustering_columns = columns.into_names();
        self
    }

    /// Adds columns that the table does not have yet.
    pub fn with_schema_evolution(mut self) -> DataFrameWriter {
        self.with_schema_evolution = true;
        self
    }

    /// Saves under a path.
    ///
    /// # Errors
    /// What is wrong with the query, a path that is there already, and what fails while writing.
    pub fn save(&self, path: &str) -> Result<()> {
        self.run(self.source.clone(), SaveTarget::Path(path.into()))
    }

    /// Saves where options say.
    ///
    /// # Errors
    /// As [`save`](Self::save).
    pub fn save_with_options(&self) -> Result<()> {
        self.run(self.source.clone(), SaveTarget::Unspecified)
    }

    /// Saves in a table that is made if there is none; columns are paired by name.
    ///
    /// # Errors
    /// As [`save`](Self::save).
    pub fn save_as_table(&self, name: &str) -> Result<()> {
        self.run(
            self.source.clone(),
            table(name, TableSaveMethod::SaveAsTable),
        )
    }

    /// Adds rows to a table, or with the mode `overwrite` replaces its rows; columns are paired by
    /// position.
    ///
    /// # Errors
    /// As [`save`](Self::save), and `REPEATED_CLAUSE` with columns to partition by, which the table
    /// has already.
    pub fn insert_into(&self, name: &str) -> Result<()> {
        self.run(
            self.source.clone(),
            table(name, TableSaveMethod::InsertInto),
        )
    }

    /// Saves in a table of a database, by its URL.
    ///
    /// # Errors
    /// As [`save`](Self::save).
    pub fn jdbc(&self, url: &str, table: &str) -> Result<()> {
        let writer = self.clone().option("url", url).option("dbtable", table);
        writer.run(Some("jdbc".into()), SaveTarget::Unspecified)
    }

    /// The command that saves.
    fn command(&self, source: Option<Ident>, target: SaveTarget) -> Result<Command> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        Ok(Command::Write(WriteOperation {
            input: self.frame.ready()?.clone(),
            source,
            target,
            mode: self.mode,
            sort_columns: self.sort_columns.clone(),
            partition_columns: self.partition_columns.clone(),
            bucket_by: self.bucket_by.clone(),
            options: self.options.clone(),
            clustering_columns: self.clustering_columns.clone(),
            with_schema_evolution: self.with_schema_evolution,
        }))
    }

    fn run(&self, source: Option<Ident>, target: SaveTarget) -> Result<()> {
        let command = self.command(source, target)?;
        self.frame.spark_session().execute(&command).map(drop)
    }
}

fn table(name: &str, method: TableSaveMethod) -> SaveTarget {
    SaveTarget::Table {
        name: name.into(),
        method,
    }
}

macro_rules! formats {
    ($($(#[$doc:meta])* $name:ident;)+) => {
        impl DataFrameWriter {
            $($(#[$doc])*
            ///
            /// # Errors
            /// As [`save`](Self::save).
            pub fn $name(&self, path: &str) -> Result<()> {
                self.run(Some(stringify!($name).into()), SaveTarget::Path(path.into()))
            })+
        }
    };
}

formats! {
    /// Saves as Parquet files.
    parquet;
    /// Saves as files of comma-separated values.
    csv;
    /// Saves as files of JSON, one object on each line.
    json;
    /// Saves as text files; there must be one column, of strings.
    text;
    /// Saves as ORC files.
    orc;
    /// Saves as files of XML.
    xml;
}
