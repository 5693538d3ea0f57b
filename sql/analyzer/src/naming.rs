//! The names that Spark gives to columns without one, and expressions in error messages.
//!
//! Both are the same text: what was written, with the analyzer's own casts left out. A top-level cast
//! of a column is named after the column.
//!
//! Timestamps are shown in the session's zone, which this crate knows nothing of: [`Naming`] takes
//! its offset, and [`column_name`] shows UTC.

mod call;
mod literal;
mod window;

use std::fmt::{self, Write};

use flint_sql_spec::{CastMode, DataType, Literal, with_stack};

use crate::resolved::{Cast, Expr, ExprKind, SortKey, Subquery, SubqueryKind};

/// How names are written.
#[derive(Clone, Copy)]
pub struct Naming<'a> {
    /// The offset of the session's zone from UTC at an instant in microseconds, in seconds.
    pub zone_offset_seconds: &'a dyn Fn(i64) -> i32,
}

impl fmt::Debug for Naming<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Naming").finish_non_exhaustive()
    }
}

/// In UTC.
pub const UTC: Naming<'static> = Naming {
    zone_offset_seconds: &|_| 0,
};

/// The name of an unnamed column.
pub fn column_name(expr: &Expr) -> String {
    UTC.column_name(expr)
}

/// The expression as text, as error parameters have it between double quotes.
pub fn sql(expr: &Expr) -> String {
    UTC.sql(expr)
}

/// A frame as text, over an order by the type where values count.
pub(crate) fn frame(frame: &crate::resolved::Frame, order: Option<&DataType>) -> String {
    let mut out = String::new();
    window::write_frame(&UTC, frame, order, &mut out).expect("a String takes any text");
    out
}

/// An order by one expression as text.
pub(crate) fn sort_key(key: &SortKey) -> String {
    let mut out = String::new();
    window::write_order(&UTC, std::slice::from_ref(key), &mut out)
        .expect("a String takes any text");
    out
}

/// What is behind OVER, in double quotes.
pub(crate) fn quoted_spec(
    partition_by: &[Expr],
    order_by: &[SortKey],
    frame: &crate::resolved::Frame,
) -> String {
    let mut out = String::from("\"");
    window::write_spec(&UTC, partition_by, order_by, frame, &mut out)
        .expect("a String takes any text");
    out.push('"');
    out
}

/// The expression in double quotes: what most error parameters are.
pub fn quoted(expr: &Expr) -> String {
    format!("\"{}\"", sql(expr))
}

impl Naming<'_> {
    /// The name of an unnamed column.
    pub fn column_name(&self, expr: &Expr) -> String {
        if let Some(name) = path_name(expr) {
            return name.to_string();
        }
        match expr.kind() {
            // A cast of a column keeps the column's name, and that of a path does.
            ExprKind::Cast(cast) => match cast.expr.kind() {
                ExprKind::Column(column) => column.name.to_string(),
                _ if path_name(&cast.expr).is_some() => self.column_name(&cast.expr),
                _ if cast.implicit => self.column_name(&cast.expr),
                _ => self.sql(expr),
            },
            _ => self.sql(expr),
        }
    }

    /// The expression as text, without the rule for casts of columns.
    pub fn sql(&self, expr: &Expr) -> String {
        let mut out = String::new();
        self.write(expr, &mut out).expect("a String takes any text");
        out
    }

    fn write(&self, expr: &Expr, out: &mut String) -> fmt::Result {
        with_stack(|| match expr.kind() {
            ExprKind::Literal(value) => literal::write_pretty(self, value, out),
            ExprKind::Column(column) => out.write_str(&column.name),
            ExprKind::Outer(column) => write!(out, "outer({})", column.name),
            ExprKind::Variable(_) => out.write_str("namedlambdavariable()"),
            ExprKind::Call(found) => call::write_call(self, found, out),
            ExprKind::Aggregate(found) => call::write_aggregate(self, found, out),
            ExprKind::Window(found) => window::write(self, found, out),
            ExprKind::Cast(cast) => self.write_cast(cast, expr, out),
            ExprKind::Subquery(subquery) => self.write_subquery(subquery, out),
            ExprKind::Field { child, name, .. } => {
                self.write(child, out)?;
                write!(out, ".{name}")
            }
            ExprKind::Lambda { parameters, body } => {
                out.write_str("lambdafunction(")?;
                self.write(body, out)?;
                for _ in parameters {
                    out.write_str(", namedlambdavariable()")?;
                }
                out.write_char(')')
            }
        })
    }

    fn write_cast(&self, cast: &Cast, expr: &Expr, out: &mut String) -> fmt::Result {
        // Spark leaves out casts to types with others inside.
        let nested = matches!(
            expr.data_type(),
            DataType::Array { .. } | DataType::Map { .. } | DataType::Struct(_)
        );
        if cast.implicit || nested {
            return self.write(&cast.expr, out);
        }
        if cast.literal
            && let Some(Literal::String(text)) = cast.expr.as_literal()
        {
            return literal::write_moment(expr.data_type(), text, out);
        }
        let verb = if cast.mode == CastMode::Try {
            "TRY_CAST"
        } else {
            "CAST"
        };
        write!(out, "{verb}(")?;
        self.write(&cast.expr, out)?;
        write!(out, " AS {})", expr.data_type().sql())
    }

    fn write_subquery(&self, subquery: &Subquery, out: &mut String) -> fmt::Result {
        match &subquery.kind {
            SubqueryKind::Scalar => write!(out, "scalarsubquery({})", outer_names(subquery)),
            SubqueryKind::Exists => write!(out, "exists({})", outer_names(subquery)),
            SubqueryKind::In(values) => {
                out.write_char('(')?;
                match values.as_slice() {
                    [value] => self.write(value, out)?,
                    several => self.write_row(several, out)?,
                }
                write!(out, " IN (listquery({})))", outer_names(subquery))
            }
        }
    }

    /// Several values that are looked for together.
    fn write_row(&self, values: &[Expr], out: &mut String) -> fmt::Result {
        out.write_str("named_struct(")?;
        for (at, value) in values.iter().enumerate() {
            let comma = if at > 0 { ", " } else { "" };
            match value.kind() {
                ExprKind::Column(column) => write!(out, "{comma}'{}', ", column.name)?,
                _ => write!(out, "{comma}'{}', ", self.sql(value))?,
            }
            self.write(value, out)?;
        }
        out.write_char(')')
    }

    fn write_list(&self, exprs: &[Expr], out: &mut String) -> fmt::Result {
        for (at, expr) in exprs.iter().enumerate() {
            if at > 0 {
                out.write_str(", ")?;
            }
            self.write(expr, out)?;
        }
        Ok(())
    }
}

/// The name that a path into a variant gives to what it finds.
fn path_name(expr: &Expr) -> Option<&str> {
    let ExprKind::Call(call) = expr.kind() else {
        return None;
    };
    match (call.alias.name.as_deref(), call.alias.args.as_deref()) {
        (Some(":"), Some([_, _, name])) => match name.as_literal() {
            Some(Literal::String(name)) => Some(name),
            _ => None,
        },
        _ => None,
    }
}

/// The outer columns that a query refers to.
fn outer_names(subquery: &Subquery) -> String {
    let names: Vec<&str> = subquery.outer.iter().map(|column| &*column.name).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests;
