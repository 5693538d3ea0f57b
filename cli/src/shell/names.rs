//! [`Names`]: what completion can offer from a session.

use flint_sql::{DataFrame, SparkSession};

/// Names that statements can hold. What cannot be found out is not offered.
pub(super) trait Names {
    /// Names of schemas.
    fn schemas(&self) -> Vec<String>;
    /// Names of tables and views, of the current schema or of another.
    fn tables(&self, schema: Option<&str>) -> Vec<String>;
    /// Names of the columns of a table or view.
    fn columns(&self, table: &str) -> Vec<String>;
    /// Names of functions.
    fn functions(&self) -> Vec<String>;
}

/// The names of a session, as they are when asked for.
#[derive(Debug)]
pub(super) struct SessionNames {
    session: SparkSession,
}

impl SessionNames {
    pub(super) fn new(session: &SparkSession) -> SessionNames {
        SessionNames {
            session: session.clone(),
        }
    }

    /// The values of a column of what a statement says.
    fn said(&self, statement: &str, column: usize) -> Vec<String> {
        let rows = self.session.try_sql(statement);
        let rows = rows.and_then(|frame: DataFrame| frame.collect());
        let rows = rows.unwrap_or_default();
        rows.iter().filter_map(|row| row.get(column).ok()).collect()
    }
}

impl Names for SessionNames {
    fn schemas(&self) -> Vec<String> {
        self.said("SHOW SCHEMAS", 0)
    }

    fn tables(&self, schema: Option<&str>) -> Vec<String> {
        match schema {
            Some(schema) => self.said(&format!("SHOW TABLES IN {}", quoted(schema)), 1),
            None => self.said("SHOW TABLES", 1),
        }
    }

    fn columns(&self, table: &str) -> Vec<String> {
        let schema = self.session.table(table).schema();
        let fields = schema.iter().flat_map(|schema| schema.iter());
        fields.map(|field| field.name.to_string()).collect()
    }

    fn functions(&self) -> Vec<String> {
        self.said("SHOW FUNCTIONS", 0)
    }
}

/// The schema that names of one part are looked for in.
pub(super) fn current_schema(session: &SparkSession) -> String {
    let said = SessionNames::new(session).said("SHOW CURRENT NAMESPACE", 1);
    said.into_iter().next().unwrap_or_default()
}

/// The name in backquotes where a statement needs them.
pub(super) fn quoted(name: &str) -> String {
    let is_plain = |c: char| c == '_' || c.is_alphanumeric();
    match !name.is_empty() && name.chars().all(is_plain) {
        true => name.to_owned(),
        false => format!("`{}`", name.replace('`', "``")),
    }
}
