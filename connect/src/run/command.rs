//! Commands: what each does, and what it says.
//!
//! SQL text that is a command runs at once, and its rows go back inside of a relation; text that is
//! a query is checked, and goes back as it came, for the client to build upon. Everything else is a
//! command of the session's, which says nothing.

use arrow::ipc::writer::StreamWriter;
use flint_connect_protocol::spark::connect as proto;
use flint_sql::{QueryResult, StorageLevel, storage_level};
use flint_sql_columnar::arrow_schema;
use flint_sql_spec::{
    Command, Relation, RelationKind, Result, SqlError, SqlQuery, StorageLevel as Level,
};
use proto::command::CommandType;
use proto::execute_plan_response::{ResponseType, SqlCommandResult};
use proto::relation::RelType;
use uuid::Uuid;

use super::Run;
use crate::failure::Failure;

impl Run {
    /// Runs a command.
    pub(super) fn command(&self, command: proto::Command) -> Result<(), Failure> {
        let spec = flint_connect_plans::command(&command)?;
        self.go_on()?;
        match (spec, command.command_type) {
            (Command::Sql { query, input }, Some(CommandType::SqlCommand(sent))) => {
                let relation = self.sql(query, input, sent)?;
                let told = SqlCommandResult {
                    relation: Some(relation),
                };
                self.respond(ResponseType::SqlCommandResult(told))?;
            }
            (
                Command::Checkpoint {
                    relation,
                    local,
                    eager,
                    level,
                },
                _,
            ) => {
                let id = self.checkpoint(relation, local, eager, level)?;
                let told = proto::CheckpointCommandResult {
                    relation: Some(proto::CachedRemoteRelation { relation_id: id }),
                };
                self.respond(ResponseType::CheckpointCommandResult(told))?;
            }
            (Command::RemoveCachedRemoteRelation { relation_id }, _) => {
                self.spark().forget_relation(&relation_id);
            }
            (Command::GetResources, _) => {
                let told = proto::GetResourcesCommandResult::default();
                self.respond(ResponseType::GetResourcesCommandResult(told))?;
            }
            (Command::Extension(message), _) => {
                self.session.extensions.run(self.spark(), &message)?;
            }
            (other, _) => {
                self.spark().execute(&other)?;
            }
        }
        Ok(())
    }

    /// What `spark.sql` gives: a relation to build upon.
    fn sql(
        &self,
        query: SqlQuery,
        input: Option<Relation>,
        sent: proto::SqlCommand,
    ) -> Result<proto::Relation> {
        let relation = input.unwrap_or_else(|| RelationKind::Sql(query).into());
        match self.spark().sql_command(&relation)? {
            Some(rows) => local(&rows),
            None => Ok(match sent.input {
                Some(input) => input,
                None => written_anew(sent),
            }),
        }
    }

    /// Keeps a relation's rows, and gives the id that they are kept by.
    fn checkpoint(
        &self,
        relation: Relation,
        local: bool,
        eager: bool,
        level: Option<Level>,
    ) -> Result<String> {
        let rows = self.spark().data_frame(relation);
        let kept = match level {
            Some(level) if local => rows.local_checkpoint_with(eager, storage_level(&level)?),
            None if local => rows.local_checkpoint_with(eager, StorageLevel::MEMORY_AND_DISK),
            _ => rows.checkpoint(),
        };
        let id = Uuid::new_v4().to_string();
        self.spark().keep_relation(&id, kept?.to_relation()?);
        Ok(id)
    }
}

/// SQL text as clients before 4.0 send it, as a relation.
#[allow(deprecated, reason = "clients before 4.0 send these")]
fn written_anew(sent: proto::SqlCommand) -> proto::Relation {
    proto::Relation {
        common: None,
        rel_type: Some(RelType::Sql(proto::Sql {
            query: sent.sql,
            args: sent.args,
            pos_args: sent.pos_args,
            named_arguments: sent.named_arguments,
            pos_arguments: sent.pos_arguments,
        })),
    }
}

/// The rows of a command, as a relation that holds them.
fn local(found: &QueryResult) -> Result<proto::Relation> {
    let layout = arrow_schema(&found.schema)?;
    let raise = |error| SqlError::internal(format!("rows can't be sent: {error}"));
    let mut bytes = Vec::new();
    let mut writer = StreamWriter::try_new(&mut bytes, &layout).map_err(raise)?;
    for batch in &found.batches {
        writer.write(batch).map_err(raise)?;
    }
    writer.finish().map_err(raise)?;
    drop(writer);
    Ok(proto::Relation {
        common: None,
        rel_type: Some(RelType::LocalRelation(proto::LocalRelation {
            data: Some(bytes.into()),
            schema: None,
        })),
    })
}
