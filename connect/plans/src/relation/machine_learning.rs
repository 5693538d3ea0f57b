//! Rows from models, and the parts that commands over models share with them.

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{
    Ident, MlArg, MlFetch, MlMethod, MlOperator, MlOperatorKind, MlParams, MlRelation,
    MlRelationKind, MlTarget, RelationKind, Result,
};
use proto::fetch::method::args::ArgsType;
use proto::ml_operator::OperatorType;
use proto::ml_relation::transform::Operator;
use proto::ml_relation::{MlType, Transform};

use super::input;
use crate::names::sorted;
use crate::{literal, missing};

/// A transformer over rows, or something of a model.
pub(super) fn relation(message: &proto::MlRelation) -> Result<RelationKind> {
    let kind = match &message.ml_type {
        Some(MlType::Transform(message)) => transform(message)?,
        Some(MlType::Fetch(message)) => MlRelationKind::Fetch(fetch(message)?),
        None => {
            return Err(missing::one_of(
                "spark.connect.MlRelation",
                "MLTYPE_NOT_SET",
            ));
        }
    };
    let dataset = message.model_summary_dataset.as_deref();
    Ok(RelationKind::Ml(MlRelation {
        kind,
        summary_dataset: dataset.map(crate::relation).transpose()?,
    }))
}

fn transform(message: &Transform) -> Result<MlRelationKind> {
    let target = match &message.operator {
        Some(Operator::ObjRef(object)) => MlTarget::Object(object.id.as_str().into()),
        Some(Operator::Transformer(message)) => MlTarget::Operator(operator(Some(message))?),
        None => {
            return Err(missing::one_of(
                "spark.connect.MlRelation.Transform",
                "OPERATOR_NOT_SET",
            ));
        }
    };
    Ok(MlRelationKind::Transform {
        target,
        input: input(message.input.as_deref())?,
        params: parameters(message.params.as_ref())?,
    })
}

/// A chain of method calls.
pub(crate) fn fetch(message: &proto::Fetch) -> Result<MlFetch> {
    let methods = message.methods.iter().map(method);
    Ok(MlFetch {
        object: object(message.obj_ref.as_ref()),
        methods: methods.collect::<Result<_>>()?,
    })
}

fn method(message: &proto::fetch::Method) -> Result<MlMethod> {
    let args = message.args.iter().map(|message| match &message.args_type {
        Some(ArgsType::Param(value)) => literal(value).map(MlArg::Value),
        Some(ArgsType::Input(rows)) => crate::relation(rows).map(MlArg::Relation),
        None => Err(missing::one_of(
            "spark.connect.Fetch.Method.Args",
            "ARGSTYPE_NOT_SET",
        )),
    });
    Ok(MlMethod {
        name: message.method.as_str().into(),
        args: args.collect::<Result<_>>()?,
    })
}

/// The id of an object; an absent reference is to an object without a name, which no session has.
pub(crate) fn object(message: Option<&proto::ObjectRef>) -> Ident {
    message.map_or("", |object| &object.id).into()
}

/// An operator by class name.
pub(crate) fn operator(message: Option<&proto::MlOperator>) -> Result<MlOperator> {
    let (name, uid, number) = match message {
        Some(message) => (&*message.name, &*message.uid, message.r#type),
        None => ("", "", 0),
    };
    let kind = match OperatorType::try_from(number) {
        Ok(OperatorType::Estimator) => MlOperatorKind::Estimator,
        Ok(OperatorType::Transformer) => MlOperatorKind::Transformer,
        Ok(OperatorType::Evaluator) => MlOperatorKind::Evaluator,
        Ok(OperatorType::Model) => MlOperatorKind::Model,
        Ok(OperatorType::Unspecified) | Err(_) => {
            return Err(missing::unspecified(
                "spark.connect.MlOperator.OperatorType",
                "OPERATOR_TYPE_UNSPECIFIED",
                number,
            ));
        }
    };
    Ok(MlOperator {
        name: name.into(),
        uid: uid.into(),
        kind,
    })
}

/// Parameters, sorted by name.
pub(crate) fn parameters(message: Option<&proto::MlParams>) -> Result<MlParams> {
    let Some(message) = message else {
        return Ok(Vec::new());
    };
    let pairs = sorted(&message.params).into_iter();
    pairs
        .map(|(name, value)| Ok((name.into(), literal(value)?)))
        .collect()
}
