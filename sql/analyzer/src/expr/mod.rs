//! Expressions: from names and untyped calls to columns, functions and casts.

mod attribute;
mod extract;
mod frame;
mod function;
mod regex;
mod star;
mod subquery;
mod update_fields;
mod window;

pub(crate) use attribute::bare_name;

use std::borrow::Cow;
use std::collections::HashMap;

use flint_sql_spec::{
    CastMode, DataType, Expr as Spec, ExprKind as SpecKind, Ident, Literal, Origin, Result,
    SortOrder, SqlError, WindowSpec, condition, with_stack,
};

use crate::analyzer::Analyzer;
use crate::functions::{self, Modifiers};
use crate::naming;
use crate::relation::unsupported;
use crate::resolved::{Attribute, Call, CalledAs, Cast, Expr, ExprKind, Named, SortKey};
use crate::scope::Scope;

/// Where an expression stands: what names mean there.
pub(crate) struct Place<'s> {
    /// Scopes of this query, the first that knows a name wins.
    pub(crate) scopes: Vec<&'s Scope>,
    /// The scope in which arguments of aggregate functions are looked up first.
    pub(crate) aggregated: Option<&'s Scope>,
    /// Columns of the same SELECT list before this one, for lateral references.
    pub(crate) aliases: &'s [(Ident, Expr)],
    /// Windows by name.
    pub(crate) windows: &'s HashMap<String, WindowSpec>,
    /// What the place is called in errors.
    pub(crate) clause: &'static str,
}

/// No windows by name.
pub(crate) static NO_WINDOWS: std::sync::LazyLock<HashMap<String, WindowSpec>> =
    std::sync::LazyLock::new(HashMap::new);

impl<'s> Place<'s> {
    /// Over the columns of one input.
    pub(crate) fn over(scope: &'s Scope, clause: &'static str) -> Place<'s> {
        Place {
            scopes: vec![scope],
            aggregated: None,
            aliases: &[],
            windows: &NO_WINDOWS,
            clause,
        }
    }
}

/// Resolves expressions at one place.
pub(crate) struct Resolver<'r, 's> {
    pub(crate) analyzer: &'r Analyzer<'r>,
    pub(crate) place: &'r Place<'s>,
    /// Parameters of the lambdas around, the nearest last.
    pub(super) variables: Vec<Attribute>,
    /// Whether it is inside an aggregate function's arguments.
    pub(super) in_aggregate: bool,
    /// Whether the next function is the one of a window.
    pub(super) over: bool,
    /// Whether a column of the same list was met.
    pub(super) saw_lateral: Option<Ident>,
    /// Whether such columns are wanted as they are shown in names.
    pub(super) shows_lateral: bool,
}

impl<'r, 's> Resolver<'r, 's> {
    pub(crate) fn new(analyzer: &'r Analyzer<'r>, place: &'r Place<'s>) -> Self {
        Resolver {
            analyzer,
            place,
            variables: Vec::new(),
            in_aggregate: false,
            over: false,
            saw_lateral: None,
            shows_lateral: false,
        }
    }

    /// The meaning of one expression.
    pub(crate) fn expr(&mut self, expr: &Spec) -> Result<Expr> {
        with_stack(|| self.kind(expr)).map_err(|e| e.or_at(expr.origin()))
    }

