//! `SET`, `RESET` and `SET TIME ZONE`. What is listed has no secrets in it; as in Spark, `SET key = value`
//! gives back what was said.

use flint_core::conf::shown_value;
use flint_sql_spec::{ConfValue, DataType, Ident, Literal, Result, StructField, StructType};

use super::super::{QueryResult, SparkSession};

const ZONE: &str = "spark.sql.session.timeZone";

/// `SET`.
pub(super) fn set(session: &SparkSession, value: &ConfValue) -> Result<QueryResult> {
    let conf = session.conf();
    match value {
        ConfValue::List { verbose: false } => {
            let all = conf.get_all().into_iter().map(|(key, value)| {
                let value = shown_value(&key, &value).to_owned();
                vec![key, value]
            });
            texts(&["key", "value"], all.collect())
        }
        ConfValue::List { verbose: true } => {
            let all = conf.documented().into_iter();
            let rows = all.map(|(key, value, doc)| {
                let value = shown_value(&key, &value).to_owned();
                vec![key, value, doc.to_owned(), String::new()]
            });
            texts(
                &["key", "value", "meaning", "Since version"],
                rows.collect(),
            )
        }
        ConfValue::Show(key) => {
            let value = conf
                .get_option(key)
                .unwrap_or_else(|| "<undefined>".to_owned());
            pair(key, shown_value(key, &value).to_owned())
        }
        ConfValue::Assign { key, value } => {
            conf.set(key, value)?;
            pair(key, value.to_string())
        }
    }
}

/// `SET TIME ZONE`: a zone, or that of the machine.
pub(super) fn set_zone(session: &SparkSession, zone: Option<&Ident>) -> Result<QueryResult> {
    let zone = match zone {
        Some(zone) => zone.to_string(),
        None => std::env::var("TZ")
            .ok()
            .filter(|zone| !zone.is_empty())
            .unwrap_or("UTC".into()),
    };
    session.conf().set(ZONE, &zone)?;
    pair(ZONE, zone)
}

/// `RESET`: one key, or all.
pub(super) fn reset(session: &SparkSession, key: Option<&Ident>) -> Result<QueryResult> {
    match key {
        Some(key) => session.conf().unset(key)?,
        None => session.conf().reset(),
    }
    Ok(QueryResult::nothing())
}

fn pair(key: &str, value: String) -> Result<QueryResult> {
    texts(&["key", "value"], vec![vec![key.to_owned(), value]])
}

/// Rows of texts, none of them null.
fn texts(names: &[&str], rows: Vec<Vec<String>>) -> Result<QueryResult> {
    let fields = names
        .iter()
        .map(|name| StructField::new(name, DataType::STRING, false));
    let literals = rows
        .into_iter()
        .map(|row| row.into_iter().map(Literal::from).collect());
    QueryResult::of(StructType::new(fields), literals.collect())
}
