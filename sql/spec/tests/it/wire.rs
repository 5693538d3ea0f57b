//! Plans and errors come back from bytes as they went.

use flint_sql_spec::{
    DataType, Expr, Literal, Origin, Plan, Relation, RelationKind, SqlError, SqlText, Statement,
    StructField, condition, with_shared_texts,
};

fn plan_over(text: &str) -> Plan {
    let source = SqlText::new(text);
    let exprs = (0..200).map(|at| Expr::literal(at).with_origin(Origin::sql(&source, 0..6)));
    let project = RelationKind::Project {
        input: None,
        exprs: exprs.collect(),
    };
    Relation::new(project, Origin::sql(&source, 0..text.len()))
        .with_plan_id(7)
        .into()
}

#[test]
fn plans_come_back_with_their_places() {
    let text = format!("select {}", "x, ".repeat(500));
    let plan = plan_over(&text);
    let bytes = postcard::to_allocvec(&plan).expect("plain data encodes");
    let back: Plan = postcard::from_bytes(&bytes).expect("what was encoded decodes");
    assert_eq!(back, plan);
    let (Plan::Relation(one), Plan::Relation(other)) = (&plan, &back) else {
        panic!("{back:?}")
    };
    assert_eq!(one.origin().fragment(), other.origin().fragment());
    assert_eq!(other.plan_id(), Some(7));
}

#[test]
fn a_shared_text_travels_once() {
    let text = format!("select {}", "x, ".repeat(500));
    let plan = plan_over(&text);
    let alone = postcard::to_allocvec(&plan).expect("plain data encodes");
    let shared = with_shared_texts(|| postcard::to_allocvec(&plan)).expect("plain data encodes");
    assert!(
        shared.len() < 2 * text.len() + 4_000,
        "{} bytes",
        shared.len()
    );
    assert!(alone.len() > 100 * text.len(), "{} bytes", alone.len());
    let back: Plan = with_shared_texts(|| postcard::from_bytes(&shared)).expect("decodes");
    let Plan::Relation(back) = back else {
        panic!("{back:?}")
    };
    assert_eq!(back.origin().fragment(), Some(&*text));
    assert!(
        postcard::from_bytes::<Plan>(&shared).is_err(),
        "a reference needs its scope"
    );
}

#[test]
fn places_do_not_count_in_comparing() {
    let text = SqlText::new("a");
    let here = Expr::column(["a"]).with_origin(Origin::sql(&text, 0..1));
    assert_eq!(
        here,
        Expr::column(["a"]).with_origin(Origin::call("select"))
    );
}

#[test]
fn literals_types_and_statements_come_back() {
    let schema = DataType::structure([StructField::new("a", DataType::DEFAULT_DECIMAL, false)]);
    let statement = Plan::from(Statement::CreateTempViewUsing {
        name: flint_sql_spec::ObjectName::bare("v"),
        global: false,
        replace: true,
        schema: Some(schema),
        provider: "csv".into(),
        options: vec![("header".into(), "true".into())],
    });
    let bytes = postcard::to_allocvec(&statement).expect("plain data encodes");
    assert_eq!(postcard::from_bytes::<Plan>(&bytes), Ok(statement));
    let literal = Literal::from(f64::NAN);
    let bytes = postcard::to_allocvec(&literal).expect("plain data encodes");
    assert_eq!(postcard::from_bytes::<Literal>(&bytes), Ok(literal));
}

#[test]
fn errors_come_back_whole() {
    let text = SqlText::of_object("select a / 0", "VIEW", "`v`");
    let error = SqlError::new(condition::DIVIDE_BY_ZERO)
        .with("config", "\"spark.sql.ansi.enabled\"")
        .at(&Origin::sql(&text, 7..12))
        .caused_by(SqlError::internal("x"));
    let json = serde_json::to_string(&error).expect("errors are plain data");
    let back: SqlError = serde_json::from_str(&json).expect("what was encoded decodes");
    assert_eq!(back, error);
    assert_eq!(back.to_string(), error.to_string());
    assert!(
        back.to_string()
            .contains("== SQL of VIEW `v` (line 1, position 8) ==\nselect a / 0\n       ^^^^^")
    );
    assert_eq!(back.sql_state(), "22012");
}

#[test]
fn registered_conditions_are_sound() {
    for (at, one) in condition::ALL.iter().enumerate() {
        let state = one.sql_state.as_bytes();
        assert!(
            state.len() == 5 && state.iter().all(u8::is_ascii_alphanumeric),
            "{one:?}"
        );
        assert!(
            condition::ALL[..at]
                .iter()
                .all(|other| other.name != one.name),
            "{one:?}"
        );
    }
}
