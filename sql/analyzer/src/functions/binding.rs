//! One call while it is checked and typed.

use flint_sql_spec::{CastMode, DataType, Literal, Origin, Result, SqlError, condition};

use super::signature::{Coerce, Fill, Signature};
use super::{Class, Modifiers, call_in};
use crate::naming;
use crate::resolved::{Aggregate, Call, CalledAs, Cast, Expr, ExprKind};
use crate::types::{
    Accept, Rules, can_cast, cast_error, cast_is_nullable, common_type_of, implicit_cast,
    is_orderable, same_type,
};

/// A call of a function with its arguments so far.
pub(crate) struct Binding<'a> {
    pub(crate) name: &'static str,
    pub(crate) alias: Option<&'static str>,
    pub(crate) class: Class,
    pub(crate) args: Vec<Expr>,
    /// The arguments that names of columns show, when those are others.
    pub(crate) shown: Option<Vec<Expr>>,
    pub(crate) modifiers: Modifiers,
    pub(crate) rules: &'a Rules,
    pub(crate) origin: &'a Origin,
}

/// `expr` as a value of another type, cast where it is none.
pub(crate) fn cast_to(expr: &Expr, to: &DataType, rules: &Rules) -> Expr {
    if expr.data_type() == to {
        return expr.clone();
    }
    let mode = rules.cast_mode();
    let nullable = cast_is_nullable(expr.data_type(), expr.nullable(), to, mode);
    let cast = Cast {
        expr: expr.clone(),
        mode,
        implicit: true,
        literal: false,
    };
    Expr::new(ExprKind::Cast(cast), to.clone(), nullable).at(expr.origin())
}

/// The word for a position, from 0; Spark has words up to three.
pub(crate) fn ordinal(at: usize) -> String {
    const WORDS: [&str; 3] = ["first", "second", "third"];
    WORDS
        .get(at)
        .map_or_else(|| format!("{}th", at + 1), |word| (*word).to_owned())
}

/// A type as error parameters have it.
pub(crate) fn quoted(data_type: &DataType) -> String {
    format!("\"{}\"", data_type.sql())
}

