//! Constants of every kind.
#![allow(
    deprecated,
    reason = "PySpark 4.3 sends the types of elements inside of the value"
)]

use flint_connect_plans::{data_type_message, literal, literal_message};
use flint_connect_protocol::spark::connect::{self as connect, expression as proto};
use flint_sql_spec::{
    DataType, DayTimeRange, DecimalValue, Expr, Float, Literal, Node, SqlError, StructField,
    StructType, YearMonthField, YearMonthRange,
};
use proto::literal::{self as kinds, LiteralType, specialized_array::ValueType};

use crate::corpus::recorded;

fn plain(literal_type: LiteralType) -> proto::Literal {
    proto::Literal {
        literal_type: Some(literal_type),
        data_type: None,
    }
}

fn typed(literal_type: LiteralType, data_type: &DataType) -> proto::Literal {
    proto::Literal {
        data_type: Some(data_type_message(data_type)),
        ..plain(literal_type)
    }
}

fn integers(values: &[i32]) -> Vec<proto::Literal> {
    values
        .iter()
        .map(|value| plain(LiteralType::Integer(*value)))
        .collect()
}

fn strings(values: &[&str]) -> Vec<proto::Literal> {
    let values = values.iter();
    values
        .map(|text| plain(LiteralType::String((*text).to_owned())))
        .collect()
}

fn array(elements: Vec<proto::Literal>) -> LiteralType {
    LiteralType::Array(kinds::Array {
        element_type: None,
        elements,
    })
}

fn map(keys: Vec<proto::Literal>, values: Vec<proto::Literal>) -> LiteralType {
    LiteralType::Map(kinds::Map {
        keys,
        values,
        ..Default::default()
    })
}

fn structure(elements: Vec<proto::Literal>) -> LiteralType {
    LiteralType::Struct(kinds::Struct {
        struct_type: None,
        elements,
    })
}

fn refused(message: &proto::Literal) -> SqlError {
    match literal(message) {
        Ok(value) => panic!("{message:?} is {value:?}"),
        Err(error) => error,
    }
}

fn row() -> StructType {
    StructType::new([
        StructField::new("a", DataType::Integer, true),
        StructField::new("b", DataType::array(DataType::STRING), true),
    ])
}

/// One constant of each kind.
fn every_literal() -> Vec<Literal> {
    let decimal = DecimalValue {
        unscaled: -150,
        precision: 10,
        scale: 2,
    };
    let names = Literal::Array {
        element: DataType::STRING,
        values: Node::new(vec!["x".into(), Literal::Null(DataType::STRING)]),
    };
    let nanos = |zoned| Literal::TimestampNanos {
        zoned,
        micros: -1,
        nanos_within_micro: 999,
        precision: 9,
    };
    vec![
        Literal::NULL,
        Literal::Null(DataType::Long),
        Literal::Boolean(true),
        Literal::Byte(-1),
        Literal::Short(300),
        Literal::Integer(7),
        Literal::Long(1 << 40),
        Literal::Float(Float(f32::NAN)),
        Literal::Double(Float(-0.0)),
        Literal::Decimal(decimal),
        "it's".into(),
        Literal::Binary([1, 2].into()),
        Literal::Date(-1),
        Literal::Time {
            nanos: 1,
            precision: 3,
        },
        Literal::Timestamp(5),
        Literal::TimestampNtz(5),
        nanos(true),
        nanos(false),
        Literal::CalendarInterval {
            months: 1,
            days: 2,
            micros: 3,
        },
        Literal::YearMonthInterval {
            months: 5,
            range: YearMonthRange::WHOLE,
        },
        Literal::DayTimeInterval {
            micros: 5,
            range: DayTimeRange::WHOLE,
        },
        names.clone(),
        Literal::Map {
            key: DataType::Integer,
            value: DataType::STRING,
            entries: Node::new(vec![(1.into(), "x".into()), (2.into(), "y".into())]),
        },
        Literal::Struct {
            fields: row(),
            values: Node::new(vec![1.into(), names]),
        },
    ]
}

#[test]
fn every_constant_comes_back() {
    for one in every_literal() {
        let message = literal_message(&one);
        assert_eq!(literal(&message).expect("a constant"), one, "{message:?}");
    }
}

