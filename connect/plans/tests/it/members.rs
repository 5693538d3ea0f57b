//! Every member of the protocol is known here, by the descriptors that messages are generated from.
//!
//! Translation matches on members one by one, so that one without a translation does not compile.
//! This test holds the other end: a member, type or call that new wire definitions bring, or an old
//! one that they drop, is seen and decided about.

use std::collections::BTreeMap;

use flint_connect_protocol::DESCRIPTORS;
use prost::Message as _;
use prost_types::{DescriptorProto, FileDescriptorSet};

/// Messages and the members of their `oneof`, in the order of the wire definitions.
const KNOWN: &[(&str, &str, &str)] = &[
    (
        "spark.connect.Relation",
        "rel_type",
        "read project filter join set_op sort limit aggregate sql local_relation sample \
         offset deduplicate range subquery_alias repartition to_df with_columns_renamed \
         show_string drop tail with_columns hint unpivot to_schema repartition_by_expression \
         map_partitions collect_metrics parse group_map co_group_map with_watermark \
         apply_in_pandas_with_state html_string cached_local_relation cached_remote_relation \
         common_inline_user_defined_table_function as_of_join \
         common_inline_user_defined_data_source with_relations transpose \
         unresolved_table_valued_function lateral_join chunked_cached_local_relation \
         relation_changes nearest_by_join zip fill_na drop_na replace summary crosstab \
         describe cov corr approx_quantile freq_items sample_by catalog ml_relation extension \
         unknown",
    ),
    ("spark.connect.MlRelation", "ml_type", "transform fetch"),
    (
        "spark.connect.MlRelation.Transform",
        "operator",
        "obj_ref transformer",
    ),
    (
        "spark.connect.Fetch.Method.Args",
        "args_type",
        "param input",
    ),
    ("spark.connect.Read", "read_type", "named_table data_source"),
    (
        "spark.connect.CommonInlineUserDefinedTableFunction",
        "function",
        "python_udtf",
    ),
    (
        "spark.connect.CommonInlineUserDefinedDataSource",
        "data_source",
        "python_data_source",
    ),
    (
        "spark.connect.Expression",
        "expr_type",
        "literal unresolved_attribute unresolved_function expression_string unresolved_star \
         alias cast unresolved_regex sort_order lambda_function window \
         unresolved_extract_value update_fields unresolved_named_lambda_variable \
         common_inline_user_defined_function call_function named_argument_expression \
         merge_action typed_aggregate_expression subquery_expression \
         direct_shuffle_partition_id extension",
    ),
    (
        "spark.connect.Expression.Window.WindowFrame.FrameBoundary",
        "boundary",
        "current_row unbounded value",
    ),
    (
        "spark.connect.Expression.Cast",
        "cast_to_type",
        "type type_str",
    ),
    (
        "spark.connect.Expression.Literal",
        "literal_type",
        "null binary boolean byte short integer long float double decimal string date \
         timestamp timestamp_ntz calendar_interval year_month_interval day_time_interval \
         array map struct specialized_array time timestamp_ntz_nanos timestamp_ltz_nanos",
    ),
    (
        "spark.connect.Expression.Literal.SpecializedArray",
        "value_type",
        "bools ints longs floats doubles strings",
    ),
    (
        "spark.connect.CommonInlineUserDefinedFunction",
        "function",
        "python_udf scalar_scala_udf java_udf",
    ),
    (
        "spark.connect.Command",
        "command_type",
        "register_function write_operation create_dataframe_view write_operation_v2 \
         sql_command write_stream_operation_start streaming_query_command \
         get_resources_command streaming_query_manager_command register_table_function \
         streaming_query_listener_bus_command register_data_source \
         create_resource_profile_command checkpoint_command \
         remove_cached_remote_relation_command merge_into_table_command ml_command \
         execute_external_command pipeline_command extension",
    ),
    ("spark.connect.WriteOperation", "save_type", "path table"),
    (
        "spark.connect.WriteStreamOperationStart",
        "trigger",
        "processing_time_interval available_now once continuous_checkpoint_interval \
         real_time_batch_duration",
    ),
    (
        "spark.connect.WriteStreamOperationStart",
        "sink_destination",
        "path table_name",
    ),
    (
        "spark.connect.StreamingForeachFunction",
        "function",
        "python_function scala_function",
    ),
    (
        "spark.connect.StreamingQueryCommand",
        "command",
        "status last_progress recent_progress stop process_all_available explain exception \
         await_termination",
    ),
    (
        "spark.connect.StreamingQueryCommandResult",
        "result_type",
        "status recent_progress explain exception await_termination",
    ),
    (
        "spark.connect.StreamingQueryManagerCommand",
        "command",
        "active get_query await_any_termination reset_terminated add_listener remove_listener \
         list_listeners",
    ),
    (
        "spark.connect.StreamingQueryManagerCommandResult",
        "result_type",
        "active query await_any_termination reset_terminated add_listener remove_listener \
         list_listeners",
    ),
    (
        "spark.connect.StreamingQueryListenerBusCommand",
        "command",
        "add_listener_bus_listener remove_listener_bus_listener",
    ),
    (
        "spark.connect.Catalog",
        "cat_type",
        "current_database set_current_database list_databases list_tables list_functions \
         list_columns get_database get_table get_function database_exists table_exists \
         function_exists create_external_table create_table drop_temp_view \
         drop_global_temp_view recover_partitions is_cached cache_table uncache_table \
         clear_cache refresh_table refresh_by_path current_catalog set_current_catalog \
         list_catalogs drop_table drop_view create_database drop_database list_partitions \
         list_views get_table_properties get_create_table_string truncate_table analyze_table",
    ),
    (
        "spark.connect.DataType",
        "kind",
        "null binary boolean byte short integer long float double decimal string char \
         var_char date timestamp timestamp_ntz calendar_interval year_month_interval \
         day_time_interval array struct map variant udt geometry geography unparsed time \
         timestamp_ntz_nanos timestamp_ltz_nanos",
    ),
    (
        "spark.connect.MlCommand",
        "command",
        "fit fetch delete write read evaluate clean_cache get_cache_info create_summary \
         get_model_size",
    ),
    ("spark.connect.MlCommand.Write", "type", "operator obj_ref"),
    (
        "spark.connect.MlCommandResult",
        "result_type",
        "param summary operator_info",
    ),
    (
        "spark.connect.MlCommandResult.MlOperatorInfo",
        "type",
        "obj_ref name",
    ),
    (
        "spark.connect.Origin",
        "function",
        "python_origin jvm_origin",
    ),
    (
        "spark.connect.PipelineCommand",
        "command_type",
        "create_dataflow_graph define_output define_flow drop_dataflow_graph start_run \
         define_sql_graph_elements get_query_function_execution_signal_stream \
         define_flow_query_function_result execute_output_flows extension",
    ),
    (
        "spark.connect.PipelineCommand.DefineOutput",
        "details",
        "table_details sink_details extension",
    ),
    (
        "spark.connect.PipelineCommand.DefineOutput.TableDetails",
        "schema",
        "schema_data_type schema_string",
    ),
    (
        "spark.connect.PipelineCommand.DefineFlow",
        "details",
        "relation_flow_details auto_cdc_flow_details extension",
    ),
    (
        "spark.connect.PipelineCommandResult",
        "result_type",
        "create_dataflow_graph_result define_output_result define_flow_result",
    ),
    (
        "spark.connect.Plan",
        "op_type",
        "root command compressed_operation",
    ),
];

