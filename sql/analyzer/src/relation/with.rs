//! WITH, aliases, and plans that come with others.

use std::collections::HashMap;

use flint_sql_spec::{
    Cte, Expr as Spec, ExprKind as SpecKind, Origin, Plan as SpecPlan, Relation, RelationKind,
    Result, SqlError, SqlQuery, SubqueryAlias, With, condition,
};

use super::windows::Windows;
use super::{Analysed, unsupported};
use crate::analyzer::{Analyzer, CommonTable, Parameters};
use crate::scope::Scope;

impl Analyzer<'_> {
    /// WITH: names for queries, which stand for them wherever they are mentioned.
    pub(super) fn with(&self, with: &With, origin: &Origin) -> Result<Analysed> {
        let before = self.ctes.borrow().len();
        for (i, cte) in with.ctes.iter().enumerate() {
            let case = self.case();
            if with.ctes[..i].iter().any(|c| case.same(&c.name, &cte.name)) {
                self.ctes.borrow_mut().truncate(before);
                return Err(SqlError::new(condition::DUPLICATED_CTE_NAMES)
                    .with("duplicateNames", format!("`{}`", cte.name))
                    .at(origin));
            }
            let sees = self.ctes.borrow().len();
            self.ctes.borrow_mut().push(CommonTable {
                name: cte.name.clone(),
                columns: cte.columns.clone(),
                query: cte.query.clone(),
                sees,
                around: self.outer.borrow().len(),
                recursive: with.recursive,
                max_recursion: cte.max_recursion,
                recursion: None,
            });
        }
        let checked = self.unmentioned(with);
        let analysed = checked.and_then(|()| self.relation(&with.input));
        self.ctes.borrow_mut().truncate(before);
        analysed
    }

    /// Queries that nobody mentions must have a meaning, too.
    fn unmentioned(&self, with: &With) -> Result<()> {
        let first = self.ctes.borrow().len() - with.ctes.len();
        for (i, cte) in with.ctes.iter().enumerate() {
            let hidden = self.ctes.borrow_mut().split_off(first + i + 1);
            let analysed = self.common_table(&cte.name);
            self.ctes.borrow_mut().extend(hidden);
            analysed?;
        }
        Ok(())
    }

    /// A relation under a name.
    pub(super) fn subquery_alias(
        &self,
        alias: &SubqueryAlias,
        origin: &Origin,
    ) -> Result<Analysed> {
        let input = self.relation(&alias.input)?;
        let known = input.scope.clone();
        let (plan, visible) = match alias.columns.is_empty() {
            true => input.sealed_with_metadata(),
            false => {
                let plan = input.sealed();
                let visible = plan.output().len();
                (plan, visible)
            }
        };
        if let (flint_sql_spec::RelationKind::Values { .. }, names) =
            (alias.input.kind(), &alias.columns)
            && !names.is_empty()
            && names.len() != plan.output().len()
        {
            return Err(SqlError::new(condition::INVALID_INLINE_TABLE_ROWS)
                .with("expectedNumCols", names.len().to_string())
                .with("actualNumCols", plan.output().len().to_string())
                .with("rowIndex", "0")
                .at(origin));
        }
        let plan = if alias.columns.is_empty() {
            plan
        } else {
            self.renamed(plan, &alias.columns, origin)?
        };
        let mut qualifier = alias.qualifier.clone();
        qualifier.push(alias.alias.clone());
        let mut scope = Scope::hiding(plan.output(), visible, &qualifier);
        for column in &mut scope.columns {
            if let Some(known) = known.by_id(column.attribute.id) {
                column.plan_ids.clone_from(&known.plan_ids);
            }
        }
        Ok(Analysed::new(plan, scope))
    }

    /// A plan with those that its subqueries refer to.
    pub(super) fn with_relations(
        &self,
        root: &Relation,
        references: &[Relation],
    ) -> Result<Analysed> {
        for reference in references {
            if let Some(plan_id) = reference.plan_id() {
                self.references
                    .borrow_mut()
                    .insert(plan_id, reference.clone());
            }
        }
        // What SQL text sees of them, it sees by name.
        let named = references
            .iter()
            .filter_map(|reference| match reference.kind() {
                RelationKind::SubqueryAlias(named) => Some(Cte {
                    name: named.alias.clone(),
                    columns: Vec::new(),
                    query: reference.clone(),
                    max_recursion: None,
                }),
                _ => None,
            });
        let ctes: Vec<Cte> = named.collect();
        match root.kind() {
            RelationKind::Sql(_) if !ctes.is_empty() => {
                let with = With {
                    input: root.clone(),
                    ctes,
                    recursive: false,
                };
                self.relation(&RelationKind::With(with).into())
            }
            _ => self.relation(root),
        }
    }

    /// SQL text inside a plan.
    pub(super) fn sql_text(&self, query: &SqlQuery) -> Result<Analysed> {
        let SpecPlan::Relation(relation) =
            flint_sql_parser::parse_plan_in(&query.text, self.settings.dialect)?
        else {
            return Err(unsupported("a command as a relation"));
        };
        let places = match query.positional.is_empty() {
            true => Vec::new(),
            false => flint_sql_parser::positional_parameters(&query.text)?,
        };
        let positional = places.into_iter().zip(query.positional.iter().cloned());
        let around = self.parameters.replace(Parameters {
            named: query.named.clone(),
            positional: positional.collect(),
        });
        let analysed = self.relation(&relation);
        self.parameters.replace(around);
        analysed
    }

    /// Columns added or replaced.
    pub(super) fn with_columns(&self, input: &Relation, aliases: &[Spec]) -> Result<Analysed> {
        self.with_columns_over(self.relation(input)?, aliases)
    }

    pub(super) fn with_columns_over(&self, input: Analysed, aliases: &[Spec]) -> Result<Analysed> {
        use crate::expr::{Place, Resolver};
        use crate::resolved::{Named, Plan};
        let visible: Vec<_> = input.scope.visible().cloned().collect();
        let input = self.with_generators(input, aliases)?;
        let place = Place::over(&input.scope, "project");
        let mut listed: Vec<Named> = Vec::new();
        for (position, alias) in aliases.iter().enumerate() {
            let SpecKind::Alias(_) = alias.kind() else {
                return Err(SqlError::internal("withColumns takes aliases"));
            };
            match input.names.get(&position) {
                Some(generated) => listed.extend(generated.iter().map(Named::kept)),
                None => listed.extend(Resolver::new(self, &place).items(alias)?),
            }
        }
        let exprs: Vec<_> = listed.iter().map(|named| &named.expr).collect();
        let input = Analysed::new(input.plan, input.scope);
        let (input, time) = self.with_time_window(input, &exprs)?;
        let mut windows = Windows::default();
        let mut made: Vec<Named> = Vec::new();
        for mut named in listed {
            if let Some(time) = &time {
                named = time.over_named(&named);
            }
            named.expr = windows.take(self, &named.expr);
            if made
                .iter()
                .any(|m| self.case().same(&m.column.name, &named.column.name))
            {
                return Err(Self::duplicate(&named.column.name));
            }
            made.push(named);
        }
        let mut used = HashMap::new();
        let mut exprs = Vec::new();
        for column in &visible {
            let name = &column.attribute.name;
            let replaced = made
                .iter()
                .position(|m| self.case().same(&m.column.name, name));
            exprs.push(match replaced {
                Some(i) if used.insert(i, ()).is_none() => made[i].clone(),
                Some(i) => self.named(name, made[i].expr.clone()),
                None => Named::kept(&column.attribute),
            });
        }
        let new = made
            .iter()
            .enumerate()
            .filter(|(i, _)| !used.contains_key(i));
        exprs.extend(new.map(|(_, named)| named.clone()));
        let known = input.scope.columns;
        let plan = Plan::project(windows.plan(input.plan), exprs);
        let scope = super::scope_like(&plan, &known);
        Ok(Analysed::new(plan, scope))
    }
}
