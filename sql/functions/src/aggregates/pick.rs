//! `first`, `last` and `any_value`: one of the values, in the order in which rows come.
//! `single_value` is the one that a subquery stands for: an error if there are several.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, new_empty_array};
use arrow::datatypes::DataType as ArrowType;
use datafusion::common::ScalarValue;
use flint_sql_columnar::Raised;
use flint_sql_spec::{SqlError, condition};

use super::call::{Aggregate, Call, Made};
use super::fold::{Fold, Folded};

pub(super) const FAMILY: &[Aggregate] = &[
    Aggregate::new("first", |call| make(call, Which::First)).indifferent_to_repeats(),
    Aggregate::new("last", |call| make(call, Which::Last)),
    Aggregate::new("any_value", |call| make(call, Which::First)).indifferent_to_repeats(),
    Aggregate::new("single_value", |call| make(call, Which::Only)),
];

/// Which of the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    First,
    Last,
    /// There may be no other.
    Only,
}

fn make(call: &Call<'_>, which: Which) -> Made {
    Ok(Folded::boxed(Pick {
        layout: call.result.clone(),
        which,
        ignore_nulls: call.ignore_nulls,
    }))
}

#[derive(Debug)]
struct Pick {
    layout: ArrowType,
    which: Which,
    ignore_nulls: bool,
}

/// Values as a column of that layout.
pub(super) fn column(
    values: impl Iterator<Item = ScalarValue>,
    layout: &ArrowType,
) -> Result<ArrayRef, Raised> {
    let mut values = values.peekable();
    if values.peek().is_none() {
        return Ok(new_empty_array(layout));
    }
    Ok(ScalarValue::iter_to_array(values)?)
}

impl Pick {
    fn values(&self, states: &[Option<ScalarValue>]) -> Result<ArrayRef, Raised> {
        let null = ScalarValue::try_from(&self.layout)?;
        let value = |state: &Option<ScalarValue>| state.clone().unwrap_or_else(|| null.clone());
        column(states.iter().map(value), &self.layout)
    }
}

impl Fold for Pick {
    type State = Option<ScalarValue>;
    type Rows<'a> = &'a ArrayRef;
    type Saved<'a> = (&'a ArrayRef, &'a BooleanArray);

    const TAKES_NULLS: bool = true;
    const HOLDS: bool = true;

    fn start(&self) -> Self::State {
        None
    }

    fn rows<'a>(&self, columns: &'a [ArrayRef]) -> Result<&'a ArrayRef, Raised> {
        Ok(&columns[0])
    }

    fn add(&self, state: &mut Self::State, rows: &&ArrayRef, row: usize) -> Result<(), Raised> {
        if self.which == Which::Only && state.is_some() {
            return Err(SqlError::new(condition::SCALAR_SUBQUERY_TOO_MANY_ROWS).into());
        }
        let wanted = self.which == Which::Last || state.is_none();
        if wanted && !(self.ignore_nulls && rows.is_null(row)) {
            *state = Some(ScalarValue::try_from_array(rows, row)?);
        }
        Ok(())
    }

    fn layout(&self) -> Vec<ArrowType> {
        vec![self.layout.clone(), ArrowType::Boolean]
    }

    fn save(&self, states: &[Self::State]) -> Result<Vec<ArrayRef>, Raised> {
        let seen: BooleanArray = states.iter().map(|state| Some(state.is_some())).collect();
        Ok(vec![self.values(states)?, Arc::new(seen)])
    }

    fn saved<'a>(&self, columns: &'a [ArrayRef]) -> Result<Self::Saved<'a>, Raised> {
        Ok((&columns[0], columns[1].as_boolean()))
    }

    fn merge(
        &self,
        state: &mut Self::State,
        saved: &Self::Saved<'_>,
        row: usize,
    ) -> Result<(), Raised> {
        if saved.1.value(row) {
            self.add(state, &saved.0, row)?;
        }
        Ok(())
    }

    fn finish(&self, states: &[Self::State]) -> Result<ArrayRef, Raised> {
        self.values(states)
    }

    fn held_bytes(&self, state: &Self::State) -> usize {
        state
            .as_ref()
            .map_or(0, |value| value.size() - size_of::<ScalarValue>())
    }
}