    pub(crate) fn exprs(&mut self, exprs: &[Spec]) -> Result<Vec<Expr>> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    fn kind(&mut self, expr: &Spec) -> Result<Expr> {
        let origin = expr.origin();
        let resolved = match expr.kind() {
            SpecKind::Literal(literal) => Expr::literal(literal.clone()),
            SpecKind::TypedLiteral { data_type, text } => {
                self.typed_literal(data_type, text, origin)?
            }
            SpecKind::Attribute(attribute) => self.attribute(attribute, origin)?,
            SpecKind::Function(call) => self.function(call, origin)?,
            SpecKind::CallFunction(call) => self.call_function(call, origin)?,
            SpecKind::ExpressionString(_) => self.expr(&*read(expr)?)?,
            SpecKind::Alias(alias) => self.expr(&alias.expr)?,
            SpecKind::Cast(cast) => {
                let child = self.expr(&cast.expr)?;
                self.cast(child, &known_type(&cast.to)?, cast.mode, origin)?
            }
            SpecKind::Window(window) => self.window(window, origin)?,
            SpecKind::ExtractValue { child, extraction } => {
                let child = self.expr(child)?;
                self.extract(child, extraction, origin)?
            }
            SpecKind::LambdaVariable(name) => self.variable(name, origin)?,
            SpecKind::Subquery(subquery) => self.subquery(subquery, origin)?,
            SpecKind::LikeQuantified(like) => self.like_quantified(like, origin)?,
            SpecKind::Collate { child, collation } => self.collate(child, collation, origin)?,
            SpecKind::Star(_) => return Err(star::misplaced(self.place.clause).at(origin)),
            SpecKind::NamedParameter(name) => {
                let parameters = self.analyzer.parameters.borrow().clone();
                if !parameters.positional.is_empty() {
                    return Err(SqlError::new(
                        condition::INVALID_QUERY_MIXED_QUERY_PARAMETERS,
                    ));
                }
                let given = parameters.named.iter().find(|(given, _)| given == name);
                match given {
                    Some((_, value)) => self.argument_of_text(value)?,
                    None => return Err(unbound(name, origin)),
                }
            }
            SpecKind::PositionalParameter => {
                let place = origin.span().map_or(0, |span| span.range().start);
                let parameters = self.analyzer.parameters.borrow().clone();
                if !parameters.named.is_empty() {
                    return Err(SqlError::new(
                        condition::INVALID_QUERY_MIXED_QUERY_PARAMETERS,
                    ));
                }
                let given = parameters.positional.iter().find(|(at, _)| *at == place);
                match given {
                    Some((_, value)) => self.argument_of_text(value)?,
                    None => return Err(unbound(&format!("_{place}"), origin)),
                }
            }
            SpecKind::SortOrder(order) => self.expr(&order.expr)?,
            SpecKind::GroupingAnalytics(_) => {
                return Err(unsupported(
                    "CUBE, ROLLUP or GROUPING SETS outside of GROUP BY",
                ));
            }
            SpecKind::Lambda(_) => return Err(unsupported("a lambda outside of a function")),
            SpecKind::Regex { pattern, plan_id } => {
                let found = self.regex(pattern, *plan_id, origin)?;
                match <[Named; 1]>::try_from(found) {
                    Ok([only]) => only.expr,
                    Err(_) => return Err(star::misplaced(self.place.clause).at(origin)),
                }
            }
            SpecKind::SemiStructuredExtract { child, path } => {
                let child = self.expr(child)?;
                self.variant_path(child, path, origin)?
            }
            SpecKind::UpdateFields {
                structure,
                field,
                value,
            } => self.update_fields(structure, field, value.as_ref(), origin)?,
            SpecKind::InlineFunction(_) | SpecKind::TypedAggregate(_) => {
                return Err(unsupported("user-defined functions"));
            }
            SpecKind::NamedArgument { .. } => return Err(unsupported("named arguments")),
            SpecKind::MergeAction(_) => return Err(unsupported("MERGE")),
            SpecKind::DirectShufflePartitionId(_) => {
                return Err(unsupported("repartitionById"));
            }
            SpecKind::Extension(message) => {
                let meant = self.analyzer.catalog.extension_expression(message)?;
                self.expr(&meant)?
            }
            SpecKind::Native(call) => {
                self.native(&call.function, &call.args, Modifiers::default(), origin)?
            }
        };
        Ok(resolved.at(origin))
    }

    /// An argument of SQL text: a constant, which sees no columns.
    fn argument_of_text(&self, value: &Spec) -> Result<Expr> {
        let nothing = Scope::default();
        let place = Place::over(&nothing, "parameter");
        Resolver::new(self.analyzer, &place).expr(value)
    }

    /// A conversion, if the type is another one.
    pub(crate) fn cast(
        &self,
        child: Expr,
        to: &DataType,
        mode: CastMode,
        origin: &Origin,
    ) -> Result<Expr> {
        functions::cast(child, to, mode, &self.analyzer.settings.rules, origin)
    }

    /// An implicit conversion where the type is another one.
    pub(crate) fn coerced(&self, child: Expr, to: &DataType) -> Expr {
        functions::implicit(&child, to, &self.analyzer.settings.rules)
    }

    /// `TIMESTAMP '..'` and the like: the text cast to the type, which the session's time zone and
    /// the clock have a part in.
    fn typed_literal(&self, data_type: &DataType, text: &Ident, origin: &Origin) -> Result<Expr> {
        let rules = &self.analyzer.settings.rules;
        let to = match data_type {
            DataType::Timestamp if origin.fragment().is_some_and(is_plain_timestamp) => {
                rules.timestamp()
            }
            other => other.clone(),
        };
        let text = Expr::literal(Literal::String(text.clone()));
        let cast = self.cast(text, &to, CastMode::Ansi, origin)?;
        let data_type = cast.data_type().clone();
        let kind = match cast.kind() {
            ExprKind::Cast(cast) => ExprKind::Cast(Cast {
                literal: true,
                ..cast.clone()
            }),
            other => other.clone(),
        };
        Ok(Expr::new(kind, data_type, false))
    }

