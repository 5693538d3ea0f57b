//! Two relations: joined, side by side, or one below the other.
//!
//! Joins that are not the common one tell their kind, direction and mode as text, in any case.

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{
    AsOfDirection, AsOfJoin, Join, JoinCriteria, JoinType, LateralJoin, NearestByJoin,
    RelationKind, Result, SetOp, SetOpKind, SqlError, condition,
};
use proto::join::JoinType as Kind;
use proto::set_operation::SetOpType;

use super::input;
use crate::expression::required;
use crate::names::names;
use crate::{expression, missing};

/// Two relations side by side.
pub(super) fn join(message: &proto::Join) -> Result<RelationKind> {
    let pair = message.join_data_type.as_ref();
    Ok(RelationKind::Join(Join {
        left: input(message.left.as_deref())?,
        right: input(message.right.as_deref())?,
        join_type: join_type(message.join_type)?,
        criteria: criteria(message.join_condition.as_ref(), &message.using_columns)?,
        pair_of_structs: pair.map(|pair| (pair.is_left_struct, pair.is_right_struct)),
    }))
}

/// A join whose right side sees the left one's columns.
pub(super) fn lateral(message: &proto::LateralJoin) -> Result<RelationKind> {
    Ok(RelationKind::LateralJoin(LateralJoin {
        left: input(message.left.as_deref())?,
        right: input(message.right.as_deref())?,
        condition: message
            .join_condition
            .as_ref()
            .map(expression)
            .transpose()?,
        join_type: join_type(message.join_type)?,
    }))
}

fn join_type(number: i32) -> Result<JoinType> {
    match Kind::try_from(number) {
        Ok(Kind::Inner) => Ok(JoinType::Inner),
        Ok(Kind::FullOuter) => Ok(JoinType::FullOuter),
        Ok(Kind::LeftOuter) => Ok(JoinType::LeftOuter),
        Ok(Kind::RightOuter) => Ok(JoinType::RightOuter),
        Ok(Kind::LeftAnti) => Ok(JoinType::LeftAnti),
        Ok(Kind::LeftSemi) => Ok(JoinType::LeftSemi),
        Ok(Kind::Cross) => Ok(JoinType::Cross),
        Ok(Kind::Unspecified) | Err(_) => Err(missing::unspecified(
            "spark.connect.Join.JoinType",
            "JOIN_TYPE_UNSPECIFIED",
            number,
        )),
    }
}

/// A condition or columns, not both.
fn criteria(condition: Option<&proto::Expression>, using: &[String]) -> Result<JoinCriteria> {
    match condition {
        Some(_) if !using.is_empty() => Err(SqlError::new(
            condition::CONNECT_INVALID_PLAN_USING_COLUMNS_OR_JOIN_CONDITION_SET_IN_JOIN,
        )),
        Some(condition) => expression(condition).map(JoinCriteria::On),
        None if using.is_empty() => Ok(JoinCriteria::None),
        None => Ok(JoinCriteria::Using(names(using))),
    }
}

/// Each row with the last or next one of the other side.
pub(super) fn as_of(message: &proto::AsOfJoin) -> Result<RelationKind> {
    let direction = match message.direction.to_lowercase().as_str() {
        "backward" => AsOfDirection::Backward,
        "forward" => AsOfDirection::Forward,
        "nearest" => AsOfDirection::Nearest,
        _ => {
            return Err(SqlError::new(condition::AS_OF_JOIN_UNSUPPORTED_DIRECTION)
                .with("direction", message.direction.as_str())
                .with("supported", "'forward', 'backward', 'nearest'"));
        }
    };
    let Some(join_type) = named_join_type(&message.join_type) else {
        return Err(SqlError::new(condition::UNSUPPORTED_JOIN_TYPE)
            .with("typ", message.join_type.as_str())
            .with("supported", quoted(&JOIN_TYPES)));
    };
    Ok(RelationKind::AsOfJoin(AsOfJoin {
        left: input(message.left.as_deref())?,
        right: input(message.right.as_deref())?,
        left_as_of: required(message.left_as_of.as_ref())?,
        right_as_of: required(message.right_as_of.as_ref())?,
        criteria: criteria(message.join_expr.as_ref(), &message.using_columns)?,
        join_type,
        tolerance: message.tolerance.as_ref().map(expression).transpose()?,
        allow_exact_matches: message.allow_exact_matches,
        direction,
    }))
}

/// Names of joins, as Spark lists them.
const JOIN_TYPES: [&str; 18] = [
    "inner",
    "outer",
    "full",
    "fullouter",
    "full_outer",
    "leftouter",
    "left",
    "left_outer",
    "rightouter",
    "right",
    "right_outer",
    "leftsemi",
    "left_semi",
    "semi",
    "leftanti",
    "left_anti",
    "anti",
    "cross",
];

