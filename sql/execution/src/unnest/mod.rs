//! Subqueries that refer to the query around them, as joins.
//!
//! DataFusion undoes correlations that are equalities in a filter near the top of the subquery. All
//! others are undone here, before lowering: the distinct values that the subquery refers to are
//! brought into it ([`dependent`]), so that it gives its rows for all of them at once, and the query
//! around is joined with it on these values. Source: Neumann and Kemper, "Unnesting Arbitrary
//! Queries", BTW 2015.
//!
//! A scalar subquery becomes a column of a left join, null where it has no row; EXISTS and IN become
//! the question whether there is a partner. As in Spark's existence join, IN as a value is never null.

mod dependent;
mod shape;

use std::cell::Cell;

use flint_sql_analyzer::resolved::{
    Aggregate, Attribute, Call, CalledAs, ColumnId, Expr, ExprKind, Join, JoinKind, Named, Plan,
    PlanKind, Subquery, SubqueryKind,
};
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, Literal, SqlError, with_stack};

use crate::expr::{gives_one_row, outward};
use shape::{has_subquery, is_easy, outer_columns};

/// Columns that are made up here are called by ids from this one on.
const FIRST_ID: u64 = 1 << 48;

/// The plan without correlations that DataFusion cannot undo.
///
/// # Errors
/// `UNSUPPORTED_FEATURE` for a subquery with an operator that has no dependent form.
pub(crate) fn unnested(plan: &Plan) -> Result<Option<Plan>, Raised> {
    if !has_subquery(plan) {
        return Ok(None);
    }
    let unnesting = Unnesting {
        next: Cell::new(FIRST_ID),
    };
    unnesting.plan(plan).map(Some)
}

struct Unnesting {
    next: Cell<u64>,
}

impl Unnesting {
    fn plan(&self, plan: &Plan) -> Result<Plan, Raised> {
        with_stack(|| self.node(plan))
    }

    fn node(&self, plan: &Plan) -> Result<Plan, Raised> {
        let inputs = plan.inputs().into_iter().map(|input| self.plan(input));
        let inputs: Vec<Plan> = inputs.collect::<Result<_, _>>()?;
        if let PlanKind::Join(join) = plan.kind()
            && join.lateral
            && let [left, right] = inputs.as_slice()
            && !is_easy(right, None)
            && !shape::is_applied(right)
            && matches!(join.kind, JoinKind::Inner | JoinKind::Left)
        {
            return self.lateral(join, left, right);
        }
        let takes = matches!(
            plan.kind(),
            PlanKind::Project { .. }
                | PlanKind::Filter { .. }
                | PlanKind::Aggregate { .. }
                | PlanKind::Sort { .. }
                | PlanKind::Window { .. }
        );
        let mut inputs = inputs;
        let mut failed = None;
        let chooses = matches!(plan.kind(), PlanKind::Filter { .. } | PlanKind::Join(_));
        let mapped = plan.map_exprs(&mut |expr| match self.expr(
            expr,
            chooses,
            inputs.first_mut().filter(|_| takes),
        ) {
            Ok(expr) => expr,
            Err(error) => {
                failed.get_or_insert(error);
                expr.clone()
            }
        });
        match failed {
            Some(error) => Err(error),
            None => Ok(mapped.with_inputs(inputs)),
        }
    }

    /// An expression with columns of joins, which the input gets, in the place of subqueries; `chooses`
    /// says that it is a condition by which rows are chosen.
    fn expr(
        &self,
        expr: &Expr,
        chooses: bool,
        mut input: Option<&mut Plan>,
    ) -> Result<Expr, Raised> {
        let mut failed = None;
        let replaced = expr.replace(&mut |part| {
            let (subquery, negated) = match part.kind() {
                ExprKind::Subquery(subquery) => (subquery, false),
                ExprKind::Call(call) if &*call.function == "not" => match call.args[0].kind() {
                    ExprKind::Subquery(subquery) => (subquery, true),
                    _ => return None,
                },
                _ => return None,
            };
            // Lowering counts rows for EXISTS and IN that are values.
            let easy_as = match chooses {
                true => &subquery.kind,
                false => &SubqueryKind::Scalar,
            };
            let found = self.subquery(part, subquery, negated, easy_as, input.as_deref_mut());
            match found {
                Ok(found) => Some(found),
                Err(error) => {
                    failed.get_or_insert(error);
                    Some(part.clone())
                }
            }
        });
        match failed {
            Some(error) => Err(error),
            None => Ok(replaced),
        }
    }

