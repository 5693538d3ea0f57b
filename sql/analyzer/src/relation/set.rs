//! UNION, INTERSECT, EXCEPT and inline tables.

use flint_sql_spec::{
    DataType, Expr as Spec, Literal, Origin, Result, SetOp, SetOpKind, SqlError, condition,
    quote_part,
};

use super::{Analysed, unsupported};
use crate::analyzer::Analyzer;
use crate::expr::{Place, Resolver, quoted_type};
use crate::resolved::{Attribute, Expr, ExprKind, Named, Plan, PlanKind, SetKind};
use crate::scope::Scope;
use crate::types::{self, has_variant};

impl Analyzer<'_> {
    pub(super) fn set_op(&self, op: &SetOp, origin: &Origin) -> Result<Analysed> {
        let left = self.relation(&op.left)?.sealed();
        let right = self.relation(&op.right)?.sealed();
        let (left, right) = if op.by_name {
            self.by_name(left, right, op.allow_missing, origin)?
        } else {
            (left, right)
        };
        let name = match op.kind {
            SetOpKind::Union => "UNION",
            SetOpKind::Intersect => "INTERSECT",
            SetOpKind::Except => "EXCEPT",
        };
        let (l, r) = (left.output().len(), right.output().len());
        if l != r {
            return Err(SqlError::new(condition::NUM_COLUMNS_MISMATCH)
                .with("operator", name)
                .with("firstNumColumns", l.to_string())
                .with("invalidOrdinalNum", "second")
                .with("invalidNumColumns", r.to_string())
                .at(origin));
        }
        let common = self.common_types(name, &left, &right, origin)?;
        if op.kind != SetOpKind::Union || !op.all {
            must_be_comparable(&left, origin)?;
        }
        let left = self.as_types(left, &common)?;
        let right = self.as_types(right, &common)?;
        let kind = match op.kind {
            SetOpKind::Union => SetKind::Union,
            SetOpKind::Intersect => SetKind::Intersect,
            SetOpKind::Except => SetKind::Except,
        };
        let output: Vec<Attribute> = left
            .output()
            .iter()
            .zip(right.output())
            .map(|(l, r)| {
                let nullable = match kind {
                    SetKind::Union => l.nullable || r.nullable,
                    SetKind::Intersect => l.nullable && r.nullable,
                    SetKind::Except => l.nullable,
                };
                let mut column = self.attribute(&l.name, &l.data_type, nullable);
                column.metadata.clone_from(&l.metadata);
                column
            })
            .collect();
        let inputs = match kind {
            SetKind::Union => {
                let mut inputs = united(left, op.all);
                inputs.extend(united(right, op.all));
                inputs
            }
            SetKind::Intersect | SetKind::Except => vec![left, right],
        };
        let plan = Plan::new(
            PlanKind::Set {
                kind,
                // Spark removes duplicates of a union behind it.
                all: op.all || kind == SetKind::Union,
                inputs,
            },
            output,
        );
        let plan = if kind == SetKind::Union && !op.all {
            let output = plan.output().to_vec();
            let columns = Vec::new();
            Plan::new(
                PlanKind::Deduplicate {
                    input: plan,
                    columns,
                },
                output,
            )
        } else {
            plan
        };
        Ok(Analysed::of(plan))
    }

    fn common_types(
        &self,
        name: &str,
        left: &Plan,
        right: &Plan,
        origin: &Origin,
    ) -> Result<Vec<DataType>> {
        let mut common = Vec::new();
        for (i, (l, r)) in left.output().iter().zip(right.output()).enumerate() {
            let found = types::common_type(&l.data_type, &r.data_type, &self.settings.rules);
            // Fields of structs may be called otherwise: the left side names them.
            let alike = || {
                let alike = crate::functions::same_structure(&l.data_type, &r.data_type);
                alike.then(|| l.data_type.clone())
            };
            common.push(found.or_else(alike).ok_or_else(|| {
                SqlError::new(condition::INCOMPATIBLE_COLUMN_TYPE)
                    .with("operator", name)
                    .with("columnOrdinalNumber", ordinal(i))
                    .with("tableOrdinalNumber", "second")
                    .with("dataType1", quoted_type(&r.data_type))
                    .with("dataType2", quoted_type(&l.data_type))
                    .with("hint", "")
                    .at(origin)
            })?);
        }
        Ok(common)
    }

    /// The plan with its columns cast where they are of other types.
    fn as_types(&self, plan: Plan, wanted: &[DataType]) -> Result<Plan> {
        let fits = plan
            .output()
            .iter()
            .zip(wanted)
            .all(|(column, data_type)| column.data_type == *data_type);
        if fits {
            return Ok(plan);
        }
        let nothing = Scope::default();
        let place = Place::over(&nothing, "union");
        let resolver = Resolver::new(self, &place);
        let mut exprs = Vec::new();
        for (column, data_type) in plan.output().iter().zip(wanted) {
            let expr = resolver.coerced(Expr::column(column), data_type);
            exprs.push(match expr.kind() {
                ExprKind::Column(column) => Named {
                    column: column.clone(),
                    expr,
                },
                _ => self.named(&column.name, expr),
            });
        }
        Ok(Plan::project(plan, exprs))
    }

    /// The right side in the order of the left one's names.
    fn by_name(
        &self,
        left: Plan,
        right: Plan,
        allow_missing: bool,
        origin: &Origin,
    ) -> Result<(Plan, Plan)> {
        let case = self.case();
        let has = |plan: &Plan, name: &str| {
            plan.output()
                .iter()
                .find(|column| case.same(&column.name, name))
                .cloned()
        };
        let extra: Vec<Attribute> = right
            .output()
            .iter()
            .filter(|column| has(&left, &column.name).is_none())
            .cloned()
            .collect();
        if !extra.is_empty() && !allow_missing {
            return Err(SqlError::new(condition::NUM_COLUMNS_MISMATCH)
                .with("operator", "UNION")
                .with("firstNumColumns", left.output().len().to_string())
                .with("invalidOrdinalNum", "second")
                .with("invalidNumColumns", right.output().len().to_string())
                .at(origin));
        }
        let null = |column: &Attribute| {
            let literal = Literal::Null(column.data_type.clone());
            self.named(&column.name, Expr::literal(literal))
        };
        let keep = Named::kept;
        let mut ordered = Vec::new();
        for column in left.output() {
            match has(&right, &column.name) {
                Some(found) => ordered.push(keep(&found)),
                None if allow_missing => ordered.push(null(column)),
                None => {
                    let known = Scope::of(right.output());
                    return Err(known.unresolved(std::slice::from_ref(&column.name), origin));
                }
            }
        }
        ordered.extend(extra.iter().map(keep));
        let left = if extra.is_empty() {
            left
        } else {
            let kept = left.output().iter().map(keep);
            let exprs = kept.chain(extra.iter().map(null)).collect();
            Plan::project(left, exprs)
        };
        Ok((left, Plan::project(right, ordered)))
    }

    /// `VALUES (..), (..)`: rows of constants, each column of the type that all its values have.
    pub(super) fn values(&self, rows: &[Vec<Spec>], origin: &Origin) -> Result<Analysed> {
        let nothing = Scope::default();
        let place = Place::over(&nothing, "values");
        let mut resolver = Resolver::new(self, &place);
        let mut resolved = Vec::with_capacity(rows.len());
        for row in rows {
            resolved.push(resolver.exprs(row)?);
        }
        let width = resolved.first().map_or(0, Vec::len);
        if let Some((i, row)) = resolved.iter().enumerate().find(|(_, r)| r.len() != width) {
            return Err(SqlError::new(condition::INVALID_INLINE_TABLE_ROWS)
                .with("expectedNumCols", width.to_string())
                .with("actualNumCols", row.len().to_string())
                .with("rowIndex", i.to_string())
                .at(origin));
        }
        if resolved.iter().flatten().any(|e| !e.columns().is_empty()) {
            return Err(unsupported("columns in inline tables").at(origin));
        }
        let mut output = Vec::new();
        for i in 0..width {
            let mut common = DataType::Null;
            for row in &resolved {
                let (rules, other) = (&self.settings.rules, row[i].data_type());
                let found = types::common_type_without_promotion(&common, other, rules);
                common = found.ok_or_else(|| {
                    SqlError::new(
                        condition::INVALID_INLINE_TABLE_INCOMPATIBLE_TYPES_IN_INLINE_TABLE,
                    )
                    .with("colName", format!("`col{}`", i + 1))
                    .at(origin)
                })?;
            }
            for row in &mut resolved {
                row[i] = resolver.coerced(row[i].clone(), &common);
            }
            let nullable = resolved.iter().any(|row| row[i].nullable());
            output.push(self.attribute(&format!("col{}", i + 1), &common, nullable));
        }
        Ok(Analysed::of(Plan::new(PlanKind::Values(resolved), output)))
    }
}

