//! `SHOW`.

use flint_sql_spec::{
    DataType, Ident, Literal, ObjectName, Result, Show, SqlError, StructField, StructType,
    condition, quote_parts,
};

use super::super::names::{CATALOG, GLOBAL};
use super::super::{QueryResult, SparkSession};
use super::refused;

/// `SHOW`.
pub(super) fn show(session: &SparkSession, show: &Show) -> Result<QueryResult> {
    match show {
        Show::Catalogs { pattern } => names("catalog", vec![CATALOG.to_owned()], pattern.as_ref()),
        Show::Namespaces { pattern, .. } => {
            names("namespace", session.databases(), pattern.as_ref())
        }
        Show::CurrentNamespace => {
            let database = session.current_database();
            let fields = fields(&[("catalog", false), ("namespace", false)]);
            QueryResult::of(fields, vec![vec![CATALOG.into(), database.as_str().into()]])
        }
        Show::Tables {
            scope,
            pattern,
            extended: false,
            partition,
        } if partition.is_empty() => relations(session, scope.as_ref(), pattern.as_ref(), false),
        Show::Views { scope, pattern } => {
            relations(session, scope.as_ref(), pattern.as_ref(), true)
        }
        Show::Columns { table, scope } => columns(session, table, scope.as_ref()),
        Show::Functions { pattern, .. } => {
            let mut all = flint_sql_analyzer::functions::names();
            all.sort_unstable();
            let all = all.into_iter().map(str::to_owned).collect();
            names("function", all, pattern.as_ref())
        }
        other => Err(refused(&format!("Show{other:?}"))),
    }
}

fn names(column: &str, all: Vec<String>, pattern: Option<&Ident>) -> Result<QueryResult> {
    let kept = all
        .into_iter()
        .filter(|name| fits(name, pattern.map(|text| &**text)));
    let rows = kept.map(|name| vec![name.into()]).collect();
    QueryResult::of(fields(&[(column, false)]), rows)
}

fn relations(
    session: &SparkSession,
    scope: Option<&ObjectName>,
    pattern: Option<&Ident>,
    views_only: bool,
) -> Result<QueryResult> {
    let database = match scope.and_then(ObjectName::parts).and_then(<[_]>::last) {
        Some(name) => name.to_string(),
        None => session.current_database(),
    };
    if !database.eq_ignore_ascii_case(GLOBAL)
        && !session.databases().contains(&database.to_lowercase())
    {
        return Err(SqlError::new(condition::SCHEMA_NOT_FOUND).with(
            "schemaName",
            quote_parts(&[CATALOG.into(), database.into()]),
        ));
    }
    let mut rows: Vec<(String, String, bool)> = Vec::new();
    for (name, is_view) in session.relations_of(&database) {
        if is_view || !views_only {
            let temporary = database.eq_ignore_ascii_case(GLOBAL);
            rows.push((database.clone(), name, temporary));
        }
    }
    let views = session.inner.names.views.read();
    rows.extend(
        views
            .values()
            .map(|view| (String::new(), view.name.to_string(), true)),
    );
    rows.retain(|(_, name, _)| fits(name, pattern.map(|text| &**text)));
    rows.sort_by(|left, right| left.1.cmp(&right.1));
    let name = if views_only { "viewName" } else { "tableName" };
    let mut columns = vec![
        StructField::new("namespace", DataType::STRING, false),
        StructField::new(name, DataType::STRING, false),
    ];
    columns.push(StructField::new("isTemporary", DataType::Boolean, false));
    let literals = rows.into_iter().map(|(namespace, name, temporary)| {
        vec![namespace.into(), name.into(), Literal::Boolean(temporary)]
    });
    QueryResult::of(StructType::new(columns), literals.collect())
}

fn columns(
    session: &SparkSession,
    table: &ObjectName,
    scope: Option<&ObjectName>,
) -> Result<QueryResult> {
    let mut parts: Vec<Ident> = table.parts().unwrap_or_default().to_vec();
    if let (1, Some(scope)) = (parts.len(), scope.and_then(ObjectName::parts)) {
        parts.splice(0..0, scope.iter().cloned());
    }
    let schema = session.schema_of_table(&parts)?;
    let rows = schema
        .iter()
        .map(|field| vec![Literal::String(field.name.clone())]);
    QueryResult::of(fields(&[("col_name", false)]), rows.collect())
}

fn fields(columns: &[(&str, bool)]) -> StructType {
    let field =
        |(name, nullable): &(&str, bool)| StructField::new(name, DataType::STRING, *nullable);
    StructType::new(columns.iter().map(field))
}

/// Whether a name fits a pattern of SHOW: `*` stands for any text, `|` for one or the other; case
/// doesn't matter.
pub(crate) fn fits(name: &str, pattern: Option<&str>) -> bool {
    let Some(pattern) = pattern else {
        return true;
    };
    let name = name.to_lowercase();
    let alternatives = pattern.to_lowercase();
    alternatives
        .split('|')
        .any(|pattern| matches(&name, pattern.trim()))
}

fn matches(text: &str, pattern: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return text == pattern;
    };
    let Some(mut tail) = text.strip_prefix(head) else {
        return false;
    };
    let mut rest = rest;
    // Each piece is taken as early as it comes, so that the last has most text left.
    while let Some((piece, further)) = rest.split_once('*') {
        match tail.find(piece) {
            Some(at) => tail = &tail[at + piece.len()..],
            None => return false,
        }
        rest = further;
    }
    tail.ends_with(rest)
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns_know_stars_and_bars() {
        let fit = |name: &str, pattern: &str| fits(name, Some(pattern));
        assert!(fit("sales", "S*"));
        assert!(fit("sales", "x|sa*es"));
        assert!(fit("ababc", "*ab*c"));
        assert!(!fit("sales", "s*x"));
        assert!(!fit("sales", "sale"));
    }
}
