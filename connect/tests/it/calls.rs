//! What single calls answer.

use flint_connect_protocol::spark::connect as proto;
use prost::Message;
use proto::config_request::operation::OpType;

use crate::client::{Client, batches, block_on, is_complete, server};

#[test]
fn a_query_gives_its_schema_its_rows_and_its_end() {
    let server = server(|builder| builder);
    block_on(async {
        let mut client = Client::new(&server).await;
        let responses = client
            .sql("SELECT id, id * 2 AS two FROM range(100000)")
            .await;
        let responses = responses.expect("responses");
        let schema = responses[0]
            .schema
            .as_ref()
            .expect("the schema comes first");
        let Some(proto::data_type::Kind::Struct(columns)) = &schema.kind else {
            panic!("{schema:?}");
        };
        assert_eq!(columns.fields.len(), 2);
        let rows: usize = batches(&responses)
            .iter()
            .map(|batch| batch.num_rows())
            .sum();
        assert_eq!(rows, 100_000);
        assert!(is_complete(responses.last().expect("an end")));
        for response in &responses {
            assert_eq!(response.session_id, client.session);
            assert_eq!(
                response.server_side_session_id,
                responses[0].server_side_session_id
            );
            assert_eq!(response.operation_id, responses[0].operation_id);
        }
        let none = client
            .sql("SELECT id FROM range(0)")
            .await
            .expect("responses");
        assert_eq!(batches(&none)[0].num_rows(), 0);
        assert!(none[0].schema.is_some());
        assert_eq!(none.len(), 2, "a schema with an empty batch, an end");
    });
}

#[test]
fn rows_come_in_batches_of_a_bounded_size() {
    let server = server(|builder| builder);
    block_on(async {
        let mut client = Client::new(&server).await;
        let text = "SELECT id, repeat('x', 1000) AS x FROM range(20000)";
        let responses = client.sql(text).await.expect("responses");
        let batches = batches(&responses);
        assert_eq!(batches.iter().map(|b| b.num_rows()).sum::<usize>(), 20_000);
        assert!(batches.iter().all(|b| b.num_rows() <= 10_000));
        assert!(
            responses
                .iter()
                .all(|response| response.encoded_len() < 4 << 20)
        );
    });
}

#[test]
fn a_wrong_query_is_an_error_with_details() {
    let server = server(|builder| builder);
    block_on(async {
        let mut client = Client::new(&server).await;
        let error = client
            .sql("SELECT nope FROM range(3)")
            .await
            .expect_err("it is wrong");
        assert_eq!(error.code(), tonic::Code::Internal);
        assert!(
            error
                .message()
                .starts_with("[UNRESOLVED_COLUMN.WITH_SUGGESTION]")
        );
        let late = client
            .sql("SELECT 1 / (id - 2) FROM range(5)")
            .await
            .expect_err("it fails");
        assert!(late.message().starts_with("[DIVIDE_BY_ZERO]"), "{late:?}");
    });
}

#[test]
fn configuration_is_read_and_changed() {
    let server = server(|builder| builder);
    block_on(async {
        let mut client = Client::new(&server).await;
        let key = "spark.sql.session.timeZone".to_owned();
        let mut call = async |op_type| {
            let request = proto::ConfigRequest {
                session_id: client.session.clone(),
                user_context: client.context(),
                operation: Some(proto::config_request::Operation {
                    op_type: Some(op_type),
                }),
                ..Default::default()
            };
            client
                .calls
                .config(request)
                .await
                .map(|found| found.into_inner())
        };
        let set = |value: &str, silent| {
            OpType::Set(proto::config_request::Set {
                pairs: vec![proto::KeyValue {
                    key: key.clone(),
                    value: Some(value.to_owned()),
                }],
                silent: Some(silent),
            })
        };
        let get = || {
            OpType::Get(proto::config_request::Get {
                keys: vec![key.clone()],
            })
        };
        call(set("Asia/Tokyo", false)).await.expect("set");
        let found = call(get()).await.expect("read");
        assert_eq!(found.pairs[0].value.as_deref(), Some("Asia/Tokyo"));
        assert!(call(set("Nowhere/Land", false)).await.is_err());
        let warned = call(set("Nowhere/Land", true)).await.expect("a warning");
        assert_eq!(warned.warnings.len(), 1);
        let found = call(get()).await.expect("read");
        assert_eq!(found.pairs[0].value.as_deref(), Some("Asia/Tokyo"));
        let unknown = OpType::Get(proto::config_request::Get {
            keys: vec!["spark.sql.no.such.key".to_owned()],
        });
        let error = call(unknown).await.expect_err("nobody set it");
        assert!(error.message().starts_with("[SQL_CONF_NOT_FOUND]"));
    });
}
