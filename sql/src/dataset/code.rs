//! Closures over values as code over batches.

use std::cell::RefCell;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use flint_sql_columnar::encoder::{RowReader, RowType, RowWriter};
use flint_sql_columnar::{arrow_schema, from_datafusion};
use flint_sql_execution::{Batches, NativeRows, NativeWork};
use flint_sql_spec::{Result, SqlError};

use super::Record;

/// Rows of a batch that closures make: what flat maps make of one batch is cut into such pieces.
const ROWS: usize = 8192;

/// The batch of rows that were written.
pub(super) fn batch_of(row: &RowType, writer: RowWriter) -> Result<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(writer.len()));
    let schema = Arc::new(arrow_schema(&row.fields)?);
    RecordBatch::try_new_with_options(schema, writer.finish()?, &options)
        .map_err(|error| from_datafusion(error.into()))
}

/// A closure that makes values of each value.
pub(super) struct Each<F, T> {
    f: Arc<F>,
    from: Arc<RowType>,
    to: Arc<RowType>,
    values: PhantomData<fn(T)>,
}

impl<F, T> Each<F, T> {
    pub(super) fn new(f: F, from: Arc<RowType>, to: Arc<RowType>) -> Self {
        Each {
            f: Arc::new(f),
            from,
            to,
            values: PhantomData,
        }
    }
}

impl<F, T, U, I> NativeRows for Each<F, T>
where
    T: Record,
    U: Record,
    I: IntoIterator<Item = U>,
    F: Fn(T) -> I + Send + Sync + 'static,
{
    fn start(&self, _: usize) -> NativeWork {
        let (f, from, to) = (
            Arc::clone(&self.f),
            Arc::clone(&self.from),
            Arc::clone(&self.to),
        );
        NativeWork::Each(Box::new(move |batch| {
            let reader = RowReader::new(batch.columns(), &from)?;
            let mut made = Vec::with_capacity(1);
            let mut writer = RowWriter::new(&to)?;
            for row in 0..batch.num_rows() {
                for value in f(reader.read(row)?) {
                    writer.push(&value)?;
                    if writer.len() == ROWS {
                        let full = std::mem::replace(&mut writer, RowWriter::new(&to)?);
                        made.push(batch_of(&to, full)?);
                    }
                }
            }
            if !writer.is_empty() {
                made.push(batch_of(&to, writer)?);
            }
            Ok(made)
        }))
    }
}

/// Where reading leaves why it stopped.
pub(super) type Fault = Rc<RefCell<Option<SqlError>>>;

/// The values of batches. They end at the first that cannot be read; why is left in `fault`.
pub(super) fn values_of<T: Record>(
    batches: Batches,
    from: Arc<RowType>,
    fault: Fault,
) -> impl Iterator<Item = T> {
    let mut current: Option<(RowReader, usize, usize)> = None;
    let mut batches = batches;
    std::iter::from_fn(move || {
        let mut next = || -> Result<Option<T>> {
            loop {
                if let Some((reader, row, rows)) = &mut current
                    && row < rows
                {
                    *row += 1;
                    return reader.read(*row - 1).map(Some);
                }
                let Some(batch) = batches.next().transpose()? else {
                    return Ok(None);
                };
                let reader = RowReader::new(batch.columns(), &from)?;
                current = Some((reader, 0, batch.num_rows()));
            }
        };
        if fault.borrow().is_some() {
            return None;
        }
        next().unwrap_or_else(|error| {
            *fault.borrow_mut() = Some(error);
            None
        })
    })
}

/// Batches of values; behind the last comes the fault, if there is one.
pub(super) fn batches_of<U: Record>(
    values: impl Iterator<Item = U> + 'static,
    to: Arc<RowType>,
    fault: Fault,
) -> Batches {
    let mut values = values.fuse();
    let mut ended = false;
    Box::new(std::iter::from_fn(move || {
        if ended {
            return None;
        }
        let mut full = || -> Result<Option<RecordBatch>> {
            let mut writer = RowWriter::new(&to)?;
            for value in values.by_ref() {
                writer.push(&value)?;
                if writer.len() == ROWS {
                    break;
                }
            }
            if let Some(error) = fault.borrow_mut().take() {
                return Err(error);
            }
            match writer.is_empty() {
                true => Ok(None),
                false => batch_of(&to, writer).map(Some),
            }
        };
        let batch = full().transpose();
        ended = !matches!(batch, Some(Ok(_)));
        batch
    }))
}

/// A closure over the values of a partition.
pub(super) struct Partitions<F, T> {
    f: Arc<F>,
    grouped: bool,
    from: Arc<RowType>,
    to: Arc<RowType>,
    values: PhantomData<fn(T)>,
}

impl<F, T> Partitions<F, T> {
    pub(super) fn new(f: F, from: Arc<RowType>, to: Arc<RowType>) -> Self {
        Partitions {
            grouped: false,
            f: Arc::new(f),
            from,
            to,
            values: PhantomData,
        }
    }

    /// The same, over rows whose first columns lie together.
    pub(super) fn grouped(self) -> Self {
        Partitions {
            grouped: true,
            ..self
        }
    }
}

impl<F, T, U, I> NativeRows for Partitions<F, T>
where
    T: Record,
    U: Record,
    I: IntoIterator<Item = U>,
    I::IntoIter: 'static,
    F: Fn(Box<dyn Iterator<Item = T>>) -> I + Send + Sync + 'static,
{
    fn is_grouped(&self) -> bool {
        self.grouped
    }

    fn start(&self, _: usize) -> NativeWork {
        let (f, from, to) = (
            Arc::clone(&self.f),
            Arc::clone(&self.from),
            Arc::clone(&self.to),
        );
        NativeWork::Whole(Box::new(move |batches| {
            let fault = Fault::default();
            let values = values_of(batches, from, Rc::clone(&fault));
            let made = f(Box::new(values)).into_iter();
            batches_of(made, to, fault)
        }))
    }
}
