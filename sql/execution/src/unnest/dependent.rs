//! A subquery's rows for all values that it refers to at once.

use std::collections::HashMap;

use flint_sql_analyzer::resolved::{
    Attribute, Bound, ColumnId, Expr, ExprKind, Frame, Join, JoinKind, Named, Plan, PlanKind,
    SetKind, SortKey, Subquery, Window,
};
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, FrameUnit, Literal, SqlError, with_stack};

use super::shape::is_free;
use super::{Unnesting, both, call, distinct, nullable, of_input};
use crate::lower::not_yet;

/// What an outer column is called inside.
type Names<'g> = HashMap<ColumnId, &'g Attribute>;

impl Unnesting {
    /// The plan with columns for `outer` beside its own, and its rows for each of their values that
    /// `around` has; gives these columns too.
    pub(super) fn dependent(
        &self,
        plan: &Plan,
        outer: &[Attribute],
        around: &Plan,
    ) -> Result<(Plan, Vec<Attribute>), Raised> {
        let domain = Domain {
            unnesting: self,
            outer,
            around,
        };
        domain.over(plan)
    }
}

struct Domain<'a> {
    unnesting: &'a Unnesting,
    outer: &'a [Attribute],
    around: &'a Plan,
}

type Given = (Plan, Vec<Attribute>);

