//! Queries, files and tables.

use std::collections::HashMap;
use std::fs;

use spark_connect::expression::LiteralExpression;
use spark_connect::functions::{aggregate, count, filter, max, rand, transform};
use spark_connect::{Column, Expression, SparkSession, col, lit};

use crate::{Outcome, errors, expressions, people, rows, sorted};

pub(crate) fn range_group_count_collect(spark: &SparkSession) -> Outcome {
    let rest = col("id").modulo(lit(3)).alias("k");
    let counts = spark.range(100)?.group_by([rest]).count();
    assert_eq!(sorted(&counts)?, ["[0, 34]", "[1, 33]", "[2, 33]"]);
    assert_eq!(
        rows(&spark.range_full(5, 20, 5, None)?)?,
        ["[5]", "[10]", "[15]"]
    );
    assert_eq!(spark.range(1000)?.count()?, 1000);
    Ok(())
}

pub(crate) fn sql_with_parameters(spark: &SparkSession) -> Outcome {
    let number = |n| Expression::Literal(LiteralExpression::Integer(n));
    let named = HashMap::from([
        ("low".to_owned(), number(3)),
        ("high".to_owned(), number(6)),
    ]);
    let query = "SELECT id FROM range(10) WHERE id > :low AND id < :high ORDER BY id";
    assert_eq!(
        rows(&spark.sql_with_args(query, Vec::new(), named)?)?,
        ["[4]", "[5]"]
    );
    let text = Expression::Literal(LiteralExpression::String("x".to_owned()));
    let query = "SELECT ? + 1 AS a, ? AS b";
    let placed = spark.sql_with_args(query, vec![number(1), text], HashMap::new())?;
    assert_eq!(rows(&placed)?, ["[2, x]"]);
    Ok(())
}

pub(crate) fn higher_order_functions(spark: &SparkSession) -> Outcome {
    let first = |variables: &[Column]| variables[0].clone();
    let frame = spark.sql("SELECT array(1, 2, 3) AS a")?.select([
        transform(col("a"), |x| first(&x).mul(lit(2))),
        filter(col("a"), |x| first(&x).gt(lit(1))),
        aggregate(col("a"), lit(0), |both| first(&both).add(both[1].clone())),
    ]);
    assert_eq!(rows(&frame)?, ["[[2, 4, 6], [2, 3], 6]"]);
    Ok(())
}

pub(crate) fn files(spark: &SparkSession) -> Outcome {
    let folder = std::env::temp_dir().join(format!("rust-client-{}", std::process::id()));
    fs::create_dir(&folder)?;
    let path = folder.join("people").to_string_lossy().into_owned();
    people(spark)?
        .write()
        .partition_by(["team"])
        .parquet(&path)?;
    let back = spark.read().parquet(&path);
    let team = back.filter(Column::new(Expression::SQLExpression(
        "team = 'a'".to_owned(),
    )));
    assert_eq!(
        sorted(&team.select(["name", "team"]))?,
        ["[Ann, a]", "[Cyd, a]"]
    );
    let again = people(spark)?
        .write()
        .parquet(&path)
        .expect_err("it is there");
    errors::is(&again, "PATH_ALREADY_EXISTS");
    spark.range(2)?.write().mode("overwrite").parquet(&path)?;
    assert_eq!(spark.read().parquet(&path).count()?, 2);
    let lines = folder.join("lines").to_string_lossy().into_owned();
    spark
        .range(3)?
        .write()
        .option("header", "true")
        .csv(&lines)?;
    let lines = spark
        .read()
        .option("header", "true")
        .schema("id INT".to_owned())
        .csv(&lines);
    assert_eq!(sorted(&lines)?, ["[0]", "[1]", "[2]"]);
    let nothing = folder.join("nothing").to_string_lossy().into_owned();
    let missing = spark
        .read()
        .parquet(&nothing)
        .collect()
        .expect_err("it is not there");
    errors::is(&missing, "PATH_NOT_FOUND");
    fs::remove_dir_all(&folder)?;
    Ok(())
}

pub(crate) fn tables(spark: &SparkSession) -> Outcome {
    spark.sql("DROP TABLE IF EXISTS rust_table")?.collect()?;
    spark.range(3)?.write().save_as_table("rust_table")?;
    spark.sql("INSERT INTO rust_table VALUES (10)")?.collect()?;
    assert_eq!(
        sorted(&spark.table("rust_table")?)?,
        ["[0]", "[10]", "[1]", "[2]"]
    );
    spark.sql("DROP TABLE rust_table")?.collect()?;
    Ok(())
}

pub(crate) fn caching(spark: &SparkSession) -> Outcome {
    let frame = spark.range(100)?.with_column("x", rand()).cache()?;
    assert!(frame.is_cached()?);
    assert_eq!(rows(&frame)?, rows(&frame)?);
    frame.unpersist(true)?;
    people(spark)?.create_or_replace_temp_view("kept")?;
    let catalog = spark.catalog();
    catalog.cache_table("kept")?;
    assert!(catalog.is_cached("kept")?);
    assert_eq!(spark.table("kept")?.count()?, 4);
    catalog.uncache_table("kept")?;
    assert!(!catalog.is_cached("kept")?);
    catalog.drop_temp_view("kept")?;
    Ok(())
}

/// The client has no observation that waits; what was observed comes with an execution.
pub(crate) fn observed_metrics(spark: &SparkSession) -> Outcome {
    let metrics = [
        count(col("id")).alias("rows"),
        max(col("id")).alias("largest"),
    ];
    let frame = spark.range(10)?.observe("smoke", expressions(metrics));
    assert_eq!(frame.filter(col("id").gt(lit(100))).collect()?, []);
    let observed = frame.execution_info()?.observed_metrics;
    let observed = observed.iter();
    let found = observed.map(|one| (&*one.name, one.keys.join(","), one.values.len()));
    let found: Vec<_> = found.collect();
    assert_eq!(found, [("smoke", "rows,largest".to_owned(), 2)]);
    Ok(())
}

pub(crate) fn observed_by_name(spark: &SparkSession) -> Outcome {
    let metrics = expressions([count(lit(1)).alias("n")]);
    assert_eq!(spark.range(10)?.observe("named", metrics).count()?, 10);
    Ok(())
}
