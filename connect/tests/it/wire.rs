//! A server for tests, and a client of it that says what the protocol allows, and more.

use std::str::FromStr;

use flint_connect::{ConnectServer, ConnectServerBuilder};
use flint_connect_protocol::codec::BoundedCodec;
use flint_connect_protocol::spark::connect as proto;
use flint_connect_protocol::{DESCRIPTORS, rpc};
use flint_sql::SparkSession;
use futures::Stream;
use prost::Message;
use prost_types::FileDescriptorSet;
use proto::spark_connect_service_client::SparkConnectServiceClient;
use tonic::client::Grpc;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::metadata::MetadataValue;
use tonic::transport::Channel;
use tonic::{Request, Status};

pub(crate) type Client = SparkConnectServiceClient<Channel>;

/// A server on a free port, for as long as the test runs.
pub(crate) fn serve(
    how: impl FnOnce(ConnectServerBuilder) -> ConnectServerBuilder,
) -> ConnectServer {
    let spark = SparkSession::builder().master("local[2]").app_name("it");
    let spark = spark.create().expect("a session");
    let builder = ConnectServer::builder(spark).port(0);
    how(builder).start().expect("a free port")
}

/// Runs a test's client.
pub(crate) fn block_on<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build();
    runtime.expect("threads").block_on(test)
}

pub(crate) async fn channel(server: &ConnectServer) -> Channel {
    let address = format!("http://{}", server.address());
    let endpoint = Channel::from_shared(address).expect("an address");
    endpoint.connect().await.expect("a connection")
}

pub(crate) async fn client(server: &ConnectServer) -> Client {
    Client::new(channel(server).await)
}

pub(crate) fn new_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

pub(crate) fn user(name: &str) -> Option<proto::UserContext> {
    Some(proto::UserContext {
        user_id: name.to_owned(),
        ..Default::default()
    })
}

/// The methods of the service by their wire definition, so that a new one is tested, too.
pub(crate) fn methods() -> Vec<String> {
    let set = FileDescriptorSet::decode(DESCRIPTORS).expect("descriptors");
    let mut names = Vec::new();
    for file in &set.file {
        for service in &file.service {
            for method in &service.method {
                let (package, service) = (file.package(), service.name());
                names.push(format!("/{package}.{service}/{}", method.name()));
            }
        }
    }
    assert!(names.len() >= 12, "{names:?}");
    names
}

/// Calls a method with a stream of messages that fit none, and gives how it ends.
pub(crate) async fn call(
    channel: Channel,
    method: &str,
    token: Option<&str>,
    messages: impl Stream<Item = proto::GetStatusRequest> + Send + 'static,
) -> Result<(), Status> {
    let mut grpc = Grpc::new(channel);
    grpc.ready()
        .await
        .map_err(|_| Status::unavailable("no connection"))?;
    let mut request = Request::new(messages);
    if let Some(token) = token {
        let value = MetadataValue::from_str(token).expect("a header");
        request.metadata_mut().insert("authorization", value);
    }
    let codec = BoundedCodec::<proto::GetStatusRequest, proto::GetStatusResponse>::default();
    let path = PathAndQuery::from_str(method).expect("a path");
    let mut answers = grpc.streaming(request, path, codec).await?.into_inner();
    while answers.message().await?.is_some() {}
    Ok(())
}

/// The condition that a status tells, with its `ErrorInfo`.
pub(crate) fn condition(status: &Status) -> (String, rpc::ErrorInfo) {
    let whole = rpc::Status::decode(status.details()).expect("a google.rpc.Status");
    let info = whole.details.first().and_then(rpc::ErrorInfo::from_any);
    let info = info.unwrap_or_else(|| panic!("no ErrorInfo in {status:?}"));
    let name = info.metadata.get("errorClass").cloned();
    (name.unwrap_or_default(), info)
}

/// A plan of `SELECT` text.
pub(crate) fn sql(query: &str) -> proto::Plan {
    plan(proto::relation::RelType::Sql(proto::Sql {
        query: query.to_owned(),
        ..Default::default()
    }))
}

pub(crate) fn plan(rel_type: proto::relation::RelType) -> proto::Plan {
    proto::Plan {
        op_type: Some(proto::plan::OpType::Root(proto::Relation {
            common: Some(proto::RelationCommon {
                plan_id: Some(0),
                ..Default::default()
            }),
            rel_type: Some(rel_type),
        })),
    }
}
