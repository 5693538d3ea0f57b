//! Frames of windows: which rows count, and whether bounds make sense.
//!
//! Offsets before the row are negative in Spark, and it checks them as such: `'1' PRECEDING` is a
//! DOUBLE, as `- '1'` is.

use flint_sql_spec::{
    CastMode, DataType, FrameBound, FrameUnit, Literal, Result, SqlError, WindowSpec, condition,
};

use super::{Resolver, quoted_type};
use crate::functions;
use crate::naming;
use crate::resolved::{Bound, Expr, ExprKind, Frame, SortKey};
use crate::types::{Accept, Basic, can_cast, same_type};

/// What distances between values are.
const DISTANCE: Accept = Accept::AnyOf(&[
    Accept::Numeric,
    Accept::Is(Basic::DayTimeInterval),
    Accept::Is(Basic::YearMonthInterval),
    Accept::Is(Basic::CalendarInterval),
]);

impl Resolver<'_, '_> {
    /// The frame as written, or the one that Spark takes: all rows without an order, else all up to
    /// the row.
    pub(super) fn frame(&mut self, spec: &WindowSpec) -> Result<Frame> {
        let Some(written) = &spec.frame else {
            let (unit, upper) = if spec.order_by.is_empty() {
                (FrameUnit::Rows, Bound::UnboundedFollowing)
            } else {
                (FrameUnit::Range, Bound::CurrentRow)
            };
            return Ok(Frame {
                unit,
                lower: Bound::UnboundedPreceding,
                upper,
            });
        };
        Ok(Frame {
            unit: written.unit,
            lower: self.bound(&written.lower, Bound::UnboundedPreceding)?,
            upper: self.bound(&written.upper, Bound::UnboundedFollowing)?,
        })
    }

    fn bound(&mut self, bound: &FrameBound, unbounded: Bound) -> Result<Bound> {
        let offset = match bound {
            FrameBound::CurrentRow => return Ok(Bound::CurrentRow),
            FrameBound::Unbounded => return Ok(unbounded),
            FrameBound::Offset(offset) => self.expr(offset),
        };
        let varies = || SqlError::new(condition::INVALID_SQL_SYNTAX_INVALID_WINDOW_FRAME_BOUND);
        let offset = offset.map_err(|_| varies())?;
        if !functions::is_constant(&offset) {
            return Err(varies());
        }
        // Offsets are distances behind the row: those before it are negative.
        if let ExprKind::Call(call) = offset.kind()
            && &*call.function == "negative"
            && let [distance] = call.args.as_slice()
        {
            return Ok(Bound::Preceding(distance.clone()));
        }
        let zero = matches!(
            offset.as_literal(),
            Some(Literal::Integer(0) | Literal::Long(0) | Literal::Short(0) | Literal::Byte(0))
        );
        Ok(match offset.as_literal() {
            _ if zero => Bound::CurrentRow,
            offset_literal => match offset_literal.and_then(distance_before) {
                Some(distance) => Bound::Preceding(Expr::literal(distance)),
                None => Bound::Following(offset),
            },
        })
    }
}

/// How far before the row a negative offset is. The least of its type has no positive of that type:
/// an integer's is a long, and a long's is the largest, which is as far as rows and values go.
fn distance_before(offset: &Literal) -> Option<Literal> {
    match offset {
        Literal::Integer(n) if *n < 0 => Some(match n.checked_neg() {
            Some(distance) => Literal::Integer(distance),
            None => Literal::Long(-i64::from(*n)),
        }),
        Literal::Long(n) if *n < 0 => Some(Literal::Long(n.saturating_neg())),
        _ => None,
    }
}

/// The error for a frame that makes no sense by itself or over its order.
pub(super) fn check_frame(
    frame: &Frame,
    partition_by: &[Expr],
    order_by: &[SortKey],
) -> Result<()> {
    let order = match (frame.unit, order_by) {
        (FrameUnit::Range, [only]) => Some(only.expr.data_type()),
        _ => None,
    };
    check_bounds(frame, order)
        .map_err(|error| error.with("sqlExpr", format!("\"{}\"", naming::frame(frame, order))))?;
    check_order(frame, order_by).map_err(|error| {
        error.with(
            "sqlExpr",
            naming::quoted_spec(partition_by, order_by, frame),
        )
    })
}

/// The type of a bound once the analyzer has cast it to what is ordered by.
fn type_of(bound: &Bound, order: Option<&DataType>) -> Option<DataType> {
    let own = match bound {
        Bound::Preceding(distance) => match distance.data_type() {
            DataType::String(_) | DataType::Null => DataType::Double,
            other => other.clone(),
        },
        Bound::Following(distance) => distance.data_type().clone(),
        _ => return None,
    };
    match order {
        Some(DataType::Date | DataType::Timestamp) | None => Some(own),
        Some(order) if can_cast(&own, order, CastMode::Legacy) => Some(order.clone()),
        Some(_) => Some(own),
    }
}

