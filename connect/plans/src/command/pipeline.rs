//! Declarative pipelines.

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{
    AutoCdc, DataType, DefineFlow, DefineOutput, FlowDetails, Ident, OutputDetails, OutputKind,
    PipelineCommand, Result, SourceLocation,
};
use proto::pipeline_command as message;
use proto::pipeline_command::CommandType;
use proto::pipeline_command::define_output::table_details::Schema;

use crate::extension::extension;
use crate::names::{names, optional, options};
use crate::relation::schema;
use crate::{expression, expressions, missing};

/// A step in building or running a pipeline.
pub(super) fn command(message: &proto::PipelineCommand) -> Result<PipelineCommand> {
    Ok(match &message.command_type {
        Some(CommandType::CreateDataflowGraph(it)) => PipelineCommand::CreateDataflowGraph {
            default_catalog: optional(it.default_catalog.as_ref()),
            default_database: optional(it.default_database.as_ref()),
            sql_conf: options(&it.sql_conf),
        },
        Some(CommandType::DefineOutput(it)) => PipelineCommand::DefineOutput(output(it)?),
        Some(CommandType::DefineFlow(it)) => PipelineCommand::DefineFlow(flow(it)?),
        Some(CommandType::DropDataflowGraph(it)) => PipelineCommand::DropDataflowGraph {
            graph: optional(it.dataflow_graph_id.as_ref()),
        },
        Some(CommandType::StartRun(it)) => start_run(it),
        Some(CommandType::DefineSqlGraphElements(it)) => PipelineCommand::DefineSqlGraphElements {
            graph: optional(it.dataflow_graph_id.as_ref()),
            path: optional(it.sql_file_path.as_ref()),
            text: optional(it.sql_text.as_ref()),
        },
        Some(CommandType::GetQueryFunctionExecutionSignalStream(it)) => {
            PipelineCommand::QueryFunctionSignals {
                graph: optional(it.dataflow_graph_id.as_ref()),
                client: optional(it.client_id.as_ref()),
            }
        }
        Some(CommandType::DefineFlowQueryFunctionResult(it)) => query_function_result(it)?,
        Some(CommandType::ExecuteOutputFlows(it)) => execute_output_flows(it)?,
        Some(CommandType::Extension(it)) => PipelineCommand::Extension(extension(it)),
        None => {
            return Err(missing::one_of(
                "spark.connect.PipelineCommand",
                "COMMANDTYPE_NOT_SET",
            ));
        }
    })
}

fn start_run(message: &message::StartRun) -> PipelineCommand {
    PipelineCommand::StartRun {
        graph: optional(message.dataflow_graph_id.as_ref()),
        full_refresh: names(&message.full_refresh_selection),
        full_refresh_all: message.full_refresh_all(),
        refresh: names(&message.refresh_selection),
        dry: message.dry(),
        storage: optional(message.storage.as_ref()),
    }
}

#[allow(deprecated)] // older clients tell the flow's name only
fn query_function_result(
    message: &message::DefineFlowQueryFunctionResult,
) -> Result<PipelineCommand> {
    let identifier = message.flow_identifier.as_ref();
    Ok(PipelineCommand::QueryFunctionResult {
        flow: optional(message.flow_name.as_ref()),
        identifier: identifier.map_or_else(Vec::new, resolved_name),
        graph: optional(message.dataflow_graph_id.as_ref()),
        relation: message.relation.as_ref().map(crate::relation).transpose()?,
    })
}

fn resolved_name(message: &proto::ResolvedIdentifier) -> Vec<Ident> {
    let mut parts = vec![message.catalog_name.as_str().into()];
    parts.extend(names(&message.namespace));
    parts.push(message.table_name.as_str().into());
    parts
}

fn execute_output_flows(message: &message::ExecuteOutputFlows) -> Result<PipelineCommand> {
    let flows = message.define_flows.iter().map(flow);
    Ok(PipelineCommand::ExecuteOutputFlows {
        output: message.define_output.as_ref().map(output).transpose()?,
        flows: flows.collect::<Result<_>>()?,
        full_refresh: message.full_refresh(),
        storage: optional(message.storage.as_ref()),
        extensions: message.extension.iter().map(extension).collect(),
    })
}

fn output(message: &message::DefineOutput) -> Result<DefineOutput> {
    Ok(DefineOutput {
        graph: optional(message.dataflow_graph_id.as_ref()),
        name: optional(message.output_name.as_ref()),
        kind: message.output_type.map(output_kind).transpose()?,
        comment: optional(message.comment.as_ref()),
        location: message.source_code_location.as_ref().map(location),
        details: message.details.as_ref().map(output_details).transpose()?,
    })
}

