//! One call of a higher-order function, as DataFusion sees it.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType as ArrowType, Field, FieldRef};
use datafusion::common::{Result as DataFusionResult, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, HigherOrderFunctionArgs, HigherOrderReturnFieldArgs, HigherOrderSignature,
    HigherOrderUDF, HigherOrderUDFImpl, LambdaParametersProgress, ValueOrLambda, Volatility,
};
use flint_sql_columnar::{Raised, arrow_type, to_datafusion};
use flint_sql_spec::{DataType, Result, SqlError};

use super::lambda::Call;
use crate::site::Site;

/// What computes a call.
type Run = fn(&Call<'_>) -> Result<ArrayRef, Raised>;

/// A higher-order function: an entry of a family's table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HigherOrder {
    pub(crate) name: &'static str,
    /// Types of the parameters of each lambda, in their order.
    pub(crate) parameters: fn(&Site) -> Option<Vec<Vec<DataType>>>,
    pub(crate) run: Run,
}

/// The function of a call.
pub(super) fn udf(function: &'static HigherOrder, site: &Site) -> Result<Arc<HigherOrderUDF>> {
    let wrong = || SqlError::internal(format!("{} has no such arguments", function.name));
    let parameters = (function.parameters)(site).ok_or_else(wrong)?;
    let field = |(at, data_type): (usize, &DataType)| -> Result<FieldRef> {
        Ok(Arc::new(Field::new(
            format!("p{at}"),
            arrow_type(data_type)?,
            true,
        )))
    };
    let of_lambda = |types: &Vec<DataType>| types.iter().enumerate().map(field).collect();
    let call = SparkHigherOrder {
        function,
        parameters: parameters.iter().map(of_lambda).collect::<Result<_>>()?,
        site: site.clone(),
        layout: site.result_layout()?,
        signature: HigherOrderSignature::variadic_any(Volatility::Immutable),
    };
    Ok(Arc::new(HigherOrderUDF::new_from_impl(call)))
}

struct SparkHigherOrder {
    function: &'static HigherOrder,
    site: Site,
    parameters: Vec<Vec<FieldRef>>,
    layout: ArrowType,
    signature: HigherOrderSignature,
}

impl HigherOrderUDFImpl for SparkHigherOrder {
    fn name(&self) -> &str {
        self.function.name
    }

    fn signature(&self) -> &HigherOrderSignature {
        &self.signature
    }

    fn lambda_parameters(
        &self,
        _: usize,
        _: &[ValueOrLambda<FieldRef, Option<FieldRef>>],
    ) -> DataFusionResult<LambdaParametersProgress> {
        Ok(LambdaParametersProgress::Complete(self.parameters.clone()))
    }

    fn return_field_from_args(
        &self,
        _: HigherOrderReturnFieldArgs<'_>,
    ) -> DataFusionResult<FieldRef> {
        let field = Field::new(self.function.name, self.layout.clone(), self.site.nullable);
        Ok(Arc::new(field))
    }

    fn clear_null_values(&self) -> bool {
        false
    }

    fn invoke_with_args(&self, args: HigherOrderFunctionArgs) -> DataFusionResult<ColumnarValue> {
        let found = self.run(&args).map_err(|raised| to_datafusion(raised.0))?;
        Ok(ColumnarValue::Array(found))
    }
}

impl SparkHigherOrder {
    fn run(&self, args: &HigherOrderFunctionArgs) -> Result<ArrayRef, Raised> {
        let mut call = Call {
            site: &self.site,
            layout: &self.layout,
            rows: args.number_rows,
            values: Vec::new(),
            lambdas: Vec::new(),
        };
        for arg in &args.args {
            match arg {
                ValueOrLambda::Value(ColumnarValue::Array(array)) => {
                    call.values.push(Arc::clone(array));
                }
                ValueOrLambda::Value(ColumnarValue::Scalar(value)) => {
                    call.values.push(repeated(value, args.number_rows)?);
                }
                ValueOrLambda::Lambda(lambda) => call.lambdas.push(lambda),
            }
        }
        let run = self.function.run;
        let found = run(&call).map_err(|raised| Raised(raised.0.or_at(&self.site.origin)))?;
        if found.data_type() == &self.layout {
            return Ok(found);
        }
        Ok(arrow::compute::cast(&found, &self.layout)?)
    }
}

fn repeated(value: &ScalarValue, rows: usize) -> Result<ArrayRef, Raised> {
    Ok(value.to_array_of_size(rows)?)
}

impl PartialEq for SparkHigherOrder {
    fn eq(&self, other: &Self) -> bool {
        self.function.name == other.function.name && self.site == other.site
    }
}

impl Eq for SparkHigherOrder {}

impl Hash for SparkHigherOrder {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.function.name.hash(state);
        self.site.hash(state);
    }
}

impl fmt::Debug for SparkHigherOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SparkHigherOrder")
            .field("name", &self.function.name)
            .field("site", &self.site)
            .finish_non_exhaustive()
    }
}
