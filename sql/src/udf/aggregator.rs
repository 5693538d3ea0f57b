//! [`Aggregator`]: aggregates of the program.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef};
use flint_core::Data;
use flint_sql_columnar::encoder::{CellWriter, RowReader, RowType, ValueType, value_type};
use flint_sql_functions::{NativeAggregate, NativeState};
use flint_sql_spec::{DataType, NativeCode, NativeFunction, Result, SqlError, condition};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{UNNAMED, UserDefinedFunction};

/// An aggregate of the program: how rows become a buffer, buffers one buffer, and that a result.
///
/// It must not matter in which order rows come and how they are split over buffers.
///
/// ```
/// use flint_sql::{Aggregator, functions::{col, udaf}};
/// struct Mean;
/// impl Aggregator for Mean {
///     type In = f64;
///     type Buffer = (f64, i64);
///     type Out = Option<f64>;
///     fn zero(&self) -> (f64, i64) {
///         (0.0, 0)
///     }
///     fn reduce(&self, (sum, n): (f64, i64), value: f64) -> (f64, i64) {
///         (sum + value, n + 1)
///     }
///     fn merge(&self, a: (f64, i64), b: (f64, i64)) -> (f64, i64) {
///         (a.0 + b.0, a.1 + b.1)
///     }
///     fn finish(&self, (sum, n): (f64, i64)) -> Option<f64> {
///         (n > 0).then(|| sum / n as f64)
///     }
/// }
/// # let spark = flint_sql::SparkSession::builder().master("local[1]").get_or_create()?;
/// let mean = udaf(Mean);
/// let rows = spark.range(0, 4).agg(mean.call(col("id"))).collect()?;
/// assert_eq!(rows[0].get::<f64>(0)?, 1.5);
/// # Ok::<(), flint_sql::SqlError>(())
/// ```
pub trait Aggregator: Send + Sync + 'static {
    /// What rows are read as: one value of one argument, or the fields of a struct or tuple of as
    /// many arguments. Rows with a null where it takes none are left out.
    type In: DeserializeOwned;
    /// What is known of the rows so far.
    type Buffer: Data;
    /// The result.
    type Out: Serialize + DeserializeOwned;

    /// The buffer of no rows.
    fn zero(&self) -> Self::Buffer;

    /// The buffer with a row more.
    fn reduce(&self, buffer: Self::Buffer, value: Self::In) -> Self::Buffer;

    /// The buffer of the rows of both.
    fn merge(&self, a: Self::Buffer, b: Self::Buffer) -> Self::Buffer;

    /// The result of a buffer.
    fn finish(&self, buffer: Self::Buffer) -> Self::Out;
}

/// The function of an aggregator: see [`Aggregator`].
pub fn udaf<A: Aggregator>(aggregator: A) -> UserDefinedFunction {
    UserDefinedFunction::made(function(aggregator))
}

fn function<A: Aggregator>(aggregator: A) -> Result<NativeFunction> {
    let (input, output) = (RowType::of::<A::In>()?, value_type::<A::Out>()?);
    let inputs: Vec<DataType> = input.fields.iter().map(|f| f.data_type.clone()).collect();
    let code: Arc<dyn NativeAggregate> = Arc::new(Code {
        aggregator: Arc::new(aggregator),
        input: Arc::new(input),
        output: output.clone(),
    });
    Ok(NativeFunction {
        name: UNNAMED.into(),
        inputs: Some(inputs),
        output: output.data_type,
        nullable: output.nullable,
        strict: Vec::new(),
        deterministic: true,
        aggregate: true,
        code: NativeCode::new(code),
    })
}

struct Code<A> {
    aggregator: Arc<A>,
    input: Arc<RowType>,
    output: ValueType,
}

impl<A: Aggregator> NativeAggregate for Code<A> {
    fn start(&self) -> Box<dyn NativeState> {
        Box::new(Group {
            buffer: Some(self.aggregator.zero()),
            aggregator: Arc::clone(&self.aggregator),
            input: Arc::clone(&self.input),
            output: self.output.clone(),
        })
    }
}

/// One group. The buffer is away only while the aggregator has it; if that panics, the query ends.
struct Group<A: Aggregator> {
    aggregator: Arc<A>,
    buffer: Option<A::Buffer>,
    input: Arc<RowType>,
    output: ValueType,
}

impl<A: Aggregator> Group<A> {
    fn taken(&mut self) -> Result<A::Buffer> {
        self.buffer.take().ok_or_else(lost)
    }

    fn held(&self) -> Result<&A::Buffer> {
        self.buffer.as_ref().ok_or_else(lost)
    }
}

fn lost() -> SqlError {
    SqlError::internal("the buffer of an aggregate was lost in a panic")
}

fn unwritten(error: &postcard::Error) -> SqlError {
    SqlError::new(condition::EXPRESSION_ENCODING_FAILED).with(
        "expressions",
        format!("the buffer of an aggregate: {error}"),
    )
}

impl<A: Aggregator> NativeState for Group<A> {
    fn update(&mut self, arguments: &[ArrayRef]) -> Result<()> {
        let rows = arguments.first().map_or(0, |column| column.len());
        let reader = RowReader::new(arguments, &self.input)?;
        let mut buffer = self.taken()?;
        let needed: Vec<&ArrayRef> = arguments
            .iter()
            .zip(self.input.fields.iter())
            .filter(|(_, field)| !field.nullable)
            .map(|(column, _)| column)
            .collect();
        for row in 0..rows {
            if needed.iter().all(|column| column.is_valid(row)) {
                buffer = self.aggregator.reduce(buffer, reader.read(row)?);
            }
        }
        self.buffer = Some(buffer);
        Ok(())
    }

    fn save(&self) -> Result<Vec<u8>> {
        postcard::to_allocvec(self.held()?).map_err(|error| unwritten(&error))
    }

    fn merge(&mut self, saved: &[u8]) -> Result<()> {
        let other = postcard::from_bytes(saved).map_err(|error| unwritten(&error))?;
        let buffer = self.taken()?;
        self.buffer = Some(self.aggregator.merge(buffer, other));
        Ok(())
    }

    fn finish(&self) -> Result<ArrayRef> {
        let result = self.aggregator.finish(self.held()?.clone());
        let mut column = CellWriter::new(&self.output.data_type, self.output.nullable)?;
        column.push(&result)?;
        column.finish()
    }
}
