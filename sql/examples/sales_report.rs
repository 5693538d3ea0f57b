//! Sales of a shop: Parquet in, SQL, DataFrames and Datasets together, partitioned Parquet out.
//!
//! `cargo run -p flint-sql --example sales_report [-- DIRECTORY]` makes orders with a formula, saves
//! them as files, reads them back, finds the best customers of each region (SQL over the files, a
//! window by the API), gives each a grade by a typed closure, saves the report by region, and checks
//! its sums against a loop in plain Rust.

#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use flint_sql::functions::{col, count, rank, round_with, sum};
use flint_sql::{Observation, Result, SparkSession, Window};
use serde::{Deserialize, Serialize};

const ORDERS: i64 = 10_000;
const REGIONS: [&str; 4] = ["north", "east", "south", "west"];

/// A line of the report before it is graded.
#[derive(Serialize, Deserialize)]
struct Best {
    region: String,
    customer: i64,
    place: i32,
    total: f64,
}

/// A line of the report.
#[derive(Serialize, Deserialize)]
struct Line {
    region: String,
    customer: i64,
    grade: String,
    total: f64,
}

fn graded(best: Best) -> Line {
    let grade = match best.place {
        1 => "gold",
        2 => "silver",
        _ => "bronze",
    };
    Line {
        region: best.region,
        customer: best.customer,
        grade: grade.to_owned(),
        total: best.total,
    }
}

fn main() -> Result<()> {
    let directory = match std::env::args().nth(1) {
        Some(directory) => PathBuf::from(directory),
        None => std::env::temp_dir().join(format!("flint-sales-{}", std::process::id())),
    };
    let path = |name: &str| directory.join(name).to_string_lossy().into_owned();
    let spark = SparkSession::builder()
        .app_name("sales report")
        .get_or_create()?;

    // Orders as files.
    let orders = spark.sql(&format!(
        "SELECT id AS order_id, id * 7919 % 97 AS customer,
                element_at(array('north', 'east', 'south', 'west'), cast(id % 4 + 1 AS int)) AS region,
                cast(id % 1000 AS decimal(10, 2)) / 8 AS amount
         FROM range({ORDERS})"
    ));
    orders.write().mode("overwrite").parquet(&path("orders"))?;

    // The best three customers of each region: SQL over the files, a window by the API.
    let orders = spark.read().parquet(path("orders").as_str());
    orders.create_or_replace_temp_view("orders")?;
    let totals = spark
        .sql("SELECT region, customer, sum(amount) AS total FROM orders GROUP BY region, customer");
    let by_total = Window::partition_by("region").order_by(col("total").desc());
    let best = totals
        .with_column("place", rank().over(&by_total))
        .filter(col("place").leq(3))
        .order_by(("region", "place", "customer"));
    best.show()?;

    // Lines of the report as values: a closure is an operator of the plan.
    let typed = best.with_column("total", col("total").cast("double"));
    let lines = typed.as_::<Best>().map(graded);
    let gold = lines.filter(|line| line.grade == "gold");
    println!("{} gold customers", gold.count()?);

    // The report, a folder for each region, counted while it is written.
    let written = Observation::new();
    lines
        .to_df()
        .observe(&written, [count("*").alias("lines")])
        .write()
        .mode("overwrite")
        .partition_by("region")
        .parquet(&path("report"))?;
    let saved = spark.read().parquet(path("report").as_str()).count()?;
    let lines_written: i64 = written.get()?.get_by_name("lines")?;
    assert_eq!(saved, lines_written, "the report holds every line");

    let sums = orders
        .group_by("region")
        .agg(round_with(sum("amount"), 2).cast("double").alias("total"))
        .order_by("region");
    for row in sums.collect()? {
        let region: String = row.get_by_name("region")?;
        let total: f64 = row.get_by_name("total")?;
        println!("{region:>6} {total:>12.2}");
        assert!(
            (total - expected()[region.as_str()]).abs() < 0.01,
            "{region}"
        );
    }
    println!("saved {saved} lines in {}", directory.display());
    Ok(())
}

/// The sums of all regions, by a loop.
fn expected() -> BTreeMap<&'static str, f64> {
    let mut sums = BTreeMap::new();
    for id in 0..ORDERS {
        *sums.entry(REGIONS[(id % 4) as usize]).or_default() += (id % 1000) as f64 / 8.0;
    }
    sums
}
