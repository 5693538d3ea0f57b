//! Windows: `OVER w`, `OVER (..)` and frames.

use flint_sql_spec::{FrameBound, FrameUnit, Result, WindowFrame, WindowRef, WindowSpec};

use crate::cursor::Parser;

impl Parser {
    /// A window by name or written out.
    pub(crate) fn window_ref(&mut self) -> Result<WindowRef> {
        if !self.at_sign("(") {
            return self.name().map(WindowRef::Named);
        }
        if self.name_ahead(1) && self.sign_ahead(2, ")") {
            return self.parens(Self::name).map(WindowRef::Named);
        }
        self.parens(Self::window_spec).map(WindowRef::Spec)
    }

    fn window_spec(&mut self) -> Result<WindowSpec> {
        let mut spec = WindowSpec::default();
        if self.at_any(&["CLUSTER"]) {
            self.expect_words(&["CLUSTER", "BY"])?;
            spec.partition_by = self.exprs()?;
            return Ok(spec);
        }
        if self.eat_any(&["PARTITION", "DISTRIBUTE"]).is_some() {
            self.expect_word("BY")?;
            spec.partition_by = self.exprs()?;
        }
        if self.eat_any(&["ORDER", "SORT"]).is_some() {
            self.expect_word("BY")?;
            spec.order_by = self.list(Self::sort_order)?;
        }
        spec.frame = self.frame()?;
        Ok(spec)
    }

    fn frame(&mut self) -> Result<Option<WindowFrame>> {
        let unit = match self.eat_any(&["ROWS", "RANGE"]) {
            None => return Ok(None),
            Some("ROWS") => FrameUnit::Rows,
            Some(_) => FrameUnit::Range,
        };
        let (lower, upper) = if self.eat_word("BETWEEN") {
            let lower = self.frame_bound()?;
            self.expect_word("AND")?;
            (lower, self.frame_bound()?)
        } else {
            (self.frame_bound()?, FrameBound::CurrentRow)
        };
        Ok(Some(WindowFrame { unit, lower, upper }))
    }

    fn frame_bound(&mut self) -> Result<FrameBound> {
        let start = self.start();
        if self.at_word("UNBOUNDED") && self.any_ahead(1, &["PRECEDING", "FOLLOWING"]) {
            self.bump();
            self.bump();
            return Ok(FrameBound::Unbounded);
        }
        if self.eat_words(&["CURRENT", "ROW"]) {
            return Ok(FrameBound::CurrentRow);
        }
        let distance = self.expr()?;
        let before = self.expect_any(&["PRECEDING", "FOLLOWING"])? == "PRECEDING";
        Ok(FrameBound::Offset(if before {
            self.call_from(start, "negative", [distance])
        } else {
            distance
        }))
    }
}
