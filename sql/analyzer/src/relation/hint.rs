//! Hints.

use flint_sql_spec::{
    Expr as Spec, ExprKind as SpecKind, Hint, Ident, Literal, Result, SortOrder, SqlError,
    condition,
};

use super::{Analysed, unsupported};
use crate::analyzer::Analyzer;
use crate::resolved::{Plan, PlanKind};

impl Analyzer<'_> {
    /// Advice stays on the relation, for the planner; REPARTITION and COALESCE are what they say.
    pub(super) fn hint(&self, hint: &Hint) -> Result<Analysed> {
        let name = hint.name.to_ascii_lowercase();
        let (count, columns) = match hint.parameters.as_slice() {
            [first, columns @ ..] if let Some(Literal::Integer(n)) = first.as_literal() => {
                (Some(*n), columns)
            }
            columns => (None, columns),
        };
        let is_column = |parameter: &&Spec| !matches!(parameter.kind(), SpecKind::Attribute(_));
        if name.starts_with("repartition")
            && let Some(wrong) = columns.iter().find(is_column)
        {
            let written = wrong.origin().fragment().unwrap_or_default();
            return Err(SqlError::new(condition::HINT_PARAMETERS_ARE_WRONG)
                .with("hintName", name.to_ascii_uppercase())
                .with("invalidParams", format!("\"{written}\"")));
        }
        match (name.as_str(), count, columns) {
            ("repartition" | "coalesce", Some(count), []) => {
                return self.repartition(&hint.input, count, name == "repartition");
            }
            ("repartition", count, [_, ..]) => {
                return self.repartition_by(&hint.input, columns, count);
            }
            ("repartition_by_range", count, [_, ..]) => {
                let ascending = |column: &Spec| {
                    let order = SortOrder::ascending(column.clone());
                    Spec::from(SpecKind::SortOrder(order))
                };
                let columns: Vec<Spec> = columns.iter().map(ascending).collect();
                return self.repartition_by(&hint.input, &columns, count);
            }
            ("coalesce", ..) => {
                return Err(SqlError::new(condition::HINT_NEEDS_A_NUMBER)
                    .with("hintName", name.to_ascii_uppercase()));
            }
            ("repartition" | "repartition_by_range" | "rebalance", ..) => {
                return Err(unsupported("this form of a partitioning hint"));
            }
            _ => {}
        }
        let input = self.relation(&hint.input)?;
        let tables: Vec<Vec<Ident>> = hint
            .parameters
            .iter()
            .filter_map(|parameter| match parameter.kind() {
                SpecKind::Attribute(attribute) => attribute.name.parts().map(<[Ident]>::to_vec),
                SpecKind::Literal(Literal::String(text)) => Some(vec![text.clone()]),
                _ => None,
            })
            .collect();
        let advised = |input: Plan| {
            let output = input.output().to_vec();
            let kind = PlanKind::Hint {
                input,
                name: name.as_str().into(),
                tables,
            };
            Plan::new(kind, output)
        };
        Ok(match input.open {
            // A SELECT stays open for the clauses behind: the tables meant are in its FROM.
            Some(mut select) => {
                select.input = advised(select.input);
                select.analysed(self)
            }
            None => Analysed::new(advised(input.plan), input.scope),
        })
    }
}
