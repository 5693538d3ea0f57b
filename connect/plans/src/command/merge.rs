//! MERGE through the API.

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::SqlError;
use flint_sql_spec::{Expr, ExprKind, MergeInto, NamedTable, RelationKind, Result, condition};

use crate::expression::required;
use crate::names::object_name;
use crate::relation::input;
use crate::{expression, missing};

/// Updates, deletes and inserts by comparing a table with rows.
///
/// There must be something to do: a merge without an action is refused here as by Spark's builders.
pub(super) fn merge(message: &proto::MergeIntoTableCommand) -> Result<MergeInto> {
    let target = RelationKind::NamedTable(NamedTable {
        name: object_name(&message.target_table_name)?,
        options: Vec::new(),
        is_streaming: false,
        time_travel: None,
    });
    let made = MergeInto {
        target: target.into(),
        source: input(message.source_table_plan.as_ref())?,
        condition: required(message.merge_condition.as_ref())?,
        matched: actions(&message.match_actions)?,
        not_matched: actions(&message.not_matched_actions)?,
        not_matched_by_source: actions(&message.not_matched_by_source_actions)?,
        with_schema_evolution: message.with_schema_evolution,
    };
    let lists = [
        &made.matched,
        &made.not_matched,
        &made.not_matched_by_source,
    ];
    match lists.iter().all(|list| list.is_empty()) {
        true => Err(SqlError::new(condition::NO_MERGE_ACTION_SPECIFIED)),
        false => Ok(made),
    }
}

fn actions(messages: &[proto::Expression]) -> Result<Vec<Expr>> {
    messages.iter().map(action).collect()
}

/// An expression that is an action; any other reads as an action that says nothing.
fn action(message: &proto::Expression) -> Result<Expr> {
    let action = expression(message)?;
    match action.kind() {
        ExprKind::MergeAction(_) => Ok(action),
        _ => Err(missing::unspecified(
            "spark.connect.MergeAction.ActionType",
            "ACTION_TYPE_INVALID",
            0,
        )),
    }
}
