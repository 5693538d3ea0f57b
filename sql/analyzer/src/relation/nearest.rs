//! Joins with the row that is nearest: as-of joins, and joins by a ranking.
//!
//! Both become plans of other nodes, as in Spark. An as-of join is a scalar subquery for each left row:
//! of the right rows that fit, the one with the least distance, as a struct. A join by a ranking is a
//! join with all right rows, grouped by the left row again, with the best right rows as an array.

use flint_sql_spec::{
    AsOfDirection, AsOfJoin, DataType, Ident, JoinCriteria, JoinType, Literal, NearestByJoin,
    Origin, Result, SqlError, condition,
};

use super::generate::generate;
use super::join::{kind_of, side_by_side};
use super::select::{boolean, filtered};
use super::{Analysed, unsupported};
use crate::analyzer::Analyzer;
use crate::expr::{Place, Resolver, quoted_type};
use crate::functions::{self, Modifiers};
use crate::naming;
use crate::resolved::{Attribute, Expr, ExprKind, Named, Plan, PlanKind, Subquery, SubqueryKind};
use crate::scope::Scope;

/// Most rows that a join by a ranking gives for a left one.
const MOST_RESULTS: i32 = 100_000;

impl Analyzer<'_> {
    pub(super) fn as_of_join(&self, join: &AsOfJoin, origin: &Origin) -> Result<Analysed> {
        let left = self.relation(&join.left)?;
        let right = self.disjoint(&left, self.relation(&join.right)?);
        let both = left.scope.clone().and(right.scope.clone());
        let place = Place::over(&both, "join");
        let mut resolver = Resolver::new(self, &place);
        let (condition, distance) = self.as_of(&mut resolver, join, &left, &right, origin)?;

        let outer = |expr: &Expr| as_outer(expr, left.plan.output());
        let candidates = filtered(right.plan.clone(), outer(&condition));
        let row = row_of(&resolver, right.plan.output(), origin)?;
        let nearest = self.aggregated("min_by", vec![row, outer(&distance)], origin)?;
        let found = self.named("nearest", nearest);
        let aggregate = PlanKind::Aggregate {
            input: candidates,
            grouping: Vec::new(),
            sets: None,
            aggregates: vec![found.clone()],
        };
        let plan = Plan::new(aggregate, vec![found.column.clone()]);
        let subquery = Subquery {
            kind: SubqueryKind::Scalar,
            plan,
            outer: left.plan.output().to_vec(),
        };
        let data_type = found.column.data_type.clone();
        let subquery = Expr::new(ExprKind::Subquery(subquery), data_type, true);

        let nearest = self.named("nearest", subquery);
        let kept = left.plan.output().iter().map(Named::kept);
        let exprs = kept.chain([nearest.clone()]).collect();
        let mut plan = Plan::project(left.plan.clone(), exprs);
        if join.join_type == JoinType::Inner {
            let found = vec![Expr::column(&nearest.column)];
            plan = filtered(plan, resolver.bind("isnotnull", found, origin)?);
        }
        Ok(opened(left, &right, plan, &nearest.column, join.join_type))
    }

    /// Which right rows fit a left one, and how far away they are.
    fn as_of(
        &self,
        resolver: &mut Resolver<'_, '_>,
        join: &AsOfJoin,
        left: &Analysed,
        right: &Analysed,
        origin: &Origin,
    ) -> Result<(Expr, Expr)> {
        if !matches!(join.join_type, JoinType::Inner | JoinType::LeftOuter) {
            return Err(SqlError::new(condition::UNSUPPORTED_JOIN_TYPE)
                .with("typ", format!("{:?}", join.join_type))
                .with("supported", "INNER, LEFT OUTER")
                .at(origin));
        }
        let (l, r) = (
            resolver.expr(&join.left_as_of)?,
            resolver.expr(&join.right_as_of)?,
        );
        let tolerance = match &join.tolerance {
            Some(tolerance) => Some(tolerance_of(resolver.expr(tolerance)?, origin)?),
            None => None,
        };
        let call = |name: &str, a: &Expr, b: &Expr| {
            resolver.bind(name, vec![a.clone(), b.clone()], origin)
        };
        let exact = join.allow_exact_matches;
        let (before, after) = (call("-", &l, &r)?, call("-", &r, &l)?);
        let (mut condition, distance) = match join.direction {
            AsOfDirection::Backward => (call(if exact { ">=" } else { ">" }, &l, &r)?, before),
            AsOfDirection::Forward => (call(if exact { "<=" } else { "<" }, &l, &r)?, after),
            AsOfDirection::Nearest => {
                let near = if exact {
                    Expr::literal(true.into())
                } else {
                    resolver.bind("not", vec![call("==", &l, &r)?], origin)?
                };
                let is_before = call(">", &l, &r)?;
                (
                    near,
                    resolver.bind("if", vec![is_before, before, after], origin)?,
                )
            }
        };
        if let Some(tolerance) = &tolerance {
            let (least, most) = (
                if exact { ">=" } else { ">" },
                if exact { "<=" } else { "<" },
            );
            if join.direction != AsOfDirection::Forward {
                let near = call(least, &r, &call("-", &l, tolerance)?)?;
                condition = call("and", &condition, &near)?;
            }
            if join.direction != AsOfDirection::Backward {
                let near = call(most, &r, &call("+", &l, tolerance)?)?;
                condition = call("and", &condition, &near)?;
            }
        }
        let wanted = match &join.criteria {
            JoinCriteria::None => None,
            JoinCriteria::On(on) => Some(boolean(resolver.expr(on)?, self)?),
            JoinCriteria::Using(names) => self.all_equal(resolver, names, left, right, origin)?,
            JoinCriteria::Natural => return Err(unsupported("natural as-of joins").at(origin)),
        };
        if let Some(wanted) = wanted {
            condition = resolver.bind("and", vec![wanted, condition], origin)?;
        }
        Ok((condition, distance))
    }

    /// Whether columns of the same names are equal.
    fn all_equal(
        &self,
        resolver: &Resolver<'_, '_>,
        names: &[Ident],
        left: &Analysed,
        right: &Analysed,
        origin: &Origin,
    ) -> Result<Option<Expr>> {
        let mut all = None;
        for name in names {
            let l = self.key_column(&left.scope, name, "left", origin)?;
            let r = self.key_column(&right.scope, name, "right", origin)?;
            let equal = resolver.bind("==", vec![Expr::column(&l), Expr::column(&r)], origin)?;
            all = Some(match all {
                Some(before) => resolver.bind("and", vec![before, equal], origin)?,
                None => equal,
            });
        }
        Ok(all)
    }

    fn aggregated(&self, name: &str, args: Vec<Expr>, origin: &Origin) -> Result<Expr> {
        let rules = &self.settings.rules;
        functions::bind(name, args, Modifiers::default(), rules, origin)
    }

    pub(super) fn nearest_by_join(
        &self,
        join: &NearestByJoin,
        origin: &Origin,
    ) -> Result<Analysed> {
        let refused = match join.join_type {
            JoinType::Inner | JoinType::LeftOuter => None,
            JoinType::Cross => Some("CROSS"),
            JoinType::RightOuter => Some("RIGHT OUTER"),
            JoinType::FullOuter => Some("FULL OUTER"),
            JoinType::LeftSemi => Some("LEFT SEMI"),
            JoinType::LeftAnti => Some("LEFT ANTI"),
        };
        if let Some(refused) = refused {
            return Err(
                SqlError::new(condition::NEAREST_BY_JOIN_UNSUPPORTED_JOIN_TYPE)
                    .with("joinType", refused)
                    .with("supported", "'INNER', 'LEFT OUTER'")
                    .at(origin),
            );
        }
        if !(1..=MOST_RESULTS).contains(&join.num_results) {
            return Err(
                SqlError::new(condition::NEAREST_BY_JOIN_NUM_RESULTS_OUT_OF_RANGE)
                    .with("numResults", join.num_results.to_string())
                    .with("min", "1")
                    .with("max", MOST_RESULTS.to_string())
                    .at(origin),
            );
        }
        let left = self.relation(&join.left)?;
        let right = self.disjoint(&left, self.relation(&join.right)?);
        let both = left.scope.clone().and(right.scope.clone());
        let place = Place::over(&both, "join");
        let mut resolver = Resolver::new(self, &place);
        let ranking = resolver.expr(&join.ranking)?;
        if !crate::types::is_orderable(ranking.data_type()) {
            let refused = condition::NEAREST_BY_JOIN_NON_ORDERABLE_RANKING_EXPRESSION;
            return Err(SqlError::new(refused)
                .with("expression", naming::quoted(&ranking))
                .with("type", quoted_type(ranking.data_type()))
                .at(origin));
        }

        // Left rows get a number, so that equal ones stay apart when they are grouped again.
        let number = resolver.bind("monotonically_increasing_id", Vec::new(), origin)?;
        let number = self.named("row", number);
        let kept = left.plan.output().iter().map(Named::kept);
        let numbered = Plan::project(left.plan.clone(), kept.chain([number.clone()]).collect());
        let numbered = Analysed::new(numbered, left.scope.clone());
        let kind = kind_of(join.join_type);
        let pairs = side_by_side(numbered, right.clone(), kind, None, false);

        let row = row_of(&resolver, right.plan.output(), origin)?;
        let count = Expr::literal(join.num_results.into());
        let best = if join.by_similarity {
            "max_by"
        } else {
            "min_by"
        };
        let best = self.aggregated(best, vec![row, ranking, count], origin)?;
        let mut aggregates = Vec::new();
        for column in left.plan.output() {
            let first = self.aggregated("first", vec![Expr::column(column)], origin)?;
            let column = column.clone();
            aggregates.push(Named {
                expr: first,
                column,
            });
        }
        let best = self.named("nearest", best);
        aggregates.push(best.clone());
        let number = number.column;
        let output = std::iter::once(number.clone())
            .chain(aggregates.iter().map(|named| named.column.clone()))
            .collect();
        let grouped = PlanKind::Aggregate {
            input: pairs.plan,
            grouping: vec![Named::kept(&number)],
            sets: None,
            aggregates,
        };
        let grouped = Plan::new(grouped, output);
        self.spread(left, &right, grouped, &best.column, join, origin)
    }

    /// A row for each of the best right rows.
    fn spread(
        &self,
        left: Analysed,
        right: &Analysed,
        grouped: Plan,
        best: &Attribute,
        join: &NearestByJoin,
        origin: &Origin,
    ) -> Result<Analysed> {
        let nothing = Scope::default();
        let place = Place::over(&nothing, "join");
        let resolver = Resolver::new(self, &place);
        let outer = join.join_type == JoinType::LeftOuter;
        let rows = resolver.bind("explode", vec![Expr::column(best)], origin)?;
        let DataType::Array { element, .. } = &best.data_type else {
            return Err(SqlError::internal("the best rows are an array").at(origin));
        };
        let nearest = self.attribute("nearest", element, outer);
        let plan = generate(grouped, rows, outer, vec![nearest.clone()]);
        Ok(opened(left, right, plan, &nearest, join.join_type))
    }
}

