//! Recursive queries.

use std::sync::Arc;

use arrow::datatypes::Schema;
use datafusion::catalog::cte_worktable::CteWorkTable;
use datafusion::catalog::default_table_source::provider_as_source;
use datafusion::common::{Column, DFSchema, TableReference};
use datafusion::logical_expr::{Expr, LogicalPlan, RecursiveQuery, TableScanBuilder};
use flint_sql_analyzer::resolved::{Attribute, ColumnId, Plan, PlanKind};
use flint_sql_columnar::{Raised, arrow_field};
use flint_sql_spec::SqlError;

use super::{Lowering, project};
use crate::columns;
use crate::operators::{Operator, node};

impl Lowering<'_> {
    pub(super) fn recursive(
        &self,
        id: ColumnId,
        anchor: &Plan,
        step: &Plan,
        all: bool,
        max_recursion: Option<i32>,
        output: &[Attribute],
    ) -> Result<LogicalPlan, Raised> {
        let name = format!("recursion{}", columns::name(id));
        let fields = output
            .iter()
            .map(|column| arrow_field(&columns::name(column.id), &column.data_type, true))
            .collect::<Result<Vec<_>, SqlError>>()?;
        let schema = Arc::new(Schema::new(fields));
        let known = (name.clone(), Arc::clone(&schema));
        self.recursions.borrow_mut().insert(id, known);
        let static_term = Arc::new(self.round(anchor, output)?);
        // A negative bound is none.
        let levels = match max_recursion {
            Some(levels) => u64::try_from(levels).ok(),
            None => self.recursion.levels,
        };
        let step = self.round(step, output)?;
        let recursive_term = Arc::new(node(step, Operator::LimitRecursion { levels }, None)?);
        let query = LogicalPlan::RecursiveQuery(RecursiveQuery {
            name,
            static_term,
            recursive_term,
            is_distinct: !all,
            schema: Arc::new(DFSchema::try_from(schema)?),
        });
        match self.recursion.rows {
            Some(rows) if !self.bounded.borrow().contains(&id) => {
                node(query, Operator::LimitRows { rows }, None)
            }
            _ => Ok(query),
        }
    }

    /// Notes that no more rows of a recursion are asked for than a LIMIT right over it says: it may
    /// make as many as it wants, because nobody takes more.
    pub(super) fn bound_rows_of(&self, plan: &Plan) {
        match plan.kind() {
            PlanKind::Recursive { id, .. } => {
                self.bounded.borrow_mut().insert(*id);
            }
            PlanKind::Project { input, .. } | PlanKind::Hint { input, .. } => {
                self.bound_rows_of(input);
            }
            _ => {}
        }
    }

    /// A round's rows under the names of the whole.
    fn round(&self, plan: &Plan, output: &[Attribute]) -> Result<LogicalPlan, Raised> {
        let lowered = self.lower(plan)?;
        let pairs = plan.output().iter().zip(output);
        let exprs = pairs.map(|(from, to)| columns::called(columns::column(from), to.id));
        project(lowered, exprs.collect())
    }

    pub(super) fn recursion_ref(
        &self,
        id: ColumnId,
        output: &[Attribute],
    ) -> Result<LogicalPlan, Raised> {
        let known = self.recursions.borrow().get(&id).cloned();
        let Some((name, schema)) = known else {
            return Err(SqlError::internal("a recursion outside of its query").into());
        };
        let table = CteWorkTable::new(&name, Arc::clone(&schema));
        let reference = TableReference::bare(name);
        let source = provider_as_source(Arc::new(table));
        let scan = TableScanBuilder::new(reference.clone(), source).build()?;
        let pairs = schema.fields().iter().zip(output);
        let exprs = pairs.map(|(field, column)| {
            let value = Expr::Column(Column::new(Some(reference.clone()), field.name()));
            columns::called(value, column.id)
        });
        project(LogicalPlan::TableScan(scan), exprs.collect())
    }
}