#[test]
fn types_stand_beside_the_value_or_inside_of_it() {
    let expected = Literal::Array {
        element: DataType::Integer,
        values: Node::new(vec![1.into(), 2.into()]),
    };
    let beside = typed(
        array(integers(&[1, 2])),
        &DataType::array(DataType::Integer),
    );
    let inside = plain(LiteralType::Array(kinds::Array {
        element_type: Some(data_type_message(&DataType::Integer)),
        elements: integers(&[1, 2]),
    }));
    let ints = connect::Ints { values: vec![1, 2] };
    let special = plain(LiteralType::SpecializedArray(kinds::SpecializedArray {
        value_type: Some(ValueType::Ints(ints)),
    }));
    for message in [beside, inside, special] {
        assert_eq!(
            literal(&message).expect("an array"),
            expected,
            "{message:?}"
        );
    }
}

#[test]
fn elements_take_the_type_around_them() {
    // The null calls itself one of no type, as PySpark's does not, and is an integer's.
    let mut elements = integers(&[1]);
    elements.push(literal_message(&Literal::NULL));
    let message = typed(array(elements), &DataType::array(DataType::Integer));
    let expected = Literal::Array {
        element: DataType::Integer,
        values: Node::new(vec![1.into(), Literal::Null(DataType::Integer)]),
    };
    assert_eq!(literal(&message).expect("an array"), expected);

    let nested = DataType::array(DataType::array(DataType::STRING));
    let message = typed(
        array(vec![plain(array(strings(&["x"]))), plain(array(vec![]))]),
        &nested,
    );
    assert_eq!(
        literal(&message).expect("an array").data_type(),
        DataType::Array {
            element: Node::new(DataType::array(DataType::STRING)),
            contains_null: false,
        }
    );
}

#[test]
fn parameters_of_types_are_those_beside_the_value() {
    let months = DataType::YearMonthInterval(YearMonthRange::only(YearMonthField::Month));
    let cases = [
        (
            typed(LiteralType::YearMonthInterval(5), &months),
            months.clone(),
        ),
        (
            typed(
                literal_message(&Literal::NULL).literal_type.expect("set"),
                &months,
            ),
            months,
        ),
        (
            plain(LiteralType::Time(kinds::Time {
                nano: 1,
                precision: None,
            })),
            DataType::Time(6),
        ),
        (
            plain(LiteralType::Decimal(kinds::Decimal {
                value: "1.5".into(),
                ..Default::default()
            })),
            DataType::Decimal {
                precision: 2,
                scale: 1,
            },
        ),
        // What does not fit a byte wraps around, as in Spark.
        (plain(LiteralType::Byte(300)), DataType::Byte),
    ];
    for (message, expected) in cases {
        assert_eq!(literal(&message).expect("a constant").data_type(), expected);
    }
    assert_eq!(
        literal(&plain(LiteralType::Byte(300))),
        Ok(Literal::Byte(44))
    );
}

#[test]
fn the_last_value_of_a_key_stays() {
    let of = DataType::map(DataType::Integer, DataType::STRING);
    let message = typed(map(integers(&[1, 2, 1]), strings(&["x", "y", "z"])), &of);
    let Ok(Literal::Map { entries, .. }) = literal(&message) else {
        panic!("a map");
    };
    assert_eq!(*entries, [(1.into(), "z".into()), (2.into(), "y".into())]);
}

#[test]
fn a_contradiction_is_refused_by_both_names() {
    let cases = [
        (
            typed(LiteralType::Integer(5), &DataType::STRING),
            "STRING",
            "INTEGER",
        ),
        (
            typed(LiteralType::String("a".into()), &DataType::VarChar(3)),
            "VAR_CHAR",
            "STRING",
        ),
        (typed(array(vec![]), &DataType::Integer), "INTEGER", "ARRAY"),
        (
            typed(array(strings(&["a"])), &DataType::array(DataType::Integer)),
            "INTEGER",
            "STRING",
        ),
        (
            typed(
                array(vec![proto::Literal::default()]),
                &DataType::array(DataType::Long),
            ),
            "LONG",
            "LITERALTYPE_NOT_SET",
        ),
    ];
    for (message, data_type, value) in cases {
        let error = refused(&message);
        let name = &error.condition().name;
        assert_eq!(name, "CONNECT_INVALID_PLAN.INCOMPATIBLE_LITERAL_DATA_TYPE");
        assert_eq!(error.parameter("dataTypeKindCase"), Some(data_type));
        assert_eq!(error.parameter("literalTypeCase"), Some(value));
    }
}

