//! What tasks and executors need.

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{ExecutorResource, Float, ResourceProfile};

use crate::names::{optional, sorted};

/// A resource profile; one that is absent asks for nothing.
///
/// Resources go by the keys of the maps, which name the same as the requests do.
pub(super) fn profile(message: Option<&proto::ResourceProfile>) -> ResourceProfile {
    let (mut executor, mut task) = (Vec::new(), Vec::new());
    if let Some(message) = message {
        for (name, request) in sorted(&message.executor_resources) {
            let resource = ExecutorResource {
                amount: request.amount,
                discovery_script: optional(request.discovery_script.as_ref()),
                vendor: optional(request.vendor.as_ref()),
            };
            executor.push((name.into(), resource));
        }
        for (name, request) in sorted(&message.task_resources) {
            task.push((name.into(), Float(request.amount)));
        }
    }
    ResourceProfile { executor, task }
}
