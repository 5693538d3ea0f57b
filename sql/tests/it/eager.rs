//! Columns that hang on rows, and rows that came before the plans that name them.

use flint_sql::functions::{col, sum};
use flint_sql::{Relation, SparkSession, SqlError};
use flint_sql_spec::{ChunkedLocalRelation, LocalRelation, RelationKind};

fn spark() -> SparkSession {
    let session = SparkSession::builder().master("local[2]").create();
    session.expect("a session")
}

fn shown(frame: &flint_sql::DataFrame) -> Vec<String> {
    let names = frame.columns().expect("columns").join(",");
    let mut rows: Vec<String> = frame
        .collect()
        .expect("rows")
        .iter()
        .map(ToString::to_string)
        .collect();
    rows.sort();
    [vec![names], rows].concat()
}

#[test]
fn pivots_find_their_values() {
    let spark = spark();
    let rows =
        spark.sql("SELECT * FROM VALUES ('a', 'y', 1), ('a', 'x', 2), ('b', 'x', 3) AS t(k, c, n)");
    let pivot = rows.group_by("k").pivot("c").agg(sum("n"));
    assert_eq!(shown(&pivot), ["k,x,y", "[a,2,1]", "[b,3,null]"]);
    let error = rows.group_by("k").pivot("c");
    spark
        .conf()
        .set("spark.sql.pivotMaxValues", 1)
        .expect("a key");
    let error: SqlError = error.sum("n").schema().expect_err("too many");
    assert_eq!(error.condition().name, "_LEGACY_ERROR_TEMP_1324");
}

#[test]
fn transpositions_have_a_column_for_each_row() {
    let spark = spark();
    let turned = spark
        .sql("SELECT * FROM VALUES ('a', 1, 2), ('b', 3, 4) AS t(k, x, y)")
        .transpose();
    assert_eq!(shown(&turned), ["key,a,b", "[x,1,3]", "[y,2,4]"]);
    let filtered = turned.filter(col("a").gt(1));
    assert_eq!(shown(&filtered), ["key,a,b", "[y,2,4]"]);
}

#[test]
fn rows_that_came_before_are_found_by_hash() {
    let spark = spark();
    let given = spark.sql("SELECT 7 AS n");
    let batch = given.to_arrow().expect("batches");
    let frame = spark.create_data_frame_of_arrow(&batch);
    let relation = frame.to_relation().expect("a relation");
    let RelationKind::LocalRelation(LocalRelation { data, schema }) = relation.kind().clone()
    else {
        panic!("{relation:?}");
    };
    let (data, schema) = (data.expect("rows"), schema.expect("a schema"));
    let rows = LocalRelation {
        data: Some(data.clone()),
        schema: Some(schema.clone()),
    };
    spark.keep_local_relation("one", rows);
    spark.keep_piece("data", data);
    spark.keep_piece("schema", schema.as_bytes());
    let total = |relation: RelationKind| -> Result<i64, SqlError> {
        let rows = spark.data_frame(Relation::from(relation));
        rows.agg(sum("n")).first()?.expect("a row").get::<i64>(0)
    };
    let hash = |hash: &str| RelationKind::CachedLocalRelation { hash: hash.into() };
    assert_eq!(total(hash("one")), Ok(7));
    let pieces = |names: &[&str]| {
        RelationKind::ChunkedCachedLocalRelation(ChunkedLocalRelation {
            data_hashes: names.iter().map(|name| (*name).into()).collect(),
            schema_hash: Some("schema".into()),
        })
    };
    assert_eq!(total(pieces(&["data", "data"])), Ok(14));
    let condition = |error: SqlError| error.condition().name.to_string();
    let missing = total(hash("two")).map_err(condition);
    assert_eq!(
        missing,
        Err("CONNECT_INVALID_PLAN.NOT_FOUND_CACHED_LOCAL_RELATION".to_owned())
    );
    let missing = total(pieces(&["data", "more"])).map_err(condition);
    assert_eq!(
        missing,
        Err("CONNECT_INVALID_PLAN.NOT_FOUND_CHUNKED_CACHED_LOCAL_RELATION".to_owned())
    );
}
