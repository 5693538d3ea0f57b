//! Messages that lack something or contradict themselves: Spark's error, by its name.

use flint_connect_plans::{catalog_call, command, plan, relation};
use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::SqlError;
use proto::command::CommandType;
use proto::relation::RelType;

fn of(member: RelType) -> proto::Relation {
    proto::Relation {
        common: None,
        rel_type: Some(member),
    }
}

fn rows() -> Option<Box<proto::Relation>> {
    Some(Box::new(of(RelType::Range(proto::Range::default()))))
}

fn refused(member: RelType) -> SqlError {
    relation(&of(member)).expect_err("it is refused")
}

#[track_caller]
fn check(member: RelType, name: &str) {
    let error = refused(member);
    let found = &error.condition().name;
    let found = found.strip_prefix("CONNECT_INVALID_PLAN.").unwrap_or(found);
    assert_eq!(found, name, "{error}");
}

#[track_caller]
fn check_command(member: CommandType, name: &str) {
    let message = proto::Command {
        command_type: Some(member),
    };
    let error = command(&message).expect_err("it is refused");
    let found = &error.condition().name;
    let found = found.strip_prefix("CONNECT_INVALID_PLAN.").unwrap_or(found);
    assert_eq!(found, name, "{error}");
}

#[test]
fn a_message_without_a_member_says_which_one() {
    let empty = relation(&proto::Relation::default()).expect_err("says nothing");
    assert_eq!(empty.parameter("fullName"), Some("spark.connect.Relation"));
    assert_eq!(empty.parameter("name"), Some("RELTYPE_NOT_SET"));
    let nameless = [
        plan(&proto::Plan::default()).map(drop),
        command(&proto::Command::default()).map(drop),
        catalog_call(&proto::Catalog::default()).map(drop),
        relation(&of(RelType::Read(proto::Read::default()))).map(drop),
        relation(&of(RelType::MlRelation(Box::default()))).map(drop),
    ];
    for result in nameless {
        let error = result.expect_err("says nothing");
        let name = &error.condition().name;
        assert_eq!(name, "CONNECT_INVALID_PLAN.INVALID_ONE_OF_FIELD_NOT_SET");
    }
}

#[test]
fn an_absent_input_is_an_empty_relation() {
    let error = refused(RelType::Filter(Box::default()));
    assert_eq!(error.parameter("name"), Some("RELTYPE_NOT_SET"));
    let filter = proto::Filter {
        input: rows(),
        condition: None,
    };
    let error = refused(RelType::Filter(Box::new(filter)));
    assert_eq!(error.parameter("name"), Some("EXPRTYPE_NOT_SET"));
}

#[test]
fn numbers_of_no_value_are_shown() {
    let join = |join_type| {
        refused(RelType::Join(Box::new(proto::Join {
            left: rows(),
            right: rows(),
            join_type,
            ..Default::default()
        })))
    };
    let unspecified = join(0);
    assert_eq!(
        unspecified.condition().name,
        "CONNECT_INVALID_PLAN.INVALID_ENUM"
    );
    assert_eq!(unspecified.parameter("name"), Some("JOIN_TYPE_UNSPECIFIED"));
    let unknown = join(77);
    assert_eq!(unknown.parameter("name"), Some("UNRECOGNIZED"));
    assert_eq!(unknown.parameter("number"), Some("77"));
    check(
        RelType::Parse(Box::new(proto::Parse {
            input: rows(),
            ..Default::default()
        })),
        "INVALID_ENUM",
    );
}

#[test]
fn joins_that_contradict_themselves() {
    let both = proto::Join {
        left: rows(),
        right: rows(),
        join_condition: Some(literal(true)),
        using_columns: vec!["a".into()],
        join_type: proto::join::JoinType::Inner.into(),
        ..Default::default()
    };
    check(
        RelType::Join(Box::new(both)),
        "USING_COLUMNS_OR_JOIN_CONDITION_SET_IN_JOIN",
    );
    let as_of = |join_type: &str, direction: &str| {
        RelType::AsOfJoin(Box::new(proto::AsOfJoin {
            left: rows(),
            right: rows(),
            join_type: join_type.into(),
            direction: direction.into(),
            ..Default::default()
        }))
    };
    check(as_of("inner", "up"), "AS_OF_JOIN.UNSUPPORTED_DIRECTION");
    check(as_of("odd", "forward"), "UNSUPPORTED_JOIN_TYPE");
    let nearest = |join_type: &str, mode: &str, direction: &str| {
        RelType::NearestByJoin(Box::new(proto::NearestByJoin {
            left: rows(),
            right: rows(),
            join_type: join_type.into(),
            mode: mode.into(),
            direction: direction.into(),
            ..Default::default()
        }))
    };
    check(
        nearest("cross", "exact", "distance"),
        "NEAREST_BY_JOIN.UNSUPPORTED_JOIN_TYPE",
    );
    check(
        nearest("LEFT_outer", "odd", "distance"),
        "NEAREST_BY_JOIN.UNSUPPORTED_MODE",
    );
    check(
        nearest("inner", "APPROX", "odd"),
        "NEAREST_BY_JOIN.UNSUPPORTED_DIRECTION",
    );
}

