//! Files that Spark wrote, with what Spark reads from them: `tests/golden/make.py` makes both.

use std::path::{Path, PathBuf};

use arrow::record_batch::RecordBatch;
use datafusion::prelude::SessionContext;
use flint_sql_columnar::from_datafusion;
use flint_sql_sources::{ReadRequest, Source, SourceSettings, open};
use flint_sql_spec::{Options, SqlError, StructType};
use serde_json::Value;

/// What a case reads and what Spark answers.
struct Case {
    name: String,
    data: PathBuf,
    read: Value,
    answer: Vec<Value>,
}

fn cases() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut all = Vec::new();
    for directory in std::fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
    {
        if !directory.is_dir() || !directory.join("data").exists() {
            continue;
        }
        for file in std::fs::read_dir(&directory)
            .unwrap()
            .map(|entry| entry.unwrap().path())
        {
            if file.extension().is_some_and(|e| e == "jsonl") {
                let text = std::fs::read_to_string(&file).unwrap();
                let mut lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
                let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
                let directory_name = directory.file_name().unwrap().to_string_lossy();
                all.push(Case {
                    name: format!("{directory_name}/{stem}"),
                    data: directory.join("data"),
                    read: lines.next().unwrap(),
                    answer: lines.collect(),
                });
            }
        }
    }
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

fn request(case: &Case, context: &SessionContext) -> Result<ReadRequest, SqlError> {
    let data = case.data.to_string_lossy();
    let pairs = |key: &str| -> Vec<(String, String)> {
        let object = case.read[key].as_object().unwrap();
        let text = |v: &Value| match v.as_str().unwrap() {
            "BASE" => data.to_string(),
            text => text.to_owned(),
        };
        object.iter().map(|(k, v)| (k.clone(), text(v))).collect()
    };
    let conf = pairs("conf");
    let settings = SourceSettings::new(context.runtime_env())
        .configured(|key| conf.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone()))?;
    let options: Options = pairs("options")
        .into_iter()
        .map(|(k, v)| (k.into(), v.into()))
        .collect();
    let paths = case.read["paths"].as_array().unwrap();
    Ok(ReadRequest {
        format: case.read["format"].as_str().unwrap().to_owned(),
        paths: paths
            .iter()
            .map(|p| format!("{data}{}", p.as_str().unwrap()))
            .collect(),
        schema: case
            .read
            .get("schema")
            .map(|ddl| schema(ddl.as_str().unwrap())),
        options,
        settings,
    })
}

fn schema(ddl: &str) -> StructType {
    flint_sql_parser::parse_schema(ddl).unwrap()
}

async fn read(case: &Case) -> Result<(Source, Vec<RecordBatch>), SqlError> {
    let context = SessionContext::new();
    let source = open(&request(case, &context)?).await?;
    let frame = context
        .read_table(source.provider())
        .map_err(from_datafusion)?;
    let batches = frame.collect().await.map_err(from_datafusion)?;
    Ok((source, batches.iter().map(crate::plain).collect()))
}

/// The difference between what we read and what Spark reads.
async fn difference(case: &Case) -> Option<String> {
    let expected = &case.answer[0];
    let (source, batches) = match (read(case).await, expected.get("error")) {
        (Err(error), Some(condition)) => {
            let condition = condition.as_str().unwrap();
            // A class of Java is an error without a condition.
            let nameless = condition.contains(char::is_lowercase);
            let same = nameless || error.condition().name == condition;
            return (!same).then(|| format!("{error}, where Spark says {condition}"));
        }
        (Ok(_), Some(condition)) => return Some(format!("no error, where Spark says {condition}")),
        (Err(error), None) => return Some(error.to_string()),
        (Ok(read), None) => read,
    };
    let schema: Value = serde_json::from_str(&source.schema().json()).unwrap();
    if schema != expected["schema"] {
        return Some(format!(
            "the schema is\n{schema}, where Spark's is\n{}",
            expected["schema"]
        ));
    }
    let mut rows: Vec<Value> = Vec::new();
    for batch in batches {
        let lines = flint_sql_sources::json_lines(&batch, source.schema()).unwrap();
        rows.extend(
            lines
                .iter()
                .map(|line| serde_json::from_str::<Value>(line).unwrap()),
        );
    }
    let mut wanted: Vec<Value> = case.answer[1..].to_vec();
    let key = |value: &Value| value.to_string();
    rows.sort_by_key(key);
    wanted.sort_by_key(key);
    (rows != wanted).then(|| {
        let show = |rows: &[Value]| {
            rows.iter()
                .map(Value::to_string)
                .collect::<Vec<_>>()
                .join("\n")
        };
        format!(
            "the rows are\n{}\nwhere Spark's are\n{}",
            show(&rows),
            show(&wanted)
        )
    })
}

#[test]
fn spark_s_files_are_read_as_spark_reads_them() {
    let all = cases();
    assert!(all.len() > 30, "only {} cases", all.len());
    check(&all, |name| !name.starts_with("q11_"));
}

/// Ragged rows, open quotes, bytes that are no characters, marks of encodings, NUL, mixed line ends,
/// long values, files that were cut.
#[test]
fn q11_broken_csv_and_text_is_read_as_spark_reads_it() {
    let all = cases();
    check(&all, |name| {
        name.starts_with("q11_csv") || name.starts_with("q11_text")
    });
}

/// The same, and deep values, long numbers, fields that come twice, packed files that were cut.
#[test]
fn q11_broken_json_is_read_as_spark_reads_it() {
    let all = cases();
    check(&all, |name| name.starts_with("q11_json"));
}

/// Reads all cases of these names, or only those that `FLINT_CASE` begins.
fn check(all: &[Case], wanted: impl Fn(&str) -> bool) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let only = std::env::var("FLINT_CASE").unwrap_or_default();
    let mut failed = Vec::new();
    let asked = |case: &&Case| wanted(&case.name) && case.name.starts_with(&only);
    for case in all.iter().filter(asked) {
        if let Some(difference) = runtime.block_on(difference(case)) {
            failed.push(format!("{}: {} {difference}\n", case.name, case.read));
        }
    }
    assert!(
        failed.is_empty(),
        "{} of {} differ\n{}",
        failed.len(),
        all.len(),
        failed.join("\n")
    );
}
