//! Joins.

use flint_sql_spec::{
    DataType, Expr as Spec, Ident, Join as SpecJoin, JoinCriteria, JoinType, LateralJoin, Origin,
    Relation, RelationKind, Result, SqlError, condition, quote_part,
};

use super::select::{aggregates_of, boolean, has_aggregate};
use super::{Analysed, unsupported};
use crate::analyzer::Analyzer;
use crate::expr::{Place, Resolver, internal_call, quoted_type};
use crate::naming;
use crate::resolved::{Attribute, Expr, Join, JoinKind, Named, Plan, PlanKind};
use crate::scope::{Scope, ScopeColumn};
use crate::types;

impl Analyzer<'_> {
    pub(super) fn join(&self, join: &SpecJoin, origin: &Origin) -> Result<Analysed> {
        if join.pair_of_structs.is_some() {
            return Err(unsupported("joinWith").at(origin));
        }
        let left = self.relation(&join.left)?;
        if let RelationKind::Lateral(right) = join.right.kind() {
            let condition = match &join.criteria {
                JoinCriteria::None => None,
                JoinCriteria::On(condition) => Some(condition),
                JoinCriteria::Using(_) | JoinCriteria::Natural => {
                    return Err(
                        SqlError::new(condition::UNSUPPORTED_FEATURE_LATERAL_JOIN_USING).at(origin),
                    );
                }
            };
            return self.lateral(left, right, condition, join.join_type, origin);
        }
        let right = self.disjoint(&left, self.relation(&join.right)?);
        match &join.criteria {
            JoinCriteria::None => self.joined(left, right, join.join_type, None, false),
            JoinCriteria::On(on) => self.joined(left, right, join.join_type, Some(on), false),
            JoinCriteria::Using(names) => {
                self.joined_using(left, right, join.join_type, names, origin)
            }
            JoinCriteria::Natural => {
                let shared: Vec<Ident> = left
                    .scope
                    .visible()
                    .map(|c| c.attribute.name.clone())
                    .filter(|name| {
                        right
                            .scope
                            .visible()
                            .any(|c| self.case().same(&c.attribute.name, name))
                    })
                    .collect();
                self.joined_using(left, right, join.join_type, &shared, origin)
            }
        }
    }

    /// The right side of a join with columns of its own, where both sides are the same DataFrame.
    pub(super) fn disjoint(&self, left: &Analysed, right: Analysed) -> Analysed {
        let shared = right
            .scope
            .columns
            .iter()
            .any(|c| left.scope.by_id(c.attribute.id).is_some());
        if shared { self.renewed(right) } else { right }
    }

    pub(super) fn lateral_join(&self, join: &LateralJoin, origin: &Origin) -> Result<Analysed> {
        let left = self.relation(&join.left)?;
        let condition = join.condition.as_ref();
        self.lateral(left, &join.right, condition, join.join_type, origin)
    }

    fn lateral(
        &self,
        left: Analysed,
        right: &Relation,
        condition: Option<&Spec>,
        join_type: JoinType,
        origin: &Origin,
    ) -> Result<Analysed> {
        let allowed = [JoinType::Inner, JoinType::Cross, JoinType::LeftOuter];
        if !allowed.contains(&join_type) {
            return Err(SqlError::new(condition::UNSUPPORTED_JOIN_TYPE)
                .with("typ", format!("{join_type:?}"))
                .with("supported", "INNER, CROSS, LEFT OUTER")
                .at(origin));
        }
        let (right, _) = self.inside(left.scope.clone(), || self.relation(right))?;
        self.joined(left, right, join_type, condition, true)
    }

    fn joined(
        &self,
        left: Analysed,
        right: Analysed,
        join_type: JoinType,
        condition: Option<&Spec>,
        lateral: bool,
    ) -> Result<Analysed> {
        let both = left.scope.clone().and(right.scope.clone());
        let condition = match condition {
            Some(condition) => {
                let place = Place::over(&both, "join");
                let condition = Resolver::new(self, &place).expr(condition)?;
                if !matches!(condition.data_type(), DataType::Boolean | DataType::Null) {
                    return Err(SqlError::new(condition::JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE)
                        .with("joinCondition", naming::quoted(&condition))
                        .with("conditionType", quoted_type(condition.data_type()))
                        .at(condition.origin()));
                }
                if has_aggregate(&condition) {
                    let shown = aggregates_of(&condition).join("\", \"");
                    return Err(SqlError::new(condition::UNSUPPORTED_EXPR_FOR_OPERATOR)
                        .with("operator", "Join")
                        .with("invalidExprSqls", format!("\"{shown}\""))
                        .at(condition.origin()));
                }
                Some(boolean(condition, self)?)
            }
            None => None,
        };
        Ok(side_by_side(
            left,
            right,
            kind_of(join_type),
            condition,
            lateral,
        ))
    }

    /// A join on columns of the same names, which come first and once.
    fn joined_using(
        &self,
        left: Analysed,
        right: Analysed,
        join_type: JoinType,
        names: &[Ident],
        origin: &Origin,
    ) -> Result<Analysed> {
        let kind = kind_of(join_type);
        let (mut condition, mut keys): (Option<Expr>, Vec<(Attribute, Attribute)>) =
            (None, Vec::new());
        let nothing = Scope::default();
        let place = Place::over(&nothing, "join");
        let resolver = Resolver::new(self, &place);
        for name in names {
            let l = self.key_column(&left.scope, name, "left", origin)?;
            let r = self.key_column(&right.scope, name, "right", origin)?;
            let equal = resolver.bind("==", vec![Expr::column(&l), Expr::column(&r)], origin)?;
            condition = Some(match condition {
                Some(all) => resolver.bind("and", vec![all, equal], origin)?,
                None => equal,
            });
            keys.push((l, r));
        }
        let joined = side_by_side(left, right, kind, condition, false);
        if matches!(kind, JoinKind::LeftSemi | JoinKind::LeftAnti) {
            return Ok(Analysed::new(
                joined.plan,
                keys_first(joined.scope, &keys, &[]),
            ));
        }
        self.with_keys(joined, kind, &keys)
    }

    pub(super) fn key_column(
        &self,
        scope: &Scope,
        name: &Ident,
        side: &str,
        origin: &Origin,
    ) -> Result<Attribute> {
        match scope.find(std::slice::from_ref(name), self.case(), origin)? {
            Some(found) => Ok(found.column.attribute.clone()),
            None => {
                let mut known: Vec<String> = scope
                    .visible()
                    .map(|c| quote_part(&c.attribute.name))
                    .collect();
                known.sort();
                Err(SqlError::new(condition::UNRESOLVED_USING_COLUMN_FOR_JOIN)
                    .with("colName", quote_part(name))
                    .with("side", side)
                    .with("suggestion", known.join(", "))
                    .at(origin))
            }
        }
    }

    /// Puts the key columns in front: of the side that always has them, else of the one that has.
    fn with_keys(
        &self,
        joined: Analysed,
        kind: JoinKind,
        keys: &[(Attribute, Attribute)],
    ) -> Result<Analysed> {
        let output = joined.plan.output().to_vec();
        let now = |key: &Attribute| {
            output
                .iter()
                .find(|column| column.id == key.id)
                .cloned()
                .unwrap_or_else(|| key.clone())
        };
        if kind != JoinKind::Full {
            let first: Vec<Attribute> = keys
                .iter()
                .map(|(l, r)| now(if kind == JoinKind::Right { r } else { l }))
                .collect();
            return Ok(Analysed::new(
                joined.plan,
                keys_first(joined.scope, keys, &first),
            ));
        }
        let mut made = Vec::new();
        for (l, r) in keys {
            let rules = &self.settings.rules;
            let common = types::common_type(&l.data_type, &r.data_type, rules)
                .unwrap_or_else(|| l.data_type.clone());
            let nothing = Scope::default();
            let place = Place::over(&nothing, "join");
            let resolver = Resolver::new(self, &place);
            let args = vec![
                resolver.coerced(Expr::column(&now(l)), &common),
                resolver.coerced(Expr::column(&now(r)), &common),
            ];
            let nullable = l.nullable && r.nullable;
            let either = internal_call("coalesce", args, common, nullable);
            made.push(self.named(&l.name, either));
        }
        let first: Vec<Attribute> = made.iter().map(|named| named.column.clone()).collect();
        let kept = output.iter().map(Named::kept);
        let exprs = made.into_iter().chain(kept).collect();
        let plan = Plan::project(joined.plan, exprs);
        let scope = keys_first(Scope::of(&first).and(joined.scope), keys, &first);
        Ok(Analysed::new(plan, scope))
    }
}

