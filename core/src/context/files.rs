//! RDDs of files.
//!
//! Files are listed and cut into partitions when the RDD is made, so that a path that does not
//! exist is reported there. (Spark lists at the first action; the partitions are the same.) Splits
//! are plain data behind an `Arc`; tasks open their own.

use std::panic::Location;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Context;
use crate::data::Data;
use crate::error::{Error, Result};
use crate::exec::{ChunkSource, TaskContext, TaskCounters};
use crate::rdd::Rdd;
use crate::rdd::step::Source;
use crate::source::{
    BinaryFile, FileSplit, InputFile, InputOptions, PackedFiles, binary_file_splits, line_splits,
    list_binary_files, list_files, object_splits, read_lines, read_objects, read_records,
    read_whole_texts, record_splits, whole_text_splits,
};
use crate::text::Text;

/// Asked by readers between blocks of a file, on the thread of the task that they read for.
fn check_killed() -> Result<()> {
    TaskContext::get().map_or(Ok(()), |cx| cx.check_killed())
}

/// Counts what a reader reads: records as they come, the bytes of the split at its end.
struct Counted<S: ?Sized> {
    cx: TaskContext,
    bytes: u64,
    reader: Box<S>,
}

impl<T: Data> ChunkSource<T> for Counted<dyn ChunkSource<T>> {
    fn next(&mut self, out: &mut Vec<T>) -> Result<bool> {
        let before = out.len();
        let more = self.reader.next(out)?;
        let counters = self.cx.counters();
        TaskCounters::add(&counters.records_read, (out.len() - before) as u64);
        if !more {
            TaskCounters::add(&counters.bytes_read, std::mem::take(&mut self.bytes));
        }
        Ok(more)
    }
}

fn counted<T: Data>(
    cx: &TaskContext,
    bytes: u64,
    reader: Box<dyn ChunkSource<T>>,
) -> Box<dyn ChunkSource<T>> {
    Box::new(Counted {
        cx: cx.clone(),
        bytes,
        reader,
    })
}

/// What a partition of files reads its records by.
trait Format<T>: Serialize + for<'de> Deserialize<'de> + Send + Sync + 'static {
    /// The files of one partition.
    type Split: Serialize + for<'de> Deserialize<'de> + Send + Sync + 'static;

    fn read(&self, split: &Self::Split, options: &InputOptions) -> Result<Box<dyn ChunkSource<T>>>;

    /// Bytes that reading all of it reads.
    fn bytes(split: &Self::Split) -> u64;
}

/// The files of an RDD, a split for each partition.
#[derive(Serialize, Deserialize)]
struct Files<F, S> {
    format: F,
    splits: Arc<Vec<S>>,
    options: Arc<InputOptions>,
}

impl<T: Data, F: Format<T>> Source<T> for Files<F, F::Split> {
    fn open(&self, cx: &TaskContext, partition: usize) -> Result<Box<dyn ChunkSource<T>>> {
        let split = &self.splits[partition];
        let reader = self.format.read(split, &self.options)?;
        Ok(counted(cx, F::bytes(split), reader))
    }
}

#[derive(Serialize, Deserialize)]
struct Lines;

impl Format<Text> for Lines {
    type Split = FileSplit;

    fn read(
        &self,
        split: &FileSplit,
        options: &InputOptions,
    ) -> Result<Box<dyn ChunkSource<Text>>> {
        read_lines(split, options, &check_killed)
    }

    fn bytes(split: &FileSplit) -> u64 {
        split.len
    }
}

#[derive(Serialize, Deserialize)]
struct WholeTexts;

impl Format<(Text, Text)> for WholeTexts {
    type Split = PackedFiles;

    fn read(
        &self,
        split: &PackedFiles,
        options: &InputOptions,
    ) -> Result<Box<dyn ChunkSource<(Text, Text)>>> {
        read_whole_texts(split, options, &check_killed)
    }

    fn bytes(split: &PackedFiles) -> u64 {
        split.files.iter().map(|f| f.len).sum()
    }
}

#[derive(Serialize, Deserialize)]
struct BinaryFiles;

impl Format<(Text, BinaryFile)> for BinaryFiles {
    type Split = PackedFiles;

    fn read(
        &self,
        split: &PackedFiles,
        _: &InputOptions,
    ) -> Result<Box<dyn ChunkSource<(Text, BinaryFile)>>> {
        Ok(Box::new(Once(list_binary_files(split))))
    }

    /// None: the user's code opens the files.
    fn bytes(_: &PackedFiles) -> u64 {
        0
    }
}

/// One chunk.
struct Once<T>(Vec<T>);

