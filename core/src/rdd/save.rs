//! Saving: each partition one file, all of them or none.

use std::path::Path;
use std::sync::Arc;

use super::Rdd;
use super::step::Measured;
use super::view::Gathered;
use crate::data::Data;
use crate::durable::LocalFs;
use crate::error::{Error, Result};
use crate::exec::feed::early_end;
use crate::exec::{PartitionIter, TaskContext, TaskCounters};
use crate::output::{Compression, OutputJob, OutputLayout, PartWriter, TaskCommit, TaskOutput};
use crate::source::ObjectWriter;

/// Writes one partition and commits it if this attempt may.
fn write_part<T: Data>(
    layout: &OutputLayout,
    compression: Compression,
    cx: &TaskContext,
    mut records: PartitionIter<T>,
    write: impl FnOnce(&mut PartWriter, &mut dyn FnMut() -> Option<Vec<T>>) -> Result<()>,
) -> Result<Measured<TaskCommit>> {
    let output = TaskOutput::begin(Arc::new(LocalFs::new()), layout, cx.attempt())?;
    let mut part = output.part(compression)?;
    let counters = cx.counters();
    let mut next = || {
        let chunk = records.next_chunk()?;
        TaskCounters::add(&counters.records_written, chunk.len() as u64);
        Some(chunk)
    };
    write(&mut part, &mut next)?;
    early_end(cx)?;
    cx.check_killed()?;
    let file = part.finish()?;
    if !cx.env().can_commit(cx.attempt())? {
        output.abort()?;
        return Err(Error::TaskKilled {
            reason: "another attempt commits this partition".to_owned(),
        });
    }
    Ok(Measured {
        value: output.commit(vec![file])?,
        bytes: 0,
    })
}

/// Writes the partitions of an RDD as object files below `layout`.
pub(crate) fn save_objects<T: Data>(
    rdd: &Rdd<T>,
    layout: &OutputLayout,
) -> Result<Vec<TaskCommit>> {
    let commits = Gathered::new(rdd.num_partitions());
    let take = commits.taker();
    rdd.with(layout.clone()).run_all(
        |layout, cx, records| {
            write_part(layout, Compression::None, cx, records, |part, next| {
                let mut writer = ObjectWriter::<T, _>::new(part, layout.path())?;
                while let Some(chunk) = next() {
                    writer.write_chunk(&chunk)?;
                }
                writer.finish().map(drop)
            })
        },
        take,
    )?;
    Ok(commits.in_order())
}

impl<T: Data> Rdd<T> {
    /// Begins a save to `path`, lets `write` run the job, and commits what its tasks wrote.
    fn save(
        &self,
        path: &Path,
        write: impl FnOnce(&OutputLayout) -> Result<Vec<TaskCommit>>,
    ) -> Result<()> {
        let inner = self.context().inner();
        let validate = inner.conf.get_bool("spark.hadoop.validateOutputSpecs")?;
        let mut job = OutputJob::begin(Arc::clone(&inner.fs), path, validate)?;
        let commits = write(job.layout())?;
        job.commit(&commits)
    }

    /// Saves the RDD in files that [`Context::object_file`](crate::Context::object_file) reads:
    /// `part-00000` and so on, and `_SUCCESS` when all are there.
    ///
    /// # Errors
    /// [`Error::PathAlreadyExists`]; whatever keeps a partition from being computed or written. A
    /// save that fails leaves nothing behind.
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let dir = std::env::temp_dir().join(format!("flint-doc-save-objects-{}", std::process::id()));
    /// ctx.parallelize(vec![(1, 'a'), (2, 'b')], 2).save_as_object_file(&dir)?;
    /// assert_eq!(ctx.object_file::<(i32, char)>(&dir)?.count()?, 2);
    /// # std::fs::remove_dir_all(&dir).ok();
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn save_as_object_file(&self, path: impl AsRef<Path>) -> Result<()> {
        self.save(path.as_ref(), |layout| save_objects(self, layout))
    }
}

impl<T: Data + std::fmt::Display> Rdd<T> {
    /// Saves each record as a line of text: `part-00000` and so on, and `_SUCCESS` when all are
    /// there. For records that are not `Display`, `map` them to strings first.
    ///
    /// # Errors
    /// [`Error::PathAlreadyExists`]; whatever keeps a partition from being computed or written. A
    /// save that fails leaves nothing behind.
    ///
    /// ```
    /// use flint_core::Context;
    /// let dir = std::env::temp_dir().join(format!("flint-doc-save-{}", std::process::id()));
    /// let ctx = Context::local("local[2]")?;
    /// ctx.parallelize(vec![1, 2, 3], 2).save_as_text_file(&dir)?;
    /// assert!(dir.join("_SUCCESS").exists());
    /// # std::fs::remove_dir_all(&dir).ok();
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn save_as_text_file(&self, path: impl AsRef<Path>) -> Result<()> {
        self.save_as_text_file_compressed(path, Compression::None)
    }

    /// [`save_as_text_file`](Self::save_as_text_file) with compressed parts (`part-00000.gz`).
    ///
    /// # Errors
    /// As [`save_as_text_file`](Self::save_as_text_file).
    ///
    /// ```
    /// use flint_core::Context;
    /// use flint_core::output::Compression;
    /// let ctx = Context::local("local[2]")?;
    /// let dir = std::env::temp_dir().join(format!("flint-doc-save-gzip-{}", std::process::id()));
    /// ctx.parallelize(vec![1, 2, 3], 1).save_as_text_file_compressed(&dir, Compression::Gzip)?;
    /// assert!(dir.join("part-00000.gz").exists());
    /// assert_eq!(ctx.text_file(&dir, 1)?.collect()?, ["1", "2", "3"]);
    /// # std::fs::remove_dir_all(&dir).ok();
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn save_as_text_file_compressed(
        &self,
        path: impl AsRef<Path>,
        compression: Compression,
    ) -> Result<()> {
        self.save(path.as_ref(), |layout| {
            let commits = Gathered::new(self.num_partitions());
            let take = commits.taker();
            self.with((layout.clone(), compression)).run_all(
                |(layout, compression), cx, records| {
                    write_part(layout, *compression, cx, records, write_lines)
                },
                take,
            )?;
            Ok(commits.in_order())
        })
    }
}

fn write_lines<T: std::fmt::Display>(
    part: &mut PartWriter,
    next: &mut dyn FnMut() -> Option<Vec<T>>,
) -> Result<()> {
    use std::io::Write;
    while let Some(chunk) = next() {
        for record in chunk {
            writeln!(part, "{record}").map_err(|e| part.error(e))?;
        }
    }
    Ok(())
}
