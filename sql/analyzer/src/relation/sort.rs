//! ORDER BY, LIMIT and their like.

use flint_sql_spec::{Expr as Spec, Literal, Relation, Result, SortOrder, SqlError, condition};

use super::Analysed;
use super::select::{is_ungrouped, is_unresolved};
use crate::analyzer::Analyzer;
use crate::expr::{Place, Resolver, sort_key};
use crate::naming;
use crate::resolved::{Expr, Plan, PlanKind, SortKey};
use crate::scope::Scope;

impl Analyzer<'_> {
    /// Rows in order. Over a SELECT, names can mean columns of its input.
    pub(super) fn sort(
        &self,
        input: &Relation,
        order: &[SortOrder],
        global: bool,
    ) -> Result<Analysed> {
        let input = self.relation(input)?;
        let mut exprs = Vec::with_capacity(order.len());
        for one in order {
            exprs.push(self.order_expr(&input, &one.expr)?);
        }
        self.over_hidden(input, exprs, |plan, exprs| {
            let keys = order.iter().zip(exprs).map(|(one, expr)| SortKey {
                expr,
                descending: one.direction == flint_sql_spec::Direction::Descending,
                nulls_first: one.nulls_first(),
            });
            sorted(plan, keys.collect(), global)
        })
    }

    /// What is sorted by: a position in the list, or an expression.
    pub(super) fn order_expr(&self, input: &Analysed, spec: &Spec) -> Result<Expr> {
        if let (true, Some(Literal::Integer(position))) =
            (self.settings.order_by_ordinal, spec.as_literal())
        {
            let visible: Vec<_> = input.scope.visible().collect();
            let column = usize::try_from(*position)
                .ok()
                .and_then(|p| p.checked_sub(1))
                .and_then(|p| visible.get(p));
            return match column {
                Some(column) => Ok(Expr::column(&column.attribute)),
                None => Err(SqlError::new(condition::ORDER_BY_POS_OUT_OF_RANGE)
                    .with("index", position.to_string())
                    .with("size", visible.len().to_string())
                    .at(spec.origin())),
            };
        }
        let expr = self.hidden_expr(input, spec)?;
        let ascending = SortOrder::ascending(spec.clone());
        Ok(sort_key(&ascending, expr)?.expr)
    }

    /// An expression of the columns, or of those below a SELECT.
    pub(super) fn hidden_expr(&self, input: &Analysed, spec: &Spec) -> Result<Expr> {
        let place = Place::over(&input.scope, "sort");
        Ok(
            match (&input.open, Resolver::new(self, &place).expr(spec)) {
                (Some(select), first) => {
                    let grouped = select.grouped.is_some();
                    match first {
                        Ok(expr) if !(grouped && has_aggregate(&expr)) => expr,
                        Err(error) if !is_unresolved(&error) => return Err(error),
                        first => {
                            let expr = select.behind(self, spec, "sort")?;
                            // What is neither grouped nor listed does not exist behind the groups.
                            let over_groups = select.clone().inlined(self, &expr);
                            match (over_groups, first) {
                                (Err(e), Err(unresolved)) if is_ungrouped(&e) => {
                                    return Err(unresolved);
                                }
                                _ => expr,
                            }
                        }
                    }
                }
                (None, expr) => expr?,
            },
        )
    }

    /// `ORDER BY ALL`.
    pub(super) fn sort_all(&self, input: &Relation, order: &SortOrder) -> Result<Analysed> {
        let input = self.relation(input)?;
        let keys = input
            .scope
            .visible()
            .map(|column| sort_key(order, Expr::column(&column.attribute)))
            .collect::<Result<Vec<_>>>()?;
        Ok(input.with_plan(|input| PlanKind::Sort {
            input,
            keys,
            global: true,
        }))
    }

    pub(super) fn limit(&self, input: &Relation, limit: &Spec) -> Result<Analysed> {
        let input = self.relation(input)?;
        let fetch = self.count("limit", limit, &input.scope)?;
        Ok(input.with_plan(|input| PlanKind::Limit {
            input,
            skip: 0,
            fetch: Some(fetch),
        }))
    }

    pub(super) fn offset(&self, input: &Relation, offset: &Spec) -> Result<Analysed> {
        let input = self.relation(input)?;
        let skip = self.count("offset", offset, &input.scope)?;
        Ok(input.with_plan(|input| PlanKind::Limit {
            input,
            skip,
            fetch: None,
        }))
    }

    pub(super) fn tail(&self, input: &Relation, limit: &Spec) -> Result<Analysed> {
        let input = self.relation(input)?;
        let count = self.count("tail", limit, &input.scope)?;
        Ok(input.with_plan(|input| PlanKind::Tail { input, count }))
    }

    /// A constant whole number that is not negative.
    fn count(&self, clause: &'static str, spec: &Spec, scope: &Scope) -> Result<u64> {
        let place = Place::over(scope, clause);
        let expr = Resolver::new(self, &place).expr(spec)?;
        let refused = |wrong| {
            SqlError::new(wrong)
                .with("name", clause)
                .with("expr", naming::quoted(&expr))
                .at(spec.origin())
        };
        if crate::functions::is_constant(&expr)
            && *expr.data_type() != flint_sql_spec::DataType::Integer
        {
            return Err(refused(condition::INVALID_LIMIT_LIKE_EXPRESSION_DATA_TYPE)
                .with("dataType", crate::expr::quoted_type(expr.data_type())));
        }
        let value = match crate::functions::constant(&expr) {
            Some(Literal::Integer(n)) => n,
            Some(_) => {
                return Err(refused(condition::INVALID_LIMIT_LIKE_EXPRESSION_IS_NULL));
            }
            None => {
                return Err(refused(
                    condition::INVALID_LIMIT_LIKE_EXPRESSION_IS_UNFOLDABLE,
                ));
            }
        };
        u64::try_from(value).map_err(|_| {
            refused(condition::INVALID_LIMIT_LIKE_EXPRESSION_IS_NEGATIVE)
                .with("v", value.to_string())
        })
    }
}

fn has_aggregate(expr: &Expr) -> bool {
    expr.any(&mut |e| matches!(e.kind(), crate::resolved::ExprKind::Aggregate(_)))
}

fn sorted(input: Plan, keys: Vec<SortKey>, global: bool) -> Plan {
    let output = input.output().to_vec();
    let kind = PlanKind::Sort {
        input,
        keys,
        global,
    };
    Plan::new(kind, output)
}
