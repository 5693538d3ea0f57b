//! Groups.
//!
//! Keys and arguments are computed by a projection below, so that the aggregation itself names only
//! columns: DataFusion calls its results by their text, and different expressions may read the same.
//! Several groupings (`CUBE` and the like) make each row once for each of them, with nulls in the
//! keys that the grouping leaves out and a number that tells groupings apart, as Spark does.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::datatypes::{DataType as ArrowType, Field, FieldRef};
use datafusion::common::ScalarValue;
use datafusion::common::tree_node::TreeNode;
use datafusion::functions_aggregate::expr_fn::{count, first_value};
use datafusion::logical_expr::{Aggregate, Case, Expr, LogicalPlan, lit};
use flint_sql_analyzer::resolved::{self, Attribute, ExprKind, Named, Plan};
use flint_sql_columnar::{Raised, arrow_field, arrow_type};
use flint_sql_functions::can_fail;
use flint_sql_spec::SqlError;

use super::{Lowering, output_columns, project};
use crate::columns;
use crate::operators::{Operator, node};

/// What is computed below an aggregation.
struct Below {
    exprs: Vec<(Expr, String)>,
    names: HashSet<String>,
}

impl Below {
    fn add(&mut self, expr: Expr, name: &str) {
        if self.names.insert(name.to_owned()) {
            self.exprs.push((expr, name.to_owned()));
        }
    }
}

impl Lowering<'_> {
    pub(super) fn aggregate(
        &self,
        input: &Plan,
        grouping: &[Named],
        sets: Option<&(Vec<Vec<usize>>, Attribute)>,
        aggregates: &[Named],
    ) -> Result<LogicalPlan, Raised> {
        let lowered = self.lower(input)?;
        let mut below = Below {
            exprs: Vec::new(),
            names: HashSet::new(),
        };
        let mut calls = Vec::with_capacity(aggregates.len());
        for named in aggregates {
            let call = self.with_arguments_below(&named.expr, &mut below)?;
            calls.push((call, columns::name(named.column.id)));
        }
        // Keys come last: where the key of a set is a column that an argument reads too, the
        // argument keeps its own name.
        let keys: Vec<String> = grouping
            .iter()
            .map(|key| columns::name(key.column.id))
            .collect();
        let values: Vec<Expr> = grouping
            .iter()
            .map(|key| self.comparable(&key.expr))
            .collect::<Result<_, Raised>>()?;
        let (plan, keys) = match sets {
            None => {
                for (key, value) in keys.iter().zip(values) {
                    below.add(value, key);
                }
                (computed(lowered, below)?, keys)
            }
            Some((sets, id)) => self.expanded(lowered, below, grouping, values, sets, id)?,
        };
        grouped(plan, &keys, calls)
    }

    /// The aggregate with columns for arguments; constants stay.
    fn with_arguments_below(
        &self,
        expr: &resolved::Expr,
        below: &mut Below,
    ) -> Result<Expr, Raised> {
        let ExprKind::Aggregate(call) = expr.kind() else {
            return Err(SqlError::internal("an aggregate was expected").into());
        };
        let mut bring = |value: Expr| -> Expr {
            match value {
                Expr::Literal(..) => value,
                Expr::Column(ref column) => {
                    let name = column.name.clone();
                    below.add(value, &name);
                    columns::by_name(name)
                }
                other => {
                    let same = below.exprs.iter().find(|(known, _)| *known == other);
                    let name = same.map_or_else(|| self.fresh(), |(_, name)| name.clone());
                    below.add(other, &name);
                    columns::by_name(name)
                }
            }
        };
        let filter = match &call.filter {
            Some(filter) => Some(self.condition(filter)?),
            None => None,
        };
        let args: Vec<Expr> = call
            .args
            .iter()
            .map(|arg| Ok(bring(chosen(self.expr(arg)?, filter.as_ref()))))
            .collect::<Result<_, Raised>>()?;
        let filter = filter.map(&mut bring);
        let mut order = self.sort_keys(&call.order)?;
        for key in &mut order {
            key.expr = bring(key.expr.clone());
        }
        self.aggregate_call(expr, call, args, filter, order)
    }

    /// Rows once for each grouping. Gives the keys' names, the number of the grouping among them.
    fn expanded(
        &self,
        input: LogicalPlan,
        below: Below,
        grouping: &[Named],
        values: Vec<Expr>,
        sets: &[Vec<usize>],
        id: &Attribute,
    ) -> Result<(LogicalPlan, Vec<String>), Raised> {
        // Arguments may read the columns that keys are made of: keys get names of their own here.
        let mut first = below;
        let mut key_names = Vec::with_capacity(values.len());
        for value in values {
            let name = self.fresh();
            first.add(value, &name);
            key_names.push(name);
        }
        let kept: Vec<String> = first
            .exprs
            .iter()
            .map(|(_, name)| name)
            .filter(|name| !key_names.contains(name))
            .cloned()
            .collect();
        let plan = computed(input, first)?;
        let mut fields: Vec<FieldRef> = Vec::new();
        for name in &kept {
            let field = plan.schema().field_with_unqualified_name(name)?;
            let field = field
                .as_ref()
                .clone()
                .with_name(format!("{name}~"))
                .with_nullable(true);
            fields.push(Arc::new(field));
        }
        for key in grouping {
            let name = columns::name(key.column.id);
            fields.push(arrow_field(&name, &key.column.data_type, true)?);
        }
        let id_name = columns::name(id.id);
        fields.push(arrow_field(&id_name, &id.data_type, false)?);
        let place = self.fresh();
        fields.push(Arc::new(Field::new(&place, ArrowType::Int32, false)));
        let lists = sets
            .iter()
            .enumerate()
            .map(|(at, set)| {
                let mut list: Vec<Expr> = kept.iter().map(columns::by_name).collect();
                for (position, name) in key_names.iter().enumerate() {
                    list.push(if set.contains(&position) {
                        columns::by_name(name)
                    } else {
                        let layout = arrow_type(&grouping[position].column.data_type)?;
                        Expr::Literal(ScalarValue::try_from(&layout)?, None)
                    });
                }
                list.push(lit(bits(grouping.len(), set)));
                list.push(lit(at as i32));
                Ok(list)
            })
            .collect::<Result<Vec<_>, Raised>>()?;
        let plan = node(plan, Operator::Expand { lists }, Some(fields))?;
        // Arguments go by their names again.
        let mut exprs: Vec<Expr> = kept
            .iter()
            .filter(|name| {
                !grouping
                    .iter()
                    .any(|key| columns::name(key.column.id) == **name)
            })
            .map(|name| columns::by_name(format!("{name}~")).alias(name))
            .collect();
        let mut keys: Vec<String> = Vec::new();
        for key in grouping {
            let name = columns::name(key.column.id);
            exprs.push(columns::by_name(&name));
            keys.push(name);
        }
        for name in [id_name, place] {
            exprs.push(columns::by_name(&name));
            keys.push(name);
        }
        Ok((project(plan, exprs)?, keys))
    }

    /// One row for each value of the columns `by`: the first that comes.
    pub(super) fn first_of_each(
        &self,
        input: LogicalPlan,
        output: &[Attribute],
        by: &[Attribute],
    ) -> Result<LogicalPlan, Raised> {
        let input = project(input, output_columns(output))?;
        let is_key = |column: &&Attribute| by.iter().any(|key| key.id == column.id);
        let (keys, others): (Vec<_>, Vec<_>) =
            columns::unique(output).into_iter().partition(is_key);
        let group: Vec<Expr> = keys
            .iter()
            .map(|column| {
                let key = self.comparable(&resolved::Expr::column(column))?;
                Ok(columns::called(key, column.id))
            })
            .collect::<Result<_, Raised>>()?;
        let names: Vec<String> = keys.iter().map(|column| columns::name(column.id)).collect();
        let firsts: Vec<Expr> = others
            .iter()
            .map(|column| first_value(columns::column(column), Vec::new()))
            .collect();
        let mut exprs: Vec<Expr> = names.iter().map(columns::by_name).collect();
        for (first, column) in firsts.iter().zip(&others) {
            let name = first.schema_name().to_string();
            exprs.push(columns::called(columns::by_name(name), column.id));
        }
        let aggregate = Aggregate::try_new(Arc::new(input), group, firsts)?;
        project(LogicalPlan::Aggregate(aggregate), exprs)
    }
}

