//! Expressions: one message of each member, and what is refused.

use flint_connect_plans::{expression, sort_order};
use flint_connect_protocol::{decode, spark::connect as proto};
use flint_sql_spec::{
    CallFunction, Direction, Expr, ExprKind, ForeignFunction, ForeignKind, FrameBound, FrameUnit,
    InlineFunction, Literal, MergeActionKind, NullOrder, Origin, SqlError, Subquery, SubqueryKind,
    SubqueryPlan, WindowExpr, WindowFrame, WindowRef, WindowSpec,
};
use proto::common_inline_user_defined_function::Function;
use proto::expression::{self as kinds, ExprType, cast, literal, window};

use crate::corpus::{EXPRESSIONS, keeps, messages, recorded};

fn of(member: ExprType) -> proto::Expression {
    proto::Expression {
        common: None,
        expr_type: Some(member),
    }
}

fn boxed(member: ExprType) -> Option<Box<proto::Expression>> {
    Some(Box::new(of(member)))
}

fn one() -> ExprType {
    ExprType::Literal(kinds::Literal {
        literal_type: Some(literal::LiteralType::Integer(1)),
        data_type: None,
    })
}

fn refused(member: ExprType) -> SqlError {
    match expression(&of(member)) {
        Ok(expr) => panic!("{expr:?}"),
        Err(error) => error,
    }
}

#[test]
fn every_recorded_expression_keeps_its_translation() {
    keeps(
        "recorded_expressions",
        messages(EXPRESSIONS).map(|(name, _)| {
            let made = recorded(name);
            (name.to_owned(), made)
        }),
    );
}

#[test]
fn what_is_absent_is_an_expression_not_set() {
    let absent = [
        ExprType::Alias(Box::new(kinds::Alias {
            name: vec!["a".into()],
            ..Default::default()
        })),
        ExprType::SortOrder(Box::default()),
        ExprType::UnresolvedExtractValue(Box::default()),
        ExprType::UpdateFields(Box::default()),
        ExprType::NamedArgumentExpression(Box::default()),
        ExprType::DirectShufflePartitionId(Box::default()),
        ExprType::Cast(Box::default()),
    ];
    for member in absent {
        let error = refused(member.clone());
        let name = &error.condition().name;
        assert_eq!(
            name, "CONNECT_INVALID_PLAN.INVALID_ONE_OF_FIELD_NOT_SET",
            "{member:?}"
        );
        assert_eq!(
            error.parameter("fullName"),
            Some("spark.connect.Expression")
        );
        assert_eq!(error.parameter("name"), Some("EXPRTYPE_NOT_SET"));
        assert_eq!(error.sql_state(), "56K00");
    }
    assert!(expression(&proto::Expression::default()).is_err());
}

fn star(unparsed_target: Option<&str>, plan_id: Option<i64>) -> ExprType {
    ExprType::UnresolvedStar(kinds::UnresolvedStar {
        unparsed_target: unparsed_target.map(str::to_owned),
        plan_id,
    })
}

fn alias(names: &[&str], metadata: Option<&str>) -> ExprType {
    ExprType::Alias(Box::new(kinds::Alias {
        expr: boxed(one()),
        name: names.iter().map(|name| (*name).to_owned()).collect(),
        metadata: metadata.map(str::to_owned),
    }))
}

fn lambda(parameters: usize, name_parts: &[&str]) -> ExprType {
    let name_parts = name_parts.iter().map(|part| (*part).to_owned()).collect();
    let variable = kinds::UnresolvedNamedLambdaVariable { name_parts };
    ExprType::LambdaFunction(Box::new(kinds::LambdaFunction {
        function: boxed(one()),
        arguments: vec![variable; parameters],
    }))
}

