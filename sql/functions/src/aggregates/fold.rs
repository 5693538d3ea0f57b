//! [`Fold`]: an aggregate by what it does with one row; accumulators are made of it.
//!
//! A fold has a state for each group, adds rows to it, merges saved states into it and finishes it.
//! The loops are compiled for each fold, so that a row costs what its `add` costs. Rows where an
//! argument is null are left out, unless the fold wants them.

use std::fmt;
use std::mem::size_of;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::DataType as ArrowType;
use datafusion::common::{Result as DataFusionResult, ScalarValue};
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};
use flint_sql_columnar::Raised;
use flint_sql_spec::SqlError;

use super::call::Aggregation;

/// An aggregate by what it does with one row.
pub(crate) trait Fold: fmt::Debug + Send + Sync + 'static {
    /// What is known of a group.
    type State: Clone + fmt::Debug + Send + Sync + 'static;
    /// Arguments of a batch, ready to be read.
    type Rows<'a>;
    /// Saved states of a batch, ready to be read.
    type Saved<'a>;

    /// Whether rows with a null argument count.
    const TAKES_NULLS: bool = false;
    /// Whether [`Fold::remove`] works, exactly: what it leaves is as if the row had never come.
    const RETRACTS: bool = false;
    /// Whether states hold memory outside of themselves.
    const HOLDS: bool = false;

    /// The state of no rows.
    fn start(&self) -> Self::State;

    /// Reads a batch of arguments.
    fn rows<'a>(&self, columns: &'a [ArrayRef]) -> Result<Self::Rows<'a>, Raised>;

    /// Adds a row.
    fn add(&self, state: &mut Self::State, rows: &Self::Rows<'_>, row: usize)
    -> Result<(), Raised>;

    /// Takes a row away that was added.
    fn remove(&self, _: &mut Self::State, _: &Self::Rows<'_>, _: usize) -> Result<(), Raised> {
        Err(SqlError::internal(format!("{self:?} does not take rows away")).into())
    }

    /// The columns that states are saved in.
    fn layout(&self) -> Vec<ArrowType>;

    /// Saves states, one a row.
    fn save(&self, states: &[Self::State]) -> Result<Vec<ArrayRef>, Raised>;

    /// Reads saved states.
    fn saved<'a>(&self, columns: &'a [ArrayRef]) -> Result<Self::Saved<'a>, Raised>;

    /// Merges a saved state, which came later, into one.
    fn merge(
        &self,
        state: &mut Self::State,
        saved: &Self::Saved<'_>,
        row: usize,
    ) -> Result<(), Raised>;

    /// The results of states, one a row.
    fn finish(&self, states: &[Self::State]) -> Result<ArrayRef, Raised>;

    /// Bytes that a state holds outside of itself.
    fn held_bytes(&self, _: &Self::State) -> usize {
        0
    }
}

/// The aggregation of a fold.
pub(crate) struct Folded<F>(Arc<F>);

impl<F: Fold> Folded<F> {
    pub(crate) fn new(fold: F) -> Folded<F> {
        Folded(Arc::new(fold))
    }

    pub(crate) fn boxed(fold: F) -> Box<dyn Aggregation> {
        Box::new(Folded::new(fold))
    }
}

impl<F: Fold> Aggregation for Folded<F> {
    fn state(&self) -> Vec<ArrowType> {
        self.0.layout()
    }

    fn accumulator(&self) -> Result<Box<dyn Accumulator>, Raised> {
        Ok(Box::new(Single {
            state: self.0.start(),
            fold: Arc::clone(&self.0),
        }))
    }

    fn groups(&self) -> Result<Box<dyn GroupsAccumulator>, Raised> {
        Ok(Box::new(Grouped {
            states: Vec::new(),
            held: 0,
            fold: Arc::clone(&self.0),
        }))
    }

    fn retracting(&self) -> Result<Option<Box<dyn Accumulator>>, Raised> {
        if F::RETRACTS {
            self.accumulator().map(Some)
        } else {
            Ok(None)
        }
    }
}

/// The rows of a batch that count: none is null, and the filter lets them pass.
fn counting(
    columns: &[ArrayRef],
    filter: Option<&BooleanArray>,
    nulls: bool,
) -> Option<NullBuffer> {
    let mut valid = filter.map(|filter| match filter.nulls() {
        Some(known) => NullBuffer::new(filter.values() & known.inner()),
        None => NullBuffer::new(filter.values().clone()),
    });
    if !nulls {
        for column in columns {
            valid = NullBuffer::union(valid.as_ref(), column.logical_nulls().as_ref());
        }
    }
    valid.filter(|valid| valid.null_count() > 0)
}

fn length(columns: &[ArrayRef]) -> usize {
    columns.first().map_or(0, |column| column.len())
}

/// Calls `each` for the rows that count.
fn for_rows(
    len: usize,
    valid: Option<&NullBuffer>,
    mut each: impl FnMut(usize) -> Result<(), Raised>,
) -> Result<(), Raised> {
    match valid {
        None => (0..len).try_for_each(each),
        Some(valid) => valid.valid_indices().try_for_each(&mut each),
    }
}

