//! `product`: all values multiplied, as doubles. No value at all gives NULL.

use arrow::array::{ArrayRef, AsArray, Float64Array};
use arrow::datatypes::{DataType as ArrowType, Float64Type};
use flint_sql_columnar::Raised;

use super::call::Aggregate;
use super::doubles::{self, Doubles};
use super::fold::{Fold, Folded};

pub(super) const FAMILY: &[Aggregate] =
    &[Aggregate::new("product", |_| Ok(Folded::boxed(Product)))];

/// How many factors there are, and what they make.
#[derive(Debug, Clone, Copy)]
struct Factors {
    n: f64,
    product: f64,
}

impl Doubles<2> for Factors {
    fn numbers(&self) -> [f64; 2] {
        [self.n, self.product]
    }

    fn of([n, product]: [f64; 2]) -> Factors {
        Factors { n, product }
    }
}

#[derive(Debug)]
struct Product;

impl Fold for Product {
    type State = Factors;
    type Rows<'a> = &'a Float64Array;
    type Saved<'a> = [Float64Array; 2];

    fn start(&self) -> Factors {
        Factors {
            n: 0.0,
            product: 1.0,
        }
    }

    fn rows<'a>(&self, columns: &'a [ArrayRef]) -> Result<&'a Float64Array, Raised> {
        Ok(columns[0].as_primitive::<Float64Type>())
    }

    fn add(&self, state: &mut Factors, rows: &&Float64Array, row: usize) -> Result<(), Raised> {
        state.n += 1.0;
        state.product *= rows.value(row);
        Ok(())
    }

    fn layout(&self) -> Vec<ArrowType> {
        doubles::layout::<2>()
    }

    fn save(&self, states: &[Factors]) -> Result<Vec<ArrayRef>, Raised> {
        Ok(doubles::save(states))
    }

    fn saved(&self, columns: &[ArrayRef]) -> Result<[Float64Array; 2], Raised> {
        Ok(doubles::saved(columns))
    }

    fn merge(
        &self,
        state: &mut Factors,
        saved: &[Float64Array; 2],
        row: usize,
    ) -> Result<(), Raised> {
        let other: Factors = doubles::at(saved, row);
        state.n += other.n;
        state.product *= other.product;
        Ok(())
    }

    fn finish(&self, states: &[Factors]) -> Result<ArrayRef, Raised> {
        Ok(doubles::results(states, |state| {
            (state.n != 0.0).then_some(state.product)
        }))
    }
}
