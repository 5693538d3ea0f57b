//! Changes of the catalog that its API asks for by text: names are parsed, and the rest is the
//! business of statements.

use flint_sql_spec::{
    CatalogTable, DataSourceRead, DataType, Ident, ObjectName, Options, Result, SqlError,
    StructField, StructType, condition, quote_parts,
};

use super::SparkSession;
use super::listing::too_many_parts;
use super::names::CATALOG;
use super::statement::{Made, exists, no_schema, store_empty};
use super::tables::{Stored, TableName};

impl SparkSession {
    /// The full name of a table of the catalog. Temporary views do not matter.
    pub(super) fn full_name(&self, text: &str) -> Result<TableName> {
        let parts = flint_sql_parser::parse_name(text)?;
        match parts.as_slice() {
            [_] | [_, _] => self.table_name(&parts),
            [catalog, _, _] if catalog.eq_ignore_ascii_case(CATALOG) => self.table_name(&parts),
            parts => Err(too_many_parts(parts)),
        }
    }

    /// The same, for a statement.
    pub(crate) fn object_name(&self, text: &str) -> Result<ObjectName> {
        Ok(ObjectName::of(self.full_name(text)?.parts()))
    }

    /// `catalog.setCurrentCatalog`
    pub(crate) fn set_current_catalog(&self, name: &str) -> Result<()> {
        match name.eq_ignore_ascii_case(CATALOG) {
            true => Ok(()),
            false => Err(SqlError::new(condition::CATALOG_NOT_FOUND)
                .with("catalogName", quote_parts(&[name.into()]))
                .with("config", format!("\"spark.sql.catalog.{name}\""))),
        }
    }

    /// `catalog.setCurrentDatabase`
    pub(crate) fn use_database(&self, name: &str) -> Result<()> {
        let parts = flint_sql_parser::parse_name(name)?;
        match parts.as_slice() {
            [database] => self.set_current_database(database),
            parts => {
                let full: Vec<Ident> = [CATALOG.into()].into_iter().chain(parts.to_vec()).collect();
                Err(no_schema(&full))
            }
        }
    }

    /// A table over new or existing files. Without columns, those of the files are taken.
    pub(crate) fn define_table(&self, table: &CatalogTable) -> Result<String> {
        let name = self.full_name(&table.name)?;
        self.listed_database(Some(&flint_sql_spec::quote_part(&name.database)))?;
        if self.stored(&name).is_some() {
            return Err(exists(&name));
        }
        let (path, options) = super::statement::without_path(&table.options);
        let path = table.path.clone().or(path);
        let format = match &table.source {
            Some(format) => format.clone(),
            None => self.conf().get("spark.sql.sources.default")?.into(),
        };
        let schema = match &table.schema {
            Some(DataType::Struct(schema)) if !schema.is_empty() => schema.clone(),
            Some(other) if !matches!(other, DataType::Struct(_)) => {
                StructType::new([StructField::new("value", other.clone(), true)])
            }
            _ => self.schema_of_files(&name, &format, path.as_ref(), &options)?,
        };
        let made = Made {
            format,
            location: path.map(|path| path.to_string()),
            options,
            partition_by: Vec::new(),
            comment: table.description.clone(),
            properties: Vec::new(),
        };
        store_empty(self, &name, schema, made)?;
        // A table that cannot be read, such as one of an unknown format, is none.
        if let Err(error) = self.schema_of_table(&name.parts()) {
            self.unstore(&name);
            return Err(error);
        }
        Ok(name.quoted())
    }

    fn schema_of_files(
        &self,
        name: &TableName,
        format: &Ident,
        path: Option<&Ident>,
        options: &Options,
    ) -> Result<StructType> {
        let path = match path {
            Some(path) => path.clone(),
            None => self.managed_location(name)?.into(),
        };
        let read = DataSourceRead {
            format: Some(format.clone()),
            schema: None,
            options: options.clone(),
            paths: vec![path],
            predicates: Vec::new(),
            source_name: None,
            is_streaming: false,
        };
        match self.open_source(&read) {
            Ok(source) => Ok(source.schema().clone()),
            Err(error) if *error.condition() == condition::PATH_NOT_FOUND => {
                Err(SqlError::new(condition::UNABLE_TO_INFER_SCHEMA)
                    .with("format", shown_format(format)))
            }
            Err(error) => Err(error),
        }
    }

    /// Properties of a table or view, sorted by key. Options of its format are `option.` and their name.
    pub(crate) fn properties_of(&self, text: &str) -> Result<Vec<(String, String)>> {
        let parts = flint_sql_parser::parse_name(text)?;
        let super::listing::Found::Stored(_, Stored::Table(table)) = self.found_table(&parts)?
        else {
            return Ok(Vec::new());
        };
        let own = table.properties.iter();
        let own = own.map(|(key, value)| (key.to_string(), value.to_string()));
        let options = table.options.iter();
        let options = options.map(|(key, value)| (format!("option.{key}"), value.to_string()));
        let mut all: Vec<_> = own.chain(options).collect();
        all.sort();
        Ok(all)
    }

    /// Finds partitions of a table that others have made. They are found whenever it is read, so this
    /// is to forget what is cached of its files.
    pub(crate) fn recover_partitions(&self, text: &str) -> Result<()> {
        let parts = flint_sql_parser::parse_name(text)?;
        let (name, table) = self.found_stored(&parts, "recoverPartitions()")?;
        if table.partition_by.is_empty() {
            return Err(SqlError::new(condition::NOT_A_PARTITIONED_TABLE)
                .with("operation", "ALTER TABLE RECOVER PARTITIONS")
                .with("tableIdentWithDB", name.quoted()));
        }
        self.written(&table.location);
        Ok(())
    }
}

/// A format as messages name it.
fn shown_format(format: &str) -> String {
    let format = format.to_lowercase();
    if matches!(format.as_str(), "csv" | "json" | "orc" | "xml") {
        return format.to_uppercase();
    }
    let mut letters = format.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
