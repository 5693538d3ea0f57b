//! Messages between the driver and its executors, and the frames that they travel in.
//!
//! A frame is the length of the message in bytes as a little-endian `u64`, then the message in
//! postcard.

use std::io::{ErrorKind, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flint_core::backend::{BlockId, Forgotten};
use flint_core::exec::{ShuffleInputs, TaskCounters, TaskReport, TaskSuccess};
use flint_core::scheduler::{AttemptId, ExecutorId, ShuffleId};
use flint_core::{AccumulatorUpdate, Error, Result, SinkOutput};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A frame of more is taken for garbage.
const MAX_FRAME_BYTES: u64 = 4 << 30;

/// What an executor says on its control socket.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum ToDriver {
    /// The first message: the build that it is.
    Hello { build: String },
    /// A task attempt ended.
    Ended(Report),
}

/// What the driver says on it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum ToExecutor {
    /// The answer to `Hello`: the configuration, and how many tasks to run at once.
    Welcome {
        conf: Vec<(String, String)>,
        cores: u32,
    },
    /// The other answer: the executor has to end.
    Refused(Error),
    /// What the tasks of a stage attempt run, before any of them.
    Program(Program),
    /// Nobody starts tasks of this program any more.
    DropProgram(u64),
    /// Run an attempt.
    Task { id: AttemptId, program: u64 },
    /// Stop an attempt.
    Kill { id: AttemptId, reason: String },
    /// Free something.
    Forget(Forgotten),
    /// Finish the tasks at hand, and end.
    Drain,
}

/// The program of a stage attempt, and where its tasks find their inputs.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Program {
    pub(super) number: u64,
    pub(super) code: Vec<u8>,
    pub(super) inputs: Vec<(ShuffleId, Vec<ExecutorId>)>,
    pub(super) shuffle: Option<ShuffleId>,
}

impl Program {
    pub(super) fn inputs_of(inputs: &ShuffleInputs) -> Vec<(ShuffleId, Vec<ExecutorId>)> {
        inputs
            .iter()
            .map(|(shuffle, holders)| (*shuffle, holders.to_vec()))
            .collect()
    }

    pub(super) fn inputs(&self) -> Arc<ShuffleInputs> {
        let holders = self.inputs.iter();
        Arc::new(
            holders
                .map(|(shuffle, holders)| (*shuffle, Arc::new(holders.clone())))
                .collect(),
        )
    }
}

/// A [`TaskReport`] on its way.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Report {
    id: AttemptId,
    end: Result<Success, Error>,
    counters: [u64; 8],
}

/// A [`TaskSuccess`] on its way.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Success {
    pub(super) output: Vec<u8>,
    pub(super) deep_bytes: u64,
    pub(super) accumulators: Vec<(u64, Vec<u8>)>,
}

impl Report {
    pub(super) fn new(
        id: AttemptId,
        end: Result<Success, Error>,
        counters: &TaskCounters,
    ) -> Report {
        let counters = in_order(counters).map(|c| c.load(Ordering::Relaxed));
        Report { id, end, counters }
    }

    pub(super) fn id(&self) -> AttemptId {
        self.id
    }

    pub(super) fn into_report(self) -> TaskReport {
        let counters = TaskCounters::default();
        for (counter, value) in in_order(&counters).into_iter().zip(self.counters) {
            counter.store(value, Ordering::Relaxed);
        }
        let end = self.end.map(|success| TaskSuccess {
            output: SinkOutput::from_wire(success.output.into(), success.deep_bytes),
            accumulators: success
                .accumulators
                .into_iter()
                .map(|(id, bytes)| AccumulatorUpdate::from_wire(id, bytes.into()))
                .collect(),
        });
        TaskReport {
            id: self.id,
            end,
            counters,
        }
    }
}

/// The counters in the order in which they are sent.
fn in_order(c: &TaskCounters) -> [&AtomicU64; 8] {
    [
        &c.records_read,
        &c.bytes_read,
        &c.shuffle_records_read,
        &c.shuffle_records_written,
        &c.shuffle_bytes_written,
        &c.spill_bytes,
        &c.records_written,
        &c.run_time_us,
    ]
}

