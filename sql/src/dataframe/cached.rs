//! Rows that are kept: caches and checkpoints.

use flint_core::StorageLevel;
use flint_sql_spec::{Result, SqlError, condition};

use super::DataFrame;

impl DataFrame {
    /// Keeps the rows for later queries, in memory and else on disk.
    ///
    /// They are stored when they are first read. Every query of the application with an equal plan in
    /// it reads them, whoever wrote it. Writes to what the query reads make them stale: they are then
    /// computed anew.
    ///
    /// ```
    /// # use flint_sql::{SparkSession, StorageLevel};
    /// # let spark = SparkSession::builder().master("local[1]").get_or_create()?;
    /// let numbers = spark.range(0, 1000).filter("id % 7 = 0").cache()?;
    /// assert_eq!(numbers.storage_level()?, StorageLevel::MEMORY_AND_DISK);
    /// assert_eq!(numbers.count()?, 143);
    /// numbers.unpersist()?;
    /// # Ok::<(), flint_sql::SqlError>(())
    /// ```
    ///
    /// # Errors
    /// What is wrong with the query.
    pub fn cache(&self) -> Result<DataFrame> {
        self.persist()
    }

    /// The same as [`cache`](Self::cache).
    ///
    /// # Errors
    /// What is wrong with the query.
    pub fn persist(&self) -> Result<DataFrame> {
        self.persist_with(StorageLevel::MEMORY_AND_DISK)
    }

    /// Keeps the rows at a level. Rows that are kept already stay where they are.
    ///
    /// # Errors
    /// What is wrong with the query.
    pub fn persist_with(&self, level: StorageLevel) -> Result<DataFrame> {
        self.spark_session().cache_relation(self.ready()?, level)?;
        Ok(self.clone())
    }

    /// Forgets the rows that are kept of this query, if there are any.
    ///
    /// # Errors
    /// What is wrong with the query.
    pub fn unpersist(&self) -> Result<()> {
        self.spark_session().uncache_relation(self.ready()?)?;
        Ok(())
    }

    /// Where the rows of this query are kept: [`StorageLevel::NONE`] if they are not.
    ///
    /// # Errors
    /// What is wrong with the query.
    pub fn storage_level(&self) -> Result<StorageLevel> {
        self.spark_session().cached_level(self.ready()?)
    }

    /// The rows as they are now, in files below the context's checkpoint directory, and without the
    /// query that made them.
    ///
    /// # Errors
    /// `NOT_SUPPORTED_YET` when no checkpoint directory is set; as an action.
    pub fn checkpoint(&self) -> Result<DataFrame> {
        let session = self.spark_session();
        let Some(folder) = session.context().checkpoint_dir() else {
            return Err(SqlError::new(condition::NOT_SUPPORTED_YET).with(
                "feature",
                "a checkpoint without Context::set_checkpoint_dir or spark.checkpoint.dir",
            ));
        };
        let name = format!("{}-{}", std::process::id(), session.next_plan_id());
        let path = folder.join(name).display().to_string();
        self.write().parquet(&path)?;
        Ok(session.read().schema(&self.schema()?).parquet([path]))
    }

    /// The rows as they are now, kept by this application, and without the query that made them.
    ///
    /// # Errors
    /// As an action.
    pub fn local_checkpoint(&self) -> Result<DataFrame> {
        self.local_checkpoint_with(true, StorageLevel::MEMORY_AND_DISK)
    }

    /// The rows as they are now or, unless it is `eager`, when they are first read, kept at a level.
    ///
    /// # Errors
    /// What is wrong with the query; as an action if it is eager.
    pub fn local_checkpoint_with(&self, eager: bool, level: StorageLevel) -> Result<DataFrame> {
        let session = self.spark_session();
        let relation = session.keep_checkpoint(self.ready()?, level)?;
        let kept = DataFrame::new(session.clone(), relation);
        if eager {
            kept.count()?;
        }
        Ok(kept)
    }
}
