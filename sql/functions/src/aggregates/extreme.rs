//! `min` and `max`.
//!
//! DataFusion's accumulators answer for the types that it orders as Spark does. Floats are ours: NaN
//! is the largest and 0.0 equals -0.0. Everything else is compared by its row encoding: nulls inside
//! of arrays and structs come first.

use std::cmp::Ordering;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray};
use arrow::datatypes::{DataType as ArrowType, Field, Float32Type, Float64Type, Schema};
use arrow::row::{OwnedRow, RowConverter, Rows, SortField};
use datafusion::functions_aggregate::min_max::{max_udaf, min_udaf};
use datafusion::logical_expr::function::AccumulatorArgs;
use datafusion::logical_expr::{Accumulator, AggregateUDF, GroupsAccumulator};
use flint_sql_columnar::Raised;

use super::call::{Aggregate, Aggregation, Call, Made};
use super::fold::{Fold, Folded};
use crate::float::normalized;

pub(super) const FAMILY: &[Aggregate] = &[
    Aggregate::new("min", |call| make(call, Ordering::Less, min_udaf()))
        .like(min_udaf)
        .indifferent_to_repeats(),
    Aggregate::new("max", |call| make(call, Ordering::Greater, max_udaf()))
        .like(max_udaf)
        .indifferent_to_repeats(),
];

fn make(call: &Call<'_>, wanted: Ordering, stock: Arc<AggregateUDF>) -> Made {
    use ArrowType::{
        Binary, Date32, Decimal128, Duration, Int8, Int16, Int32, Int64, Time64, Timestamp, Utf8,
    };
    let layout = call.result.clone();
    Ok(match layout {
        Int8 | Int16 | Int32 | Int64 | Decimal128(..) | Date32 | Timestamp(..) | Time64(_)
        | Duration(_) | Utf8 | Binary => Box::new(Stock { stock, layout }),
        ArrowType::Float32 => Folded::boxed(Floats::<Float32Type>::new(wanted)),
        ArrowType::Float64 => Folded::boxed(Floats::<Float64Type>::new(wanted)),
        _ => Folded::boxed(Encoded::new(layout, wanted)?),
    })
}

/// What DataFusion's function makes.
struct Stock {
    stock: Arc<AggregateUDF>,
    layout: ArrowType,
}

impl Stock {
    fn with<T>(
        &self,
        make: impl FnOnce(&AggregateUDF, AccumulatorArgs<'_>) -> datafusion::common::Result<T>,
    ) -> Result<T, Raised> {
        let arguments = AccumulatorArgs {
            return_field: Arc::new(Field::new("value", self.layout.clone(), true)),
            schema: &Schema::empty(),
            ignore_nulls: false,
            order_bys: &[],
            is_reversed: false,
            name: self.stock.name(),
            is_distinct: false,
            exprs: &[],
            expr_fields: &[],
        };
        Ok(make(&self.stock, arguments)?)
    }
}

impl Aggregation for Stock {
    fn state(&self) -> Vec<ArrowType> {
        vec![self.layout.clone()]
    }

    fn accumulator(&self) -> Result<Box<dyn Accumulator>, Raised> {
        self.with(AggregateUDF::accumulator)
    }

    fn groups(&self) -> Result<Box<dyn GroupsAccumulator>, Raised> {
        self.with(AggregateUDF::create_groups_accumulator)
    }

    fn retracting(&self) -> Result<Option<Box<dyn Accumulator>>, Raised> {
        self.with(AggregateUDF::create_sliding_accumulator)
            .map(Some)
    }
}

/// Compares floats as Spark does.
trait Float: ArrowPrimitiveType + fmt::Debug + Send + Sync {
    fn order(a: Self::Native, b: Self::Native) -> Ordering;
}

impl Float for Float32Type {
    fn order(a: f32, b: f32) -> Ordering {
        a.partial_cmp(&b)
            .unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
    }
}

impl Float for Float64Type {
    fn order(a: f64, b: f64) -> Ordering {
        a.partial_cmp(&b)
            .unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
    }
}

#[derive(Debug)]
struct Floats<N> {
    wanted: Ordering,
    of: PhantomData<N>,
}

impl<N> Floats<N> {
    fn new(wanted: Ordering) -> Floats<N> {
        Floats {
            wanted,
            of: PhantomData,
        }
    }
}

impl<N: Float> Fold for Floats<N> {
    type State = Option<N::Native>;
    type Rows<'a> = &'a PrimitiveArray<N>;
    type Saved<'a> = &'a PrimitiveArray<N>;

