//! Values go into columns and come back.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

use chrono::NaiveDate;
use flint_sql_spec::{DataType, DecimalValue};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::*;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Color {
    Red,
    Green,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Inner {
    x: i32,
    y: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Meters(f64);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Everything {
    yes: bool,
    tiny: i8,
    small: i16,
    int: i32,
    long: Option<i64>,
    float: f32,
    length: Meters,
    letter: char,
    text: String,
    bytes: Vec<u8>,
    color: Color,
    day: Date,
    at: Option<Timestamp>,
    clock: TimestampNtz,
    span: DayTime,
    price: DecimalValue,
    list: Vec<Option<i64>>,
    inner: Inner,
    maybe: Option<Inner>,
    all: Vec<Inner>,
    map: BTreeMap<String, Option<f64>>,
    pair: (i32, String),
}

fn everything(long: Option<i64>) -> Everything {
    let inner = Inner { x: 1, y: None };
    let day = NaiveDate::from_ymd_opt(2024, 2, 29).expect("a leap year");
    let noon = day.and_hms_micro_opt(12, 0, 0, 7).expect("a time");
    Everything {
        yes: true,
        tiny: -1,
        small: 2,
        int: 3,
        long,
        float: 1.5,
        length: Meters(2.5),
        letter: 'ß',
        text: "text".into(),
        bytes: vec![0, 255],
        color: Color::Green,
        day: day.into(),
        at: long.map(|_| noon.and_utc().into()),
        clock: noon.into(),
        span: chrono::TimeDelta::microseconds(-5).into(),
        price: DecimalValue {
            unscaled: 1_250_000_000_000_000_000,
            precision: 38,
            scale: 18,
        },
        list: vec![Some(1), None],
        inner: inner.clone(),
        maybe: long.map(|_| inner.clone()),
        all: vec![inner.clone(), inner],
        map: [("a".to_owned(), Some(0.5)), ("b".to_owned(), None)].into(),
        pair: (9, "nine".into()),
    }
}

fn round_trips<T: Serialize + DeserializeOwned + PartialEq + Debug>(values: &[T]) {
    let row = RowType::of::<T>().expect("a type of SQL");
    let mut writer = RowWriter::new(&row).expect("columns");
    values.iter().for_each(|v| writer.push(v).expect("it fits"));
    assert_eq!(writer.len(), values.len());
    let columns = writer.finish().expect("whole columns");
    for (column, field) in columns.iter().zip(row.fields.iter()) {
        let layout = crate::arrow_type(&field.data_type).expect("a layout");
        assert_eq!(column.data_type(), &layout, "{}", field.name);
    }
    let reader = RowReader::new(&columns, &row).expect("readable");
    for (at, value) in values.iter().enumerate() {
        assert_eq!(reader.read::<T>(at).as_ref(), Ok(value));
    }
}

#[test]
fn values_of_every_type_come_back() {
    round_trips(&[everything(Some(4)), everything(None)]);
    round_trips(&[1_i64, i64::MIN]);
    round_trips(&[Some("a".to_owned()), None]);
    round_trips(&[(1, 2.5), (2, f64::INFINITY)]);
    round_trips(&[vec![1_i32], vec![]]);
    round_trips(&[HashMap::from([(1, vec![true])])]);
}

#[test]
fn types_are_known_without_a_value() {
    let row = RowType::of::<Everything>().expect("a type of SQL");
    assert_eq!(
        row.fields.ddl(),
        "yes BOOLEAN NOT NULL,tiny TINYINT NOT NULL,small SMALLINT NOT NULL,int INT NOT NULL,\
         long BIGINT,float FLOAT NOT NULL,length DOUBLE NOT NULL,letter STRING NOT NULL,\
         text STRING NOT NULL,bytes BINARY NOT NULL,color STRING NOT NULL,day DATE NOT NULL,\
         at TIMESTAMP,clock TIMESTAMP_NTZ NOT NULL,span INTERVAL DAY TO SECOND NOT NULL,\
         price DECIMAL(38,18) NOT NULL,list ARRAY<BIGINT> NOT NULL,\
         inner STRUCT<x: INT NOT NULL, y: STRING> NOT NULL,\
         maybe STRUCT<x: INT NOT NULL, y: STRING>,\
         all ARRAY<STRUCT<x: INT NOT NULL, y: STRING>> NOT NULL,\
         map MAP<STRING, DOUBLE> NOT NULL,\
         pair STRUCT<_1: INT NOT NULL, _2: STRING NOT NULL> NOT NULL"
    );
    assert!(!row.by_position);
    let pair = RowType::of::<(i32, Option<bool>)>().expect("a tuple");
    assert!(pair.by_position);
    assert_eq!(pair.fields.ddl(), "_1 INT NOT NULL,_2 BOOLEAN");
    let value = value_type::<Option<i64>>().expect("a number");
    assert_eq!((value.data_type, value.nullable), (DataType::Long, true));
}

#[derive(Debug, Serialize, Deserialize)]
enum Data {
    Number(i32),
}

#[derive(Debug, Serialize, Deserialize)]
struct Tree {
    children: Vec<Tree>,
}

#[test]
fn types_without_a_form_in_sql_are_refused() {
    fn name<T: DeserializeOwned>() -> String {
        value_type::<T>()
            .expect_err("no type of SQL")
            .condition()
            .name
            .to_string()
    }
    assert_eq!(name::<u8>(), "ENCODER_NOT_FOUND");
    assert_eq!(name::<u64>(), "ENCODER_NOT_FOUND");
    assert_eq!(name::<()>(), "ENCODER_NOT_FOUND");
    assert_eq!(name::<Data>(), "ENCODER_NOT_FOUND");
    assert_eq!(name::<Tree>(), "ENCODER_NOT_FOUND");
    assert_eq!(name::<BTreeMap<Option<i32>, i32>>(), "ENCODER_NOT_FOUND");
}

#[test]
fn nulls_name_the_field_that_takes_none() {
    let wide = RowType::of::<(Option<Inner>, i32)>().expect("a tuple");
    let mut writer = RowWriter::new(&wide).expect("columns");
    writer.push(&(None::<Inner>, 1)).expect("it fits");
    let columns = writer.finish().expect("columns");
    let reader = RowReader::new(&columns, &wide).expect("readable");
    let error = reader.read::<(Inner, i32)>(0).expect_err("a null");
    assert_eq!(error.condition().name, "NOT_NULL_ASSERT_VIOLATION");
    assert_eq!(error.parameter("walkedTypePath"), Some("`_1`"));

    let mut writer = CellWriter::new(&DataType::Long, false).expect("a column");
    assert!(writer.push(&None::<i64>).is_err());
    assert!(writer.push("text").is_err());
    assert!(writer.push(&1_i32).is_ok());
}

#[test]
fn fields_are_found_by_name_and_numbers_widen() {
    #[derive(Serialize, Deserialize)]
    struct Narrow {
        b: Option<i16>,
        other: bool,
        a: i32,
    }
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Wide {
        a: i64,
        b: Option<i32>,
    }
    let narrow = value_type::<Narrow>().expect("a struct").data_type;
    let mut writer = CellWriter::new(&narrow, false).expect("a column");
    let value = Narrow {
        b: None,
        other: true,
        a: 7,
    };
    writer.push(&value).expect("it fits");
    let column = writer.finish().expect("a column");
    let wide = value_type::<Wide>().expect("a struct").data_type;
    let cells = Cells::new(&column, &wide).expect("readable");
    assert_eq!(cells.read::<Wide>(0), Ok(Wide { a: 7, b: None }));
}
