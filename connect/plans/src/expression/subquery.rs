//! Queries as values. Their plans are references of the `WithRelations` around, by id.

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{ExprKind, Result, Subquery, SubqueryKind, SubqueryPlan, TableArgOptions};
use proto::subquery_expression::SubqueryType;

use super::{expressions, sort_orders};
use crate::missing;

/// A query as a value.
pub(super) fn subquery(message: &proto::SubqueryExpression) -> Result<ExprKind> {
    Ok(ExprKind::Subquery(Subquery {
        kind: subquery_kind(message)?,
        plan: SubqueryPlan::Reference(message.plan_id),
    }))
}

fn subquery_kind(message: &proto::SubqueryExpression) -> Result<SubqueryKind> {
    let name = match SubqueryType::try_from(message.subquery_type) {
        Ok(SubqueryType::Scalar) => return Ok(SubqueryKind::Scalar),
        Ok(SubqueryType::Exists) => return Ok(SubqueryKind::Exists),
        Ok(SubqueryType::TableArg) => {
            let options = message.table_arg_options.as_ref();
            let options = options.map(table_arg_options).transpose()?;
            return Ok(SubqueryKind::TableArg(options.unwrap_or_default()));
        }
        Ok(SubqueryType::In) => {
            let values = expressions(&message.in_subquery_values)?;
            return Ok(SubqueryKind::In(values));
        }
        Ok(none @ SubqueryType::Unknown) => Some(none.as_str_name()),
        Err(_) => None,
    };
    let full_name = "spark.connect.SubqueryExpression.SubqueryType";
    Err(missing::enumeration(full_name, name, message.subquery_type))
}

fn table_arg_options(
    message: &proto::subquery_expression::TableArgOptions,
) -> Result<TableArgOptions> {
    Ok(TableArgOptions {
        partition_by: expressions(&message.partition_spec)?,
        order_by: sort_orders(&message.order_spec)?,
        single_partition: message.with_single_partition.unwrap_or(false),
    })
}
