//! [`Gather`]: an aggregate that needs all rows of a group at once.
//!
//! Batches are kept as they come, with the group of each row; only a finished group copies rows, once.
//! The partial result of a group is the list of its rows.

use std::fmt;
use std::mem::size_of;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, ListArray, StructArray, new_empty_array,
};
use arrow::buffer::OffsetBuffer;
use arrow::compute::interleave;
use arrow::datatypes::{DataType as ArrowType, Field, FieldRef, Fields};
use datafusion::common::{Result as DataFusionResult, ScalarValue};
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};
use flint_sql_columnar::Raised;

use super::call::{Aggregation, Call};

/// Rows of groups, end to end.
#[derive(Debug)]
pub(super) struct Gathered {
    /// The arguments, then the keys of the order.
    pub(super) columns: Vec<ArrayRef>,
    /// Where each group starts, and the end.
    pub(super) offsets: OffsetBuffer<i32>,
}

impl Gathered {
    /// The rows of each group.
    pub(super) fn groups(&self) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
        self.offsets
            .windows(2)
            .map(|ends| ends[0] as usize..ends[1] as usize)
    }
}

/// Makes results of gathered rows, one for each group.
pub(super) type Finish = Arc<dyn Fn(&Gathered) -> Result<ArrayRef, Raised> + Send + Sync>;

/// An aggregate that needs all rows of a group at once.
#[derive(Clone)]
pub(super) struct Gather {
    inputs: Fields,
    /// Arguments that must not be null for a row to count.
    needed: Vec<usize>,
    finish: Finish,
}

impl Gather {
    /// Gathers the rows where none of the arguments `needed` is null.
    pub(super) fn boxed(call: &Call<'_>, needed: &[usize], finish: Finish) -> Box<dyn Aggregation> {
        let inputs = call.inputs.iter().chain(&call.orders).enumerate();
        let field =
            |(i, layout): (usize, &ArrowType)| Field::new(format!("c{i}"), layout.clone(), true);
        Box::new(Gather {
            inputs: inputs.map(field).collect(),
            needed: needed.to_vec(),
            finish,
        })
    }

    fn entry(&self) -> FieldRef {
        Arc::new(Field::new_list_field(
            ArrowType::Struct(self.inputs.clone()),
            true,
        ))
    }

    fn start(&self) -> Rows {
        Rows {
            gather: self.clone(),
            batches: Vec::new(),
            rows: Vec::new(),
            groups: 0,
            bytes: 0,
        }
    }
}

impl Aggregation for Gather {
    fn state(&self) -> Vec<ArrowType> {
        vec![ArrowType::List(self.entry())]
    }

    fn accumulator(&self) -> Result<Box<dyn Accumulator>, Raised> {
        let mut rows = self.start();
        rows.groups = 1;
        Ok(Box::new(Alone(rows)))
    }

    fn groups(&self) -> Result<Box<dyn GroupsAccumulator>, Raised> {
        Ok(Box::new(self.start()))
    }
}

/// A row that counts: its group, and where it is.
#[derive(Clone, Copy)]
struct Place {
    group: usize,
    batch: u32,
    row: u32,
}

struct Rows {
    gather: Gather,
    batches: Vec<Vec<ArrayRef>>,
    rows: Vec<Place>,
    groups: usize,
    bytes: usize,
}

impl Rows {
    fn keep(&mut self, columns: Vec<ArrayRef>) -> u32 {
        self.bytes += columns
            .iter()
            .map(|column| column.get_array_memory_size())
            .sum::<usize>();
        self.batches.push(columns);
        u32::try_from(self.batches.len() - 1).expect("fewer batches than rows in memory")
    }

