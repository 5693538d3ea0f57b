//! Names of columns.

use flint_sql_spec::{
    Attribute as SpecAttribute, Expr as Spec, ExprKind as SpecKind, Ident, Literal, ObjectName,
    Origin, PlanId, Result, SqlError, condition,
};

use super::Resolver;
use crate::functions::{self, is_deterministic};
use crate::naming;
use crate::relation::unsupported;
use crate::resolved::{Expr, ExprKind};
use crate::scope::{Scope, quote_all};

impl Resolver<'_, '_> {
    /// What a name means: a parameter of a lambda, a column, a column of the same list, a column of
    /// a query around.
    pub(super) fn attribute(&mut self, attribute: &SpecAttribute, origin: &Origin) -> Result<Expr> {
        let name = self.parts(&attribute.name)?;
        if attribute.is_metadata {
            return self.metadata_column(&name, origin);
        }
        if let Some(plan_id) = attribute.plan_id {
            return self.column_of(plan_id, &name, origin);
        }
        if let Some(variable) = self.variable_of(&name, origin)? {
            return Ok(variable);
        }
        let first = self.in_aggregate.then_some(self.place.aggregated).flatten();
        for scope in first.iter().chain(&self.place.scopes) {
            if let Some(column) = self.in_scope(scope, &name, origin)? {
                return Ok(column);
            }
        }
        if let Some(expr) = self.lateral(&name, origin)? {
            return Ok(expr);
        }
        if let Some(column) = self.outer(&name, origin)? {
            return Ok(column);
        }
        if let [only] = name.as_slice()
            && let Some(keyword) = self.keyword_function(only, origin)?
        {
            return Ok(keyword);
        }
        let scope = self.place.scopes.first().copied();
        Err(scope.map_or_else(
            || Scope::default().unresolved(&name, origin),
            |scope| scope.unresolved(&name, origin),
        ))
    }

    /// A hidden column, whatever other column has its name.
    fn metadata_column(&self, name: &[Ident], origin: &Origin) -> Result<Expr> {
        let case = self.analyzer.case();
        let named = |c: &&crate::scope::ScopeColumn| {
            c.is_metadata() && matches!(name, [only] if case.same(&c.attribute.name, only))
        };
        let mut scopes = self.place.scopes.iter();
        let found = scopes.find_map(|scope| scope.columns.iter().find(named));
        found
            .map(|column| Expr::column(&column.attribute).at(origin))
            .ok_or_else(|| {
                let scope = self.place.scopes.last().copied();
                scope.map_or_else(
                    || Scope::default().unresolved(name, origin),
                    |scope| scope.unresolved(name, origin),
                )
            })
    }

    /// The parts of a name, `IDENTIFIER(..)` computed.
    pub(super) fn parts(&mut self, name: &ObjectName) -> Result<Vec<Ident>> {
        match name {
            ObjectName::Parts(parts) => Ok(parts.clone()),
            ObjectName::Computed { expr, rest } => {
                let mut parts = self.identifier(expr)?;
                parts.extend(rest.iter().cloned());
                Ok(parts)
            }
        }
    }

    /// The name that a constant of IDENTIFIER holds.
    pub(crate) fn identifier(&mut self, expr: &Spec) -> Result<Vec<Ident>> {
        let value = self.expr(expr)?;
        if let Some(text) = functions::constant_string(&value) {
            return flint_sql_parser::parse_name(&text).map_err(|e| e.or_at(expr.origin()));
        }
        let error = if !functions::is_constant(&value) {
            SqlError::new(condition::NOT_A_CONSTANT_STRING_NOT_CONSTANT)
        } else if !value.data_type().is_string() {
            SqlError::new(condition::NOT_A_CONSTANT_STRING_WRONG_TYPE)
                .with("dataType", value.data_type().simple_string())
        } else if value.as_literal().is_some() {
            SqlError::new(condition::NOT_A_CONSTANT_STRING_NULL)
        } else {
            return Err(unsupported("IDENTIFIER of such a constant").at(expr.origin()));
        };
        Err(error
            .with("name", "IDENTIFIER")
            .with("expr", naming::sql(&value))
            .at(expr.origin()))
    }

    fn in_scope(&self, scope: &Scope, name: &[Ident], origin: &Origin) -> Result<Option<Expr>> {
        let Some(found) = scope.find(name, self.analyzer.case(), origin)? else {
            return Ok(None);
        };
        let column = Expr::column(&found.column.attribute);
        self.nested(column, &found.fields, origin).map(Some)
    }

    pub(super) fn nested(&self, column: Expr, fields: &[Ident], origin: &Origin) -> Result<Expr> {
        fields.iter().try_fold(column, |child, name| {
            if let flint_sql_spec::DataType::Map { .. } = child.data_type() {
                let key = Expr::literal(Literal::String(name.clone()));
                return self.bind("getitem", vec![child, key], origin);
            }
            self.field(&child, name, origin)
        })
    }

