//! Functions of the program: closures over values ([`udf`]), over Arrow columns ([`arrow_udf`]), and
//! aggregates ([`udaf`]).
//!
//! They are called with columns, or registered by a name for SQL
//! ([`SparkSession::udf`](crate::SparkSession::udf)). Types are found from the closure's own: see
//! [`encoder`](crate::encoder). Arguments are cast to them as those of built-in functions are. A
//! panic fails the query with `FAILED_EXECUTE_UDF`, and nothing else.

mod aggregator;
mod closure;
mod registration;

pub use aggregator::{Aggregator, udaf};
pub use closure::{IntoUdf, udf};
pub use registration::UdfRegistration;

use std::fmt::Display;
use std::sync::Arc;

use arrow::array::ArrayRef;
use flint_sql_functions::NativeKernel;
use flint_sql_spec::{
    DataType, ExprKind, Ident, NativeCall, NativeCode, NativeFunction, Result, SqlError, condition,
};

use crate::column::{ApiCall, Column, IntoColumns};

/// What a function without a name is called in names of columns.
const UNNAMED: &str = "UDF";

/// A function of the program that can be called with columns.
///
/// ```
/// use flint_sql::functions::{col, udf};
/// # let spark = flint_sql::SparkSession::builder().master("local[1]").get_or_create()?;
/// let double = udf(|n: i64| n * 2).with_name("double");
/// let rows = spark.range(1, 3).select(double.call(col("id")).alias("n")).collect()?;
/// assert_eq!(rows[1].get_by_name::<i64>("n")?, 4);
/// # Ok::<(), flint_sql::SqlError>(())
/// ```
#[derive(Debug, Clone)]
pub struct UserDefinedFunction {
    function: Result<NativeFunction>,
}

impl UserDefinedFunction {
    fn made(function: Result<NativeFunction>) -> UserDefinedFunction {
        UserDefinedFunction { function }
    }

    fn map(self, change: impl FnOnce(&mut NativeFunction)) -> UserDefinedFunction {
        let function = self.function.map(|mut function| {
            change(&mut function);
            function
        });
        UserDefinedFunction { function }
    }

    /// The same under a name, which names of columns and messages show.
    #[must_use]
    pub fn with_name(self, name: &str) -> UserDefinedFunction {
        self.map(|function| function.name = name.into())
    }

    /// The same, of which the optimizer must not think that equal arguments give equal results.
    #[must_use]
    pub fn as_nondeterministic(self) -> UserDefinedFunction {
        self.map(|function| function.deterministic = false)
    }

    /// The same, promising that its result is never null. A null that comes all the same fails the
    /// query.
    #[must_use]
    pub fn as_non_nullable(self) -> UserDefinedFunction {
        self.map(|function| function.nullable = false)
    }

    /// Whether the result can be null.
    pub fn is_nullable(&self) -> bool {
        self.function.as_ref().is_ok_and(|f| f.nullable)
    }

    /// Whether equal arguments give equal results.
    pub fn is_deterministic(&self) -> bool {
        self.function.as_ref().is_ok_and(|f| f.deterministic)
    }

    /// Calls the function with columns.
    #[track_caller]
    pub fn call(&self, args: impl IntoColumns) -> Column {
        let mut call = ApiCall::of("udf");
        let args = call.exprs(args);
        match &self.function {
            Ok(function) => call.column(ExprKind::Native(NativeCall {
                function: Arc::new(function.clone()),
                args,
            })),
            Err(error) => {
                call.refuse(error.clone());
                call.function(UNNAMED, args)
            }
        }
    }

    /// The function, or why its types have no form in SQL.
    pub(crate) fn ready(self) -> Result<NativeFunction> {
        self.function
    }
}

/// A function over whole columns of a batch: as many Arrow arrays as it is called with, of rows that
/// belong together, and an array of as many values of `output` out.
///
/// It takes any number of arguments of any types, as they are. An error of the closure fails the
/// query with `FAILED_EXECUTE_UDF`.
///
/// ```
/// use std::sync::Arc;
/// use arrow::array::{ArrayRef, AsArray};
/// use arrow::datatypes::Int64Type;
/// use flint_sql::DataType;
/// use flint_sql::functions::{arrow_udf, col};
/// # let spark = flint_sql::SparkSession::builder().master("local[1]").get_or_create()?;
/// let next = arrow_udf(DataType::Long, |columns| {
///     let numbers = columns[0].as_primitive::<Int64Type>();
///     Ok::<ArrayRef, String>(Arc::new(numbers.unary::<_, Int64Type>(|n| n + 1)))
/// });
/// let rows = spark.range(0, 2).select(next.call(col("id"))).collect()?;
/// assert_eq!(rows[1].get::<i64>(0)?, 2);
/// # Ok::<(), flint_sql::SqlError>(())
/// ```
pub fn arrow_udf<E: Display>(
    output: DataType,
    f: impl Fn(&[ArrayRef]) -> std::result::Result<ArrayRef, E> + Send + Sync + 'static,
) -> UserDefinedFunction {
    let result = output.simple_string();
    let kernel: NativeKernel = Arc::new(move |columns, _| {
        f(columns).map_err(|error| {
            SqlError::new(condition::FAILED_EXECUTE_UDF)
                .with("functionName", format!("`{UNNAMED}`"))
                .with("signature", "columns")
                .with("result", result.clone())
                .with("reason", error.to_string())
        })
    });
    UserDefinedFunction::made(Ok(NativeFunction {
        name: Ident::from(UNNAMED),
        inputs: None,
        output,
        nullable: true,
        strict: Vec::new(),
        deterministic: true,
        aggregate: false,
        code: NativeCode::new(kernel),
    }))
}