#[derive(Debug)]
struct Single<F: Fold> {
    state: F::State,
    fold: Arc<F>,
}

impl<F: Fold> Accumulator for Single<F> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> DataFusionResult<()> {
        let valid = counting(values, None, F::TAKES_NULLS);
        let rows = self.fold.rows(values)?;
        let add = |row| self.fold.add(&mut self.state, &rows, row);
        Ok(for_rows(length(values), valid.as_ref(), add)?)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> DataFusionResult<()> {
        let valid = counting(values, None, F::TAKES_NULLS);
        let rows = self.fold.rows(values)?;
        let remove = |row| self.fold.remove(&mut self.state, &rows, row);
        Ok(for_rows(length(values), valid.as_ref(), remove)?)
    }

    fn supports_retract_batch(&self) -> bool {
        F::RETRACTS
    }

    fn evaluate(&mut self) -> DataFusionResult<ScalarValue> {
        let found = self.fold.finish(std::slice::from_ref(&self.state))?;
        ScalarValue::try_from_array(&found, 0)
    }

    fn state(&mut self) -> DataFusionResult<Vec<ScalarValue>> {
        let saved = self.fold.save(std::slice::from_ref(&self.state))?;
        saved
            .iter()
            .map(|column| ScalarValue::try_from_array(column, 0))
            .collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> DataFusionResult<()> {
        let saved = self.fold.saved(states)?;
        let merge = |row| self.fold.merge(&mut self.state, &saved, row);
        Ok((0..length(states)).try_for_each(merge)?)
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.fold.held_bytes(&self.state)
    }
}

struct Grouped<F: Fold> {
    states: Vec<F::State>,
    /// Bytes that states hold outside of themselves.
    held: usize,
    fold: Arc<F>,
}

impl<F: Fold> Grouped<F> {
    fn grow(&mut self, groups: usize) {
        let fold = &self.fold;
        self.states.resize_with(groups, || fold.start());
    }

    /// Changes the state of a group, and counts what it holds.
    fn change(
        &mut self,
        group: usize,
        change: impl FnOnce(&F, &mut F::State) -> Result<(), Raised>,
    ) -> Result<(), Raised> {
        let state = &mut self.states[group];
        if !F::HOLDS {
            return change(&self.fold, state);
        }
        let before = self.fold.held_bytes(state);
        let changed = change(&self.fold, state);
        self.held = self.held.saturating_sub(before) + self.fold.held_bytes(state);
        changed
    }

    fn take(&mut self, emit_to: EmitTo) -> Vec<F::State> {
        let states = emit_to.take_needed(&mut self.states);
        if F::HOLDS {
            let gone: usize = states.iter().map(|state| self.fold.held_bytes(state)).sum();
            self.held = self.held.saturating_sub(gone);
        }
        states
    }
}

impl<F: Fold> GroupsAccumulator for Grouped<F> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> DataFusionResult<()> {
        self.grow(total_num_groups);
        let valid = counting(values, opt_filter, F::TAKES_NULLS);
        let fold = Arc::clone(&self.fold);
        let rows = fold.rows(values)?;
        if valid.is_none() && !F::HOLDS {
            // Nothing but the states changes in this loop, so that misses of the cache overlap.
            let (fold, states) = (fold.as_ref(), self.states.as_mut_slice());
            for (row, group) in group_indices.iter().enumerate() {
                fold.add(&mut states[*group], &rows, row)?;
            }
            return Ok(());
        }
        let add = |row: usize| {
            self.change(group_indices[row], |fold, state| {
                fold.add(state, &rows, row)
            })
        };
        Ok(for_rows(group_indices.len(), valid.as_ref(), add)?)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> DataFusionResult<ArrayRef> {
        let states = self.take(emit_to);
        Ok(self.fold.finish(&states)?)
    }

    fn state(&mut self, emit_to: EmitTo) -> DataFusionResult<Vec<ArrayRef>> {
        let states = self.take(emit_to);
        Ok(self.fold.save(&states)?)
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> DataFusionResult<()> {
        self.grow(total_num_groups);
        let fold = Arc::clone(&self.fold);
        let saved = fold.saved(values)?;
        for (row, group) in group_indices.iter().enumerate() {
            self.change(*group, |fold, state| fold.merge(state, &saved, row))?;
        }
        Ok(())
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> DataFusionResult<Vec<ArrayRef>> {
        let mut states = vec![self.fold.start(); length(values)];
        let valid = counting(values, opt_filter, F::TAKES_NULLS);
        let rows = self.fold.rows(values)?;
        let add = |row: usize| self.fold.add(&mut states[row], &rows, row);
        for_rows(length(values), valid.as_ref(), add)?;
        Ok(self.fold.save(&states)?)
    }

    fn size(&self) -> usize {
        self.states.capacity() * size_of::<F::State>() + self.held
    }
}
