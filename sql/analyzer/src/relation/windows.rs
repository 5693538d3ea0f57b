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
#[derive(Default)]
pub(super) struct Windows {
    functions: Vec<Named>,
}

impl Windows {
    /// The expression with a column in the place of each window function.
    pub(super) fn take(&mut self, analyzer: &Analyzer<'_>, expr: &Expr) -> Expr {
        expr.replace(&mut |part| {
            let ExprKind::Window(_) = part.kind() else {
                return None;
            };
            if let Some(known) = self.functions.iter().find(|named| named.expr == *part) {
                return Some(Expr::column(&known.column));
            }
            let named = analyzer.named(&naming::column_name(part), part.clone());
            let column = Expr::column(&named.column);
            self.functions.push(named);
            Some(column)
        })
    }

    pub(super) fn plan(self, input: Plan) -> Plan {
        if self.functions.is_empty() {
            return input;
        }
        let mut output = input.output().to_vec();
        output.extend(self.functions.iter().map(|named| named.column.clone()));
        let kind = PlanKind::Window {
            input,
            functions: self.functions,
        };
        Plan::new(kind, output)
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
