//! Every member of the protocol's oneofs, by name and number, has a place in the spec.
//!
//! The lists are those of the wire descriptors of PySpark 4.3. Each function takes a value apart by
//! the variants that stand for members, so that a variant that goes away fails the build; the tests
//! look each member up, so that one that is missing fails them.

use flint_sql_spec::{
    CatalogCall, Command, DataType, ExprKind, Literal, MlCommand, PipelineCommand, RelationKind,
};

/// Members of `Relation` with their numbers.
const RELATION: &[(&str, u32)] = &[
    ("read", 2),
    ("project", 3),
    ("filter", 4),
    ("join", 5),
    ("set_op", 6),
    ("sort", 7),
    ("limit", 8),
    ("aggregate", 9),
    ("sql", 10),
    ("local_relation", 11),
    ("sample", 12),
    ("offset", 13),
    ("deduplicate", 14),
    ("range", 15),
    ("subquery_alias", 16),
    ("repartition", 17),
    ("to_df", 18),
    ("with_columns_renamed", 19),
    ("show_string", 20),
    ("drop", 21),
    ("tail", 22),
    ("with_columns", 23),
    ("hint", 24),
    ("unpivot", 25),
    ("to_schema", 26),
    ("repartition_by_expression", 27),
    ("map_partitions", 28),
    ("collect_metrics", 29),
    ("parse", 30),
    ("group_map", 31),
    ("co_group_map", 32),
    ("with_watermark", 33),
    ("apply_in_pandas_with_state", 34),
    ("html_string", 35),
    ("cached_local_relation", 36),
    ("cached_remote_relation", 37),
    ("common_inline_user_defined_table_function", 38),
    ("as_of_join", 39),
    ("common_inline_user_defined_data_source", 40),
    ("with_relations", 41),
    ("transpose", 42),
    ("unresolved_table_valued_function", 43),
    ("lateral_join", 44),
    ("chunked_cached_local_relation", 45),
    ("relation_changes", 46),
    ("nearest_by_join", 47),
    ("zip", 48),
    ("fill_na", 90),
    ("drop_na", 91),
    ("replace", 92),
    ("summary", 100),
    ("crosstab", 101),
    ("describe", 102),
    ("cov", 103),
    ("corr", 104),
    ("approx_quantile", 105),
    ("freq_items", 106),
    ("sample_by", 107),
    ("catalog", 200),
    ("ml_relation", 300),
    ("extension", 998),
    ("unknown", 999),
];