    fn add(
        &mut self,
        values: &[ArrayRef],
        group: impl Fn(usize) -> usize,
        filter: Option<&BooleanArray>,
    ) {
        let batch = self.keep(values.to_vec());
        let needed: Vec<_> = self
            .gather
            .needed
            .iter()
            .map(|i| values[*i].logical_nulls())
            .collect();
        for row in 0..values.first().map_or(0, |column| column.len()) {
            let passes = filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row));
            if passes && needed.iter().flatten().all(|nulls| nulls.is_valid(row)) {
                let group = group(row);
                self.rows.push(Place {
                    group,
                    batch,
                    row: row as u32,
                });
            }
        }
    }

    fn merge(&mut self, lists: &ListArray, group: impl Fn(usize) -> usize) {
        let batch = self.keep(lists.values().as_struct().columns().to_vec());
        for (i, ends) in lists.value_offsets().windows(2).enumerate() {
            let group = group(i);
            self.rows.extend((ends[0]..ends[1]).map(|row| Place {
                group,
                batch,
                row: row as u32,
            }));
        }
    }

    /// The rows of these groups, in the order in which they came.
    fn gathered(&self, groups: usize) -> DataFusionResult<Gathered> {
        let mut lengths = vec![0; groups];
        for place in self.rows.iter().filter(|place| place.group < groups) {
            lengths[place.group] += 1;
        }
        let mut next: Vec<usize> = Vec::with_capacity(groups);
        let mut total = 0;
        for length in &lengths {
            next.push(total);
            total += length;
        }
        let mut order = vec![(0, 0); total];
        for place in self.rows.iter().filter(|place| place.group < groups) {
            order[next[place.group]] = (place.batch as usize, place.row as usize);
            next[place.group] += 1;
        }
        let column = |i: usize| -> DataFusionResult<ArrayRef> {
            if total == 0 {
                return Ok(new_empty_array(self.gather.inputs[i].data_type()));
            }
            let parts: Vec<&dyn Array> =
                self.batches.iter().map(|batch| batch[i].as_ref()).collect();
            Ok(interleave(&parts, &order)?)
        };
        Ok(Gathered {
            columns: (0..self.gather.inputs.len())
                .map(column)
                .collect::<DataFusionResult<_>>()?,
            offsets: OffsetBuffer::from_lengths(lengths),
        })
    }

    fn take(&mut self, emit_to: EmitTo) -> DataFusionResult<Gathered> {
        let count = match emit_to {
            EmitTo::All => self.groups,
            EmitTo::First(count) => count,
        };
        let gathered = self.gathered(count)?;
        self.rows.retain_mut(|place| {
            let stays = place.group >= count;
            place.group = place.group.saturating_sub(count);
            stays
        });
        self.groups -= count;
        if self.rows.is_empty() {
            self.batches.clear();
            self.bytes = 0;
        }
        Ok(gathered)
    }

    fn lists(&self, gathered: Gathered) -> DataFusionResult<ArrayRef> {
        let entries = StructArray::try_new(self.gather.inputs.clone(), gathered.columns, None)?;
        let entry = self.gather.entry();
        Ok(Arc::new(ListArray::try_new(
            entry,
            gathered.offsets,
            Arc::new(entries),
            None,
        )?))
    }
}

impl GroupsAccumulator for Rows {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> DataFusionResult<()> {
        self.groups = total_num_groups;
        self.add(values, |row| group_indices[row], opt_filter);
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> DataFusionResult<ArrayRef> {
        let gathered = self.take(emit_to)?;
        Ok((self.gather.finish)(&gathered)?)
    }

    fn state(&mut self, emit_to: EmitTo) -> DataFusionResult<Vec<ArrayRef>> {
        let gathered = self.take(emit_to)?;
        Ok(vec![self.lists(gathered)?])
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> DataFusionResult<()> {
        self.groups = total_num_groups;
        self.merge(values[0].as_list::<i32>(), |row| group_indices[row]);
        Ok(())
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> DataFusionResult<Vec<ArrayRef>> {
        let mut rows = self.gather.start();
        rows.groups = values.first().map_or(0, |column| column.len());
        rows.add(values, |row| row, opt_filter);
        rows.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        self.bytes + self.rows.capacity() * size_of::<Place>()
    }
}

/// One group alone.
struct Alone(Rows);

impl fmt::Debug for Alone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gather")
            .field("rows", &self.0.rows.len())
            .finish_non_exhaustive()
    }
}

impl Accumulator for Alone {
    fn update_batch(&mut self, values: &[ArrayRef]) -> DataFusionResult<()> {
        self.0.add(values, |_| 0, None);
        Ok(())
    }

    fn evaluate(&mut self) -> DataFusionResult<ScalarValue> {
        let found = (self.0.gather.finish)(&self.0.gathered(1)?)?;
        ScalarValue::try_from_array(&found, 0)
    }

    fn state(&mut self) -> DataFusionResult<Vec<ScalarValue>> {
        let gathered = self.0.gathered(1)?;
        Ok(vec![ScalarValue::try_from_array(
            &self.0.lists(gathered)?,
            0,
        )?])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> DataFusionResult<()> {
        self.0.merge(states[0].as_list::<i32>(), |_| 0);
        Ok(())
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.0.size()
    }
}
