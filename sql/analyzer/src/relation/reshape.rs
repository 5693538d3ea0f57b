//! Samples, distinct rows, partitions and columns by name.

use flint_sql_spec::{
    DataType, Deduplicate, Expr as Spec, ExprKind as SpecKind, Ident, Literal, Origin, Range,
    Relation, Result, Sample, SqlError, condition,
};

use super::{Analysed, scope_like, unsupported};
use crate::analyzer::Analyzer;
use crate::expr::{Place, Resolver, quoted_type, sort_key};
use crate::functions;
use crate::naming;
use crate::resolved::{Attribute, Expr, ExprKind, Named, Plan, PlanKind, SortKey};
use crate::types::{has_variant, is_orderable};

impl Analyzer<'_> {
    pub(super) fn range(&self, range: &Range) -> Result<Analysed> {
        if range.step == 0 {
            return Err(SqlError::internal("a range whose step is 0"));
        }
        let id = self.attribute("id", &DataType::Long, false);
        let kind = PlanKind::Range {
            start: range.start,
            end: range.end,
            step: range.step,
            num_partitions: range.num_partitions,
        };
        Ok(Analysed::of(Plan::new(kind, vec![id])))
    }

    /// `range(end)`, `range(start, end[, step[, partitions]])`.
    pub(super) fn range_function(&self, args: &[Expr], origin: &Origin) -> Result<Analysed> {
        let number = |expr: &Expr| match functions::constant(expr) {
            Some(Literal::Byte(n)) => Ok(i64::from(n)),
            Some(Literal::Short(n)) => Ok(i64::from(n)),
            Some(Literal::Integer(n)) => Ok(i64::from(n)),
            Some(Literal::Long(n)) => Ok(n),
            _ => Err(unsupported("range of other than constant whole numbers").at(origin)),
        };
        let numbers = args.iter().map(number).collect::<Result<Vec<i64>>>()?;
        let (start, end, step, partitions) = match *numbers.as_slice() {
            [end] => (0, end, 1, None),
            [start, end] => (start, end, 1, None),
            [start, end, step] => (start, end, step, None),
            [start, end, step, partitions] => (start, end, step, Some(partitions)),
            _ => {
                return Err(SqlError::new(condition::WRONG_NUM_ARGS_WITHOUT_SUGGESTION)
                    .with("functionName", "`range`")
                    .with("expectedNum", "[1, 2, 3, 4]")
                    .with("actualNum", args.len().to_string())
                    .with("docroot", "https://spark.apache.org/docs/latest")
                    .at(origin));
            }
        };
        if step == 0 {
            return Err(SqlError::new(condition::FAILED_FUNCTION_CALL)
                .with("funcName", "`range`")
                .at(origin));
        }
        self.range(&Range {
            start,
            end,
            step,
            num_partitions: partitions.and_then(|p| i32::try_from(p).ok()),
        })
    }

    pub(super) fn sample(&self, sample: &Sample) -> Result<Analysed> {
        let input = self.relation(&sample.input)?;
        let in_order = sample.deterministic_order;
        Ok(input.with_plan(|input| PlanKind::Sample {
            input: if in_order {
                in_fixed_order(input)
            } else {
                input
            },
            lower: sample.lower,
            upper: sample.upper,
            with_replacement: sample.with_replacement,
            seed: sample.seed,
        }))
    }

    pub(super) fn deduplicate(&self, spec: &Deduplicate, origin: &Origin) -> Result<Analysed> {
        if spec.within_watermark {
            return Err(unsupported("dropDuplicatesWithinWatermark").at(origin));
        }
        let input = self.relation(&spec.input)?;
        let known = input.scope.columns.clone();
        let mut columns = Vec::new();
        for name in spec.columns.iter().filter(|_| !spec.all_columns) {
            let name = std::slice::from_ref(name);
            match input.scope.find(name, self.case(), origin)? {
                Some(found) => columns.push(found.column.attribute.clone()),
                None => return Err(input.scope.unresolved(name, origin)),
            }
        }
        let plan = input.sealed();
        if columns.is_empty() {
            super::set::must_be_comparable(&plan, origin)?;
        }
        let output = plan.output().to_vec();
        let plan = Plan::new(
            PlanKind::Deduplicate {
                input: plan,
                columns,
            },
            output,
        );
        let scope = scope_like(&plan, &known);
        Ok(Analysed::new(plan, scope))
    }

    pub(super) fn repartition(
        &self,
        input: &Relation,
        num_partitions: i32,
        shuffle: bool,
    ) -> Result<Analysed> {
        let input = self.relation(input)?;
        Ok(input.with_plan(|input| PlanKind::Repartition {
            input,
            num_partitions: Some(num_partitions),
            by: Vec::new(),
            ranges: Vec::new(),
            shuffle,
        }))
    }

    pub(super) fn repartition_by(
        &self,
        input: &Relation,
        exprs: &[Spec],
        num_partitions: Option<i32>,
    ) -> Result<Analysed> {
        let input = self.relation(input)?;
        let mut resolved = Vec::with_capacity(exprs.len());
        for spec in exprs {
            let by = match spec.kind() {
                SpecKind::SortOrder(order) => &order.expr,
                _ => spec,
            };
            let by = self.hidden_expr(&input, by)?;
            if has_variant(by.data_type()) {
                return Err(
                    SqlError::new(condition::UNSUPPORTED_FEATURE_PARTITION_BY_VARIANT)
                        .with("expr", naming::quoted(&by))
                        .with("dataType", quoted_type(by.data_type()))
                        .at(by.origin()),
                );
            }
            resolved.push(by);
        }
        let ranged = |spec: &Spec| matches!(spec.kind(), SpecKind::SortOrder(_));
        if exprs.iter().any(ranged) && !exprs.iter().all(ranged) {
            return Err(unsupported("partitions by hash and by range at once"));
        }
        let keys = |resolved: &[Expr]| -> Result<Vec<SortKey>> {
            let ranges = exprs.iter().zip(resolved);
            let key = |(spec, expr): (&Spec, &Expr)| match spec.kind() {
                SpecKind::SortOrder(order) => Some(sort_key(order, expr.clone())),
                _ => None,
            };
            ranges.filter_map(key).collect()
        };
        keys(&resolved)?;
        self.over_hidden(input, resolved, |input, by| {
            let ranges = keys(&by).unwrap_or_default();
            let by = if ranges.is_empty() { by } else { Vec::new() };
            let kind = PlanKind::Repartition {
                input: input.clone(),
                num_partitions,
                by,
                ranges,
                shuffle: true,
            };
            Plan::like(&input, kind)
        })
    }

    pub(super) fn to_df(&self, input: &Relation, names: &[Ident]) -> Result<Analysed> {
        let origin = input.origin().clone();
        let plan = self.relation(input)?.sealed();
        Ok(Analysed::of(self.renamed(plan, names, &origin)?))
    }

    pub(super) fn with_renamed(
        &self,
        input: &Relation,
        renames: &[(Ident, Ident)],
    ) -> Result<Analysed> {
        let input = self.relation(input)?;
        let known = input.scope.columns.clone();
        let case = self.case();
        let exprs = input
            .scope
            .visible()
            .map(|column| {
                let attribute = &column.attribute;
                let new = renames
                    .iter()
                    .rev()
                    .find(|(old, _)| case.same(old, &attribute.name));
                match new {
                    Some((_, new)) => self.named(new, Expr::column(attribute)),
                    None => Named::kept(attribute),
                }
            })
            .collect();
        let plan = Plan::project(input.plan, exprs);
        let scope = scope_like(&plan, &known);
        Ok(Analysed::new(plan, scope))
    }

    /// Columns left out, by name or as expressions; what is not there is no error.
    pub(super) fn drop_columns(
        &self,
        input: &Relation,
        columns: &[Spec],
        names: &[Ident],
    ) -> Result<Analysed> {
        self.drop_over(self.relation(input)?, columns, names)
    }

    pub(super) fn drop_over(
        &self,
        input: Analysed,
        columns: &[Spec],
        names: &[Ident],
    ) -> Result<Analysed> {
        let known = input.scope.columns.clone();
        let case = self.case();
        let place = Place::over(&input.scope, "drop");
        let mut dropped = Vec::new();
        for column in columns {
            match Resolver::new(self, &place).expr(column) {
                Ok(expr) => {
                    if let ExprKind::Column(column) = expr.kind() {
                        dropped.push(column.id);
                    }
                }
                Err(error) if super::select::is_unresolved(&error) => {}
                Err(error) => return Err(error),
            }
        }
        let stays = |column: &&crate::scope::ScopeColumn| {
            !dropped.contains(&column.attribute.id)
                && !names.iter().any(|n| case.same(n, &column.attribute.name))
        };
        let exprs = input
            .scope
            .visible()
            .filter(stays)
            .map(|column| Named::kept(&column.attribute))
            .collect();
        let plan = Plan::project(input.plan, exprs);
        let scope = scope_like(&plan, &known);
        Ok(Analysed::new(plan, scope))
    }
}

/// The rows of each partition in the order of all columns that have one, so that they come in the
/// same order whenever they are computed: the parts of a random split are then disjoint.
fn in_fixed_order(input: Plan) -> Plan {
    let has_order = |column: &&Attribute| is_orderable(&column.data_type);
    let keys: Vec<SortKey> = input
        .output()
        .iter()
        .filter(has_order)
        .map(|column| SortKey {
            expr: Expr::column(column),
            descending: false,
            nulls_first: true,
        })
        .collect();
    if keys.is_empty() {
        return input;
    }
    let output = input.output().to_vec();
    let sort = PlanKind::Sort {
        input,
        keys,
        global: false,
    };
    Plan::new(sort, output)
}
