//! Columns write what SQL text means.

use flint_sql::functions as f;
use flint_sql::functions::{col, lit, when};
use flint_sql::{Column, DataType, Window};

use crate::spec::is_expr;

#[test]
fn operators_are_those_of_sql() {
    let (a, b) = (col("a"), col("b"));
    let cases: Vec<(Column, &str)> = vec![
        (&a + &b, "a + b"),
        (&a - 1, "a - 1"),
        (2 * &a, "2 * a"),
        (&a / 2.5, "a / 2.5D"),
        (1 % &a, "1 % a"),
        (-&a, "-a"),
        (
            !a.gt(1) & b.is_null() | lit(true),
            "not a > 1 and b is null or true",
        ),
        (a.eq("x"), "a = 'x'"),
        (a.equal_to(&b), "a = b"),
        (a.ne(1), "a <> 1"),
        (a.not_equal(1), "a != 1"),
        (a.eq_null_safe(None::<i32>), "a <=> null"),
        (a.gt(1i64), "a > 1L"),
        (a.geq(1), "a >= 1"),
        (a.lt(1), "a < 1"),
        (a.leq(1), "a <= 1"),
        (a.and(&b), "a and b"),
        (a.or(&b), "a or b"),
        (a.between(1, 2), "a >= 1 and a <= 2"),
        (a.isin([1, 2]), "a in (1, 2)"),
        (a.isin(["x"]), "a in ('x')"),
        (a.bitwise_and(1), "a & 1"),
        (a.bitwise_or(1), "a | 1"),
        (a.bitwise_xor(1), "a ^ 1"),
        (a.pow(2), "power(a, 2)"),
        (a.is_null(), "a is null"),
        (a.is_not_null(), "a is not null"),
        (a.is_nan(), "isnan(a)"),
    ];
    for (column, text) in cases {
        is_expr(column, text);
    }
}

#[test]
fn methods_of_strings_and_structs_are_those_of_sql() {
    let a = col("a");
    let cases: Vec<(Column, &str)> = vec![
        (a.like("x%"), "a like 'x%'"),
        (a.ilike("x%"), "a ilike 'x%'"),
        (a.rlike("x+"), "a rlike 'x+'"),
        (a.contains("x"), "contains(a, 'x')"),
        (a.startswith("x"), "startswith(a, 'x')"),
        (a.endswith(col("b")), "endswith(a, b)"),
        (a.substr(1, 2), "substr(a, 1, 2)"),
        (a.get_item(0), "a[0]"),
        (a.get_item("k"), "a['k']"),
        (f::struct_("a").get_field("a"), "struct(a)['a']"),
        (a.transform(|c| c + 1), "a + 1"),
        (a.outer(), "a"),
        (a.alias("x"), "a as x"),
        (a.name("x"), "a as x"),
        (a.as_multi(["x", "y"]), "a as (x, y)"),
        (a.cast(DataType::Integer), "cast(a as int)"),
        (a.try_cast(&DataType::Date), "try_cast(a as date)"),
        (a.astype(DataType::Long), "a::bigint"),
    ];
    for (column, text) in cases {
        is_expr(column, text);
    }
}

#[test]
fn cases_may_end_without_otherwise() {
    let a = col("a");
    let case = when(a.gt(1), "large").when(a.gt(0), "small");
    is_expr(
        &*case,
        "case when a > 1 then 'large' when a > 0 then 'small' end",
    );
    is_expr(
        case.clone().alias("size"),
        "case when a > 1 then 'large' when a > 0 then 'small' end as size",
    );
    is_expr(
        case.otherwise(a.cast(DataType::STRING)),
        "case when a > 1 then 'large' when a > 0 then 'small' else cast(a as string) end",
    );
}

#[test]
fn names_have_parts_stars_and_backticks() {
    is_expr("a", "a");
    is_expr("t.a", "t.a");
    is_expr("`a.b`.c", "`a.b`.c");
    is_expr("*", "*");
    is_expr("t.*", "t.*");
    is_expr("sum(a)", "`sum(a)`");
}

#[test]
fn literals_have_the_types_of_rust() {
    let day = chrono::NaiveDate::from_ymd_opt(2026, 1, 31).unwrap();
    let time = day.and_hms_micro_opt(1, 2, 3, 4).unwrap();
    is_expr(lit(1i8), "1Y");
    is_expr(lit(1i16), "1S");
    is_expr(lit(1.5f32), "1.5F");
    is_expr(lit(b"\x1f\x20".as_slice()), "X'1F20'");
    is_expr(lit(day), "DATE '2026-01-31'");
    is_expr(lit(time), "TIMESTAMP_NTZ '2026-01-31 01:02:03.000004'");
    is_expr(lit([1, 2]), "array(1, 2)");
    is_expr(lit(vec!["a"]), "array('a')");
    is_expr(lit(Some(true)), "true");
    is_expr(lit(col("a")), "a");
}

