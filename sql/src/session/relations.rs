//! [`Relations`]: what one query's tables are, to the analyzer and to the engine.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::catalog::{MemTable, TableProvider};
use flint_sql_analyzer::resolved::{Plan, Table};
use flint_sql_analyzer::{Catalog, CatalogTable, CatalogTableKind, no_handler};
use flint_sql_columnar::{arrow_schema, from_datafusion};
use flint_sql_execution::Tables;
use flint_sql_sources::Source;
use flint_sql_spec::{
    ChunkedLocalRelation, DataSourceRead, DataType, Expr, Extension, Ident, Literal, LocalRelation,
    NativeCode, NativeFunction, NativeSource, Relation, Result, SqlError, StructType,
};

use super::cache::CachedTable;
use super::names::{CATALOG, GLOBAL};
use super::rdd::RddSource;
use super::streams::decoded;
use super::{SparkSession, query};
use crate::row::Rows;

/// Formats that a path can be read in where a table is expected.
const FORMATS: [&str; 8] = [
    "parquet",
    "csv",
    "json",
    "text",
    "orc",
    "avro",
    "xml",
    "binaryfile",
];

/// Where the rows of a table come from.
#[derive(Debug, Clone)]
pub(super) struct Whence {
    /// Equal for the same rows, whatever the query.
    identity: Ident,
    /// Folders and files that are read.
    paths: Vec<String>,
    /// Rows that are known by their address, which must not become that of others.
    _kept: Vec<Arc<[u8]>>,
    /// The same for a value of the process.
    _code: Option<NativeCode>,
}

impl Whence {
    fn of(identity: impl Into<Ident>) -> Whence {
        Whence {
            identity: identity.into(),
            paths: Vec::new(),
            _kept: Vec::new(),
            _code: None,
        }
    }

    fn files(read: &DataSourceRead) -> Whence {
        let option = read.options.iter();
        let option = option.filter(|(key, _)| key.eq_ignore_ascii_case("path"));
        let paths = read.paths.iter().chain(option.map(|(_, path)| path));
        Whence {
            paths: paths.map(|path| plain(path).to_owned()).collect(),
            ..Whence::of(format!("{read:?}"))
        }
    }

    fn rows(rows: &LocalRelation) -> Whence {
        let address = rows.data.as_ref().map(|data| (data.as_ptr(), data.len()));
        Whence {
            _kept: rows.data.iter().cloned().collect(),
            ..Whence::of(format!("rows {address:?} {:?}", rows.schema))
        }
    }

    fn native(source: &NativeSource, rdd: &Arc<RddSource>) -> Whence {
        Whence {
            _code: Some(source.code.clone()),
            ..Whence::of(format!("rdd {:?} {:?}", Arc::as_ptr(rdd), source.schema))
        }
    }

    /// Whether it reads what is below a path, or the other way round.
    pub(super) fn is_below(&self, path: &str) -> bool {
        let path = plain(path);
        let within = |inner: &str, outer: &str| {
            inner
                .strip_prefix(outer)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || outer.is_empty())
        };
        self.paths
            .iter()
            .any(|own| within(own, path) || within(path, own))
    }
}

/// A path without what different ways of writing it differ in.
fn plain(path: &str) -> &str {
    let path = path.strip_prefix("file:").unwrap_or(path);
    let path = path.strip_prefix("//").unwrap_or(path);
    path.trim_end_matches('/')
}

/// Tables of one query. Those without a name are held here between analysis and execution.
pub(super) struct Relations<'a> {
    session: &'a SparkSession,
    opened: RefCell<HashMap<Ident, (Arc<dyn TableProvider>, Whence)>>,
    /// Files that are read.
    inputs: RefCell<Vec<String>>,
    rdds: RefCell<Vec<Arc<RddSource>>>,
}

impl<'a> Relations<'a> {
    pub(super) fn new(session: &'a SparkSession) -> Self {
        Relations {
            session,
            opened: RefCell::default(),
            inputs: RefCell::default(),
            rdds: RefCell::default(),
        }
    }

    /// The RDDs that the query reads.
    pub(super) fn rdds(&self) -> Vec<Arc<RddSource>> {
        self.rdds.borrow().clone()
    }

    /// A source under a name of its own.
    fn hold(
        &self,
        columns: StructType,
        hidden: StructType,
        provider: Arc<dyn TableProvider>,
        whence: Whence,
    ) -> CatalogTable {
        let handle = self.hold_provider(provider, whence);
        CatalogTable {
            name: Vec::new(),
            kind: CatalogTableKind::Table {
                columns,
                hidden,
                handle,
            },
        }
    }

