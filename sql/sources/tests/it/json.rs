//! JSON files: packed and divided, read back by us and by Spark, and in bounded memory.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::prelude::{SessionConfig, SessionContext};
use flint_sql_columnar::{arrow_schema, from_datafusion};
use flint_sql_functions::json::{JsonOptions, JsonParser, JsonSession};
use flint_sql_sources::{ReadRequest, SourceSettings, WriteRequest, json_lines, open, write};
use flint_sql_spec::{Options, Result, SaveMode, StructType};
use futures::{StreamExt, stream};

use crate::written::spark_reads;

const SCHEMA: &str = "id INT, p STRING, xs ARRAY<STRUCT<a: INT, b: STRING>>, m MAP<STRING, DOUBLE>, \
    day DATE, at TIMESTAMP, d DECIMAL(10, 2), b BINARY";
const ROWS: &str = r#"{"id":1,"p":"x y","xs":[{"a":1,"b":"é\n\"q\""},null],"m":{"k":1.5,"n":null},"day":"2024-02-29","at":"2024-02-29T12:34:56.789Z","d":1.25,"b":"AQID"}
{"id":2,"p":null,"xs":[],"m":{},"day":null,"at":null,"d":null,"b":null}
{"id":3,"p":"z","xs":null,"m":null,"day":"0001-01-01","at":"1969-12-31T23:59:59.999Z","d":-99.99,"b":""}"#;

fn schema(ddl: &str) -> StructType {
    flint_sql_parser::parse_schema(ddl).unwrap()
}

fn options(pairs: &[(&str, &str)]) -> Options {
    let pairs = pairs.iter();
    pairs.map(|(k, v)| ((*k).into(), (*v).into())).collect()
}

fn rows() -> RecordBatch {
    let schema = schema(SCHEMA);
    let options = JsonOptions::read(|_| None, &JsonSession::default()).unwrap();
    let mut parser = JsonParser::records(&schema, &options).unwrap();
    for line in ROWS.lines() {
        parser.parse_text(line).unwrap();
    }
    let columns = parser.finish().unwrap();
    RecordBatch::try_new(Arc::new(arrow_schema(&schema).unwrap()), columns).unwrap()
}

fn save(path: &Path, by: &[&str], given: &[(&str, &str)]) -> Result<()> {
    let request = WriteRequest {
        format: "json".to_owned(),
        path: path.to_string_lossy().into_owned(),
        mode: SaveMode::Append,
        partition_by: by.iter().map(|name| (*name).into()).collect(),
        static_partitions: Vec::new(),
        options: options(given),
        settings: SourceSettings::new(Arc::default()),
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let batch = rows();
    let stream = RecordBatchStreamAdapter::new(batch.schema(), stream::iter([Ok(batch)]));
    let streams = vec![Box::pin(stream) as _];
    runtime.block_on(write(&request, &schema(SCHEMA), streams))?;
    Ok(())
}

struct Read<'a> {
    path: &'a Path,
    ddl: Option<&'a str>,
    options: &'a [(&'a str, &'a str)],
    piece_bytes: u64,
}

impl<'a> Read<'a> {
    fn of(path: &'a Path) -> Self {
        Read {
            path,
            ddl: None,
            options: &[],
            piece_bytes: 128 << 20,
        }
    }

    /// The rows as lines, sorted.
    fn lines(&self) -> Result<Vec<String>> {
        let mut lines = Vec::new();
        self.each(|batch, schema| lines.extend(json_lines(batch, schema).unwrap()))?;
        lines.sort();
        Ok(lines)
    }

    fn each(&self, mut f: impl FnMut(&RecordBatch, &StructType)) -> Result<()> {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let config = SessionConfig::new().with_target_partitions(3);
        let context = SessionContext::new_with_config(config);
        let mut settings = SourceSettings::new(context.runtime_env());
        settings.max_partition_bytes = self.piece_bytes;
        settings.open_cost_bytes = settings.open_cost_bytes.min(self.piece_bytes);
        let request = ReadRequest {
            format: "json".to_owned(),
            paths: vec![self.path.to_string_lossy().into_owned()],
            schema: self.ddl.map(schema),
            options: options(self.options),
            settings,
        };
        runtime.block_on(async {
            let source = open(&request).await?;
            let frame = context.read_table(source.provider()).unwrap();
            let mut batches = frame.execute_stream().await.map_err(from_datafusion)?;
            while let Some(batch) = batches.next().await {
                f(&batch.map_err(from_datafusion)?, source.schema());
            }
            Ok(())
        })
    }
}

fn expected() -> Vec<String> {
    let mut lines = json_lines(&rows(), &schema(SCHEMA)).unwrap();
    lines.sort();
    lines
}

