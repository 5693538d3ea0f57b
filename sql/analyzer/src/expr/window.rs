//! Functions over windows.
//!
//! Spark looks at the window before it looks at the function's arguments: a missing order or a frame
//! that the function cannot have is told first, and arguments of the wrong type after it.

use flint_sql_spec::{
    ExprKind as SpecKind, FrameUnit, Literal, Origin, Result, SqlError, WindowExpr, WindowRef,
    WindowSpec, condition, quote_part, quote_part_if_needed,
};

use super::Resolver;
use super::frame::check_frame;
use crate::functions;
use crate::naming;
use crate::resolved::{Aggregate, Bound, Expr, ExprKind, Frame, Window};
use crate::types::has_variant;

impl Resolver<'_, '_> {
    pub(super) fn window(&mut self, window: &WindowExpr, origin: &Origin) -> Result<Expr> {
        let spec = match &window.window {
            WindowRef::Spec(spec) => spec.clone(),
            WindowRef::Named(name) => self.window_by_name(name, origin)?,
        };
        let saw_lateral = std::mem::take(&mut self.saw_lateral);
        let function = self.over_window(window, &spec, origin)?;
        let ranking = self.is_ranking(&function, &spec, origin)?;
        let partition_by = self.exprs(&spec.partition_by)?;
        let variant = partition_by.iter().find(|e| has_variant(e.data_type()));
        if let Some(expr) = variant {
            return Err(SqlError::new(condition::EXPRESSION_TYPE_IS_NOT_ORDERABLE)
                .with("expr", naming::quoted(expr))
                .with("exprType", super::quoted_type(expr.data_type()))
                .at(expr.origin()));
        }
        let order_by = self.sort_keys(&spec.order_by)?;
        if ranking {
            self.check_ranking(&function, &spec, origin)?;
        }
        let frame = match own_frame(&function).filter(|_| ranking) {
            Some(frame) => frame,
            None => self.frame(&spec)?,
        };
        if !ranking || spec.frame.is_some() {
            check_frame(&frame, &partition_by, &order_by).map_err(|error| error.at(origin))?;
        }
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
        check_aggregate(&window).map_err(|error| error.at(origin))?;
        Ok(Expr::new(ExprKind::Window(window), data_type, nullable))
    }

    /// The function, or what is wrong with its window if that is more than its arguments are.
    fn over_window(
        &mut self,
        window: &WindowExpr,
        spec: &WindowSpec,
        origin: &Origin,
    ) -> Result<Expr> {
        self.over = true;
        let function = self.expr(&window.function);
        self.over = false;
        let error = match function {
            Ok(function) => return Ok(function),
            Err(error) => error,
        };
        if let SpecKind::Function(call) = window.function.kind()
            && error.condition().class() == "DATATYPE_MISMATCH"
            && let [name] = self.parts(&call.name)?.as_slice()
            && functions::is_window(&name.to_lowercase())
        {
            let args = self.exprs(&call.args)?;
            let sketch = functions::window_sketch(&name.to_lowercase(), args);
            self.check_ranking(&sketch, spec, origin)?;
        }
        Err(error)
    }

    /// Whether only windows have the function; otherwise it is an aggregate.
    fn is_ranking(&self, function: &Expr, spec: &WindowSpec, origin: &Origin) -> Result<bool> {
        match function.kind() {
            ExprKind::Aggregate(call) if !matches!(&*call.function, "grouping" | "grouping_id") => {
                return Ok(false);
            }
            ExprKind::Call(call) if functions::is_window(&call.function) => return Ok(true),
            _ => {}
        }
        let grouping = matches!(function.kind(), ExprKind::Aggregate(_));
        let groups = !grouping && function.any(&mut |e| matches!(e.kind(), ExprKind::Aggregate(_)));
        let by_columns = !spec.order_by.is_empty() || !spec.partition_by.is_empty();
        if groups && by_columns && self.place.aggregated.is_none() {
            return Err(SqlError::new(condition::MISSING_GROUP_BY).at(origin));
        }
        Err(SqlError::new(condition::UNSUPPORTED_EXPR_FOR_WINDOW)
            .with("sqlExpr", naming::quoted(function))
            .at(origin))
    }

