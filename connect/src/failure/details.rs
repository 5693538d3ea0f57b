//! What a client may still ask about errors that it has seen.

use std::collections::VecDeque;
use std::iter::successors;

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{ContextKind, QueryContext, SqlError};
use parking_lot::Mutex;
use proto::fetch_error_details_response as wire;
use uuid::Uuid;

use super::Failure;

/// Errors that a session keeps, as in Spark; an older one gives way.
const KEPT_ERRORS: usize = 20;

/// Errors of a chain that are told, from the outermost on.
const CHAIN_LENGTH: usize = 5;

/// The latest errors of a session, each to be read once.
#[derive(Debug, Default)]
pub(crate) struct ErrorStore {
    errors: Mutex<VecDeque<(String, Failure)>>,
}

impl ErrorStore {
    /// Keeps an error, and gives the id to ask for it by.
    pub(crate) fn keep(&self, failure: Failure) -> String {
        let id = Uuid::new_v4().to_string();
        let mut errors = self.errors.lock();
        if errors.len() == KEPT_ERRORS {
            errors.pop_front();
        }
        errors.push_back((id.clone(), failure));
        id
    }

    /// Gives an error away; nothing when it was read before, is too old or was never here.
    pub(crate) fn take(&self, id: &str) -> Option<Failure> {
        let mut errors = self.errors.lock();
        let at = errors.iter().position(|(known, _)| known == id)?;
        errors.remove(at).map(|(_, failure)| failure)
    }
}

impl Failure {
    /// The answer to `FetchErrorDetails`, ids of sessions aside.
    ///
    /// Stack traces stay empty: there is no JVM whose frames could be shown. So do
    /// `breaking_change_info`s, which no condition of Spark 4.3 has.
    pub(crate) fn details(&self) -> proto::FetchErrorDetailsResponse {
        let chain: Vec<&SqlError> = successors(Some(&self.error), |error| error.cause())
            .take(CHAIN_LENGTH)
            .collect();
        let errors = (chain.iter().enumerate())
            .map(|(at, error)| {
                let failure = Failure::new((*error).clone(), self.phase);
                wire::Error {
                    error_type_hierarchy: failure.class().hierarchy_names(),
                    message: error.to_string(),
                    stack_trace: Vec::new(),
                    cause_idx: (at + 1 < chain.len()).then_some(at as i32 + 1),
                    spark_throwable: Some(throwable(error)),
                }
            })
            .collect();
        proto::FetchErrorDetailsResponse {
            root_error_idx: Some(0),
            errors,
            ..Default::default()
        }
    }
}

fn throwable(error: &SqlError) -> wire::SparkThrowable {
    wire::SparkThrowable {
        error_class: Some(error.condition().name.to_string()),
        message_parameters: (error.parameters())
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        query_contexts: error.contexts().iter().map(query_context).collect(),
        sql_state: Some(error.sql_state().to_owned()),
        breaking_change_info: None,
    }
}

fn query_context(context: &QueryContext) -> wire::QueryContext {
    let kind = match context.kind {
        ContextKind::Sql => wire::query_context::ContextType::Sql,
        ContextKind::DataFrame => wire::query_context::ContextType::Dataframe,
    };
    let in_text = context.kind == ContextKind::Sql;
    wire::QueryContext {
        context_type: kind.into(),
        object_type: context.object_type.clone(),
        object_name: context.object_name.clone(),
        start_index: if in_text { context.start_index } else { 0 },
        stop_index: if in_text { context.stop_index } else { 0 },
        fragment: context.fragment.clone(),
        call_site: context.call_site.clone(),
        summary: context.summary(),
    }
}
