//! Cached queries: `cache`, `persist`, `CACHE TABLE`, checkpoints that are local.
//!
//! As in Spark, what is cached is a plan, and any query of the application that has an equal plan in
//! it reads the cached rows, whoever wrote it. Equal means equal in canonical form, over the same
//! tables and files, under the same settings of functions. Rows are stored when they are first read,
//! partition by partition (`scan`), as compressed batches in core's block store, which evicts them or
//! moves them to disk as their level says.
//!
//! A write to a table or folder makes the rows of plans over it stale: they are forgotten, and the
//! plan is made anew when it is used next.

mod batch;
mod blocks;
mod scan;
mod wanted;

use std::sync::{Arc, Weak};

use flint_core::StorageLevel;
use flint_sql_analyzer::Analyzer;
use flint_sql_analyzer::resolved::{
    Attribute, Expr, ExprKind, Named, Plan, PlanKind, Subquery, Table,
};
use flint_sql_functions::FunctionSettings;
use flint_sql_spec::{Literal, Relation, Result, StructType, with_stack};
use parking_lot::{Mutex, RwLock};

pub(super) use scan::CachedTable;

use super::relations::{Relations, Whence};
use super::{Inner, SparkSession, query};
use blocks::CachedRows;
use wanted::Wanted;

/// The cached queries of an application.
#[derive(Default)]
pub(super) struct Cache {
    entries: RwLock<Vec<Arc<Entry>>>,
}

/// A cached query.
pub(super) struct Entry {
    canonical: Plan,
    settings: FunctionSettings,
    /// The query as it was written, to be planned anew. It also keeps rows that came with it, by
    /// whose address they are known.
    relation: Relation,
    level: StorageLevel,
    /// The tables and files that it reads.
    sources: Vec<Whence>,
    session: Weak<Inner>,
    /// Nothing while it must be planned anew.
    rows: Mutex<Option<Arc<CachedRows>>>,
}

/// A query's plan, ready to be compared.
pub(super) struct Comparable {
    pub(super) plan: Plan,
    canonical: Plan,
    settings: FunctionSettings,
    sources: Vec<Whence>,
}

impl SparkSession {
    /// Caches the rows of a relation at a level, unless they are.
    pub(crate) fn cache_relation(&self, relation: &Relation, level: StorageLevel) -> Result<()> {
        let relations = Relations::new(self);
        let found = self.comparable(&relations, relation)?;
        let cache = &self.inner.shared.cache;
        if level == StorageLevel::NONE || cache.entry(&found).is_some() {
            return Ok(());
        }
        let rows = self.planned_rows(&relations, found.plan, level)?;
        let entry = Entry {
            canonical: found.canonical,
            settings: found.settings,
            relation: relation.clone(),
            level,
            sources: found.sources,
            session: Arc::downgrade(&self.inner),
            rows: Mutex::new(Some(rows)),
        };
        cache.entries.write().push(Arc::new(entry));
        Ok(())
    }

    /// Forgets the cached rows of a relation; whether there were any.
    pub(crate) fn uncache_relation(&self, relation: &Relation) -> Result<bool> {
        let relations = Relations::new(self);
        let found = self.comparable(&relations, relation)?;
        let mut entries = self.inner.shared.cache.entries.write();
        let before = entries.len();
        entries.retain(|entry| !entry.is(&found));
        Ok(entries.len() < before)
    }

    /// The level that a relation is cached at; `NONE` if it is not.
    pub(crate) fn cached_level(&self, relation: &Relation) -> Result<StorageLevel> {
        let relations = Relations::new(self);
        let found = self.comparable(&relations, relation)?;
        let entry = self.inner.shared.cache.entry(&found);
        Ok(entry.map_or(StorageLevel::NONE, |entry| entry.level))
    }

    /// Rows of a relation that later plans name by an id, and their columns: a checkpoint. They are
    /// stored when they are read.
    pub(super) fn checkpointed(
        &self,
        relation: &Relation,
        level: StorageLevel,
    ) -> Result<(StructType, CachedTable)> {
        let relations = Relations::new(self);
        let plan = query::analyzed_over(&relations, self, relation)?;
        let columns = Analyzer::schema(&plan);
        let plan = self.with_cached(&relations, plan)?;
        let rows = self.planned_rows(&relations, plan, level)?;
        Ok((columns, CachedTable { rows }))
    }

