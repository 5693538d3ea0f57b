//! `AnalyzePlan`: what can be said of a plan without running it.

use flint_connect_plans::{
    data_type_message, relation, storage_level as level_of, storage_level_message,
};
use flint_connect_protocol::spark::connect as proto;
use flint_sql::{DataFrame, SparkSession, StorageLevel, parse_ddl, storage_level};
use flint_sql_spec::{DataType, ExplainMode, Result, SqlError, StorageLevel as Level, condition};
use proto::analyze_plan_request::explain::ExplainMode as Mode;
use proto::analyze_plan_request::{Analyze, Persist};
use proto::analyze_plan_response::{self as told, Result as Told};
use proto::plan::OpType;

use crate::decompress;

/// Answers a call.
///
/// # Errors
/// What is wrong with the plan; `CONNECT_INVALID_PLAN.UNKNOWN_ANALYZE_METHOD` for a question that is
/// not set or unknown.
pub(crate) fn analyze(spark: &SparkSession, asked: Option<Analyze>) -> Result<Told> {
    let frame = |plan| frame(spark, plan);
    Ok(match asked {
        Some(Analyze::Schema(asked)) => {
            let schema = DataType::Struct(frame(asked.plan)?.schema()?);
            let schema = Some(data_type_message(&schema));
            Told::Schema(told::Schema { schema })
        }
        Some(Analyze::Explain(asked)) => {
            let mode = explain_mode(asked.explain_mode())?;
            let explain_string = frame(asked.plan)?.explain_string(mode)?;
            Told::Explain(told::Explain { explain_string })
        }
        Some(Analyze::TreeString(asked)) => {
            // Spark takes a level below 1 for all levels.
            let levels = asked.level.and_then(|level| usize::try_from(level).ok());
            let levels = levels.filter(|level| *level > 0);
            let tree_string = frame(asked.plan)?.tree_string(levels)?;
            Told::TreeString(told::TreeString { tree_string })
        }
        Some(Analyze::IsLocal(asked)) => Told::IsLocal(told::IsLocal {
            is_local: frame(asked.plan)?.is_local()?,
        }),
        Some(Analyze::IsStreaming(asked)) => Told::IsStreaming(told::IsStreaming {
            is_streaming: frame(asked.plan)?.is_streaming()?,
        }),
        Some(Analyze::InputFiles(asked)) => Told::InputFiles(told::InputFiles {
            files: frame(asked.plan)?.input_files()?,
        }),
        Some(Analyze::SparkVersion(_)) => Told::SparkVersion(told::SparkVersion {
            version: spark.version().to_owned(),
        }),
        Some(Analyze::DdlParse(asked)) => Told::DdlParse(told::DdlParse {
            parsed: Some(data_type_message(&parse_ddl(&asked.ddl_string)?)),
        }),
        Some(Analyze::SameSemantics(asked)) => {
            let (target, other) = (frame(asked.target_plan)?, frame(asked.other_plan)?);
            let result = target.same_semantics(&other)?;
            Told::SameSemantics(told::SameSemantics { result })
        }
        Some(Analyze::SemanticHash(asked)) => {
            let hash = frame(asked.plan)?.semantic_hash()?;
            // The protocol has 32 bits for it.
            let result = (hash ^ (hash >> 32)) as i32;
            Told::SemanticHash(told::SemanticHash { result })
        }
        Some(Analyze::Persist(asked)) => {
            persist(spark, asked)?;
            Told::Persist(told::Persist {})
        }
        Some(Analyze::Unpersist(asked)) => {
            // Blocks are gone when this returns, whether the client would wait for it or not.
            of_relation(spark, asked.relation)?.unpersist()?;
            Told::Unpersist(told::Unpersist {})
        }
        Some(Analyze::GetStorageLevel(asked)) => {
            let level = of_relation(spark, asked.relation)?.storage_level()?;
            let level = storage_level_message(&level_as_spec(level));
            Told::GetStorageLevel(told::GetStorageLevel {
                storage_level: Some(level),
            })
        }
        Some(Analyze::JsonToDdl(asked)) => Told::JsonToDdl(told::JsonToDdl {
            ddl_string: ddl_of_json(&asked.json_string)?,
        }),
        None => return Err(unknown("ANALYZE_NOT_SET")),
    })
}

fn unknown(method: &str) -> SqlError {
    SqlError::new(condition::CONNECT_INVALID_PLAN_UNKNOWN_ANALYZE_METHOD).with("other", method)
}

/// The DataFrame of a plan. A plan without a relation, such as a command, has an empty one, of which
/// the translation says what is missing.
fn frame(spark: &SparkSession, plan: Option<proto::Plan>) -> Result<DataFrame> {
    let root = match plan.unwrap_or_default().op_type {
        Some(OpType::CompressedOperation(compressed)) => {
            match decompress::plan(&compressed)?.op_type {
                Some(OpType::Root(root)) => Some(root),
                _ => None,
            }
        }
        Some(OpType::Root(root)) => Some(root),
        Some(OpType::Command(_)) | None => None,
    };
    of_relation(spark, root)
}

fn of_relation(spark: &SparkSession, message: Option<proto::Relation>) -> Result<DataFrame> {
    let relation = relation(&message.unwrap_or_default())?;
    Ok(spark.data_frame(relation))
}

fn explain_mode(mode: Mode) -> Result<ExplainMode> {
    match mode {
        Mode::Simple => Ok(ExplainMode::Simple),
        Mode::Extended => Ok(ExplainMode::Extended),
        Mode::Codegen => Ok(ExplainMode::Codegen),
        Mode::Cost => Ok(ExplainMode::Cost),
        Mode::Formatted => Ok(ExplainMode::Formatted),
        Mode::Unspecified => Err(SqlError::new(condition::CONNECT_INVALID_PLAN_INVALID_ENUM)
            .with(
                "fullName",
                "spark.connect.AnalyzePlanRequest.Explain.ExplainMode",
            )
            .with("name", mode.as_str_name())
            .with("number", (mode as i32).to_string())),
    }
}

fn persist(spark: &SparkSession, asked: Persist) -> Result<()> {
    let frame = of_relation(spark, asked.relation)?;
    let level = match asked.storage_level {
        Some(level) => storage_level(&level_of(&level))?,
        None => StorageLevel::MEMORY_AND_DISK,
    };
    frame.persist_with(level).map(drop)
}

fn level_as_spec(level: StorageLevel) -> Level {
    Level {
        use_disk: level.use_disk(),
        use_memory: level.use_memory(),
        use_off_heap: level.use_off_heap(),
        deserialized: level.deserialized(),
        replication: level.replication().into(),
    }
}

/// The DDL of a schema that came as JSON.
fn ddl_of_json(json: &str) -> Result<String> {
    match DataType::from_json(json) {
        Some(DataType::Struct(schema)) => Ok(schema.ddl()),
        _ => Err(SqlError::new(condition::INVALID_JSON_DATA_TYPE).with("invalidType", json)),
    }
}
