//! What a message must have and has not.
//!
//! A message that is absent reads as one without any field, as in every protobuf runtime of Spark's:
//! translating an absent expression says that the `oneof` of an expression is not set. So a missing
//! part and an unknown member, which decoding leaves out, give the same error as in Spark.

use std::sync::LazyLock;

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{SqlError, condition};

/// The `oneof` of `message` has no member, or one that this version does not know.
///
/// `case` is the name that Spark's messages give this state, such as `EXPRTYPE_NOT_SET`.
pub(crate) fn one_of(message: &'static str, case: &'static str) -> SqlError {
    SqlError::new(condition::CONNECT_INVALID_PLAN_INVALID_ONE_OF_FIELD_NOT_SET)
        .with("fullName", message)
        .with("name", case)
}

/// A member of the `oneof` of `message` that is known and has no meaning where it stands.
pub(crate) fn member(message: &'static str, name: &'static str, number: i32) -> SqlError {
    SqlError::new(condition::CONNECT_INVALID_PLAN_INVALID_ONE_OF_FIELD_NOT_SUPPORTED)
        .with("fullName", message)
        .with("name", name)
        .with("number", number.to_string())
}

/// A type of which no known kind is set; `case` as in [`one_of`].
pub(crate) fn data_type_kind(case: &'static str) -> SqlError {
    SqlError::new(condition::CONNECT_INVALID_PLAN_DATA_TYPE_UNSUPPORTED_PROTO_TO_CATALYST)
        .with("kindCase", case)
}

/// A number that is no value of the enumeration `full_name`, or the one that says nothing.
///
/// `name` is the name of the latter; an unknown number is shown as `UNRECOGNIZED`.
pub(crate) fn enumeration(full_name: &'static str, name: Option<&str>, number: i32) -> SqlError {
    SqlError::new(condition::CONNECT_INVALID_PLAN_INVALID_ENUM)
        .with("fullName", full_name)
        .with("name", name.unwrap_or("UNRECOGNIZED"))
        .with("number", number.to_string())
}

/// The same, where the value that says nothing is the number 0 and called `zero`.
pub(crate) fn unspecified(full_name: &'static str, zero: &str, number: i32) -> SqlError {
    enumeration(full_name, (number == 0).then_some(zero), number)
}

/// A repeated or text field of `message` that must not be empty.
pub(crate) fn field(message: &'static str, name: &'static str) -> SqlError {
    SqlError::new(condition::CONNECT_INVALID_PLAN_FIELD_CANNOT_BE_EMPTY)
        .with("fullName", message)
        .with("fieldName", name)
}

/// A rule of the protocol that has no condition of its own.
pub(crate) fn assertion(message: impl Into<String>) -> SqlError {
    SqlError::new(condition::CONNECT_INVALID_PLAN_ASSERTION_FAILURE).with("message", message)
}

/// The expression, or the empty one.
pub(crate) fn expression(message: Option<&proto::Expression>) -> &proto::Expression {
    static EMPTY: LazyLock<proto::Expression> = LazyLock::new(proto::Expression::default);
    message.unwrap_or(&EMPTY)
}

/// The type, or the empty one.
pub(crate) fn data_type(message: Option<&proto::DataType>) -> &proto::DataType {
    static EMPTY: LazyLock<proto::DataType> = LazyLock::new(proto::DataType::default);
    message.unwrap_or(&EMPTY)
}

/// The literal, or the empty one.
pub(crate) fn literal(message: Option<&proto::expression::Literal>) -> &proto::expression::Literal {
    static EMPTY: LazyLock<proto::expression::Literal> =
        LazyLock::new(proto::expression::Literal::default);
    message.unwrap_or(&EMPTY)
}

/// The relation, or the empty one.
pub(crate) fn relation(message: Option<&proto::Relation>) -> &proto::Relation {
    static EMPTY: LazyLock<proto::Relation> = LazyLock::new(proto::Relation::default);
    message.unwrap_or(&EMPTY)
}
