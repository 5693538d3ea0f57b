//! Data of a benchmark as a directory of Parquet files: `DIR/TABLE/part-00000.parquet`.
//!
//! The directory appears as a whole: tables are written beside it, and it is renamed when all are
//! there. So a directory that a killed run left behind is never taken for data, and two processes
//! that make the same data at once both end with it. `_COMPLETE`, which is written last, says what
//! the directory holds; asked for the same again, nothing is done.
//!
//! Files hold no Arrow schema: readers see them as Spark sees its own, strings as strings.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use crate::tables::{self, Part, Table};
use crate::{Benchmark, Error, Result};

const MARKER: &str = "_COMPLETE";
/// Counts up when the same call writes other files than before, so that old ones are not used.
const FORM: u32 = 1;

/// The data of a benchmark at a scale factor; about `scale` GB as text.
///
/// ```
/// use flint_sql_tpc::tpch;
///
/// let dir = tempfile::tempdir()?;
/// let path = dir.path().join("tpch");
/// tpch(0.001).write_parquet(&path, 2)?;
/// assert!(path.join("orders/part-00001.parquet").is_file());
/// assert!(path.join("region/part-00000.parquet").is_file());
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Data {
    benchmark: Benchmark,
    scale: f64,
}

/// The data of TPC-H at a scale factor.
pub fn tpch(scale: f64) -> Data {
    Data::new(Benchmark::TpcH, scale)
}

/// The data of TPC-DS at a scale factor. Some dimensions have a fixed size, so 0.01 is not a tenth
/// of 0.1: `customer_demographics` has 1,920,800 rows at every scale.
pub fn tpcds(scale: f64) -> Data {
    Data::new(Benchmark::TpcDs, scale)
}

impl Data {
    /// The data of `benchmark` at a scale factor.
    pub fn new(benchmark: Benchmark, scale: f64) -> Data {
        Data { benchmark, scale }
    }

    /// Which benchmark's.
    pub fn benchmark(&self) -> Benchmark {
        self.benchmark
    }

    /// Writes each table into its directory below `dir`, as at most `files_per_table` files of the
    /// same size: tables of a few hundred rows are one file always. Uses all cores.
    ///
    /// Does nothing if `dir` holds this data already.
    ///
    /// # Errors
    /// If the scale factor is not above 0, a file can't be written, or `dir` holds something else.
    pub fn write_parquet(&self, dir: &Path, files_per_table: usize) -> Result<()> {
        if !(self.scale.is_finite() && self.scale > 0.0) {
            return Err(self.refused("a scale factor is a number above 0"));
        }
        let files = files_per_table.max(1);
        let wanted = self.describe(files);
        if holds(dir, &wanted)? {
            return Ok(());
        }
        let beside = beside(dir);
        fs::create_dir_all(&beside).map_err(Error::io(&beside))?;
        let written = self
            .write_tables(&beside, files)
            .and_then(|()| write_marker(&beside, &wanted))
            .and_then(|()| put_in_place(&beside, dir, &wanted));
        if written.is_err() {
            // The error says more than a failure to clean up would.
            fs::remove_dir_all(&beside).ok();
        }
        written
    }

    /// What the marker says: everything that the files depend on.
    fn describe(&self, files: usize) -> String {
        let Data { benchmark, scale } = self;
        format!("{benchmark} at scale {scale} in up to {files} files a table, form {FORM}")
    }

    fn write_tables(&self, dir: &Path, files: usize) -> Result<()> {
        let mut work = Vec::new();
        for table in tables::of(self.benchmark) {
            let parts = table.parts(self.scale, files)?;
            let folder = dir.join(table.name);
            fs::create_dir_all(&folder).map_err(Error::io(&folder))?;
            for part in 0..parts {
                let path = folder.join(format!("part-{part:05}.parquet"));
                let scale = self.scale;
                work.push((table, Part { scale, part, parts }, path));
            }
        }
        // The first error ends a worker; the others finish what they have begun.
        let next = AtomicUsize::new(0);
        let worker = || -> Result<()> {
            while let Some((table, part, path)) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
                self.write_part(table, *part, path)?;
            }
            Ok(())
        };
        let threads = thread::available_parallelism().map_or(1, usize::from);
        thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
            workers.into_iter().try_for_each(|worker| {
                let panicked = |_| Err(self.refused("the generator panicked"));
                worker.join().unwrap_or_else(panicked)
            })
        })
    }

    fn write_part(&self, table: &Table, part: Part, path: &Path) -> Result<()> {
        let parquet = |source| Error::Parquet {
            path: path.to_owned(),
            source,
        };
        let rows = table.open(part)?;
        let file = File::create(path).map_err(Error::io(path))?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .build();
        let options = ArrowWriterOptions::new()
            .with_properties(properties)
            .with_skip_arrow_metadata(true);
        let mut writer =
            ArrowWriter::try_new_with_options(file, rows.schema(), options).map_err(parquet)?;
        for batch in rows {
            let batch = batch.map_err(|error| self.refused(&error.to_string()))?;
            writer.write(&batch).map_err(parquet)?;
        }
        writer.close().map_err(parquet)?;
        Ok(())
    }

    fn refused(&self, reason: &str) -> Error {
        Error::Generator {
            benchmark: self.benchmark.name(),
            scale: self.scale,
            reason: reason.to_owned(),
        }
    }
}

