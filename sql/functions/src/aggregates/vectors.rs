//! `vector_sum` and `vector_avg`: vectors element by element. Vectors with nulls are left out.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BinaryArray, Float32Builder, ListBuilder};
use arrow::datatypes::{DataType as ArrowType, FieldRef};
use flint_sql_columnar::Raised;

use super::call::{Aggregate, Call, Made};
use super::fold::{Fold, Folded};
use crate::vector::{Vectors, same_length};

pub(super) const FAMILY: &[Aggregate] = &[
    Aggregate::new("vector_sum", |call| make(call, false)),
    Aggregate::new("vector_avg", |call| make(call, true)),
];

fn make(call: &Call<'_>, mean: bool) -> Made {
    let ArrowType::List(element) = &call.result else {
        return Err(call.unknown_type());
    };
    Ok(Folded::boxed(Totals {
        name: call.name,
        mean,
        element: Arc::clone(element),
    }))
}

#[derive(Debug)]
struct Totals {
    name: &'static str,
    mean: bool,
    element: FieldRef,
}

/// The sums of vectors, or their means, and how many there were.
#[derive(Debug, Clone, Default)]
struct Total {
    count: u32,
    values: Vec<f32>,
}

impl Totals {
    /// Adds the total of so many vectors.
    fn join(&self, state: &mut Total, values: &[f32], count: u32) -> Result<(), Raised> {
        if count == 0 {
            return Ok(());
        }
        if state.count == 0 {
            *state = Total {
                count,
                values: values.to_vec(),
            };
            return Ok(());
        }
        same_length(self.name, state.values.len(), values.len())?;
        let all = (state.count + count) as f32;
        for (known, value) in state.values.iter_mut().zip(values) {
            *known = match self.mean {
                true => *known + (value - *known) * (count as f32 / all),
                false => *known + value,
            };
        }
        state.count += count;
        Ok(())
    }
}

impl Fold for Totals {
    type State = Total;
    type Rows<'a> = Vectors;
    type Saved<'a> = &'a BinaryArray;

    const HOLDS: bool = true;

    fn start(&self) -> Total {
        Total::default()
    }

    fn rows(&self, columns: &[ArrayRef]) -> Result<Vectors, Raised> {
        Ok(Vectors::new(&columns[0]))
    }

    fn add(&self, state: &mut Total, rows: &Vectors, row: usize) -> Result<(), Raised> {
        match rows.get(row) {
            Some(values) => self.join(state, values, 1),
            None => Ok(()),
        }
    }

    fn layout(&self) -> Vec<ArrowType> {
        vec![ArrowType::Binary]
    }

    fn save(&self, states: &[Total]) -> Result<Vec<ArrayRef>, Raised> {
        let bytes = |state: &Total| -> Vec<u8> {
            let values = state.values.iter().flat_map(|value| value.to_le_bytes());
            state
                .count
                .to_le_bytes()
                .into_iter()
                .chain(values)
                .collect()
        };
        let saved: BinaryArray = states.iter().map(|state| Some(bytes(state))).collect();
        Ok(vec![Arc::new(saved)])
    }

    fn saved<'a>(&self, columns: &'a [ArrayRef]) -> Result<&'a BinaryArray, Raised> {
        Ok(columns[0].as_binary::<i32>())
    }

    fn merge(&self, state: &mut Total, saved: &&BinaryArray, row: usize) -> Result<(), Raised> {
        let (words, _) = saved.value(row).as_chunks::<4>();
        let Some((count, values)) = words.split_first() else {
            return Ok(());
        };
        let values: Vec<f32> = values
            .iter()
            .map(|word| f32::from_le_bytes(*word))
            .collect();
        self.join(state, &values, u32::from_le_bytes(*count))
    }

    fn finish(&self, states: &[Total]) -> Result<ArrayRef, Raised> {
        let element = Arc::clone(&self.element);
        let mut column = ListBuilder::new(Float32Builder::new()).with_field(element);
        for state in states {
            column.values().append_slice(&state.values);
            column.append(state.count > 0);
        }
        Ok(Arc::new(column.finish()))
    }

    fn held_bytes(&self, state: &Total) -> usize {
        state.values.capacity() * size_of::<f32>()
    }
}
