//! What is known of a DataFrame without running it.

use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};

use flint_sql_analyzer::Analyzer;
use flint_sql_spec::{DataType, Result, StructType};

use super::DataFrame;

impl DataFrame {
    /// Names and types of the columns.
    ///
    /// ```
    /// # fn example(df: flint_sql::DataFrame) -> flint_sql::Result<()> {
    /// for field in df.schema()?.iter() {
    ///     println!("{}: {}", field.name, field.data_type);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What is wrong with the query: names, types, functions, with the place in the program.
    pub fn schema(&self) -> Result<StructType> {
        let plan = self.spark_session().analyze(self.ready()?)?;
        Ok(Analyzer::schema(&plan))
    }

    /// The files that it reads, each once: `file:///data/part-0.parquet`.
    ///
    /// # Errors
    /// As [`schema`](Self::schema).
    pub fn input_files(&self) -> Result<Vec<String>> {
        self.spark_session().input_files(self.ready()?)
    }

    /// Names of the columns.
    ///
    /// # Errors
    /// As [`schema`](Self::schema).
    pub fn columns(&self) -> Result<Vec<String>> {
        let schema = self.schema()?;
        Ok(schema.iter().map(|field| field.name.to_string()).collect())
    }

    /// Names of the columns and of their types.
    ///
    /// # Errors
    /// As [`schema`](Self::schema).
    pub fn dtypes(&self) -> Result<Vec<(String, String)>> {
        let schema = self.schema()?;
        let names = schema.iter().map(|field| {
            let data_type = field.data_type.simple_string();
            (field.name.to_string(), data_type)
        });
        Ok(names.collect())
    }

    /// Prints the schema as a tree.
    ///
    /// # Errors
    /// As [`schema`](Self::schema).
    #[allow(clippy::print_stdout, reason = "that is what it is for")]
    pub fn print_schema(&self) -> Result<()> {
        println!("{}", self.tree_string(None)?);
        Ok(())
    }

    /// The schema as a tree, down to a number of levels.
    ///
    /// # Errors
    /// As [`schema`](Self::schema).
    pub fn tree_string(&self, levels: Option<usize>) -> Result<String> {
        let mut tree = String::from("root\n");
        let levels = levels.unwrap_or(usize::MAX);
        fields(&mut tree, &self.schema()?, " |", levels);
        Ok(tree)
    }

    /// Whether both DataFrames mean the same query, as far as can be told without running them.
    ///
    /// Names of columns don't count; the order of operands does, other than in Spark.
    ///
    /// # Errors
    /// As [`schema`](Self::schema), for either.
    pub fn same_semantics(&self, other: &DataFrame) -> Result<bool> {
        let session = self.spark_session();
        Ok(session.canonical(self.ready()?)? == session.canonical(other.ready()?)?)
    }

    /// A number that is equal for DataFrames that mean the same query.
    ///
    /// # Errors
    /// As [`schema`](Self::schema).
    pub fn semantic_hash(&self) -> Result<u64> {
        let mut hasher = DefaultHasher::new();
        self.spark_session()
            .canonical(self.ready()?)?
            .hash(&mut hasher);
        Ok(hasher.finish())
    }
}

fn fields(tree: &mut String, schema: &StructType, prefix: &str, levels: usize) {
    for field in schema.iter() {
        line(
            tree,
            prefix,
            &field.name,
            &field.data_type,
            ("nullable", field.nullable),
            levels,
        );
    }
}

/// A line of the tree, and those of what is inside of it.
fn line(
    tree: &mut String,
    prefix: &str,
    name: &str,
    data_type: &DataType,
    (null, can_be): (&str, bool),
    levels: usize,
) {
    if levels == 0 {
        return;
    }
    let kind = match data_type {
        DataType::Array { .. } => "array".to_owned(),
        DataType::Map { .. } => "map".to_owned(),
        DataType::Struct(_) => "struct".to_owned(),
        DataType::Integer => "integer".to_owned(),
        DataType::Long => "long".to_owned(),
        DataType::Short => "short".to_owned(),
        DataType::Byte => "byte".to_owned(),
        other => other.simple_string(),
    };
    // Writing to a string never fails.
    let null = if null.is_empty() {
        String::new()
    } else {
        format!(" ({null} = {can_be})")
    };
    let _ = writeln!(tree, "{prefix}-- {name}: {kind}{null}");
    inside(tree, &format!("{prefix}    |"), data_type, levels - 1);
}

fn inside(tree: &mut String, prefix: &str, data_type: &DataType, levels: usize) {
    match data_type {
        DataType::Array {
            element,
            contains_null,
        } => line(
            tree,
            prefix,
            "element",
            element,
            ("containsNull", *contains_null),
            levels,
        ),
        DataType::Map {
            key,
            value,
            value_contains_null,
        } => {
            line(tree, prefix, "key", key, ("", false), levels);
            let null = ("valueContainsNull", *value_contains_null);
            line(tree, prefix, "value", value, null, levels);
        }
        DataType::Struct(schema) => fields(tree, schema, prefix, levels),
        _ => {}
    }
}
