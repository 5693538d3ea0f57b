//! Types, there and back.

use flint_connect_plans::{data_type, data_type_message};
use flint_connect_protocol::spark::connect::{self as proto, data_type as kinds};
use flint_sql_spec::{
    Cast, Collation, DataType, DayTimeField, DayTimeRange, ExprKind, Node, StructField,
    UserDefinedType, YearMonthField, YearMonthRange,
};
use kinds::Kind;

use crate::corpus::recorded;

fn of(kind: Kind) -> proto::DataType {
    proto::DataType { kind: Some(kind) }
}

fn boxed(kind: Kind) -> Option<Box<proto::DataType>> {
    Some(Box::new(of(kind)))
}

fn integer() -> Kind {
    Kind::Integer(kinds::Integer::default())
}

/// One type of each kind, with every parameter set.
fn every_type() -> Vec<DataType> {
    let point = UserDefinedType {
        jvm_class: None,
        python_class: Some("shapes.Point".into()),
        serialized_python_class: Some("gASV".into()),
        sql_type: DataType::array(DataType::Double),
    };
    vec![
        DataType::Null,
        DataType::Boolean,
        DataType::Byte,
        DataType::Short,
        DataType::Integer,
        DataType::Long,
        DataType::Float,
        DataType::Double,
        DataType::Decimal {
            precision: 38,
            scale: 18,
        },
        DataType::STRING,
        DataType::String(Collation::of("UNICODE_CI")),
        DataType::Char(3),
        DataType::VarChar(7),
        DataType::Binary,
        DataType::Date,
        DataType::Time(0),
        DataType::Timestamp,
        DataType::TimestampNtz,
        DataType::TimestampLtzNanos(7),
        DataType::TimestampNtzNanos(9),
        DataType::CalendarInterval,
        DataType::YearMonthInterval(YearMonthRange::only(YearMonthField::Month)),
        DataType::DayTimeInterval(DayTimeRange::WHOLE),
        DataType::Array {
            element: Node::new(DataType::Long),
            contains_null: false,
        },
        DataType::Map {
            key: Node::new(DataType::STRING),
            value: Node::new(DataType::array(DataType::Date)),
            value_contains_null: false,
        },
        DataType::structure([
            StructField::new("a", DataType::Integer, false).with_metadata(r#"{"comment":"c"}"#),
            StructField::new("a", DataType::structure([]), true),
        ]),
        DataType::Variant,
        DataType::Geometry(None),
        DataType::Geography(Some(4326)),
        DataType::UserDefined(Node::new(point)),
        DataType::Unparsed("a INT, b STRING".into()),
    ]
}

#[test]
fn every_type_comes_back() {
    for one in every_type() {
        let message = data_type_message(&one);
        assert_eq!(data_type(&message).expect("a type"), one, "{message:?}");
    }
}

#[test]
fn a_deep_type_comes_back() {
    let deep = (0..20_000).fold(DataType::Long, |inner, _| DataType::array(inner));
    let message = data_type_message(&deep);
    assert_eq!(data_type(&message).expect("a type"), deep);
    // Messages of this depth overflow a small stack when they are dropped; none that deep is decoded.
    flint_sql_spec::with_large_stack(|| drop(message));
}

#[test]
fn absent_parameters_are_sparks_defaults() {
    let cases = [
        (
            Kind::Decimal(kinds::Decimal::default()),
            DataType::DEFAULT_DECIMAL,
        ),
        (
            Kind::Decimal(kinds::Decimal {
                scale: Some(3),
                ..Default::default()
            }),
            DataType::DEFAULT_DECIMAL,
        ),
        (
            Kind::Decimal(kinds::Decimal {
                precision: Some(20),
                ..Default::default()
            }),
            DataType::Decimal {
                precision: 20,
                scale: 0,
            },
        ),
        (Kind::String(kinds::String::default()), DataType::STRING),
        (
            Kind::String(kinds::String {
                collation: "utf8_lcase".into(),
                ..Default::default()
            }),
            DataType::String(Collation::of("UTF8_LCASE")),
        ),
        (Kind::Time(kinds::Time::default()), DataType::DEFAULT_TIME),
        (
            Kind::YearMonthInterval(kinds::YearMonthInterval::default()),
            DataType::YearMonthInterval(YearMonthRange::WHOLE),
        ),
        (
            Kind::DayTimeInterval(kinds::DayTimeInterval {
                start_field: Some(1),
                ..Default::default()
            }),
            DataType::DayTimeInterval(DayTimeRange::only(DayTimeField::Hour)),
        ),
        (
            Kind::DayTimeInterval(kinds::DayTimeInterval {
                end_field: Some(2),
                ..Default::default()
            }),
            DataType::DayTimeInterval(DayTimeRange::WHOLE),
        ),
    ];
    for (kind, expected) in cases {
        assert_eq!(data_type(&of(kind)).expect("a type"), expected);
    }
}

#[test]
fn wrong_types_are_refused_as_spark_refuses_them() {
    let decimal = |precision, scale| {
        Kind::Decimal(kinds::Decimal {
            precision: Some(precision),
            scale: Some(scale),
            ..Default::default()
        })
    };
    let time = |precision| {
        Kind::Time(kinds::Time {
            precision: Some(precision),
            ..Default::default()
        })
    };
    let nanos = |precision| {
        Kind::TimestampNtzNanos(kinds::TimestampNtzNanos {
            precision: Some(precision),
            ..Default::default()
        })
    };
    let udt = |jvm_class: Option<&str>, python_class: Option<&str>, name: &str| {
        Kind::Udt(Box::new(kinds::Udt {
            r#type: name.to_owned(),
            jvm_class: jvm_class.map(str::to_owned),
            python_class: python_class.map(str::to_owned),
            serialized_python_class: None,
            sql_type: None,
        }))
    };
    let ddl = Kind::Unparsed(kinds::Unparsed {
        data_type_string: "INT".into(),
    });
    let array = |element_type| {
        Kind::Array(Box::new(kinds::Array {
            element_type,
            ..Default::default()
        }))
    };
    let field = |metadata: &str| {
        let field = kinds::StructField {
            name: "a".into(),
            data_type: Some(of(integer())),
            nullable: true,
            metadata: Some(metadata.into()),
        };
        Kind::Struct(kinds::Struct {
            fields: vec![field],
            ..Default::default()
        })
    };
    let cases = [
        (decimal(39, 3), "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION"),
        (decimal(3, 5), "DECIMAL_SCALE_EXCEEDS_PRECISION"),
        (decimal(5, -1), "NEGATIVE_SCALE_DISALLOWED"),
        (decimal(0, 0), "CONNECT_INVALID_PLAN.ASSERTION_FAILURE"),
        (time(10), "UNSUPPORTED_TIME_PRECISION"),
        (time(-1), "UNSUPPORTED_TIME_PRECISION"),
        (nanos(6), "INVALID_TIMESTAMP_PRECISION"),
        (
            udt(None, None, "x"),
            "CONNECT_INVALID_PLAN.UDT_TYPE_FIELD_INVALID",
        ),
        (
            udt(None, Some("a.B"), "udt"),
            "CONNECT_INVALID_PLAN.PYTHON_UDT_MISSING_FIELDS",
        ),
        (
            udt(Some("a.B"), None, "udt"),
            "CONNECT_INVALID_PLAN.UDT_JVM_CLASS_NOT_UDT",
        ),
        (
            Kind::Char(kinds::Char {
                length: -1,
                ..Default::default()
            }),
            "CONNECT_INVALID_PLAN.ASSERTION_FAILURE",
        ),
        (
            Kind::YearMonthInterval(kinds::YearMonthInterval {
                start_field: Some(1),
                end_field: Some(0),
                ..Default::default()
            }),
            "CONNECT_INVALID_PLAN.ASSERTION_FAILURE",
        ),
        (
            array(None),
            "CONNECT_INVALID_PLAN.DATA_TYPE_UNSUPPORTED_PROTO_TO_CATALYST",
        ),
        (
            array(boxed(ddl)),
            "CONNECT_INVALID_PLAN.DATA_TYPE_UNSUPPORTED_PROTO_TO_CATALYST",
        ),
        (field("{bad"), "CONNECT_INVALID_PLAN.ASSERTION_FAILURE"),
        (field("[1]"), "CONNECT_INVALID_PLAN.ASSERTION_FAILURE"),
    ];
    for (kind, condition) in cases {
        let error = data_type(&of(kind.clone())).expect_err(condition);
        assert_eq!(error.condition().name, condition, "{kind:?}");
    }
    let error = data_type(&proto::DataType::default()).expect_err("nothing is set");
    assert_eq!(error.parameter("kindCase"), Some("KIND_NOT_SET"));
}

/// The type of a recorded cast.
fn target(name: &str) -> DataType {
    match recorded(name).kind() {
        ExprKind::Cast(Cast { to, .. }) => to.clone(),
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn pysparks_types_are_understood() {
    assert_eq!(
        target("type.decimal(38,18)"),
        DataType::Decimal {
            precision: 38,
            scale: 18
        }
    );
    assert_eq!(target("type.string"), DataType::STRING);
    assert_eq!(target("type.geometry(any)"), DataType::Geometry(None));
    assert_eq!(
        target("type.interval_hour_to_minute"),
        DataType::DayTimeInterval(DayTimeRange {
            start: DayTimeField::Hour,
            end: DayTimeField::Minute,
        })
    );
    let DataType::UserDefined(vector) = target("type.vector") else {
        panic!("a vector is a type of the user's");
    };
    assert_eq!(
        vector.jvm_class.as_deref(),
        Some("org.apache.spark.ml.linalg.VectorUDT")
    );
    assert_eq!(
        vector.python_class.as_deref(),
        Some("pyspark.ml.linalg.VectorUDT")
    );
    assert_eq!(
        vector.sql_type.as_struct().map(|fields| fields.len()),
        Some(4)
    );
    assert_eq!(target("cast_text"), DataType::Unparsed("array<int>".into()));
}
