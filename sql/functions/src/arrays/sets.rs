//! Arrays as sets: `array_distinct`, `array_union`, `array_intersect`, `array_except`.
//!
//! Elements stay in the order in which they first come. Null is an element like others. What stays
//! of equal values is 0.0 of the zeros, and one NaN.

use std::collections::HashSet;
use std::sync::Arc;

use flint_sql_spec::Result;

use super::lists::{Lists, Picked, element, joined};
use crate::float::normalized;
use crate::keys::Keys;
use crate::scalar::Kernel;
use crate::site::Site;

pub(super) fn distinct(site: &Site) -> Result<Kernel> {
    let field = element(site)?;
    Ok(Arc::new(move |args| {
        let lists = Lists::of(args, 0)?;
        let values = normalized(&lists.values)?;
        let keys = Keys::of(&values)?;
        let mut picked = Picked::default();
        for span in lists.spans {
            let Some(span) = span else {
                picked.null();
                continue;
            };
            let mut seen = HashSet::new();
            picked.extend(span.filter(|at| seen.insert(keys.at(*at))));
            picked.end();
        }
        picked.lists(&field, &values)
    }))
}

/// Whether elements of the left array stay that the right one has, and that it has not; and
/// whether those of the right one come behind.
#[derive(Clone, Copy)]
struct Choice {
    common: bool,
    own: bool,
    others: bool,
}

pub(super) fn union(site: &Site) -> Result<Kernel> {
    of_two(
        site,
        Choice {
            common: true,
            own: true,
            others: true,
        },
    )
}

pub(super) fn intersect(site: &Site) -> Result<Kernel> {
    of_two(
        site,
        Choice {
            common: true,
            own: false,
            others: false,
        },
    )
}

pub(super) fn except(site: &Site) -> Result<Kernel> {
    of_two(
        site,
        Choice {
            common: false,
            own: true,
            others: false,
        },
    )
}

fn of_two(site: &Site, choice: Choice) -> Result<Kernel> {
    let field = element(site)?;
    // Elements that go out may be null before.
    let all = Arc::new(field.as_ref().clone().with_nullable(true));
    Ok(Arc::new(move |args| {
        let (left, right) = (Lists::of(args, 0)?, Lists::of(args, 1)?);
        let behind = left.values.len();
        let values = normalized(&joined(&all, &[&left.values, &right.values])?)?;
        let keys = Keys::of(&values)?;
        let mut picked = Picked::default();
        for spans in left.spans.into_iter().zip(right.spans) {
            let (Some(ours), Some(theirs)) = spans else {
                picked.null();
                continue;
            };
            let theirs = behind + theirs.start..behind + theirs.end;
            let others: HashSet<_> = theirs.clone().map(|at| keys.at(at)).collect();
            let mut seen = HashSet::new();
            picked.extend(ours.filter(|at| {
                let key = keys.at(*at);
                let stays = if others.contains(&key) {
                    choice.common
                } else {
                    choice.own
                };
                stays && seen.insert(key)
            }));
            if choice.others {
                picked.extend(theirs.filter(|at| seen.insert(keys.at(*at))));
            }
            picked.end();
        }
        picked.lists(&field, &values)
    }))
}
