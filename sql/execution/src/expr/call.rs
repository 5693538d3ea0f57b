//! Calls: operators that DataFusion has with Spark's meaning, and functions of ours.

use datafusion::functions::core::expr_fn::{coalesce, greatest, least};
use datafusion::logical_expr::expr::{HigherOrderFunction, InList, ScalarFunction};
use datafusion::logical_expr::{BinaryExpr, Case, Expr as DfExpr, Like, Operator};
use flint_sql_analyzer::resolved::{Call, Expr, ExprKind};
use flint_sql_columnar::Raised;
use flint_sql_functions::Site;
use flint_sql_spec::{Literal, SqlError};

use crate::lower::{Lowering, not_yet};

impl Lowering<'_> {
    pub(super) fn call(&self, whole: &Expr, call: &Call) -> Result<DfExpr, Raised> {
        if let Some(native) = &call.native {
            let site = self.site(&call.args, whole, call.ansi);
            let function = flint_sql_functions::native_scalar(native, &site)?;
            let args = self.exprs(&call.args)?;
            return Ok(DfExpr::ScalarFunction(ScalarFunction::new_udf(
                function, args,
            )));
        }
        if let Some(operator) = comparison(&call.function) {
            return self.compare(operator, &call.args);
        }
        match (&*call.function, call.args.as_slice()) {
            ("and", [left, right]) => self.binary(left, Operator::And, right),
            ("or", [left, right]) => self.binary(left, Operator::Or, right),
            ("not", [value]) if let ExprKind::Subquery(subquery) = value.kind() => {
                self.negated_value(subquery)
            }
            ("not", [value]) => Ok(DfExpr::Not(Box::new(self.expr(value)?))),
            ("isnull", [value]) => Ok(DfExpr::IsNull(Box::new(self.expr(value)?))),
            ("isnotnull", [value]) => Ok(DfExpr::IsNotNull(Box::new(self.expr(value)?))),
            ("in", [value, list @ ..]) => self.in_list(value, list),
            ("if", [condition, yes, no]) => self.case(&[condition, yes], Some(no)),
            ("when", args) => {
                let (pairs, otherwise) = args.split_at(args.len() / 2 * 2);
                let pairs: Vec<&Expr> = pairs.iter().collect();
                self.case(&pairs, otherwise.first())
            }
            ("coalesce", args) => Ok(coalesce(self.exprs(args)?)),
            // Both pass over nulls, as Spark's do.
            ("greatest", args) => Ok(greatest(self.comparables(args)?)),
            ("least", args) => Ok(least(self.comparables(args)?)),
            ("positive", [value]) => self.expr(value),
            ("like" | "ilike", [value, pattern, escape @ ..]) => {
                match constant_like(pattern, escape.first()) {
                    Some(pattern) => self.like(value, pattern, &*call.function == "ilike"),
                    None => self.named_function(whole, call),
                }
            }
            _ => self.named_function(whole, call),
        }
    }

    fn exprs(&self, exprs: &[Expr]) -> Result<Vec<DfExpr>, Raised> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    fn comparables(&self, exprs: &[Expr]) -> Result<Vec<DfExpr>, Raised> {
        exprs.iter().map(|expr| self.comparable(expr)).collect()
    }

    fn binary(&self, left: &Expr, operator: Operator, right: &Expr) -> Result<DfExpr, Raised> {
        let (left, right) = (self.expr(left)?, self.expr(right)?);
        Ok(binary(left, operator, right))
    }

    fn compare(&self, operator: Operator, args: &[Expr]) -> Result<DfExpr, Raised> {
        let [left, right] = args else {
            return Err(SqlError::internal("a comparison has two sides").into());
        };
        let (left, right) = (self.comparable(left)?, self.comparable(right)?);
        Ok(binary(left, operator, right))
    }

    fn in_list(&self, value: &Expr, list: &[Expr]) -> Result<DfExpr, Raised> {
        let list: Result<Vec<_>, Raised> = list.iter().map(|item| self.comparable(item)).collect();
        Ok(DfExpr::InList(InList::new(
            Box::new(self.comparable(value)?),
            list?,
            false,
        )))
    }

    fn case(&self, pairs: &[&Expr], otherwise: Option<&Expr>) -> Result<DfExpr, Raised> {
        let when_then = pairs
            .chunks_exact(2)
            .map(|pair| Ok((Box::new(self.expr(pair[0])?), Box::new(self.expr(pair[1])?))))
            .collect::<Result<Vec<_>, Raised>>()?;
        let otherwise = match otherwise {
            Some(expr) => Some(Box::new(self.expr(expr)?)),
            None => None,
        };
        Ok(DfExpr::Case(Case::new(None, when_then, otherwise)))
    }

    fn like(&self, value: &Expr, pattern: String, any_case: bool) -> Result<DfExpr, Raised> {
        Ok(DfExpr::Like(Like::new(
            false,
            Box::new(self.expr(value)?),
            Box::new(datafusion::prelude::lit(pattern)),
            Some('\\'),
            any_case,
        )))
    }

    fn named_function(&self, whole: &Expr, call: &Call) -> Result<DfExpr, Raised> {
        let site = self.site(&call.args, whole, call.ansi);
        let args = self.exprs(&call.args)?;
        let is_lambda = |arg: &Expr| matches!(arg.kind(), ExprKind::Lambda { .. });
        if call.args.iter().any(is_lambda) {
            return match flint_sql_functions::higher_order(&call.function, &site)? {
                Some(function) => Ok(DfExpr::HigherOrderFunction(HigherOrderFunction::new(
                    function, args,
                ))),
                None => Err(missing(&call.function)),
            };
        }
        self.function(&call.function, &site, args)
    }

    /// A call of a function of ours.
    pub(crate) fn function(
        &self,
        name: &str,
        site: &Site,
        args: Vec<DfExpr>,
    ) -> Result<DfExpr, Raised> {
        match flint_sql_functions::scalar(name, site)? {
            Some(function) => Ok(DfExpr::ScalarFunction(ScalarFunction::new_udf(
                function, args,
            ))),
            None => Err(Raised(missing(name).0.or_at(&site.origin))),
        }
    }
}

pub(super) fn missing(name: &str) -> Raised {
    not_yet(format!("the function {name}"))
}

pub(super) fn binary(left: DfExpr, operator: Operator, right: DfExpr) -> DfExpr {
    DfExpr::BinaryExpr(BinaryExpr::new(Box::new(left), operator, Box::new(right)))
}

fn comparison(function: &str) -> Option<Operator> {
    Some(match function {
        "==" => Operator::Eq,
        "<=>" => Operator::IsNotDistinctFrom,
        "<" => Operator::Lt,
        "<=" => Operator::LtEq,
        ">" => Operator::Gt,
        ">=" => Operator::GtEq,
        _ => return None,
    })
}

/// The pattern of a LIKE, where it is a constant that can be read, as Arrow's LIKE takes it.
fn constant_like(pattern: &Expr, escape: Option<&Expr>) -> Option<String> {
    let text = |expr: &Expr| match expr.as_literal() {
        Some(Literal::String(text)) => Some(text.clone()),
        _ => None,
    };
    let escape = match escape {
        Some(escape) => text(escape)?.chars().next()?,
        None => '\\',
    };
    flint_sql_functions::like_pattern(&text(pattern)?, escape)
}
