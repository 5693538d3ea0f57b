//! Statistics, and nulls and values replaced.

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{
    ApproxQuantile, DropNa, FillNa, Float, FreqItems, RelationKind, ReplaceNa, Result, SampleBy,
    SqlError, condition,
};

use super::input;
use crate::expression::required;
use crate::names::{names, optional};
use crate::{literal, missing};

/// Nulls replaced: by one value, or by one for each of the named columns.
pub(super) fn fill_na(message: &proto::NaFill) -> Result<RelationKind> {
    match message.values.len() {
        0 => {
            return Err(SqlError::new(
                condition::CONNECT_INVALID_PLAN_NA_FILL_VALUES_EMPTY,
            ));
        }
        several if several > 1 && several != message.cols.len() => {
            return Err(SqlError::new(
                condition::CONNECT_INVALID_PLAN_NA_FILL_VALUES_LENGTH_MISMATCH,
            ));
        }
        _ => {}
    }
    let values = message.values.iter().map(literal);
    Ok(RelationKind::FillNa(FillNa {
        input: input(message.input.as_deref())?,
        columns: names(&message.cols),
        values: values.collect::<Result<_>>()?,
    }))
}

/// Rows with nulls left out.
pub(super) fn drop_na(message: &proto::NaDrop) -> Result<RelationKind> {
    Ok(RelationKind::DropNa(DropNa {
        input: input(message.input.as_deref())?,
        columns: names(&message.cols),
        min_non_nulls: message.min_non_nulls,
    }))
}

/// Values replaced.
pub(super) fn replace(message: &proto::NaReplace) -> Result<RelationKind> {
    let pairs = message.replacements.iter().map(|pair| {
        let old = literal(missing::literal(pair.old_value.as_ref()))?;
        let new = literal(missing::literal(pair.new_value.as_ref()))?;
        Ok((old, new))
    });
    Ok(RelationKind::ReplaceNa(ReplaceNa {
        input: input(message.input.as_deref())?,
        columns: names(&message.cols),
        replacements: pairs.collect::<Result<_>>()?,
    }))
}

/// Chosen statistics of all columns.
pub(super) fn summary(message: &proto::StatSummary) -> Result<RelationKind> {
    Ok(RelationKind::Summary {
        input: input(message.input.as_deref())?,
        statistics: names(&message.statistics),
    })
}

/// Basic statistics of chosen columns.
pub(super) fn describe(message: &proto::StatDescribe) -> Result<RelationKind> {
    Ok(RelationKind::Describe {
        input: input(message.input.as_deref())?,
        columns: names(&message.cols),
    })
}

/// How often pairs of values occur.
pub(super) fn crosstab(message: &proto::StatCrosstab) -> Result<RelationKind> {
    Ok(RelationKind::Crosstab {
        input: input(message.input.as_deref())?,
        first: message.col1.as_str().into(),
        second: message.col2.as_str().into(),
    })
}

/// Covariance.
pub(super) fn cov(message: &proto::StatCov) -> Result<RelationKind> {
    Ok(RelationKind::Cov {
        input: input(message.input.as_deref())?,
        first: message.col1.as_str().into(),
        second: message.col2.as_str().into(),
    })
}

/// Correlation.
pub(super) fn corr(message: &proto::StatCorr) -> Result<RelationKind> {
    Ok(RelationKind::Corr {
        input: input(message.input.as_deref())?,
        first: message.col1.as_str().into(),
        second: message.col2.as_str().into(),
        method: optional(message.method.as_ref()),
    })
}

/// Quantiles within an error.
pub(super) fn approx_quantile(message: &proto::StatApproxQuantile) -> Result<RelationKind> {
    Ok(RelationKind::ApproxQuantile(ApproxQuantile {
        input: input(message.input.as_deref())?,
        columns: names(&message.cols),
        probabilities: message.probabilities.iter().copied().map(Float).collect(),
        relative_error: Float(message.relative_error),
    }))
}

/// Values that occur often.
pub(super) fn freq_items(message: &proto::StatFreqItems) -> Result<RelationKind> {
    Ok(RelationKind::FreqItems(FreqItems {
        input: input(message.input.as_deref())?,
        columns: names(&message.cols),
        support: message.support.map(Float),
    }))
}

/// A sample of each stratum.
pub(super) fn sample_by(message: &proto::StatSampleBy) -> Result<RelationKind> {
    let fractions = message.fractions.iter().map(|one| {
        let stratum = literal(missing::literal(one.stratum.as_ref()))?;
        Ok((stratum, Float(one.fraction)))
    });
    Ok(RelationKind::SampleBy(SampleBy {
        input: input(message.input.as_deref())?,
        column: required(message.col.as_ref())?,
        fractions: fractions.collect::<Result<_>>()?,
        seed: message.seed,
    }))
}
