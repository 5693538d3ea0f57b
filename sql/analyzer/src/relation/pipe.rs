//! Steps of `|>`.

use flint_sql_spec::{Aggregate, Expr as Spec, Ident, Origin, PipeOp, Relation, Result};

use super::Analysed;
use crate::analyzer::Analyzer;

impl Analyzer<'_> {
    pub(super) fn pipe(&self, input: &Relation, op: &PipeOp, origin: &Origin) -> Result<Analysed> {
        let step = match op {
            PipeOp::Select(exprs) => self.project(Some(input), exprs)?,
            PipeOp::Extend(exprs) => {
                let all = std::iter::once(Spec::star()).chain(exprs.iter().cloned());
                self.project(Some(input), &all.collect::<Vec<_>>())?
            }
            PipeOp::Set(values) => self.pipe_set(input, values, origin)?,
            PipeOp::Drop(names) => self.pipe_drop(input, names, origin)?,
            PipeOp::Aggregate {
                group,
                grouping,
                aggregates,
            } => self.aggregate(&Aggregate {
                input: input.clone(),
                group: group.clone(),
                grouping: grouping.clone(),
                aggregates: aggregates.clone(),
                lists_output: false,
            })?,
        };
        // The next step sees what this one gives and nothing below.
        Ok(Analysed { open: None, ..step })
    }

    /// `SET name = value, ..`: one after the other, each sees those before.
    fn pipe_set(
        &self,
        input: &Relation,
        values: &[(Ident, Spec)],
        origin: &Origin,
    ) -> Result<Analysed> {
        let input = self.relation(input)?;
        for (name, _) in values {
            self.pipe_column(&input, name, origin)?;
        }
        values.iter().try_fold(input, |input, (name, value)| {
            self.with_columns_over(input, &[value.clone().alias(name)])
        })
    }

    fn pipe_drop(&self, input: &Relation, names: &[Ident], origin: &Origin) -> Result<Analysed> {
        let input = self.relation(input)?;
        for name in names {
            self.pipe_column(&input, name, origin)?;
        }
        self.drop_over(input, &[], names)
    }

    /// Checks that there is such a column.
    fn pipe_column(&self, input: &Analysed, name: &Ident, origin: &Origin) -> Result<()> {
        let name = std::slice::from_ref(name);
        match input.scope.find(name, self.case(), origin)? {
            Some(_) => Ok(()),
            None => Err(input.scope.unresolved(name, origin)),
        }
    }
}
