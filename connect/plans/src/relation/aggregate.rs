//! Groups of rows and what is computed over them.

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{Aggregate, Expr, GroupKind, RelationKind, Result, SqlError, condition};
use proto::aggregate::{GroupType, Pivot};

use super::input;
use crate::expression::required;
use crate::{expressions, literal, missing};

/// Groups; the grouping columns come in front of the computed ones.
pub(super) fn aggregate(message: &proto::Aggregate) -> Result<RelationKind> {
    if message.input.is_none() {
        return Err(SqlError::new(
            condition::CONNECT_INVALID_PLAN_AGGREGATE_NEEDS_PLAN_INPUT,
        ));
    }
    Ok(RelationKind::Aggregate(Aggregate {
        input: input(message.input.as_deref())?,
        group: group(message)?,
        grouping: expressions(&message.grouping_expressions)?,
        aggregates: expressions(&message.aggregate_expressions)?,
        lists_output: false,
    }))
}

fn group(message: &proto::Aggregate) -> Result<GroupKind> {
    match message.group_type() {
        GroupType::Groupby => Ok(GroupKind::GroupBy),
        GroupType::Rollup => Ok(GroupKind::Rollup),
        GroupType::Cube => Ok(GroupKind::Cube),
        GroupType::Pivot => pivot(message.pivot.as_ref()),
        GroupType::GroupingSets => {
            let sets = message.grouping_sets.iter();
            let sets = sets.map(|set| expressions(&set.grouping_set));
            Ok(GroupKind::GroupingSets(sets.collect::<Result<_>>()?))
        }
        GroupType::Unspecified => Err(missing::unspecified(
            "spark.connect.Aggregate.GroupType",
            "GROUP_TYPE_UNSPECIFIED",
            message.group_type,
        )),
    }
}

fn pivot(message: Option<&Pivot>) -> Result<GroupKind> {
    let Some(pivot) = message else {
        return Err(SqlError::new(
            condition::CONNECT_INVALID_PLAN_AGGREGATE_WITH_PIVOT_REQUIRES_PIVOT,
        ));
    };
    let values = pivot.values.iter();
    let values = values.map(|value| literal(value).map(Expr::literal));
    Ok(GroupKind::Pivot {
        column: required(pivot.col.as_ref())?,
        values: values.collect::<Result<_>>()?,
    })
}