fn named_join_type(name: &str) -> Option<JoinType> {
    Some(match name.to_lowercase().replace('_', "").as_str() {
        "inner" => JoinType::Inner,
        "outer" | "full" | "fullouter" => JoinType::FullOuter,
        "left" | "leftouter" => JoinType::LeftOuter,
        "right" | "rightouter" => JoinType::RightOuter,
        "semi" | "leftsemi" => JoinType::LeftSemi,
        "anti" | "leftanti" => JoinType::LeftAnti,
        "cross" => JoinType::Cross,
        _ => return None,
    })
}

fn quoted(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    names.join(", ")
}

/// Each row with those of the other side that rank best.
pub(super) fn nearest_by(message: &proto::NearestByJoin) -> Result<RelationKind> {
    let join_type = match named_join_type(&message.join_type) {
        Some(kind @ (JoinType::Inner | JoinType::LeftOuter)) => kind,
        _ => {
            let error = SqlError::new(condition::NEAREST_BY_JOIN_UNSUPPORTED_JOIN_TYPE);
            return Err(error
                .with("joinType", message.join_type.as_str())
                .with("supported", "'INNER', 'LEFT OUTER'"));
        }
    };
    let approximate = one_of_two(&message.mode, ["approx", "exact"]).ok_or_else(|| {
        SqlError::new(condition::NEAREST_BY_JOIN_UNSUPPORTED_MODE)
            .with("mode", message.mode.as_str())
            .with("supported", "'approx', 'exact'")
    })?;
    let by_distance =
        one_of_two(&message.direction, ["distance", "similarity"]).ok_or_else(|| {
            SqlError::new(condition::NEAREST_BY_JOIN_UNSUPPORTED_DIRECTION)
                .with("direction", message.direction.as_str())
                .with("supported", "'distance', 'similarity'")
        })?;
    Ok(RelationKind::NearestByJoin(NearestByJoin {
        left: input(message.left.as_deref())?,
        right: input(message.right.as_deref())?,
        ranking: required(message.ranking_expression.as_ref())?,
        num_results: message.num_results,
        join_type,
        approximate,
        by_similarity: !by_distance,
    }))
}

/// Whether `text` is the first of two words; nothing when it is neither.
fn one_of_two(text: &str, [yes, no]: [&str; 2]) -> Option<bool> {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    (is(yes) || is(no)).then(|| is(yes))
}

/// Two relations side by side, row by row.
pub(super) fn zip(message: &proto::Zip) -> Result<RelationKind> {
    Ok(RelationKind::Zip {
        left: input(message.left.as_deref())?,
        right: input(message.right.as_deref())?,
    })
}

/// Rows of two relations, one below the other or compared.
pub(super) fn set_operation(message: &proto::SetOperation) -> Result<RelationKind> {
    let (by_name, allow_missing) = (message.by_name(), message.allow_missing_columns());
    let refused = |condition| Err(SqlError::new(condition));
    if message.left_input.is_none() || message.right_input.is_none() {
        return refused(condition::CONNECT_INVALID_PLAN_SET_OPERATION_MUST_HAVE_TWO_INPUTS);
    }
    let kind = match message.set_op_type() {
        SetOpType::Except if by_name => {
            return refused(condition::CONNECT_INVALID_PLAN_EXCEPT_DOES_NOT_SUPPORT_UNION_BY_NAME);
        }
        SetOpType::Intersect if by_name => {
            return refused(
                condition::CONNECT_INVALID_PLAN_INTERSECT_DOES_NOT_SUPPORT_UNION_BY_NAME,
            );
        }
        SetOpType::Union if allow_missing && !by_name => {
            return refused(
                condition::CONNECT_INVALID_PLAN_UNION_BY_NAME_ALLOW_MISSING_COL_REQUIRES_BY_NAME,
            );
        }
        SetOpType::Except => SetOpKind::Except,
        SetOpType::Intersect => SetOpKind::Intersect,
        SetOpType::Union => SetOpKind::Union,
        SetOpType::Unspecified => {
            return Err(missing::unspecified(
                "spark.connect.SetOperation.SetOpType",
                "SET_OP_TYPE_UNSPECIFIED",
                message.set_op_type,
            ));
        }
    };
    Ok(RelationKind::SetOp(SetOp {
        left: input(message.left_input.as_deref())?,
        right: input(message.right_input.as_deref())?,
        kind,
        all: message.is_all(),
        by_name,
        allow_missing,
    }))
}