#[test]
fn windows_have_partitions_order_and_frames() {
    let sum = f::sum("a");
    let window = Window::partition_by("b").order_by((col("c").desc(), "d"));
    is_expr(
        sum.over(&window),
        "sum(a) over (partition by b order by c desc, d)",
    );
    is_expr(
        sum.over(&window.rows_between(Window::UNBOUNDED_PRECEDING, 0)),
        "sum(a) over (partition by b order by c desc, d
         rows between unbounded preceding and current row)",
    );
    is_expr(
        sum.over(&Window::order_by("d").range_between(0, Window::UNBOUNDED_FOLLOWING)),
        "sum(a) over (order by d range between current row and unbounded following)",
    );
    is_expr(
        sum.over(&Window::order_by("d").rows_between(0, 3)),
        "sum(a) over (order by d rows between current row and 3 following)",
    );
    is_expr(
        f::row_number().over(&Window::order_by(col("d").asc_nulls_last())),
        "row_number() over (order by d nulls last)",
    );
}

#[test]
fn functions_take_names_where_columns_are_expected_and_values_elsewhere() {
    let cases: Vec<(Column, &str)> = vec![
        (f::upper("a"), "upper(a)"),
        (f::concat_ws("-", ("a", lit("x"))), "concat_ws('-', a, 'x')"),
        (f::lpad("a", 8, "0"), "lpad(a, 8, '0')"),
        (f::date_add("d", 7), "date_add(d, 7)"),
        (f::date_add("d", "n"), "date_add(d, n)"),
        (f::count("*"), "count(*)"),
        (f::count("a"), "count(a)"),
        (f::count_distinct(("a", "b")), "count(distinct a, b)"),
        (f::sum_distinct("a"), "sum(distinct a)"),
        (
            f::listagg_distinct_with("a", ","),
            "listagg(distinct a, ',')",
        ),
        (f::coalesce(("a", lit(0))), "coalesce(a, 0)"),
        (f::log("a"), "ln(a)"),
        (f::log_with(2.0, "a"), "log(2.0D, a)"),
        (f::pow("a", 2), "power(a, 2)"),
        (f::bitwise_not("a"), "~a"),
        (f::create_map((lit("k"), "v")), "map('k', v)"),
        (f::struct_(("a", "b")), "struct(a, b)"),
        (
            f::percentile("a", [0.25, 0.5]),
            "percentile(a, array(0.25D, 0.5D))",
        ),
        (f::from_json("a", "x INT"), "from_json(a, 'x INT')"),
        (
            f::from_json_with("a", "x INT", [("mode", "FAILFAST")]),
            "from_json(a, 'x INT', map('mode', 'FAILFAST'))",
        ),
        (f::to_json("a"), "to_json(a)"),
        (f::json_tuple("a", ["x", "y"]), "json_tuple(a, 'x', 'y')"),
        (
            f::window_with("t", "10 minutes", "5 minutes", "1 minute"),
            "window(t, '10 minutes', '5 minutes', '1 minute')",
        ),
        (f::trim_with("a", lit("x")), "trim('x', a)"),
        (f::rand_with(42), "rand(42)"),
        (f::typeof_("a"), "typeof(a)"),
        (
            f::call_udf("my_function", ("a", lit(1))),
            "my_function(a, 1)",
        ),
        (f::desc("a").get_item(0).alias("x"), "a"),
    ];
    for (column, text) in cases.into_iter().filter(|(_, text)| *text != "a") {
        is_expr(column, text);
    }
}

#[test]
fn closures_write_lambdas_with_names_of_their_own() {
    use flint_sql_spec::{Expr, ExprKind, Lambda};
    let inner_of = |column: Column| format!("{:?}", column.to_expr().unwrap());
    let nested = f::transform("a", |x| f::transform(x, |y| y + 1));
    let text = inner_of(nested);
    assert!(text.contains("x_0") && text.contains("x_1"), "{text}");

    let variable = |name: &str| Expr::from(ExprKind::LambdaVariable(vec![name.into()]));
    let body = Expr::call("+", [variable("acc_0"), variable("x_0")]);
    let lambda = ExprKind::Lambda(Lambda {
        body,
        parameters: vec![vec!["acc_0".into()], vec!["x_0".into()]],
    });
    let sum = f::aggregate("a", lit(0), |acc, x| acc + x);
    let expected = Expr::call(
        "aggregate",
        [Expr::column(["a"]), Expr::literal(0), lambda.into()],
    );
    assert_eq!(sum.to_expr().unwrap(), expected);
}
