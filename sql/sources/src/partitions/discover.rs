//! [`discover`]: partition columns from names of directories, as Spark finds them.

use std::collections::BTreeSet;

use datafusion::scalar::ScalarValue;
use flint_sql_spec::{DataType, Result, SqlError, StructField, StructType, condition};
use object_store::path::Path;

use super::value::{cast_value, infer, wider};
use super::{DEFAULT_PARTITION, unescape};
use crate::files::{Found, Listed, ListingOptions};
use crate::settings::SourceSettings;

/// Partition columns, and the files that are read with the values of each.
#[derive(Debug, Clone, Default)]
pub(crate) struct Partitions {
    /// The columns; none if directories are not named so.
    pub(crate) columns: Vec<StructField>,
    /// Files with one value a column.
    pub(crate) files: Vec<(Listed, Vec<ScalarValue>)>,
}

/// Values that one directory names.
struct Named {
    /// Where names of partitions start.
    base: Path,
    /// Columns and values, without escapes, outermost first.
    values: Vec<(String, String)>,
}

/// Finds partition columns and the files to read. Types come from the user's schema for columns it
/// has, and are inferred for others.
///
/// # Errors
/// `CONFLICTING_DIRECTORY_STRUCTURES`, `CONFLICTING_PARTITION_COLUMN_NAMES`,
/// `INVALID_PARTITION_VALUE`.
pub(crate) fn discover(
    found: &Found,
    options: &ListingOptions,
    user: Option<&StructType>,
    settings: &SourceSettings,
) -> Result<Partitions> {
    if options.recursive {
        return Ok(plain(found.files.clone()));
    }
    let bases: Vec<Path> = bases(found, options);
    let mut named: Vec<(Listed, Option<Named>)> = Vec::with_capacity(found.files.len());
    for file in &found.files {
        let parsed = parse(&parent(&file.meta.location), &bases);
        if !matches!(parsed, Parsed::Temporary) {
            named.push((file.clone(), parsed.named()));
        }
    }
    if named
        .iter()
        .all(|(_, n)| n.as_ref().is_none_or(|n| n.values.is_empty()))
    {
        return Ok(plain(direct_files(found)));
    }
    one_base(found, &named)?;
    named.retain(|(_, n)| n.as_ref().is_some_and(|n| !n.values.is_empty()));
    one_set_of_names(found, &named, settings.case_sensitive)?;
    typed(named, user, settings)
}

fn plain(files: Vec<Listed>) -> Partitions {
    Partitions {
        columns: Vec::new(),
        files: files.into_iter().map(|file| (file, Vec::new())).collect(),
    }
}

/// Files that are roots or lie directly in one.
fn direct_files(found: &Found) -> Vec<Listed> {
    let direct = |file: &&Listed| {
        let root = &found.roots[file.root];
        root.is_file || parent(&file.meta.location) == root.path
    };
    found.files.iter().filter(direct).cloned().collect()
}

fn bases(found: &Found, options: &ListingOptions) -> Vec<Path> {
    if let Some(base) = &options.base_path {
        return vec![base.clone()];
    }
    let base = |root: &crate::files::Root| match root.is_file {
        true => parent(&root.path),
        false => root.path.clone(),
    };
    found.roots.iter().map(base).collect()
}

fn parent(path: &Path) -> Path {
    let parts: Vec<_> = path.parts().collect();
    Path::from_iter(parts[..parts.len().saturating_sub(1)].iter().cloned())
}

enum Parsed {
    /// What a write that is not over left there.
    Temporary,
    Found(Named),
}

impl Parsed {
    fn named(self) -> Option<Named> {
        match self {
            Parsed::Temporary => None,
            Parsed::Found(named) => Some(named),
        }
    }
}

/// Climbs from a directory to its base, or to the first name that is none of a partition above some
/// that are.
fn parse(directory: &Path, bases: &[Path]) -> Parsed {
    let parts: Vec<_> = directory.parts().collect();
    let mut values = Vec::new();
    let mut depth = parts.len();
    while depth > 0 {
        let name = parts[depth - 1].as_ref();
        if name.eq_ignore_ascii_case("_temporary") {
            return Parsed::Temporary;
        }
        let here = Path::from_iter(parts[..depth].iter().cloned());
        if bases.contains(&here) {
            break;
        }
        match column(name) {
            Some(pair) => values.push(pair),
            None if !values.is_empty() => break,
            None => {}
        }
        depth -= 1;
    }
    let base = if values.is_empty() {
        directory.clone()
    } else {
        Path::from_iter(parts[..depth].iter().cloned())
    };
    values.reverse();
    Parsed::Found(Named { base, values })
}

