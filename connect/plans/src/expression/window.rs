//! Orders and windows.

use flint_connect_protocol::spark::connect::expression as proto;
use flint_sql_spec::{
    Condition, Direction, ExprKind, FrameBound, FrameUnit, NullOrder, Result, SortOrder, SqlError,
    WindowExpr, WindowFrame, WindowRef, WindowSpec, condition,
};
use proto::sort_order::{NullOrdering, SortDirection};
use proto::window::window_frame::{FrameBoundary, FrameType, frame_boundary::Boundary};

use super::{expression, expressions, required};
use crate::missing;

/// The sort order of a message.
///
/// # Errors
/// As [`expression`]; `CONNECT_INVALID_PLAN.INVALID_ENUM` for an unknown direction.
pub fn sort_order(message: &proto::SortOrder) -> Result<SortOrder> {
    Ok(SortOrder {
        expr: required(message.child.as_deref())?,
        direction: direction(message.direction)?,
        nulls: null_order(message.null_ordering)?,
    })
}

/// The sort orders of messages.
///
/// # Errors
/// As [`sort_order`].
pub fn sort_orders(messages: &[proto::SortOrder]) -> Result<Vec<SortOrder>> {
    messages.iter().map(sort_order).collect()
}

/// What is not said to be ascending is descending, in Spark's server.
fn direction(number: i32) -> Result<Direction> {
    match SortDirection::try_from(number) {
        Ok(SortDirection::Ascending) => Ok(Direction::Ascending),
        Ok(SortDirection::Unspecified | SortDirection::Descending) => Ok(Direction::Descending),
        Err(_) => {
            let full_name = "spark.connect.Expression.SortOrder.SortDirection";
            Err(missing::enumeration(full_name, None, number))
        }
    }
}

/// Nulls that are not said to be first are last, in Spark's server.
fn null_order(number: i32) -> Result<NullOrder> {
    match NullOrdering::try_from(number) {
        Ok(NullOrdering::SortNullsFirst) => Ok(NullOrder::First),
        Ok(NullOrdering::SortNullsUnspecified | NullOrdering::SortNullsLast) => Ok(NullOrder::Last),
        Err(_) => {
            let full_name = "spark.connect.Expression.SortOrder.NullOrdering";
            Err(missing::enumeration(full_name, None, number))
        }
    }
}

/// A function over a window.
pub(super) fn window(message: &proto::Window) -> Result<ExprKind> {
    let Some(function) = &message.window_function else {
        return Err(SqlError::new(
            condition::CONNECT_INVALID_PLAN_WINDOW_FUNCTION_REQUIRED,
        ));
    };
    let frame_spec = message.frame_spec.as_ref();
    Ok(ExprKind::Window(WindowExpr {
        function: expression(function)?,
        window: WindowRef::Spec(WindowSpec {
            partition_by: expressions(&message.partition_spec)?,
            order_by: sort_orders(&message.order_spec)?,
            frame: frame_spec.map(|spec| frame(spec)).transpose()?,
        }),
    }))
}

fn frame(message: &proto::window::WindowFrame) -> Result<WindowFrame> {
    let unit = match FrameType::try_from(message.frame_type) {
        Ok(FrameType::Row) => FrameUnit::Rows,
        Ok(FrameType::Range) => FrameUnit::Range,
        other => {
            let full_name = "spark.connect.Expression.Window.WindowFrame.FrameType";
            let name = other.ok().map(|none| none.as_str_name());
            return Err(missing::enumeration(full_name, name, message.frame_type));
        }
    };
    let lower = condition::CONNECT_INVALID_PLAN_LOWER_BOUND_REQUIRED_IN_WINDOW_FRAME;
    let upper = condition::CONNECT_INVALID_PLAN_UPPER_BOUND_REQUIRED_IN_WINDOW_FRAME;
    Ok(WindowFrame {
        unit,
        lower: bound(message.lower.as_deref(), lower)?,
        upper: bound(message.upper.as_deref(), upper)?,
    })
}

/// An end of a frame. Which member is set counts, not the truth of its flag.
fn bound(message: Option<&FrameBoundary>, absent: Condition) -> Result<FrameBound> {
    let message = message.ok_or_else(|| SqlError::new(absent))?;
    match &message.boundary {
        Some(Boundary::CurrentRow(_)) => Ok(FrameBound::CurrentRow),
        Some(Boundary::Unbounded(_)) => Ok(FrameBound::Unbounded),
        Some(Boundary::Value(value)) => Ok(FrameBound::Offset(expression(value)?)),
        None => Err(missing::one_of(
            "spark.connect.Expression.Window.WindowFrame.FrameBoundary",
            "BOUNDARY_NOT_SET",
        )),
    }
}