fn literal(value: bool) -> proto::Expression {
    let literal = proto::expression::Literal {
        literal_type: Some(proto::expression::literal::LiteralType::Boolean(value)),
        ..Default::default()
    };
    proto::Expression {
        expr_type: Some(proto::expression::ExprType::Literal(literal)),
        ..Default::default()
    }
}

#[test]
fn set_operations_that_contradict_themselves() {
    use proto::set_operation::SetOpType;
    let operation = |kind: SetOpType, by_name, allow_missing_columns| {
        RelType::SetOp(Box::new(proto::SetOperation {
            left_input: rows(),
            right_input: rows(),
            set_op_type: kind.into(),
            by_name: Some(by_name),
            allow_missing_columns: Some(allow_missing_columns),
            ..Default::default()
        }))
    };
    check(
        RelType::SetOp(Box::default()),
        "SET_OPERATION_MUST_HAVE_TWO_INPUTS",
    );
    check(
        operation(SetOpType::Except, true, false),
        "EXCEPT_DOES_NOT_SUPPORT_UNION_BY_NAME",
    );
    check(
        operation(SetOpType::Intersect, true, false),
        "INTERSECT_DOES_NOT_SUPPORT_UNION_BY_NAME",
    );
    check(
        operation(SetOpType::Union, false, true),
        "UNION_BY_NAME_ALLOW_MISSING_COL_REQUIRES_BY_NAME",
    );
    check(
        operation(SetOpType::Unspecified, false, false),
        "INVALID_ENUM",
    );
}

#[test]
fn relations_that_lack_what_they_are_about() {
    check(
        RelType::Deduplicate(Box::default()),
        "DEDUPLICATE_NEEDS_INPUT",
    );
    let deduplicate = |all, column_names: &[&str]| {
        RelType::Deduplicate(Box::new(proto::Deduplicate {
            input: rows(),
            all_columns_as_keys: Some(all),
            column_names: column_names.iter().map(ToString::to_string).collect(),
            ..Default::default()
        }))
    };
    check(
        deduplicate(true, &["a"]),
        "DEDUPLICATE_ALL_COLUMNS_AND_SUBSET",
    );
    check(
        deduplicate(false, &[]),
        "DEDUPLICATE_REQUIRES_COLUMNS_OR_ALL",
    );
    check(
        RelType::Aggregate(Box::default()),
        "AGGREGATE_NEEDS_PLAN_INPUT",
    );
    let pivot = proto::Aggregate {
        input: rows(),
        group_type: proto::aggregate::GroupType::Pivot.into(),
        ..Default::default()
    };
    check(
        RelType::Aggregate(Box::new(pivot)),
        "AGGREGATE_WITH_PIVOT_REQUIRES_PIVOT",
    );
    check(RelType::FillNa(Box::default()), "NA_FILL_VALUES_EMPTY");
    let fill = proto::NaFill {
        input: rows(),
        cols: vec!["a".into()],
        values: vec![Default::default(); 2],
    };
    check(
        RelType::FillNa(Box::new(fill)),
        "NA_FILL_VALUES_LENGTH_MISMATCH",
    );
    check(
        RelType::LocalRelation(Default::default()),
        "SCHEMA_REQUIRED_FOR_LOCAL_RELATION",
    );
    check(
        RelType::ChunkedCachedLocalRelation(Default::default()),
        "CHUNKED_CACHED_LOCAL_RELATION_WITHOUT_DATA",
    );
    let alias = proto::expression::Alias {
        expr: Some(Box::new(literal(true))),
        name: vec!["a".into(), "b".into()],
        metadata: None,
    };
    let columns = proto::WithColumns {
        input: rows(),
        aliases: vec![alias],
    };
    check(
        RelType::WithColumns(Box::new(columns)),
        "WITH_COLUMNS_REQUIRE_SINGLE_NAME_PART",
    );
    let no_struct = proto::DataType {
        kind: Some(proto::data_type::Kind::Boolean(Default::default())),
    };
    let schema = proto::ToSchema {
        input: rows(),
        schema: Some(no_struct),
    };
    check(
        RelType::ToSchema(Box::new(schema)),
        "INVALID_SCHEMA_TYPE_NON_STRUCT",
    );
}

