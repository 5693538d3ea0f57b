//! `min_by` and `max_by`: the value where another one is least or greatest, of equals the last; with
//! a third argument the values of the first `k` of that order.

use std::cmp::Ordering;
use std::fmt;
use std::mem::size_of;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, ListArray, UInt32Array};
use arrow::buffer::OffsetBuffer;
use arrow::compute::{SortOptions, take};
use arrow::datatypes::DataType as ArrowType;
use arrow::row::{OwnedRow, RowConverter, Rows, SortField};
use datafusion::common::ScalarValue;
use flint_sql_columnar::Raised;
use flint_sql_spec::{Literal, SqlError, condition};

use super::call::{Aggregate, Call, Made};
use super::fold::{Fold, Folded};
use super::gather::{Gather, Gathered};
use super::pick::column;
use crate::float::normalized;

pub(super) const FAMILY: &[Aggregate] = &[
    Aggregate::new("max_by", |call| make(call, Ordering::Greater)),
    Aggregate::new("min_by", |call| make(call, Ordering::Less)),
];

fn make(call: &Call<'_>, wanted: Ordering) -> Made {
    if call.site.arguments.len() > 2 {
        return several(call, wanted);
    }
    Ok(Folded::boxed(By {
        converter: RowConverter::new(vec![SortField::new(call.input(1)?.clone())])?,
        layout: call.result.clone(),
        wanted,
    }))
}

/// The values of the `k` first rows by the other argument.
fn several(call: &Call<'_>, wanted: Ordering) -> Made {
    let k = match call.site.constant(2) {
        Some(Literal::Integer(k)) => usize::try_from(*k)
            .ok()
            .filter(|k| (1..=100_000).contains(k)),
        _ => None,
    };
    let Some(k) = k else {
        let shown = match call.site.constant(2) {
            Some(Literal::Integer(k)) => k.to_string(),
            _ => "NULL".to_owned(),
        };
        return Err(
            SqlError::new(condition::DATATYPE_MISMATCH_VALUE_OUT_OF_RANGE)
                .with("sqlExpr", format!("\"{}\"", call.name))
                .with("exprName", "`k`")
                .with("valueRange", "[1, 100000]")
                .with("currentValue", shown)
                .into(),
        );
    };
    let ArrowType::List(element) = call.result.clone() else {
        return Err(call.unknown_type());
    };
    let options = SortOptions {
        descending: wanted == Ordering::Greater,
        nulls_first: false,
    };
    let finish = move |gathered: &Gathered| -> Result<ArrayRef, Raised> {
        let key = SortField::new_with_options(gathered.columns[1].data_type().clone(), options);
        let keys =
            RowConverter::new(vec![key])?.convert_columns(&[normalized(&gathered.columns[1])?])?;
        let (mut places, mut lengths) = (Vec::new(), Vec::new());
        for rows in gathered.groups() {
            let mut order: Vec<usize> = rows.collect();
            order.sort_by(|a, b| keys.row(*a).cmp(&keys.row(*b)));
            order.truncate(k);
            lengths.push(order.len());
            places.extend(order.into_iter().map(|row| row as u32));
        }
        let values = take(&gathered.columns[0], &UInt32Array::from(places), None)?;
        let offsets = OffsetBuffer::from_lengths(lengths.iter().copied());
        let nulls = super::collect::empty_groups(gathered);
        Ok(Arc::new(ListArray::try_new(
            Arc::clone(&element),
            offsets,
            values,
            Some(nulls),
        )?))
    };
    Ok(Gather::boxed(call, &[1], Arc::new(finish)))
}

struct By {
    converter: RowConverter,
    layout: ArrowType,
    wanted: Ordering,
}

impl fmt::Debug for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("By")
            .field("layout", &self.layout)
            .finish_non_exhaustive()
    }
}

impl By {
    fn take(
        &self,
        state: &mut Option<(OwnedRow, ScalarValue)>,
        key: OwnedRow,
        value: &ArrayRef,
        row: usize,
    ) -> Result<(), Raised> {
        let better = state.as_ref().is_none_or(|(known, _)| {
            let order = key.row().cmp(&known.row());
            order == self.wanted || order == Ordering::Equal
        });
        if better {
            *state = Some((key, ScalarValue::try_from_array(value, row)?));
        }
        Ok(())
    }
}

/// A batch, with its keys encoded and what is null among them.
struct Read<'a> {
    values: &'a ArrayRef,
    keys: Rows,
    known: &'a ArrayRef,
}

impl Fold for By {
    type State = Option<(OwnedRow, ScalarValue)>;
    type Rows<'a> = Read<'a>;
    type Saved<'a> = (&'a ArrayRef, &'a BinaryArray);

    const TAKES_NULLS: bool = true;
    const HOLDS: bool = true;

    fn start(&self) -> Self::State {
        None
    }

    fn rows<'a>(&self, columns: &'a [ArrayRef]) -> Result<Read<'a>, Raised> {
        Ok(Read {
            values: &columns[0],
            keys: self
                .converter
                .convert_columns(&[normalized(&columns[1])?])?,
            known: &columns[1],
        })
    }

    fn add(&self, state: &mut Self::State, rows: &Read<'_>, row: usize) -> Result<(), Raised> {
        if rows.known.is_null(row) {
            return Ok(());
        }
        let key = rows.keys.row(row);
        let worse = state
            .as_ref()
            .is_some_and(|(known, _)| key.cmp(&known.row()) == self.wanted.reverse());
        if worse {
            return Ok(());
        }
        self.take(state, key.owned(), rows.values, row)
    }

    fn layout(&self) -> Vec<ArrowType> {
        vec![self.layout.clone(), ArrowType::Binary]
    }

    fn save(&self, states: &[Self::State]) -> Result<Vec<ArrayRef>, Raised> {
        let keys = states
            .iter()
            .map(|state| state.as_ref().map(|(key, _)| key.as_ref()));
        let keys: BinaryArray = keys.collect();
        Ok(vec![self.finish(states)?, Arc::new(keys)])
    }

    fn saved<'a>(&self, columns: &'a [ArrayRef]) -> Result<Self::Saved<'a>, Raised> {
        Ok((&columns[0], columns[1].as_binary::<i32>()))
    }

    fn merge(
        &self,
        state: &mut Self::State,
        saved: &Self::Saved<'_>,
        row: usize,
    ) -> Result<(), Raised> {
        if saved.1.is_null(row) {
            return Ok(());
        }
        let key = self.converter.parser().parse(saved.1.value(row)).owned();
        self.take(state, key, saved.0, row)
    }

    fn finish(&self, states: &[Self::State]) -> Result<ArrayRef, Raised> {
        let null = ScalarValue::try_from(&self.layout)?;
        let value = |state: &Self::State| {
            state
                .as_ref()
                .map_or_else(|| null.clone(), |(_, value)| value.clone())
        };
        column(states.iter().map(value), &self.layout)
    }

    fn held_bytes(&self, state: &Self::State) -> usize {
        state.as_ref().map_or(0, |(key, value)| {
            key.as_ref().len() + value.size() - size_of::<ScalarValue>()
        })
    }
}
