//! What the session is called: its user, catalog and schema.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use flint_sql_spec::Result;

use crate::scalar::{Kernel, Scalar};

pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("current_user", |site| text(&site.settings.user)),
    Scalar::new("current_catalog", |site| text(&site.settings.catalog)),
    Scalar::new("current_database", |site| text(&site.settings.database)),
];

fn text(value: &str) -> Result<Kernel> {
    let value = value.to_owned();
    Ok(Arc::new(move |args| {
        let values = std::iter::repeat_n(&value, args.rows());
        Ok(Arc::new(StringArray::from_iter_values(values)) as ArrayRef)
    }))
}
