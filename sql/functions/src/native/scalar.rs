//! [`NativeScalar`]: a closure over columns, as DataFusion sees a call of it.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef};
use arrow::compute::cast;
use arrow::datatypes::{DataType as ArrowType, Field, FieldRef};
use datafusion::common::{Result as DataFusionResult, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    TypeSignature, Volatility,
};
use flint_sql_columnar::to_datafusion;
use flint_sql_spec::{NativeFunction, Result, SqlError};

use super::{Called, guarded};
use crate::layout::laid_out;
use crate::site::Site;

/// A closure over columns: arguments of as many rows as the number says, and a column of as many
/// out.
pub type NativeKernel = Arc<dyn Fn(&[ArrayRef], usize) -> Result<ArrayRef> + Send + Sync>;

/// One call of a native function.
struct NativeScalar {
    function: Arc<NativeFunction>,
    site: Site,
    called: Called,
    layout: ArrowType,
    signature: Signature,
    kernel: NativeKernel,
}

/// The function of a call.
///
/// # Errors
/// If its code is not a [`NativeKernel`], or its type has no layout.
pub fn native_scalar(function: &Arc<NativeFunction>, site: &Site) -> Result<Arc<ScalarUDF>> {
    let kernel = function
        .code
        .get::<NativeKernel>()
        .ok_or_else(|| SqlError::internal("the code of a function is no kernel"))?;
    let volatility = match function.deterministic {
        true => Volatility::Immutable,
        false => Volatility::Volatile,
    };
    let any = vec![TypeSignature::VariadicAny, TypeSignature::Nullary];
    Ok(Arc::new(ScalarUDF::new_from_impl(NativeScalar {
        function: Arc::clone(function),
        called: Called::of(function, &site.arguments),
        layout: site.result_layout()?,
        signature: Signature::one_of(any, volatility),
        site: site.clone(),
        kernel: Arc::clone(kernel),
    })))
}

impl NativeScalar {
    fn run(&self, args: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        let found = guarded(&self.called, || (self.kernel)(args, rows))
            .map_err(|error| error.or_at(&self.site.origin))?;
        if found.len() != rows {
            let reason = format!("it gave {} values for {rows} rows", found.len());
            return Err(self.called.failed(&reason).or_at(&self.site.origin));
        }
        laid_out(&found, &self.layout).map_err(|_| {
            let (given, wanted) = (found.data_type(), &self.layout);
            let reason = format!("it gave a column of {given} where {wanted} was said");
            self.called.failed(&reason).or_at(&self.site.origin)
        })
    }
}

impl ScalarUDFImpl for NativeScalar {
    fn name(&self) -> &str {
        &self.function.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[ArrowType]) -> DataFusionResult<ArrowType> {
        Ok(self.layout.clone())
    }

    fn return_field_from_args(&self, _: ReturnFieldArgs<'_>) -> DataFusionResult<FieldRef> {
        let field = Field::new(self.name(), self.layout.clone(), self.site.nullable);
        Ok(Arc::new(field))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> DataFusionResult<ColumnarValue> {
        let is_constant = |arg: &ColumnarValue| matches!(arg, ColumnarValue::Scalar(_));
        let constant = self.function.deterministic && args.args.iter().all(is_constant);
        let rows = if constant { 1 } else { args.number_rows };
        let columns: DataFusionResult<Vec<ArrayRef>> = args
            .args
            .into_iter()
            .map(|arg| plain(arg.into_array(rows)?))
            .collect();
        let found = self.run(&columns?, rows).map_err(to_datafusion)?;
        Ok(if constant {
            ColumnarValue::Scalar(ScalarValue::try_from_array(&found, 0)?)
        } else {
            ColumnarValue::Array(found)
        })
    }
}

/// Columns of strings as the program knows them: scans may give views.
fn plain(column: ArrayRef) -> DataFusionResult<ArrayRef> {
    match column.data_type() {
        ArrowType::Utf8View => Ok(cast(&column, &ArrowType::Utf8)?),
        ArrowType::BinaryView => Ok(cast(&column, &ArrowType::Binary)?),
        _ => Ok(column),
    }
}

impl PartialEq for NativeScalar {
    fn eq(&self, other: &Self) -> bool {
        self.function == other.function && self.site == other.site
    }
}

impl Eq for NativeScalar {}

impl Hash for NativeScalar {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.function.hash(state);
        self.site.hash(state);
    }
}

impl fmt::Debug for NativeScalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NativeScalar")
            .field("name", &self.function.name)
            .finish_non_exhaustive()
    }
}
