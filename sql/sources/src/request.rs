//! What a session asks for: [`ReadRequest`], [`WriteRequest`].

use flint_sql_spec::{Ident, Options, SaveMode, StructType};

use crate::SourceSettings;
use crate::files::Location;
use crate::options::OptionMap;

/// What a read of files needs.
#[derive(Debug, Clone)]
pub struct ReadRequest {
    /// `parquet` or `json`, in any case; other formats of Spark are refused so far.
    pub format: String,
    /// Files, directories and patterns; the option `path` is one more.
    pub paths: Vec<String>,
    /// The schema, where the program says it; otherwise it is inferred.
    pub schema: Option<StructType>,
    /// Options, by name without case.
    pub options: Options,
    /// The session's configuration.
    pub settings: SourceSettings,
}

/// What a write of files needs.
#[derive(Debug, Clone)]
pub struct WriteRequest {
    /// `parquet` or `json`, in any case; other formats of Spark are refused so far.
    pub format: String,
    /// The directory.
    pub path: String,
    /// What happens to what is there.
    pub mode: SaveMode,
    /// Partition columns, outermost first.
    pub partition_by: Vec<Ident>,
    /// Partitions that an `INSERT OVERWRITE .. PARTITION (a = 1, b)` fixes, values as in the names of
    /// directories: only they are replaced. Empty for all others.
    pub static_partitions: Vec<(Ident, Option<String>)>,
    /// Options, by name without case.
    pub options: Options,
    /// The session's configuration.
    pub settings: SourceSettings,
}

impl ReadRequest {
    /// Whether opening it takes no more than listing files of this machine and reading a footer, for
    /// which no thread of a runtime is needed.
    pub fn is_at_hand(&self) -> bool {
        let is_local = |path: &&str| Location::parse(path).is_ok_and(|at| at.is_local());
        self.format.eq_ignore_ascii_case("parquet") && self.all_paths().iter().all(is_local)
    }

    pub(crate) fn options(&self) -> OptionMap<'_> {
        OptionMap(&self.options)
    }

    /// All paths, the option's first.
    pub(crate) fn all_paths(&self) -> Vec<&str> {
        let option = self.options().get("path");
        option
            .into_iter()
            .chain(self.paths.iter().map(String::as_str))
            .collect()
    }
}

impl WriteRequest {
    pub(crate) fn options(&self) -> OptionMap<'_> {
        OptionMap(&self.options)
    }
}