#[test]
fn names_and_lambdas_follow_the_protocols_rules() {
    let column = |name: &str| {
        ExprType::UnresolvedAttribute(kinds::UnresolvedAttribute {
            unparsed_identifier: name.to_owned(),
            ..Default::default()
        })
    };
    let cases = [
        (column("a`b"), "INVALID_ATTRIBUTE_NAME_SYNTAX"),
        (
            star(Some("a"), None),
            "CONNECT_INVALID_PLAN.UNRESOLVED_STAR_TARGET_INVALID",
        ),
        (
            star(Some("a.*"), Some(1)),
            "CONNECT_INVALID_PLAN.UNRESOLVED_STAR_WITH_BOTH_TARGET_AND_PLAN_ID",
        ),
        (
            alias(&[], None),
            "CONNECT_INVALID_PLAN.FIELD_CANNOT_BE_EMPTY",
        ),
        (
            alias(&["a", "b"], Some("{}")),
            "CONNECT_INVALID_PLAN.ALIAS_WITH_MULTIPLE_IDENTIFIERS_AND_METADATA",
        ),
        (
            alias(&["a"], Some("{bad")),
            "CONNECT_INVALID_PLAN.ASSERTION_FAILURE",
        ),
        (
            lambda(0, &["x"]),
            "CONNECT_INVALID_PLAN.LAMBDA_FUNCTION_ARGUMENT_COUNT_INVALID",
        ),
        (
            lambda(4, &["x"]),
            "CONNECT_INVALID_PLAN.LAMBDA_FUNCTION_ARGUMENT_COUNT_INVALID",
        ),
        (
            lambda(1, &[]),
            "CONNECT_INVALID_PLAN.UNRESOLVED_NAMED_LAMBDA_VARIABLE_REQUIRES_NAME_PART",
        ),
    ];
    for (member, condition) in cases {
        assert_eq!(refused(member).condition().name, condition);
    }
    let expr = expression(&of(alias(&["a"], Some("")))).expect("empty metadata is none");
    assert_eq!(expr, Expr::literal(1).alias("a"));
}

#[test]
fn unknown_numbers_are_refused_by_name_and_number() {
    let merge = |action_type| {
        ExprType::MergeAction(Box::new(proto::MergeAction {
            action_type,
            ..Default::default()
        }))
    };
    let subquery = |subquery_type| {
        ExprType::SubqueryExpression(proto::SubqueryExpression {
            subquery_type,
            ..Default::default()
        })
    };
    let cast = ExprType::Cast(Box::new(kinds::Cast {
        expr: boxed(one()),
        eval_mode: 9,
        cast_to_type: Some(cast::CastToType::TypeStr("int".into())),
    }));
    let order = ExprType::SortOrder(Box::new(kinds::SortOrder {
        child: boxed(one()),
        direction: 9,
        null_ordering: 0,
    }));
    let cases = [
        (
            merge(0),
            "spark.connect.MergeAction.ActionType",
            "ACTION_TYPE_INVALID",
            "0",
        ),
        (
            merge(9),
            "spark.connect.MergeAction.ActionType",
            "UNRECOGNIZED",
            "9",
        ),
        (
            subquery(0),
            "spark.connect.SubqueryExpression.SubqueryType",
            "SUBQUERY_TYPE_UNKNOWN",
            "0",
        ),
        (
            subquery(-1),
            "spark.connect.SubqueryExpression.SubqueryType",
            "UNRECOGNIZED",
            "-1",
        ),
        (
            cast,
            "spark.connect.Expression.Cast.EvalMode",
            "UNRECOGNIZED",
            "9",
        ),
        (
            order,
            "spark.connect.Expression.SortOrder.SortDirection",
            "UNRECOGNIZED",
            "9",
        ),
    ];
    for (member, full_name, name, number) in cases {
        let error = refused(member);
        assert_eq!(error.condition().name, "CONNECT_INVALID_PLAN.INVALID_ENUM");
        let parameters = ["fullName", "name", "number"].map(|key| error.parameter(key));
        assert_eq!(parameters, [Some(full_name), Some(name), Some(number)]);
    }
}

fn framed(frame: Option<window::WindowFrame>) -> ExprType {
    ExprType::Window(Box::new(kinds::Window {
        window_function: boxed(one()),
        frame_spec: frame.map(Box::new),
        ..Default::default()
    }))
}

#[test]
fn frames_need_a_unit_and_both_ends() {
    use window::window_frame::{FrameBoundary, FrameType, frame_boundary::Boundary};
    let bound = |boundary| Some(Box::new(FrameBoundary { boundary }));
    let row = window::WindowFrame {
        frame_type: FrameType::Row.into(),
        ..Default::default()
    };
    let half = window::WindowFrame {
        lower: bound(Some(Boundary::CurrentRow(false))),
        ..row.clone()
    };
    let empty = window::WindowFrame {
        upper: bound(None),
        ..half.clone()
    };
    let cases = [
        (ExprType::Window(Box::default()), "WINDOW_FUNCTION_REQUIRED"),
        (framed(Some(Default::default())), "INVALID_ENUM"),
        (framed(Some(row)), "LOWER_BOUND_REQUIRED_IN_WINDOW_FRAME"),
        (
            framed(Some(half.clone())),
            "UPPER_BOUND_REQUIRED_IN_WINDOW_FRAME",
        ),
        (framed(Some(empty)), "INVALID_ONE_OF_FIELD_NOT_SET"),
    ];
    for (member, condition) in cases {
        let expected = format!("CONNECT_INVALID_PLAN.{condition}");
        assert_eq!(refused(member).condition().name, expected);
    }
    // A flag that is false is set all the same.
    let whole = window::WindowFrame {
        upper: bound(Some(Boundary::Unbounded(false))),
        ..half
    };
    let expr = expression(&of(framed(Some(whole)))).expect("a window");
    assert_eq!(
        frame(&expr),
        WindowFrame {
            unit: FrameUnit::Rows,
            lower: FrameBound::CurrentRow,
            upper: FrameBound::Unbounded,
        }
    );
}

