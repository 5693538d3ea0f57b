//! WITH RECURSIVE.

use flint_sql_spec::{DataType, Relation, RelationKind, Result, SetOpKind, SqlError, condition};

use super::Analysed;
use crate::analyzer::{Analyzer, CommonTable, Recursion};
use crate::expr::{Place, Resolver, quoted_type};
use crate::resolved::{Attribute, ColumnId, Expr, JoinKind, Named, Plan, PlanKind};
use crate::scope::Scope;
use crate::types::{Rules, common_type, same_type};

impl Analyzer<'_> {
    /// A query of WITH RECURSIVE. One that does not mention itself is as any other.
    pub(super) fn recursive_table(&self, cte: &CommonTable) -> Result<Plan> {
        let union = match cte.query.kind() {
            RelationKind::SetOp(op) if op.kind == SetOpKind::Union && !op.by_name => Some(op),
            _ => None,
        };
        let Some(op) = union else {
            return self.while_recursing(cte, Recursion::Refused, &cte.query);
        };
        let anchor = self.while_recursing(cte, Recursion::Refused, &op.left)?;
        let id = self.fresh();
        let columns: Vec<Attribute> = anchor
            .output()
            .iter()
            .enumerate()
            .map(|(i, column)| {
                let name = cte.columns.get(i).unwrap_or(&column.name);
                self.attribute(name, &column.data_type, true)
            })
            .collect();
        let seen = Recursion::Columns {
            id,
            columns: columns.clone(),
        };
        let step = self.while_recursing(cte, seen, &op.right)?;
        if step.output().len() != columns.len() {
            return Err(SqlError::new(condition::NUM_COLUMNS_MISMATCH)
                .with("operator", "UNION")
                .with("firstNumColumns", columns.len().to_string())
                .with("invalidOrdinalNum", "second")
                .with("invalidNumColumns", step.output().len().to_string())
                .at(cte.query.origin()));
        }
        check_types(&columns, &step, &self.settings.rules)?;
        if !op.all && mentions(&step, id) {
            return Err(
                SqlError::new(condition::UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE)
                    .at(cte.query.origin()),
            );
        }
        if is_misplaced(&step, id) {
            return Err(
                SqlError::new(condition::INVALID_RECURSIVE_REFERENCE_PLACE).at(cte.query.origin())
            );
        }
        let nothing = Scope::default();
        let place = Place::over(&nothing, "union");
        let resolver = Resolver::new(self, &place);
        let fitted: Vec<Named> = step
            .output()
            .iter()
            .zip(&columns)
            .map(|(from, to)| {
                let expr = resolver.coerced(Expr::column(from), &to.data_type);
                self.named(&to.name, expr)
            })
            .collect();
        let kind = PlanKind::Recursive {
            id,
            anchor,
            step: Plan::project(step, fitted),
            all: op.all,
            max_recursion: cte.max_recursion,
        };
        let output = columns
            .iter()
            .map(|c| self.attribute(&c.name, &c.data_type, c.nullable))
            .collect();
        Ok(Plan::new(kind, output))
    }

    /// Analyses a part of a recursive query, in which its name stands for `seen`.
    fn while_recursing(&self, cte: &CommonTable, seen: Recursion, part: &Relation) -> Result<Plan> {
        let hidden = self.ctes.borrow_mut().split_off(cte.sees);
        let inner = self.outer.borrow_mut().split_off(cte.around);
        self.ctes.borrow_mut().push(CommonTable {
            recursion: Some(seen),
            ..cte.clone()
        });
        let plan = self.relation(part).map(Analysed::sealed);
        self.ctes.borrow_mut().truncate(cte.sees);
        self.ctes.borrow_mut().extend(hidden);
        self.outer.borrow_mut().extend(inner);
        plan
    }

    /// The rows of the round before.
    pub(super) fn recursion(&self, name: &str, seen: &Recursion) -> Result<Analysed> {
        let Recursion::Columns { id, columns } = seen else {
            return Err(SqlError::new(condition::INVALID_RECURSIVE_CTE));
        };
        let output: Vec<Attribute> = columns
            .iter()
            .map(|c| self.attribute(&c.name, &c.data_type, c.nullable))
            .collect();
        let scope = Scope::qualified(&output, &[name.into()]);
        let plan = Plan::new(PlanKind::RecursionRef(*id), output);
        Ok(Analysed::new(plan, scope))
    }
}

/// The error for columns that become of another type from round to round.
fn check_types(columns: &[Attribute], step: &Plan, rules: &Rules) -> Result<()> {
    let plain = |data_type: &DataType| {
        data_type.is_integral()
            || matches!(
                data_type,
                DataType::Float | DataType::Double | DataType::String(_) | DataType::Boolean
            )
    };
    for (first, next) in columns.iter().zip(step.output()) {
        let (left, right) = (&first.data_type, &next.data_type);
        let grows = common_type(left, right, rules).is_some_and(|both| !same_type(left, &both));
        if plain(left) && plain(right) && grows {
            return Err(
                SqlError::new(condition::CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE)
                    .with("left", quoted_type(left))
                    .with("right", quoted_type(right)),
            );
        }
    }
    Ok(())
}

/// Whether a plan has the rows of the round before in it.
fn mentions(plan: &Plan, id: ColumnId) -> bool {
    matches!(plan.kind(), PlanKind::RecursionRef(of) if *of == id)
        || plan.inputs().into_iter().any(|input| mentions(input, id))
}

/// Whether a plan uses them where it takes all rounds to know the answer: below groups and windows,
/// and on the side of a join that is looked through for each row of the other.
fn is_misplaced(plan: &Plan, id: ColumnId) -> bool {
    let bad = match plan.kind() {
        PlanKind::Aggregate { input, .. } | PlanKind::Window { input, .. } => mentions(input, id),
        PlanKind::Join(join) => match join.kind {
            JoinKind::Inner => false,
            JoinKind::Left | JoinKind::LeftSemi | JoinKind::LeftAnti => mentions(&join.right, id),
            JoinKind::Right => mentions(&join.left, id),
            JoinKind::Full => mentions(&join.left, id) || mentions(&join.right, id),
        },
        _ => false,
    };
    bad || plan
        .inputs()
        .into_iter()
        .any(|input| is_misplaced(input, id))
}
