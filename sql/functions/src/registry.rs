//! All functions by name.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use datafusion::logical_expr::ScalarUDF;
use flint_sql_spec::Result;

use crate::scalar::{Kernel, Scalar, SparkScalar};
use crate::site::Site;

/// Every family's table, sorted.
const FAMILIES: &[&[Scalar]] = &[
    crate::arithmetic::BITS,
    crate::arithmetic::FUNCTIONS,
    crate::arrays::FUNCTIONS,
    crate::bitmap::FUNCTIONS,
    crate::cast::FUNCTIONS,
    crate::csv::FUNCTIONS,
    crate::cipher::FUNCTIONS,
    crate::complete::FUNCTIONS,
    crate::datetime::functions::BUCKETS,
    crate::datetime::functions::WINDOWS,
    crate::datetime::functions::CONVERSIONS,
    crate::datetime::functions::CUTS,
    crate::datetime::functions::FIELDS,
    crate::datetime::functions::MADE,
    crate::datetime::functions::SCALED,
    crate::datetime::functions::SHIFTS,
    crate::datetime::functions::TEXTS,
    crate::datetime::functions::UNITS,
    crate::field::FUNCTIONS,
    crate::float::FUNCTIONS,
    crate::forgiving::FUNCTIONS,
    crate::hash::DIGESTS,
    crate::hash::FUNCTIONS,
    crate::input_file::FUNCTIONS,
    crate::json::FUNCTIONS,
    crate::xml::FUNCTIONS,
    crate::xml::PATHS,
    crate::raise::FUNCTIONS,
    crate::session::FUNCTIONS,
    crate::maps::FUNCTIONS,
    crate::java_pattern::FUNCTIONS,
    crate::java_pattern::LIKES,
    crate::structs::FUNCTIONS,
    crate::url::CODINGS,
    crate::url::PARTS,
    crate::variant::FUNCTIONS,
    crate::vector::FUNCTIONS,
];

static BY_NAME: LazyLock<HashMap<&'static str, &'static Scalar>> = LazyLock::new(|| {
    let families = FAMILIES
        .iter()
        .chain(crate::format::FUNCTIONS)
        .chain(crate::math::FUNCTIONS)
        .chain(crate::sketches::FUNCTIONS)
        .chain(crate::string::FUNCTIONS);
    let all = families.flat_map(|family| family.iter());
    all.map(|function| (function.name, function)).collect()
});

/// The function of a call, by the analyzer's name for it; `None` if nothing here computes it.
///
/// # Errors
/// What the function finds wrong with constants: patterns, formats, units.
pub fn scalar(name: &str, site: &Site) -> Result<Option<Arc<ScalarUDF>>> {
    match BY_NAME.get(name) {
        Some(definition) => {
            let call = SparkScalar::new(definition, site)?;
            Ok(Some(Arc::new(ScalarUDF::new_from_impl(call))))
        }
        None => Ok(None),
    }
}

/// What computes a function, for others that stand on it.
///
/// # Errors
/// As [`scalar`].
pub(crate) fn kernel(name: &str, site: &Site) -> Result<Option<Kernel>> {
    BY_NAME
        .get(name)
        .map(|definition| (definition.make)(site))
        .transpose()
}

/// The names of all functions of rows, sorted.
pub fn names() -> Vec<&'static str> {
    let mut names: Vec<_> = BY_NAME.keys().copied().collect();
    names.sort_unstable();
    names
}
