//! Values of columns that only the API can write: fields of structs that are set or dropped, columns
//! by patterns, text of SQL among columns. What Spark says of the same stands in the tests.

use flint_sql::DataFrame;
use flint_sql::functions::{col, count, expr, mode_with, product};

use crate::spec::spark;

/// The rows as `show` prints them, without lines between.
fn rows(frame: &DataFrame) -> Vec<String> {
    let shown = frame.show_string(20, 0, false).expect("rows");
    let lines = shown.lines().filter(|line| line.starts_with('|')).skip(1);
    lines
        .map(|line| line.trim_matches('|').replace(' ', ""))
        .collect()
}

#[test]
fn fields_are_set_and_dropped_and_null_structs_stay_null() {
    let frame = spark().sql(
        "SELECT * FROM VALUES (named_struct('a', 1, 'b', named_struct('c', 2, 'd', 3))), \
         (named_struct('a', 4, 'b', null)), (null) AS t(s)",
    );
    let s = col("s");
    let cases = [
        (s.with_field("a", 9), ["{9,{2,3}}", "{9,NULL}", "NULL"]),
        (s.with_field("b.c", 9), ["{1,{9,3}}", "{4,NULL}", "NULL"]),
        (
            s.with_field("b.e", col("s.a")),
            ["{1,{2,3,1}}", "{4,NULL}", "NULL"],
        ),
        (s.drop_fields(["a", "b.c"]), ["{{3}}", "{NULL}", "NULL"]),
        (
            s.drop_fields(["a"]).with_field("a", 7),
            ["{{2,3},7}", "{NULL,7}", "NULL"],
        ),
    ];
    for (column, expected) in cases {
        assert_eq!(rows(&frame.select(column)), expected);
    }
}

#[test]
fn patterns_choose_columns_by_their_whole_names() {
    let frame = spark()
        .sql("SELECT 1 AS Col1, 2 AS Col2, 3 AS x")
        .alias("r");
    let names = |pattern: &str| {
        frame
            .select(frame.col_regex(pattern))
            .columns()
            .expect("names")
    };
    assert_eq!(names("`(Col1)?+.+`"), ["Col2", "x"]);
    assert_eq!(names("`col.*`"), ["Col1", "Col2"]);
    assert_eq!(names("r.`col.*`"), ["Col1", "Col2"]);
    assert_eq!(names("`ol`"), [""; 0]);
    assert_eq!(names("`r`.`col.*`"), [""; 0]);
    assert_eq!(names("x"), ["x"]);
}

#[test]
fn stars_in_text_count_rows_and_parts_of_a_split_are_disjoint() {
    let frame = spark().sql("SELECT id, id % 3 AS kind FROM range(0, 20, 1, 3)");
    let counted = frame.agg((count(expr("*")), product("kind"), mode_with("kind", true)));
    assert_eq!(rows(&counted), ["20|0.0|0"]);
    let parts = frame.random_split([1.0, 2.0], Some(3));
    let counts = parts.iter().map(|part| part.count().expect("rows"));
    assert_eq!(counts.sum::<i64>(), 20);
    let all = parts[0].union(&parts[1]).distinct();
    assert_eq!(all.count().expect("rows"), 20);
}