/// The left side's columns, and the right side's out of a struct.
fn opened(
    left: Analysed,
    right: &Analysed,
    plan: Plan,
    nearest: &Attribute,
    join_type: JoinType,
) -> Analysed {
    let outer = join_type == JoinType::LeftOuter;
    let mut exprs: Vec<Named> = left.plan.output().iter().map(Named::kept).collect();
    if let DataType::Struct(fields) = &nearest.data_type {
        for (at, column) in right.plan.output().iter().enumerate() {
            let expr = functions::field_at(&Expr::column(nearest), fields, at);
            let nullable = column.nullable || outer;
            let column = Attribute {
                nullable,
                ..column.clone()
            };
            exprs.push(Named { expr, column });
        }
    }
    let plan = Plan::project(plan, exprs);
    let mut scope = left.scope.and(right.scope.clone());
    for column in &mut scope.columns {
        let known = plan.output().iter().find(|c| c.id == column.attribute.id);
        if let Some(known) = known {
            column.attribute = known.clone();
        }
    }
    Analysed::new(plan, scope)
}

/// A row as a struct.
fn row_of(resolver: &Resolver<'_, '_>, columns: &[Attribute], origin: &Origin) -> Result<Expr> {
    let field = |column: &Attribute| {
        let name = Expr::literal(Literal::String(column.name.clone()));
        [name, Expr::column(column)]
    };
    let args = columns.iter().flat_map(field).collect();
    resolver.bind("named_struct", args, origin)
}