impl Domain<'_> {
    /// The values, under names of their own.
    fn values(&self) -> Given {
        let named = |column: &Attribute| Named {
            expr: of_input(column, self.around),
            column: self.unnesting.column(column),
        };
        let exprs: Vec<Named> = self.outer.iter().map(named).collect();
        let given = exprs.iter().map(|named| named.column.clone()).collect();
        let plan = Plan::project(self.around.clone(), exprs);
        (distinct(plan), given)
    }

    fn inward(&self, expr: &Expr, given: &[Attribute]) -> Expr {
        inward(expr, &self.names(given))
    }

    fn names<'g>(&self, given: &'g [Attribute]) -> Names<'g> {
        let ids = self.outer.iter().map(|column| column.id);
        ids.zip(given).collect()
    }

    fn inward_all(&self, list: &[Named], given: &[Attribute]) -> Vec<Named> {
        let named = |named: &Named| Named {
            expr: self.inward(&named.expr, given),
            column: named.column.clone(),
        };
        list.iter().map(named).collect()
    }

    fn over(&self, plan: &Plan) -> Result<Given, Raised> {
        with_stack(|| self.node(plan))
    }

    fn node(&self, plan: &Plan) -> Result<Given, Raised> {
        if let PlanKind::OneRow = plan.kind() {
            return Ok(self.values());
        }
        if !is_free(plan) {
            let (values, given) = self.values();
            return Ok((beside(values, plan.clone(), JoinKind::Inner, None), given));
        }
        match plan.kind() {
            PlanKind::Project { input, exprs } => {
                let (input, given) = self.over(input)?;
                let own = self.inward_all(exprs, &given);
                let kept = given.iter().map(Named::kept);
                Ok((
                    Plan::project(input, own.into_iter().chain(kept).collect()),
                    given,
                ))
            }
            PlanKind::Filter { input, condition } => {
                let (input, given) = self.over(input)?;
                let condition = self.inward(condition, &given);
                let filter = PlanKind::Filter {
                    input: input.clone(),
                    condition,
                };
                Ok((Plan::like(&input, filter), given))
            }
            // Of rows in order only a LIMIT takes notice.
            PlanKind::Hint { input, .. } | PlanKind::Sort { input, .. } => self.over(input),
            PlanKind::Limit { input, skip, fetch } => self.limit(input, *skip, *fetch),
            PlanKind::Aggregate { .. } => self.aggregate(plan),
            PlanKind::Join(join) => self.join(join),
            PlanKind::Set { kind, all, inputs } => self.set(plan, *kind, *all, inputs),
            PlanKind::Deduplicate { input, columns } => {
                let (rows, given) = self.over(input)?;
                let own = if columns.is_empty() {
                    input.output()
                } else {
                    columns
                };
                let columns = own.iter().chain(&given).cloned().collect();
                let kind = PlanKind::Deduplicate {
                    input: rows.clone(),
                    columns,
                };
                Ok((Plan::like(&rows, kind), given))
            }
            PlanKind::Window { input, functions } => {
                let (input, given) = self.over(input)?;
                let mut functions = self.inward_all(functions, &given);
                for named in &mut functions {
                    if let ExprKind::Window(window) = named.expr.kind() {
                        let mut window = window.clone();
                        window.partition_by.extend(given.iter().map(Expr::column));
                        named.expr = named.expr.with_kind(ExprKind::Window(window));
                    }
                }
                Ok((Plan::windowed(input, functions), given))
            }
            PlanKind::Generate {
                input,
                generator,
                outer,
                columns,
            } => {
                let (input, given) = self.over(input)?;
                let output = input.output().iter().chain(columns).cloned().collect();
                let kind = PlanKind::Generate {
                    generator: self.inward(generator, &given),
                    outer: *outer,
                    columns: columns.clone(),
                    input,
                };
                Ok((Plan::new(kind, output), given))
            }
            PlanKind::Values(rows) if rows.len() == 1 => {
                let (values, given) = self.values();
                let row = rows[0].iter().zip(plan.output());
                let exprs = row.map(|(expr, column)| Named {
                    expr: self.inward(expr, &given),
                    column: column.clone(),
                });
                let kept = given.iter().map(Named::kept);
                Ok((Plan::project(values, exprs.chain(kept).collect()), given))
            }
            _ => Err(not_yet(
                "a subquery that refers to the query around it below such an operator",
            )),
        }
    }

    /// The first rows for each of the values.
    fn limit(&self, input: &Plan, skip: u64, fetch: Option<u64>) -> Result<Given, Raised> {
        if let PlanKind::Project {
            input: below,
            exprs,
        } = input.kind()
        {
            let kind = PlanKind::Limit {
                input: below.clone(),
                skip,
                fetch,
            };
            let limited = Plan::like(below, kind);
            return self.over(&Plan::project(limited, exprs.clone()));
        }
        let (below, keys): (&Plan, &[SortKey]) = match input.kind() {
            PlanKind::Sort {
                input,
                keys,
                global: true,
            } => (input, keys),
            _ => (input, &[]),
        };
        let (rows, given) = self.over(below)?;
        let order_by = keys.iter().map(|key| SortKey {
            expr: self.inward(&key.expr, &given),
            ..key.clone()
        });
        let window = Window {
            function: call("row_number", Vec::new(), DataType::Integer, false),
            partition_by: given.iter().map(Expr::column).collect(),
            order_by: order_by.collect(),
            frame: Frame {
                unit: FrameUnit::Rows,
                lower: Bound::UnboundedPreceding,
                upper: Bound::CurrentRow,
            },
        };
        let window = Expr::new(ExprKind::Window(window), DataType::Integer, false);
        let number = self.unnesting.named("row_number", window);
        let place = Expr::column(&number.column);
        let rows = Plan::windowed(rows, vec![number]);
        let bound = |operator: &str, bound: u64| {
            let bound = Literal::Integer(i32::try_from(bound).unwrap_or(i32::MAX));
            let args = vec![place.clone(), Expr::literal(bound)];
            call(operator, args, DataType::Boolean, false)
        };
        let first = (skip > 0).then(|| bound(">", skip));
        let last = fetch.map(|fetch| bound("<=", skip.saturating_add(fetch)));
        Ok(match both(first, last) {
            Some(condition) => {
                let kind = PlanKind::Filter {
                    input: rows.clone(),
                    condition,
                };
                (Plan::like(&rows, kind), given)
            }
            None => (rows, given),
        })
    }

    fn aggregate(&self, plan: &Plan) -> Result<Given, Raised> {
        let PlanKind::Aggregate {
            input,
            grouping,
            sets,
            aggregates,
        } = plan.kind()
        else {
            return Err(SqlError::internal("an aggregation was expected").into());
        };
        let (rows, given) = self.over(input)?;
        let calls = self.inward_all(aggregates, &given);
        let mut keys = self.inward_all(grouping, &given);
        let behind: Vec<usize> = (keys.len()..keys.len() + given.len()).collect();
        keys.extend(given.iter().map(Named::kept));
        let sets = sets.as_ref().map(|(sets, id)| {
            let with = |set: &Vec<usize>| set.iter().chain(&behind).copied().collect();
            (sets.iter().map(with).collect(), id.clone())
        });
        let output = plan.output().iter().chain(&given).cloned().collect();
        let kind = PlanKind::Aggregate {
            input: rows,
            grouping: keys,
            sets,
            aggregates: calls,
        };
        let grouped = Plan::new(kind, output);
        if !grouping.is_empty() {
            return Ok((grouped, given));
        }
        self.of_nothing_too(plan, input, aggregates, grouped, &given)
    }

    /// Groups, and for values without any row what the aggregates give for none.
    fn of_nothing_too(
        &self,
        plan: &Plan,
        input: &Plan,
        aggregates: &[Named],
        grouped: Plan,
        given: &[Attribute],
    ) -> Result<Given, Raised> {
        let (values, asked) = self.values();
        let marker = self
            .unnesting
            .named("found", Expr::literal(Literal::Boolean(true)));
        let copies: Vec<Named> = plan
            .output()
            .iter()
            .map(|column| Named {
                expr: Expr::column(column),
                column: nullable(&self.unnesting.column(column)),
            })
            .collect();
        let found = given.iter().map(Named::kept);
        let found = found.chain(copies.iter().cloned()).chain([marker.clone()]);
        let found = Plan::project(grouped, found.collect());
        let pairs = asked.iter().zip(given).map(|(asked, given)| {
            let args = vec![Expr::column(asked), Expr::column(given)];
            call("<=>", args, DataType::Boolean, false)
        });
        let condition = pairs.fold(None, |all, pair| both(all, Some(pair)));
        let joined = beside(values, found, JoinKind::Left, condition);

        // The aggregates of no row hang on no value.
        let nulls: HashMap<ColumnId, Expr> = self
            .outer
            .iter()
            .map(|column| {
                let null = Expr::literal(Literal::Null(column.data_type.clone()));
                (column.id, null)
            })
            .collect();
        let none = Plan::like(
            input,
            PlanKind::Filter {
                input: without(input, &nulls),
                condition: Expr::literal(Literal::Boolean(false)),
            },
        );
        let empty: Vec<Named> = aggregates
            .iter()
            .map(|named| Named {
                expr: without_outer(&named.expr, &nulls),
                column: self.unnesting.column(&named.column),
            })
            .collect();
        let of_none = Plan::new(
            PlanKind::Aggregate {
                input: none,
                grouping: Vec::new(),
                sets: None,
                aggregates: empty.clone(),
            },
            empty.iter().map(|named| named.column.clone()).collect(),
        );
        let all = beside(joined, of_none, JoinKind::Inner, None);
        let is_found = call(
            "isnotnull",
            vec![Expr::column(&nullable(&marker.column))],
            DataType::Boolean,
            false,
        );
        let chosen = copies.iter().zip(&empty).zip(plan.output());
        let chosen = chosen.map(|((some, none), column)| Named {
            expr: call(
                "if",
                vec![
                    is_found.clone(),
                    Expr::column(&some.column),
                    Expr::column(&none.column),
                ],
                column.data_type.clone(),
                true,
            ),
            column: nullable(column),
        });
        let kept = asked.iter().map(Named::kept);
        Ok((Plan::project(all, chosen.chain(kept).collect()), asked))
    }

    fn join(&self, join: &Join) -> Result<Given, Raised> {
        if join.lateral || join.kind == JoinKind::Full {
            return Err(not_yet(
                "a subquery that refers to the query around it in such a join",
            ));
        }
        let (left, right) = (is_free(&join.left), is_free(&join.right));
        let condition = |given: &[Attribute]| {
            let own = join.condition.as_ref();
            own.map(|condition| self.inward(condition, given))
        };
        if !right && join.kind != JoinKind::Right {
            let (rows, given) = self.over(&join.left)?;
            let on = condition(&given);
            return Ok((beside(rows, join.right.clone(), join.kind, on), given));
        }
        if !left && matches!(join.kind, JoinKind::Inner | JoinKind::Right) {
            let (rows, given) = self.over(&join.right)?;
            let on = condition(&given);
            return Ok((beside(join.left.clone(), rows, join.kind, on), given));
        }
        let (left, of_left) = self.over(&join.left)?;
        let (right, of_right) = self.over(&join.right)?;
        let given = match join.kind {
            JoinKind::Right => of_right.clone(),
            _ => of_left.clone(),
        };
        let pairs = of_left.iter().zip(&of_right).map(|(left, right)| {
            let args = vec![Expr::column(left), Expr::column(right)];
            call("<=>", args, DataType::Boolean, false)
        });
        let equal = pairs.fold(None, |all, pair| both(all, Some(pair)));
        let on = both(equal, condition(&given));
        Ok((beside(left, right, join.kind, on), given))
    }

    fn set(&self, plan: &Plan, kind: SetKind, all: bool, inputs: &[Plan]) -> Result<Given, Raised> {
        let mut parts = Vec::with_capacity(inputs.len());
        for input in inputs {
            let (rows, given) = self.over(input)?;
            let kept = input.output().iter().chain(&given).map(Named::kept);
            parts.push(Plan::project(rows, kept.collect()));
        }
        let own = self.outer.iter();
        let given: Vec<Attribute> = own.map(|column| self.unnesting.column(column)).collect();
        let output = plan.output().iter().chain(&given).cloned().collect();
        let kind = PlanKind::Set {
            kind,
            all,
            inputs: parts,
        };
        Ok((Plan::new(kind, output), given))
    }
}

