//! What names of tables and views mean in a session.

use std::collections::BTreeMap;
use std::sync::Arc;

use flint_sql_analyzer::{CatalogTable, CatalogTableKind};
use flint_sql_spec::{Ident, NativeFunction, Relation, StructType};
use parking_lot::RwLock;

/// The schema that global temporary views are in.
pub(crate) const GLOBAL: &str = "global_temp";
/// The catalog that every session begins with.
pub(crate) const CATALOG: &str = "spark_catalog";

/// A view of a session, or of all sessions of the process.
#[derive(Debug, Clone)]
pub(crate) struct View {
    pub(crate) name: Ident,
    pub(crate) query: Relation,
    /// Columns under names of their own.
    pub(crate) columns: Option<StructType>,
}

/// Views by name in lower case.
pub(crate) type Views = BTreeMap<String, View>;

/// Names of one session.
#[derive(Debug)]
pub(crate) struct Names {
    pub(crate) views: RwLock<Views>,
    pub(crate) database: RwLock<Ident>,
    /// Functions of the program by name in lower case.
    pub(crate) functions: RwLock<BTreeMap<String, Arc<NativeFunction>>>,
}

impl Default for Names {
    fn default() -> Self {
        Names {
            views: RwLock::default(),
            database: RwLock::new("default".into()),
            functions: RwLock::default(),
        }
    }
}

impl View {
    /// The view as the analyzer takes it.
    pub(crate) fn table(&self, schema: Option<&str>) -> CatalogTable {
        let mut name: Vec<Ident> = schema.map(Arc::from).into_iter().collect();
        name.push(self.name.clone());
        CatalogTable {
            name,
            kind: CatalogTableKind::View {
                query: self.query.clone(),
                columns: self.columns.clone(),
            },
        }
    }
}
