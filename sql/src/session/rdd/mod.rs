//! RDDs of DataFrames, and DataFrames of RDDs.
//!
//! *A DataFrame as RDD*: partitions of the plan are partitions of the RDD, and nothing runs before an
//! action of the RDD. Where the plan's partitions do not hang on each other (scans, filters,
//! projections, typed maps), the task of a partition runs just that partition of the plan and streams
//! its batches. Where they do (exchanges, joins), one task runs the plan as queries do, and a shuffle
//! in memory brings each partition's batches to its place; a second action finds them there.
//!
//! *An RDD as DataFrame*: rows become batches in the RDD's tasks. Before a query over them runs, a
//! job gathers the batches; as part of another RDD they come through its lineage instead, so that no
//! task ever waits for another job: `local[1]` does not block.
//!
//! A failure inside of an RDD's task is a panic of that task, with Spark's condition in its message.

mod batch;
mod run;
mod scan;

pub(super) use scan::{RddInputs, RddSource};

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use flint_core::{Data, Rdd};
use flint_sql_columnar::encoder::RowType;
use flint_sql_columnar::{arrow_schema, literal};
use flint_sql_spec::{NativeCode, NativeSource, RelationKind, Result, SqlError, StructType};

use super::SparkSession;
use super::query::{self, Prepared};
use crate::column::ApiCall;
use crate::dataframe::DataFrame;
use crate::dataset::{Dataset, Record};
use crate::row::Row;
use batch::Batch;
use run::Runner;

impl DataFrame {
    /// The rows as an RDD: partitions of the query are partitions of the RDD. Nothing runs yet.
    ///
    /// ```
    /// # let spark = flint_sql::SparkSession::builder().master("local[1]").get_or_create()?;
    /// let rows = spark.range(0, 5).rdd()?;
    /// let ids = rows.map(|row| row.get::<i64>(0).expect("a number"));
    /// assert_eq!(ids.filter(|id| id % 2 == 0).collect().expect("it runs"), [0, 2, 4]);
    /// # Ok::<(), flint_sql::SqlError>(())
    /// ```
    ///
    /// # Errors
    /// What is wrong with the query. What fails while it runs fails the RDD's task.
    #[track_caller]
    pub fn rdd(&self) -> Result<Rdd<Row>> {
        let (schema, batches) = batches(self.spark_session(), self)?;
        Ok(batches.flat_map(move |batch| rows_of(&schema, &batch)))
    }
}

impl SparkSession {
    /// The rows of an RDD, which must have the types of the schema. Nothing runs yet.
    ///
    /// ```
    /// use flint_sql::{DataType, Row, StructField, StructType};
    /// # let spark = flint_sql::SparkSession::builder().master("local[1]").get_or_create()?;
    /// let schema = StructType::new([StructField::new("n", DataType::Long, false)]);
    /// let told = schema.clone();
    /// let numbers = spark.context().parallelize(vec![1_i64, 2, 3], 2);
    /// let rows = numbers.map(move |n| Row::new(told.clone(), vec![n.into()]));
    /// let frame = spark.create_data_frame_of_rdd(&rows, &schema);
    /// assert_eq!(frame.filter("n > 1").count()?, 2);
    /// # Ok::<(), flint_sql::SqlError>(())
    /// ```
    #[track_caller]
    pub fn create_data_frame_of_rdd(&self, rows: &Rdd<Row>, schema: &StructType) -> DataFrame {
        let call = ApiCall::of("create_data_frame");
        let told = schema.clone();
        let batches = rows.map_partitions(move |rows| {
            let told = told.clone();
            batch::chunks(rows, move |rows| super::frames::batch_of(&rows, &told))
        });
        self.of_batches(call, batches, schema)
    }

    /// The values of an RDD. Nothing runs yet.
    ///
    /// ```
    /// # let spark = flint_sql::SparkSession::builder().master("local[1]").get_or_create()?;
    /// let words = spark.context().parallelize(vec!["a".to_owned(), "bb".to_owned()], 2);
    /// let words = spark.create_dataset_of_rdd(&words);
    /// assert_eq!(words.map(|word| word.len() as i64).collect()?, [1, 2]);
    /// # Ok::<(), flint_sql::SqlError>(())
    /// ```
    #[track_caller]
    pub fn create_dataset_of_rdd<T: Record + Data>(&self, values: &Rdd<T>) -> Dataset<T> {
        let call = ApiCall::of("create_dataset");
        match RowType::of::<T>() {
            Ok(row) => {
                let (row, schema) = (Arc::new(row.clone()), row.fields);
                let batches = values.map_partitions(move |values| {
                    let row = Arc::clone(&row);
                    batch::chunks(values, move |values| batch::written(&values, &row))
                });
                self.of_batches(call, batches, &schema).as_()
            }
            // The Dataset says itself that its type has no form.
            Err(_) => self.empty_data_frame().as_(),
        }
    }

    fn of_batches(&self, call: ApiCall, batches: Rdd<Batch>, schema: &StructType) -> DataFrame {
        let source = Arc::new(RddSource::new(batches));
        let kind = RelationKind::NativeSource(NativeSource {
            schema: schema.clone(),
            code: NativeCode::new(source),
        });
        DataFrame::made(self, call, kind)
    }

    /// The table of an RDD in a plan.
    pub(super) fn rdd_table(
        &self,
        source: &NativeSource,
    ) -> Result<(Arc<RddSource>, Arc<dyn TableProvider>)> {
        let rdd = source
            .code
            .get::<Arc<RddSource>>()
            .ok_or_else(|| SqlError::internal("rows of what is no RDD"))?;
        let schema = Arc::new(arrow_schema(&source.schema)?);
        let table = scan::RddTable::new(Arc::clone(rdd), schema);
        Ok((Arc::clone(rdd), Arc::new(table)))
    }
}

/// The batches of a query as an RDD.
#[track_caller]
fn batches(session: &SparkSession, frame: &DataFrame) -> Result<(StructType, Rdd<Batch>)> {
    let prepared = query::prepare(session, frame.ready()?, Ok)?;
    let physical = query::physical(session, &prepared.state, prepared.plan.clone())?;
    let Prepared {
        schema,
        state,
        sources,
        ..
    } = prepared;
    let layout = Arc::new(arrow_schema(&schema)?);
    let runner = Arc::new(Runner::new(
        session,
        physical,
        state,
        layout,
        sources.clone(),
    ));
    let partitions = runner.partitions();
    let context = session.context();
    if sources.is_empty() && runner.is_independent() {
        let numbers: Vec<u32> = (0..partitions as u32).collect();
        let places = context.parallelize(numbers, partitions.max(1));
        let made = places.map_partitions(move |numbers| {
            let runner = Arc::clone(&runner);
            numbers.flat_map(move |partition| runner.partition(partition as usize))
        });
        return Ok((schema, made));
    }
    let given = run::gathered(context, &sources).map_err(super::convert::from_core)?;
    let made = given.map_partitions(move |batches| runner.all(batches));
    let made = made.partition_by(run::ByNumber::new(partitions.max(1)));
    Ok((schema, made.values()))
}

fn rows_of(schema: &StructType, batch: &Batch) -> Vec<Row> {
    let row = |at: usize| -> Result<Row> {
        let columns = schema.iter().zip(batch.0.columns());
        let values = columns.map(|(field, column)| literal(column, at, &field.data_type));
        Ok(Row::new(schema.clone(), values.collect::<Result<_>>()?))
    };
    let rows: Result<Vec<Row>> = (0..batch.0.num_rows()).map(row).collect();
    rows.unwrap_or_else(|error| run::fail(&error))
}
