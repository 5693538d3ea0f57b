//! Generators: functions that make rows.

use std::collections::HashMap;

use flint_sql_spec::{
    DataType, Expr as Spec, ExprKind as SpecKind, Ident, LateralView, Origin, Result, SqlError,
    TableFunction, condition, quote_part,
};

use super::{Analysed, unsupported};
use crate::analyzer::Analyzer;
use crate::expr::{Place, Resolver};
use crate::functions::{self, Class};
use crate::resolved::{Attribute, Expr, ExprKind, Plan, PlanKind};
use crate::scope::{Scope, ScopeColumn};

/// A relation with the columns that generators of a SELECT list made, by the position in the list.
pub(super) struct Generated {
    pub(super) plan: Plan,
    pub(super) scope: Scope,
    pub(super) names: HashMap<usize, Vec<Attribute>>,
}

/// The generator that an item of a list is, and the names given to its columns.
fn generator(expr: &Spec) -> Option<(&Spec, &[Ident])> {
    let (call, names): (&Spec, &[Ident]) = match expr.kind() {
        SpecKind::Alias(alias) => (&alias.expr, &alias.names),
        _ => (expr, &[]),
    };
    let SpecKind::Function(function) = call.kind() else {
        return None;
    };
    let name = function.name.parts()?.last()?.to_ascii_lowercase();
    (functions::class_of(&name) == Some(Class::Generator)).then_some((call, names))
}

