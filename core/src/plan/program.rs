//! [`StageProgram`]: what the tasks of one stage run.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::definition::{PullHandle, SinkHandle, SinkOutput, SinkValue, SourceHandle, TypeHandle};
use super::route::Route;
use crate::closure::{EncodedDef, build_hash, decode_def};
use crate::error::{Error, Result};
use crate::exec::TaskContext;
use crate::exec::chain::{AnySource, Chain};
use crate::exec::chunk::AnyChunk;
use crate::exec::feed::Feed;
use crate::exec::operator::OperatorHandle;
use crate::storage::level::StorageLevel;

/// What one step of a program does.
#[derive(Clone)]
pub(crate) enum NodeOp {
    /// A one-to-one operator on the one parent.
    Push(OperatorHandle),
    /// A step that pulls its inputs.
    Pull(PullHandle),
    /// A step without inputs in this stage.
    Source(SourceHandle),
    /// Other steps' records as they are (union, coalesce).
    Pass,
}

/// A step: what it does, to which other steps, and how its partitions map to theirs.
#[derive(Clone)]
pub(crate) struct ProgramNode {
    pub(crate) op: NodeOp,
    pub(crate) parents: Vec<u32>,
    pub(crate) route: Route,
    pub(crate) types: TypeHandle,
    /// The RDD and level, if its partitions are to be kept.
    pub(crate) persist: Option<(u64, StorageLevel)>,
}

/// What the tasks of one stage run: a flat list of steps, parents before children, and a sink
/// that takes the records of the last one.
///
/// Within a process it is shared as it is. For another process of the same executable it becomes
/// bytes by [`encode`](Self::encode) and comes back by [`decode`](Self::decode).
pub struct StageProgram {
    nodes: Vec<ProgramNode>,
    sink: SinkHandle,
}

impl fmt::Debug for StageProgram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StageProgram({} steps)", self.nodes.len())
    }
}

impl StageProgram {
    pub(crate) fn new(nodes: Vec<ProgramNode>, sink: SinkHandle) -> Self {
        StageProgram { nodes, sink }
    }

    /// The step whose records go into the sink.
    pub(crate) fn root(&self) -> usize {
        self.nodes.len() - 1
    }

    pub(crate) fn sink(&self) -> &SinkHandle {
        &self.sink
    }

    /// The chain that ends in partition `partition` of step `node`: from there back to the first
    /// step that is not a plain operator.
    pub(crate) fn chain(
        self: &Arc<Self>,
        cx: &TaskContext,
        node: usize,
        partition: usize,
    ) -> Result<Chain> {
        self.chain_from(cx, node, partition, true)
    }

    fn chain_from(
        self: &Arc<Self>,
        cx: &TaskContext,
        mut node: usize,
        mut partition: usize,
        mut stop_at_persisted: bool,
    ) -> Result<Chain> {
        let (mut ops, mut slots) = (VecDeque::new(), VecDeque::new());
        let source = loop {
            let step = &self.nodes[node];
            if let (Some((rdd, level)), true) = (step.persist, stop_at_persisted) {
                let feed = Feed::computing(cx.clone(), Arc::clone(self), node, partition);
                break step.types.persisted(cx, rdd, level, feed)?;
            }
            stop_at_persisted = true;
            match &step.op {
                NodeOp::Push(def) => {
                    ops.push_front(def.create(cx, partition));
                    node = step.parents[0] as usize;
                    slots.push_front(self.nodes[node].types.chunk());
                }
                NodeOp::Source(def) => break def.open(cx, partition)?,
                NodeOp::Pull(def) => {
                    break def.open(cx, partition, self.feeds(cx, step, partition))?;
                }
                NodeOp::Pass => match step.route.single(partition) {
                    Some((parent, p)) => (node, partition) = (step.parents[parent] as usize, p),
                    None => break Box::new(Concat(self.feeds(cx, step, partition).into())),
                },
            }
        };
        Ok(Chain::new(cx.clone(), source, ops.into(), slots.into()))
    }

    /// The same as [`chain`](Self::chain), for a step that is persisted, to compute it.
    pub(crate) fn computing_chain(
        self: &Arc<Self>,
        cx: &TaskContext,
        node: usize,
        partition: usize,
    ) -> Result<Chain> {
        self.chain_from(cx, node, partition, false)
    }

