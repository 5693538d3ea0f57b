use std::path::Path;

use flint_connect_protocol::spark::connect as proto;
use flint_sql::SparkSession;
use flint_sql_spec::{ChunkedLocalRelation, RelationKind, Result};
use prost::Message;
use proto::add_artifacts_request::{
    ArtifactChunk, Batch, BeginChunkedArtifact, Payload, SingleChunkArtifact,
};
use sha2::{Digest, Sha256};

use super::{Artifacts, Stage};

const QUOTA: u64 = 10_000;

fn spark() -> SparkSession {
    let builder = SparkSession::builder()
        .master("local[1]")
        .app_name("artifacts");
    builder.create().expect("a session")
}

fn chunk(data: &[u8]) -> ArtifactChunk {
    ArtifactChunk {
        data: data.to_vec().into(),
        crc: crc32fast::hash(data).into(),
    }
}

fn damaged(data: &[u8]) -> ArtifactChunk {
    ArtifactChunk {
        crc: 1,
        ..chunk(data)
    }
}

fn batch(artifacts: &[(&str, ArtifactChunk)]) -> Payload {
    let single = |(name, data): &(&str, ArtifactChunk)| SingleChunkArtifact {
        name: (*name).to_owned(),
        data: Some(data.clone()),
    };
    Payload::Batch(Batch {
        artifacts: artifacts.iter().map(single).collect(),
    })
}

fn begin(name: &str, total_bytes: i64, num_chunks: i64, first: &[u8]) -> Payload {
    Payload::BeginChunk(BeginChunkedArtifact {
        name: name.to_owned(),
        total_bytes,
        num_chunks,
        initial_chunk: Some(chunk(first)),
    })
}

fn next(data: &[u8]) -> Payload {
    Payload::Chunk(chunk(data))
}

/// Sends a stream, and gives what the client is told: names, with `!` before what was damaged.
fn send(artifacts: &Artifacts, spark: &SparkSession, stream: Vec<Payload>) -> Result<String> {
    let mut stage = Stage::new(artifacts);
    for payload in stream {
        stage.take(Some(payload))?;
    }
    let told = artifacts.finish(stage, spark)?;
    let line = |one: &proto::add_artifacts_response::ArtifactSummary| {
        let mark = if one.is_crc_successful { "" } else { "!" };
        format!("{mark}{}", one.name)
    };
    Ok(told.iter().map(line).collect::<Vec<_>>().join(" "))
}

/// Every file below a folder, with its content.
fn files(root: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).expect("below it");
                // The folder's own name is made up.
                let name: Vec<_> = name
                    .iter()
                    .skip(1)
                    .map(|part| part.to_string_lossy())
                    .collect();
                let content = std::fs::read(&path).expect("a file");
                found.push((name.join("/"), content));
            }
        }
    }
    found.sort();
    found
}

