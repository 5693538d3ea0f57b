//! Sales of a shop: Parquet in, SQL and DataFrames together, partitioned Parquet out.
//!
//! `cargo run -p flint-sql --example sales_report [-- DIRECTORY]` makes orders with a formula, saves
//! them as files, reads them back, finds the best customers of each region, saves the report by
//! region, and checks the sums against a loop in plain Rust.

#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use flint_sql::functions::{col, rank, round_with, sum};
use flint_sql::{Result, SparkSession, Window};

const ORDERS: i64 = 10_000;
const REGIONS: [&str; 4] = ["north", "east", "south", "west"];

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

    // The report, a folder for each region.
    best.write()
        .mode("overwrite")
        .partition_by("region")
        .parquet(&path("report"))?;
    let saved = spark.read().parquet(path("report").as_str()).count()?;
    assert_eq!(saved, best.count()?, "the report holds every line");

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