fn output_kind(number: i32) -> Result<OutputKind> {
    use proto::OutputType;
    match OutputType::try_from(number) {
        Ok(OutputType::MaterializedView) => Ok(OutputKind::MaterializedView),
        Ok(OutputType::Table) => Ok(OutputKind::Table),
        Ok(OutputType::TemporaryView) => Ok(OutputKind::TemporaryView),
        Ok(OutputType::Sink) => Ok(OutputKind::Sink),
        Ok(OutputType::Unspecified) | Err(_) => Err(missing::unspecified(
            "spark.connect.OutputType",
            "OUTPUT_TYPE_UNSPECIFIED",
            number,
        )),
    }
}

fn output_details(details: &message::define_output::Details) -> Result<OutputDetails> {
    use message::define_output::Details;
    Ok(match details {
        Details::TableDetails(table) => OutputDetails::Table {
            properties: options(&table.table_properties),
            partition_columns: names(&table.partition_cols),
            format: optional(table.format.as_ref()),
            schema: match &table.schema {
                None => None,
                Some(Schema::SchemaDataType(message)) => Some(schema(message)?),
                Some(Schema::SchemaString(text)) => Some(DataType::Unparsed(text.as_str().into())),
            },
            clustering_columns: names(&table.clustering_columns),
        },
        Details::SinkDetails(sink) => OutputDetails::Sink {
            options: options(&sink.options),
            format: optional(sink.format.as_ref()),
        },
        Details::Extension(message) => OutputDetails::Extension(extension(message)),
    })
}

fn flow(message: &message::DefineFlow) -> Result<DefineFlow> {
    Ok(DefineFlow {
        graph: optional(message.dataflow_graph_id.as_ref()),
        name: optional(message.flow_name.as_ref()),
        target: optional(message.target_dataset_name.as_ref()),
        sql_conf: options(&message.sql_conf),
        client: optional(message.client_id.as_ref()),
        location: message.source_code_location.as_ref().map(location),
        once: message.once,
        details: message.details.as_ref().map(flow_details).transpose()?,
    })
}

fn flow_details(details: &message::define_flow::Details) -> Result<FlowDetails> {
    use message::define_flow::Details;
    Ok(match details {
        Details::RelationFlowDetails(write) => {
            let relation = write.relation.as_ref();
            FlowDetails::WriteRelation(relation.map(crate::relation).transpose()?)
        }
        Details::AutoCdcFlowDetails(changes) => FlowDetails::AutoCdc(Box::new(auto_cdc(changes)?)),
        Details::Extension(message) => FlowDetails::Extension(extension(message)),
    })
}

/// Changes applied; rows are replaced (type 1) unless it is said otherwise.
fn auto_cdc(message: &message::define_flow::AutoCdcFlowDetails) -> Result<AutoCdc> {
    use message::define_flow::ScdType;
    let optional_expression =
        |message: Option<&proto::Expression>| message.map(expression).transpose();
    let keeps_history = match ScdType::try_from(message.stored_as_scd_type) {
        Ok(ScdType::Unspecified | ScdType::ScdType1) => false,
        Ok(ScdType::ScdType2) => true,
        Err(_) => {
            return Err(missing::unspecified(
                "spark.connect.PipelineCommand.DefineFlow.SCDType",
                "SCD_TYPE_UNSPECIFIED",
                message.stored_as_scd_type,
            ));
        }
    };
    Ok(AutoCdc {
        source: optional(message.source.as_ref()),
        keys: expressions(&message.keys)?,
        sequence_by: optional_expression(message.sequence_by.as_ref())?,
        apply_as_deletes: optional_expression(message.apply_as_deletes.as_ref())?,
        apply_as_truncates: optional_expression(message.apply_as_truncates.as_ref())?,
        columns: expressions(&message.column_list)?,
        except_columns: expressions(&message.except_column_list)?,
        keeps_history,
        track_history: expressions(&message.track_history_column_list)?,
        track_history_except: expressions(&message.track_history_except_column_list)?,
        ignore_null_updates: expressions(&message.ignore_null_updates_column_list)?,
        ignore_null_updates_except: expressions(&message.ignore_null_updates_except_column_list)?,
    })
}

fn location(message: &proto::SourceCodeLocation) -> SourceLocation {
    SourceLocation {
        file: optional(message.file_name.as_ref()),
        line: message.line_number,
        definition: optional(message.definition_path.as_ref()),
        extensions: message.extension.iter().map(extension).collect(),
    }
}