fn frame(expr: &Expr) -> WindowFrame {
    let ExprKind::Window(WindowExpr { window, .. }) = expr.kind() else {
        panic!("{expr:?}");
    };
    match window {
        WindowRef::Spec(WindowSpec {
            frame: Some(frame), ..
        }) => frame.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_order_that_is_not_told_is_sparks() {
    let order = sort_order(&kinds::SortOrder {
        child: boxed(one()),
        ..Default::default()
    });
    let order = order.expect("an order");
    assert_eq!(
        (order.direction, order.nulls),
        (Direction::Descending, NullOrder::Last)
    );
}

#[test]
fn code_of_other_languages_is_taken_along() {
    let inline = |function| {
        ExprType::CommonInlineUserDefinedFunction(proto::CommonInlineUserDefinedFunction {
            function_name: "f".into(),
            deterministic: true,
            arguments: vec![of(one())],
            function,
            is_distinct: true,
        })
    };
    let scala = proto::ScalarScalaUdf {
        payload: vec![1, 2].into(),
        input_types: vec![],
        nullable: true,
        aggregate: true,
        output_type: None,
    };
    let expr = expression(&of(inline(Some(Function::ScalarScalaUdf(scala.clone())))));
    let expr = expr.expect("a function");
    let ExprKind::InlineFunction(call) = expr.kind() else {
        panic!("{expr:?}");
    };
    assert_eq!(
        (&*call.name, call.distinct, call.args.len()),
        ("f", true, 1)
    );
    let ForeignFunction {
        kind,
        payload,
        aggregate,
        ..
    } = &call.function;
    assert_eq!(
        (*kind, &**payload, *aggregate),
        (ForeignKind::ScalaUdf, &[1, 2][..], true)
    );

    let java = proto::JavaUdf {
        class_name: "a.B".into(),
        ..Default::default()
    };
    let error = refused(inline(Some(Function::JavaUdf(java))));
    let name = &error.condition().name;
    assert_eq!(
        name,
        "CONNECT_INVALID_PLAN.INVALID_ONE_OF_FIELD_NOT_SUPPORTED"
    );
    assert_eq!(error.parameter("name"), Some("JAVA_UDF"));
    assert_eq!(
        refused(inline(None)).parameter("name"),
        Some("FUNCTION_NOT_SET")
    );
    let python = Function::PythonUdf(proto::PythonUdf::default());
    assert_eq!(
        refused(inline(Some(python))).parameter("kindCase"),
        Some("KIND_NOT_SET")
    );

    let typed = |scalar_scala_udf| {
        ExprType::TypedAggregateExpression(proto::TypedAggregateExpression { scalar_scala_udf })
    };
    let expr = expression(&of(typed(Some(scala)))).expect("an aggregate");
    assert!(matches!(
        expr.kind(),
        ExprKind::TypedAggregate(InlineFunction { .. })
    ));
    assert_eq!(
        refused(typed(None)).condition().name,
        "CONNECT_INVALID_PLAN.ASSERTION_FAILURE"
    );
}

#[test]
fn members_that_pyspark_does_not_send_are_translated() {
    let internal = ExprType::UnresolvedFunction(kinds::UnresolvedFunction {
        function_name: "a.b".into(),
        is_internal: Some(true),
        ..Default::default()
    });
    let user_defined = ExprType::UnresolvedFunction(kinds::UnresolvedFunction {
        function_name: "a.b".into(),
        is_user_defined_function: true,
        ..Default::default()
    });
    let parts = |member| match expression(&of(member)).expect("a call").kind() {
        ExprKind::Function(call) => call.name.parts().map(<[_]>::len),
        other => panic!("{other:?}"),
    };
    assert_eq!((parts(internal), parts(user_defined)), (Some(1), Some(2)));

    let any = prost_types::Any {
        type_url: "type.googleapis.com/x.Y".into(),
        value: vec![7],
    };
    let expr = expression(&of(ExprType::Extension(any))).expect("an extension");
    let ExprKind::Extension(extension) = expr.kind() else {
        panic!("{expr:?}");
    };
    assert_eq!(
        (&*extension.type_url, &*extension.value),
        ("type.googleapis.com/x.Y", &[7][..])
    );

    let merge = ExprType::MergeAction(Box::new(proto::MergeAction {
        action_type: proto::merge_action::ActionType::Update.into(),
        condition: boxed(one()),
        assignments: vec![proto::merge_action::Assignment {
            key: Some(of(one())),
            value: Some(of(one())),
        }],
    }));
    let expr = expression(&of(merge)).expect("an action");
    let ExprKind::MergeAction(action) = expr.kind() else {
        panic!("{expr:?}");
    };
    assert_eq!(action.kind, MergeActionKind::Update);
    assert_eq!(
        (action.condition.is_some(), action.assignments.len()),
        (true, 1)
    );
}

#[test]
fn a_string_with_a_collation_is_collated() {
    use proto::data_type::{Kind, String as Text};
    let text = Text {
        collation: "UNICODE".into(),
        ..Default::default()
    };
    let member = ExprType::Literal(kinds::Literal {
        literal_type: Some(literal::LiteralType::String("a".into())),
        data_type: Some(proto::DataType {
            kind: Some(Kind::String(text)),
        }),
    });
    let expr = expression(&of(member)).expect("a string");
    let ExprKind::Collate { child, collation } = expr.kind() else {
        panic!("{expr:?}");
    };
    assert_eq!(child.as_literal(), Some(&Literal::from("a")));
    assert_eq!(collation, &["UNICODE".into()]);
}

#[test]
fn places_in_python_programs_are_kept_and_shown() {
    let Origin::Call(site) = recorded("alias").origin().clone() else {
        panic!("the client tells where");
    };
    assert_eq!(&*site.fragment, "alias");
    assert!(
        site.location.starts_with("program.py:"),
        "{}",
        site.location
    );

    let (_, bytes) = messages(EXPRESSIONS)
        .find(|(name, _)| *name == "alias")
        .expect("recorded");
    let mut message: proto::Expression = decode(bytes.into()).expect("a message");
    message.expr_type = None;
    let error = expression(&message).expect_err("nothing is set");
    assert_eq!(error.contexts()[0].fragment, "alias");
}

#[test]
fn places_of_the_jvm_client_are_kept() {
    let frame = |method: &str, line_number| proto::StackTraceElement {
        declaring_class: "org.example.Main".into(),
        method_name: method.into(),
        file_name: Some("Main.scala".into()),
        line_number,
        ..Default::default()
    };
    let from = |jvm| {
        let function = Some(proto::origin::Function::JvmOrigin(jvm));
        flint_connect_plans::origin(Some(&proto::Origin { function }))
    };
    let stack = proto::JvmOrigin {
        stack_trace: vec![frame("select", 3), frame("main", 7)],
        ..Default::default()
    };
    let Origin::Call(site) = from(stack) else {
        panic!("a call");
    };
    assert_eq!(&*site.fragment, "select");
    assert_eq!(&*site.location, "org.example.Main.main(Main.scala:7)");

    let text = proto::JvmOrigin {
        sql_text: Some("SELECT '\u{1F600}', ab".into()),
        start_index: Some(13),
        stop_index: Some(14),
        ..Default::default()
    };
    assert_eq!(from(text).fragment(), Some("ab"));
    assert_eq!(from(proto::JvmOrigin::default()), Origin::Unknown);
}

#[test]
fn pysparks_expressions_mean_what_they_say() {
    assert_eq!(recorded("column"), Expr::column(["a", "b.c", "d"]));
    assert_eq!(recorded("count_star"), Expr::call("count", [Expr::star()]));
    let ExprKind::CallFunction(CallFunction { name, .. }) =
        recorded("call_function").kind().clone()
    else {
        panic!("a call by text");
    };
    assert_eq!(&*name, "db.f");
    let unit = |name| frame(&recorded(name)).unit;
    assert_eq!(unit("window_rows"), FrameUnit::Rows);
    assert_eq!(unit("window_range"), FrameUnit::Range);
    let ExprKind::Subquery(Subquery { kind, plan }) = recorded("subquery_in_many").kind().clone()
    else {
        panic!("a subquery");
    };
    assert_eq!(
        kind,
        SubqueryKind::In(vec![Expr::column(["a"]), Expr::column(["b"])])
    );
    assert_eq!(plan, SubqueryPlan::Reference(0));
    let ExprKind::InlineFunction(call) = recorded("pandas_udf").kind().clone() else {
        panic!("a function");
    };
    assert_eq!(
        (call.function.kind, call.function.eval_type),
        (ForeignKind::PythonUdf, 200)
    );
}
