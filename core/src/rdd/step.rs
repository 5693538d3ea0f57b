//! The general steps that RDD methods are made of: a source from data, a step from a kernel that
//! pulls its inputs, a result from a closure over a partition.
//!
//! A *kernel* is a generic function of the engine, given as a function item (which has no size),
//! so a step is portable whenever the user's closures in it are.

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::closure::{Decoder, EncodedDef, Encoder, Portable, Shipped, encode_def};
use crate::data::Data;
use crate::error::{Error, Result};
use crate::exec::chain::{AnySource, ErasedSource};
use crate::exec::feed::{Feed, PartitionIter, early_end};
use crate::exec::{CHUNK, ChunkSource, TaskContext};
use crate::plan::{PullDef, PullHandle, SinkDef, SinkHandle, SinkOutput, SourceDef, SourceHandle};

/// Data that a source RDD is made from: a collection, file splits, a shuffle to read.
pub(crate) trait Source<T: Data>:
    Serialize + DeserializeOwned + Send + Sync + 'static
{
    fn open(&self, cx: &TaskContext, partition: usize) -> Result<Box<dyn ChunkSource<T>>>;
}

/// The step of a [`Source`].
pub(crate) struct SourceStep<T, S> {
    source: S,
    records: PhantomData<fn() -> T>,
}

impl<T: Data, S: Source<T>> SourceStep<T, S> {
    pub(crate) fn handle(source: S) -> SourceHandle {
        Arc::new(SourceStep {
            source,
            records: PhantomData,
        })
    }
}

impl<T: Data, S: Source<T>> Portable for SourceStep<T, S> {
    fn encode(&self, out: &mut Encoder) -> Result<()> {
        out.value(&self.source)
    }

    fn decode(input: &mut Decoder<'_>) -> Result<Self> {
        Ok(SourceStep {
            source: input.value()?,
            records: PhantomData,
        })
    }
}

impl<T: Data, S: Source<T>> SourceDef for SourceStep<T, S> {
    fn open(&self, cx: &TaskContext, partition: usize) -> Result<Box<dyn AnySource>> {
        Ok(ErasedSource::boxed(self.source.open(cx, partition)?))
    }

    fn encode(&self) -> Result<EncodedDef> {
        encode_def::<_, SourceHandle>(self)
    }
}

/// What a kernel is called with.
pub(crate) struct PullArgs<'a, E, F> {
    /// The user's environment and closures.
    pub(crate) code: &'a Arc<Shipped<E, F>>,
    pub(crate) cx: &'a TaskContext,
    pub(crate) partition: usize,
    /// The partitions to read, as the step's route gives them.
    pub(crate) inputs: Vec<Feed>,
}

impl<E, F> PullArgs<'_, E, F> {
    /// The only input.
    pub(crate) fn input(&mut self) -> Result<Feed> {
        self.inputs
            .pop()
            .ok_or_else(|| Error::Internal("a step has fewer inputs than it reads".to_owned()))
    }
}

/// A step made of a kernel.
pub(crate) struct PullStep<U, E, F, K> {
    code: Arc<Shipped<E, F>>,
    kernel: K,
    records: PhantomData<fn() -> U>,
}

