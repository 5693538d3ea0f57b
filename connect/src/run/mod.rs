//! From a plan to responses.
//!
//! [`run`] is called on a thread of the execution's own, and blocks: translation, analysis, the query
//! itself, and the client's reading are one after the other here. Relations are in `relation`,
//! commands in `command`, batches of rows in `batches`. How far it is tells `progress`, beside all that.

mod batches;
mod command;
mod progress;
mod relation;

use std::sync::Arc;

use flint_connect_protocol::spark::connect as proto;
use flint_sql::SparkSession;
use flint_sql_spec::{Result, SqlError, condition};
use proto::execute_plan_response::ResponseType;
use proto::plan::OpType;
use uuid::Uuid;

use crate::execution::Execution;
use crate::failure::{Failure, Phase};
use crate::sessions::Session;

pub(crate) use batches::Chunking;
pub(crate) use progress::{Progress, reports};

/// What a plan is run for.
pub(crate) struct Run {
    pub(crate) session: Arc<Session>,
    pub(crate) execution: Arc<Execution>,
    pub(crate) chunking: Chunking,
    pub(crate) progress: Progress,
}

/// Errors of what comes before the first job.
impl From<SqlError> for Failure {
    fn from(error: SqlError) -> Failure {
        Failure::new(error, Phase::Analysis)
    }
}

/// An error of a job.
fn while_running(error: SqlError) -> Failure {
    Failure::new(error, Phase::Run)
}

impl Run {
    /// Runs a plan, and ends its responses.
    pub(crate) fn run(&self, plan: proto::Plan) {
        let ended = self.tagged().map_err(Failure::from);
        let ended = ended.and_then(|()| self.dispatch(plan));
        let last_report = self.last_report().map_err(Failure::from);
        let ended = match ended.and(last_report) {
            Ok(()) => {
                let complete = ResponseType::ResultComplete(Default::default());
                self.respond(complete).map_err(Failure::from)
            }
            failed => failed,
        };
        let end = ended.map_err(|failure| failure.kept_in(&self.session.errors));
        self.spark().clear_tags();
        self.execution.end(end);
    }

    fn tagged(&self) -> Result<()> {
        self.spark().clear_tags();
        self.spark().add_tag(&self.execution.job_tag())
    }

    fn dispatch(&self, plan: proto::Plan) -> Result<(), Failure> {
        match plan.op_type {
            Some(OpType::Root(root)) => self.relation(&root),
            Some(OpType::Command(command)) => self.command(command),
            Some(OpType::CompressedOperation(compressed)) => {
                self.dispatch(crate::decompress::plan(&compressed)?)
            }
            None => Err(no_plan().into()),
        }
    }

    fn spark(&self) -> &SparkSession {
        &self.session.spark
    }

    /// Stops a run that somebody wants to stop.
    fn go_on(&self) -> Result<()> {
        if self.execution.is_interrupted() {
            return Err(SqlError::new(condition::OPERATION_CANCELED));
        }
        Ok(())
    }

    fn respond(&self, response: ResponseType) -> Result<()> {
        self.send(proto::ExecutePlanResponse {
            response_type: Some(response),
            ..Default::default()
        })
    }

    /// A response under the ids of this run.
    fn identified(&self, response: proto::ExecutePlanResponse) -> proto::ExecutePlanResponse {
        proto::ExecutePlanResponse {
            session_id: self.session.key.session.clone(),
            server_side_session_id: self.session.server_side_id.clone(),
            operation_id: self.execution.id.clone(),
            response_id: Uuid::new_v4().to_string(),
            ..response
        }
    }

    /// Sends a response under the ids of this run.
    fn send(&self, response: proto::ExecutePlanResponse) -> Result<()> {
        self.go_on()?;
        if self.execution.buffer.push(self.identified(response)) {
            Ok(())
        } else {
            Err(SqlError::new(condition::OPERATION_CANCELED))
        }
    }
}

fn no_plan() -> SqlError {
    SqlError::new(condition::CONNECT_INVALID_PLAN_INVALID_ONE_OF_FIELD_NOT_SET)
        .with("fullName", "spark.connect.Plan")
        .with("name", "op_type")
}
