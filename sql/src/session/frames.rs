//! DataFrames of SQL text, tables, files, ranges and rows.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::ipc::writer::StreamWriter;
use flint_sql_columnar::{arrow_schema, from_datafusion, scalar};
use flint_sql_spec::{
    Command, DataType, LocalRelation, Plan, Range, Relation, RelationKind, Result, SqlError,
    SqlQuery, StructType,
};

use super::SparkSession;
use crate::column::ApiCall;
use crate::dataframe::DataFrame;
use crate::reader::DataFrameReader;
use crate::row::Row;

impl SparkSession {
    /// The rows of a query in SQL; a command runs at once, and its rows are what it says.
    ///
    /// Wrong text is a fault of the DataFrame, which comes out where it is used.
    ///
    /// ```
    /// # let spark = flint_sql::SparkSession::builder().master("local[1]").get_or_create()?;
    /// let rows = spark.sql("SELECT 1 AS one").collect()?;
    /// assert_eq!(rows[0].get_by_name::<i32>("one")?, 1);
    /// # Ok::<(), flint_sql::SqlError>(())
    /// ```
    #[track_caller]
    pub fn sql(&self, text: &str) -> DataFrame {
        let mut call = ApiCall::of("sql");
        match self.told(text) {
            Ok(relation) => DataFrame::new(self.clone(), relation),
            Err(error) => {
                call.refuse(error);
                let query = SqlQuery {
                    text: text.into(),
                    named: Vec::new(),
                    positional: Vec::new(),
                };
                DataFrame::made(self, call, RelationKind::Sql(query))
            }
        }
    }

    /// The rows of a query in SQL, as [`sql`](Self::sql) gives them; what is wrong with the text, or goes
    /// wrong in a command, comes out here, and without a place in the program: what shells want, whose
    /// users wrote only the text.
    ///
    /// ```
    /// # let spark = flint_sql::SparkSession::builder().master("local[1]").get_or_create()?;
    /// let error = spark.try_sql("SELEC 1").expect_err("there is no SELEC");
    /// assert_eq!(error.condition().name, "PARSE_SYNTAX_ERROR");
    /// assert_eq!(spark.try_sql("SELECT 1")?.count()?, 1);
    /// # Ok::<(), flint_sql::SqlError>(())
    /// ```
    ///
    /// # Errors
    /// What is wrong with the text, and what fails while a command runs. A query is not analyzed yet.
    pub fn try_sql(&self, text: &str) -> Result<DataFrame> {
        let relation = self.told(text)?;
        Ok(DataFrame::new(self.clone(), relation))
    }

    /// The relation that text means, once commands have run.
    fn told(&self, text: &str) -> Result<Relation> {
        match self.parsed(text)? {
            Plan::Relation(relation) => Ok(relation),
            Plan::Command(command) => self.answer(&command),
        }
    }

    /// What a command says, as rows that are there already.
    fn answer(&self, command: &Command) -> Result<Relation> {
        let result = self.execute(command)?;
        local(&result.schema, &result.batches)
    }

    /// A table or view.
    #[track_caller]
    pub fn table(&self, name: &str) -> DataFrame {
        self.read().table(name)
    }

    /// Reads files and other sources.
    pub fn read(&self) -> DataFrameReader {
        DataFrameReader::new(self.clone())
    }

    /// The numbers from `start` up to `end`, which is not among them, in a column `id`.
    ///
    /// ```
    /// # let spark = flint_sql::SparkSession::builder().master("local[1]").get_or_create()?;
    /// assert_eq!(spark.range(0, 10).count()?, 10);
    /// # Ok::<(), flint_sql::SqlError>(())
    /// ```
    #[track_caller]
    pub fn range(&self, start: i64, end: i64) -> DataFrame {
        self.range_with(start, end, 1, None)
    }

    /// Numbers in steps other than 1, in so many partitions.
    #[track_caller]
    pub fn range_with(
        &self,
        start: i64,
        end: i64,
        step: i64,
        num_partitions: Option<i32>,
    ) -> DataFrame {
        let kind = RelationKind::Range(Range {
            start,
            end,
            step,
            num_partitions,
        });
        DataFrame::made(self, ApiCall::of("range"), kind)
    }

    /// No rows of no columns.
    #[track_caller]
    pub fn empty_data_frame(&self) -> DataFrame {
        self.create_data_frame([], &StructType::new([]))
    }

