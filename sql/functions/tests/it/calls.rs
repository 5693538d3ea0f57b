//! Functions about text over many texts, as columns and as constants: the answers in
//! `golden/calls.jsonl`, which `golden/make_calls.py` asked Spark for.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, StringArray, new_null_array};
use datafusion::common::ScalarValue;
use datafusion::common::config::ConfigOptions;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs};
use flint_sql_columnar::{arrow_type, from_datafusion};
use flint_sql_functions::{Site, scalar};
use flint_sql_spec::{DataType, Literal, Result, SqlError};
use serde_json::{Value, json};

use crate::call::{call, type_named};

const CALLS: &str = include_str!("../golden/calls.jsonl");

fn data_type(name: &str) -> DataType {
    match name
        .strip_prefix("array<")
        .and_then(|rest| rest.strip_suffix('>'))
    {
        Some(element) => DataType::array(data_type(element)),
        None => type_named(name),
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex");
    (0..hex.len()).step_by(2).map(digits).collect()
}

/// An argument as a column of one row, and as a constant that kernels know of.
fn argument(value: &Value, of: &DataType) -> (ArrayRef, Option<Literal>) {
    let Some(text) = value.as_str() else {
        let layout = arrow_type(of).expect("a layout");
        return (new_null_array(&layout, 1), Some(Literal::Null(of.clone())));
    };
    let column = Arc::new(StringArray::from(vec![text]));
    match of {
        DataType::Binary => (Arc::new(BinaryArray::from_vec(vec![&bytes(text)])), None),
        of if of.is_string() => (column, Some(Literal::String(text.into()))),
        of => {
            let site = Site::of(&[DataType::STRING], of.clone());
            (call("cast", &site, vec![column]).expect("a value"), None)
        }
    }
}

fn run(name: &str, site: &Site, columns: Vec<ArrayRef>, constant: bool) -> Result<ArrayRef> {
    if !constant {
        return call(name, site, columns);
    }
    let function = scalar(name, site)?.expect("a function");
    let constants = columns.iter().map(|column| {
        ColumnarValue::Scalar(ScalarValue::try_from_array(column, 0).expect("a value"))
    });
    let found = function.invoke_with_args(ScalarFunctionArgs {
        args: constants.collect(),
        arg_fields: Vec::new(),
        number_rows: 1,
        return_field: Arc::new(arrow::datatypes::Field::new(
            "r",
            site.result_layout()?,
            true,
        )),
        config_options: Arc::new(ConfigOptions::default()),
    });
    let found = found.map_err(from_datafusion)?;
    found.into_array(1).map_err(from_datafusion)
}

/// A value as the golden file has it.
fn shown(column: &ArrayRef, of: &DataType) -> Value {
    if column.is_null(0) {
        return Value::Null;
    }
    match of {
        DataType::Binary => {
            let bytes = column.as_binary::<i32>().value(0);
            Value::String(bytes.iter().map(|byte| format!("{byte:02X}")).collect())
        }
        DataType::Array { .. } => list(column),
        of => {
            let site = Site::of(std::slice::from_ref(of), DataType::STRING);
            let text = call("cast", &site, vec![Arc::clone(column)]).expect("text");
            json!(text.as_string::<i32>().value(0))
        }
    }
}

/// An answer; arrays are JSON in text.
fn wanted(answer: &Value, of: &DataType) -> Value {
    match (answer, of) {
        (Value::String(text), DataType::Array { .. }) => serde_json::from_str(text).expect("JSON"),
        _ => answer.clone(),
    }
}

fn list(column: &ArrayRef) -> Value {
    let Some(lists) = column.as_list_opt::<i32>() else {
        return json!(column.as_string::<i32>().value(0));
    };
    let items = lists.value(0);
    (0..items.len())
        .map(|at| list(&items.slice(at, 1)))
        .collect()
}

fn same_error(error: &SqlError, wanted: &Value) -> bool {
    // Errors of Java's own have no condition.
    let Some(condition) = wanted["error"].as_str() else {
        return true;
    };
    let parameters = wanted["parameters"].as_object().into_iter().flatten();
    let same = |(name, value): (&String, &Value)| {
        // What ciphers say of themselves is Java's.
        name == "detailMessage" || error.parameter(name) == value.as_str()
    };
    error.condition().name == condition && parameters.into_iter().all(same)
}

#[test]
fn calls_answer_as_sparks_do() {
    let mut wrong: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in CALLS.lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        let name = case["function"].as_str().expect("a name");
        let types: Vec<DataType> = case["types"]
            .as_array()
            .expect("types")
            .iter()
            .map(|name| data_type(name.as_str().expect("a type")))
            .collect();
        let given = case["args"].as_array().expect("values").iter();
        let (columns, literals): (Vec<_>, Vec<_>) = given
            .zip(&types)
            .map(|(value, of)| argument(value, of))
            .unzip();
        let result = data_type(case["result"].as_str().expect("a type"));
        let wanted = wanted(&case["answer"], &result);
        for constant in [false, true] {
            let mut site = Site::of(&types, result.clone());
            if constant {
                site.constants = literals.clone();
            }
            let found = run(name, &site, columns.clone(), constant);
            let fine = match &found {
                Ok(column) => shown(column, &result) == wanted,
                Err(error) => wanted.is_object() && same_error(error, &wanted),
            };
            if !fine {
                let found = found.map(|column| shown(&column, &result));
                let list = wrong.entry(name.to_owned()).or_default();
                list.push(format!("{line}\n    {found:?}"));
            }
        }
    }
    let all: Vec<String> = wrong
        .iter()
        .map(|(name, list)| format!("{name}: {}\n{}", list.len(), list.join("\n")))
        .collect();
    assert!(wrong.is_empty(), "{}", all.join("\n\n"));
}
