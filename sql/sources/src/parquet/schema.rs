//! What the schema of a Parquet file is to Spark.
//!
//! Files that Spark wrote say it in their footer; of others, columns are typed by Parquet's own
//! annotations. What Arrow keeps in footers is not asked: Spark does not know it.

use arrow::datatypes::{DataType as ArrowType, Schema, TimeUnit};
use datafusion_datasource_parquet::Int96Coercer;
use flint_sql_columnar::spark_schema;
use flint_sql_spec::{DataType, Node, Result, SqlError, StructField, StructType, condition};
use parquet::arrow::parquet_to_arrow_schema;
use parquet::file::metadata::ParquetMetaData;

use crate::error::no_footer;
use crate::options::unsupported;
use crate::settings::SourceSettings;

/// Where Spark keeps a schema in a footer.
pub(crate) const SPARK_SCHEMA: &str = "org.apache.spark.sql.parquet.row.metadata";

/// The columns that the reader gives if nobody says otherwise: INT96 as microseconds in UTC.
///
/// # Errors
/// `FAILED_READ_FILE` for a schema that Arrow cannot hold.
pub(super) fn physical_schema(metadata: &ParquetMetaData, path: &str) -> Result<Schema> {
    let columns = metadata.file_metadata().schema_descr();
    let schema =
        parquet_to_arrow_schema(columns, None).map_err(|e| no_footer(path, e.to_string()))?;
    let coerced = Int96Coercer::new(columns, &schema, &TimeUnit::Microsecond)
        .with_timezone(Some("UTC".into()))
        .coerce();
    Ok(coerced.unwrap_or(schema))
}

/// The schema of a file, all of it nullable.
///
/// # Errors
/// `PARQUET_TYPE_ILLEGAL` for types that Spark has no equivalent of.
pub(super) fn file_schema(
    metadata: &ParquetMetaData,
    path: &str,
    settings: &SourceSettings,
) -> Result<StructType> {
    if let Some(said) = said_by_spark(metadata) {
        return Ok(nullable(&said));
    }
    let physical = physical_schema(metadata, path)?;
    let has_int96 = || {
        let columns = metadata.file_metadata().schema_descr().columns();
        columns
            .iter()
            .any(|c| c.physical_type() == parquet::basic::Type::INT96)
    };
    if !settings.parquet_int96_as_timestamp && has_int96() {
        return Err(unsupported(
            "INT96 columns with spark.sql.parquet.int96AsTimestamp off",
        ));
    }
    for field in physical.fields() {
        refuse_illegal(field.data_type())?;
    }
    let read = spark_schema(&physical)?;
    let DataType::Struct(read) = adjust(&DataType::Struct(read), settings) else {
        return Err(SqlError::internal("a struct became something else"));
    };
    Ok(nullable(&read))
}

fn said_by_spark(metadata: &ParquetMetaData) -> Option<StructType> {
    let pairs = metadata.file_metadata().key_value_metadata()?;
    let json = pairs
        .iter()
        .find(|pair| pair.key == SPARK_SCHEMA)?
        .value
        .as_ref()?;
    match DataType::from_json(json) {
        Some(DataType::Struct(schema)) => Some(schema),
        _ => None,
    }
}

fn refuse_illegal(data_type: &ArrowType) -> Result<()> {
    let illegal =
        |what: &str| Err(SqlError::new(condition::PARQUET_TYPE_ILLEGAL).with("parquetType", what));
    match data_type {
        ArrowType::Interval(_) => illegal("FIXED_LEN_BYTE_ARRAY (INTERVAL)"),
        ArrowType::Float16 => illegal("FIXED_LEN_BYTE_ARRAY (FLOAT16)"),
        ArrowType::Decimal256(..) => illegal("FIXED_LEN_BYTE_ARRAY (DECIMAL)"),
        ArrowType::List(inner) | ArrowType::Map(inner, _) => refuse_illegal(inner.data_type()),
        ArrowType::Struct(fields) => fields
            .iter()
            .try_for_each(|field| refuse_illegal(field.data_type())),
        _ => Ok(()),
    }
}

/// What settings say of plain binary columns and of timestamps without a zone.
fn adjust(data_type: &DataType, settings: &SourceSettings) -> DataType {
    match data_type {
        DataType::Binary if settings.parquet_binary_as_string => DataType::STRING,
        DataType::TimestampNtz if !settings.parquet_infer_ntz => DataType::Timestamp,
        // Parquet's times are read to the microsecond.
        DataType::Time(_) => DataType::DEFAULT_TIME,
        other => map_children(other, &|child| adjust(child, settings)),
    }
}

/// The same schema with nulls allowed everywhere: nothing keeps files from having them.
pub(crate) fn nullable(schema: &StructType) -> StructType {
    StructType::new(schema.iter().map(|field| StructField {
        data_type: nullable_type(&field.data_type),
        nullable: true,
        ..field.clone()
    }))
}

