//! Functions of the program and typed rows.

use std::collections::BTreeMap;

use flint_sql::functions::{arrow_udf, col, sum, udaf, udf};
use flint_sql::{Aggregator, DataType, Result, SparkSession, SqlError, Window};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Sale {
    shop: String,
    amount: i64,
    note: Option<String>,
}

fn sale(shop: &str, amount: i64, note: Option<&str>) -> Sale {
    Sale {
        shop: shop.into(),
        amount,
        note: note.map(str::to_owned),
    }
}

fn spark(master: &str) -> SparkSession {
    SparkSession::builder()
        .master(master)
        .get_or_create()
        .expect("a session")
}

fn sales() -> Vec<Sale> {
    vec![
        sale("north", 3, None),
        sale("south", 4, Some("a")),
        sale("north", 5, Some("b")),
        sale("east", 6, None),
    ]
}

fn condition<T>(outcome: Result<T>) -> String {
    match outcome {
        Ok(_) => "no error".to_owned(),
        Err(error) => {
            let name = error.condition().name.to_string();
            name.split('.').next().unwrap_or_default().to_owned()
        }
    }
}

#[test]
fn closures_are_functions_of_columns_and_of_sql() -> Result<()> {
    let spark = spark("local[2]");
    let tag = udf(|name: String, n: Option<i32>| format!("{name}{}", n.unwrap_or(-1)));
    let rows = spark.sql("SELECT * FROM VALUES ('a', 1), ('b', NULL), (NULL, 3) AS t(s, n)");
    let tagged = rows.select(tag.call((col("s"), col("n"))));
    assert_eq!(tagged.columns()?, ["UDF(s, n)"]);
    let texts = tagged.collect()?;
    let text = |at: usize| texts[at].get::<Option<String>>(0);
    assert_eq!(text(0)?.as_deref(), Some("a1"));
    assert_eq!(text(1)?.as_deref(), Some("b-1"));
    assert_eq!(text(2)?, None, "a null where the closure takes none");

    spark.udf().register("Twice", |n: i64| n * 2)?;
    let found = spark.sql("SELECT twice(id) FROM range(3) WHERE twice(id) > 1");
    assert_eq!(found.columns()?, ["Twice(id)"]);
    assert_eq!(found.count()?, 2);
    assert_eq!(
        condition(spark.sql("SELECT twice(1, 2)").collect()),
        "WRONG_NUM_ARGS"
    );
    assert_eq!(
        condition(spark.sql("SELECT twice(array(1))").collect()),
        "DATATYPE_MISMATCH"
    );
    assert_eq!(
        condition(spark.sql("SELECT thrice(1)").collect()),
        "UNRESOLVED_ROUTINE"
    );
    let other = spark.new_session();
    assert_eq!(
        condition(other.sql("SELECT twice(1)").collect()),
        "UNRESOLVED_ROUTINE"
    );
    Ok(())
}

#[test]
fn a_panic_fails_its_query_only() -> Result<()> {
    let spark = spark("local[2]");
    let picky = udf(|n: i64| {
        assert!(n < 2, "too many");
        n
    })
    .with_name("picky");
    let error = spark.range(0, 3).select(picky.call(col("id"))).collect();
    let error = error.expect_err("the closure panics");
    assert_eq!(error.condition().name, "FAILED_EXECUTE_UDF");
    assert_eq!(error.parameter("functionName"), Some("`picky`"));
    assert_eq!(error.parameter("signature"), Some("bigint"));
    assert_eq!(error.parameter("reason"), Some("too many"));
    assert_eq!(spark.range(0, 2).select(picky.call(col("id"))).count()?, 2);
    let typed = spark.range(0, 3).as_::<i64>().map(|n| {
        assert!(n < 2, "typed");
        n
    });
    assert_eq!(condition(typed.collect()), "FAILED_EXECUTE_UDF");
    let short = arrow_udf(DataType::Long, |columns| {
        Ok::<_, String>(columns[0].slice(0, 1))
    });
    let outcome = spark
        .range_with(0, 3, 1, Some(1))
        .select(short.call(col("id")))
        .collect();
    assert_eq!(condition(outcome), "FAILED_EXECUTE_UDF");
    Ok(())
}

