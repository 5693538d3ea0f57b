//! What plans say: precedence, places, and forms that mean the same.

use flint_sql_parser::{parse_expression, parse_name, parse_plan, parse_query, parse_schema};
use flint_sql_spec::{Expr, ExprKind, Plan, RelationKind};

/// An expression as functions of names, for comparing shapes.
fn shape(expr: &Expr) -> String {
    match expr.kind() {
        ExprKind::Function(call) => {
            let args: Vec<_> = call.args.iter().map(shape).collect();
            format!(
                "{}({})",
                call.name.parts().expect("a plain name").join("."),
                args.join(",")
            )
        }
        _ => expr.origin().fragment().expect("has a place").to_owned(),
    }
}

#[test]
fn operators_bind_as_in_spark() {
    for (text, expected) in [
        ("-a * b + c", "+(*(negative(a),b),c)"),
        ("a + b * c - d", "-(+(a,*(b,c)),d)"),
        ("a or b and not c = d", "or(a,and(b,not(==(c,d))))"),
        ("a = b is null", "isnull(==(a,b))"),
        ("a & b | c ^ d", "|(&(a,b),^(c,d))"),
        ("a << 1 + 2", "<<(a,+(1,2))"),
        ("a between 1 and 2 and b", "and(between(a,1,2),b)"),
        ("a not in (1, 2)", "not(in(a,1,2))"),
        ("a <> b", "not(==(a,b))"),
        ("a || b || c", "concat(concat(a,b),c)"),
        ("a div b % c", "%(div(a,b),c)"),
        ("a >> 1 >>> 2", ">>>(>>(a,1),2)"),
        ("case a when 1 then b else c end", "when(==(a,1),b,c)"),
        ("a is distinct from b", "not(<=>(a,b))"),
        ("(a + b) * c", "*(+(a,b),c)"),
    ] {
        let expr = parse_expression(text).expect("is valid");
        assert_eq!(shape(&expr), expected, "{text}");
    }
}

#[test]
fn every_expression_knows_its_text() {
    let expr = parse_expression("f( a + b ,  c.d[ 0 ] ) over (order by x)").expect("is valid");
    assert_eq!(
        expr.origin().fragment(),
        Some("f( a + b ,  c.d[ 0 ] ) over (order by x)")
    );
    let ExprKind::Window(window) = expr.kind() else {
        panic!("{expr:?}")
    };
    assert_eq!(
        window.function.origin().fragment(),
        Some("f( a + b ,  c.d[ 0 ] )")
    );
    let args = window.function.as_call("f").expect("a call of f");
    let texts: Vec<_> = args.iter().map(|arg| arg.origin().fragment()).collect();
    assert_eq!(texts, [Some("a + b"), Some("c.d[ 0 ]")]);
}

#[test]
fn forms_that_mean_the_same_are_equal() {
    for (one, other) in [
        ("select a from t where b", "from t select a where b"),
        ("select count(*)", "SELECT count( 1 )"),
        ("select a b", "select a as `b`"),
        (
            "select * from a join b using (x)",
            "select * from a inner join b using(x)",
        ),
        ("select cast(a as int)", "select a::int"),
        ("select 'a' 'b'", "select 'ab'"),
        ("select interval 1 day", "select interval '1' day"),
        ("table t", "from t"),
        (
            "select 1 except select 2",
            "select 1 minus distinct select 2",
        ),
        (
            "select a from t where b and c and d and e",
            "select a from t where b and c and (d and e)",
        ),
    ] {
        let parse = |text| parse_plan(text).expect("is valid");
        // The last pair shows that chains are balanced.
        assert_eq!(parse(one), parse(other), "{one} / {other}");
    }
}

#[test]
fn a_word_is_an_alias_where_no_clause_can_start() {
    let alias_of = |text: &str| {
        let query = parse_query(text).expect("is valid");
        let RelationKind::Project {
            input: Some(input), ..
        } = query.kind()
        else {
            return None;
        };
        match input.kind() {
            RelationKind::SubqueryAlias(alias) => Some(alias.alias.to_string()),
            _ => None,
        }
    };
    assert_eq!(alias_of("select a from t where"), Some("where".to_owned()));
    assert_eq!(
        alias_of("select a from t where (a)"),
        Some("where".to_owned())
    );
    assert_eq!(alias_of("select a from t where (a) = 1"), None);
    assert_eq!(alias_of("select a from t where a"), None);
    assert_eq!(alias_of("select a from t limit"), Some("limit".to_owned()));
}

#[test]
fn schemas_and_names_are_read() {
    let schema = parse_schema("a INT NOT NULL, `b c`: ARRAY<STRING> COMMENT 'x'").expect("valid");
    assert_eq!(
        schema.ddl(),
        "a INT NOT NULL,`b c` ARRAY<STRING> COMMENT 'x'"
    );
    let name = parse_name("a.`b.c`.d").expect("is a name");
    assert_eq!(
        name.iter().map(|part| &**part).collect::<Vec<_>>(),
        ["a", "b.c", "d"]
    );
    assert!(parse_name("a.").is_err());
}

#[test]
fn an_error_shows_line_and_position() {
    let error = parse_plan("select a\nfrom t\nwhere a = = 1").expect_err("two signs");
    let context = &error.contexts()[0];
    assert_eq!((context.line, context.position), (3, 10));
    assert!(error.to_string().contains("(line 3, pos 10)"), "{error}");
    assert!(error.is_parse_error());
}

#[test]
fn a_statement_is_no_query() {
    assert!(matches!(parse_plan("drop table t"), Ok(Plan::Command(_))));
    assert!(parse_query("drop table t").is_err());
}