/// The members that a `RelationKind` stands for.
fn relation_members(value: &RelationKind) -> &'static [&'static str] {
    match value {
        RelationKind::NamedTable(..) => &["read"],
        RelationKind::DataSource(..) => &["read"],
        RelationKind::Project { .. } => &["project"],
        RelationKind::Filter { .. } => &["filter"],
        RelationKind::Join(..) => &["join"],
        RelationKind::SetOp(..) => &["set_op"],
        RelationKind::Sort { .. } => &["sort"],
        RelationKind::Limit { .. } => &["limit"],
        RelationKind::Aggregate(..) => &["aggregate"],
        RelationKind::Sql(..) => &["sql"],
        RelationKind::LocalRelation(..) => &["local_relation"],
        RelationKind::Sample(..) => &["sample"],
        RelationKind::Offset { .. } => &["offset"],
        RelationKind::Deduplicate(..) => &["deduplicate"],
        RelationKind::Range(..) => &["range"],
        RelationKind::SubqueryAlias(..) => &["subquery_alias"],
        RelationKind::Repartition { .. } => &["repartition"],
        RelationKind::ToDf { .. } => &["to_df"],
        RelationKind::WithColumnsRenamed { .. } => &["with_columns_renamed"],
        RelationKind::ShowString { .. } => &["show_string"],
        RelationKind::Drop { .. } => &["drop"],
        RelationKind::Tail { .. } => &["tail"],
        RelationKind::WithColumns { .. } => &["with_columns"],
        RelationKind::Hint(..) => &["hint"],
        RelationKind::Unpivot(..) => &["unpivot"],
        RelationKind::ToSchema { .. } => &["to_schema"],
        RelationKind::RepartitionByExpression { .. } => &["repartition_by_expression"],
        RelationKind::MapPartitions(..) => &["map_partitions"],
        RelationKind::CollectMetrics { .. } => &["collect_metrics"],
        RelationKind::Parse(..) => &["parse"],
        RelationKind::GroupMap(..) => &["group_map"],
        RelationKind::CoGroupMap(..) => &["co_group_map"],
        RelationKind::WithWatermark { .. } => &["with_watermark"],
        RelationKind::ApplyInPandasWithState(..) => &["apply_in_pandas_with_state"],
        RelationKind::HtmlString { .. } => &["html_string"],
        RelationKind::CachedLocalRelation { .. } => &["cached_local_relation"],
        RelationKind::CachedRemoteRelation { .. } => &["cached_remote_relation"],
        RelationKind::InlineTableFunction(..) => &["common_inline_user_defined_table_function"],
        RelationKind::AsOfJoin(..) => &["as_of_join"],
        RelationKind::InlineDataSource(..) => &["common_inline_user_defined_data_source"],
        RelationKind::WithRelations { .. } => &["with_relations"],
        RelationKind::Transpose { .. } => &["transpose"],
        RelationKind::TableFunction(..) => &["unresolved_table_valued_function"],
        RelationKind::LateralJoin(..) => &["lateral_join"],
        RelationKind::ChunkedCachedLocalRelation(..) => &["chunked_cached_local_relation"],
        RelationKind::RelationChanges(..) => &["relation_changes"],
        RelationKind::NearestByJoin(..) => &["nearest_by_join"],
        RelationKind::Zip { .. } => &["zip"],
        RelationKind::FillNa(..) => &["fill_na"],
        RelationKind::DropNa(..) => &["drop_na"],
        RelationKind::ReplaceNa(..) => &["replace"],
        RelationKind::Summary { .. } => &["summary"],
        RelationKind::Crosstab { .. } => &["crosstab"],
        RelationKind::Describe { .. } => &["describe"],
        RelationKind::Cov { .. } => &["cov"],
        RelationKind::Corr { .. } => &["corr"],
        RelationKind::ApproxQuantile(..) => &["approx_quantile"],
        RelationKind::FreqItems(..) => &["freq_items"],
        RelationKind::SampleBy(..) => &["sample_by"],
        RelationKind::Catalog(..) => &["catalog"],
        RelationKind::Ml(..) => &["ml_relation"],
        RelationKind::Extension(..) => &["extension"],
        RelationKind::Unknown => &["unknown"],
        _ => &[], // said by SQL text only
    }
}

/// Members of `Expression` with their numbers.
const EXPRESSION: &[(&str, u32)] = &[
    ("literal", 1),
    ("unresolved_attribute", 2),
    ("unresolved_function", 3),
    ("expression_string", 4),
    ("unresolved_star", 5),
    ("alias", 6),
    ("cast", 7),
    ("unresolved_regex", 8),
    ("sort_order", 9),
    ("lambda_function", 10),
    ("window", 11),
    ("unresolved_extract_value", 12),
    ("update_fields", 13),
    ("unresolved_named_lambda_variable", 14),
    ("common_inline_user_defined_function", 15),
    ("call_function", 16),
    ("named_argument_expression", 17),
    ("merge_action", 19),
    ("typed_aggregate_expression", 20),
    ("subquery_expression", 21),
    ("direct_shuffle_partition_id", 22),
    ("extension", 999),
];

