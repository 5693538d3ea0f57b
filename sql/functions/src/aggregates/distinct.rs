//! [`Distinct`]: an aggregate of the distinct rows of its arguments.
//!
//! Rows are compared as Spark groups them: NaN equals NaN, and -0.0 equals 0.0. The partial result
//! of a group is the list of its distinct rows; the aggregate itself sees them when the group is
//! finished, in the order in which they first came.

use std::collections::HashMap;
use std::fmt;
use std::mem::size_of;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, ListArray, StructArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType as ArrowType, Field, FieldRef, Fields};
use arrow::row::{OwnedRow, RowConverter, Rows, SortField};
use datafusion::common::{Result as DataFusionResult, ScalarValue};
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};
use flint_sql_columnar::Raised;

use super::call::Aggregation;
use crate::float::normalized;

pub(crate) struct Distinct {
    inner: Arc<dyn Aggregation>,
    inputs: Fields,
}

impl Distinct {
    pub(crate) fn new(
        inner: Box<dyn Aggregation>,
        inputs: Vec<ArrowType>,
    ) -> Result<Distinct, Raised> {
        let field = |(i, layout)| Field::new(format!("c{i}"), layout, true);
        Ok(Distinct {
            inner: Arc::from(inner),
            inputs: inputs.into_iter().enumerate().map(field).collect(),
        })
    }

    fn entry(&self) -> FieldRef {
        Arc::new(Field::new_list_field(
            ArrowType::Struct(self.inputs.clone()),
            true,
        ))
    }

    fn make(&self) -> Result<Sets, Raised> {
        let keys = self
            .inputs
            .iter()
            .map(|field| SortField::new(field.data_type().clone()));
        Ok(Sets {
            inner: Arc::clone(&self.inner),
            converter: RowConverter::new(keys.collect())?,
            entry: self.entry(),
            inputs: self.inputs.clone(),
            sets: Vec::new(),
            bytes: 0,
        })
    }
}

impl Aggregation for Distinct {
    fn state(&self) -> Vec<ArrowType> {
        vec![ArrowType::List(self.entry())]
    }

    fn accumulator(&self) -> Result<Box<dyn Accumulator>, Raised> {
        Ok(Box::new(Alone(self.make()?)))
    }

    fn groups(&self) -> Result<Box<dyn GroupsAccumulator>, Raised> {
        Ok(Box::new(self.make()?))
    }
}

/// The distinct rows of groups. A set says in which place each row came first.
struct Sets {
    inner: Arc<dyn Aggregation>,
    converter: RowConverter,
    entry: FieldRef,
    inputs: Fields,
    sets: Vec<HashMap<OwnedRow, usize>>,
    bytes: usize,
}

impl Sets {
    fn convert(&self, values: &[ArrayRef]) -> Result<Rows, Raised> {
        let normal: Vec<_> = values.iter().map(normalized).collect::<Result<_, _>>()?;
        Ok(self.converter.convert_columns(&normal)?)
    }

    fn insert(&mut self, group: usize, row: OwnedRow) {
        let set = &mut self.sets[group];
        let next = set.len();
        let bytes = size_of::<(OwnedRow, usize)>() + row.as_ref().len();
        set.entry(row).or_insert_with(|| {
            self.bytes += bytes;
            next
        });
    }

    /// The rows of the groups end to end, and how many each has.
    fn take(&mut self, emit_to: EmitTo) -> Result<(Vec<ArrayRef>, Vec<usize>), Raised> {
        let sets = emit_to.take_needed(&mut self.sets);
        let lengths = sets.iter().map(HashMap::len).collect();
        let mut rows = Vec::new();
        for set in sets {
            let mut ordered: Vec<_> = set.into_iter().collect();
            ordered.sort_unstable_by_key(|(_, place)| *place);
            rows.extend(ordered.into_iter().map(|(row, _)| row));
        }
        let freed: usize = rows
            .iter()
            .map(|row| size_of::<(OwnedRow, usize)>() + row.as_ref().len())
            .sum();
        self.bytes = self.bytes.saturating_sub(freed);
        let columns = self
            .converter
            .convert_rows(rows.iter().map(OwnedRow::row))?;
        Ok((columns, lengths))
    }
}

