//! Who is let in.

use flint_connect::{ConnectServer, StartError};
use flint_connect_protocol::spark::connect as proto;
use flint_sql::SparkSession;
use futures::stream;
use tonic::{Code, Request};

use crate::wire::{block_on, call, channel, client, condition, methods, new_id, serve, user};

#[test]
fn s1_every_call_needs_the_token_before_its_body_is_read() {
    let server = serve(|builder| builder.token("Secret"));
    block_on(async {
        let channel = channel(&server).await;
        let id = new_id();
        let message = proto::GetStatusRequest {
            session_id: id.clone(),
            ..Default::default()
        };
        for method in methods() {
            for token in [
                None,
                Some(""),
                Some("Bearer"),
                Some("Bearer secret"),
                Some("Secret"),
            ] {
                let messages = stream::iter([message.clone()]);
                let refused = call(channel.clone(), &method, token, messages).await;
                let status = refused.expect_err("no token");
                assert_eq!(status.code(), Code::Unauthenticated, "{method} {token:?}");
                assert!(status.details().is_empty());
            }
            // The answer waits for no message: nothing of the body is read.
            let refused = call(channel.clone(), &method, None, stream::pending()).await;
            let status = refused.expect_err("no token");
            assert_eq!(status.code(), Code::Unauthenticated, "{method}");
        }
        // None of these calls has made a session. And the token does open the door, or else all of
        // this would prove nothing.
        let get_status = "/spark.connect.SparkConnectService/GetStatus";
        let messages = stream::iter([message.clone()]);
        let asked = call(channel, get_status, Some("Bearer Secret"), messages).await;
        let status = asked.expect_err("no session");
        assert_eq!(condition(&status).0, "INVALID_HANDLE.SESSION_NOT_FOUND");
    });
}

#[test]
fn s2_an_open_address_needs_a_token_or_the_insecure_option() {
    let spark = SparkSession::builder().master("local[1]").create();
    let spark = spark.expect("a session");
    let open = || {
        ConnectServer::builder(spark.clone())
            .host("0.0.0.0")
            .port(0)
    };
    let refused = open().start().expect_err("anybody could run code");
    assert!(matches!(refused, StartError::Open { .. }), "{refused}");
    assert!(open().token("x").start().is_ok());
    assert!(open().insecure(true).start().is_ok());
    assert!(
        ConnectServer::builder(spark.clone())
            .port(0)
            .start()
            .is_ok()
    );
}

#[test]
fn s10_sessions_are_of_a_user_and_an_id() {
    let server = serve(|builder| builder);
    block_on(async {
        let mut client = client(&server).await;
        let id = new_id();
        let config = |name: &str, operation| proto::ConfigRequest {
            session_id: id.clone(),
            user_context: user(name),
            operation: Some(proto::config_request::Operation {
                op_type: Some(operation),
            }),
            ..Default::default()
        };
        let set = proto::config_request::operation::OpType::Set(proto::config_request::Set {
            pairs: vec![proto::KeyValue {
                key: "spark.sql.session.timeZone".to_owned(),
                value: Some("Asia/Tokyo".to_owned()),
            }],
            ..Default::default()
        });
        let get = proto::config_request::operation::OpType::Get(proto::config_request::Get {
            keys: vec!["spark.sql.session.timeZone".to_owned()],
        });
        let ada = client
            .config(config("ada", set))
            .await
            .expect("set")
            .into_inner();
        let bob = client.config(config("bob", get.clone())).await;
        let bob = bob.expect("read").into_inner();
        assert_ne!(bob.pairs[0].value.as_deref(), Some("Asia/Tokyo"));
        assert_ne!(bob.server_side_session_id, ada.server_side_session_id);
        let again = client
            .config(config("ada", get))
            .await
            .expect("read")
            .into_inner();
        assert_eq!(again.pairs[0].value.as_deref(), Some("Asia/Tokyo"));
        assert_eq!(again.server_side_session_id, ada.server_side_session_id);
        // Ending one leaves the other.
        let release = proto::ReleaseSessionRequest {
            session_id: id.clone(),
            user_context: user("bob"),
            ..Default::default()
        };
        client.release_session(release).await.expect("ended");
        let status = |name: &str| {
            Request::new(proto::GetStatusRequest {
                session_id: id.clone(),
                user_context: user(name),
                ..Default::default()
            })
        };
        assert!(client.get_status(status("ada")).await.is_ok());
        let ended = client.get_status(status("bob")).await.expect_err("ended");
        assert_eq!(condition(&ended).0, "INVALID_HANDLE.SESSION_CLOSED");
        let other = client.get_status(status("eve")).await.expect_err("unknown");
        assert_eq!(condition(&other).0, "INVALID_HANDLE.SESSION_NOT_FOUND");
    });
}