    /// Forgets all cached rows.
    pub(crate) fn clear_cached(&self) {
        self.inner.shared.cache.entries.write().clear();
    }

    /// Forgets the rows of plans that read below a path, because something was written there.
    pub(super) fn written(&self, path: &str) {
        let entries = self.inner.shared.cache.entries.read().clone();
        for entry in entries {
            if entry.sources.iter().any(|source| source.is_below(path)) {
                entry.rows.lock().take();
            }
        }
    }

    /// The same plan with cached rows in the place of what has them.
    pub(super) fn with_cached(&self, relations: &Relations<'_>, plan: Plan) -> Result<Plan> {
        let entries = self.inner.shared.cache.entries.read().clone();
        if entries.is_empty() {
            return Ok(plan);
        }
        let settings = self.cache_settings();
        let usable: Vec<Arc<Entry>> = entries
            .into_iter()
            .filter(|entry| entry.settings == settings)
            .collect();
        Replacement {
            session: self,
            relations,
            entries: &usable,
        }
        .plan(&plan, &wanted::all_of(&plan))
    }

    fn comparable(&self, relations: &Relations<'_>, relation: &Relation) -> Result<Comparable> {
        let plan = query::analyzed_over(relations, self, relation)?;
        Ok(Comparable {
            canonical: plan.canonical(&|table| relations.identity(table)),
            settings: self.cache_settings(),
            sources: relations.whences(),
            plan,
        })
    }

    /// What values of functions hang on, but for the time.
    fn cache_settings(&self) -> FunctionSettings {
        let database = self.inner.names.database.read().clone();
        self.conf().functions(0, &database)
    }

    /// Rows that are stored when they are read.
    fn planned_rows(
        &self,
        relations: &Relations<'_>,
        plan: Plan,
        level: StorageLevel,
    ) -> Result<Arc<CachedRows>> {
        let prepared = query::lowered(self, relations, plan)?;
        let compressed = "spark.sql.inMemoryColumnarStorage.compressed";
        Ok(Arc::new(CachedRows {
            blocks: self.context().new_blocks(level),
            plan: query::physical(self, &prepared.state, prepared.plan)?,
            compressed: self.conf().get_or(compressed, "true") == "true",
        }))
    }

    /// The rows of an entry, planned anew if they are stale.
    fn rows_of(&self, entry: &Entry) -> Result<Arc<CachedRows>> {
        if let Some(rows) = &*entry.rows.lock() {
            return Ok(Arc::clone(rows));
        }
        // The session that cached it knows its names; without it this one is as good as any.
        let session = match entry.session.upgrade() {
            Some(inner) => SparkSession { inner },
            None => self.clone(),
        };
        let relations = Relations::new(&session);
        let plan = query::analyzed_over(&relations, &session, &entry.relation)?;
        let rows = session.planned_rows(&relations, plan, entry.level)?;
        Ok(Arc::clone(entry.rows.lock().get_or_insert(rows)))
    }
}

impl Cache {
    fn entry(&self, found: &Comparable) -> Option<Arc<Entry>> {
        let entries = self.entries.read();
        entries.iter().find(|entry| entry.is(found)).cloned()
    }
}

impl Entry {
    fn is(&self, found: &Comparable) -> bool {
        self.settings == found.settings && self.canonical == found.canonical
    }

    /// What is chosen from, if it only chooses columns of it.
    fn whole(&self) -> Option<(&Plan, &[Named])> {
        let PlanKind::Project { input, exprs } = self.canonical.kind() else {
            return None;
        };
        let is_column = |named: &Named| matches!(named.expr.kind(), ExprKind::Column(_));
        exprs.iter().all(is_column).then_some((input, exprs))
    }

    /// Whether a plan is worth the comparison with what is chosen from.
    fn may_choose_from(&self, plan: &Plan) -> bool {
        self.whole().is_some_and(|(whole, _)| {
            std::mem::discriminant(whole.kind()) == std::mem::discriminant(plan.kind())
                && whole.output().len() == plan.output().len()
        })
    }

