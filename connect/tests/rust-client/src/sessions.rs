//! Sessions: names, configuration, catalog, interruptions, ends.

use std::thread;
use std::time::{Duration, Instant};

use spark_connect::{Result, SparkSession, col, lit};

use crate::{Outcome, connect, errors, people, rows};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn version_of_the_server(spark: &SparkSession) -> Outcome {
    let version = spark.version()?;
    assert!(version.starts_with("4."), "{version}");
    Ok(())
}

pub(crate) fn temporary_views(spark: &SparkSession) -> Outcome {
    let people = people(spark)?;
    people.create_or_replace_temp_view("people")?;
    let old = spark.sql("SELECT count(*) FROM people WHERE age > 30")?;
    assert_eq!(rows(&old)?, ["[2]"]);
    assert_eq!(spark.table("people")?.count()?, 4);
    let twice = people.create_temp_view("people").expect_err("it is there");
    errors::is(&twice, "TEMP_TABLE_OR_VIEW_ALREADY_EXISTS");
    let catalog = spark.catalog();
    assert!(catalog.drop_temp_view("people")?);
    assert!(!catalog.drop_temp_view("people")?);
    spark
        .range(3)?
        .create_or_replace_global_temp_view("rust_numbers")?;
    assert_eq!(spark.table("global_temp.rust_numbers")?.count()?, 3);
    assert!(catalog.drop_global_temp_view("rust_numbers")?);
    Ok(())
}

pub(crate) fn configuration(spark: &SparkSession) -> Outcome {
    let conf = spark.conf();
    conf.set("spark.sql.shuffle.partitions", "3")?;
    assert_eq!(
        conf.get("spark.sql.shuffle.partitions")?.as_deref(),
        Some("3")
    );
    conf.unset("spark.sql.shuffle.partitions")?;
    let other = conf.get_with_default("spark.no.such.key", Some("default"))?;
    assert_eq!(other.as_deref(), Some("default"));
    assert!(conf.is_modifiable("spark.sql.ansi.enabled")?);
    conf.set("spark.sql.ansi.enabled", "false")?;
    assert_eq!(rows(&spark.sql("SELECT 1 / 0")?)?, ["[NULL]"]);
    conf.unset("spark.sql.ansi.enabled")?;
    conf.set("spark.sql.session.timeZone", "Asia/Tokyo")?;
    let epoch = spark.sql("SELECT string(timestamp_seconds(0))")?;
    assert_eq!(rows(&epoch)?, ["[1970-01-01 09:00:00]"]);
    conf.unset("spark.sql.session.timeZone")?;
    let unknown = conf.get("spark.no.such.key").expect_err("there is none");
    errors::is(&unknown, "SQL_CONF_NOT_FOUND");
    Ok(())
}

pub(crate) fn catalog(spark: &SparkSession) -> Outcome {
    let catalog = spark.catalog();
    assert_eq!(catalog.current_catalog()?, "spark_catalog");
    assert_eq!(catalog.current_database()?, "default");
    let databases = catalog.list_databases_typed(None)?;
    assert!(databases.iter().any(|database| database.name == "default"));
    spark.range(1)?.create_or_replace_temp_view("listed")?;
    let tables = catalog.list_tables_typed(None, None)?;
    assert!(
        tables
            .iter()
            .any(|table| table.name == "listed" && table.is_temporary)
    );
    let columns = catalog.list_columns_typed("listed", None)?;
    let columns: Vec<_> = columns
        .iter()
        .map(|column| (&*column.name, &*column.data_type))
        .collect();
    assert_eq!(columns, [("id", "bigint")]);
    assert!(catalog.table_exists("listed")?);
    assert!(!catalog.table_exists("unlisted")?);
    assert!(catalog.function_exists("abs")?);
    let functions = catalog.list_functions_typed(None, None)?;
    assert!(functions.iter().any(|function| function.name == "abs"));
    catalog.drop_temp_view("listed")?;
    Ok(())
}

pub(crate) fn interrupt_by_tag(spark: &SparkSession) -> Outcome {
    spark.add_tag("slow")?;
    let outcome = interrupted(spark, || spark.interrupt_tag("slow"));
    spark.clear_tags();
    outcome
}

pub(crate) fn interrupt_everything(spark: &SparkSession) -> Outcome {
    interrupted(spark, || spark.interrupt_all())?;
    assert_eq!(spark.range(7)?.count()?, 7);
    Ok(())
}

/// A query that runs for hours ends soon with an error when it is interrupted.
fn interrupted(spark: &SparkSession, interrupt: impl Fn() -> Result<Vec<String>>) -> Outcome {
    let endless = spark.range(10_000_000_000_000)?;
    let endless = endless.agg(crate::expressions([spark_connect::functions::sum(
        col("id").modulo(lit(7)),
    )]));
    let query = thread::spawn(move || endless.collect());
    let start = Instant::now();
    while interrupt()?.is_empty() {
        assert!(!query.is_finished(), "the query ended early");
        assert!(
            start.elapsed() < PATIENCE,
            "no query to interrupt was found"
        );
        thread::sleep(Duration::from_millis(20));
    }
    let outcome = query.join().map_err(|_| "the query panicked")?;
    let error = outcome.expect_err("it was interrupted");
    assert!(start.elapsed() < PATIENCE, "the query went on");
    errors::is(&error, "OPERATION_CANCELED");
    Ok(())
}

pub(crate) fn sessions_are_apart(spark: &SparkSession) -> Outcome {
    let other = connect()?;
    spark.range(1)?.create_or_replace_temp_view("mine")?;
    spark.conf().set("spark.sql.shuffle.partitions", "5")?;
    let unseen = other.table("mine")?.collect().expect_err("it is another's");
    errors::is(&unseen, "TABLE_OR_VIEW_NOT_FOUND");
    let partitions = other.conf().get("spark.sql.shuffle.partitions")?;
    assert_ne!(partitions.as_deref(), Some("5"));
    other.stop()?;
    spark.catalog().drop_temp_view("mine")?;
    spark.conf().unset("spark.sql.shuffle.partitions")?;
    Ok(())
}

pub(crate) fn new_session(spark: &SparkSession) -> Outcome {
    let other = spark.new_session();
    spark.range(1)?.create_or_replace_temp_view("mine")?;
    assert!(!other.catalog().table_exists("mine")?);
    other.stop()?;
    assert!(spark.catalog().drop_temp_view("mine")?);
    Ok(())
}

pub(crate) fn sessions_end(spark: &SparkSession) -> Outcome {
    spark.stop()?;
    let ended = spark.range(3)?.count().expect_err("it has ended");
    errors::is(&ended, "INVALID_HANDLE.SESSION_CLOSED");
    let again = connect()?;
    assert_eq!(again.range(3)?.count()?, 3);
    again.stop()?;
    Ok(())
}
