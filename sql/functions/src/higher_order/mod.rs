//! Functions that take functions: `transform`, `filter`, `aggregate` and their kin.
//!
//! A lambda is evaluated over the elements of all rows of a batch at once: parameters are columns of
//! elements, columns of the query that the body mentions are spread so that each element sees its
//! row's value ([`Lambda`]). What becomes of the results is in the file of each kind.

mod array;
mod call;
mod fold;
mod lambda;
mod map;
mod sort;

pub(crate) use call::HigherOrder;
pub(crate) use lambda::Call;

use std::sync::Arc;

use datafusion::logical_expr::HigherOrderUDF;
use flint_sql_spec::Result;

use crate::site::Site;

const FAMILIES: &[&[HigherOrder]] = &[
    array::FUNCTIONS,
    fold::FUNCTIONS,
    map::FUNCTIONS,
    sort::FUNCTIONS,
];

/// The higher-order function of a call, by the analyzer's name for it; `None` if nothing here
/// computes it. Arguments that are lambdas come as `Expr::Lambda`, whose parameters are columns
/// called by names of their own.
///
/// # Errors
/// `INTERNAL_ERROR` if the types are not what the analyzer gives.
pub fn higher_order(name: &str, site: &Site) -> Result<Option<Arc<HigherOrderUDF>>> {
    let all = FAMILIES.iter().flat_map(|family| family.iter());
    match all.into_iter().find(|function| function.name == name) {
        Some(function) => Ok(Some(call::udf(function, site)?)),
        None => Ok(None),
    }
}
