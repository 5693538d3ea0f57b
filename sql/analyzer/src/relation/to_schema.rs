//! `DataFrame.to`: columns put in the order of a schema, and stored in its types.
//!
//! Columns and fields of structs are found by name, at any depth; those that are missing become nulls
//! where the schema allows it. Types change by the rules of INSERT.

use flint_sql_spec::{
    CastMode, DataType, Ident, Literal, Origin, Result, SqlError, StructField, StructType,
    condition, quote_part, quote_parts,
};

use super::Analysed;
use crate::analyzer::Analyzer;
use crate::expr::{Place, Resolver, known_type, quoted_type};
use crate::functions;
use crate::resolved::{Attribute, Expr, ExprKind, Named, Plan};
use crate::scope::Scope;
use crate::types::{StorePolicy, can_store};

impl Analyzer<'_> {
    pub(super) fn to_schema(
        &self,
        input: &flint_sql_spec::Relation,
        schema: &DataType,
        origin: &Origin,
    ) -> Result<Analysed> {
        let schema = columns_of(schema).map_err(|error| error.or_at(origin))?;
        let input = self.relation(input)?;
        let known: Vec<(Ident, Expr)> = input
            .scope
            .visible()
            .map(|c| (c.attribute.name.clone(), Expr::column(&c.attribute)))
            .collect();
        let nothing = Scope::default();
        let place = Place::over(&nothing, "project");
        let fit = Fit {
            resolver: Resolver::new(self, &place),
            origin,
        };
        let columns = fit.fields(&known, &schema, &[])?;
        let exprs = columns
            .into_iter()
            .zip(schema.fields())
            .map(|(expr, field)| {
                let mut named = self.named(&field.name, expr);
                named.column.metadata = match (named.expr.kind(), &field.metadata) {
                    (ExprKind::Column(column), None) => column.metadata.clone(),
                    (_, told) => told.clone(),
                };
                named
            });
        let exprs: Vec<Named> = exprs.collect();
        Ok(Analysed::of(Plan::project(input.plan, exprs)))
    }
}

/// A schema: a struct, or text of columns or of a struct.
fn columns_of(schema: &DataType) -> Result<StructType> {
    if let DataType::Unparsed(text) = schema
        && let Ok(columns) = flint_sql_parser::parse_schema(text)
    {
        return Ok(columns);
    }
    match known_type(schema)? {
        DataType::Struct(columns) => Ok(columns),
        other => Err(SqlError::new(condition::INVALID_SCHEMA_NON_STRUCT_TYPE)
            .with("inputSchema", quoted_type(&other))
            .with("dataType", quoted_type(&other))),
    }
}

/// Values made to fit a schema.
struct Fit<'r, 's> {
    resolver: Resolver<'r, 's>,
    origin: &'r Origin,
}

impl Fit<'_, '_> {
    /// One value for each field of a schema, of the named values at hand.
    fn fields(
        &self,
        known: &[(Ident, Expr)],
        schema: &StructType,
        path: &[Ident],
    ) -> Result<Vec<Expr>> {
        let field = |field: &StructField| self.field(known, field, path);
        schema.fields().iter().map(field).collect()
    }

    fn field(&self, known: &[(Ident, Expr)], field: &StructField, path: &[Ident]) -> Result<Expr> {
        let case = self.resolver.analyzer.case();
        let fits = |(name, _): &&(Ident, Expr)| case.same(name, &field.name);
        let found: Vec<_> = known.iter().filter(fits).collect();
        match found.as_slice() {
            [] if field.nullable => Ok(Expr::literal(Literal::Null(field.data_type.clone()))),
            [] => Err(self.missing(known, &field.name, path)),
            [(name, value)] => {
                let path: Vec<Ident> = path.iter().chain([name]).cloned().collect();
                if value.nullable() && !field.nullable {
                    return Err(SqlError::new(condition::NULLABLE_COLUMN_OR_FIELD)
                        .with("name", quote_parts(&path))
                        .at(self.origin));
                }
                self.value(value, &field.data_type, &path)
            }
            several => {
                let path: Vec<Ident> = path.iter().chain([&field.name]).cloned().collect();
                Err(SqlError::new(condition::AMBIGUOUS_COLUMN_OR_FIELD)
                    .with("name", quote_parts(&path))
                    .with("n", several.len().to_string())
                    .at(self.origin))
            }
        }
    }

