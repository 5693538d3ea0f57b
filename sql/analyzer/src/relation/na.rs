//! `DataFrame.na`: nulls filled, rows with nulls left out, values replaced.
//!
//! As Spark's `DataFrameNaFunctions`: a value touches only columns of its own kind (numbers, strings,
//! booleans), and NaN counts as null.

use flint_sql_spec::{
    DataType, DropNa, FillNa, Ident, Literal, Origin, ReplaceNa, Result, SqlError,
};

use super::{Analysed, scope_like};
use crate::analyzer::Analyzer;
use crate::expr::{Place, Resolver, internal_call};
use crate::resolved::{Attribute, Expr, Named, Plan};
use crate::scope::Scope;

impl Analyzer<'_> {
    pub(super) fn fill_na(&self, fill: &FillNa, origin: &Origin) -> Result<Analysed> {
        let input = self.relation(&fill.input)?;
        let targets = self.targets(&input.scope, &fill.columns, origin)?;
        let one_for_all = fill.values.len() == 1;
        if !one_for_all && fill.values.len() != targets.len() {
            return Err(SqlError::internal(
                "fillna takes one value, or one for each column",
            ));
        }
        self.changed(input, |resolver, column| {
            let position = targets.iter().position(|t| t.id == column.id)?;
            let value = &fill.values[if one_for_all { 0 } else { position }];
            same_kind(value, &column.data_type)
                .then(|| filled(resolver, column, value.clone(), origin))
        })
    }

    /// One value in the place of nulls, in all columns of its kind.
    pub(super) fn filled_over(&self, input: Analysed, value: Literal) -> Result<Analysed> {
        self.changed(input, |resolver, column| {
            let fits = same_kind(&value, &column.data_type);
            fits.then(|| filled(resolver, column, value.clone(), &Origin::Unknown))
        })
    }

    pub(super) fn replace_na(&self, replace: &ReplaceNa, origin: &Origin) -> Result<Analysed> {
        let input = self.relation(&replace.input)?;
        let targets = self.targets(&input.scope, &replace.columns, origin)?;
        self.changed(input, |resolver, column| {
            let is_target = targets.iter().any(|t| t.id == column.id);
            let fits = |(old, _): &&(Literal, Literal)| same_kind(old, &column.data_type);
            let pairs: Vec<_> = replace.replacements.iter().filter(fits).collect();
            (is_target && !pairs.is_empty()).then(|| replaced(resolver, column, &pairs, origin))
        })
    }

    pub(super) fn drop_na(&self, drop: &DropNa, origin: &Origin) -> Result<Analysed> {
        let input = self.relation(&drop.input)?;
        let targets = self.targets(&input.scope, &drop.columns, origin)?;
        let least = match drop.min_non_nulls {
            Some(least) => least,
            None => i32::try_from(targets.len()).unwrap_or(i32::MAX),
        };
        let mut args = vec![Expr::literal(Literal::Integer(least))];
        args.extend(targets.iter().map(Expr::column));
        let condition = internal_call("atleastnnonnulls", args, DataType::Boolean, false);
        Ok(input.with_plan(|input| crate::resolved::PlanKind::Filter { input, condition }))
    }

    /// The columns by name, or all.
    fn targets(&self, scope: &Scope, names: &[Ident], origin: &Origin) -> Result<Vec<Attribute>> {
        if names.is_empty() {
            return Ok(scope.visible().map(|c| c.attribute.clone()).collect());
        }
        let target = |name: &Ident| {
            let parts = [name.clone()];
            match scope.find(&parts, self.case(), origin)? {
                Some(found) => Ok(found.column.attribute.clone()),
                None => Err(scope.unresolved(&parts, origin)),
            }
        };
        names.iter().map(target).collect()
    }

    /// All columns, with what `change` makes of some.
    fn changed(
        &self,
        input: Analysed,
        change: impl Fn(&Resolver<'_, '_>, &Attribute) -> Option<Result<Expr>>,
    ) -> Result<Analysed> {
        let known = input.scope.columns.clone();
        let place = Place::over(&input.scope, "project");
        let resolver = Resolver::new(self, &place);
        let mut exprs = Vec::new();
        for column in input.scope.visible() {
            let attribute = &column.attribute;
            exprs.push(match change(&resolver, attribute) {
                Some(changed) => self.named(&attribute.name, changed?),
                None => Named::kept(attribute),
            });
        }
        let plan = Plan::project(input.plan.clone(), exprs);
        let scope = scope_like(&plan, &known);
        Ok(Analysed::new(plan, scope))
    }
}

/// Whether a value may stand in a column.
fn same_kind(value: &Literal, column: &DataType) -> bool {
    match value.data_type() {
        DataType::Boolean => *column == DataType::Boolean,
        DataType::String(_) => column.is_string(),
        number => number.is_numeric() && column.is_numeric(),
    }
}

fn filled(
    resolver: &Resolver<'_, '_>,
    column: &Attribute,
    value: Literal,
    origin: &Origin,
) -> Result<Expr> {
    let mut old = Expr::column(column);
    if let DataType::Float | DataType::Double = column.data_type {
        let null = Expr::literal(Literal::Null(column.data_type.clone()));
        old = resolver.bind("nanvl", vec![old, null], origin)?;
    }
    let value = constant(resolver, &value, column, origin)?;
    resolver.bind("coalesce", vec![old, value], origin)
}

fn replaced(
    resolver: &Resolver<'_, '_>,
    column: &Attribute,
    pairs: &[&(Literal, Literal)],
    origin: &Origin,
) -> Result<Expr> {
    let mut args = Vec::new();
    for (old, new) in pairs {
        let old = constant(resolver, old, column, origin)?;
        let is_old = resolver.bind("==", vec![Expr::column(column), old], origin)?;
        args.push(is_old);
        args.push(constant(resolver, new, column, origin)?);
    }
    args.push(Expr::column(column));
    resolver.bind("when", args, origin)
}

/// A value as one of the column's type.
fn constant(
    resolver: &Resolver<'_, '_>,
    value: &Literal,
    column: &Attribute,
    origin: &Origin,
) -> Result<Expr> {
    if let Literal::Null(_) = value {
        return Ok(Expr::literal(Literal::Null(column.data_type.clone())));
    }
    let value = Expr::literal(value.clone());
    if *value.data_type() == column.data_type {
        return Ok(value);
    }
    resolver.cast(
        value,
        &column.data_type,
        flint_sql_spec::CastMode::Session,
        origin,
    )
}
