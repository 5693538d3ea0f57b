//! Executions that clients leave, come back to and stop.

use flint_connect_protocol::spark::connect as proto;
use proto::interrupt_request::{Interrupt, InterruptType};
use tonic::Code;

use crate::client::{Client, batches, block_on, is_complete, reattachable, server, sql};

/// A query that does not end by itself before a test does.
const ENDLESS: &str =
    "SELECT sum(a.id * b.id % 7) FROM range(1000000) a CROSS JOIN range(1000000) b";

async fn reattach(
    client: &mut Client,
    operation: &str,
    last: Option<&str>,
) -> Result<Vec<proto::ExecutePlanResponse>, tonic::Status> {
    let request = proto::ReattachExecuteRequest {
        session_id: client.session.clone(),
        user_context: client.context(),
        operation_id: operation.to_owned(),
        last_response_id: last.map(str::to_owned),
        ..Default::default()
    };
    let mut responses = client.calls.reattach_execute(request).await?.into_inner();
    let mut all = Vec::new();
    while let Some(response) = responses.message().await? {
        all.push(response);
    }
    Ok(all)
}

#[test]
fn s13_a_cut_connection_at_every_response_loses_and_repeats_no_row() {
    let server = server(|builder| builder);
    block_on(async {
        let mut client = Client::new(&server).await;
        let text = "SELECT id FROM range(60000)";
        let whole = client.sql(text).await.expect("responses").len();
        for cut in 0..=whole {
            let request = reattachable(client.request(sql(text)));
            let operation = request.operation_id.clone().expect("it has one");
            let mut first = client.start(request).await.expect("it runs");
            let mut got = Vec::new();
            for _ in 0..cut {
                got.push(
                    first
                        .message()
                        .await
                        .expect("no error")
                        .expect("a response"),
                );
            }
            drop(first);
            let last = got.last().map(|response| response.response_id.clone());
            let rest = reattach(&mut client, &operation, last.as_deref()).await;
            got.extend(rest.expect("it goes on"));
            assert_eq!(got.len(), whole);
            let rows = batches(&got);
            let ids = rows.iter().flat_map(|batch| {
                let ids = batch.column(0).as_any();
                let ids = ids.downcast_ref::<arrow::array::Int64Array>();
                ids.expect("BIGINT").values().to_vec()
            });
            assert!(ids.eq(0..60_000));
            assert!(is_complete(got.last().expect("an end")));
        }
    });
}

#[test]
fn s13_released_executions_are_gone() {
    let server = server(|builder| builder);
    block_on(async {
        let mut client = Client::new(&server).await;
        let request = reattachable(client.request(sql("SELECT 1")));
        let operation = request.operation_id.clone().expect("it has one");
        let mut responses = client.start(request.clone()).await.expect("it runs");
        while responses.message().await.expect("no error").is_some() {}
        let again = reattach(&mut client, &operation, None)
            .await
            .expect("it is kept");
        assert_eq!(again.len(), 2);
        let twice = client
            .start(request.clone())
            .await
            .map(drop)
            .expect_err("the id is in use");
        assert!(
            twice
                .message()
                .contains("INVALID_HANDLE.OPERATION_ALREADY_EXISTS")
        );
        let release = proto::ReleaseExecuteRequest {
            session_id: client.session.clone(),
            user_context: client.context(),
            operation_id: operation.clone(),
            ..Default::default()
        };
        client
            .calls
            .release_execute(release)
            .await
            .expect("released");
        let gone = reattach(&mut client, &operation, None)
            .await
            .expect_err("it is gone");
        assert!(
            gone.message().contains("INVALID_HANDLE.OPERATION_"),
            "{gone:?}"
        );
        let never = uuid::Uuid::new_v4().to_string();
        let never = reattach(&mut client, &never, None)
            .await
            .expect_err("it never was");
        assert!(
            never
                .message()
                .contains("INVALID_HANDLE.OPERATION_NOT_FOUND"),
            "{never:?}"
        );
    });
}

#[test]
fn s14_interruptions_stop_what_they_name() {
    let server = server(|builder| builder);
    block_on(async {
        let mut client = Client::new(&server).await;
        let mut started = Vec::new();
        for tag in ["a", "b", "c"] {
            let mut request = reattachable(client.request(sql(ENDLESS)));
            request.tags.push(tag.to_owned());
            let operation = request.operation_id.clone().expect("it has one");
            let mut responses = client.start(request).await.expect("it runs");
            // Its schema: it is planned.
            responses
                .message()
                .await
                .expect("no error")
                .expect("a response");
            started.push((operation, responses));
        }
        let stop = |kind: InterruptType, what: Option<Interrupt>| proto::InterruptRequest {
            session_id: client.session.clone(),
            user_context: client.context(),
            interrupt_type: kind.into(),
            interrupt: what,
            ..Default::default()
        };
        let tagged = stop(
            InterruptType::Tag,
            Some(Interrupt::OperationTag("b".to_owned())),
        );
        let by_id = Interrupt::OperationId(started[0].0.clone());
        let by_id = stop(InterruptType::OperationId, Some(by_id));
        let all = stop(InterruptType::All, None);
        for (request, which) in [(tagged, 1), (by_id, 0), (all, 2)] {
            let stopped = client.calls.interrupt(request).await.expect("an answer");
            let (operation, responses) = &mut started[which];
            assert_eq!(
                stopped.into_inner().interrupted_ids,
                std::slice::from_ref(operation)
            );
            let error = responses.message().await.expect_err("it is stopped");
            assert!(
                error.message().starts_with("[OPERATION_CANCELED]"),
                "{error:?}"
            );
        }
        assert_eq!(
            client.number("SELECT count(*) FROM range(10)").await.ok(),
            Some(10)
        );
    });
}

#[test]
fn a_client_that_cannot_come_back_takes_its_query_with_it() {
    let server = server(|builder| builder);
    block_on(async {
        let mut client = Client::new(&server).await;
        let mut request = client.request(sql(ENDLESS));
        let operation = uuid::Uuid::new_v4().to_string();
        request.operation_id = Some(operation.clone());
        let mut responses = client.start(request).await.expect("it runs");
        responses
            .message()
            .await
            .expect("no error")
            .expect("a response");
        drop(responses);
        // Both slots are free again, or this would not end.
        for _ in 0..3 {
            let found = client.number("SELECT count(*) FROM range(1000)").await;
            assert_eq!(found.ok(), Some(1000));
        }
    });
}

#[test]
fn a_plan_without_anything_is_an_error() {
    let server = server(|builder| builder);
    block_on(async {
        let mut client = Client::new(&server).await;
        let mut request = client.request(sql("SELECT 1"));
        request.plan = None;
        let mut responses = client.start(request).await.expect("it begins");
        let error = responses.message().await.expect_err("there is no plan");
        assert_eq!(error.code(), Code::Internal);
        assert!(
            error.message().starts_with("[CONNECT_INVALID_PLAN."),
            "{error:?}"
        );
    });
}