/// The scope with key columns in front, and their twins hidden.
fn keys_first(scope: Scope, keys: &[(Attribute, Attribute)], first: &[Attribute]) -> Scope {
    let is_key = |c: &ScopeColumn| {
        keys.iter()
            .any(|(l, r)| c.attribute.id == l.id || c.attribute.id == r.id)
    };
    let (mut front, mut rest): (Vec<ScopeColumn>, Vec<ScopeColumn>) = (Vec::new(), Vec::new());
    let wanted: Vec<_> = if first.is_empty() {
        keys.iter().map(|(l, _)| l.id).collect()
    } else {
        first.iter().map(|c| c.id).collect()
    };
    for id in &wanted {
        front.extend(scope.by_id(*id).cloned());
    }
    for mut column in scope.columns {
        if wanted.contains(&column.attribute.id) {
            continue;
        }
        column.hidden |= is_key(&column);
        rest.push(column);
    }
    front.extend(rest);
    Scope { columns: front }
}

pub(super) fn side_by_side(
    left: Analysed,
    right: Analysed,
    kind: JoinKind,
    condition: Option<Expr>,
    lateral: bool,
) -> Analysed {
    let (left_nulls, right_nulls) = match kind {
        JoinKind::Left => (false, true),
        JoinKind::Right => (true, false),
        JoinKind::Full => (true, true),
        _ => (false, false),
    };
    let one_side = matches!(kind, JoinKind::LeftSemi | JoinKind::LeftAnti);
    let nulled = |columns: &[Attribute], nulls: bool| -> Vec<Attribute> {
        let column = |c: &Attribute| Attribute {
            nullable: c.nullable || nulls,
            ..c.clone()
        };
        columns.iter().map(column).collect()
    };
    let mut output = nulled(left.plan.output(), left_nulls);
    let mut scope = left.scope;
    if !one_side {
        output.extend(nulled(right.plan.output(), right_nulls));
        scope = scope.and(right.scope);
    }
    for column in &mut scope.columns {
        if let Some(now) = output.iter().find(|c| c.id == column.attribute.id) {
            column.attribute = now.clone();
        }
    }
    let join = Join {
        left: left.plan,
        right: right.plan,
        kind,
        condition,
        lateral,
    };
    Analysed::new(Plan::new(PlanKind::Join(join), output), scope)
}

pub(super) fn kind_of(join_type: JoinType) -> JoinKind {
    match join_type {
        JoinType::Inner | JoinType::Cross => JoinKind::Inner,
        JoinType::LeftOuter => JoinKind::Left,
        JoinType::RightOuter => JoinKind::Right,
        JoinType::FullOuter => JoinKind::Full,
        JoinType::LeftSemi => JoinKind::LeftSemi,
        JoinType::LeftAnti => JoinKind::LeftAnti,
    }
}
