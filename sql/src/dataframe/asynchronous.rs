//! Actions that don't block: each gives a [`QueryFuture`].
//!
//! The query is planned at the call, and its job has the job group, tags and properties of the
//! thread that called.

use flint_sql_spec::SqlError;

use super::DataFrame;
use crate::row::{Row, Rows};
use crate::session::{QueryFuture, QueryResult};

impl DataFrame {
    fn run_async(&self) -> QueryFuture<QueryResult> {
        match self.ready() {
            Ok(relation) => self.spark_session().query_async(relation),
            Err(error) => QueryFuture::failed(error),
        }
    }

    /// [`collect`](Self::collect) without blocking.
    ///
    /// ```
    /// # let spark = flint_sql::SparkSession::builder().master("local[1]").get_or_create()?;
    /// let rows = spark.range(0, 3).collect_async();
    /// assert_eq!(rows.wait()?.len(), 3);
    /// # Ok::<(), flint_sql::SqlError>(())
    /// ```
    pub fn collect_async(&self) -> QueryFuture<Vec<Row>> {
        self.run_async()
            .map(|found| Rows::new(found.schema, found.batches).collect())
    }

    /// [`count`](Self::count) without blocking.
    #[track_caller]
    pub fn count_async(&self) -> QueryFuture<i64> {
        let counts = self.group_by(()).count().collect_async();
        counts.map(|counts| match counts.first() {
            Some(row) => row.get(0),
            None => Err(SqlError::internal("a count gave no row")),
        })
    }

    /// [`take`](Self::take) without blocking.
    #[track_caller]
    pub fn take_async(&self, count: usize) -> QueryFuture<Vec<Row>> {
        let count = i32::try_from(count).unwrap_or(i32::MAX);
        self.limit(count).collect_async()
    }

    /// [`foreach`](Self::foreach) without blocking: the function is called where the future is
    /// awaited.
    pub fn foreach_async(&self, mut f: impl FnMut(Row) + Send + 'static) -> QueryFuture<()> {
        self.run_async().map(move |found| {
            for row in Rows::new(found.schema, found.batches) {
                f(row?);
            }
            Ok(())
        })
    }

    /// [`foreach_partition`](Self::foreach_partition) without blocking: the function is called where
    /// the future is awaited.
    pub fn foreach_partition_async(
        &self,
        mut f: impl FnMut(Rows) + Send + 'static,
    ) -> QueryFuture<()> {
        self.run_async().map(move |found| {
            for batch in found.batches {
                f(Rows::new(found.schema.clone(), vec![batch]));
            }
            Ok(())
        })
    }
}
