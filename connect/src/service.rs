//! The service: what each call does with sessions and executions.
//!
//! Calls that compute run on threads where they may block; those of executions go on when the
//! connection is lost.

use std::pin::Pin;
use std::sync::Arc;

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{Result, SqlError, condition};
use futures::Stream;
use proto::execute_plan_request::request_option::RequestOption;
use proto::get_status_response::OperationStatus;
use proto::get_status_response::operation_status::OperationState;
use proto::interrupt_request::{Interrupt, InterruptType};
use proto::release_execute_request::Release;
use proto::spark_connect_service_server::SparkConnectService;
use tokio::task::block_in_place;
use tonic::{Request, Response, Status, Streaming};
use uuid::Uuid;

use crate::artifacts::Stage;
use crate::execution::{Ending, Execution, Lost, Next, Reader, Reading};
use crate::failure::{Failure, Phase};
use crate::run::{Chunking, Progress, Run, reports};
use crate::sessions::{Key, Session, Sessions};
use crate::{analyze, config};

/// The stack of a thread that runs a plan, in bytes. Plans are as deep as queries.
const STACK_BYTES: usize = 16 << 20;

/// The answers of Spark Connect's calls.
#[derive(Debug, Clone)]
pub(crate) struct Service {
    pub(crate) sessions: Arc<Sessions>,
}

type Responses = Pin<Box<dyn Stream<Item = Result<proto::ExecutePlanResponse, Status>> + Send>>;

/// Who asks.
fn key(user: Option<&proto::UserContext>, session: &str) -> Key {
    Key {
        user: user.map(|user| user.user_id.clone()).unwrap_or_default(),
        session: session.to_owned(),
    }
}

/// An error about a session that there is not.
fn refused(error: &SqlError) -> Status {
    Failure::status_without_session(error, Phase::Analysis)
}

impl Service {
    /// The session of a request.
    fn session(
        &self,
        user: Option<&proto::UserContext>,
        session: &str,
        observed: Option<&str>,
    ) -> Result<Arc<Session>, Status> {
        let found = self.sessions.get(&key(user, session), observed);
        found.map_err(|error| refused(&error))
    }

    /// The session of a request that makes none.
    fn existing(
        &self,
        user: Option<&proto::UserContext>,
        session: &str,
        observed: Option<&str>,
    ) -> Result<Arc<Session>, Status> {
        let found = self.sessions.existing(&key(user, session), observed);
        found.map_err(|error| refused(&error))
    }
}

/// What a session's work gives, on a thread where it may block.
async fn blocking<T: Send + 'static>(
    session: &Arc<Session>,
    work: impl FnOnce(&Session) -> Result<T> + Send + 'static,
) -> Result<T, Status> {
    let at = Arc::clone(session);
    let done = tokio::task::spawn_blocking(move || flint_sql_spec::with_large_stack(|| work(&at)));
    let done = done
        .await
        .unwrap_or_else(|_| Err(SqlError::internal("the thread of a call panicked")));
    done.map_err(|error| Failure::status(&error, Phase::Analysis, &session.errors))
}

/// The options of an execution.
fn options(options: &[proto::execute_plan_request::RequestOption]) -> (bool, Chunking) {
    let (mut reattachable, mut chunking) = (false, Chunking::default());
    for option in options {
        match &option.request_option {
            Some(RequestOption::ReattachOptions(asked)) => reattachable = asked.reattachable,
            Some(RequestOption::ResultChunkingOptions(asked)) => chunking = Chunking::of(asked),
            Some(RequestOption::Extension(_)) | None => {}
        }
    }
    (reattachable, chunking)
}

/// What a client reads of an execution.
fn responses(session: Arc<Session>, reading: Reading, reader: Reader) -> Responses {
    let detached = Detached(session, Arc::clone(reading.execution()));
    let state = Some((reader, reading, detached));
    Box::pin(futures::stream::unfold(state, |state| async {
        let (mut reader, reading, detached) = state?;
        let buffer = &reading.execution().buffer;
        match buffer.next(&mut reader).await {
            Ok(Next::Response(response)) => {
                Some((Ok(*response), Some((reader, reading, detached))))
            }
            Ok(Next::End(Ok(()))) => None,
            Ok(Next::End(Err(status))) => Some((Err(status), None)),
            Err(lost) => Some((Err(lost_status(lost, "", &detached.0)), None)),
        }
    }))
}