    /// A column of the same SELECT list. It is put in whole, so it must give the same again.
    fn lateral(&mut self, name: &[Ident], origin: &Origin) -> Result<Option<Expr>> {
        let Some((first, fields)) = name.split_first() else {
            return Ok(None);
        };
        let case = self.analyzer.case();
        let mut fits = self
            .place
            .aliases
            .iter()
            .filter(|(alias, _)| case.same(alias, first));
        let (Some((_, expr)), more) = (fits.next(), fits.count()) else {
            return Ok(None);
        };
        if more > 0 {
            return Err(SqlError::new(condition::AMBIGUOUS_LATERAL_COLUMN_ALIAS)
                .with("name", quote_all(name))
                .with("n", (more + 1).to_string())
                .at(origin));
        }
        if !is_deterministic(expr) {
            return Err(unsupported("a reference to a random column of the same list").at(origin));
        }
        self.saw_lateral = Some(first.clone());
        let expr = if self.shows_lateral {
            let shown = format!("lateralAliasReference({first})");
            let (data_type, nullable) = (expr.data_type(), expr.nullable());
            Expr::column(&self.analyzer.attribute(&shown, data_type, nullable))
        } else {
            expr.clone()
        };
        self.nested(expr, fields, origin).map(Some)
    }

    fn outer(&self, name: &[Ident], origin: &Origin) -> Result<Option<Expr>> {
        // As in Spark, a query sees the one right around it and no other.
        if let Some(around) = self.analyzer.outer.borrow_mut().last_mut()
            && let Some(found) = around.scope.find(name, self.analyzer.case(), origin)?
        {
            let fields = found.fields.clone();
            let attribute = found.column.attribute.clone();
            around.uses(&attribute);
            let (data_type, nullable) = (attribute.data_type.clone(), attribute.nullable);
            let column = Expr::new(ExprKind::Outer(attribute), data_type, nullable);
            return self.nested(column, &fields, origin).map(Some);
        }
        Ok(None)
    }

    /// A column of a certain DataFrame.
    fn column_of(&self, plan_id: PlanId, name: &[Ident], origin: &Origin) -> Result<Expr> {
        let frames = self.analyzer.frames.borrow();
        let missing = || {
            SqlError::new(condition::CANNOT_RESOLVE_DATAFRAME_COLUMN)
                .with("name", quote_all(name))
                .at(origin)
        };
        let frame = frames.get(&plan_id).ok_or_else(missing)?;
        let Some(found) = frame.find(name, self.analyzer.case(), origin)? else {
            return Err(frame.unresolved(name, origin));
        };
        let id = found.column.attribute.id;
        let places = self.place.aggregated.iter().chain(&self.place.scopes);
        for scope in places {
            let of_frame = |c: &&crate::scope::ScopeColumn| c.plan_ids.contains(&plan_id);
            let same = scope.columns.iter().filter(of_frame).filter(|c| {
                self.analyzer
                    .case()
                    .same(&c.attribute.name, &found.column.attribute.name)
            });
            if same.count() > 1 {
                return Err(SqlError::new(condition::AMBIGUOUS_COLUMN_REFERENCE)
                    .with("name", quote_all(name))
                    .at(origin));
            }
            if let Some(column) = scope.by_id(id) {
                return self.nested(Expr::column(&column.attribute), &found.fields, origin);
            }
        }
        if let Some(around) = self.analyzer.outer.borrow_mut().last_mut()
            && let Some(column) = around.scope.by_id(id)
        {
            let attribute = column.attribute.clone();
            around.uses(&attribute);
            let (data_type, nullable) = (attribute.data_type.clone(), attribute.nullable);
            let outer = Expr::new(ExprKind::Outer(attribute), data_type, nullable);
            return self.nested(outer, &found.fields, origin);
        }
        Err(missing())
    }

    /// Functions that SQL writes without parentheses.
    fn keyword_function(&self, name: &str, origin: &Origin) -> Result<Option<Expr>> {
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "current_date" | "current_timestamp" | "current_time" | "localtimestamp"
            | "current_user" | "user" | "session_user" | "current_catalog" | "current_database"
            | "current_schema" => self.bind(&lower, Vec::new(), origin).map(Some),
            _ => Ok(None),
        }
    }

    /// A parameter of a lambda by the API's name.
    pub(super) fn variable(&mut self, name: &[Ident], origin: &Origin) -> Result<Expr> {
        match self.variable_of(name, origin)? {
            Some(variable) => Ok(variable),
            None => Err(Scope::default().unresolved(name, origin)),
        }
    }

    fn variable_of(&self, name: &[Ident], origin: &Origin) -> Result<Option<Expr>> {
        let Some((first, fields)) = name.split_first() else {
            return Ok(None);
        };
        let case = self.analyzer.case();
        let variable = self
            .variables
            .iter()
            .rev()
            .find(|v| case.same(&v.name, first));
        let Some(variable) = variable else {
            return Ok(None);
        };
        let (data_type, nullable) = (variable.data_type.clone(), variable.nullable);
        let expr = Expr::new(ExprKind::Variable(variable.clone()), data_type, nullable);
        self.nested(expr, fields, origin).map(Some)
    }
}

/// The name of a plain column reference, for ordinals and aliases.
pub(crate) fn bare_name(expr: &Spec) -> Option<&Ident> {
    match expr.kind() {
        SpecKind::Attribute(attribute) if attribute.plan_id.is_none() => {
            match attribute.name.parts()? {
                [only] => Some(only),
                _ => None,
            }
        }
        _ => None,
    }
}
