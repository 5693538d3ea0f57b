//! Commands.

mod machine_learning;
mod merge;
mod pipeline;
mod resource;
mod sql;
mod streaming;
mod write;

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{Command, CreateDataFrameView, Result};
use proto::command::CommandType;

use crate::extension::extension;
use crate::names::options;
use crate::relation::{inline_data_source, inline_table_function, input};
use crate::{inline_function, missing, storage_level};

/// The command of a message.
///
/// ```
/// use flint_connect_plans::command;
/// use flint_connect_protocol::spark::connect as proto;
/// use flint_sql_spec::Command;
/// let member = proto::command::CommandType::GetResourcesCommand(Default::default());
/// let message = proto::Command { command_type: Some(member) };
/// assert_eq!(command(&message)?, Command::GetResources);
/// # Ok::<(), flint_sql_spec::SqlError>(())
/// ```
///
/// # Errors
/// `CONNECT_INVALID_PLAN` and its kin, as for [`relation`](crate::relation()).
pub fn command(message: &proto::Command) -> Result<Command> {
    match &message.command_type {
        Some(member) => of(member),
        None => Err(missing::one_of(
            "spark.connect.Command",
            "COMMANDTYPE_NOT_SET",
        )),
    }
}

/// One member each: a member of the protocol without a translation does not compile.
fn of(member: &CommandType) -> Result<Command> {
    Ok(match member {
        CommandType::RegisterFunction(it) => Command::RegisterFunction(inline_function(it)?),
        CommandType::RegisterTableFunction(it) => {
            Command::RegisterTableFunction(inline_table_function(it)?)
        }
        CommandType::RegisterDataSource(it) => Command::RegisterDataSource(inline_data_source(it)?),
        CommandType::WriteOperation(it) => Command::Write(write::first(it)?),
        CommandType::WriteOperationV2(it) => Command::WriteV2(write::second(it)?),
        CommandType::CreateDataframeView(it) => Command::CreateDataFrameView(view(it)?),
        CommandType::SqlCommand(it) => sql::sql(it)?,
        CommandType::WriteStreamOperationStart(it) => Command::WriteStream(streaming::start(it)?),
        CommandType::StreamingQueryCommand(it) => Command::StreamingQuery(streaming::query(it)?),
        CommandType::StreamingQueryManagerCommand(it) => {
            Command::StreamingManager(streaming::manager(it)?)
        }
        CommandType::StreamingQueryListenerBusCommand(it) => {
            Command::ListenerBus(streaming::listener_bus(it)?)
        }
        CommandType::GetResourcesCommand(_) => Command::GetResources,
        CommandType::CreateResourceProfileCommand(it) => {
            Command::CreateResourceProfile(resource::profile(it.profile.as_ref()))
        }
        CommandType::CheckpointCommand(it) => checkpoint(it)?,
        CommandType::RemoveCachedRemoteRelationCommand(it) => remove_cached(it)?,
        CommandType::MergeIntoTableCommand(it) => Command::MergeInto(merge::merge(it)?),
        CommandType::MlCommand(it) => Command::Ml(machine_learning::command(it)?),
        CommandType::ExecuteExternalCommand(it) => Command::ExecuteExternal {
            runner: it.runner.as_str().into(),
            command: it.command.as_str().into(),
            options: options(&it.options),
        },
        CommandType::PipelineCommand(it) => Command::Pipeline(pipeline::command(it)?),
        CommandType::Extension(it) => Command::Extension(extension(it)),
    })
}

fn view(message: &proto::CreateDataFrameViewCommand) -> Result<CreateDataFrameView> {
    Ok(CreateDataFrameView {
        input: input(message.input.as_ref())?,
        name: message.name.as_str().into(),
        global: message.is_global,
        replace: message.replace,
    })
}

fn checkpoint(message: &proto::CheckpointCommand) -> Result<Command> {
    Ok(Command::Checkpoint {
        relation: input(message.relation.as_ref())?,
        local: message.local,
        eager: message.eager,
        level: message.storage_level.as_ref().map(storage_level),
    })
}

fn remove_cached(message: &proto::RemoveCachedRemoteRelationCommand) -> Result<Command> {
    let Some(relation) = &message.relation else {
        return Err(missing::field(
            "spark.connect.RemoveCachedRemoteRelationCommand",
            "relation",
        ));
    };
    Ok(Command::RemoveCachedRemoteRelation {
        relation_id: relation.relation_id.as_str().into(),
    })
}