impl<U, E, F, K> PullStep<U, E, F, K>
where
    U: Data,
    E: Data,
    F: Send + Sync + 'static,
    K: Fn(PullArgs<'_, E, F>) -> Result<Box<dyn ChunkSource<U>>> + Send + Sync + 'static,
{
    pub(crate) fn handle(code: Shipped<E, F>, kernel: K) -> PullHandle {
        Self::shared(Arc::new(code), kernel)
    }

    pub(crate) fn shared(code: Arc<Shipped<E, F>>, kernel: K) -> PullHandle {
        Arc::new(PullStep {
            code,
            kernel,
            records: PhantomData,
        })
    }
}

impl<U, E, F, K> Portable for PullStep<U, E, F, K>
where
    U: Data,
    E: Data,
    F: Send + Sync + 'static,
    K: Send + Sync + 'static,
{
    fn encode(&self, out: &mut Encoder) -> Result<()> {
        self.code.encode(out)?;
        self.code.encode_also(&self.kernel, out)
    }

    fn decode(input: &mut Decoder<'_>) -> Result<Self> {
        Ok(PullStep {
            code: Arc::new(Shipped::decode(input)?),
            kernel: input.closure()?,
            records: PhantomData,
        })
    }
}

impl<U, E, F, K> PullDef for PullStep<U, E, F, K>
where
    U: Data,
    E: Data,
    F: Send + Sync + 'static,
    K: Fn(PullArgs<'_, E, F>) -> Result<Box<dyn ChunkSource<U>>> + Send + Sync + 'static,
{
    fn open(
        &self,
        cx: &TaskContext,
        partition: usize,
        inputs: Vec<Feed>,
    ) -> Result<Box<dyn AnySource>> {
        let args = PullArgs {
            code: &self.code,
            cx,
            partition,
            inputs,
        };
        Ok(ErasedSource::boxed((self.kernel)(args)?))
    }

    fn encode(&self) -> Result<EncodedDef> {
        encode_def::<_, PullHandle>(self)
    }
}

/// An iterator of user code as a source. It ends with the error that cut its input short, if any.
pub(crate) struct IterSource<I> {
    cx: TaskContext,
    iter: I,
}

impl<I> IterSource<I> {
    pub(crate) fn new(cx: &TaskContext, iter: I) -> Self {
        IterSource {
            cx: cx.clone(),
            iter,
        }
    }
}

impl<T, I: Iterator<Item = T>> ChunkSource<T> for IterSource<I> {
    fn next(&mut self, out: &mut Vec<T>) -> Result<bool> {
        let before = out.len();
        out.extend(self.iter.by_ref().take(CHUNK));
        early_end(&self.cx)?;
        Ok(out.len() > before)
    }
}

/// The result of a task with its deep size in bytes, which counts against
/// `spark.driver.maxResultSize`.
pub(crate) struct Measured<R> {
    pub(crate) value: R,
    pub(crate) bytes: u64,
}

impl<R: Data> Measured<R> {
    pub(crate) fn new(value: R) -> Self {
        let bytes = crate::storage::size::deep_size(&value) as u64;
        Measured { value, bytes }
    }
}

/// A sink made of a closure over the records of a partition.
pub(crate) struct ResultSink<T, R, E, F> {
    code: Arc<Shipped<E, F>>,
    types: PhantomData<fn(T) -> R>,
}

impl<T, R, E, F> ResultSink<T, R, E, F>
where
    T: Data,
    R: Data,
    E: Data,
    F: Fn(&E, &TaskContext, PartitionIter<T>) -> Result<Measured<R>> + Send + Sync + 'static,
{
    pub(crate) fn handle(code: Shipped<E, F>) -> SinkHandle {
        Arc::new(ResultSink {
            code: Arc::new(code),
            types: PhantomData,
        })
    }
}

impl<T: Data, R: Data, E: Data, F: Send + Sync + 'static> Portable for ResultSink<T, R, E, F> {
    fn encode(&self, out: &mut Encoder) -> Result<()> {
        self.code.encode(out)
    }

    fn decode(input: &mut Decoder<'_>) -> Result<Self> {
        Ok(ResultSink {
            code: Arc::new(Shipped::decode(input)?),
            types: PhantomData,
        })
    }
}

impl<T, R, E, F> SinkDef for ResultSink<T, R, E, F>
where
    T: Data,
    R: Data,
    E: Data,
    F: Fn(&E, &TaskContext, PartitionIter<T>) -> Result<Measured<R>> + Send + Sync + 'static,
{
    fn run(&self, feed: Feed) -> Result<SinkOutput> {
        let cx = feed.cx().clone();
        let result = (self.code.f)(&self.code.env, &cx, feed.records())?;
        Ok(SinkOutput::new(result.value, result.bytes))
    }

    fn encode(&self) -> Result<EncodedDef> {
        encode_def::<_, SinkHandle>(self)
    }

    fn encode_result(&self, value: &(dyn Any + Send)) -> Result<Bytes> {
        encode_result::<R>(value)
    }

    fn decode_result(&self, bytes: &[u8]) -> Result<Box<dyn Any + Send>> {
        decode_result::<R>(bytes)
    }
}

/// A task's result as bytes.
pub(crate) fn encode_result<R: Data>(value: &(dyn Any + Send)) -> Result<Bytes> {
    let value = value
        .downcast_ref::<R>()
        .ok_or_else(|| Error::Internal("a task's result has another type".to_owned()))?;
    postcard::to_allocvec(value)
        .map(Bytes::from)
        .map_err(|e| Error::Codec {
            op: "encode".to_owned(),
            type_name: std::any::type_name::<R>().to_owned(),
            reason: e.to_string(),
        })
}

/// The result that [`encode_result`] wrote.
pub(crate) fn decode_result<R: Data>(bytes: &[u8]) -> Result<Box<dyn Any + Send>> {
    let value: R = postcard::from_bytes(bytes).map_err(|e| Error::Codec {
        op: "decode".to_owned(),
        type_name: std::any::type_name::<R>().to_owned(),
        reason: e.to_string(),
    })?;
    Ok(Box::new(value))
}