    fn start(&self) -> Self::State {
        None
    }

    fn rows<'a>(&self, columns: &'a [ArrayRef]) -> Result<Self::Rows<'a>, Raised> {
        Ok(columns[0].as_primitive::<N>())
    }

    fn add(
        &self,
        state: &mut Self::State,
        rows: &Self::Rows<'_>,
        row: usize,
    ) -> Result<(), Raised> {
        let value = rows.value(row);
        if state.is_none_or(|known| N::order(value, known) == self.wanted) {
            *state = Some(value);
        }
        Ok(())
    }

    fn layout(&self) -> Vec<ArrowType> {
        vec![N::DATA_TYPE]
    }

    fn save(&self, states: &[Self::State]) -> Result<Vec<ArrayRef>, Raised> {
        Ok(vec![self.finish(states)?])
    }

    fn saved<'a>(&self, columns: &'a [ArrayRef]) -> Result<Self::Saved<'a>, Raised> {
        self.rows(columns)
    }

    fn merge(
        &self,
        state: &mut Self::State,
        saved: &Self::Saved<'_>,
        row: usize,
    ) -> Result<(), Raised> {
        if saved.is_valid(row) {
            self.add(state, saved, row)?;
        }
        Ok(())
    }

    fn finish(&self, states: &[Self::State]) -> Result<ArrayRef, Raised> {
        Ok(Arc::new(
            states.iter().copied().collect::<PrimitiveArray<N>>(),
        ))
    }
}

/// Values compared by their row encoding.
struct Encoded {
    converter: RowConverter,
    layout: ArrowType,
    wanted: Ordering,
}

impl Encoded {
    fn new(layout: ArrowType, wanted: Ordering) -> Result<Encoded, Raised> {
        Ok(Encoded {
            converter: RowConverter::new(vec![SortField::new(layout.clone())])?,
            layout,
            wanted,
        })
    }
}

impl fmt::Debug for Encoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encoded")
            .field("layout", &self.layout)
            .finish_non_exhaustive()
    }
}

impl Fold for Encoded {
    type State = Option<OwnedRow>;
    type Rows<'a> = Rows;
    type Saved<'a> = (Rows, &'a ArrayRef);

    const HOLDS: bool = true;

    fn start(&self) -> Self::State {
        None
    }

    fn rows(&self, columns: &[ArrayRef]) -> Result<Rows, Raised> {
        Ok(self
            .converter
            .convert_columns(&[normalized(&columns[0])?])?)
    }

    fn add(&self, state: &mut Self::State, rows: &Rows, row: usize) -> Result<(), Raised> {
        let value = rows.row(row);
        if state
            .as_ref()
            .is_none_or(|known| value.cmp(&known.row()) == self.wanted)
        {
            *state = Some(value.owned());
        }
        Ok(())
    }

    fn layout(&self) -> Vec<ArrowType> {
        vec![self.layout.clone()]
    }

    fn save(&self, states: &[Self::State]) -> Result<Vec<ArrayRef>, Raised> {
        Ok(vec![self.finish(states)?])
    }

    fn saved<'a>(&self, columns: &'a [ArrayRef]) -> Result<Self::Saved<'a>, Raised> {
        Ok((self.rows(columns)?, &columns[0]))
    }

    fn merge(
        &self,
        state: &mut Self::State,
        saved: &Self::Saved<'_>,
        row: usize,
    ) -> Result<(), Raised> {
        if saved.1.is_valid(row) {
            self.add(state, &saved.0, row)?;
        }
        Ok(())
    }

    fn finish(&self, states: &[Self::State]) -> Result<ArrayRef, Raised> {
        let null = arrow::array::new_null_array(&self.layout, 1);
        let null = self.converter.convert_columns(&[null])?;
        let rows = states
            .iter()
            .map(|state| state.as_ref().map_or(null.row(0), OwnedRow::row));
        Ok(self.converter.convert_rows(rows)?.remove(0))
    }

    fn held_bytes(&self, state: &Self::State) -> usize {
        state.as_ref().map_or(0, |row| row.as_ref().len())
    }
}
