//! Files of ours, read by us and by Spark.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Int32Array, StringArray, TimestampMicrosecondArray};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::prelude::SessionContext;
use flint_sql_columnar::{arrow_schema, from_datafusion};
use flint_sql_sources::{
    ReadRequest, SourceSettings, WriteRequest, WriteSummary, json_lines, open, write,
};
use flint_sql_spec::{Result, SaveMode, StructType};
use futures::stream;

fn schema() -> StructType {
    flint_sql_parser::parse_schema("id INT, name STRING, day DATE, at TIMESTAMP").unwrap()
}

/// Some rows, from an id on.
fn rows(first: i32) -> RecordBatch {
    let names = StringArray::from(vec![Some("a/b=c"), None, Some("")]);
    let at = TimestampMicrosecondArray::from(vec![Some(0), Some(1_500_000), None]);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int32Array::from(vec![first, first + 1, first + 2])),
        Arc::new(names),
        Arc::new(Date32Array::from(vec![Some(19782), Some(0), None])),
        Arc::new(at.with_timezone("UTC")),
    ];
    RecordBatch::try_new(Arc::new(arrow_schema(&schema()).unwrap()), columns).unwrap()
}

type Item = Result<RecordBatch, DataFusionError>;

fn streams(parts: Vec<Vec<Item>>) -> Vec<SendableRecordBatchStream> {
    let arrow = Arc::new(arrow_schema(&schema()).unwrap());
    let stream = |items: Vec<Item>| {
        let stream = RecordBatchStreamAdapter::new(Arc::clone(&arrow), stream::iter(items));
        Box::pin(stream) as SendableRecordBatchStream
    };
    parts.into_iter().map(stream).collect()
}

fn request(path: &Path, mode: SaveMode, by: &[&str]) -> WriteRequest {
    WriteRequest {
        format: "parquet".to_owned(),
        path: path.to_string_lossy().into_owned(),
        mode,
        partition_by: by.iter().map(|name| (*name).into()).collect(),
        static_partitions: Vec::new(),
        options: Vec::new(),
        settings: SourceSettings::new(Arc::default()),
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().unwrap().block_on(future)
}

fn save(request: &WriteRequest, batches: &[RecordBatch]) -> Result<WriteSummary> {
    let parts = batches
        .iter()
        .map(|batch| vec![Ok(batch.clone())])
        .collect();
    run(write(request, &schema(), streams(parts)))
}

/// All rows under a path as sorted lines.
fn read(path: &Path) -> Result<Vec<String>> {
    let context = SessionContext::new();
    let request = ReadRequest {
        format: "parquet".to_owned(),
        paths: vec![path.to_string_lossy().into_owned()],
        schema: None,
        options: Vec::new(),
        settings: SourceSettings::new(context.runtime_env()),
    };
    run(async {
        let source = open(&request).await?;
        let frame = context
            .read_table(source.provider())
            .map_err(from_datafusion)?;
        let batches = frame.collect().await.map_err(from_datafusion)?;
        let mut lines = Vec::new();
        for batch in batches {
            lines.extend(json_lines(&crate::plain(&batch), source.schema())?);
        }
        lines.sort();
        Ok(lines)
    })
}

/// Names below a directory, with slashes at the ends of directories.
fn tree(path: &Path) -> Vec<String> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap()) {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            all.extend(
                tree(&entry.path())
                    .into_iter()
                    .map(|below| format!("{name}/{below}")),
            );
            all.push(format!("{name}/"));
        } else {
            all.push(name);
        }
    }
    all.sort();
    all
}

#[test]
fn rows_come_back_and_modes_do_what_they_say() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("t");
    let summary = save(
        &request(&path, SaveMode::ErrorIfExists, &[]),
        &[rows(0), rows(10)],
    )
    .unwrap();
    assert_eq!((summary.written, summary.files, summary.rows), (true, 2, 6));
    assert_eq!(read(&path).unwrap().len(), 6);
    let names = tree(&path);
    assert!(names.contains(&"_SUCCESS".to_owned()), "{names:?}");
    assert!(
        names
            .iter()
            .any(|n| n.starts_with("part-00001-") && n.ends_with("-c000.snappy.parquet"))
    );
    assert!(
        !names.iter().any(|n| n.starts_with("_temporary")),
        "{names:?}"
    );

    let refused = save(&request(&path, SaveMode::ErrorIfExists, &[]), &[rows(0)]).unwrap_err();
    assert_eq!(refused.condition().name, "PATH_ALREADY_EXISTS");
    let ignored = save(&request(&path, SaveMode::Ignore, &[]), &[rows(0)]).unwrap();
    assert!(!ignored.written);
    save(&request(&path, SaveMode::Append, &[]), &[rows(20)]).unwrap();
    assert_eq!(read(&path).unwrap().len(), 9);
    save(&request(&path, SaveMode::Overwrite, &[]), &[rows(30)]).unwrap();
    assert_eq!(read(&path).unwrap().len(), 3);
}