/// What a side adds to a union: the inputs of a union that it is itself, so that a long chain of
/// unions is one. Where duplicates go from the whole, they need not go from a part.
fn united(side: Plan, all: bool) -> Vec<Plan> {
    let inner = match side.kind() {
        PlanKind::Deduplicate { input, columns } if !all && columns.is_empty() => input,
        _ => &side,
    };
    match inner.kind() {
        PlanKind::Set {
            kind: SetKind::Union,
            inputs,
            ..
        } => inputs.clone(),
        _ => vec![side],
    }
}

/// Checks that rows can be compared: maps cannot, nor what has variants inside.
pub(super) fn must_be_comparable(plan: &Plan, origin: &Origin) -> Result<()> {
    let variant = |column: &&Attribute| has_variant(&column.data_type);
    if let Some(column) = plan.output().iter().find(variant) {
        return Err(
            SqlError::new(condition::UNSUPPORTED_FEATURE_SET_OPERATION_ON_VARIANT_TYPE)
                .with("colName", quote_part(&column.name))
                .with("dataType", quoted_type(&column.data_type))
                .at(origin),
        );
    }
    let is_map = |column: &&Attribute| matches!(column.data_type, DataType::Map { .. });
    match plan.output().iter().find(is_map) {
        None => Ok(()),
        Some(column) => Err(SqlError::new(
            condition::UNSUPPORTED_FEATURE_SET_OPERATION_ON_MAP_TYPE,
        )
        .with("colName", quote_part(&column.name))
        .with("dataType", quoted_type(&column.data_type))
        .at(origin)),
    }
}

fn ordinal(i: usize) -> String {
    const WORDS: [&str; 10] = [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
        "tenth",
    ];
    WORDS
        .get(i)
        .map_or_else(|| format!("{}th", i + 1), |word| (*word).to_owned())
}