/// A client that reads. When it cannot come back, its execution goes with it.
struct Detached(Arc<Session>, Arc<Execution>);

impl Drop for Detached {
    fn drop(&mut self) {
        if !self.1.reattachable {
            self.0.release(&self.1.id);
        }
    }
}

fn lost_status(lost: Lost, id: &str, session: &Session) -> Status {
    let condition = match lost {
        Lost::Displaced => condition::INVALID_CURSOR_DISCONNECTED,
        Lost::Released => condition::INVALID_CURSOR_POSITION_NOT_AVAILABLE,
        Lost::Unknown => condition::INVALID_CURSOR_POSITION_NOT_FOUND,
    };
    let error = SqlError::new(condition).with("responseId", id);
    Failure::status(&error, Phase::Run, &session.errors)
}

/// Which executions an interruption is meant for.
fn interruption(
    asked: InterruptType,
    what: Option<Interrupt>,
) -> Result<Box<dyn Fn(&Execution) -> bool + Send>> {
    let missing = |condition, parameter: &'static str| {
        let error = SqlError::new(condition).with("parameter", parameter);
        Err(error.with("functionName", "interrupt"))
    };
    match (asked, what) {
        (InterruptType::All, _) => Ok(Box::new(|_| true)),
        (InterruptType::Tag, Some(Interrupt::OperationTag(tag))) => {
            Ok(Box::new(move |execution| execution.tags.contains(&tag)))
        }
        (InterruptType::OperationId, Some(Interrupt::OperationId(id))) => {
            Ok(Box::new(move |execution| execution.id == id))
        }
        (InterruptType::Tag, _) => missing(
            condition::INVALID_PARAMETER_VALUE_INTERRUPT_TYPE_TAG_REQUIRES_TAG,
            "operation_tag",
        ),
        (InterruptType::OperationId, _) => missing(
            condition::INVALID_PARAMETER_VALUE_INTERRUPT_TYPE_OPERATION_ID_REQUIRES_ID,
            "operation_id",
        ),
        (InterruptType::Unspecified, _) => {
            Err(SqlError::new(condition::UNSUPPORTED_FEATURE_INTERRUPT_TYPE)
                .with("interruptType", asked.as_str_name()))
        }
    }
}

#[tonic::async_trait]
impl SparkConnectService for Service {
    type ExecutePlanStream = Responses;
    type ReattachExecuteStream = Responses;

    async fn execute_plan(
        &self,
        request: Request<proto::ExecutePlanRequest>,
    ) -> Result<Response<Responses>, Status> {
        let request = request.into_inner();
        let observed = request.client_observed_server_side_session_id.as_deref();
        let user = request.user_context.as_ref();
        let session = self.session(user, &request.session_id, observed)?;
        let (reattachable, chunking) = options(&request.request_options);
        let id = request.operation_id.filter(|id| !id.is_empty());
        let id = id.unwrap_or_else(|| Uuid::new_v4().to_string());
        let spark = session.spark.clone();
        let execution = Arc::new(Execution::new(id, request.tags, reattachable, spark));
        let added = session.add(Arc::clone(&execution));
        added.map_err(|error| Failure::status(&error, Phase::Analysis, &session.errors))?;
        let run = Arc::new(Run {
            session: Arc::clone(&session),
            execution: Arc::clone(&execution),
            chunking,
            progress: Progress::default(),
        });
        if let Some(every) = run.report_interval() {
            tokio::spawn(reports(Arc::downgrade(&run), every));
        }
        let plan = request.plan.unwrap_or_default();
        let thread = std::thread::Builder::new()
            .name("connect-execution".to_owned())
            .stack_size(STACK_BYTES);
        let reading = execution.reading();
        let reader = execution.buffer.read_after(None);
        let reader = reader.map_err(|lost| lost_status(lost, "", &session))?;
        let ending = Ending(Arc::clone(&execution));
        let running = thread.spawn(move || {
            let _ending = ending;
            run.run(plan);
        });
        if let Err(error) = running {
            session.release(&execution.id);
            return Err(Status::resource_exhausted(format!(
                "no thread for the execution: {error}"
            )));
        }
        Ok(Response::new(responses(session, reading, reader)))
    }

