//! [`udf`]: closures over values, called once for each row.

use std::sync::Arc;

use flint_sql_columnar::encoder::{CellWriter, Cells, ValueType, value_type};
use flint_sql_functions::NativeKernel;
use flint_sql_spec::{NativeCode, NativeFunction, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{UNNAMED, UserDefinedFunction};

/// What can be a function: closures of up to ten arguments, and functions that were made before.
///
/// `Args` tells them apart; nobody writes it.
pub trait IntoUdf<Args> {
    /// The function.
    fn into_udf(self) -> UserDefinedFunction;
}

/// A function of a closure over values of Rust, which is called once for each row.
///
/// Arguments and result are of types that serde knows; arguments must be written with their types. A
/// null in an argument that is no `Option` makes the result null, without a call.
///
/// ```
/// use flint_sql::functions::{col, udf};
/// # let spark = flint_sql::SparkSession::builder().master("local[1]").get_or_create()?;
/// let greet = udf(|name: String, times: Option<i32>| name.repeat(times.unwrap_or(1) as usize));
/// let rows = spark.sql("SELECT 'ab' AS s, 2 AS n UNION ALL SELECT 'c', NULL");
/// let texts = rows.select(greet.call((col("s"), col("n"))).alias("t")).order_by("t").collect()?;
/// assert_eq!(texts[0].get::<String>(0)?, "abab");
/// assert_eq!(texts[1].get::<String>(0)?, "c");
/// # Ok::<(), flint_sql::SqlError>(())
/// ```
pub fn udf<Args>(f: impl IntoUdf<Args>) -> UserDefinedFunction {
    f.into_udf()
}

impl IntoUdf<UserDefinedFunction> for UserDefinedFunction {
    fn into_udf(self) -> UserDefinedFunction {
        self
    }
}

/// The function of a kernel over values of known types.
fn function(inputs: &[ValueType], output: &ValueType, kernel: NativeKernel) -> NativeFunction {
    NativeFunction {
        name: UNNAMED.into(),
        inputs: Some(inputs.iter().map(|input| input.data_type.clone()).collect()),
        output: output.data_type.clone(),
        nullable: output.nullable,
        strict: inputs.iter().map(|input| !input.nullable).collect(),
        deterministic: true,
        aggregate: false,
        code: NativeCode::new(kernel),
    }
}

macro_rules! closures {
    ($([$($arg:ident $value:ident $at:tt),*])+) => {
        $(
            impl<F, R, $($arg),*> IntoUdf<($($arg,)*)> for F
            where
                F: Fn($($arg),*) -> R + Send + Sync + 'static,
                R: Serialize + DeserializeOwned,
                $($arg: DeserializeOwned,)*
            {
                fn into_udf(self) -> UserDefinedFunction {
                    let types = || -> Result<(Vec<ValueType>, ValueType)> {
                        Ok((vec![$(value_type::<$arg>()?),*], value_type::<R>()?))
                    };
                    UserDefinedFunction::made(types().map(|(inputs, output)| {
                        let (taken, given) = (inputs.clone(), output.data_type.clone());
                        let kernel: NativeKernel = Arc::new(move |columns, rows| {
                            $(let $value = Cells::new(&columns[$at], &taken[$at].data_type)?;)*
                            let mut results = CellWriter::new(&given, true)?;
                            for row in 0..rows {
                                // A closure of no arguments looks at none.
                                let _ = (columns, &taken, row);
                                let skips = false
                                    $(|| (!taken[$at].nullable && $value.is_null(row)))*;
                                if skips {
                                    results.push_null()?;
                                } else {
                                    results.push(&self($($value.read(row)?),*))?;
                                }
                            }
                            results.finish()
                        });
                        function(&inputs, &output, kernel)
                    }))
                }
            }
        )+
    };
}

closures! {
    []
    [A a 0]
    [A a 0, B b 1]
    [A a 0, B b 1, C c 2]
    [A a 0, B b 1, C c 2, D d 3]
    [A a 0, B b 1, C c 2, D d 3, E e 4]
    [A a 0, B b 1, C c 2, D d 3, E e 4, G g 5]
    [A a 0, B b 1, C c 2, D d 3, E e 4, G g 5, H h 6]
    [A a 0, B b 1, C c 2, D d 3, E e 4, G g 5, H h 6, I i 7]
    [A a 0, B b 1, C c 2, D d 3, E e 4, G g 5, H h 6, I i 7, J j 8]
    [A a 0, B b 1, C c 2, D d 3, E e 4, G g 5, H h 6, I i 7, J j 8, K k 9]
}