impl Analyzer<'_> {
    /// Runs the generators of a SELECT list before the list.
    pub(super) fn with_generators(&self, input: Analysed, exprs: &[Spec]) -> Result<Generated> {
        let mut generated = Generated {
            plan: input.plan,
            scope: input.scope,
            names: HashMap::new(),
        };
        for (position, expr) in exprs.iter().enumerate() {
            let Some((call, names)) = generator(expr) else {
                continue;
            };
            let place = Place::over(&generated.scope, "generate");
            let call = Resolver::new(self, &place).expr(call)?;
            if is_table_function(&call) {
                return Err(SqlError::new(condition::NOT_A_SCALAR_FUNCTION)
                    .with("functionName", quote_part(&function_of(&call)))
                    .at(expr.origin()));
            }
            let columns = self.generator_columns(&call, names, false, expr.origin())?;
            generated.plan = generate(generated.plan, call, false, columns.clone());
            // They are not found by name: the list is where they come from.
            let hidden = columns.iter().map(|attribute| ScopeColumn {
                attribute: Attribute {
                    name: "".into(),
                    ..attribute.clone()
                },
                qualifier: [].into(),
                plan_ids: Vec::new(),
                hidden: true,
                shy: false,
            });
            generated.scope.columns.extend(hidden);
            generated.names.insert(position, columns);
        }
        Ok(generated)
    }

    fn generator_columns(
        &self,
        call: &Expr,
        names: &[Ident],
        outer: bool,
        origin: &Origin,
    ) -> Result<Vec<Attribute>> {
        let outer = outer || keeps_rows(call);
        let DataType::Array { element, .. } = call.data_type() else {
            return Err(SqlError::internal("a generator gives rows").at(origin));
        };
        let columns = element
            .as_struct()
            .map_or(&[][..], |columns| columns.fields());
        if !names.is_empty() && names.len() != columns.len() {
            let names: Vec<&str> = names.iter().map(|name| &**name).collect();
            return Err(SqlError::new(condition::UDTF_ALIAS_NUMBER_MISMATCH)
                .with("aliasesNames", names.join(","))
                .with("aliasesSize", columns.len().to_string())
                .at(origin));
        }
        let named = columns.iter().enumerate().map(|(i, column)| {
            let name = names.get(i).unwrap_or(&column.name);
            self.attribute(name, &column.data_type, column.nullable || outer)
        });
        Ok(named.collect())
    }

    /// `LATERAL VIEW generator table AS columns`.
    pub(super) fn lateral_view(&self, view: &LateralView, origin: &Origin) -> Result<Analysed> {
        let input = self.relation(&view.input)?;
        let place = Place::over(&input.scope, "generate");
        let call = Resolver::new(self, &place).expr(&view.generator);
        let call = call.map_err(|error| match error.parameter("routineName") {
            Some(name) if error.condition().name == "UNRESOLVED_ROUTINE" => {
                SqlError::new(condition::ROUTINE_NOT_FOUND)
                    .with("routineName", format!("`default`.{name}"))
                    .at(origin)
            }
            _ => error,
        })?;
        if !is_generator(&call) {
            return Err(
                SqlError::new(condition::UNSUPPORTED_GENERATOR_NOT_GENERATOR)
                    .with("functionName", format!("`{}`", function_of(&call)))
                    .with("classCanonicalName", "expression")
                    .at(origin),
            );
        }
        if is_table_function(&call) {
            let name = function_of(&call);
            return Err(SqlError::new(condition::ROUTINE_NOT_FOUND)
                .with("routineName", format!("`default`.{}", quote_part(&name)))
                .at(origin));
        }
        let columns = self.generator_columns(&call, &view.columns, view.outer, origin)?;
        let scope = Scope::qualified(&columns, std::slice::from_ref(&view.table_alias));
        let plan = generate(input.plan, call, view.outer, columns);
        Ok(Analysed::new(plan, input.scope.and(scope)))
    }

    /// A table function in FROM.
    pub(super) fn table_function(
        &self,
        function: &TableFunction,
        origin: &Origin,
    ) -> Result<Analysed> {
        if function.is_streaming {
            return Err(unsupported("streaming table functions").at(origin));
        }
        let parts = function.name.parts().unwrap_or(&[]);
        let name = parts
            .last()
            .map(|n| n.to_ascii_lowercase())
            .unwrap_or_default();
        let nothing = Scope::default();
        let place = Place::over(&nothing, "generate");
        let mut resolver = Resolver::new(self, &place);
        let args = functions::by_position(&name, &function.args).map_err(|e| e.or_at(origin))?;
        let args = resolver.exprs(&args)?;
        if name == "range" {
            return self.range_function(&args, origin);
        }
        if name == "unnest" && parts.len() == 1 && !args.is_empty() {
            return self.unnest(args, function.with_ordinality, origin);
        }
        if function.with_ordinality {
            return Err(unsupported("WITH ORDINALITY of such a function").at(origin));
        }
        let class = functions::class_of(&name);
        if class.is_some_and(|class| class != Class::Generator) {
            return Err(SqlError::new(condition::NOT_A_TABLE_FUNCTION)
                .with("functionName", format!("`{name}`"))
                .at(origin));
        }
        if class.is_none() {
            return Err(SqlError::new(condition::UNRESOLVABLE_TABLE_VALUED_FUNCTION)
                .with("name", crate::scope::quote_all(parts))
                .at(origin));
        }
        let call = resolver.bind(&name, args, origin)?;
        let columns = self.generator_columns(&call, &[], false, origin)?;
        let one = Plan::new(PlanKind::OneRow, Vec::new());
        Ok(Analysed::of(generate(one, call, false, columns)))
    }
}

fn function_of(expr: &Expr) -> String {
    match expr.kind() {
        ExprKind::Call(call) => call.function.to_string(),
        _ => crate::naming::sql(expr),
    }
}

fn is_generator(expr: &Expr) -> bool {
    matches!(expr.kind(), ExprKind::Call(call)
        if functions::class_of(&call.function) == Some(Class::Generator))
}

/// Whether a generator is one of FROM alone.
fn is_table_function(generator: &Expr) -> bool {
    function_of(generator).starts_with("variant_explode")
}

/// Whether a generator gives a row of nulls where it has nothing to give.
fn keeps_rows(generator: &Expr) -> bool {
    matches!(generator.kind(), ExprKind::Call(call) if call.function.ends_with("_outer"))
}

/// `input` with the rows that a generator makes of each. The `_outer` functions keep rows without.
pub(super) fn generate(input: Plan, generator: Expr, outer: bool, columns: Vec<Attribute>) -> Plan {
    let mut output = input.output().to_vec();
    output.extend(columns.iter().cloned());
    let keeps = keeps_rows(&generator);
    let kind = PlanKind::Generate {
        input,
        generator,
        outer: outer || keeps,
        columns,
    };
    Plan::new(kind, output)
}
