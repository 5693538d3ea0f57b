//! How a DataFrame will be run.

use flint_sql_spec::{ExplainMode, Result};

use super::DataFrame;

impl DataFrame {
    /// Prints how the query will be run: the physical plan.
    ///
    /// # Errors
    /// What is wrong with the query.
    pub fn explain(&self) -> Result<()> {
        self.explain_with(ExplainMode::Simple)
    }

    /// Prints how the query will be run, in as much detail as the mode says.
    ///
    /// # Errors
    /// What is wrong with the query.
    #[allow(clippy::print_stdout, reason = "that is what it is for")]
    pub fn explain_with(&self, mode: ExplainMode) -> Result<()> {
        println!("{}", self.explain_string(mode)?);
        Ok(())
    }

    /// The physical plan in the language of Graphviz: `dot -Tsvg` draws it.
    ///
    /// ```
    /// # let spark = flint_sql::SparkSession::builder().master("local[1]").get_or_create()?;
    /// assert!(spark.range(0, 5).explain_graphviz()?.contains("digraph"));
    /// # Ok::<(), flint_sql::SqlError>(())
    /// ```
    ///
    /// # Errors
    /// What is wrong with the query.
    pub fn explain_graphviz(&self) -> Result<String> {
        self.spark_session().graphviz(self.ready()?)
    }

    /// How the query will be run, as text. `Codegen` says that there is no code of a query: what
    /// computes is compiled with the engine.
    ///
    /// # Errors
    /// What is wrong with the query.
    pub fn explain_string(&self, mode: ExplainMode) -> Result<String> {
        self.spark_session().explain(self.ready()?, mode)
    }
}