    fn feeds(
        self: &Arc<Self>,
        cx: &TaskContext,
        step: &ProgramNode,
        partition: usize,
    ) -> Vec<Feed> {
        step.route
            .inputs(partition, step.parents.len())
            .into_iter()
            .map(|(parent, p)| {
                Feed::new(
                    cx.clone(),
                    Arc::clone(self),
                    step.parents[parent] as usize,
                    p,
                )
            })
            .collect()
    }

    /// The program as bytes.
    ///
    /// # Errors
    /// [`Error::NotPortable`] with the place of the first closure that captures something;
    /// [`Error::Codec`] for an environment that can't be encoded.
    pub fn encode(&self) -> Result<Bytes> {
        let mut nodes = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            nodes.push(WireNode {
                op: match &node.op {
                    NodeOp::Push(def) => WireOp::Push(def.encode()?),
                    NodeOp::Pull(def) => WireOp::Pull(def.encode()?),
                    NodeOp::Source(def) => WireOp::Source(def.encode()?),
                    NodeOp::Pass => WireOp::Pass,
                },
                parents: node.parents.clone(),
                route: node.route.clone(),
                types: node.types.encode()?,
                persist: node.persist,
            });
        }
        let wire = WireProgram {
            build: build_hash()?.to_owned(),
            nodes,
            sink: self.sink.encode()?,
        };
        postcard::to_allocvec(&wire)
            .map(Bytes::from)
            .map_err(|e| codec_error("encode", &e))
    }

    /// The program that [`encode`](Self::encode) wrote in a process of the same executable.
    ///
    /// # Errors
    /// [`Error::ForeignBuild`] if the executable is another one; [`Error::Codec`] or
    /// [`Error::Corrupt`] for bytes that are no program.
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let (theirs, rest): (String, &[u8]) =
            postcard::take_from_bytes(bytes).map_err(|e| codec_error("decode", &e))?;
        let ours = build_hash()?;
        if theirs != ours {
            return Err(Error::ForeignBuild {
                theirs,
                ours: ours.to_owned(),
            });
        }
        let (wire_nodes, sink): (Vec<WireNode>, EncodedDef) =
            postcard::from_bytes(rest).map_err(|e| codec_error("decode", &e))?;
        let mut nodes = Vec::with_capacity(wire_nodes.len());
        for node in wire_nodes {
            nodes.push(ProgramNode {
                op: match &node.op {
                    WireOp::Push(def) => NodeOp::Push(decode_def(def)?),
                    WireOp::Pull(def) => NodeOp::Pull(decode_def(def)?),
                    WireOp::Source(def) => NodeOp::Source(decode_def(def)?),
                    WireOp::Pass => NodeOp::Pass,
                },
                parents: node.parents,
                route: node.route,
                types: decode_def(&node.types)?,
                persist: node.persist,
            });
        }
        if nodes.is_empty() {
            return Err(Error::corrupt("stage program", "it has no step"));
        }
        Ok(StageProgram {
            nodes,
            sink: decode_def(&sink)?,
        })
    }

    /// The output of one of this program's tasks as bytes.
    ///
    /// # Errors
    /// [`Error::Codec`] if the result can't be encoded.
    pub fn encode_output(&self, output: &SinkOutput) -> Result<Bytes> {
        match &output.value {
            SinkValue::Local(value) => self.sink.encode_result(&**value),
            SinkValue::Wire(bytes) => Ok(bytes.clone()),
        }
    }
}

fn codec_error(op: &str, e: &postcard::Error) -> Error {
    Error::Codec {
        op: op.to_owned(),
        type_name: "StageProgram".to_owned(),
        reason: e.to_string(),
    }
}

/// The bytes of a program. The build comes first: nothing else of another build's is read.
#[derive(Serialize)]
struct WireProgram {
    build: String,
    nodes: Vec<WireNode>,
    sink: EncodedDef,
}

#[derive(Serialize, Deserialize)]
struct WireNode {
    op: WireOp,
    parents: Vec<u32>,
    route: Route,
    types: EncodedDef,
    persist: Option<(u64, StorageLevel)>,
}

#[derive(Serialize, Deserialize)]
enum WireOp {
    Push(EncodedDef),
    Pull(EncodedDef),
    Source(EncodedDef),
    Pass,
}

/// Several partitions, one after the other.
struct Concat(VecDeque<Feed>);

impl AnySource for Concat {
    fn next(&mut self, out: &mut dyn AnyChunk) -> Result<bool> {
        while let Some(feed) = self.0.front_mut() {
            if feed.next(out)? {
                return Ok(true);
            }
            self.0.pop_front();
        }
        Ok(false)
    }
}
