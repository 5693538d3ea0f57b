//! Messages of other makers in plans.

use flint_connect::{ConnectServer, ConnectServerBuilder, Planner};
use flint_connect_protocol::spark::connect as proto;
use flint_sql::{Column, DataFrame, Result, SqlError, condition, functions as f};
use prost::Message;
use prost_types::Any;
use proto::command::CommandType;
use proto::expression::ExprType;
use proto::plan::OpType;
use proto::relation::RelType;
use tonic::Status;

use crate::client::{Client, batches, block_on, server, sql};
use crate::wire::condition;

/// A message of its own: rows of a relation of the protocol, and how many times.
#[derive(Clone, PartialEq, Message)]
struct Repeated {
    /// A `spark.connect.Relation`.
    #[prost(bytes = "bytes", tag = "1")]
    rows: prost::bytes::Bytes,
    #[prost(uint32, tag = "2")]
    times: u32,
}

fn wrong(error: impl ToString) -> SqlError {
    SqlError::new(condition::CONNECT_INVALID_PLAN_ASSERTION_FAILURE)
        .with("message", error.to_string())
}

fn repeated(message: &[u8], planner: &Planner) -> Result<DataFrame> {
    let message = Repeated::decode(message).map_err(wrong)?;
    let inner = flint_connect_protocol::decode(message.rows).map_err(wrong)?;
    let once = planner.relation(&inner)?;
    Ok((1..message.times).fold(once.clone(), |all, _| all.union(&once)))
}

fn shouted(message: &[u8], planner: &Planner) -> Result<Column> {
    let inner: proto::Expression =
        flint_connect_protocol::decode(message.to_vec().into()).map_err(wrong)?;
    Ok(f::concat([
        f::upper(planner.expression(&inner)?),
        f::lit("!"),
    ]))
}

fn noted(message: &[u8], planner: &Planner) -> Result<()> {
    let text = String::from_utf8_lossy(message);
    planner.session().conf().set("spark.sql.example.note", text)
}

fn handlers(builder: ConnectServerBuilder) -> ConnectServerBuilder {
    builder
        .relation_handler("example.Repeated", repeated)
        .expression_handler("type.googleapis.com/example.Shouted", shouted)
        .command_handler("example.Noted", noted)
}

fn any(name: &str, value: Vec<u8>) -> Any {
    Any {
        type_url: format!("type.googleapis.com/{name}"),
        value,
    }
}

fn relation(rel_type: RelType) -> proto::Relation {
    proto::Relation {
        common: None,
        rel_type: Some(rel_type),
    }
}

fn thrice(text: &str) -> RelType {
    let message = Repeated {
        rows: relation(sql(text)).encode_to_vec().into(),
        times: 3,
    };
    RelType::Extension(any("example.Repeated", message.encode_to_vec()))
}

async fn run(
    client: &mut Client,
    request: proto::ExecutePlanRequest,
) -> Result<Vec<proto::ExecutePlanResponse>, Status> {
    let mut responses = client.start(request).await?;
    let mut all = Vec::new();
    while let Some(response) = responses.message().await? {
        all.push(response);
    }
    Ok(all)
}

/// The rows of a relation as text.
async fn shown(client: &mut Client, message: RelType) -> String {
    let request = client.request(message);
    let responses = run(client, request).await.expect("rows");
    let found = arrow::util::pretty::pretty_format_batches(&batches(&responses));
    found.expect("printed").to_string()
}

#[test]
fn relations_of_others_are_relations() {
    let server = server(handlers);
    block_on(async {
        let mut client = Client::new(&server).await;
        // Below an operator of the protocol, with an expression of others above.
        let column = proto::Expression {
            expr_type: Some(ExprType::UnresolvedAttribute(
                proto::expression::UnresolvedAttribute {
                    unparsed_identifier: "name".to_owned(),
                    ..Default::default()
                },
            )),
            ..Default::default()
        };
        let shouted = proto::Expression {
            expr_type: Some(ExprType::Extension(any(
                "example.Shouted",
                column.encode_to_vec(),
            ))),
            ..Default::default()
        };
        let project = RelType::Project(Box::new(proto::Project {
            input: Some(Box::new(relation(thrice("SELECT 'ann' AS name")))),
            expressions: vec![shouted],
        }));
        let found = shown(&mut client, project).await;
        assert_eq!(found.matches("| ANN!").count(), 3, "{found}");
    });
}

#[test]
fn commands_of_others_run_once_in_the_clients_session() {
    let server = server(handlers);
    block_on(async {
        let mut client = Client::new(&server).await;
        let mut request = client.request(sql("SELECT 1"));
        let command = any("example.Noted", b"well".to_vec());
        request.plan = Some(proto::Plan {
            op_type: Some(OpType::Command(proto::Command {
                command_type: Some(CommandType::Extension(command)),
            })),
        });
        run(&mut client, request).await.expect("done");
        let found = shown(&mut client, sql("SET spark.sql.example.note")).await;
        assert!(found.contains("| well"), "{found}");
    });
}

/// The condition of a refusal, and the type that it names.
async fn refusal(server: &ConnectServer, op_type: OpType) -> (String, String) {
    let mut client = Client::new(server).await;
    let mut request = client.request(sql("SELECT 1"));
    request.plan = Some(proto::Plan {
        op_type: Some(op_type),
    });
    let refused = run(&mut client, request)
        .await
        .expect_err("nobody knows it");
    let (name, info) = condition(&refused);
    (name, info.metadata["messageParameters"].clone())
}

#[test]
fn what_nobody_handles_is_refused_by_its_type() {
    let server = server(handlers);
    let unknown = || any("delta.connect.Scan", Vec::new());
    let expression = proto::Expression {
        expr_type: Some(ExprType::Extension(unknown())),
        ..Default::default()
    };
    let project = RelType::Project(Box::new(proto::Project {
        input: Some(Box::new(relation(sql("SELECT 1")))),
        expressions: vec![expression],
    }));
    // A handler of relations handles no commands.
    let command = CommandType::Extension(any("example.Repeated", Vec::new()));
    let plans = [
        (
            OpType::Root(relation(RelType::Extension(unknown()))),
            "delta.connect.Scan",
        ),
        (OpType::Root(relation(project)), "delta.connect.Scan"),
        (
            OpType::Command(proto::Command {
                command_type: Some(command),
            }),
            "example.Repeated",
        ),
    ];
    for (plan, name) in plans {
        let (condition, parameters) = block_on(refusal(&server, plan));
        assert_eq!(condition, "CONNECT_INVALID_PLAN.NO_HANDLER_FOR_EXTENSION");
        let told = format!(r#"{{"extensionTypeUrl":"type.googleapis.com/{name}"}}"#);
        assert_eq!(parameters, told);
    }
}

#[test]
fn what_a_handler_finds_wrong_is_told() {
    let server = server(handlers);
    let broken = RelType::Extension(any("example.Repeated", vec![0xff]));
    let (condition, _) = block_on(refusal(&server, OpType::Root(relation(broken))));
    assert_eq!(condition, "CONNECT_INVALID_PLAN.ASSERTION_FAILURE");
}