/// What is asked on a block socket.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) enum Ask {
    /// For a block.
    Block(BlockId),
    /// Whether an attempt may commit. Of the driver alone.
    CanCommit(AttemptId),
}

/// The answer to an [`Ask`].
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    /// The block, with the checksum that it was made with.
    Block { bytes: Vec<u8>, crc: u32 },
    /// The driver's decision.
    CanCommit(bool),
}

/// Encodes a message as a frame.
///
/// # Errors
/// [`Error::Codec`].
pub(super) fn frame<T: Serialize>(message: &T) -> Result<Vec<u8>> {
    let bytes = vec![0; size_of::<u64>()];
    let mut bytes = postcard::to_extend(message, bytes).map_err(|e| codec::<T>("encode", &e))?;
    let len = (bytes.len() - size_of::<u64>()) as u64;
    bytes[..size_of::<u64>()].copy_from_slice(&len.to_le_bytes());
    Ok(bytes)
}

/// Writes a message.
///
/// # Errors
/// [`Error::Codec`], [`Error::Io`].
pub(super) fn send<T: Serialize>(mut out: impl Write, message: &T) -> Result<()> {
    let bytes = frame(message)?;
    out.write_all(&bytes)
        .map_err(|e| Error::io("write to", "a process socket", e))
}

/// Reads a message; `None` if the other side is gone between two of them.
///
/// # Errors
/// [`Error::Io`]; [`Error::Corrupt`] if the other side went within a message; [`Error::Codec`].
pub(super) fn receive<T: DeserializeOwned>(mut input: impl Read) -> Result<Option<T>> {
    let io = |e| Error::io("read from", "a process socket", e);
    let mut len = [0; size_of::<u64>()];
    match input.read(&mut len[..1]).map_err(io)? {
        0 => return Ok(None),
        _ => read_all(&mut input, &mut len[1..])?,
    }
    let len = u64::from_le_bytes(len);
    if len > MAX_FRAME_BYTES {
        return Err(Error::corrupt(
            "process socket",
            format!("a frame of {len} bytes"),
        ));
    }
    let mut bytes = Vec::new();
    let read = input.take(len).read_to_end(&mut bytes).map_err(io)?;
    if read as u64 != len {
        let reason = format!("it ends after {read} bytes of {len}");
        return Err(Error::corrupt("process socket", reason));
    }
    postcard::from_bytes(&bytes)
        .map(Some)
        .map_err(|e| codec::<T>("decode", &e))
}

fn read_all(input: &mut impl Read, bytes: &mut [u8]) -> Result<()> {
    input.read_exact(bytes).map_err(|e| match e.kind() {
        ErrorKind::UnexpectedEof => Error::corrupt("process socket", "it ends within a frame"),
        _ => Error::io("read from", "a process socket", e),
    })
}

fn codec<T>(op: &str, e: &postcard::Error) -> Error {
    Error::Codec {
        op: op.to_owned(),
        type_name: std::any::type_name::<T>().to_owned(),
        reason: e.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_survive_and_torn_frames_are_noticed() {
        let id = AttemptId {
            stage: 7,
            stage_attempt: 1,
            partition: 3,
            attempt: 2,
        };
        let bytes = frame(&Ask::CanCommit(id)).unwrap();
        let back: Option<Ask> = receive(&bytes[..]).unwrap();
        assert!(matches!(back, Some(Ask::CanCommit(i)) if i == id));
        assert!(receive::<Ask>(&bytes[..0]).unwrap().is_none());
        for cut in 1..bytes.len() {
            let error = receive::<Ask>(&bytes[..cut]).unwrap_err();
            assert!(matches!(error, Error::Corrupt { .. }), "{error}");
        }
        let huge = u64::MAX.to_le_bytes();
        assert!(matches!(
            receive::<Ask>(&huge[..]),
            Err(Error::Corrupt { .. })
        ));
    }
}
