//! Schemas and tables of an application: in memory, over files in the warehouse folder.
//!
//! All sessions of the application see them. They end with it; files of managed tables stay until
//! the table is dropped.

use std::collections::BTreeMap;
use std::path::Path;

use flint_sql_analyzer::{Analyzer, CatalogTable, CatalogTableKind};
use flint_sql_spec::{
    DataSourceRead, Ident, NamedTable, ObjectName, Options, Origin, Relation, RelationKind, Result,
    SqlError, StructType, condition, quote_part, quote_parts,
};

use super::SparkSession;
use super::names::{CATALOG, GLOBAL, View};
use super::statement::no_schema;

/// What a schema holds.
#[derive(Debug, Clone, Default)]
pub(super) struct Database {
    pub(super) comment: Option<Ident>,
    /// Where files of its tables go; a folder of the warehouse without it.
    pub(super) location: Option<Ident>,
    pub(super) relations: BTreeMap<String, Stored>,
}

/// A table or a view of the catalog.
#[derive(Debug, Clone)]
pub(super) enum Stored {
    Table(StoredTable),
    View(View),
}

/// A table: files of a format in a folder.
#[derive(Debug, Clone)]
pub(super) struct StoredTable {
    pub(super) name: Ident,
    pub(super) schema: StructType,
    pub(super) format: Ident,
    pub(super) location: String,
    pub(super) options: Options,
    pub(super) partition_by: Vec<Ident>,
    /// Whether its files are its own and go with it.
    pub(super) managed: bool,
    pub(super) comment: Option<Ident>,
    /// `TBLPROPERTIES`: kept for whom they concern, without a meaning here.
    pub(super) properties: Options,
}

/// Schemas by name in lower case.
pub(super) type Databases = BTreeMap<String, Database>;

/// The schemas that every application begins with.
pub(super) fn initial() -> Databases {
    let default = Database {
        comment: Some("default database".into()),
        ..Database::default()
    };
    BTreeMap::from([("default".to_owned(), default)])
}

/// A name of a table in full: schema and table.
#[derive(Debug, Clone)]
pub(super) struct TableName {
    pub(super) database: String,
    pub(super) table: Ident,
}

impl TableName {
    pub(super) fn parts(&self) -> Vec<Ident> {
        vec![
            CATALOG.into(),
            self.database.as_str().into(),
            self.table.clone(),
        ]
    }

    pub(super) fn quoted(&self) -> String {
        quote_parts(&self.parts())
    }

    /// The error that there is nothing of that name to drop, fill or empty.
    pub(super) fn not_found(&self) -> SqlError {
        let database = quote_part(&self.database);
        SqlError::new(condition::TABLE_OR_VIEW_NOT_FOUND)
            .with("relationName", self.quoted())
            .with("searchPath", format!("[`{CATALOG}`.{database}]"))
    }

    fn key(&self) -> String {
        self.table.to_lowercase()
    }
}

impl SparkSession {
    /// Names of all schemas, sorted.
    pub(super) fn databases(&self) -> Vec<String> {
        self.inner.shared.databases.read().keys().cloned().collect()
    }

    /// Where names of one part are looked for.
    pub(crate) fn current_database(&self) -> String {
        self.inner.names.database.read().to_string()
    }

    /// `USE`.
    pub(super) fn set_current_database(&self, name: &str) -> Result<()> {
        if !self
            .inner
            .shared
            .databases
            .read()
            .contains_key(&name.to_lowercase())
        {
            return Err(no_schema(&[name.into()]));
        }
        *self.inner.names.database.write() = name.to_lowercase().into();
        Ok(())
    }

    /// Tables and views of a schema, and whether each is a view.
    pub(super) fn relations_of(&self, database: &str) -> Vec<(String, bool)> {
        if database.eq_ignore_ascii_case(GLOBAL) {
            let views = self.inner.shared.global_views.read();
            return views
                .values()
                .map(|view| (view.name.to_string(), true))
                .collect();
        }
        let databases = self.inner.shared.databases.read();
        let Some(database) = databases.get(&database.to_lowercase()) else {
            return Vec::new();
        };
        let relations = database.relations.values();
        let name = |stored: &Stored| match stored {
            Stored::Table(table) => (table.name.to_string(), false),
            Stored::View(view) => (view.name.to_string(), true),
        };
        relations.map(name).collect()
    }

