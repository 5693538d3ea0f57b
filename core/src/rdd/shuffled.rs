//! Shuffles in the lineage: what the map side writes, what the reduce side reads.

use std::any::Any;
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::node::{ErasedPartitioner, NodeSpec, Parent, Prepare, RddNode, ShuffleDep};
use super::step::{Source, SourceStep, decode_result, encode_result};
use crate::closure::{
    Decoder, EncodedDef, Encoder, Erase, Portable, Shipped, decode_def, encode_def,
};
use crate::context::Context;
use crate::data::{Data, Key};
use crate::error::{Error, Result};
use crate::exec::feed::Feed;
use crate::exec::{ChunkSource, TaskContext, TaskCounters};
use crate::plan::{NodeOp, Route, SinkDef, SinkHandle, SinkOutput, TypeOf};
use crate::scheduler::ShuffleId;
use crate::shuffle::{
    Block, BlockReader, Combiner, CombiningWriter, EncodedBlock, FetchedBlock, KeyOrder, MapOutput,
    NaturalOrder, Partitioner, RangePartitioner, ReduceSize, ShuffleWriter,
};

/// A partitioner that can be sent: the shared object, and how to encode it.
pub(crate) struct KeyPartitioner<K> {
    pub(crate) shared: Arc<dyn Partitioner<K>>,
    encode: fn(&dyn Partitioner<K>) -> Result<EncodedDef>,
}

impl<K> Clone for KeyPartitioner<K> {
    fn clone(&self) -> Self {
        KeyPartitioner {
            shared: Arc::clone(&self.shared),
            encode: self.encode,
        }
    }
}

impl<K: Data> KeyPartitioner<K> {
    /// A partitioner that is data itself.
    pub(crate) fn plain<P: Partitioner<K> + Data>(partitioner: P) -> Self {
        KeyPartitioner {
            shared: Arc::new(partitioner),
            encode: encode_as::<K, Plain<P>, P>,
        }
    }

    /// A range partitioner, whose order may be a closure with its environment.
    pub(crate) fn range<O: KeyOrder<K> + Portable>(partitioner: RangePartitioner<K, O>) -> Self {
        KeyPartitioner {
            shared: Arc::new(partitioner),
            encode: encode_as::<K, Range<K, O>, RangePartitioner<K, O>>,
        }
    }

    pub(crate) fn num_partitions(&self) -> usize {
        self.shared.num_partitions()
    }

    pub(crate) fn erased(&self) -> ErasedPartitioner {
        ErasedPartitioner {
            typed: Arc::new(self.clone()),
            num_partitions: self.num_partitions(),
            same: |a, b| match (a.downcast_ref::<Self>(), b.downcast_ref::<Self>()) {
                (Some(a), Some(b)) => a.same_as(b),
                _ => false,
            },
        }
    }

    /// The partitioner of a node, if its keys are of this type.
    pub(crate) fn of(node: &RddNode) -> Option<Self> {
        node.partitioner
            .as_ref()?
            .typed
            .downcast_ref::<Self>()
            .cloned()
    }

    pub(crate) fn same_as(&self, other: &Self) -> bool {
        self.shared.same_as(other.shared.as_any())
    }

    fn encoded(&self) -> Result<EncodedDef> {
        (self.encode)(&*self.shared)
    }
}

/// A form of the partitioner `P` that can be encoded.
trait Form<P>: Portable {
    fn of(partitioner: &P) -> Self;
}

fn encode_as<K, D, P>(partitioner: &dyn Partitioner<K>) -> Result<EncodedDef>
where
    D: Form<P> + Erase<KeyPartitioner<K>>,
    P: 'static,
    K: 'static,
{
    let partitioner = partitioner
        .as_any()
        .downcast_ref::<P>()
        .ok_or_else(|| Error::Internal("a partitioner's `as_any` is not itself".to_owned()))?;
    encode_def::<D, KeyPartitioner<K>>(&D::of(partitioner))
}

struct Plain<P>(P);

impl<P: Data> Portable for Plain<P> {
    fn encode(&self, out: &mut Encoder) -> Result<()> {
        out.value(&self.0)
    }

    fn decode(input: &mut Decoder<'_>) -> Result<Self> {
        Ok(Plain(input.value()?))
    }
}

impl<P: Data> Form<P> for Plain<P> {
    fn of(partitioner: &P) -> Self {
        Plain(partitioner.clone())
    }
}

