//! Window functions: WINDOW, and functions taken out of the expressions that hold them.

use std::collections::HashMap;

use flint_sql_spec::{
    NamedWindow, Origin, Relation, Result, SqlError, WindowRef, WindowSpec, condition,
};

use super::Analysed;
use super::select::boolean;
use crate::analyzer::Analyzer;
use crate::naming;
use crate::resolved::{Expr, ExprKind, Named, Plan, PlanKind};

/// Window functions taken out of expressions.
///
/// Those in others are of a layer before.
#[derive(Default)]
pub(super) struct Windows {
    layers: Vec<Vec<Named>>,
}

impl Windows {
    /// The expression with a column in the place of each window function.
    pub(super) fn take(&mut self, analyzer: &Analyzer<'_>, expr: &Expr) -> Expr {
        self.take_layered(analyzer, expr).0
    }

    /// The same, and how many layers there are below it.
    fn take_layered(&mut self, analyzer: &Analyzer<'_>, expr: &Expr) -> (Expr, usize) {
        let mut deepest = 0;
        let taken = expr.replace(&mut |part| {
            let ExprKind::Window(_) = part.kind() else {
                return None;
            };
            let name = naming::column_name(part);
            let mut layer = 0;
            let part = part.map_children(&mut |child| {
                let (child, below) = self.take_layered(analyzer, child);
                layer = layer.max(below);
                child
            });
            deepest = deepest.max(layer + 1);
            Some(self.column(analyzer, layer, &name, part))
        });
        (taken, deepest)
    }

    /// The column of a function of a layer.
    fn column(&mut self, analyzer: &Analyzer<'_>, layer: usize, name: &str, part: Expr) -> Expr {
        if self.layers.len() <= layer {
            self.layers.resize_with(layer + 1, Vec::new);
        }
        let functions = &mut self.layers[layer];
        if let Some(known) = functions.iter().find(|named| named.expr == part) {
            return Expr::column(&known.column);
        }
        let named = analyzer.named(name, part);
        let column = Expr::column(&named.column);
        functions.push(named);
        column
    }

    pub(super) fn plan(self, input: Plan) -> Plan {
        self.layers.into_iter().fold(input, |input, functions| {
            let mut output = input.output().to_vec();
            output.extend(functions.iter().map(|named| named.column.clone()));
            Plan::new(PlanKind::Window { input, functions }, output)
        })
    }
}

impl Analyzer<'_> {
    /// WINDOW, over a SELECT: read before the list that uses it.
    pub(super) fn named_windows(
        &self,
        input: &Relation,
        windows: &[NamedWindow],
        origin: &Origin,
    ) -> Result<Analysed> {
        let mut known: HashMap<String, WindowSpec> = HashMap::new();
        for named in windows {
            let spec = match &named.window {
                WindowRef::Spec(spec) => spec.clone(),
                WindowRef::Named(name) => {
                    known.get(&name.to_lowercase()).cloned().ok_or_else(|| {
                        SqlError::new(condition::MISSING_WINDOW_SPECIFICATION)
                            .with("windowName", &**name)
                            .with("docroot", "https://spark.apache.org/docs/latest")
                            .at(origin)
                    })?
                }
            };
            known.insert(named.name.to_lowercase(), spec);
        }
        self.in_windows(input, known, origin)
    }

    /// Clauses between WINDOW and the list pass the windows on.
    fn in_windows(
        &self,
        input: &Relation,
        windows: HashMap<String, WindowSpec>,
        origin: &Origin,
    ) -> Result<Analysed> {
        use flint_sql_spec::RelationKind as Kind;
        match input.kind() {
            Kind::Project { input, exprs } => self.project_with(input.as_ref(), exprs, windows),
            Kind::Aggregate(aggregate) => self.aggregate_with(aggregate, windows),
            Kind::Pipe { input, op } => self.pipe_with(input, op, windows, origin),
            Kind::Having {
                input: below,
                condition,
            } => {
                let analysed = self.in_windows(below, windows, origin)?;
                let Some(mut select) = analysed.open else {
                    return Err(SqlError::internal("HAVING without SELECT").at(origin));
                };
                let condition = boolean(select.behind(self, condition, "having")?, self)?;
                let condition = select.inlined(self, &condition)?;
                select.having.push(condition);
                Ok(select.analysed(self))
            }
            _ => self.relation(input),
        }
    }
}
