//! Functions that only windows have: ranks, buckets and neighbours.

mod counter;

use std::sync::Arc;

use datafusion::functions_window as stock;
use datafusion::logical_expr::{Expr, WindowUDF, lit};
use flint_sql_spec::{Literal, Result};

use crate::site::Site;

/// A function over a window as the executor calls it.
#[derive(Debug, Clone)]
pub struct WindowCall {
    /// The function. Its results may have another type than Spark's, which they are cast to.
    pub function: Arc<WindowUDF>,
    /// Its arguments.
    pub args: Vec<Expr>,
    /// Whether nulls are passed over.
    pub ignore_nulls: bool,
}

/// The window function of a call, by the analyzer's name for it; `None` if nothing here computes it.
///
/// # Errors
/// What the function finds wrong with constants.
pub fn window(name: &str, site: &Site, mut args: Vec<Expr>) -> Result<Option<WindowCall>> {
    let mut ignore_nulls = false;
    let function = match name {
        "row_number" => stock::row_number::row_number_udwf(),
        "rank" => stock::rank::rank_udwf(),
        "dense_rank" => stock::rank::dense_rank_udwf(),
        "percent_rank" => stock::rank::percent_rank_udwf(),
        "cume_dist" => stock::cume_dist::cume_dist_udwf(),
        "ntile" => stock::ntile::ntile_udwf(),
        "lag" => stock::lead_lag::lag_udwf(),
        "lead" => stock::lead_lag::lead_udwf(),
        "nth_value" => stock::nth_value::nth_value_udwf(),
        "counter_diff" => Arc::new(WindowUDF::new_from_impl(counter::CounterDiff::new(site)?)),
        _ => return Ok(None),
    };
    // The flag that the analyzer puts behind the arguments.
    if let Some(Some(Literal::Boolean(flag))) = site.constants.last()
        && matches!(name, "lag" | "lead" | "nth_value")
    {
        ignore_nulls = *flag;
        args.pop();
    }
    // What ranks are given is not looked at: they go by the window's order.
    if matches!(name, "rank" | "dense_rank" | "percent_rank") {
        args.clear();
    }
    // The executor counts in 64 bits.
    let counted = match name {
        "lag" | "lead" | "nth_value" => Some(1),
        "ntile" => Some(0),
        _ => None,
    };
    if let Some(place) = counted
        && let Some(Some(Literal::Integer(count))) = site.constants.get(place)
    {
        args[place] = lit(i64::from(*count));
    }
    Ok(Some(WindowCall {
        function,
        args,
        ignore_nulls,
    }))
}