impl<K: Data, P: Partitioner<K> + Data> Erase<KeyPartitioner<K>> for Plain<P> {
    fn erase(self: Arc<Self>) -> KeyPartitioner<K> {
        KeyPartitioner::plain(self.0.clone())
    }
}

struct Range<K, O>(RangePartitioner<K, O>);

impl Portable for NaturalOrder {
    fn encode(&self, _: &mut Encoder) -> Result<()> {
        Ok(())
    }

    fn decode(_: &mut Decoder<'_>) -> Result<Self> {
        Ok(NaturalOrder)
    }
}

impl<K: Data, O: KeyOrder<K> + Portable> Portable for Range<K, O> {
    fn encode(&self, out: &mut Encoder) -> Result<()> {
        self.0.order().encode(out)?;
        let bounds = self.0.bounds().ok_or_else(|| {
            Error::Internal("range bounds are sent before they are known".to_owned())
        })?;
        out.value(&(
            bounds,
            self.0.is_ascending(),
            self.0.num_partitions() as u64,
        ))
    }

    fn decode(input: &mut Decoder<'_>) -> Result<Self> {
        let order = O::decode(input)?;
        let (bounds, ascending, partitions): (Vec<K>, bool, u64) = input.value()?;
        let partitioner = RangePartitioner::deferred_by(partitions as usize, ascending, order);
        partitioner.set_bounds(bounds)?;
        Ok(Range(partitioner))
    }
}

impl<K: Data, O: KeyOrder<K> + Portable> Form<RangePartitioner<K, O>> for Range<K, O> {
    fn of(partitioner: &RangePartitioner<K, O>) -> Self {
        Range(partitioner.clone())
    }
}

impl<K: Data, O: KeyOrder<K> + Portable> Erase<KeyPartitioner<K>> for Range<K, O> {
    fn erase(self: Arc<Self>) -> KeyPartitioner<K> {
        KeyPartitioner::range(self.0.clone())
    }
}

/// What the driver keeps of a map task: where its output is, and how much for each reducer.
pub(crate) type MapSizes = Vec<ReduceSize>;

/// What writes the map output of a partition.
trait MapSide: Portable + Send + Sync {
    fn write(&self, feed: Feed) -> Result<SinkOutput>;
}

/// A map side as a sink. Its result is the sizes of what it wrote.
struct MapSink<S>(S);

impl<S: MapSide> Portable for MapSink<S> {
    fn encode(&self, out: &mut Encoder) -> Result<()> {
        self.0.encode(out)
    }

    fn decode(input: &mut Decoder<'_>) -> Result<Self> {
        S::decode(input).map(MapSink)
    }
}

impl<S: MapSide + 'static> SinkDef for MapSink<S> {
    fn run(&self, feed: Feed) -> Result<SinkOutput> {
        self.0.write(feed)
    }

    fn encode(&self) -> Result<EncodedDef> {
        encode_def::<_, SinkHandle>(self)
    }

    fn encode_result(&self, value: &(dyn Any + Send)) -> Result<Bytes> {
        encode_map_result(value)
    }

    fn decode_result(&self, bytes: &[u8]) -> Result<Box<dyn Any + Send>> {
        decode_result::<MapSizes>(bytes)
    }
}

/// The map side without combining: records go to their reducers as they are.
struct WriteSide<K, V> {
    partitioner: KeyPartitioner<K>,
    records: PhantomData<fn(K, V)>,
}

impl<K: Data, V: Data> Portable for WriteSide<K, V> {
    fn encode(&self, out: &mut Encoder) -> Result<()> {
        out.value(&self.partitioner.encoded()?)
    }

    fn decode(input: &mut Decoder<'_>) -> Result<Self> {
        let def: EncodedDef = input.value()?;
        Ok(WriteSide {
            partitioner: decode_def(&def)?,
            records: PhantomData,
        })
    }
}

impl<K: Data, V: Data> MapSide for WriteSide<K, V> {
    fn write(&self, mut feed: Feed) -> Result<SinkOutput> {
        let cx = feed.cx().clone();
        let shared = Arc::clone(&self.partitioner.shared);
        let mut writer =
            ShuffleWriter::<K, V>::new(shared, cx.memory(), Arc::clone(&cx.env().dirs));
        let mut chunk: Vec<(K, V)> = Vec::new();
        while feed.next(&mut chunk)? {
            writer.write(&mut chunk)?;
            chunk.clear();
        }
        drop(feed);
        TaskCounters::add(&cx.counters().spill_bytes, writer.spilled_bytes());
        written(&cx, writer.finish()?)
    }
}

