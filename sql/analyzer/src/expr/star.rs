//! `*` and its like: all columns of something.

use flint_sql_spec::{
    DataType, Ident, Origin, Result, SqlError, Star, condition, quote_part_if_needed,
};

use super::Resolver;
use crate::relation::unsupported;
use crate::resolved::{Expr, Named};
use crate::scope::ScopeColumn;

impl Resolver<'_, '_> {
    /// The columns that a star means.
    pub(super) fn star(&mut self, star: &Star, origin: &Origin) -> Result<Vec<Named>> {
        let Some(scope) = self.place.scopes.first().copied() else {
            return Err(misplaced(self.place.clause).at(origin));
        };
        let case = self.analyzer.case();
        let of_frame = |column: &&ScopeColumn| {
            star.plan_id
                .is_none_or(|plan_id| column.plan_ids.contains(&plan_id))
        };
        let columns: Vec<&ScopeColumn> = match &star.target {
            None => scope.visible().filter(of_frame).collect(),
            Some(target) => {
                // `t.*` has hidden key columns of joins by USING, too.
                let of_target = |column: &&ScopeColumn| {
                    let qualifier = &column.qualifier;
                    qualifier.len() >= target.len()
                        && qualifier[qualifier.len() - target.len()..]
                            .iter()
                            .zip(target)
                            .all(|(a, b)| case.same(a, b))
                };
                scope.columns.iter().filter(of_target).collect()
            }
        };
        let mut items: Vec<Named> = columns
            .into_iter()
            .map(|column| Named::kept(&column.attribute))
            .collect();
        if let (true, Some(target)) = (items.is_empty(), &star.target) {
            items = self.fields_of(target, origin)?;
        }
        self.leave_out(&mut items, &star.except, origin)?;
        Ok(items)
    }

    /// `s.*` of a struct column.
    fn fields_of(&mut self, target: &[Ident], origin: &Origin) -> Result<Vec<Named>> {
        let case = self.analyzer.case();
        for scope in &self.place.scopes {
            let Some(found) = scope.find(target, case, origin)? else {
                continue;
            };
            let column = Expr::column(&found.column.attribute);
            let structure = found
                .fields
                .iter()
                .try_fold(column, |child, name| self.field(&child, name, origin))?;
            if let DataType::Struct(fields) = structure.data_type() {
                return fields
                    .iter()
                    .map(|f| {
                        let value = self.field(&structure, &f.name, origin)?;
                        Ok(self.analyzer.named(&f.name, value))
                    })
                    .collect();
            }
        }
        let mut known: Vec<String> = self
            .place
            .scopes
            .first()
            .into_iter()
            .flat_map(|scope| scope.visible())
            .map(|column| flint_sql_spec::quote_part(&column.attribute.name))
            .collect();
        known.sort();
        Err(SqlError::new(condition::CANNOT_RESOLVE_STAR_EXPAND)
            .with("targetString", crate::scope::quote_all(target))
            .with("columns", known.join(", "))
            .at(origin))
    }

    fn leave_out(
        &self,
        items: &mut Vec<Named>,
        except: &[Vec<Ident>],
        origin: &Origin,
    ) -> Result<()> {
        let case = self.analyzer.case();
        let all: Vec<Ident> = items.iter().map(|item| item.column.name.clone()).collect();
        for name in except {
            let Some(last) = name.last() else { continue };
            let before = items.len();
            items.retain(|item| !case.same(&item.column.name, last));
            if items.len() == before && all.iter().any(|known| case.same(known, last)) {
                let names = except.iter().map(|name| {
                    let parts = name.iter().map(|part| quote_part_if_needed(part));
                    parts.collect::<Vec<_>>().join(".")
                });
                return Err(SqlError::new(condition::EXCEPT_OVERLAPPING_COLUMNS)
                    .with("columns", names.collect::<Vec<_>>().join(", "))
                    .at(origin));
            }
            if items.len() == before {
                let known = items.iter().map(|item| vec![item.column.name.clone()]);
                let known = crate::scope::nearest(known.collect(), name);
                return Err(SqlError::new(condition::UNRESOLVED_COLUMN_WITH_SUGGESTION)
                    .with("objectName", crate::scope::quote_all(name))
                    .with("proposal", known.join(", "))
                    .at(origin));
            }
            if name.len() > 1 && before - items.len() > 1 {
                return Err(unsupported("EXCEPT with a qualifier over several columns").at(origin));
            }
        }
        Ok(())
    }
}

/// The error for a star where no list is.
pub(crate) fn misplaced(clause: &'static str) -> SqlError {
    SqlError::new(condition::INVALID_USAGE_OF_STAR_OR_REGEX)
        .with("elem", "'*'")
        .with("prettyName", format!("expression `{clause}`"))
}
