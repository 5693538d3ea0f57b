//! Aggregate functions.
//!
//! - [`call`]: what a call is to DataFusion.
//! - [`fold`]: most aggregates say what one row does to a group's state; the loops are made of that.
//! - [`distinct`] puts distinct rows before any aggregate; [`replayed`] lets any of them serve frames
//!   of windows that lose rows.
//!
//! There is a file for each family, with a table of its functions.

mod avg;
mod bitmap;
mod bits;
mod call;
mod collect;
mod count;
mod distinct;
mod doubles;
mod extreme;
mod extreme_by;
mod fold;
mod gather;
mod moments;
mod overflow;
mod pairs;
mod percentile;
mod pick;
mod product;
mod replayed;
mod sketch;
mod sum;
mod table_order;
#[cfg(test)]
mod tests;
mod union;
mod variant;
mod vectors;

pub(crate) use call::Aggregation;
pub(crate) use distinct::Distinct;
pub(crate) use replayed::Replayed;

pub use call::{SparkAggregate, decode_aggregate, encode_aggregate};

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use datafusion::logical_expr::AggregateUDF;
use flint_sql_spec::Result;

use crate::site::Site;
use call::Aggregate;

const FAMILIES: &[&[Aggregate]] = &[
    avg::FAMILY,
    bitmap::FAMILY,
    bits::FAMILY,
    collect::FAMILY,
    count::FAMILY,
    extreme::FAMILY,
    extreme_by::FAMILY,
    moments::FAMILY,
    pairs::FAMILY,
    percentile::FAMILY,
    pick::FAMILY,
    product::FAMILY,
    sketch::FAMILY,
    sum::FAMILY,
    union::FAMILY,
    variant::FAMILY,
    vectors::FAMILY,
];

static BY_NAME: LazyLock<HashMap<&'static str, &'static Aggregate>> = LazyLock::new(|| {
    let all = FAMILIES.iter().flat_map(|family| family.iter());
    all.map(|function| (function.name, function)).collect()
});

/// The aggregate function of a call, by the analyzer's name for it; `None` if nothing here computes
/// it.
///
/// # Errors
/// What the function finds wrong with constants.
pub fn aggregate(name: &str, site: &Site) -> Result<Option<Arc<AggregateUDF>>> {
    match BY_NAME.get(name) {
        Some(definition) => {
            let call = SparkAggregate::new(definition, site)?;
            Ok(Some(Arc::new(AggregateUDF::new_from_impl(call))))
        }
        None => Ok(None),
    }
}

/// The names of all aggregate functions, sorted.
pub fn aggregate_names() -> Vec<&'static str> {
    let mut names: Vec<_> = BY_NAME.keys().copied().collect();
    names.sort_unstable();
    names
}