impl<T> ChunkSource<T> for Once<T> {
    fn next(&mut self, out: &mut Vec<T>) -> Result<bool> {
        let some = !self.0.is_empty();
        out.append(&mut self.0);
        Ok(some)
    }
}

#[derive(Serialize, Deserialize)]
struct Records {
    bytes: usize,
}

impl Format<Vec<u8>> for Records {
    type Split = FileSplit;

    fn read(
        &self,
        split: &FileSplit,
        options: &InputOptions,
    ) -> Result<Box<dyn ChunkSource<Vec<u8>>>> {
        read_records(split, self.bytes, options, &check_killed)
    }

    fn bytes(split: &FileSplit) -> u64 {
        split.len
    }
}

#[derive(Serialize, Deserialize)]
struct Objects;

impl<T: Data> Format<T> for Objects {
    type Split = FileSplit;

    fn read(&self, split: &FileSplit, options: &InputOptions) -> Result<Box<dyn ChunkSource<T>>> {
        read_objects(split, options, &check_killed)
    }

    fn bytes(split: &FileSplit) -> u64 {
        split.len
    }
}

impl Context {
    /// How this context lists, cuts and reads files, as its configuration says: a base for the
    /// methods that take [`InputOptions`].
    ///
    /// # Errors
    /// [`Error::Conf`] for a value that can't be used.
    pub fn input_options(&self) -> Result<InputOptions> {
        InputOptions::from_conf(self.conf())
    }

    /// The lines of text files, without their line ends (`\n`, `\r\n` or `\r`).
    ///
    /// `path` is a file, a directory, a pattern, or a list of them separated by commas, with
    /// `file:` or without. `.gz` and `.zst` files are decompressed, each in one partition; other
    /// files are cut into `min_partitions` partitions or more (0: the
    /// [default](Self::default_min_partitions)). Empty files give no partition.
    ///
    /// Unlike Spark, bytes that are not UTF-8 are an error; see
    /// [`text_file_with`](Self::text_file_with) to replace them.
    ///
    /// # Errors
    /// [`Error::PathNotFound`] (Spark reports it at the first action), [`Error::Argument`] for a
    /// path that can't be understood or a compression that can't be read, [`Error::Io`].
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    /// let lines = ctx.text_file(manifest, 0)?;
    /// assert_eq!(lines.num_partitions(), 2);
    /// assert_eq!(lines.collect()?[0], "[package]");
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn text_file(&self, path: impl AsRef<Path>, min_partitions: usize) -> Result<Rdd<Text>> {
        self.text_file_with(path, min_partitions, &self.input_options()?)
    }

