//! Members that PySpark's client sends rarely or never, made by hand.

use flint_connect_plans::{catalog_call, command, relation};
use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{
    AutoCdc, CatalogCall, CatalogTable, ChunkedLocalRelation, Command, Expr, Extension,
    FlowDetails, JoinCriteria, ListenerBusCommand, Literal, MlArg, MlCommand, MlFetch, MlMethod,
    MlRelation, MlRelationKind, Origin, PipelineCommand, Relation, RelationKind, SourceLocation,
    StreamListener, StreamTrigger, StreamingManagerCommand,
};
use proto::catalog::CatType;
use proto::command::CommandType;
use proto::relation::RelType;

fn of(member: RelType) -> proto::Relation {
    proto::Relation {
        common: None,
        rel_type: Some(member),
    }
}

fn cached(id: &str) -> proto::Relation {
    of(RelType::CachedRemoteRelation(proto::CachedRemoteRelation {
        relation_id: id.into(),
    }))
}

fn spec_of(id: &str) -> Relation {
    let relation_id = id.into();
    RelationKind::CachedRemoteRelation { relation_id }.into()
}

fn made(member: RelType) -> RelationKind {
    let made = relation(&of(member)).expect("it is translated");
    made.kind().clone()
}

fn done(member: CommandType) -> Command {
    let message = proto::Command {
        command_type: Some(member),
    };
    command(&message).expect("it is translated")
}

fn long(value: i64) -> proto::expression::Literal {
    proto::expression::Literal {
        literal_type: Some(proto::expression::literal::LiteralType::Long(value)),
        ..Default::default()
    }
}

fn expression(value: i64) -> proto::Expression {
    proto::Expression {
        expr_type: Some(proto::expression::ExprType::Literal(long(value))),
        ..Default::default()
    }
}

fn any() -> prost_types::Any {
    prost_types::Any {
        type_url: "type.example/Odd".into(),
        value: vec![1, 2],
    }
}

fn odd() -> Extension {
    Extension {
        type_url: "type.example/Odd".into(),
        value: [1, 2].into(),
    }
}

#[test]
fn what_the_session_keeps() {
    assert_eq!(relation(&cached("r")), Ok(spec_of("r")));
    let hash = RelType::CachedLocalRelation(proto::CachedLocalRelation { hash: "h".into() });
    assert_eq!(
        made(hash),
        RelationKind::CachedLocalRelation { hash: "h".into() }
    );
    let chunks = proto::ChunkedCachedLocalRelation {
        data_hashes: vec!["a".into(), "b".into()],
        schema_hash: Some("s".into()),
    };
    assert_eq!(
        made(RelType::ChunkedCachedLocalRelation(chunks)),
        RelationKind::ChunkedCachedLocalRelation(ChunkedLocalRelation {
            data_hashes: vec!["a".into(), "b".into()],
            schema_hash: Some("s".into()),
        })
    );
}

#[test]
fn plug_ins_get_their_messages_as_they_came() {
    assert_eq!(
        made(RelType::Extension(any())),
        RelationKind::Extension(odd())
    );
    assert_eq!(
        done(CommandType::Extension(any())),
        Command::Extension(odd())
    );
    assert_eq!(
        made(RelType::Unknown(Default::default())),
        RelationKind::Unknown
    );
}

#[test]
fn a_relation_knows_where_it_was_written() {
    let python = proto::PythonOrigin {
        fragment: "range".into(),
        call_site: "a.py:3".into(),
    };
    let common = proto::RelationCommon {
        plan_id: Some(4),
        origin: Some(proto::Origin {
            function: Some(proto::origin::Function::PythonOrigin(python)),
        }),
        ..Default::default()
    };
    let message = proto::Relation {
        common: Some(common.clone()),
        ..cached("r")
    };
    let found = relation(&message).expect("it is translated");
    assert_eq!(found.plan_id(), Some(4));
    assert!(matches!(found.origin(), Origin::Call(site) if &*site.location == "a.py:3"));
    let wrong = proto::Relation {
        common: Some(common),
        rel_type: Some(RelType::Deduplicate(Box::default())),
    };
    let error = relation(&wrong).expect_err("it has no input");
    assert_eq!(error.contexts().len(), 1);
}

#[test]
fn pairs_of_typed_joins() {
    let message = proto::Join {
        left: Some(Box::new(cached("l"))),
        right: Some(Box::new(cached("r"))),
        join_type: proto::join::JoinType::LeftOuter.into(),
        join_data_type: Some(proto::join::JoinDataType {
            is_left_struct: true,
            is_right_struct: false,
        }),
        ..Default::default()
    };
    let RelationKind::Join(join) = made(RelType::Join(Box::new(message))) else {
        panic!("a join");
    };
    assert_eq!(join.criteria, JoinCriteria::None);
    assert_eq!(join.pair_of_structs, Some((true, false)));
}

