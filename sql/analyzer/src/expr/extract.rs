//! `v:a.b[0]['c']`: paths into variants, which are calls of `variant_get`.

use flint_sql_spec::{DataType, Literal, Origin, Result, SqlError, condition};

use super::Resolver;
use crate::resolved::{Call, CalledAs, Expr, ExprKind};

impl Resolver<'_, '_> {
    /// What is at a path as it is written behind the colon. It has the name of the last step, if that
    /// is one.
    pub(super) fn variant_path(&self, child: Expr, path: &str, origin: &Origin) -> Result<Expr> {
        if *child.data_type() != DataType::Variant {
            return Err(SqlError::new(condition::COLUMN_IS_NOT_VARIANT_TYPE).at(origin));
        }
        let (path, name) = path_of(path);
        let text = |text: String| Expr::literal(Literal::String(text.into()));
        let found = self.bind("variant_get", vec![child, text(path)], origin)?;
        let (ExprKind::Call(call), Some(name)) = (found.kind(), name) else {
            return Ok(found);
        };
        let mut shown = call.args.clone();
        shown.push(text(name));
        let call = Call {
            alias: CalledAs {
                name: Some(":".into()),
                args: Some(shown),
            },
            ..call.clone()
        };
        let (data_type, nullable) = (found.data_type().clone(), found.nullable());
        Ok(Expr::new(ExprKind::Call(call), data_type, nullable))
    }
}

/// The path for `variant_get`, without backquotes, and the last name in it.
fn path_of(written: &str) -> (String, Option<String>) {
    let mut path = "$".to_owned();
    if !written.starts_with('[') {
        path.push('.');
    }
    let mut quote = None;
    for c in written.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '\'' | '"') => quote = Some(c),
            None if c == '`' => continue,
            _ => {}
        }
        path.push(c);
    }
    let name = last_name(&path).map(str::to_owned);
    (path, name)
}

fn last_name(path: &str) -> Option<&str> {
    let (mut name, mut rest) = (None, path.strip_prefix('$')?);
    loop {
        if let Some(inside) = rest.strip_prefix('.') {
            let end = inside.find(['.', '[']).unwrap_or(inside.len());
            name = Some(&inside[..end]);
            rest = &inside[end..];
        } else if let Some(inside) = rest.strip_prefix("['") {
            let (found, behind) = inside.split_once("']")?;
            name = Some(found);
            rest = behind;
        } else {
            match rest.split_once(']') {
                Some((_, behind)) => rest = behind,
                None => return name,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::path_of;

    #[test]
    fn paths_are_those_of_variant_get() {
        let found = |written| {
            let (path, name) = path_of(written);
            (path, name.unwrap_or_default())
        };
        let expected = |path: &str, name: &str| (path.to_owned(), name.to_owned());
        assert_eq!(found("a"), expected("$.a", "a"));
        assert_eq!(found("`a b`"), expected("$.a b", "a b"));
        assert_eq!(found("`a.b`"), expected("$.a.b", "b"));
        assert_eq!(found("a.`b`['c`d'][0]"), expected("$.a.b['c`d'][0]", "c`d"));
        assert_eq!(found("[0]"), expected("$[0]", ""));
    }
}