/// `a` and `1` of `a=1`.
fn column(name: &str) -> Option<(String, String)> {
    let (column, value) = name.split_once('=')?;
    (!column.is_empty() && !value.is_empty()).then(|| (unescape(column), unescape(value)))
}

fn one_base(found: &Found, named: &[(Listed, Option<Named>)]) -> Result<()> {
    let bases: BTreeSet<String> = named
        .iter()
        .filter_map(|(_, n)| n.as_ref())
        .map(|n| found.location.display_of(&n.base))
        .collect();
    if bases.len() == 1 {
        return Ok(());
    }
    let list: Vec<String> = bases.into_iter().collect();
    Err(SqlError::new(condition::CONFLICTING_DIRECTORY_STRUCTURES)
        .with("discoveredBasePaths", format!("\n\t{}", list.join("\n\t"))))
}

fn one_set_of_names(
    found: &Found,
    named: &[(Listed, Option<Named>)],
    case_sensitive: bool,
) -> Result<()> {
    let names = |n: &Named| -> Vec<String> {
        let spelled = n.values.iter().map(|(name, _)| match case_sensitive {
            true => name.clone(),
            false => name.to_lowercase(),
        });
        spelled.collect()
    };
    let distinct: BTreeSet<Vec<String>> = named
        .iter()
        .filter_map(|(_, n)| n.as_ref().map(names))
        .collect();
    if distinct.len() <= 1 {
        return Ok(());
    }
    let lists: Vec<String> = distinct
        .iter()
        .enumerate()
        .map(|(at, names)| format!("Partition column name list #{at}: {}", names.join(", ")))
        .collect();
    let directories: BTreeSet<String> = named
        .iter()
        .map(|(file, _)| found.location.display_of(&parent(&file.meta.location)))
        .collect();
    let directories: Vec<String> = directories.into_iter().collect();
    Err(SqlError::new(condition::CONFLICTING_PARTITION_COLUMN_NAMES)
        .with(
            "distinctPartColLists",
            format!("\n\t{}\n", lists.join("\n\t")),
        )
        .with(
            "suspiciousPaths",
            format!("\n\t{}", directories.join("\n\t")),
        ))
}

/// Types columns and values.
fn typed(
    named: Vec<(Listed, Option<Named>)>,
    user: Option<&StructType>,
    settings: &SourceSettings,
) -> Result<Partitions> {
    let named: Vec<(Listed, Vec<(String, String)>)> = named
        .into_iter()
        .filter_map(|(file, n)| Some((file, n?.values)))
        .collect();
    let names: Vec<String> = named
        .first()
        .map(|(_, v)| v.iter().map(|(name, _)| name.clone()).collect())
        .unwrap_or_default();
    let mut columns = Vec::with_capacity(names.len());
    for (at, name) in names.iter().enumerate() {
        let given = user.and_then(|schema| schema.iter().find(|f| same(&f.name, name, settings)));
        let column = match given {
            Some(field) => StructField::new(name, field.data_type.clone(), true),
            None => StructField::new(name, inferred(&named, at, settings), true),
        };
        columns.push(column);
    }
    let zone = settings.zone()?;
    let mut files = Vec::with_capacity(named.len());
    for (file, values) in named {
        let typed = values.iter().zip(&columns).map(|((_, text), column)| {
            cast_value(text, &column.data_type, zone)?.ok_or_else(|| wrong_value(text, column))
        });
        let typed: Result<Vec<ScalarValue>> = typed.collect();
        files.push((file, typed?));
    }
    Ok(Partitions { columns, files })
}

fn same(left: &str, right: &str, settings: &SourceSettings) -> bool {
    match settings.case_sensitive {
        true => left == right,
        false => left.to_lowercase() == right.to_lowercase(),
    }
}

fn inferred(
    named: &[(Listed, Vec<(String, String)>)],
    at: usize,
    settings: &SourceSettings,
) -> DataType {
    let distinct: BTreeSet<&str> = named
        .iter()
        .map(|(_, values)| values[at].1.as_str())
        .collect();
    let types = distinct.into_iter().map(|text| {
        infer(
            text,
            settings.infer_partition_types,
            settings.timestamps_without_zone,
        )
    });
    match types.reduce(|left, right| wider(&left, &right)) {
        None | Some(DataType::Null) => DataType::STRING,
        Some(data_type) => data_type,
    }
}

fn wrong_value(text: &str, column: &StructField) -> SqlError {
    debug_assert_ne!(text, DEFAULT_PARTITION);
    SqlError::new(condition::INVALID_PARTITION_VALUE)
        .with("value", format!("'{text}'"))
        .with("dataType", format!("\"{}\"", column.data_type.sql()))
        .with("columnName", format!("`{}`", column.name))
}