#[test]
#[allow(deprecated)] // what older clients send
fn older_clients_send_maps_and_literals() {
    let renames = [("b", "y"), ("a", "x")].map(|(old, new)| (old.to_owned(), new.to_owned()));
    let renamed = proto::WithColumnsRenamed {
        input: Some(Box::new(cached("r"))),
        rename_columns_map: renames.into_iter().collect(),
        renames: Vec::new(),
    };
    assert_eq!(
        made(RelType::WithColumnsRenamed(Box::new(renamed))),
        RelationKind::WithColumnsRenamed {
            input: spec_of("r"),
            renames: vec![("a".into(), "x".into()), ("b".into(), "y".into())],
        }
    );
    let sql = proto::SqlCommand {
        sql: "SELECT ?".into(),
        pos_args: vec![long(7)],
        ..Default::default()
    };
    let Command::Sql { query, input } = done(CommandType::SqlCommand(sql)) else {
        panic!("SQL");
    };
    assert_eq!((&*query.text, input), ("SELECT ?", None));
    assert_eq!(query.positional, [Expr::literal(7_i64)]);
}

#[test]
fn external_tables_of_older_clients() {
    let table = proto::CreateExternalTable {
        table_name: "t".into(),
        path: Some("p".into()),
        ..Default::default()
    };
    let message = proto::Catalog {
        cat_type: Some(CatType::CreateExternalTable(table)),
    };
    let expected = CatalogTable {
        name: "t".into(),
        path: Some("p".into()),
        source: None,
        description: None,
        schema: None,
        options: Vec::new(),
    };
    assert_eq!(
        catalog_call(&message),
        Ok(CatalogCall::CreateExternalTable(expected))
    );
}

#[test]
fn models_are_asked() {
    let reference = |id: &str| Some(proto::ObjectRef { id: id.into() });
    let arg = |kind| proto::fetch::method::Args {
        args_type: Some(kind),
    };
    let method = proto::fetch::Method {
        method: "evaluate".into(),
        args: vec![
            arg(proto::fetch::method::args::ArgsType::Input(cached("d"))),
            arg(proto::fetch::method::args::ArgsType::Param(long(2))),
        ],
    };
    let message = proto::Fetch {
        obj_ref: reference("m"),
        methods: vec![method],
    };
    let fetch = MlFetch {
        object: "m".into(),
        methods: vec![MlMethod {
            name: "evaluate".into(),
            args: vec![
                MlArg::Relation(spec_of("d")),
                MlArg::Value(Literal::Long(2)),
            ],
        }],
    };
    let rows = proto::MlRelation {
        ml_type: Some(proto::ml_relation::MlType::Fetch(message.clone())),
        model_summary_dataset: Some(Box::new(cached("s"))),
    };
    assert_eq!(
        made(RelType::MlRelation(Box::new(rows))),
        RelationKind::Ml(MlRelation {
            kind: MlRelationKind::Fetch(fetch.clone()),
            summary_dataset: Some(spec_of("s")),
        })
    );
    let ml = |command| {
        done(CommandType::MlCommand(proto::MlCommand {
            command: Some(command),
        }))
    };
    use proto::ml_command::{Command as Ml, CreateSummary, Delete, GetModelSize};
    assert_eq!(ml(Ml::Fetch(message)), Command::Ml(MlCommand::Fetch(fetch)));
    let delete = Delete {
        obj_refs: reference("m").into_iter().collect(),
        evict_only: Some(true),
    };
    assert_eq!(
        ml(Ml::Delete(delete)),
        Command::Ml(MlCommand::Delete {
            objects: vec!["m".into()],
            evict_only: Some(true),
        })
    );
    let summary = CreateSummary {
        model_ref: reference("m"),
        dataset: Some(cached("d")),
    };
    assert_eq!(
        ml(Ml::CreateSummary(summary)),
        Command::Ml(MlCommand::CreateSummary {
            model: "m".into(),
            dataset: spec_of("d"),
        })
    );
    let size = GetModelSize {
        model_ref: reference("m"),
    };
    assert_eq!(
        ml(Ml::GetModelSize(size)),
        Command::Ml(MlCommand::GetModelSize("m".into()))
    );
    assert_eq!(
        ml(Ml::CleanCache(Default::default())),
        Command::Ml(MlCommand::CleanCache)
    );
    assert_eq!(
        ml(Ml::GetCacheInfo(Default::default())),
        Command::Ml(MlCommand::GetCacheInfo)
    );
}

