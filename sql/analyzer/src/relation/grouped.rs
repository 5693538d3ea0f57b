//! [`Grouped`]: expressions over groups instead of rows.

use std::collections::HashMap;

use flint_sql_spec::{DataType, Literal, Result, SqlError, condition};

use crate::analyzer::Analyzer;
use crate::expr::{Place, Resolver};
use crate::naming;
use crate::resolved::{Attribute, ColumnId, Expr, ExprKind, Named, Plan, PlanKind};
use crate::scope::Scope;

/// Groups and what is computed over them.
#[derive(Debug, Clone)]
pub(crate) struct Grouped {
    pub(super) grouping: Vec<Named>,
    /// The groupings of CUBE and the like, and the column that tells them apart.
    pub(super) sets: Option<(Vec<Vec<usize>>, Attribute)>,
    pub(super) aggregates: Vec<Named>,
}

impl Grouped {
    /// All rows as one group.
    pub(super) fn of_all() -> Grouped {
        Grouped {
            grouping: Vec::new(),
            sets: None,
            aggregates: Vec::new(),
        }
    }

    /// The plan over an input.
    pub(super) fn plan(&self, input: Plan) -> Plan {
        let mut output: Vec<Attribute> = self.grouping.iter().map(|g| g.column.clone()).collect();
        output.extend(self.sets.iter().map(|(_, id)| id.clone()));
        output.extend(self.aggregates.iter().map(|a| a.column.clone()));
        let kind = PlanKind::Aggregate {
            input,
            grouping: self.grouping.clone(),
            sets: self.sets.clone(),
            aggregates: self.aggregates.clone(),
        };
        Plan::new(kind, output)
    }

    /// An expression over the input as one over the groups. `made` columns stand for expressions
    /// that are over the groups already.
    pub(super) fn over_groups(
        &mut self,
        analyzer: &Analyzer<'_>,
        expr: &Expr,
        made: &HashMap<ColumnId, Expr>,
    ) -> Result<Expr> {
        let mut error = None;
        let over = expr.replace(&mut |part| match self.part(analyzer, part, made) {
            Ok(replaced) => replaced,
            Err(e) => {
                error.get_or_insert(e);
                Some(part.clone())
            }
        });
        error.map_or(Ok(over), Err)
    }

    fn part(
        &mut self,
        analyzer: &Analyzer<'_>,
        part: &Expr,
        made: &HashMap<ColumnId, Expr>,
    ) -> Result<Option<Expr>> {
        if let Some(grouping) = self.grouping.iter().find(|g| g.expr == *part) {
            return Ok(Some(Expr::column(&grouping.column)));
        }
        match part.kind() {
            ExprKind::Aggregate(call) if matches!(&*call.function, "grouping" | "grouping_id") => {
                self.grouping_bits(analyzer, part, &call.function, &call.args)
                    .map(Some)
            }
            ExprKind::Aggregate(_) => Ok(Some(self.computed(analyzer, part))),
            ExprKind::Window(window) => {
                // The window's own function stays; its arguments are over the groups.
                let mut first = true;
                let mut error = None;
                let over = part.map_children(&mut |child| {
                    let result = if std::mem::take(&mut first)
                        && matches!(window.function.kind(), ExprKind::Aggregate(_))
                    {
                        self.inside(analyzer, child, made)
                    } else {
                        self.over_groups(analyzer, child, made)
                    };
                    result.unwrap_or_else(|e| {
                        error.get_or_insert(e);
                        child.clone()
                    })
                });
                error.map_or(Ok(Some(over)), Err)
            }
            ExprKind::Call(call) if matches!(&*call.function, "grouping" | "grouping_id") => self
                .grouping_bits(analyzer, part, &call.function, &call.args)
                .map(Some),
            ExprKind::Column(column) => {
                if let Some(expr) = made.get(&column.id) {
                    return Ok(Some(expr.clone()));
                }
                if self.grouping.iter().any(|g| g.column.id == column.id)
                    || self.aggregates.iter().any(|a| a.column.id == column.id)
                    || self.sets.iter().any(|(_, id)| id.id == column.id)
                {
                    return Ok(None);
                }
                Err(self.missing(part))
            }
            _ => Ok(None),
        }
    }

