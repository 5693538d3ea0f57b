//! `corr`, `covar_pop`, `covar_samp` and `regr_*`: pairs of numbers.
//!
//! One state serves them all: means, squares and products of what the two are away from their means,
//! by the recurrences that Spark uses. The slope's product is updated the other way round than the
//! covariance's, and squares otherwise for a correlation than for a variance, as in Spark: their last
//! bits differ.

use arrow::array::{ArrayRef, AsArray, Float64Array};
use arrow::datatypes::{DataType as ArrowType, Float64Type};
use flint_sql_columnar::Raised;

use super::call::{Aggregate, Made};
use super::doubles::{self, Doubles};
use super::fold::{Fold, Folded};

pub(super) const FAMILY: &[Aggregate] = &[
    Aggregate::new("corr", |_| made(|p| p.correlation(p.xx * p.yy != 0.0))),
    Aggregate::new("covar_pop", |_| made(|p| p.when(p.n != 0.0, p.xy / p.n))),
    Aggregate::new("covar_samp", |_| {
        made(|p| p.when(p.n != 0.0 && p.n != 1.0, p.xy / (p.n - 1.0)))
    }),
    Aggregate::new("regr_r2", |_| made(determination)),
    Aggregate::new("regr_sxx", |_| made(|p| p.when(p.n != 0.0, p.y2))),
    Aggregate::new("regr_syy", |_| made(|p| p.when(p.n != 0.0, p.x2))),
    Aggregate::new("regr_sxy", |_| made(|p| p.when(p.n != 0.0, p.xy))),
    Aggregate::new("regr_slope", |_| made(slope)),
    Aggregate::new("regr_intercept", |_| made(|p| Some(p.x - slope(p)? * p.y))),
];

fn made(result: fn(&Pairs) -> Option<f64>) -> Made {
    Ok(Folded::boxed(Pair { result }))
}

/// What is known of pairs; `x` is the first of the two, which regressions call `y`.
#[derive(Debug, Clone, Copy, Default)]
struct Pairs {
    n: f64,
    /// Means.
    x: f64,
    y: f64,
    /// Products of what they are away from their means.
    xy: f64,
    yx: f64,
    xx: f64,
    yy: f64,
    /// Squares as variances sum them.
    x2: f64,
    y2: f64,
}

fn slope(p: &Pairs) -> Option<f64> {
    p.when(p.n != 0.0 && p.y2 != 0.0, p.yx / p.y2)
}

fn determination(p: &Pairs) -> Option<f64> {
    if p.n == 0.0 || p.yy == 0.0 {
        return None;
    }
    if p.xx == 0.0 {
        return Some(1.0);
    }
    p.correlation(true).map(|corr| corr * corr)
}

impl Pairs {
    fn when(&self, defined: bool, result: f64) -> Option<f64> {
        defined.then_some(result)
    }

    fn correlation(&self, defined: bool) -> Option<f64> {
        self.when(
            self.n != 0.0 && self.n != 1.0 && defined,
            self.xy / (self.xx * self.yy).sqrt(),
        )
    }

    fn add(&mut self, x: f64, y: f64) {
        let n = self.n + 1.0;
        let (dx, dy) = (x - self.x, y - self.y);
        let (mean_x, mean_y) = (self.x + dx / n, self.y + dy / n);
        *self = Pairs {
            n,
            x: mean_x,
            y: mean_y,
            xy: self.xy + dx * (y - mean_y),
            yx: self.yx + dy * (x - mean_x),
            xx: self.xx + dx * (x - mean_x),
            yy: self.yy + dy * (y - mean_y),
            x2: self.x2 + dx * (dx - dx / n),
            y2: self.y2 + dy * (dy - dy / n),
        };
    }

    fn merge(&mut self, b: &Pairs) {
        let a = *self;
        let n = a.n + b.n;
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let part = |delta: f64| if n == 0.0 { 0.0 } else { delta / n };
        let (step_x, step_y) = (part(dx), part(dy));
        *self = Pairs {
            n,
            x: a.x + step_x * b.n,
            y: a.y + step_y * b.n,
            xy: a.xy + b.xy + dx * step_y * a.n * b.n,
            yx: a.yx + b.yx + dy * step_x * a.n * b.n,
            xx: a.xx + b.xx + dx * step_x * a.n * b.n,
            yy: a.yy + b.yy + dy * step_y * a.n * b.n,
            x2: a.x2 + b.x2 + dx * step_x * a.n * b.n,
            y2: a.y2 + b.y2 + dy * step_y * a.n * b.n,
        };
    }
}

impl Doubles<9> for Pairs {
    fn numbers(&self) -> [f64; 9] {
        [
            self.n, self.x, self.y, self.xy, self.yx, self.xx, self.yy, self.x2, self.y2,
        ]
    }

    fn of([n, x, y, xy, yx, xx, yy, x2, y2]: [f64; 9]) -> Pairs {
        Pairs {
            n,
            x,
            y,
            xy,
            yx,
            xx,
            yy,
            x2,
            y2,
        }
    }
}

#[derive(Debug)]
struct Pair {
    result: fn(&Pairs) -> Option<f64>,
}

impl Fold for Pair {
    type State = Pairs;
    type Rows<'a> = (&'a Float64Array, &'a Float64Array);
    type Saved<'a> = [Float64Array; 9];

    fn start(&self) -> Pairs {
        Pairs::default()
    }

    fn rows<'a>(&self, columns: &'a [ArrayRef]) -> Result<Self::Rows<'a>, Raised> {
        Ok((
            columns[0].as_primitive::<Float64Type>(),
            columns[1].as_primitive::<Float64Type>(),
        ))
    }

    fn add(&self, state: &mut Pairs, rows: &Self::Rows<'_>, row: usize) -> Result<(), Raised> {
        state.add(rows.0.value(row), rows.1.value(row));
        Ok(())
    }

    fn layout(&self) -> Vec<ArrowType> {
        doubles::layout::<9>()
    }

    fn save(&self, states: &[Pairs]) -> Result<Vec<ArrayRef>, Raised> {
        Ok(doubles::save(states))
    }

    fn saved<'a>(&self, columns: &'a [ArrayRef]) -> Result<Self::Saved<'a>, Raised> {
        Ok(doubles::saved(columns))
    }

    fn merge(&self, state: &mut Pairs, saved: &Self::Saved<'_>, row: usize) -> Result<(), Raised> {
        state.merge(&doubles::at(saved, row));
        Ok(())
    }

    fn finish(&self, states: &[Pairs]) -> Result<ArrayRef, Raised> {
        Ok(doubles::results(states, self.result))
    }
}