    /// Files under a name of their own.
    fn hold_source(&self, source: &Source, read: &DataSourceRead) -> CatalogTable {
        let mut inputs = self.inputs.borrow_mut();
        inputs.extend(source.files().iter().cloned());
        let (columns, hidden) = (source.schema().clone(), source.hidden().clone());
        self.hold(columns, hidden, source.provider(), Whence::files(read))
    }

    fn hold_provider(&self, provider: Arc<dyn TableProvider>, whence: Whence) -> Ident {
        let mut opened = self.opened.borrow_mut();
        let handle: Ident = format!("source {}", opened.len()).into();
        opened.insert(handle.clone(), (provider, whence));
        handle
    }

    /// Cached rows under a handle.
    pub(super) fn hold_cached(&self, table: CachedTable) -> Ident {
        self.hold_provider(Arc::new(table), Whence::of("cached rows"))
    }

    /// What a table is, whatever the query.
    pub(super) fn identity(&self, table: &Table) -> Ident {
        let opened = self.opened.borrow();
        let whence = opened.get(&table.handle).map(|(_, whence)| whence);
        whence.map_or_else(|| table.handle.clone(), |whence| whence.identity.clone())
    }

    /// Where the rows of all tables come from.
    pub(super) fn whences(&self) -> Vec<Whence> {
        let opened = self.opened.borrow();
        opened.values().map(|(_, whence)| whence.clone()).collect()
    }

    /// A table of the catalog, whose files are opened now, or a view.
    fn of_catalog(&self, name: &[Ident]) -> Result<Option<CatalogTable>> {
        let Some((table, read)) = self.session.catalog_table(name)? else {
            return Ok(None);
        };
        let Some(read) = read else {
            return Ok(Some(table));
        };
        let source = self.session.open_source(&read)?;
        let held = self.hold_source(&source, &read);
        Ok(Some(CatalogTable {
            name: table.name,
            kind: held.kind,
        }))
    }

    /// Files that are named in the place of a table: ``parquet.`/path` ``.
    fn files(&self, format: &Ident, path: &Ident) -> Result<Option<CatalogTable>> {
        if !FORMATS
            .iter()
            .any(|known| format.eq_ignore_ascii_case(known))
        {
            return Ok(None);
        }
        let read = DataSourceRead {
            format: Some(format.clone()),
            schema: None,
            options: Vec::new(),
            paths: vec![path.clone()],
            predicates: Vec::new(),
            source_name: None,
            is_streaming: false,
        };
        self.source(&read).map(Some)
    }

    /// The files that the query reads, each once.
    pub(super) fn into_inputs(self) -> Vec<String> {
        let mut seen = std::collections::HashSet::new();
        let inputs = self.inputs.into_inner();
        let new = |file: &String| seen.insert(file.clone());
        inputs.into_iter().filter(new).collect()
    }

    /// Rows that come in pieces of one schema, those of the first.
    fn local_pieces(&self, pieces: &[LocalRelation], whence: Whence) -> Result<CatalogTable> {
        let mut columns = None;
        let mut all = Vec::new();
        for piece in pieces {
            let (found, batches) = decoded(piece)?;
            let columns = columns.get_or_insert(found);
            let schema = Arc::new(arrow_schema(columns)?);
            for batch in batches {
                all.push(conform(&batch, &schema)?);
            }
        }
        let columns = columns.unwrap_or_else(|| StructType::new([]));
        let schema = Arc::new(arrow_schema(&columns)?);
        let table = MemTable::try_new(schema, vec![all]).map_err(from_datafusion)?;
        Ok(self.hold(columns, StructType::new([]), Arc::new(table), whence))
    }

    fn global_view(&self, name: &str) -> Option<CatalogTable> {
        let views = self.session.inner.shared.global_views.read();
        views
            .get(&name.to_lowercase())
            .map(|view| view.table(Some(GLOBAL)))
    }
}

