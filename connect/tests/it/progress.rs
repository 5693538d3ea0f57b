//! How far a query is, as its client is told.

use flint_connect_protocol::spark::connect as proto;
use proto::execute_plan_response::{ExecutionProgress, ResponseType};

use crate::client::{Client, block_on, is_complete, reattachable, server, sql};

/// A query that does not end by itself before a test does.
const ENDLESS: &str =
    "SELECT sum(a.id * b.id % 7) FROM range(1000000) a CROSS JOIN range(1000000) b";

fn progress(response: &proto::ExecutePlanResponse) -> Option<&ExecutionProgress> {
    match &response.response_type {
        Some(ResponseType::ExecutionProgress(progress)) => Some(progress),
        _ => None,
    }
}

#[test]
fn a_long_query_tells_its_stages_and_tasks() {
    let server = server(|builder| builder);
    block_on(async {
        let mut client = Client::new(&server).await;
        client
            .sql("SET spark.connect.progress.reportInterval=50ms")
            .await
            .expect("set");
        let request = reattachable(client.request(sql(ENDLESS)));
        let operation = request.operation_id.clone().expect("it has one");
        let mut responses = client.start(request).await.expect("it runs");
        let told = loop {
            let response = responses.message().await.expect("no error");
            let response = response.expect("it goes on");
            if let Some(progress) = progress(&response) {
                assert!(!response.response_id.is_empty());
                assert_eq!(response.operation_id, operation);
                break progress.clone();
            }
        };
        assert_eq!(told.num_inflight_tasks, 1);
        let [stage] = &told.stages[..] else {
            panic!("{told:?}");
        };
        assert_eq!(
            (stage.num_tasks, stage.num_completed_tasks, stage.done),
            (1, 0, false)
        );
        let stop = proto::InterruptRequest {
            session_id: client.session.clone(),
            user_context: client.context(),
            interrupt_type: proto::interrupt_request::InterruptType::All.into(),
            ..Default::default()
        };
        client.calls.interrupt(stop).await.expect("an answer");
        let stopped = loop {
            match responses.message().await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("it was interrupted"),
                Err(error) => break error,
            }
        };
        assert!(
            stopped.message().contains("OPERATION_CANCELED"),
            "{stopped:?}"
        );
    });
}

#[test]
fn the_last_report_comes_before_the_end_and_tells_what_was_read() {
    let server = server(|builder| builder);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("numbers").to_string_lossy().into_owned();
    block_on(async {
        let mut client = Client::new(&server).await;
        let text = format!(
            "CREATE TABLE numbers USING parquet LOCATION '{path}' AS SELECT id FROM range(100000)"
        );
        client.sql(&text).await.expect("a table");
        client
            .sql("SET spark.connect.progress.reportInterval=1ms")
            .await
            .expect("set");
        // Long enough for a report: some hundred million rows.
        let text = "SELECT sum(a.id % 7 + b.id) FROM numbers a CROSS JOIN range(2000) b";
        let all = client.sql(text).await.expect("rows");
        assert!(is_complete(all.last().expect("an end")));
        let reports: Vec<_> = all.iter().filter_map(progress).collect();
        let (first, last) = (reports.first(), reports.last());
        let (Some(first), Some(last)) = (first, last) else {
            panic!("no report");
        };
        assert!(!first.stages[0].done);
        assert_eq!(last.num_inflight_tasks, 0);
        for stage in &last.stages {
            assert!(stage.done, "{last:?}");
            assert_eq!(stage.num_completed_tasks, stage.num_tasks);
        }
        let read: i64 = last.stages.iter().map(|stage| stage.input_bytes_read).sum();
        assert!(read > 0, "{last:?}");
        client.sql("DROP TABLE numbers").await.expect("dropped");
    });
}

#[test]
fn nothing_is_told_where_nobody_wants_to_know() {
    let server = server(|builder| builder);
    block_on(async {
        let mut client = Client::new(&server).await;
        client
            .sql("SET spark.connect.progress.reportInterval=-1")
            .await
            .expect("set");
        let text = "SELECT sum(a.id % 7 + b.id) FROM range(100000) a CROSS JOIN range(500) b";
        let all = client.sql(text).await.expect("rows");
        assert_eq!(all.iter().filter_map(progress).count(), 0);
        let wrong = client
            .sql("SET spark.connect.progress.reportInterval=often")
            .await
            .expect_err("no time");
        assert!(wrong.message().contains("INVALID_CONF_VALUE"), "{wrong:?}");
    });
}
