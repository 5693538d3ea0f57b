//! Functions of the user over partitions and groups, and table functions and sources of the user.
//!
//! They are code of another language, carried along as it came.

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{
    ApplyInPandasWithState, CoGroupMap, ForeignFunction, ForeignKind, GroupMap, InlineDataSource,
    InlineFunction, InlineTableFunction, MapPartitions, RelationKind, Result, TransformWithState,
};
use proto::common_inline_user_defined_data_source::DataSource;
use proto::common_inline_user_defined_table_function::Function;

use super::{input, schema};
use crate::foreign::opaque;
use crate::names::optional;
use crate::{data_type, expressions, inline_function, missing};

/// The function of a part that must be there.
fn function(message: Option<&proto::CommonInlineUserDefinedFunction>) -> Result<InlineFunction> {
    match message {
        Some(message) => inline_function(message),
        None => inline_function(&proto::CommonInlineUserDefinedFunction::default()),
    }
}

/// A function over the rows of each partition.
pub(super) fn map_partitions(message: &proto::MapPartitions) -> Result<RelationKind> {
    Ok(RelationKind::MapPartitions(MapPartitions {
        input: input(message.input.as_deref())?,
        function: function(message.func.as_ref())?,
        barrier: message.is_barrier(),
        profile_id: message.profile_id,
    }))
}

/// A function over the rows of each group, with state or without.
pub(super) fn group_map(message: &proto::GroupMap) -> Result<RelationKind> {
    let initial = message.initial_input.as_deref();
    let state = message.state_schema.as_ref();
    let transform = message.transform_with_state_info.as_ref();
    Ok(RelationKind::GroupMap(GroupMap {
        input: input(message.input.as_deref())?,
        grouping: expressions(&message.grouping_expressions)?,
        function: function(message.func.as_ref())?,
        sorting: expressions(&message.sorting_expressions)?,
        initial_input: initial.map(crate::relation).transpose()?,
        initial_grouping: expressions(&message.initial_grouping_expressions)?,
        maps_groups_with_state: message.is_map_groups_with_state,
        output_mode: optional(message.output_mode.as_ref()),
        timeout: optional(message.timeout_conf.as_ref()),
        state_schema: state.map(data_type).transpose()?,
        transform_with_state: transform.map(transform_with_state).transpose()?,
    }))
}

fn transform_with_state(message: &proto::TransformWithStateInfo) -> Result<TransformWithState> {
    Ok(TransformWithState {
        time_mode: message.time_mode.as_str().into(),
        event_time_column: optional(message.event_time_column_name.as_ref()),
        output_schema: message.output_schema.as_ref().map(schema).transpose()?,
    })
}

/// A function over the rows of each pair of groups.
pub(super) fn co_group_map(message: &proto::CoGroupMap) -> Result<RelationKind> {
    Ok(RelationKind::CoGroupMap(CoGroupMap {
        input: input(message.input.as_deref())?,
        grouping: expressions(&message.input_grouping_expressions)?,
        other: input(message.other.as_deref())?,
        other_grouping: expressions(&message.other_grouping_expressions)?,
        function: function(message.func.as_ref())?,
        sorting: expressions(&message.input_sorting_expressions)?,
        other_sorting: expressions(&message.other_sorting_expressions)?,
    }))
}

/// A function over groups with state, on pandas frames.
pub(super) fn apply_in_pandas_with_state(
    message: &proto::ApplyInPandasWithState,
) -> Result<RelationKind> {
    Ok(RelationKind::ApplyInPandasWithState(
        ApplyInPandasWithState {
            input: input(message.input.as_deref())?,
            grouping: expressions(&message.grouping_expressions)?,
            function: function(message.func.as_ref())?,
            output_schema: message.output_schema.as_str().into(),
            state_schema: message.state_schema.as_str().into(),
            output_mode: message.output_mode.as_str().into(),
            timeout: message.timeout_conf.as_str().into(),
        },
    ))
}

/// A table function that comes with the plan.
pub(crate) fn inline_table_function(
    message: &proto::CommonInlineUserDefinedTableFunction,
) -> Result<InlineTableFunction> {
    let Some(Function::PythonUdtf(python)) = &message.function else {
        return Err(missing::one_of(
            "spark.connect.CommonInlineUserDefinedTableFunction",
            "FUNCTION_NOT_SET",
        ));
    };
    let output = python.return_type.as_ref();
    Ok(InlineTableFunction {
        name: message.function_name.as_str().into(),
        deterministic: message.deterministic,
        args: expressions(&message.arguments)?,
        function: ForeignFunction {
            eval_type: python.eval_type,
            payload: python.command.as_ref().into(),
            output_type: output.map(schema).transpose()?,
            runtime_version: python.python_ver.as_str().into(),
            ..opaque(ForeignKind::PythonUdtf)
        },
    })
}

/// A data source that comes with the plan.
pub(crate) fn inline_data_source(
    message: &proto::CommonInlineUserDefinedDataSource,
) -> Result<InlineDataSource> {
    let Some(DataSource::PythonDataSource(python)) = &message.data_source else {
        return Err(missing::one_of(
            "spark.connect.CommonInlineUserDefinedDataSource",
            "DATASOURCE_NOT_SET",
        ));
    };
    Ok(InlineDataSource {
        name: message.name.as_str().into(),
        function: ForeignFunction {
            payload: python.command.as_ref().into(),
            runtime_version: python.python_ver.as_str().into(),
            ..opaque(ForeignKind::PythonDataSource)
        },
    })
}
