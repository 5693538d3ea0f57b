//! Actions: methods that run the query.
//!
//! They block until the job has ended, and work from any thread.

use arrow::record_batch::RecordBatch;
use flint_sql_spec::{DataType, Literal, RelationKind, Result, SqlError, StructType};

use super::DataFrame;
use crate::column::ApiCall;
use crate::functions::{struct_, to_json};
use crate::row::{Row, RowStream, Rows};
use crate::session::QueryStream;
use crate::show::{self, Layout};

/// The parts that results are made of fit into memory, so a count fits `i32` where Spark wants one.
fn count_of(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

impl DataFrame {
    /// All rows.
    ///
    /// ```
    /// # fn example(df: flint_sql::DataFrame) -> flint_sql::Result<()> {
    /// for row in df.select(["name", "age"]).collect()? {
    ///     let (name, age): (String, Option<i32>) = (row.get(0)?, row.get_by_name("age")?);
    ///     println!("{name} is {age:?}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What is wrong with the query, and what fails while it runs.
    pub fn collect(&self) -> Result<Vec<Row>> {
        let result = self.spark_session().query(self.ready()?)?;
        Rows::new(result.schema, result.batches).collect()
    }

    /// All rows, one by one, partition after partition: one batch of them is in memory, and no slot
    /// is held between batches.
    ///
    /// ```
    /// # let spark = flint_sql::SparkSession::builder().master("local[1]").get_or_create()?;
    /// for row in spark.range(0, 3).to_local_iterator()? {
    ///     let id: i64 = row?.get(0)?;
    ///     assert_eq!(spark.range(0, id).count()?, id);
    /// }
    /// # Ok::<(), flint_sql::SqlError>(())
    /// ```
    ///
    /// # Errors
    /// What is wrong with the query. What fails while it runs is an item, the last one.
    pub fn to_local_iterator(&self) -> Result<RowStream> {
        self.to_local_iterator_with(false)
    }

    /// All rows, one by one; with `prefetch` a batch is computed while the one before is looked at.
    ///
    /// # Errors
    /// As [`to_local_iterator`](Self::to_local_iterator).
    pub fn to_local_iterator_with(&self, prefetch: bool) -> Result<RowStream> {
        let batches = self.execute_stream()?.with_prefetch(prefetch);
        Ok(RowStream::new(batches))
    }

    /// The batches of the rows as columns of Arrow, computed one by one as they are asked for.
    ///
    /// ```
    /// # let spark = flint_sql::SparkSession::builder().master("local[1]").get_or_create()?;
    /// let mut rows = 0;
    /// for batch in spark.range(0, 100_000).execute_stream()? {
    ///     rows += batch?.num_rows();
    /// }
    /// assert_eq!(rows, 100_000);
    /// # Ok::<(), flint_sql::SqlError>(())
    /// ```
    ///
    /// # Errors
    /// As [`to_local_iterator`](Self::to_local_iterator).
    pub fn execute_stream(&self) -> Result<QueryStream> {
        self.spark_session().stream(self.ready()?)
    }

    /// All rows as columns of Arrow, in batches.
    ///
    /// # Errors
    /// As [`collect`](Self::collect).
    pub fn to_arrow(&self) -> Result<Vec<RecordBatch>> {
        Ok(self.spark_session().query(self.ready()?)?.batches)
    }

    /// How many rows there are.
    ///
    /// # Errors
    /// As [`collect`](Self::collect).
    #[track_caller]
    pub fn count(&self) -> Result<i64> {
        let counts = self.group_by(()).count().collect()?;
        match counts.first() {
            Some(row) => row.get(0),
            None => Err(SqlError::internal("a count gave no row")),
        }
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// As [`collect`](Self::collect).
    #[track_caller]
    pub fn first(&self) -> Result<Option<Row>> {
        Ok(self.take(1)?.pop())
    }

    /// The first rows.
    ///
    /// # Errors
    /// As [`collect`](Self::collect).
    #[track_caller]
    pub fn head(&self, count: usize) -> Result<Vec<Row>> {
        self.take(count)
    }

    /// The first rows.
    ///
    /// # Errors
    /// As [`collect`](Self::collect).
    #[track_caller]
    pub fn take(&self, count: usize) -> Result<Vec<Row>> {
        self.limit(count_of(count)).collect()
    }

    /// The last rows.
    ///
    /// # Errors
    /// As [`collect`](Self::collect).
    #[track_caller]
    pub fn tail(&self, count: usize) -> Result<Vec<Row>> {
        let call = ApiCall::of("tail");
        self.last_rows(call, count_of(count)).collect()
    }

    /// Whether there is no row.
    ///
    /// # Errors
    /// As [`collect`](Self::collect).
    #[track_caller]
    pub fn is_empty(&self) -> Result<bool> {
        Ok(self.select(()).take(1)?.is_empty())
    }

    /// Whether rows come from a stream. Streams are not read yet, so this is false.
    ///
    /// # Errors
    /// What is wrong with the query.
    pub fn is_streaming(&self) -> Result<bool> {
        self.schema().map(|_| false)
    }

    /// Whether actions run without tasks: only for rows that came with the query.
    ///
    /// # Errors
    /// What is wrong with the query.
    pub fn is_local(&self) -> Result<bool> {
        let relation = self.ready()?;
        Ok(matches!(
            relation.kind(),
            RelationKind::LocalRelation(_) | RelationKind::Values { .. }
        ))
    }

    /// Calls a function with each row, here and in order.
    ///
    /// # Errors
    /// As [`collect`](Self::collect).
    pub fn foreach(&self, mut f: impl FnMut(Row)) -> Result<()> {
        for row in self.to_local_iterator()? {
            f(row?);
        }
        Ok(())
    }

    /// Calls a function with the rows of each batch, here and in order.
    ///
    /// # Errors
    /// As [`collect`](Self::collect).
    pub fn foreach_partition(&self, mut f: impl FnMut(Rows)) -> Result<()> {
        let result = self.spark_session().query(self.ready()?)?;
        for batch in result.batches {
            f(Rows::new(result.schema.clone(), vec![batch]));
        }
        Ok(())
    }

    /// Each row as JSON, in a column `value`.
    #[track_caller]
    pub fn to_json(&self) -> DataFrame {
        self.select(to_json(struct_("*")).alias("value"))
    }

    /// Prints the first 20 rows as a table, cells cut to 20 characters.
    ///
    /// # Errors
    /// As [`collect`](Self::collect).
    #[track_caller]
    pub fn show(&self) -> Result<()> {
        self.show_with(20, 20, false)
    }

    /// Prints the first rows as a table, cells cut to a number of characters, or whole and on the left
    /// for 0; or with `vertical` one line for each column of each row.
    ///
    /// # Errors
    /// As [`collect`](Self::collect).
    #[track_caller]
    #[allow(clippy::print_stdout, reason = "that is what it is for")]
    pub fn show_with(&self, rows: usize, truncate: usize, vertical: bool) -> Result<()> {
        println!("{}", self.show_string(rows, truncate, vertical)?);
        Ok(())
    }

    /// What [`show_with`](Self::show_with) prints.
    ///
    /// # Errors
    /// As [`collect`](Self::collect).
    #[track_caller]
    pub fn show_string(&self, rows: usize, truncate: usize, vertical: bool) -> Result<String> {
        self.shown(
            Layout {
                rows,
                truncate,
                vertical,
            },
            show::table,
        )
    }

    /// The first rows as a table of HTML, cells cut to a number of characters, or whole for 0: what
    /// notebooks show.
    ///
    /// # Errors
    /// As [`collect`](Self::collect).
    #[track_caller]
    pub fn html_string(&self, rows: usize, truncate: usize) -> Result<String> {
        self.shown(
            Layout {
                rows,
                truncate,
                vertical: false,
            },
            show::html,
        )
    }

    #[track_caller]
    fn shown(
        &self,
        layout: Layout,
        text: fn(&StructType, &[RecordBatch], &str, Layout) -> Result<String>,
    ) -> Result<String> {
        let session = self.spark_session();
        let fetched = self.limit(count_of(layout.rows).saturating_add(1));
        let result = session.query(fetched.ready()?)?;
        let zone = session.conf().get_option("spark.sql.session.timeZone");
        let zone = zone.unwrap_or_default();
        text(&result.schema, &result.batches, &zone, layout)
    }

    /// The one value of the first column of the first row, as a type.
    pub(crate) fn single<T: crate::row::FromValue>(&self) -> Result<T> {
        let rows = self.collect()?;
        match rows.first() {
            Some(row) => row.get(0),
            None => T::from_value(&Literal::NULL, &DataType::Null),
        }
    }
}
