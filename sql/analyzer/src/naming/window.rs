//! Functions over windows as text.

use std::fmt::{self, Write};

use flint_sql_spec::{CastMode, DataType, FrameUnit};

use super::Naming;
use crate::resolved::{Bound, Expr, Frame, SortKey, Window};
use crate::types::can_cast;

pub(super) fn write(naming: &Naming<'_>, window: &Window, out: &mut String) -> fmt::Result {
    naming.write(&window.function, out)?;
    out.write_str(" OVER ")?;
    let (partition_by, order_by) = (&window.partition_by, &window.order_by);
    write_spec(naming, partition_by, order_by, &window.frame, out)
}

/// What is behind OVER.
pub(super) fn write_spec(
    naming: &Naming<'_>,
    partition_by: &[Expr],
    order_by: &[SortKey],
    frame: &Frame,
    out: &mut String,
) -> fmt::Result {
    out.write_char('(')?;
    if !partition_by.is_empty() {
        out.write_str("PARTITION BY ")?;
        naming.write_list(partition_by, out)?;
        out.write_char(' ')?;
    }
    if !order_by.is_empty() {
        out.write_str("ORDER BY ")?;
        write_order(naming, order_by, out)?;
        out.write_char(' ')?;
    }
    let order = match order_by {
        [only] => Some(only.expr.data_type()),
        _ => None,
    };
    write_frame(naming, frame, order, out)?;
    out.write_char(')')
}

pub(super) fn write_order(naming: &Naming<'_>, order: &[SortKey], out: &mut String) -> fmt::Result {
    for (at, key) in order.iter().enumerate() {
        if at > 0 {
            out.write_str(", ")?;
        }
        naming.write(&key.expr, out)?;
        let direction = if key.descending { "DESC" } else { "ASC" };
        let nulls = if key.nulls_first { "FIRST" } else { "LAST" };
        write!(out, " {direction} NULLS {nulls}")?;
    }
    Ok(())
}

pub(super) fn write_frame(
    naming: &Naming<'_>,
    frame: &Frame,
    order: Option<&DataType>,
    out: &mut String,
) -> fmt::Result {
    out.write_str(match frame.unit {
        FrameUnit::Rows => "ROWS",
        FrameUnit::Range => "RANGE",
    })?;
    let order = order.filter(|_| frame.unit == FrameUnit::Range);
    out.write_str(" BETWEEN ")?;
    write_bound(naming, &frame.lower, order, out)?;
    out.write_str(" AND ")?;
    write_bound(naming, &frame.upper, order, out)
}

fn write_bound(
    naming: &Naming<'_>,
    bound: &Bound,
    order: Option<&DataType>,
    out: &mut String,
) -> fmt::Result {
    match bound {
        Bound::UnboundedPreceding => out.write_str("UNBOUNDED PRECEDING"),
        Bound::UnboundedFollowing => out.write_str("UNBOUNDED FOLLOWING"),
        Bound::CurrentRow => out.write_str("CURRENT ROW"),
        // A distance of another type is negated and cast, and then is one behind the row.
        Bound::Preceding(distance) if is_cast(distance.data_type(), order) => {
            out.write_str("(- ")?;
            naming.write(distance, out)?;
            out.write_str(") FOLLOWING")
        }
        Bound::Preceding(distance) => {
            naming.write(distance, out)?;
            out.write_str(" PRECEDING")
        }
        Bound::Following(distance) => {
            naming.write(distance, out)?;
            out.write_str(" FOLLOWING")
        }
    }
}

/// Whether a distance is cast to what is ordered by.
fn is_cast(distance: &DataType, order: Option<&DataType>) -> bool {
    match order {
        None | Some(DataType::Date | DataType::Timestamp) => false,
        Some(order) => distance != order && can_cast(distance, order, CastMode::Legacy),
    }
}
