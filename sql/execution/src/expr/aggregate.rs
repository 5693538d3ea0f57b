//! Calls of aggregate functions.

use std::sync::Arc;

use datafusion::functions::core::expr_fn::r#struct as row;
use datafusion::logical_expr::expr::{AggregateFunction, NullTreatment};
use datafusion::logical_expr::{AggregateUDF, Case, Expr as DfExpr, Operator, SortExpr};
use flint_sql_analyzer::resolved::{Aggregate, Expr};
use flint_sql_columnar::Raised;
use flint_sql_functions::Site;

use super::call::{binary, missing};
use crate::lower::Lowering;

impl Lowering<'_> {
    /// What is known of an aggregate's call.
    pub(crate) fn aggregate_site(&self, whole: &Expr, call: &Aggregate) -> Site {
        self.site(&call.args, whole, call.ansi)
    }

    /// The function that an aggregate's call means: built in, or of the program.
    pub(crate) fn aggregate_function(
        &self,
        call: &Aggregate,
        site: &Site,
    ) -> Result<Arc<AggregateUDF>, Raised> {
        if let Some(native) = &call.native {
            return Ok(flint_sql_functions::native_aggregate(native, site)?);
        }
        flint_sql_functions::aggregate(&call.function, site)?
            .ok_or_else(|| Raised(missing(&call.function).0.or_at(&site.origin)))
    }

    /// The call over arguments that are lowered already.
    pub(crate) fn aggregate_call(
        &self,
        whole: &Expr,
        call: &Aggregate,
        args: Vec<DfExpr>,
        filter: Option<DfExpr>,
        order: Vec<SortExpr>,
    ) -> Result<DfExpr, Raised> {
        let site = self.aggregate_site(whole, call);
        let function = self.aggregate_function(call, &site)?;
        let args = match args.as_slice() {
            [_, _, ..] if &*call.function == "count" && call.native.is_none() => {
                vec![together(args)]
            }
            _ => args,
        };
        let nulls = call.ignore_nulls.then_some(NullTreatment::IgnoreNulls);
        Ok(DfExpr::AggregateFunction(AggregateFunction::new_udf(
            function,
            args,
            call.distinct,
            filter.map(Box::new),
            order,
            nulls,
        )))
    }
}

/// Several arguments of `count` as one: null if one of them is.
fn together(args: Vec<DfExpr>) -> DfExpr {
    let is_null = |arg: &DfExpr| DfExpr::IsNull(Box::new(arg.clone()));
    let any = args
        .iter()
        .map(is_null)
        .reduce(|left, right| binary(left, Operator::Or, right));
    match any {
        Some(any) => {
            let no = DfExpr::Not(Box::new(any));
            DfExpr::Case(Case::new(
                None,
                vec![(Box::new(no), Box::new(row(args)))],
                None,
            ))
        }
        None => row(args),
    }
}
