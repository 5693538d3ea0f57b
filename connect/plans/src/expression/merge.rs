//! What the branches of MERGE do.

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{Assignment, ExprKind, MergeAction, MergeActionKind, Result};
use proto::merge_action::ActionType;

use super::{expression, required};
use crate::missing;

/// An action with its condition and assignments.
pub(super) fn action(message: &proto::MergeAction) -> Result<ExprKind> {
    let condition = message.condition.as_ref();
    let assignments = message.assignments.iter();
    Ok(ExprKind::MergeAction(MergeAction {
        kind: action_kind(message.action_type)?,
        condition: condition
            .map(|condition| expression(condition))
            .transpose()?,
        assignments: assignments.map(assignment).collect::<Result<_>>()?,
    }))
}

fn action_kind(number: i32) -> Result<MergeActionKind> {
    let name = match ActionType::try_from(number) {
        Ok(ActionType::Delete) => return Ok(MergeActionKind::Delete),
        Ok(ActionType::Insert) => return Ok(MergeActionKind::Insert),
        Ok(ActionType::InsertStar) => return Ok(MergeActionKind::InsertStar),
        Ok(ActionType::Update) => return Ok(MergeActionKind::Update),
        Ok(ActionType::UpdateStar) => return Ok(MergeActionKind::UpdateStar),
        Ok(none @ ActionType::Invalid) => Some(none.as_str_name()),
        Err(_) => None,
    };
    let full_name = "spark.connect.MergeAction.ActionType";
    Err(missing::enumeration(full_name, name, number))
}

fn assignment(message: &proto::merge_action::Assignment) -> Result<Assignment> {
    Ok(Assignment {
        column: required(message.key.as_ref())?,
        value: required(message.value.as_ref())?,
    })
}