    /// Which of a plan's columns are cached, if the plan is what is chosen from and none is chosen
    /// twice.
    fn chosen_from(&self, plan: &Plan, canonical: &Plan) -> Option<Vec<Attribute>> {
        let (whole, exprs) = self.whole()?;
        if whole != canonical {
            return None;
        }
        let mut chosen: Vec<Attribute> = Vec::with_capacity(exprs.len());
        for named in exprs {
            let ExprKind::Column(column) = named.expr.kind() else {
                return None;
            };
            let at = whole.output().iter().position(|c| c.id == column.id)?;
            let column = &plan.output()[at];
            if chosen.iter().any(|c| c.id == column.id) {
                return None;
            }
            chosen.push(column.clone());
        }
        Some(chosen)
    }

    /// Whether a plan is worth the comparison.
    fn may_be(&self, plan: &Plan) -> bool {
        std::mem::discriminant(self.canonical.kind()) == std::mem::discriminant(plan.kind())
            && self.canonical.output().len() == plan.output().len()
    }
}

/// Puts cached rows into a plan, from the top down.
struct Replacement<'a> {
    session: &'a SparkSession,
    relations: &'a Relations<'a>,
    entries: &'a [Arc<Entry>],
}

impl Replacement<'_> {
    /// The plan with cached rows in it, of which the columns `above` are looked at.
    fn plan(&self, plan: &Plan, above: &Wanted) -> Result<Plan> {
        with_stack(|| {
            if let Some(cached) = self.cached(plan, above)? {
                return Ok(cached);
            }
            let below = wanted::of_inputs(plan, above);
            let inputs = plan.inputs().into_iter();
            let inputs: Result<Vec<Plan>> = inputs.map(|input| self.plan(input, &below)).collect();
            let mut failed = None;
            let plan = plan.with_inputs(inputs?).map_exprs(&mut |expr| {
                expr.replace(&mut |part| match part.kind() {
                    ExprKind::Subquery(subquery) => match self.subquery(&subquery.plan) {
                        Ok(plan) => {
                            let subquery = Subquery {
                                plan,
                                ..subquery.clone()
                            };
                            let kind = ExprKind::Subquery(subquery);
                            Some(part.with_kind(kind))
                        }
                        Err(error) => {
                            failed.get_or_insert(error);
                            None
                        }
                    },
                    _ => None,
                })
            });
            failed.map_or(Ok(plan), Err)
        })
    }

    fn subquery(&self, plan: &Plan) -> Result<Plan> {
        self.plan(plan, &wanted::all_of(plan))
    }

    /// Cached rows in the place of a plan: those of an equal one, or of one that only leaves out
    /// columns that nobody looks at.
    fn cached(&self, plan: &Plan, above: &Wanted) -> Result<Option<Plan>> {
        let may_be = |entry: &&Arc<Entry>| entry.may_be(plan) || entry.may_choose_from(plan);
        let mut candidates = self.entries.iter().filter(may_be).peekable();
        if candidates.peek().is_none() {
            return Ok(None);
        }
        let canonical = plan.canonical(&|table| self.relations.identity(table));
        for entry in candidates {
            if entry.canonical == canonical {
                return self.rows(entry, plan.output().to_vec()).map(Some);
            }
            if let Some(chosen) = entry.chosen_from(plan, &canonical)
                && plan.output().iter().all(|column| {
                    !above.contains(&column.id) || chosen.iter().any(|c| c.id == column.id)
                })
            {
                let rows = self.rows(entry, chosen.clone())?;
                let columns = plan.output().iter().map(|column| {
                    match chosen.iter().any(|c| c.id == column.id) {
                        true => Named::kept(column),
                        false => unseen(column),
                    }
                });
                return Ok(Some(Plan::project(rows, columns.collect())));
            }
        }
        Ok(None)
    }

    fn rows(&self, entry: &Entry, columns: Vec<Attribute>) -> Result<Plan> {
        let rows = self.session.rows_of(entry)?;
        let table = Table {
            name: Vec::new(),
            handle: self.relations.hold_cached(CachedTable { rows }),
            options: Vec::new(),
        };
        Ok(Plan::new(PlanKind::Table(table), columns))
    }
}

/// A column that is there because the plan has it, and that nobody looks at.
fn unseen(column: &Attribute) -> Named {
    let nothing = Expr::literal(Literal::Null(column.data_type.clone()));
    Named {
        expr: nothing,
        column: column.clone(),
    }
}
