//! By order of the elements: `sort_array`, `array_sort`, `array_max`, `array_min`; and `reverse`.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{BinaryArray, StringArray, UInt32Array};
use arrow::compute::take;
use flint_sql_spec::{DataType, Result};

use super::lists::{Lists, Picked, element};
use crate::keys::Keys;
use crate::scalar::Kernel;
use crate::site::Site;

/// Null is the least.
pub(super) fn sort(site: &Site) -> Result<Kernel> {
    let field = element(site)?;
    Ok(Arc::new(move |args| {
        let lists = Lists::of(args, 0)?;
        let ascending = args.booleans(1)?;
        let keys = Keys::of(&lists.values)?;
        let mut picked = Picked::default();
        for (row, span) in lists.spans.into_iter().enumerate() {
            let (Some(span), Some(ascending)) = (span, ascending.get(row)) else {
                picked.null();
                continue;
            };
            let mut places: Vec<usize> = span.collect();
            if ascending {
                places.sort_by(|a, b| keys.at(*a).cmp(&keys.at(*b)));
            } else {
                places.sort_by(|a, b| keys.at(*b).cmp(&keys.at(*a)));
            }
            picked.extend(places);
            picked.end();
        }
        picked.lists(&field, &lists.values)
    }))
}

/// `array_sort` without a comparator: null is the greatest.
pub(super) fn sort_nulls_last(site: &Site) -> Result<Kernel> {
    let field = element(site)?;
    Ok(Arc::new(move |args| {
        let lists = Lists::of(args, 0)?;
        let keys = Keys::of(&lists.values)?;
        let mut picked = Picked::default();
        for span in &lists.spans {
            let Some(span) = span.clone() else {
                picked.null();
                continue;
            };
            let mut places: Vec<usize> = span.collect();
            places.sort_by_key(|at| (lists.is_null(*at), keys.at(*at)));
            picked.extend(places);
            picked.end();
        }
        picked.lists(&field, &lists.values)
    }))
}

pub(super) fn max(_: &Site) -> Result<Kernel> {
    Ok(extreme(Ordering::Greater))
}

pub(super) fn min(_: &Site) -> Result<Kernel> {
    Ok(extreme(Ordering::Less))
}

/// The first element that lies so to all others; nulls are left out.
fn extreme(wanted: Ordering) -> Kernel {
    Arc::new(move |args| {
        let lists = Lists::of(args, 0)?;
        let keys = Keys::of(&lists.values)?;
        let best = |span: &Option<Range<usize>>| {
            let known = span.clone()?.filter(|at| !lists.is_null(*at));
            let best = known.reduce(|best, at| {
                if keys.at(at).cmp(&keys.at(best)) == wanted {
                    at
                } else {
                    best
                }
            });
            best.map(|at| at as u32)
        };
        let places: UInt32Array = lists.spans.iter().map(best).collect();
        Ok(take(&lists.values, &places, None)?)
    })
}

/// Elements, characters or bytes in the opposite order.
pub(super) fn reverse(site: &Site) -> Result<Kernel> {
    match &site.result {
        DataType::Array { .. } => reverse_array(site),
        DataType::Binary => Ok(Arc::new(|args| {
            let cells = args.binaries(0)?;
            let row = |row| Some(cells.get(row)?.iter().rev().copied().collect::<Vec<u8>>());
            let rows: BinaryArray = (0..args.rows()).map(row).collect();
            Ok(Arc::new(rows))
        })),
        _ => Ok(Arc::new(|args| {
            let cells = args.strings(0)?;
            let row = |row| Some(cells.get(row)?.chars().rev().collect::<String>());
            let rows: StringArray = (0..args.rows()).map(row).collect();
            Ok(Arc::new(rows))
        })),
    }
}

fn reverse_array(site: &Site) -> Result<Kernel> {
    let field = element(site)?;
    Ok(Arc::new(move |args| {
        let lists = Lists::of(args, 0)?;
        let mut picked = Picked::default();
        for span in lists.spans {
            match span {
                Some(span) => {
                    picked.extend(span.rev());
                    picked.end();
                }
                None => picked.null(),
            }
        }
        picked.lists(&field, &lists.values)
    }))
}
