//! Some of the rows, by chance.

use flint_sql_spec::{Float, Literal, RelationKind, Sample, SampleBy, SqlError, condition};

use super::DataFrame;
use crate::column::{ApiCall, Column};
use crate::functions::fresh_seed;

impl DataFrame {
    /// Each row with a probability, by a seed that is chosen now.
    #[track_caller]
    pub fn sample(&self, fraction: f64) -> DataFrame {
        self.sample_with(false, fraction, None)
    }

    /// Each row with a probability; with replacement `fraction` is how often a row is kept on
    /// average. Without a seed one is chosen now.
    #[track_caller]
    pub fn sample_with(
        &self,
        with_replacement: bool,
        fraction: f64,
        seed: Option<i64>,
    ) -> DataFrame {
        let call = ApiCall::of("sample");
        let seed = seed.unwrap_or_else(fresh_seed);
        self.sampled(call, (0.0, fraction), with_replacement, seed, false)
    }

    fn sampled(
        &self,
        call: ApiCall,
        (lower, upper): (f64, f64),
        with_replacement: bool,
        seed: i64,
        deterministic_order: bool,
    ) -> DataFrame {
        let kind = RelationKind::Sample(Sample {
            input: self.relation().clone(),
            lower: Float(lower),
            upper: Float(upper),
            with_replacement,
            seed: Some(seed),
            deterministic_order,
        });
        self.derive(call, kind)
    }

    /// The rows divided by chance into parts of about the given weights, which need not add up to 1.
    ///
    /// Without a seed one is chosen now. Weights that are negative, or all 0, are a fault.
    ///
    /// ```
    /// # fn example(df: flint_sql::DataFrame) {
    /// let parts = df.random_split([0.8, 0.2], Some(42));
    /// # }
    /// ```
    #[track_caller]
    pub fn random_split(
        &self,
        weights: impl IntoIterator<Item = f64>,
        seed: Option<i64>,
    ) -> Vec<DataFrame> {
        let weights: Vec<f64> = weights.into_iter().collect();
        let seed = seed.unwrap_or_else(fresh_seed);
        let total: f64 = weights.iter().sum();
        let wrong = weights
            .iter()
            .find(|weight| weight.is_nan() || **weight < 0.0)
            .copied();
        let wrong = wrong.or_else(|| (total <= 0.0).then_some(total));
        let bounds = weights.iter().scan(0.0, |lower: &mut f64, weight| {
            let bounds = (*lower, *lower + weight / total);
            *lower = bounds.1;
            Some(bounds)
        });
        let bounds: Vec<(f64, f64)> = bounds.collect();
        let mut parts = Vec::with_capacity(bounds.len());
        for bounds in bounds {
            let mut call = ApiCall::of("random_split");
            if let Some(wrong) = wrong {
                call.refuse(
                    SqlError::new(condition::VALUE_NOT_POSITIVE)
                        .with("arg_name", "weights")
                        .with("arg_value", wrong.to_string()),
                );
            }
            parts.push(self.sampled(call, bounds, false, seed, true));
        }
        parts
    }

    /// Rows with a probability that hangs on a column's value: 0 for values not listed.
    ///
    /// Without a seed one is chosen now.
    #[track_caller]
    pub fn sample_by<V: Into<Literal>>(
        &self,
        column: impl Into<Column>,
        fractions: impl IntoIterator<Item = (V, f64)>,
        seed: Option<i64>,
    ) -> DataFrame {
        let mut call = ApiCall::of("sample_by");
        let fractions = fractions.into_iter();
        let kind = RelationKind::SampleBy(SampleBy {
            input: self.relation().clone(),
            column: call.expr(column),
            fractions: fractions
                .map(|(value, fraction)| (value.into(), Float(fraction)))
                .collect(),
            seed: Some(seed.unwrap_or_else(fresh_seed)),
        });
        self.derive(call, kind)
    }
}
