//! Values: to the server and back.

use std::error::Error;

use spark_connect::functions::{length, max, sum};
use spark_connect::row::{Row, Value};
use spark_connect::{DataFrame, DataType, SparkSession, col};

use crate::{Outcome, expressions, rows};

/// A frame of these rows, and of columns as DDL says.
pub(crate) fn frame(
    spark: &SparkSession,
    ddl: &str,
    rows: impl IntoIterator<Item = Vec<Value>>,
) -> Result<DataFrame, Box<dyn Error>> {
    let schema = DataType::from_ddl(ddl)?;
    let DataType::Struct { fields } = &schema else {
        return Err(format!("{ddl} has no columns").into());
    };
    let names: Vec<String> = fields.iter().map(|field| field.name.clone()).collect();
    let rows = rows
        .into_iter()
        .map(|values| Row::new(names.clone(), values));
    Ok(spark.create_dataframe(rows.collect(), schema)?)
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

pub(crate) fn frames_from_rows(spark: &SparkSession) -> Outcome {
    let flat = [
        vec![Value::Integer(1), text("a")],
        vec![Value::Integer(2), Value::Null],
    ];
    let flat = frame(spark, "k int, v string", flat)?;
    assert_eq!(rows(&flat)?, ["[1, a]", "[2, NULL]"]);
    let nested = vec![
        Value::Integer(1),
        Value::List(vec![Value::Integer(1), Value::Integer(2)]),
        Value::Map([("k".to_owned(), Value::Double(1.5))].into()),
        Value::Struct(vec![
            ("e".to_owned(), Value::Bool(true)),
            ("f".to_owned(), text("s")),
        ]),
    ];
    let types = "a: int, b: array<int>, c: map<string,double>, d: struct<e: boolean, f: string>";
    let back = frame(spark, types, [nested.clone()])?.collect()?;
    assert_eq!(back[0].values(), nested);
    let none = frame(spark, "k int, v string", [])?;
    assert_eq!(none.count()?, 0);
    Ok(())
}

/// The client has no value for intervals.
pub(crate) fn values_come_back_as_they_went(spark: &SparkSession) -> Outcome {
    let decimal = Value::Decimal {
        value: "12345678901234567890.12345678".to_owned(),
        precision: Some(38),
        scale: Some(8),
    };
    let values = vec![
        Value::Date(19_782),
        Value::Timestamp(1_709_209_815_123_456),
        decimal,
        Value::Binary(vec![0, 255]),
        Value::Long(i64::MIN),
        Value::Double(1.5),
    ];
    let types = "a date, b timestamp, c decimal(38,8), d binary, e bigint, f double";
    let back = frame(spark, types, [values.clone()])?.collect()?;
    assert_eq!(back[0].values(), values);
    Ok(())
}

pub(crate) fn frames_to_arrow(spark: &SparkSession) -> Outcome {
    let frame = spark
        .range(3)?
        .with_column("s", col("id").cast_str("string"));
    let batches = frame.collect_record_batches()?;
    let sizes = batches
        .iter()
        .map(|batch| (batch.num_rows(), batch.num_columns()));
    assert_eq!(sizes.collect::<Vec<_>>(), [(3, 2)]);
    assert!(!frame.to_arrow()?.is_empty());
    Ok(())
}

pub(crate) fn a_frame_larger_than_a_message(spark: &SparkSession) -> Outcome {
    const ROWS: i64 = 200_000;
    let data = (0..ROWS).map(|k| vec![Value::Long(k), Value::String(format!("text {k}"))]);
    let frame = frame(spark, "k bigint, v string", data)?;
    let found = frame.agg(expressions([sum(col("k")), max(length(col("v")))]));
    assert_eq!(rows(&found)?, ["[19999900000, 11]"]);
    let frame = spark
        .range(ROWS)?
        .select_expr(vec!["id", "repeat('text', 10) AS v"]);
    assert_eq!(frame.collect()?.len(), 200_000);
    Ok(())
}

pub(crate) fn rows_one_by_one(spark: &SparkSession) -> Outcome {
    for prefetch in [false, true] {
        let frame = spark.range_full(0, 10_000, 1, Some(4))?;
        let mut found = Vec::new();
        for row in frame.to_local_iterator(prefetch)? {
            found.extend(row?.get(0).and_then(Value::as_i64));
        }
        found.sort_unstable();
        assert!(found.into_iter().eq(0..10_000));
    }
    Ok(())
}