    /// `child[extraction]`, and `child.field`, which has a string there.
    fn extract(&mut self, child: Expr, extraction: &Spec, origin: &Origin) -> Result<Expr> {
        if let (Some(Literal::String(name)), true) =
            (extraction.as_literal(), has_fields(child.data_type()))
        {
            return self.field(&child, name, origin);
        }
        let key = self.expr(extraction)?;
        self.bind("getitem", vec![child, key], origin)
    }

    /// A field of a struct, or of each struct of an array.
    pub(crate) fn field(&self, child: &Expr, name: &str, origin: &Origin) -> Result<Expr> {
        let rules = &self.analyzer.settings.rules;
        let fields = match child.data_type() {
            DataType::Struct(fields) => fields,
            DataType::Array { element, .. } => match &**element {
                DataType::Struct(fields) => fields,
                _ => return Err(no_base(child).at(origin)),
            },
            _ => return Err(no_base(child).at(origin)),
        };
        functions::field(child, fields, name, rules).map_err(|e| e.or_at(origin))
    }

    /// A plain call of a function that is known by name.
    pub(crate) fn bind(&self, name: &str, args: Vec<Expr>, origin: &Origin) -> Result<Expr> {
        let rules = &self.analyzer.settings.rules;
        functions::bind(name, args, Modifiers::default(), rules, origin)
    }

    /// `child [NOT] LIKE ANY|ALL (..)` as comparisons.
    fn like_quantified(
        &mut self,
        like: &flint_sql_spec::LikeQuantified,
        origin: &Origin,
    ) -> Result<Expr> {
        let name = if like.ignores_case { "ilike" } else { "like" };
        let (child, mut all) = (self.expr(&like.child)?, Vec::new());
        for pattern in &like.patterns {
            let pattern = self.expr(pattern)?;
            let mut one = self.bind(name, vec![child.clone(), pattern], origin)?;
            if like.negated {
                one = self.bind("not", vec![one], origin)?;
            }
            all.push(one);
        }
        let joined = if like.all { "and" } else { "or" };
        let mut all = all.into_iter();
        let first = all
            .next()
            .ok_or_else(|| SqlError::internal("LIKE ANY or ALL without a pattern"))?;
        all.try_fold(first, |left, right| {
            self.bind(joined, vec![left, right], origin)
        })
    }

    fn collate(&mut self, child: &Spec, collation: &[Ident], origin: &Origin) -> Result<Expr> {
        let child = self.expr(child)?;
        match collation {
            [name] if name.eq_ignore_ascii_case("UTF8_BINARY") => {
                Ok(self.coerced(child, &DataType::STRING))
            }
            _ => Err(unsupported("collations").at(origin)),
        }
    }

    /// Sort orders over expressions.
    pub(crate) fn sort_keys(&mut self, orders: &[SortOrder]) -> Result<Vec<SortKey>> {
        orders
            .iter()
            .map(|order| {
                let expr = self.expr(&order.expr)?;
                sort_key(order, expr)
            })
            .collect()
    }

    /// The columns that an item of a SELECT list makes: several for a star.
    pub(crate) fn items(&mut self, item: &Spec) -> Result<Vec<Named>> {
        let item = &*read(item)?;
        match item.kind() {
            SpecKind::Star(star) => self.star(star, item.origin()),
            SpecKind::Regex { pattern, plan_id } => self.regex(pattern, *plan_id, item.origin()),
            SpecKind::Alias(alias) if alias.names.len() == 1 => {
                let expr = self.expr(&alias.expr)?;
                let mut named = self.analyzer.named(&alias.names[0], expr);
                named.column.metadata = alias.metadata.clone().or_else(|| metadata_of(&named.expr));
                Ok(vec![named])
            }
            _ => {
                let expr = self.expr(item)?;
                // A column stays itself, its id too, under the name as it is written.
                if let ExprKind::Column(column) = expr.kind() {
                    let mut column = column.clone();
                    column.name = written_name(item).unwrap_or(column.name);
                    return Ok(vec![Named { expr, column }]);
                }
                // `current_date` is a call, whatever it looks like.
                // The value of a map behind a dot has the key's name.
                let is_call = matches!(expr.kind(), ExprKind::Call(call) if &*call.function != "getitem")
                    && self.saw_lateral.is_none();
                let name = match written_name(item).filter(|_| !is_call) {
                    Some(name) => name,
                    None => self.shown_name(item, &expr)?,
                };
                let mut named = self.analyzer.named(&name, expr);
                named.column.metadata = metadata_of(&named.expr);
                Ok(vec![named])
            }
        }
    }

