//! What can be done with a frame.

use spark_connect::column::when;
use spark_connect::expression::SortOrder;
use spark_connect::functions::{avg, count_distinct, lag, max, row_number, sum};
use spark_connect::plan::JoinType;
use spark_connect::row::Value;
use spark_connect::{Column, Expression, FrameBound, SparkSession, Window, col, lit, lit_string};

use crate::values::frame;
use crate::{Outcome, expressions, people, rows, sorted};

pub(crate) fn head_take_tail_first(spark: &SparkSession) -> Outcome {
    let numbers = spark.range(10)?.order_by(expressions([col("id")]));
    let ids = |rows: Vec<spark_connect::row::Row>| {
        rows.iter()
            .filter_map(|row| row.get(0).and_then(Value::as_i64))
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(numbers.take(2)?), [0, 1]);
    assert_eq!(ids(numbers.tail(2).collect()?), [8, 9]);
    assert_eq!(ids(numbers.first()?.into_iter().collect()), [0]);
    assert_eq!(ids(numbers.head()?.into_iter().collect()), [0]);
    assert_eq!(spark.range(0)?.first()?, None);
    assert!(spark.range(0)?.is_empty()?);
    Ok(())
}

pub(crate) fn select_filter_with_column(spark: &SparkSession) -> Outcome {
    let older = people(spark)?.with_column("older", col("age").add(lit(1)));
    let older = older
        .filter(col("team").eq(lit_string("a")))
        .select(["name", "older"]);
    assert_eq!(sorted(&older)?, ["[Ann, 32]", "[Cyd, 32]"]);
    let case = when(col("age").gt(lit(30)), lit_string("old")).otherwise(lit_string("young"));
    let cases = people(spark)?
        .na()
        .drop(None, None, None)
        .select([col("name"), case]);
    assert_eq!(
        sorted(&cases)?,
        ["[Ann, old]", "[Bob, young]", "[Cyd, old]"]
    );
    Ok(())
}

pub(crate) fn aggregates(spark: &SparkSession) -> Outcome {
    let people = people(spark)?;
    let columns = [
        avg(col("age")),
        max(col("name")),
        count_distinct(col("age")),
    ];
    let found = people.group_by(["team"]).agg(expressions(columns));
    assert_eq!(sorted(&found)?, ["[a, 31, Cyd, 1]", "[b, 25, Dee, 1]"]);
    let ages = vec![Value::Integer(25), Value::Integer(31)];
    let pivoted = people
        .group_by(["team"])
        .pivot(col("age"), Some(ages))
        .count();
    assert_eq!(sorted(&pivoted)?, ["[a, NULL, 2]", "[b, 1, NULL]"]);
    assert_eq!(people.rollup(["team", "age"]).count().count()?, 6);
    Ok(())
}

pub(crate) fn joins(spark: &SparkSession) -> Outcome {
    let rows_of = |from: i32, letters: &str| {
        let numbered = (from..).zip(letters.chars());
        let row = |(k, letter): (i32, char)| vec![Value::Integer(k), Value::String(letter.into())];
        numbered.map(row).collect::<Vec<_>>()
    };
    let left = frame(spark, "k int, l string", rows_of(1, "abc"))?;
    let right = frame(spark, "k int, r string", rows_of(2, "xyz"))?;
    let inner = left.join_using(&right, ["k"], JoinType::Inner);
    assert_eq!(sorted(&inner)?, ["[2, b, x]", "[3, c, y]"]);
    let outer = left.join_using(&right, ["k"], JoinType::FullOuter);
    let both = ["[1, a, NULL]", "[2, b, x]", "[3, c, y]", "[4, NULL, z]"];
    assert_eq!(sorted(&outer)?, both);
    let on = col("l.k").eq(col("r.k"));
    let alone = left
        .alias("l")
        .join(&right.alias("r"), Some(on), JoinType::LeftAnti);
    assert_eq!(rows(&alone)?, ["[1, a]"]);
    assert_eq!(left.cross_join(&right).count()?, 9);
    let all = left.select(["k"]).union(&right.select(["k"])).distinct();
    assert_eq!(sorted(&all)?, ["[1]", "[2]", "[3]", "[4]"]);
    Ok(())
}

/// Columns in an order, as windows take them.
fn order(columns: impl IntoIterator<Item = Column>) -> Vec<SortOrder> {
    let order = |column: Column| match column.expression() {
        Expression::SortOrder(order) => Some((**order).clone()),
        _ => None,
    };
    columns.into_iter().filter_map(order).collect()
}

pub(crate) fn windows(spark: &SparkSession) -> Outcome {
    let by_age = Window::partition_by(expressions([col("team")]))
        .order_by(order([col("age").desc_nulls_last(), col("name").asc()]));
    let place = row_number().over(by_age.clone());
    let before = lag(["name"]).over(by_age);
    let found = people(spark)?.select([col("name"), place, before]);
    let places = [
        "[Ann, 1, NULL]",
        "[Bob, 1, NULL]",
        "[Cyd, 2, Ann]",
        "[Dee, 2, Bob]",
    ];
    assert_eq!(sorted(&found)?, places);
    let running = Window::order_by(order([col("id").asc()]))
        .rows_between(FrameBound::UnboundedPreceding, FrameBound::CurrentRow);
    let sums = spark.range(4)?.select([sum(col("id")).over(running)]);
    assert_eq!(rows(&sums)?, ["[0]", "[1]", "[3]", "[6]"]);
    Ok(())
}

pub(crate) fn schemas(spark: &SparkSession) -> Outcome {
    let frame = people(spark)?;
    assert_eq!(frame.columns()?, ["name", "age", "team"]);
    let types = frame.dtypes()?;
    let types: Vec<_> = types
        .iter()
        .map(|(name, kind)| (&**name, &**kind))
        .collect();
    assert_eq!(
        types,
        [("name", "string"), ("age", "int"), ("team", "string")]
    );
    assert_eq!(
        spark.range(1)?.schema()?.simple_string(),
        "struct<id:bigint>"
    );
    Ok(())
}

/// The client prints plans; that the server explains them is what can be seen.
pub(crate) fn explain(spark: &SparkSession) -> Outcome {
    let frame = spark.range(10)?.filter(col("id").gt(lit(3)));
    for mode in ["simple", "extended", "formatted", "cost"] {
        frame.explain_mode(mode)?;
    }
    Ok(())
}

pub(crate) fn hundreds_of_columns_and_steps(spark: &SparkSession) -> Outcome {
    let mut frame = spark.range(2)?;
    for n in 0..60 {
        frame = frame.with_column(&format!("c{n}"), col("id").add(lit(n)));
    }
    assert_eq!(rows(&frame.agg(expressions([sum(col("c59"))])))?, ["[119]"]);
    Ok(())
}
