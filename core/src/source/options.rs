//! What a user can choose about input ([`InputOptions`]).

use std::io;

use serde::{Deserialize, Serialize};

use crate::conf::Conf;
use crate::error::{Error, Result};

/// Says whether the task should go on: an error ends the reading. Asked at least once per chunk
/// and per block of a file.
pub type KillCheck<'a> = &'a (dyn Fn() -> Result<()> + 'a);

/// How files are listed, cut and read. The defaults are Spark's.
///
/// ```
/// use flint_core::source::InputOptions;
///
/// let options = InputOptions { lossy_utf8: true, ..InputOptions::default() };
/// assert!(options.ignore_empty_splits);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputOptions {
    /// `mapreduce.input.fileinputformat.input.dir.recursive`: whether directories inside input
    /// directories are read, too. Default: no, they are an error.
    pub recursive: bool,
    /// `mapreduce.input.fileinputformat.input.dir.nonrecursive.ignore.subdirs`: whether directories
    /// inside input directories are passed over instead. Default: no.
    pub ignore_sub_dirs: bool,
    /// `mapreduce.input.fileinputformat.split.minsize`, in bytes. Default: 1.
    pub min_split_bytes: u64,
    /// `fs.local.block.size`, in bytes: no split of a local file is much larger. Default: 32 MiB.
    pub block_bytes: u64,
    /// `spark.hadoopRDD.ignoreEmptySplits`: whether an empty file gives no partition rather than an
    /// empty one. Default: yes.
    pub ignore_empty_splits: bool,
    /// `spark.files.ignoreMissingFiles`: whether files that are gone are passed over with a
    /// warning. Default: no.
    pub ignore_missing_files: bool,
    /// `spark.files.ignoreCorruptFiles`: whether the rest of a file that can't be read or
    /// decompressed is passed over with a warning. Default: no.
    pub ignore_corrupt_files: bool,
    /// Whether bytes that are not UTF-8 become U+FFFD, as in Spark. Default: no, they are
    /// [`Error::InvalidUtf8`].
    pub lossy_utf8: bool,
    /// Bytes that a reader of lines reads at once. A long line that a program keeps, keeps a block
    /// of this size in memory (see [`Text::compact`](crate::Text::compact)), and larger ones read
    /// no faster. Default: 128 KiB.
    pub buffer_bytes: usize,
}

impl Default for InputOptions {
    fn default() -> Self {
        InputOptions {
            recursive: false,
            ignore_sub_dirs: false,
            min_split_bytes: 1,
            block_bytes: 32 << 20,
            ignore_empty_splits: true,
            ignore_missing_files: false,
            ignore_corrupt_files: false,
            lossy_utf8: false,
            buffer_bytes: 128 << 10,
        }
    }
}

impl InputOptions {
    /// The options that a configuration asks for: the keys named at each field below
    /// `spark.hadoop.`, the `spark.` keys themselves, and `flint.files.maxSplitBytes` for
    /// [`block_bytes`](Self::block_bytes). The other two have no key.
    ///
    /// ```
    /// use flint_core::conf::Conf;
    /// use flint_core::source::InputOptions;
    /// let conf = Conf::new().with("flint.files.maxSplitBytes", "1m")?;
    /// assert_eq!(InputOptions::from_conf(&conf)?.block_bytes, 1 << 20);
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Conf`] for a value that can't be used.
    pub fn from_conf(conf: &Conf) -> Result<Self> {
        let max_split = "flint.files.maxSplitBytes";
        let block_bytes = conf.get_bytes(max_split)?;
        if block_bytes == 0 {
            return Err(Error::Conf {
                key: max_split.to_owned(),
                value: conf.get_str(max_split)?.to_owned(),
                reason: "a split has at least 1 byte".to_owned(),
            });
        }
        let input = |key: &str| format!("spark.hadoop.mapreduce.input.fileinputformat.{key}");
        Ok(InputOptions {
            recursive: conf.get_bool(&input("input.dir.recursive"))?,
            ignore_sub_dirs: conf.get_bool(&input("input.dir.nonrecursive.ignore.subdirs"))?,
            min_split_bytes: conf.get_bytes(&input("split.minsize"))?,
            block_bytes,
            ignore_empty_splits: conf.get_bool("spark.hadoopRDD.ignoreEmptySplits")?,
            ignore_missing_files: conf.get_bool("spark.files.ignoreMissingFiles")?,
            ignore_corrupt_files: conf.get_bool("spark.files.ignoreCorruptFiles")?,
            ..InputOptions::default()
        })
    }

    /// Passes `error` on, or logs it if the options tolerate it.
    pub(super) fn tolerate(&self, error: Error) -> Result<()> {
        let (tolerated, what) = match &error {
            Error::PathNotFound { .. } => (self.ignore_missing_files, "skipped a missing input"),
            Error::Io { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                (self.ignore_missing_files, "skipped a missing input")
            }
            Error::Io { .. } | Error::Corrupt { .. } => (
                self.ignore_corrupt_files,
                "skipped the rest of a corrupt input",
            ),
            _ => (false, ""),
        };
        if !tolerated {
            return Err(error);
        }
        tracing::warn!(%error, "{what}");
        Ok(())
    }
}
