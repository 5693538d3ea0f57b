//! The kinds of definitions that a program is made of, besides operators: sources, steps that
//! pull their input, sinks, and what is known of a step's record type.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use bytes::Bytes;

use crate::closure::{Decoder, EncodedDef, Encoder, Erase, Portable, encode_def};
use crate::data::Data;
use crate::error::Result;
use crate::exec::chain::AnySource;
use crate::exec::feed::Feed;
use crate::exec::{AnyChunk, TaskContext};
use crate::storage::level::StorageLevel;

/// Records from outside of the stage: a collection, files, a shuffle, a checkpoint.
pub(crate) trait SourceDef: Send + Sync {
    fn open(&self, cx: &TaskContext, partition: usize) -> Result<Box<dyn AnySource>>;
    fn encode(&self) -> Result<EncodedDef>;
}

/// A step that pulls its inputs itself.
pub(crate) trait PullDef: Send + Sync {
    fn open(
        &self,
        cx: &TaskContext,
        partition: usize,
        inputs: Vec<Feed>,
    ) -> Result<Box<dyn AnySource>>;
    fn encode(&self) -> Result<EncodedDef>;
}

/// The end of a stage: what becomes of the records of a partition.
pub(crate) trait SinkDef: Send + Sync {
    fn run(&self, feed: Feed) -> Result<SinkOutput>;
    fn encode(&self) -> Result<EncodedDef>;
    /// A result as bytes, for the driver in another process.
    fn encode_result(&self, value: &(dyn Any + Send)) -> Result<Bytes>;
    /// The result that [`SinkDef::encode_result`] wrote.
    fn decode_result(&self, bytes: &[u8]) -> Result<Box<dyn Any + Send>>;
}

/// What a sink made of a partition.
pub struct SinkOutput {
    pub(crate) value: SinkValue,
    /// Deep size in bytes, for `spark.driver.maxResultSize`.
    pub(crate) bytes: u64,
}

pub(crate) enum SinkValue {
    Local(Box<dyn Any + Send>),
    Wire(Bytes),
}

impl fmt::Debug for SinkOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SinkOutput({} bytes)", self.bytes)
    }
}

impl SinkOutput {
    pub(crate) fn new<R: Send + 'static>(value: R, bytes: u64) -> Self {
        SinkOutput {
            value: SinkValue::Local(Box::new(value)),
            bytes,
        }
    }

    /// The output of a task that ran in another process, from the bytes that
    /// [`StageProgram::encode_output`](super::StageProgram::encode_output) wrote there.
    pub fn from_wire(bytes: Bytes, deep_bytes: u64) -> Self {
        SinkOutput {
            value: SinkValue::Wire(bytes),
            bytes: deep_bytes,
        }
    }

    /// Deep size of the output in bytes, as the task estimated it.
    pub fn deep_bytes(&self) -> u64 {
        self.bytes
    }
}

/// What the engine must be able to do with the records of a step without knowing their type.
pub(crate) trait TypeOps: Send + Sync {
    /// An empty chunk.
    fn chunk(&self) -> Box<dyn AnyChunk>;
    /// The block of a persisted partition: from the store, or computed from `feed` and stored.
    fn persisted(
        &self,
        cx: &TaskContext,
        rdd: u64,
        level: StorageLevel,
        feed: Feed,
    ) -> Result<Box<dyn AnySource>>;
    fn encode(&self) -> Result<EncodedDef>;
}

pub(crate) type SourceHandle = Arc<dyn SourceDef>;
pub(crate) type PullHandle = Arc<dyn PullDef>;
pub(crate) type SinkHandle = Arc<dyn SinkDef>;
pub(crate) type TypeHandle = Arc<dyn TypeOps>;

impl<D: SourceDef + 'static> Erase<SourceHandle> for D {
    fn erase(self: Arc<Self>) -> SourceHandle {
        self
    }
}

impl<D: PullDef + 'static> Erase<PullHandle> for D {
    fn erase(self: Arc<Self>) -> PullHandle {
        self
    }
}

impl<D: SinkDef + 'static> Erase<SinkHandle> for D {
    fn erase(self: Arc<Self>) -> SinkHandle {
        self
    }
}

impl<D: TypeOps + 'static> Erase<TypeHandle> for D {
    fn erase(self: Arc<Self>) -> TypeHandle {
        self
    }
}

/// The record type of a step.
pub(crate) struct TypeOf<T>(PhantomData<fn() -> T>);

impl<T: Data> TypeOf<T> {
    pub(crate) fn handle() -> TypeHandle {
        Arc::new(TypeOf::<T>(PhantomData))
    }
}

impl<T: Data> Portable for TypeOf<T> {
    fn encode(&self, _: &mut Encoder) -> Result<()> {
        Ok(())
    }

    fn decode(_: &mut Decoder<'_>) -> Result<Self> {
        Ok(TypeOf(PhantomData))
    }
}

impl<T: Data> TypeOps for TypeOf<T> {
    fn chunk(&self) -> Box<dyn AnyChunk> {
        Box::new(Vec::<T>::new())
    }

    fn persisted(
        &self,
        cx: &TaskContext,
        rdd: u64,
        level: StorageLevel,
        feed: Feed,
    ) -> Result<Box<dyn AnySource>> {
        crate::rdd::persist::open::<T>(cx, rdd, level, feed)
    }

    fn encode(&self) -> Result<EncodedDef> {
        encode_def::<_, TypeHandle>(self)
    }
}
