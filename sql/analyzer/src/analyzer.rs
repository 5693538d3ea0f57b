//! [`Analyzer`]: one analysis.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use flint_sql_spec::{
    DataType, Expr as Spec, Ident, PlanId, Relation, Result, StructField, StructType,
};

use crate::catalog::Catalog;
use crate::relation::Analysed;
use crate::resolved::{Attribute, ColumnId, Expr, Named, Plan};
use crate::scope::{Case, Scope};
use crate::settings::Settings;

/// Gives relations their meaning. Made for one query, because it numbers its columns.
pub struct Analyzer<'a> {
    pub(crate) catalog: &'a dyn Catalog,
    pub(crate) settings: &'a Settings,
    next_id: Cell<u64>,
    /// Queries around the one that is looked at, the nearest last.
    pub(crate) outer: RefCell<Vec<Around>>,
    /// WITH's queries in sight, the nearest last.
    pub(crate) ctes: RefCell<Vec<CommonTable>>,
    /// The DataFrames seen so far, for columns that name theirs.
    pub(crate) frames: RefCell<HashMap<PlanId, Scope>>,
    /// Plans that subqueries of the API refer to.
    pub(crate) references: RefCell<HashMap<PlanId, Relation>>,
    /// Arguments of the SQL text that is looked at.
    pub(crate) parameters: RefCell<Parameters>,
    /// Whether files have been seen.
    pub(crate) reads_files: Cell<bool>,
    /// Views that are being looked into, against circles.
    pub(crate) views: RefCell<Vec<Vec<Ident>>>,
}

impl std::fmt::Debug for Analyzer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Analyzer")
            .field("settings", self.settings)
            .finish_non_exhaustive()
    }
}

/// A query around another one.
#[derive(Debug, Clone)]
pub(crate) struct Around {
    pub(crate) scope: Scope,
    /// Its columns that the inner query refers to, each once.
    pub(crate) used: Vec<Attribute>,
}

impl Around {
    /// Notes that a column is referred to.
    pub(crate) fn uses(&mut self, column: &Attribute) {
        if !self.used.iter().any(|used| used.id == column.id) {
            self.used.push(column.clone());
        }
    }
}

/// Arguments of SQL text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parameters {
    /// Those of `:name`.
    pub(crate) named: Vec<(Ident, Spec)>,
    /// Those of `?`, by the place in the text.
    pub(crate) positional: Vec<(usize, Spec)>,
}

/// A query of WITH.
#[derive(Debug, Clone)]
pub(crate) struct CommonTable {
    pub(crate) name: Ident,
    pub(crate) columns: Vec<Ident>,
    pub(crate) query: Relation,
    /// How many of the queries in sight it sees itself.
    pub(crate) sees: usize,
    /// How many of the queries around it sees.
    pub(crate) around: usize,
    /// Whether RECURSIVE was written.
    pub(crate) recursive: bool,
    pub(crate) max_recursion: Option<i32>,
    /// What its own name means inside it.
    pub(crate) recursion: Option<Recursion>,
}

/// What the name of a recursive query means inside it.
#[derive(Debug, Clone)]
pub(crate) enum Recursion {
    /// Nothing: it must not be mentioned there.
    Refused,
    /// The rows of the round before.
    Columns {
        id: ColumnId,
        columns: Vec<Attribute>,
    },
}

impl<'a> Analyzer<'a> {
    /// An analysis over a catalog.
    pub fn new(catalog: &'a dyn Catalog, settings: &'a Settings) -> Self {
        Analyzer {
            catalog,
            settings,
            next_id: Cell::new(0),
            outer: RefCell::default(),
            ctes: RefCell::default(),
            frames: RefCell::default(),
            reads_files: Cell::new(false),
            references: RefCell::default(),
            parameters: RefCell::default(),
            views: RefCell::default(),
        }
    }

    /// The resolved plan of a relation.
    ///
    /// # Errors
    /// Spark's error condition for what has no meaning, with the place in the text.
    pub fn analyze(&self, relation: &Relation) -> Result<Plan> {
        Ok(self.relation(relation)?.sealed())
    }

    /// Names and types of a plan's columns.
    pub fn schema(plan: &Plan) -> StructType {
        StructType::new(plan.output().iter().map(|column| StructField {
            name: column.name.clone(),
            data_type: column.data_type.clone(),
            nullable: column.nullable,
            metadata: column.metadata.clone(),
        }))
    }

    pub(crate) fn case(&self) -> Case {
        Case {
            sensitive: self.settings.case_sensitive,
        }
    }

    pub(crate) fn fresh(&self) -> ColumnId {
        let id = self.next_id.get();
        self.next_id.set(id + 1);
        ColumnId(id)
    }

    /// The number of the next column.
    pub(crate) fn next_column(&self) -> u64 {
        self.next_id.get()
    }

    /// Numbers the next columns from another number; the number that would have been next.
    pub(crate) fn number_from(&self, next: u64) -> u64 {
        self.next_id.replace(next)
    }

    /// A new column.
    pub(crate) fn attribute(&self, name: &str, data_type: &DataType, nullable: bool) -> Attribute {
        Attribute {
            id: self.fresh(),
            name: name.into(),
            data_type: data_type.clone(),
            nullable,
            metadata: None,
        }
    }

    /// An expression as a new column.
    pub(crate) fn named(&self, name: &str, expr: Expr) -> Named {
        let column = self.attribute(name, expr.data_type(), expr.nullable());
        Named { expr, column }
    }

    /// Runs `f` with the columns of the query that is looked at as those of an outer one; with the
    /// result come the columns that `f` referred to.
    pub(crate) fn inside<R>(
        &self,
        scope: Scope,
        f: impl FnOnce() -> Result<R>,
    ) -> Result<(R, Vec<Attribute>)> {
        let used = Vec::new();
        self.outer.borrow_mut().push(Around { scope, used });
        let result = f();
        let around = self.outer.borrow_mut().pop();
        Ok((
            result?,
            around.map(|around| around.used).unwrap_or_default(),
        ))
    }

    /// The columns of a relation as new ones, for a second mention of it.
    pub(crate) fn renewed(&self, input: Analysed) -> Analysed {
        let plan = input.sealed();
        let exprs: Vec<Named> = plan
            .output()
            .iter()
            .map(|column| {
                let mut named = self.named(&column.name, Expr::column(column));
                named.column.metadata = column.metadata.clone();
                named
            })
            .collect();
        Analysed::of(Plan::project(plan, exprs))
    }
}
