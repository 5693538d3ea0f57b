//! Validity of UTF-8. Texts are valid always here, so that the answers are known.

use flint_sql_spec::Result;

use crate::each::{booleans, kernel};
use crate::scalar::{Kernel, Scalar};

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("is_valid_utf8", |_| {
        kernel(|args| {
            let text = args.strings(0)?;
            booleans(args.rows(), |row| Ok(text.get(row).map(|_| true)))
        })
    }),
    Scalar::new("make_valid_utf8", |_| same()),
    Scalar::new("validate_utf8", |_| same()),
    Scalar::new("try_validate_utf8", |_| same()),
];

fn same() -> Result<Kernel> {
    kernel(|args| args.array(0))
}
