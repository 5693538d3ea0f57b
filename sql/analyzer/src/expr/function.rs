//! Calls of functions.

use std::borrow::Cow;
use std::sync::Arc;

use flint_sql_spec::{
    CallFunction, DataType, Expr as Spec, ExprKind as SpecKind, FrameBound, FrameUnit,
    FunctionCall, Ident, Literal, NativeFunction, NullTreatment, Origin, Result, SqlError,
    WindowExpr, WindowFrame, WindowRef, WindowSpec, condition,
};

use super::{Resolver, read_all, star};
use crate::functions::{self, Class, Modifiers};
use crate::naming;
use crate::relation::unsupported;
use crate::resolved::{Attribute, Call, CalledAs, Expr, ExprKind, Plan, PlanKind};

/// `distributed_sequence_id()`: the place of a row among all, from 0 on, partition after partition.
/// Rows keep their places where they are gathered, so that it is a count over those before.
fn place_of_row() -> Spec {
    let one = || Spec::from(SpecKind::Literal(Literal::Long(1)));
    let window = WindowSpec {
        frame: Some(WindowFrame {
            unit: FrameUnit::Rows,
            lower: FrameBound::Unbounded,
            upper: FrameBound::CurrentRow,
        }),
        ..WindowSpec::default()
    };
    let count = SpecKind::Window(WindowExpr {
        function: Spec::call("count", [one()]),
        window: WindowRef::Spec(window),
    });
    Spec::call("-", [count.into(), one()])
}

impl Resolver<'_, '_> {
    /// The meaning of a call by name.
    pub(super) fn function(&mut self, call: &FunctionCall, origin: &Origin) -> Result<Expr> {
        match read_all(&call.args)? {
            Cow::Borrowed(_) => self.read_function(call, origin),
            Cow::Owned(args) => {
                let call = FunctionCall {
                    args,
                    ..call.clone()
                };
                self.read_function(&call, origin)
            }
        }
    }

    fn read_function(&mut self, call: &FunctionCall, origin: &Origin) -> Result<Expr> {
        let parts = self.parts(&call.name)?;
        if let Some(function) = self.users_own(&parts)? {
            let modifiers = |this: &mut Self| this.modifiers(call);
            return self.native_with(&function, &call.args, modifiers, origin);
        }
        let name = match parts.as_slice() {
            [name] => name.to_ascii_lowercase(),
            [schema, name] if schema.eq_ignore_ascii_case("builtin") => name.to_ascii_lowercase(),
            [system, builtin, name]
                if system.eq_ignore_ascii_case("system")
                    && builtin.eq_ignore_ascii_case("builtin") =>
            {
                name.to_ascii_lowercase()
            }
            _ => return Err(functions::unresolved_routine(&parts).at(origin)),
        };
        if let Some(place) = of_input_file(&name)
            && call.args.is_empty()
        {
            return self.of_input_file(&name, place, origin);
        }
        if name == "distributed_sequence_id" && call.args.is_empty() {
            return self.expr(&place_of_row());
        }
        let class = functions::class_of(&name)
            .ok_or_else(|| functions::unresolved_routine(&parts).at(origin))?;
        if class == Class::Generator && self.place.clause != "generate" {
            return Err(misplaced_generator(self.place.clause, origin));
        }
        let named = |arg: &Spec| matches!(arg.kind(), SpecKind::Alias(_));
        if name == "struct" && call.args.iter().any(named) {
            return self.named_fields(call, origin);
        }
        // Over a window an aggregate function takes what groups give.
        let over = std::mem::take(&mut self.over);
        let aggregate = class == Class::Aggregate && !over;
        if aggregate && self.in_aggregate {
            return Err(SqlError::new(condition::NESTED_AGGREGATE_FUNCTION).at(origin));
        }
        let outside = self.in_aggregate;
        self.in_aggregate |= aggregate;
        let bound = self.arguments(&name, call, origin).and_then(|args| {
            let modifiers = self.modifiers(call)?;
            Ok((args, modifiers))
        });
        self.in_aggregate = outside;
        let (args, modifiers) = bound?;
        let rules = &self.analyzer.settings.rules;
        let (folded, written) = self.folded(&name, args)?;
        let call = functions::bind(&name, folded, modifiers, rules, origin)?;
        if class == Class::Window && !over {
            return Err(
                SqlError::new(condition::WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE)
                    .with("funcName", naming::quoted(&call))
                    .at(origin),
            );
        }
        Ok(match written {
            Some(written) => shown_as(call, written),
            None => call,
        })
    }

