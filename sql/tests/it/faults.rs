//! What is wrong comes out at the end, with the line that wrote it.

use flint_sql::functions::{col, upper};
use flint_sql::{Column, DataFrame, Window};

use crate::spec::{spark, t};

fn condition(frame: &DataFrame) -> String {
    frame
        .schema()
        .expect_err("is wrong")
        .condition()
        .name
        .to_string()
}

#[test]
fn an_odd_name_travels_through_everything() {
    let (odd, t) = (|| Column::from("a`b"), t());
    let frames = [
        t.select(odd()),
        t.filter((upper(odd()) + 1).eq("x").alias("y")),
        t.group_by(odd()).count(),
        t.select(col("a").over(&Window::partition_by(odd()))),
        t.join(&t.select(odd()), "a", "inner").limit(1),
        t.sort(odd()).union(&t),
        t.with_column("x", odd()),
    ];
    for frame in frames {
        assert_eq!(condition(&frame), "INVALID_ATTRIBUTE_NAME_SYNTAX");
    }
}

#[test]
fn wrong_arguments_are_refused_by_name() {
    let numbers = spark().range(0, 3);
    let cases = [
        (numbers.repartition(0), "VALUE_NOT_POSITIVE"),
        (numbers.coalesce(-1), "VALUE_NOT_POSITIVE"),
        (numbers.repartition_by_range(None, ()), "CANNOT_BE_EMPTY"),
        (numbers.agg(()), "CANNOT_BE_EMPTY"),
        (
            numbers.join(&numbers, "id", "sideways"),
            "UNSUPPORTED_JOIN_TYPE",
        ),
        (
            numbers.lateral_join(&numbers, (), "full"),
            "UNSUPPORTED_JOIN_TYPE",
        ),
        (numbers.na().drop("some", ()), "VALUE_NOT_ANY_OR_ALL"),
        (numbers.select(col("id").drop_fields([])), "CANNOT_BE_EMPTY"),
        (
            numbers.rollup("id").pivot_with("id", [1]).count(),
            "UNSUPPORTED_FEATURE.PIVOT_AFTER_GROUP_BY",
        ),
        (
            numbers
                .group_by("id")
                .pivot_with("id", [1])
                .pivot_with("id", [1])
                .count(),
            "REPEATED_CLAUSE",
        ),
        (
            numbers.random_split([-1.0, 2.0], None).remove(0),
            "VALUE_NOT_POSITIVE",
        ),
        (
            numbers.random_split([0.0], None).remove(0),
            "VALUE_NOT_POSITIVE",
        ),
        (
            numbers.group_by("id").sum("name"),
            "UNRESOLVED_COLUMN.WITH_SUGGESTION",
        ),
        (numbers.union(&spark().range(0, 1)), "SESSION_NOT_SAME"),
        (spark().table("a b c"), "PARSE_SYNTAX_ERROR"),
    ];
    for (frame, name) in cases {
        assert_eq!(condition(&frame), name);
    }
}

#[test]
fn errors_carry_the_line_of_the_method() {
    let numbers = spark().range(0, 3);
    let (wrong, line) = (numbers.select(col("nope")), line!());
    let error = wrong.filter(col("id").gt(1)).schema().unwrap_err();
    let context = error.contexts().first().expect("a place");
    let text = format!("{context:?}");
    assert!(text.contains(&format!("faults.rs:{line}")), "{text}");
}
