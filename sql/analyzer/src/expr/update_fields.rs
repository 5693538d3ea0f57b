//! `withField` and `dropFields`: structs with a field replaced, added or left out.
//!
//! An update is a call of `update_fields(struct, places[, value])`. `places` is a constant that says
//! for each field of the result which field of the struct it is; an empty place is the new value. So
//! the struct is computed once, however many fields it has. A null struct stays null. All fields of
//! the name are meant, and none where nothing is there to be dropped.

use flint_sql_spec::{
    DataType, Expr as Spec, Ident, Literal, Origin, Result, SqlError, StructField, condition,
};

use super::{Resolver, internal_call};
use crate::naming;
use crate::resolved::{Call, CalledAs, Expr, ExprKind};

const UPDATE: &str = "update_fields";
const SET: &str = "WithField";

impl Resolver<'_, '_> {
    /// A struct with the field of a dotted name set to a value, or dropped without one.
    pub(super) fn update_fields(
        &mut self,
        structure: &Spec,
        field: &Ident,
        value: Option<&Spec>,
        origin: &Origin,
    ) -> Result<Expr> {
        let structure = self.expr(structure)?;
        let path = match field.is_empty() {
            true => vec![field.clone()],
            false => flint_sql_parser::parse_name(field)?,
        };
        let value = value.map(|value| self.expr(value)).transpose()?;
        self.updated(structure, &path, value, origin)
    }

    fn updated(
        &self,
        structure: Expr,
        path: &[Ident],
        value: Option<Expr>,
        origin: &Origin,
    ) -> Result<Expr> {
        let Some((name, rest)) = path.split_first() else {
            return Err(SqlError::internal("a name has a part"));
        };
        let value = if rest.is_empty() {
            value
        } else {
            let inner = self.field(&structure, name, origin)?;
            Some(self.updated(inner, rest, value, origin)?)
        };
        let DataType::Struct(fields) = structure.data_type() else {
            let error = SqlError::new(condition::DATATYPE_MISMATCH_UNEXPECTED_INPUT_TYPE)
                .with("paramIndex", "first")
                .with("requiredType", "\"STRUCT\"")
                .with("inputSql", naming::quoted(&structure))
                .with("inputType", super::quoted_type(structure.data_type()));
            return Err(wrong(error, &structure, name, value.as_ref()).at(origin));
        };
        let case = self.analyzer.case();
        let new = value
            .as_ref()
            .map(|value| StructField::new(name, value.data_type().clone(), value.nullable()));
        let (mut made, mut places) = (Vec::new(), Vec::new());
        let mut found = false;
        for (at, field) in fields.iter().enumerate() {
            if !case.same(&field.name, name) {
                made.push(field.clone());
                places.push(at.to_string());
                continue;
            }
            found = true;
            made.extend(new.clone());
            places.extend(new.iter().map(|_| String::new()));
        }
        if let (false, Some(new)) = (found, new) {
            made.push(new);
            places.push(String::new());
        }
        if made.is_empty() {
            let error = SqlError::new(condition::DATATYPE_MISMATCH_CANNOT_DROP_ALL_FIELDS);
            return Err(wrong(error, &structure, name, value.as_ref()).at(origin));
        }
        let places = Literal::String(places.join(",").into());
        let shown = shown(&structure, name, value.as_ref());
        Ok(call(structure, places, value, shown, DataType::structure(made)).at(origin))
    }
}

/// The call that makes the new struct.
fn call(
    structure: Expr,
    places: Literal,
    value: Option<Expr>,
    shown: Vec<Expr>,
    to: DataType,
) -> Expr {
    let nullable = structure.nullable();
    let args = [structure, Expr::literal(places)].into_iter().chain(value);
    let call = Call {
        function: UPDATE.into(),
        alias: CalledAs {
            name: None,
            args: Some(shown),
        },
        args: args.collect(),
        ansi: false,
        native: None,
    };
    Expr::call(call, to, nullable)
}

/// The arguments as names of columns show them: updates of an update are one, in which of several
/// values for one field only the last is left, where all set values.
fn shown(structure: &Expr, name: &Ident, value: Option<&Expr>) -> Vec<Expr> {
    let operation = match value {
        Some(value) => setting(name, value),
        None => internal_call("dropfield", Vec::new(), DataType::Null, true),
    };
    let before = match structure.kind() {
        ExprKind::Call(call) if &*call.function == UPDATE => call.alias.args.as_deref(),
        _ => None,
    };
    let Some([structure, before @ ..]) = before else {
        return vec![structure.clone(), operation];
    };
    let sets = |operation: &Expr| field_set(operation).is_some();
    let replaces = sets(&operation) && before.iter().all(sets);
    let same = field_set(&operation);
    let stays = |old: &&Expr| !(replaces && field_set(old) == same);
    let before = before.iter().filter(stays).cloned();
    let mut all: Vec<Expr> = [structure.clone()].into_iter().chain(before).collect();
    all.push(operation);
    all
}

/// `WithField(value)`, which knows the field's name besides.
fn setting(name: &Ident, value: &Expr) -> Expr {
    let call = Call {
        function: SET.into(),
        alias: CalledAs {
            name: None,
            args: Some(vec![value.clone()]),
        },
        args: vec![Expr::literal(Literal::String(name.clone()))],
        ansi: false,
        native: None,
    };
    Expr::call(call, DataType::Null, true)
}

/// The field that an operation sets.
fn field_set(operation: &Expr) -> Option<&Literal> {
    match operation.kind() {
        ExprKind::Call(call) if &*call.function == SET => call.args.first()?.as_literal(),
        _ => None,
    }
}

/// An error about an update.
fn wrong(error: SqlError, structure: &Expr, name: &Ident, value: Option<&Expr>) -> SqlError {
    let args = shown(structure, name, value);
    let update = internal_call(UPDATE, args, DataType::Null, true);
    error.with("sqlExpr", naming::quoted(&update))
}
