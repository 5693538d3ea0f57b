//! Every operator over a grid of borders, in both modes, as columns and as constants: the answers
//! in `golden/operators.jsonl`, which `golden/operators.py` asked Spark for.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::{Field, IntervalMonthDayNano};
use datafusion::common::ScalarValue;
use datafusion::common::config::ConfigOptions;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs};
use flint_sql_columnar::{arrow_type, from_datafusion};
use flint_sql_functions::{Site, scalar};
use flint_sql_spec::{
    DataType, DayTimeField, DayTimeRange, SqlError, YearMonthField, YearMonthRange,
};
use serde_json::Value;

fn data_type(name: &str) -> DataType {
    match name {
        "boolean" => DataType::Boolean,
        "tinyint" => DataType::Byte,
        "smallint" => DataType::Short,
        "int" => DataType::Integer,
        "bigint" => DataType::Long,
        "float" => DataType::Float,
        "double" => DataType::Double,
        "interval" => DataType::CalendarInterval,
        "interval year to month" => DataType::YearMonthInterval(YearMonthRange {
            start: YearMonthField::Year,
            end: YearMonthField::Month,
        }),
        "interval day to second" => DataType::DayTimeInterval(DayTimeRange {
            start: DayTimeField::Day,
            end: DayTimeField::Second,
        }),
        _ => {
            let digits = name
                .strip_prefix("decimal(")
                .and_then(|rest| rest.strip_suffix(')'));
            let (precision, scale) = digits.and_then(|digits| digits.split_once(',')).unwrap();
            DataType::Decimal {
                precision: precision.parse().unwrap(),
                scale: scale.parse().unwrap(),
            }
        }
    }
}

fn value(data_type: &DataType, text: Option<&str>) -> ScalarValue {
    let Some(text) = text else {
        return ScalarValue::try_from(&arrow_type(data_type).unwrap()).unwrap();
    };
    match data_type {
        DataType::Boolean => ScalarValue::Boolean(text.parse().ok()),
        DataType::Byte => ScalarValue::Int8(text.parse().ok()),
        DataType::Short => ScalarValue::Int16(text.parse().ok()),
        DataType::Integer => ScalarValue::Int32(text.parse().ok()),
        DataType::Long => ScalarValue::Int64(text.parse().ok()),
        DataType::Float => ScalarValue::Float32(text.parse().ok()),
        DataType::Double => ScalarValue::Float64(text.parse().ok()),
        DataType::Decimal { precision, scale } => {
            ScalarValue::Decimal128(Some(unscaled(text, *scale)), *precision, *scale)
        }
        DataType::YearMonthInterval(_) => ScalarValue::IntervalYearMonth(text.parse().ok()),
        DataType::DayTimeInterval(_) => ScalarValue::DurationMicrosecond(text.parse().ok()),
        _ => {
            let parts: Vec<i64> = text.split(' ').map(|part| part.parse().unwrap()).collect();
            let value =
                IntervalMonthDayNano::new(parts[0] as i32, parts[1] as i32, parts[2] * 1000);
            ScalarValue::IntervalMonthDayNano(Some(value))
        }
    }
}