struct Longest;

impl Aggregator for Longest {
    type In = String;
    type Buffer = String;
    type Out = String;

    fn zero(&self) -> String {
        String::new()
    }

    fn reduce(&self, buffer: String, value: String) -> String {
        self.merge(buffer, value)
    }

    fn merge(&self, a: String, b: String) -> String {
        match (a.len(), b.len()) {
            (m, n) if m > n || (m == n && a <= b) => a,
            _ => b,
        }
    }

    fn finish(&self, buffer: String) -> String {
        buffer
    }
}

#[test]
fn aggregators_group_filter_and_slide() -> Result<()> {
    let spark = spark("local[2]");
    spark.udf().register("longest", udaf(Longest))?;
    let words = "SELECT * FROM VALUES (1, 'a'), (1, 'bbb'), (2, 'cc'), (2, NULL) AS t(k, w)";
    let found = spark
        .sql(&format!("SELECT k, longest(w), longest(DISTINCT w) FILTER (WHERE w > 'b') FROM ({words}) GROUP BY k ORDER BY k"))
        .collect()?;
    let all = found.iter().map(|row| row.get::<String>(1));
    assert_eq!(all.collect::<Result<Vec<_>>>()?, ["bbb", "cc"]);
    assert_eq!(found[0].get::<String>(2)?, "bbb");
    let longest = udaf(Longest);
    let before = Window::partition_by("k").order_by("w").rows_between(-1, 0);
    let running = spark
        .sql(words)
        .select(longest.call(col("w")).over(&before));
    assert_eq!(running.count()?, 4);
    assert_eq!(
        condition(
            spark
                .sql("SELECT longest(longest(w)) FROM VALUES ('a') AS t(w)")
                .collect()
        ),
        "NESTED_AGGREGATE_FUNCTION"
    );
    Ok(())
}

#[test]
fn datasets_map_filter_and_reduce() -> Result<()> {
    let spark = spark("local[2]");
    let sales_set = spark.create_dataset(sales());
    assert_eq!(sales_set.collect()?, sales());
    assert_eq!(sales_set.count()?, 4);
    assert_eq!(sales_set.first()?, Some(sale("north", 3, None)));
    assert_eq!(sales_set.take(2)?.len(), 2);
    let big = sales_set
        .filter(|s| s.amount > 3)
        .map(|s| (s.shop, s.amount));
    let mut big = big.collect()?;
    big.sort();
    assert_eq!(
        big,
        [("east".into(), 6), ("north".into(), 5), ("south".into(), 4)]
    );
    let total = sales_set.map(|s| s.amount).reduce(|a, b| a + b)?;
    assert_eq!(total, Some(18));
    let none = sales_set
        .filter(|_| false)
        .map(|s| s.amount)
        .reduce(|a, b| a + b)?;
    assert_eq!(none, None);
    let notes: Vec<String> = sales_set.flat_map(|s| s.note).collect()?;
    assert_eq!(notes, ["a", "b"]);
    let untyped = sales_set
        .map(|s| s.amount)
        .to_df()
        .agg(sum("value"))
        .collect()?;
    assert_eq!(untyped[0].get::<i64>(0)?, 18);
    let many = spark
        .range_with(0, 1, 1, Some(1))
        .as_::<i64>()
        .flat_map(|_| 0..20_000_i64);
    assert_eq!(many.reduce(|a, b| a.max(b))?, Some(19_999));
    let counted = spark.range_with(0, 100, 1, Some(4)).as_::<i64>();
    let counted = counted
        .map_partitions(|values| [values.count() as i64])
        .collect()?;
    assert_eq!(counted.iter().sum::<i64>(), 100);
    Ok(())
}