    /// Works out an argument that must be a constant; then also the arguments as they were written.
    fn folded(&self, name: &str, args: Vec<Expr>) -> Result<(Vec<Expr>, Option<Vec<Expr>>)> {
        let at = functions::constant_argument(name).filter(|at| *at < args.len());
        let Some((at, arg)) = at.map(|at| (at, &args[at])) else {
            return Ok((args, None));
        };
        if arg.as_literal().is_some() || !functions::is_constant(arg) {
            return Ok((args, None));
        }
        let value = self.analyzer.named("constant", arg.clone());
        let plan = Plan::project(Plan::new(PlanKind::OneRow, Vec::new()), vec![value]);
        let rows = self.analyzer.catalog.eager(&plan)?;
        let Some(value) = rows.into_iter().flatten().next() else {
            return Ok((args, None));
        };
        let mut folded = args.clone();
        folded[at] = Expr::literal(value);
        Ok((folded, Some(args)))
    }

    /// `input_file_name()` and its kin: a part of the hidden column of files. Where rows are of no
    /// file there is an empty answer.
    fn of_input_file(&mut self, name: &str, part: &str, origin: &Origin) -> Result<Expr> {
        let scopes = self.place.aggregated.iter().chain(&self.place.scopes);
        let mut found: Vec<Attribute> = Vec::new();
        for column in scopes.flat_map(|scope| &scope.columns) {
            let known = found.iter().any(|f| f.id == column.attribute.id);
            if column.is_metadata() && !known {
                found.push(column.attribute.clone());
            }
        }
        let args = match found.as_slice() {
            [] if self.analyzer.reads_files.get() => {
                return Err(unsupported(&format!(
                    "{name}() over columns that were chosen before; name _metadata beside them"
                ))
                .at(origin));
            }
            [] => Vec::new(),
            [column] => vec![self.nested(Expr::column(column), &[part.into()], origin)?],
            _ => {
                return Err(
                    SqlError::new(condition::MULTI_SOURCES_UNSUPPORTED_FOR_EXPRESSION)
                        .with("expr", format!("\"{name}()\""))
                        .at(origin),
                );
            }
        };
        let data_type = match name {
            "input_file_name" => DataType::STRING,
            _ => DataType::Long,
        };
        let call = Call {
            function: name.into(),
            alias: CalledAs {
                name: None,
                args: Some(Vec::new()),
            },
            args,
            ansi: self.analyzer.settings.rules.ansi,
            native: None,
        };
        Ok(Expr::call(call, data_type, false).at(origin))
    }

    /// The function of the session that a name means: built-in ones come first.
    fn users_own(&self, parts: &[Ident]) -> Result<Option<Arc<NativeFunction>>> {
        let catalog = self.analyzer.catalog;
        match parts {
            [name] if functions::class_of(&name.to_ascii_lowercase()).is_some() => Ok(None),
            [name] => catalog.function(name),
            [schema, name] if schema.eq_ignore_ascii_case("session") => catalog.function(name),
            [system, schema, name]
                if system.eq_ignore_ascii_case("system")
                    && schema.eq_ignore_ascii_case("session") =>
            {
                catalog.function(name)
            }
            _ => Ok(None),
        }
    }

    /// A call of a function of the program.
    pub(super) fn native(
        &mut self,
        function: &Arc<NativeFunction>,
        args: &[Spec],
        modifiers: Modifiers,
        origin: &Origin,
    ) -> Result<Expr> {
        self.native_with(function, args, |_| Ok(modifiers), origin)
    }

    fn native_with(
        &mut self,
        function: &Arc<NativeFunction>,
        args: &[Spec],
        modifiers: impl FnOnce(&mut Self) -> Result<Modifiers>,
        origin: &Origin,
    ) -> Result<Expr> {
        let over = std::mem::take(&mut self.over);
        let aggregate = function.aggregate && !over;
        if aggregate && self.in_aggregate {
            return Err(SqlError::new(condition::NESTED_AGGREGATE_FUNCTION).at(origin));
        }
        let outside = self.in_aggregate;
        self.in_aggregate |= aggregate;
        let bound = self
            .native_args(args)
            .and_then(|args| Ok((args, modifiers(self)?)));
        self.in_aggregate = outside;
        let (args, modifiers) = bound?;
        let rules = &self.analyzer.settings.rules;
        functions::bind_native(function, args, modifiers, rules, origin)
    }

