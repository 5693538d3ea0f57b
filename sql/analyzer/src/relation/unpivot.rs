//! UNPIVOT: columns turned into rows.

use flint_sql_spec::{
    DataType, Expr as Spec, Literal, Origin, Result, SqlError, Unpivot, condition,
};

use super::{Analysed, select::filtered};
use crate::analyzer::Analyzer;
use crate::expr::{Place, Resolver, quoted_type};
use crate::resolved::{Attribute, Expr, Named, Plan, PlanKind};
use crate::scope::Scope;
use crate::types;

impl Analyzer<'_> {
    pub(super) fn unpivot(&self, spec: &Unpivot, origin: &Origin) -> Result<Analysed> {
        let input = self.relation(&spec.input)?;
        let place = Place::over(&input.scope, "unpivot");
        let columns = |specs: &[Spec]| -> Result<Vec<Named>> {
            let mut all = Vec::new();
            for spec in specs {
                all.extend(Resolver::new(self, &place).items(spec)?);
            }
            Ok(all)
        };
        let visible = || -> Vec<Named> {
            let own = input.scope.visible().map(|c| Named::kept(&c.attribute));
            own.collect()
        };
        let without = |of: &[Named]| -> Vec<Named> {
            let is_there = |n: &Named| of.iter().any(|o| o.column.id == n.column.id);
            visible().into_iter().filter(|n| !is_there(n)).collect()
        };
        let ids = spec.ids.as_deref().map(columns).transpose()?;
        let mut rows: Vec<(Option<String>, Vec<Named>)> = Vec::new();
        for value in spec.values.iter().flatten() {
            let alias = value.alias.as_ref().map(|alias| alias.to_string());
            rows.push((alias, columns(&value.exprs)?));
        }
        if spec.values.is_none() {
            let rest = without(ids.as_deref().unwrap_or(&[]));
            rows = rest.into_iter().map(|named| (None, vec![named])).collect();
        }
        if rows.is_empty() {
            return Err(SqlError::new(condition::UNPIVOT_REQUIRES_VALUE_COLUMNS).at(origin));
        }
        let listed: Vec<Named> = rows.iter().flat_map(|(_, row)| row.clone()).collect();
        let ids = ids.unwrap_or_else(|| without(&listed));
        let plan = self.unpivoted(spec, input.plan.clone(), &ids, &rows, origin)?;
        let mut scope = Scope::of(plan.output());
        for (column, id) in scope.columns.iter_mut().zip(&ids) {
            if let Some(known) = input.scope.by_id(id.column.id) {
                column.qualifier = known.qualifier.clone();
            }
        }
        Ok(Analysed::new(plan, scope))
    }

    fn unpivoted(
        &self,
        spec: &Unpivot,
        input: Plan,
        ids: &[Named],
        rows: &[(Option<String>, Vec<Named>)],
        origin: &Origin,
    ) -> Result<Plan> {
        let width = spec.value_columns.len();
        if rows.iter().any(|(_, row)| row.len() != width) {
            return Err(SqlError::new(condition::UNPIVOT_VALUE_SIZE_MISMATCH)
                .with("names", width.to_string())
                .at(origin));
        }
        let common: Vec<DataType> = (0..width)
            .map(|i| self.value_type(rows, i, origin))
            .collect::<Result<_>>()?;
        let nothing = Scope::default();
        let place = Place::over(&nothing, "unpivot");
        let resolver = Resolver::new(self, &place);
        let projections: Vec<Vec<Expr>> = rows
            .iter()
            .map(|(alias, row)| {
                let names: Vec<&str> = row.iter().map(|named| &*named.column.name).collect();
                let name = alias.clone().unwrap_or_else(|| names.join("_"));
                let mut exprs: Vec<Expr> = ids.iter().map(|id| id.expr.clone()).collect();
                exprs.push(Expr::literal(Literal::from(name)));
                let values = row.iter().zip(&common);
                exprs.extend(values.map(|(v, to)| resolver.coerced(v.expr.clone(), to)));
                exprs
            })
            .collect();
        let mut output: Vec<Attribute> = ids
            .iter()
            .map(|id| {
                let column = &id.column;
                self.attribute(&column.name, &column.data_type, column.nullable)
            })
            .collect();
        output.push(self.attribute(&spec.variable, &DataType::STRING, false));
        for (i, (name, data_type)) in spec.value_columns.iter().zip(&common).enumerate() {
            let nullable = rows.iter().any(|(_, row)| row[i].expr.nullable());
            output.push(self.attribute(name, data_type, nullable));
        }
        let values: Vec<Expr> = output[ids.len() + 1..].iter().map(Expr::column).collect();
        let mut plan = Plan::new(PlanKind::Expand { input, projections }, output);
        if !spec.include_nulls {
            let mut some = None;
            for value in values {
                let there = resolver.bind("isnotnull", vec![value], origin)?;
                some = Some(match some {
                    Some(others) => resolver.bind("or", vec![others, there], origin)?,
                    None => there,
                });
            }
            if let Some(condition) = some {
                plan = filtered(plan, condition);
            }
        }
        Ok(plan)
    }

    fn value_type(
        &self,
        rows: &[(Option<String>, Vec<Named>)],
        i: usize,
        origin: &Origin,
    ) -> Result<DataType> {
        let mut common = DataType::Null;
        for (_, row) in rows {
            let found = types::common_type_without_promotion(
                &common,
                row[i].expr.data_type(),
                &self.settings.rules,
            );
            common = found.ok_or_else(|| {
                let mut types: Vec<String> = rows
                    .iter()
                    .map(|(_, row)| {
                        let column = &row[i].column;
                        format!("{} (`{}`)", quoted_type(&column.data_type), column.name)
                    })
                    .collect();
                types.sort();
                SqlError::new(condition::UNPIVOT_VALUE_DATA_TYPE_MISMATCH)
                    .with("types", types.join(", "))
                    .at(origin)
            })?;
        }
        Ok(common)
    }
}
