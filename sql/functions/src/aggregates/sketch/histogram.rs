//! `histogram_numeric`: values in so many bins of unequal width.
//!
//! Ben-Haim and Tom-Tov, "A Streaming Parallel Decision Tree Algorithm" (2010), as Hive has it: a
//! value gets a bin of its own, then the two nearest bins are made one. Among pairs that are equally
//! near chance decides, by a generator whose seed is fixed.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BinaryArray, Float64Array, ListArray, StructArray};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType as ArrowType, FieldRef, Fields, Float64Type};
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, Literal, SqlError};

use super::java_random::JavaRandom;
use crate::aggregates::call::{Call, Made};
use crate::aggregates::fold::{Fold, Folded};

/// The seed of chance.
const SEED: i64 = 31_183;

/// `histogram_numeric(value, bins)`.
pub(super) fn make(call: &Call<'_>) -> Made {
    let bins = match call.site.constant(1) {
        Some(Literal::Integer(bins)) if *bins >= 2 => *bins as usize,
        _ => return Err(SqlError::internal("a histogram has two bins or more").into()),
    };
    let ArrowType::List(entry) = &call.result else {
        return Err(call.unknown_type());
    };
    let ArrowType::Struct(fields) = entry.data_type() else {
        return Err(call.unknown_type());
    };
    let of = call.site.arguments.first().cloned();
    Ok(Folded::boxed(Histogram {
        bins,
        of: of.unwrap_or(DataType::Null),
        entry: Arc::clone(entry),
        fields: fields.clone(),
    }))
}

#[derive(Debug)]
struct Histogram {
    bins: usize,
    of: DataType,
    entry: FieldRef,
    fields: Fields,
}

/// Bins by their place, with how much is in them.
#[derive(Debug, Clone)]
struct Bins {
    bins: Vec<(f64, f64)>,
    random: JavaRandom,
}

impl Bins {
    fn add(&mut self, value: f64, most: usize) {
        let at = self.bins.partition_point(|(place, _)| *place < value);
        match self.bins.get_mut(at) {
            Some((place, count)) if *place == value => *count += 1.0,
            _ => {
                self.bins.insert(at, (value, 1.0));
                self.trim(most);
            }
        }
    }

    /// Makes the nearest two one until there are not too many.
    fn trim(&mut self, most: usize) {
        while self.bins.len() > most {
            let gap = |at: usize| self.bins[at + 1].0 - self.bins[at].0;
            let (mut least, mut nearest, mut ties) = (gap(0), 0, 1);
            for at in 1..self.bins.len() - 1 {
                if gap(at) < least {
                    (least, nearest, ties) = (gap(at), at, 1);
                } else if gap(at) == least {
                    ties += 1;
                    if self.random.next_double() <= 1.0 / f64::from(ties) {
                        nearest = at;
                    }
                }
            }
            let (other, more) = self.bins.remove(nearest + 1);
            let (place, count) = &mut self.bins[nearest];
            let both = *count + more;
            *place *= *count / both;
            *place += other / both * more;
            *count = both;
        }
    }
}

impl Fold for Histogram {
    type State = Bins;
    type Rows<'a> = Float64Array;
    type Saved<'a> = &'a BinaryArray;

    const HOLDS: bool = true;

    fn start(&self) -> Bins {
        Bins {
            bins: Vec::new(),
            random: JavaRandom::new(SEED),
        }
    }

    fn rows(&self, columns: &[ArrayRef]) -> Result<Float64Array, Raised> {
        let column = &columns[0];
        // Dates and intervals by the numbers that they are.
        let number = match self.of {
            DataType::YearMonthInterval(_) => {
                let months = column.as_primitive::<arrow::datatypes::IntervalYearMonthType>();
                let months = months.iter().map(|months| months.map(f64::from));
                return Ok(months.collect());
            }
            DataType::DayTimeInterval(_) | DataType::Timestamp | DataType::TimestampNtz => {
                arrow::compute::cast(column, &ArrowType::Int64)?
            }
            DataType::Date => arrow::compute::cast(column, &ArrowType::Int32)?,
            _ => Arc::clone(column),
        };
        let doubles = arrow::compute::cast(&number, &ArrowType::Float64)?;
        Ok(doubles.as_primitive::<Float64Type>().clone())
    }

    fn add(&self, state: &mut Bins, rows: &Float64Array, row: usize) -> Result<(), Raised> {
        state.add(rows.value(row), self.bins);
        Ok(())
    }

    fn layout(&self) -> Vec<ArrowType> {
        vec![ArrowType::Binary]
    }

    fn save(&self, states: &[Bins]) -> Result<Vec<ArrayRef>, Raised> {
        let bytes = |state: &Bins| -> Vec<u8> {
            let numbers = state
                .bins
                .iter()
                .flat_map(|(place, count)| [*place, *count]);
            numbers.flat_map(f64::to_le_bytes).collect()
        };
        let saved: BinaryArray = states.iter().map(|state| Some(bytes(state))).collect();
        Ok(vec![Arc::new(saved)])
    }

    fn saved<'a>(&self, columns: &'a [ArrayRef]) -> Result<&'a BinaryArray, Raised> {
        Ok(columns[0].as_binary::<i32>())
    }

    fn merge(&self, state: &mut Bins, saved: &&BinaryArray, row: usize) -> Result<(), Raised> {
        let (numbers, _) = saved.value(row).as_chunks::<8>();
        let (pairs, _) = numbers.as_chunks::<2>();
        for [place, count] in pairs {
            state
                .bins
                .push((f64::from_le_bytes(*place), f64::from_le_bytes(*count)));
        }
        state.bins.sort_by(|a, b| a.0.total_cmp(&b.0));
        state.trim(self.bins);
        Ok(())
    }

    fn finish(&self, states: &[Bins]) -> Result<ArrayRef, Raised> {
        let all = || states.iter().flat_map(|state| &state.bins);
        let places = Float64Array::from_iter_values(all().map(|(place, _)| *place));
        let counts = Float64Array::from_iter_values(all().map(|(_, count)| *count));
        let columns = vec![self.places(places)?, Arc::new(counts) as ArrayRef];
        let entries = StructArray::try_new(self.fields.clone(), columns, None)?;
        let lengths = states.iter().map(|state| state.bins.len());
        let there: NullBuffer = states.iter().map(|state| !state.bins.is_empty()).collect();
        Ok(Arc::new(ListArray::try_new(
            Arc::clone(&self.entry),
            OffsetBuffer::from_lengths(lengths),
            Arc::new(entries),
            Some(there),
        )?))
    }

    fn held_bytes(&self, state: &Bins) -> usize {
        state.bins.capacity() * size_of::<(f64, f64)>()
    }
}

impl Histogram {
    /// The places of bins as values of the argument's type, cut to what that holds.
    fn places(&self, places: Float64Array) -> Result<ArrayRef, Raised> {
        use arrow::compute::cast;
        let layout = self.fields[0].data_type();
        let places: ArrayRef = Arc::new(places);
        Ok(match self.of {
            DataType::YearMonthInterval(_) => {
                let months = cast(&places, &ArrowType::Int32)?;
                let months = months.as_primitive::<arrow::datatypes::Int32Type>();
                Arc::new(months.reinterpret_cast::<arrow::datatypes::IntervalYearMonthType>())
            }
            DataType::DayTimeInterval(_) | DataType::Timestamp | DataType::TimestampNtz => {
                cast(&cast(&places, &ArrowType::Int64)?, layout)?
            }
            DataType::Date => cast(&cast(&places, &ArrowType::Int32)?, layout)?,
            _ => cast(&places, layout)?,
        })
    }
}