    fn native_args(&mut self, args: &[Spec]) -> Result<Vec<Expr>> {
        let mut found = Vec::with_capacity(args.len());
        for arg in args {
            match arg.kind() {
                SpecKind::Star(star) => {
                    let columns = self.star(star, arg.origin())?;
                    found.extend(columns.into_iter().map(|named| named.expr));
                }
                _ => found.push(self.expr(arg)?),
            }
        }
        Ok(found)
    }

    pub(super) fn call_function(&mut self, call: &CallFunction, origin: &Origin) -> Result<Expr> {
        let name = flint_sql_spec::ObjectName::Parts(flint_sql_parser::parse_name(&call.name)?);
        self.function(&FunctionCall::new(name, call.args.iter().cloned()), origin)
    }

    /// `struct(a AS x, b)`: names of fields are aliases, else those of columns.
    fn named_fields(&mut self, call: &FunctionCall, origin: &Origin) -> Result<Expr> {
        let (mut args, mut shown) = (Vec::new(), Vec::new());
        for (at, arg) in call.args.iter().enumerate() {
            for named in self.items(arg)? {
                let sql = naming::sql(&named.expr);
                let is_named = matches!(
                    named.expr.kind(),
                    ExprKind::Column(_) | ExprKind::Field { .. }
                );
                let (name, text) = match arg.kind() {
                    SpecKind::Alias(_) => {
                        let name = named.column.name.clone();
                        let text = format!("{sql} AS {name}");
                        (name, text)
                    }
                    _ if is_named => (named.column.name.clone(), sql),
                    _ => (format!("col{}", at + 1).into(), sql),
                };
                args.push(Expr::literal(Literal::String(name)));
                args.push(named.expr);
                let text = self.analyzer.attribute(&text, &DataType::Null, true);
                shown.push(Expr::column(&text));
            }
        }
        let made = self.bind("named_struct", args, origin)?;
        let (data_type, nullable) = (made.data_type().clone(), made.nullable());
        let ExprKind::Call(call) = made.kind() else {
            return Ok(made);
        };
        let alias = CalledAs {
            name: Some("struct".into()),
            args: Some(shown),
        };
        let call = Call {
            alias,
            ..call.clone()
        };
        Ok(Expr::call(call, data_type, nullable).at(origin))
    }

    fn modifiers(&mut self, call: &FunctionCall) -> Result<Modifiers> {
        Ok(Modifiers {
            distinct: call.distinct,
            filter: call.filter.as_ref().map(|f| self.expr(f)).transpose()?,
            order: self.sort_keys(&call.within_group)?,
            ignore_nulls: call.nulls.map(|nulls| nulls == NullTreatment::Ignore),
        })
    }

    fn arguments(&mut self, name: &str, call: &FunctionCall, origin: &Origin) -> Result<Vec<Expr>> {
        // `count(*)` counts rows.
        if name == "count"
            && !call.distinct
            && let [only] = call.args.as_slice()
            && let SpecKind::Star(target) = only.kind()
            && target.target.is_none()
            && target.except.is_empty()
        {
            return Ok(vec![Expr::literal(Literal::Integer(1))]);
        }
        let of_table =
            |arg: &&Spec| matches!(arg.kind(), SpecKind::Star(star) if star.target.is_some());
        if let ("count", Some(star)) = (name, call.args.iter().find(of_table)) {
            let table = star.origin().fragment().unwrap_or_default();
            return Err(SqlError::new(
                condition::INVALID_USAGE_OF_STAR_WITH_TABLE_IDENTIFIER_IN_COUNT,
            )
            .with("tableName", format!("`{}`", table.trim_end_matches(".*")))
            .at(origin));
        }
        let written = functions::by_position(name, &call.args).map_err(|e| e.or_at(origin))?;
        let mut args: Vec<Option<Expr>> = Vec::with_capacity(written.len());
        for arg in written.iter() {
            match arg.kind() {
                SpecKind::Lambda(_) => args.push(None),
                SpecKind::Star(target) => {
                    let columns = self.star(target, arg.origin())?;
                    args.extend(columns.into_iter().map(|named| Some(named.expr)));
                }
                SpecKind::Regex { pattern, plan_id } => {
                    let columns = self.regex(pattern, *plan_id, arg.origin())?;
                    args.extend(columns.into_iter().map(|named| Some(named.expr)));
                }
                _ => args.push(Some(self.expr(arg)?)),
            }
        }
        if args.iter().all(Option::is_some) {
            return Ok(args.into_iter().flatten().collect());
        }
        self.with_lambdas(name, &written, args, origin)
    }

