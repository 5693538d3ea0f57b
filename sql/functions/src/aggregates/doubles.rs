//! States that are a few doubles, saved as that many columns.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array};
use arrow::datatypes::{DataType as ArrowType, Float64Type};

/// A state of `N` doubles.
pub(super) trait Doubles<const N: usize> {
    fn numbers(&self) -> [f64; N];
    fn of(numbers: [f64; N]) -> Self;
}

pub(super) fn layout<const N: usize>() -> Vec<ArrowType> {
    vec![ArrowType::Float64; N]
}

pub(super) fn save<const N: usize, D: Doubles<N>>(states: &[D]) -> Vec<ArrayRef> {
    let column = |i: usize| -> ArrayRef {
        let numbers: Vec<f64> = states.iter().map(|state| state.numbers()[i]).collect();
        Arc::new(Float64Array::from(numbers))
    };
    (0..N).map(column).collect()
}

pub(super) fn saved<const N: usize>(columns: &[ArrayRef]) -> [Float64Array; N] {
    std::array::from_fn(|i| columns[i].as_primitive::<Float64Type>().clone())
}

pub(super) fn at<const N: usize, D: Doubles<N>>(columns: &[Float64Array; N], row: usize) -> D {
    D::of(std::array::from_fn(|i| columns[i].value(row)))
}

/// The results of states.
pub(super) fn results<S>(states: &[S], result: impl Fn(&S) -> Option<f64>) -> ArrayRef {
    Arc::new(states.iter().map(result).collect::<Float64Array>())
}