fn collect(scope: &str, message: &DescriptorProto, all: &mut BTreeMap<String, DescriptorProto>) {
    let name = format!("{scope}.{}", message.name());
    for nested in &message.nested_type {
        collect(&name, nested, all);
    }
    all.insert(name, message.clone());
}

fn descriptors() -> BTreeMap<String, DescriptorProto> {
    let set = FileDescriptorSet::decode(DESCRIPTORS).expect("descriptors");
    let mut all = BTreeMap::new();
    for file in &set.file {
        for message in &file.message_type {
            collect(file.package(), message, &mut all);
        }
    }
    all
}

/// The members of a `oneof`, with a space between.
fn members(message: &DescriptorProto, one_of: &str) -> String {
    let declared = message.oneof_decl.iter();
    let number = declared
        .map(|decl| decl.name())
        .position(|name| name == one_of);
    let number = number.unwrap_or_else(|| panic!("{} has no {one_of}", message.name()));
    let fields = message.field.iter();
    let fields = fields.filter(|field| field.oneof_index == Some(number as i32));
    let names: Vec<_> = fields.map(|field| field.name()).collect();
    names.join(" ")
}

#[test]
fn every_member_is_known() {
    let all = descriptors();
    for (name, one_of, known) in KNOWN {
        let message = all.get(*name).unwrap_or_else(|| panic!("{name} is gone"));
        assert_eq!(members(message, one_of), *known, "{name}.{one_of}");
    }
}

#[test]
fn every_choice_of_the_protocol_is_listed() {
    let elsewhere = [
        // What the server reads and answers, which are no plans.
        "Request", "Response",
    ];
    for (name, message) in descriptors() {
        for decl in &message.oneof_decl {
            let optional = decl.name().starts_with('_');
            let listed = KNOWN
                .iter()
                .any(|(known, one_of, _)| *known == name && *one_of == decl.name());
            let other = elsewhere.iter().any(|part| name.contains(part));
            assert!(
                optional || listed || other,
                "{name}.{} is not listed",
                decl.name()
            );
        }
    }
}
