//! The names that a user may have meant.
//!
//! As Spark's `StringUtils.orderSuggestedIdentifiersBySimilarity`: all columns by their names, without
//! the part of their qualifiers that they share, the nearest first by the edit distance. The distance
//! is one between a name in backquotes and the name as it was looked for.

use flint_sql_spec::{Ident, quote_part_if_needed};

use super::{Scope, ScopeColumn, quote_all};

/// As many names are proposed.
const MOST: usize = 5;

/// Columns in scope, the nearest to `name` first, in backquotes.
pub(super) fn proposal(scope: &Scope, name: &[Ident]) -> Vec<String> {
    let mut columns: Vec<&ScopeColumn> = scope.visible().collect();
    columns.sort_by_key(|column| (column.attribute.name.clone(), column.attribute.id));
    let candidates = columns.into_iter().map(|column| {
        let mut parts = column.qualifier.to_vec();
        parts.push(column.attribute.name.clone());
        parts
    });
    nearest(candidates.collect(), name)
}

/// The names that are nearest to `name`, in backquotes.
pub(crate) fn nearest(mut candidates: Vec<Vec<Ident>>, name: &[Ident]) -> Vec<String> {
    strip_shared(&mut candidates, name.len());
    let base: Vec<String> = name.iter().map(|part| quote_part_if_needed(part)).collect();
    let base = base.join(".");
    let mut proposed: Vec<String> = candidates.iter().map(|parts| quote_all(parts)).collect();
    proposed.sort_by_cached_key(|quoted| edit_distance(quoted, &base));
    proposed.truncate(MOST);
    proposed
}

/// Takes away leading parts that all candidates share: one table's columns need no qualifier,
/// unless the user wrote one.
fn strip_shared(candidates: &mut [Vec<Ident>], written: usize) {
    let longest = candidates.iter().map(Vec::len).max().unwrap_or(0);
    let one_qualifier = candidates
        .windows(2)
        .all(|pair| pair[0][..pair[0].len() - 1] == pair[1][..pair[1].len() - 1]);
    for parts in candidates {
        let keep = if one_qualifier && written == 1 {
            1
        } else if longest > 2 && one_qualifier {
            written.max(1)
        } else if parts.len() > 2 && !one_qualifier {
            2
        } else {
            parts.len()
        };
        let cut = parts.len().saturating_sub(keep.max(1));
        parts.drain(..cut);
    }
}

/// The Levenshtein distance of two texts.
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let cost = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = cost.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (a, b, expected) in [("", "abc", 3), ("kitten", "sitting", 3), ("a", "a", 0)] {
            assert_eq!(edit_distance(a, b), expected, "{a} {b}");
        }
    }
}