#[test]
fn partitions_are_directories() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("t");
    save(
        &request(&path, SaveMode::Append, &["name", "day"]),
        &[rows(0)],
    )
    .unwrap();
    let names = tree(&path);
    assert!(
        names.contains(&"name=a%2Fb%3Dc/day=2024-02-29/".to_owned()),
        "{names:?}"
    );
    let null = "name=__HIVE_DEFAULT_PARTITION__/day=__HIVE_DEFAULT_PARTITION__/";
    assert!(names.contains(&null.to_owned()), "{names:?}");
    let lines = read(&path).unwrap();
    assert!(
        lines[0].contains(r#""id":0"#) && lines[0].contains(r#""name":"a/b=c","day":"2024-02-29""#)
    );

    // Only partitions that are written go, and then all of them.
    let mut dynamic = request(&path, SaveMode::Overwrite, &["name", "day"]);
    dynamic
        .options
        .push(("partitionOverwriteMode".into(), "dynamic".into()));
    save(&dynamic, &[rows(5).slice(0, 1)]).unwrap();
    assert_eq!(read(&path).unwrap().len(), 3);
    save(
        &request(&path, SaveMode::Overwrite, &["name", "day"]),
        &[rows(5).slice(0, 1)],
    )
    .unwrap();
    assert_eq!(read(&path).unwrap().len(), 1);
    assert_eq!(
        tree(&path)
            .iter()
            .filter(|name| name.ends_with('/'))
            .count(),
        2
    );
}

/// Files that go, are cut or are replaced when a query is planned and not run yet: an error that names
/// the file, or all rows of one version.
#[test]
fn q12_files_that_change_behind_a_plan_are_noticed() {
    let write = |path: &Path, format: &str, first: i32| {
        let mut request = request(path, SaveMode::Overwrite, &[]);
        request.format = format.to_owned();
        run(write(
            &request,
            &schema(),
            streams(vec![vec![Ok(rows(first))]]),
        ))
        .unwrap();
        let name = tree(path)
            .into_iter()
            .find(|name| name.starts_with("part-"));
        path.join(name.unwrap())
    };
    for format in ["csv", "parquet"] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("t");
        let file = write(&path, format, 0);
        let whole = std::fs::read(&file).unwrap();
        let other = std::fs::read(write(&directory.path().join("u"), format, 10)).unwrap();
        for change in ["none", "gone", "cut", "other"] {
            std::fs::write(&file, &whole).unwrap();
            let context = SessionContext::new();
            let read = ReadRequest {
                format: format.to_owned(),
                paths: vec![path.to_string_lossy().into_owned()],
                schema: Some(schema()),
                options: Vec::new(),
                settings: SourceSettings::new(context.runtime_env()),
            };
            let found = run(async {
                let source = open(&read).await?;
                let frame = context
                    .read_table(source.provider())
                    .map_err(from_datafusion)?;
                let plan = frame
                    .create_physical_plan()
                    .await
                    .map_err(from_datafusion)?;
                match change {
                    "gone" => std::fs::remove_file(&file).unwrap(),
                    "cut" => std::fs::write(&file, &whole[..whole.len() / 2]).unwrap(),
                    "other" => std::fs::write(&file, &other).unwrap(),
                    _ => {}
                }
                datafusion::physical_plan::collect(plan, context.task_ctx())
                    .await
                    .map_err(from_datafusion)
            });
            match (change, found) {
                // What lies before a cut may be all that is asked for.
                ("none" | "other" | "cut", Ok(batches)) => {
                    assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), 3);
                }
                ("gone" | "cut" | "other", Err(error)) => {
                    let named = error.parameter("path").unwrap_or_default();
                    assert!(
                        named.ends_with(&*file.to_string_lossy()),
                        "{format} {change}: {error:?}"
                    );
                }
                (change, found) => panic!("{format} {change}: {found:?}"),
            }
        }
    }
}

