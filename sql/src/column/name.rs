//! Names of columns in text form.
//!
//! Not SQL's names: everything but dots and backticks is part of a name, so that `"sum(a)"` and
//! `"a b"` name the columns that are called so. A part in backticks may hold dots, and a doubled
//! backtick inside of it is one.

use flint_sql_spec::{
    Attribute, Expr, ExprKind, Ident, ObjectName, PlanId, Result, SqlError, Star, condition,
};

use super::Column;

/// The column of a name, of the DataFrame `plan_id` when it is given.
pub(super) fn column(name: &str, plan_id: Option<PlanId>) -> Column {
    match column_expr(name, plan_id) {
        Ok(expr) => Column::of(expr),
        Err(fault) => Column {
            expr: Expr::column([name]),
            fault: Some(fault),
        },
    }
}

/// The expression that a name means: `*`, `t.*` or a column.
pub(crate) fn column_expr(name: &str, plan_id: Option<PlanId>) -> Result<Expr> {
    let star = |target| Star {
        target,
        plan_id,
        except: Vec::new(),
    };
    let kind = match name.strip_suffix(".*") {
        _ if name == "*" => ExprKind::Star(star(None)),
        Some(target) => ExprKind::Star(star(Some(parts(target)?))),
        None => ExprKind::Attribute(Attribute {
            name: ObjectName::Parts(parts(name)?),
            plan_id,
            is_metadata: false,
        }),
    };
    Ok(kind.into())
}

/// The parts of a dotted name.
pub(crate) fn parts(name: &str) -> Result<Vec<Ident>> {
    split(name)
        .ok_or_else(|| SqlError::new(condition::INVALID_ATTRIBUTE_NAME_SYNTAX).with("name", name))
}

fn split(name: &str) -> Option<Vec<Ident>> {
    let (mut parts, mut rest) = (Vec::new(), name);
    loop {
        let (part, after) = match rest.strip_prefix('`') {
            Some(quoted) => quoted_part(quoted)?,
            None => plain_part(rest)?,
        };
        parts.push(part.into());
        match after.strip_prefix('.') {
            Some(more) if !more.is_empty() => rest = more,
            None if after.is_empty() => return Some(parts),
            _ => return None,
        }
    }
}

/// A part without backticks and what follows it. Only a whole name may be empty.
fn plain_part(text: &str) -> Option<(String, &str)> {
    let (part, after) = text.split_at(text.find('.').unwrap_or(text.len()));
    let wrong = part.contains('`') || (part.is_empty() && !after.is_empty());
    (!wrong).then(|| (part.to_owned(), after))
}

/// A part behind its opening backtick, up to the closing one, and what follows.
fn quoted_part(text: &str) -> Option<(String, &str)> {
    let (mut part, mut rest) = (String::new(), text);
    loop {
        let (before, after) = rest.split_once('`')?;
        part.push_str(before);
        match after.strip_prefix('`') {
            Some(more) => {
                part.push('`');
                rest = more;
            }
            None => return Some((part, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str) -> Option<Vec<String>> {
        split(name).map(|parts| parts.iter().map(|part| part.to_string()).collect())
    }

    #[test]
    fn only_dots_and_backticks_mean_something() {
        let cases: [(&str, &[&str]); 7] = [
            ("a", &["a"]),
            ("t.a", &["t", "a"]),
            ("sum(a + 1)", &["sum(a + 1)"]),
            ("a b", &["a b"]),
            ("`a.b`.c", &["a.b", "c"]),
            ("`a``b`", &["a`b"]),
            ("", &[""]),
        ];
        for (name, parts) in cases {
            assert_eq!(of(name).as_deref(), Some(&parts.map_owned()[..]), "{name}");
        }
    }

    #[test]
    fn odd_names_are_refused() {
        for name in ["a`b", "`a", "`a`b", "a.", ".a", "a..b", "a.`b", "a`b`"] {
            let error = column_expr(name, None).expect_err(name);
            assert_eq!(error.condition().name, "INVALID_ATTRIBUTE_NAME_SYNTAX");
        }
    }

    trait MapOwned {
        fn map_owned(&self) -> Vec<String>;
    }

    impl MapOwned for &[&str] {
        fn map_owned(&self) -> Vec<String> {
            self.iter().map(|part| (*part).to_owned()).collect()
        }
    }
}
