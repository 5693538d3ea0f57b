//! Files of CSV and text, what is told of files, and queries that would overwrite their own.

use flint_sql::functions::{col, expr, input_file_name};
use flint_sql::{DataFrame, SaveMode, SparkSession};

use crate::spec::spark;

/// Rows as `show()` would name their values, sorted.
fn rows(frame: &DataFrame) -> Vec<String> {
    let mut rows: Vec<String> = frame
        .collect()
        .expect("rows")
        .iter()
        .map(|row| row.to_string())
        .collect();
    rows.sort();
    rows
}

fn condition(frame: &DataFrame) -> String {
    let error = frame.collect().expect_err("is wrong");
    error.condition().name.to_string()
}

/// A folder with `a b.csv` of two lines and `c.csv` of one.
fn folder(spark: &SparkSession) -> (tempfile::TempDir, DataFrame) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a b.csv"), "1,x\n2,y\n").expect("a file");
    std::fs::write(folder.path().join("c.csv"), "3,z\n").expect("a file");
    let frame = spark
        .read()
        .schema("n INT, s STRING")
        .csv(folder.path().to_str().expect("UTF-8"));
    (folder, frame)
}

#[test]
fn csv_and_text_go_out_and_come_back() {
    let (spark, folder) = (spark(), tempfile::tempdir().expect("a folder"));
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let frame = spark.sql(
        "SELECT * FROM VALUES (1, 'a,b', 1.5D), (2, '', null), (3, null, 0D), (4, 'q\"x\\ny', 2D) AS t(k, s, d)",
    );
    let write = frame
        .write()
        .option("header", true)
        .option("compression", "gzip");
    write.partition_by("k").csv(&path("csv")).expect("written");
    let read = spark
        .read()
        .option("header", true)
        .option("multiLine", true)
        .schema("s STRING, d DOUBLE, k INT")
        .csv(&*path("csv"));
    let again = read.select(("k", "s", "d"));
    let wanted = frame.select((col("k"), expr("nullif(s, '')").alias("s"), col("d")));
    assert_eq!(rows(&again), rows(&wanted));

    let lines = spark.sql("SELECT * FROM VALUES ('a'), (''), (null), ('b c') AS t(value)");
    lines
        .write()
        .option("lineSep", "|")
        .text(&path("text"))
        .expect("written");
    let read = spark.read().option("lineSep", "|").text(&*path("text"));
    assert_eq!(rows(&read), ["[]", "[]", "[a]", "[b c]"]);
}

#[test]
fn sorted_rows_of_several_partitions_are_written() {
    // Plans that gather partitions start tasks of their own as soon as they are set going.
    let (spark, folder) = (spark(), tempfile::tempdir().expect("a folder"));
    let path = folder.path().join("sorted").to_string_lossy().into_owned();
    let frame = spark.sql(
        "SELECT id % 3 AS k, count(*) AS n FROM range(0, 100, 1, 4) GROUP BY 1 ORDER BY n DESC, k",
    );
    frame.write().parquet(&path).expect("written");
    assert_eq!(rows(&spark.read().parquet(&*path)), rows(&frame));
    let again = frame.write().mode("overwrite").partition_by("k");
    again.parquet(&path).expect("written");
    let read = spark.read().parquet(&*path).select(("k", "n"));
    assert_eq!(rows(&read), ["[0,34]", "[1,33]", "[2,33]"]);
}

#[test]
fn a_hidden_column_tells_of_files() {
    let spark = spark();
    let (folder, frame) = folder(&spark);
    assert_eq!(frame.columns().expect("columns"), ["n", "s"]);
    let told = frame.select((
        "n",
        "_metadata.file_name",
        "_metadata.file_size",
        "_metadata.file_block_start",
    ));
    assert_eq!(
        rows(&told),
        ["[1,a%20b.csv,8,0]", "[2,a%20b.csv,8,0]", "[3,c.csv,4,0]"]
    );
    let path = folder.path().to_string_lossy();
    let filtered = frame.filter("_metadata.file_name = 'c.csv'");
    assert_eq!(rows(&filtered), ["[3,z]"]);
    assert_eq!(
        rows(&filtered.select((input_file_name(), expr("_metadata.file_path")))),
        [format!("[file://{path}/c.csv,file:{path}/c.csv]")]
    );
    frame
        .create_or_replace_temp_view("files_of_two")
        .expect("a view");
    let named = spark.sql("SELECT f._metadata.file_name FROM files_of_two f WHERE n = 3");
    assert_eq!(rows(&named), ["[c.csv]"]);
    assert_eq!(
        rows(&spark.sql("SELECT * FROM files_of_two WHERE n = 3")),
        ["[3,z]"]
    );
    let column = frame.metadata_column("_metadata").get_field("file_size");
    assert_eq!(rows(&frame.filter(col("n").eq(1)).select(column)), ["[8]"]);
    let mut files = frame.input_files().expect("files");
    files.sort();
    assert_eq!(
        files,
        [
            format!("file://{path}/a%20b.csv"),
            format!("file://{path}/c.csv")
        ]
    );

    let parquet = folder.path().join("parquet").to_string_lossy().into_owned();
    frame
        .coalesce(1)
        .write()
        .parquet(&parquet)
        .expect("written");
    let read = spark.read().parquet(&*parquet);
    let sizes = read.select((expr("_metadata.file_size > 100"), expr("n")));
    assert_eq!(rows(&sizes), ["[true,1]", "[true,2]", "[true,3]"]);

    let numbers = spark.range(0, 1);
    assert_eq!(
        rows(&numbers.select((input_file_name(), expr("input_file_block_start()")))),
        ["[,-1]"]
    );
    assert_eq!(
        condition(&numbers.select("_metadata")),
        "UNRESOLVED_COLUMN.WITH_SUGGESTION"
    );
    let both = frame.cross_join(&frame.select("n"));
    assert_eq!(rows(&both.limit(1).select("s")).len(), 1);
}

#[test]
fn q14_a_query_does_not_overwrite_what_it_reads() {
    let spark = spark();
    let (folder, frame) = folder(&spark);
    let path = folder.path().to_string_lossy().into_owned();
    let over = frame.write().mode(SaveMode::Overwrite).csv(&path);
    let error = over.expect_err("is refused");
    assert_eq!(error.condition().name, "UNSUPPORTED_OVERWRITE.PATH");
    assert_eq!(frame.count().expect("a count"), 3);
    frame
        .write()
        .mode(SaveMode::Append)
        .csv(&path)
        .expect("written");
    assert_eq!(spark.read().csv(&*path).count().expect("a count"), 6);
}