/// A finished map output, on its way to the store of its executor.
pub(crate) struct WrittenMap(pub(crate) MapOutput);

fn written(cx: &TaskContext, output: MapOutput) -> Result<SinkOutput> {
    crate::fault!("shuffle.written", cx.partition_id());
    let bytes: u64 = output.sizes().iter().map(|s| s.bytes).sum();
    TaskCounters::add(&cx.counters().shuffle_records_written, output.records());
    TaskCounters::add(&cx.counters().shuffle_bytes_written, bytes);
    Ok(SinkOutput::new(WrittenMap(output), 0))
}

fn encode_map_result(value: &(dyn Any + Send)) -> Result<Bytes> {
    match value.downcast_ref::<WrittenMap>() {
        Some(map) => encode_result::<MapSizes>(&map.0.sizes().to_vec()),
        None => Err(Error::Internal("a map task made no map output".to_owned())),
    }
}

/// The user's three closures of `combine_by_key` with their environment, in the form that the
/// shuffle asks for.
pub(crate) struct Combining<E, F>(pub(crate) Arc<Shipped<E, F>>);

impl<E, F> Clone for Combining<E, F> {
    fn clone(&self) -> Self {
        Combining(Arc::clone(&self.0))
    }
}

impl<V, C, E, F1, F2, F3> Combiner<V, C> for Combining<E, (F1, F2, F3)>
where
    E: Data,
    F1: Fn(&E, V) -> C + Send + Sync + 'static,
    F2: Fn(&E, &mut C, V) + Send + Sync + 'static,
    F3: Fn(&E, &mut C, C) + Send + Sync + 'static,
{
    #[inline]
    fn create(&self, value: V) -> C {
        (self.0.f.0)(&self.0.env, value)
    }

    #[inline]
    fn merge_value(&self, combined: &mut C, value: V) {
        (self.0.f.1)(&self.0.env, combined, value);
    }

    #[inline]
    fn merge_combiners(&self, combined: &mut C, later: C) {
        (self.0.f.2)(&self.0.env, combined, later);
    }
}

/// The map side with combining.
struct CombineSide<K, V, C, E, F> {
    partitioner: KeyPartitioner<K>,
    combining: Combining<E, F>,
    records: PhantomData<fn(K, V) -> C>,
}

impl<K, V, C, E, F> Portable for CombineSide<K, V, C, E, F>
where
    K: Data,
    V: Data,
    C: Data,
    E: Data,
    F: Send + Sync + 'static,
{
    fn encode(&self, out: &mut Encoder) -> Result<()> {
        self.combining.0.encode(out)?;
        out.value(&self.partitioner.encoded()?)
    }

    fn decode(input: &mut Decoder<'_>) -> Result<Self> {
        let combining = Combining(Arc::new(Shipped::decode(input)?));
        let def: EncodedDef = input.value()?;
        Ok(CombineSide {
            partitioner: decode_def(&def)?,
            combining,
            records: PhantomData,
        })
    }
}

impl<K, V, C, E, F> MapSide for CombineSide<K, V, C, E, F>
where
    K: Key,
    V: Data,
    C: Data,
    E: Data,
    F: Send + Sync + 'static,
    Combining<E, F>: Combiner<V, C>,
{
    fn write(&self, mut feed: Feed) -> Result<SinkOutput> {
        let cx = feed.cx().clone();
        let mut writer = CombiningWriter::<K, V, C, _>::new(
            self.combining.clone(),
            MAP_SIDE_SEED,
            Arc::clone(&self.partitioner.shared),
            cx.memory(),
            Arc::clone(&cx.env().dirs),
        );
        let mut chunk: Vec<(K, V)> = Vec::new();
        while feed.next(&mut chunk)? {
            writer.write(&mut chunk)?;
            chunk.clear();
        }
        drop(feed);
        TaskCounters::add(&cx.counters().spill_bytes, writer.spilled_bytes());
        let output = writer.finish(|| cx.check_killed())?;
        written(&cx, output)
    }
}

/// Tables of the map and the reduce side order keys differently: a table that is filled in the
/// order of another one of the same seed clusters.
const MAP_SIDE_SEED: u64 = 1;
/// See [`MAP_SIDE_SEED`].
pub(crate) const REDUCE_SIDE_SEED: u64 = 2;

