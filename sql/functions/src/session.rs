//! What the session is called, and what is known of values without looking at them.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use flint_sql_spec::{DataType, Result, quote_part_if_needed};

use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

/// The family of constants of a session.
pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("current_user", |site| text(&site.settings.user)),
    Scalar::new("current_catalog", |site| text(&site.settings.catalog)),
    Scalar::new("current_database", |site| text(&site.settings.database)),
    Scalar::new("current_path", path),
    Scalar::new("version", |_| text(VERSION)),
    Scalar::new("typeof", |site| {
        text(
            &site
                .arguments
                .first()
                .map(DataType::simple_string)
                .unwrap_or_default(),
        )
    }),
    Scalar::new("collation", collation),
];

/// The Spark that answers are those of, and what gives them.
const VERSION: &str = concat!("4.3.0 flint-", env!("CARGO_PKG_VERSION"));

/// Where functions without a schema are looked for.
fn path(site: &Site) -> Result<Kernel> {
    let (catalog, database) = (&site.settings.catalog, &site.settings.database);
    let (catalog, database) = (
        quote_part_if_needed(catalog),
        quote_part_if_needed(database),
    );
    text(&format!(
        "system.builtin,system.session,{catalog}.{database}"
    ))
}

fn collation(site: &Site) -> Result<Kernel> {
    let name = match site.arguments.first() {
        Some(DataType::String(collation)) => collation.name(),
        _ => "UTF8_BINARY",
    };
    text(&format!("SYSTEM.BUILTIN.{name}"))
}

fn text(value: &str) -> Result<Kernel> {
    let value = value.to_owned();
    Ok(Arc::new(move |args| {
        let values = std::iter::repeat_n(&value, args.rows());
        Ok(Arc::new(StringArray::from_iter_values(values)) as ArrayRef)
    }))
}