#[test]
fn wrong_constants_are_refused() {
    let pairs = DataType::map(DataType::Integer, DataType::STRING);
    let time = |nano, precision| plain(LiteralType::Time(kinds::Time { nano, precision }));
    let nanos = |nanos_within_micro, precision| {
        plain(LiteralType::TimestampLtzNanos(kinds::TimestampLtzNanos {
            epoch_micros: 1,
            nanos_within_micro,
            precision,
        }))
    };
    let null = literal_message(&Literal::NULL);
    let cases = [
        (proto::Literal::default(), "UNSUPPORTED_LITERAL_TYPE"),
        (
            plain(LiteralType::SpecializedArray(
                kinds::SpecializedArray::default(),
            )),
            "UNSUPPORTED_LITERAL_TYPE",
        ),
        (
            plain(array(integers(&[1]))),
            "ARRAY_LITERAL_MISSING_DATA_TYPE",
        ),
        (plain(map(vec![], vec![])), "MAP_LITERAL_MISSING_DATA_TYPE"),
        (plain(structure(vec![])), "STRUCT_LITERAL_MISSING_DATA_TYPE"),
        (
            typed(LiteralType::Integer(1), &DataType::Null),
            "EXPECTED_NULL_VALUE",
        ),
        (
            typed(map(integers(&[1]), vec![]), &pairs),
            "ASSERTION_FAILURE",
        ),
        (
            typed(structure(integers(&[1])), &DataType::Struct(row())),
            "ASSERTION_FAILURE",
        ),
        (time(-1, None), "ASSERTION_FAILURE"),
        (time(86_400_000_000_000, None), "ASSERTION_FAILURE"),
        (nanos(1000, None), "ASSERTION_FAILURE"),
        (
            plain(LiteralType::Null(connect::DataType::default())),
            "DATA_TYPE_UNSUPPORTED_PROTO_TO_CATALYST",
        ),
    ];
    for (message, condition) in cases {
        let expected = format!("CONNECT_INVALID_PLAN.{condition}");
        assert_eq!(refused(&message).condition().name, expected, "{message:?}");
    }
    let cases = [
        (time(1, Some(10)), "UNSUPPORTED_TIME_PRECISION"),
        (nanos(1, Some(6)), "INVALID_TIMESTAMP_PRECISION"),
        (
            typed(map(vec![null], strings(&["x"])), &pairs),
            "NULL_MAP_KEY",
        ),
    ];
    for (message, condition) in cases {
        assert_eq!(refused(&message).condition().name, condition, "{message:?}");
    }
}

#[test]
fn pysparks_constants_are_understood() {
    let decimal = DecimalValue {
        unscaled: -150,
        precision: 10,
        scale: 2,
    };
    let day = 24 * 60 * 60 * 1_000_000;
    let cases = [
        ("null", Literal::NULL),
        ("typed_null", Literal::Null(DataType::STRING)),
        ("int", 7.into()),
        ("long", (1_i64 << 40).into()),
        ("nan", f64::NAN.into()),
        ("binary", Literal::Binary((*b"ab").into())),
        ("decimal", decimal.into()),
        ("date", Literal::Date(19_782)),
        (
            "time",
            Literal::Time {
                nanos: 3_723_000_004_000,
                precision: 6,
            },
        ),
        (
            "interval",
            Literal::DayTimeInterval {
                micros: 1_000_000 - day,
                range: DayTimeRange::WHOLE,
            },
        ),
        ("numpy_byte", Literal::Byte(-1)),
        ("numpy_float", Literal::Float(Float(0.25))),
    ];
    for (name, expected) in cases {
        assert_eq!(
            recorded(&format!("literal.{name}")),
            Expr::literal(expected),
            "{name}"
        );
    }
    let nested = recorded("literal.nested_array");
    let nested = nested.as_literal().expect("a constant").data_type();
    assert_eq!(nested.simple_string(), "array<array<double>>");
}