    /// The error for a window function without an order, or with a frame that is not its own.
    fn check_ranking(&mut self, function: &Expr, spec: &WindowSpec, origin: &Origin) -> Result<()> {
        let name = name_of(function);
        if spec.order_by.is_empty() {
            return Err(SqlError::new(condition::WINDOW_FUNCTION_FRAME_NOT_ORDERED)
                .with("wf_name", name)
                .with("wf_expr", naming::sql(&self.in_full(function)))
                .at(origin));
        }
        let (Some(required), true) = (own_frame(function), spec.frame.is_some()) else {
            return Ok(());
        };
        let written = self.frame(spec)?;
        if written == required {
            return Ok(());
        }
        if matches!(&*name, "lag" | "lead") {
            return Err(SqlError::new(condition::LEGACY_ERROR_TEMP_1035)
                .with("prettyName", name)
                .at(origin));
        }
        Err(SqlError::new(condition::LEGACY_ERROR_TEMP_1036)
            .with("wf", told_frame(&written))
            .with("required", told_frame(&required))
            .at(origin))
    }

    /// The expression as Spark writes it into a query: columns with their tables, texts in quotes.
    fn in_full(&self, expr: &Expr) -> Expr {
        let shown = |text: String, like: &Expr| {
            let column = self
                .analyzer
                .attribute(&text, like.data_type(), like.nullable());
            Expr::column(&column)
        };
        expr.replace(&mut |part| match part.kind() {
            ExprKind::Column(column) => {
                let found = self
                    .place
                    .scopes
                    .iter()
                    .find_map(|scope| scope.by_id(column.id))?;
                let mut parts: Vec<String> = Vec::new();
                parts.extend(
                    found
                        .qualifier
                        .iter()
                        .map(|name| quote_part_if_needed(name)),
                );
                parts.push(quote_part_if_needed(&column.name));
                Some(shown(parts.join("."), part))
            }
            ExprKind::Literal(Literal::String(text)) => Some(shown(
                format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
                part,
            )),
            _ => None,
        })
    }

    fn window_by_name(&self, name: &str, origin: &Origin) -> Result<WindowSpec> {
        let key = name.to_lowercase();
        self.place.windows.get(&key).cloned().ok_or_else(|| {
            SqlError::new(condition::MISSING_WINDOW_SPECIFICATION)
                .with("windowName", name)
                .with("docroot", "https://spark.apache.org/docs/latest")
                .at(origin)
        })
    }
}

/// The error for an aggregate function that takes no such window.
fn check_aggregate(window: &Window) -> Result<()> {
    let ExprKind::Aggregate(call) = window.function.kind() else {
        return Ok(());
    };
    if call.distinct {
        let (data_type, nullable) = (window.function.data_type(), window.function.nullable());
        let shown = Expr::new(
            ExprKind::Window(window.clone()),
            data_type.clone(),
            nullable,
        );
        return Err(
            SqlError::new(condition::DISTINCT_WINDOW_FUNCTION_UNSUPPORTED)
                .with("windowExpr", naming::quoted(&shown)),
        );
    }
    let whole = Frame {
        unit: FrameUnit::Rows,
        lower: Bound::UnboundedPreceding,
        upper: Bound::UnboundedFollowing,
    };
    let takes_order = match &*call.function {
        "median" | "percentile_cont" | "percentile_disc" => false,
        "listagg" => call.order.is_empty(),
        _ => true,
    };
    if takes_order || (window.order_by.is_empty() && window.frame == whole) {
        return Ok(());
    }
    Err(
        SqlError::new(condition::INVALID_WINDOW_SPEC_FOR_AGGREGATION_FUNC)
            .with("aggFunc", format!("\"{}\"", plain_call(call))),
    )
}

/// An ordered aggregate without its WITHIN GROUP: the order is among the arguments.
fn plain_call(call: &Aggregate) -> String {
    let mut args: Vec<String> = call.args.iter().map(naming::sql).collect();
    match &*call.function {
        "listagg" => {
            args.resize(2, "NULL".to_owned());
            args.extend(call.order.iter().map(naming::sort_key));
        }
        _ => {
            let ordered = call.order.iter().map(|key| naming::sql(&key.expr));
            args.splice(0..0, ordered);
        }
    }
    format!("{}({})", call.function, args.join(", "))
}

/// A frame as messages about two frames have it.
fn told_frame(frame: &Frame) -> String {
    let bound = |bound: &Bound| match bound {
        Bound::UnboundedPreceding => "unboundedpreceding$()".to_owned(),
        Bound::UnboundedFollowing => "unboundedfollowing$()".to_owned(),
        Bound::CurrentRow => "currentrow$()".to_owned(),
        Bound::Preceding(distance) => format!("-{}", naming::sql(distance)),
        Bound::Following(distance) => naming::sql(distance),
    };
    let unit = match frame.unit {
        FrameUnit::Rows => "RowFrame",
        FrameUnit::Range => "RangeFrame",
    };
    let (lower, upper) = (bound(&frame.lower), bound(&frame.upper));
    format!("specifiedwindowframe({unit}, {lower}, {upper})")
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
