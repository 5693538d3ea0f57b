//! Statistics with parameters.

use serde::{Deserialize, Serialize};

use super::Relation;
use crate::{Expr, Float, Ident, Literal};

/// Quantiles within an error.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ApproxQuantile {
    /// Where rows come from.
    pub input: Relation,
    /// Columns of numbers.
    pub columns: Vec<Ident>,
    /// Which quantiles, 0 to 1.
    pub probabilities: Vec<Float<f64>>,
    /// Allowed error of the rank, relative to the number of rows; 0 is exact.
    pub relative_error: Float<f64>,
}

/// Values that occur often.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FreqItems {
    /// Where rows come from.
    pub input: Relation,
    /// The columns.
    pub columns: Vec<Ident>,
    /// Least share of rows; 0.01 when not given.
    pub support: Option<Float<f64>>,
}

/// A sample stratified by a column.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SampleBy {
    /// Where rows come from.
    pub input: Relation,
    /// Whose values are the strata.
    pub column: Expr,
    /// Share kept of each stratum; 0 for those not listed.
    pub fractions: Vec<(Literal, Float<f64>)>,
    /// The seed; random without it.
    pub seed: Option<i64>,
}