/// The members that a `ExprKind` stands for.
fn expression_members(value: &ExprKind) -> &'static [&'static str] {
    match value {
        ExprKind::Literal(..) => &["literal"],
        ExprKind::Attribute(..) => &["unresolved_attribute"],
        ExprKind::Function(..) => &["unresolved_function"],
        ExprKind::ExpressionString(..) => &["expression_string"],
        ExprKind::Star(..) => &["unresolved_star"],
        ExprKind::Alias(..) => &["alias"],
        ExprKind::Cast(..) => &["cast"],
        ExprKind::Regex { .. } => &["unresolved_regex"],
        ExprKind::SortOrder(..) => &["sort_order"],
        ExprKind::Lambda(..) => &["lambda_function"],
        ExprKind::Window(..) => &["window"],
        ExprKind::ExtractValue { .. } => &["unresolved_extract_value"],
        ExprKind::UpdateFields { .. } => &["update_fields"],
        ExprKind::LambdaVariable(..) => &["unresolved_named_lambda_variable"],
        ExprKind::InlineFunction(..) => &["common_inline_user_defined_function"],
        ExprKind::CallFunction(..) => &["call_function"],
        ExprKind::NamedArgument { .. } => &["named_argument_expression"],
        ExprKind::MergeAction(..) => &["merge_action"],
        ExprKind::TypedAggregate(..) => &["typed_aggregate_expression"],
        ExprKind::Subquery(..) => &["subquery_expression"],
        ExprKind::DirectShufflePartitionId(..) => &["direct_shuffle_partition_id"],
        ExprKind::Extension(..) => &["extension"],
        _ => &[], // said by SQL text only
    }
}

/// Members of `Command` with their numbers.
const COMMAND: &[(&str, u32)] = &[
    ("register_function", 1),
    ("write_operation", 2),
    ("create_dataframe_view", 3),
    ("write_operation_v2", 4),
    ("sql_command", 5),
    ("write_stream_operation_start", 6),
    ("streaming_query_command", 7),
    ("get_resources_command", 8),
    ("streaming_query_manager_command", 9),
    ("register_table_function", 10),
    ("streaming_query_listener_bus_command", 11),
    ("register_data_source", 12),
    ("create_resource_profile_command", 13),
    ("checkpoint_command", 14),
    ("remove_cached_remote_relation_command", 15),
    ("merge_into_table_command", 16),
    ("ml_command", 17),
    ("execute_external_command", 18),
    ("pipeline_command", 19),
    ("extension", 999),
];

/// The members that a `Command` stands for.
fn command_members(value: &Command) -> &'static [&'static str] {
    match value {
        Command::RegisterFunction(..) => &["register_function"],
        Command::Write(..) => &["write_operation"],
        Command::CreateDataFrameView(..) => &["create_dataframe_view"],
        Command::WriteV2(..) => &["write_operation_v2"],
        Command::Sql { .. } => &["sql_command"],
        Command::WriteStream(..) => &["write_stream_operation_start"],
        Command::StreamingQuery(..) => &["streaming_query_command"],
        Command::GetResources => &["get_resources_command"],
        Command::StreamingManager(..) => &["streaming_query_manager_command"],
        Command::RegisterTableFunction(..) => &["register_table_function"],
        Command::ListenerBus(..) => &["streaming_query_listener_bus_command"],
        Command::RegisterDataSource(..) => &["register_data_source"],
        Command::CreateResourceProfile(..) => &["create_resource_profile_command"],
        Command::Checkpoint { .. } => &["checkpoint_command"],
        Command::RemoveCachedRemoteRelation { .. } => &["remove_cached_remote_relation_command"],
        Command::MergeInto(..) => &["merge_into_table_command"],
        Command::Ml(..) => &["ml_command"],
        Command::ExecuteExternal { .. } => &["execute_external_command"],
        Command::Pipeline(..) => &["pipeline_command"],
        Command::Extension(..) => &["extension"],
        _ => &[], // said by SQL text only
    }
}

/// Members of `DataType` with their numbers.
const DATA_TYPE: &[(&str, u32)] = &[
    ("null", 1),
    ("binary", 2),
    ("boolean", 3),
    ("byte", 4),
    ("short", 5),
    ("integer", 6),
    ("long", 7),
    ("float", 8),
    ("double", 9),
    ("decimal", 10),
    ("string", 11),
    ("char", 12),
    ("var_char", 13),
    ("date", 14),
    ("timestamp", 15),
    ("timestamp_ntz", 16),
    ("calendar_interval", 17),
    ("year_month_interval", 18),
    ("day_time_interval", 19),
    ("array", 20),
    ("struct", 21),
    ("map", 22),
    ("variant", 25),
    ("udt", 23),
    ("geometry", 26),
    ("geography", 27),
    ("unparsed", 24),
    ("time", 28),
    ("timestamp_ntz_nanos", 29),
    ("timestamp_ltz_nanos", 30),
];