#[test]
fn what_is_written_comes_back_from_every_codec() {
    for codec in ["none", "gzip", "deflate", "bzip2", "zstd", "lz4", "snappy"] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("t");
        let given = [("compression", codec), ("ignoreNullFields", "false")];
        save(&path, &[], &given).unwrap();
        let read = Read {
            ddl: Some(SCHEMA),
            ..Read::of(&path)
        };
        assert_eq!(read.lines().unwrap(), expected(), "{codec}");
    }
    let directory = tempfile::tempdir().unwrap();
    let error = save(&directory.path().join("t"), &[], &[("compression", "zip")]).unwrap_err();
    assert_eq!(
        error.condition().name,
        "CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION"
    );
}

#[test]
fn options_of_the_writer_act() {
    let written = |given: &[(&str, &str)]| {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("t");
        save(&path, &[], given).unwrap();
        let mut files = std::fs::read_dir(&path).unwrap().map(|f| f.unwrap().path());
        let file = files
            .find(|f| f.to_string_lossy().contains("part-"))
            .unwrap();
        std::fs::read(file).unwrap()
    };
    let text = |given| String::from_utf8(written(given)).unwrap();
    assert!(text(&[("lineSep", "||")]).ends_with("}||"));
    assert!(text(&[("ignoreNullFields", "false")]).contains(r#""p":null"#));
    assert!(text(&[("writeNonAsciiCharacterAsCodePoint", "true")]).contains("\\u00E9"));
    assert!(text(&[("dateFormat", "dd.MM.yyyy")]).contains(r#""day":"29.02.2024""#));
    assert!(text(&[("pretty", "true")]).starts_with("{\n  \"id\" : 1,\n"));
    let wide = written(&[("encoding", "UTF-16LE")]);
    assert!(wide.starts_with(b"{\0\"\0i\0d\0"));
}

#[test]
fn every_division_of_a_file_has_the_same_rows() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("t.json");
    let text: String = (0..500)
        .map(|n| {
            format!(
                "{{\"a\":{n},\"b\":\"{}\"}}{}",
                "x".repeat(n % 37),
                ["\n", "\r\n"][n % 2]
            )
        })
        .collect();
    std::fs::write(&path, text).unwrap();
    let whole = Read::of(&path).lines().unwrap();
    assert_eq!(whole.len(), 500);
    for piece_bytes in [7, 100, 1000, 4096] {
        let divided = Read {
            piece_bytes,
            ..Read::of(&path)
        };
        assert_eq!(divided.lines().unwrap(), whole, "{piece_bytes}");
    }
}

/// A packed file of a gigabyte is read in pieces of a batch.
#[test]
fn q11_a_gzip_bomb_takes_little_memory() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("bomb.json.gz");
    let file = std::fs::File::create(&path).unwrap();
    let mut packer = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    let block = b"{\"a\":1}\n".repeat(1 << 14);
    const BLOCKS: usize = 128;
    for _ in 0..BLOCKS {
        packer.write_all(&block).unwrap();
    }
    packer.finish().unwrap();
    let (mut rows, mut widest) = (0, 0);
    let read = Read {
        ddl: Some("a INT"),
        ..Read::of(&path)
    };
    read.each(|batch, _| {
        rows += batch.num_rows();
        widest = widest.max(batch.get_array_memory_size());
    })
    .unwrap();
    assert_eq!(rows, BLOCKS << 14);
    assert!(widest < 1 << 20, "a batch of {widest} bytes");
}

/// Hostile bytes give rows or errors, never a panic.
#[test]
fn q11_flipped_bytes_never_panic() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("t.json");
    for at in 0..ROWS.len() {
        for flip in [0x01, 0x20, 0x80] {
            let mut bytes = ROWS.as_bytes().to_vec();
            bytes[at] ^= flip;
            let options = JsonOptions::read(|_| None, &JsonSession::default()).unwrap();
            let mut parser = JsonParser::records(&schema(SCHEMA), &options).unwrap();
            for line in bytes.split(|b| *b == b'\n') {
                parser.parse(line).unwrap();
            }
            parser.finish().unwrap();
            if at % 97 == 0 {
                std::fs::write(&path, &bytes).unwrap();
                let _ = Read::of(&path).lines();
            }
        }
    }
}

#[test]
fn spark_reads_the_json_that_we_write() {
    let directory = tempfile::tempdir().unwrap();
    for (name, by, codec) in [
        ("plain", &[][..], "none"),
        ("parts", &["p"][..], "gzip"),
        ("bzip2", &[][..], "bzip2"),
        ("deflate", &[][..], "deflate"),
        ("lz4", &[][..], "lz4"),
        ("snappy", &[][..], "snappy"),
    ] {
        let path = directory.path().join(name);
        save(&path, by, &[("compression", codec)]).unwrap();
        if let Some(lines) = spark_reads(&path, &["json", SCHEMA]) {
            let ours = Read {
                ddl: Some(SCHEMA),
                ..Read::of(&path)
            };
            assert_eq!(lines[1..], ours.lines().unwrap(), "{name}");
        }
    }
}