impl Catalog for Relations<'_> {
    fn table(&self, name: &[Ident]) -> Result<Option<CatalogTable>> {
        let names = &self.session.inner.names;
        Ok(match name {
            [only] => {
                let view = names.views.read().get(&only.to_lowercase()).cloned();
                match view {
                    Some(view) => Some(view.table(None)),
                    None => self.of_catalog(name)?,
                }
            }
            [schema, name] if schema.eq_ignore_ascii_case(GLOBAL) => self.global_view(name),
            [catalog, schema, name]
                if catalog.eq_ignore_ascii_case(CATALOG) && schema.eq_ignore_ascii_case(GLOBAL) =>
            {
                self.global_view(name)
            }
            [format, path] => match self.of_catalog(name)? {
                Some(table) => Some(table),
                None => self.files(format, path)?,
            },
            _ => self.of_catalog(name)?,
        })
    }

    fn source(&self, read: &DataSourceRead) -> Result<CatalogTable> {
        let source = self.session.open_source(read)?;
        Ok(self.hold_source(&source, read))
    }

    fn matching(&self, pattern: &str, texts: &[&str]) -> Result<Vec<bool>> {
        flint_sql_functions::whole_matches(pattern, texts)
    }

    fn local(&self, rows: &LocalRelation) -> Result<CatalogTable> {
        self.local_pieces(std::slice::from_ref(rows), Whence::rows(rows))
    }

    fn cached_local(&self, hash: &Ident) -> Result<CatalogTable> {
        self.local(&self.session.kept_rows(hash)?)
    }

    fn chunked_local(&self, rows: &ChunkedLocalRelation) -> Result<CatalogTable> {
        let pieces = self.session.kept_pieces(rows)?;
        self.local_pieces(&pieces, Whence::of(format!("{rows:?}")))
    }

    fn extension_relation(&self, message: &Extension) -> Result<Relation> {
        match self.session.plan_extensions() {
            Some(extensions) => extensions.relation(self.session, message),
            None => Err(no_handler(message)),
        }
    }

    fn extension_expression(&self, message: &Extension) -> Result<Expr> {
        match self.session.plan_extensions() {
            Some(extensions) => extensions.expression(self.session, message),
            None => Err(no_handler(message)),
        }
    }

    fn kept(&self, id: &Ident) -> Result<CatalogTable> {
        if let Some(query) = self.session.kept_relation(id) {
            return Ok(CatalogTable {
                name: Vec::new(),
                kind: CatalogTableKind::View {
                    query,
                    columns: None,
                },
            });
        }
        let (columns, table) = self.session.kept_table(id)?;
        let whence = Whence::of(format!("checkpoint {id}"));
        Ok(self.hold(columns, StructType::new([]), Arc::new(table), whence))
    }

    fn eager(&self, plan: &Plan) -> Result<Vec<Vec<Literal>>> {
        let result = query::run_plan(self.session, self, plan.clone())?;
        let rows = Rows::new(result.schema, result.batches);
        rows.map(|row| Ok(row?.into_values())).collect()
    }

    fn function(&self, name: &Ident) -> Result<Option<Arc<NativeFunction>>> {
        let functions = self.session.inner.names.functions.read();
        Ok(functions.get(&name.to_lowercase()).cloned())
    }

    fn native(&self, source: &NativeSource) -> Result<CatalogTable> {
        let (rdd, table) = self.session.rdd_table(source)?;
        let whence = Whence::native(source, &rdd);
        let mut rdds = self.rdds.borrow_mut();
        if !rdds.iter().any(|known| Arc::ptr_eq(known, &rdd)) {
            rdds.push(rdd);
        }
        Ok(self.hold(source.schema.clone(), StructType::new([]), table, whence))
    }

    fn search_path(&self) -> Vec<Ident> {
        let database = self.session.inner.names.database.read().clone();
        vec![CATALOG.into(), database]
    }
}

impl Tables for Relations<'_> {
    fn provider(&self, table: &Table) -> Result<Arc<dyn TableProvider>> {
        let opened = self.opened.borrow();
        opened
            .get(&table.handle)
            .map(|(provider, _)| Arc::clone(provider))
            .ok_or_else(|| SqlError::internal(format!("the table {} is gone", table.handle)))
    }
}

/// A schema as JSON or as DDL.
pub(super) fn schema_of(text: &str) -> Result<StructType> {
    if text.trim_start().starts_with('{') {
        return match DataType::from_json(text) {
            Some(DataType::Struct(fields)) => Ok(fields),
            _ => Err(SqlError::internal(format!("no schema in JSON: {text}"))),
        };
    }
    flint_sql_parser::parse_schema(text)
}

/// A batch in the layout of a schema.
pub(super) fn conform(
    batch: &RecordBatch,
    schema: &arrow::datatypes::SchemaRef,
) -> Result<RecordBatch> {
    let raise = |error: arrow::error::ArrowError| from_datafusion(error.into());
    let columns = batch
        .columns()
        .iter()
        .zip(schema.fields())
        .map(|(column, field)| {
            if column.data_type() == field.data_type() {
                Ok(Arc::clone(column))
            } else {
                arrow::compute::cast(column, field.data_type()).map_err(raise)
            }
        })
        .collect::<Result<Vec<_>>>()?;
    let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options).map_err(raise)
}
