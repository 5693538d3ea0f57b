//! Functions that come with the plan, as code of another language.

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{DataType, ExprKind, ForeignFunction, ForeignKind, InlineFunction, Result};
use proto::common_inline_user_defined_function::Function;

use crate::expression::expressions;
use crate::names::names;
use crate::{data_type, missing};

const FUNCTION: &str = "spark.connect.CommonInlineUserDefinedFunction";

/// The function of a message: Python's, Scala's, or a JVM class by name, which only registrations
/// have.
///
/// # Errors
/// `CONNECT_INVALID_PLAN` when the code is absent, or a type or an argument is wrong.
pub fn inline_function(message: &proto::CommonInlineUserDefinedFunction) -> Result<InlineFunction> {
    let function = match &message.function {
        Some(Function::PythonUdf(python)) => python_function(python)?,
        Some(Function::ScalarScalaUdf(scala)) => scala_function(scala)?,
        Some(Function::JavaUdf(java)) => java_function(java)?,
        None => return Err(missing::one_of(FUNCTION, "FUNCTION_NOT_SET")),
    };
    Ok(InlineFunction {
        name: message.function_name.as_str().into(),
        deterministic: message.deterministic,
        args: expressions(&message.arguments)?,
        function,
        distinct: message.is_distinct,
    })
}

/// A call of such a function. A JVM class can only be registered.
pub(crate) fn call(message: &proto::CommonInlineUserDefinedFunction) -> Result<ExprKind> {
    if let Some(Function::JavaUdf(_)) = message.function {
        return Err(missing::member(FUNCTION, "JAVA_UDF", 6));
    }
    Ok(ExprKind::InlineFunction(inline_function(message)?))
}

/// A typed aggregator over whole rows.
pub(crate) fn typed_aggregate(message: &proto::TypedAggregateExpression) -> Result<ExprKind> {
    let Some(scala) = &message.scalar_scala_udf else {
        return Err(missing::assertion(
            "A typed aggregate carries a Scala function.",
        ));
    };
    Ok(ExprKind::TypedAggregate(InlineFunction {
        name: "".into(),
        deterministic: true,
        args: Vec::new(),
        function: scala_function(scala)?,
        distinct: false,
    }))
}

/// A Python function's code.
///
/// # Errors
/// `CONNECT_INVALID_PLAN` for a wrong return type.
pub fn python_function(message: &proto::PythonUdf) -> Result<ForeignFunction> {
    let output = data_type(missing::data_type(message.output_type.as_ref()))?;
    Ok(ForeignFunction {
        output_type: Some(output),
        ..python_code(message)
    })
}

/// Python code that is called for what it does, without a type of results.
pub(crate) fn python_code(message: &proto::PythonUdf) -> ForeignFunction {
    ForeignFunction {
        eval_type: message.eval_type,
        payload: message.command.as_ref().into(),
        runtime_version: message.python_ver.as_str().into(),
        includes: names(&message.additional_includes),
        nullable: true,
        ..opaque(ForeignKind::PythonUdf)
    }
}

/// A Scala function's code.
///
/// # Errors
/// `CONNECT_INVALID_PLAN` for a wrong type.
pub fn scala_function(message: &proto::ScalarScalaUdf) -> Result<ForeignFunction> {
    let inputs = message.input_types.iter();
    Ok(ForeignFunction {
        payload: message.payload.as_ref().into(),
        output_type: optional(message.output_type.as_ref())?,
        input_types: inputs.map(data_type).collect::<Result<_>>()?,
        nullable: message.nullable,
        aggregate: message.aggregate,
        ..opaque(ForeignKind::ScalaUdf)
    })
}

/// A class of the JVM, by name.
fn java_function(message: &proto::JavaUdf) -> Result<ForeignFunction> {
    Ok(ForeignFunction {
        payload: message.class_name.as_bytes().into(),
        output_type: optional(message.output_type.as_ref())?,
        nullable: true,
        aggregate: message.aggregate,
        ..opaque(ForeignKind::JavaUdf)
    })
}

fn optional(message: Option<&proto::DataType>) -> Result<Option<DataType>> {
    message.map(data_type).transpose()
}

/// A function of which only the language is known.
pub(crate) fn opaque(kind: ForeignKind) -> ForeignFunction {
    ForeignFunction {
        kind,
        eval_type: 0,
        payload: [].into(),
        output_type: None,
        runtime_version: "".into(),
        includes: Vec::new(),
        input_types: Vec::new(),
        nullable: false,
        aggregate: false,
    }
}
