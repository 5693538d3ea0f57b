//! Generators: functions that make rows of a row.

mod explode;
mod stack;

use std::fmt;
use std::sync::Arc;

use arrow::array::ArrayRef;
use flint_sql_columnar::Raised;
use flint_sql_spec::Result;

use crate::arguments::Arguments;
use crate::site::Site;

/// What a generator makes of a batch: as many rows for row `i` as `lengths[i]` says, one after the
/// other in `columns`.
#[derive(Debug)]
pub struct Generated {
    /// Rows made of each row of the batch.
    pub lengths: Vec<usize>,
    /// The generator's columns.
    pub columns: Vec<ArrayRef>,
}

/// What makes rows: arguments in, rows out.
#[derive(Clone)]
pub struct Generator(pub Arc<dyn Fn(&Arguments) -> Result<Generated, Raised> + Send + Sync>);

impl fmt::Debug for Generator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Generator")
    }
}

/// The generator of a call, by the analyzer's name for it, without regard to `outer` forms: rows
/// that make none are the plan's business. `None` if nothing here computes it.
///
/// # Errors
/// What the function finds wrong with constants.
pub fn generator(name: &str, site: &Site) -> Result<Option<Generator>> {
    Ok(Some(match name {
        "explode" | "explode_outer" => explode::explode(site, false)?,
        "posexplode" | "posexplode_outer" => explode::explode(site, true)?,
        "inline" | "inline_outer" => explode::inline(site)?,
        "stack" => stack::stack(site)?,
        "variant_explode" | "variant_explode_outer" => crate::variant::variant_explode(site)?,
        "json_tuple" => crate::json::json_tuple(site)?,
        _ => return Ok(None),
    }))
}
