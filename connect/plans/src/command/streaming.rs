//! Streaming queries: started, asked and told.

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{
    ForeachFunction, Ident, ListenerBusCommand, QueryInstance, Result, StreamListener, StreamSink,
    StreamTrigger, StreamingManagerCommand, StreamingQueryAction, StreamingQueryCommand,
    WriteStream,
};
use proto::streaming_foreach_function::Function;
use proto::streaming_query_command::Command as Query;
use proto::streaming_query_listener_bus_command::Command as Bus;
use proto::streaming_query_manager_command::{Command as Manager, StreamingQueryListenerCommand};
use proto::write_stream_operation_start::{SinkDestination, Trigger};

use crate::foreign::python_code;
use crate::names::{names, options};
use crate::relation::input;
use crate::{missing, scala_function};

/// A streaming query that starts.
pub(super) fn start(message: &proto::WriteStreamOperationStart) -> Result<WriteStream> {
    let sink = message.sink_destination.as_ref();
    Ok(WriteStream {
        input: input(message.input.as_ref())?,
        format: text(&message.format),
        options: options(&message.options),
        partition_columns: names(&message.partitioning_column_names),
        trigger: message.trigger.as_ref().and_then(trigger),
        output_mode: text(&message.output_mode),
        query_name: text(&message.query_name),
        sink: sink.map(|sink| match sink {
            SinkDestination::Path(path) => StreamSink::Path(text(path)),
            SinkDestination::TableName(name) => StreamSink::Table(text(name)),
        }),
        foreach_writer: message.foreach_writer.as_ref().map(foreach).transpose()?,
        foreach_batch: message.foreach_batch.as_ref().map(foreach).transpose()?,
        clustering_columns: names(&message.clustering_column_names),
    })
}

fn text(text: &str) -> Ident {
    text.into()
}

/// When batches run. Saying no to a trigger is saying nothing.
fn trigger(trigger: &Trigger) -> Option<StreamTrigger> {
    match trigger {
        Trigger::ProcessingTimeInterval(interval) => {
            Some(StreamTrigger::ProcessingTime(text(interval)))
        }
        Trigger::AvailableNow(yes) => yes.then_some(StreamTrigger::AvailableNow),
        Trigger::Once(yes) => yes.then_some(StreamTrigger::Once),
        Trigger::ContinuousCheckpointInterval(interval) => {
            Some(StreamTrigger::Continuous(text(interval)))
        }
        Trigger::RealTimeBatchDuration(duration) => Some(StreamTrigger::RealTime(text(duration))),
    }
}

fn foreach(message: &proto::StreamingForeachFunction) -> Result<ForeachFunction> {
    match &message.function {
        Some(Function::PythonFunction(python)) => Ok(ForeachFunction(python_code(python))),
        Some(Function::ScalaFunction(scala)) => scala_function(scala).map(ForeachFunction),
        None => Err(missing::one_of(
            "spark.connect.StreamingForeachFunction",
            "FUNCTION_NOT_SET",
        )),
    }
}

/// One query, asked or told. What is asked is which member is there, whatever its value.
pub(super) fn query(message: &proto::StreamingQueryCommand) -> Result<StreamingQueryCommand> {
    let action = match &message.command {
        Some(Query::Status(_)) => StreamingQueryAction::Status,
        Some(Query::LastProgress(_)) => StreamingQueryAction::LastProgress,
        Some(Query::RecentProgress(_)) => StreamingQueryAction::RecentProgress,
        Some(Query::Stop(_)) => StreamingQueryAction::Stop,
        Some(Query::ProcessAllAvailable(_)) => StreamingQueryAction::ProcessAllAvailable,
        Some(Query::Explain(explain)) => StreamingQueryAction::Explain {
            extended: explain.extended,
        },
        Some(Query::Exception(_)) => StreamingQueryAction::Exception,
        Some(Query::AwaitTermination(wait)) => StreamingQueryAction::AwaitTermination {
            timeout_ms: wait.timeout_ms,
        },
        None => {
            return Err(missing::one_of(
                "spark.connect.StreamingQueryCommand",
                "COMMAND_NOT_SET",
            ));
        }
    };
    let id = message.query_id.as_ref();
    let query = QueryInstance {
        id: text(id.map_or("", |id| &id.id)),
        run_id: text(id.map_or("", |id| &id.run_id)),
    };
    Ok(StreamingQueryCommand { query, action })
}

/// The session's queries, asked or told.
pub(super) fn manager(
    message: &proto::StreamingQueryManagerCommand,
) -> Result<StreamingManagerCommand> {
    Ok(match &message.command {
        Some(Manager::Active(_)) => StreamingManagerCommand::Active,
        Some(Manager::GetQuery(id)) => StreamingManagerCommand::GetQuery(text(id)),
        Some(Manager::AwaitAnyTermination(wait)) => StreamingManagerCommand::AwaitAnyTermination {
            timeout_ms: wait.timeout_ms,
        },
        Some(Manager::ResetTerminated(_)) => StreamingManagerCommand::ResetTerminated,
        Some(Manager::AddListener(it)) => StreamingManagerCommand::AddListener(listener(it)),
        Some(Manager::RemoveListener(it)) => StreamingManagerCommand::RemoveListener(listener(it)),
        Some(Manager::ListListeners(_)) => StreamingManagerCommand::ListListeners,
        None => {
            return Err(missing::one_of(
                "spark.connect.StreamingQueryManagerCommand",
                "COMMAND_NOT_SET",
            ));
        }
    })
}

fn listener(message: &StreamingQueryListenerCommand) -> StreamListener {
    let python = message.python_listener_payload.as_ref();
    StreamListener {
        id: text(&message.id),
        payload: message.listener_payload.as_ref().into(),
        foreign: python.map(python_code),
    }
}

/// The bus of streaming events.
pub(super) fn listener_bus(
    message: &proto::StreamingQueryListenerBusCommand,
) -> Result<ListenerBusCommand> {
    match &message.command {
        Some(Bus::AddListenerBusListener(_)) => Ok(ListenerBusCommand::Add),
        Some(Bus::RemoveListenerBusListener(_)) => Ok(ListenerBusCommand::Remove),
        None => Err(missing::one_of(
            "spark.connect.StreamingQueryListenerBusCommand",
            "COMMAND_NOT_SET",
        )),
    }
}
