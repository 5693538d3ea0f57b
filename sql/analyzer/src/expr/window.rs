//! Functions over windows.

use flint_sql_spec::{
    FrameBound, FrameUnit, Literal, Origin, Result, SqlError, WindowExpr, WindowRef, WindowSpec,
    condition, quote_part,
};

use super::Resolver;
use crate::functions;
use crate::naming;
use crate::resolved::{Bound, Expr, ExprKind, Frame, Window};
use crate::types::has_variant;

impl Resolver<'_, '_> {
    pub(super) fn window(&mut self, window: &WindowExpr, origin: &Origin) -> Result<Expr> {
        let spec = match &window.window {
            WindowRef::Spec(spec) => spec.clone(),
            WindowRef::Named(name) => self.window_by_name(name, origin)?,
        };
        let saw_lateral = std::mem::take(&mut self.saw_lateral);
        self.over = true;
        let function = self.expr(&window.function);
        self.over = false;
        let function = function?;
        if function.any(&mut |e| matches!(e.kind(), ExprKind::Window(_))) {
            return Err(
                SqlError::new(condition::WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE)
                    .with("clauseName", "OVER")
                    .at(origin),
            );
        }
        let ranking = match function.kind() {
            ExprKind::Aggregate(_) => false,
            ExprKind::Call(call) if functions::is_window(&call.function) => true,
            _ => {
                return Err(SqlError::new(condition::UNSUPPORTED_EXPR_FOR_WINDOW)
                    .with("sqlExpr", naming::quoted(&function))
                    .at(origin));
            }
        };
        let partition_by = self.exprs(&spec.partition_by)?;
        let variant = partition_by.iter().find(|e| has_variant(e.data_type()));
        if let Some(expr) = variant {
            return Err(SqlError::new(condition::EXPRESSION_TYPE_IS_NOT_ORDERABLE)
                .with("expr", naming::quoted(expr))
                .with("exprType", super::quoted_type(expr.data_type()))
                .at(expr.origin()));
        }
        let order_by = self.sort_keys(&spec.order_by)?;
        if ranking && order_by.is_empty() {
            return Err(SqlError::new(condition::WINDOW_FUNCTION_FRAME_NOT_ORDERED)
                .with("wf_name", name_of(&function))
                .with("wf_expr", naming::sql(&function))
                .at(origin));
        }
        let frame = self.frame(&spec, &function, ranking)?;
        if ranking && spec.frame.is_some() {
            self.check_own_frame(&spec, &function, &frame, origin)?;
        }
        check_frame(&frame, &order_by).map_err(|error| error.at(origin))?;
        if let Some(name) = self.saw_lateral.take() {
            return Err(SqlError::new(
                condition::UNSUPPORTED_FEATURE_LATERAL_COLUMN_ALIAS_IN_WINDOW,
            )
            .with("lca", quote_part(&name))
            .with("windowExpr", origin.fragment().unwrap_or_default())
            .at(origin));
        }
        self.saw_lateral = saw_lateral;
        let (data_type, nullable) = (function.data_type().clone(), function.nullable());
        let window = Window {
            function,
            partition_by,
            order_by,
            frame,
        };
        let bounded = spec.frame.is_some() || !window.order_by.is_empty();
        check_aggregate(&window, bounded).map_err(|error| error.at(origin))?;
        Ok(Expr::new(ExprKind::Window(window), data_type, nullable))
    }

    /// The error when a function that has a frame of its own is given another one.
    fn check_own_frame(
        &mut self,
        spec: &WindowSpec,
        function: &Expr,
        own: &Frame,
        origin: &Origin,
    ) -> Result<()> {
        let name = name_of(function);
        if matches!(&*name, "lag" | "lead") {
            return Err(SqlError::new(condition::LEGACY_ERROR_TEMP_1035)
                .with("prettyName", name)
                .at(origin));
        }
        if functions::window_frame(&name).is_none() {
            return Ok(());
        }
        let written = self.frame(spec, function, false)?;
        let (written, own) = (spelled(&written), spelled(own));
        if written == own {
            return Ok(());
        }
        Err(SqlError::new(condition::LEGACY_ERROR_TEMP_1036)
            .with("wf", written)
            .with("required", own)
            .at(origin))
    }

    fn window_by_name(&self, name: &str, origin: &Origin) -> Result<WindowSpec> {
        let key = name.to_lowercase();
        self.place.windows.get(&key).cloned().ok_or_else(|| {
            SqlError::new(condition::MISSING_WINDOW_SPECIFICATION)
                .with("windowName", name)
                .at(origin)
        })
    }