/// An expression inside a subquery: columns of the query around are outer ones there.
fn as_outer(expr: &Expr, around: &[Attribute]) -> Expr {
    expr.replace(&mut |part| match part.kind() {
        ExprKind::Column(column) if around.iter().any(|c| c.id == column.id) => {
            let kind = ExprKind::Outer(column.clone());
            Some(Expr::new(kind, part.data_type().clone(), part.nullable()))
        }
        _ => None,
    })
}

/// A constant that is not negative.
fn tolerance_of(tolerance: Expr, origin: &Origin) -> Result<Expr> {
    if !functions::is_constant(&tolerance) {
        return Err(SqlError::new(condition::AS_OF_JOIN_TOLERANCE_IS_UNFOLDABLE).at(origin));
    }
    let negative = match functions::constant(&tolerance) {
        Some(Literal::Byte(value)) => value < 0,
        Some(Literal::Short(value)) => value < 0,
        Some(Literal::Integer(value)) => value < 0,
        Some(Literal::Long(value)) => value < 0,
        Some(Literal::Float(value)) => value.0 < 0.0,
        Some(Literal::Double(value)) => value.0 < 0.0,
        Some(Literal::Decimal(value)) => value.unscaled < 0,
        Some(Literal::DayTimeInterval { micros, .. }) => micros < 0,
        Some(Literal::YearMonthInterval { months, .. }) => months < 0,
        _ => false,
    };
    if negative {
        return Err(SqlError::new(condition::AS_OF_JOIN_TOLERANCE_IS_NON_NEGATIVE).at(origin));
    }
    Ok(tolerance)
}