#[test]
fn sources_that_cannot_be_read_so() {
    let source = |format: &str, paths: &[&str], predicates: &[&str], is_streaming| {
        let source = proto::read::DataSource {
            format: Some(format.into()),
            paths: paths.iter().map(ToString::to_string).collect(),
            predicates: predicates.iter().map(ToString::to_string).collect(),
            ..Default::default()
        };
        RelType::Read(proto::Read {
            is_streaming,
            read_type: Some(proto::read::ReadType::DataSource(source)),
        })
    };
    check(
        source("csv", &["a", "b"], &[], true),
        "MULTIPLE_PATHS_NOT_SUPPORTED_FOR_STREAMING_SOURCE",
    );
    check(
        source("csv", &[], &["a > 1"], false),
        "PREDICATES_NOT_SUPPORTED_FOR_DATA_SOURCE",
    );
    check(
        source("jdbc", &[], &["a > 1"], false),
        "INVALID_JDBC_PARAMS",
    );
    let table = proto::read::NamedTable {
        unparsed_identifier: "a b".into(),
        ..Default::default()
    };
    check(
        RelType::Read(proto::Read {
            is_streaming: false,
            read_type: Some(proto::read::ReadType::NamedTable(table)),
        }),
        "PARSE_SYNTAX_ERROR",
    );
}

#[test]
fn references_that_nothing_can_refer_to() {
    let with = |references| {
        RelType::WithRelations(Box::new(proto::WithRelations {
            root: rows(),
            references,
        }))
    };
    check(with(Vec::new()), "INVALID_WITH_RELATION_REFERENCE");
    let nameless = of(RelType::Range(proto::Range::default()));
    check(with(vec![nameless]), "INVALID_WITH_RELATION_REFERENCE");
}

#[test]
fn sql_commands_over_what_is_no_sql() {
    let sql = |input| {
        CommandType::SqlCommand(proto::SqlCommand {
            input: Some(input),
            ..Default::default()
        })
    };
    let range = of(RelType::Range(proto::Range::default()));
    check_command(
        sql(range.clone()),
        "SQL_COMMAND_EXPECTS_SQL_OR_WITH_RELATIONS",
    );
    let with = proto::WithRelations {
        root: rows(),
        references: vec![range],
    };
    check_command(
        sql(of(RelType::WithRelations(Box::new(with)))),
        "INVALID_SQL_WITH_REFERENCES",
    );
}

#[test]
fn commands_that_lack_what_they_are_about() {
    let input = rows().map(|rows| *rows);
    let buckets = proto::WriteOperation {
        input: input.clone(),
        bucket_by: Some(Default::default()),
        ..Default::default()
    };
    check_command(CommandType::WriteOperation(buckets), "INVALID_BUCKET_COUNT");
    let second = proto::WriteOperationV2 {
        input: input.clone(),
        table_name: "t".into(),
        ..Default::default()
    };
    check_command(
        CommandType::WriteOperationV2(second.clone()),
        "INVALID_ENUM",
    );
    let overwrite = proto::WriteOperationV2 {
        mode: proto::write_operation_v2::Mode::Overwrite.into(),
        ..second
    };
    check_command(
        CommandType::WriteOperationV2(overwrite),
        "INVALID_ONE_OF_FIELD_NOT_SET",
    );
    let merge = proto::MergeIntoTableCommand {
        target_table_name: "t".into(),
        source_table_plan: input,
        merge_condition: Some(literal(true)),
        ..Default::default()
    };
    check_command(
        CommandType::MergeIntoTableCommand(merge.clone()),
        "NO_MERGE_ACTION_SPECIFIED",
    );
    let odd = proto::MergeIntoTableCommand {
        match_actions: vec![literal(true)],
        ..merge
    };
    check_command(CommandType::MergeIntoTableCommand(odd), "INVALID_ENUM");
    for empty in [
        CommandType::StreamingQueryCommand(Default::default()),
        CommandType::StreamingQueryManagerCommand(Default::default()),
        CommandType::StreamingQueryListenerBusCommand(Default::default()),
        CommandType::MlCommand(Default::default()),
        CommandType::PipelineCommand(Default::default()),
        CommandType::RegisterFunction(Default::default()),
        CommandType::RegisterTableFunction(Default::default()),
        CommandType::RegisterDataSource(Default::default()),
        CommandType::CheckpointCommand(Default::default()),
    ] {
        check_command(empty, "INVALID_ONE_OF_FIELD_NOT_SET");
    }
    check_command(
        CommandType::RemoveCachedRemoteRelationCommand(Default::default()),
        "FIELD_CANNOT_BE_EMPTY",
    );
}

#[test]
fn compressed_plans_are_for_the_server() {
    let operation = proto::plan::CompressedOperation::default();
    let message = proto::Plan {
        op_type: Some(proto::plan::OpType::CompressedOperation(operation)),
    };
    let error = plan(&message).expect_err("it is no plan yet");
    assert_eq!(error.condition().name, "INTERNAL_ERROR");
}

#[test]
fn a_plan_as_deep_as_messages_may_be_is_translated_on_a_small_stack() {
    let mut message = of(RelType::Range(proto::Range::default()));
    for _ in 0..500 {
        message = of(RelType::Limit(Box::new(proto::Limit {
            input: Some(Box::new(message)),
            limit: 1,
        })));
    }
    let thread = std::thread::Builder::new().stack_size(256 << 10);
    let worker = thread.spawn(move || relation(&message).map(drop));
    let result = worker.expect("a thread starts").join();
    assert_eq!(result.expect("no overflow"), Ok(()));
}
