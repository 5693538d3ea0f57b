//! Tables, views and sources.

use flint_sql_spec::{
    DataSourceRead, Ident, LocalRelation, NamedTable, ObjectName, Options, Origin, Result,
    SqlError, StructType, condition, quote_part,
};

use super::{Analysed, unsupported};
use crate::analyzer::{Analyzer, CommonTable};
use crate::catalog::{CatalogTable, CatalogTableKind};
use crate::expr::{Place, Resolver};
use crate::resolved::{Attribute, Expr, Named, Plan, PlanKind, Table};
use crate::scope::Scope;

impl Analyzer<'_> {
    /// A name in FROM: a query of WITH, a table, a view.
    pub(super) fn named_table(&self, table: &NamedTable, origin: &Origin) -> Result<Analysed> {
        if table.is_streaming {
            return Err(unsupported("streaming tables").at(origin));
        }
        let name = self.table_name(&table.name, origin)?;
        if let [only] = name.as_slice()
            && table.time_travel.is_none()
            && let Some(analysed) = self.common_table(only)?
        {
            return Ok(analysed);
        }
        let found = self.catalog.table(&name)?;
        if found.is_some() && table.time_travel.is_some() {
            return Err(unsupported("time travel").at(origin));
        }
        let Some(found) = found else {
            return Err(SqlError::new(condition::TABLE_OR_VIEW_NOT_FOUND)
                .with("relationName", crate::scope::quote_all(&name))
                .with("searchPath", self.search_path())
                .at(origin));
        };
        match found.kind {
            CatalogTableKind::Table {
                columns,
                hidden,
                handle,
            } => {
                let mut output = self.columns(&columns);
                output.extend(self.columns(&hidden));
                self.reads_files
                    .set(self.reads_files.get() || !hidden.is_empty());
                let scope = Scope::hiding(&output, columns.len(), &found.name);
                let table = Table {
                    name: found.name,
                    handle,
                    options: table.options.clone(),
                };
                Ok(Analysed::new(
                    Plan::new(PlanKind::Table(table), output),
                    scope,
                ))
            }
            CatalogTableKind::View { query, columns } => {
                if self.views.borrow().contains(&found.name) {
                    let path: Vec<String> = self
                        .views
                        .borrow()
                        .iter()
                        .chain([&found.name])
                        .map(|name| crate::scope::quote_all(name))
                        .collect();
                    return Err(SqlError::new(condition::RECURSIVE_VIEW)
                        .with("viewIdent", crate::scope::quote_all(&found.name))
                        .with("newPath", path.join(" -> "))
                        .at(origin));
                }
                let most = self.settings.max_view_depth;
                if self.views.borrow().len() >= most {
                    return Err(SqlError::new(condition::VIEW_EXCEED_MAX_NESTED_DEPTH)
                        .with("viewName", crate::scope::quote_all(&found.name))
                        .with("maxNestedDepth", most.to_string())
                        .at(origin));
                }
                self.views.borrow_mut().push(found.name.clone());
                // A view sees neither the queries of WITH nor the columns around it.
                let ctes = self.ctes.take();
                let outer = self.outer.take();
                let parameters = self.parameters.take();
                let analysed = self.relation(&query);
                self.ctes.replace(ctes);
                self.outer.replace(outer);
                self.parameters.replace(parameters);
                self.views.borrow_mut().pop();
                let (plan, visible) = analysed?.sealed_with_metadata();
                let plan = self.as_view(plan, visible, columns.as_ref())?;
                let scope = Scope::hiding(plan.output(), visible, &found.name);
                Ok(Analysed::new(plan, scope))
            }
        }
    }

    /// Where names of one part are looked for, as messages have it.
    fn search_path(&self) -> String {
        let path = crate::scope::quote_all(&self.catalog.search_path());
        format!("[`system`.`builtin`, `system`.`session`, {path}]")
    }

    fn table_name(&self, name: &ObjectName, origin: &Origin) -> Result<Vec<Ident>> {
        match name {
            ObjectName::Parts(parts) => Ok(parts.clone()),
            ObjectName::Computed { expr, rest } => {
                let nothing = Scope::default();
                let place = Place::over(&nothing, "identifier");
                let parts = Resolver::new(self, &place).identifier(expr);
                let mut parts = parts.map_err(|error| error.or_at(origin))?;
                parts.extend(rest.iter().cloned());
                Ok(parts)
            }
        }
    }

    /// A view's columns by their fixed names and types; behind them are hidden ones.
    fn as_view(&self, plan: Plan, visible: usize, columns: Option<&StructType>) -> Result<Plan> {
        let Some(columns) = columns else {
            return Ok(plan);
        };
        let hidden = plan.output()[visible..].iter().map(Named::kept);
        let exprs = plan.output()[..visible]
            .iter()
            .zip(columns.fields())
            .map(|(column, field)| {
                let mut named = self.named(&field.name, Expr::column(column));
                named.column.metadata.clone_from(&field.metadata);
                named
            })
            .chain(hidden)
            .collect();
        Ok(Plan::project(plan, exprs))
    }

    /// A query of WITH by its name. Each mention is a query of its own.
    pub(super) fn common_table(&self, name: &str) -> Result<Option<Analysed>> {
        let found = {
            let ctes = self.ctes.borrow();
            let position = ctes
                .iter()
                .rposition(|cte| self.case().same(&cte.name, name));
            position.map(|p| ctes[p].clone())
        };
        let Some(cte) = found else {
            return Ok(None);
        };
        if let Some(seen) = &cte.recursion {
            return self.recursion(&cte.name, seen).map(Some);
        }
        let plan = if cte.recursive {
            self.recursive_table(&cte)?
        } else {
            let hidden = self.ctes.borrow_mut().split_off(cte.sees);
            let inner = self.outer.borrow_mut().split_off(cte.around);
            let analysed = self.relation(&cte.query);
            self.outer.borrow_mut().extend(inner);
            self.ctes.borrow_mut().extend(hidden);
            analysed?.sealed()
        };
        let CommonTable {
            name,
            columns,
            query,
            ..
        } = cte;
        let plan = if columns.is_empty() {
            plan
        } else {
            self.renamed(plan, &columns, query.origin())?
        };
        let scope = Scope::qualified(plan.output(), &[name]);
        Ok(Some(Analysed::new(plan, scope)))
    }

    pub(super) fn data_source(&self, read: &DataSourceRead) -> Result<Analysed> {
        if read.is_streaming {
            return Err(unsupported("streaming sources"));
        }
        self.nameless(self.catalog.source(read)?, &read.options)
    }

    pub(super) fn local_relation(&self, rows: &LocalRelation) -> Result<Analysed> {
        self.nameless(self.catalog.local(rows)?, &Vec::new())
    }

    /// Rows that came before, or are kept, as the catalog has them.
    pub(super) fn known_rows(&self, found: Result<CatalogTable>) -> Result<Analysed> {
        match found? {
            CatalogTable {
                kind: CatalogTableKind::View { query, .. },
                ..
            } => self.relation(&query),
            found => self.nameless(found, &Vec::new()),
        }
    }

    /// Rows of a source that has no name.
    fn nameless(&self, found: CatalogTable, options: &Options) -> Result<Analysed> {
        let CatalogTableKind::Table {
            columns,
            hidden,
            handle,
        } = found.kind
        else {
            return Err(SqlError::internal("a source that is a view"));
        };
        let mut output = self.columns(&columns);
        output.extend(self.columns(&hidden));
        self.reads_files
            .set(self.reads_files.get() || !hidden.is_empty());
        let scope = Scope::hiding(&output, columns.len(), &[]);
        let table = Table {
            name: found.name,
            handle,
            options: options.clone(),
        };
        let plan = Plan::new(PlanKind::Table(table), output);
        Ok(Analysed::new(plan, scope))
    }

    pub(super) fn columns(&self, columns: &StructType) -> Vec<Attribute> {
        let attribute = |field: &flint_sql_spec::StructField| Attribute {
            metadata: field.metadata.clone(),
            ..self.attribute(&field.name, &field.data_type, field.nullable)
        };
        columns.fields().iter().map(attribute).collect()
    }

    /// Columns under other names, all of them.
    pub(super) fn renamed(&self, plan: Plan, names: &[Ident], origin: &Origin) -> Result<Plan> {
        if names.len() != plan.output().len() {
            return Err(SqlError::new(condition::ASSIGNMENT_ARITY_MISMATCH)
                .with("numExpr", names.len().to_string())
                .with("numTarget", plan.output().len().to_string())
                .at(origin));
        }
        let exprs: Vec<Named> = plan
            .output()
            .iter()
            .zip(names)
            .map(|(column, name)| {
                let mut named = self.named(name, Expr::column(column));
                named.column.metadata.clone_from(&column.metadata);
                named
            })
            .collect();
        Ok(Plan::project(plan, exprs))
    }

    /// The error for a second column of a name.
    pub(super) fn duplicate(name: &str) -> SqlError {
        SqlError::new(condition::COLUMN_ALREADY_EXISTS)
            .with("columnName", quote_part(&name.to_lowercase()))
    }
}
