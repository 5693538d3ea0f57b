//! [`UdfRegistration`]: functions by name, for SQL.

use std::sync::Arc;

use flint_sql_spec::Result;

use super::{IntoUdf, UserDefinedFunction};
use crate::session::SparkSession;

/// Gives functions of the program names in a session.
///
/// ```
/// # let spark = flint_sql::SparkSession::builder().master("local[1]").get_or_create()?;
/// spark.udf().register("plus_one", |n: i64| n + 1)?;
/// let rows = spark.sql("SELECT plus_one(41) AS n").collect()?;
/// assert_eq!(rows[0].get_by_name::<i64>("n")?, 42);
/// # Ok::<(), flint_sql::SqlError>(())
/// ```
#[derive(Debug)]
pub struct UdfRegistration<'a> {
    session: &'a SparkSession,
}

impl UdfRegistration<'_> {
    /// Gives a function a name in the session, in any case, in the place of one that had it before.
    /// Built-in functions keep their names: a function of the same name is found as
    /// `session.name` only. The function comes back, to be called with columns.
    ///
    /// # Errors
    /// `ENCODER_NOT_FOUND` for a closure over types that SQL does not have.
    pub fn register<Args>(
        &self,
        name: &str,
        function: impl IntoUdf<Args>,
    ) -> Result<UserDefinedFunction> {
        let function = function.into_udf().with_name(name);
        let ready = Arc::new(function.clone().ready()?);
        self.session.keep_function(name, ready);
        Ok(function)
    }
}

impl SparkSession {
    /// Names for functions of the program: see [`UdfRegistration`].
    pub fn udf(&self) -> UdfRegistration<'_> {
        UdfRegistration { session: self }
    }
}