fn beside(left: Plan, right: Plan, kind: JoinKind, condition: Option<Expr>) -> Plan {
    let mut output = left.output().to_vec();
    match kind {
        JoinKind::LeftSemi | JoinKind::LeftAnti => {}
        JoinKind::Left => output.extend(right.output().iter().map(nullable)),
        _ => output.extend(right.output().iter().cloned()),
    }
    let join = Join {
        left,
        right,
        kind,
        condition,
        lateral: false,
    };
    Plan::new(PlanKind::Join(join), output)
}

/// Columns around as columns of the input, also inside of subqueries, where they stay around.
fn inward(expr: &Expr, names: &Names<'_>) -> Expr {
    expr.replace(&mut |part| match part.kind() {
        ExprKind::Outer(column) => names.get(&column.id).map(|known| Expr::column(known)),
        ExprKind::Subquery(subquery) => {
            let plan = renamed(&subquery.plan, names);
            let inner = part.with_kind(ExprKind::Subquery(Subquery {
                plan,
                ..subquery.clone()
            }));
            Some(inner.map_children(&mut |child| inward(child, names)))
        }
        _ => None,
    })
}

/// A plan inside of a subquery's expression that calls columns around by other names.
fn renamed(plan: &Plan, names: &Names<'_>) -> Plan {
    with_stack(|| {
        let inputs = plan.inputs().into_iter();
        let inputs = inputs.map(|input| renamed(input, names)).collect();
        let rename = |expr: &Expr| {
            expr.replace(&mut |part| match part.kind() {
                ExprKind::Outer(column) => names
                    .get(&column.id)
                    .map(|known| part.with_kind(ExprKind::Outer((*known).clone()))),
                ExprKind::Subquery(subquery) => {
                    Some(part.with_kind(ExprKind::Subquery(Subquery {
                        plan: renamed(&subquery.plan, names),
                        ..subquery.clone()
                    })))
                }
                _ => None,
            })
        };
        plan.map_exprs(&mut |expr| rename(expr)).with_inputs(inputs)
    })
}

/// A plan with constants for columns around.
fn without(plan: &Plan, values: &HashMap<ColumnId, Expr>) -> Plan {
    with_stack(|| {
        let inputs = plan.inputs().into_iter();
        let inputs = inputs.map(|input| without(input, values)).collect();
        plan.map_exprs(&mut |expr| without_outer(expr, values))
            .with_inputs(inputs)
    })
}

fn without_outer(expr: &Expr, values: &HashMap<ColumnId, Expr>) -> Expr {
    expr.replace(&mut |part| match part.kind() {
        ExprKind::Outer(column) => values.get(&column.id).cloned(),
        _ => None,
    })
}
