//! `DataFrame.transpose`: the values of one column become the names of columns.
//!
//! Its columns hang on rows, so the input is run during the analysis, as Spark does; the result is an
//! inline table.

use flint_sql_spec::{
    DataType, Expr as Spec, Literal, Origin, Relation, Result, SqlError, condition,
};

use super::Analysed;
use super::select::filtered;
use crate::analyzer::Analyzer;
use crate::expr::{Place, Resolver, quoted_type};
use crate::resolved::{Attribute, Expr, ExprKind, Plan, PlanKind, SortKey};
use crate::types;

impl Analyzer<'_> {
    pub(super) fn transpose(
        &self,
        input: &Relation,
        index: &[Spec],
        origin: &Origin,
    ) -> Result<Analysed> {
        let input = self.relation(input)?;
        let place = Place::over(&input.scope, "transpose");
        let mut resolver = Resolver::new(self, &place);
        let index = match index.first() {
            Some(index) => resolver.expr(index)?,
            None => match input.scope.visible().next() {
                Some(first) => Expr::column(&first.attribute),
                None => return Err(wrong_index("there is no column").at(origin)),
            },
        };
        let ExprKind::Column(index) = index.kind() else {
            return Err(wrong_index("Index column must be an atomic attribute").at(origin));
        };
        if !is_atomic(&index.data_type) {
            let shown = index.data_type.simple_string();
            let reason = format!("Index column must be of atomic type, but found: {shown}");
            return Err(wrong_index(&reason).at(origin));
        }
        let others: Vec<Attribute> = input
            .scope
            .visible()
            .map(|column| column.attribute.clone())
            .filter(|column| column.id != index.id)
            .collect();
        let common = self.tightest(&others, origin)?;
        let plan = self.indexed(&resolver, input.plan.clone(), index, &others, &common)?;
        let rows = self.catalog.eager(&plan)?;
        let most = self.settings.transpose_max_values;
        if rows.len() > most {
            return Err(SqlError::new(condition::TRANSPOSE_EXCEED_ROW_LIMIT)
                .with("maxValues", most.to_string())
                .with("config", "\"spark.sql.transposeMaxValues\"")
                .at(origin));
        }
        Ok(self.transposed(&others, &common, &rows))
    }

    /// The type of all values.
    fn tightest(&self, columns: &[Attribute], origin: &Origin) -> Result<DataType> {
        let Some((first, rest)) = columns.split_first() else {
            return Ok(DataType::STRING);
        };
        rest.iter()
            .try_fold(first.data_type.clone(), |common, column| {
                types::tightest_type(&common, &column.data_type, &self.settings.rules).ok_or_else(
                    || {
                        SqlError::new(condition::TRANSPOSE_NO_LEAST_COMMON_TYPE)
                            .with("dt1", quoted_type(&common))
                            .with("dt2", quoted_type(&column.data_type))
                            .at(origin)
                    },
                )
            })
    }

    /// The index as text and all values as one type, in the order of the index and without its nulls.
    fn indexed(
        &self,
        resolver: &Resolver<'_, '_>,
        input: Plan,
        index: &Attribute,
        others: &[Attribute],
        common: &DataType,
    ) -> Result<Plan> {
        let origin = &Origin::Unknown;
        let key = Expr::column(index);
        let some = resolver.bind("isnotnull", vec![key.clone()], origin)?;
        let plan = filtered(input, some);
        let sort = PlanKind::Sort {
            keys: vec![SortKey {
                expr: key.clone(),
                descending: false,
                nulls_first: true,
            }],
            global: true,
            input: plan.clone(),
        };
        let plan = Plan::like(&plan, sort);
        let limit = PlanKind::Limit {
            skip: 0,
            fetch: Some(self.settings.transpose_max_values as u64 + 1),
            input: plan.clone(),
        };
        let plan = Plan::like(&plan, limit);
        let mode = self.settings.rules.cast_mode();
        let text = resolver.cast(key, &DataType::STRING, mode, origin)?;
        let mut exprs = vec![self.named(&index.name, text)];
        for column in others {
            let value = resolver.coerced(Expr::column(column), common);
            exprs.push(self.named(&column.name, value));
        }
        Ok(Plan::project(plan, exprs))
    }

    /// A row for each column, with the column's values behind its name.
    fn transposed(
        &self,
        columns: &[Attribute],
        common: &DataType,
        rows: &[Vec<Literal>],
    ) -> Analysed {
        let mut output = vec![self.attribute("key", &DataType::STRING, false)];
        for row in rows {
            let name = match row.first() {
                Some(Literal::String(name)) => name.to_string(),
                _ => String::new(),
            };
            output.push(self.attribute(&name, common, true));
        }
        let row = |(at, column): (usize, &Attribute)| {
            let values = rows.iter().map(move |row| row[at + 1].clone());
            std::iter::once(Literal::String(column.name.clone()))
                .chain(values)
                .map(|value| self.typed(value, common))
                .collect()
        };
        let values: Vec<Vec<Expr>> = columns.iter().enumerate().map(row).collect();
        Analysed::of(Plan::new(PlanKind::Values(values), output))
    }

    /// A literal, a null being one of the type.
    fn typed(&self, value: Literal, data_type: &DataType) -> Expr {
        match value {
            Literal::Null(_) => Expr::literal(Literal::Null(data_type.clone())),
            value => Expr::literal(value),
        }
    }
}

fn wrong_index(reason: &str) -> SqlError {
    SqlError::new(condition::TRANSPOSE_INVALID_INDEX_COLUMN).with("reason", reason)
}

fn is_atomic(data_type: &DataType) -> bool {
    !matches!(
        data_type,
        DataType::Array { .. }
            | DataType::Map { .. }
            | DataType::Struct(_)
            | DataType::Null
            | DataType::CalendarInterval
            | DataType::Variant
            | DataType::UserDefined(_)
    )
}