/// The members that a `DataType` stands for.
fn data_type_members(value: &DataType) -> &'static [&'static str] {
    match value {
        DataType::Null => &["null"],
        DataType::Binary => &["binary"],
        DataType::Boolean => &["boolean"],
        DataType::Byte => &["byte"],
        DataType::Short => &["short"],
        DataType::Integer => &["integer"],
        DataType::Long => &["long"],
        DataType::Float => &["float"],
        DataType::Double => &["double"],
        DataType::Decimal { .. } => &["decimal"],
        DataType::String(..) => &["string"],
        DataType::Char(..) => &["char"],
        DataType::VarChar(..) => &["var_char"],
        DataType::Date => &["date"],
        DataType::Timestamp => &["timestamp"],
        DataType::TimestampNtz => &["timestamp_ntz"],
        DataType::CalendarInterval => &["calendar_interval"],
        DataType::YearMonthInterval(..) => &["year_month_interval"],
        DataType::DayTimeInterval(..) => &["day_time_interval"],
        DataType::Array { .. } => &["array"],
        DataType::Struct(..) => &["struct"],
        DataType::Map { .. } => &["map"],
        DataType::Variant => &["variant"],
        DataType::UserDefined(..) => &["udt"],
        DataType::Geometry(..) => &["geometry"],
        DataType::Geography(..) => &["geography"],
        DataType::Unparsed(..) => &["unparsed"],
        DataType::Time(..) => &["time"],
        DataType::TimestampNtzNanos(..) => &["timestamp_ntz_nanos"],
        DataType::TimestampLtzNanos(..) => &["timestamp_ltz_nanos"],
    }
}

/// Members of `Literal` with their numbers.
const LITERAL: &[(&str, u32)] = &[
    ("null", 1),
    ("binary", 2),
    ("boolean", 3),
    ("byte", 4),
    ("short", 5),
    ("integer", 6),
    ("long", 7),
    ("float", 10),
    ("double", 11),
    ("decimal", 12),
    ("string", 13),
    ("date", 16),
    ("timestamp", 17),
    ("timestamp_ntz", 18),
    ("calendar_interval", 19),
    ("year_month_interval", 20),
    ("day_time_interval", 21),
    ("array", 22),
    ("map", 23),
    ("struct", 24),
    ("specialized_array", 25),
    ("time", 26),
    ("timestamp_ntz_nanos", 29),
    ("timestamp_ltz_nanos", 30),
];

/// The members that a `Literal` stands for.
fn literal_members(value: &Literal) -> &'static [&'static str] {
    match value {
        Literal::Null(..) => &["null"],
        Literal::Binary(..) => &["binary"],
        Literal::Boolean(..) => &["boolean"],
        Literal::Byte(..) => &["byte"],
        Literal::Short(..) => &["short"],
        Literal::Integer(..) => &["integer"],
        Literal::Long(..) => &["long"],
        Literal::Float(..) => &["float"],
        Literal::Double(..) => &["double"],
        Literal::Decimal(..) => &["decimal"],
        Literal::String(..) => &["string"],
        Literal::Date(..) => &["date"],
        Literal::Timestamp(..) => &["timestamp"],
        Literal::TimestampNtz(..) => &["timestamp_ntz"],
        Literal::CalendarInterval { .. } => &["calendar_interval"],
        Literal::YearMonthInterval { .. } => &["year_month_interval"],
        Literal::DayTimeInterval { .. } => &["day_time_interval"],
        Literal::Array { .. } => &["array", "specialized_array"],
        Literal::Map { .. } => &["map"],
        Literal::Struct { .. } => &["struct"],
        // Clients send none.
        Literal::Variant(_) => &[],
        Literal::Time { .. } => &["time"],
        Literal::TimestampNanos { .. } => &["timestamp_ntz_nanos", "timestamp_ltz_nanos"],
    }
}

