//! Resolved expressions as expressions of DataFusion.

mod aggregate;
mod call;
mod partition;
mod subquery;
mod window;

pub(crate) use subquery::{gives_one_row, outward};

use datafusion::logical_expr::expr::{Lambda, LambdaVariable};
use datafusion::logical_expr::{Cast as DfCast, Expr as DfExpr, SortExpr};
use flint_sql_analyzer::functions::constant;
use flint_sql_analyzer::resolved::{Expr, ExprKind, SortKey};
use flint_sql_columnar::{Raised, arrow_field, arrow_type, scalar};
use flint_sql_functions::Site;
use flint_sql_spec::{CastMode, DataType, SqlError, with_stack};

use crate::columns;
use crate::lower::{Lowering, has_floats};

impl Lowering<'_> {
    /// One expression.
    pub(crate) fn expr(&self, expr: &Expr) -> Result<DfExpr, Raised> {
        with_stack(|| self.expression(expr))
    }

    fn expression(&self, expr: &Expr) -> Result<DfExpr, Raised> {
        match expr.kind() {
            ExprKind::Literal(value) => Ok(DfExpr::Literal(scalar(value)?, None)),
            ExprKind::Column(column) => Ok(columns::column(column)),
            ExprKind::Outer(column) => {
                let name = columns::name(column.id);
                let field = arrow_field(&name, &column.data_type, column.nullable)?;
                let column = datafusion::common::Column::new_unqualified(name);
                Ok(DfExpr::OuterReferenceColumn(field, column))
            }
            ExprKind::Call(call) => self.call(expr, call),
            ExprKind::Cast(cast) => self.cast(expr, &cast.expr, cast.mode),
            ExprKind::Subquery(subquery) => self.subquery_value(subquery),
            ExprKind::Field { child, ordinal, .. } => self.field(expr, child, *ordinal),
            ExprKind::Lambda { parameters, body } => {
                let names = parameters
                    .iter()
                    .map(|parameter| columns::name(parameter.id));
                Ok(DfExpr::Lambda(Lambda::new(
                    names.collect(),
                    self.expr(body)?,
                )))
            }
            ExprKind::Variable(variable) => {
                let name = columns::name(variable.id);
                // Parameters of lambdas are nullable, whatever the elements are.
                let field = arrow_field(&name, &variable.data_type, true)?;
                Ok(DfExpr::LambdaVariable(LambdaVariable::new(
                    name,
                    Some(field),
                )))
            }
            ExprKind::Aggregate(_) | ExprKind::Window(_) => {
                Err(SqlError::internal("an aggregate outside of its node").into())
            }
        }
    }

    /// An expression by which rows are chosen: subqueries in it become joins.
    pub(crate) fn condition(&self, expr: &Expr) -> Result<DfExpr, Raised> {
        with_stack(|| self.chosen_by(expr, false))
    }

    /// The value in a form whose equality and order are Spark's: 0.0 and -0.0 are one, all NaN are.
    pub(crate) fn comparable(&self, expr: &Expr) -> Result<DfExpr, Raised> {
        let value = self.expr(expr)?;
        if !has_floats(expr.data_type()) || matches!(expr.kind(), ExprKind::Literal(_)) {
            return Ok(value);
        }
        let site = Site {
            nullable: expr.nullable(),
            ..self.site(std::slice::from_ref(expr), expr, true)
        };
        self.function("normalizenanandzero", &site, vec![value])
    }

    /// Keys of an order.
    pub(crate) fn sort_keys(&self, keys: &[SortKey]) -> Result<Vec<SortExpr>, Raised> {
        let key = |key: &SortKey| {
            let expr = self.comparable(&key.expr)?;
            Ok(SortExpr::new(expr, !key.descending, key.nulls_first))
        };
        keys.iter().map(key).collect()
    }

    fn cast(&self, whole: &Expr, from: &Expr, mode: CastMode) -> Result<DfExpr, Raised> {
        let value = self.expr(from)?;
        let (source, target) = (from.data_type(), whole.data_type());
        let (source_layout, layout) = (arrow_type(source)?, arrow_type(target)?);
        if source_layout == layout && alike(source, target) {
            return Ok(value);
        }
        if widens(source, target) {
            return Ok(DfExpr::Cast(DfCast::new(Box::new(value), layout)));
        }
        let name = if mode == CastMode::Try {
            "try_cast"
        } else {
            "cast"
        };
        let ansi = mode == CastMode::Ansi;
        let site = self.site(std::slice::from_ref(from), whole, ansi);
        self.function(name, &site, vec![value])
    }

    fn field(&self, whole: &Expr, child: &Expr, ordinal: usize) -> Result<DfExpr, Raised> {
        let name = match child.data_type() {
            DataType::Array { .. } => "getarraystructfields",
            _ => "getstructfield",
        };
        let place = Expr::literal(i32::try_from(ordinal).unwrap_or(i32::MAX).into());
        let site = self.site(&[child.clone(), place.clone()], whole, true);
        let args = vec![self.expr(child)?, self.expr(&place)?];
        self.function(name, &site, args)
    }

    /// What a function is told of a call.
    pub(crate) fn site(&self, args: &[Expr], whole: &Expr, ansi: bool) -> Site {
        Site {
            arguments: args.iter().map(|arg| arg.data_type().clone()).collect(),
            constants: args.iter().map(constant).collect(),
            result: whole.data_type().clone(),
            nullable: whole.nullable(),
            ansi,
            settings: self.settings.clone(),
            origin: whole.origin().clone(),
        }
    }
}

/// Whether values of both types are the same values.
fn alike(from: &DataType, to: &DataType) -> bool {
    match (from, to) {
        // A struct of two byte strings lies as a variant does.
        (DataType::Variant, _) | (_, DataType::Variant) => from == to,
        // Padding and length of these are checked by the cast.
        (_, DataType::Char(_) | DataType::VarChar(_)) => from == to,
        (DataType::DayTimeInterval(_), DataType::DayTimeInterval(_))
        | (DataType::YearMonthInterval(_), DataType::YearMonthInterval(_))
        | (DataType::Time(_), DataType::Time(_)) => from == to,
        _ => true,
    }
}

/// Whether every value of a type is one of the other, and Arrow converts it as Spark does.
fn widens(from: &DataType, to: &DataType) -> bool {
    use DataType::{Byte, Decimal, Double, Float, Integer, Long, Null, Short};
    let rank = |data_type: &DataType| match data_type {
        Byte => Some(1),
        Short => Some(2),
        Integer => Some(3),
        Long => Some(4),
        _ => None,
    };
    match (from, to) {
        (Null, _) => true,
        (Float, Double) => true,
        (Byte | Short | Integer, Double) => true,
        (
            Decimal { precision, scale },
            Decimal {
                precision: to_precision,
                scale: to_scale,
            },
        ) => {
            to_scale >= scale
                && i16::from(*to_precision) - i16::from(*to_scale)
                    >= i16::from(*precision) - i16::from(*scale)
        }
        _ => match (rank(from), rank(to)) {
            (Some(from), Some(to)) => from < to,
            _ => false,
        },
    }
}