/// Jobs that end at their first row, between rows and at their last: nothing that was there goes, and
/// nothing stays of them. What a job left that was killed is neither read nor in the way.
#[test]
fn q13_jobs_that_end_anywhere_leave_what_was_there() {
    let directory = tempfile::tempdir().unwrap();
    for (format, by) in [
        ("parquet", &[][..]),
        ("csv", &[]),
        ("csv", &["name"]),
        ("parquet", &["name"]),
    ] {
        let path = directory.path().join(format!("{format}{}", by.len()));
        let of = |mode, dynamic: bool| {
            let mut request = request(&path, mode, by);
            request.format = format.to_owned();
            if dynamic {
                let option = ("partitionOverwriteMode".into(), "dynamic".into());
                request.options.push(option);
            }
            request
        };
        run(write(
            &of(SaveMode::Append, false),
            &schema(),
            streams(vec![vec![Ok(rows(0))]]),
        ))
        .unwrap();
        let left = path.join("_temporary/killed");
        std::fs::create_dir_all(&left).unwrap();
        std::fs::write(left.join("part-00000.parquet"), "half").unwrap();
        let before = tree(&path);
        for (at, mode, dynamic) in [
            (0, SaveMode::Overwrite, false),
            (1, SaveMode::Overwrite, true),
            (2, SaveMode::Append, false),
            (3, SaveMode::Overwrite, false),
        ] {
            let mut items: Vec<Item> = (0..3).map(|n| Ok(rows(n))).collect();
            items.insert(at, Err(DataFusionError::from(ArrowError::DivideByZero)));
            let parts = vec![vec![Ok(rows(9))], items];
            let error = run(write(&of(mode, dynamic), &schema(), streams(parts))).unwrap_err();
            assert_eq!(error.condition().name, "DIVIDE_BY_ZERO");
            assert_eq!(tree(&path), before, "{format} {by:?} {at}");
        }
        let summary = run(write(
            &of(SaveMode::Overwrite, false),
            &schema(),
            streams(vec![vec![Ok(rows(5))]]),
        ));
        assert_eq!(summary.unwrap().rows, 3);
        let data = tree(&path)
            .into_iter()
            .filter(|name| name.contains("part-") && !name.contains("killed"));
        assert_eq!(
            data.count(),
            if by.is_empty() { 1 } else { 2 },
            "{:?}",
            tree(&path)
        );
    }
}

#[test]
fn a_job_that_fails_leaves_what_was_there() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("t");
    save(&request(&path, SaveMode::Append, &[]), &[rows(0)]).unwrap();
    let before = tree(&path);
    let failure = DataFusionError::from(ArrowError::DivideByZero);
    let parts = vec![vec![Ok(rows(1))], vec![Ok(rows(2)), Err(failure)]];
    let overwrite = request(&path, SaveMode::Overwrite, &[]);
    let error = run(write(&overwrite, &schema(), streams(parts))).unwrap_err();
    assert_eq!(error.condition().name, "DIVIDE_BY_ZERO");
    assert_eq!(tree(&path), before);
}

#[test]
fn files_end_where_options_say() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("t");
    let mut short = request(&path, SaveMode::Append, &[]);
    short.options.push(("maxRecordsPerFile".into(), "2".into()));
    short.options.push(("Compression".into(), "zstd".into()));
    assert_eq!(save(&short, &[rows(0)]).unwrap().files, 2);
    assert!(
        tree(&path)
            .iter()
            .any(|name| name.ends_with("-c001.zstd.parquet"))
    );
    short.options.push(("compression".into(), "what".into()));
    let error = save(&short, &[rows(0)]).unwrap_err();
    assert_eq!(
        error.condition().name,
        "CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION"
    );
}

