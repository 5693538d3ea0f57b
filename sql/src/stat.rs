//! [`DataFrameStatFunctions`]: statistics of columns.

use flint_sql_spec::{ApproxQuantile, Float, FreqItems, Literal, RelationKind, Result};

use crate::column::{ApiCall, Column};
use crate::dataframe::{DataFrame, IntoNames};

/// Methods for statistics, of [`DataFrame::stat`].
///
/// ```
/// # fn example(df: flint_sql::DataFrame) -> flint_sql::Result<()> {
/// let median = df.stat().approx_quantile("age", &[0.5], 0.01)?;
/// let related = df.stat().corr("age", "income")?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct DataFrameStatFunctions<'a> {
    frame: &'a DataFrame,
}

impl<'a> DataFrameStatFunctions<'a> {
    pub(crate) fn new(frame: &'a DataFrame) -> Self {
        DataFrameStatFunctions { frame }
    }

    /// Quantiles of each of the named columns: one list for each column, one value for each
    /// probability. The rank of a value is off by `relative_error` times the number of rows at most;
    /// 0 is exact.
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
        let kind = RelationKind::ApproxQuantile(ApproxQuantile {
            input: self.frame.relation().clone(),
            columns: columns.into_names(),
            probabilities: probabilities.iter().copied().map(Float).collect(),
            relative_error: Float(relative_error),
        });
        self.frame
            .derive(ApiCall::of("approx_quantile"), kind)
            .single()
    }

    /// Pearson's correlation of two columns.
    ///
    /// # Errors
    /// Those of an action.
    #[track_caller]
    pub fn corr(&self, first: &str, second: &str) -> Result<f64> {
        let kind = RelationKind::Corr {
            input: self.frame.relation().clone(),
            first: first.into(),
            second: second.into(),
            method: Some("pearson".into()),
        };
        self.frame.derive(ApiCall::of("corr"), kind).single()
    }

    /// The covariance of two columns, of a sample.
    ///
    /// # Errors
    /// Those of an action.
    #[track_caller]
    pub fn cov(&self, first: &str, second: &str) -> Result<f64> {
        let kind = RelationKind::Cov {
            input: self.frame.relation().clone(),
            first: first.into(),
            second: second.into(),
        };
        self.frame.derive(ApiCall::of("cov"), kind).single()
    }

    /// How often pairs of values of two columns occur: a row for each value of the first, a column
    /// for each value of the second.
    #[track_caller]
    pub fn crosstab(&self, first: &str, second: &str) -> DataFrame {
        let kind = RelationKind::Crosstab {
            input: self.frame.relation().clone(),
            first: first.into(),
            second: second.into(),
        };
        self.frame.derive(ApiCall::of("crosstab"), kind)
    }

    /// Values that occur in at least 1 % of rows, and perhaps others: an array for each column.
    #[track_caller]
    pub fn freq_items(&self, columns: impl IntoNames) -> DataFrame {
        self.freq_items_with(columns, 0.01)
    }

    /// Values that occur in at least a share of rows, and perhaps others: an array for each column.
    #[track_caller]
    pub fn freq_items_with(&self, columns: impl IntoNames, support: f64) -> DataFrame {
        let kind = RelationKind::FreqItems(FreqItems {
            input: self.frame.relation().clone(),
            columns: columns.into_names(),
            support: Some(Float(support)),
        });
        self.frame.derive(ApiCall::of("freq_items"), kind)
    }

    /// Rows with a probability that hangs on a column's value: see [`DataFrame::sample_by`].
    #[track_caller]
    pub fn sample_by<V: Into<Literal>>(
        &self,
        column: impl Into<Column>,
        fractions: impl IntoIterator<Item = (V, f64)>,
        seed: Option<i64>,
    ) -> DataFrame {
        self.frame.sample_by(column, fractions, seed)
    }
}