    async fn reattach_execute(
        &self,
        request: Request<proto::ReattachExecuteRequest>,
    ) -> Result<Response<Responses>, Status> {
        let request = request.into_inner();
        let observed = request.client_observed_server_side_session_id.as_deref();
        let user = request.user_context.as_ref();
        let session = self.existing(user, &request.session_id, observed)?;
        let raise = |error: SqlError| Failure::status(&error, Phase::Run, &session.errors);
        let execution = session.execution(&request.operation_id).map_err(raise)?;
        if !execution.reattachable {
            let fixed = SqlError::new(condition::INVALID_CURSOR_NOT_REATTACHABLE);
            return Err(raise(fixed));
        }
        let reading = execution.reading();
        let last = request
            .last_response_id
            .as_deref()
            .filter(|id| !id.is_empty());
        let reader = execution.buffer.read_after(last);
        let reader =
            reader.map_err(|lost| lost_status(lost, last.unwrap_or_default(), &session))?;
        Ok(Response::new(responses(session, reading, reader)))
    }

    async fn release_execute(
        &self,
        request: Request<proto::ReleaseExecuteRequest>,
    ) -> Result<Response<proto::ReleaseExecuteResponse>, Status> {
        let request = request.into_inner();
        let observed = request.client_observed_server_side_session_id.as_deref();
        let user = request.user_context.as_ref();
        let session = self.existing(user, &request.session_id, observed)?;
        let found = session.execution(&request.operation_id).ok();
        if let Some(execution) = &found {
            match &request.release {
                Some(Release::ReleaseUntil(until)) => {
                    execution.buffer.release_until(&until.response_id);
                }
                Some(Release::ReleaseAll(_)) | None => session.release(&execution.id),
            }
        }
        Ok(Response::new(proto::ReleaseExecuteResponse {
            session_id: request.session_id,
            server_side_session_id: session.server_side_id.clone(),
            operation_id: found.map(|execution| execution.id.clone()),
        }))
    }

    async fn analyze_plan(
        &self,
        request: Request<proto::AnalyzePlanRequest>,
    ) -> Result<Response<proto::AnalyzePlanResponse>, Status> {
        let request = request.into_inner();
        let observed = request.client_observed_server_side_session_id.as_deref();
        let user = request.user_context.as_ref();
        let session = self.session(user, &request.session_id, observed)?;
        let asked = request.analyze;
        let told = blocking(&session, |session| analyze::analyze(&session.spark, asked));
        Ok(Response::new(proto::AnalyzePlanResponse {
            session_id: request.session_id,
            server_side_session_id: session.server_side_id.clone(),
            result: Some(told.await?),
        }))
    }

    async fn config(
        &self,
        request: Request<proto::ConfigRequest>,
    ) -> Result<Response<proto::ConfigResponse>, Status> {
        let request = request.into_inner();
        let observed = request.client_observed_server_side_session_id.as_deref();
        let user = request.user_context.as_ref();
        let session = self.session(user, &request.session_id, observed)?;
        let done = config::config(&session.spark, request.operation);
        let (pairs, warnings) =
            done.map_err(|error| Failure::status(&error, Phase::Run, &session.errors))?;
        Ok(Response::new(proto::ConfigResponse {
            session_id: request.session_id,
            server_side_session_id: session.server_side_id.clone(),
            pairs,
            warnings,
        }))
    }

    async fn add_artifacts(
        &self,
        request: Request<Streaming<proto::AddArtifactsRequest>>,
    ) -> Result<Response<proto::AddArtifactsResponse>, Status> {
        let mut requests = request.into_inner();
        let Some(first) = requests.message().await? else {
            return Err(Status::invalid_argument("no artifacts came"));
        };
        let observed = first.client_observed_server_side_session_id.as_deref();
        let user = first.user_context.as_ref();
        let session = self.session(user, &first.session_id, observed)?;
        let session_id = first.session_id.clone();
        let raise = |error: SqlError| Failure::status(&error, Phase::Run, &session.errors);
        let mut upload = Stage::new(&session.artifacts);
        let mut next = Some(first);
        while let Some(request) = next {
            if request.session_id != session_id {
                return Err(Status::invalid_argument("artifacts of two sessions came"));
            }
            block_in_place(|| upload.take(request.payload)).map_err(raise)?;
            next = requests.message().await?;
        }
        let finish = || session.artifacts.finish(upload, &session.spark);
        let artifacts = block_in_place(finish).map_err(raise)?;
        Ok(Response::new(proto::AddArtifactsResponse {
            session_id,
            server_side_session_id: session.server_side_id.clone(),
            artifacts,
        }))
    }

