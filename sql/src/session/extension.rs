//! Relations and expressions of other makers: who knows what they stand for.

use std::sync::Arc;

use flint_sql_spec::{Expr, Extension, Relation, Result};

use super::SparkSession;

/// Knows what messages of other makers stand for, which front ends put into plans as they came.
///
/// It is asked while a plan is analysed, as often as the plan is. What it gives is analysed in the
/// message's place; it must not hold the message itself again.
pub trait PlanExtensions: Send + Sync {
    /// What a relation stands for.
    ///
    /// # Errors
    /// `CONNECT_INVALID_PLAN.NO_HANDLER_FOR_EXTENSION` ([`no_handler`](crate::no_handler)) for a type
    /// that it does not know; what is wrong with the message.
    fn relation(&self, session: &SparkSession, message: &Extension) -> Result<Relation>;

    /// What an expression stands for.
    ///
    /// # Errors
    /// As [`relation`](Self::relation).
    fn expression(&self, session: &SparkSession, message: &Extension) -> Result<Expr>;
}

impl SparkSession {
    /// Lets plans of this session, and of later clones of it, hold messages that `extensions` knows.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use flint_sql::{Expr, Extension, PlanExtensions, Relation, SparkSession, no_handler};
    /// # use flint_sql_spec::RelationKind;
    ///
    /// /// `numbers` is the numbers below as many as the message has bytes.
    /// struct Numbers;
    ///
    /// impl PlanExtensions for Numbers {
    ///     fn relation(&self, spark: &SparkSession, message: &Extension) -> flint_sql::Result<Relation> {
    ///         match &*message.type_url {
    ///             "numbers" => spark.range(0, message.value.len() as i64).to_relation(),
    ///             _ => Err(no_handler(message)),
    ///         }
    ///     }
    ///
    ///     fn expression(&self, _: &SparkSession, message: &Extension) -> flint_sql::Result<Expr> {
    ///         Err(no_handler(message))
    ///     }
    /// }
    ///
    /// let spark = SparkSession::builder().master("local[1]").create()?;
    /// spark.set_plan_extensions(Arc::new(Numbers));
    /// let message = Extension { type_url: "numbers".into(), value: [0; 3].as_slice().into() };
    /// assert_eq!(spark.data_frame(RelationKind::Extension(message).into()).count()?, 3);
    /// # Ok::<(), flint_sql::SqlError>(())
    /// ```
    pub fn set_plan_extensions(&self, extensions: Arc<dyn PlanExtensions>) {
        *self.inner.extensions.write() = Some(extensions);
    }

    pub(super) fn plan_extensions(&self) -> Option<Arc<dyn PlanExtensions>> {
        self.inner.extensions.read().clone()
    }
}
