//! [`Scalar`]: a function of rows; [`SparkScalar`]: one call of it, as DataFusion sees it.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, OnceLock};

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::{DataType as ArrowType, Field, FieldRef};
use datafusion::common::{Result as DataFusionResult, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    TypeSignature, Volatility,
};
use flint_sql_columnar::{Raised, to_datafusion};
use flint_sql_spec::{Result, SqlError, with_stack};
use serde::{Deserialize, Serialize};

use crate::arguments::Arguments;
use crate::layout::laid_out;
use crate::site::Site;

/// What computes: columns in, a column of as many rows out, of the layout of the site's result.
pub type Kernel = Arc<dyn Fn(&Arguments) -> Result<ArrayRef, Raised> + Send + Sync>;

/// A function of rows: an entry of a family's table.
#[derive(Debug, Clone, Copy)]
pub struct Scalar {
    pub(crate) name: &'static str,
    pub(crate) make: fn(&Site) -> Result<Kernel>,
    pub(crate) volatility: Volatility,
}

impl Scalar {
    /// A function of the analyzer's name for it, that gives equal values for equal arguments. `make`
    /// is asked once for each call of a plan.
    pub const fn new(name: &'static str, make: fn(&Site) -> Result<Kernel>) -> Scalar {
        Scalar {
            name,
            make,
            volatility: Volatility::Immutable,
        }
    }

    /// The same, with another value for each row.
    #[must_use]
    pub const fn volatile(self) -> Scalar {
        Scalar {
            volatility: Volatility::Volatile,
            ..self
        }
    }
}

/// One call of a function, with its types settled.
pub struct SparkScalar {
    definition: &'static Scalar,
    site: Site,
    layout: ArrowType,
    signature: Signature,
    kernel: Kernel,
    /// Made of the arguments when it is first asked for.
    tag: OnceLock<u64>,
}

impl SparkScalar {
    pub(crate) fn new(definition: &'static Scalar, site: &Site) -> Result<SparkScalar> {
        let kernel = (definition.make)(site).map_err(|error| error.or_at(&site.origin))?;
        Ok(SparkScalar {
            definition,
            layout: site.result_layout()?,
            signature: signature(definition.volatility),
            site: site.clone(),
            kernel,
            tag: OnceLock::new(),
        })
    }

    /// What is known of the call.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// The analyzer's name of the function.
    pub(crate) fn definition_name(&self) -> &'static str {
        self.definition.name
    }

    /// A number that tells this call from others in a plan.
    fn tag(&self, args: &[Expr]) -> u64 {
        *self.tag.get_or_init(|| {
            let mut hasher = DefaultHasher::new();
            self.hash(&mut hasher);
            args.iter().for_each(|arg| tag_of(arg).hash(&mut hasher));
            hasher.finish()
        })
    }

    fn run(&self, arguments: &Arguments) -> Result<ArrayRef> {
        let found = (self.kernel)(arguments).map_err(|error| error.0.or_at(&self.site.origin))?;
        if found.len() != arguments.rows() {
            let (name, found, rows) = (self.definition.name, found.len(), arguments.rows());
            return Err(SqlError::internal(format!(
                "{name} gave {found} values for {rows} rows"
            )));
        }
        if found.data_type() == &self.layout {
            return Ok(found);
        }
        // Names and nullability of nested fields may differ; anything else is a bug of the kernel.
        laid_out(&found, &self.layout).map_err(|error| error.0)
    }
}

impl ScalarUDFImpl for SparkScalar {
    fn name(&self) -> &str {
        self.definition.name
    }

    /// A name for the call of bounded length: DataFusion's own holds the text of everything below, and
    /// is made anew at each level.
    fn schema_name(&self, args: &[Expr]) -> DataFusionResult<String> {
        let simple = |arg: &Expr| matches!(arg, Expr::Column(_) | Expr::Literal(..));
        if args.iter().all(simple) {
            let names: Vec<String> = args.iter().map(|a| a.schema_name().to_string()).collect();
            return Ok(format!("{}({})", self.name(), names.join(",")));
        }
        Ok(format!("{}@{:016x}", self.name(), self.tag(args)))
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
        let constant = self.definition.volatility != Volatility::Volatile
            && args
                .args
                .iter()
                .all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let rows = if constant { 1 } else { args.number_rows };
        let found = self
            .run(&Arguments::new(args.args, rows))
            .map_err(to_datafusion)?;
        Ok(if constant {
            ColumnarValue::Scalar(ScalarValue::try_from_array(&found, 0)?)
        } else {
            ColumnarValue::Array(found)
        })
    }
}

/// A number that tells expressions apart. Calls of ours remember theirs, so that a tree of calls is
/// walked once.
fn tag_of(expr: &Expr) -> u64 {
    with_stack(|| {
        let mut hasher = DefaultHasher::new();
        match expr {
            Expr::Alias(alias) => return tag_of(&alias.expr),
            Expr::ScalarFunction(call) => {
                if let Some(ours) = call.func.inner().downcast_ref::<SparkScalar>() {
                    return ours.tag(&call.args);
                }
                call.func.name().hash(&mut hasher);
                call.args
                    .iter()
                    .for_each(|arg| tag_of(arg).hash(&mut hasher));
            }
            Expr::BinaryExpr(binary) => {
                (tag_of(&binary.left), binary.op, tag_of(&binary.right)).hash(&mut hasher);
            }
            other => other.hash(&mut hasher),
        }
        hasher.finish()
    })
}

impl PartialEq for SparkScalar {
    fn eq(&self, other: &Self) -> bool {
        self.definition.name == other.definition.name && self.site == other.site
    }
}

impl Eq for SparkScalar {}

impl Hash for SparkScalar {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.definition.name.hash(state);
        self.site.hash(state);
    }
}

impl fmt::Debug for SparkScalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SparkScalar")
            .field("name", &self.definition.name)
            .field("site", &self.site)
            .finish_non_exhaustive()
    }
}

/// Any arguments, also none: the analyzer has looked at them.
fn signature(volatility: Volatility) -> Signature {
    let any = vec![TypeSignature::VariadicAny, TypeSignature::Nullary];
    Signature::one_of(any, volatility)
}

#[derive(Serialize, Deserialize)]
struct Travelling {
    name: String,
    site: Site,
}

/// The call as bytes, if it is one of ours.
pub fn encode(function: &ScalarUDF) -> Option<Vec<u8>> {
    let call = function.inner().downcast_ref::<SparkScalar>()?;
    let travelling = Travelling {
        name: call.definition.name.to_owned(),
        site: call.site.clone(),
    };
    Some(postcard::to_allocvec(&travelling).expect("sites are plain data"))
}

/// The call that [`encode`] made these bytes of.
///
/// # Errors
/// `INTERNAL_ERROR` for other bytes, or for a function that this build doesn't know.
pub fn decode(bytes: &[u8]) -> Result<Arc<ScalarUDF>> {
    let call: Travelling = postcard::from_bytes(bytes)
        .map_err(|error| SqlError::internal(format!("a call that can't be read: {error}")))?;
    crate::scalar(&call.name, &call.site)?
        .ok_or_else(|| SqlError::internal(format!("there is no function {}", call.name)))
}