impl<'a> Binding<'a> {
    /// A call of another function at the same place.
    pub(crate) fn other(&self, name: &'static str, args: Vec<Expr>) -> Binding<'a> {
        Binding {
            name,
            alias: None,
            class: Class::Scalar,
            args,
            shown: None,
            modifiers: Modifiers::default(),
            rules: self.rules,
            origin: self.origin,
        }
    }

    /// The same call as a call of another function that does it, shown as it was written.
    pub(crate) fn replaced_by(&self, name: &'static str, args: Vec<Expr>) -> Binding<'a> {
        let shown = self.shown.clone().unwrap_or_else(|| self.args.clone());
        Binding {
            alias: Some(self.alias.unwrap_or(self.name)),
            shown: Some(shown),
            ..self.other(name, args)
        }
    }

    pub(crate) fn type_of(&self, at: usize) -> DataType {
        self.args[at].data_type().clone()
    }

    pub(crate) fn any_nullable(&self) -> bool {
        self.args.iter().any(Expr::nullable)
    }

    /// The call as it is, for names and messages.
    pub(crate) fn sketch(&self) -> Expr {
        self.build(DataType::Null, true)
    }

    fn build(&self, data_type: DataType, nullable: bool) -> Expr {
        let alias = CalledAs {
            name: self.alias.map(Into::into),
            args: self.shown.clone(),
        };
        let kind = if self.class == Class::Aggregate {
            ExprKind::Aggregate(Aggregate {
                function: self.name.into(),
                alias,
                args: self.args.clone(),
                distinct: self.modifiers.distinct,
                filter: self.modifiers.filter.clone(),
                order: self.modifiers.order.clone(),
                ignore_nulls: self.modifiers.ignore_nulls.unwrap_or(false),
                ansi: self.rules.ansi,
                native: None,
            })
        } else {
            ExprKind::Call(Call {
                function: self.name.into(),
                alias,
                args: self.args.clone(),
                ansi: self.rules.ansi,
                native: None,
            })
        };
        Expr::new(kind, data_type, nullable).at(self.origin)
    }

    /// The call with its type.
    pub(crate) fn finish(self, data_type: DataType, nullable: bool) -> Expr {
        self.build(data_type, nullable)
    }

    /// A type error about the call.
    pub(crate) fn mismatch(&self, condition: condition::Condition) -> SqlError {
        // What stands around an aggregate's arguments is no part of it there.
        let sketch = match self.sketch().kind() {
            ExprKind::Aggregate(call) => self.sketch().with_kind(ExprKind::Aggregate(Aggregate {
                distinct: false,
                filter: None,
                ..call.clone()
            })),
            _ => self.sketch(),
        };
        SqlError::new(condition)
            .with("sqlExpr", naming::quoted(&sketch))
            .at(self.origin)
    }

    /// The error that an argument is of the wrong type; `required` comes quoted.
    pub(crate) fn unexpected(&self, at: usize, required: &str) -> SqlError {
        self.mismatch(condition::DATATYPE_MISMATCH_UNEXPECTED_INPUT_TYPE)
            .with("paramIndex", ordinal(at))
            .with("requiredType", required)
            .with("inputSql", naming::quoted(&self.args[at]))
            .with("inputType", quoted(self.args[at].data_type()))
    }

    /// The error that arguments have no common type, as `types` lists them.
    pub(crate) fn different_types(&self, function: &str, types: String) -> SqlError {
        self.mismatch(condition::DATATYPE_MISMATCH_DATA_DIFF_TYPES)
            .with("functionName", function)
            .with("dataType", types)
    }

    /// The types of arguments, between `[` and `]`.
    pub(crate) fn bracketed_types(args: &[Expr]) -> String {
        let types: Vec<_> = args.iter().map(|arg| quoted(arg.data_type())).collect();
        format!("[{}]", types.join(", "))
    }

    /// The types of arguments as alternatives.
    pub(crate) fn alternative_types(args: &[Expr]) -> String {
        let types: Vec<_> = args.iter().map(|arg| quoted(arg.data_type())).collect();
        format!("({})", types.join(" or "))
    }

    pub(crate) fn cast(&mut self, at: usize, to: &DataType) {
        self.args[at] = cast_to(&self.args[at], to, self.rules);
    }

    pub(crate) fn cast_all(&mut self, to: &DataType) {
        for at in 0..self.args.len() {
            self.cast(at, to);
        }
    }

    /// Casts an argument to what is taken, when the mode does that by itself.
    pub(crate) fn cast_implicitly(&mut self, at: usize, to: &Accept) {
        if let Some(to) = implicit_cast(self.args[at].data_type(), to, self.rules) {
            self.cast(at, &to);
        }
    }

    /// As [`Binding::cast_implicitly`], and an error when it is still not what is taken.
    pub(crate) fn need(&mut self, at: usize, to: &Accept) -> Result<()> {
        self.cast_implicitly(at, to);
        if to.accepts(self.args[at].data_type()) {
            self.check_cast(at)
        } else {
            Err(self.unexpected(at, &to.sql()))
        }
    }

    /// Casts all arguments to their common type; whether there is one.
    pub(crate) fn cast_to_common(&mut self) -> bool {
        match common_type_of(self.args.iter().map(Expr::data_type), self.rules) {
            // Types that differ only in where nulls may be are cast too: the result may hold the nulls
            // of any argument.
            Some(common) => {
                self.cast_all(&common);
                true
            }
            None => false,
        }
    }

    /// Whether arguments are of one type, nullability inside aside.
    pub(crate) fn same_types(&self) -> bool {
        self.args
            .windows(2)
            .all(|pair| same_type(pair[0].data_type(), pair[1].data_type()))
    }

    /// The error when values of the type have no order.
    pub(crate) fn need_orderable(&self, at: usize, function: &str) -> Result<()> {
        let data_type = self.args[at].data_type();
        if is_orderable(data_type) {
            return Ok(());
        }
        Err(self
            .mismatch(condition::DATATYPE_MISMATCH_INVALID_ORDERING_TYPE)
            .with("functionName", function)
            .with("dataType", quoted(data_type)))
    }

    /// The error when an argument is no constant.
    pub(crate) fn need_constant(&self, at: usize, name: &str, required: &str) -> Result<()> {
        if is_constant(&self.args[at]) {
            return Ok(());
        }
        Err(self
            .mismatch(condition::DATATYPE_MISMATCH_NON_FOLDABLE_INPUT)
            .with("inputName", format!("`{name}`"))
            .with("inputType", required)
            .with("inputExpr", naming::quoted(&self.args[at])))
    }

    /// Adds arguments that were left out.
    pub(crate) fn fill(&mut self, signature: &Signature) {
        let written = self.args.len();
        let missing = signature.inputs.len().saturating_sub(written);
        let fills = signature.fills;
        for fill in fills.iter().skip(fills.len().saturating_sub(missing)) {
            let arg = match (fill, fill.literal()) {
                (_, Some(literal)) => Expr::literal(literal),
                (Fill::Call(name), None) => call_in(name, self.rules),
                (_, None) => continue,
            };
            self.args.push(arg);
        }
    }

    /// Casts arguments to what the function takes.
    pub(crate) fn coerce(&mut self, signature: &Signature) {
        for at in 0..self.args.len() {
            let Some(input) = signature.input(at) else {
                continue;
            };
            match signature.coerce {
                Coerce::Implicit => self.cast_implicitly(at, &input),
                Coerce::Never => {}
                Coerce::Nulls => {
                    let is_null = *self.args[at].data_type() == DataType::Null;
                    if is_null && !input.accepts(&DataType::Null) {
                        let to = input.default_type(self.rules);
                        self.cast(at, &to);
                    }
                }
            }
        }
    }

    /// The error when the analyzer's own cast of an argument is none that there is: a time of day
    /// is taken for a date, say.
    fn check_cast(&self, at: usize) -> Result<()> {
        if let ExprKind::Cast(cast) = self.args[at].kind() {
            let (from, to) = (cast.expr.data_type(), self.args[at].data_type());
            if cast.implicit && !can_cast(from, to, cast.mode) {
                let shown = written_cast(cast.expr.clone(), to.clone(), cast.mode);
                return Err(cast_error(from, to, cast.mode, naming::quoted(&shown)));
            }
        }
        Ok(())
    }

    /// The error when an argument is not what the function takes.
    pub(crate) fn check(&self, signature: &Signature) -> Result<()> {
        for (at, arg) in self.args.iter().enumerate() {
            self.check_cast(at)?;
            match signature.input(at) {
                Some(input) if !input.accepts(arg.data_type()) => {
                    return Err(self.unexpected(at, &input.sql()));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Whether an expression has the same value for every row: no columns, nothing random.
pub(crate) fn is_constant(expr: &Expr) -> bool {
    let varies = expr.any(&mut |expr| {
        matches!(
            expr.kind(),
            ExprKind::Column(_)
                | ExprKind::Outer(_)
                | ExprKind::Variable(_)
                | ExprKind::Aggregate(_)
                | ExprKind::Window(_)
                | ExprKind::Subquery(_)
        )
    });
    !varies && super::is_deterministic(expr)
}

/// The text of a constant string.
pub(crate) fn constant_text(expr: &Expr) -> Option<&str> {
    match expr.as_literal() {
        Some(Literal::String(text)) => Some(text),
        _ => match expr.kind() {
            ExprKind::Cast(cast) if expr.data_type().is_string() => constant_text(&cast.expr),
            _ => None,
        },
    }
}

/// The value of a constant whole number, also under the analyzer's own casts and a minus.
pub(crate) fn constant_integer(expr: &Expr) -> Option<i64> {
    match expr.kind() {
        ExprKind::Literal(Literal::Byte(value)) => Some(i64::from(*value)),
        ExprKind::Literal(Literal::Short(value)) => Some(i64::from(*value)),
        ExprKind::Literal(Literal::Integer(value)) => Some(i64::from(*value)),
        ExprKind::Literal(Literal::Long(value)) => Some(*value),
        ExprKind::Literal(Literal::String(text)) => text.trim().parse().ok(),
        ExprKind::Cast(cast) => constant_integer(&cast.expr),
        ExprKind::Call(call) if &*call.function == "negative" => {
            constant_integer(call.args.first()?)?.checked_neg()
        }
        _ => None,
    }
}

/// A cast that a user wrote, of any mode but the session's.
pub(crate) fn written_cast(expr: Expr, to: DataType, mode: CastMode) -> Expr {
    let nullable = cast_is_nullable(expr.data_type(), expr.nullable(), &to, mode);
    let cast = Cast {
        expr,
        mode,
        implicit: false,
        literal: false,
    };
    Expr::new(ExprKind::Cast(cast), to, nullable)
}
