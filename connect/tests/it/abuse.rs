//! Clients that want too much.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use flint_connect::ConnectServer;
use flint_connect_protocol::spark::connect as proto;
use prost::Message;
use proto::analyze_plan_request::{Analyze, Schema};
use proto::plan::OpType;
use proto::relation::RelType;
use tonic::metadata::MetadataValue;
use tonic::{Code, Request};

use crate::wire::{block_on, channel, client, condition, new_id, plan, serve, sql};

/// HTTP/2 by hand: what no client library would send.
struct Raw(TcpStream);

impl Raw {
    const DATA: u8 = 0;
    const HEADERS: u8 = 1;
    const RESET: u8 = 3;
    const SETTINGS: u8 = 4;
    const END_HEADERS: u8 = 4;

    fn connect(server: &ConnectServer) -> Raw {
        let stream = TcpStream::connect(server.address()).expect("a connection");
        let limit = Some(Duration::from_secs(30));
        stream.set_read_timeout(limit).expect("a limit");
        let mut raw = Raw(stream);
        raw.0
            .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
            .expect("sent");
        raw.frame(Raw::SETTINGS, 0, 0, &[]).expect("sent");
        raw
    }

    fn frame(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> std::io::Result<()> {
        let mut bytes = (payload.len() as u32).to_be_bytes()[1..].to_vec();
        bytes.extend([kind, flags]);
        bytes.extend(stream.to_be_bytes());
        bytes.extend(payload);
        self.0.write_all(&bytes)
    }

    /// Begins a call of AnalyzePlan.
    fn begin(&mut self, stream: u32) -> std::io::Result<()> {
        let mut block = Vec::new();
        for (name, value) in [
            (":method", "POST"),
            (":scheme", "http"),
            (":path", "/spark.connect.SparkConnectService/AnalyzePlan"),
            (":authority", "localhost"),
            ("content-type", "application/grpc"),
            ("te", "trailers"),
        ] {
            block.extend([0, name.len() as u8]);
            block.extend(name.bytes());
            block.push(value.len() as u8);
            block.extend(value.bytes());
        }
        self.frame(Raw::HEADERS, Raw::END_HEADERS, stream, &block)
    }

    /// All that the server says until it has nothing to say or hangs up.
    fn rest(&mut self) -> Vec<u8> {
        let mut all = Vec::new();
        let limit = Some(Duration::from_secs(2));
        self.0.set_read_timeout(limit).expect("a limit");
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = self.0.read(&mut buffer) {
            all.extend(&buffer[..read]);
        }
        all
    }
}

/// Whether frames end a stream: by headers that are the last of it, or by a reset.
fn ends(mut frames: &[u8], stream: u32) -> bool {
    const END_STREAM: u8 = 1;
    const RST_STREAM: u8 = 3;
    while let [a, b, c, kind, flags, s0, s1, s2, s3, rest @ ..] = frames {
        let length = u32::from_be_bytes([0, *a, *b, *c]) as usize;
        let last = *kind == RST_STREAM || (*kind == Raw::HEADERS && flags & END_STREAM != 0);
        if last && u32::from_be_bytes([*s0, *s1, *s2, *s3]) == stream {
            return true;
        }
        frames = rest.get(length..).unwrap_or_default();
    }
    false
}

/// Whether a well-behaved client is answered.
async fn answers(server: &ConnectServer) -> bool {
    let mut client = client(server).await;
    let request = analysis(sql("SELECT 1 AS one"));
    client.analyze_plan(request).await.is_ok()
}

fn analysis(plan: proto::Plan) -> proto::AnalyzePlanRequest {
    proto::AnalyzePlanRequest {
        session_id: new_id(),
        analyze: Some(Analyze::Schema(Schema { plan: Some(plan) })),
        ..Default::default()
    }
}

#[test]
fn s4_a_message_that_says_it_is_huge_is_refused_at_its_length() {
    let server = serve(|builder| builder);
    let mut raw = Raw::connect(&server);
    raw.begin(1).expect("sent");
    // Not compressed, 4 GiB long, and one byte of it.
    raw.frame(Raw::DATA, 0, 1, &[0, 0xff, 0xff, 0xff, 0xff, 1])
        .expect("sent");
    let said = raw.rest();
    assert!(ends(&said, 1), "{said:?}");
    assert!(block_on(answers(&server)));
}

#[test]
fn s4_headers_are_bounded() {
    let server = serve(|builder| builder);
    block_on(async {
        let mut client = client(&server).await;
        let mut request = Request::new(analysis(sql("SELECT 1")));
        let large = "x".repeat(100 << 10);
        let large = MetadataValue::try_from(large).expect("a header");
        request.metadata_mut().insert("x-large", large);
        assert!(client.analyze_plan(request).await.is_err());
        assert!(answers(&server).await);
    });
}

#[test]
fn s4_streams_that_are_begun_and_reset_at_once_do_not_hold_others_up() {
    let server = serve(|builder| builder);
    let mut raw = Raw::connect(&server);
    let mut begun = 0;
    for stream in (1..20_000).step_by(2) {
        let sent = raw.begin(stream);
        let sent = sent.and_then(|()| raw.frame(Raw::RESET, 0, stream, &8_u32.to_be_bytes()));
        if sent.is_err() {
            break;
        }
        begun += 1;
    }
    assert!(begun > 0);
    assert!(block_on(answers(&server)));
}

#[test]
fn s4_idle_and_slow_connections_do_not_hold_others_up() {
    let server = serve(|builder| builder);
    let mut idle: Vec<_> = (0..200).map(|_| Raw::connect(&server)).collect();
    for raw in &mut idle[..100] {
        // A call whose message never comes.
        raw.begin(1).expect("sent");
        raw.frame(Raw::DATA, 0, 1, &[0, 0]).expect("sent");
    }
    assert!(block_on(answers(&server)));
    drop(idle);
}

#[test]
fn s5_a_plan_that_is_too_deep_is_refused() {
    let server = serve(|builder| builder);
    block_on(async {
        // As bytes, because a message as deep as this cannot even be dropped here.
        let mut relation = Vec::new();
        for _ in 0..20_000 {
            let mut filter = Vec::new();
            prost::encoding::bytes::encode(1, &relation, &mut filter);
            relation.clear();
            prost::encoding::bytes::encode(4, &filter, &mut relation);
        }
        let compressed = proto::plan::CompressedOperation {
            data: zstd::encode_all(&relation[..], 3).expect("memory").into(),
            op_type: 1,
            compression_codec: 1,
        };
        let mut client = client(&server).await;
        let request = analysis(proto::Plan {
            op_type: Some(OpType::CompressedOperation(compressed)),
        });
        let refused = client.analyze_plan(request).await.expect_err("too deep");
        assert_eq!(condition(&refused).0, "CONNECT_INVALID_PLAN.CANNOT_PARSE");
        assert!(answers(&server).await);
    });
}

#[test]
fn s6_compressed_messages_of_the_transport_are_not_taken() {
    let server = serve(|builder| builder);
    block_on(async {
        let channel = channel(&server).await;
        let message = analysis(sql("SELECT 1")).encode_to_vec();
        drop(channel);
        let mut raw = Raw::connect(&server);
        raw.begin(1).expect("sent");
        // The flag says that it is compressed, and nobody has said by what.
        let mut framed = vec![1];
        framed.extend((message.len() as u32).to_be_bytes());
        framed.extend(message);
        raw.frame(Raw::DATA, 1, 1, &framed).expect("sent");
        let said = raw.rest();
        assert!(!said.is_empty());
        assert!(answers(&server).await);
    });
}

#[test]
fn s6_a_plan_that_grows_beyond_bounds_is_refused() {
    let server = serve(|builder| builder);
    block_on(async {
        let zeros = std::io::Read::take(std::io::repeat(0), 300 << 20);
        let bomb = proto::plan::CompressedOperation {
            data: zstd::encode_all(zeros, 3).expect("memory").into(),
            op_type: 1,
            compression_codec: 1,
        };
        assert!(bomb.data.len() < 64 << 10);
        let mut client = client(&server).await;
        let request = analysis(proto::Plan {
            op_type: Some(OpType::CompressedOperation(bomb)),
        });
        let refused = client.analyze_plan(request).await.expect_err("too large");
        assert_eq!(refused.code(), Code::Internal);
        let too_large = "CONNECT_INVALID_PLAN.PLAN_SIZE_LARGER_THAN_MAX";
        assert_eq!(condition(&refused).0, too_large);
    });
}

#[test]
fn compressed_plans_are_plans() {
    let server = serve(|builder| builder);
    block_on(async {
        let range = proto::Range {
            end: 3,
            step: 1,
            ..Default::default()
        };
        let Some(OpType::Root(root)) = plan(RelType::Range(range)).op_type else {
            panic!("a root");
        };
        let compressed = proto::plan::CompressedOperation {
            data: zstd::encode_all(&root.encode_to_vec()[..], 3)
                .expect("memory")
                .into(),
            op_type: 1,
            compression_codec: 1,
        };
        let mut client = client(&server).await;
        let request = analysis(proto::Plan {
            op_type: Some(OpType::CompressedOperation(compressed)),
        });
        assert!(client.analyze_plan(request).await.is_ok());
    });
}