    /// The error for a column or field that must be there.
    fn missing(&self, known: &[(Ident, Expr)], name: &Ident, path: &[Ident]) -> SqlError {
        if path.is_empty() {
            let columns: Vec<Attribute> = known
                .iter()
                .filter_map(|(_, value)| match value.kind() {
                    ExprKind::Column(column) => Some(column.clone()),
                    _ => None,
                })
                .collect();
            return Scope::of(&columns).unresolved(std::slice::from_ref(name), self.origin);
        }
        let names: Vec<String> = known.iter().map(|(name, _)| quote_part(name)).collect();
        let error = match names.is_empty() {
            true => SqlError::new(condition::UNRESOLVED_FIELD_WITHOUT_SUGGESTION),
            false => SqlError::new(condition::UNRESOLVED_FIELD_WITH_SUGGESTION)
                .with("proposal", names.join(", ")),
        };
        error
            .with("fieldName", quote_part(name))
            .with("columnPath", quote_parts(path))
            .at(self.origin)
    }

    /// A value as one of a type.
    fn value(&self, value: &Expr, to: &DataType, path: &[Ident]) -> Result<Expr> {
        match (value.data_type(), to) {
            (from, to) if from == to => Ok(value.clone()),
            (DataType::Struct(from), DataType::Struct(to)) => self.structure(value, from, to, path),
            (
                DataType::Array { contains_null, .. },
                DataType::Array {
                    element,
                    contains_null: may,
                },
            ) => {
                if *contains_null && !may {
                    let refused = condition::NOT_NULL_CONSTRAINT_VIOLATION_ARRAY_ELEMENT;
                    return Err(self.at_path(refused, path));
                }
                self.each("transform", value, element, path, "element")
            }
            (
                DataType::Map {
                    key: k,
                    value: v,
                    value_contains_null,
                },
                DataType::Map {
                    key,
                    value: element,
                    value_contains_null: may,
                },
            ) => {
                if *value_contains_null && !may {
                    let refused = condition::NOT_NULL_CONSTRAINT_VIOLATION_MAP_VALUE;
                    return Err(self.at_path(refused, path));
                }
                let keys = match **k == **key {
                    true => value.clone(),
                    false => self.each("transform_keys", value, key, path, "key")?,
                };
                match **v == **element {
                    true => Ok(keys),
                    false => self.each("transform_values", &keys, element, path, "value"),
                }
            }
            (from, to) if can_store(from, to, StorePolicy::Ansi) => {
                self.resolver
                    .cast(value.clone(), to, CastMode::Ansi, self.origin)
            }
            (from, to) => Err(SqlError::new(condition::INVALID_COLUMN_OR_FIELD_DATA_TYPE)
                .with("name", quote_parts(path))
                .with("type", quoted_type(from))
                .with("expectedType", quoted_type(to))
                .at(self.origin)),
        }
    }

    fn at_path(&self, refused: condition::Condition, path: &[Ident]) -> SqlError {
        SqlError::new(refused)
            .with("columnPath", quote_parts(path))
            .at(self.origin)
    }

    fn structure(
        &self,
        value: &Expr,
        from: &StructType,
        to: &StructType,
        path: &[Ident],
    ) -> Result<Expr> {
        let mut known = Vec::new();
        for (ordinal, field) in from.fields().iter().enumerate() {
            known.push((
                field.name.clone(),
                functions::field_at(value, from, ordinal),
            ));
        }
        let fields = self.fields(&known, to, path)?;
        let mut args = Vec::new();
        for (field, made) in to.fields().iter().zip(fields) {
            args.push(Expr::literal(Literal::String(field.name.clone())));
            args.push(made);
        }
        let made = self.resolver.bind("named_struct", args, self.origin)?;
        if !value.nullable() {
            return Ok(made);
        }
        let is_null = self
            .resolver
            .bind("isnull", vec![value.clone()], self.origin)?;
        let null = Expr::literal(Literal::Null(made.data_type().clone()));
        self.resolver
            .bind("if", vec![is_null, null, made], self.origin)
    }

    /// Every element of a collection as a value of a type.
    fn each(
        &self,
        function: &str,
        collection: &Expr,
        to: &DataType,
        path: &[Ident],
        part: &str,
    ) -> Result<Expr> {
        let arity = if function == "transform" { 1 } else { 2 };
        let types = functions::lambda_parameters(function, &[collection], arity, 0)
            .ok_or_else(|| SqlError::internal("a lambda over a collection"))?;
        let analyzer = self.resolver.analyzer;
        let parameters: Vec<Attribute> = types
            .iter()
            .map(|(data_type, nullable)| analyzer.attribute("x", data_type, *nullable))
            .collect();
        let at = usize::from(function == "transform_values");
        let parameter = &parameters[at];
        let variable = Expr::new(
            ExprKind::Variable(parameter.clone()),
            parameter.data_type.clone(),
            parameter.nullable,
        );
        let path: Vec<Ident> = path.iter().cloned().chain([part.into()]).collect();
        let body = self.value(&variable, to, &path)?;
        let (data_type, nullable) = (body.data_type().clone(), body.nullable());
        let lambda = Expr::new(ExprKind::Lambda { parameters, body }, data_type, nullable);
        self.resolver
            .bind(function, vec![collection.clone(), lambda], self.origin)
    }
}
