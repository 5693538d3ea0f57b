//! Statistics of columns.

use flint_sql_spec::{Literal, RelationKind, Result};

use super::{DataFrame, IntoNames};
use crate::column::ApiCall;

impl DataFrame {
    /// Count, mean, standard deviation, smallest and largest value of columns of numbers and
    /// strings; of all of them without names.
    #[track_caller]
    pub fn describe(&self, columns: impl IntoNames) -> DataFrame {
        let kind = RelationKind::Describe {
            input: self.relation().clone(),
            columns: columns.into_names(),
        };
        self.derive(ApiCall::of("describe"), kind)
    }

    /// The given statistics of all columns of numbers and strings: `count`, `mean`, `stddev`, `min`,
    /// `max`, `count_distinct`, `approx_count_distinct` and percentiles such as `75%`. Without any,
    /// those of [`describe`](Self::describe) and quartiles.
    #[track_caller]
    pub fn summary(&self, statistics: impl IntoNames) -> DataFrame {
        let kind = RelationKind::Summary {
            input: self.relation().clone(),
            statistics: statistics.into_names(),
        };
        self.derive(ApiCall::of("summary"), kind)
    }

    /// Pearson's correlation of two columns: see [`stat`](Self::stat).
    ///
    /// # Errors
    /// Those of an action.
    #[track_caller]
    pub fn corr(&self, first: &str, second: &str) -> Result<f64> {
        self.stat().corr(first, second)
    }

    /// The covariance of two columns: see [`stat`](Self::stat).
    ///
    /// # Errors
    /// Those of an action.
    #[track_caller]
    pub fn cov(&self, first: &str, second: &str) -> Result<f64> {
        self.stat().cov(first, second)
    }

    /// Quantiles within an error: see [`stat`](Self::stat).
    ///
    /// # Errors
    /// Those of an action.
    #[track_caller]
    pub fn approx_quantile(
        &self,
        columns: impl IntoNames,
        probabilities: &[f64],
        relative_error: f64,
    ) -> Result<Vec<Vec<f64>>> {
        self.stat()
            .approx_quantile(columns, probabilities, relative_error)
    }

    /// Values replaced by others: see [`na`](Self::na).
    #[track_caller]
    pub fn replace<A: Into<Literal>, B: Into<Literal>>(
        &self,
        replacements: impl IntoIterator<Item = (A, B)>,
        columns: impl IntoNames,
    ) -> DataFrame {
        self.na().replace(replacements, columns)
    }
}