    /// Resolves the lambdas among arguments, whose parameters have types that follow from the rest.
    fn with_lambdas(
        &mut self,
        name: &str,
        written: &[Spec],
        args: Vec<Option<Expr>>,
        origin: &Origin,
    ) -> Result<Vec<Expr>> {
        if written.len() != args.len() {
            return Err(star::misplaced(self.place.clause).at(origin));
        }
        let plain: Vec<Expr> = args.iter().flatten().cloned().collect();
        let plain: Vec<&Expr> = plain.iter().collect();
        let (mut resolved, mut which) = (Vec::with_capacity(args.len()), 0);
        for (arg, written) in args.into_iter().zip(written) {
            let (None, SpecKind::Lambda(lambda)) = (&arg, written.kind()) else {
                resolved.extend(arg);
                continue;
            };
            let arity = lambda.parameters.len();
            let types = functions::lambda_parameters(name, &plain, arity, which)
                .ok_or_else(|| wrong_lambda(name, &plain, arity, which).at(written.origin()))?;
            which += 1;
            let parameters: Vec<Attribute> = lambda
                .parameters
                .iter()
                .zip(types)
                .map(|(name, (data_type, nullable))| {
                    let name = name.last().map_or("x", |name| name);
                    self.analyzer.attribute(name, &data_type, nullable)
                })
                .collect();
            let known = self.variables.len();
            self.variables.extend(parameters.iter().cloned());
            let body = self.expr(&lambda.body);
            self.variables.truncate(known);
            let body = body?;
            let (data_type, nullable) = (body.data_type().clone(), body.nullable());
            let kind = ExprKind::Lambda { parameters, body };
            resolved.push(Expr::new(kind, data_type, nullable));
        }
        if let ("aggregate" | "reduce", [_, _, merged]) = (name, resolved.as_slice()) {
            resolved.push(self.identity(merged));
        }
        Ok(resolved)
    }

    /// `x -> x` over what another lambda gives: the last step of `aggregate` where none is written.
    fn identity(&self, of: &Expr) -> Expr {
        let (data_type, nullable) = (of.data_type(), of.nullable());
        let parameter = self.analyzer.attribute("id", data_type, nullable);
        let body = Expr::new(
            ExprKind::Variable(parameter.clone()),
            data_type.clone(),
            nullable,
        );
        let kind = ExprKind::Lambda {
            parameters: vec![parameter],
            body,
        };
        Expr::new(kind, data_type.clone(), nullable)
    }
}

/// The error for a lambda where none is taken, or of another number of parameters.
fn wrong_lambda(name: &str, plain: &[&Expr], arity: usize, which: usize) -> SqlError {
    let takes = (1..4).find(|n| functions::lambda_parameters(name, plain, *n, which).is_some());
    match takes {
        Some(takes) => SqlError::new(condition::INVALID_LAMBDA_FUNCTION_CALL_NUM_ARGS_MISMATCH)
            .with("expectedNumArgs", arity.to_string())
            .with("actualNumArgs", takes.to_string()),
        None if !functions::takes_lambdas(name) => {
            let refused = condition::INVALID_LAMBDA_FUNCTION_CALL_NON_HIGHER_ORDER_FUNCTION;
            SqlError::new(refused).with("class", name)
        }
        None => unsupported("a lambda in this place"),
    }
}

/// The error for a generator that is a part of a value, or stands outside of a SELECT list.
fn misplaced_generator(clause: &str, origin: &Origin) -> SqlError {
    let error = if clause == "project" {
        SqlError::new(condition::UNSUPPORTED_GENERATOR_NESTED_IN_EXPRESSIONS).with(
            "expression",
            format!("\"{}\"", origin.fragment().unwrap_or_default()),
        )
    } else {
        SqlError::new(condition::UNSUPPORTED_GENERATOR_OUTSIDE_SELECT).with("plan", clause)
    };
    error.at(origin)
}

/// The part of the hidden column of files that a function gives.
fn of_input_file(name: &str) -> Option<&'static str> {
    match name {
        "input_file_name" => Some("file_path"),
        "input_file_block_start" => Some("file_block_start"),
        "input_file_block_length" => Some("file_block_length"),
        _ => None,
    }
}

/// The same call, with what was written as its arguments in names and messages.
fn shown_as(call: Expr, written: Vec<Expr>) -> Expr {
    let ExprKind::Call(inner) = call.kind() else {
        return call;
    };
    let mut inner = inner.clone();
    let shown = inner.alias.args.as_ref().map_or(written.len(), Vec::len);
    inner.alias.args = Some(written.into_iter().take(shown).collect());
    Expr::new(
        ExprKind::Call(inner),
        call.data_type().clone(),
        call.nullable(),
    )
    .at(call.origin())
}
