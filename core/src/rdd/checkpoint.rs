//! Checkpoints: an RDD's records put in a safe place, and its lineage forgotten.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde::{Deserialize, Serialize};

use super::Rdd;
use super::node::{RddNode, Replaced};
use super::step::{Measured, Source, SourceStep};
use crate::context::Context;
use crate::data::Data;
use crate::error::{Error, Result};
use crate::exec::feed::early_end;
use crate::exec::{ChunkSource, TaskContext};
use crate::output::OutputJob;
use crate::plan::{NodeOp, planner};
use crate::source::{FileSplit, InputOptions};
use crate::storage::block_store::BlockId;
use crate::storage::level::StorageLevel;

/// Makes a node's checkpoint, or none where it would not be whole.
type Make = Arc<dyn Fn(&Context, &Arc<RddNode>) -> Result<Option<Replaced>> + Send + Sync>;

/// A checkpoint that was asked for.
#[derive(Default)]
pub(crate) struct Request {
    make: Option<Make>,
    reliable: bool,
}

/// Reads a reliable checkpoint.
#[derive(Serialize, Deserialize)]
struct ReadCheckpoint {
    rdd: u64,
    directory: PathBuf,
}

impl ReadCheckpoint {
    fn part(&self, partition: usize) -> PathBuf {
        self.directory.join(format!("part-{partition:05}"))
    }
}

impl<T: Data> Source<T> for ReadCheckpoint {
    fn open(&self, cx: &TaskContext, partition: usize) -> Result<Box<dyn ChunkSource<T>>> {
        let path = self.part(partition);
        let len = std::fs::metadata(&path)
            .map_err(|_| Error::CheckpointMissing {
                rdd: self.rdd,
                path: path.clone(),
            })?
            .len();
        let compression = crate::source::Compression::None;
        let split = FileSplit {
            path,
            start: 0,
            len,
            compression,
        };
        cx.check_killed()?;
        crate::source::read_objects(&split, &InputOptions::default(), &|| Ok(()))
    }
}

/// Reads a local checkpoint: blocks that can't be made again.
#[derive(Serialize, Deserialize)]
struct ReadLocal {
    rdd: u64,
}

impl<T: Data> Source<T> for ReadLocal {
    fn open(&self, cx: &TaskContext, partition: usize) -> Result<Box<dyn ChunkSource<T>>> {
        let id = BlockId {
            rdd: self.rdd,
            partition: partition as u32,
        };
        match cx.env().blocks.get::<T>(id)? {
            Some(block) => Ok(Box::new(block.source()?)),
            None => Err(Error::CheckpointMissing {
                rdd: self.rdd,
                path: PathBuf::from(id.to_string()),
            }),
        }
    }
}

impl<T: Data> Rdd<T> {
    /// Asks for a reliable checkpoint: at the end of the next job on this RDD its records are
    /// written to the checkpoint directory, and its lineage is forgotten. The RDD is computed once
    /// more for it unless it is persisted.
    ///
    /// # Errors
    /// [`Error::Argument`] if no checkpoint directory is set.
    ///
    /// ```
    /// use flint_core::Context;
    /// let dir = std::env::temp_dir().join(format!("flint-doc-checkpoint-{}", std::process::id()));
    /// let ctx = Context::local("local[2]")?;
    /// ctx.set_checkpoint_dir(&dir);
    /// let rdd = ctx.parallelize(vec![1, 2, 3], 2).map(|x| x + 1);
    /// rdd.checkpoint()?;
    /// assert_eq!(rdd.count()?, 3);
    /// assert!(rdd.is_checkpointed());
    /// # std::fs::remove_dir_all(&dir).ok();
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn checkpoint(&self) -> Result<()> {
        if self.context().checkpoint_dir().is_none() {
            return Err(Error::argument(
                "checkpoint",
                "no checkpoint directory is set",
            ));
        }
        let make: Make = Arc::new(|ctx, node| write_reliable::<T>(ctx, node).map(Some));
        self.request(true, make);
        Ok(())
    }

    /// Asks for a local checkpoint: the records are kept as persisted blocks, and the lineage is
    /// forgotten at the end of the next job. Faster than [`checkpoint`](Self::checkpoint), but a
    /// block that is lost can't be made again. If the RDD is not persisted on a level with disk, it is
    /// with `MEMORY_AND_DISK` from now on; blocks of a level without disk are computed again.
    ///
    /// Executors in other processes keep their blocks to themselves, and lose them when they end.
    /// With them the RDD is only persisted, and keeps its lineage.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let rdd = ctx.parallelize(vec![1, 2, 3], 2).map(|x| x + 1).local_checkpoint();
    /// assert_eq!(rdd.count()?, 3);
    /// assert!(rdd.is_checkpointed());
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn local_checkpoint(&self) -> Rdd<T> {
        let old = {
            let mut level = self.node().level.write();
            let old = *level;
            if !level.use_disk() {
                *level = StorageLevel::MEMORY_AND_DISK;
            }
            old
        };
        // Blocks that may be evicted rather than written to disk would take the records with them.
        if old != StorageLevel::NONE && !old.use_disk() && !self.is_checkpointed() {
            self.context().inner().forget_rdd(self.id());
        }
        self.request(false, Arc::new(|ctx, node| keep_local::<T>(ctx, node)));
        self.clone()
    }

