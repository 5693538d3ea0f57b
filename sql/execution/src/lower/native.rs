//! Code of the program, and aggregates on the side.

use std::sync::Arc;

use datafusion::common::DFSchema;
use datafusion::logical_expr::{Expr, LogicalPlan};
use flint_sql_analyzer::resolved::{self, Attribute, ExprKind, Named, Plan};
use flint_sql_columnar::{Raised, arrow_field};
use flint_sql_spec::{Ident, NativeCode, SqlError, StructField, StructType, condition};

use super::rows::fields_of;
use super::{Lowering, all_columns, project};
use crate::columns;
use crate::operators::{Observed, ObservedHere, Operator, node};

impl Lowering<'_> {
    /// Code gets its input's columns in their order, repeated ones too.
    pub(super) fn native(
        &self,
        input: &Plan,
        name: &Ident,
        code: &NativeCode,
        output: &[Attribute],
    ) -> Result<LogicalPlan, Raised> {
        let lowered = self.lower(input)?;
        let in_order = input.output().iter().enumerate();
        let exprs = in_order.map(|(i, column)| columns::column(column).alias(i.to_string()));
        let ordered = project(lowered, exprs.collect())?;
        let operator = Operator::Native {
            name: name.clone(),
            code: code.clone(),
        };
        node(ordered, operator, Some(fields_of(output)?))
    }

    /// Rows pass by; what aggregates read of them is computed below.
    pub(super) fn observe(
        &self,
        input: &Plan,
        name: &Ident,
        aggregates: &[Named],
        metrics: &[Named],
    ) -> Result<LogicalPlan, Raised> {
        let lowered = self.lower(input)?;
        let calls = aggregates
            .iter()
            .map(|named| self.observed_aggregate(&named.expr))
            .collect::<Result<Vec<Expr>, Raised>>()?;
        let fields = aggregates
            .iter()
            .map(|named| {
                let name = columns::name(named.column.id);
                Ok((None, arrow_field(&name, &named.column.data_type, true)?))
            })
            .collect::<Result<Vec<_>, Raised>>()?;
        let over = Arc::new(DFSchema::new_with_metadata(fields, Default::default())?);
        let values = metrics
            .iter()
            .map(|named| self.expr(&named.expr))
            .collect::<Result<Vec<Expr>, Raised>>()?;
        let shown = StructType::new(metrics.iter().map(|named| {
            let column = &named.column;
            StructField::new(&column.name, column.data_type.clone(), column.nullable)
        }));
        let other = |known: &Arc<Observed>| known.name() == name && *known.columns() != shown;
        if self.observed.borrow().iter().any(other) {
            return Err(SqlError::new(condition::DUPLICATED_METRICS_NAME)
                .with("metricName", &**name)
                .into());
        }
        let observed = Arc::new(Observed::new(name.clone(), shown, over, values));
        self.observed.borrow_mut().push(Arc::clone(&observed));
        // The optimizer may not prune what aggregates read: columns stay as they are.
        let kept = project(lowered.clone(), all_columns(&lowered))?;
        let operator = Operator::Observe {
            aggregates: calls,
            observed: ObservedHere(observed),
        };
        node(kept, operator, None)
    }

    fn observed_aggregate(&self, expr: &resolved::Expr) -> Result<Expr, Raised> {
        let ExprKind::Aggregate(call) = expr.kind() else {
            return Err(SqlError::internal("an aggregate was expected").into());
        };
        let args = call
            .args
            .iter()
            .map(|arg| self.expr(arg))
            .collect::<Result<Vec<Expr>, Raised>>()?;
        self.aggregate_call(expr, call, args, None, Vec::new())
    }
}