    /// The given rows; their values must have the types of the schema.
    ///
    /// ```
    /// use flint_sql::{DataType, Row, StructField, StructType};
    /// # let spark = flint_sql::SparkSession::builder().master("local[1]").get_or_create()?;
    /// let schema = StructType::new([
    ///     StructField::new("name", DataType::STRING, true),
    ///     StructField::new("age", DataType::Integer, true),
    /// ]);
    /// let row = |name: &str, age: i32| Row::new(schema.clone(), vec![name.into(), age.into()]);
    /// let people = spark.create_data_frame([row("Ann", 41), row("Bob", 7)], &schema);
    /// assert_eq!(people.filter("age > 18").count()?, 1);
    /// # Ok::<(), flint_sql::SqlError>(())
    /// ```
    #[track_caller]
    pub fn create_data_frame(
        &self,
        rows: impl IntoIterator<Item = Row>,
        schema: &StructType,
    ) -> DataFrame {
        let call = ApiCall::of("create_data_frame");
        let rows: Vec<Row> = rows.into_iter().collect();
        self.given(
            call,
            batch_of(&rows, schema).and_then(|batch| local(schema, &[batch])),
        )
    }

    /// The rows of Arrow batches of one schema.
    #[track_caller]
    pub fn create_data_frame_of_arrow(&self, batches: &[RecordBatch]) -> DataFrame {
        let call = ApiCall::of("create_data_frame");
        let schema = match batches.first() {
            Some(batch) => flint_sql_columnar::spark_schema(&batch.schema()),
            None => Ok(StructType::new([])),
        };
        self.given(call, schema.and_then(|schema| local(&schema, batches)))
    }

    /// Whether both are one session.
    pub(crate) fn is(&self, other: &SparkSession) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    /// The rows of a batch, or why there is none.
    pub(crate) fn of_batch(
        &self,
        call: ApiCall,
        batch: Result<(StructType, RecordBatch)>,
    ) -> DataFrame {
        self.given(
            call,
            batch.and_then(|(schema, batch)| local(&schema, &[batch])),
        )
    }

    fn given(&self, mut call: ApiCall, relation: Result<Relation>) -> DataFrame {
        match relation {
            Ok(relation) => {
                DataFrame::new(self.clone(), relation.with_origin(call.origin().clone()))
            }
            Err(error) => {
                call.refuse(error);
                let rows = LocalRelation {
                    data: None,
                    schema: None,
                };
                DataFrame::made(self, call, RelationKind::LocalRelation(rows))
            }
        }
    }
}

/// Batches as a relation that carries them.
fn local(schema: &StructType, batches: &[RecordBatch]) -> Result<Relation> {
    let layout = match batches.first() {
        Some(batch) => batch.schema(),
        None => Arc::new(arrow_schema(schema)?),
    };
    let raise = |error: arrow::error::ArrowError| from_datafusion(error.into());
    let mut writer = StreamWriter::try_new(Vec::new(), &layout).map_err(raise)?;
    for batch in batches {
        writer.write(batch).map_err(raise)?;
    }
    let bytes = writer.into_inner().map_err(raise)?;
    let schema = DataType::Struct(schema.clone()).json();
    Ok(RelationKind::LocalRelation(LocalRelation {
        data: Some(bytes.into()),
        schema: Some(schema.into()),
    })
    .into())
}

/// Rows as one batch.
pub(super) fn batch_of(rows: &[Row], schema: &StructType) -> Result<RecordBatch> {
    use datafusion::scalar::ScalarValue;
    let layout = Arc::new(arrow_schema(schema)?);
    let mut columns = Vec::with_capacity(schema.len());
    for at in 0..schema.len() {
        let values: Result<Vec<ScalarValue>> = rows
            .iter()
            .map(|row| scalar(row.values().get(at).ok_or_else(|| misfit(row, schema))?))
            .collect();
        let values = values?;
        columns.push(match values.is_empty() {
            true => arrow::array::new_empty_array(layout.field(at).data_type()),
            false => ScalarValue::iter_to_array(values).map_err(from_datafusion)?,
        });
    }
    let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(rows.len()));
    RecordBatch::try_new_with_options(layout, columns, &options)
        .map_err(|error| from_datafusion(error.into()))
}

fn misfit(row: &Row, schema: &StructType) -> SqlError {
    SqlError::internal(format!(
        "the row {row} has fewer values than {}",
        schema.ddl()
    ))
}
