//! SQL text, run at once if it is a command.
//!
//! Clients from 4.0 on send a relation: the text, or the text with the views that it refers to. Older
//! ones send the text itself.

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{Command, Result, SqlError, SqlQuery, condition};
use proto::relation::RelType;

use crate::relation::sql_query;

/// The text in both forms; the relation beside it when the client sent one.
pub(super) fn sql(message: &proto::SqlCommand) -> Result<Command> {
    match &message.input {
        Some(input) => Ok(Command::Sql {
            query: text_of(input)?,
            input: Some(crate::relation(input)?),
        }),
        None => Ok(Command::Sql {
            query: sql_query(&in_fields(message))?,
            input: None,
        }),
    }
}

/// The text of a relation that is SQL, or SQL with views.
fn text_of(input: &proto::Relation) -> Result<SqlQuery> {
    match &input.rel_type {
        Some(RelType::Sql(text)) => sql_query(text),
        Some(RelType::WithRelations(with)) => match text_with_views(with) {
            Some(text) => sql_query(text),
            None => {
                let error =
                    SqlError::new(condition::CONNECT_INVALID_PLAN_INVALID_SQL_WITH_REFERENCES);
                Err(error.with("query", "WITH_RELATIONS"))
            }
        },
        other => {
            let other = if other.is_some() {
                "another relation"
            } else {
                "RELTYPE_NOT_SET"
            };
            let error = SqlError::new(
                condition::CONNECT_INVALID_PLAN_SQL_COMMAND_EXPECTS_SQL_OR_WITH_RELATIONS,
            );
            Err(error.with("other", other))
        }
    }
}

/// The text, if all references are views.
fn text_with_views(with: &proto::WithRelations) -> Option<&proto::Sql> {
    let is_view =
        |reference: &proto::Relation| matches!(reference.rel_type, Some(RelType::SubqueryAlias(_)));
    match with.root.as_ref()?.rel_type.as_ref()? {
        RelType::Sql(text) if with.references.iter().all(is_view) => Some(text),
        _ => None,
    }
}

#[allow(deprecated)] // what clients before 4.0 send
fn in_fields(message: &proto::SqlCommand) -> proto::Sql {
    proto::Sql {
        query: message.sql.clone(),
        args: message.args.clone(),
        pos_args: message.pos_args.clone(),
        named_arguments: message.named_arguments.clone(),
        pos_arguments: message.pos_arguments.clone(),
    }
}
