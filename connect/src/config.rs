//! The Config RPC: a session's configuration, read and changed.

use flint_connect_protocol::spark::connect as proto;
use flint_sql::SparkSession;
use flint_sql_spec::{Result, SqlError, condition};
use proto::KeyValue;
use proto::config_request::operation::OpType;

/// Does what a request asks for. Gives pairs, and warnings of what was passed over.
pub(crate) fn config(
    spark: &SparkSession,
    operation: Option<proto::config_request::Operation>,
) -> Result<(Vec<KeyValue>, Vec<String>)> {
    let conf = spark.conf();
    let mut warnings = Vec::new();
    let pairs = match operation.and_then(|operation| operation.op_type) {
        Some(OpType::Set(set)) => {
            for pair in &set.pairs {
                let done = match &pair.value {
                    Some(value) => conf.set(&pair.key, value),
                    None => Err(no_value(&pair.key)),
                };
                match done {
                    Err(error) if set.silent.unwrap_or(false) => warnings.push(error.message()),
                    done => done?,
                }
            }
            Vec::new()
        }
        Some(OpType::Get(get)) => {
            let value = |key: String| Ok(pair(conf.get(&key)?, key));
            get.keys.into_iter().map(value).collect::<Result<_>>()?
        }
        Some(OpType::GetWithDefault(get)) => {
            let value = |asked: KeyValue| KeyValue {
                value: match asked.value {
                    Some(default) => Some(conf.get_or(&asked.key, &default)),
                    None => conf.get_option(&asked.key),
                },
                key: asked.key,
            };
            get.pairs.into_iter().map(value).collect()
        }
        Some(OpType::GetOption(get)) => {
            let value = |key: String| KeyValue {
                value: conf.get_option(&key),
                key,
            };
            get.keys.into_iter().map(value).collect()
        }
        Some(OpType::GetAll(get)) => {
            let prefix = get.prefix.unwrap_or_default();
            let all = conf.get_all().into_iter();
            all.filter_map(|(key, value)| {
                let key = key.strip_prefix(&prefix)?.to_owned();
                Some(pair(value, key))
            })
            .collect()
        }
        Some(OpType::Unset(unset)) => {
            unset.keys.iter().try_for_each(|key| conf.unset(key))?;
            Vec::new()
        }
        Some(OpType::IsModifiable(asked)) => {
            let answer = |key: String| pair(conf.is_modifiable(&key).to_string(), key);
            asked.keys.into_iter().map(answer).collect()
        }
        None => {
            let missing = condition::CONNECT_INVALID_PLAN_INVALID_ONE_OF_FIELD_NOT_SET;
            return Err(SqlError::new(missing)
                .with("fullName", "spark.connect.ConfigRequest.Operation")
                .with("name", "op_type"));
        }
    };
    Ok((pairs, warnings))
}

fn pair(value: String, key: String) -> KeyValue {
    KeyValue {
        key,
        value: Some(value),
    }
}

fn no_value(key: &str) -> SqlError {
    let message = format!("the configuration key {key} is set to nothing");
    SqlError::new(condition::REQUIREMENT_FAILED).with("message", message)
}
