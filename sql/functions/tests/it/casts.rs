//! The grid of casts: every value and every pair of types in `golden/casts.jsonl`, in three modes.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, StringArray, new_null_array};
use arrow::datatypes::DataType as ArrowType;
use flint_sql_functions::{FunctionSettings, Site};
use flint_sql_spec::{DataType, Result, SqlError};
use serde_json::{Value, json};

use crate::call::{call, type_named};

const GRID: &str = include_str!("../golden/casts.jsonl");

struct Session {
    zone: String,
    ansi: bool,
}

impl Session {
    fn cast(
        &self,
        name: &str,
        column: ArrayRef,
        from: &DataType,
        to: &DataType,
    ) -> Result<ArrayRef> {
        let site = Site {
            ansi: self.ansi,
            settings: Arc::new(FunctionSettings {
                time_zone: self.zone.as_str().into(),
                ..FunctionSettings::default()
            }),
            ..Site::of(std::slice::from_ref(from), to.clone())
        };
        call(name, &site, vec![column])
    }

    /// The value as a column, made of its text.
    fn source(&self, value: &Value, of: &DataType) -> Result<ArrayRef> {
        let Some(text) = value.as_str() else {
            return Ok(new_null_array(&ArrowType::Null, 1));
        };
        if *of == DataType::Binary {
            return Ok(Arc::new(BinaryArray::from_vec(vec![&bytes(text)])));
        }
        let column = Arc::new(StringArray::from(vec![text]));
        let ansi = Session {
            zone: self.zone.clone(),
            ansi: true,
        };
        ansi.cast("cast", column, &DataType::STRING, of)
    }

    fn answer(&self, name: &str, value: &Value, from: &DataType, to: &DataType) -> Result<Value> {
        let column = self.source(value, from)?;
        let found = self.cast(name, column, from, to)?;
        if found.is_null(0) || *to == DataType::Null {
            return Ok(Value::Null);
        }
        if *to == DataType::Binary {
            let hex = found
                .as_binary::<i32>()
                .value(0)
                .iter()
                .map(|byte| format!("{byte:02X}"));
            return Ok(hex.collect::<String>().into());
        }
        let text = self.cast("cast", found, to, &DataType::STRING)?;
        Ok(text.as_string::<i32>().value(0).into())
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let pair = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal digits");
    (0..hex.len()).step_by(2).map(pair).collect()
}

fn failure(error: &SqlError) -> Value {
    let parameters: serde_json::Map<_, _> = error
        .parameters()
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    json!({"error": error.condition().name, "parameters": parameters})
}

/// Whether an answer is Spark's. Java before 19 prints some floats with more digits than they need,
/// so those compare as numbers; errors compare by what is recorded of them, and those without a
/// condition are Java's own, for which any error will do.
fn agree(found: &Value, wanted: &Value) -> bool {
    let digits = |value: &Value| {
        let text = value.as_str()?;
        text.contains('E').then(|| text.parse::<f32>().ok())?
    };
    match wanted.get("error") {
        Some(Value::Null) => found.get("error").is_some(),
        Some(error) => {
            found.get("error") == Some(error)
                && wanted.get("parameters").is_none_or(|wanted| {
                    found["parameters"] == *wanted
                        || digits(&found["parameters"]["value"]).is_some()
                })
        }
        None => found == wanted || digits(found).is_some_and(|value| digits(wanted) == Some(value)),
    }
}

#[test]
fn casts_answer_as_spark_does() {
    let mut wrong = Vec::new();
    for line in GRID.lines() {
        let line: Value = serde_json::from_str(line).expect("a line of JSON");
        let text = |key: &str| line[key].as_str().expect("a text").to_owned();
        let (from, to) = (text("from"), text("to"));
        for case in line["cases"].as_array().expect("cases") {
            let modes = [
                ("ansi", "cast", true),
                ("legacy", "cast", false),
                ("try", "try_cast", true),
            ];
            for (at, (mode, name, ansi)) in modes.into_iter().enumerate() {
                let (value, wanted) = (&case[0], &case[at + 1]);
                if wanted == "-" {
                    continue;
                }
                let session = Session {
                    zone: text("zone"),
                    ansi,
                };
                let found = session
                    .answer(name, value, &type_named(&from), &type_named(&to))
                    .unwrap_or_else(|error| failure(&error));
                if !agree(&found, wanted) {
                    wrong.push(format!(
                        "{mode} {from} {value} -> {to}: {found}, not {wanted}"
                    ));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} answers differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