fn nullable_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Array { element, .. } => DataType::Array {
            element: Node::new(nullable_type(element)),
            contains_null: true,
        },
        DataType::Map { key, value, .. } => DataType::Map {
            key: Node::new(nullable_type(key)),
            value: Node::new(nullable_type(value)),
            value_contains_null: true,
        },
        DataType::Struct(fields) => DataType::Struct(nullable(fields)),
        other => other.clone(),
    }
}

fn map_children(data_type: &DataType, f: &dyn Fn(&DataType) -> DataType) -> DataType {
    match data_type {
        DataType::Array {
            element,
            contains_null,
        } => DataType::Array {
            element: Node::new(f(element)),
            contains_null: *contains_null,
        },
        DataType::Map {
            key,
            value,
            value_contains_null,
        } => DataType::Map {
            key: Node::new(f(key)),
            value: Node::new(f(value)),
            value_contains_null: *value_contains_null,
        },
        DataType::Struct(fields) => DataType::structure(fields.iter().map(|field| StructField {
            data_type: f(&field.data_type),
            ..field.clone()
        })),
        other => other.clone(),
    }
}

/// One schema for files of both: fields of the same name are merged, others follow.
///
/// # Errors
/// `CANNOT_MERGE_SCHEMAS` because of `CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE`.
pub(crate) fn merge(
    left: &StructType,
    right: &StructType,
    case_sensitive: bool,
) -> Result<StructType> {
    merge_fields(left, right, case_sensitive).map_err(|cause| {
        SqlError::new(condition::CANNOT_MERGE_SCHEMAS)
            .with("left", quoted(&DataType::Struct(left.clone())))
            .with("right", quoted(&DataType::Struct(right.clone())))
            .caused_by(cause)
    })
}

fn quoted(data_type: &DataType) -> String {
    format!("\"{}\"", data_type.sql())
}

fn merge_fields(left: &StructType, right: &StructType, case_sensitive: bool) -> Result<StructType> {
    let same = |a: &str, b: &str| match case_sensitive {
        true => a == b,
        false => a.to_lowercase() == b.to_lowercase(),
    };
    let mut fields: Vec<StructField> = Vec::with_capacity(left.len());
    for field in left.iter() {
        let merged = match right.iter().find(|other| same(&other.name, &field.name)) {
            None => field.clone(),
            Some(other) => StructField {
                data_type: merge_types(&field.data_type, &other.data_type, case_sensitive)?,
                nullable: field.nullable || other.nullable,
                ..field.clone()
            },
        };
        fields.push(merged);
    }
    let new = right
        .iter()
        .filter(|other| !left.iter().any(|f| same(&f.name, &other.name)));
    fields.extend(new.cloned());
    Ok(StructType::new(fields))
}

fn merge_types(left: &DataType, right: &DataType, case_sensitive: bool) -> Result<DataType> {
    Ok(match (left, right) {
        (
            DataType::Array {
                element: a,
                contains_null: x,
            },
            DataType::Array {
                element: b,
                contains_null: y,
            },
        ) => DataType::Array {
            element: Node::new(merge_types(a, b, case_sensitive)?),
            contains_null: *x || *y,
        },
        (
            DataType::Map {
                key: k,
                value: v,
                value_contains_null: x,
            },
            DataType::Map {
                key: l,
                value: w,
                value_contains_null: y,
            },
        ) => DataType::Map {
            key: Node::new(merge_types(k, l, case_sensitive)?),
            value: Node::new(merge_types(v, w, case_sensitive)?),
            value_contains_null: *x || *y,
        },
        (DataType::Struct(a), DataType::Struct(b)) => {
            DataType::Struct(merge_fields(a, b, case_sensitive)?)
        }
        (
            DataType::Decimal {
                precision: p,
                scale: s,
            },
            DataType::Decimal {
                precision: q,
                scale: t,
            },
        ) if s == t => DataType::Decimal {
            precision: *p.max(q),
            scale: *s,
        },
        (same, other) if same == other => same.clone(),
        _ => {
            return Err(
                SqlError::new(condition::CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE)
                    .with("left", quoted(left))
                    .with("right", quoted(right)),
            );
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(fields: &[(&str, DataType)]) -> StructType {
        StructType::new(
            fields
                .iter()
                .map(|(name, t)| StructField::new(name, t.clone(), true)),
        )
    }

    #[test]
    fn schemas_merge_by_name() {
        let inner = |t: DataType| DataType::Struct(schema(&[("x", t)]));
        let left = schema(&[("a", DataType::Integer), ("s", inner(DataType::Long))]);
        let more = DataType::Struct(schema(&[("X", DataType::Long), ("y", DataType::Date)]));
        let right = schema(&[("S", more), ("b", DataType::STRING)]);
        let merged = merge(&left, &right, false).expect("they fit");
        assert_eq!(merged.ddl(), "a INT,s STRUCT<x: BIGINT, y: DATE>,b STRING");
        let wrong = merge(&left, &schema(&[("a", DataType::Long)]), false).expect_err("no fit");
        assert_eq!(wrong.condition().name, "CANNOT_MERGE_SCHEMAS");
    }
}