/// Members of `Catalog` with their numbers.
const CATALOG: &[(&str, u32)] = &[
    ("current_database", 1),
    ("set_current_database", 2),
    ("list_databases", 3),
    ("list_tables", 4),
    ("list_functions", 5),
    ("list_columns", 6),
    ("get_database", 7),
    ("get_table", 8),
    ("get_function", 9),
    ("database_exists", 10),
    ("table_exists", 11),
    ("function_exists", 12),
    ("create_external_table", 13),
    ("create_table", 14),
    ("drop_temp_view", 15),
    ("drop_global_temp_view", 16),
    ("recover_partitions", 17),
    ("is_cached", 18),
    ("cache_table", 19),
    ("uncache_table", 20),
    ("clear_cache", 21),
    ("refresh_table", 22),
    ("refresh_by_path", 23),
    ("current_catalog", 24),
    ("set_current_catalog", 25),
    ("list_catalogs", 26),
    ("drop_table", 27),
    ("drop_view", 28),
    ("create_database", 29),
    ("drop_database", 30),
    ("list_partitions", 31),
    ("list_views", 32),
    ("get_table_properties", 33),
    ("get_create_table_string", 34),
    ("truncate_table", 35),
    ("analyze_table", 36),
];

/// The members that a `CatalogCall` stands for.
fn catalog_members(value: &CatalogCall) -> &'static [&'static str] {
    match value {
        CatalogCall::CurrentDatabase => &["current_database"],
        CatalogCall::SetCurrentDatabase(..) => &["set_current_database"],
        CatalogCall::ListDatabases(..) => &["list_databases"],
        CatalogCall::ListTables(..) => &["list_tables"],
        CatalogCall::ListFunctions(..) => &["list_functions"],
        CatalogCall::ListColumns(..) => &["list_columns"],
        CatalogCall::GetDatabase(..) => &["get_database"],
        CatalogCall::GetTable(..) => &["get_table"],
        CatalogCall::GetFunction(..) => &["get_function"],
        CatalogCall::DatabaseExists(..) => &["database_exists"],
        CatalogCall::TableExists(..) => &["table_exists"],
        CatalogCall::FunctionExists(..) => &["function_exists"],
        CatalogCall::CreateExternalTable(..) => &["create_external_table"],
        CatalogCall::CreateTable(..) => &["create_table"],
        CatalogCall::DropTempView(..) => &["drop_temp_view"],
        CatalogCall::DropGlobalTempView(..) => &["drop_global_temp_view"],
        CatalogCall::RecoverPartitions(..) => &["recover_partitions"],
        CatalogCall::IsCached(..) => &["is_cached"],
        CatalogCall::CacheTable { .. } => &["cache_table"],
        CatalogCall::UncacheTable(..) => &["uncache_table"],
        CatalogCall::ClearCache => &["clear_cache"],
        CatalogCall::RefreshTable(..) => &["refresh_table"],
        CatalogCall::RefreshByPath(..) => &["refresh_by_path"],
        CatalogCall::CurrentCatalog => &["current_catalog"],
        CatalogCall::SetCurrentCatalog(..) => &["set_current_catalog"],
        CatalogCall::ListCatalogs(..) => &["list_catalogs"],
        CatalogCall::DropTable { .. } => &["drop_table"],
        CatalogCall::DropView { .. } => &["drop_view"],
        CatalogCall::CreateDatabase { .. } => &["create_database"],
        CatalogCall::DropDatabase { .. } => &["drop_database"],
        CatalogCall::ListPartitions(..) => &["list_partitions"],
        CatalogCall::ListViews(..) => &["list_views"],
        CatalogCall::GetTableProperties(..) => &["get_table_properties"],
        CatalogCall::GetCreateTableString { .. } => &["get_create_table_string"],
        CatalogCall::TruncateTable(..) => &["truncate_table"],
        CatalogCall::AnalyzeTable { .. } => &["analyze_table"],
    }
}

/// Members of `MlCommand` with their numbers.
const ML_COMMAND: &[(&str, u32)] = &[
    ("fit", 1),
    ("fetch", 2),
    ("delete", 3),
    ("write", 4),
    ("read", 5),
    ("evaluate", 6),
    ("clean_cache", 7),
    ("get_cache_info", 8),
    ("create_summary", 9),
    ("get_model_size", 10),
];

