//! Models trained, saved, loaded and measured.

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{MlCommand, MlStep, MlTarget, Result};
use proto::ml_command::Command;
use proto::ml_command::write::Type;

use crate::missing;
use crate::names::options;
use crate::relation::{fetch, input, object, operator, parameters};

/// What is done with models.
pub(super) fn command(message: &proto::MlCommand) -> Result<MlCommand> {
    Ok(match &message.command {
        Some(Command::Fit(fit)) => MlCommand::Fit(step(
            fit.estimator.as_ref(),
            fit.params.as_ref(),
            fit.dataset.as_ref(),
        )?),
        Some(Command::Fetch(message)) => MlCommand::Fetch(fetch(message)?),
        Some(Command::Delete(delete)) => {
            let objects = delete.obj_refs.iter();
            MlCommand::Delete {
                objects: objects.map(|one| object(Some(one))).collect(),
                evict_only: delete.evict_only,
            }
        }
        Some(Command::Write(message)) => write(message)?,
        Some(Command::Read(read)) => MlCommand::Read {
            operator: operator(read.operator.as_ref())?,
            path: read.path.as_str().into(),
        },
        Some(Command::Evaluate(evaluate)) => MlCommand::Evaluate(step(
            evaluate.evaluator.as_ref(),
            evaluate.params.as_ref(),
            evaluate.dataset.as_ref(),
        )?),
        Some(Command::CleanCache(_)) => MlCommand::CleanCache,
        Some(Command::GetCacheInfo(_)) => MlCommand::GetCacheInfo,
        Some(Command::CreateSummary(summary)) => MlCommand::CreateSummary {
            model: object(summary.model_ref.as_ref()),
            dataset: input(summary.dataset.as_ref())?,
        },
        Some(Command::GetModelSize(size)) => {
            MlCommand::GetModelSize(object(size.model_ref.as_ref()))
        }
        None => {
            return Err(missing::one_of(
                "spark.connect.MlCommand",
                "COMMAND_NOT_SET",
            ));
        }
    })
}

fn step(
    name: Option<&proto::MlOperator>,
    params: Option<&proto::MlParams>,
    dataset: Option<&proto::Relation>,
) -> Result<MlStep> {
    Ok(MlStep {
        operator: operator(name)?,
        params: parameters(params)?,
        dataset: input(dataset)?,
    })
}

fn write(message: &proto::ml_command::Write) -> Result<MlCommand> {
    let target = match &message.r#type {
        Some(Type::Operator(message)) => MlTarget::Operator(operator(Some(message))?),
        Some(Type::ObjRef(reference)) => MlTarget::Object(object(Some(reference))),
        None => {
            return Err(missing::one_of(
                "spark.connect.MlCommand.Write",
                "TYPE_NOT_SET",
            ));
        }
    };
    Ok(MlCommand::Write {
        target,
        params: parameters(message.params.as_ref())?,
        path: message.path.as_str().into(),
        overwrite: message.should_overwrite,
        options: options(&message.options),
    })
}