    /// The name of a table in full.
    pub(super) fn table_name(&self, parts: &[Ident]) -> Result<TableName> {
        let (database, table) = match parts {
            [table] => (self.current_database(), table),
            [database, table] => (database.to_lowercase(), table),
            [catalog, database, table] if catalog.eq_ignore_ascii_case(CATALOG) => {
                (database.to_lowercase(), table)
            }
            _ => {
                return Err(SqlError::new(condition::TABLE_OR_VIEW_NOT_FOUND)
                    .with("relationName", quote_parts(parts)));
            }
        };
        Ok(TableName {
            database,
            table: table.clone(),
        })
    }

    /// What a name of the catalog stands for.
    pub(super) fn stored(&self, name: &TableName) -> Option<Stored> {
        let databases = self.inner.shared.databases.read();
        databases
            .get(&name.database)?
            .relations
            .get(&name.key())
            .cloned()
    }

    /// Puts a table or view into the catalog.
    pub(super) fn store(&self, name: &TableName, stored: Stored) -> Result<()> {
        let mut databases = self.inner.shared.databases.write();
        let Some(database) = databases.get_mut(&name.database) else {
            return Err(no_schema(&[name.database.as_str().into()]));
        };
        database.relations.insert(name.key(), stored);
        Ok(())
    }

    /// Takes a table or view out of the catalog.
    pub(super) fn unstore(&self, name: &TableName) -> Option<Stored> {
        let mut databases = self.inner.shared.databases.write();
        databases
            .get_mut(&name.database)?
            .relations
            .remove(&name.key())
    }

    /// A table or view of the catalog for the analyzer, and the read that gives its rows.
    pub(super) fn catalog_table(
        &self,
        parts: &[Ident],
    ) -> Result<Option<(CatalogTable, Option<DataSourceRead>)>> {
        let Ok(name) = self.table_name(parts) else {
            return Ok(None);
        };
        Ok(match self.stored(&name) {
            None => None,
            Some(Stored::View(view)) => {
                let mut table = view.table(None);
                table.name = name.parts();
                Some((table, None))
            }
            Some(Stored::Table(stored)) => {
                let read = stored.read();
                let table = CatalogTable {
                    name: name.parts(),
                    kind: CatalogTableKind::Table {
                        columns: stored.schema.clone(),
                        hidden: StructType::new([]),
                        handle: name.quoted().into(),
                    },
                };
                Some((table, Some(read)))
            }
        })
    }

    /// Columns of a table or view.
    pub(super) fn schema_of_table(&self, parts: &[Ident]) -> Result<StructType> {
        let table = RelationKind::NamedTable(NamedTable {
            name: ObjectName::of(parts.iter().cloned()),
            options: Vec::new(),
            is_streaming: false,
            time_travel: None,
        });
        let plan = self.analyze(&Relation::new(table, Origin::Unknown))?;
        Ok(Analyzer::schema(&plan))
    }

    /// Where the files of a managed table are.
    pub(super) fn managed_location(&self, name: &TableName) -> Result<String> {
        let folder = self.database_location(&name.database)?;
        let path = Path::new(&folder).join(name.table.to_lowercase());
        Ok(path.to_string_lossy().into_owned())
    }

    /// Where files of a schema's managed tables are.
    pub(super) fn database_location(&self, key: &str) -> Result<String> {
        let databases = self.inner.shared.databases.read();
        if let Some(location) = databases.get(key).and_then(|found| found.location.as_ref()) {
            return Ok(location.to_string());
        }
        let warehouse = self.conf().get("spark.sql.warehouse.dir")?;
        if key == "default" {
            return Ok(warehouse);
        }
        let path = Path::new(&warehouse).join(format!("{key}.db"));
        Ok(path.to_string_lossy().into_owned())
    }
}

impl Stored {
    /// What Spark calls the kind of it.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Stored::Table(table) if table.managed => "MANAGED",
            Stored::Table(_) => "EXTERNAL",
            Stored::View(_) => "VIEW",
        }
    }
}

impl StoredTable {
    /// The read of the table's files.
    pub(super) fn read(&self) -> DataSourceRead {
        DataSourceRead {
            format: Some(self.format.clone()),
            schema: Some(
                flint_sql_spec::DataType::Struct(self.schema.clone())
                    .json()
                    .into(),
            ),
            options: self.options.clone(),
            paths: vec![self.location.as_str().into()],
            predicates: Vec::new(),
            source_name: None,
            is_streaming: false,
        }
    }
}
