//! `stddev`, `variance`, `skewness` and `kurtosis`: central moments, updated value by value.
//!
//! The recurrences are those that Spark uses, so that results agree to the last bit where the order
//! of rows does. One value has no sample variance, and values that are all equal have no skewness
//! and no kurtosis: NULL.

use arrow::array::{ArrayRef, AsArray, Float64Array};
use arrow::datatypes::{DataType as ArrowType, Float64Type};
use flint_sql_columnar::Raised;

use super::call::{Aggregate, Made};
use super::doubles::{self, Doubles};
use super::fold::{Fold, Folded};

pub(super) const FAMILY: &[Aggregate] = &[
    Aggregate::new("stddev_pop", |_| made(|m| m.any(m.m2 / m.n).map(f64::sqrt))),
    Aggregate::new("stddev_samp", |_| {
        made(|m| m.sample(m.m2 / (m.n - 1.0)).map(f64::sqrt))
    }),
    Aggregate::new("var_pop", |_| made(|m| m.any(m.m2 / m.n))),
    Aggregate::new("var_samp", |_| made(|m| m.sample(m.m2 / (m.n - 1.0)))),
    Aggregate::new("skewness", |_| {
        made(|m| m.spread(m.n.sqrt() * m.m3 / (m.m2 * m.m2 * m.m2).sqrt()))
    }),
    Aggregate::new("kurtosis", |_| {
        made(|m| m.spread(m.n * m.m4 / (m.m2 * m.m2) - 3.0))
    }),
];

fn made(result: fn(&Moments) -> Option<f64>) -> Made {
    Ok(Folded::boxed(Central { result }))
}

/// How many values there are, their mean, and the sums of powers of what they are away from it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Moments {
    pub(super) n: f64,
    pub(super) mean: f64,
    pub(super) m2: f64,
    m3: f64,
    m4: f64,
}

impl Moments {
    /// A result that takes one value.
    fn any(&self, result: f64) -> Option<f64> {
        (self.n != 0.0).then_some(result)
    }

    /// A result that takes two values.
    fn sample(&self, result: f64) -> Option<f64> {
        (self.n != 0.0 && self.n != 1.0).then_some(result)
    }

    /// A result that takes two values that differ.
    fn spread(&self, result: f64) -> Option<f64> {
        (self.n != 0.0 && self.m2 != 0.0).then_some(result)
    }

    fn add(&mut self, value: f64) {
        let n = self.n + 1.0;
        let delta = value - self.mean;
        let step = delta / n;
        let m2 = self.m2 + delta * (delta - step);
        let (delta_squared, step_squared) = (delta * delta, step * step);
        let m3 = self.m3 - 3.0 * step * m2 + delta * (delta_squared - step_squared);
        let m4 = self.m4 - 4.0 * step * m3 - 6.0 * step_squared * m2
            + delta * (delta * delta_squared - step * step_squared);
        *self = Moments {
            n,
            mean: self.mean + step,
            m2,
            m3,
            m4,
        };
    }

    fn merge(&mut self, other: &Moments) {
        let (a, b) = (*self, *other);
        let n = a.n + b.n;
        let delta = b.mean - a.mean;
        let step = if n == 0.0 { 0.0 } else { delta / n };
        let (an, bn) = (a.n, b.n);
        let cube = step * step * delta;
        *self = Moments {
            n,
            mean: a.mean + step * bn,
            m2: a.m2 + b.m2 + delta * step * an * bn,
            m3: a.m3 + b.m3 + cube * an * bn * (an - bn) + 3.0 * step * (an * b.m2 - bn * a.m2),
            m4: a.m4
                + b.m4
                + cube * step * an * bn * (an * an - an * bn + bn * bn)
                + 6.0 * step * step * (an * an * b.m2 + bn * bn * a.m2)
                + 4.0 * step * (an * b.m3 - bn * a.m3),
        };
    }
}

impl Doubles<5> for Moments {
    fn numbers(&self) -> [f64; 5] {
        [self.n, self.mean, self.m2, self.m3, self.m4]
    }

    fn of([n, mean, m2, m3, m4]: [f64; 5]) -> Moments {
        Moments {
            n,
            mean,
            m2,
            m3,
            m4,
        }
    }
}

#[derive(Debug)]
struct Central {
    result: fn(&Moments) -> Option<f64>,
}

impl Fold for Central {
    type State = Moments;
    type Rows<'a> = &'a Float64Array;
    type Saved<'a> = [Float64Array; 5];

    fn start(&self) -> Moments {
        Moments::default()
    }

    fn rows<'a>(&self, columns: &'a [ArrayRef]) -> Result<&'a Float64Array, Raised> {
        Ok(columns[0].as_primitive::<Float64Type>())
    }

    fn add(&self, state: &mut Moments, rows: &&Float64Array, row: usize) -> Result<(), Raised> {
        state.add(rows.value(row));
        Ok(())
    }

    fn layout(&self) -> Vec<ArrowType> {
        doubles::layout::<5>()
    }

    fn save(&self, states: &[Moments]) -> Result<Vec<ArrayRef>, Raised> {
        Ok(doubles::save(states))
    }

    fn saved(&self, columns: &[ArrayRef]) -> Result<[Float64Array; 5], Raised> {
        Ok(doubles::saved(columns))
    }

    fn merge(
        &self,
        state: &mut Moments,
        saved: &[Float64Array; 5],
        row: usize,
    ) -> Result<(), Raised> {
        state.merge(&doubles::at(saved, row));
        Ok(())
    }

    fn finish(&self, states: &[Moments]) -> Result<ArrayRef, Raised> {
        Ok(doubles::results(states, self.result))
    }
}