    /// [`text_file`](Self::text_file) with options other than the configured ones.
    ///
    /// # Errors
    /// As [`text_file`](Self::text_file).
    ///
    /// ```
    /// use flint_core::Context;
    /// use flint_core::source::InputOptions;
    /// let ctx = Context::local("local[2]")?;
    /// let lossy = InputOptions { lossy_utf8: true, ..ctx.input_options()? };
    /// let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    /// assert!(ctx.text_file_with(manifest, 1, &lossy)?.count()? > 10);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn text_file_with(
        &self,
        path: impl AsRef<Path>,
        min_partitions: usize,
        options: &InputOptions,
    ) -> Result<Rdd<Text>> {
        let site = Location::caller();
        let (path, files) = listed(path.as_ref(), options)?;
        let splits = line_splits(&files, self.or_default(min_partitions), options)?;
        Ok(self.files_rdd("text_file", path, Lines, splits, options, site))
    }

    /// Whole text files as pairs of path (`file:/dir/name`) and content, several to a partition:
    /// `min_partitions` of them or more if the files are about equal in size (0: the
    /// [default](Self::default_min_partitions)). Empty files are records too.
    ///
    /// # Errors
    /// As [`text_file`](Self::text_file).
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    /// let files = ctx.whole_text_files(sources, 0)?.collect()?;
    /// assert!(files[0].0.ends_with("/Cargo.toml") && files[0].1.starts_with("[package]"));
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn whole_text_files(
        &self,
        path: impl AsRef<Path>,
        min_partitions: usize,
    ) -> Result<Rdd<(Text, Text)>> {
        let site = Location::caller();
        let options = self.input_options()?;
        let (path, files) = listed(path.as_ref(), &options)?;
        let splits = whole_text_splits(&files, self.or_default(min_partitions))?;
        Ok(self.files_rdd("whole_text_files", path, WholeTexts, splits, &options, site))
    }

    /// Files as pairs of path (`file:/dir/name`) and [`BinaryFile`], which reads the content where
    /// and when it is needed. Partitions have `spark.files.maxPartitionBytes` at most, with
    /// `spark.files.openCostInBytes` added for each file. `min_partitions` 0: the
    /// [default](Self::default_min_partitions).
    ///
    /// # Errors
    /// As [`text_file`](Self::text_file).
    ///
    /// ```
    /// use flint_core::Context;
    /// let ctx = Context::local("local[2]")?;
    /// let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    /// let sizes = ctx.binary_files(manifest, 0)?.map(|(_, file)| file.len()).collect()?;
    /// assert!(sizes[0] > 100);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn binary_files(
        &self,
        path: impl AsRef<Path>,
        min_partitions: usize,
    ) -> Result<Rdd<(Text, BinaryFile)>> {
        let site = Location::caller();
        let options = self.input_options()?;
        let (path, files) = listed(path.as_ref(), &options)?;
        let splits = binary_file_splits(
            &files,
            self.or_default(min_partitions),
            self.default_parallelism(),
            self.conf().get_bytes("spark.files.maxPartitionBytes")?,
            self.conf().get_bytes("spark.files.openCostInBytes")?,
        );
        Ok(self.files_rdd("binary_files", path, BinaryFiles, splits, &options, site))
    }

    /// The records of files of fixed-length records, `record_length` bytes each.
    ///
    /// # Errors
    /// As [`text_file`](Self::text_file); [`Error::Argument`] if `record_length` is 0;
    /// [`Error::Corrupt`] naming a file that does not end with a whole record.
    ///
    /// ```
    /// use flint_core::Context;
    /// let file = std::env::temp_dir().join(format!("flint-doc-records-{}", std::process::id()));
    /// # let io = |e| flint_core::Error::io("write", &file, e);
    /// std::fs::write(&file, [1, 0, 2, 0]).map_err(io)?;
    /// let ctx = Context::local("local[2]")?;
    /// assert_eq!(ctx.binary_records(&file, 2)?.collect()?, [[1, 0], [2, 0]]);
    /// # std::fs::remove_file(&file).ok();
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn binary_records(
        &self,
        path: impl AsRef<Path>,
        record_length: usize,
    ) -> Result<Rdd<Vec<u8>>> {
        let site = Location::caller();
        let options = self.input_options()?;
        let (path, files) = listed(path.as_ref(), &options)?;
        let splits = record_splits(&files, record_length, &options)?;
        let format = Records {
            bytes: record_length,
        };
        Ok(self.files_rdd("binary_records", path, format, splits, &options, site))
    }

    /// What [`Rdd::save_as_object_file`] saved, a partition for each file, in their order.
    ///
    /// # Errors
    /// As [`text_file`](Self::text_file). Records of another type than were saved are
    /// [`Error::Codec`](crate::Error::Codec), reported by the job that reads them.
    ///
    /// ```
    /// use flint_core::Context;
    /// let dir = std::env::temp_dir().join(format!("flint-doc-objects-{}", std::process::id()));
    /// let ctx = Context::local("local[2]")?;
    /// ctx.parallelize(vec![(1, 'a'), (2, 'b')], 2).save_as_object_file(&dir)?;
    /// assert_eq!(ctx.object_file::<(i32, char)>(&dir)?.collect()?, [(1, 'a'), (2, 'b')]);
    /// # std::fs::remove_dir_all(&dir).ok();
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    #[track_caller]
    pub fn object_file<T: Data>(&self, path: impl AsRef<Path>) -> Result<Rdd<T>> {
        let site = Location::caller();
        let options = self.input_options()?;
        let (path, files) = listed(path.as_ref(), &options)?;
        let splits = object_splits(&files);
        Ok(self.files_rdd("object_file", path, Objects, splits, &options, site))
    }

    fn or_default(&self, min_partitions: usize) -> usize {
        match min_partitions {
            0 => self.default_min_partitions(),
            n => n,
        }
    }

    /// An RDD of splits, named by its path.
    fn files_rdd<T: Data, F: Format<T>>(
        &self,
        operator: &'static str,
        path: &str,
        format: F,
        splits: Vec<F::Split>,
        options: &InputOptions,
        site: &'static Location<'static>,
    ) -> Rdd<T> {
        let partitions = splits.len();
        let source = Files {
            format,
            splits: Arc::new(splits),
            options: Arc::new(options.clone()),
        };
        self.source_rdd::<T, _>(operator, source, partitions, site)
            .set_name(path)
    }
}

/// The files behind what a user wrote, and that as text.
fn listed<'a>(path: &'a Path, options: &InputOptions) -> Result<(&'a str, Vec<InputFile>)> {
    let text = path
        .to_str()
        .ok_or_else(|| Error::argument("path", format!("`{}` is not UTF-8", path.display())))?;
    Ok((text, list_files(text, options)?))
}

#[cfg(test)]
mod tests;