    /// The name that Spark shows for an expression.
    fn shown_name(&mut self, item: &Spec, expr: &Expr) -> Result<Ident> {
        if let SpecKind::LikeQuantified(like) = item.kind() {
            let mut child = naming::column_name(&self.expr(&like.child)?);
            if like.ignores_case {
                child = format!("lower({child})");
            }
            let (not, all) = (
                if like.negated { "not" } else { "" },
                if like.all { "all" } else { "any" },
            );
            return Ok(format!("{not}like{all}({child})").into());
        }
        if self.saw_lateral.is_none() {
            return Ok(naming::column_name(expr).into());
        }
        // Columns of the same list are shown as such, not as what they stand for.
        self.shows_lateral = true;
        let shown = self.expr(item);
        self.shows_lateral = false;
        Ok(naming::column_name(&shown?).into())
    }
}

/// What an expression is where its form matters, as that of a star or of a name does: text of SQL is
/// read.
///
/// # Errors
/// Those of text that is no expression.
pub(crate) fn read(expr: &Spec) -> Result<Cow<'_, Spec>> {
    match expr.kind() {
        SpecKind::ExpressionString(text) => flint_sql_parser::parse_expression(text)
            .map(Cow::Owned)
            .map_err(|error| error.or_at(expr.origin())),
        _ => Ok(Cow::Borrowed(expr)),
    }
}

/// The same of several expressions.
///
/// # Errors
/// Those of [`read`].
pub(crate) fn read_all(exprs: &[Spec]) -> Result<Cow<'_, [Spec]>> {
    let is_text = |expr: &Spec| matches!(expr.kind(), SpecKind::ExpressionString(_));
    if !exprs.iter().any(is_text) {
        return Ok(Cow::Borrowed(exprs));
    }
    let read = exprs.iter().map(|expr| read(expr).map(Cow::into_owned));
    read.collect::<Result<Vec<_>>>().map(Cow::Owned)
}

/// The error for a parameter without an argument.
fn unbound(name: &str, origin: &Origin) -> SqlError {
    SqlError::new(condition::UNBOUND_SQL_PARAMETER)
        .with("name", name)
        .at(origin)
}

/// The last part of the name, where an item is nothing but a name.
pub(crate) fn written_name(item: &Spec) -> Option<Ident> {
    match item.kind() {
        SpecKind::Attribute(attribute) => attribute.name.parts()?.last().cloned(),
        _ => None,
    }
}

/// Whether a literal is `TIMESTAMP '..'`, not `TIMESTAMP_LTZ '..'`.
fn is_plain_timestamp(text: &str) -> bool {
    let word: String = text
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    word.eq_ignore_ascii_case("timestamp")
}

/// A sort key by an order.
pub(crate) fn sort_key(order: &SortOrder, expr: Expr) -> Result<SortKey> {
    if let DataType::Map { .. } | DataType::CalendarInterval | DataType::Variant = expr.data_type()
    {
        return Err(
            SqlError::new(condition::DATATYPE_MISMATCH_INVALID_ORDERING_TYPE)
                .with("functionName", "`sortorder`")
                .with("dataType", quoted_type(expr.data_type()))
                .with(
                    "sqlExpr",
                    format!("\"{}\"", naming::sort_key(&keyed(order, expr.clone()))),
                )
                .at(expr.origin()),
        );
    }
    Ok(keyed(order, expr))
}

fn keyed(order: &SortOrder, expr: Expr) -> SortKey {
    SortKey {
        expr,
        descending: order.direction == flint_sql_spec::Direction::Descending,
        nulls_first: order.nulls_first(),
    }
}

/// A type as error parameters show it.
pub(crate) fn quoted_type(data_type: &DataType) -> String {
    format!("\"{}\"", data_type.sql())
}

/// The type that a plan names, parsed if it is text.
pub(crate) fn known_type(data_type: &DataType) -> Result<DataType> {
    match data_type {
        DataType::Unparsed(text) => flint_sql_parser::parse_data_type(text),
        known => Ok(known.clone()),
    }
}

fn metadata_of(expr: &Expr) -> Option<Ident> {
    match expr.kind() {
        ExprKind::Column(column) => column.metadata.clone(),
        _ => None,
    }
}

fn has_fields(data_type: &DataType) -> bool {
    match data_type {
        DataType::Struct(_) => true,
        DataType::Array { element, .. } => matches!(**element, DataType::Struct(_)),
        _ => false,
    }
}

/// The error for a field of what has none.
fn no_base(child: &Expr) -> SqlError {
    SqlError::new(condition::INVALID_EXTRACT_BASE_FIELD_TYPE)
        .with("base", naming::quoted(child))
        .with("other", quoted_type(child.data_type()))
}

/// A call that users did not write.
pub(crate) fn internal_call(
    name: &str,
    args: Vec<Expr>,
    data_type: DataType,
    nullable: bool,
) -> Expr {
    let call = Call {
        function: name.into(),
        alias: CalledAs::default(),
        args,
        ansi: false,
        native: None,
    };
    Expr::call(call, data_type, nullable)
}
