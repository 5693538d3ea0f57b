//! DataFrames write what queries mean.

use flint_sql::functions::{col, count, lit, max, sum};
use flint_sql_spec::{Aggregate, GroupKind, RelationKind};

use crate::spec::{is_query, spark, t};

#[test]
fn columns_are_chosen() {
    is_query(&t(), "table t");
    is_query(
        &t().select(("a", col("b") + 1, "*")),
        "select a, b + 1, * from t",
    );
    is_query(&t().limit(1), "table t limit 1");
}

#[test]
fn rows_are_chosen_and_ordered() {
    is_query(
        &t().filter(col("a").gt(1)).select("*"),
        "select * from t where a > 1",
    );
    is_query(&t().limit(3).offset(2), "(table t limit 3) offset 2");
    is_query(
        &t().sort((col("a").desc_nulls_first(), "b")),
        "table t order by a desc nulls first, b",
    );
    is_query(&t().sort_within_partitions("a"), "table t sort by a");
    is_query(&t().select("a").distinct(), "select distinct a from t");
    is_query(&t().alias("x").select("x.a"), "select x.a from t as x");
}

#[test]
fn sets_pair_columns_by_position_or_name() {
    let a = t();
    let b = a.spark_session().table("u");
    is_query(&a.union(&b), "table t union all table u");
    is_query(&a.union_all(&b), "table t union all table u");
    let by_name = a.union_by_name(&b, true).to_relation().unwrap();
    assert!(matches!(
        by_name.kind(),
        RelationKind::SetOp(set) if set.all && set.by_name && set.allow_missing
    ));
    is_query(&a.intersect(&b), "table t intersect table u");
    is_query(&a.intersect_all(&b), "table t intersect all table u");
    is_query(&a.subtract(&b), "table t except table u");
    is_query(&a.except_all(&b), "table t except all table u");
}

#[test]
fn joins_have_conditions_or_names() {
    let a = t();
    let b = a.spark_session().table("u");
    let on = col("t.x").eq(col("u.x"));
    is_query(
        &a.join(&b, &on, "inner").select("*"),
        "select * from t join u on t.x = u.x",
    );
    is_query(
        &a.join(&b, &on, "left_outer").select("*"),
        "select * from t left join u on t.x = u.x",
    );
    is_query(
        &a.join(&b, ["x", "y"], "full").select("*"),
        "select * from t full join u using (x, y)",
    );
    is_query(
        &a.join(&b, "x", "right").select("*"),
        "select * from t right join u using (x)",
    );
    is_query(
        &a.join(&b, "x", "semi").select("*"),
        "select * from t left semi join u using (x)",
    );
    is_query(
        &a.join(&b, "x", "left_anti").select("*"),
        "select * from t anti join u using (x)",
    );
    is_query(
        &a.cross_join(&b).select("*"),
        "select * from t cross join u",
    );
}

#[test]
fn groups_have_grouping_columns_in_front() {
    let of = |frame: flint_sql::DataFrame| match frame.to_relation().unwrap().kind() {
        RelationKind::Aggregate(aggregate) => aggregate.clone(),
        other => panic!("no aggregate: {other:?}"),
    };
    let aggregate: Aggregate = of(t()
        .group_by(("a", "b"))
        .agg((sum("c"), max("d").alias("m"))));
    assert_eq!(aggregate.group, GroupKind::GroupBy);
    assert_eq!(
        (aggregate.grouping.len(), aggregate.aggregates.len()),
        (2, 2)
    );
    assert!(!aggregate.lists_output);
    assert_eq!(of(t().rollup("a").count()).group, GroupKind::Rollup);
    assert_eq!(of(t().cube("a").count()).group, GroupKind::Cube);
    let sets = of(t().grouping_sets([vec!["a"], vec![]], "a").count());
    assert!(matches!(sets.group, GroupKind::GroupingSets(sets) if sets.len() == 2));
    let pivot = of(t().group_by("a").pivot_with("b", ["x", "y"]).agg(sum("c")));
    assert!(matches!(pivot.group, GroupKind::Pivot { values, .. } if values.len() == 2));
    assert_eq!(of(t().agg(count("*"))).grouping, []);
}

#[test]
fn subqueries_are_values() {
    let most = spark().table("u").select(max("x"));
    is_query(
        &t().filter(col("a").eq(most.scalar())).select("*"),
        "select * from t where a = (select max(x) from u)",
    );
    let u = spark().table("u");
    is_query(
        &t().filter(u.filter(col("x").eq(col("a").outer())).select("*").exists())
            .select("*"),
        "select * from t where exists (select * from u where x = a)",
    );
    is_query(
        &t().filter(col("a").isin_query(&u.select("x"))).select("*"),
        "select * from t where a in (select x from u)",
    );
    is_query(
        &t().filter(flint_sql::functions::struct_(("a", "b")).isin_query(&u))
            .select("*"),
        "select * from t where (a, b) in (table u)",
    );
}

#[test]
fn schemas_come_from_the_analyzer() {
    let numbers = spark().range(0, 3);
    let frame = numbers
        .with_column("twice", col("id") * 2)
        .with_column_renamed("id", "n")
        .with_columns([("text", col("n").cast("string")), ("one", lit(1))])
        .drop("one");
    assert_eq!(frame.columns().unwrap(), ["n", "twice", "text"]);
    assert_eq!(
        frame.tree_string(None).unwrap(),
        "root\n |-- n: long (nullable = false)\n |-- twice: long (nullable = false)\n \
         |-- text: string (nullable = false)\n"
    );
    assert_eq!(
        format!("{frame:?}"),
        "DataFrame[n: bigint, twice: bigint, text: string]"
    );
    let again = numbers.select(["id"]);
    assert!(again.same_semantics(&numbers.select(["id"])).unwrap());
    assert!(!again.same_semantics(&numbers).unwrap());
    let doubled = |name: &str| spark().range(0, 10).with_column(name, col("id") * 2);
    assert!(doubled("a").same_semantics(&doubled("b")).unwrap());
    assert_eq!(doubled("a").semantic_hash(), doubled("b").semantic_hash());
    assert!(!doubled("a").same_semantics(&spark().range(0, 10)).unwrap());
    assert_eq!(
        again.semantic_hash().unwrap(),
        numbers.select("id").semantic_hash().unwrap()
    );
}

#[test]
fn a_column_of_a_frame_is_found_after_a_join_with_itself() {
    let spark = spark();
    let left = spark.range(0, 3);
    let right = spark.range(0, 3).filter(col("id").gt(1));
    let pairs = left.join(&right, left.col("id").eq(right.col("id")), "inner");
    assert_eq!(
        pairs
            .select((left.col("id"), right.col("id").alias("r")))
            .columns()
            .unwrap(),
        ["id", "r"]
    );
    let error = pairs.select("id").schema().unwrap_err();
    assert_eq!(error.condition().name, "AMBIGUOUS_REFERENCE");
}