    /// The children of an expression over the groups.
    fn inside(
        &mut self,
        analyzer: &Analyzer<'_>,
        expr: &Expr,
        made: &HashMap<ColumnId, Expr>,
    ) -> Result<Expr> {
        let mut error = None;
        let over = expr.map_children(&mut |child| {
            self.over_groups(analyzer, child, made).unwrap_or_else(|e| {
                error.get_or_insert(e);
                child.clone()
            })
        });
        error.map_or(Ok(over), Err)
    }

    /// The column of an aggregate function, computed once however often it is written.
    fn computed(&mut self, analyzer: &Analyzer<'_>, expr: &Expr) -> Expr {
        if let Some(known) = self.aggregates.iter().find(|a| a.expr == *expr) {
            return Expr::column(&known.column);
        }
        let named = analyzer.named(&naming::column_name(expr), expr.clone());
        let column = Expr::column(&named.column);
        self.aggregates.push(named);
        column
    }

    /// `grouping(column)` and `grouping_id(..)` from the column that tells groupings apart.
    fn grouping_bits(
        &self,
        analyzer: &Analyzer<'_>,
        expr: &Expr,
        function: &str,
        args: &[Expr],
    ) -> Result<Expr> {
        let Some((_, id)) = &self.sets else {
            return Err(SqlError::new(condition::UNSUPPORTED_GROUPING_EXPRESSION).at(expr.origin()));
        };
        let known: Vec<String> = self
            .grouping
            .iter()
            .map(|g| naming::column_name(&g.expr))
            .collect();
        let position = |arg: &Expr| self.grouping.iter().position(|g| g.expr == *arg);
        let id = Expr::column(id);
        if function == "grouping_id" {
            let all = args.is_empty()
                || args.len() == self.grouping.len()
                    && args.iter().enumerate().all(|(i, a)| position(a) == Some(i));
            return if all {
                Ok(id)
            } else {
                Err(SqlError::new(condition::GROUPING_ID_COLUMN_MISMATCH)
                    .with(
                        "groupingIdColumn",
                        args.iter()
                            .map(naming::column_name)
                            .collect::<Vec<_>>()
                            .join(","),
                    )
                    .with("groupByColumns", known.join(","))
                    .at(expr.origin()))
            };
        }
        let Some(position) = args.first().and_then(position) else {
            return Err(SqlError::new(condition::GROUPING_COLUMN_MISMATCH)
                .with(
                    "grouping",
                    args.first().map(naming::sql).unwrap_or_default(),
                )
                .with("groupingColumns", known.join(","))
                .at(expr.origin()));
        };
        let shift = (self.grouping.len() - 1 - position) as i32;
        let place = Place::over(&NOTHING, "grouping");
        let resolver = Resolver::new(analyzer, &place);
        let int = |n: i32| Expr::literal(Literal::Integer(n));
        let shifted = resolver.bind("shiftright", vec![id, int(shift)], expr.origin())?;
        let bit = resolver.bind("&", vec![shifted, int(1)], expr.origin())?;
        let mode = flint_sql_spec::CastMode::Legacy;
        resolver.cast(bit, &DataType::Byte, mode, expr.origin())
    }

    /// The error for a column that is neither grouped nor aggregated.
    fn missing(&self, expr: &Expr) -> SqlError {
        if self.grouping.is_empty() {
            return SqlError::new(condition::MISSING_GROUP_BY).at(expr.origin());
        }
        let sql = naming::sql(expr);
        SqlError::new(condition::MISSING_AGGREGATION)
            .with("expression", naming::quoted(expr))
            .with("expressionAnyValue", format!("\"any_value({sql})\""))
            .at(expr.origin())
    }
}

static NOTHING: Scope = Scope {
    columns: Vec::new(),
};
