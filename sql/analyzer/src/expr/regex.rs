//! `colRegex`: all columns whose names match a regular expression.
//!
//! The text is a pattern between backquotes, perhaps behind the name of a table and a point; any
//! other text is the name of one column. Patterns are Java's and match whole names, in any case
//! unless the session tells cases apart.

use flint_sql_spec::{
    Attribute as SpecAttribute, Expr as Spec, ExprKind as SpecKind, Ident, ObjectName, Origin,
    PlanId, Result,
};

use super::Resolver;
use crate::resolved::Named;
use crate::scope::ScopeColumn;

/// The table and the pattern that a text means.
fn parts(text: &str) -> Option<(Option<&str>, &str)> {
    let inner = text.strip_suffix('`')?;
    if let Some(pattern) = inner.strip_prefix('`').filter(|p| !p.is_empty()) {
        return Some((None, pattern));
    }
    // The last point before a backquote, with something before and behind it.
    let at = inner.rfind(".`").filter(|at| *at > 0)?;
    let (table, pattern) = (&inner[..at], &inner[at + 2..]);
    (!pattern.is_empty()).then_some((Some(table), pattern))
}

impl Resolver<'_, '_> {
    /// The columns that a text of `colRegex` means.
    pub(super) fn regex(
        &mut self,
        text: &Ident,
        plan_id: Option<PlanId>,
        origin: &Origin,
    ) -> Result<Vec<Named>> {
        let Some((table, pattern)) = parts(text) else {
            return self.items(&named(text, plan_id)?.with_origin(origin.clone()));
        };
        let case = self.analyzer.case();
        let of_it = |column: &&ScopeColumn| {
            plan_id.is_none_or(|plan_id| column.plan_ids.contains(&plan_id))
                && table.is_none_or(|table| {
                    let last = column.qualifier.last();
                    last.is_some_and(|last| case.same(last, table))
                })
        };
        let Some(scope) = self.place.scopes.first().copied() else {
            return Ok(Vec::new());
        };
        let columns: Vec<&ScopeColumn> = scope.visible().filter(of_it).collect();
        let pattern = match self.analyzer.settings.case_sensitive {
            true => pattern.to_owned(),
            false => format!("(?i){pattern}"),
        };
        let names: Vec<&str> = columns.iter().map(|c| &*c.attribute.name).collect();
        let met = self.analyzer.catalog.matching(&pattern, &names)?;
        let found = columns.into_iter().zip(met).filter(|(_, met)| *met);
        Ok(found
            .map(|(column, _)| Named::kept(&column.attribute))
            .collect())
    }
}

/// One column by its name.
fn named(text: &str, plan_id: Option<PlanId>) -> Result<Spec> {
    Ok(SpecKind::Attribute(SpecAttribute {
        name: ObjectName::Parts(flint_sql_parser::parse_name(text)?),
        plan_id,
        is_metadata: false,
    })
    .into())
}