#[test]
fn groups_are_whole_and_keys_come_once() -> Result<()> {
    let spark = spark("local[2]");
    let by_shop = spark
        .create_dataset(sales())
        .group_by_key(|s| s.shop.clone());
    let sums =
        by_shop.map_groups(|shop, sales| (shop.clone(), sales.map(|s| s.amount).sum::<i64>()));
    let expected: BTreeMap<String, i64> =
        [("north".into(), 8), ("south".into(), 4), ("east".into(), 6)].into();
    assert_eq!(
        sums.collect()?.into_iter().collect::<BTreeMap<_, _>>(),
        expected
    );
    let amounts = by_shop.map_values(|s| s.amount);
    let reduced = amounts.reduce_groups(|a, b| a + b).collect()?;
    assert_eq!(reduced.into_iter().collect::<BTreeMap<_, _>>(), expected);
    let counts: BTreeMap<String, i64> = by_shop.count().collect()?.into_iter().collect();
    assert_eq!(counts["north"], 2);
    let mut keys = by_shop.keys().collect()?;
    keys.sort();
    assert_eq!(keys, ["east", "north", "south"]);
    // A closure that looks at one value of a group leaves no rest behind.
    let firsts = by_shop.map_groups(|_, sales| sales.next().map(|s| s.amount));
    assert_eq!(firsts.count()?, 3);
    let longest = by_shop.map_values(|s| s.shop).agg(Longest).collect()?;
    assert!(longest.iter().all(|(key, value)| key == value));
    let whole = by_shop.reduce_groups(|a, b| if a.amount > b.amount { a } else { b });
    assert!(
        whole
            .collect()?
            .contains(&("north".into(), sale("north", 5, Some("b"))))
    );

    let prices = spark.create_dataset([("north".to_owned(), 2_i64), ("west".to_owned(), 9)]);
    let prices = prices.group_by_key(|(shop, _)| shop.clone());
    let both = by_shop.cogroup(&prices, |shop, sales, prices| {
        [(
            shop.clone(),
            sales.len() as i64,
            prices.iter().map(|(_, p)| p).sum::<i64>(),
        )]
    });
    let mut both = both.collect()?;
    both.sort();
    let expected = [
        ("east", 1, 0),
        ("north", 2, 2),
        ("south", 1, 0),
        ("west", 0, 9),
    ];
    assert_eq!(both, expected.map(|(shop, n, p)| (shop.to_owned(), n, p)));
    Ok(())
}

#[test]
fn what_does_not_fit_a_type_has_sparks_condition() -> Result<()> {
    let spark = spark("local[1]");
    let of = |text: &str| spark.sql(text).as_::<Sale>().collect();
    assert_eq!(
        of("SELECT 5 AS amount, 'x' AS SHOP, NULL AS note, 1 AS other")?,
        [sale("x", 5, None)]
    );
    assert_eq!(
        condition(of("SELECT 'x' AS shop, 1L AS amount")),
        "UNRESOLVED_COLUMN"
    );
    assert_eq!(
        condition(of("SELECT 'x' AS shop, 1.5D AS amount, '' AS note")),
        "CANNOT_UP_CAST_DATATYPE"
    );
    let null = of("SELECT 'x' AS shop, CAST(NULL AS bigint) AS amount, '' AS note");
    let null: SqlError = null.expect_err("a null in a number");
    assert_eq!(null.condition().name, "NOT_NULL_ASSERT_VIOLATION");
    assert_eq!(null.parameter("walkedTypePath"), Some("`amount`"));
    let pair = spark.range(0, 1).as_::<(i64, i64)>().collect();
    assert_eq!(condition(pair), "UNSUPPORTED_DESERIALIZER");
    assert_eq!(
        condition(spark.range(0, 1).as_::<u64>().collect()),
        "ENCODER_NOT_FOUND"
    );
    let typed = spark.range(0, 1).as_::<i64>().map(|n| n as u64);
    assert_eq!(condition(typed.collect()), "ENCODER_NOT_FOUND");
    Ok(())
}
