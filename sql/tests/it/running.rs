//! Queries beside the program: observations, futures, streams, tags, RDDs, plans as text.

use flint_sql::functions::{col, count, max, sum, udf};
use flint_sql::{
    DataType, ExplainMode, Observation, Result, Row, SparkSession, StructField, StructType,
};

fn spark(master: &str) -> SparkSession {
    SparkSession::builder()
        .master(master)
        .get_or_create()
        .expect("a session")
}

#[test]
fn observations_see_all_rows_of_their_place() -> Result<()> {
    let spark = spark("local[2]");
    let seen = Observation::named("seen");
    assert_eq!(seen.get_or_empty()?, None);
    let rows = spark.range_with(0, 100, 1, Some(3)).observe(
        &seen,
        [
            count("*").alias("n"),
            (max("id") + 1).alias("next"),
            sum("id").alias("total"),
        ],
    );
    let kept = rows.filter(col("id").geq(90)).collect()?;
    assert_eq!(kept.len(), 10);
    let values = seen.get()?;
    assert_eq!(values.get_by_name::<i64>("n")?, 100);
    assert_eq!(values.get_by_name::<i64>("next")?, 100);
    assert_eq!(values.get_by_name::<i64>("total")?, 4950);
    // The first action counts; an observation belongs to one DataFrame.
    rows.limit(1).collect()?;
    assert_eq!(seen.get()?, values);
    let again = spark.range(0, 1).observe(&seen, [count("*").alias("n")]);
    assert!(again.collect().is_err());
    let one = spark.range(0, 1).observe("n", [count("*").alias("n")]);
    let other = spark.range(0, 1).observe("n", [sum("id").alias("m")]);
    let error = one
        .union(&other)
        .collect()
        .expect_err("one name, two results");
    assert_eq!(error.condition().name, "DUPLICATED_METRICS_NAME");
    // A name alone changes nothing.
    assert_eq!(
        spark
            .range(0, 5)
            .observe("n", [count("*").alias("n")])
            .count()?,
        5
    );
    Ok(())
}

#[test]
fn a_failed_action_ends_its_observation() -> Result<()> {
    let spark = spark("local[1]");
    let seen = Observation::new();
    let rows = spark.range(0, 5).observe(&seen, [count("*").alias("n")]);
    let divided = rows.select(flint_sql::functions::expr("id div 0"));
    assert!(divided.collect().is_err());
    assert_eq!(
        seen.get().expect_err("the action failed").condition().name,
        "DIVIDE_BY_ZERO"
    );
    Ok(())
}

#[test]
fn futures_end_with_results_errors_and_cancellation() -> Result<()> {
    let spark = spark("local[2]");
    assert_eq!(spark.range(0, 1000).count_async().wait()?, 1000);
    assert_eq!(spark.range(0, 10).take_async(3).wait()?.len(), 3);
    assert!(spark.sql("SELECT nothing").collect_async().wait().is_err());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let awaited = runtime.block_on(spark.range(0, 7).collect_async())?;
    assert_eq!(awaited.len(), 7);
    // Blocking actions work inside of a runtime, too.
    let inside = runtime.block_on(async { spark.range(0, 7).count() })?;
    assert_eq!(inside, 7);

    let endless = endless(&spark);
    let running = endless.collect_async();
    while running.job_ids().is_empty() {
        std::thread::yield_now();
    }
    running.cancel();
    let error = running.wait().expect_err("it was cancelled");
    assert_eq!(error.condition().name, "OPERATION_CANCELED");
    Ok(())
}

/// More rows than anybody waits for.
fn endless(spark: &SparkSession) -> flint_sql::DataFrame {
    let slow = udf(|n: i64| n.wrapping_mul(31)).as_nondeterministic();
    let numbers = spark.range(0, 1 << 50);
    numbers
        .select(slow.call(col("id")).alias("n"))
        .agg(max("n"))
}

#[test]
fn tags_interrupt_the_queries_of_their_session() -> Result<()> {
    let spark = spark("local[2]").new_session();
    assert!(spark.add_tag("a,b").is_err());
    spark.add_tag("slow")?;
    let running = endless(&spark).collect_async();
    spark.clear_tags();
    assert!(spark.get_tags().is_empty());
    let other = spark.new_session();
    assert!(other.interrupt_tag("slow").is_empty());
    assert!(other.interrupt_all().is_empty());
    let mut interrupted = spark.interrupt_tag("slow");
    while interrupted.is_empty() {
        std::thread::yield_now();
        interrupted = spark.interrupt_tag("slow");
    }
    assert_eq!(interrupted.len(), 1);
    let error = running.wait().expect_err("it was interrupted");
    assert_eq!(error.condition().name, "OPERATION_CANCELED");
    assert!(spark.interrupt_all().is_empty());
    Ok(())
}