    /// The frame as written, or the one that Spark takes: all rows without an order, else all up to
    /// the row; ranking functions have their own.
    fn frame(&mut self, spec: &WindowSpec, function: &Expr, ranking: bool) -> Result<Frame> {
        if let Some(frame) = own_frame(function).filter(|_| ranking) {
            return Ok(frame);
        }
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
            FrameBound::Offset(offset) => self.expr(offset)?,
        };
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

/// Bounds must not be the wrong way around, and values need one order to be counted in.
fn check_frame(frame: &Frame, order: &[crate::resolved::SortKey]) -> Result<()> {
    let offset = |bound: &Bound| match bound {
        Bound::CurrentRow => Some(0),
        Bound::Preceding(distance) => match functions::constant(distance) {
            Some(Literal::Integer(n)) => Some(-i64::from(n)),
            _ => None,
        },
        Bound::Following(distance) => match functions::constant(distance) {
            Some(Literal::Integer(n)) => Some(i64::from(n)),
            _ => None,
        },
        Bound::UnboundedPreceding | Bound::UnboundedFollowing => None,
    };
    let by_value = |bound: &Bound| matches!(bound, Bound::Preceding(_) | Bound::Following(_));
    let counts = by_value(&frame.lower) || by_value(&frame.upper);
    if frame.unit == FrameUnit::Range && counts && order.is_empty() {
        let shown = format!("\"({})\"", naming::frame(frame));
        return Err(
            SqlError::new(condition::DATATYPE_MISMATCH_RANGE_FRAME_WITHOUT_ORDER)
                .with("sqlExpr", shown),
        );
    }
    match (offset(&frame.lower), offset(&frame.upper)) {
        (Some(lower), Some(upper)) if lower > upper => {
            let wrong = condition::DATATYPE_MISMATCH_SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON;
            Err(SqlError::new(wrong)
                .with("sqlExpr", format!("\"{}\"", naming::frame(frame)))
                .with("comparison", "less than or equal"))
        }
        _ => Ok(()),
    }
}

/// What a window cannot have: an aggregate of distinct values, and an order or a frame for one that
/// looks at all rows.
fn check_aggregate(window: &Window, bounded: bool) -> Result<()> {
    let ExprKind::Aggregate(call) = window.function.kind() else {
        return Ok(());
    };
    if &*call.function == "grouping" || &*call.function == "grouping_id" {
        return Err(SqlError::new(condition::UNSUPPORTED_EXPR_FOR_WINDOW)
            .with("sqlExpr", naming::quoted(&window.function)));
    }
    if call.distinct {
        let (data_type, nullable) = (window.function.data_type().clone(), true);
        let whole = Expr::new(ExprKind::Window(window.clone()), data_type, nullable);
        return Err(
            SqlError::new(condition::DISTINCT_WINDOW_FUNCTION_UNSUPPORTED)
                .with("windowExpr", naming::quoted(&whole)),
        );
    }
    let sees_all = match &*call.function {
        "median" | "percentile_cont" | "percentile_disc" => true,
        "listagg" => !call.order.is_empty(),
        _ => false,
    };
    if sees_all && bounded {
        return Err(
            SqlError::new(condition::INVALID_WINDOW_SPEC_FOR_AGGREGATION_FUNC)
                .with("aggFunc", naming::quoted(&window.function)),
        );
    }
    Ok(())
}

/// A frame as errors about it have it.
fn spelled(frame: &Frame) -> String {
    let unit = match frame.unit {
        FrameUnit::Rows => "RowFrame",
        FrameUnit::Range => "RangeFrame",
    };
    let bound = |bound: &Bound| match bound {
        Bound::UnboundedPreceding => "unboundedpreceding$()".to_owned(),
        Bound::UnboundedFollowing => "unboundedfollowing$()".to_owned(),
        Bound::CurrentRow => "currentrow$()".to_owned(),
        Bound::Preceding(distance) => format!("-{}", naming::sql(distance)),
        Bound::Following(distance) => naming::sql(distance),
    };
    format!(
        "specifiedwindowframe({unit}, {}, {})",
        bound(&frame.lower),
        bound(&frame.upper)
    )
}

fn name_of(function: &Expr) -> String {
    match function.kind() {
        ExprKind::Call(call) => call.function.to_string(),
        ExprKind::Aggregate(call) => call.function.to_string(),
        _ => String::new(),
    }
}

/// The frame that a window function always has, whatever is written.
fn own_frame(function: &Expr) -> Option<Frame> {
    let ExprKind::Call(call) = function.kind() else {
        return None;
    };
    match &*call.function {
        name @ ("lag" | "lead") => match call.args.get(1).and_then(functions::constant) {
            Some(Literal::Integer(offset)) => Some(functions::offset_frame(name, offset.into())),
            _ => functions::window_frame(name),
        },
        name => functions::window_frame(name),
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