/// Reads the blocks of one shuffle.
#[derive(Serialize, Deserialize)]
struct ReadShuffle {
    shuffle: ShuffleId,
}

impl<K: Data, V: Data> Source<(K, V)> for ReadShuffle {
    fn open(&self, cx: &TaskContext, partition: usize) -> Result<Box<dyn ChunkSource<(K, V)>>> {
        let shuffle = self.shuffle;
        let reduce = partition as u32;
        let holders = cx.inputs().get(&shuffle).map(Arc::clone).ok_or_else(|| {
            Error::Internal(format!("a task was not told where shuffle {shuffle} is"))
        })?;
        let maps = (0..holders.len() as u32).collect();
        let task = cx.clone();
        let fetch = move |map: u32| fetch(&task, shuffle, map, reduce, &holders[map as usize]);
        Ok(Box::new(BlockReader::<(K, V), _>::new(
            shuffle, reduce, maps, fetch,
        )))
    }
}

/// One block, from this executor's store or another executor.
fn fetch(
    cx: &TaskContext,
    shuffle: ShuffleId,
    map: u32,
    reduce: u32,
    holder: &crate::scheduler::ExecutorId,
) -> Result<FetchedBlock> {
    cx.check_killed()?;
    crate::fault!("shuffle.fetch", map);
    let env = cx.env();
    let block = if *holder == env.id {
        Block::Segments(env.shuffles.get_segments(shuffle, map, reduce)?)
    } else {
        let id = crate::backend::BlockId::Shuffle {
            shuffle,
            map,
            reduce,
        };
        let bytes = env
            .transport
            .fetch(holder, id)
            .map_err(|e| Error::FetchFailed {
                shuffle,
                map,
                reduce,
                executor: holder.to_string(),
                reason: e.to_string(),
            })?;
        let crc = crc32fast::hash(&bytes);
        Block::Encoded(EncodedBlock { bytes, crc })
    };
    Ok(FetchedBlock {
        executor: holder.clone(),
        block,
    })
}

/// The node that reads what `sink` writes of `parent`.
fn shuffled<K: Data, C: Data>(
    ctx: &Context,
    name: &'static str,
    parent: &Arc<RddNode>,
    partitioner: &KeyPartitioner<K>,
    sink: SinkHandle,
    prepare: Option<Prepare>,
    site: &'static Location<'static>,
) -> Arc<RddNode> {
    let id = ctx.inner().next_shuffle_id();
    let dep = ShuffleDep::new(ctx.inner(), id, Arc::clone(parent), sink);
    let spec = NodeSpec {
        name,
        op: NodeOp::Source(SourceStep::<(K, C), _>::handle(ReadShuffle { shuffle: id })),
        parents: vec![Parent::Shuffle(dep)],
        route: Route::Leaf,
        num_partitions: partitioner.num_partitions(),
        types: TypeOf::<(K, C)>::handle(),
        partitioner: Some(partitioner.erased()),
        prepare,
        determinism: None,
    };
    RddNode::new(ctx.inner(), spec, site)
}

/// Moves records to the partitions of their keys.
pub(crate) fn partitioned<K: Data, V: Data>(
    ctx: &Context,
    name: &'static str,
    parent: &Arc<RddNode>,
    partitioner: &KeyPartitioner<K>,
    prepare: Option<Prepare>,
    site: &'static Location<'static>,
) -> Arc<RddNode> {
    let sink = Arc::new(MapSink(WriteSide::<K, V> {
        partitioner: partitioner.clone(),
        records: PhantomData,
    }));
    shuffled::<K, V>(ctx, name, parent, partitioner, sink, prepare, site)
}

/// Combines on the map side, and moves the combined values to the partitions of their keys.
pub(crate) fn combined<K, V, C, E, F>(
    ctx: &Context,
    name: &'static str,
    parent: &Arc<RddNode>,
    partitioner: &KeyPartitioner<K>,
    combining: &Combining<E, F>,
    site: &'static Location<'static>,
) -> Arc<RddNode>
where
    K: Key,
    V: Data,
    C: Data,
    E: Data,
    F: Send + Sync + 'static,
    Combining<E, F>: Combiner<V, C>,
{
    let sink = Arc::new(MapSink(CombineSide::<K, V, C, E, F> {
        partitioner: partitioner.clone(),
        combining: combining.clone(),
        records: PhantomData,
    }));
    shuffled::<K, C>(ctx, name, parent, partitioner, sink, None, site)
}
