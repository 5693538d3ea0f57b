//! Rows saved, in both forms of the API.

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{
    BucketBy, Result, SaveMode, SaveTarget, SqlError, TableSaveMethod, WriteOperation,
    WriteOperationV2, WriteV2Mode, condition,
};
use proto::write_operation::save_table::TableSaveMethod as Method;
use proto::write_operation::{SaveMode as Mode, SaveTable, SaveType};
use proto::write_operation_v2::Mode as ModeV2;

use crate::names::{names, optional, options};
use crate::relation::input;
use crate::{expression, expressions, missing};

/// `df.write`.
pub(super) fn first(message: &proto::WriteOperation) -> Result<WriteOperation> {
    Ok(WriteOperation {
        input: input(message.input.as_ref())?,
        source: optional(message.source.as_ref()),
        target: target(message.save_type.as_ref())?,
        mode: mode(message.mode)?,
        sort_columns: names(&message.sort_column_names),
        partition_columns: names(&message.partitioning_columns),
        bucket_by: message.bucket_by.as_ref().map(bucket_by).transpose()?,
        options: options(&message.options),
        clustering_columns: names(&message.clustering_columns),
        with_schema_evolution: message.with_schema_evolution,
    })
}

fn target(save_type: Option<&SaveType>) -> Result<SaveTarget> {
    Ok(match save_type {
        None => SaveTarget::Unspecified,
        Some(SaveType::Path(path)) => SaveTarget::Path(path.as_str().into()),
        Some(SaveType::Table(table)) => SaveTarget::Table {
            name: table.table_name.as_str().into(),
            method: method(table)?,
        },
    })
}

fn method(table: &SaveTable) -> Result<TableSaveMethod> {
    match table.save_method() {
        Method::SaveAsTable => Ok(TableSaveMethod::SaveAsTable),
        Method::InsertInto => Ok(TableSaveMethod::InsertInto),
        Method::Unspecified => Err(missing::unspecified(
            "spark.connect.WriteOperation.SaveTable.TableSaveMethod",
            "TABLE_SAVE_METHOD_UNSPECIFIED",
            table.save_method,
        )),
    }
}

fn mode(number: i32) -> Result<Option<SaveMode>> {
    Ok(match Mode::try_from(number) {
        Ok(Mode::Unspecified) => None,
        Ok(Mode::Append) => Some(SaveMode::Append),
        Ok(Mode::Overwrite) => Some(SaveMode::Overwrite),
        Ok(Mode::ErrorIfExists) => Some(SaveMode::ErrorIfExists),
        Ok(Mode::Ignore) => Some(SaveMode::Ignore),
        Err(_) => {
            let name = "spark.connect.WriteOperation.SaveMode";
            return Err(missing::unspecified(name, "SAVE_MODE_UNSPECIFIED", number));
        }
    })
}

/// Buckets; how many are too many is a setting of the session.
fn bucket_by(message: &proto::write_operation::BucketBy) -> Result<BucketBy> {
    if message.num_buckets <= 0 {
        return Err(SqlError::new(condition::INVALID_BUCKET_COUNT)
            .with("bucketingMaxBuckets", "100000")
            .with("numBuckets", message.num_buckets.to_string()));
    }
    Ok(BucketBy {
        columns: names(&message.bucket_column_names),
        num_buckets: message.num_buckets,
    })
}

/// `df.writeTo`.
pub(super) fn second(message: &proto::WriteOperationV2) -> Result<WriteOperationV2> {
    Ok(WriteOperationV2 {
        input: input(message.input.as_ref())?,
        table: message.table_name.as_str().into(),
        provider: optional(message.provider.as_ref()),
        partitioning: expressions(&message.partitioning_columns)?,
        options: options(&message.options),
        properties: options(&message.table_properties),
        mode: mode_v2(message)?,
        clustering_columns: names(&message.clustering_columns),
        with_schema_evolution: message.with_schema_evolution,
    })
}

/// What is done; rows are replaced by a condition, which must be there then.
fn mode_v2(message: &proto::WriteOperationV2) -> Result<WriteV2Mode> {
    Ok(match message.mode() {
        ModeV2::Create => WriteV2Mode::Create,
        ModeV2::Overwrite => {
            let condition = missing::expression(message.overwrite_condition.as_ref());
            WriteV2Mode::Overwrite(Some(expression(condition)?))
        }
        ModeV2::OverwritePartitions => WriteV2Mode::OverwritePartitions,
        ModeV2::Append => WriteV2Mode::Append,
        ModeV2::Replace => WriteV2Mode::Replace,
        ModeV2::CreateOrReplace => WriteV2Mode::CreateOrReplace,
        ModeV2::Unspecified => {
            return Err(missing::unspecified(
                "spark.connect.WriteOperationV2.Mode",
                "MODE_UNSPECIFIED",
                message.mode,
            ));
        }
    })
}