#[test]
fn triggers_and_listeners() {
    use proto::write_stream_operation_start::Trigger;
    let trigger = |trigger| {
        let start = proto::WriteStreamOperationStart {
            input: Some(cached("r")),
            trigger: Some(trigger),
            ..Default::default()
        };
        match done(CommandType::WriteStreamOperationStart(start)) {
            Command::WriteStream(stream) => stream.trigger,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(trigger(Trigger::Once(true)), Some(StreamTrigger::Once));
    assert_eq!(trigger(Trigger::Once(false)), None);
    assert_eq!(
        trigger(Trigger::ContinuousCheckpointInterval("1 second".into())),
        Some(StreamTrigger::Continuous("1 second".into()))
    );
    assert_eq!(
        trigger(Trigger::RealTimeBatchDuration("1 minute".into())),
        Some(StreamTrigger::RealTime("1 minute".into()))
    );
    use proto::streaming_query_manager_command::{
        Command as Manager, StreamingQueryListenerCommand,
    };
    let listener = StreamingQueryListenerCommand {
        listener_payload: vec![1].into(),
        python_listener_payload: None,
        id: "l".into(),
    };
    let manager = proto::StreamingQueryManagerCommand {
        command: Some(Manager::RemoveListener(listener)),
    };
    assert_eq!(
        done(CommandType::StreamingQueryManagerCommand(manager)),
        Command::StreamingManager(StreamingManagerCommand::RemoveListener(StreamListener {
            id: "l".into(),
            payload: [1].into(),
            foreign: None,
        }))
    );
    let bus = proto::StreamingQueryListenerBusCommand {
        command: Some(
            proto::streaming_query_listener_bus_command::Command::AddListenerBusListener(true),
        ),
    };
    assert_eq!(
        done(CommandType::StreamingQueryListenerBusCommand(bus)),
        Command::ListenerBus(ListenerBusCommand::Add)
    );
}

#[test]
fn commands_of_engines_beside() {
    let message = proto::ExecuteExternalCommand {
        runner: "r".into(),
        command: "c".into(),
        options: [("K".to_owned(), "v".to_owned())].into(),
    };
    assert_eq!(
        done(CommandType::ExecuteExternalCommand(message)),
        Command::ExecuteExternal {
            runner: "r".into(),
            command: "c".into(),
            options: vec![("K".into(), "v".into())],
        }
    );
    let forget = proto::RemoveCachedRemoteRelationCommand {
        relation: Some(proto::CachedRemoteRelation {
            relation_id: "r".into(),
        }),
    };
    assert_eq!(
        done(CommandType::RemoveCachedRemoteRelationCommand(forget)),
        Command::RemoveCachedRemoteRelation {
            relation_id: "r".into()
        }
    );
}

#[test]
fn flows_of_pipelines() {
    use proto::pipeline_command::define_flow::{AutoCdcFlowDetails, Details};
    use proto::pipeline_command::{
        CommandType as Step, DefineFlow, DefineFlowQueryFunctionResult, DropDataflowGraph,
    };
    let step = |step| {
        let message = proto::PipelineCommand {
            command_type: Some(step),
        };
        match done(CommandType::PipelineCommand(message)) {
            Command::Pipeline(command) => command,
            other => panic!("{other:?}"),
        }
    };
    let flow = DefineFlow {
        details: Some(Details::AutoCdcFlowDetails(AutoCdcFlowDetails {
            source: Some("s".into()),
            keys: vec![expression(1)],
            stored_as_scd_type: 2,
            ..Default::default()
        })),
        source_code_location: Some(proto::SourceCodeLocation {
            line_number: Some(3),
            extension: vec![any()],
            ..Default::default()
        }),
        ..Default::default()
    };
    let PipelineCommand::DefineFlow(made) = step(Step::DefineFlow(flow)) else {
        panic!("a flow");
    };
    let changes = AutoCdc {
        source: Some("s".into()),
        keys: vec![Expr::literal(1_i64)],
        keeps_history: true,
        ..Default::default()
    };
    assert_eq!(made.details, Some(FlowDetails::AutoCdc(Box::new(changes))));
    let place = SourceLocation {
        file: None,
        line: Some(3),
        definition: None,
        extensions: vec![odd()],
    };
    assert_eq!(made.location, Some(place));
    let drop = DropDataflowGraph {
        dataflow_graph_id: Some("g".into()),
    };
    assert_eq!(
        step(Step::DropDataflowGraph(drop)),
        PipelineCommand::DropDataflowGraph {
            graph: Some("g".into())
        }
    );
    let identifier = proto::ResolvedIdentifier {
        catalog_name: "c".into(),
        namespace: vec!["n".into()],
        table_name: "t".into(),
    };
    let result = DefineFlowQueryFunctionResult {
        flow_identifier: Some(identifier),
        relation: Some(cached("r")),
        ..Default::default()
    };
    assert_eq!(
        step(Step::DefineFlowQueryFunctionResult(result)),
        PipelineCommand::QueryFunctionResult {
            flow: None,
            identifier: vec!["c".into(), "n".into(), "t".into()],
            graph: None,
            relation: Some(spec_of("r")),
        }
    );
}
