//! Hints.

use flint_sql_spec::{
    Expr as Spec, ExprKind as SpecKind, Hint, Ident, Literal, Relation, Result, SortOrder,
    SqlError, attribute_parts, condition, with_stack,
};

use super::Analysed;
use crate::analyzer::Analyzer;
use crate::expr::{Place, Resolver};
use crate::resolved::{ColumnId, Plan, PlanKind};
use crate::scope::Scope;

impl Analyzer<'_> {
    /// Advice stays on the relation, for the planner; REPARTITION and COALESCE are what they say.
    pub(super) fn hint(&self, hint: &Hint) -> Result<Analysed> {
        let name = hint.name.to_ascii_lowercase();
        let parameters = hint.parameters.iter().map(by_name);
        let parameters = parameters.collect::<Result<Vec<Spec>>>()?;
        let (count, columns) = match parameters.as_slice() {
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
        let partitions = name.starts_with("repartition") || name == "rebalance";
        if partitions && !columns.is_empty() {
            self.listed_columns(&hint.input, columns)?;
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
            ("repartition_by_range" | "rebalance", Some(count), []) => {
                return self.repartition(&hint.input, count, true);
            }
            ("rebalance", count, [_, ..]) => {
                return self.repartition_by(&hint.input, columns, count);
            }
            // As many partitions as the engine thinks fit.
            ("repartition" | "repartition_by_range" | "rebalance", None, []) => {
                return self.relation(&hint.input);
            }
            _ => {}
        }
        let input = self.relation(&hint.input)?;
        let tables: Vec<Vec<Ident>> = (parameters.iter())
            .filter_map(|parameter| match parameter.kind() {
                SpecKind::Attribute(attribute) => attribute.name.parts().map(<[Ident]>::to_vec),
                _ => None,
            })
            .collect();
        Ok(match input.open {
            // A SELECT stays open for the clauses behind: the tables meant are in its FROM.
            Some(mut select) => {
                select.input = self.advised(select.input, &select.below, &name, &tables);
                select.analysed(self)
            }
            None => {
                let plan = self.advised(input.plan, &input.scope, &name, &tables);
                Analysed::new(plan, input.scope)
            }
        })
    }

    /// Checks that groups have the columns that a hint names.
    fn listed_columns(&self, input: &Relation, columns: &[Spec]) -> Result<()> {
        let input = self.relation(input)?;
        let grouped = input
            .open
            .as_ref()
            .is_some_and(|select| select.grouped.is_some());
        let place = Place::over(&input.scope, "repartition");
        let mut columns = columns.iter().filter(|_| grouped);
        columns.try_for_each(|column| Resolver::new(self, &place).expr(column).map(|_| ()))
    }

    /// A plan with advice on the relations that are meant: on each side of a join that a name stands
    /// for, on the whole without names. As in Spark, names that stand for nothing are passed over.
    fn advised(&self, plan: Plan, scope: &Scope, name: &str, tables: &[Vec<Ident>]) -> Plan {
        if tables.is_empty() {
            return with_advice(&plan, name);
        }
        tables.iter().fold(plan, |plan, table| {
            let columns = scope.of_table(table, self.case());
            if columns.is_empty() {
                return plan;
            }
            on_relation(&plan, &columns, name)
        })
    }
}

/// A name that is written as a string means what it names, as the API sends names.
fn by_name(parameter: &Spec) -> Result<Spec> {
    match parameter.kind() {
        SpecKind::Literal(Literal::String(text)) => {
            let column = Spec::column(attribute_parts(text)?);
            Ok(column.with_origin(parameter.origin().clone()))
        }
        _ => Ok(parameter.clone()),
    }
}

fn with_advice(input: &Plan, name: &str) -> Plan {
    let kind = PlanKind::Hint {
        input: input.clone(),
        name: name.into(),
    };
    Plan::like(input, kind)
}

/// Advice on the side of a join that gives all of these columns; joins, filters and columns passed
/// on are looked through.
fn on_relation(plan: &Plan, columns: &[ColumnId], name: &str) -> Plan {
    let gives = |input: &&Plan| {
        let has = |id: &ColumnId| input.output().iter().any(|column| column.id == *id);
        columns.iter().all(has)
    };
    let is_passage = matches!(
        plan.kind(),
        PlanKind::Join(_)
            | PlanKind::Filter { .. }
            | PlanKind::Hint { .. }
            | PlanKind::Project { .. }
    );
    let inputs = plan.inputs();
    match inputs.iter().position(gives) {
        Some(at) if is_passage => with_stack(|| {
            let mut inputs: Vec<Plan> = inputs.into_iter().cloned().collect();
            inputs[at] = on_relation(&inputs[at], columns, name);
            plan.with_inputs(inputs)
        }),
        _ => with_advice(plan, name),
    }
}