/// The members that a `MlCommand` stands for.
fn ml_command_members(value: &MlCommand) -> &'static [&'static str] {
    match value {
        MlCommand::Fit(..) => &["fit"],
        MlCommand::Fetch(..) => &["fetch"],
        MlCommand::Delete { .. } => &["delete"],
        MlCommand::Write { .. } => &["write"],
        MlCommand::Read { .. } => &["read"],
        MlCommand::Evaluate(..) => &["evaluate"],
        MlCommand::CleanCache => &["clean_cache"],
        MlCommand::GetCacheInfo => &["get_cache_info"],
        MlCommand::CreateSummary { .. } => &["create_summary"],
        MlCommand::GetModelSize(..) => &["get_model_size"],
    }
}

/// Members of `PipelineCommand` with their numbers.
const PIPELINE_COMMAND: &[(&str, u32)] = &[
    ("create_dataflow_graph", 1),
    ("define_output", 2),
    ("define_flow", 3),
    ("drop_dataflow_graph", 4),
    ("start_run", 5),
    ("define_sql_graph_elements", 6),
    ("get_query_function_execution_signal_stream", 7),
    ("define_flow_query_function_result", 8),
    ("execute_output_flows", 9),
    ("extension", 999),
];

/// The members that a `PipelineCommand` stands for.
fn pipeline_command_members(value: &PipelineCommand) -> &'static [&'static str] {
    match value {
        PipelineCommand::CreateDataflowGraph { .. } => &["create_dataflow_graph"],
        PipelineCommand::DefineOutput(..) => &["define_output"],
        PipelineCommand::DefineFlow(..) => &["define_flow"],
        PipelineCommand::DropDataflowGraph { .. } => &["drop_dataflow_graph"],
        PipelineCommand::StartRun { .. } => &["start_run"],
        PipelineCommand::DefineSqlGraphElements { .. } => &["define_sql_graph_elements"],
        PipelineCommand::QueryFunctionSignals { .. } => {
            &["get_query_function_execution_signal_stream"]
        }
        PipelineCommand::QueryFunctionResult { .. } => &["define_flow_query_function_result"],
        PipelineCommand::ExecuteOutputFlows { .. } => &["execute_output_flows"],
        PipelineCommand::Extension(..) => &["extension"],
    }
}

/// Members that a function of this file names.
fn placed(function: &str) -> Vec<&'static str> {
    let source = include_str!("connect.rs");
    let start = source
        .find(&format!("fn {function}("))
        .expect("the function is in this file");
    let body = &source[start..];
    let body = &body[..body.find("\n}\n").expect("a function ends")];
    body.split('"').skip(1).step_by(2).collect()
}

fn check(function: &str, members: &[(&str, u32)]) {
    let placed = placed(function);
    for (name, number) in members {
        assert!(
            placed.contains(name),
            "{function}: {name} ({number}) has no place in the spec"
        );
    }
    for name in placed {
        assert!(
            members.iter().any(|(known, _)| *known == name),
            "{function}: {name} is no member"
        );
    }
}

#[test]
fn every_member_has_a_place() {
    check("relation_members", RELATION);
    check("expression_members", EXPRESSION);
    check("command_members", COMMAND);
    check("data_type_members", DATA_TYPE);
    check("literal_members", LITERAL);
    check("catalog_members", CATALOG);
    check("ml_command_members", ML_COMMAND);
    check("pipeline_command_members", PIPELINE_COMMAND);
}

#[test]
fn the_functions_know_their_variants() {
    assert_eq!(relation_members(&RelationKind::Unknown), ["unknown"]);
    assert_eq!(expression_members(&ExprKind::PositionalParameter), [""; 0]);
    assert_eq!(
        command_members(&Command::GetResources),
        ["get_resources_command"]
    );
    assert_eq!(data_type_members(&DataType::Null), ["null"]);
    assert_eq!(literal_members(&Literal::Boolean(true)), ["boolean"]);
    assert_eq!(catalog_members(&CatalogCall::ClearCache), ["clear_cache"]);
    assert_eq!(ml_command_members(&MlCommand::CleanCache), ["clean_cache"]);
    let drop = PipelineCommand::DropDataflowGraph { graph: None };
    assert_eq!(pipeline_command_members(&drop), ["drop_dataflow_graph"]);
}
