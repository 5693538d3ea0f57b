//! Code of the program over rows: typed maps, filters, folds of groups.
//!
//! Code is of two forms. [`NativeWork::Each`] maps batches as they come by, on the threads of the
//! query. [`NativeWork::Whole`] pulls its input as an iterator, as `map_partitions` does; it may wait,
//! so it runs on a thread for waiting, with one batch in flight on either side. Panics end the query
//! with `FAILED_EXECUTE_UDF`.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchReceiverStream;
use flint_sql_columnar::{Raised, from_datafusion, to_datafusion};
use flint_sql_functions::{Called, guarded};
use flint_sql_spec::{Ident, NativeCode, Result, SqlError};
use futures::StreamExt;

use super::exec::{BatchMap, Work};

/// Batches of a partition, as code that pulls them sees them.
pub type Batches = Box<dyn Iterator<Item = Result<RecordBatch>>>;

/// Code over the rows of partitions.
pub trait NativeRows: Send + Sync {
    /// Begins a partition.
    fn start(&self, partition: usize) -> NativeWork;

    /// Whether rows that are equal in the first column must come to one partition, one behind the
    /// other.
    fn is_grouped(&self) -> bool {
        false
    }
}

/// Code that maps each batch to batches.
pub type EachBatch = Box<dyn FnMut(&RecordBatch) -> Result<Vec<RecordBatch>> + Send>;

/// What code does in a partition.
pub enum NativeWork {
    /// Maps each batch to batches.
    Each(EachBatch),
    /// Maps all batches to others, pulling them.
    Whole(Box<dyn FnOnce(Batches) -> Batches + Send>),
}

impl fmt::Debug for NativeWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NativeWork::Each(_) => "Each",
            NativeWork::Whole(_) => "Whole",
        })
    }
}

/// The operator over code: a [`NativeRows`] behind an [`Arc`].
pub(super) struct TypedMap {
    name: Ident,
    code: Arc<dyn NativeRows>,
}

impl TypedMap {
    pub(super) fn new(name: &Ident, code: &NativeCode) -> Result<TypedMap, Raised> {
        let code = code
            .get::<Arc<dyn NativeRows>>()
            .ok_or_else(|| SqlError::internal("the code of an operator maps no rows"))?;
        Ok(TypedMap {
            name: name.clone(),
            code: Arc::clone(code),
        })
    }

    fn called(&self) -> Called {
        Called {
            name: self.name.clone(),
            signature: "rows".to_owned(),
            result: "rows".to_owned(),
        }
    }
}

impl fmt::Debug for TypedMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TypedMap({})", self.name)
    }
}

impl BatchMap for TypedMap {
    fn name(&self) -> &'static str {
        "TypedMap"
    }

    fn exprs(&self) -> Vec<Arc<dyn PhysicalExpr>> {
        Vec::new()
    }

    fn details(&self) -> Option<String> {
        Some(self.name.to_string())
    }

    fn is_grouped(&self) -> bool {
        self.code.is_grouped()
    }

    fn work(&self, partition: usize, schema: &SchemaRef) -> Work {
        let (called, schema) = (self.called(), Arc::clone(schema));
        match self.code.start(partition) {
            NativeWork::Each(mut each) => Work::each(move |batch| {
                let made = guarded(&called, || each(&batch))?;
                let named = made.into_iter().map(|batch| renamed(&batch, &schema));
                named.collect()
            }),
            NativeWork::Whole(work) => {
                Work::Whole(Box::new(move |input| pulled(input, work, called, schema)))
            }
        }
    }
}

fn renamed(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, Raised> {
    let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    let columns = batch.columns().to_vec();
    Ok(RecordBatch::try_new_with_options(
        Arc::clone(schema),
        columns,
        &options,
    )?)
}

/// The stream of what code makes of a stream that it pulls.
fn pulled(
    mut input: SendableRecordBatchStream,
    work: Box<dyn FnOnce(Batches) -> Batches + Send>,
    called: Called,
    schema: SchemaRef,
) -> SendableRecordBatchStream {
    let (sent, mut asked) = tokio::sync::mpsc::channel(1);
    let mut builder = RecordBatchReceiverStream::builder(Arc::clone(&schema), 1);
    let made = builder.tx();
    builder.spawn(async move {
        while let Some(batch) = input.next().await {
            // The code has what it wants when the receiver is gone.
            if sent.send(batch).await.is_err() {
                break;
            }
        }
        Ok(())
    });
    builder.spawn_blocking(move || {
        let batches: Batches = Box::new(std::iter::from_fn(move || {
            Some(asked.blocking_recv()?.map_err(from_datafusion))
        }));
        let mut results = guarded(&called, || Ok(work(batches))).map_err(to_datafusion)?;
        while let Some(batch) =
            guarded(&called, || results.next().transpose()).map_err(to_datafusion)?
        {
            // Nobody wants more when the receiver is gone.
            if made.blocking_send(Ok(renamed(&batch, &schema)?)).is_err() {
                break;
            }
        }
        Ok(())
    });
    builder.build()
}