    async fn artifact_status(
        &self,
        request: Request<proto::ArtifactStatusesRequest>,
    ) -> Result<Response<proto::ArtifactStatusesResponse>, Status> {
        let request = request.into_inner();
        let observed = request.client_observed_server_side_session_id.as_deref();
        let user = request.user_context.as_ref();
        let session = self.session(user, &request.session_id, observed)?;
        Ok(Response::new(proto::ArtifactStatusesResponse {
            session_id: request.session_id,
            server_side_session_id: session.server_side_id.clone(),
            statuses: session.artifacts.statuses(request.names),
        }))
    }

    async fn interrupt(
        &self,
        request: Request<proto::InterruptRequest>,
    ) -> Result<Response<proto::InterruptResponse>, Status> {
        let request = request.into_inner();
        let observed = request.client_observed_server_side_session_id.as_deref();
        let user = request.user_context.as_ref();
        let session = self.session(user, &request.session_id, observed)?;
        let wanted = interruption(request.interrupt_type(), request.interrupt)
            .map_err(|error| Failure::status(&error, Phase::Analysis, &session.errors))?;
        let interrupted_ids = (session.executions().iter())
            .filter(|execution| wanted(execution) && execution.interrupt())
            .map(|execution| execution.id.clone())
            .collect();
        Ok(Response::new(proto::InterruptResponse {
            session_id: request.session_id,
            server_side_session_id: session.server_side_id.clone(),
            interrupted_ids,
        }))
    }

    async fn release_session(
        &self,
        request: Request<proto::ReleaseSessionRequest>,
    ) -> Result<Response<proto::ReleaseSessionResponse>, Status> {
        let request = request.into_inner();
        let key = key(request.user_context.as_ref(), &request.session_id);
        let ended = self.sessions.release(&key, request.allow_reconnect);
        Ok(Response::new(proto::ReleaseSessionResponse {
            session_id: request.session_id,
            server_side_session_id: ended.unwrap_or_default(),
        }))
    }

    async fn fetch_error_details(
        &self,
        request: Request<proto::FetchErrorDetailsRequest>,
    ) -> Result<Response<proto::FetchErrorDetailsResponse>, Status> {
        let request = request.into_inner();
        let observed = request.client_observed_server_side_session_id.as_deref();
        let user = request.user_context.as_ref();
        let session = self.existing(user, &request.session_id, observed)?;
        let found = session.errors.take(&request.error_id);
        let found = found.map(|failure| failure.details()).unwrap_or_default();
        Ok(Response::new(proto::FetchErrorDetailsResponse {
            session_id: request.session_id,
            server_side_session_id: session.server_side_id.clone(),
            ..found
        }))
    }

    async fn clone_session(
        &self,
        request: Request<proto::CloneSessionRequest>,
    ) -> Result<Response<proto::CloneSessionResponse>, Status> {
        let request = request.into_inner();
        let observed = request.client_observed_server_side_session_id.as_deref();
        let user = request.user_context.as_ref();
        let session = self.existing(user, &request.session_id, observed)?;
        let id = request.new_session_id.as_deref();
        let cloned = block_in_place(|| self.sessions.cloned(&session, id));
        let cloned =
            cloned.map_err(|error| Failure::status(&error, Phase::Analysis, &session.errors))?;
        Ok(Response::new(proto::CloneSessionResponse {
            session_id: request.session_id,
            server_side_session_id: session.server_side_id.clone(),
            new_session_id: cloned.key.session.clone(),
            new_server_side_session_id: cloned.server_side_id.clone(),
        }))
    }

    async fn get_status(
        &self,
        request: Request<proto::GetStatusRequest>,
    ) -> Result<Response<proto::GetStatusResponse>, Status> {
        let request = request.into_inner();
        let observed = request.client_observed_server_side_session_id.as_deref();
        let user = request.user_context.as_ref();
        let session = self.existing(user, &request.session_id, observed)?;
        let states = match request.operation_status {
            Some(asked) => session.states(asked.operation_ids),
            None => Vec::new(),
        };
        let status = |(operation_id, state): (String, OperationState)| OperationStatus {
            operation_id,
            state: state.into(),
            extensions: Vec::new(),
        };
        Ok(Response::new(proto::GetStatusResponse {
            session_id: request.session_id,
            server_side_session_id: session.server_side_id.clone(),
            operation_statuses: states.into_iter().map(status).collect(),
            extensions: Vec::new(),
        }))
    }
}
