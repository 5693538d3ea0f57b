//! Functions over windows as text.

use std::fmt::{self, Write};

use flint_sql_spec::FrameUnit;

use super::Naming;
use crate::resolved::{Bound, Frame, SortKey, Window};

pub(super) fn write(naming: &Naming<'_>, window: &Window, out: &mut String) -> fmt::Result {
    naming.write(&window.function, out)?;
    out.write_str(" OVER (")?;
    if !window.partition_by.is_empty() {
        out.write_str("PARTITION BY ")?;
        naming.write_list(&window.partition_by, out)?;
        out.write_char(' ')?;
    }
    if !window.order_by.is_empty() {
        out.write_str("ORDER BY ")?;
        write_order(naming, &window.order_by, out)?;
        out.write_char(' ')?;
    }
    write_frame(naming, &window.frame, out)?;
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

pub(super) fn write_frame(naming: &Naming<'_>, frame: &Frame, out: &mut String) -> fmt::Result {
    out.write_str(match frame.unit {
        FrameUnit::Rows => "ROWS",
        FrameUnit::Range => "RANGE",
    })?;
    out.write_str(" BETWEEN ")?;
    write_bound(naming, &frame.lower, out)?;
    out.write_str(" AND ")?;
    write_bound(naming, &frame.upper, out)
}

fn write_bound(naming: &Naming<'_>, bound: &Bound, out: &mut String) -> fmt::Result {
    match bound {
        Bound::UnboundedPreceding => out.write_str("UNBOUNDED PRECEDING"),
        Bound::UnboundedFollowing => out.write_str("UNBOUNDED FOLLOWING"),
        Bound::CurrentRow => out.write_str("CURRENT ROW"),
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
