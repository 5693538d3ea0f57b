//! Rows chosen, ordered, moved, watched and named: relations that keep the columns of their input.

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{
    Deduplicate, Expr, Float, Hint, RelationKind, Result, Sample, SqlError, SubqueryAlias,
    condition,
};

use super::input;
use crate::expression::required;
use crate::names::names;
use crate::{expressions, sort_orders};

/// Rows for which a condition is true.
pub(super) fn filter(message: &proto::Filter) -> Result<RelationKind> {
    Ok(RelationKind::Filter {
        input: input(message.input.as_deref())?,
        condition: required(message.condition.as_ref())?,
    })
}

/// Rows in order; inside each partition unless it is said that the order is global.
pub(super) fn sort(message: &proto::Sort) -> Result<RelationKind> {
    Ok(RelationKind::Sort {
        input: input(message.input.as_deref())?,
        order: sort_orders(&message.order)?,
        global: message.is_global(),
    })
}

/// The first rows.
pub(super) fn limit(message: &proto::Limit) -> Result<RelationKind> {
    Ok(RelationKind::Limit {
        input: input(message.input.as_deref())?,
        limit: Expr::literal(message.limit),
    })
}

/// All but the first rows.
pub(super) fn offset(message: &proto::Offset) -> Result<RelationKind> {
    Ok(RelationKind::Offset {
        input: input(message.input.as_deref())?,
        offset: Expr::literal(message.offset),
    })
}

/// The last rows.
pub(super) fn tail(message: &proto::Tail) -> Result<RelationKind> {
    Ok(RelationKind::Tail {
        input: input(message.input.as_deref())?,
        limit: Expr::literal(message.limit),
    })
}

/// Some of the rows.
pub(super) fn sample(message: &proto::Sample) -> Result<RelationKind> {
    Ok(RelationKind::Sample(Sample {
        input: input(message.input.as_deref())?,
        lower: Float(message.lower_bound),
        upper: Float(message.upper_bound),
        with_replacement: message.with_replacement(),
        seed: message.seed,
        deterministic_order: message.deterministic_order,
    }))
}

/// Rows without duplicates, by all columns or by some.
pub(super) fn deduplicate(message: &proto::Deduplicate) -> Result<RelationKind> {
    let all_columns = message.all_columns_as_keys();
    let refused = match (&message.input, all_columns, message.column_names.is_empty()) {
        (None, _, _) => Some(condition::CONNECT_INVALID_PLAN_DEDUPLICATE_NEEDS_INPUT),
        (_, true, false) => {
            Some(condition::CONNECT_INVALID_PLAN_DEDUPLICATE_ALL_COLUMNS_AND_SUBSET)
        }
        (_, false, true) => {
            Some(condition::CONNECT_INVALID_PLAN_DEDUPLICATE_REQUIRES_COLUMNS_OR_ALL)
        }
        (Some(_), true, true) | (Some(_), false, false) => None,
    };
    match refused {
        Some(condition) => Err(SqlError::new(condition)),
        None => Ok(RelationKind::Deduplicate(Deduplicate {
            input: input(message.input.as_deref())?,
            columns: names(&message.column_names),
            all_columns,
            within_watermark: message.within_watermark(),
        })),
    }
}

/// Another number of partitions.
pub(super) fn repartition(message: &proto::Repartition) -> Result<RelationKind> {
    Ok(RelationKind::Repartition {
        input: input(message.input.as_deref())?,
        num_partitions: message.num_partitions,
        shuffle: message.shuffle(),
    })
}

/// Partitions by value.
pub(super) fn repartition_by(message: &proto::RepartitionByExpression) -> Result<RelationKind> {
    Ok(RelationKind::RepartitionByExpression {
        input: input(message.input.as_deref())?,
        exprs: expressions(&message.partition_exprs)?,
        num_partitions: message.num_partitions,
    })
}

/// How late rows may come.
pub(super) fn watermark(message: &proto::WithWatermark) -> Result<RelationKind> {
    Ok(RelationKind::WithWatermark {
        input: input(message.input.as_deref())?,
        event_time: message.event_time.as_str().into(),
        delay: message.delay_threshold.as_str().into(),
    })
}

/// Values computed on the side.
pub(super) fn collect_metrics(message: &proto::CollectMetrics) -> Result<RelationKind> {
    Ok(RelationKind::CollectMetrics {
        input: input(message.input.as_deref())?,
        name: message.name.as_str().into(),
        metrics: expressions(&message.metrics)?,
    })
}

/// Advice for the planner.
pub(super) fn hint(message: &proto::Hint) -> Result<RelationKind> {
    Ok(RelationKind::Hint(Hint {
        input: input(message.input.as_deref())?,
        name: message.name.as_str().into(),
        parameters: expressions(&message.parameters)?,
    }))
}

/// Rows under a name.
pub(super) fn subquery_alias(message: &proto::SubqueryAlias) -> Result<RelationKind> {
    Ok(RelationKind::SubqueryAlias(SubqueryAlias {
        input: input(message.input.as_deref())?,
        alias: message.alias.as_str().into(),
        qualifier: names(&message.qualifier),
        columns: Vec::new(),
    }))
}