    fn subquery(
        &self,
        whole: &Expr,
        subquery: &Subquery,
        negated: bool,
        easy_as: &SubqueryKind,
        input: Option<&mut Plan>,
    ) -> Result<Expr, Raised> {
        let plan = self.plan(&subquery.plan)?;
        let rebuilt = || {
            let inner = ExprKind::Subquery(Subquery {
                plan: plan.clone(),
                ..subquery.clone()
            });
            match whole.kind() {
                ExprKind::Call(call) => {
                    let value = call.args[0].with_kind(inner);
                    whole.map_children(&mut |_| value.clone())
                }
                _ => whole.with_kind(inner),
            }
        };
        let Some(input) = input.filter(|_| !is_easy(&plan, Some(easy_as))) else {
            return Ok(rebuilt());
        };
        match &subquery.kind {
            SubqueryKind::Scalar => {
                let value = self.scalar(&plan, input)?;
                Ok(if negated { not(value) } else { value })
            }
            SubqueryKind::Exists => self.exists(&plan, negated, input),
            SubqueryKind::In(values) => {
                let mut plan = plan;
                for (value, column) in values.iter().zip(subquery.plan.output()) {
                    let outer = outward(value);
                    let nullable = outer.nullable() || column.nullable;
                    let args = vec![Expr::column(column), outer];
                    let mut equal = call("==", args, DataType::Boolean, nullable);
                    if negated && nullable {
                        let unknown = call("isnull", vec![equal.clone()], DataType::Boolean, false);
                        equal = call("or", vec![equal, unknown], DataType::Boolean, true);
                    }
                    let kind = PlanKind::Filter {
                        input: plan.clone(),
                        condition: equal,
                    };
                    plan = Plan::like(&plan, kind);
                }
                self.exists(&plan, negated, input)
            }
        }
    }

    /// The only value of a subquery as a column of the input.
    fn scalar(&self, plan: &Plan, input: &mut Plan) -> Result<Expr, Raised> {
        let outer = outer_columns(plan);
        let (mut rows, given) = self.dependent(plan, &outer, input)?;
        let Some(value) = plan.output().first() else {
            return Err(SqlError::internal("a scalar subquery has a column").into());
        };
        let mut value = value.clone();
        if !gives_one_row(plan) {
            let only = ExprKind::Aggregate(Aggregate {
                function: "single_value".into(),
                alias: CalledAs::default(),
                args: vec![Expr::column(&value)],
                distinct: false,
                filter: None,
                order: Vec::new(),
                ignore_nulls: false,
                ansi: true,
                native: None,
            });
            let only = Expr::new(only, value.data_type.clone(), true);
            value = self.column(&value);
            let aggregates = vec![Named {
                expr: only,
                column: value.clone(),
            }];
            let output = given.iter().chain([&value]).cloned().collect();
            let kind = PlanKind::Aggregate {
                input: rows,
                grouping: given.iter().map(Named::kept).collect(),
                sets: None,
                aggregates,
            };
            rows = Plan::new(kind, output);
        }
        let kept = given.iter().chain([&value]).map(Named::kept);
        let rows = Plan::project(rows, kept.collect());
        value.nullable = true;
        *input = joined(input, &outer, rows, &given, &value);
        Ok(Expr::column(&value))
    }

    /// Whether a subquery has a row, as an expression over the input.
    fn exists(&self, plan: &Plan, negated: bool, input: &mut Plan) -> Result<Expr, Raised> {
        let outer = outer_columns(plan);
        let (rows, given) = self.dependent(plan, &outer, input)?;
        let kept: Vec<Named> = given.iter().map(Named::kept).collect();
        let some = distinct(Plan::project(rows, kept.clone()));
        let mut marker = self.named("exists", Expr::literal(Literal::Boolean(true)));
        let marked = kept.into_iter().chain([marker.clone()]).collect();
        let rows = Plan::project(some, marked);
        marker.column.nullable = true;
        *input = joined(input, &outer, rows, &given, &marker.column);
        let function = if negated { "isnull" } else { "isnotnull" };
        let marker = vec![Expr::column(&marker.column)];
        Ok(call(function, marker, DataType::Boolean, false))
    }

