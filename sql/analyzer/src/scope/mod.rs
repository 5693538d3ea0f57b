//! [`Scope`]: the columns that names can mean at some place of a query.
//!
//! Resolution follows Spark's `AttributeSeq`: the longest qualifier that fits wins, what is left of
//! a name goes into nested fields, and several columns that fit are an error.

mod suggest;

pub(crate) use suggest::nearest;

use std::sync::Arc;

use flint_sql_spec::{Ident, Origin, PlanId, Result, SqlError, condition};

use crate::resolved::{Attribute, ColumnId};

/// A column in scope.
#[derive(Debug, Clone)]
pub(crate) struct ScopeColumn {
    pub(crate) attribute: Attribute,
    /// Catalog, namespace and table, or an alias; empty for computed columns.
    pub(crate) qualifier: Arc<[Ident]>,
    /// The DataFrames that it is a column of.
    pub(crate) plan_ids: Vec<PlanId>,
    /// Found by its name, but not among `*`: the second key column of a join by USING.
    pub(crate) hidden: bool,
    /// Of no use to a bare name that another column has too: a key column of a join by USING that was
    /// chosen by its table.
    pub(crate) shy: bool,
}

impl ScopeColumn {
    /// Whether it is a hidden column of files.
    pub(crate) fn is_metadata(&self) -> bool {
        let says = |metadata: &Ident| metadata.contains("\"__file_source_metadata_col\"");
        self.hidden && self.attribute.metadata.as_ref().is_some_and(says)
    }
}

/// The columns that names can mean.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    pub(crate) columns: Vec<ScopeColumn>,
}

/// How names are compared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case {
    pub(crate) sensitive: bool,
}

impl Case {
    pub(crate) fn same(self, a: &str, b: &str) -> bool {
        if self.sensitive {
            a == b
        } else if a.is_ascii() && b.is_ascii() {
            // Every name is compared with many: this must not allocate.
            a.eq_ignore_ascii_case(b)
        } else {
            a.to_lowercase() == b.to_lowercase()
        }
    }
}

/// A column, and the parts of the name behind it, which are nested fields.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    pub(crate) column: &'a ScopeColumn,
    pub(crate) fields: Vec<Ident>,
}

impl Scope {
    /// Columns without a qualifier.
    pub(crate) fn of(output: &[Attribute]) -> Scope {
        Scope::qualified(output, &[])
    }

    /// The columns of a table or of an alias.
    pub(crate) fn qualified(output: &[Attribute], qualifier: &[Ident]) -> Scope {
        let qualifier: Arc<[Ident]> = qualifier.into();
        let columns = output.iter().map(|attribute| ScopeColumn {
            attribute: attribute.clone(),
            qualifier: Arc::clone(&qualifier),
            plan_ids: Vec::new(),
            hidden: false,
            shy: false,
        });
        Scope {
            columns: columns.collect(),
        }
    }

    /// The same, of which only the first ones are among `*`.
    pub(crate) fn hiding(output: &[Attribute], visible: usize, qualifier: &[Ident]) -> Scope {
        let mut scope = Scope::qualified(output, qualifier);
        for column in scope.columns.iter_mut().skip(visible) {
            column.hidden = true;
        }
        scope
    }

    /// The columns of both, these first.
    pub(crate) fn and(mut self, other: Scope) -> Scope {
        self.columns.extend(other.columns);
        self
    }

    /// The columns that `*` means.
    pub(crate) fn visible(&self) -> impl Iterator<Item = &ScopeColumn> {
        self.columns.iter().filter(|column| !column.hidden)
    }

    pub(crate) fn by_id(&self, id: ColumnId) -> Option<&ScopeColumn> {
        self.columns.iter().find(|column| column.attribute.id == id)
    }

    /// The columns of a table or alias, by the end of its full name.
    pub(crate) fn of_table(&self, table: &[Ident], case: Case) -> Vec<ColumnId> {
        let of_it = |column: &&ScopeColumn| ends_with(&column.qualifier, table, case);
        let columns = self.columns.iter().filter(of_it);
        columns.map(|column| column.attribute.id).collect()
    }

    /// The column that a name means, if any.
    ///
    /// # Errors
    /// `AMBIGUOUS_REFERENCE` if it can mean several.
    pub(crate) fn find(
        &self,
        name: &[Ident],
        case: Case,
        origin: &Origin,
    ) -> Result<Option<Found<'_>>> {
        let longest = name.len().saturating_sub(1).min(3);
        for qualifiers in (0..=longest).rev() {
            let (qualifier, rest) = name.split_at(qualifiers);
            let [column, fields @ ..] = rest else {
                continue;
            };
            let fits = |candidate: &&ScopeColumn| {
                case.same(&candidate.attribute.name, column)
                    && ends_with(&candidate.qualifier, qualifier, case)
            };
            let mut candidates: Vec<&ScopeColumn> = self.columns.iter().filter(fits).collect();
            if candidates.len() > 1 && candidates.iter().any(|c| !c.hidden) {
                candidates.retain(|candidate| !candidate.hidden);
            }
            if qualifiers == 0 && candidates.iter().any(|c| !c.shy) {
                candidates.retain(|candidate| !candidate.shy);
            }
            candidates.dedup_by_key(|candidate| candidate.attribute.id);
            match candidates.as_slice() {
                [] => {}
                [column] => {
                    return Ok(Some(Found {
                        column,
                        fields: fields.to_vec(),
                    }));
                }
                several => return Err(ambiguous(name, several).at(origin)),
            }
        }
        Ok(None)
    }

    /// The error for a name that means nothing here.
    pub(crate) fn unresolved(&self, name: &[Ident], origin: &Origin) -> SqlError {
        let object = quote_all(name);
        let proposal = suggest::proposal(self, name);
        if proposal.is_empty() {
            return SqlError::new(condition::UNRESOLVED_COLUMN_WITHOUT_SUGGESTION)
                .with("objectName", object)
                .at(origin);
        }
        SqlError::new(condition::UNRESOLVED_COLUMN_WITH_SUGGESTION)
            .with("objectName", object)
            .with("proposal", proposal.join(", "))
            .at(origin)
    }
}

/// Whether `whole` ends with `end`.
fn ends_with(whole: &[Ident], end: &[Ident], case: Case) -> bool {
    whole.len() >= end.len()
        && whole[whole.len() - end.len()..]
            .iter()
            .zip(end)
            .all(|(a, b)| case.same(a, b))
}

fn ambiguous(name: &[Ident], candidates: &[&ScopeColumn]) -> SqlError {
    let mut references: Vec<String> = candidates
        .iter()
        .map(|candidate| {
            let mut parts = candidate.qualifier.to_vec();
            parts.push(candidate.attribute.name.clone());
            quote_all(&parts)
        })
        .collect();
    references.sort();
    SqlError::new(condition::AMBIGUOUS_REFERENCE)
        .with("name", quote_all(name))
        .with("referenceNames", format!("[{}]", references.join(", ")))
}

/// A name with each part in backquotes.
pub(crate) fn quote_all(parts: &[Ident]) -> String {
    let quoted: Vec<String> = parts
        .iter()
        .map(|part| flint_sql_spec::quote_part(part))
        .collect();
    quoted.join(".")
}
