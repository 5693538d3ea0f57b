//! Columns by name, stars, and names given to expressions.

use flint_connect_protocol::spark::connect::expression as proto;
use flint_sql_spec::{
    Alias, Attribute, ExprKind, ObjectName, Result, SqlError, Star, attribute_parts, condition,
};

use super::required;
use crate::{metadata, missing};

/// A column, by a dotted name with backticks.
pub(super) fn attribute(message: &proto::UnresolvedAttribute) -> Result<ExprKind> {
    Ok(ExprKind::Attribute(Attribute {
        name: ObjectName::Parts(attribute_parts(&message.unparsed_identifier)?),
        plan_id: message.plan_id,
        is_metadata: message.is_metadata_column.unwrap_or(false),
    }))
}

/// `*`, the columns of a relation by its id, or `t.*`.
pub(super) fn star(message: &proto::UnresolvedStar) -> Result<ExprKind> {
    let target = match (&message.unparsed_target, message.plan_id) {
        (Some(_), Some(_)) => {
            let both = condition::CONNECT_INVALID_PLAN_UNRESOLVED_STAR_WITH_BOTH_TARGET_AND_PLAN_ID;
            return Err(SqlError::new(both));
        }
        (Some(text), None) => {
            let wrong = || {
                SqlError::new(condition::CONNECT_INVALID_PLAN_UNRESOLVED_STAR_TARGET_INVALID)
                    .with("target", text)
            };
            let target = text.strip_suffix(".*").ok_or_else(wrong)?;
            Some(attribute_parts(target)?)
        }
        (None, _) => None,
    };
    Ok(ExprKind::Star(Star {
        target,
        plan_id: message.plan_id,
        except: Vec::new(),
    }))
}

/// Columns whose names match.
pub(super) fn regex(message: &proto::UnresolvedRegex) -> ExprKind {
    ExprKind::Regex {
        pattern: message.col_name.as_str().into(),
        plan_id: message.plan_id,
    }
}

/// A named expression, with a JSON object as metadata when there is one name.
pub(super) fn alias(message: &proto::Alias) -> Result<ExprKind> {
    if message.name.is_empty() {
        return Err(missing::field("spark.connect.Expression.Alias", "name"));
    }
    if message.name.len() > 1 && message.metadata.is_some() {
        return Err(SqlError::new(
            condition::CONNECT_INVALID_PLAN_ALIAS_WITH_MULTIPLE_IDENTIFIERS_AND_METADATA,
        ));
    }
    Ok(ExprKind::Alias(Alias {
        expr: required(message.expr.as_deref())?,
        names: message
            .name
            .iter()
            .map(|name| name.as_str().into())
            .collect(),
        metadata: metadata::checked(message.metadata.as_deref())?,
    }))
}
