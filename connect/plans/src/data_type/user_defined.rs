//! Types that users define over Spark's own.

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{DataType, Node, Result, SqlError, UserDefinedType, condition};

use super::{read, write};

/// The mark that the message carries in its field `type`.
const MARK: &str = "udt";

/// A class of the JVM or of Python over a type. The class is not looked for: values are handled as
/// the type below, and clients build their objects from it.
pub(super) fn from_message(message: &proto::data_type::Udt) -> Result<DataType> {
    if message.r#type != MARK {
        return Err(
            SqlError::new(condition::CONNECT_INVALID_PLAN_UDT_TYPE_FIELD_INVALID)
                .with("udtType", &message.r#type),
        );
    }
    match (&message.jvm_class, &message.sql_type) {
        (Some(class), None) => {
            return Err(
                SqlError::new(condition::CONNECT_INVALID_PLAN_UDT_JVM_CLASS_NOT_UDT)
                    .with("jvmClass", class),
            );
        }
        (None, sql_type) => {
            let classes =
                message.python_class.is_some() && message.serialized_python_class.is_some();
            if !classes || sql_type.is_none() {
                let wrong = condition::CONNECT_INVALID_PLAN_PYTHON_UDT_MISSING_FIELDS;
                return Err(SqlError::new(wrong));
            }
        }
        (Some(_), Some(_)) => {}
    }
    Ok(DataType::UserDefined(Node::new(UserDefinedType {
        jvm_class: message.jvm_class.as_deref().map(Into::into),
        python_class: message.python_class.as_deref().map(Into::into),
        serialized_python_class: message.serialized_python_class.as_deref().map(Into::into),
        sql_type: read::required(message.sql_type.as_deref())?,
    })))
}

/// The message of such a type.
pub(super) fn message(udt: &UserDefinedType) -> proto::data_type::Udt {
    proto::data_type::Udt {
        r#type: MARK.to_owned(),
        jvm_class: udt.jvm_class.as_deref().map(str::to_owned),
        python_class: udt.python_class.as_deref().map(str::to_owned),
        serialized_python_class: udt.serialized_python_class.as_deref().map(str::to_owned),
        sql_type: Some(write::boxed(&udt.sql_type)),
    }
}
