//! [`Stage`]: the messages of an upload, made to contents.
//!
//! A message is checked before anything of it is kept: room is set aside for the size that an artifact
//! says it has, and it may not have another.

use std::fs::File;
use std::io::Write;

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::Result;
use proto::add_artifacts_request::{ArtifactChunk, BeginChunkedArtifact, Payload};
use proto::add_artifacts_response::ArtifactSummary;
use sha2::{Digest, Sha256};

use super::folder::{Staging, failed};
use super::{Artifacts, Name, Room, abuse};

/// What came of an upload so far.
#[derive(Debug)]
pub(crate) struct Stage<'a> {
    artifacts: &'a Artifacts,
    staged: Vec<Staged>,
    summaries: Vec<ArtifactSummary>,
    open: Option<Chunked>,
    /// Held until the end: then what was accepted counts by itself.
    rooms: Vec<Room<'a>>,
}

/// Contents, what the client is told of them, and their room.
type Finished<'a> = (Vec<Staged>, Vec<ArtifactSummary>, Vec<Room<'a>>);

/// A content that came whole.
#[derive(Debug)]
pub(crate) struct Staged {
    pub(super) name: String,
    pub(super) hash: [u8; 32],
    pub(super) bytes: u64,
    pub(super) content: Content,
}

/// Where a content is.
#[derive(Debug)]
pub(super) enum Content {
    /// For plans.
    Memory(Vec<u8>),
    /// For functions.
    File(Staging),
}

/// A content that is coming.
#[derive(Debug)]
struct Incoming {
    name: String,
    /// What its hash must be, in hexadecimal.
    expected: Option<String>,
    hash: Sha256,
    bytes: u64,
    sink: Sink,
    intact: bool,
}

#[derive(Debug)]
enum Sink {
    Memory(Vec<u8>),
    File(Staging, File),
}

/// A content that comes in several messages.
#[derive(Debug)]
struct Chunked {
    incoming: Incoming,
    chunks_left: u64,
    bytes_left: u64,
}

impl<'a> Stage<'a> {
    /// The begin of a client's stream.
    pub(crate) fn new(artifacts: &'a Artifacts) -> Stage<'a> {
        Stage {
            artifacts,
            staged: Vec::new(),
            summaries: Vec::new(),
            open: None,
            rooms: Vec::new(),
        }
    }

    /// Takes a message.
    ///
    /// # Errors
    /// `INVALID_ARTIFACT_PATH`, `REQUIREMENT_FAILED` for a stream that does not keep to the protocol or
    /// is too large. The stream has ended then.
    pub(crate) fn take(&mut self, payload: Option<Payload>) -> Result<()> {
        match (payload, self.open.take()) {
            (Some(Payload::Chunk(chunk)), Some(open)) => self.next_chunk(open, &chunk),
            (Some(Payload::Chunk(_)), None) => Err(abuse("a chunk of no artifact came")),
            (Some(_), Some(open)) => {
                let name = &open.incoming.name;
                Err(abuse(format!("another artifact began inside of {name}")))
            }
            (Some(Payload::Batch(batch)), None) => {
                for one in batch.artifacts {
                    let chunk = one.data.unwrap_or_default();
                    let mut incoming = self.begin(&one.name, chunk.data.len() as u64)?;
                    incoming.write(&chunk)?;
                    self.end(incoming)?;
                }
                Ok(())
            }
            (Some(Payload::BeginChunk(begin)), None) => self.begin_chunks(begin),
            (None, _) => Err(abuse("a message without an artifact came")),
        }
    }

    /// What came, when nothing is missing.
    pub(super) fn finish(self) -> Result<Finished<'a>> {
        match self.open {
            Some(open) => Err(abuse(format!(
                "{} chunks and {} bytes of {} are missing",
                open.chunks_left, open.bytes_left, open.incoming.name
            ))),
            None => Ok((self.staged, self.summaries, self.rooms)),
        }
    }

    fn begin_chunks(&mut self, begin: BeginChunkedArtifact) -> Result<()> {
        let name = &begin.name;
        let (Ok(bytes), Ok(chunks)) = (
            u64::try_from(begin.total_bytes),
            u64::try_from(begin.num_chunks),
        ) else {
            return Err(abuse(format!("{name} has less than nothing")));
        };
        if chunks == 0 {
            return Err(abuse(format!("{name} has no chunks")));
        }
        let open = Chunked {
            incoming: self.begin(name, bytes)?,
            chunks_left: chunks,
            bytes_left: bytes,
        };
        self.next_chunk(open, &begin.initial_chunk.unwrap_or_default())
    }

    fn next_chunk(&mut self, mut open: Chunked, chunk: &ArtifactChunk) -> Result<()> {
        let bytes = chunk.data.len() as u64;
        let name = &open.incoming.name;
        open.bytes_left = (open.bytes_left.checked_sub(bytes))
            .ok_or_else(|| abuse(format!("{name} has more bytes than it said")))?;
        open.chunks_left -= 1;
        open.incoming.write(chunk)?;
        match (open.chunks_left, open.bytes_left) {
            (0, 0) => self.end(open.incoming),
            (0, left) => Err(abuse(format!(
                "{left} bytes of {} are missing",
                open.incoming.name
            ))),
            _ => {
                self.open = Some(open);
                Ok(())
            }
        }
    }

    fn begin(&mut self, name: &str, bytes: u64) -> Result<Incoming> {
        let kind = Name::parse(name)?;
        self.rooms.push(self.artifacts.reserve(bytes)?);
        let (expected, sink) = match kind {
            Name::Cached(hash) => (Some(hash), Sink::Memory(Vec::new())),
            Name::File(_) => {
                let (staging, file) = self.artifacts.make_folder()?.stage()?;
                (None, Sink::File(staging, file))
            }
        };
        Ok(Incoming {
            name: name.to_owned(),
            expected,
            hash: Sha256::new(),
            bytes,
            sink,
            intact: true,
        })
    }

    fn end(&mut self, incoming: Incoming) -> Result<()> {
        let name = incoming.name.clone();
        let is_crc_successful = incoming.intact;
        // What was damaged on the way is told, and sent again by the client.
        if is_crc_successful {
            self.staged.push(incoming.staged()?);
        }
        self.summaries.push(ArtifactSummary {
            name,
            is_crc_successful,
        });
        Ok(())
    }
}

impl Incoming {
    fn write(&mut self, chunk: &ArtifactChunk) -> Result<()> {
        if i64::from(crc32fast::hash(&chunk.data)) != chunk.crc {
            self.intact = false;
        }
        if !self.intact {
            return Ok(());
        }
        self.hash.update(&chunk.data);
        match &mut self.sink {
            Sink::Memory(bytes) => bytes.extend_from_slice(&chunk.data),
            Sink::File(staging, file) => {
                let written = file.write_all(&chunk.data);
                written.map_err(|error| failed(staging.path(), &error))?;
            }
        }
        Ok(())
    }

    fn staged(self) -> Result<Staged> {
        let hash: [u8; 32] = self.hash.finalize().into();
        let text: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        if self.expected.is_some_and(|expected| expected != text) {
            return Err(abuse(format!("{} has the hash {text}", self.name)));
        }
        let content = match self.sink {
            Sink::Memory(bytes) => Content::Memory(bytes),
            Sink::File(staging, _) => Content::File(staging),
        };
        Ok(Staged {
            name: self.name,
            hash,
            bytes: self.bytes,
            content,
        })
    }
}
