//! Plans without what makes equal ones differ: numbers and names of columns, and under what handle an
//! engine found a table.
//!
//! Two plans that are equal in this form give the same rows in columns of the same order, so one can
//! stand for the other.

use std::collections::HashMap;

use flint_sql_spec::{Ident, with_stack};

use super::{
    Attribute, ColumnId, Expr, ExprKind, Named, Plan, PlanKind, Subquery, SubqueryKind, Table,
};

/// Numbers columns anew, in the order in which they are met.
struct Renumbering<'a> {
    identity: &'a dyn Fn(&Table) -> Ident,
    numbers: HashMap<ColumnId, ColumnId>,
}

impl Plan {
    /// The plan in the form in which equal ones are equal. `identity` says what a table is whatever
    /// the query: by equal identities two tables are one.
    #[must_use]
    pub fn canonical(&self, identity: &dyn Fn(&Table) -> Ident) -> Plan {
        Renumbering {
            identity,
            numbers: HashMap::new(),
        }
        .plan(self)
    }
}

impl Renumbering<'_> {
    fn plan(&mut self, plan: &Plan) -> Plan {
        with_stack(|| {
            let inputs = plan
                .inputs()
                .into_iter()
                .map(|input| self.plan(input))
                .collect();
            let mut kind = plan.with_inputs(inputs).kind().clone();
            if let PlanKind::Table(table) = &mut kind {
                table.handle = (self.identity)(table);
            }
            kind.each_expr_mut(&mut |expr| *expr = self.expr(expr));
            kind.each_column_mut(&mut |column| *column = self.column(column));
            if let PlanKind::Recursive { id, .. } | PlanKind::RecursionRef(id) = &mut kind {
                *id = self.number(*id);
            }
            let output = plan.output().iter().map(|column| self.column(column));
            Plan::new(kind, output.collect())
        })
    }

    fn number(&mut self, id: ColumnId) -> ColumnId {
        let next = ColumnId(self.numbers.len() as u64);
        *self.numbers.entry(id).or_insert(next)
    }

    fn column(&mut self, column: &Attribute) -> Attribute {
        Attribute {
            id: self.number(column.id),
            name: "".into(),
            metadata: None,
            ..column.clone()
        }
    }

    fn expr(&mut self, expr: &Expr) -> Expr {
        expr.replace(&mut |part| {
            let kind = match part.kind() {
                ExprKind::Column(column) => ExprKind::Column(self.column(column)),
                ExprKind::Outer(column) => ExprKind::Outer(self.column(column)),
                ExprKind::Variable(column) => ExprKind::Variable(self.column(column)),
                ExprKind::Lambda { parameters, body } => {
                    let parameters = parameters.iter().map(|column| self.column(column));
                    ExprKind::Lambda {
                        parameters: parameters.collect(),
                        body: self.expr(body),
                    }
                }
                ExprKind::Subquery(subquery) => ExprKind::Subquery(self.subquery(subquery)),
                _ => return None,
            };
            Some(Expr::new(kind, part.data_type().clone(), part.nullable()))
        })
    }

    fn subquery(&mut self, subquery: &Subquery) -> Subquery {
        let kind = match &subquery.kind {
            SubqueryKind::In(values) => {
                SubqueryKind::In(values.iter().map(|value| self.expr(value)).collect())
            }
            kind @ (SubqueryKind::Scalar | SubqueryKind::Exists) => kind.clone(),
        };
        Subquery {
            kind,
            plan: self.plan(&subquery.plan),
            outer: subquery
                .outer
                .iter()
                .map(|column| self.column(column))
                .collect(),
        }
    }
}

impl PlanKind {
    /// Shows every expression of the node, those below the inputs not among them.
    pub(super) fn each_expr_mut(&mut self, see: &mut dyn FnMut(&mut Expr)) {
        let named = |list: &mut [Named], see: &mut dyn FnMut(&mut Expr)| {
            list.iter_mut().for_each(|named| see(&mut named.expr));
        };
        match self {
            PlanKind::OneRow
            | PlanKind::Table(_)
            | PlanKind::Range { .. }
            | PlanKind::Limit { .. }
            | PlanKind::Tail { .. }
            | PlanKind::Deduplicate { .. }
            | PlanKind::Set { .. }
            | PlanKind::Recursive { .. }
            | PlanKind::RecursionRef(_)
            | PlanKind::Hint { .. }
            | PlanKind::Native { .. }
            | PlanKind::Sample { .. } => {}
            PlanKind::Values(rows) => rows.iter_mut().flatten().for_each(see),
            PlanKind::Project { exprs, .. } => named(exprs, see),
            PlanKind::Filter { condition, .. } => see(condition),
            PlanKind::Join(join) => join.condition.iter_mut().for_each(see),
            PlanKind::Aggregate {
                grouping,
                aggregates,
                ..
            } => {
                named(grouping, see);
                named(aggregates, see);
            }
            PlanKind::Window { functions, .. } => named(functions, see),
            PlanKind::Sort { keys, .. } => keys.iter_mut().for_each(|key| see(&mut key.expr)),
            PlanKind::Expand { projections, .. } => projections.iter_mut().flatten().for_each(see),
            PlanKind::Generate { generator, .. } => see(generator),
            PlanKind::CollectMetrics {
                aggregates,
                metrics,
                ..
            } => {
                named(aggregates, see);
                named(metrics, see);
            }
            PlanKind::Repartition { by, ranges, .. } => {
                by.iter_mut().for_each(&mut *see);
                ranges.iter_mut().for_each(|key| see(&mut key.expr));
            }
        }
    }

    /// Shows every column that the node names outside of its expressions and its output.
    fn each_column_mut(&mut self, see: &mut dyn FnMut(&mut Attribute)) {
        let named = |list: &mut [Named], see: &mut dyn FnMut(&mut Attribute)| {
            list.iter_mut().for_each(|named| see(&mut named.column));
        };
        match self {
            PlanKind::Project { exprs, .. } => named(exprs, see),
            PlanKind::Aggregate {
                grouping,
                sets,
                aggregates,
                ..
            } => {
                named(grouping, see);
                sets.iter_mut().for_each(|(_, column)| see(column));
                named(aggregates, see);
            }
            PlanKind::Window { functions, .. } => named(functions, see),
            PlanKind::Deduplicate { columns, .. } | PlanKind::Generate { columns, .. } => {
                columns.iter_mut().for_each(see);
            }
            PlanKind::CollectMetrics {
                aggregates,
                metrics,
                ..
            } => {
                named(aggregates, see);
                named(metrics, see);
            }
            _ => {}
        }
    }
}