impl GroupsAccumulator for Sets {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> DataFusionResult<()> {
        self.sets.resize_with(total_num_groups, HashMap::new);
        let rows = self.convert(values)?;
        for (row, group) in rows
            .iter()
            .zip(group_indices)
            .enumerate()
            .filter_map(|(i, found)| {
                let counts = opt_filter.is_none_or(|filter| filter.is_valid(i) && filter.value(i));
                counts.then_some(found)
            })
        {
            self.insert(*group, row.owned());
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> DataFusionResult<ArrayRef> {
        let (columns, lengths) = self.take(emit_to)?;
        let mut inner = self.inner.groups()?;
        let groups: Vec<usize> = lengths
            .iter()
            .enumerate()
            .flat_map(|(group, length)| std::iter::repeat_n(group, *length))
            .collect();
        inner.update_batch(&columns, &groups, None, lengths.len())?;
        inner.evaluate(EmitTo::All)
    }

    fn state(&mut self, emit_to: EmitTo) -> DataFusionResult<Vec<ArrayRef>> {
        let (columns, lengths) = self.take(emit_to)?;
        let entries = StructArray::try_new(self.inputs.clone(), columns, None)?;
        let offsets = OffsetBuffer::from_lengths(lengths);
        let lists = ListArray::try_new(Arc::clone(&self.entry), offsets, Arc::new(entries), None)?;
        Ok(vec![Arc::new(lists)])
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> DataFusionResult<()> {
        self.sets.resize_with(total_num_groups, HashMap::new);
        let lists = values[0].as_list::<i32>();
        let rows = self.convert(lists.values().as_struct().columns())?;
        let offsets = lists.value_offsets();
        for (i, group) in group_indices.iter().enumerate() {
            for row in offsets[i]..offsets[i + 1] {
                self.insert(*group, rows.row(row as usize).owned());
            }
        }
        Ok(())
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> DataFusionResult<Vec<ArrayRef>> {
        let length = values.first().map_or(0, |column| column.len());
        let groups: Vec<usize> = (0..length).collect();
        let keys = self
            .inputs
            .iter()
            .map(|field| SortField::new(field.data_type().clone()));
        let mut alone = Sets {
            inner: Arc::clone(&self.inner),
            converter: RowConverter::new(keys.collect())?,
            entry: Arc::clone(&self.entry),
            inputs: self.inputs.clone(),
            sets: Vec::new(),
            bytes: 0,
        };
        alone.update_batch(values, &groups, opt_filter, length)?;
        alone.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        self.sets.capacity() * size_of::<HashMap<OwnedRow, usize>>() + self.bytes
    }
}

/// One group alone. It is finished once: windows know no DISTINCT.
struct Alone(Sets);

impl fmt::Debug for Alone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Distinct")
            .field("sets", &self.0.sets.len())
            .finish_non_exhaustive()
    }
}

impl Accumulator for Alone {
    fn update_batch(&mut self, values: &[ArrayRef]) -> DataFusionResult<()> {
        let length = values.first().map_or(0, |column| column.len());
        self.0.update_batch(values, &vec![0; length], None, 1)
    }

    fn evaluate(&mut self) -> DataFusionResult<ScalarValue> {
        self.0.sets.resize_with(1, HashMap::new);
        let found = self.0.evaluate(EmitTo::All)?;
        ScalarValue::try_from_array(&found, 0)
    }

    fn state(&mut self) -> DataFusionResult<Vec<ScalarValue>> {
        self.0.sets.resize_with(1, HashMap::new);
        let saved = self.0.state(EmitTo::All)?;
        saved
            .iter()
            .map(|column| ScalarValue::try_from_array(column, 0))
            .collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> DataFusionResult<()> {
        let length = states.first().map_or(0, |column| column.len());
        self.0.merge_batch(states, &vec![0; length], 1)
    }

    fn size(&self) -> usize {
        self.0.size()
    }
}
