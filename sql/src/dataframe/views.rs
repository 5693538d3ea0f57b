//! DataFrames under names for SQL.

use flint_sql_spec::{Command, CreateDataFrameView, Result};

use super::DataFrame;

impl DataFrame {
    /// Names the query for the session, so that SQL can use it.
    ///
    /// # Errors
    /// `TEMP_TABLE_OR_VIEW_ALREADY_EXISTS` when the name is taken.
    pub fn create_temp_view(&self, name: &str) -> Result<()> {
        self.named_view(name, false, false)
    }

    /// Names the query for the session, in place of one that has the name.
    ///
    /// ```
    /// # fn example(df: flint_sql::DataFrame) -> flint_sql::Result<()> {
    /// df.create_or_replace_temp_view("people")?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// For a name that is none, and what is wrong with the query.
    pub fn create_or_replace_temp_view(&self, name: &str) -> Result<()> {
        self.named_view(name, false, true)
    }

    /// The same as [`create_or_replace_temp_view`](Self::create_or_replace_temp_view).
    ///
    /// # Errors
    /// For a name that is none, and what is wrong with the query.
    pub fn register_temp_table(&self, name: &str) -> Result<()> {
        self.named_view(name, false, true)
    }

    /// Names the query for all sessions, in the database `global_temp`.
    ///
    /// # Errors
    /// `TEMP_TABLE_OR_VIEW_ALREADY_EXISTS` when the name is taken.
    pub fn create_global_temp_view(&self, name: &str) -> Result<()> {
        self.named_view(name, true, false)
    }

    /// Names the query for all sessions, in place of one that has the name.
    ///
    /// # Errors
    /// For a name that is none, and what is wrong with the query.
    pub fn create_or_replace_global_temp_view(&self, name: &str) -> Result<()> {
        self.named_view(name, true, true)
    }

    fn named_view(&self, name: &str, global: bool, replace: bool) -> Result<()> {
        let command = Command::CreateDataFrameView(CreateDataFrameView {
            input: self.ready()?.clone(),
            name: name.into(),
            global,
            replace,
        });
        self.spark_session().execute(&command).map(drop)
    }
}