fn hash(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn files_come_whole_and_in_chunks() {
    let root = tempfile::tempdir().expect("a folder");
    let (artifacts, spark) = (Artifacts::new(root.path().to_owned(), QUOTA), spark());
    assert_eq!(artifacts.folder(), None);
    let stream = vec![
        batch(&[("files/a.txt", chunk(b"a")), ("pyfiles/p/m.py", chunk(b""))]),
        begin("files/b", 6, 3, b"on"),
        next(b"etw"),
        next(b"o"),
    ];
    let told = send(&artifacts, &spark, stream);
    assert_eq!(told.as_deref(), Ok("files/a.txt pyfiles/p/m.py files/b"));
    let there = [
        ("files/a.txt".to_owned(), b"a".to_vec()),
        ("files/b".to_owned(), b"onetwo".to_vec()),
        ("pyfiles/p/m.py".to_owned(), Vec::new()),
    ];
    assert_eq!(files(root.path()), there);
    // The same again is nothing new; other content is refused.
    let again = vec![batch(&[("files/a.txt", chunk(b"a"))])];
    assert_eq!(
        send(&artifacts, &spark, again).as_deref(),
        Ok("files/a.txt")
    );
    let other = vec![batch(&[
        ("files/c", chunk(b"c")),
        ("files/a.txt", chunk(b"b")),
    ])];
    let error = send(&artifacts, &spark, other).expect_err("other content");
    assert_eq!(error.condition().name, "ARTIFACT_ALREADY_EXISTS");
    assert_eq!(files(root.path()), there, "all or nothing");
    // A file is no folder, nor a folder a file.
    for name in ["files/b/c", "pyfiles/p"] {
        let inside = vec![batch(&[(name, chunk(b"x"))])];
        assert!(send(&artifacts, &spark, inside).is_err(), "{name}");
    }
    assert_eq!(files(root.path()), there);
    artifacts.clear();
    assert_eq!(std::fs::read_dir(root.path()).expect("a folder").count(), 0);
    let late = vec![batch(&[("files/late", chunk(b"x"))])];
    assert!(send(&artifacts, &spark, late).is_err());
    assert_eq!(std::fs::read_dir(root.path()).expect("a folder").count(), 0);
}

#[test]
fn s9_streams_that_do_not_keep_to_the_protocol_leave_nothing() {
    let root = tempfile::tempdir().expect("a folder");
    let (artifacts, spark) = (Artifacts::new(root.path().to_owned(), QUOTA), spark());
    let streams: Vec<Vec<Payload>> = vec![
        // Fewer and more chunks, fewer and more bytes than it said.
        vec![begin("files/x", 4, 3, b"aa"), next(b"bb")],
        vec![begin("files/x", 4, 1, b"aa"), next(b"bb")],
        vec![begin("files/x", 9, 2, b"aa"), next(b"bb")],
        vec![begin("files/x", 3, 2, b"aa"), next(b"bb")],
        vec![begin("files/x", 4, 2, b"aa"), next(b"bb"), next(b"cc")],
        // Sizes that are none.
        vec![begin("files/x", -1, 2, b"aa")],
        vec![begin("files/x", 4, -2, b"aa")],
        vec![begin("files/x", 0, 0, b"")],
        vec![begin("files/x", i64::MAX, i64::MAX, b"aa")],
        // Interleaved, abandoned, out of nowhere.
        vec![begin("files/x", 4, 2, b"aa"), begin("files/y", 4, 2, b"aa")],
        vec![
            begin("files/x", 4, 2, b"aa"),
            batch(&[("files/y", chunk(b"y"))]),
        ],
        vec![begin("files/x", 4, 2, b"aa")],
        vec![next(b"aa")],
        // The good ones go with the bad one.
        vec![batch(&[
            ("files/good", chunk(b"x")),
            ("../bad", chunk(b"x")),
        ])],
        vec![
            batch(&[("files/good", chunk(b"x"))]),
            begin("files/x", 4, 2, b"aa"),
        ],
        // The same name twice with different content.
        vec![batch(&[("files/x", chunk(b"x")), ("files/x", chunk(b"y"))])],
    ];
    for stream in streams {
        let shown = format!("{stream:?}");
        assert!(send(&artifacts, &spark, stream).is_err(), "{shown}");
        assert_eq!(files(root.path()), [], "{shown}");
    }
    let mut empty = Stage::new(&artifacts);
    assert!(empty.take(None).is_err());
}

#[test]
fn s9_damaged_content_is_told_and_not_kept() {
    let root = tempfile::tempdir().expect("a folder");
    let (artifacts, spark) = (Artifacts::new(root.path().to_owned(), QUOTA), spark());
    let stream = vec![
        batch(&[("files/a", damaged(b"a")), ("files/b", chunk(b"b"))]),
        begin("files/c", 4, 2, b"aa"),
        Payload::Chunk(damaged(b"bb")),
    ];
    let told = send(&artifacts, &spark, stream);
    assert_eq!(told.as_deref(), Ok("!files/a files/b !files/c"));
    assert_eq!(files(root.path()), [("files/b".to_owned(), b"b".to_vec())]);
    let again = vec![batch(&[("files/a", chunk(b"a"))])];
    assert_eq!(send(&artifacts, &spark, again).as_deref(), Ok("files/a"));
}

#[test]
fn s9_a_session_has_a_quota() {
    let root = tempfile::tempdir().expect("a folder");
    let (artifacts, spark) = (Artifacts::new(root.path().to_owned(), QUOTA), spark());
    let large = vec![7; 6_000];
    // Refused at the first message, by what it says.
    let mut stage = Stage::new(&artifacts);
    let huge = stage.take(Some(begin("files/x", 10 << 30, 2, b"x")));
    assert_eq!(
        huge.expect_err("too large").condition().name,
        "REQUIREMENT_FAILED"
    );
    drop(stage);
    let send_large = |name| send(&artifacts, &spark, vec![batch(&[(name, chunk(&large))])]);
    assert!(send_large("files/1").is_ok());
    assert!(send_large("files/2").is_err());
    // What was not kept takes no room.
    for _ in 0..10 {
        let lost = vec![begin("files/y", 4_000, 2, b"x")];
        assert!(send(&artifacts, &spark, lost).is_err());
    }
    let rest = vec![batch(&[("files/3", chunk(&large[..4_000]))])];
    assert!(send(&artifacts, &spark, rest).is_ok());
    let none = vec![batch(&[("files/4", chunk(b"x"))])];
    assert!(send(&artifacts, &spark, none).is_err());
}

#[test]
fn s8_nothing_is_written_outside_of_the_folder() {
    let root = tempfile::tempdir().expect("a folder");
    let inner = root.path().join("inner");
    std::fs::create_dir(&inner).expect("a folder");
    let (artifacts, spark) = (Artifacts::new(inner, QUOTA), spark());
    for name in [
        "../x",
        "files/../../x",
        "/tmp/x",
        "files/../../../x",
        "cache/../x",
    ] {
        for stream in [
            vec![batch(&[(name, chunk(b"x"))])],
            vec![begin(name, 2, 2, b"x"), next(b"y")],
        ] {
            let error = send(&artifacts, &spark, stream).expect_err(name);
            assert_eq!(error.condition().name, "INVALID_ARTIFACT_PATH");
        }
    }
    assert_eq!(files(root.path()), []);
}

#[test]
fn rows_are_known_by_their_hash() {
    let root = tempfile::tempdir().expect("a folder");
    let (artifacts, spark) = (Artifacts::new(root.path().to_owned(), QUOTA), spark());
    let schema = "a INT";
    let message = proto::LocalRelation {
        schema: Some(schema.to_owned()),
        ..Default::default()
    };
    let whole = message.encode_to_vec();
    let (whole_name, piece_name) = (
        format!("cache/{}", hash(&whole)),
        format!("cache/{}", hash(schema.as_bytes())),
    );
    let wrong = format!("cache/{}", "0".repeat(64));
    let error = send(&artifacts, &spark, vec![batch(&[(&wrong, chunk(b"x"))])]);
    assert!(error.is_err(), "another hash");
    let stream = vec![batch(&[
        (&whole_name, chunk(&whole)),
        (&piece_name, chunk(schema.as_bytes())),
    ])];
    assert!(send(&artifacts, &spark, stream).is_ok());
    assert_eq!(artifacts.folder(), None, "rows need no folder");
    let asked = [&whole_name, &piece_name, &wrong, "files/a", "../x"];
    let statuses = artifacts.statuses(asked.iter().map(|name| (*name).to_owned()).collect());
    let here: Vec<bool> = asked.iter().map(|name| statuses[*name].exists).collect();
    assert_eq!(here, [true, true, false, false, false]);
    for kind in [
        RelationKind::CachedLocalRelation {
            hash: hash(&whole).into(),
        },
        RelationKind::ChunkedCachedLocalRelation(ChunkedLocalRelation {
            data_hashes: Vec::new(),
            schema_hash: Some(hash(schema.as_bytes()).into()),
        }),
    ] {
        let frame = spark.data_frame(kind.into());
        assert_eq!(frame.columns(), Ok(vec!["a".to_owned()]));
        assert_eq!(frame.count(), Ok(0));
    }
}

#[test]
fn a_copy_has_what_was_there_and_goes_its_own_way() {
    let root = tempfile::tempdir().expect("a folder");
    let (artifacts, spark) = (Artifacts::new(root.path().to_owned(), QUOTA), spark());
    let stream = vec![batch(&[
        ("pyfiles/a.py", chunk(b"a")),
        ("files/deep/b", chunk(b"b")),
    ])];
    send(&artifacts, &spark, stream).expect("files");
    let copy = artifacts.copied().expect("a copy");
    let more = vec![batch(&[("files/c", chunk(b"c"))])];
    send(&copy, &spark, more).expect("a file");
    let other = vec![batch(&[("pyfiles/a.py", chunk(b"other"))])];
    let exists = send(&copy, &spark, other).expect_err("a name has one content");
    assert_eq!(exists.condition().name, "ARTIFACT_ALREADY_EXISTS");
    let names = |artifacts: &Artifacts| {
        let folder = artifacts.folder().expect("there are files");
        ["pyfiles/a.py", "files/deep/b", "files/c"].map(|name| folder.join(name).exists())
    };
    assert_eq!(names(&artifacts), [true, true, false]);
    assert_eq!(names(&copy), [true, true, true]);
    artifacts.clear();
    assert_eq!(names(&copy), [true, true, true]);
    copy.clear();
    assert_eq!(files(root.path()), []);
}