    fn lateral(&self, join: &Join, left: &Plan, right: &Plan) -> Result<Plan, Raised> {
        let outer = outer_columns(right);
        let (rows, given) = self.dependent(right, &outer, left)?;
        let kept = given.iter().chain(right.output()).map(Named::kept);
        let rows = Plan::project(rows, kept.collect());
        let mut output = left.output().to_vec();
        output.extend(right.output().iter().map(|column| Attribute {
            nullable: column.nullable || join.kind == JoinKind::Left,
            ..column.clone()
        }));
        let condition = both(same(&outer, &given, left), join.condition.clone());
        let kind = PlanKind::Join(Join {
            left: left.clone(),
            right: rows,
            kind: join.kind,
            condition,
            lateral: false,
        });
        Ok(Plan::new(kind, output))
    }

    fn id(&self) -> ColumnId {
        let next = self.next.get();
        self.next.set(next + 1);
        ColumnId(next)
    }

    /// Another column like one that there is.
    fn column(&self, like: &Attribute) -> Attribute {
        Attribute {
            id: self.id(),
            ..like.clone()
        }
    }

    fn named(&self, name: &str, expr: Expr) -> Named {
        let column = Attribute {
            id: self.id(),
            name: name.into(),
            data_type: expr.data_type().clone(),
            nullable: expr.nullable(),
            metadata: None,
        };
        Named { expr, column }
    }
}

/// The input beside the rows that a subquery gives for its values, with nulls where it gives none.
fn joined(
    input: &Plan,
    outer: &[Attribute],
    rows: Plan,
    given: &[Attribute],
    value: &Attribute,
) -> Plan {
    let mut output = input.output().to_vec();
    output.extend(given.iter().map(nullable));
    output.push(value.clone());
    let join = Join {
        left: input.clone(),
        right: rows,
        kind: JoinKind::Left,
        condition: same(outer, given, input),
        lateral: false,
    };
    Plan::new(PlanKind::Join(join), output)
}

fn nullable(column: &Attribute) -> Attribute {
    Attribute {
        nullable: true,
        ..column.clone()
    }
}

/// A plan's rows, each once.
fn distinct(plan: Plan) -> Plan {
    let kind = PlanKind::Deduplicate {
        input: plan.clone(),
        columns: Vec::new(),
    };
    Plan::like(&plan, kind)
}

fn call(function: &str, args: Vec<Expr>, data_type: DataType, nullable: bool) -> Expr {
    let call = Call {
        function: function.into(),
        alias: CalledAs::default(),
        args,
        ansi: true,
        native: None,
    };
    Expr::call(call, data_type, nullable)
}

fn not(value: Expr) -> Expr {
    let nullable = value.nullable();
    call("not", vec![value], DataType::Boolean, nullable)
}

fn both(left: Option<Expr>, right: Option<Expr>) -> Option<Expr> {
    match (left, right) {
        (Some(left), Some(right)) => {
            let nullable = left.nullable() || right.nullable();
            Some(call("and", vec![left, right], DataType::Boolean, nullable))
        }
        (one, other) => one.or(other),
    }
}

/// Whether values of the query around, which come from the input or from further out, are those that
/// were given to a subquery.
fn same(outer: &[Attribute], given: &[Attribute], input: &Plan) -> Option<Expr> {
    let pairs = outer.iter().zip(given).map(|(outer, given)| {
        let args = vec![of_input(outer, input), Expr::column(given)];
        call("<=>", args, DataType::Boolean, false)
    });
    pairs.fold(None, |all, pair| both(all, Some(pair)))
}

/// A column as seen from above the input: one of its own, or one of a query around that.
fn of_input(column: &Attribute, input: &Plan) -> Expr {
    if input.output().iter().any(|known| known.id == column.id) {
        return Expr::column(column);
    }
    let (data_type, nullable) = (column.data_type.clone(), column.nullable);
    Expr::new(ExprKind::Outer(column.clone()), data_type, nullable)
}
