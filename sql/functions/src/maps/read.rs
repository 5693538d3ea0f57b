//! Parts of maps: `map_keys`, `map_values`, `map_entries`, `map_contains_key`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, ListArray};
use arrow::datatypes::DataType as ArrowType;
use flint_sql_columnar::Raised;
use flint_sql_spec::{Result, SqlError};

use crate::arrays::access::places_of_keys;
use crate::layout::laid_out;
use crate::scalar::Kernel;
use crate::site::Site;

pub(super) fn keys(site: &Site) -> Result<Kernel> {
    part(site, |entries| Arc::clone(entries.as_struct().column(0)))
}

pub(super) fn values(site: &Site) -> Result<Kernel> {
    part(site, |entries| Arc::clone(entries.as_struct().column(1)))
}

pub(super) fn entries(site: &Site) -> Result<Kernel> {
    part(site, Arc::clone)
}

/// Arrays of what `of` says of the entries.
fn part(site: &Site, of: fn(&ArrayRef) -> ArrayRef) -> Result<Kernel> {
    let layout = site.result_layout()?;
    let ArrowType::List(field) = layout else {
        return Err(SqlError::internal("an array lies in memory as a list"));
    };
    Ok(Arc::new(move |args| {
        let map = args.array(0)?;
        let map = map
            .as_map_opt()
            .ok_or_else(|| SqlError::internal("a map was expected"))?;
        let entries: ArrayRef = Arc::new(map.entries().clone());
        let values = laid_out(&of(&entries), field.data_type())?;
        let (offsets, nulls) = (map.offsets().clone(), map.nulls().cloned());
        let list = ListArray::try_new(Arc::clone(&field), offsets, values, nulls)?;
        Ok(Arc::new(list))
    }))
}

/// Null for a null map or key.
pub(super) fn contains_key(_: &Site) -> Result<Kernel> {
    Ok(Arc::new(|args| {
        let (map, key) = (args.array(0)?, args.array(1)?);
        let found = match map.as_map_opt() {
            Some(entries) => places_of_keys(args, &map, entries.keys())?,
            None => return Err(Raised(SqlError::internal("a map was expected"))),
        };
        let row = |row| (map.is_valid(row) && key.is_valid(row)).then(|| found.is_valid(row));
        let rows: BooleanArray = (0..args.rows()).map(row).collect();
        Ok(Arc::new(rows))
    }))
}
