//! Orders and windows.

use serde::{Deserialize, Serialize};

use super::Expr;
use crate::Ident;

/// An expression to sort by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SortOrder {
    /// What is compared.
    pub expr: Expr,
    /// Up or down.
    pub direction: Direction,
    /// Where nulls go; `Default` is first when ascending and last when descending.
    pub nulls: NullOrder,
}

/// Up or down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Direction {
    /// Smallest first.
    #[default]
    Ascending,
    /// Largest first.
    Descending,
}

/// Where nulls go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum NullOrder {
    /// As the direction says.
    #[default]
    Default,
    /// Before all values.
    First,
    /// After all values.
    Last,
}

/// A function over a window.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WindowExpr {
    /// The function.
    pub function: Expr,
    /// Its window.
    pub window: WindowRef,
}

/// A window, or the name of one from the WINDOW clause.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WindowRef {
    /// Written out.
    Spec(WindowSpec),
    /// `OVER name` and `OVER (name)`.
    Named(Ident),
}

/// Which rows a window function sees, and in which order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WindowSpec {
    /// `PARTITION BY`.
    pub partition_by: Vec<Expr>,
    /// `ORDER BY`.
    pub order_by: Vec<SortOrder>,
    /// The frame, when one is written.
    pub frame: Option<WindowFrame>,
}

/// A frame of rows around the current one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WindowFrame {
    /// What bounds count.
    pub unit: FrameUnit,
    /// First row.
    pub lower: FrameBound,
    /// Last row.
    pub upper: FrameBound,
}

/// What the bounds of a frame count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FrameUnit {
    /// Rows.
    Rows,
    /// Distance in the sort key.
    Range,
}

/// An end of a frame.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FrameBound {
    /// The current row, and its peers in a RANGE frame.
    CurrentRow,
    /// The end of the partition on this side.
    Unbounded,
    /// A distance; negative (a call of `negative`) is before the current row.
    Offset(Expr),
}

impl SortOrder {
    /// Ascending, nulls where Spark puts them.
    pub fn ascending(expr: Expr) -> SortOrder {
        SortOrder {
            expr,
            direction: Direction::Ascending,
            nulls: NullOrder::Default,
        }
    }

    /// Descending, nulls where Spark puts them.
    pub fn descending(expr: Expr) -> SortOrder {
        SortOrder {
            expr,
            direction: Direction::Descending,
            nulls: NullOrder::Default,
        }
    }

    /// Whether nulls come first, once the default is worked out.
    pub fn nulls_first(&self) -> bool {
        match self.nulls {
            NullOrder::Default => self.direction == Direction::Ascending,
            NullOrder::First => true,
            NullOrder::Last => false,
        }
    }
}
