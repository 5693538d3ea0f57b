//! Looking for values: `array_contains`, `array_position`, `array_remove`, `arrays_overlap`.
//!
//! A null is found by nobody; where one could be what is looked for, the answer of
//! `array_contains` and of `arrays_overlap` is null.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, BooleanArray, Int64Array};
use flint_sql_columnar::Raised;
use flint_sql_spec::Result;

use super::lists::{Lists, Picked, element};
use crate::arguments::Arguments;
use crate::keys::Keys;
use crate::scalar::Kernel;
use crate::site::Site;

/// Arrays, and a value to look for in each.
struct Search {
    lists: Lists,
    keys: Keys,
    wanted: Keys,
    wanted_nulls: Option<arrow::buffer::NullBuffer>,
    constant: bool,
}

impl Search {
    fn of(args: &Arguments) -> Result<Search, Raised> {
        let lists = Lists::of(args, 0)?;
        let (wanted, constant) = args.held(1)?;
        let [keys, wanted_keys] = Keys::of_all([&lists.values, &wanted])?;
        Ok(Search {
            wanted_nulls: wanted.logical_nulls(),
            wanted: wanted_keys,
            lists,
            keys,
            constant,
        })
    }

    /// The elements of a row; `None` if the array or the value is null.
    fn span(&self, row: usize) -> Option<Range<usize>> {
        let span = self.lists.spans[row].clone()?;
        let at = self.wanted_at(row);
        let null = self.wanted_nulls.as_ref().is_some_and(|n| n.is_null(at));
        (!null).then_some(span)
    }

    fn wanted_at(&self, row: usize) -> usize {
        if self.constant { 0 } else { row }
    }

    fn is_found(&self, row: usize, at: usize) -> bool {
        self.keys.at(at) == self.wanted.at(self.wanted_at(row))
    }
}

pub(super) fn contains(_: &Site) -> Result<Kernel> {
    Ok(Arc::new(|args| {
        let search = Search::of(args)?;
        let answer = |row| {
            let mut span = search.span(row)?;
            if span.clone().any(|at| search.is_found(row, at)) {
                return Some(true);
            }
            (!span.any(|at| search.lists.is_null(at))).then_some(false)
        };
        let rows: BooleanArray = (0..args.rows()).map(answer).collect();
        Ok(Arc::new(rows))
    }))
}

/// Counts from 1; 0 if it is not there.
pub(super) fn position(_: &Site) -> Result<Kernel> {
    Ok(Arc::new(|args| {
        let search = Search::of(args)?;
        let answer = |row| {
            let place = search.span(row)?.position(|at| search.is_found(row, at));
            Some(place.map_or(0, |place| place as i64 + 1))
        };
        let rows: Int64Array = (0..args.rows()).map(answer).collect();
        Ok(Arc::new(rows))
    }))
}

pub(super) fn remove(site: &Site) -> Result<Kernel> {
    let field = element(site)?;
    Ok(Arc::new(move |args| {
        let search = Search::of(args)?;
        let mut picked = Picked::default();
        for row in 0..args.rows() {
            match search.span(row) {
                Some(span) => {
                    picked.extend(span.filter(|at| !search.is_found(row, *at)));
                    picked.end();
                }
                None => picked.null(),
            }
        }
        picked.lists(&field, &search.lists.values)
    }))
}

pub(super) fn overlap(_: &Site) -> Result<Kernel> {
    Ok(Arc::new(|args| {
        let (left, right) = (Lists::of(args, 0)?, Lists::of(args, 1)?);
        let [left_keys, right_keys] = Keys::of_all([&left.values, &right.values])?;
        let answer = |row: usize| {
            let (ours, theirs) = (left.spans[row].clone()?, right.spans[row].clone()?);
            let known = ours.clone().filter(|at| !left.is_null(*at));
            let known: HashSet<_> = known.map(|at| left_keys.at(at)).collect();
            let mut others = theirs.clone().filter(|at| !right.is_null(*at));
            if others.any(|at| known.contains(&right_keys.at(at))) {
                return Some(true);
            }
            let unknown = ours.clone().any(|at| left.is_null(at))
                || theirs.clone().any(|at| right.is_null(at));
            let empty = ours.is_empty() || theirs.is_empty();
            (empty || !unknown).then_some(false)
        };
        let rows: BooleanArray = (0..args.rows()).map(answer).collect();
        Ok(Arc::new(rows))
    }))
}
