//! A server and a client of a test.

use std::future::Future;

use arrow::array::RecordBatch;
use arrow::ipc::reader::StreamReader;
use flint_connect::{ConnectServer, ConnectServerBuilder};
use flint_connect_protocol::spark::connect as proto;
use flint_sql::SparkSession;
use proto::execute_plan_response::ResponseType;
use proto::plan::OpType;
use proto::relation::RelType;
use proto::spark_connect_service_client::SparkConnectServiceClient;
use tonic::transport::Channel;
use tonic::{Status, Streaming};
use uuid::Uuid;

pub(crate) type Responses = Streaming<proto::ExecutePlanResponse>;

/// A server over an application of its own, on a free port.
pub(crate) fn server(
    describe: impl FnOnce(ConnectServerBuilder) -> ConnectServerBuilder,
) -> ConnectServer {
    let spark = SparkSession::builder().master("local[2]").create();
    let builder = ConnectServer::builder(spark.expect("a session")).port(0);
    describe(builder).start().expect("a server")
}

/// Runs a test's calls.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(future)
}

/// A client with a session.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) calls: SparkConnectServiceClient<Channel>,
    pub(crate) session: String,
    pub(crate) user: String,
}

impl Client {
    pub(crate) async fn new(server: &ConnectServer) -> Client {
        let address = format!("http://{}", server.address());
        let calls = SparkConnectServiceClient::connect(address).await;
        Client {
            calls: calls.expect("a connection"),
            session: Uuid::new_v4().to_string(),
            user: "somebody".to_owned(),
        }
    }

    /// The same connection with a session of its own.
    pub(crate) fn other(&self) -> Client {
        Client {
            session: Uuid::new_v4().to_string(),
            ..self.clone()
        }
    }

    pub(crate) fn context(&self) -> Option<proto::UserContext> {
        Some(proto::UserContext {
            user_id: self.user.clone(),
            ..Default::default()
        })
    }

    /// A request to run a relation.
    pub(crate) fn request(&self, relation: RelType) -> proto::ExecutePlanRequest {
        let root = proto::Relation {
            common: None,
            rel_type: Some(relation),
        };
        proto::ExecutePlanRequest {
            session_id: self.session.clone(),
            user_context: self.context(),
            plan: Some(proto::Plan {
                op_type: Some(OpType::Root(root)),
            }),
            ..Default::default()
        }
    }

    /// Starts a relation.
    pub(crate) async fn start(
        &mut self,
        request: proto::ExecutePlanRequest,
    ) -> Result<Responses, Status> {
        Ok(self.calls.execute_plan(request).await?.into_inner())
    }

    /// All responses to SQL text.
    pub(crate) async fn sql(
        &mut self,
        text: &str,
    ) -> Result<Vec<proto::ExecutePlanResponse>, Status> {
        let request = self.request(sql(text));
        let mut responses = self.start(request).await?;
        let mut all = Vec::new();
        while let Some(response) = responses.message().await? {
            all.push(response);
        }
        Ok(all)
    }

    /// The number that a query gives.
    pub(crate) async fn number(&mut self, text: &str) -> Result<i64, Status> {
        let responses = self.sql(text).await?;
        let batches = batches(&responses);
        let numbers = batches[0].column(0).as_any();
        let numbers = numbers.downcast_ref::<arrow::array::Int64Array>();
        Ok(numbers.expect("BIGINT").value(0))
    }
}

/// SQL text as a relation.
pub(crate) fn sql(text: &str) -> RelType {
    RelType::Sql(proto::Sql {
        query: text.to_owned(),
        ..Default::default()
    })
}

/// An execution that a client may come back to.
pub(crate) fn reattachable(mut request: proto::ExecutePlanRequest) -> proto::ExecutePlanRequest {
    use proto::execute_plan_request::RequestOption;
    use proto::execute_plan_request::request_option::RequestOption as Kind;
    request.operation_id = Some(Uuid::new_v4().to_string());
    let options = proto::ReattachOptions { reattachable: true };
    request.request_options.push(RequestOption {
        request_option: Some(Kind::ReattachOptions(options)),
    });
    request
}

/// The rows of responses.
pub(crate) fn batches(responses: &[proto::ExecutePlanResponse]) -> Vec<RecordBatch> {
    let mut all = Vec::new();
    for response in responses {
        if let Some(ResponseType::ArrowBatch(batch)) = &response.response_type {
            let reader = StreamReader::try_new(&batch.data[..], None).expect("a stream");
            let batches: Vec<RecordBatch> = reader.map(|batch| batch.expect("rows")).collect();
            let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
            assert_eq!(batch.row_count, rows as i64);
            all.extend(batches);
        }
    }
    all
}

pub(crate) fn is_complete(response: &proto::ExecutePlanResponse) -> bool {
    matches!(
        response.response_type,
        Some(ResponseType::ResultComplete(_))
    )
}