/// The number of a grouping: a bit for each key from the left, set where the key is left out.
fn bits(keys: usize, set: &[usize]) -> i64 {
    (0..keys).fold(0, |bits, key| (bits << 1) | i64::from(!set.contains(&key)))
}

fn computed(input: LogicalPlan, below: Below) -> Result<LogicalPlan, Raised> {
    let exprs = below.exprs.into_iter();
    project(
        input,
        exprs
            .map(|(expr, name)| columns::called_by(expr, name))
            .collect(),
    )
}

/// The aggregation, and its results under the names of their columns.
fn grouped(
    input: LogicalPlan,
    keys: &[String],
    calls: Vec<(Expr, String)>,
) -> Result<LogicalPlan, Raised> {
    let group: Vec<Expr> = keys.iter().map(columns::by_name).collect();
    let mut exprs: Vec<Expr> = group.clone();
    let mut distinct: Vec<(Expr, String)> = Vec::new();
    for (call, name) in calls {
        let text = call.schema_name().to_string();
        let same = distinct.iter().find(|(known, _)| *known == call);
        let text = match same {
            Some((_, text)) => text.clone(),
            None if distinct.iter().any(|(_, known)| *known == text) => {
                distinct.push((call.alias(&name), name.clone()));
                name.clone()
            }
            None => {
                distinct.push((call, text.clone()));
                text
            }
        };
        exprs.push(columns::by_name(text).alias(name));
    }
    let mut aggregates: Vec<Expr> = distinct.into_iter().map(|(call, _)| call).collect();
    if group.is_empty() && aggregates.is_empty() {
        aggregates.push(count(lit(1)));
    }
    let aggregate = Aggregate::try_new(Arc::new(input), group, aggregates)?;
    project(LogicalPlan::Aggregate(aggregate), exprs)
}

/// An argument that can fail, for the rows that the aggregate looks at only.
fn chosen(arg: Expr, filter: Option<&Expr>) -> Expr {
    let fails = arg.exists(|expr| Ok(can_fail(expr))).unwrap_or(true);
    match filter {
        Some(filter) if fails && !filter.is_volatile() => Expr::Case(Case::new(
            None,
            vec![(Box::new(filter.clone()), Box::new(arg))],
            None,
        )),
        _ => arg,
    }
}