#[test]
fn streams_hold_no_slot_between_batches() -> Result<()> {
    let spark = spark("local[1]");
    for prefetch in [false, true] {
        let mut ids = Vec::new();
        let rows = spark.range_with(0, 20_000, 1, Some(3));
        for row in rows.to_local_iterator_with(prefetch)? {
            let id: i64 = row?.get(0)?;
            if id % 9_000 == 0 {
                assert_eq!(spark.range(0, 3).count()?, 3, "another action in between");
            }
            ids.push(id);
        }
        assert_eq!(ids, (0..20_000).collect::<Vec<i64>>());
    }
    // A stream that is left early leaves nothing behind.
    let mut batches = spark
        .range(0, 1 << 40)
        .execute_stream()?
        .with_prefetch(true);
    assert!(batches.next().is_some_and(|batch| batch.is_ok()));
    drop(batches);
    assert_eq!(spark.range(0, 3).count()?, 3);
    let failing = spark
        .range(0, 5)
        .select(flint_sql::functions::expr("1 div (id - 3)"));
    let results: Vec<bool> = failing
        .to_local_iterator()?
        .map(|row| row.is_ok())
        .collect();
    assert_eq!(results.last(), Some(&false));
    Ok(())
}

#[test]
fn rows_go_to_rdds_and_back_on_one_slot() -> Result<()> {
    let spark = spark("local[1]");
    let schema = StructType::new([StructField::new("n", DataType::Long, false)]);
    let told = schema.clone();
    let numbers = spark.context().parallelize((0..100_i64).collect(), 4);
    let rows = numbers.map(move |n| Row::new(told.clone(), vec![n.into()]));
    let frame = spark.create_data_frame_of_rdd(&rows, &schema);
    let halves = frame
        .group_by([(col("n") % 2).alias("rest")])
        .agg(sum("n").alias("total"));
    // RDD -> DataFrame -> RDD, with an exchange and without one.
    let back = halves.order_by("rest").rdd()?;
    let totals = back.map(|row| row.get::<i64>(1).expect("a sum"));
    assert_eq!(totals.collect().expect("it runs"), [2450, 2500]);
    let twice = totals.map(|n| n).collect().expect("it runs twice");
    assert_eq!(twice.len(), 2);
    let few = frame.filter("n < 3").rdd()?;
    assert_eq!(few.count().expect("it runs"), 3);
    // And as a query over all of it.
    let again = spark.create_data_frame_of_rdd(&few, &schema);
    assert_eq!(again.join(&frame, "n", "inner").count()?, 3);
    let typed = spark.create_dataset_of_rdd(&spark.context().parallelize(vec![1_i64, 2], 2));
    assert_eq!(typed.map(|n| n * 10).collect()?, [10, 20]);
    Ok(())
}

#[test]
fn an_rdd_has_the_partitions_of_its_query() -> Result<()> {
    let spark = spark("local[2]");
    let rows = spark
        .range_with(0, 10, 1, Some(5))
        .filter("id <> 4")
        .rdd()?;
    assert_eq!(rows.num_partitions(), 5);
    let ids = rows.map(|row| row.get::<i64>(0).expect("a number"));
    assert_eq!(ids.glom().collect().expect("it runs")[2], [5]);
    let grouped = spark
        .range(0, 1000)
        .group_by([(col("id") % 7).alias("k")])
        .count()
        .rdd()?;
    let counts = grouped.map(|row| row.get::<i64>(1).expect("a count"));
    let counts = counts.collect().expect("it runs");
    assert_eq!((counts.len(), counts.iter().sum::<i64>()), (7, 1000));
    let failing = spark.sql("SELECT 1 div id FROM range(3)").rdd()?;
    let error = failing
        .collect()
        .expect_err("a division by zero")
        .to_string();
    assert!(error.contains("DIVIDE_BY_ZERO"), "{error}");
    Ok(())
}

#[test]
fn plans_are_explained_in_every_mode() -> Result<()> {
    let spark = spark("local[1]");
    let query = spark.sql("SELECT k, count(*) FROM (SELECT id % 3 AS k FROM range(9)) GROUP BY k");
    let formatted = query.explain_string(ExplainMode::Formatted)?;
    assert!(
        formatted.starts_with("== Physical Plan ==\n"),
        "{formatted}"
    );
    assert!(formatted.contains("+- "), "{formatted}");
    assert!(formatted.contains("\n(1) "), "{formatted}");
    assert!(formatted.contains("\nOutput ["), "{formatted}");
    let codegen = query.explain_string(ExplainMode::Codegen)?;
    assert_eq!(codegen, "Found 0 WholeStageCodegen subtrees.\n");
    let extended = query.explain_string(ExplainMode::Extended)?;
    for part in [
        "Parsed Logical",
        "Analyzed Logical",
        "Optimized Logical",
        "Physical",
    ] {
        assert!(
            extended.contains(&format!("== {part} Plan ==")),
            "{extended}"
        );
    }
    let cost = query.explain_string(ExplainMode::Cost)?;
    assert!(cost.contains("== Optimized Logical Plan =="), "{cost}");
    assert!(query.explain_graphviz()?.contains("digraph"));
    Ok(())
}
