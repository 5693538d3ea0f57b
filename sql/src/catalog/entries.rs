//! What listings of the catalog are made of. Fields and their order are those of Spark's classes of
//! the same names, which clients read by position.

/// A catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogMetadata {
    /// Its name.
    pub name: String,
    /// What it is for, if anybody said so.
    pub description: Option<String>,
}

/// A schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    /// Its name: in lower case where it was listed, as it was asked for where it was asked for.
    pub name: String,
    /// The catalog that it is in.
    pub catalog: Option<String>,
    /// Its comment; empty without one.
    pub description: Option<String>,
    /// Where files of its tables go, with the scheme.
    pub location_uri: String,
}

/// A table or a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name: in lower case where it was listed, as it was asked for where it was asked for.
    pub name: String,
    /// The catalog that it is in; none for temporary views.
    pub catalog: Option<String>,
    /// The schema that it is in; empty for temporary views of a session.
    pub namespace: Vec<String>,
    /// Its comment.
    pub description: Option<String>,
    /// `MANAGED`, `EXTERNAL`, `VIEW` or `TEMPORARY`.
    pub table_type: String,
    /// Whether it is a temporary view.
    pub is_temporary: bool,
}

/// A column of a table or view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its comment.
    pub description: Option<String>,
    /// Its type as `DESCRIBE` says it.
    pub data_type: String,
    /// Whether it may hold nulls. Columns of tables always may: files can come from anywhere.
    pub nullable: bool,
    /// Whether the table's folders are by its values.
    pub is_partition: bool,
    /// Whether files are by hashes of it. Always false: there are no buckets yet.
    pub is_bucket: bool,
    /// Whether rows are clustered by it. Always false: there is no clustering yet.
    pub is_cluster: bool,
}

/// A function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The catalog that it is in; none for built-in and temporary functions.
    pub catalog: Option<String>,
    /// The schema that it is in; none for built-in and temporary functions.
    pub namespace: Option<Vec<String>>,
    /// What it is for. `N/A.` for functions of the program, as Spark says; none for built-in ones.
    pub description: Option<String>,
    /// The class that it is made by: none, since functions here are of no Java class. Spark has none
    /// for some of its own either.
    pub class_name: Option<String>,
    /// Whether it is in no catalog. True for built-in functions too, as in Spark.
    pub is_temporary: bool,
}
