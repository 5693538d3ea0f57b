//! Rows of clients whose bytes are damaged: an error with a condition each time, and a server that
//! goes on. What is damaged how is in `flint-sql`; here it comes over the wire, inside of plans and
//! beside them.

use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch, StringArray};
use arrow::ipc::writer::StreamWriter;
use flint_connect_protocol::spark::connect as proto;
use prost::Message;
use proto::add_artifacts_request::{ArtifactChunk, Batch, Payload, SingleChunkArtifact};
use proto::relation::RelType;
use sha2::{Digest, Sha256};
use tonic::Status;

use crate::client::{Client, batches, block_on, server};
use crate::wire::condition;

const SEEDS: u64 = 150;

fn stream() -> Vec<u8> {
    let batch = RecordBatch::try_from_iter([
        ("n", Arc::new(Int64Array::from(vec![1, 2, 3])) as _),
        (
            "s",
            Arc::new(StringArray::from(vec![Some("one"), None, Some("three")])) as _,
        ),
    ]);
    let batch = batch.expect("columns of three");
    let mut bytes = Vec::new();
    let mut writer = StreamWriter::try_new(&mut bytes, &batch.schema()).expect("a schema");
    writer.write(&batch).expect("written");
    writer.finish().expect("written");
    drop(writer);
    bytes
}

/// The stream with two bytes that are others, the same ones for each seed.
fn damaged(seed: u64) -> Vec<u8> {
    let mut bytes = stream();
    let length = bytes.len() as u64;
    let hash = Sha256::digest(seed.to_le_bytes());
    for part in hash.chunks_exact(16).map(|part| part.split_at(8)) {
        let number = u64::from_le_bytes(part.0.try_into().expect("eight"));
        bytes[(number % length) as usize] = part.1[0];
    }
    bytes
}

async fn rows(client: &mut Client, relation: RelType) -> Result<usize, Status> {
    let request = client.request(relation);
    let mut responses = client.start(request).await?;
    let mut all = Vec::new();
    while let Some(response) = responses.message().await? {
        all.push(response);
    }
    Ok(batches(&all).iter().map(RecordBatch::num_rows).sum())
}

/// Notes how a query over damaged rows went.
fn note(outcome: Result<usize, Status>, refused: &mut usize) {
    if let Err(status) = outcome {
        *refused += 1;
        let (name, _) = condition(&status);
        assert!(!name.is_empty() && name != "INTERNAL_ERROR", "{status:?}");
    }
}

#[test]
fn s7_damaged_rows_in_plans_are_refused() {
    let server = server(|builder| builder);
    block_on(async {
        let mut client = Client::new(&server).await;
        let mut refused = 0;
        for seed in 0..SEEDS {
            let relation = RelType::LocalRelation(proto::LocalRelation {
                data: Some(damaged(seed).into()),
                schema: None,
            });
            note(rows(&mut client, relation).await, &mut refused);
        }
        assert!(refused > 20, "{refused}");
        assert_eq!(client.number("SELECT 7L").await.ok(), Some(7));
    });
}

/// Sends rows beside plans, and gives the hash that plans name them by.
async fn keep(client: &mut Client, data: Vec<u8>) -> String {
    let message = proto::LocalRelation {
        data: Some(data.into()),
        schema: None,
    };
    let bytes = message.encode_to_vec();
    let hash = Sha256::digest(&bytes);
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let artifact = SingleChunkArtifact {
        name: format!("cache/{hash}"),
        data: Some(ArtifactChunk {
            crc: crc32fast::hash(&bytes).into(),
            data: bytes.into(),
        }),
    };
    let request = proto::AddArtifactsRequest {
        session_id: client.session.clone(),
        user_context: client.context(),
        payload: Some(Payload::Batch(Batch {
            artifacts: vec![artifact],
        })),
        ..Default::default()
    };
    let sent = client
        .calls
        .add_artifacts(futures::stream::iter([request]))
        .await;
    let sent = sent.expect("an answer").into_inner();
    assert!(sent.artifacts[0].is_crc_successful);
    hash
}

#[test]
fn s7_damaged_rows_beside_plans_are_refused() {
    let server = server(|builder| builder);
    block_on(async {
        let mut client = Client::new(&server).await;
        let by_hash = |hash| RelType::CachedLocalRelation(proto::CachedLocalRelation { hash });
        let whole = keep(&mut client, stream()).await;
        assert_eq!(
            rows(&mut client, by_hash(whole.clone())).await.ok(),
            Some(3)
        );
        let mut refused = 0;
        for seed in 0..SEEDS {
            let hash = keep(&mut client, damaged(seed)).await;
            note(rows(&mut client, by_hash(hash)).await, &mut refused);
        }
        assert!(refused > 20, "{refused}");
        assert_eq!(rows(&mut client, by_hash(whole)).await.ok(), Some(3));
    });
}