fn check_bounds(frame: &Frame, order: Option<&DataType>) -> Result<()> {
    let accepted = match frame.unit {
        FrameUnit::Rows => Accept::Is(Basic::Integer),
        FrameUnit::Range => DISTANCE,
    };
    for (bound, location) in [(&frame.lower, "lower"), (&frame.upper, "upper")] {
        match type_of(bound, order) {
            Some(own) if !accepted.accepts(&own) => {
                let wrong = condition::DATATYPE_MISMATCH_SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE;
                return Err(SqlError::new(wrong)
                    .with("location", location)
                    .with("exprType", quoted_type(&own))
                    .with("expectedType", accepted.sql()));
            }
            _ => {}
        }
    }
    let from_the_end = matches!(frame.lower, Bound::UnboundedFollowing);
    if from_the_end || matches!(frame.upper, Bound::UnboundedPreceding) {
        let wrong = condition::DATATYPE_MISMATCH_SPECIFIED_WINDOW_FRAME_INVALID_BOUND;
        return Err(SqlError::new(wrong)
            .with("lower", quoted_bound(&frame.lower))
            .with("upper", quoted_bound(&frame.upper)));
    }
    if let (Some(lower), Some(upper)) = (type_of(&frame.lower, order), type_of(&frame.upper, order))
        && !same_type(&lower, &upper)
    {
        let wrong = condition::DATATYPE_MISMATCH_SPECIFIED_WINDOW_FRAME_DIFF_TYPES;
        return Err(SqlError::new(wrong)
            .with("lower", quoted_bound(&frame.lower))
            .with("upper", quoted_bound(&frame.upper))
            .with("lowerType", quoted_type(&lower))
            .with("upperType", quoted_type(&upper)));
    }
    match (offset(&frame.lower), offset(&frame.upper)) {
        (Some(lower), Some(upper)) if lower > upper => {
            let wrong = condition::DATATYPE_MISMATCH_SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON;
            Err(SqlError::new(wrong).with("comparison", "less than or equal"))
        }
        _ => Ok(()),
    }
}

/// How far behind the row a bound is.
fn offset(bound: &Bound) -> Option<i64> {
    let whole = |distance: &Expr| match functions::constant(distance) {
        Some(Literal::Integer(n)) => Some(i64::from(n)),
        _ => None,
    };
    match bound {
        Bound::CurrentRow => Some(0),
        Bound::Preceding(distance) => whole(distance).map(|n| -n),
        Bound::Following(distance) => whole(distance),
        Bound::UnboundedPreceding | Bound::UnboundedFollowing => None,
    }
}

/// Values need one order to be counted in, and a type that has distances of theirs.
fn check_order(frame: &Frame, order_by: &[SortKey]) -> Result<()> {
    let all = (Bound::UnboundedPreceding, Bound::UnboundedFollowing);
    let is_all = (&frame.lower, &frame.upper) == (&all.0, &all.1);
    if frame.unit == FrameUnit::Rows || is_all {
        return Ok(());
    }
    let by_value = |bound: &&Bound| matches!(bound, Bound::Preceding(_) | Bound::Following(_));
    let counts = [&frame.lower, &frame.upper].into_iter().find(by_value);
    let only = match (order_by, counts) {
        ([], _) => {
            let wrong = condition::DATATYPE_MISMATCH_RANGE_FRAME_WITHOUT_ORDER;
            return Err(SqlError::new(wrong));
        }
        (_, None) => return Ok(()),
        ([only], Some(_)) => only.expr.data_type(),
        (several, Some(_)) => {
            let wrong = condition::DATATYPE_MISMATCH_RANGE_FRAME_MULTI_ORDER;
            let keys: Vec<String> = several.iter().map(naming::sort_key).collect();
            return Err(SqlError::new(wrong).with("orderSpec", keys.join(",")));
        }
    };
    let Some(distance) = counts.and_then(|bound| type_of(bound, Some(only))) else {
        return Ok(());
    };
    let fits = match (only, &distance) {
        (DataType::Date, DataType::Integer | DataType::DayTimeInterval(_)) => true,
        (
            DataType::Timestamp | DataType::TimestampNtz,
            DataType::CalendarInterval | DataType::DayTimeInterval(_),
        ) => true,
        (
            DataType::Date | DataType::Timestamp | DataType::TimestampNtz,
            DataType::YearMonthInterval(_),
        ) => true,
        (own, distance) => same_type(own, distance),
    };
    if fits {
        return Ok(());
    }
    let wrong = condition::DATATYPE_MISMATCH_RANGE_FRAME_INVALID_TYPE;
    Err(SqlError::new(wrong)
        .with("orderSpecType", quoted_type(only))
        .with("valueBoundaryType", quoted_type(&distance)))
}

/// A bound as messages about two bounds have it.
fn quoted_bound(bound: &Bound) -> String {
    match bound {
        Bound::UnboundedPreceding => "\"UNBOUNDED PRECEDING\"".to_owned(),
        Bound::UnboundedFollowing => "\"UNBOUNDED FOLLOWING\"".to_owned(),
        Bound::CurrentRow => "\"CURRENT ROW\"".to_owned(),
        Bound::Preceding(distance) => format!("\"(- {})\"", naming::sql(distance)),
        Bound::Following(distance) => naming::quoted(distance),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_offsets_are_distances_too() {
        let cases = [
            (Literal::Integer(-2), Some(Literal::Integer(2))),
            (Literal::Integer(i32::MIN), Some(Literal::Long(1 << 31))),
            (Literal::Long(i64::MIN), Some(Literal::Long(i64::MAX))),
            (Literal::Integer(2), None),
            (Literal::Boolean(true), None),
        ];
        for (offset, expected) in cases {
            assert_eq!(distance_before(&offset), expected, "{offset:?}");
        }
    }
}