#[test]
fn q10_damaged_files_are_errors_that_name_them() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("t");
    save(&request(&path, SaveMode::Append, &[]), &[rows(0)]).unwrap();
    let file = tree(&path)
        .into_iter()
        .find(|name| name.starts_with("part-"))
        .unwrap();
    let file = path.join(file);
    let whole = std::fs::read(&file).unwrap();
    let good = read(&path).unwrap();
    let mut failures = 0;
    for at in (0..whole.len()).step_by(whole.len() / 60) {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x55;
        for damaged in [&flipped[..], &whole[..at]] {
            std::fs::write(&file, damaged).unwrap();
            if let Err(error) = read(&path) {
                failures += 1;
                let shown = file.to_string_lossy();
                let named = error
                    .parameter("path")
                    .is_some_and(|p| p.ends_with(&*shown));
                // An empty footer is a schema without columns, or one that cannot be inferred.
                assert!(
                    named || error.condition().class() != "INTERNAL_ERROR",
                    "{at}: {error:?}"
                );
            }
        }
    }
    assert!(failures >= 60, "only {failures} were noticed");
    std::fs::write(&file, whole).unwrap();
    assert_eq!(read(&path).unwrap(), good);
}

/// The lines that `read_back.py` prints of files in Spark's eyes: the columns, then the rows. None, and
/// said so loudly, where there is no PySpark: set `FLINT_PYSPARK` to its Python.
pub(super) fn spark_reads(path: &Path, how: &[&str]) -> Option<Vec<String>> {
    let Some(python) = std::env::var_os("FLINT_PYSPARK") else {
        eprintln!("SKIPPED: FLINT_PYSPARK does not name a Python with PySpark");
        return None;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/read_back.py");
    let mut command = Command::new(python);
    let output = command.arg(script).arg(path).args(how).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    Some(text.lines().map(str::to_owned).collect())
}

#[test]
fn spark_reads_what_we_write() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("t");
    save(&request(&path, SaveMode::Append, &["name"]), &[rows(0)]).unwrap();
    if let Some(lines) = spark_reads(&path, &[]) {
        assert_eq!(lines[0], "id INT,day DATE,at TIMESTAMP,name STRING");
        assert_eq!(lines[1..], read(&path).unwrap());
    }
}

#[test]
fn spark_reads_the_csv_that_we_write() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("t");
    let mut csv = request(&path, SaveMode::Append, &["day"]);
    csv.format = "csv".to_owned();
    for (name, value) in [
        ("header", "true"),
        ("compression", "gzip"),
        ("quoteAll", "true"),
    ] {
        csv.options.push((name.into(), value.into()));
    }
    save(&csv, &[rows(0)]).unwrap();
    let columns = "id INT, name STRING, at TIMESTAMP, day DATE";
    if let Some(lines) = spark_reads(&path, &["csv", columns, "header=true"]) {
        // Nulls and empty strings are one in CSV.
        let wanted = [
            r#"{"id":0,"name":"a/b=c","at":"1970-01-01T00:00:00.000000Z","day":"2024-02-29"}"#,
            r#"{"id":1,"name":null,"at":"1970-01-01T00:00:01.500000Z","day":"1970-01-01"}"#,
            r#"{"id":2,"name":null,"at":null,"day":null}"#,
        ];
        assert_eq!(lines[1..], wanted);
    }
}

#[test]
fn spark_reads_the_text_that_we_write() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("t");
    let mut text = request(&path, SaveMode::Append, &["id"]);
    text.format = "text".to_owned();
    text.options.push(("compression".into(), "bzip2".into()));
    let schema = flint_sql_parser::parse_schema("value STRING, id INT").unwrap();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from(vec!["one, two", " ", "", "dr\u{e9}i"])),
        Arc::new(Int32Array::from(vec![1, 1, 2, 2])),
    ];
    let layout = Arc::new(arrow_schema(&schema).unwrap());
    let batch = RecordBatch::try_new(Arc::clone(&layout), columns).unwrap();
    let stream = RecordBatchStreamAdapter::new(layout, stream::iter([Ok(batch)]));
    run(write(&text, &schema, vec![Box::pin(stream)])).unwrap();
    if let Some(lines) = spark_reads(&path, &["text"]) {
        let wanted = [
            r#"{"value":" ","id":1}"#,
            r#"{"value":"","id":2}"#,
            "{\"value\":\"dr\u{e9}i\",\"id\":2}",
            r#"{"value":"one, two","id":1}"#,
        ];
        assert_eq!(lines[1..], wanted);
    }
}
