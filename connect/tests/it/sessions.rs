//! Sessions: whose they are, how they end.

use flint_connect_protocol::spark::connect as proto;

use crate::client::{Client, block_on, server};

#[test]
fn s10_sessions_do_not_see_each_other() {
    let server = server(|builder| builder);
    block_on(async {
        let mut one = Client::new(&server).await;
        let mut two = one.other();
        // The id alone does not make it the same session.
        let mut thief = Client {
            user: "another".to_owned(),
            ..one.clone()
        };
        one.sql("CREATE TEMP VIEW mine AS SELECT 7L AS x")
            .await
            .expect("a view");
        assert_eq!(one.number("SELECT x FROM mine").await.ok(), Some(7));
        for other in [&mut two, &mut thief] {
            let error = other
                .number("SELECT x FROM mine")
                .await
                .expect_err("unseen");
            assert!(
                error.message().starts_with("[TABLE_OR_VIEW_NOT_FOUND]"),
                "{error:?}"
            );
        }
    });
}

#[test]
fn s15_ended_sessions_stay_ended() {
    let server = server(|builder| builder);
    block_on(async {
        let mut client = Client::new(&server).await;
        client.sql("SELECT 1").await.expect("rows");
        let release = |reconnect| proto::ReleaseSessionRequest {
            session_id: client.session.clone(),
            user_context: client.context(),
            allow_reconnect: reconnect,
            ..Default::default()
        };
        let (again, for_good) = (release(true), release(false));
        client.calls.release_session(again).await.expect("released");
        client
            .sql("SELECT 1")
            .await
            .expect("a new session of that id");
        client
            .calls
            .release_session(for_good)
            .await
            .expect("released");
        let error = client.sql("SELECT 1").await.expect_err("it has ended");
        assert!(
            error.message().contains("INVALID_HANDLE.SESSION_CLOSED"),
            "{error:?}"
        );
    });
}

#[test]
fn a_session_that_is_not_the_one_known_is_refused() {
    let server = server(|builder| builder);
    block_on(async {
        let mut client = Client::new(&server).await;
        let mut request = client.request(crate::client::sql("SELECT 1"));
        request.client_observed_server_side_session_id = Some("another".to_owned());
        let error = client
            .start(request.clone())
            .await
            .map(drop)
            .expect_err("no such");
        assert!(
            error.message().contains("INVALID_HANDLE.SESSION_CHANGED"),
            "{error:?}"
        );
        client.sql("SELECT 1").await.expect("rows");
        let error = client.start(request).await.map(drop).expect_err("another");
        assert!(
            error.message().contains("INVALID_HANDLE.SESSION_CHANGED"),
            "{error:?}"
        );
        client.session = "no uuid".to_owned();
        let error = client.sql("SELECT 1").await.expect_err("no id");
        assert!(
            error.message().contains("INVALID_HANDLE.FORMAT"),
            "{error:?}"
        );
    });
}

/// Threads and open files of this process, on systems that tell.
fn held() -> Option<(usize, usize)> {
    let count = |what| std::fs::read_dir(format!("/proc/self/{what}")).map(Iterator::count);
    Some((count("task").ok()?, count("fd").ok()?))
}

#[test]
fn s15_500_sessions_come_and_go() {
    const SESSIONS: usize = 500;
    let server = server(|builder| builder);
    block_on(async {
        let first = Client::new(&server).await;
        let mut ended = Vec::new();
        let mut before = None;
        for n in 0..SESSIONS {
            let mut client = first.other();
            let view = format!("CREATE TEMP VIEW mine AS SELECT {n}L AS x");
            client.sql(&view).await.expect("a view");
            let found = client.number("SELECT x FROM mine").await;
            assert_eq!(found.ok(), Some(n as i64));
            // Every other one is left open.
            if n % 2 == 0 {
                let request = proto::ReleaseSessionRequest {
                    session_id: client.session.clone(),
                    user_context: client.context(),
                    ..Default::default()
                };
                client
                    .calls
                    .release_session(request)
                    .await
                    .expect("released");
                ended.push(client);
            }
            // Once pools are filled.
            if n == 50 {
                before = held();
            }
        }
        for client in &mut ended {
            let late = client.sql("SELECT 1").await.expect_err("it has ended");
            assert!(
                late.message().contains("INVALID_HANDLE.SESSION_CLOSED"),
                "{late:?}"
            );
        }
        // Other tests run beside this one, with servers of their own.
        if let (Some(before), Some(after)) = (before, held()) {
            let (threads, files) = (
                after.0.saturating_sub(before.0),
                after.1.saturating_sub(before.1),
            );
            assert!(
                threads < SESSIONS / 2 && files < SESSIONS / 2,
                "{before:?}, then {after:?}"
            );
        }
    });
}

#[test]
fn a_clone_begins_where_its_original_is() {
    let server = server(|builder| builder);
    block_on(async {
        let mut one = Client::new(&server).await;
        one.sql("CREATE TEMP VIEW v AS SELECT 1L AS x")
            .await
            .expect("a view");
        let request = proto::CloneSessionRequest {
            session_id: one.session.clone(),
            user_context: one.context(),
            ..Default::default()
        };
        let cloned = one
            .calls
            .clone_session(request)
            .await
            .expect("a clone")
            .into_inner();
        let mut two = Client {
            session: cloned.new_session_id,
            ..one.clone()
        };
        assert_eq!(two.number("SELECT x FROM v").await.ok(), Some(1));
        two.sql("CREATE OR REPLACE TEMP VIEW v AS SELECT 2L AS x")
            .await
            .expect("a view");
        assert_eq!(one.number("SELECT x FROM v").await.ok(), Some(1));
        assert_eq!(two.number("SELECT x FROM v").await.ok(), Some(2));
    });
}