/// Whether `dir` holds the wanted data; an empty or missing directory does not.
fn holds(dir: &Path, wanted: &str) -> Result<bool> {
    let found = match fs::read_to_string(dir.join(MARKER)) {
        Ok(found) if found == wanted => return Ok(true),
        Ok(found) => found,
        Err(_) if is_empty(dir)? => return Ok(false),
        Err(_) => "files of unknown origin".to_owned(),
    };
    Err(Error::Occupied {
        path: dir.to_owned(),
        found,
        wanted: wanted.to_owned(),
    })
}

fn is_empty(dir: &Path) -> Result<bool> {
    match fs::read_dir(dir) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(e) => Err(Error::io(dir)(e)),
    }
}

/// Where data is written before it takes its place: on the same file system, so that a rename does.
fn beside(dir: &Path) -> PathBuf {
    static LAST: AtomicUsize = AtomicUsize::new(0);
    let number = LAST.fetch_add(1, Ordering::Relaxed);
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    dir.with_file_name(format!(".{name}.{}-{number}", std::process::id()))
}

fn write_marker(dir: &Path, text: &str) -> Result<()> {
    let marker = dir.join(MARKER);
    fs::write(&marker, text).map_err(Error::io(marker))
}

/// Renames, unless someone else was faster with the same.
fn put_in_place(from: &Path, to: &Path, wanted: &str) -> Result<()> {
    match fs::rename(from, to) {
        Ok(()) => Ok(()),
        Err(_) if holds(to, wanted)? => fs::remove_dir_all(from).map_err(Error::io(from)),
        Err(e) => Err(Error::io(to)(e)),
    }
}

#[cfg(test)]
mod tests {
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    use super::*;

    fn types_of(dir: &Path, table: &str) -> String {
        let file = File::open(dir.join(table).join("part-00000.parquet")).unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
        let fields = reader.schema().fields().iter();
        let type_of =
            |f: &std::sync::Arc<arrow::datatypes::Field>| format!("{} {}", f.name(), f.data_type());
        fields.map(type_of).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn data_is_made_once() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("h");
        tpch(0.001).write_parquet(&dir, 4).unwrap();
        let marker = fs::metadata(dir.join(MARKER)).unwrap().modified().unwrap();
        tpch(0.001).write_parquet(&dir, 4).unwrap();
        assert_eq!(
            fs::metadata(dir.join(MARKER)).unwrap().modified().unwrap(),
            marker
        );
        assert_eq!(fs::read_dir(dir.join("orders")).unwrap().count(), 4);
        assert_eq!(fs::read_dir(dir.join("nation")).unwrap().count(), 1);
        assert_eq!(
            fs::read_dir(root.path()).unwrap().count(),
            1,
            "nothing is left beside"
        );
    }

    #[test]
    fn what_is_there_is_not_overwritten() {
        let root = tempfile::tempdir().unwrap();
        tpch(0.001).write_parquet(root.path(), 1).unwrap();
        let other = tpch(0.002).write_parquet(root.path(), 1).unwrap_err();
        let text = other.to_string();
        assert!(text.contains("holds tpch at scale 0.001"), "{text}");
        let foreign = tempfile::tempdir().unwrap();
        fs::write(foreign.path().join("file"), "mine").unwrap();
        let error = tpch(0.001).write_parquet(foreign.path(), 1).unwrap_err();
        assert!(error.to_string().contains("unknown origin"), "{error}");
        assert!(foreign.path().join("file").exists());
    }

    #[test]
    fn scales_that_are_none_are_refused() {
        let root = tempfile::tempdir().unwrap();
        for scale in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let error = tpcds(scale).write_parquet(root.path(), 1).unwrap_err();
            assert!(matches!(error, Error::Generator { .. }), "{error}");
        }
    }

    #[test]
    fn files_hold_plain_types() {
        let root = tempfile::tempdir().unwrap();
        tpch(0.001).write_parquet(root.path(), 1).unwrap();
        assert_eq!(
            types_of(root.path(), "orders"),
            "o_orderkey Int64, o_custkey Int64, o_orderstatus Utf8, o_totalprice Decimal128(15, 2), \
             o_orderdate Date32, o_orderpriority Utf8, o_clerk Utf8, o_shippriority Int32, o_comment Utf8"
        );
    }
}
