//! [`SparkSessionBuilder`].

use std::sync::{Arc, LazyLock, Weak};

use flint_core::Context;
use flint_core::conf::Conf;
use flint_sql_execution::rules::Rules;
use flint_sql_spec::Result;
use parking_lot::Mutex;

use super::conf::RuntimeConfig;
use super::convert::from_core;
use super::shared::Shared;
use super::{Inner, SparkSession};

/// The session that `get_or_create` gives again, as long as anybody holds it.
static LAST: LazyLock<Mutex<Weak<Inner>>> = LazyLock::new(Mutex::default);

/// Describes a session: master, name, configuration.
#[derive(Debug, Clone, Default)]
pub struct SparkSessionBuilder {
    options: Vec<(String, String)>,
    rules: Rules,
}

impl SparkSessionBuilder {
    /// Where jobs run: `local`, `local[4]`, `local[*]`. Key `spark.master`; `local[*]` without it.
    #[must_use]
    pub fn master(self, url: &str) -> Self {
        self.config("spark.master", url)
    }

    /// The application's name. Key `spark.app.name`.
    #[must_use]
    pub fn app_name(self, name: &str) -> Self {
        self.config("spark.app.name", name)
    }

    /// Sets a configuration key. It is checked when the session is made.
    #[must_use]
    pub fn config(mut self, key: &str, value: impl ToString) -> Self {
        self.options.push((key.to_owned(), value.to_string()));
        self
    }

    /// Adds rules to the application's optimizer, behind the engine's own: what Spark's
    /// `withExtensions` does with `injectOptimizerRule`. They see DataFusion's plans
    /// ([`rules`](crate::rules) says how), are named in `spark.sql.optimizer.excludedRules` to be
    /// left out, and hold for all sessions of the application. A session that exists already keeps the
    /// rules that it has.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use std::sync::atomic::{AtomicUsize, Ordering};
    ///
    /// use flint_sql::SparkSession;
    /// use flint_sql::datafusion::common::Result;
    /// use flint_sql::datafusion::common::tree_node::Transformed;
    /// use flint_sql::datafusion::logical_expr::LogicalPlan;
    /// use flint_sql::datafusion::optimizer::{OptimizerConfig, OptimizerRule};
    ///
    /// /// Counts the plans that it sees.
    /// #[derive(Debug, Default)]
    /// struct Watch(AtomicUsize);
    ///
    /// impl OptimizerRule for Watch {
    ///     fn name(&self) -> &str {
    ///         "watch"
    ///     }
    ///
    ///     fn rewrite(
    ///         &self,
    ///         plan: LogicalPlan,
    ///         _: &dyn OptimizerConfig,
    ///     ) -> Result<Transformed<LogicalPlan>> {
    ///         self.0.fetch_add(1, Ordering::Relaxed);
    ///         Ok(Transformed::no(plan))
    ///     }
    /// }
    ///
    /// let watch = Arc::new(Watch::default());
    /// let rule = Arc::clone(&watch);
    /// let spark = SparkSession::builder()
    ///     .master("local[1]")
    ///     .with_extensions(|rules| rules.push(rule))
    ///     .create()?;
    /// spark.sql("SELECT 1").collect()?;
    /// let seen = watch.0.load(Ordering::Relaxed);
    /// assert!(seen > 0);
    /// spark.conf().set("spark.sql.optimizer.excludedRules", "watch")?;
    /// spark.sql("SELECT 1").collect()?;
    /// assert_eq!(watch.0.load(Ordering::Relaxed), seen);
    /// # Ok::<(), flint_sql::SqlError>(())
    /// ```
    #[must_use]
    pub fn with_extensions(mut self, extend: impl FnOnce(&mut Rules)) -> Self {
        extend(&mut self.rules);
        self
    }

    /// The session of this process that was made last, with these options set on it, or a new one if
    /// nobody holds any.
    ///
    /// # Errors
    /// `INVALID_CONF_VALUE` for a value that a key doesn't take; `CANNOT_MODIFY_CONFIG` for a key of
    /// the application when the application runs already.
    pub fn get_or_create(self) -> Result<SparkSession> {
        let mut last = LAST.lock();
        if let Some(inner) = last.upgrade()
            && !inner.shared.context.is_stopped()
        {
            let session = SparkSession { inner };
            for (key, value) in &self.options {
                if !key.starts_with("spark.master") && !key.starts_with("spark.app.name") {
                    session.conf().set(key, value)?;
                }
            }
            return Ok(session);
        }
        let session = self.create()?;
        *last = Arc::downgrade(&session.inner);
        Ok(session)
    }

    /// A new application with its first session, whatever else runs in the process.
    ///
    /// # Errors
    /// `INVALID_CONF_VALUE` for a value that a key doesn't take.
    pub fn create(self) -> Result<SparkSession> {
        let mut conf = Conf::new();
        for (key, value) in &self.options {
            super::keys::check(key, value)?;
            conf.set(key, value).map_err(from_core)?;
        }
        conf.set_if_missing("spark.master", "local[*]")
            .map_err(from_core)?;
        conf.set_if_missing("spark.app.name", "flint")
            .map_err(from_core)?;
        let runtime = RuntimeConfig::of(&conf);
        let context = Context::builder().conf(&conf).build().map_err(from_core)?;
        let shared = Arc::new(Shared::new(context, self.rules)?);
        Ok(SparkSession::over(shared, runtime))
    }
}