fn unscaled(text: &str, scale: i8) -> i128 {
    // Zero with many digits is written with an exponent.
    if text.starts_with("0E") {
        return 0;
    }
    if let Some((mantissa, exponent)) = text.split_once("E-") {
        return unscaled(mantissa, scale - exponent.parse::<i8>().unwrap());
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{fraction:0<width$}", width = scale as usize)
        .parse()
        .unwrap()
}

struct Case {
    line: String,
    name: String,
    site: Site,
    values: Vec<ScalarValue>,
    expected: Result<ScalarValue, (String, BTreeMap<String, String>)>,
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for line in include_str!("../golden/operators.jsonl").lines() {
        let read: Value = serde_json::from_str(line).unwrap();
        let texts = |key: &str| read[key].as_array().unwrap().iter().map(Value::as_str);
        let types: Vec<_> = texts("types")
            .map(|name| data_type(name.unwrap()))
            .collect();
        let values = types
            .iter()
            .zip(texts("values"))
            .map(|(t, v)| value(t, v))
            .collect();
        let result = data_type(read["result"].as_str().unwrap());
        let expected = match read.get("error") {
            Some(error) => Err((
                error[0].as_str().unwrap().to_owned(),
                serde_json::from_value(error[1].clone()).unwrap(),
            )),
            None => Ok(value(&result, read["answer"].as_str())),
        };
        let modes = read["ansi"]
            .as_bool()
            .map_or(vec![true, false], |ansi| vec![ansi]);
        for ansi in modes {
            cases.push(Case {
                line: format!("ansi={ansi} {line}"),
                name: read["name"].as_str().unwrap().to_owned(),
                site: Site {
                    ansi,
                    ..Site::of(&types, result.clone())
                },
                values: Vec::clone(&values),
                expected: expected.clone(),
            });
        }
    }
    cases
}

/// The value of a call for rows `[null..., value]`, where the columns in `constant` are constants.
fn call(case: &Case, constant: [bool; 2]) -> Result<ScalarValue, SqlError> {
    const NULLS: usize = 3;
    let function = scalar(&case.name, &case.site)?.expect("there is such a function");
    let argument = |(i, value): (usize, &ScalarValue)| {
        if constant[i] {
            return ColumnarValue::Scalar(value.clone());
        }
        let null = ScalarValue::try_from(value.data_type()).unwrap();
        let rows = std::iter::repeat_n(null, NULLS).chain([value.clone()]);
        ColumnarValue::Array(ScalarValue::iter_to_array(rows).unwrap())
    };
    let args: Vec<_> = case.values.iter().enumerate().map(argument).collect();
    let constant = args
        .iter()
        .all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
    let field = |arg: &ColumnarValue| Arc::new(Field::new("a", arg.data_type(), true));
    let arg_fields = args.iter().map(field).collect();
    let layout = arrow_type(&case.site.result).unwrap();
    let found = function
        .invoke_with_args(ScalarFunctionArgs {
            args,
            arg_fields,
            number_rows: NULLS + 1,
            return_field: Arc::new(Field::new("a", layout.clone(), true)),
            config_options: Arc::new(ConfigOptions::default()),
        })
        .map_err(from_datafusion)?;
    let column: ArrayRef = found.to_array(NULLS + 1).unwrap();
    assert_eq!(
        (column.len(), column.data_type()),
        (NULLS + 1, &layout),
        "{}",
        case.line
    );
    if !constant {
        assert_eq!(
            column.null_count() - usize::from(column.is_null(NULLS)),
            NULLS,
            "{}",
            case.line
        );
    }
    Ok(ScalarValue::try_from_array(&column, NULLS).unwrap())
}

/// Equal, where all NaN are, and zeros differ by sign.
fn same(a: &ScalarValue, b: &ScalarValue) -> bool {
    match (a, b) {
        (ScalarValue::Float64(Some(a)), ScalarValue::Float64(Some(b))) => {
            a.is_nan() && b.is_nan() || a.to_bits() == b.to_bits()
        }
        (ScalarValue::Float32(Some(a)), ScalarValue::Float32(Some(b))) => {
            a.is_nan() && b.is_nan() || a.to_bits() == b.to_bits()
        }
        _ => a == b,
    }
}

#[test]
fn operators_answer_as_spark_does() {
    let cases = cases();
    assert!(cases.len() > 10_000, "the grid has all its rows");
    let mut wrong = Vec::new();
    for case in &cases {
        for constant in [[false, false], [true, false], [false, true], [true, true]] {
            if constant[1] && case.values.len() == 1 {
                continue;
            }
            let found = call(case, constant);
            let right = match (&found, &case.expected) {
                (Ok(found), Ok(expected)) => same(found, expected),
                (Err(error), Err((name, parameters))) => {
                    let found: BTreeMap<_, _> = error
                        .parameters()
                        .map(|(name, value)| (name.to_string(), value.to_string()))
                        .collect();
                    error.condition().name == *name && found == *parameters
                }
                _ => false,
            };
            if !right {
                wrong.push(format!("{found:?} {constant:?} is not {}", case.line));
            }
        }
    }
    let some: Vec<_> = wrong.iter().take(40).map(String::as_str).collect();
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        some.join("\n")
    );
}