    fn request(&self, reliable: bool, make: Make) {
        let mut request = self.node().checkpoint.lock();
        if request.make.is_none() && self.node().replaced.get().is_none() {
            *request = Request {
                make: Some(make),
                reliable,
            };
            self.context()
                .inner()
                .pending_checkpoints
                .fetch_add(1, Ordering::AcqRel);
        }
    }

    /// Whether a checkpoint has taken the place of the lineage.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let rdd = ctx.parallelize(vec![1, 2], 2).local_checkpoint();
    /// assert!(!rdd.is_checkpointed(), "no job has run");
    /// assert_eq!(rdd.count()?, 2);
    /// assert!(rdd.is_checkpointed());
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn is_checkpointed(&self) -> bool {
        self.node().replaced.get().is_some()
    }

    /// Whether a local checkpoint was asked for or made.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let rdd = ctx.parallelize(vec![1, 2], 2);
    /// assert!(!rdd.is_locally_checkpointed());
    /// assert!(rdd.local_checkpoint().is_locally_checkpointed());
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn is_locally_checkpointed(&self) -> bool {
        match self.node().replaced.get() {
            Some(r) => r.directory.is_none(),
            None => {
                let request = self.node().checkpoint.lock();
                request.make.is_some() && !request.reliable
            }
        }
    }

    /// The directory of the reliable checkpoint, once it is made.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let dir = std::env::temp_dir().join(format!("flint-doc-checkpoint-file-{}", std::process::id()));
    /// ctx.set_checkpoint_dir(&dir);
    /// let rdd = ctx.parallelize(vec![1, 2], 2);
    /// rdd.checkpoint()?;
    /// assert_eq!(rdd.count()?, 2);
    /// assert!(rdd.checkpoint_file().is_some_and(|file| file.starts_with(&dir)));
    /// # std::fs::remove_dir_all(&dir).ok();
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn checkpoint_file(&self) -> Option<PathBuf> {
        self.node().replaced.get().and_then(|r| r.directory.clone())
    }
}

impl Context {
    /// Makes the checkpoints that were asked for on `root` or what it is made from.
    pub(crate) fn make_checkpoints(&self, root: &Arc<RddNode>) -> Result<()> {
        if self.inner().pending_checkpoints.load(Ordering::Acquire) == 0 {
            return Ok(());
        }
        for node in planner::ancestors(root) {
            let Some(make) = node.checkpoint.lock().make.take() else {
                continue;
            };
            self.inner()
                .pending_checkpoints
                .fetch_sub(1, Ordering::AcqRel);
            match make(self, &node) {
                Ok(Some(replaced)) => node.replace(replaced),
                Ok(None) => {}
                Err(error) => {
                    let mut request = node.checkpoint.lock();
                    request.make = Some(make);
                    self.inner()
                        .pending_checkpoints
                        .fetch_add(1, Ordering::AcqRel);
                    return Err(error);
                }
            }
        }
        Ok(())
    }
}

fn write_reliable<T: Data>(ctx: &Context, node: &Arc<RddNode>) -> Result<Replaced> {
    let parent = ctx
        .checkpoint_dir()
        .ok_or_else(|| Error::argument("checkpoint", "no checkpoint directory is set"))?;
    let fs = Arc::clone(&ctx.inner().fs);
    fs.create_dir_all(&parent)?;
    let directory = parent.join(format!("{}-rdd-{}", ctx.inner().run_id, node.id));
    crate::fault!("checkpoint.begin");
    let mut job = OutputJob::begin(fs, &directory, true)?;
    let rdd = Rdd::<T>::new(ctx, Arc::clone(node));
    let commits = super::save::save_objects(&rdd, job.layout())?;
    crate::fault!("checkpoint.commit");
    job.commit(&commits)?;
    let source = ReadCheckpoint {
        rdd: node.id,
        directory: directory.clone(),
    };
    let op = NodeOp::Source(SourceStep::<T, _>::handle(source));
    Ok(Replaced {
        op,
        directory: Some(directory),
    })
}

fn keep_local<T: Data>(ctx: &Context, node: &Arc<RddNode>) -> Result<Option<Replaced>> {
    if !ctx.inner().driver.shares_blocks() {
        tracing::warn!(
            rdd = node.id,
            "blocks of other processes make no local checkpoint: the RDD keeps its lineage"
        );
        return Ok(None);
    }
    let rdd = Rdd::<T>::new(ctx, Arc::clone(node));
    let store = &ctx.inner().env.blocks;
    let missing: Vec<u32> = (0..node.num_partitions as u32)
        .filter(|&partition| {
            !store.contains(BlockId {
                rdd: node.id,
                partition,
            })
        })
        .collect();
    if !missing.is_empty() {
        rdd.with(()).run_on(
            missing,
            |_: &(), cx: &TaskContext, records| {
                records.for_each(drop);
                early_end(cx)?;
                Ok(Measured {
                    value: (),
                    bytes: 0,
                })
            },
            |_, ()| Ok(()),
        )?;
    }
    let source = ReadLocal { rdd: node.id };
    Ok(Some(Replaced {
        op: NodeOp::Source(SourceStep::<T, _>::handle(source)),
        directory: None,
    }))
}
